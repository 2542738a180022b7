"""``rammevilkår``: the framework conditions that members raise, support and see taken up by the steering group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from alliance.agendas import AgendaItem, check_open
from alliance.errors import Refused
from alliance.influence import (
    LONGEST_HEADING,
    LONGEST_TEXT,
    OUTCOMES,
    Issue,
    IssueStep,
    StepKind,
    by_weight,
    check_pending,
    check_support,
)
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.messages import Message
from alliance.names import fold
from bot.commands.influence.record import (
    PAGE,
    for_another,
    issue_meant,
    note_issue,
    speaker,
    spoken_for,
    tell_of_step,
    tell_raised,
)
from bot.commands.papers.drafting import begun, body_meeting, note_item, paper_phrases
from bot.context import Command, Context, NotTheirs, read_number
from bot.paging import asked_page, page_of
from storage.changes import agendas as agenda_changes
from storage.changes import influence as changes
from storage.queries import influence, meetings
from templates.makers.influence import item_texts

NEW = ("nyt", "ny", "new")
EVERYTHING = ("alle", "all")
NOT = ("ikke", "not")


def handle(ctx: Context) -> Message:
    verb = fold(ctx.args[0].rstrip(":")) if ctx.args else ""
    if verb in NEW:
        return _new(ctx)
    if not ctx.args or read_number(ctx.args[0]) is None:
        return _listed(ctx)
    issue = issue_meant(ctx, ctx.args[0])
    if len(ctx.args) == 1:
        return shown(ctx, issue)
    verb = fold(ctx.args[1].rstrip(":"))
    for words, work in VERBS.items():
        if verb in words:
            return work(ctx, issue)
    raise Refused("issue_verb", got=ctx.args[1], number=issue.number)


def _listed(ctx: Context) -> Message:
    """Those that nothing has become of yet; ``alle``, or those that have some words in them."""
    known, everything = influence.issues(ctx.connection, ctx.alliance), False
    asked, number = asked_page(ctx.args)
    if asked and fold(asked[0]) in EVERYTHING:
        everything, asked = True, asked[1:]
    wanted = " ".join(asked)
    found = [one for one in known if (everything or wanted or one.pending(ctx.today)) and one.holds(wanted)]
    page = page_of(by_weight(found, ctx.today), number, PAGE)
    return ctx.write(
        "framework",
        issues=page.rows,
        count=len(found),
        of=len(known),
        start=(page.number - 1) * PAGE,
        asked=wanted,
        everything=everything,
        number=page.number,
        day=ctx.today,
        raises=_raises(ctx),
    )


def _raises(ctx: Context) -> bool:
    return ctx.actor.secretariat or bool(spoken_for(ctx))


def shown(ctx: Context, issue: Issue, said: str = "") -> Message:
    """An issue from end to end, with what its reader can do; ``said`` is the key of what was just done."""
    mine = spoken_for(ctx)
    titles = {m.id: m.title for m in meetings.meetings(ctx.connection, ctx.alliance)}
    pending = issue.pending(ctx.today)
    return ctx.write(
        "framework_issue",
        issue=issue,
        day=ctx.today,
        titles=titles,
        supports=pending and any(not issue.backed_by(one.id) for one in mine),
        supported=tuple(one.name for one in mine if pending and _supports(issue, one.id)),
        withdraws=issue.state(ctx.today) == "raised" and (ctx.actor.secretariat or _raised(issue, mine)),
        decides=ctx.actor.secretariat,
        asks=tuple(ask for ask in influence.asks(ctx.connection, ctx.alliance) if ask.issue == issue.number),
        next_meeting=_next_meeting(ctx) if ctx.actor.secretariat else None,
        said=said,
    )


def _raised(issue: Issue, mine: tuple[Organisation, ...]) -> bool:
    return issue.organisation_id in {one.id for one in mine}


def _supports(issue: Issue, organisation_id: int) -> bool:
    return any(one.organisation_id == organisation_id for one in issue.supporters)


def _next_meeting(ctx: Context) -> Meeting | None:
    """The meeting of a body that comes next and has not begun."""
    known = meetings.ahead(ctx.connection, ctx.alliance, ctx.today)
    return next((m for m in known if m.of_body and m.starts_at > ctx.now and m.state != "cancelled"), None)


def _again(ctx: Context, issue: Issue, said: str) -> Message:
    return shown(ctx, issue_meant(ctx, str(issue.number)), said)


# ------------------------------------------------------------------------------------------------------- raising


def _new(ctx: Context) -> Message:
    """Raise an issue; words after ``nyt:`` are its heading. The very same again, while it waits, changes nothing."""
    begun_with = " ".join(ctx.args[1:])
    who = speaker(ctx, " ".join((ctx.say("words.framework"), *ctx.args)))
    if isinstance(who, Message):
        return who
    typed = ctx.typed("heading", "text")
    errors = _faults(typed) if ctx.answers else {}
    if not ctx.answers or errors:
        typed = typed if ctx.answers else {"heading": begun_with, "text": ""}
        another = for_another(ctx, who)
        prefix = ctx.prefix_for(who)
        return ctx.write("framework_form", organisation=who, typed=typed, errors=errors, prefix=prefix, another=another)
    heading = " ".join(typed["heading"].split())
    said = who.id, fold(heading), typed["text"]
    waiting = (one for one in influence.issues(ctx.connection, ctx.alliance) if one.pending(ctx.today))
    twin = next((one for one in waiting if (one.organisation_id, fold(one.heading), one.text) == said), None)
    if twin is not None:
        return shown(ctx, twin, "raised")
    return _raise(ctx, who, heading, typed["text"])


def _faults(typed: Mapping[str, str]) -> dict[str, str]:
    limits = {"heading": LONGEST_HEADING, "text": LONGEST_TEXT}
    missing = {key: f"{key}_missing" for key in limits if not typed[key]}
    return missing | {key: "too_long" for key, limit in limits.items() if len(typed[key]) > limit}


def _raise(ctx: Context, who: Organisation, heading: str, text: str) -> Message:
    me, another = ctx.actor.person.id, for_another(ctx, who)
    new = Issue(0, 0, heading, text, who.id, me, ctx.now, another)
    issue = issue_meant(ctx, str(changes.add_issue(ctx.connection, ctx.alliance.id, new)))
    note_issue(ctx, "issue_raised", issue, who)
    tell_raised(ctx, issue)
    return shown(ctx, issue, "raised")


def _withdraw(ctx: Context, issue: Issue) -> Message:
    """Who raised it takes it back, as long as it is on no agenda."""
    mine = spoken_for(ctx)
    if not ctx.actor.secretariat and not _raised(issue, mine):
        raise NotTheirs("influence_not_yours", organisation=issue.organisation)
    if issue.state(ctx.today) != "raised":
        raise Refused("issue_under_way", number=issue.number, heading=issue.heading)
    changes.withdraw_issue(ctx.connection, ctx.alliance.id, issue.id, ctx.actor.person.id, ctx.now)
    note_issue(ctx, "issue_withdrawn", issue)
    return ctx.write("framework_withdrawn", issue=issue)


# ---------------------------------------------------------------------------------------------------- supporting


def _support(ctx: Context, issue: Issue) -> Message:
    """Stand behind an issue, or ``støt ikke`` no longer; either said again changes nothing."""
    who = speaker(ctx, " ".join((ctx.say("words.framework"), *ctx.args)))
    if isinstance(who, Message):
        return who
    if len(ctx.args) > 2 and fold(ctx.args[2]) in NOT:
        return _support_no_more(ctx, issue, who)
    check_support(issue, who.id, ctx.today)
    if not _supports(issue, who.id):
        changes.add_support(
            ctx.connection,
            ctx.alliance.id,
            issue.id,
            who.id,
            person_id=ctx.actor.person.id,
            on_behalf=for_another(ctx, who),
            now=ctx.now,
        )
        note_issue(ctx, "issue_supported", issue, who)
    return _again(ctx, issue, "supported")


def _support_no_more(ctx: Context, issue: Issue, who: Organisation) -> Message:
    check_pending(issue, ctx.today)
    me = ctx.actor.person.id
    if changes.withdraw_support(ctx.connection, ctx.alliance.id, issue.id, who.id, me, ctx.now):
        note_issue(ctx, "issue_support_back", issue, who)
    return _again(ctx, issue, "not_supported")


# --------------------------------------------------------------------------------------------- what becomes of it


def _put_on(ctx: Context, issue: Issue) -> Message:
    """Put it on a meeting's agenda, after what stands there; whoever raised it hears like of any proposal."""
    ctx.check_secretariat()
    meeting, _ = body_meeting(ctx, ctx.args[2:])
    check_open(meeting, ctx.now)
    last = issue.last
    if last and last.kind == "planned" and last.meeting_id == meeting.id:
        return shown(ctx, issue, "planned")
    if issue.state(ctx.today) == "planned":
        raise Refused("issue_planned", number=issue.number, heading=issue.heading)
    check_pending(issue, ctx.today)
    item = _item(ctx, issue, meeting)
    note_item(ctx, "item_added", item)
    step = IssueStep(
        0, issue.id, "planned", ctx.today, "", ctx.now, ctx.actor.person.id, item_id=item.id, meeting_id=meeting.id
    )
    return _step(ctx, issue, step, "planned")


