"""Examples of the messages about political influence: framework conditions, and appeals. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from alliance.influence import Issue, IssueStep, PolicyAnswer, PolicyAsk, StepKind, Support
from tests.templates import agenda_examples
from tests.templates.plan_examples import KOEGE

TODAY, NOW = date(2027, 3, 1), datetime(2027, 3, 1, 9, tzinfo=UTC)
MEETING = agenda_examples.MEETING
TITLES = {MEETING.id: MEETING.title}


def step(kind: StepKind, number: int = 4, **other: Any) -> IssueStep:
    return IssueStep(number, 3, kind, TODAY, recorded_at=NOW, recorded_by=1, recorded_by_name="Bo Hede", **other)


RAISED = Issue(
    id=3,
    number=3,
    heading="Afstandskrav til vindmøller",
    text="Kravet om fire gange møllens højde spænder ben for at udskifte gamle møller.\nDet bør kunne fraviges.",
    organisation_id=7,
    raised_by=2,
    raised_at=NOW,
    organisation="Køge",
    raised_by_name="Ida Klint",
)
BACKED = replace(RAISED, supporters=(Support(8, "Faxe", 5, NOW), Support(9, "Greve", 6, NOW)))
MANY = replace(RAISED, on_behalf=True, supporters=tuple(Support(n, f"Eksempelby {n}", n, NOW) for n in range(97)))
PLANNED = replace(BACKED, steps=(step("planned", words="", item_id=12, meeting_id=MEETING.id),))
GONE = replace(BACKED, steps=(step("planned", words="", item_id=12, meeting_id=MEETING.id, stands=False),))
DISCUSSED = replace(BACKED, steps=(replace(PLANNED.steps[0], day=date(2027, 2, 1)),))
TAKEN_UP = replace(BACKED, number=4, steps=(step("taken_up", words=""),))
SENT_ON = replace(BACKED, number=5, steps=(*PLANNED.steps, step("sent_on", 5, words="Til KL's klimaudvalg.")))
DECLINED = replace(RAISED, number=6, steps=(step("declined", words="Reglen\nændres i forvejen fra 2028."),))
WITHDRAWN = replace(RAISED, withdrawn_at=NOW)
ISSUES = (BACKED, RAISED, PLANNED, GONE, DISCUSSED, TAKEN_UP, SENT_ON, DECLINED)
ASK = PolicyAsk(
    id=2,
    number=2,
    recipient="Klima-, energi- og forsyningsministeren",
    subject="At afstandskravet kan fraviges, når gamle møller udskiftes.",
    sent_on=date(2027, 1, 12),
    hoped_by=date(2027, 2, 26),
    link="https://alliancen.example/brev",
    issue=5,
    recorded_at=NOW,
    recorded_by=1,
    recorded_by_name="Bo Hede",
    chair="Frederiksberg",
)
ANSWER = PolicyAnswer(4, 2, "partly", date(2027, 2, 20), "Kravet ses efter.", "https://kefm.example/svar", NOW, 1, "Bo")
AWAITED = replace(ASK, number=3, hoped_by=None, link="", issue=None, chair="")
SOON = replace(AWAITED, hoped_by=date(2027, 3, 2))
ASKS = (
    ASK,
    AWAITED,
    SOON,
    *(replace(ASK, answer=replace(ANSWER, outcome=one)) for one in ("met", "partly", "refused", "noted")),
    replace(ASK, answer=replace(ANSWER, outcome="none", words="", link="")),
)
LIST: dict[str, Any] = {"start": 0, "asked": "", "everything": False, "number": 1, "day": TODAY, "raises": True}
ASKED: dict[str, Any] = {"start": 0, "asked": "", "open_only": False, "number": 1, "day": TODAY, "writes": True}
SEEN: dict[str, Any] = {
    "day": TODAY,
    "titles": TITLES,
    "supports": False,
    "supported": (),
    "withdraws": False,
    "decides": False,
    "asks": (),
    "next_meeting": None,
}
KEPT = SEEN | {"decides": True, "next_meeting": MEETING}
ISSUE_ERRORS = {"heading": "heading_missing", "text": "text_missing"}
ASK_ERRORS = {
    "recipient": "recipient_missing",
    "subject": "subject_missing",
    "sent_on": "sent_on_missing",
    "hoped_by": "hoped_by_early",
    "link": "link_not_http",
    "issue": "issue_unknown",
}
ANSWER_ERRORS = {"outcome": "answer_missing", "answered_on": "answered_on_missing", "words": "too_long"}
NEWS: dict[str, Any] = {"meeting": "", "taken_back": False, "decides": False}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "framework": {
        "none": LIST | {"issues": (), "count": 0, "of": 0},
        "nothing_open": LIST | {"issues": (), "count": 0, "of": 3, "raises": False},
        "not_found": LIST | {"issues": (), "count": 0, "of": 3, "asked": "biogas"},
        "one": LIST | {"issues": (BACKED,), "count": 1, "of": 1},
        "many": LIST
        | {
            "issues": tuple(replace(one, number=n) for n, one in enumerate(ISSUES, 1)),
            "count": 8,
            "of": 8,
            "everything": True,
        },
        "full": LIST
        | {
            "issues": tuple(replace(MANY, number=n, heading=("Afstandskrav " * 15).strip()) for n in range(25)),
            "count": 99,
            "of": 120,
            "start": 25,
            "number": 2,
            "asked": "krav",
        },
    },
    "framework_issue": {
        "none": SEEN | {"issue": RAISED},
        "one": SEEN | {"issue": BACKED, "supports": True, "said": "raised"},
        "many": KEPT | {"issue": MANY, "said": "not_supported"},
        "own": SEEN | {"issue": RAISED, "withdraws": True},
        "supported": SEEN | {"issue": BACKED, "supported": ("Faxe",), "said": "supported"},
        "planned": KEPT | {"issue": PLANNED, "said": "planned"},
        "gone": KEPT | {"issue": GONE, "next_meeting": None},
        "discussed": KEPT | {"issue": DISCUSSED},
        "taken_up": KEPT | {"issue": TAKEN_UP, "said": "taken_up"},
        "sent_on": KEPT | {"issue": SENT_ON, "asks": (ASK,), "said": "sent_on"},
        "declined": KEPT | {"issue": DECLINED, "said": "declined"},
        "taken_back": KEPT | {"issue": BACKED, "said": "taken_back"},
        "withdrawn": SEEN | {"issue": WITHDRAWN},
    },
    "framework_withdrawn": {"none": {"issue": RAISED}, "one": {"issue": BACKED}, "many": {"issue": MANY}},
    "framework_form": {
        "none": {"organisation": KOEGE, "typed": {}, "errors": {}, "prefix": "", "another": False},
        "one": {"organisation": KOEGE, "typed": {}, "errors": ISSUE_ERRORS, "prefix": "for Køge: ", "another": True},
        "many": {
            "organisation": KOEGE,
            "typed": {"heading": RAISED.heading, "text": RAISED.text * 30},
            "errors": {"text": "too_long"},
            "prefix": "",
            "another": False,
        },
    },
    "framework_outcome_form": {
        "none": {"issue": RAISED, "typed": {}, "errors": {}},
        "one": {"issue": RAISED, "typed": {}, "errors": {"outcome": "outcome_missing"}},
        "many": {"issue": MANY, "typed": {"outcome": "declined"}, "errors": {"words": "decline_why"}},
        "sent": {"issue": MANY, "typed": {"outcome": "sent_on"}, "errors": {"words": "sent_to_whom"}},
    },
    "issue_news": {
        "none": NEWS | {"issue": TAKEN_UP, "step": TAKEN_UP.steps[0]},
        "one": NEWS | {"issue": RAISED, "step": None, "decides": True},
        "many": NEWS | {"issue": DECLINED, "step": DECLINED.steps[0]},
        "sent_on": NEWS | {"issue": SENT_ON, "step": SENT_ON.steps[1]},
        "planned": NEWS | {"issue": PLANNED, "step": PLANNED.steps[0], "meeting": "Styregruppemøde 2/2027"},
        "taken_back": NEWS | {"issue": BACKED, "step": SENT_ON.steps[1], "taken_back": True},
    },
    "policy_asks": {
        "none": ASKED | {"asks": (), "count": 0, "of": 0},
        "not_found": ASKED | {"asks": (), "count": 0, "of": 2, "asked": "biogas", "writes": False},
        "one": ASKED | {"asks": (ASK,), "count": 1, "of": 1},
        "many": ASKED | {"asks": tuple(replace(one, number=n) for n, one in enumerate(ASKS, 1)), "count": 8, "of": 8},
        "open": ASKED | {"asks": (AWAITED,), "count": 1, "of": 1, "open_only": True},
        "full": ASKED
        | {
            "asks": tuple(replace(ASK, number=n, subject=("At kravet fraviges. " * 100).strip()) for n in range(25)),
            "count": 99,
            "of": 120,
            "start": 25,
            "number": 2,
            "asked": "krav",
        },
    },
    "policy_ask": {
        "none": {"ask": AWAITED, "issue": None, "day": TODAY, "writes": False},
        "one": {"ask": ASK, "issue": SENT_ON, "day": TODAY, "writes": True, "said": "recorded"},
        "many": {
            "ask": replace(ASK, answer=ANSWER),
            "issue": SENT_ON,
            "day": TODAY,
            "writes": True,
            "said": "answered",
        },
        "closed": {"ask": ASKS[-1], "issue": None, "day": TODAY, "writes": False, "said": "corrected"},
        "back": {"ask": SOON, "issue": None, "day": TODAY, "writes": True, "said": "taken_back"},
    },
    "policy_ask_withdrawn": {"none": {"ask": AWAITED}, "one": {"ask": ASK}, "many": {"ask": SOON}},
    "policy_ask_form": {
        "none": {"old": None, "typed": {}, "errors": {}},
        "one": {"old": ASK, "typed": {"recipient": "Ministeren"}, "errors": {}},
        "many": {"old": None, "typed": {}, "errors": ASK_ERRORS},
        "days": {"old": None, "typed": {}, "errors": {"sent_on": "sent_on_future", "hoped_by": "date_wrong"}},
    },
    "policy_answer_form": {
        "none": {"ask": ASK, "typed": {}, "errors": {}},
        "one": {"ask": ASK, "typed": {}, "errors": {"answered_on": "answered_on_early"}},
        "many": {"ask": ASK, "typed": {}, "errors": ANSWER_ERRORS},
        "future": {"ask": ASK, "typed": {}, "errors": {"answered_on": "answered_on_future"}},
    },
}
REFUSALS: dict[str, dict[str, object]] = {
    "no_such_issue": {"got": "99"},
    "no_such_ask": {"got": "99"},
    "issue_verb": {"got": "hov", "number": 3},
    "ask_verb": {"got": "hov", "number": 2},
    "issue_own": {"heading": RAISED.heading},
    "issue_settled": {"number": 4, "heading": RAISED.heading, "state": "taken_up"},
    "issue_planned": {"number": 3, "heading": RAISED.heading},
    "issue_under_way": {"number": 3, "heading": RAISED.heading},
    "issue_not_the_newest": {"got": "s1", "number": 3},
    "influence_look_only": {},
    "influence_not_yours": {"organisation": "Greve"},
    "influence_no_part": {"organisation": "CONCITO"},
    "ask_changed": {"by": "Bo Hede", "at": NOW, "number": 2},
    "ask_answered": {"by": "Bo Hede", "at": NOW, "number": 2},
    "ask_not_the_newest": {"got": "s1", "number": 2},
}
