"""Facts for what is said when the secretariat is handed over. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from alliance.changeovers import BY_HAND, Changeover, Line

DAY, TODAY = date(2028, 2, 1), date(2027, 9, 1)
FOUND = Changeover(147, 259, date(2026, 2, 1), DAY, date(2028, 3, 2))
UNKNOWN = replace(FOUND, coming=None)
DATA = ("people", "tasks", "actions", "agendas", "minutes", "proposals", "exemptions", "undelivered")
NOTHING = tuple(Line(key, 0) for key in DATA)
TICKED = tuple(Line(key, 0, (), True, "Bo Hede", TODAY) for key in BY_HAND)
MISSING = tuple(Line(key, 7, ("Greve", "Køge")) for key in DATA[1:]) + tuple(Line(k, 1, (), True) for k in BY_HAND)


def _list(found: Changeover, lines: tuple[Line, ...], day: date = TODAY) -> dict[str, Any]:
    coming = "Køge" if found.coming else ""
    return {"found": found, "lines": lines, "leaving": "Frederiksberg", "coming": coming, "day": day}


EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "changeover": {
        "none": _list(FOUND, (*NOTHING, *TICKED)),
        "one": _list(UNKNOWN, (Line("successor", 1), *NOTHING[1:], *TICKED)),
        "many": _list(FOUND, (Line("people", 1), *MISSING)),
        "over": _list(FOUND, (*NOTHING, *TICKED[:3], Line("talk", 1, (), True)), DAY),
        "vacant": _list(UNKNOWN, (Line("successor", 1), *NOTHING[1:], *TICKED), date(2028, 2, 8)),
        "at_once": _list(replace(FOUND, until=DAY), (*NOTHING, *TICKED)),
    },
    "changeover_none": {
        "none": {"fixed": False, "home": ""},
        "one": {"fixed": True, "home": "KL"},
        "many": {"fixed": False, "home": "Frederiksberg"},
        "without": {"fixed": True, "home": ""},
    },
}
REFUSALS: dict[str, dict[str, object]] = {"changeover_what": {"got": "kage", "known": ("arkiv", "adgange")}}
