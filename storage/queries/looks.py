"""What the planner looks at today: the obligations whose day has come, with who is asked and what they were told.

Each question is asked once for a whole chunk, and by index: what it costs grows with what is due, not with what there
is. ``scheduling/morning.py:due_digests`` derives the same from everything; the tests hold them against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, Date, Integer, Select, String, and_, bindparam, func, select, tuple_
from sqlalchemy.engine import Row

from alliance.absences import Absence
from alliance.alliances import Alliance
from alliance.calendar import WorkingCalendar
from alliance.deliveries import OPEN_STATES
from alliance.handovers import Handover
from alliance.looks import edges_of_standing, first_after
from alliance.obligations import Obligation, Settlement, falls_within, standing
from alliance.snoozing import hidden_until
from alliance.tasks import is_once
from alliance.validity import Validity
from storage.bulk import Chosen, among, as_listed, listed_later
from storage.engine import plan_anew
from storage.queries import absences, handovers, snoozes
from storage.queries.accounts import FACT_COLUMNS, as_obligation, as_settlement
from storage.queries.asked import PeopleAsked, sooner, terms_of
from storage.queries.standings import Known, known_about, stands
from storage.tables import tables

CHUNK = 1000
NOT_TOLD = ("withdrawn", "expired")
_obligation, _settlement, _person = tables["obligation"], tables["settlement"], tables["person"]
_line, _notification, _delivery = tables["reminder_line"], tables["notification"], tables["delivery"]
_office_term, _membership = tables["office_term"], tables["membership"]
_OURS = bindparam("alliance", type_=Integer)
_COLUMNS = ("id", "organisation_id", "requirement", "period_start", "period_end", "opens", "due", "event_day")
_DAYS = slice(2, 8)  # of the columns, what the obligations of many members have in common
Term = tuple[date, date | None]
Told = Mapping[tuple[int, int], date | None]
"""Person and rung offset to the local day of a reminder of it that is still on its way; None: it was told for good."""
NOTHING: Told = {}


class Look(NamedTuple):
    """An obligation that was looked at: when it is due, who is asked for it today (nobody unless it is owed) and does
    not hide it from their reminders.

    ``edge`` is the next local day on which this may change by itself, None if no day does.
    """

    id: int
    due: date | None
    asked: tuple[int, ...]
    edge: date | None
    told: Told


# Each is put together once, and not anew for every chunk: that took a third of a tick.
_DUE: Select[Any] = (
    select(*(_obligation.c[name] for name in _COLUMNS), _obligation.c.charter_hash, _obligation.c.next_look)
    .where(
        _obligation.c.alliance_id == _OURS,
        _obligation.c.next_look <= bindparam("day", type_=Date),
        tuple_(_obligation.c.next_look, _obligation.c.id)
        > tuple_(bindparam("looked", type_=Date), bindparam("last", type_=Integer)),
    )
    .order_by(_obligation.c.next_look, _obligation.c.id)
    .limit(bindparam("chunk", type_=Integer))
    .with_for_update(skip_locked=True, key_share=True)
)
_RECORDED = Chosen(
    lambda among: (
        select(*FACT_COLUMNS)
        .distinct()
        .join(
            _obligation,
            and_(
                _settlement.c.organisation_id == _obligation.c.organisation_id,
                _settlement.c.requirement == _obligation.c.requirement,
            ),
        )
        .join(_person, _person.c.id == _settlement.c.recorded_by)
        .where(
            _obligation.c.alliance_id == _OURS,
            among(_obligation.c.id),
            _settlement.c.alliance_id == _OURS,
            _settlement.c.withdrawn_at.is_(None),
        )
        .order_by(_settlement.c.id)
    )
)
_MEMBERS = Chosen(
    lambda among: select(_membership.c.organisation_id, _membership.c.valid_from, _membership.c.valid_until).where(
        _membership.c.alliance_id == _OURS, _membership.c.role == "member", among(_membership.c.organisation_id)
    )
)
_LINES = Chosen(
    lambda among: select(_line.c.notification_id, _line.c.obligation_id, _line.c.person_id, _line.c.rung).where(
        _line.c.alliance_id == _OURS, among(_line.c.obligation_id), _line.c.rung.is_not(None)
    )
)
_WAYS = Chosen(
    lambda among: (
        select(_delivery.c.notification_id, _delivery.c.state)
        .where(among(_delivery.c.notification_id))
        .order_by(_delivery.c.id)
    )
)
_OCCASIONS = Chosen(lambda among: select(_notification.c.id, _notification.c.occasion).where(among(_notification.c.id)))


def to_look_at(connection: Connection, alliance_id: int, today: date) -> Iterator[Sequence[Row[Any]]]:
    """The obligations to be looked at on the day, in chunks. Their rows stay locked until the transaction ends.

    A row that somebody is changing right now is passed over: its day has come at the next tick too.
    """
    rows = _chunk(connection, alliance_id, today, date.min, 0)
    if rows:
        plan_anew(connection)
    while rows:
        yield rows
        there_may_be_more = len(rows) == CHUNK
        rows = _chunk(connection, alliance_id, today, rows[-1].next_look, rows[-1].id) if there_may_be_more else ()


def _chunk(connection: Connection, alliance_id: int, today: date, looked: date, last: int) -> Sequence[Row[Any]]:
    given = {"alliance": alliance_id, "day": today, "looked": looked, "last": last, "chunk": CHUNK}
    return connection.execute(_DUE, given).all()


class _Kind(NamedTuple):
    """What obligations of the same days have in common, as long as nothing was recorded for them.

    ``plain``: neither an event nor minutes decide with it. ``edge`` as in a Look; ``example`` is one of them, and
    ``within`` what has been worked out of memberships: whether they fall within one.
    """

    plain: bool
    owes: bool
    asks: tuple[str, ...]
    edge: date | None
    example: Obligation
    within: dict[Term, bool]


class _Facts(NamedTuple):
    """What is known about a chunk: recorded facts, memberships, terms of office, and what was told."""

    recorded: Mapping[tuple[int, str], tuple[Settlement, ...]]
    members: Mapping[int, Sequence[Term]]
    terms: Mapping[int, Sequence[Row[Any]]]
    told: Mapping[int, Told]


class Looker:
    """Looks at the chunks of a day: who is asked for each of it, and what they were told.

    Nearly every obligation has nothing recorded and one person to ask: for those it is worked out once for all that
    share their days. The others are derived one by one, as everywhere else. Of an outbox without expired rows.
    """

    def __init__(self, connection: Connection, alliance: Alliance, today: date) -> None:
        self.connection, self.alliance, self.today = connection, alliance, today
        self._kinds: dict[tuple[Any, ...], _Kind] = {}

    def look(self, rows: Sequence[Row[Any]]) -> list[Look]:
        """A chunk's looks, in its order."""
        ids, members = [row.id for row in rows], {row.organisation_id for row in rows}
        connection, alliance_id = self.connection, self.alliance.id
        held = snoozes.held(connection, alliance_id, ids) if self._anybody_snoozes else snoozes.NONE
        due = {row.id: row.due for row in rows} if held else {}
        anew = snoozes.told_anew(held, due, self._calendar, self.today)
        facts = _Facts(
            _recorded(connection, alliance_id, ids),
            _members(connection, alliance_id, members),
            terms_of(connection, alliance_id, members, self.today),
            told_of(connection, alliance_id, ids, anew),
        )
        kinds = [self._kind(row) for row in rows]
        odd = [row for row, kind in zip(rows, kinds, strict=True) if not _is_plain(row, kind, facts)]
        known = known_about(connection, self.alliance, odd, facts.recorded) if odd else None
        people = PeopleAsked(connection, alliance_id, facts.terms, self.today, self._absences, self._handovers)
        looks = [
            self._plain(row, kind, facts, people)
            if known is None or _is_plain(row, kind, facts)
            else self._odd(row, facts, people, known)
            for row, kind in zip(rows, kinds, strict=True)
        ]
        return [self._without_who_hides(look, held) for look in looks] if held else looks

    @property
    def _calendar(self) -> WorkingCalendar:
        return self.alliance.charter.calendar

    @cached_property
    def _anybody_snoozes(self) -> bool:
        return snoozes.any_held(self.connection, self.alliance.id)

    @cached_property
    def _absences(self) -> tuple[Absence, ...]:
        """Who is away today or later: one read for the day."""
        return absences.absences(self.connection, self.alliance.id, self.today)

    @cached_property
    def _handovers(self) -> tuple[Handover, ...]:
        """What is handed to colleagues: one read for the day, as few do."""
        return handovers.held(self.connection, self.alliance.id, self.today)

    def _without_who_hides(self, look: Look, held: snoozes.Held) -> Look:
        """Who hides it is asked again on the day that ends."""
        ends = {
            person: day
            for person in look.asked
            if (day := hidden_until(held.get((look.id, person)), self._calendar, look.due, self.today))
        }
        if not ends:
            return look
        asked = tuple(person for person in look.asked if person not in ends)
        return look._replace(asked=asked, edge=sooner(look.edge, min(ends.values())))

    def _kind(self, row: Row[Any]) -> _Kind:
        days = row[_DAYS]
        kind = self._kinds.get(days)
        if kind is None:
            kind = self._kinds[days] = self._kind_of(as_obligation(row))
        return kind

    def _kind_of(self, obligation: Obligation) -> _Kind:
        if obligation.due is None or is_once(obligation.requirement):
            return _Kind(False, False, (), None, obligation, {})
        on = obligation.period.nearest(self.today)
        requirement = self.alliance.charter.requirement_on(obligation.requirement, on)
        lapsed = self.alliance.charter.is_over(obligation.requirement, self.today)
        owes = not lapsed and standing(obligation, requirement, (), None, self.today).owes
        edge = first_after(self.today, edges_of_standing(obligation, requirement, ()))
        return _Kind(requirement.event is None, owes, requirement.asks, edge, obligation, {})

    def _plain(self, row: Row[Any], kind: _Kind, facts: _Facts, people: PeopleAsked) -> Look:
        id_, member, due = row.id, row.organisation_id, kind.example.due
        told = facts.told.get(id_, NOTHING)
        if not _falls_within_any(kind, facts.members.get(member, ())):
            return Look(id_, due, (), None, told)
        if not kind.owes:
            return Look(id_, due, (), kind.edge, told)
        asked, edge = people.asked(member, kind.asks, id_)
        return Look(id_, due, asked, sooner(edge, kind.edge), told)

    def _odd(self, row: Row[Any], facts: _Facts, people: PeopleAsked, known: Known) -> Look:
        told = facts.told.get(row.id, {})
        obligation = as_obligation(row)
        stood = stands(self.alliance, known, obligation, self.today) if row.due else None
        if stood is None:
            return Look(row.id, row.due, (), None, told)
        requirement, stand = stood
        recorded = facts.recorded.get((row.organisation_id, row.requirement), ())
        edge = first_after(self.today, edges_of_standing(obligation, requirement, recorded))
        if not stand.owes or self._is_past(row, recorded):
            return Look(row.id, row.due, (), edge, told)
        asked, changes = people.asked(row.organisation_id, requirement.asks, row.id, requirement.owner)
        return Look(row.id, row.due, asked, sooner(edge, changes), told)

    def _is_past(self, row: Row[Any], recorded: Iterable[Settlement]) -> bool:
        """Whether its period is over and somebody recorded something for it: it is on nobody's list any more."""
        own = any(fact.obligation_id == row.id and fact.kind != "dispensation" for fact in recorded)
        return own and row.period_end <= self.today


