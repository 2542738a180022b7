"""Turns a claimed delivery into words, or finds that it is no longer true. Asked right before sending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.deliveries import Sender
from alliance.members import Person
from alliance.messages import Message
from scheduling.absences import nobody_instead_words
from scheduling.addresses import address_corrected_words
from scheduling.doors import link_used_words, sign_in_words
from scheduling.edits import edit_words
from scheduling.handovers import handed_back_words, handed_over_words, taken_back_words
from scheduling.influence import issue_news_words
from scheduling.invitations import invitation_words
from scheduling.meetings import answer_reminder_words
from scheduling.notices import alert_words, undelivered_words
from scheduling.own_data import own_data_words
from scheduling.papers import paper_words
from scheduling.plan_actions import actions_stale_words
from scheduling.plans import plan_news_words
from scheduling.proposals import decided_words, proposal_words
from scheduling.questions import question_answered_words, question_unanswered_words, question_words
from scheduling.reminding import Owing, reminder_words
from scheduling.runaway import RUNAWAY, runaway_words
from scheduling.seats import seat_empty_words, term_ends_words
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import accounts
from templates import write

__all__ = ["NoLongerTrue", "thread_of", "words_for"]


def thread_of(claim: outbox.Claim) -> str | None:
    """The conversation a mail belongs to: everything about one meeting is one."""
    thread = claim.facts.get("thread")
    return str(thread) if thread else None


def words_for(
    connection: Connection,
    alliance: Alliance,
    claim: outbox.Claim,
    person: Person,
    sender: Sender,
    now: datetime,
    owing: Owing | None = None,
) -> Message:
    """The message of a claimed delivery, from the truth as it is now. Raises NoLongerTrue.

    ``owing`` is what was read for several who are reminded in the same transaction.
    """
    if claim.kind == "reminder":
        today = alliance.charter.calendar.day(now)
        return reminder_words(
            connection, alliance, claim, person, owing or Owing(connection, alliance, [person.id], today), now
        )
    if claim.kind in ("invitation", "invitation_in_chat"):  # their words name the mailbox that it comes from
        return invitation_words(connection, alliance, claim, person, sender, now)
    if claim.kind == "sign_in":  # its link says where the pages are
        return sign_in_words(connection, alliance, claim, person, sender, now)
    return _WORDS[claim.kind](connection, alliance, claim, person, now)


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
    "answer_reminder": answer_reminder_words,
    "recorded_on_behalf": _recorded_on_behalf,
    "broadcast": _broadcast,
    "edit": edit_words,
    "paper": paper_words,
    "proposal": proposal_words,
    "proposal_decided": decided_words,
    "nobody_instead": nobody_instead_words,
    "address_corrected": address_corrected_words,
    "plan_news": plan_news_words,
    "actions_stale": actions_stale_words,
    "issue_news": issue_news_words,
    "own_data": own_data_words,
    "handed_over": handed_over_words,
    "handed_back": handed_back_words,
    "taken_back": taken_back_words,
    "question": question_words,
    "question_answered": question_answered_words,
    "question_unanswered": question_unanswered_words,
    "undelivered": undelivered_words,
    "alert": alert_words,
    "link_used": link_used_words,
    "seat_empty": seat_empty_words,
    "term_ends": term_ends_words,
    RUNAWAY: runaway_words,
}
KINDS = frozenset((*_WORDS, "reminder", "invitation", "invitation_in_chat", "sign_in"))
"""Every kind of notification that can be put into words."""
