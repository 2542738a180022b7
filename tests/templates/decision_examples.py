"""Facts for what was decided across meetings. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from alliance.decisions import DecidedAction, Decision
from alliance.obligations import STATES
from tests.templates.overview_examples import MEETING

ACTIONS = tuple(
    DecidedAction("Sender notat om biler", "Køge Kommune, klimakoordinator", date(2027, 5, 31), state)
    for state in (*STATES, None)
)
ONE = Decision(MEETING, 7, 4, "Elbiler i hjemmeplejen", False, "Styregruppen godkendte indstillingen.", ACTIONS[:1])
SECRET = replace(ONE, number=5, heading="Valg af leverandør", closed=True, actions=())
LONG = replace(ONE, number=6, decision="Møjsommelig begrundelse. " * 900, actions=ACTIONS)
SILENT = replace(ONE, number=7, decision="")


def _page(*decisions: Decision, words: str = "", count: int | None = None, **more: Any) -> dict[str, Any]:
    facts = {"decisions": decisions, "words": words, "count": len(decisions) if count is None else count}
    return {**facts, "number": 1, "pages": 1} | more


EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "decisions": {
        "none": _page(),
        "none with the words": _page(words="solceller"),
        "one": _page(ONE),
        "found": _page(ONE, SECRET, words="elbiler leverandør"),
        "many": _page(ONE, SECRET, LONG, SILENT, ONE, LONG, words="biler", count=31, number=2, pages=6),
    },
}
