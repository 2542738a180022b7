"""``svar styregruppe 2/2027 ja``: the answer for a seat of a body, from who holds the seat's office or acts for it."""

from __future__ import annotations

from alliance.attendance import Answer, Response
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.names import fold
from alliance.rolls import RollLine
from bot.commands.context import Context
from storage.changes import facts
from storage.queries.rolls import roll


def answer_seat(ctx: Context, meeting: Meeting, response: Response | None) -> Message:
    """Note the answer and show it; without one, ask. Answering the same again changes nothing."""
    if meeting.state != "called":
        raise Refused(f"meeting_is_{meeting.state}", meeting=meeting)
    if ctx.now >= meeting.starts_at:
        raise Refused("meeting_over", title=meeting.title.in_(ctx.language), day=ctx.today)
    line = _line(ctx, meeting)
    _check_right(ctx, meeting, line)
    given = response is not None and not (line.answer and line.answer.response == response)
    if response is not None and given:
        _note(ctx, meeting, line, response)
        line = _line(ctx, meeting)
    return ctx.write(
        "seat_rsvp",
        meeting=meeting,
        organisation=ctx.organisation,
        line=line,
        just_given=given,
        prefix=ctx.prefix,
    )


def _line(ctx: Context, meeting: Meeting) -> RollLine:
    for line in roll(ctx.connection, ctx.alliance, meeting).lines:
        if line.organisation_id == ctx.organisation.id:
            return line
    raise Refused("not_invited", organisation=ctx.organisation.official_name, meeting=meeting)


def _check_right(ctx: Context, meeting: Meeting, line: RollLine) -> None:
    """A seat is its office's: a coordinator of the same municipality does not answer for the mayor."""
    if ctx.actor.secretariat:
        return
    body = ctx.alliance.charter.body(meeting.kind)
    office = body.observer_office if line.observer else body.seat_holder
    mine = any(t.organisation_id == ctx.organisation.id and t.office == office for t in ctx.actor.terms)
    if not mine:
        raise Refused("not_your_seat", organisation=ctx.organisation.official_name)


def _note(ctx: Context, meeting: Meeting, line: RollLine, response: Response) -> None:
    body = ctx.alliance.charter.body(meeting.kind)
    coming = response != "no"
    answer = Answer(
        id=0,
        meeting_id=meeting.id,
        organisation_id=ctx.organisation.id,
        response=response,
        office=(body.observer_office if line.observer else body.seat_holder) if coming else "",
        attendee=line.person if coming else "",
        revision=meeting.revision,
        given_at=ctx.now,
        given_by=ctx.actor.person.id,
        source=ctx.channel,
        on_behalf=ctx.on_behalf,
    )
    facts.add_answer(ctx.connection, ctx.alliance.id, answer)
    ctx.note("answered_seat", f"meeting:{meeting.id}", response=response, label=meeting.title.da)


def reads_as(typed: str, responses: dict[str, Response]) -> Response | None:
    """The answer that a word means, or None."""
    return responses.get(fold(typed))
