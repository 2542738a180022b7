"""One maker for each kind of message. ``MAKERS`` is the only list; every module here adds to it."""

from __future__ import annotations

from templates.makers import (
    agenda_items,
    agendas,
    attendance,
    boards,
    broadcasts,
    evidence,
    invitations,
    journals,
    meeting_forms,
    meetings,
    minute_forms,
    minutes,
    my_lists,
    obligations,
    papers_sent,
    people,
    reminders,
    replies,
    report_forms,
    reports,
    years,
)
from templates.makers.kinds import MAKERS

__all__ = [
    "MAKERS",
    "agenda_items",
    "agendas",
    "attendance",
    "boards",
    "broadcasts",
    "evidence",
    "invitations",
    "journals",
    "meeting_forms",
    "meetings",
    "minute_forms",
    "minutes",
    "my_lists",
    "obligations",
    "papers_sent",
    "people",
    "reminders",
    "replies",
    "report_forms",
    "reports",
    "years",
]
