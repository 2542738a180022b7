"""Facts for what is said when something is handed to a colleague. All invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from alliance.accounts import HandedOver
from tests.templates.member_examples import ANNE, BO, FOR_SOLROED, INVITED, NOW, OWED, STANDING, TODAY

NOTE = "Du har tallene fra forsyningen. Sig til, hvis noget mangler."
GIVEN = HandedOver(ANNE.person_id, ANNE.name, BO.person_id, BO.name, NOTE, NOW)
HANDED = replace(OWED, contacts=(BO,), handed=(GIVEN,))
COLLEAGUES = tuple((str(n), f"Kollega {n} Åkjær") for n in range(2, 9))
TYPED = {"colleague": "", "name": "Bo Lund", "mail": "bo@koege", "note": NOTE}
SHOWN: dict[str, Any] = {"story": OWED, "name": "Bo Lund", "seal": "0a1b2c3d", "foreign": False, "instead_of": ""}


def _form(**facts: Any) -> dict[str, Any]:
    return {"story": OWED, "colleagues": COLLEAGUES, "typed": {}, "errors": {}, **facts}


EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "handover_what": {
        "none": {"accounts": (), "several": False},
        "one": {"accounts": (OWED.account,), "several": False},
        "many": {"accounts": (OWED.account, INVITED.account), "several": True},
    },
    "handover_form": {
        "none": _form(colleagues=(), errors={"colleague": "colleague_missing"}),
        "one": _form(colleagues=COLLEAGUES[:1], errors={"colleague": "colleague_missing"}),
        "many": _form(typed=TYPED, errors={"mail": "mail_wrong", "note": "note_long"}),
        "self": _form(typed=TYPED, errors={"mail": "colleague_self"}),
        "asked": _form(typed=TYPED, errors={"mail": "colleague_asked"}),
        "elsewhere": _form(typed=TYPED, errors={"mail": "colleague_elsewhere"}),
        "unreachable": _form(typed=TYPED, errors={"mail": "colleague_unreachable"}),
    },
    "handover_preview": {
        "none": {**SHOWN, "mail": "", "chosen": "12", "note": ""},
        "one": {**SHOWN, "mail": "bo@firma.example", "chosen": "", "note": NOTE, "foreign": True},
        "many": {**SHOWN, "mail": "bo@koege.example", "chosen": "12", "note": NOTE, "instead_of": "Carl Friis"},
    },
    "handover_done": {
        "none": {"story": STANDING, "name": "Bo Lund"},
        "one": {"story": HANDED, "name": "Bo Lund"},
        "many": {"story": INVITED, "name": "Bo Lund"},
    },
    "handover_over": {
        "none": {"story": STANDING, "name": "Bo Lund", "gave": True},
        "one": {"story": OWED, "name": "Bo Lund", "gave": True},
        "many": {"story": INVITED, "name": "Anne Holm", "gave": False, "prefix": FOR_SOLROED},
    },
    "handed_over": {
        "none": {"person": "Bo Lund", "giver": "Anne Holm", "note": "", "story": STANDING, "day": TODAY},
        "one": {"person": "Bo Lund", "giver": "Anne Holm", "note": NOTE, "story": HANDED, "day": TODAY},
        "many": {
            "person": "Bo Lund",
            "giver": "Anne Holm",
            "note": NOTE,
            "story": INVITED,
            "day": TODAY,
            "prefix": FOR_SOLROED,
        },
    },
    "handed_back": {
        "none": {"colleague": "Bo Lund", "story": STANDING, "day": TODAY},
        "one": {"colleague": "Bo Lund", "story": OWED, "day": TODAY},
        "many": {"colleague": "Bo Lund", "story": INVITED, "day": TODAY, "prefix": FOR_SOLROED},
    },
    "taken_back": {
        "none": {"giver": "Anne Holm", "story": STANDING},
        "one": {"giver": "Anne Holm", "story": OWED},
        "many": {"giver": "Anne Holm", "story": INVITED},
    },
}

TITLE = "Årlig indberetning"
REFUSALS: dict[str, dict[str, object]] = {
    "undo_overtaken": {},
    "handover_settled": {"title": TITLE},
    "handover_not_asked": {"title": TITLE},
    "handover_once": {"title": TITLE, "giver": "Anne Holm"},
    "handover_enough": {"title": TITLE, "names": ("Anne Holm", "Bo Lund", "Carl Friis")},
    "handover_none": {"title": TITLE},
    "not_handed": {"title": TITLE},
}
