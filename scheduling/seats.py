"""What the secretariat is told of seats: a chair's or a party's term that ends, a seat that stands empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.calendar import WorkingCalendar
from alliance.members import Person
from alliance.messages import Message
from alliance.notifications import Notification, seat_empty, term_ends
from alliance.seats import Ending, Vacancy, chair_ending, party_endings, vacancies
from alliance.validity import valid_on
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import actors, register
from templates import write

FROM = time(8)


def tell_of_seats(connection: Connection, alliance: Alliance, last: datetime | None, now: datetime) -> int:
    """Tell the secretariat once each; returns how many notices were posted.

    Looks at the first tick of a working day from eight: ``last`` is when the one before it was (aware UTC).
    """
    if not begins_working_day(alliance.charter.calendar, last, now):
        return 0
    today = alliance.charter.calendar.day(now)
    people = actors.secretariat_people(connection, alliance, today)
    notices = [notice for person in people for notice in _notices(connection, alliance, today, person)]
    return len(outbox.post_each(connection, alliance.id, notices, now))


def begins_working_day(calendar: WorkingCalendar, last: datetime | None, now: datetime) -> bool:
    """Whether a tick is the first of a working day from eight; ``last`` is when the one before it was (aware UTC)."""
    today = calendar.day(now)
    begins = calendar.at(today, FROM)
    return calendar.is_working_day(today) and now >= begins and (last is None or last < begins)


def _notices(connection: Connection, alliance: Alliance, today: date, person: int) -> Iterator[Notification]:
    for ending in _endings(connection, alliance, today):
        yield term_ends(ending, person)
    for vacancy in _empty(connection, alliance, today):
        yield seat_empty(vacancy, _late(alliance, vacancy, today), person)


def _endings(connection: Connection, alliance: Alliance, day: date) -> tuple[Ending, ...]:
    rule = alliance.charter.chair
    found = party_endings(alliance.charter.parties, day)
    if rule is None:
        return found
    chair = chair_ending(register.seats(connection, alliance.id), rule.body, rule.told_before, day)
    return (*found, *((chair,) if chair else ()))


def _empty(connection: Connection, alliance: Alliance, day: date) -> tuple[Vacancy, ...]:
    """The seats that somebody had and nobody has; one that was never given is shown, and told by nobody."""
    known = register.seats(connection, alliance.id)
    bodies = [body for body in valid_on(alliance.charter.bodies, day) if body.seat_rule != "one_per_party"]
    found = (vacancy for body in bodies for vacancy in vacancies(body, known, day))
    return tuple(vacancy for vacancy in found if vacancy.since is not None)


def _due(alliance: Alliance, vacancy: Vacancy) -> date:
    due = vacancy.fill_by(alliance.charter.body(vacancy.body))
    assert due is not None, "only a seat that somebody had is told of"
    return due


def _late(alliance: Alliance, vacancy: Vacancy, day: date) -> bool:
    return day > _due(alliance, vacancy)


# ------------------------------------------------------------------------------------------- into words


def term_ends_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Whose term ends when; raises NoLongerTrue once a successor is noted, or for who has left the secretariat."""
    today = still_theirs(connection, alliance, person, now)
    found = (one for one in _endings(connection, alliance, today) if one.until.isoformat() == claim.facts["until"])
    ending = next((one for one in found if (one.kind, one.key) == (claim.facts["kind"], claim.facts["key"])), None)
    if ending is None:
        raise NoLongerTrue("followed")
    rule = alliance.charter.chair
    return write(
        "term_ends",
        person.language,
        zone=alliance.charter.zone,
        ending=ending,
        name=_name(connection, alliance, ending, today, person.language),
        body=alliance.charter.body(rule.body) if rule and ending.kind == "chair" else None,
        moves=alliance.charter.secretariat.rule == "follows_chair",
    )


def _name(connection: Connection, alliance: Alliance, ending: Ending, day: date, language: str) -> str:
    if ending.kind == "chair":
        return register.organisations(connection, alliance.id, day, [int(ending.key)])[int(ending.key)].name
    return next(party.name.in_(language) for party in alliance.charter.parties if party.code == ending.key)


def seat_empty_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """Which seat stands empty since when; raises NoLongerTrue once it is filled, or for who left the secretariat."""
    today = still_theirs(connection, alliance, person, now)
    wanted = (claim.facts["body"], claim.facts["constituency"])
    empty = _empty(connection, alliance, today)
    vacancy = next((one for one in empty if (one.body, one.constituency) == wanted), None)
    if vacancy is None:
        raise NoLongerTrue("filled")
    return write(
        "seat_empty",
        person.language,
        zone=alliance.charter.zone,
        vacancy=vacancy,
        body=alliance.charter.body(vacancy.body),
        due=_due(alliance, vacancy),
        late=_late(alliance, vacancy, today),
    )


def still_theirs(connection: Connection, alliance: Alliance, person: Person, now: datetime) -> date:
    """The local day; raises NoLongerTrue for who has left the secretariat."""
    today = alliance.charter.calendar.day(now)
    if person.id not in actors.secretariat_people(connection, alliance, today):
        raise NoLongerTrue("not_theirs")
    return today
