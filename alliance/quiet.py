"""Quiet hours of one's own: what can wait is not sent in them, as long as it is still told on its day.

Times are local times of day in the alliance's zone; they may go past midnight.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from alliance.calendar import WorkingCalendar
from alliance.errors import Refused
from alliance.moments import read_span

CAN_WAIT = frozenset(
    (
        "reminder",
        "answer_reminder",
        "recorded_on_behalf",
        "broadcast",
        "paper",
        "proposal",
        "proposal_decided",
        "nobody_instead",
        "address_corrected",
        "seat_empty",
        "term_ends",
        "plan_news",
        "actions_stale",
        "issue_news",
        "handed_over",
        "handed_back",
        "taken_back",
        "question",
        "question_answered",
        "question_unanswered",
    )
)
"""The kinds of notification that wait. Invitations, changes of meetings, cancellations and alarms do not."""
LONGEST = timedelta(hours=16)
MARGIN = timedelta(minutes=30)
"""What waits must be able to leave so long before its moment is gone, else it does not wait."""
MIDNIGHT = re.compile(r"\b24([.:]00)?$")


@dataclass(frozen=True)
class QuietHours:
    """From ``start`` until, not including, ``end``; past midnight where the end is the earlier. Never equal."""

    start: time
    end: time

    def __str__(self) -> str:
        """As it is kept: ``12:00-14:00``."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    @classmethod
    def of(cls, kept: str | None) -> QuietHours | None:
        """What was kept, read again; None for nothing."""
        if not kept:
            return None
        start, _, end = kept.partition("-")
        return cls(time.fromisoformat(start), time.fromisoformat(end))

    @property
    def length(self) -> timedelta:
        """How long they are by the clock."""
        return (_on(self.end) - _on(self.start)) % timedelta(days=1)

    def covers(self, at: time) -> bool:
        """Whether a local time of day is in them."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def covers_all(self, start: time, end: time) -> bool:
        """Whether what would have to wait could not leave any more between two local times of the same day."""
        past_midnight = self.start > self.end and start >= self.start
        return self.covers(start) and (past_midnight or _on(self.end) + MARGIN > _on(end))

    def over(self, calendar: WorkingCalendar, now: datetime) -> datetime | None:
        """When they are over that it is in now (both aware UTC); None outside them."""
        local = calendar.local(now)
        if not self.covers(local.time()):
            return None
        later = timedelta(days=1) if local.time() >= self.end else timedelta()
        over = calendar.at(local.date() + later, self.end)
        return over if over > now else None  # the hour that comes twice


def _on(at: time) -> datetime:
    return datetime.combine(date.min, at)


def waits_until(
    quiet: QuietHours | None, kind: str, calendar: WorkingCalendar, now: datetime, expires_at: datetime | None
) -> datetime | None:
    """When something may leave that must wait now (aware UTC); None if it may at once.

    It does not wait for what would come too late: then it leaves now, at the edge.
    """
    over = quiet.over(calendar, now) if quiet and kind in CAN_WAIT else None
    if over is None or (expires_at is not None and over + MARGIN > expires_at):
        return None
    return over


def read_quiet(typed: str) -> QuietHours:
    """The hours that were typed: ``12-14``, ``kl. 17 til 8``, ``20-24``.

    Raises Refused: ``unknown_time``, or ``quiet_too_long`` for more than sixteen hours or none.
    """
    start, end = read_span(MIDNIGHT.sub("0", typed.strip()))
    if start == end:
        raise Refused("quiet_too_long", got=typed)
    quiet = QuietHours(start, end)
    if quiet.length > LONGEST:
        raise Refused("quiet_too_long", got=typed)
    return quiet
