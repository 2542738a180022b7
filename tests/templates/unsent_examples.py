"""Examples of what is said of answers that were typed and not sent in."""

from __future__ import annotations

from typing import Any

REFUSALS: dict[str, dict[str, object]] = {"nothing_to_keep": {"got": "foreslå styregruppe 2/2027"}}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {"draft_kept": {"none": {}, "one": {}, "many": {}}}
