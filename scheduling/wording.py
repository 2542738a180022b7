"""Turns a claimed delivery into words, or finds that it is no longer true. Asked right before sending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection

from alliance.accounts import Account, Story
from alliance.alliances import Alliance
from alliance.deliveries import Sender
from alliance.members import Person
from alliance.messages import Message
from alliance.reminders import Line, may_remind
from scheduling.invitations import invitation_words
from scheduling.meetings import answer_reminder_words
from scheduling.notices import alert_words, undelivered_words
from scheduling.papers import paper_words
from scheduling.proposals import decided_words, proposal_words
from scheduling.runaway import RUNAWAY, runaway_words
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import accounts, register, stories
from templates import write

__all__ = ["NoLongerTrue", "thread_of", "words_for"]


def thread_of(claim: outbox.Claim) -> str | None:
    """The conversation a mail belongs to: everything about one meeting is one."""
    thread = claim.facts.get("thread")
    return str(thread) if thread else None


def words_for(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, sender: Sender, now: datetime
) -> Message:
    """The message of a claimed delivery, from the truth as it is now. Raises NoLongerTrue."""
    if claim.kind in ("invitation", "invitation_in_chat"):  # their words name the mailbox that it comes from
        return invitation_words(connection, alliance, claim, person, sender, now)
    return _WORDS[claim.kind](connection, alliance, claim, person, now)


def _acts_for(connection: Connection, alliance: Alliance, person: Person, day: date) -> tuple[int, ...]:
    """The members a person may act for: a button must say which one it is about, unless it is the only one."""
    return register.actor(connection, alliance, person, day).organisations


def _reminder(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    today = alliance.charter.calendar.day(now)
    charter = alliance.charter
    if claim.occasion != today.isoformat() or not may_remind(charter.ladder_on(today), charter.calendar, now):
        raise NoLongerTrue("moment_gone")
    owed = _owed_by(connection, alliance, person, today)
    planned = outbox.lines_of(connection, claim.notification_id)
    rungs = {line.obligation_id: line.rung for line in planned if line.obligation_id in owed}
    if not any(rung is not None for rung in rungs.values()):
        raise NoLongerTrue(_why_gone(connection, alliance, planned, today))
    lines = tuple(Line(obligation_id, rungs.get(obligation_id)) for obligation_id in owed)
    lines = tuple(sorted(lines, key=lambda line: line.rung is None))
    outbox.write_lines(connection, alliance.id, claim.notification_id, person.id, lines)
    told = _stories(connection, alliance, owed, today)
    own = _acts_for(connection, alliance, person, today)
    return write(
        "reminder",
        person.language,
        zone=alliance.charter.zone,
        person=person.name,
        day=today,
        lines=tuple(
            (
                "" if own == (owed[line.obligation_id].organisation.id,) else _for(owed[line.obligation_id]),
                told[line.obligation_id],
                line.rung,
            )
            for line in lines
        ),
    )


def _for(account: Account) -> str:
    return f"for {account.organisation.name}: "


def _why_gone(connection: Connection, alliance: Alliance, planned: tuple[Line, ...], today: date) -> str:
    """Why nothing of what was planned is left: it was settled meanwhile, or this person is no longer asked for it."""
    ids = [line.obligation_id for line in planned if line.rung is not None]
    found = accounts.accounts(connection, alliance, today, obligation_ids=ids)
    return "settled" if any(not account.standing.owes for account in found) else "not_theirs"


def _owed_by(connection: Connection, alliance: Alliance, person: Person, today: date) -> dict[int, Account]:
    """What the person is asked for and is still owed, by obligation."""
    terms = register.office_terms(connection, alliance.id, person_id=person.id)
    members = {term.organisation_id for term in terms if term.validity.covers(today)}
    offices = register.offices_on(connection, alliance.id, today, members)
    return {
        account.obligation.id: account
        for account in accounts.accounts(connection, alliance, today, organisation_ids=members)
        if account.standing.owes and person.id in offices.asked(account.organisation.id, account.requirement.asks)
    }


def _stories(connection: Connection, alliance: Alliance, owed: dict[int, Account], today: date) -> dict[int, Story]:
    found = stories.stories(connection, alliance, tuple(owed.values()), today)
    return {story.account.obligation.id: story for story in found}


def _recorded_on_behalf(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    today = alliance.charter.calendar.day(now)
    obligation_id = int(str(claim.facts["obligation"]))
    found = accounts.accounts(connection, alliance, today, obligation_ids=[obligation_id])
    if not found:
        raise NoLongerTrue("obligation_gone")
    return write(
        "recorded_on_behalf",
        person.language,
        zone=alliance.charter.zone,
        organisation=found[0].organisation,
        requirement=found[0].requirement,
        what=str(claim.facts["what"]),
        recorded_by=str(claim.facts["by"]),
        at=claim.posted_at,
        obligation_id=obligation_id,
    )


def _broadcast(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    name = alliance.charter.name.in_(person.language)
    return _same_to_all(person.language, alliance.charter.zone, str(claim.facts["text"]), str(claim.facts["by"]), name)


@lru_cache(maxsize=64)
def _same_to_all(language: str, zone: str, text: str, sender: str, alliance: str) -> Message:
    """What is written to many is put into words once."""
    return write("broadcast", language, zone=zone, text=text, sender=sender, alliance=alliance)


_WORDS: dict[str, Callable[[Connection, Alliance, outbox.Claim, Person, datetime], Message]] = {
    "reminder": _reminder,
    "answer_reminder": answer_reminder_words,
    "recorded_on_behalf": _recorded_on_behalf,
    "broadcast": _broadcast,
    "paper": paper_words,
    "proposal": proposal_words,
    "proposal_decided": decided_words,
    "undelivered": undelivered_words,
    "alert": alert_words,
    RUNAWAY: runaway_words,
}
