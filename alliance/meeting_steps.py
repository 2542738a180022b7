"""What the secretariat does next for a meeting, and by when: the same on its page and on the secretariat's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from alliance.agendas import agenda_due
from alliance.cadences import PaperDeadlines
from alliance.calendar import WorkingCalendar
from alliance.meetings import Meeting
from alliance.minutes import MinutesState, draft_due

StepKey = Literal["call", "agenda", "wait", "hold", "write", "approve"]


@dataclass(frozen=True)
class Step:
    """One thing to do; ``due`` is the last local day on which it is in time, None where there is none."""

    key: StepKey
    due: date | None = None


def next_step(
    meeting: Meeting,
    calendar: WorkingCalendar,
    deadlines: PaperDeadlines,
    now: datetime,
    *,
    agenda_out: bool,
    minutes: MinutesState,
) -> Step | None:
    """What comes next for a meeting at ``now`` (aware UTC); None once nothing is left to do.

    A meeting is to be called while there is time to answer; ``wait`` is for answers and for its day.
    """
    day = calendar.day(meeting.starts_at)
    if meeting.state == "cancelled":
        return None
    if meeting.state == "held":
        return _after(meeting, calendar, deadlines, minutes) if meeting.of_body else None
    if meeting.starts_at <= now:
        return Step("hold", day)
    if meeting.state == "planned":
        return Step("call", meeting.answer_by)
    if meeting.of_body and not agenda_out:
        return Step("agenda", agenda_due(calendar, day, deadlines))
    return Step("wait", day)


def _after(
    meeting: Meeting, calendar: WorkingCalendar, deadlines: PaperDeadlines, minutes: MinutesState
) -> Step | None:
    """The minutes are sent round in so many working days, and approved at the next meeting."""
    if minutes == "draft":
        return Step("write", draft_due(calendar, calendar.day(meeting.starts_at), deadlines))
    return Step("approve") if minutes == "circulated" else None
