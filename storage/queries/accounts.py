"""What everybody owes and how it stands: accounts, the facts that settle them, and the board."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Date, Integer, and_, bindparam, or_, select
from sqlalchemy.engine import Row

from alliance.accounts import Account, Board, BoardRow
from alliance.actions import SECRETARIAT, Action, action_id, requirement_of
from alliance.alliances import Alliance
from alliance.attendance import Answer, winning
from alliance.charter import Requirement
from alliance.meetings import Meeting
from alliance.members import Membership
from alliance.obligations import (
    EventDates,
    Obligation,
    Period,
    Settlement,
    Standing,
    falls_within,
    standing,
)
from alliance.validity import Validity
from storage.bulk import Chosen, among
from storage.queries import register
from storage.queries.meetings import as_answer, standing_events
from storage.queries.minutes import actions
from storage.tables import tables

_obligation, _settlement, _answer = tables["obligation"], tables["settlement"], tables["answer"]
_person, _line = tables["person"], tables["reminder_line"]
_notification, _delivery = tables["notification"], tables["delivery"]

# Every list, reminder and board asks these: each is put together once.
_OURS, _ON = bindparam("alliance", type_=Integer), bindparam("on", type_=Date)
_OPENED = (
    select(_obligation).where(_obligation.c.alliance_id == _OURS, _obligation.c.opens <= _ON).order_by(_obligation.c.id)
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
_ALIVE_OF = Chosen(lambda among: _ALIVE.where(among(_obligation.c.organisation_id)))
_SETTLEMENTS_OF = Chosen(
    lambda among: (
        select(_settlement, _person.c.name.label("by_name"))
        .join(_person, _person.c.id == _settlement.c.recorded_by)
        .where(_settlement.c.alliance_id == _OURS, among(_settlement.c.organisation_id))
        .order_by(_settlement.c.id)
    )
)
_ANSWERS_OF = Chosen(
    lambda among: (
        select(_answer).where(_answer.c.alliance_id == _OURS, among(_answer.c.organisation_id)).order_by(_answer.c.id)
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
    rows = _obligations(connection, alliance.id, on, organisation_ids, obligation_ids)
    ids = {row.organisation_id for row in rows}
    organisations = register.organisations(connection, alliance.id, on, ids)
    known = known_about(connection, alliance, rows, settlements_of(connection, alliance.id, ids))
    found = []
    for row in rows:
        obligation = as_obligation(row)
        stood = stands(alliance, known, obligation, on)
        if stood is not None:
            found.append(Account(organisations[obligation.organisation_id], obligation, *stood))
    return in_order(found, list(organisations), alliance)


Settlements = Mapping[tuple[int, str], tuple[Settlement, ...]]


@dataclass(frozen=True)
class Known:
    """What decides how some obligations stand: facts, memberships, events with their answers, and agreed actions."""

    settlements: Settlements
    members: Mapping[int, tuple[Membership, ...]]
    events: Mapping[tuple[str, int], Meeting]
    answers: Mapping[tuple[int, int], list[Answer]]
    agreed: Mapping[int, Action]
    asked: dict[tuple[str, date, date], Requirement | None] = field(default_factory=dict)
    """What is asked for a period on the day of this reading, once it was looked up: the same of every member."""


def known_about(connection: Connection, alliance: Alliance, rows: Collection[Any], settlements: Settlements) -> Known:
    """All that decides how the obligations of these rows stand, besides their settlements."""
    ids = {row.organisation_id for row in rows}
    return Known(
        settlements,
        _memberships_by_organisation(connection, alliance.id, ids),
        standing_events(connection, alliance),
        _answers(connection, alliance.id, ids),
        _agreed(connection, alliance, {row.requirement for row in rows}),
    )


def stands(alliance: Alliance, known: Known, obligation: Obligation, on: date) -> tuple[Requirement, Standing] | None:
    """What an obligation asks and how it stands on the day; None while it is nobody's."""
    asked = obligation.requirement, obligation.period.start, on
    if asked not in known.asked:
        known.asked[asked] = _requirement_on(alliance, known.agreed, obligation, on)
    requirement = known.asked[asked]
    if requirement is None:
        return None
    own = requirement.asks == (SECRETARIAT,)  # who runs the secretariat need not be a member
    if not own and not _owed_by_member(obligation, known.members.get(obligation.organisation_id, ()), on):
        return None
    meeting = known.events.get((requirement.event or "", obligation.period.start.year))
    if meeting and meeting.state == "cancelled":  # nobody owes an answer to what will not take place
        return None
    answer = _winning(known.answers, meeting, obligation.organisation_id)
    facts = known.settlements.get((obligation.organisation_id, obligation.requirement), ())
    return requirement, standing(obligation, requirement, facts, answer, on)


