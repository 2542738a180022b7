"""Facts for what is said of somebody who is away for a while. All invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from alliance.absences import Absence
from alliance.validity import Validity

FIRST, LAST = date(2027, 4, 1), date(2027, 4, 12)
AWAY = Absence(11, Validity(FIRST, date(2027, 4, 13)))
COLLEAGUES = tuple((str(n), f"Kollega {n} Åkjær") for n in range(2, 9))
TYPED = {"since": "2027-04-12", "last": "2027-04-01", "deputy": "2"}
TERM: dict[str, Any] = {"since": FIRST, "last": LAST}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "away_form": {
        "none": {"absence": None, "colleagues": (), "typed": {}, "errors": {}},
        "one": {"absence": AWAY, "colleagues": COLLEAGUES[:1], "typed": {}, "errors": {}},
        "many": {"absence": None, "colleagues": COLLEAGUES, "typed": TYPED, "errors": {"last": "away_turned"}},
        "over": {"absence": None, "colleagues": COLLEAGUES, "typed": TYPED, "errors": {"last": "away_over"}},
    },
    "away_set": {
        "none": {**TERM, "instead": (), "alone": ()},
        "one": {**TERM, "instead": ("Bo Lund",), "alone": ()},
        "many": {**TERM, "instead": ("Anne Holm", "Bo Lund"), "alone": ("Køge", "Solrød"), "id": 12},
    },
    "away_undone": {
        "none": {"absence": AWAY, "again": ()},
        "one": {"absence": AWAY, "again": ((FIRST, LAST),)},
        "many": {"absence": AWAY, "again": ((FIRST, FIRST), (LAST, LAST))},
    },
    "back": {"none": {"was_away": False}, "one": {"was_away": True}, "many": {"was_away": True}},
    "nobody_instead": {
        "none": {**TERM, "person": "Anne Holm", "members": ()},
        "one": {**TERM, "person": "Anne Holm", "members": ("Køge",)},
        "many": {**TERM, "person": "Anne Holm", "members": tuple(f"By {n}" for n in range(7))},
    },
}

REFUSALS: dict[str, dict[str, object]] = {
    "away_turned": {"first": LAST, "last": FIRST},
    "away_over": {"last": FIRST},
    "away_too_long": {"first": FIRST, "last": date(2029, 1, 1)},
    "no_such_deputy": {"got": "ukendt@koege.example", "known": ("Bo Lund",)},
}
