"""``henvendelse``: what the alliance asks of whom, when it was sent, and what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from alliance.errors import Refused
from alliance.influence import (
    ANSWERS,
    LONGEST_LINE,
    LONGEST_TEXT,
    Outcome,
    PolicyAnswer,
    PolicyAsk,
    answer_fault,
    ask_faults,
    by_wait,
)
from alliance.messages import Message
from alliance.names import fold
from bot.commands.duties.evidence import is_link, read_day
from bot.commands.influence.record import PAGE, ask_meant, note_ask
from bot.context import Command, Context, read_number
from bot.paging import asked_page, page_of
from storage.changes import influence as changes
from storage.queries import influence

NEW = ("ny", "nyt", "new")
OPEN = ("aabne", "open")
FIELDS = ("recipient", "subject", "sent_on", "hoped_by", "link", "issue")
ANSWER_FIELDS = ("outcome", "answered_on", "words", "link")


def handle(ctx: Context) -> Message:
    verb = fold(ctx.args[0].rstrip(":")) if ctx.args else ""
    if verb in NEW:
        ctx.check_secretariat()
        return _written(ctx, None)
    if not ctx.args or read_number(ctx.args[0]) is None:
        return _listed(ctx)
    ask = ask_meant(ctx, ctx.args[0])
    if len(ctx.args) == 1:
        return shown(ctx, ask)
    verb = fold(ctx.args[1].rstrip(":"))
    for words, work in VERBS.items():
        if verb in words:
            ctx.check_secretariat()
            return work(ctx, ask)
    raise Refused("ask_verb", got=ctx.args[1], number=ask.number)


def _listed(ctx: Context) -> Message:
    """All of them, the unanswered first; ``åbne``, or those that have some words in them."""
    known, open_only = influence.asks(ctx.connection, ctx.alliance), False
    asked, number = asked_page(ctx.args)
    if asked and fold(asked[0]) in OPEN:
        open_only, asked = True, asked[1:]
    wanted = " ".join(asked)
    found = [ask for ask in known if ask.holds(wanted) and (ask.is_open(ctx.today) or not open_only)]
    page = page_of(by_wait(found, ctx.today), number, PAGE)
    return ctx.write(
        "policy_asks",
        asks=page.rows,
        count=len(found),
        of=len(known),
        start=(page.number - 1) * PAGE,
        asked=wanted,
        open_only=open_only,
        number=page.number,
        day=ctx.today,
        writes=ctx.actor.secretariat,
    )


def shown(ctx: Context, ask: PolicyAsk, said: str = "") -> Message:
    """An ask and its answer; ``said`` is the key of what was just done."""
    issue = influence.issue(ctx.connection, ctx.alliance, ask.issue) if ask.issue else None
    writes = ctx.actor.secretariat
    return ctx.write("policy_ask", ask=ask, issue=issue, day=ctx.today, writes=writes, said=said)


def _again(ctx: Context, number: int, said: str) -> Message:
    return shown(ctx, ask_meant(ctx, str(number)), said)


# ------------------------------------------------------------------------------------------------------- writing


def _written(ctx: Context, old: PolicyAsk | None) -> Message:
    """A new ask (``old`` None), or the one that takes the place of an old one."""
    typed = ctx.typed(*FIELDS) if ctx.answers else _prefilled(ctx, old)
    errors = _faults(ctx, typed) if ctx.answers else {}
    if not ctx.answers or errors:
        return ctx.write("policy_ask_form", old=old, typed=typed, errors=errors)
    new = _ask(ctx, typed, old.number if old else 0)
    twin = next((one for one in influence.asks(ctx.connection, ctx.alliance) if _says(one) == _says(new)), None)
    if twin is not None and old is None:
        return shown(ctx, twin, "recorded")
    if old is not None and _says(old) != _says(new):
        changes.withdraw_ask(ctx.connection, ctx.alliance.id, old.id, ctx.actor.person.id, ctx.now)
    if old is None or _says(old) != _says(new):
        new = replace(new, number=changes.add_ask(ctx.connection, ctx.alliance.id, new))
        note_ask(ctx, "ask_corrected" if old else "ask_recorded", new)
    return _again(ctx, new.number, "corrected" if old else "recorded")


def _correct(ctx: Context, ask: PolicyAsk) -> Message:
    """The ask as it should be; the form's words carry the row that it was shown from."""
    if len(ctx.args) > 2 and ctx.args[2] != f"#{ask.id}":
        raise Refused("ask_changed", by=ask.recorded_by_name, at=ask.recorded_at, number=ask.number)
    return _written(ctx, ask)


def _prefilled(ctx: Context, old: PolicyAsk | None) -> dict[str, str]:
    """What stands in the form; ``henvendelse ny 3`` begins one about the framework condition of that number."""
    if old is None:
        named = ctx.args[1] if len(ctx.args) > 1 else ""
        issue = influence.issue(ctx.connection, ctx.alliance, read_number(named) or 0)
        begun = {"subject": issue.heading, "issue": str(issue.number)} if issue else {}
        return dict.fromkeys(FIELDS, "") | {"sent_on": ctx.today.isoformat()} | begun
    return {
        "recipient": old.recipient,
        "subject": old.subject,
        "sent_on": old.sent_on.isoformat(),
        "hoped_by": old.hoped_by.isoformat() if old.hoped_by else "",
        "link": old.link,
        "issue": str(old.issue or ""),
    }


