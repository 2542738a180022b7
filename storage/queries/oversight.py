"""What the governing body sees of its alliance on a day, read in one go."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select

from alliance.agendas import agenda_due
from alliance.alliances import Alliance
from alliance.meetings import Meeting
from alliance.oversight import (
    NextMeeting,
    Overview,
    late_reports,
    may_govern,
    measured,
    sees_overview,
    terms_ending,
)
from alliance.plan_actions import progress
from alliance.roles import Actor
from storage.queries import accounts, meetings, plan_actions, register
from storage.queries.seats import bodies
from storage.tables import tables

_paper = tables["paper"]


def sees(connection: Connection, alliance: Alliance, actor: Actor, day: date) -> bool:
    """Whether somebody governs the alliance on a local day; the seats are read only for whoever may have one."""
    if not may_govern(actor, alliance.charter, day):
        return False
    seats = () if actor.secretariat else register.seats(connection, alliance.id)
    return sees_overview(actor, alliance.charter, seats, day)


def overview(connection: Connection, alliance: Alliance, now: datetime) -> Overview:
    """How the alliance stands at ``now`` (aware UTC)."""
    charter = alliance.charter
    today, known = charter.calendar.day(now), meetings.meetings(connection, alliance)
    board = accounts.board(connection, alliance, today)
    members = [row.organisation.id for row in board.rows]
    everything = accounts.accounts(connection, alliance, today, organisation_ids=members)
    given = register.seats(connection, alliance.id)
    seated = register.organisations(connection, alliance.id, today, {term.organisation_id for term in given})
    names = {id_: organisation.name for id_, organisation in seated.items()}
    return Overview(
        alliance=charter.name,
        year=today.year,
        board=board,
        late=late_reports(everything),
        bodies=bodies(connection, alliance, today),
        endings=tuple(terms_ending(charter, given, names, today)),
        measured=measured(charter, known, now),
        coming=_coming(connection, alliance, known, now),
        actions=progress(plan_actions.actions(connection, alliance.id, members), charter.calendar, today),
    )


def _coming(
    connection: Connection, alliance: Alliance, known: tuple[Meeting, ...], now: datetime
) -> tuple[NextMeeting, ...]:
    """The next meeting of each body, by start."""
    first: dict[str, Meeting] = {}
    for meeting in known:
        if meeting.of_body and meeting.state in ("planned", "called") and meeting.ends_at > now:
            first.setdefault(meeting.kind, meeting)
    published = select(_paper.c.meeting_id).where(
        _paper.c.alliance_id == alliance.id,
        _paper.c.kind == "agenda",
        _paper.c.meeting_id.in_([meeting.id for meeting in first.values()]),
    )
    out = set(connection.execute(published).scalars())
    calendar, deadlines = alliance.charter.calendar, alliance.charter.deadlines
    return tuple(
        NextMeeting(one, agenda_due(calendar, calendar.day(one.starts_at), deadlines), one.id in out)
        for one in first.values()
    )
