"""Facts for every kind in ``meetings``: with nothing, one and many. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alliance.attendance import Answer, Presence
from alliance.calendar_objects import Attendee, CalendarObject
from alliance.charter_file import read_charter
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.rolls import Roll, RollLine
from alliance.words import Words

CHARTER_FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
CHARTER = read_charter(CHARTER_FILE.read_text(encoding="utf-8"), "dk2020.toml")
KOEGE = Organisation(259, "0259", "Køge", "Køge Kommune", "municipality")
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SUMMIT = Meeting(
    3,
    "summit",
    Words("Klimatopmøde 2027", "Climate summit 2027"),
    2027,
    datetime(2027, 5, 20, 8, 0, tzinfo=UTC),
    datetime(2027, 5, 20, 13, 0, tzinfo=UTC),
    "Frederiksberg Rådhus",
    date(2027, 5, 6),
    word=Words("topmøde", "summit"),
)
STEERING = Meeting(
    12,
    "steering_group",
    Words("Styregruppemøde 2/2027", "Steering group meeting 2/2027"),
    2027,
    datetime(2027, 6, 2, 8, 0, tzinfo=UTC),
    datetime(2027, 6, 2, 12, 0, tzinfo=UTC),
    "Frederiksberg Rådhus",
    date(2027, 5, 19),
    number=2,
    state="called",
    word=Words("styregruppe", "steering"),
)
PLANNED, HELD, CANCELLED = (replace(STEERING, state=state) for state in ("planned", "held", "cancelled"))
MOVED = replace(STEERING, revision=1, sequence=1, settled_sequence=1, place="Køge Rådhus", reason="Sygdom")
SUMMIT_CALLED, SUMMIT_PLANNED = replace(SUMMIT, state="called"), replace(SUMMIT, state="planned")


def answer_given(response: Any, **more: Any) -> Answer:
    facts = {"office": "mayor", "attendee": "Sofie Lund", "on_behalf": False, **more}
    return Answer(7, 12, 259, response, facts["office"], facts["attendee"], 0, NOW, 11, "web", facts["on_behalf"])


SEATS = (
    RollLine(259, "Køge Kommune", "KKR Sjælland", "Sofie Lund", chair=True, invited=True, answer=answer_given("yes")),
    RollLine(147, "Frederiksberg Kommune", "KKR Hovedstaden", "Bo Krag", answer=answer_given("no", on_behalf=True)),
    RollLine(410, "Middelfart Kommune", "KKR Syddanmark", "Ib Holm", earlier=answer_given("tentative")),
    RollLine(746, "Skanderborg Kommune", "KKR Midtjylland", "Åse Bak", reachable=False),
    RollLine(849, "Jammerbugt Kommune", "KKR Nordjylland", ""),
    RollLine(None, "", "", ""),
    RollLine(900, "CONCITO", "", "Ea Fog", observer=True),
)
CAME = tuple(
    replace(line, presence=Presence(line.organisation_id, presence, line.person, NOW))
    for line, presence in zip(SEATS, ("present", "apologies", "absent"), strict=False)
)
ROLL = Roll(STEERING, SEATS, 3, date(2027, 5, 26), date(2027, 6, 10))
EMPTY = Roll(PLANNED, (), 3, date(2027, 5, 26), date(2027, 6, 10))
OBJECT = CalendarObject(
    "REQUEST",
    "5f0c3f2e-8c1b-4e0e-9d5e-0c6f5f1d2a3b",
    0,
    NOW,
    STEERING.starts_at,
    STEERING.ends_at,
    "Styregruppemøde 2/2027",
    "Frederiksberg Rådhus",
    "Tovholder for DK2020",
    "moeder@klimaalliancen.example",
    (Attendee("Sofie Lund – Køge Kommune", "borgmester@koege.example", "CHAIR"),),
    "Europe/Copenhagen",
)
TYPED = {"day": "2027-06-09", "starts": "10.00", "ends": "14.00", "place": "Køge Rådhus", "reason": "Sygdom"}
NO_ERRORS: dict[str, str] = {}
INVITED: dict[str, Any] = {
    "meeting": STEERING,
    "person": "Sofie Lund",
    "organisation": KOEGE,
    "answer_by": date(2027, 5, 19),
    "first": True,
    "moved": False,
    "answered": False,
    "was": None,
    "reason": "",
    "prefix": "",
}
PREVIEW: dict[str, Any] = {
    "what": "call",
    "before": PLANNED,
    "after": STEERING,
    "requests": ("Sofie Lund",),
    "cancels": (),
    "unreachable": (),
    "vacant": (),
    "warnings": (),
    "typed": {},
    "seal": "1a2b3c4d",
}
HOLDING: dict[str, Any] = {
    "roll": ROLL,
    "typed": {},
    "errors": NO_ERRORS,
    "stamp": 0,
    "by": (),
    "correcting": False,
}
MANY = tuple(f"Person {number}" for number in range(30))
_LISTED: dict[str, list[dict[str, Any]]] = {
    "meeting_list": [
        {"meetings": (), "past": (), "secretariat": False, "year": 2027},
        {"meetings": (STEERING,), "past": (), "secretariat": True, "year": 2027, "planned": True},
        {
            "meetings": (PLANNED, SUMMIT),
            "past": (replace(HELD, place="", number=3),),
            "secretariat": True,
            "year": 2027,
        },
    ],
    "meeting_shown": [
        {"roll": EMPTY, "secretariat": True, "now": NOW, "mine": ()},
        {"roll": ROLL, "secretariat": True, "now": NOW, "mine": ()},
        {"roll": ROLL, "secretariat": False, "now": NOW, "mine": ((SEATS[2], ""), (SEATS[3], "for Skanderborg: "))},
        {"roll": ROLL, "secretariat": True, "now": STEERING.starts_at, "mine": ()},
        {"roll": EMPTY, "secretariat": True, "now": STEERING.starts_at, "mine": ()},
        {"roll": Roll(HELD, (*CAME, *SEATS[3:]), 3), "secretariat": True, "now": STEERING.ends_at, "mine": ()},
        {"roll": Roll(HELD, SEATS[:1], 1), "secretariat": False, "now": STEERING.ends_at, "mine": ()},
        {"roll": Roll(replace(CANCELLED, reason="Sygdom"), SEATS, 3), "secretariat": True, "now": NOW, "mine": ()},
        {"roll": Roll(SUMMIT_PLANNED, SEATS[:3]), "secretariat": True, "now": NOW, "mine": ()},
        {"roll": Roll(SUMMIT_CALLED, SEATS[4:5]), "secretariat": True, "now": NOW, "mine": ()},
    ],
    "meeting_form": [
        {"meeting": STEERING, "typed": {}, "errors": NO_ERRORS},
        {"meeting": PLANNED, "typed": TYPED, "errors": {"day": "Vælg en arbejdsdag."}},
    ],
    "meeting_add_form": [
        {"kinds": {}, "typed": {}, "errors": NO_ERRORS},
        {
            "kinds": {c.body: c.title for c in CHARTER.meetings} | {e.key: e.title for e in CHARTER.events},
            "typed": {"kind": "steering_group", **TYPED},
            "errors": {"starts": "Skriv for eksempel 10."},
        },
    ],
    "meeting_cancel_form": [
        {"meeting": STEERING, "typed": {"reason": ""}, "errors": NO_ERRORS},
        {"meeting": SUMMIT, "typed": {"reason": ""}, "errors": {"reason": "Skriv hvorfor."}},
    ],
    "meeting_preview": [
        PREVIEW,
        {**PREVIEW, "requests": (), "vacant": ("KKR Nordjylland", ""), "unreachable": ("Åse Bak",)},
        {
            **PREVIEW,
            "what": "move",
            "before": STEERING,
            "after": MOVED,
            "requests": MANY,
            "cancels": ("Bo Krag",),
            "warnings": (
                ("day_off", (date(2027, 5, 6), "Kristi himmelfartsdag")),
                ("warned_week", 8),
                ("agenda_late", date(2027, 2, 24)),
                ("no_place", ""),
            ),
            "typed": TYPED,
        },
        {
            **PREVIEW,
            "what": "cancel",
            "before": STEERING,
            "after": replace(CANCELLED, reason="Sygdom"),
            "requests": (),
            "cancels": MANY[:2],
            "typed": {"reason": "Sygdom"},
        },
    ],
    "meeting_done": [
        {"what": "add", "meeting": PLANNED, "told": 0},
        {"what": "add", "meeting": PLANNED, "told": 0, "close": ((STEERING, 6),)},
        {"what": "stands", "meeting": PLANNED, "told": 0},
        {"what": "call", "meeting": STEERING, "told": 1},
        {"what": "move", "meeting": MOVED, "told": 5},
        {"what": "cancel", "meeting": CANCELLED, "told": 0},
    ],
    "meeting_hold_form": [
        {**HOLDING, "roll": Roll(STEERING, (), 3)},
        {**HOLDING, "typed": {"presence_259": "present"}, "errors": {"presence_147": "Vælg."}},
        {**HOLDING, "errors": {"attendee_259": "Bo Krag har imens noteret: Ib Holm."}, "stamp": 7, "by": ("Bo Krag",)},
        {**HOLDING, "roll": Roll(HELD, CAME, 3), "stamp": 7, "correcting": True},
    ],
    "meeting_held": [
        {"roll": Roll(HELD, CAME, 3)},
        {"roll": Roll(replace(SUMMIT, state="held"), ())},
        {"roll": Roll(HELD, CAME, 3), "correcting": True},
    ],
    "invitation": [
        {**INVITED, "calendar": OBJECT},
        {**INVITED, "calendar": OBJECT, "in_chat": True},
        {**INVITED, "calendar": replace(OBJECT, place=""), "meeting": SUMMIT, "prefix": "for Køge: "},
        {
            **INVITED,
            "calendar": replace(OBJECT, sequence=1),
            "first": False,
            "moved": True,
            "answered": True,
            "was": (SUMMIT.starts_at, SUMMIT.ends_at),
            "reason": "Sygdom",
        },
        {**INVITED, "calendar": replace(OBJECT, sequence=2), "first": False},
        {**INVITED, "calendar": replace(OBJECT, method="CANCEL", sequence=3), "first": False, "reason": "Sygdom"},
        {**INVITED, "calendar": replace(OBJECT, method="CANCEL", uninvites=True), "first": False},
    ],
    "answer_what": [
        {"organisation": KOEGE, "meetings": (), "prefix": ""},
        {"organisation": KOEGE, "meetings": (STEERING,), "prefix": ""},
        {"organisation": KOEGE, "meetings": (SUMMIT, STEERING), "prefix": "for Køge: "},
    ],
    "seat_rsvp": [
        {"meeting": STEERING, "organisation": KOEGE, "line": SEATS[3], "just_given": False, "prefix": ""},
        {"meeting": STEERING, "organisation": KOEGE, "line": SEATS[0], "just_given": True, "prefix": "for Køge: "},
        {
            "meeting": STEERING,
            "organisation": KOEGE,
            "line": SEATS[1],
            "just_given": False,
            "prefix": "",
            "unkept": "Møde i Kommunernes Landsforening",
        },
        {"meeting": MOVED, "organisation": KOEGE, "line": SEATS[2], "just_given": False, "prefix": ""},
    ],
    "answer_reminder": [
        {"missing": ((STEERING, KOEGE, ""),), "person": "Sofie Lund", "today": date(2027, 5, 12)},
        {"missing": ((MOVED, KOEGE, "for Køge: "),), "person": "Sofie Lund", "today": date(2027, 5, 20)},
        {
            "missing": tuple((replace(STEERING, number=n), KOEGE, "for Køge: ") for n in range(1, 13)),
            "person": "Sofie Lund",
            "today": date(2027, 5, 20),
        },
    ],
    "calendar_feed": [
        {"state": "none", "made_at": None, "url": ""},
        {"state": "made", "made_at": NOW, "url": "https://tovholder.example/feeds/abc.ics"},
        {"state": "standing", "made_at": NOW, "url": ""},
        *({"state": state, "made_at": None, "url": ""} for state in ("stopped", "nothing", "no_address")),
    ],
}


def _named(examples: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The first has nothing, the second one, the third many; a kind with fewer repeats its last."""
    names = ("none", "one", "many", *(f"more_{n}" for n in range(len(examples))))
    padded = examples + examples[-1:] * (3 - len(examples))
    return dict(zip(names, padded, strict=False))


