"""Facts for every kind in ``runaways``: just over the bound, one more, and far beyond. All invented."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "runaway": {
        "none": {"planned": 21, "bound": 20, "in_a_day": False},
        "one": {"planned": 833, "bound": 832, "in_a_day": True},
        "many": {"planned": 26_000, "bound": 416, "in_a_day": False},
    }
}