def _is_plain(row: Row[Any], kind: _Kind, facts: _Facts) -> bool:
    return kind.plain and (row.organisation_id, row.requirement) not in facts.recorded


def _falls_within_any(kind: _Kind, terms: Iterable[Term]) -> bool:
    for term in terms:
        found = kind.within.get(term)
        if found is None:
            owed = kind.example
            found = kind.within[term] = falls_within(Validity(*term), owed.period, owed.due, owed.event_day)
        if found:
            return True
    return False


def _recorded(
    connection: Connection, alliance_id: int, obligation_ids: Collection[int]
) -> dict[tuple[int, str], tuple[Settlement, ...]]:
    """What was recorded for these obligations, or carries over to them: by member and requirement, oldest first."""
    found: dict[tuple[int, str], tuple[Settlement, ...]] = {}
    for fact in map(as_settlement, _RECORDED.run(connection, obligation_ids, alliance=alliance_id).all()):
        key = (fact.organisation_id, fact.requirement)
        found[key] = (*found.get(key, ()), fact)
    return found


def _members(connection: Connection, alliance_id: int, organisation_ids: Collection[int]) -> dict[int, list[Term]]:
    """The memberships as a member, by organisation."""
    found: dict[int, list[Term]] = {}
    for row in _MEMBERS.run(connection, organisation_ids, alliance=alliance_id).all():
        found.setdefault(row.organisation_id, []).append((row.valid_from, row.valid_until))
    return found


