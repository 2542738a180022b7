"""Examples of what messages in a chat say once something has happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.templates.influence_examples import ASK
from tests.templates.meeting_examples import CANCELLED, KOEGE, MOVED, STEERING, SUMMIT_CALLED, answer_given
from tests.templates.member_examples import (
    DONE,
    FOR_KOEGE,
    FOR_SOLROED,
    GLOBAL,
    LATER,
    LISTED,
    OVERDUE,
    OWED,
    SNOOZED,
    TODAY,
)

SENT = date(2027, 2, 26)
STANDS: dict[str, Any] = {
    "person": "Anne Holm",
    "sent_on": SENT,
    "day": TODAY,
    "settled": (),
    "others": (),
    "lines": (),
}
ASKS: dict[str, Any] = {"organisation": KOEGE, "answer": None, "by": "", "prefix": ""}
MEETINGS = {
    "none": {**ASKS, "meeting": CANCELLED, "state": "cancelled"},
    "one": {**ASKS, "meeting": STEERING, "state": "answered", "answer": answer_given("yes"), "by": "Sofie Lund"},
    "many": {
        **ASKS,
        "meeting": SUMMIT_CALLED,
        "state": "answered",
        "answer": answer_given("tentative", on_behalf=True),
        "by": "Dorte Krag",
        "prefix": "for Køge: ",
    },
    "moved": {**ASKS, "meeting": MOVED, "state": "moved"},
    "over": {**ASKS, "meeting": STEERING, "state": "over"},
    "elsewhere": {**ASKS, "meeting": STEERING, "state": "elsewhere"},
    "open": {**ASKS, "meeting": STEERING, "state": "open", "prefix": "for Køge: "},
    "called_off": {**ASKS, "meeting": MOVED, "state": "cancelled"},
}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "reminder_now": {
        "none": STANDS,
        "one": {**STANDS, "settled": ((DONE[0], ""),)},
        "many": {
            **STANDS,
            "settled": tuple((story, "Anne Holm" if story.account.standing.answer else "") for story in DONE),
            "others": (LATER,),
            "lines": ((FOR_SOLROED, OVERDUE, 1), (FOR_KOEGE, OWED, None), (FOR_SOLROED, GLOBAL, None)),
        },
        "over": {**STANDS, "others": (LISTED,)},
        "unanswered": {**STANDS, "asks": (ASK,)},
        "snoozed": {**STANDS, "hidden": ((SNOOZED, date(2027, 3, 16)),)},
        "left": {**STANDS, "lines": ((FOR_KOEGE, OWED, -20),)},
    },
    "meeting_now": MEETINGS,
}
