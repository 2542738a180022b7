"""What everybody owes and how it stands: accounts, the board, and the story behind one obligation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.engine import Row

from alliance.accounts import Account, Board, BoardRow, Contact, DraftSoFar, Story
from alliance.alliances import Alliance
from alliance.attendance import Answer, winning
from alliance.charter import Validity
from alliance.meetings import Meeting
from alliance.members import Membership, OfficesOn
from alliance.obligations import (
    EventDates,
    Obligation,
    Period,
    Settlement,
    falls_within,
    standing,
)
from alliance.reminders import Rung, next_rung, steering_list_day
from alliance.reports import Draft
from storage.queries import register, reports
from storage.tables import tables

_obligation, _settlement, _answer = tables["obligation"], tables["settlement"], tables["answer"]
_person, _line = tables["person"], tables["reminder_line"]
_notification, _delivery = tables["notification"], tables["delivery"]


def event_dates(meetings: Iterable[Meeting], alliance: Alliance) -> dict[tuple[str, int], EventDates]:
    """The days that date the requirements tied to an event, by event and year."""
    calendar = alliance.charter.calendar
    return {
        (meeting.kind, meeting.year): EventDates(calendar.day(meeting.starts_at), meeting.answer_by)
        for meeting in meetings
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
    settlements = settlements_of(connection, alliance.id, ids)
    members = _memberships_by_organisation(connection, alliance.id, ids)
    meetings = {(m.kind, m.year): m for m in register.meetings(connection, alliance)}
    answers = _answers(connection, alliance.id, ids)
    found = []
    for row in rows:
        obligation = _as_obligation(row)
        if not _owed_by_member(obligation, members.get(obligation.organisation_id, ()), on):
            continue
        requirement = alliance.charter.requirement_on(obligation.requirement, obligation.period.nearest(on))
        meeting = meetings.get((requirement.event or "", obligation.period.start.year))
        answer = _winning(answers, meeting, obligation.organisation_id)
        facts = settlements.get((obligation.organisation_id, obligation.requirement), ())
        found.append(
            Account(
                organisations[obligation.organisation_id],
                obligation,
                requirement,
                standing(obligation, requirement, facts, answer, on),
            )
        )
    return _in_order(found, list(organisations), alliance)


def _in_order(found: list[Account], members: list[int], alliance: Alliance) -> tuple[Account, ...]:
    place = {organisation: number for number, organisation in enumerate(members)}
    listed = {requirement.key: number for number, requirement in enumerate(alliance.charter.requirements)}
    return tuple(
        sorted(
            found,
            key=lambda account: (
                place[account.organisation.id],
                listed[account.requirement.key],
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
    query = select(_obligation).where(_obligation.c.alliance_id == alliance_id, _obligation.c.opens <= on)
    if organisation_ids is not None:
        query = query.where(_obligation.c.organisation_id.in_(organisation_ids))
    if obligation_ids is not None:
        query = query.where(_obligation.c.id.in_(obligation_ids))
    else:
        settled = (
            select(_settlement.c.id)
            .where(
                _settlement.c.obligation_id == _obligation.c.id,
                _settlement.c.withdrawn_at.is_(None),
                _settlement.c.kind != "dispensation",  # it may have ended before the day that decides
            )
            .exists()
        )
        unmet = and_(_obligation.c.due.is_not(None), ~settled)
        query = query.where(or_(_obligation.c.period_end > on, unmet))
    return list(connection.execute(query.order_by(_obligation.c.id)))


def _as_obligation(row: Row[Any]) -> Obligation:
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
    query = (
        select(_settlement, _person.c.name.label("by_name"))
        .join(_person, _person.c.id == _settlement.c.recorded_by)
        .where(
            _settlement.c.alliance_id == alliance_id,
            _settlement.c.organisation_id.in_(organisation_ids),
        )
    )
    found: dict[tuple[int, str], tuple[Settlement, ...]] = {}
    for row in connection.execute(query.order_by(_settlement.c.id)):
        key = (row.organisation_id, row.requirement)
        found[key] = (*found.get(key, ()), _as_settlement(row))
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
    return _as_settlement(row) if row else None


def _as_settlement(row: Row[Any]) -> Settlement:
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
    query = select(_answer).where(_answer.c.alliance_id == alliance_id, _answer.c.organisation_id.in_(organisation_ids))
    found: dict[tuple[int, int], list[Answer]] = {}
    for r in connection.execute(query.order_by(_answer.c.id)):
        answer = Answer(
            r.id,
            r.meeting_id,
            r.organisation_id,
            cast(Any, r.response),
            r.office,
            r.attendee,
            r.revision,
            r.given_at,
            r.given_by,
            r.source,
            bool(r.on_behalf),
        )
        found.setdefault((r.meeting_id, r.organisation_id), []).append(answer)
    return found


def _winning(
    answers: Mapping[tuple[int, int], list[Answer]], meeting: Meeting | None, organisation_id: int
) -> Answer | None:
    if meeting is None:
        return None
    return winning(answers.get((meeting.id, organisation_id), ()), meeting.revision)


# ------------------------------------------------------------------------------------------------ the board


def board(connection: Connection, alliance: Alliance, on: date) -> Board:
    """Members x requirements: for each the newest period that runs on the day."""
    members = [
        m.organisation_id
        for m in register.memberships(connection, alliance.id)
        if m.role == "member" and m.validity.covers(on)
    ]
    organisations = register.organisations(connection, alliance.id, on, members)
    cells: dict[int, dict[str, Account]] = {}
    for account in accounts(connection, alliance, on, organisation_ids=members):
        if account.obligation.period.start <= on < account.obligation.period.end:
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


# ------------------------------------------------------------------------------------------------ stories


@dataclass(frozen=True)
class Told:
    """What went out about an obligation: how many reminders, and the newest (aware UTC)."""

    reminders: int
    last: datetime | None


def stories(connection: Connection, alliance: Alliance, found: Collection[Account], on: date) -> tuple[Story, ...]:
    """The story of each account, in the same order."""
    members = {account.organisation.id for account in found}
    contacts = _contacts(connection, alliance, found, on)
    told = told_of(connection, alliance.id, [account.obligation.id for account in found])
    meetings = {(m.kind, m.year): m for m in register.meetings(connection, alliance)}
    years = {_year(account) for account in found if account.requirement.settled_by == "report"}
    drafts = {year: reports.drafts(connection, alliance.id, members, year) for year in years}
    newest = {year: reports.newest(connection, alliance.id, members, year) for year in years}
    facts = settlements_of(connection, alliance.id, members)

    def story(account: Account) -> Story:
        obligation, member, year = account.obligation, account.organisation.id, _year(account)
        reports_it = account.requirement.settled_by == "report"
        next_, listed = _what_comes(alliance, account, on)
        past = told.get(obligation.id, Told(0, None))
        return Story(
            account,
            contacts=contacts[obligation.id],
            reminders=past.reminders,
            last_contact=past.last,
            draft=_so_far(alliance, drafts[year].get(member), on) if reports_it else None,
            report=newest[year].get(member) if reports_it else None,
            meeting=meetings.get((account.requirement.event or "", year)),
            next_rung=next_,
            steering_day=listed,
            settlements=facts.get((member, account.requirement.key), ()),
        )

    return tuple(story(account) for account in found)


def _year(account: Account) -> int:
    return account.obligation.period.start.year


def _what_comes(alliance: Alliance, account: Account, on: date) -> tuple[Rung | None, date | None]:
    """The next reminder, and the day on which the steering group's list is reached, while it is owed."""
    due = account.obligation.due
    if due is None or not account.standing.owes:
        return None, None
    ladder, calendar = alliance.charter.ladder_on(on), alliance.charter.calendar
    return next_rung(ladder, calendar, due, on), steering_list_day(ladder, calendar, due)


