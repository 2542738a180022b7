"""Facts for what is said of seats, the chair and terms that end. All invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from alliance.members import Organisation, SeatTerm
from alliance.seats import BodyShown, ChairShown, Ending, SeatShown, Vacancy
from alliance.validity import Validity
from storage.charters import charter

CHARTER = charter("dk2020")
BODY = CHARTER.body("steering_group")
KOEGE = Organisation(259, "0259", "Køge", "Køge Kommune", "municipality")
SINCE, UNTIL = date(2026, 2, 1), date(2028, 2, 1)
TERM = SeatTerm("steering_group", "KKR Sjælland", 259, Validity(SINCE))
CHAIR = SeatTerm("steering_group", "KKR Sjælland", 259, Validity(SINCE, UNTIL), chair=True)
EMPTY = Vacancy("steering_group", "KKR Nordjylland", SINCE)
SHOWN = (
    SeatShown("KKR Hovedstaden", "Frederiksberg", "Dan Elkjær", True, Validity(SINCE, UNTIL)),
    SeatShown("KKR Sjælland", "Køge", "", False, Validity(SINCE)),
    SeatShown("KKR Nordjylland", vacancy=EMPTY),
    SeatShown("", vacancy=Vacancy("steering_group", "", None)),
)
CHAIRS = (
    ChairShown(BODY, "Frederiksberg", "Dan Elkjær", Validity(SINCE, UNTIL)),
    ChairShown(BODY, "Køge", "", Validity(date(2023, 7, 1), SINCE)),
)


def _preview(term: SeatTerm, ends: tuple[tuple[str, bool], ...], **more: Any) -> dict[str, Any]:
    facts = {
        "organisation": KOEGE,
        "body": BODY,
        "term": term,
        "ends": ends,
        "without_holder": False,
        "office": CHARTER.office("mayor"),
        "secretariat_moves": False,
        "without_secretariat": False,
        "both_until": None,
        "words": ("formand" if term.chair else "styregruppe", "2026-02-01", "abcd1234"),
        "prefix": "for Køge: ",
    }
    return facts | more


def _form(typed: dict[str, str], errors: dict[str, str], *, with_chair: bool = True) -> dict[str, Any]:
    facts = {"organisation": KOEGE, "bodies": (BODY,), "with_chair": with_chair, "prefix": "for Køge: "}
    return {**facts, "typed": typed, "errors": errors}


_BLANK = {"what": "", "since": ""}
_WRONG = {"what": "chair", "since": "i går"}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "seats": {
        "none": {"bodies": (), "chairs": (), "may_give": False, "example": ""},
        "full": {"bodies": (BodyShown(BODY, SHOWN[:1]),), "chairs": (), "may_give": False, "example": "Køge"},
        "one": {"bodies": (BodyShown(BODY, SHOWN[:3]),), "chairs": CHAIRS[:1], "may_give": True, "example": "Køge"},
        "many": {"bodies": (BodyShown(BODY, SHOWN),) * 2, "chairs": CHAIRS, "may_give": True, "example": "Køge"},
    },
    "seat_form": {
        "none": _form(_BLANK, {}, with_chair=False),
        "one": _form({"what": "steering_group", "since": "2027-07-01"}, {}),
        "many": _form(_WRONG, {"what": "Vælg den på listen.", "since": "Jeg kan ikke læse ”i går” som en dato."}),
    },
    "seat_preview": {
        "none": _preview(TERM, ()),
        "one": _preview(TERM, (("Greve", False),), without_holder=True),
        "many": _preview(
            CHAIR, (("Frederiksberg", False), ("Frederiksberg", True)), secretariat_moves=True, without_secretariat=True
        ),
        "moves": _preview(CHAIR, (("Frederiksberg", True),), secretariat_moves=True, both_until=date(2026, 3, 2)),
    },
    "seat_given": {
        "none": {"organisation": KOEGE, "body": BODY, "chair": False, "since": SINCE, "prefix": ""},
        "one": {"organisation": KOEGE, "body": BODY, "chair": False, "since": SINCE, "prefix": "for Køge: "},
        "many": {"organisation": KOEGE, "body": BODY, "chair": True, "since": SINCE, "prefix": "for Køge: "},
    },
    "term_ends": {
        "none": {"ending": Ending("party", "KL", UNTIL, 12), "name": "KL", "body": None, "moves": False},
        "one": {"ending": Ending("chair", "259", UNTIL, 6), "name": "Køge", "body": BODY, "moves": False},
        "many": {"ending": Ending("chair", "259", UNTIL, 1), "name": "Køge", "body": BODY, "moves": True},
    },
    "seat_empty": {
        "none": {"vacancy": EMPTY, "body": BODY, "due": UNTIL, "late": False},
        "one": {"vacancy": EMPTY, "body": BODY, "due": UNTIL, "late": False},
        "many": {"vacancy": EMPTY, "body": BODY, "due": UNTIL, "late": True},
    },
}

REFUSALS: dict[str, dict[str, object]] = {
    "no_seats_given": {},
    "seat_unknown": {"got": "kongestolen"},
    "seat_held": {"since": SINCE},
    "seat_given_later": {"since": SINCE},
    "chair_without_seat": {"since": SINCE},
    "seat_not_member": {"organisation": "Køge", "since": SINCE},
}
