"""What is told of a question between members: to whom it is put, what was answered, and that nobody has."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import question_unanswered
from alliance.questions import ANSWER_WITHIN, Question
from scheduling.seats import begins_working_day, still_theirs
from scheduling.truth import NoLongerTrue
from storage import journal, outbox
from storage.changes.questions import escalate_question
from storage.queries import actors, questions, register
from templates import write
from templates.phrases import Phrases

A_DAY = timedelta(days=1)


def escalate_unanswered(connection: Connection, alliance: Alliance, last: datetime | None, now: datetime) -> int:
    """Tell the secretariat once of each question that has been open for two weeks; returns how many there were.

    Looks at the first tick of a working day from eight: ``last`` is when the one before it was (aware UTC).
    """
    if not begins_working_day(alliance.charter.calendar, last, now):
        return 0
    calendar = alliance.charter.calendar
    today = calendar.day(now)
    found = questions.unanswered(connection, alliance.id, now - ANSWER_WITHIN + A_DAY)
    late = [one for one in found if one.is_overdue(calendar, today)]
    people = actors.secretariat_people(connection, alliance, today) if late else ()
    if not people:  # as soon as there is somebody to tell, it is told
        return 0
    for one in late:
        if escalate_question(connection, alliance.id, one.id, now):
            outbox.post_each(connection, alliance.id, [question_unanswered(one, person) for person in people], now)
            _note(connection, alliance, one, now)
    return len(late)


def _note(connection: Connection, alliance: Alliance, one: Question, now: datetime) -> None:
    asked = register.organisations(connection, alliance.id, alliance.charter.calendar.day(now), [one.asked_id])
    label = Phrases("da")("question.named", id=one.id, asked=asked[one.asked_id].name)
    about, facts = f"question:{one.id}", {"label": label}
    journal.write_down(connection, alliance.id, now, "question_escalated", about=about, facts=facts)


def question_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What is asked, by whom; raises NoLongerTrue once it is answered or taken back, or for who has left."""
    one = _question(connection, alliance, claim)
    if one.state == "answered":
        raise NoLongerTrue("settled")
    return _words(connection, alliance, "question_asked", one, one.asked_id, person, now)


def question_answered_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What was answered, and by whom; raises NoLongerTrue for who has left."""
    one = _question(connection, alliance, claim)
    return _words(connection, alliance, "question_answered", one, one.asking_id, person, now)


def question_unanswered_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Which question waits; raises NoLongerTrue once it is answered, or for who left the secretariat."""
    one = _question(connection, alliance, claim)
    if one.state == "answered":
        raise NoLongerTrue("settled")
    still_theirs(connection, alliance, person, now)
    return _words(connection, alliance, "question_unanswered", one, one.asked_id, person, now)


def _question(connection: Connection, alliance: Alliance, claim: outbox.Claim) -> Question:
    one = questions.question(connection, alliance.id, int(str(claim.facts["question"])))
    if one is None or one.state == "withdrawn":
        raise NoLongerTrue("taken_back")
    return one


def _words(
    connection: Connection, alliance: Alliance, kind: str, one: Question, of: int, person: Person, now: datetime
) -> Message:
    today = alliance.charter.calendar.day(now)
    if not actors.actor(connection, alliance, person, today).answers_for(of):
        raise NoLongerTrue("not_theirs")
    members = register.organisations(connection, alliance.id, today, {one.asking_id, one.asked_id})
    zone = alliance.charter.zone
    asking, asked = members[one.asking_id], members[one.asked_id]
    return write(kind, person.language, zone=zone, question=one, asking=asking, asked=asked)