def _so_far(alliance: Alliance, draft: Draft | None, on: date) -> DraftSoFar | None:
    if draft is None or not draft.answers:
        return None
    indicators = alliance.charter.reporting.indicators_on(on)
    return DraftSoFar(draft.answered(indicators), len(indicators), draft.updated_at, draft.updated_by_name)


def _contacts(
    connection: Connection, alliance: Alliance, found: Collection[Account], on: date
) -> dict[int, tuple[Contact, ...]]:
    """Who is asked for each obligation, and whether they can be reached."""
    members = {account.organisation.id for account in found}
    offices = register.offices_on(connection, alliance.id, on, members)
    asked = {a.obligation.id: offices.asked(a.organisation.id, a.requirement.asks) for a in found}
    people = {person for each in asked.values() for person in each}
    names = register.people(connection, alliance.id, people)
    reachable = register.reachable_people(connection, alliance.id, people)
    return {
        account.obligation.id: tuple(
            Contact(p, names[p].name, _office(offices, account.organisation.id, p), p in reachable)
            for p in asked[account.obligation.id]
        )
        for account in found
    }


def _office(offices: OfficesOn, organisation_id: int, person_id: int) -> str:
    terms = [t for t in offices.of_person(person_id) if t.organisation_id == organisation_id]
    return terms[0].office if terms else ""


def told_of(connection: Connection, alliance_id: int, obligation_ids: Collection[int]) -> dict[int, Told]:
    """How often and when last each obligation was reminded of, counting what was really sent."""
    query = (
        select(_line.c.obligation_id, func.count().label("times"), func.max(_delivery.c.sent_at).label("last"))
        .join(_delivery, _delivery.c.notification_id == _line.c.notification_id)
        .where(
            _line.c.alliance_id == alliance_id,
            _line.c.obligation_id.in_(obligation_ids),
            _delivery.c.state == "sent",
        )
        .group_by(_line.c.obligation_id)
    )
    return {row.obligation_id: Told(row.times, row.last) for row in connection.execute(query)}


def reminders_sent(connection: Connection, alliance_id: int) -> dict[int, int]:
    """Obligation id to how many reminders that list it were sent."""
    query = (
        select(_line.c.obligation_id, func.count().label("times"))
        .join(_delivery, _delivery.c.notification_id == _line.c.notification_id)
        .where(_line.c.alliance_id == alliance_id, _delivery.c.state == "sent")
        .group_by(_line.c.obligation_id)
    )
    return {row.obligation_id: row.times for row in connection.execute(query)}


def rungs_told(connection: Connection, alliance_id: int) -> set[tuple[int, int, int]]:
    """(obligation, person, rung) of every reminder that went out, is still on its way or could not be delivered."""
    query = (
        select(_line.c.obligation_id, _line.c.person_id, _line.c.rung)
        .join(_delivery, _delivery.c.notification_id == _line.c.notification_id)
        .where(
            _line.c.alliance_id == alliance_id,
            _line.c.rung.is_not(None),
            _delivery.c.state.not_in(("withdrawn", "expired")),
        )
    )
    return {(row.obligation_id, row.person_id, row.rung) for row in connection.execute(query)}
