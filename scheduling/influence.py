"""What is told of influence: what becomes of a framework condition, and that an ask has not been answered.

An unanswered ask has no message of its own: it is in the day's reminder of whoever works for the secretariat, together
with all else they owe. It brings one about once, and stands in each that leaves while it is unanswered.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.influence import IssueStep, PolicyAsk
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import Notification
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.outbox_bulk import post_to_all
from storage.queries import actors, influence, meetings
from templates import write


def issue_news_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What happened, by whom; raises NoLongerTrue where it was undone since, or the reader has left."""
    today = alliance.charter.calendar.day(now)
    what, id_, back = [*str(claim.facts["occasion"]).split(":"), "", ""][:3]
    issue = influence.issue_of(connection, alliance, int(str(claim.facts["issue"])))
    step = influence.step(connection, alliance, int(id_)) if what == "step" else None
    if issue is None or issue.withdrawn_at is not None or not _holds(step, what, bool(back)):
        raise NoLongerTrue("taken_back")
    actor = actors.actor(connection, alliance, person, today)
    if not actor.in_office:
        raise NoLongerTrue("not_theirs")
    return write(
        "issue_news",
        person.language,
        zone=alliance.charter.zone,
        issue=issue,
        step=step,
        meeting=_title(connection, alliance, step, person.language),
        taken_back=bool(back),
        decides=actor.secretariat and issue.pending(today),
    )


def _holds(step: IssueStep | None, what: str, back: bool) -> bool:
    """Whether what was to be told is still so: a step stands, or was taken back if that is the news."""
    if step is None:
        return what == "raised"
    return (step.withdrawn_at is not None) == back and (back or step.stands)


def _title(connection: Connection, alliance: Alliance, step: IssueStep | None, language: str) -> str:
    meeting = meetings.meeting(connection, alliance, step.meeting_id) if step and step.meeting_id else None
    return meeting.title.in_(language) if meeting else ""


# ------------------------------------------------------------------------------------------- in the day's reminder


def remind_of_asks(
    connection: Connection, alliance: Alliance, said: Notification, today: date, now: datetime
) -> tuple[int, ...]:
    """Post the day's reminder (``said``) to whom an ask is news; returns them. Safe twice.

    It is news to whoever has got no reminder since the day after which it was unanswered and known: every reminder
    that leaves names it. As the first telling of something it is never held back for the month's budget.
    """
    asks = influence.waiting(connection, alliance, today)
    if not asks:
        return ()
    people = actors.secretariat_people(connection, alliance, today)
    last = influence.reminded_last(connection, alliance.id, people)
    news = [person for person in people if person not in last or _unnamed(alliance, asks, last[person], today)]
    return tuple(post_to_all(connection, alliance.id, said, news, now))


def _unnamed(alliance: Alliance, asks: Collection[PolicyAsk], last: date, today: date) -> bool:
    """Whether an ask was not in the reminder of a day: it was not unanswered yet, or was written down that day."""
    day = alliance.charter.calendar.day
    return last < today and any(
        ask.hoped_by is not None and last <= max(ask.hoped_by, day(ask.recorded_at)) for ask in asks
    )
