"""What the alliance asks of whom: the list, one of them with its answer, and those that wait on somebody's list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from alliance.influence import ANSWERS, Influence, Issue, PolicyAsk
from alliance.messages import Block, Button, Choice, Form, Link, Message, Section, Table, Text
from templates import formats
from templates.makers.forms import button_row, fact_pairs
from templates.makers.influence import ONE_BY_ONE, ask_field, pages, shortened, state_words
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases

Typed = Mapping[str, str]
FORM = ("recipient", "subject", "sent_on", "hoped_by", "link", "issue")
LINE = 120
"""Characters of an ask in a table."""


@maker("policy_asks")
def policy_asks(
    say: Phrases,
    *,
    asks: tuple[PolicyAsk, ...],
    count: int,
    of: int,
    start: int,
    asked: str,
    open_only: bool,
    number: int,
    day: date,
    writes: bool,
) -> Message:
    """One page of the list; ``of`` is how many there are in all, ``start`` how many stand before the first shown."""
    late = sum(ask.state(day) == "unanswered" for ask in asks)
    summary = say("policy_asks.summary", count=count, of=of, asked=asked, open_only=open_only, late=late)
    new = Button(say("policy_ask.do.new"), command(say, "policy_ask", say("words.policy_ask_verb.new")), "primary")
    open_ones = Button(say("policy_ask.do.open"), command(say, "policy_ask", say("words.influence.open")))
    whole = Button(say("policy_ask.do.all"), command(say, "policy_ask"))
    ways = [*([new] if writes else []), *([whole] if open_only or asked else [open_ones] if asks else [])]
    ways.append(Button(say("policy_ask.do.framework"), command(say, "framework")))
    if not asks:
        return Message(summary, (Text(summary), Text(say("policy_asks.what"), "subtle"), *button_row(*ways)))
    words = (*((say("words.influence.open"),) if open_only else ()), *((asked,) if asked else ()))
    ways += pages(say, "policy_ask", words, number, start + len(asks) < count)
    each = [
        Button(f"{ask.number}: {shortened(ask.recipient)}", command(say, "policy_ask", ask.number))
        for ask in asks[:ONE_BY_ONE]
    ]
    hint = Text(say("policy_asks.hint", words=command(say, "policy_ask", asks[0].number)), "subtle")
    return Message(summary, (Text(summary), asks_table(say, asks, day), hint, *button_row(*each), *button_row(*ways)))


def asks_table(say: Phrases, asks: Sequence[PolicyAsk], day: date) -> Table:
    """The asks with recipient, the day they were sent, and how they stand."""
    head = tuple(say(f"policy_ask.head.{column}") for column in ("number", "recipient", "subject", "sent_on", "state"))
    rows = tuple(
        (
            str(ask.number),
            ask.recipient,
            shortened(ask.subject, LINE),
            formats.short_day(ask.sent_on, say.language),
            answer_state(say, ask, day),
        )
        for ask in asks
    )
    return Table(say("policy_asks.caption"), head, rows)


def answer_state(say: Phrases, ask: PolicyAsk, day: date) -> str:
    """How an ask stands, with the day that says most: hoped for, or answered."""
    when = ask.answer.answered_on if ask.answer else ask.hoped_by
    return say(f"policy_ask.state.{ask.state(day)}", day=when)


@maker("policy_ask")
def policy_ask(
    say: Phrases, *, ask: PolicyAsk, issue: Issue | None, day: date, writes: bool, said: str = ""
) -> Message:
    """An ask from end to end. ``issue`` is the condition it is about; ``writes``: the reader keeps the list."""
    summary = say("policy_ask.one", ask=ask, state=answer_state(say, ask, day))
    summary = f"{say(f'policy_ask.said.{said}')} {summary}" if said else summary
    answer = ask.answer
    facts = fact_pairs(
        (say("policy_ask.label.sent_on"), say("policy_ask.sent", ask=ask)),
        (say("policy_ask.label.hoped_by"), formats.day(ask.hoped_by, say.language) if ask.hoped_by else ""),
        (say("policy_ask.label.issue"), f"{issue.number}: {issue.heading}" if issue else ""),
        (say("policy_ask.label.state"), answer_state(say, ask, day)),
        (say("policy_ask.label.noted"), say("policy_ask.noted", by=ask.recorded_by_name, at=ask.recorded_at)),
    )
    blocks: list[Block] = [Text(summary), Text(ask.recipient, "heading"), Text(ask.subject), facts]
    if answer is not None:
        blocks.append(Text(say("policy_ask.answer", answer=answer), "heading"))
        noted = say("policy_ask.noted", by=answer.recorded_by_name, at=answer.recorded_at)
        blocks += [*([Text(answer.words)] if answer.words else []), Text(noted, "subtle")]
    links = [Link(say("policy_ask.do.letter"), ask.link)] if ask.link else []
    links += [Link(say("policy_ask.do.reply"), answer.link)] if answer and answer.link else []
    buttons = [*(_steps(say, ask) if writes else []), Button(say("policy_ask.do.list"), command(say, "policy_ask"))]
    return Message(summary, (*blocks, *button_row(*buttons, *links)))


def _verb(say: Phrases, ask: PolicyAsk, verb: str, *args: object) -> str:
    return command(say, "policy_ask", ask.number, say(f"words.policy_ask_verb.{verb}"), *args)


def answer_button(say: Phrases, ask: PolicyAsk) -> Button:
    """Return the button that notes what came back."""
    return Button(say("policy_ask.do.answer"), _verb(say, ask, "answer"), "primary")


def see_button(say: Phrases, ask: PolicyAsk) -> Button:
    return Button(say("policy_ask.do.see"), command(say, "policy_ask", ask.number))


def _steps(say: Phrases, ask: PolicyAsk) -> list[Button]:
    if ask.answer is not None:
        return [Button(say("policy_ask.do.undo_answer"), _verb(say, ask, "undo", f"s{ask.answer.id}"))]
    return [
        answer_button(say, ask),
        Button(say("policy_ask.do.correct"), _verb(say, ask, "correct", f"#{ask.id}")),
        Button(say("policy_ask.do.undo"), _verb(say, ask, "undo", f"h{ask.id}")),
    ]


@maker("policy_ask_withdrawn")
def policy_ask_withdrawn(say: Phrases, *, ask: PolicyAsk) -> Message:
    summary = say("policy_ask.withdrawn", ask=ask)
    whole = Button(say("policy_ask.do.list"), command(say, "policy_ask"))
    return Message(summary, (Text(summary), *button_row(whole)))


# -------------------------------------------------------------------------------------------------------- forms


@maker("policy_ask_form")
def policy_ask_form(say: Phrases, *, old: PolicyAsk | None, typed: Typed, errors: Typed) -> Message:
    """A new ask (``old`` None), or what takes the place of an old one."""
    family = "policy_ask_form"
    summary = say(f"{family}.correct" if old else f"{family}.new", number=old.number if old else 0)
    kinds = {"subject": "long", "sent_on": "date", "hoped_by": "date"}
    required = ("recipient", "subject", "sent_on")
    asks = tuple(
        ask_field(say, family, key, typed, errors, kind=kinds.get(key, "text"), required=key in required)
        for key in FORM
    )
    new = command(say, "policy_ask", say("words.policy_ask_verb.new"))
    words = _verb(say, old, "correct", f"#{old.id}") if old else new
    form = Form((Section(summary, asks, say(f"{family}.note")),), (Button(say(f"{family}.send"), words, "primary"),))
    return Message(summary, (form,))


@maker("policy_answer_form")
def policy_answer_form(say: Phrases, *, ask: PolicyAsk, typed: Typed, errors: Typed) -> Message:
    family = "policy_answer_form"
    summary = say(f"{family}.summary", ask=ask)
    choices = tuple(Choice(key, say(f"{family}.outcome.{key}")) for key in ANSWERS)
    asks = (
        ask_field(say, family, "outcome", typed, errors, kind="choice", required=True, choices=choices),
        ask_field(say, family, "answered_on", typed, errors, kind="date", required=True),
        ask_field(say, family, "words", typed, errors, kind="long"),
        ask_field(say, family, "link", typed, errors),
    )
    send = Button(say(f"{family}.send"), _verb(say, ask, "answer"), "primary")
    return Message(summary, (Form((Section(summary, asks, say(f"{family}.note")),), (send,)),))


# --------------------------------------------------------------------------------- on a list, in the day's reminder


def waiting_blocks(say: Phrases, asks: Iterable[PolicyAsk], day: date) -> list[Block]:
    """The asks whose answer was hoped for by now, each with the way to note what came back."""
    blocks: list[Block] = []
    for ask in asks:
        blocks.append(Text(say("policy_ask.waits", ask=ask, n=(day - ask.hoped_by).days if ask.hoped_by else 0)))
        blocks += button_row(answer_button(say, ask), see_button(say, ask))
    return [Text(say("policy_ask.waiting"), "heading"), *blocks] if blocks else []


# ---------------------------------------------------------------------------------------------------- on an agenda


def influence_text(say: Phrases, known: Influence, since: datetime | None, day: date) -> str:
    """What the item on political influence says: issues that wait, and asks with what came back.

    ``since`` (aware UTC) is when the body met last; without one, everything is new.
    """
    pending = [issue for issue in known.issues if issue.pending(day)]
    pending.sort(key=lambda issue: (-len(issue.supporters), issue.number))
    settled = [issue for issue in known.issues if _become_since(issue, since, day)]
    awaited = [ask for ask in known.asks if ask.is_open(day)]
    answered = [ask for ask in known.asks if ask.answer and (since is None or ask.answer.recorded_at > since)]
    lines = [say("standing_item.influence.intro", day=day, issues=len(pending), asks=len(awaited))]
    lines += [say("standing_item.influence.issue", issue=one, state=state_words(say, one, day)) for one in pending]
    parts = (
        ("settled", [say("standing_item.influence.settled_line", issue=one, words=_last(one)) for one in settled]),
        ("asks", [say("standing_item.influence.ask", ask=ask, state=answer_state(say, ask, day)) for ask in awaited]),
        (
            "answers",
            [say("standing_item.influence.answer", ask=ask, state=answer_state(say, ask, day)) for ask in answered],
        ),
    )
    for key, found in parts:
        lines += ["", say(f"standing_item.influence.{key}"), *found] if found else []
    return "\n".join(lines)


def _become_since(issue: Issue, since: datetime | None, day: date) -> bool:
    last = issue.last
    return last is not None and not issue.pending(day) and (since is None or last.recorded_at > since)


def _last(issue: Issue) -> str:
    return shortened(issue.last.words, LINE * 3) if issue.last else ""
