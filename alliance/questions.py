"""One member asks another, or whoever advises it: who asked whom what, what was answered, and what has waited too long.

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
    """``asking_id`` is a member, ``asked_id`` another or the organisation that advises it.

    ``on_behalf``: somebody else noted it for the asking one.

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

    @property
    def days_to_answer(self) -> int | None:
        """Whole days from the question to its answer; None while there is none."""
        return (self.answered_at - self.asked_at).days if self.answered_at is not None else None

    def is_overdue(self, calendar: WorkingCalendar, today: date) -> bool:
        """Whether it has been open for two weeks on a local day."""
        return self.state == "open" and calendar.day(self.asked_at) + ANSWER_WITHIN <= today
