"""What everybody owes and how it stands: accounts, the facts that settle them, and the board."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Date, Integer, Select, String, and_, bindparam, cast, func, or_, select
from sqlalchemy.engine import Row

from alliance.accounts import Account, Board, BoardRow
from alliance.actions import action_id, requirement_of
from alliance.alliances import Alliance
from alliance.charter import Requirement
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.obligations import EventDates, Obligation, Period, Settlement
from alliance.tasks import requirement_of as requirement_of_task
from alliance.tasks import task_day_id
from alliance.validity import Validity
from storage.bulk import Chosen, among
from storage.queries import register
from storage.queries.minutes import actions
from storage.queries.standings import Known, all_stand, known_about
from storage.queries.tasks import task_days
from storage.tables import tables

_obligation, _settlement = tables["obligation"], tables["settlement"]
_person, _line = tables["person"], tables["reminder_line"]
_notification, _delivery = tables["notification"], tables["delivery"]

# Every list, reminder and board asks these: each is put together once.
_OURS, _ON = bindparam("alliance", type_=Integer), bindparam("on", type_=Date)
_OPENED: Select[Any] = (
    select(
        _obligation.c.organisation_id,  # whose it is, what and when, and its number: _alike goes by this order
        _obligation.c.requirement,
        _obligation.c.period_start,
        _obligation.c.period_end,
        _obligation.c.opens,
        _obligation.c.due,
        _obligation.c.event_day,
        _obligation.c.charter_hash,
        _obligation.c.id,
    )
    .where(_obligation.c.alliance_id == _OURS, _obligation.c.opens <= _ON)
    .order_by(_obligation.c.id)
)
_SETTLED = (
    select(_settlement.c.id)
    .where(
        _settlement.c.obligation_id == _obligation.c.id,
        _settlement.c.withdrawn_at.is_(None),
        _settlement.c.kind != "dispensation",  # it may have ended before the day that decides
    )
    .exists()
)
_ALIVE = _OPENED.where(or_(_obligation.c.period_end > _ON, and_(_obligation.c.due.is_not(None), ~_SETTLED)))
_KIND: tuple[Any, ...] = (
    _obligation.c.requirement,
    _obligation.c.period_start,
    _obligation.c.period_end,
    _obligation.c.opens,
    _obligation.c.due,
    _obligation.c.event_day,
    _obligation.c.charter_hash,
)
"""What obligations have in common that are owed alike, whosever they are."""
_WHOSE = func.aggregate_strings(cast(_obligation.c.organisation_id, String) + ":" + cast(_obligation.c.id, String), ",")
_ALIVE_ALIKE = _ALIVE.with_only_columns(*_KIND, _WHOSE).group_by(*_KIND).order_by(None)
"""A row for each kind, with all whose it is: thousands share a few days, and to read days is what reading costs."""
_ALIVE_OF = Chosen(lambda among: _ALIVE.where(among(_obligation.c.organisation_id)))
FACT_COLUMNS: tuple[Any, ...] = (
    _settlement.c.id,
    _settlement.c.obligation_id,
    _settlement.c.organisation_id,
    _settlement.c.requirement,
    _settlement.c.kind,
    _settlement.c.result,
    _settlement.c.what,
    _settlement.c.link,
    _settlement.c.valid_from,
    _settlement.c.valid_until,
    _settlement.c.recorded_at,
    _settlement.c.recorded_by,
    _person.c.name,
    _settlement.c.decided_by,
    _settlement.c.on_behalf,
    _settlement.c.evidence,
    _settlement.c.withdrawn_at,
)
"""What ``as_settlement`` reads, in its order."""
_SETTLEMENTS_OF = Chosen(
    lambda among: (
        select(*FACT_COLUMNS)
        .join(_person, _person.c.id == _settlement.c.recorded_by)
        .where(_settlement.c.alliance_id == _OURS, among(_settlement.c.organisation_id))
        .order_by(_settlement.c.id)
    )
)


def event_dates(meetings: Iterable[Meeting], alliance: Alliance) -> dict[tuple[str, int], EventDates]:
    """The days that date the requirements tied to an event, by event and year."""
    calendar = alliance.charter.calendar
    return {
        (meeting.kind, meeting.year): EventDates(calendar.day(meeting.starts_at), meeting.answer_by)
        for meeting in meetings
        if not meeting.of_body and meeting.state != "cancelled"
    }


def accounts(
    connection: Connection,
    alliance: Alliance,
    on: date,
    *,
    organisation_ids: Collection[int] | None = None,
    obligation_ids: Collection[int] | None = None,
) -> tuple[Account, ...]:
    """How every obligation stands that has opened and runs on the day, or is still unmet from before it.

    Ordered by member (Danish order of names), then as the charter lists its requirements, then by period.
    """
    if organisation_ids is None and obligation_ids is None:
        kinds = _everything(connection, alliance, on)
    else:
        kinds = list(_alike(alliance, _obligations(connection, alliance.id, on, organisation_ids, obligation_ids)))
    found = list(chain.from_iterable(kinds))
    ids = {obligation.organisation_id for obligation in found}
    organisations = register.organisations(connection, alliance.id, on, ids)
    known = known_about(connection, alliance, found, settlements_of(connection, alliance.id, ids))
    return in_order(_accounts_of(alliance, known, organisations, kinds, on), list(organisations), alliance)


def _accounts_of(
    alliance: Alliance,
    known: Known,
    organisations: Mapping[int, Organisation],
    kinds: Iterable[list[Obligation]],
    on: date,
) -> list[Account]:
    """How the obligations of these kinds stand, without those that are nobody's; in the order they are given."""
    return [
        Account(organisations[obligation.organisation_id], obligation, *stood)
        for alike in kinds
        for obligation, stood in all_stand(alliance, known, alike, on)
    ]


