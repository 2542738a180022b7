"""Facts for every kind in ``runaways``: just over the bound, one more, and far beyond. All invented."""

from __future__ import annotations

from typing import Any

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "runaway": {
        "none": {"planned": 21, "bound": 20},
        "one": {"planned": 417, "bound": 416},
        "many": {"planned": 26_000, "bound": 416},
    }
}
