"""Examples of what an alliance says of itself. People are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from alliance.about import NOTHING_SAID, AreaCovered, ContactSeen, PartnerSeen
from alliance.charter_file import read_charter
from alliance.members import MemberSince, Organisation
from alliance.words import Words
from tests.templates.accession_examples import SIGNED

FOLDER = Path(__file__).parents[2] / "alliance" / "charters"
DK2020, NEWER = (
    read_charter((FOLDER / f"{key}.toml").read_text(encoding="utf-8"), key) for key in ("dk2020", "klimaalliancen")
)
TODAY, FOUNDED = date(2027, 3, 1), date(2021, 6, 4)
KOEGE = Organisation(7, "0259", "Køge", "Køge Kommune", "municipality")
SINCE = (date(2021, 6, 4), date(2026, 3, 1), date(2026, 1, 31), date(2027, 2, 1), date(2027, 2, 15))
MEMBERS = tuple(MemberSince(KOEGE._replace(name=f"Kommune {n}"), day) for n, day in enumerate(SINCE))
PEOPLE = (
    ContactSeen("Bo Hede", Words("medarbejder", "official"), "bo@c40.example"),
    ContactSeen("Ida Krog", Words("sekretariatsmedarbejder", "secretariat officer"), ""),
)
ABOUT: dict[str, Any] = {
    "charter": DK2020,
    "day": TODAY,
    "founded": FOUNDED,
    "first_term_until": date(2023, 6, 4),
    "members": 98,
    "mine": (),
    "partners": (),
}
AREAS = (AreaCovered("KKR Sjælland", 17, ("Greve", "Køge")), AreaCovered("KKR Nordjylland", 11, ()))
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "about": {
        "none": {**ABOUT, "charter": replace(NEWER, about=NOTHING_SAID), "first_term_until": None, "members": 1},
        "one": {
            **ABOUT,
            "mine": (MemberSince(KOEGE, FOUNDED),),
            "partners": tuple(map(PartnerSeen, DK2020.about.partners)),
        },
        "many": {
            **ABOUT,
            "charter": NEWER,
            "mine": MEMBERS,
            "partners": tuple(PartnerSeen(one, PEOPLE * 4) for one in NEWER.about.partners),
        },
        "part": {
            **ABOUT,
            "charter": replace(
                NEWER,
                about=replace(NEWER.about, networks=(replace(NEWER.about.networks[0], relation="parent"),)),
            ),
        },
    },
    "about_members": {
        "none": {"day": TODAY, "members": ()},
        "one": {"day": TODAY, "members": MEMBERS[:1]},
        "signed": {"day": TODAY, "members": MEMBERS, "signed": {KOEGE.id: SIGNED}},
        "many": {"day": TODAY, "members": MEMBERS * 20, "areas": AREAS, "by_year": ((2026, 97), (2027, 98))},
    },
}
REFUSALS: dict[str, dict[str, object]] = {"about_what": {"got": "vejret"}}
