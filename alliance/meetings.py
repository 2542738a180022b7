"""A meeting of a body, or an event: planned, called, moved, held, or cancelled.

What a calendar is told hangs on two numbers. ``sequence`` is iTIP's SEQUENCE (RFC 5546 2.1.4): it rises with time,
place, cancellation and with every invitee who leaves, and never falls. ``revision`` rises only when everyone has to be
asked again, because the time changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from alliance.cadences import Avoid
from alliance.calendar import WorkingCalendar
from alliance.errors import Refused
from alliance.words import Words

MeetingState = Literal["planned", "called", "held", "cancelled"]
MEETING_STATES: tuple[MeetingState, ...] = ("planned", "called", "held", "cancelled")
LONGEST_PLACE = 200
UNNAMED = Words("", "")


@dataclass(frozen=True)
class Meeting:
    """``kind`` is the key of a body or of an event; ``number`` counts a body's meetings in a ``year``, 0 for an event.

    Times are aware UTC; ``answer_by`` is a local day. ``settled_sequence`` is the sequence of the last change of time
    or place: whoever was told an older one must be told again. ``uid`` is the calendar's name of it, for ever
    (RFC 7986 5.3). ``word`` is what its body or the event is called in a command; where there is ``only_body``, a
    meeting of it may go without.
    """

    id: int
    kind: str
    title: Words
    year: int
    starts_at: datetime
    ends_at: datetime
    place: str
    answer_by: date
    revision: int = 0
    number: int = 0
    state: MeetingState = "called"
    sequence: int = 0
    settled_sequence: int = 0
    uid: str = ""
    reason: str = ""
    word: Words = UNNAMED
    only_body: bool = True

    @property
    def label(self) -> str:
        """How people name a body's meeting: ``2/2027``; an event goes by its year."""
        return f"{self.number}/{self.year}" if self.number else str(self.year)

    def whole_name_in(self, language: str) -> str:
        """What a person types for it: ``styregruppe 2/2027``, ``topmøde 2027``."""
        return f"{self.word.in_(language) or self.kind} {self.label}"

    def named_in(self, language: str) -> str:
        """How it stands in a command: its label where that says which, else its whole name."""
        return self.label if self.of_body and self.only_body else self.whole_name_in(language)

    @property
    def of_body(self) -> bool:
        """Whether it is a meeting of a body, and not an event for all members."""
        return self.number > 0

    def check_changeable(self, now: datetime) -> None:
        """Raise Refused for a meeting that was cancelled or held, or has begun."""
        if self.state not in ("planned", "called"):
            raise Refused(f"meeting_is_{self.state}", meeting=self)
        if self.starts_at <= now:
            raise Refused("meeting_begun", meeting=self)

    def called(self, now: datetime) -> Meeting:
        """The meeting with its invitations going out; raises Refused where it cannot be changed any more."""
        self.check_changeable(now)
        return replace(self, state="called")

    def moved_to(self, starts_at: datetime, ends_at: datetime, answer_by: date, now: datetime) -> Meeting:
        """The meeting at another time: everyone is asked again (RFC 5546 3.2.2.1). Raises Refused."""
        self.check_changeable(now)
        if ends_at <= starts_at:
            raise ValueError(f"{starts_at} to {ends_at} is no time for a meeting")
        if starts_at <= now:
            raise Refused("in_the_past", day=starts_at, meeting=self)
        if (starts_at, ends_at) == (self.starts_at, self.ends_at):
            raise Refused("nothing_changed", meeting=self)
        moved = replace(self, starts_at=starts_at, ends_at=ends_at, answer_by=answer_by)
        return moved if self.state == "planned" else moved._settled_anew(asks_again=True)

    def relocated(self, place: str, now: datetime) -> Meeting:
        """The meeting in another place: everyone is told, and the answers stand. Raises Refused."""
        self.check_changeable(now)
        if place == self.place:
            raise Refused("nothing_changed", meeting=self)
        moved = replace(self, place=place)
        return moved if self.state == "planned" else moved._settled_anew(asks_again=False)

    def cancelled(self, reason: str, now: datetime) -> Meeting:
        """The meeting called off, with the reason that invitees are given; raises Refused once it has begun."""
        self.check_changeable(now)
        gone = replace(self, state="cancelled", reason=reason)
        return gone if self.state == "planned" else gone._settled_anew(asks_again=False)

    def held(self, now: datetime) -> Meeting:
        """The meeting as having taken place, called or not; raises Refused before it begins."""
        if self.state == "cancelled":
            raise Refused(f"meeting_is_{self.state}", meeting=self)
        if now < self.starts_at:
            raise Refused("not_begun", meeting=self)
        return replace(self, state="held")

    def resequenced(self) -> Meeting:
        """The meeting after an invitee left: the next thing told has a higher SEQUENCE, nobody else is told."""
        return replace(self, sequence=self.sequence + 1)

    def _settled_anew(self, *, asks_again: bool) -> Meeting:
        sequence = self.sequence + 1
        revision = self.revision + 1 if asks_again else self.revision
        return replace(self, sequence=sequence, settled_sequence=sequence, revision=revision)


def check_day(calendar: WorkingCalendar, avoid: Avoid, day: date) -> tuple[int, ...]:
    """Refuse a day on which nobody meets; returns the ISO weeks that the charter only warns about.

    Raises Refused for a weekend or holiday (``not_a_working_day``) and for a week that is kept free (``free_week``).
    """
    if not calendar.is_working_day(day):
        raise Refused("not_a_working_day", day=day, holiday=calendar.holiday(day) or "")
    week = day.isocalendar().week
    if week in avoid.weeks_never:
        raise Refused("free_week", day=day, week=week)
    return (week,) if week in avoid.weeks_warned else ()


def working_days_between(calendar: WorkingCalendar, start: date, end: date) -> int:
    """How many working days lie after ``start`` and not after ``end``; 0 where ``end`` is not later."""
    count, day = 0, start
    while (day := calendar.after(day, 1)) <= end:
        count += 1
    return count


def answer_by_of(calendar: WorkingCalendar, starts_on: date, days_before: int, today: date) -> date:
    """The day answers are due: so many working days before the meeting, but never before tomorrow."""
    return max(calendar.before(starts_on, days_before), min(calendar.after(today, 1), starts_on))