def _item(ctx: Context, issue: Issue, meeting: Meeting) -> AgendaItem:
    texts = item_texts(paper_phrases(ctx), issue)
    last = max(item.position for item in begun(ctx, meeting))
    item = AgendaItem(
        0,
        meeting.id,
        last + 1,
        "discussion",
        texts["heading"],
        case=texts["case"],
        recommendation=texts["recommendation"],
        proposed_by=issue.raised_by,
        proposed_for=issue.organisation_id,
    )
    number = agenda_changes.add_item(ctx.connection, ctx.alliance.id, item, ctx.actor.person.id, ctx.now)
    return replace(item, id=number)


def _decide(ctx: Context, issue: Issue) -> Message:
    """Note what became of it; who raised it and who supports it hear so, once."""
    ctx.check_secretariat()
    check_pending(issue, ctx.today)
    typed = ctx.typed("outcome", "words")
    if not ctx.answers and len(ctx.args) > 2:
        typed["outcome"] = next((key for key in OUTCOMES if _means(ctx.args[2], key)), "")
    errors = _outcome_faults(typed) if ctx.answers else {}
    if not ctx.answers or errors:
        return ctx.write("framework_outcome_form", issue=issue, typed=typed, errors=errors)
    me = ctx.actor.person.id
    kind = cast(StepKind, typed["outcome"])
    return _step(ctx, issue, IssueStep(0, issue.id, kind, ctx.today, typed["words"], ctx.now, me), kind)


