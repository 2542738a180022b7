"""Facts for what is said when somebody hides what they owe from their own reminders. All invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.templates.member_examples import FOR_SOLROED, INVITED, OWED, SNOOZED, TODAY

DUE, LAST = date(2027, 3, 31), date(2027, 3, 30)
ASKED: dict[str, Any] = {"story": OWED, "day": TODAY, "typed": {}, "errors": {}}
PAST: dict[str, Any] = {"typed": {"until_day": "1.3.2027"}, "errors": {"until_day": "snooze_past"}}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "snooze_what": {
        "none": {"accounts": (), "several": False},
        "one": {"accounts": (OWED.account,), "several": False},
        "many": {"accounts": (OWED.account, INVITED.account), "several": True},
    },
    "snooze_form": {
        "none": {**ASKED, "offered": (LAST,)},
        "one": {**ASKED, "offered": (date(2027, 3, 4), LAST)},
        "many": {
            **ASKED,
            "offered": (date(2027, 3, 4), date(2027, 3, 10), date(2027, 3, 17), LAST),
            "typed": {"until_day": "snart"},
            "errors": {"until_day": "since_wrong"},
        },
        "past": {**ASKED, "offered": (LAST,), **PAST},
    },
    "snoozed": {
        "none": {"story": SNOOZED, "until": date(2027, 3, 16), "cut": False},
        "one": {"story": SNOOZED, "until": LAST, "cut": True},
        "many": {"story": INVITED, "until": date(2027, 3, 16), "cut": False, "prefix": FOR_SOLROED},
        "again": {"story": SNOOZED, "until": LAST, "cut": False, "before": date(2027, 3, 16)},
    },
    "snooze_over": {
        "none": {"story": OWED, "hidden": False},
        "one": {"story": OWED, "hidden": True},
        "many": {"story": INVITED, "hidden": True, "prefix": FOR_SOLROED},
    },
}

REFUSALS: dict[str, dict[str, object]] = {
    "snooze_standing": {},
    "snooze_past": {"got": TODAY},
    "snooze_too_late": {"due": DUE, "late": False},
    "snooze_not_needed": {"first": date(2027, 3, 3)},
    "snooze_not_asked": {"title": "Årlig indberetning", "names": ("Anne Holm",), "organisation": "Køge"},
}
