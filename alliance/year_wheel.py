"""A year at a glance: its meetings and events, and the days on which things open and fall due, round a wheel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from alliance.charter import Charter, MonthDay, Requirement, Words
from alliance.meetings import Meeting, MeetingState

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
    found = [*_meetings(charter, meetings, year), *_days(charter, year)]
    return tuple(sorted(found, key=lambda mark: (mark.day, mark.kind != "meeting", mark.title.da)))


def _meetings(charter: Charter, meetings: Iterable[Meeting], year: int) -> Iterator[Mark]:
    for meeting in meetings:
        day = charter.calendar.day(meeting.starts_at)
        if day.year == year and meeting.state != "cancelled":
            yield Mark(day, "meeting" if meeting.of_body else "event", meeting.title, meeting)


def _days(charter: Charter, year: int) -> Iterator[Mark]:
    """The day a requirement opens and the day it falls due; its event is a mark of its own."""
    for need in charter.requirements:
        if need.due is None:
            continue
        due = _in(need, need.due, year)
        if due is not None:
            yield Mark(due, "due", need.title)
        opens = _in(need, need.opens, year) if need.opens else None
        if opens is not None:
            yield Mark(opens, "opens", need.title)


def _in(need: Requirement, when: MonthDay, year: int) -> date | None:
    """The day in that year, if it is one of the requirement's days then: not every period ends in every year."""
    day, period = when.in_year(year), need.period
    if not need.validity.covers(day):
        return None
    starts = period.starts.in_year(day.year)
    began = starts if starts <= day else period.starts.in_year(day.year - 1)
    last = period.years > 1 and (began.year - period.anchor) % period.years != period.years - 1
    return None if last else day


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
