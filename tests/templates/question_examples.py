"""Examples of what is said of questions between members. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from alliance.members import Organisation
from alliance.questions import Question

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
KOEGE = Organisation(7, "0259", "Køge", "Køge Kommune", "municipality")
TAASTRUP = Organisation(8, "0169", "Høje-Taastrup", "Høje-Taastrup Kommune", "municipality")
ASKED = Question(3, 7, 8, "Hvordan fik I udlejerne med på varmepumper?", NOW, 1, "Søren Uldum")
ANSWERED = replace(
    ASKED, id=4, answer="Vi begyndte med de store.\nSå fulgte de andre.", answered_at=NOW, answered_by_name="Ida Holm"
)
LONG = replace(
    ANSWERED, id=5, text="Hvad kostede det, og hvem betalte? " * 28 + "Og nu?", answer="Det kostede. " * 70 + "Ja."
)
GONE = replace(ASKED, id=6, withdrawn_at=NOW)
ONE: dict[str, Any] = {
    "question": ASKED,
    "asking": KOEGE,
    "asked": TAASTRUP,
    "contact": "Ida Holm",
    "answers": False,
    "asks": False,
}
LIST: dict[str, Any] = {"page": 1, "pages": 1, "mine": (7,), "member": ""}
MANY = tuple((replace((ASKED, ANSWERED, LONG)[n % 3], id=n + 1), KOEGE, TAASTRUP) for n in range(10))
ASK: dict[str, Any] = {
    "asking": KOEGE,
    "asked": TAASTRUP,
    "typed": {"text": ""},
    "errors": {},
    "on_behalf": False,
    "prefix": "",
}
ANSWER: dict[str, Any] = {"question": ASKED, "asking": KOEGE, "typed": {"answer": ""}, "errors": {}}
TOLD: dict[str, Any] = {"question": ASKED, "asking": KOEGE, "asked": TAASTRUP}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "ask_form": {
        "none": ASK,
        "one": {**ASK, "on_behalf": True, "prefix": "for Køge: ", "errors": {"text": "question_missing"}},
        "many": {**ASK, "typed": {"text": "x" * 1001}, "errors": {"text": "question_long"}},
        "adviser": {**ASK, "adviser": True},
    },
    "answer_form": {
        "none": ANSWER,
        "one": {**ANSWER, "errors": {"answer": "answer_missing"}},
        "many": {**ANSWER, "question": LONG},
    },
    "question": {
        "none": {**ONE, "contact": "", "said": "nobody", "asks": True},
        "one": {**ONE, "said": "asked", "asks": True},
        "many": {**ONE, "question": LONG, "answers": True, "said": "answered"},
        "open": {**ONE, "answers": True},
        "twin": {**ONE, "asks": True, "said": "twin"},
        "gone": {**ONE, "question": GONE, "asks": True, "said": "taken_back"},
    },
    "questions": {
        "none": {**LIST, "questions": (), "waiting": 0, "total": 0},
        "none of one": {**LIST, "questions": (), "waiting": 0, "total": 0, "member": "Køge"},
        "one": {**LIST, "questions": ((ASKED, TAASTRUP, KOEGE),), "waiting": 1, "total": 1},
        "answered": {**LIST, "questions": ((ANSWERED, TAASTRUP, KOEGE),), "waiting": 0, "total": 1, "member": "Køge"},
        "two": {**LIST, "questions": MANY[:2], "waiting": 2, "total": 2, "days": (0,)},
        "many": {**LIST, "questions": MANY, "waiting": 1, "total": 98, "page": 4, "pages": 10, "mine": (8,)},
        "more": {**LIST, "questions": MANY, "waiting": 3, "total": 98, "pages": 10, "mine": (8,), "days": (1, 1, 9)},
    },
    "question_asked": {"none": TOLD, "one": TOLD, "many": {**TOLD, "question": LONG}},
    "question_answered": {"none": {**TOLD, "question": ANSWERED}, "one": {**TOLD, "question": ANSWERED}}
    | {"many": {**TOLD, "question": LONG}},
    "question_unanswered": {"none": TOLD, "one": TOLD, "many": {**TOLD, "question": LONG}},
}
REFUSALS: dict[str, dict[str, object]] = {
    "question_no_adviser": {},
    "question_whom": {},
    "question_whose": {"organisation": "KL"},
    "question_self": {"organisation": "Køge"},
    "question_no_member": {"organisation": "KL"},
    "question_none": {"got": "77"},
    "question_not_yours": {"id": 3},
    "question_not_yours_to_take": {"id": 3},
    "question_is_answered": {"id": 3, "by": "Ida Holm", "at": NOW},
    "question_back": {"id": 3},
}
