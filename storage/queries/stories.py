"""The story behind an obligation: who was asked, what came in, what went out and what comes next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from alliance.accounts import Account, Contact, DraftSoFar, HandedOver, Story
from alliance.alliances import Alliance
from alliance.members import OfficesOn
from alliance.reminders import Rung, next_rung, steering_list_day
from alliance.reports import Draft
from alliance.snoozing import hidden_until, last_day
from storage.bulk import among
from storage.outbox.steps import is_last_way
from storage.queries import actors, register, reports
from storage.queries.accounts import settlements_of
from storage.queries.handovers import held_of
from storage.queries.meetings import standing_events
from storage.queries.snoozes import Anew, held
from storage.tables import tables

_line, _delivery, _notification = tables["reminder_line"], tables["delivery"], tables["notification"]


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
    meetings = standing_events(connection, alliance)
    years = {_year(account) for account in found if account.requirement.settled_by == "report"}
    drafts = {year: reports.drafts(connection, alliance.id, members, year) for year in years}
    newest = {year: reports.newest(connection, alliance.id, members, year) for year in years}
    facts = settlements_of(connection, alliance.id, members)
    hidden = _hidden(connection, alliance, found, on)
    handed = handed_over(connection, alliance, found, on)

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
            hidden=hidden.get(obligation.id, {}),
            may_hide_until=_may_hide_until(alliance, account, on),
            handed=handed.get(obligation.id, ()),
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


def _hidden(
    connection: Connection, alliance: Alliance, found: Collection[Account], on: date
) -> dict[int, dict[int, date]]:
    """Until when each obligation is hidden from whom, by obligation."""
    due = {account.obligation.id: account.obligation.due for account in found if account.standing.owes}
    hidden: dict[int, dict[int, date]] = {}
    for (obligation, person), snooze in held(connection, alliance.id, list(due)).items():
        if until := hidden_until(snooze, alliance.charter.calendar, due[obligation], on):
            hidden.setdefault(obligation, {})[person] = until
    return hidden


def handed_over(
    connection: Connection, alliance: Alliance, found: Collection[Account], on: date
) -> dict[int, tuple[HandedOver, ...]]:
    """Who handed each obligation to whom, by obligation; only what is still to be answered."""
    open_ = [account.obligation.id for account in found if account.standing.by is None]
    each = [one for held in held_of(connection, alliance.id, open_, on).values() for one in held]
    running = actors.in_force(connection, alliance.id, each, on)
    people = {person for one in running for person in (one.giver_id, one.colleague_id)}
    names = register.people(connection, alliance.id, people) if people else {}
    told: dict[int, tuple[HandedOver, ...]] = {}
    for one in running:
        said = HandedOver(
            one.giver_id,
            names[one.giver_id].name,
            one.colleague_id,
            names[one.colleague_id].name,
            one.note,
            one.recorded_at,
        )
        told[one.obligation_id] = (*told.get(one.obligation_id, ()), said)
    return told


def _may_hide_until(alliance: Alliance, account: Account, on: date) -> date | None:
    if not account.standing.owes:
        return None
    return last_day(alliance.charter.ladder_on(on), alliance.charter.calendar, account.obligation.due, on)


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
    asked = {
        a.obligation.id: offices.asked(a.organisation.id, a.requirement.asks, a.obligation.id, a.requirement.owner)
        for a in found
    }
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
            among(connection, _line.c.obligation_id, obligation_ids),
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


def rungs_told(connection: Connection, alliance_id: int, anew: Anew) -> set[tuple[int, int, int]]:
    """(obligation, person, rung) of every reminder that went out, is still on its way or could not be delivered.

    Without what is told ``anew`` since a snooze ended.
    """
    query = (
        select(_line.c.obligation_id, _line.c.person_id, _line.c.rung, _notification.c.occasion)
        .join(_notification, _notification.c.id == _line.c.notification_id)
        .join(_delivery, _delivery.c.notification_id == _line.c.notification_id)
        .where(
            _line.c.alliance_id == alliance_id,
            _line.c.rung.is_not(None),
            _delivery.c.state.not_in(("withdrawn", "expired")),
            is_last_way(),
        )
    )
    return {
        (row.obligation_id, row.person_id, row.rung)
        for row in connection.execute(query)
        if row.occasion >= anew.get((row.obligation_id, row.person_id), "")
    }
