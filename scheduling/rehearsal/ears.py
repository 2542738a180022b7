"""What a parcel says, understood from its words, and whether it should have: by the facts as they are just then."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, Engine, select

from alliance.accounts import Account, Story
from alliance.alliances import Alliance
from alliance.deliveries import Parcel
from alliance.messages import Buttons, Facts, Invite, Message, Text
from alliance.notifications import missing_in
from alliance.quiet import waits_until
from alliance.reminders import MissingAnswer, current_rung, may_remind
from alliance.snoozing import hidden_until
from scheduling.rehearsal.providers import Heard
from storage.engine import reading
from storage.queries import accounts, actors, handovers, meetings, register, snoozes
from storage.queries.rolls import roll
from storage.tables import tables
from templates.makers.words import story_heading
from templates.phrases import Phrases

DIGESTS = ("reminder", "answer_reminder")
SATURDAY = 5
ON_ITS_WAY = timedelta(minutes=3)


def listener(engine: Engine, alliance: Alliance, clock: Callable[[], datetime]) -> Callable[[Parcel], Heard]:
    """Something that listens to parcels, with the facts of a database of which ``engine`` is a view of its own."""

    def listen(parcel: Parcel) -> Heard:
        kind = parcel.key.split("/")[1]
        if kind == "invitation":
            return _invitation(parcel.message)
        with reading(engine) as connection:
            quiet = tuple(_in_quiet_hours(connection, alliance, kind, parcel, clock()))
            if kind == "handed_over":
                return _handed_over(connection, alliance, parcel, alliance.charter.calendar.day(clock()), quiet)
            if kind not in DIGESTS:
                return Heard(wrong=quiet)
            hours = quiet + tuple(_out_of_hours(alliance, clock()))
            if kind == "reminder":
                return _reminder(connection, alliance, parcel, alliance.charter.calendar.day(clock()), hours)
            return Heard(wrong=hours + tuple(_answered(connection, alliance, parcel)))

    return listen


def _out_of_hours(alliance: Alliance, now: datetime) -> Iterator[str]:
    charter = alliance.charter
    if not may_remind(charter.ladder_on(charter.calendar.day(now)), charter.calendar, now):
        yield f"outside working hours: {charter.calendar.local(now)}"
    if charter.calendar.local(now).weekday() >= SATURDAY:  # said apart from the calendar, which might be wrong itself
        yield f"on no working day: {charter.calendar.local(now)}"


def _in_quiet_hours(
    connection: Connection, alliance: Alliance, kind: str, parcel: Parcel, now: datetime
) -> Iterator[str]:
    """What left in its reader's quiet hours though it could have waited; not what was on its way when they began."""
    person = int(parcel.key.rsplit("/", 1)[1])
    quiet, left = register.people(connection, alliance.id, [person])[person].quiet, now - ON_ITS_WAY
    calendar = alliance.charter.calendar
    ends = calendar.at(calendar.day(now), alliance.charter.ladder_on(calendar.day(now)).until_hour)
    expires_at = ends if kind in DIGESTS else None
    if all(waits_until(quiet, kind, calendar, at, expires_at) for at in (left, now)):
        yield f"in quiet hours ({quiet}): {calendar.local(now)}"


def _invitation(message: Message) -> Heard:
    content = next(block.content for block in message.blocks if isinstance(block, Invite)).decode()
    said = {key: re.search(rf"^{key}:(.*?)\r?$", content, re.MULTILINE) for key in ("METHOD", "SEQUENCE")}
    values = {key: found[1] if found else "" for key, found in said.items()}
    return Heard(method=values["METHOD"], sequence=int(values["SEQUENCE"] or 0))


# ------------------------------------------------------------------------------------------------- reminders


def _reminder(connection: Connection, alliance: Alliance, parcel: Parcel, today: date, wrong: tuple[str, ...]) -> Heard:
    """Match the headings of a digest with what its reader could be asked for, and with whether it is owed."""
    person = int(parcel.key.rsplit("/", 1)[1])
    could = _could_be_asked(connection, alliance, person, today)
    say = Phrases(parcel.language, alliance.charter.zone)
    full, lines = _headings(parcel.message)
    pressing, listed = dict[int, int](), set[int]()
    for account, owed in could:
        heading = story_heading(say, Story(account))
        said_in_full = heading in full
        if not said_in_full and not any(
            line == heading or line.startswith((f"{heading}:", f"{heading} (")) for line in lines
        ):
            continue
        listed.add(account.obligation.id)
        full.discard(heading)
        if not owed:
            wrong += (f"{heading} is not owed, or not by this reader",)
        elif said_in_full:
            pressing[account.obligation.id] = _rung(alliance, account, today)
    wrong += tuple(f"nobody could be asked for {heading!r}" for heading in full)
    if not pressing and not wrong:
        wrong += ("a digest that presses nothing",)
    return Heard(pressing, frozenset(listed), wrong)


