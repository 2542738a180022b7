"""Facts for the overview of whoever governs an alliance. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from alliance.meetings import Meeting
from alliance.oversight import LateReports, Measured, NextMeeting, Overview, TermEnding
from alliance.seats import BodyShown
from alliance.words import Words
from tests.templates.plan_action_examples import SOME as SOME_ACTIONS
from tests.templates.seat_examples import BODY, CHARTER, SHOWN
from tests.templates.secretariat_examples import BOARD, CALM_BOARD, NO_BOARD, ONE_BOARD, REPORTING

STEERING = CHARTER.meetings[0]
SUMMIT = CHARTER.events[0]
MEETING = Meeting(
    4,
    "steering_group",
    Words("Styregruppemøde 2/2027", "Steering group meeting 2/2027"),
    2027,
    datetime(2027, 4, 14, 8, tzinfo=UTC),
    datetime(2027, 4, 14, 12, tzinfo=UTC),
    "Køge Rådhus",
    date(2027, 3, 25),
    number=2,
)
NEXT = NextMeeting(MEETING, date(2027, 4, 8), out=False)
FAR = NextMeeting(replace(MEETING, state="planned"), date(2027, 4, 8), out=True)
CALM = Measured(BODY.name, STEERING, 4, 1, held=1, called=1, planned=1, unnoted=0, cancelled=0)
ODD = Measured(BODY.name, STEERING, 4, 2, held=0, called=0, planned=1, unnoted=1, cancelled=1)
LATE = LateReports(REPORTING, "2027", date(2027, 3, 31), 12)
ENDINGS = (
    TermEnding("seat", "Køge", date(2027, 7, 1), BODY),
    TermEnding("chair", "Frederiksberg", date(2027, 7, 1), BODY),
    TermEnding("party", "KL", date(2028, 4, 1)),
)


def _overview(**more: Any) -> Overview:
    facts: dict[str, Any] = {
        "alliance": CHARTER.name,
        "year": 2027,
        "board": NO_BOARD,
        "late": (),
        "bodies": (),
        "endings": (),
        "measured": (),
        "coming": (),
    }
    return Overview(**facts | more)


CASES = {
    "none": _overview(),
    "no requirements": _overview(board=replace(CALM_BOARD, requirements=())),
    "one": _overview(
        board=ONE_BOARD,
        late=(replace(LATE, members=1),),
        bodies=(BodyShown(BODY, SHOWN[:1]),),
        endings=ENDINGS[:1],
        measured=(CALM,),
        coming=(NEXT,),
    ),
    "calm": _overview(board=CALM_BOARD, bodies=(BodyShown(BODY, SHOWN[:2]),), measured=(CALM,), coming=(FAR,)),
    "many": _overview(
        board=BOARD,
        late=(LATE, LATE),
        bodies=(BodyShown(BODY, SHOWN),) * 2,
        endings=ENDINGS,
        measured=(ODD, replace(ODD, title=SUMMIT.title, rule=SUMMIT, unnoted=2)),
        coming=(NEXT, FAR),
        actions=SOME_ACTIONS,
    ),
}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "overview": {
        name: {"overview": found, "secretariat": name != "one", "url": "https://tovholder.example" * (name == "many")}
        for name, found in CASES.items()
    },
}

REFUSALS: dict[str, dict[str, object]] = {"governing_only": {}}
