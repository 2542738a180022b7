"""One member asks another for help: who asked whom what, what was answered, and when it has waited too long.

Instants are aware UTC, days local. Nothing is deleted: what was taken back stays, with who and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from alliance.calendar import WorkingCalendar

ANSWER_WITHIN = timedelta(days=14)
"""Days after which the secretariat hears of a question that nobody has answered."""
LONGEST = 1_000
QuestionState = Literal["open", "answered", "withdrawn"]


@dataclass(frozen=True)
class Question:
    """``asking_id`` and ``asked_id`` are the members. ``on_behalf``: somebody else noted it for the asking one.

    ``escalated_at`` is when the secretariat was told that nobody has answered.
    """

    id: int
    asking_id: int
    asked_id: int
    text: str
    asked_at: datetime
    asked_by: int
    asked_by_name: str = ""
    on_behalf: bool = False
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: int | None = None
    answered_by_name: str = ""
    escalated_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def state(self) -> QuestionState:
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "answered" if self.answered_at is not None else "open"

    def is_overdue(self, calendar: WorkingCalendar, today: date) -> bool:
        """Whether it has been open for two weeks on a local day."""
        return self.state == "open" and calendar.day(self.asked_at) + ANSWER_WITHIN <= today
