"""Minutes sent out: the draft for comments, the approved minutes, a correction. Each is shown first, then confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.minutes import Minutes, differences
from alliance.moments import read_day
from alliance.names import fold
from alliance.papers import Change, Paper
from bot.commands.meetings.days import correct_attendance
from bot.commands.papers.drafting import body_meeting, paper_phrases
from bot.commands.papers.issuing import confirmed, issue, named_readers, seal
from bot.commands.papers.minutes_writing import item_page
from bot.commands.papers.minuting import Desk, desk_of, minutes_paper, settle_actions
from bot.context import Context
from storage.changes import minutes as changes
from storage.queries import meetings
from storage.queries import minutes as queries
from storage.queries.recipients import Readers, readers
from templates.makers.minutes import Outgoing

WRITTEN = "written"
ATTENDANCE = ("fremmoede", "attendance")
LONGEST_REASON = 2_000


@dataclass(frozen=True)
class _Step:
    """One step forward: what the minutes become, the paper that goes out and who gets it.

    ``verb`` names it in the catalogs; ``typed`` and ``errors`` belong to its form, ``changed`` is what is different.
    """

    verb: str
    desk: Desk
    after: Minutes
    paper: Paper
    readers: Readers
    typed: Mapping[str, str]
    errors: Mapping[str, str]
    changed: tuple[Change, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    ready: bool = True


def _step(ctx: Context, step: _Step, words: tuple[str, ...]) -> Message:
    """Carry the step out if these words confirm it exactly as it stands; else show it."""
    if not step.ready or step.errors or not confirmed(words, step.paper, step.readers):
        return _preview(ctx, step, again=bool(words))
    meeting, me = step.desk.meeting, ctx.actor.person.id
    if not changes.carry_forward(ctx.connection, ctx.alliance.id, step.desk.minutes, step.after, me, ctx.now):
        raise Refused("changed_meanwhile", meeting=meeting)
    settle_actions(ctx, step.desk)
    number = issue(ctx, meeting, step.paper, step.readers)
    counts = {"all_items": len(step.readers.all_items), "open_items": len(step.readers.open_items)}
    return ctx.write("minutes_out", verb=step.verb, meeting=meeting, paper=step.paper, paper_id=number, **counts)


def _preview(ctx: Context, step: _Step, *, again: bool) -> Message:
    outgoing = Outgoing(
        step.verb,
        seal(step.paper, step.readers) if step.ready and not step.errors else "",
        step.typed,
        step.errors,
        tuple((str(m.id), m.title.in_(ctx.language)) for m in step.meetings),
        step.changed,
        again and not step.errors,
        tuple(one.item.number for one in step.desk.heard if one.minute.empty),
        _day_off(ctx, step),
    )
    return ctx.write(
        "minutes_preview",
        meeting=step.desk.meeting,
        paper=step.paper,
        readers=named_readers(ctx, step.readers),
        outgoing=outgoing,
    )


def _day_off(ctx: Context, step: _Step) -> tuple[date, str] | None:
    """The day of approval where nobody is at work then: likely a slip of the pen."""
    day = step.paper.approved_on if step.verb == "approve" and not step.errors else None
    return ctx.alliance.charter.calendar.day_off(day) if day else None


# --------------------------------------------------------------------------------------------- for comments


def circulate(ctx: Context) -> Message | None:
    """``referat udsend 2/2027``: the draft to everybody who reads all items; None if this very one is out already."""
    meeting, words = body_meeting(ctx, ctx.args)
    desk = desk_of(ctx, meeting)
    to = Readers(readers(ctx.connection, ctx.alliance, meeting.kind, ctx.today).all_items)
    if _pressed_again(ctx, desk, to, words):
        return None
    after = desk.minutes.circulated(desk.heard)
    paper = minutes_paper(ctx, desk, "circulated", after.circulation)
    newest = desk.newest("circulated")
    changed = differences(newest.paper, paper) if newest else ()
    return _step(ctx, _Step("circulate", desk, after, paper, to, {}, {}, changed), words)


def _pressed_again(ctx: Context, desk: Desk, to: Readers, words: tuple[str, ...]) -> bool:
    """Whether this confirms what went out the last time."""
    if desk.minutes.state != "circulated":
        return False
    return confirmed(words, minutes_paper(ctx, desk, "circulated", desk.minutes.circulation), to)


# ------------------------------------------------------------------------------------------------- approval


def approve(ctx: Context) -> Message | None:
    """``referat godkend 2/2027``: adopted, at a meeting or in writing; to everybody, each in their copy."""
    meeting, words = body_meeting(ctx, ctx.args)
    desk = desk_of(ctx, meeting)
    if desk.minutes.state == "approved" and words:
        return None  # the same button again
    held_on = ctx.alliance.charter.calendar.day(meeting.starts_at)
    later = _later_meetings(ctx, meeting)
    typed, errors = _approval(ctx, later), {}
    day = ctx.today
    try:
        day = read_day(typed["approved_on"])
        after = desk.minutes.approved(desk.heard, held_on, day, ctx.today)
    except Refused as refusal:
        if refusal.reason not in ("unknown_day", "approved_on_wrong"):
            raise
        errors["approved_on"] = ctx.say(f"refused.{refusal.reason}", **refusal.facts)
        after = desk.minutes.approved(desk.heard, held_on, held_on, ctx.today)
    paper = _approved_paper(ctx, desk, after, day, _approved_at(ctx, later, typed))
    newest = desk.newest("circulated")
    changed = differences(newest.paper, paper) if newest else ()
    to = readers(ctx.connection, ctx.alliance, meeting.kind, ctx.today)
    return _step(ctx, _Step("approve", desk, after, paper, to, typed, errors, changed, later), words)


def _later_meetings(ctx: Context, meeting: Meeting) -> tuple[Meeting, ...]:
    """The meetings of the same body since, that have begun: the first of them usually approves."""
    known = meetings.meetings(ctx.connection, ctx.alliance)
    return tuple(
        m
        for m in known
        if m.kind == meeting.kind and m.state != "cancelled" and meeting.starts_at < m.starts_at <= ctx.now
    )


def _approval(ctx: Context, later: Sequence[Meeting]) -> dict[str, str]:
    """What was typed about the approval, else: at the next meeting on its day, or in writing today."""
    at = ctx.answers.get("approved_at", str(later[0].id) if later else WRITTEN)
    known = {str(m.id): m for m in later}
    day = ctx.alliance.charter.calendar.day(known[at].starts_at) if at in known else ctx.today
    typed = ctx.answers.get("approved_on", "").strip() or day.isoformat()
    return {"approved_at": at if at in known else WRITTEN, "approved_on": typed}


def _approved_at(ctx: Context, later: Sequence[Meeting], typed: Mapping[str, str]) -> str:
    titles = {str(m.id): m.title.da for m in later}
    return titles.get(typed["approved_at"], paper_phrases(ctx)("minutes.in_writing"))


def _approved_paper(ctx: Context, desk: Desk, after: Minutes, day: date, at: str) -> Paper:
    return replace(minutes_paper(ctx, desk, "approved", after.version), approved_on=day, approved_at=at)


# ------------------------------------------------------------------------------------------------ correction


def correct(ctx: Context) -> Message | None:
    """``referat ret 2/2027 4`` writes a correction of an item; without a number, sends the corrected minutes out."""
    meeting, words = body_meeting(ctx, ctx.args)
    desk = desk_of(ctx, meeting)
    desk.minutes.correctable()
    if words and fold(words[0]) in ATTENDANCE:
        return correct_attendance(ctx, meeting, words[1:])
    if words and words[0].isdigit():
        return item_page(ctx, desk, words, "correct")
    newest = desk.newest("approved", "corrected")
    assert newest is not None, "approved minutes were sent out"
    reason = ctx.typed("reason")["reason"][:LONGEST_REASON]
    fresh = minutes_paper(ctx, desk, "corrected", desk.minutes.version + 1)
    changed = differences(newest.paper, fresh)
    if not changed and words:
        return None  # the same button again
    after = desk.minutes.corrected(desk.heard, reason or "…", changed)
    was = newest.paper
    paper = replace(fresh, reason=reason, changes=changed, approved_on=was.approved_on, approved_at=was.approved_at)
    asked = bool(ctx.answers) or bool(words)
    errors = {"reason": ctx.say("refused.correction_needs_reason")} if asked and not reason else {}
    to = _earlier_readers(ctx, meeting, newest.id)
    return _step(
        ctx, _Step("correct", desk, after, paper, to, {"reason": reason}, errors, changed, (), bool(reason)), words
    )


def _earlier_readers(ctx: Context, meeting: Meeting, paper_id: int) -> Readers:
    """Exactly those who were sent the version before, each in the copy that they may have today."""
    had = queries.recipients(ctx.connection, ctx.alliance.id, paper_id)
    all_items = set(readers(ctx.connection, ctx.alliance, meeting.kind, ctx.today).all_items)
    return Readers(
        tuple(person for person in had if person in all_items),
        tuple(person for person in had if person not in all_items),
    )
