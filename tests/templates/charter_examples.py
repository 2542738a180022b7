"""Examples of the messages about the charter."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from alliance.charter_changes import changes
from alliance.charter_file import read_charter
from alliance.successions import Adoption
from alliance.words import Words

FOLDER = Path(__file__).parents[2] / "alliance" / "charters"
DK2020, KLIMAALLIANCEN = (
    read_charter((FOLDER / f"{key}.toml").read_text(encoding="utf-8"), key) for key in ("dk2020", "klimaalliancen")
)
DAY = date(2027, 4, 1)
LAPSING = ((Words("Klimahandlingsplan", "Climate action plan"), 1), (Words("Årlig indberetning", "Annual report"), 97))
SHOWN = {"day": date(2027, 3, 1), "began": True, "coming": None, "offers": ""}
REFUSALS: dict[str, dict[str, object]] = {
    "charter_unknown": {"got": "dk2030", "known": (KLIMAALLIANCEN.name,)},
    "charter_known": {"charter": DK2020.name},
    "charter_day_past": {"day": date(2021, 6, 4)},
    "charter_day_early": {"day": date(2021, 6, 4), "first": date(2023, 4, 1)},
    "charter_day_taken": {"charter": KLIMAALLIANCEN.name, "day": DAY},
    "charter_nothing_coming": {},
    "day_to_come": {"day": DAY},
    "whose_list": {"day": DAY},
}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "charter": {
        "none": {"charter": DK2020, **SHOWN, "began": False},
        "one": {"charter": DK2020, **SHOWN, "offers": "change"},
        "many": {"charter": KLIMAALLIANCEN, **SHOWN, "coming": Adoption(DK2020, DAY), "offers": "undo"},
    },
    "charter_change_form": {
        "none": {"charters": (), "typed": {}, "errors": {"charter": "Jeg har ingen anden vedtægt."}},
        "one": {"charters": (KLIMAALLIANCEN,), "typed": {}, "errors": {}},
        "many": {
            "charters": (DK2020, KLIMAALLIANCEN),
            "typed": {"charter": "dk2020", "day": "31. juni 2027"},
            "errors": {"day": "31. juni 2027 er ikke en dag."},
        },
    },
    "charter_change_preview": {
        "none": {
            "before": DK2020,
            "after": DK2020,
            "since": DAY,
            "changes": (),
            "lapsing": (),
            "without_chair": False,
            "without_secretariat": "",
            "seal": "0a1b2c3d",
        },
        "one": {
            "before": KLIMAALLIANCEN,
            "after": DK2020,
            "since": DAY,
            "changes": changes(KLIMAALLIANCEN, DK2020, DAY),
            "lapsing": (),
            "without_chair": True,
            "without_secretariat": "",
            "seal": "0a1b2c3d",
        },
        "many": {
            "before": DK2020,
            "after": KLIMAALLIANCEN,
            "since": DAY,
            "changes": changes(DK2020, KLIMAALLIANCEN, DAY),
            "lapsing": LAPSING,
            "without_chair": False,
            "without_secretariat": "KL",
            "seal": "0a1b2c3d",
        },
    },
    "charter_undo_preview": {
        which: {"before": before, "after": after, "since": DAY, "changes": told, "seal": "0a1b2c3d"}
        for which, before, after, told in (
            ("none", DK2020, DK2020, ()),
            ("one", KLIMAALLIANCEN, DK2020, changes(KLIMAALLIANCEN, DK2020, DAY)),
            ("many", DK2020, KLIMAALLIANCEN, changes(DK2020, KLIMAALLIANCEN, DAY)),
        )
    },
    "charter_change_planned": {which: {"charter": KLIMAALLIANCEN, "since": DAY} for which in ("none", "one", "many")},
    "charter_change_withdrawn": {
        which: {"charter": DK2020, "withdrawn": KLIMAALLIANCEN} for which in ("none", "one", "many")
    },
}