def _means(typed: str, key: str) -> bool:
    return fold(typed) in OUTCOME_WORDS[key]


def _outcome_faults(typed: Mapping[str, str]) -> dict[str, str]:
    if typed["outcome"] not in OUTCOMES:
        return {"outcome": "outcome_missing"}
    if len(typed["words"]) > LONGEST_TEXT:
        return {"words": "too_long"}
    needed = {"declined": "decline_why", "sent_on": "sent_to_whom"}
    return {} if typed["words"] or typed["outcome"] not in needed else {"words": needed[typed["outcome"]]}


def _step(ctx: Context, issue: Issue, step: IssueStep, said: str) -> Message:
    number = changes.add_step(ctx.connection, ctx.alliance.id, step)
    note_issue(ctx, f"issue_{step.kind}", issue)
    tell_of_step(ctx, issue, f"step:{number}")
    return _again(ctx, issue, said)


def _undo(ctx: Context, issue: Issue) -> Message:
    """Take the outcome back, as its button names it (``s12``); those who heard of it hear that, too."""
    ctx.check_secretariat()
    last = issue.last
    named = ctx.args[2] if len(ctx.args) > 2 else ""
    if last is None or last.kind == "planned" or named not in ("", f"s{last.id}"):
        raise Refused("issue_not_the_newest", got=named, number=issue.number)
    changes.withdraw_step(ctx.connection, ctx.alliance.id, last.id, ctx.actor.person.id, ctx.now)
    note_issue(ctx, "issue_step_back", issue)
    tell_of_step(ctx, issue, f"step:{last.id}:back")
    return _again(ctx, issue, "taken_back")


OUTCOME_WORDS = {
    "taken_up": ("optaget", "taget", "taken"),
    "sent_on": ("sendt", "sent"),
    "declined": ("afvist", "ikke", "declined"),
}
VERBS: dict[tuple[str, ...], Callable[[Context, Issue], Message]] = {
    ("stoet", "support"): _support,
    ("paa", "on"): _put_on,
    ("afgoer", "decide"): _decide,
    ("traek", "withdraw"): _withdraw,
    ("fortryd", "undo"): _undo,
}
COMMAND = Command("framework", ("rammevilkår", "rammevilkaar", "framework"), "look", handle, of_any=True)