EXAMPLES = {kind: _named(examples) for kind, examples in _LISTED.items()}
REFUSALS: dict[str, dict[str, object]] = {
    "several_meetings": {"got": "2/2027", "known": ("forretningsudvalg 2/2027", "projektgruppe 2/2027")},
    "unknown_meeting": {
        "got": "9/2027",
        "known": ("Styregruppemøde 2/2027", "Klimatopmøde 2027"),
        "calls": ("2/2027", "topmøde 2027"),
    },
    "meeting_is_planned": {"meeting": PLANNED},
    "meeting_is_held": {"meeting": HELD},
    "meeting_is_cancelled": {"meeting": CANCELLED},
    "meeting_begun": {"meeting": STEERING},
    "already_called": {"meeting": STEERING},
    "not_begun": {"meeting": STEERING},
    "in_the_past": {"day": date(2027, 1, 4)},
    "nothing_changed": {"meeting": STEERING},
    "not_a_working_day": {"day": date(2027, 12, 25), "holiday": "Juledag"},
    "free_week": {"day": date(2027, 7, 14), "week": 28},
    "ends_before_start": {"starts": "14.00", "ends": "10.00"},
    "unknown_day": {"got": "i morgen"},
    "unknown_time": {"got": "kl. ti"},
    "answer_unclear": {"got": "måske, hvis toget kører"},
    "too_long": {"got": 412, "most": 200},
    "reason_missing": {},
    "kind_missing": {},
    "event_stands": {"year": 2027},
    "attendance_approved": {"meeting": HELD},
    "too_far_ahead": {"day": date(2031, 1, 8), "last": 2030},
    "presence_missing": {},
    "changed_meanwhile": {"meeting": STEERING},
    "secretariat_only": {},
    "not_invited": {"organisation": "Køge Kommune", "meeting": STEERING},
    "not_your_seat": {"organisation": "Køge Kommune"},
}