def _alike(alliance: Alliance, rows: Iterable[Row[Any]]) -> Iterator[list[Obligation]]:
    """The obligations of these rows, those of the same requirement and days together.

    As the charter lists its requirements, then by period; else in the rows' order.
    """
    kinds: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
    for row in rows:
        kinds.setdefault(row[1:8], []).append((row[-1], row[0]))
    for kind in sorted(kinds, key=_place_of_kind(alliance)):
        yield _of_kind(kind, kinds[kind])


def _place_of_kind(alliance: Alliance) -> Callable[[Sequence[Any]], tuple[int, date]]:
    """Where a kind stands: as the charter lists its requirements, then by period."""
    listed = _listed(alliance)
    return lambda kind: (listed.get(kind[0], len(listed)), kind[1])


def _of_kind(kind: Sequence[Any], owed: Iterable[tuple[int, int]]) -> list[Obligation]:
    """The obligations of a kind from the number of each and whose it is."""
    key, start, end, opens, due, event_day, charter = kind
    period = Period(start, end)
    return [Obligation(whose, key, period, opens, due, event_day, charter, number) for number, whose in owed]


def _everything(connection: Connection, alliance: Alliance, on: date) -> list[list[Obligation]]:
    """Every obligation that runs on the day or is still unmet from before it, as ``_alike`` puts them together."""
    rows = connection.execute(_ALIVE_ALIKE, {"alliance": alliance.id, "on": on}).all()
    ordered = sorted(rows, key=_place_of_kind(alliance))
    return [_of_kind(kind, sorted(map(_owed, whose.split(",")))) for *kind, whose in ordered]


def _owed(said: str) -> tuple[int, int]:
    """``12:345``, whose and which, the number first."""
    organisation, _, number = said.partition(":")
    return int(number), int(organisation)


def requirement(connection: Connection, alliance: Alliance, key: str) -> Requirement:
    """The newest version of what a key of an obligation or a settlement stands for, withdrawn actions too."""
    if (day := task_day_id(key)) is not None:
        return requirement_of_task(task_days(connection, alliance.id, [day])[day])
    number = action_id(key)
    if number is None:
        return alliance.charter.requirement(key)
    return requirement_of(actions(connection, alliance, ids=[number])[number])


def in_order(found: list[Account], members: list[int], alliance: Alliance) -> tuple[Account, ...]:
    """By member as they are listed, then as the charter lists its requirements, then by period."""
    place = {organisation: number for number, organisation in enumerate(members)}
    listed = _listed(alliance)
    return tuple(
        sorted(
            found,
            key=lambda account: (
                place[account.organisation.id],
                listed.get(account.requirement.key, len(listed)),
                account.obligation.period.start,
            ),
        )
    )


def _listed(alliance: Alliance) -> dict[str, int]:
    """Where the charter lists a requirement, by key; actions come after them."""
    return {requirement.key: number for number, requirement in enumerate(alliance.charter.requirements)}


