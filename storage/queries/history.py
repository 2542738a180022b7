"""What somebody owed on an earlier day: by the rules and memberships of that day, with what has come in since."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import Connection

from alliance.accounts import Account
from alliance.alliances import Alliance
from alliance.charter import Requirement
from alliance.obligations import Settlement, Standing, opened, standing
from storage.queries import accounts, meetings, register


def owed_on(
    connection: Connection, alliance: Alliance, day: date, organisation_ids: Collection[int]
) -> tuple[Account, ...]:
    """How everything stood on a local day that these owed then; ``standing.by`` may be what came in later.

    Before the alliance was run here nothing was opened: then it is what the rules of the day asked of the members of
    the day, for the period that ran, and an account has no obligation of a number (``id`` 0).
    """
    if day >= alliance.obligations_since:
        found = accounts.accounts(connection, alliance, day, organisation_ids=organisation_ids)
        return tuple(_as_it_was(alliance, account, day) for account in found)
    return tuple(_asked_then(connection, alliance, day, organisation_ids))


def _as_it_was(alliance: Alliance, account: Account, day: date) -> Account:
    """The account without what was recorded after the day; what came in later is still named."""
    by = account.standing.by
    if by is None or not _later(alliance, account.requirement, by, day):
        return account
    bare = standing(account.obligation, account.requirement, (), None, day)
    return Account(account.organisation, account.obligation, account.requirement, Standing(bare.state, by))


def _later(alliance: Alliance, requirement: Requirement, fact: Settlement, day: date) -> bool:
    """Whether a fact came after the day; evidence that carries counts from when it was valid."""
    return not requirement.carries and alliance.charter.calendar.day(fact.recorded_at) > day


def _asked_then(
    connection: Connection, alliance: Alliance, day: date, organisation_ids: Collection[int]
) -> Iterator[Account]:
    known = register.organisations(connection, alliance.id, day, organisation_ids)
    memberships = register.memberships(connection, alliance.id, organisation_ids)
    joined = [membership for membership in memberships if membership.validity.covers(day)]
    facts = accounts.settlements_of(connection, alliance.id, organisation_ids)
    dates = accounts.event_dates(meetings.meetings(connection, alliance), alliance)
    first = min(one.since for one in alliance.charters)
    for duty in opened(alliance.charter, joined, dates, first, day):
        if duty.period.start <= day < duty.period.end:
            requirement = alliance.charter.requirement_on(duty.requirement, day)
            carried = [f for f in facts.get((duty.organisation_id, duty.requirement), ()) if requirement.carries]
            stood = standing(duty, requirement, carried, None, day)
            yield Account(known[duty.organisation_id], duty, requirement, stood)