def told_of(
    connection: Connection, alliance_id: int, obligation_ids: Collection[int], anew: snoozes.Anew
) -> dict[int, dict[Any, Any]]:
    """What was told of these obligations, by obligation: but for what was withdrawn, expired or is told ``anew``."""
    found: dict[int, dict[tuple[int, int], date | None]] = {}
    # Never in one statement: where PostgreSQL takes these tables for empty, it compares each row with each.
    lines = _LINES.run(connection, obligation_ids, alliance=alliance_id).all()
    if not lines:
        return found
    notifications = {line.notification_id for line in lines}
    occasions = {row.id: row.occasion for row in _OCCASIONS.run(connection, notifications)}
    states = {row.notification_id: row.state for row in _WAYS.run(connection, notifications)}  # of the last way each
    for line in lines:
        state, occasion = states.get(line.notification_id, "withdrawn"), occasions[line.notification_id]
        if state in NOT_TOLD or (anew and occasion < anew.get((line.obligation_id, line.person_id), "")):
            continue
        told, key = found.setdefault(line.obligation_id, {}), (line.person_id, line.rung)
        under_way = date.fromisoformat(occasion) if state in OPEN_STATES else None
        told[key] = under_way if under_way is None or key not in told else _earlier(told[key], under_way)
    return found