def _agreed(connection: Connection, alliance: Alliance, keys: Iterable[str]) -> dict[int, Action]:
    """The actions that are among the keys of requirements, by id."""
    ids = [found for key in keys if (found := action_id(key)) is not None]
    return actions(connection, alliance, ids=ids) if ids else {}


def _requirement_on(
    alliance: Alliance, agreed: Mapping[int, Action], obligation: Obligation, on: date
) -> Requirement | None:
    """What an obligation asks: of the charter, or of an action's minutes; None for what lapsed or was withdrawn."""
    number = action_id(obligation.requirement)
    if number is None:
        if alliance.charter.is_over(obligation.requirement, on):
            return None
        return alliance.charter.requirement_on(obligation.requirement, obligation.period.nearest(on))
    action = agreed[number]
    return None if action.withdrawn else requirement_of(action)


def requirement(connection: Connection, alliance: Alliance, key: str) -> Requirement:
    """The newest version of what a key of an obligation or a settlement stands for, withdrawn actions too."""
    number = action_id(key)
    if number is None:
        return alliance.charter.requirement(key)
    return requirement_of(actions(connection, alliance, ids=[number])[number])


def in_order(found: list[Account], members: list[int], alliance: Alliance) -> tuple[Account, ...]:
    """By member as they are listed, then as the charter lists its requirements, then by period."""
    place = {organisation: number for number, organisation in enumerate(members)}
    listed = {requirement.key: number for number, requirement in enumerate(alliance.charter.requirements)}
    return tuple(
        sorted(
            found,
            key=lambda account: (
                place[account.organisation.id],
                listed.get(account.requirement.key, len(listed)),  # actions after the charter's own
                account.obligation.period.start,
            ),
        )
    )


def _obligations(
    connection: Connection,
    alliance_id: int,
    on: date,
    organisation_ids: Collection[int] | None,
    obligation_ids: Collection[int] | None,
) -> list[Row[Any]]:
    given = {"alliance": alliance_id, "on": on}
    if obligation_ids is None:
        if organisation_ids is None:
            return list(connection.execute(_ALIVE, given))
        return list(_ALIVE_OF.run(connection, organisation_ids, **given))
    query = _OPENED.where(among(connection, _obligation.c.id, obligation_ids))
    if organisation_ids is not None:
        query = query.where(among(connection, _obligation.c.organisation_id, organisation_ids))
    return list(connection.execute(query, given))


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


