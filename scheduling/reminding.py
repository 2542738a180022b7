"""The words of a reminder: all its reader owes at the moment it leaves, read at once for everybody reminded."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Connection

from alliance.accounts import Account, Story
from alliance.alliances import Alliance
from alliance.handovers import Handover
from alliance.influence import PolicyAsk
from alliance.members import OfficesOn, OfficeTerm, Person
from alliance.messages import Message
from alliance.reminders import Line, may_remind
from alliance.roles import Actor
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import accounts, actors, handovers, influence, register, stories
from templates import write


class Owing:
    """What some people are asked for and still owe on a day (local), with the story of each.

    Read when it is first asked for, in the caller's transaction, and good for that transaction only.
    """

    def __init__(self, connection: Connection, alliance: Alliance, people: Collection[int], today: date) -> None:
        self.connection, self.alliance, self.people, self.today = connection, alliance, frozenset(people), today

    def owed_by(self, person: Person) -> dict[int, Account]:
        """What the person is asked for, is still owed and is not hidden from them, by obligation."""
        hidden = self.hidden_from(person)
        return {id_: account for id_, account in self._asked_of(person).items() if id_ not in hidden}

    def hidden_from(self, person: Person) -> dict[int, date]:
        """Until which morning the person hides what is owed from their reminders, by obligation."""
        return {id_: story.hidden[person.id] for id_, story in self.told.items() if person.id in story.hidden}

    def asks_of(self, person: Person) -> tuple[PolicyAsk, ...]:
        """What the alliance has asked of others and not been answered, for who works for the secretariat."""
        return self._unanswered if self._unanswered and person.id in self._secretariat else ()

    def _asked_of(self, person: Person) -> dict[int, Account]:
        members = {term.organisation_id for term in self._terms.get(person.id, ())}
        handed = {handover.obligation_id for handover in self._handed.get(person.id, ())}
        return {
            account.obligation.id: account
            for account in self._owed
            if (account.organisation.id in members or account.obligation.id in handed)
            and person.id in self._asked(account)
        }

    def _asked(self, account: Account) -> tuple[int, ...]:
        return self._offices.asked(
            account.organisation.id, account.requirement.asks, account.obligation.id, account.requirement.owner
        )

    def acts_for(self, person: Person) -> tuple[int, ...]:
        """The members the person may act for: a button must say which it is about, unless it is the only one."""
        terms, secretariat = self._terms.get(person.id, ()), self.alliance.charter.secretariat.office
        return Actor(person, terms, secretariat=False, secretariat_office=secretariat).organisations

    @cached_property
    def told(self) -> Mapping[int, Story]:
        """The story of all that is owed, by obligation."""
        found = stories.stories(self.connection, self.alliance, self._owed, self.today)
        return {story.account.obligation.id: story for story in found}

    @cached_property
    def _unanswered(self) -> tuple[PolicyAsk, ...]:
        return influence.waiting(self.connection, self.alliance, self.today)

    @cached_property
    def _secretariat(self) -> tuple[int, ...]:
        return actors.secretariat_people(self.connection, self.alliance, self.today)

    @cached_property
    def _terms(self) -> Mapping[int, tuple[OfficeTerm, ...]]:
        return register.terms_on(self.connection, self.alliance.id, self.people, self.today)

    @cached_property
    def _handed(self) -> Mapping[int, tuple[Handover, ...]]:
        return handovers.held_by_any(self.connection, self.alliance.id, self.people, self.today)

    @cached_property
    def _members(self) -> set[int]:
        members = {term.organisation_id for terms in self._terms.values() for term in terms}
        return members | {handover.organisation_id for each in self._handed.values() for handover in each}

    @cached_property
    def _offices(self) -> OfficesOn:
        return register.offices_on(self.connection, self.alliance.id, self.today, self._members)

    @cached_property
    def _owed(self) -> tuple[Account, ...]:
        found = accounts.accounts(self.connection, self.alliance, self.today, organisation_ids=self._members)
        return tuple(account for account in found if account.standing.owes)


def reminder_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, owing: Owing, now: datetime
) -> Message:
    """The digest of what the person owes now. Raises NoLongerTrue when the day is over or nothing of it is owed."""
    today, charter = alliance.charter.calendar.day(now), alliance.charter
    if claim.occasion != today.isoformat() or not may_remind(charter.ladder_on(today), charter.calendar, now):
        raise NoLongerTrue("moment_gone")
    owed = owing.owed_by(person)
    planned = outbox.lines_of(connection, claim.notification_id)
    rungs = {line.obligation_id: line.rung for line in planned if line.obligation_id in owed}
    asks = owing.asks_of(person)
    if not asks and not any(rung is not None for rung in rungs.values()):
        raise NoLongerTrue(_why_gone(connection, alliance, planned, today, owing.hidden_from(person)))
    lines = tuple(Line(obligation_id, rungs.get(obligation_id)) for obligation_id in owed)
    lines = tuple(sorted(lines, key=lambda line: line.rung is None))
    if lines != planned:
        outbox.write_lines(connection, alliance.id, claim.notification_id, person.id, lines)
    own = owing.acts_for(person)
    return write(
        "reminder",
        person.language,
        zone=charter.zone,
        person=person.name,
        day=today,
        lines=tuple((_for(owed[line.obligation_id], own), owing.told[line.obligation_id], line.rung) for line in lines),
        asks=asks,
    )


def _for(account: Account, own: tuple[int, ...]) -> str:
    return "" if own == (account.organisation.id,) else f"for {account.organisation.name}: "


def _why_gone(
    connection: Connection, alliance: Alliance, planned: tuple[Line, ...], today: date, hidden: Container[int]
) -> str:
    """Why nothing of what was planned is left: settled meanwhile, hidden by this person, or not asked of them."""
    ids = [line.obligation_id for line in planned if line.rung is not None]
    found = accounts.accounts(connection, alliance, today, obligation_ids=ids)
    if any(not account.standing.owes for account in found):
        return "settled"
    return "snoozed" if any(id_ in hidden for id_ in ids) else "not_theirs"