def _earlier(one: date | None, other: date) -> date | None:
    return None if one is None else min(one, other)


# ----------------------------------------------------------------------------------- how many reminders in a month


_REMINDERS = (
    _notification.c.alliance_id == _OURS,
    _notification.c.kind == "reminder",
    _notification.c.about == "obligations",
)
_DAYS_TOLD: dict[str, Select[Any]] = {}
"""The statement that counts days of reminders, by dialect: put together once."""


def days_of_reminders(connection: Connection, alliance_id: int, days: Collection[date]) -> int:
    """On how many of the days anybody was reminded: nobody can have had more than that."""
    if connection.dialect.name not in _DAYS_TOLD:
        day = listed_later(connection, "days", String)
        anybody = select(_notification.c.id).where(*_REMINDERS, _notification.c.occasion == day)
        _DAYS_TOLD[connection.dialect.name] = select(func.count(day)).where(anybody.exists())
    given = {"alliance": alliance_id, "days": as_listed(connection, [day.isoformat() for day in days])}
    counted: int = connection.execute(_DAYS_TOLD[connection.dialect.name], given).scalar_one()
    return counted


def reminders_had(
    connection: Connection, alliance_id: int, people: Collection[int], days: Collection[date]
) -> dict[int, int]:
    """How many reminders each of the people got on the days, or still may; who had none is missing."""
    told = select(_delivery.c.id).where(
        _delivery.c.notification_id == _notification.c.id, _delivery.c.state.not_in(NOT_TOLD)
    )
    query = select(_notification.c.recipient_id, func.count()).where(
        *_REMINDERS,
        _notification.c.occasion.in_([day.isoformat() for day in days]),
        among(connection, _notification.c.recipient_id, people),
        told.exists(),
    )
    rows = connection.execute(query.group_by(_notification.c.recipient_id), {"alliance": alliance_id})
    return {row[0]: row[1] for row in rows}