def _memberships_by_organisation(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> dict[int, tuple[Membership, ...]]:
    found: dict[int, tuple[Membership, ...]] = {}
    for membership in register.memberships(connection, alliance_id, organisation_ids):
        if membership.role == "member":
            found[membership.organisation_id] = (*found.get(membership.organisation_id, ()), membership)
    return found


def _owed_by_member(obligation: Obligation, memberships: Iterable[Membership], on: date) -> bool:
    """Whether the duty falls within a membership; a standing one, only while the member still is one."""
    return any(
        falls_within(m.validity, obligation.period, obligation.due, obligation.event_day)
        and (obligation.due is not None or m.validity.covers(on))
        for m in memberships
    )


def settlements_of(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> dict[tuple[int, str], tuple[Settlement, ...]]:
    """Every settlement fact, withdrawn ones too, by member and requirement, oldest first."""
    found: dict[tuple[int, str], tuple[Settlement, ...]] = {}
    for row in _SETTLEMENTS_OF.run(connection, organisation_ids, alliance=alliance_id):
        key = (row.organisation_id, row.requirement)
        found[key] = (*found.get(key, ()), as_settlement(row))
    return found


def requirement_keys(connection: Connection, alliance_id: int) -> dict[int, str]:
    """Obligation id to the key of its requirement."""
    query = select(_obligation.c.id, _obligation.c.requirement)
    rows = connection.execute(query.where(_obligation.c.alliance_id == alliance_id))
    return {row.id: row.requirement for row in rows}


def settlement(connection: Connection, alliance_id: int, settlement_id: int) -> Settlement | None:
    query = (
        select(_settlement, _person.c.name.label("by_name"))
        .join(_person, _person.c.id == _settlement.c.recorded_by)
        .where(_settlement.c.alliance_id == alliance_id, _settlement.c.id == settlement_id)
    )
    row = connection.execute(query).first()
    return as_settlement(row) if row else None


def as_settlement(row: Row[Any]) -> Settlement:
    return Settlement(
        id=row.id,
        obligation_id=row.obligation_id,
        organisation_id=row.organisation_id,
        requirement=row.requirement,
        kind=cast(Any, row.kind),
        result=cast(Any, row.result),
        what=row.what,
        link=row.link,
        validity=Validity(row.valid_from, row.valid_until),
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        recorded_by_name=row.by_name,
        decided_by=row.decided_by,
        on_behalf=bool(row.on_behalf),
        evidence=row.evidence,
        withdrawn_at=row.withdrawn_at,
    )


def _answers(
    connection: Connection, alliance_id: int, organisation_ids: Collection[int]
) -> dict[tuple[int, int], list[Answer]]:
    found: dict[tuple[int, int], list[Answer]] = {}
    for r in _ANSWERS_OF.run(connection, organisation_ids, alliance=alliance_id):
        found.setdefault((r.meeting_id, r.organisation_id), []).append(as_answer(r))
    return found


def _winning(
    answers: Mapping[tuple[int, int], list[Answer]], meeting: Meeting | None, organisation_id: int
) -> Answer | None:
    if meeting is None:
        return None
    return winning(answers.get((meeting.id, organisation_id), ()), meeting.revision)


# ------------------------------------------------------------------------------------------------ the board


def board(connection: Connection, alliance: Alliance, on: date) -> Board:
    """Members x requirements: for each the newest period that runs on the day; and the actions of each."""
    members = [
        m.organisation_id
        for m in register.memberships(connection, alliance.id)
        if m.role == "member" and m.validity.covers(on)
    ]
    organisations = register.organisations(connection, alliance.id, on, members)
    cells: dict[int, dict[str, Account]] = {}
    for account in accounts(connection, alliance, on, organisation_ids=members):
        runs = account.obligation.period.start <= on < account.obligation.period.end
        if runs or action_id(account.requirement.key) is not None:
            cells.setdefault(account.organisation.id, {})[account.requirement.key] = account
    reachable = _reachable_organisations(connection, alliance, on)
    rows = tuple(
        BoardRow(organisation, cells.get(organisation.id, {}), organisation.id in reachable)
        for organisation in organisations.values()
    )
    return Board(on, alliance.charter.requirements_on(on), rows)


def _reachable_organisations(connection: Connection, alliance: Alliance, on: date) -> set[int]:
    """The members of whom every asked office has somebody with an address that works."""
    offices = register.offices_on(connection, alliance.id, on)
    asks = {tuple(requirement.asks) for requirement in alliance.charter.requirements_on(on)}
    organisations = {term.organisation_id for term in offices.terms}
    return {
        organisation
        for organisation in organisations
        if all(set(offices.asked(organisation, asked)) - offices.unreachable for asked in asks)
    }
