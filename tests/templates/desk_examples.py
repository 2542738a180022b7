"""Examples of what stands on somebody's desk: how they are written to, the newest papers, one region of the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

from alliance.accounts import BoardRow
from alliance.quiet import QuietHours
from tests.templates import agenda_examples, secretariat_examples
from tests.templates.absence_examples import AWAY

DAY = date(2027, 4, 2)
HOURS = (8, 16)
WORKING = (time(8), time(16))
LUNCH, NIGHT = QuietHours(time(12), time(14)), QuietHours(time(20, 30), time(8))
AGENDA, MINUTES = agenda_examples.AGENDA, agenda_examples.MINUTES
TITLE = agenda_examples.MEETING.title
TOWN = secretariat_examples.KOEGE
NEEDS = tuple(r for r in secretariat_examples.CHARTER.requirements if r.settled_by == "evidence")
(CALM,), (BUSY,) = secretariat_examples.CALM_BOARD.rows, secretariat_examples.ONE_BOARD.rows


def many(row: BoardRow, count: int) -> tuple[BoardRow, ...]:
    """The same line for as many members."""
    return tuple(
        replace(row, organisation=row.organisation._replace(name=f"Ringkøbing-Eksempelby {n}"), reachable=n != 3)
        for n in range(count)
    )


EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "settings": {
        "none": {"channels": (), "hours": HOURS},
        "one": {"channels": ("mail",), "hours": HOURS},
        "snoozed": {"channels": ("mail",), "hours": HOURS, "snoozed": 1},
        "chat": {"channels": ("slack",), "hours": HOURS},
        "many": {"channels": ("slack", "mail"), "hours": HOURS, "snoozed": 3, "quiet": NIGHT, "absence": AWAY},
    },
    "quiet_form": {
        "none": {"quiet": None, "typed": {"hours": ""}, "errors": {}},
        "one": {"quiet": LUNCH, "typed": {"hours": "12:00-14:00"}, "errors": {}},
        "many": {"quiet": NIGHT, "typed": {"hours": "snart"}, "errors": {"hours": "unknown_time"}},
        "long": {"quiet": None, "typed": {"hours": "8-7"}, "errors": {"hours": "quiet_too_long"}},
    },
    "quiet_set": {
        "none": {"quiet": None, "hours": WORKING},
        "one": {"quiet": LUNCH, "hours": WORKING},
        "many": {"quiet": QuietHours(time(7, 30), time(16)), "hours": WORKING, "changed": True, "before": LUNCH},
        "ended": {"quiet": None, "hours": WORKING, "changed": True, "before": LUNCH},
        "begun": {"quiet": LUNCH, "hours": WORKING, "changed": True},
    },
    "evidence_what": {
        "none": {"organisation": TOWN, "requirements": (), "papers": (), "prefix": ""},
        "one": {"organisation": TOWN, "requirements": NEEDS[:1], "papers": ((3, AGENDA, TITLE),), "prefix": ""},
        "many": {
            "organisation": TOWN,
            "requirements": NEEDS,
            "papers": tuple((n, (AGENDA, MINUTES)[n % 2], TITLE) for n in range(5)),
            "prefix": "for Køge: ",
        },
    },
    "papers_latest": {
        "none": {"papers": ()},
        "one": {"papers": ((3, AGENDA, TITLE),)},
        "many": {"papers": tuple((n, (AGENDA, MINUTES)[n % 2], TITLE) for n in range(5))},
    },
    "board_group": {
        "none": {"day": DAY, "group": "Uden område", "rows": (CALM,)},
        "one": {"day": DAY, "group": "Region Sjælland", "rows": (BUSY,)},
        "calm": {"day": DAY, "group": "Region Syddanmark", "rows": many(CALM, 2)},
        "many": {"day": DAY, "group": "Region Syddanmark", "rows": many(BUSY, 98)},
    },
}

REFUSALS: dict[str, dict[str, object]] = {
    "quiet_too_long": {"got": "8-7"},
    "unknown_group": {"got": "Atlantis", "known": ("Region Sjælland", "Region Nordjylland")},
}