def _handed_over(
    connection: Connection, alliance: Alliance, parcel: Parcel, today: date, wrong: tuple[str, ...]
) -> Heard:
    """What a colleague hears that they were handed: it counts as the reminder of the rung that was reached by then."""
    _, _, about, occasion, person = parcel.key.split("/")
    handover = handovers.handover(connection, alliance.id, int(about.partition(":")[2]))
    could = (account for account, _ in _could_be_asked(connection, alliance, int(person), today))
    account = next((one for one in could if one.obligation.id == handover.obligation_id), None)
    theirs = actors.in_force(connection, alliance.id, [handover], today)
    if account is None or not theirs or not account.standing.owes:
        return Heard(wrong=(*wrong, f"handed over and not this reader's to answer: {about}"))
    reached = _rung(alliance, account, date.fromisoformat(occasion))
    return Heard({account.obligation.id: reached} if reached else {}, frozenset((account.obligation.id,)), wrong)


def _headings(message: Message) -> tuple[set[str], list[str]]:
    """The headings that are told in full (facts follow), and every other line."""
    blocks = message.blocks
    full = {
        block.text
        for block, after in pairwise(blocks)
        if isinstance(block, Text) and block.tone == "heading" and isinstance(after, Facts)
    }
    return full, [block.text for block in blocks if isinstance(block, Text)]


def _could_be_asked(connection: Connection, alliance: Alliance, person: int, today: date) -> list[tuple[Account, bool]]:
    """Every account of the members that the person has to do with, and whether they are to be reminded of it."""
    terms = register.office_terms(connection, alliance.id, person_id=person)
    handed = handovers.held_by(connection, alliance.id, person, today)
    members = {term.organisation_id for term in terms} | {handover.organisation_id for handover in handed}
    offices = register.offices_on(connection, alliance.id, today, members)
    found = accounts.accounts(connection, alliance, today, organisation_ids=members)
    hidden = hides(connection, alliance, found, today)
    return [
        (
            a,
            a.standing.owes
            and person in offices.asked(a.organisation.id, a.requirement.asks, a.obligation.id, a.requirement.owner)
            and (a.obligation.id, person) not in hidden,
        )
        for a in found
    ]


def hides(
    connection: Connection, alliance: Alliance, found: Collection[Account], today: date
) -> dict[tuple[int, int], date]:
    """What is hidden from whom on the local day, by (obligation, person), and until when."""
    due = {account.obligation.id: account.obligation.due for account in found}
    calendar = alliance.charter.calendar
    held = snoozes.held(connection, alliance.id, list(due))
    return {key: day for key, one in held.items() if (day := hidden_until(one, calendar, due[key[0]], today))}


def _rung(alliance: Alliance, account: Account, today: date) -> int:
    ladder = alliance.charter.ladder_on(today)
    due = account.obligation.due
    rung = current_rung(ladder, alliance.charter.calendar, due, today) if due else None
    return rung.offset if rung else 0


def _answered(connection: Connection, alliance: Alliance, parcel: Parcel) -> Iterator[str]:
    """Why somebody should not be reminded of what a reminder lists: the answer is there, or the meeting is not."""
    _, _, about, occasion, person = parcel.key.split("/")
    told = tables["notification"]
    query = select(told.c.facts).where(
        told.c.kind == "answer_reminder",
        told.c.about == about,
        told.c.occasion == occasion,
        told.c.recipient_id == int(person),
    )
    listed = missing_in(occasion, connection.execute(query).scalar_one())
    missing = sum(_is_missing(connection, alliance, each) for each in listed)
    asked = sum(isinstance(block, Buttons) for block in parcel.message.blocks)
    if not missing or asked != missing:
        yield f"reminded of {asked} answers, and {missing} are missing"


def _is_missing(connection: Connection, alliance: Alliance, missing: MissingAnswer) -> bool:
    meeting = meetings.meeting(connection, alliance, missing.meeting_id)
    if meeting is None or meeting.state != "called" or meeting.revision != missing.revision:
        return False
    seats = {line.organisation_id: line for line in roll(connection, alliance, meeting).seats}
    line = seats.get(missing.organisation_id)
    return line is not None and line.answer is None