def _obligations(
    connection: Connection,
    alliance_id: int,
    on: date,
    organisation_ids: Collection[int] | None,
    obligation_ids: Collection[int] | None,
) -> list[Row[Any]]:
    given = {"alliance": alliance_id, "on": on}
    if obligation_ids is None:
        assert organisation_ids is not None  # else they are asked for by kind
        return list(_ALIVE_OF.run(connection, organisation_ids, **given).all())
    query = _OPENED.where(among(connection, _obligation.c.id, obligation_ids))
    if organisation_ids is not None:
        query = query.where(among(connection, _obligation.c.organisation_id, organisation_ids))
    return list(connection.execute(query, given).all())


def as_obligation(row: Row[Any]) -> Obligation:
    return Obligation(
        row.organisation_id,
        row.requirement,
        Period(row.period_start, row.period_end),
        row.opens,
        row.due,
        row.event_day,
        row.charter_hash,
        row.id,
    )


def settlements_of(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> dict[tuple[int, str], tuple[Settlement, ...]]:
    """Every settlement fact, withdrawn ones too, by member and requirement, oldest first."""
    found: dict[tuple[int, str], tuple[Settlement, ...]] = {}
    for fact in map(as_settlement, _SETTLEMENTS_OF.run(connection, organisation_ids, alliance=alliance_id).all()):
        key = (fact.organisation_id, fact.requirement)
        found[key] = (*found.get(key, ()), fact)
    return found


def requirement_keys(connection: Connection, alliance_id: int) -> dict[int, str]:
    """Obligation id to the key of its requirement."""
    query = select(_obligation.c.id, _obligation.c.requirement)
    rows = connection.execute(query.where(_obligation.c.alliance_id == alliance_id))
    return {row.id: row.requirement for row in rows}


def settlement(connection: Connection, alliance_id: int, settlement_id: int) -> Settlement | None:
    query = (
        select(*FACT_COLUMNS)
        .join(_person, _person.c.id == _settlement.c.recorded_by)
        .where(_settlement.c.alliance_id == alliance_id, _settlement.c.id == settlement_id)
    )
    row = connection.execute(query).first()
    return as_settlement(row) if row else None


def as_settlement(row: Sequence[Any]) -> Settlement:
    """A settlement from its ``FACT_COLUMNS``."""
    id_, obligation, organisation, key, kind, result, what, link, since, until, *recorded = row
    recorded_at, recorded_by, by_name, decided_by, on_behalf, evidence, withdrawn_at = recorded
    return Settlement(
        id_,
        obligation,
        organisation,
        key,
        kind,
        result,
        what,
        link,
        Validity(since, until),
        recorded_at,
        recorded_by,
        by_name,
        decided_by,
        bool(on_behalf),
        evidence,
        withdrawn_at,
    )


# ------------------------------------------------------------------------------------------------ the board


def board(connection: Connection, alliance: Alliance, on: date) -> Board:
    """Members x requirements: for each the newest period that runs on the day; and the actions of each."""
    joined = register.member_days(connection, alliance.id)
    members = {member for member, terms in joined.items() if any(term.covers(on) for term in terms)}
    organisations = register.organisations(connection, alliance.id, on, members)
    shown = [alike for alike in _everything(connection, alliance, on) if _on_board(alike[0], on)]
    kinds = [theirs for alike in shown if (theirs := [one for one in alike if one.organisation_id in members])]
    found = list(chain.from_iterable(kinds))
    known = known_about(connection, alliance, found, settlements_of(connection, alliance.id, members), joined)
    cells: dict[int, dict[str, Account]] = {member: {} for member in members}
    for account in _accounts_of(alliance, known, organisations, kinds, on):
        cells[account.organisation.id][account.obligation.requirement] = account
    reachable = _reachable_organisations(connection, alliance, on)
    lines = (BoardRow(one, cells[one.id], one.id in reachable) for one in organisations.values())
    return Board(on, alliance.charter.requirements_on(on), tuple(lines))


def _on_board(obligation: Obligation, on: date) -> bool:
    """Whether a board shows it: its period runs, or it is an action, which is shown for as long as it is owed.

    The secretariat's own tasks are nobody's but its own.
    """
    if task_day_id(obligation.requirement) is not None:
        return False
    return obligation.period.start <= on < obligation.period.end or action_id(obligation.requirement) is not None


def _reachable_organisations(connection: Connection, alliance: Alliance, on: date) -> set[int]:
    """The members of whom every asked office has somebody with an address that works."""
    offices = register.offices_on(connection, alliance.id, on)
    asks = {requirement.asks for requirement in alliance.charter.requirements_on(on)}
    organisations = {term.organisation_id for term in offices.terms}
    return {
        organisation for organisation in organisations if all(offices.reaches(organisation, asked) for asked in asks)
    }