def _faults(ctx: Context, typed: Mapping[str, str]) -> dict[str, str]:
    errors = ask_faults(typed, read_day(typed["sent_on"]), read_day(typed["hoped_by"]), ctx.today)
    if typed["link"] and not is_link(typed["link"]):
        errors["link"] = "link_not_http"
    known = influence.issue(ctx.connection, ctx.alliance, read_number(typed["issue"]) or 0)
    if typed["issue"] and known is None:
        errors["issue"] = "issue_unknown"
    limits = {"recipient": LONGEST_LINE, "subject": LONGEST_TEXT, "link": LONGEST_TEXT}
    return errors | {key: "too_long" for key, limit in limits.items() if len(typed[key]) > limit}


def _ask(ctx: Context, typed: Mapping[str, str], number: int) -> PolicyAsk:
    return PolicyAsk(
        id=0,
        number=number,
        recipient=" ".join(typed["recipient"].split()),
        subject=typed["subject"],
        sent_on=read_day(typed["sent_on"]) or ctx.today,
        hoped_by=read_day(typed["hoped_by"]),
        link=typed["link"],
        issue=read_number(typed["issue"]),
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
    )


def _says(ask: PolicyAsk) -> tuple[str, str, date, date | None, str, int | None]:
    """What an ask says, whoever recorded it and when."""
    return ask.recipient, ask.subject, ask.sent_on, ask.hoped_by, ask.link, ask.issue


# ------------------------------------------------------------------------------------------------------- answers


def _answer(ctx: Context, ask: PolicyAsk) -> Message:
    """What came back, or that nothing is awaited any more; a second one only where the first was taken back."""
    if ask.answer is not None:
        return _already(ctx, ask)
    typed = ctx.typed(*ANSWER_FIELDS)
    if not ctx.answers:
        typed["answered_on"] = ctx.today.isoformat()
    errors = _answer_faults(ctx, ask, typed) if ctx.answers else {}
    if not ctx.answers or errors:
        return ctx.write("policy_answer_form", ask=ask, typed=typed, errors=errors)
    changes.add_answer(ctx.connection, ctx.alliance.id, _answer_of(ctx, ask, typed))
    note_ask(ctx, "ask_answered", ask)
    return _again(ctx, ask.number, "answered")


def _already(ctx: Context, ask: PolicyAsk) -> Message:
    """The very same again is harmless; anything else is shown what stands there."""
    typed, answer = ctx.typed(*ANSWER_FIELDS), ask.answer
    assert answer is not None
    said = typed["outcome"], read_day(typed["answered_on"]), typed["words"], typed["link"]
    if ctx.answers and said == (answer.outcome, answer.answered_on, answer.words, answer.link):
        return shown(ctx, ask, "answered")
    raise Refused("ask_answered", number=ask.number, by=answer.recorded_by_name, at=answer.recorded_at)


def _answer_faults(ctx: Context, ask: PolicyAsk, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {} if typed["outcome"] in ANSWERS else {"outcome": "answer_missing"}
    if fault := answer_fault(ask, read_day(typed["answered_on"]), typed["answered_on"], ctx.today):
        errors["answered_on"] = fault
    if typed["link"] and not is_link(typed["link"]):
        errors["link"] = "link_not_http"
    return errors | {key: "too_long" for key in ("words", "link") if len(typed[key]) > LONGEST_TEXT}


def _answer_of(ctx: Context, ask: PolicyAsk, typed: Mapping[str, str]) -> PolicyAnswer:
    return PolicyAnswer(
        id=0,
        number=ask.number,
        outcome=cast(Outcome, typed["outcome"]),
        answered_on=read_day(typed["answered_on"]) or ctx.today,
        words=typed["words"],
        link=typed["link"],
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
    )


def _undo(ctx: Context, ask: PolicyAsk) -> Message:
    """Take back the answer (``s4``, as its button names it), or the ask itself (``h2``) where there is none."""
    person, answer = ctx.actor.person.id, ask.answer
    named = ctx.args[2] if len(ctx.args) > 2 else ""
    if named != (f"s{answer.id}" if answer else f"h{ask.id}"):
        raise Refused("ask_not_the_newest", got=named, number=ask.number)
    if answer is not None:
        changes.withdraw_answer(ctx.connection, ctx.alliance.id, answer.id, person, ctx.now)
        note_ask(ctx, "ask_answer_back", ask)
        return _again(ctx, ask.number, "taken_back")
    changes.withdraw_ask(ctx.connection, ctx.alliance.id, ask.id, person, ctx.now)
    note_ask(ctx, "ask_withdrawn", ask)
    return ctx.write("policy_ask_withdrawn", ask=ask)


VERBS: dict[tuple[str, ...], Callable[[Context, PolicyAsk], Message]] = {
    ("svar", "answer"): _answer,
    ("ret", "correct"): _correct,
    ("fortryd", "undo"): _undo,
}
COMMAND = Command("policy_ask", ("henvendelse", "henvendelser", "appeal", "appeals"), "look", handle)
