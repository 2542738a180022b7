"""Facts for what is said of members of whom nothing was heard. All invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from alliance.silence import SilentMember

SINCE = date(2026, 1, 1)
QUIET = SilentMember("Køge", "KKR Sjælland", "Søren Uldum", date(2026, 2, 3))
NEVER = SilentMember("Høje-Taastrup", "KKR Hovedstaden", "", None)

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "silent_members": {
        "none": {"silent": (), "members": 98, "months": 12, "known_since": SINCE},
        "early": {"silent": (), "members": 98, "months": 12, "known_since": SINCE, "too_early": True},
        "alone": {"silent": (), "members": 1, "months": 12, "known_since": SINCE},
        "one": {"silent": (NEVER,), "members": 98, "months": 12, "known_since": SINCE},
        "many": {"silent": (NEVER, QUIET) * 49, "members": 98, "months": 6, "known_since": SINCE},
    }
}
REFUSALS: dict[str, dict[str, object]] = {"silent_months": {"got": "længe", "most": 60}}
