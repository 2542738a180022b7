"""``svar styregruppe 2/2027 ja``: the answer for a seat of a body, from who holds the seat's office or acts for it."""

from __future__ import annotations

from alliance.attendance import Answer, Response
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.names import fold
from alliance.rolls import Roll, RollLine
from bot.context import Context
from storage.changes import facts
from storage.queries import meetings
from storage.queries.rolls import answerers, roll

POLITE = frozenset(("tak", "mange", "gerne", "desvaerre", "thanks", "thank", "you", "please", "sorry", "unfortunately"))
"""What says nothing more beside a yes or no. Folded."""


def answer_seat(ctx: Context, meeting: Meeting, response: Response | None, beside: str = "") -> Message:
    """Note the answer and show it; without one, ask. Answering the same again changes nothing.

    ``beside`` are the words that came with it: they are nobody's answer, and it is said that they are not kept.
    """
    if meeting.state != "called":
        raise Refused(f"meeting_is_{meeting.state}", meeting=meeting)
    if ctx.now >= meeting.starts_at:
        raise Refused("meeting_over", title=meeting.title.in_(ctx.language), day=ctx.today)
    line = _line(ctx, meeting)
    _check_right(ctx, meeting, line)
    if line.answer and ctx.came_since(line.answer.given_at):
        response = None  # the button was pressed under a question that has been answered since
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
        unkept=beside,
        prefix=ctx.prefix,
    )


def _line(ctx: Context, meeting: Meeting) -> RollLine:
    for line in roll(ctx.connection, ctx.alliance, meeting).lines:
        if line.organisation_id == ctx.organisation.id:
            return line
    raise Refused("not_invited", organisation=ctx.organisation.official_name, meeting=meeting)


def _check_right(ctx: Context, meeting: Meeting, line: RollLine) -> None:
    """A seat is its office's on the day of the meeting: neither a coordinator nor a predecessor answers for it."""
    if ctx.actor.secretariat:
        return
    body = ctx.alliance.charter.body(meeting.kind)
    office = body.observer_office if line.observer else body.seat_holder
    if ctx.actor.person.id not in answerers(ctx.connection, ctx.alliance, meeting, line, office):
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
        for_person=line.person_id,
    )
    facts.add_answer(ctx.connection, ctx.alliance.id, answer)
    ctx.note("answered_seat", f"meeting:{meeting.id}", response=response, label=meeting.title.da)


def reads_as(words: tuple[str, ...], responses: dict[str, Response]) -> Response | None:
    """The answer that the first word means, None where there is none; what it does not mean is refused, not guessed."""
    if not words:
        return None
    response = responses.get(fold(words[0].strip(".,;:!?")))
    if response is None:
        raise Refused("answer_unclear", got=" ".join(words))
    return response


def answerable(ctx: Context) -> tuple[Meeting, ...]:
    """The called meetings in which the member has a seat that whoever asks may answer for."""
    found = []
    for meeting in meetings.ahead(ctx.connection, ctx.alliance, ctx.today):
        if meeting.of_body and meeting.state == "called" and meeting.starts_at > ctx.now:
            try:
                _check_right(ctx, meeting, _line(ctx, meeting))
            except Refused:
                continue
            found.append(meeting)
    return tuple(found)


def words_beside(words: tuple[str, ...]) -> str:
    """What was said after a yes or no, without what is only polite."""
    return "" if all(fold(word.strip(".,;:!?")) in POLITE for word in words) else " ".join(words).strip(" ,;:")


def own_seats(ctx: Context, known: Roll) -> tuple[tuple[RollLine, str], ...]:
    """The seats the reader may still answer for, each with what stands before the words of the answer."""
    meeting = known.meeting
    if not meeting.of_body or meeting.state != "called" or meeting.starts_at <= ctx.now:
        return ()
    office, person = ctx.alliance.charter.body(meeting.kind).seat_holder, ctx.actor.person.id
    own = ctx.actor.organisations or ctx.actor.invited
    return tuple(
        (line, "" if own == (line.organisation_id,) else f"for {line.organisation}: ")
        for line in known.seats
        if person in answerers(ctx.connection, ctx.alliance, meeting, line, office)
    )
