"""A year at a glance: its meetings and events, and the days on which things open and fall due, round a wheel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from alliance.charter import Charter
from alliance.meetings import Meeting, MeetingState
from alliance.obligations import EventDates, opening_of, periods
from alliance.words import Words

MarkKind = Literal["meeting", "event", "opens", "due"]


@dataclass(frozen=True)
class Mark:
    """Something that happens on a local day. ``meeting`` is the meeting it is, None for a day of a requirement."""

    day: date
    kind: MarkKind
    title: Words
    meeting: Meeting | None = None

    @property
    def state(self) -> MeetingState | None:
        return self.meeting.state if self.meeting else None


def marks(charter: Charter, meetings: Iterable[Meeting], year: int) -> tuple[Mark, ...]:
    """What happens in a calendar year, by day: every meeting that is not cancelled, and every requirement's days."""
    standing = [meeting for meeting in meetings if meeting.state != "cancelled"]
    found = [mark for mark in (*_meetings(charter, standing), *_days(charter, standing, year)) if mark.day.year == year]
    return tuple(sorted(found, key=lambda mark: (mark.day, mark.kind != "meeting", mark.title.da)))


def _meetings(charter: Charter, meetings: Iterable[Meeting]) -> Iterator[Mark]:
    for meeting in meetings:
        kind: MarkKind = "meeting" if meeting.of_body else "event"
        yield Mark(charter.calendar.day(meeting.starts_at), kind, meeting.title, meeting)


def _days(charter: Charter, meetings: Iterable[Meeting], year: int) -> Iterator[Mark]:
    """The days on which what has a deadline opens and falls due, in the periods that touch the year."""
    day = charter.calendar.day
    events = {(m.kind, m.year): EventDates(day(m.starts_at), m.answer_by) for m in meetings if not m.of_body}
    for need in charter.requirements:
        for period in periods(need.period, date(year, 1, 1), date(year, 12, 31)):
            dated = opening_of(need, period, events.get((need.event or "", period.start.year)))
            if dated.due is not None and need.validity.covers(dated.due):
                yield Mark(dated.due, "due", need.title)
                yield Mark(dated.opens, "opens", need.title)


def quiet_spans(charter: Charter, year: int) -> tuple[tuple[date, date], ...]:
    """The stretches of a year in which the charter holds no meetings, first and last day, by their start."""
    never = set(charter.avoid.weeks_never)
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    spans: list[tuple[date, date]] = []
    for day in days:
        if day.isocalendar().week not in never:
            continue
        if spans and spans[-1][1] == day - timedelta(days=1):
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return tuple(spans)
