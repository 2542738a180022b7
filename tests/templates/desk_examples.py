"""Examples of what stands on somebody's desk: how they are written to, the newest papers, one region of the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from alliance.accounts import BoardRow
from tests.templates import agenda_examples, secretariat_examples

DAY = date(2027, 4, 2)
HOURS = (8, 16)
AGENDA, MINUTES = agenda_examples.AGENDA, agenda_examples.MINUTES
TITLE = agenda_examples.MEETING.title
(CALM,), (BUSY,) = secretariat_examples.CALM_BOARD.rows, secretariat_examples.ONE_BOARD.rows


def many(row: BoardRow, count: int) -> tuple[BoardRow, ...]:
    """The same line for as many members."""
    return tuple(
        replace(row, organisation=replace(row.organisation, name=f"Ringkøbing-Eksempelby {n}"), reachable=n != 3)
        for n in range(count)
    )


EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "settings": {
        "none": {"channels": (), "hours": HOURS},
        "one": {"channels": ("mail",), "hours": HOURS},
        "snoozed": {"channels": ("mail",), "hours": HOURS, "snoozed": 1},
        "chat": {"channels": ("slack",), "hours": HOURS},
        "many": {"channels": ("slack", "mail"), "hours": HOURS, "snoozed": 3},
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
    "unknown_group": {"got": "Atlantis", "known": ("Region Sjælland", "Region Nordjylland")},
}
