"""Minutes under way: what is on the table, the paper they become, and what their actions oblige people to.

What the commands about minutes share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from alliance.actions import Action, DraftAction, obligation_of, settled
from alliance.agendas import as_issued, closed_since, numbered
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.minutes import Heard, ItemMinute, Minutes
from alliance.papers import PAPER_LANGUAGE, Issued, Paper, PaperAction, PaperAttendee, PaperItem, PaperKind, PaperStatus
from alliance.rolls import Roll
from alliance.words import Words
from bot.commands.papers.drafting import issued_of, paper_phrases
from bot.context import Context
from storage.calling import seats_of
from storage.changes import facts
from storage.changes import minutes as changes
from storage.queries import actors, agendas, papers, register
from storage.queries import minutes as queries
from storage.queries.rolls import roll

MINUTES: tuple[PaperKind, ...] = ("minutes",)


@dataclass(frozen=True)
class Desk:
    """Everything about the minutes of one meeting, as it stands now."""

    meeting: Meeting
    minutes: Minutes
    heard: tuple[Heard, ...]
    issued: tuple[Issued, ...]

    def newest(self, *statuses: PaperStatus) -> Issued | None:
        """The minutes that were sent out last with one of these statuses."""
        found = [one for one in self.issued if one.paper.status in statuses]
        return found[-1] if found else None

    def item(self, number: int) -> Heard:
        """The item of that number; raises Refused(``no_such_number``)."""
        for one in self.heard:
            if one.item.number == number:
                return one
        raise Refused("no_such_number", got=number, meeting=self.meeting, count=len(self.heard))


def desk_of(ctx: Context, meeting: Meeting) -> Desk:
    """Read the minutes of a meeting of a body with all that belongs to them."""
    return Desk(
        meeting,
        queries.minutes(ctx.connection, ctx.alliance.id, meeting),
        _heard(ctx, meeting),
        papers.papers_of(ctx.connection, ctx.alliance.id, meeting.id, MINUTES),
    )


def _heard(ctx: Context, meeting: Meeting) -> tuple[Heard, ...]:
    """The items as they were sent out, else as they were written, each with what the minutes say so far.

    What was closed since is closed here too, although no supplement said so.
    """
    items = agendas.items(ctx.connection, ctx.alliance.id, meeting.id)
    sent = [one.paper for one in issued_of(ctx, meeting)]
    written = {item.id: item for item in items}
    said = queries.item_minutes(ctx.connection, ctx.alliance.id, meeting.id)
    on_table = closed_since(as_issued(sent), written) if sent else numbered(items)
    return tuple(
        Heard(i, said.get(i.id, ItemMinute(i.id)), written[i.id].standing if i.id in written else "") for i in on_table
    )


# ------------------------------------------------------------------------------------------ who does what


@dataclass(frozen=True)
class Owner:
    """Somebody who can be given something to do: an office of an organisation. ``closed``: also by a closed item."""

    key: str
    organisation: Organisation
    office: str
    title: Words
    closed: bool

    def words(self, language: str) -> str:
        """``Køge Kommune, klimakoordinator``."""
        return f"{self.organisation.official_name}, {self.title.in_(language)}"


def owners(ctx: Context, meeting: Meeting) -> dict[str, Owner]:
    """Who an action can be given to, by the key a form calls them: the secretariat, the seats, every member."""
    charter = ctx.alliance.charter
    body = charter.body(meeting.kind)
    known = register.organisations(ctx.connection, ctx.alliance.id, ctx.today)
    home = actors.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    seats = seats_of(ctx.connection, ctx.alliance, body, ctx.today)
    found = [(home, charter.secretariat.office, True)]
    found += [(seat.organisation_id, body.seat_holder, True) for seat in seats]
    found += [(organisation, charter.contact, False) for organisation in _members(ctx, known)]
    return {
        owner.key: owner
        for organisation, office, closed in found
        if organisation is not None
        for owner in [_owner(ctx, known[organisation], office, closed=closed)]
    }


def _owner(ctx: Context, organisation: Organisation, office: str, *, closed: bool) -> Owner:
    title = ctx.alliance.charter.office(office).title
    return Owner(f"{organisation.code}:{office}", organisation, office, title, closed)


def _members(ctx: Context, known: Mapping[int, Organisation]) -> list[int]:
    """The members of the day, in the order of ``known``."""
    memberships = register.memberships(ctx.connection, ctx.alliance.id)
    joined = {m.organisation_id for m in memberships if m.role == "member" and m.validity.covers(ctx.today)}
    return [organisation for organisation in known if organisation in joined]


def owner_key(ctx: Context, action: DraftAction) -> str:
    """What a form calls the owner of an action."""
    known = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, [action.organisation_id])
    return f"{known[action.organisation_id].code}:{action.office}"


# ------------------------------------------------------------------------------------------------ the paper


def minutes_paper(ctx: Context, desk: Desk, status: PaperStatus, number: int) -> Paper:
    """The minutes as they would go out now, everything in them."""
    meeting, charter = desk.meeting, ctx.alliance.charter
    body = charter.body(meeting.kind)
    attended = roll(ctx.connection, ctx.alliance, meeting)
    return Paper(
        kind="minutes",
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
        status=status,
        issued_at=ctx.now,
        issued_by=ctx.actor.person.name,
        items=_paper_items(ctx, desk.heard),
        attendees=_attendees(ctx, meeting, attended),
        quorum=body.quorum,
        present=attended.count().coming,
    )


def _paper_items(ctx: Context, heard: Iterable[Heard]) -> tuple[PaperItem, ...]:
    """The items with what was said and decided; case and attachments stand in the agenda and are not sent again."""
    ids = {action.organisation_id for one in heard for action in one.minute.actions}
    known = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ids)
    return tuple(
        replace(
            one.item,
            case="",
            attachments=(),
            notes=one.minute.notes,
            decision=one.minute.decision,
            dissents=one.minute.dissents,
            actions=tuple(_paper_action(ctx, action, known) for action in one.minute.actions),
        )
        for one in heard
    )


def _paper_action(ctx: Context, action: DraftAction, known: Mapping[int, Organisation]) -> PaperAction:
    if action.office == ctx.actor.secretariat_office:
        owner = paper_phrases(ctx)("minutes.secretariat")
    else:
        title = ctx.alliance.charter.office(action.office).title.in_(PAPER_LANGUAGE)
        owner = f"{known[action.organisation_id].official_name}, {title}"
    return PaperAction(action.what, owner, action.due, action.organisation_id, action.office)


def _attendees(ctx: Context, meeting: Meeting, attended: Roll) -> tuple[PaperAttendee, ...]:
    """Who sat at the table as it was recorded; a seat nobody holds is shown, an observer only if recorded."""
    charter = ctx.alliance.charter
    body = charter.body(meeting.kind)
    found = []
    for line in attended.lines:
        if line.observer and line.presence is None:
            continue
        person = (line.presence.attendee if line.presence else "") or line.person
        office = charter.office(body.observer_office if line.observer else body.seat_holder).title.in_(PAPER_LANGUAGE)
        seat = f"{office}, {line.organisation}" if line.person else line.seat
        presence = line.presence.presence if line.presence else ""
        found.append(PaperAttendee(person, seat, line.chair, line.observer, presence))
    return tuple(found)


# ---------------------------------------------------------------------------------------------- the actions


def settle_actions(ctx: Context, desk: Desk) -> None:
    """Owe what the minutes say now: new actions from today, changed ones as they are, the others no longer."""
    said = [(one.item.id, action) for one in desk.heard for action in one.minute.actions]
    owed = queries.actions(ctx.connection, ctx.alliance, meeting_id=desk.meeting.id)
    outcome = settled(said, owed.values(), queries.met_actions(ctx.connection, ctx.alliance.id, owed))
    for action in outcome.dropped:
        changes.withdraw_action(ctx.connection, ctx.alliance.id, action.id, ctx.now)
        ctx.note("action_withdrawn", f"action:{action.id}")
    for action in outcome.changed:
        changes.change_action(ctx.connection, ctx.alliance.id, action)
        _owe(ctx, action, "action_changed")
    for one in desk.heard:
        ids = [draft.id or _agree(ctx, desk.meeting, one.item, draft) for i, draft in outcome.said if i == one.item.id]
        if ids != [draft.id for draft in one.minute.actions]:
            changes.name_actions(ctx.connection, ctx.alliance.id, one.minute, ids)


def _agree(ctx: Context, meeting: Meeting, item: PaperItem, draft: DraftAction) -> int:
    number = changes.add_action(ctx.connection, ctx.alliance.id, meeting.id, item, draft, ctx.today)
    _owe(ctx, queries.actions(ctx.connection, ctx.alliance, ids=[number])[number], "action_agreed")
    return number


def _owe(ctx: Context, action: Action, noted: str) -> None:
    duty = obligation_of(action, ctx.alliance.charter.hash)
    facts.open_obligations(ctx.connection, ctx.alliance.id, [duty])
    ctx.note(noted, f"action:{action.id}")
