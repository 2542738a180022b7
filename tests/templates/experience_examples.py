"""Examples of what is said of shared experience. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from alliance.charter_file import read_charter
from alliance.experience import Entry
from alliance.members import Organisation
from alliance.silence import SilentMember

CHARTER = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
DK2020 = read_charter(CHARTER.read_text(encoding="utf-8"), "dk2020")
THEMES = DK2020.themes
KOEGE = Organisation(7, "0259", "Køge", "Køge Kommune", "municipality", (("kkr", "KKR Sjælland"),))
TAASTRUP = Organisation(8, "0169", "Høje-Taastrup", "Høje-Taastrup Kommune", "municipality")
PUMPS = Entry(
    12,
    KOEGE,
    "Fælles indkøb af luft-vand-varmepumper til rækkehuse",
    "https://koege.example/varmepumper",
    THEMES[0].title,
    date(2027, 3, 1),
    "Søren Uldum",
    95,
)
PLAIN = replace(PUMPS, id=13, organisation=TAASTRUP, link="", theme=None, contact="", settlement_id=None)
LONG = replace(PUMPS, id=14, what="Klimatilpasning i gamle og nye kvarterer, trin for trin. " * 7 + "Se nr. 2.")
MANY = tuple(replace((PUMPS, PLAIN, LONG)[n % 3], id=n + 1) for n in range(10))
LIST: dict[str, Any] = {
    "entries": (PUMPS,),
    "total": 1,
    "of": 3,
    "asked": "varmepumper køge",
    "page": 1,
    "pages": 1,
    "meant": (),
    "member": "",
    "shares": True,
}
ONE: dict[str, Any] = {"entry": PUMPS, "themes": THEMES, "theirs": False}
FORM: dict[str, Any] = {
    "organisation": KOEGE,
    "themes": THEMES,
    "typed": {"what": "", "link": "", "theme": ""},
    "errors": {},
    "requirement": None,
    "on_behalf": False,
    "prefix": "",
}
SILENT = SilentMember("Køge", "KKR Sjælland", "Søren Uldum", date(2026, 2, 3))
NEVER = SilentMember("Høje-Taastrup", "", "", None)

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "experiences": {
        "none": {**LIST, "entries": (), "total": 0, "of": 0, "asked": "", "shares": False},
        "none of a member": {**LIST, "entries": (), "total": 0, "of": 0, "asked": "", "member": "Køge"},
        "nothing fits": {**LIST, "entries": (), "total": 0, "asked": "varmpumpr", "meant": ("varmepumper", "varme")},
        "nothing is like it": {**LIST, "entries": (), "total": 0, "asked": "qqq", "shares": False},
        "one": LIST,
        "one in all": {**LIST, "asked": "", "of": 1, "member": "Køge"},
        "many": {**LIST, "entries": MANY, "total": 98, "of": 120, "page": 4, "pages": 10},
        "many in all": {**LIST, "asked": "", "total": 2, "of": 2, "entries": (PUMPS, PLAIN), "page": 1},
    },
    "experience": {
        "none": {"entry": PLAIN, "themes": (), "theirs": True},
        "one": {**ONE, "may_ask": True},
        "many": {**ONE, "entry": PLAIN, "theirs": True, "said": "shared", "counts": "5a"},
        "choosing": {**ONE, "entry": LONG, "theirs": True, "choosing": True},
        "theme": {**ONE, "theirs": True, "said": "theme"},
        "twin": {**ONE, "theirs": True, "said": "twin"},
    },
    "experience_back": {
        "none": {"id": 1, "what": "x"},
        "one": {"id": 12, "what": PUMPS.what},
        "many": {"id": 12, "what": "Klimatilpasning"},
    },
    "share_form": {
        "none": {**FORM, "themes": ()},
        "one": {**FORM, "requirement": DK2020.requirement("sharing_local"), "on_behalf": True, "prefix": "for Køge: "},
        "many": {
            **FORM,
            "typed": {"what": "", "link": "koege.dk", "theme": "x"},
            "errors": {"what": "share_what_missing", "link": "share_link_wrong", "theme": "theme_missing"},
        },
        "long": {**FORM, "typed": {"what": "x" * 501, "link": "", "theme": ""}, "errors": {"what": "share_too_long"}},
    },
    "experience_missing": {
        "none": {"lacking": (), "members": 98, "months": 12},
        "one": {"lacking": (NEVER,), "members": 98, "months": 12},
        "alone": {"lacking": (NEVER,), "members": 1, "months": 12},
        "many": {"lacking": (NEVER, SILENT) * 49, "members": 98, "months": 12},
    },
}
REFUSALS: dict[str, dict[str, object]] = {
    "experience_closed": {},
    "meetings_closed": {},
    "experience_whose": {"organisation": "KL"},
    "experience_not_yours": {"id": 12},
    "experience_none": {"got": "12"},
    "experience_back": {"id": 12},
    "experience_theme": {"got": "snak", "known": ("Transport", "Klimatilpasning"), "id": 12},
    "experience_overseen": {},
}
