"""One maker for each kind of message. ``MAKERS`` is the only list; every module here adds to it."""

from __future__ import annotations

from templates.makers import (
    attendance,
    boards,
    broadcasts,
    evidence,
    journals,
    my_lists,
    obligations,
    people,
    reminders,
    replies,
    report_forms,
    reports,
)
from templates.makers.kinds import MAKERS

__all__ = [
    "MAKERS",
    "attendance",
    "boards",
    "broadcasts",
    "evidence",
    "journals",
    "my_lists",
    "obligations",
    "people",
    "reminders",
    "replies",
    "report_forms",
    "reports",
]
