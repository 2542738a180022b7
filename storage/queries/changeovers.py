"""Handing the secretariat over: when and between whom, and what stands on the checklist, read from the data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from alliance.actions import SECRETARIAT, action_id
from alliance.alliances import Alliance
from alliance.changeovers import BY_HAND, Changeover, Line, changeover
from storage.queries import accounts, agendas, meetings, register, tasks
from storage.queries.meeting_steps import steps
from storage.queries.outbox_looking import lost_after
from storage.tables import tables

_tick, _person, _settlement = tables["changeover_tick"], tables["person"], tables["settlement"]
RECENT = timedelta(days=30)
MOST_NAMED = 5
AGENDA_STEPS, MINUTES_STEPS = ("call", "agenda"), ("hold", "write", "approve")


def current(connection: Connection, alliance: Alliance, day: date) -> Changeover | None:
    """The changeover that is ahead or under way on a local day."""
    rules, terms = alliance.charter, register.seats(connection, alliance.id)
    return changeover(rules.secretariat, rules.chair, terms, day)


def checklist(
    connection: Connection, alliance: Alliance, found: Changeover, day: date, now: datetime, language: str
) -> tuple[Line, ...]:
    """Everything to be in place by then, what the data says first; ``now`` is aware UTC."""
    return (
        *_people(connection, alliance, found),
        *_owed(connection, alliance, found, day, language),
        *_meetings(connection, alliance, found, now, language),
        *_exemptions(connection, alliance, found, day),
        *_undelivered(connection, alliance, now),
        *_by_hand(connection, alliance, found),
    )


def _people(connection: Connection, alliance: Alliance, found: Changeover) -> Iterator[Line]:
    """Somebody has to run the secretariat from the first day on."""
    if found.coming is None:
        yield Line("successor", 1)
        return
    office = alliance.charter.secretariat.office
    offices = register.offices_on(connection, alliance.id, found.day, [found.coming])
    serving = (*offices.holders(found.coming, office), *offices.acting(found.coming, office))
    yield Line("people", 0 if serving else 1)


def _owed(connection: Connection, alliance: Alliance, found: Changeover, day: date, language: str) -> Iterator[Line]:
    """What is open of the secretariat's own tasks, and of what minutes say that it does."""
    open_ = [one for one in tasks.open_days(connection, alliance.id) if one.due < max(found.day, day)]
    yield Line("tasks", len(open_), tuple(one.task.what for one in open_[:MOST_NAMED]))
    owed = accounts.accounts(connection, alliance, day, organisation_ids=[found.leaving])
    agreed = [
        account.requirement.title.in_(language)
        for account in owed
        if account.standing.owes
        and account.requirement.asks == (SECRETARIAT,)
        and action_id(account.requirement.key) is not None
    ]
    yield Line("actions", len(agreed), tuple(agreed[:MOST_NAMED]))


def _meetings(
    connection: Connection, alliance: Alliance, found: Changeover, now: datetime, language: str
) -> Iterator[Line]:
    """Agendas of meetings soon after, minutes that are not approved, and proposals that wait for an answer."""
    known = {meeting.id: meeting for meeting in meetings.meetings(connection, alliance)}
    coming = steps(connection, alliance, known.values(), now)
    for key, of in (("agendas", AGENDA_STEPS), ("minutes", MINUTES_STEPS)):
        names = [
            known[id].named_in(language)
            for id, step in coming.items()
            if step.key in of and (key == "minutes" or (step.due is not None and step.due < found.until))
        ]
        yield Line(key, len(names), tuple(names[:MOST_NAMED]))
    waiting = {id: count for id, count in agendas.undecided(connection, alliance.id).items() if id in known}
    named = tuple(known[id].named_in(language) for id in waiting)
    yield Line("proposals", sum(waiting.values()), named[:MOST_NAMED])


def _exemptions(connection: Connection, alliance: Alliance, found: Changeover, day: date) -> Iterator[Line]:
    """Dispensations that run out before those who know why they were given may act no more."""
    query = select(_settlement.c.organisation_id).where(
        _settlement.c.alliance_id == alliance.id,
        _settlement.c.kind == "dispensation",
        _settlement.c.withdrawn_at.is_(None),
        _settlement.c.valid_until > day,
        _settlement.c.valid_until <= found.until,
    )
    ids = list(connection.execute(query.order_by(_settlement.c.valid_until)).scalars())
    names = register.organisations(connection, alliance.id, day, ids) if ids else {}
    yield Line("exemptions", len(ids), tuple(dict.fromkeys(names[id].name for id in ids))[:MOST_NAMED])


def _undelivered(connection: Connection, alliance: Alliance, now: datetime) -> Iterator[Line]:
    yield Line("undelivered", len(lost_after(connection, alliance.id, 0, now - RECENT)))


def _by_hand(connection: Connection, alliance: Alliance, found: Changeover) -> Iterator[Line]:
    query = (
        select(_tick.c.key, _tick.c.recorded_at, _person.c.name)
        .join(_person, _person.c.id == _tick.c.recorded_by)
        .where(
            _tick.c.alliance_id == alliance.id,
            _tick.c.leaving_id == found.leaving,
            _tick.c.since == found.since,
            _tick.c.ended_at.is_(None),
        )
    )
    ticked = {row.key: row for row in connection.execute(query)}
    for key in BY_HAND:
        row = ticked.get(key)
        day = alliance.charter.calendar.day(row.recorded_at) if row else None
        yield Line(key, 0 if row else 1, (), True, row.name if row else "", day)
