"""Examples of what is said of the actions of climate action plans. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from alliance.members import Organisation
from alliance.plan_actions import PlanAction, Progress
from alliance.standards import Point
from alliance.words import Words

NOW, TODAY = datetime(2027, 3, 1, 9, tzinfo=UTC), date(2027, 3, 1)
KOEGE = Organisation(7, "0259", "Køge", "Køge Kommune", "municipality")
ENERGY = Point("energy", Words("Energi og varme", "Energy and heating"))
ACTION = PlanAction(
    id=45,
    number=12,
    organisation_id=7,
    title="Varmeplan for midtbyen",
    track="reduction",
    theme="energy",
    owner="Planchefen",
    due=date(2028, 6, 30),
    state="under_way",
    note="",
    recorded_at=NOW,
    recorded_by=1,
    recorded_by_name="Søren Uldum",
)
LONG = replace(
    ACTION,
    id=46,
    number=13,
    title="Højvandssikring af havnen og de lave boligområder langs kysten, etape " * 2 + "3",
    track="adaptation",
    theme="",
    owner="Afdelingen for vand, natur og beredskab i Teknik- og Miljøforvaltningen",
    due=date(2026, 12, 31),
    note="Udbuddet er afsluttet.\nVi begynder til foråret.",
)
DONE, OLD = replace(ACTION, id=47, number=14, state="done"), replace(ACTION, id=44, state="planned", note="Begyndt.")
SOME = Progress(planned=4, under_way=5, done=3, given_up=1, late=2, stale=1, last=LONG)
ONE_DONE = Progress(done=1, last=DONE)
GIVEN_UP = Progress(given_up=2, last=ACTION)
LISTED: dict[str, Any] = {
    "actions": ((ACTION, "Køge"),),
    "progress": Progress(under_way=1, last=ACTION),
    "stale": frozenset(),
    "of": 1,
    "asked": "",
    "page": 1,
    "pages": 1,
    "day": TODAY,
    "organisation": KOEGE,
    "theirs": False,
    "prefix": "",
}
NOTHING: dict[str, Any] = {**LISTED, "actions": (), "progress": Progress(), "of": 0}
MANY = tuple((replace((ACTION, LONG, DONE)[n % 3], id=n + 1, number=n + 1), "Høje-Taastrup") for n in range(10))
ONE: dict[str, Any] = {
    "entries": (ACTION,),
    "organisation": KOEGE,
    "theme": "",
    "day": TODAY,
    "stale": False,
    "theirs": False,
}
FORM: dict[str, Any] = {
    "organisation": KOEGE,
    "old": None,
    "themes": (),
    "typed": {},
    "errors": {},
    "prefix": "",
    "on_behalf": False,
}
WRONG = {"title": "title_missing", "track": "track_missing", "owner": "owner_missing", "due": "due_missing"}
TOLD: dict[str, Any] = {"organisation": KOEGE, "actions": (ACTION,)}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "plan_actions": {
        "none": NOTHING,
        "none of theirs": {**NOTHING, "theirs": True, "prefix": "for Køge: "},
        "none of all": {**NOTHING, "organisation": None},
        "none that fits": {**NOTHING, "of": 12, "asked": "varme"},
        "none of all that fits": {**NOTHING, "of": 12, "asked": "varme", "organisation": None},
        "one": {**LISTED, "theirs": True},
        "many": {
            **LISTED,
            "actions": MANY,
            "progress": SOME,
            "stale": frozenset((2,)),
            "of": 60,
            "asked": "vand",
            "page": 2,
            "pages": 3,
            "organisation": None,
        },
        "stale": {**LISTED, "progress": SOME, "of": 13, "pages": 2, "stale": frozenset((12,))},
        "given up": {**LISTED, "progress": GIVEN_UP},
    },
    "plan_action": {
        "none": ONE,
        "one": {**ONE, "theme": "Energi og varme", "theirs": True, "said": "added"},
        "many": {**ONE, "entries": (LONG, OLD), "stale": True, "theirs": True, "said": "updated"},
        "done": {**ONE, "entries": (DONE,), "theirs": True, "said": "still"},
        "twin": {**ONE, "theirs": True, "said": "twin"},
        "back": {**ONE, "theirs": True, "said": "taken_back"},
    },
    "plan_action_gone": {
        which: {"action": action, "organisation": KOEGE, "prefix": prefix}
        for which, action, prefix in (("none", ACTION, ""), ("one", ACTION, "for Køge: "), ("many", LONG, ""))
    },
    "plan_action_form": {
        "none": FORM,
        "one": {**FORM, "old": ACTION, "themes": (ENERGY,), "typed": {"title": ACTION.title}, "on_behalf": True},
        "many": {**FORM, "errors": {**WRONG, "state": "state_missing", "note": "too_long"}, "prefix": "for Køge: "},
        "wrong": {**FORM, "themes": (ENERGY,), "errors": {"due": "date_wrong", "theme": "theme_unknown"}},
    },
    "actions_stale": {
        "none": TOLD,
        "one": TOLD,
        "many": {**TOLD, "actions": tuple(action for action, _ in MANY)},
    },
}
REFUSALS: dict[str, dict[str, object]] = {
    "plan_action_none": {"got": "77"},
    "plan_action_which": {},
    "plan_action_verb": {"got": "mal", "number": 12},
    "plan_action_whose": {},
    "plan_action_changed": {"number": 12, "by": "Ida Holm", "at": NOW},
    "plan_action_not_the_newest": {"got": "h4", "number": 12},
}
