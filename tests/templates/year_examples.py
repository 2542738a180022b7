"""Facts for every kind in ``years``: with nothing, one and many. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alliance.charter_file import read_charter
from alliance.meetings import Meeting
from alliance.planning import Reason, YearPlan, propose_year
from alliance.words import Words

FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
CHARTER = read_charter(FILE.read_text(encoding="utf-8"), "dk2020.toml")
SUMMIT = Meeting(
    3,
    "summit",
    Words("Klimatopmøde 2027", "Climate summit 2027"),
    2027,
    datetime(2027, 5, 20, 8, 0, tzinfo=UTC),
    datetime(2027, 5, 20, 13, 0, tzinfo=UTC),
    "Frederiksberg Rådhus",
    date(2027, 5, 6),
    word=Words("topmøde", "summit"),
)
STEERING = replace(
    SUMMIT,
    id=4,
    kind="steering_group",
    number=1,
    title=Words("Styregruppemøde 1/2027", "Steering group meeting 1/2027"),
    starts_at=datetime(2027, 2, 11, 9, 0, tzinfo=UTC),
    ends_at=datetime(2027, 2, 11, 13, 0, tzinfo=UTC),
)
FULL = propose_year(CHARTER, 2027, today=date(2026, 11, 22), existing=())
LATE = propose_year(CHARTER, 2027, today=date(2027, 10, 1), existing=(SUMMIT,))
ELECTION = propose_year(CHARTER, 2029, today=date(2029, 1, 2), existing=())
ONE = replace(FULL, proposals=FULL.proposals[:1], kept=(SUMMIT,))
NOTHING = YearPlan(2027, (), (), (), ())

BODY, DAYS = {"what": CHARTER.body("steering_group").short_name}, {"first": date(2027, 4, 1), "last": date(2027, 6, 30)}
BUSY = CHARTER.avoid.days[0].name
DAY, OTHER = date(2027, 5, 18), date(2027, 5, 26)
# Every warning and every reason there is, also those that no one year has together.
WARNINGS = (
    Reason("over", {**BODY, **DAYS, "part": 2, "parts": 4}),
    Reason("blocked", {**BODY, **DAYS, "part": 2, "parts": 4}),
    Reason("outside_window", {"what": CHARTER.event("summit").title, "day": DAY, **DAYS}),
    Reason("warned_week", {**BODY, "day": DAY, "name": 7}),
    Reason("busy", {**BODY, "day": DAY, "name": BUSY}),
)
WHYS = (
    Reason("part", {**DAYS, "part": 2, "parts": 6}),
    Reason("window", DAYS),
    Reason("outside_window", DAYS),
    Reason("other_weekday", {"weekday": 0}),
    Reason("weeks_after", {"weeks": 13, "day": DAY}),
)
AVOIDED = tuple(
    Reason("avoided", {"day": DAY, "because": because, "name": name})
    for because, name in (
        ("holiday", "Grundlovsdag"),
        ("free_week", 28),
        ("too_soon", OTHER),
        ("taken", DAY),
        ("too_close", OTHER),
        ("warned_week", 42),
        ("busy", BUSY),
        ("bridge", "Anden pinsedag"),
    )
)
ALL_REASONS = replace(
    FULL,
    proposals=tuple(
        replace(FULL.proposals[0], reasons=(WHYS[n % len(WHYS)], AVOIDED[n], AVOIDED[(n + 3) % len(AVOIDED)]))
        for n in range(len(AVOIDED))
    ),
    warnings=WARNINGS,
)

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "year_plan": {
        "none": {"plan": replace(FULL, proposals=FULL.proposals[:1], campaigns=()), "seal": "1a2b3c4d"},
        "one": {"plan": ONE, "seal": "1a2b3c4d"},
        "many": {"plan": FULL, "seal": "1a2b3c4d"},
        "late": {"plan": LATE, "seal": "1a2b3c4d"},
        "election": {"plan": ELECTION, "seal": "1a2b3c4d"},
        "all reasons": {"plan": ALL_REASONS, "seal": "1a2b3c4d"},
    },
    "year_nothing": {
        "none": {"plan": NOTHING},
        "one": {"plan": replace(NOTHING, kept=(SUMMIT,), campaigns=FULL.campaigns)},
        "many": {"plan": replace(NOTHING, kept=(STEERING, SUMMIT))},
        "missing": {"plan": replace(NOTHING, kept=(SUMMIT,), warnings=WARNINGS[:1])},
    },
    "year_planned": {
        "none": {"year": 2027, "meetings": ()},
        "one": {"year": 2027, "meetings": (SUMMIT,)},
        "many": {"year": 2027, "meetings": (STEERING, SUMMIT)},
    },
}

REFUSALS: dict[str, dict[str, object]] = {
    "year_over": {"year": 2025, "this": 2027},
    "year_too_far": {"year": 2050, "last": 2030},
}
