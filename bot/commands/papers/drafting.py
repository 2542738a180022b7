"""An agenda under way: its standing items, and the papers it becomes. What the commands about agendas share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from alliance.agendas import AgendaItem, StandingItem, agenda_due, numbered, standing_items, unissued
from alliance.charter import Body
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.papers import PAPER_LANGUAGE, Issued, Paper, PaperAttendee, PaperItem, PaperKind
from bot.commands.influence.record import influence_told
from bot.commands.meetings.names import named
from bot.commands.papers.annexes import coverages, enclose_status, participation
from bot.commands.papers.passing_on import enclose, reporter, reporting_to, told
from bot.context import Context, read_number
from storage.changes import agendas as changes
from storage.queries import accounts, agendas, meetings, papers, register
from storage.queries.minutes import awaiting_approval
from storage.queries.recipients import readable_copy
from storage.queries.rolls import roll
from templates.makers.agendas import Proposal, progress_text, proposal_of, standing_texts
from templates.phrases import Phrases, listed


def body_meeting(ctx: Context, args: tuple[str, ...]) -> tuple[Meeting, tuple[str, ...]]:
    """The meeting of a body that the words name, and the words after it; an event has no agenda here."""
    meeting, rest = named(ctx, args or _next(ctx))
    if not meeting.of_body:
        raise Refused("no_agenda", meeting=meeting)
    return meeting, rest


def _next(ctx: Context) -> tuple[str, ...]:
    """The words that name the meeting of a body that comes next; none where there is none."""
    known = meetings.ahead(ctx.connection, ctx.alliance, ctx.today)
    return next((tuple(m.named_in(ctx.language).split()) for m in known if m.of_body), ())


def issued_of(ctx: Context, meeting: Meeting) -> tuple[Issued, ...]:
    """The agenda of a meeting and its supplements, as they went out, oldest first."""
    return papers.papers_of(ctx.connection, ctx.alliance.id, meeting.id, ("agenda", "supplement"))


def readable(ctx: Context, meeting: Meeting, issued: Iterable[Issued]) -> list[tuple[int, Paper]]:
    """Each of the papers in the copy that whoever asks may have, by its number; those they may not are left out."""
    found = []
    for one in issued:
        copy = readable_copy(ctx.connection, ctx.alliance, ctx.actor, meeting, one.paper, ctx.today)
        if copy:
            found.append((one.id, papers.copy_of(ctx.connection, ctx.alliance.id, one, copy)))
    return found


def due_on(ctx: Context, meeting: Meeting) -> date:
    """The last local day on which the agenda is in time; it moves with the meeting."""
    calendar = ctx.alliance.charter.calendar
    return agenda_due(calendar, calendar.day(meeting.starts_at), ctx.alliance.charter.deadlines)


def item_of(ctx: Context, typed: str, reason: str = "no_such_item") -> tuple[AgendaItem, Meeting]:
    """An item by its own number (``#12``), with its meeting; raises Refused for one that is not there."""
    number = read_number(typed.removeprefix("#"))
    item = agendas.item(ctx.connection, ctx.alliance.id, number) if number is not None else None
    meeting = meetings.meeting(ctx.connection, ctx.alliance, item.meeting_id) if item else None
    if item is None or meeting is None or item.state == "removed":
        raise Refused(reason, got=typed)
    return item, meeting


def note_item(ctx: Context, action: str, item: AgendaItem, **facts: object) -> None:
    """Write down what was done to an item; a closed one goes by its public heading in the journal too."""
    ctx.note(action, f"item:{item.id}", label=item.public_heading if item.closed else item.heading, **facts)


# ----------------------------------------------------------------------------------------------- standing items


def looked_at(ctx: Context, meeting: Meeting) -> tuple[AgendaItem, ...]:
    """The items of a meeting's agenda; the standing ones as they would be written, if nobody has begun: without ids."""
    items = agendas.items(ctx.connection, ctx.alliance.id, meeting.id)
    if any(item.standing for item in items) or meeting.starts_at <= ctx.now or meeting.state == "cancelled":
        return items
    body = ctx.alliance.charter.body(meeting.kind)
    fresh = (
        replace(_standing(ctx, meeting, standing, position), id=-position)
        for position, standing in enumerate(_standing_items(ctx, body), 1)
    )
    return (*items, *fresh)


def begun(ctx: Context, meeting: Meeting) -> tuple[AgendaItem, ...]:
    """The items of a meeting's agenda; the standing ones are written with its first change, or when it is opened."""
    items = looked_at(ctx, meeting)
    fresh = [item for item in items if item.id < 0]
    if not fresh:
        return items
    for item in fresh:
        number = changes.add_item(ctx.connection, ctx.alliance.id, item, ctx.actor.person.id, ctx.now)
        _enclose(ctx, replace(item, id=number), meeting)
    ctx.note("agenda_begun", f"meeting:{meeting.id}", label=meeting.title.in_(PAPER_LANGUAGE))
    return agendas.items(ctx.connection, ctx.alliance.id, meeting.id)


def _enclose(ctx: Context, item: AgendaItem, meeting: Meeting) -> None:
    """Put what is made with a standing item on it: the minutes of the body that reports, the status of every member."""
    before = _neighbours(ctx, meeting)[0]
    if reporter(item.standing):
        enclose(ctx, item, meeting, before)
    elif item.standing == "progress":
        enclose_status(ctx, paper_phrases(ctx), item, meeting, _met(ctx, before))


def _met(ctx: Context, before: Meeting | None) -> Meeting | None:
    """The meeting before, once it has begun."""
    return before if before and before.starts_at < ctx.now else None


def _standing_items(ctx: Context, body: Body) -> tuple[StandingItem, ...]:
    return standing_items(
        len(body.tasks), body.progress, reporting_to(ctx, body.key), body.participation, body.influence
    )


def _standing(ctx: Context, meeting: Meeting, standing: StandingItem, position: int) -> AgendaItem:
    texts = _standing_texts(ctx, meeting, standing)
    return AgendaItem(
        0,
        meeting.id,
        position,
        standing.kind,
        texts["heading"],
        summary=texts.get("summary", ""),
        recommendation=texts.get("recommendation", ""),
        standing=standing.key,
    )


def _standing_texts(ctx: Context, meeting: Meeting, standing: StandingItem) -> Mapping[str, str]:
    """What it says from the start: the charter's own words for the body's tasks, ours for the rest."""
    charter = ctx.alliance.charter
    if standing.task is not None:
        heading = charter.body(meeting.kind).tasks[standing.task].in_(PAPER_LANGUAGE)
        drawn = _drawn(ctx, standing.key, meeting)
        return {"heading": heading} if drawn is None else {"heading": heading, "summary": drawn}
    before, after = _neighbours(ctx, meeting)
    if reporting := reporter(standing.key):
        name = charter.body(reporting).short_name.in_(PAPER_LANGUAGE)
        heading = standing_texts(paper_phrases(ctx), "report_of", body=name)["heading"]
        return {"heading": heading, "summary": told(ctx, paper_phrases(ctx), meeting, before, reporting)}
    return standing_texts(
        paper_phrases(ctx),
        standing.key,
        previous=_to_approve(ctx, meeting, before),
        following=after,
        partners=charter.secretariat.assisted_by,
    )


def _to_approve(ctx: Context, meeting: Meeting, before: Meeting | None) -> str:
    """The meetings whose minutes this one is to approve: those that wait, and the one before if it is still to come."""
    waiting = awaiting_approval(ctx.connection, ctx.alliance, meeting.kind)
    titles = [m.title.in_(PAPER_LANGUAGE) for m in waiting if m.starts_at < meeting.starts_at]
    coming = [before.title.in_(PAPER_LANGUAGE)] if before and before.state != "held" else []
    return listed((*titles, *coming), PAPER_LANGUAGE)


def _neighbours(ctx: Context, meeting: Meeting) -> tuple[Meeting | None, Meeting | None]:
    """The meetings of the same body before and after this one; cancelled ones are none."""
    known = meetings.meetings(ctx.connection, ctx.alliance)
    others = [m for m in known if m.kind == meeting.kind and m.state != "cancelled" and m.id != meeting.id]
    before = [m for m in others if m.starts_at < meeting.starts_at]
    after = [m for m in others if m.starts_at > meeting.starts_at]
    return (before[-1] if before else None), (after[0] if after else None)


def paper_phrases(ctx: Context) -> Phrases:
    """The catalog of the language that papers are written in."""
    return Phrases(PAPER_LANGUAGE, ctx.alliance.charter.zone)


def progress(ctx: Context, meeting: Meeting) -> str:
    """How far the members have come today, and what has come in since the body last met, for the agenda."""
    board, before = accounts.board(ctx.connection, ctx.alliance, ctx.today), _neighbours(ctx, meeting)[0]
    plans = {} if board.requirements else coverages(ctx)
    return progress_text(paper_phrases(ctx), board, plans, _met(ctx, before))


def _drawn(ctx: Context, key: str, meeting: Meeting) -> str | None:
    """What a task's item says from the register; None for any other."""
    if key == "influence":
        return influence(ctx, meeting)
    if key == "participation":
        annexed = ctx.alliance.charter.body(meeting.kind).progress > 0
        return participation(ctx, paper_phrases(ctx), annexed=annexed)
    return progress(ctx, meeting) if key == "progress" else None


def influence(ctx: Context, meeting: Meeting) -> str:
    """What both registers of influence say today, and what has come in since the body last met, for the agenda."""
    return influence_told(ctx, paper_phrases(ctx), _neighbours(ctx, meeting)[0])


def drawn_anew(ctx: Context, item: AgendaItem, meeting: Meeting) -> str:
    """What a standing item whose text is drawn from the register says now; any other says what it said."""
    _enclose(ctx, item, meeting)
    if reporting := reporter(item.standing):
        return told(ctx, paper_phrases(ctx), meeting, _neighbours(ctx, meeting)[0], reporting)
    drawn = _drawn(ctx, item.standing, meeting)
    return item.summary if drawn is None else drawn


# -------------------------------------------------------------------------------------------------- the papers


def agenda_paper(ctx: Context, meeting: Meeting, items: Iterable[AgendaItem], reason: str) -> Paper:
    """The agenda as it would be published now."""
    return _paper(ctx, meeting, "agenda", 0, numbered(items), reason)


def supplement_paper(
    ctx: Context, meeting: Meeting, items: Iterable[AgendaItem], issued: tuple[Issued, ...], reason: str
) -> Paper:
    """What is new or changed since, as the next supplement."""
    told = unissued(items, [one.paper for one in issued])
    return _paper(ctx, meeting, "supplement", len(issued), told, reason)


def moved_since(meeting: Meeting, issued: Sequence[Issued]) -> bool:
    """Whether the meeting is at another time or place than what went out last says."""
    return bool(issued) and not issued[-1].paper.held_at(meeting.starts_at, meeting.ends_at, meeting.place)


def _paper(
    ctx: Context, meeting: Meeting, kind: PaperKind, number: int, items: tuple[PaperItem, ...], reason: str
) -> Paper:
    charter = ctx.alliance.charter
    body = charter.body(meeting.kind)
    return Paper(
        kind=kind,
        copy="all",
        alliance=charter.name.in_(PAPER_LANGUAGE),
        body=body.short_name.in_(PAPER_LANGUAGE),
        meeting=meeting.title.in_(PAPER_LANGUAGE),
        label=meeting.label,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=meeting.place,
        zone=charter.zone,
        number=number,
        status="published",
        issued_at=ctx.now,
        issued_by=ctx.actor.person.name,
        items=items,
        attendees=attendees(ctx, meeting),
        quorum=body.quorum,
        reason=reason,
    )


def attendees(ctx: Context, meeting: Meeting) -> tuple[PaperAttendee, ...]:
    """The seats and observers of the day of the meeting; a vacant seat is shown by its constituency."""
    charter = ctx.alliance.charter
    body = charter.body(meeting.kind)
    found = []
    for line in roll(ctx.connection, ctx.alliance, meeting).lines:
        office = body.observer_office if line.observer else body.seat_holder
        seat = f"{charter.office(office).title.in_(PAPER_LANGUAGE)}, {line.organisation}" if line.person else line.seat
        found.append(PaperAttendee(line.person, seat, line.chair, line.observer))
    return tuple(found)


# --------------------------------------------------------------------------------------------------- proposals


def proposals(
    ctx: Context, items: Iterable[AgendaItem], organisations: Iterable[int] | None = None
) -> tuple[Proposal, ...]:
    """The items that members proposed (these members), with names: all of theirs, else what waits for an answer."""
    wanted = None if organisations is None else set(organisations)
    return tuple(
        as_proposal(ctx, item)
        for item in items
        if item.proposed_by is not None
        and (item.state == "proposed" if wanted is None else item.proposed_for in wanted and item.state != "removed")
    )


def as_proposal(ctx: Context, item: AgendaItem) -> Proposal:
    """An item as its proposer wrote it, with their name and member."""
    people = register.people(ctx.connection, ctx.alliance.id, [item.proposed_by or 0])
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, [item.proposed_for or 0])
    by = next((person.name for person in people.values()), "")
    member = next((organisation.name for organisation in members.values()), "")
    return proposal_of(item, by, member)
