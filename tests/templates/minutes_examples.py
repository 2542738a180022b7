"""Facts for every kind about minutes: with nothing, one and many. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from alliance.actions import DraftAction
from alliance.meetings import Meeting
from alliance.minutes import Comment, Heard, ItemMinute, Minutes
from alliance.papers import Change, Dissent, Paper, PaperAction, PaperAttendee, PaperItem
from alliance.words import Words
from templates.makers.agendas import Reader
from templates.makers.minute_forms import ItemPage
from templates.makers.minutes import Outgoing

NOW = datetime(2027, 3, 23, 8, 30, tzinfo=UTC)
HELD = Meeting(
    9,
    "steering_group",
    Words("Styregruppemøde 2/2027", "Steering group meeting 2/2027"),
    2027,
    datetime(2027, 3, 16, 9, tzinfo=UTC),
    datetime(2027, 3, 16, 13, tzinfo=UTC),
    "Køge Rådhus",
    date(2027, 3, 2),
    number=2,
    state="held",
    word=Words("styregruppe", "steering"),
)
CALLED, CANCELLED = replace(HELD, state="called"), replace(HELD, state="cancelled")
FIRST = PaperItem(1, 1, "Årets handlinger", "decision", False, recommendation="At de vedtages.")
SECOND = PaperItem(2, 2, "Fremgang", "discussion", False)
CLOSED = PaperItem(3, 3, "Valg af leverandør", "decision", True, "Kontraktsag")
OTHER = PaperItem(4, 4, "Eventuelt", "information", False)
TASK = PaperAction("Sender notat til alle", "Køge Kommune, klimakoordinator", date(2027, 5, 3))
SAID = replace(
    FIRST,
    notes="Der var enighed.",
    decision="Vedtaget.",
    dissents=(Dissent("Bo Krag", "Ønskede det udsat."),),
    actions=(TASK,),
)
PAPER = Paper(
    "minutes",
    "all",
    "DK2020 klimaalliance",
    "styregruppen",
    HELD.title.da,
    HELD.label,
    HELD.starts_at,
    HELD.ends_at,
    HELD.place,
    "Europe/Copenhagen",
    1,
    "approved",
    NOW,
    "Dorte Krag",
    (SAID, SECOND, replace(CLOSED, decision="Den billigste.")),
    attendees=(
        PaperAttendee("Anne Holm", "borgmester, Frederiksberg Kommune", True, False, "present"),
        PaperAttendee("Bo Krag", "borgmester, Køge Kommune", False, False, "apologies"),
        PaperAttendee("", "KKR Nordjylland"),
    ),
    quorum=3,
    present=1,
    approved_on=date(2027, 6, 2),
    approved_at="Styregruppemøde 3/2027",
)
BARE = replace(PAPER, status="circulated", items=(), attendees=(), approved_on=None, approved_at="")
CHANGES = (
    Change("1. Årets handlinger", "decision", "Vedtaget.", "Vedtaget med 6 mio. kr."),
    Change("3. Valg af leverandør", "notes", "", "Tre bød.", closed=True),
)
CORRECTED = replace(PAPER, number=2, status="corrected", reason="Et beløb var forkert.", changes=CHANGES)
WRITTEN = ItemMinute(1, "Der var enighed.", "Vedtaget. " * 60, (), (DraftAction("Sender", 2, "mayor", TASK.due),), 3)
HEARD = (
    Heard(FIRST, WRITTEN),
    Heard(SECOND, ItemMinute(2, notes="God fremgang.", revision=1)),
    Heard(CLOSED, ItemMinute(3)),
    Heard(OTHER, ItemMinute(4), "other_business"),
)
DECIDED = (*HEARD[:2], Heard(CLOSED, ItemMinute(3, decision="Den billigste.", revision=1)), HEARD[3])
COMMENTS = (
    Comment(1, 1, "Beløbet mangler.", NOW, "Anne Holm", False),
    Comment(2, None, "Tak for et godt referat.", NOW, "Dorte Krag", True),
)
DRAFT = Minutes(HELD, revision=1)
ROUND = replace(DRAFT, state="circulated", circulation=1)
APPROVED = replace(ROUND, state="approved", version=1)
READERS = (
    Reader("Anne Holm", "Frederiksberg", "all"),
    Reader("Bo Krag", "Køge", "open"),
    Reader("Carl Munk", "Odense", "open", reachable=False),
)
OWNERS = (
    ("0147:secretariat", "Frederiksberg Kommune, sekretariatsmedarbejder"),
    ("0259:mayor", "Køge Kommune, borgmester"),
)
PAGE = ItemPage(HELD, FIRST, "write", 3, True, False, True, OWNERS, (("Anne Holm", "Beløbet mangler."),))
LAST = ItemPage(HELD, OTHER, "correct", 0, False, True, False, OWNERS)
IN_CLOSED = ItemPage(HELD, CLOSED, "write", 0, True, True, True, OWNERS)
TYPED = {"notes": "Der var enighed.", "what_1": "Sender notat", "owner_1": "0259:mayor", "due_1": "2027-05-03"}


def _desk(minutes: Minutes, heard: tuple[Heard, ...], **more: Any) -> dict[str, Any]:
    facts = {"comments": (), "due": date(2027, 3, 23), "late": False, "paper_id": None}
    return {"minutes": minutes, "heard": heard, **facts, **more}


def _out(verb: str, paper: Paper, all_items: int = 6, open_items: int = 0) -> dict[str, Any]:
    counts = {"all_items": all_items, "open_items": open_items}
    return {"verb": verb, "meeting": HELD, "paper": paper, "paper_id": 12, **counts}


def _preview(verb: str, paper: Paper, readers: tuple[Reader, ...] = READERS, **more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"seal": "abcd1234", "typed": {}, "errors": {}} | more
    return {"meeting": HELD, "paper": paper, "readers": readers, "outgoing": Outgoing(verb, **facts)}


def _shown(paper: Paper, *, may_comment: bool = False) -> dict[str, Any]:
    return {"meeting": HELD, "paper": paper, "paper_id": 12, "may_comment": may_comment}


EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "minutes_desk": {
        "none": _desk(Minutes(CALLED), ()),
        "empty": _desk(DRAFT, ()),
        "one": _desk(DRAFT, HEARD[:1], late=True),
        "one_missing": _desk(DRAFT, (HEARD[2],)),
        "many": _desk(DRAFT, (*HEARD, Heard(replace(FIRST, id=5, number=5), ItemMinute(5)))),
        "ready": _desk(DRAFT, DECIDED),
        "round": _desk(ROUND, DECIDED, comments=COMMENTS, paper_id=12),
        "round_again": _desk(replace(ROUND, circulation=2), DECIDED, paper_id=13),
        "approved": _desk(APPROVED, DECIDED, paper_id=14),
        "corrected": _desk(replace(APPROVED, version=2), DECIDED, paper_id=15),
    },
    "minutes_awaited": {
        "none": {"meeting": CANCELLED, "due": date(2027, 3, 23)},
        "one": {"meeting": CALLED, "due": date(2027, 3, 23)},
        "many": {"meeting": HELD, "due": date(2027, 3, 23)},
    },
    "minutes_shown": {
        "none": _shown(BARE, may_comment=True),
        "one": _shown(PAPER.open_copy()),
        "many": _shown(CORRECTED),
        "unrecorded": _shown(replace(PAPER, attendees=(PaperAttendee("Anne Holm", "borgmester"),))),
    },
    "minute_form": {
        "none": {"page": LAST, "typed": {}, "errors": {}, "by": ""},
        "one": {"page": PAGE, "typed": TYPED, "errors": {"due_1": "Skriv en kommende dag."}, "by": ""},
        "many": {
            "page": PAGE,
            "typed": TYPED,
            "errors": {"notes": "Bo Krag har imens skrevet: Noget andet", "due_1": "Skriv en kommende dag."},
            "by": "Bo Krag",
        },
        "closed": {"page": IN_CLOSED, "typed": TYPED, "errors": {"due_1": "For sent", "what_1": "Skriv det"}, "by": ""},
        "other": {"page": replace(PAGE, item=SECOND), "typed": {}, "errors": {}, "by": ""},
        "bare": {"page": replace(PAGE, item=replace(FIRST, recommendation="")), "typed": {}, "errors": {}, "by": ""},
    },
    "minute_kept": {
        "none": {"meeting": HELD, "item": OTHER, "written": 0, "count": 4, "verb": "correct"},
        "one": {"meeting": HELD, "item": FIRST, "written": 1, "count": 1, "verb": "write"},
        "many": {"meeting": HELD, "item": SECOND, "written": 3, "count": 4, "verb": "write"},
    },
    "comment_form": {
        "none": {"meeting": HELD, "items": (), "typed": {"item": "0", "text": ""}, "errors": {}, "prefix": ""},
        "one": {
            "meeting": HELD,
            "items": ((1, FIRST.heading),),
            "typed": {"item": "1", "text": ""},
            "errors": {"text": "Skriv bemærkningen."},
            "prefix": "",
        },
        "many": {
            "meeting": HELD,
            "items": tuple((one.item.number, one.item.heading) for one in HEARD),
            "typed": {"item": "9", "text": "Beløbet mangler."},
            "errors": {"item": "Jeg kan ikke finde punkt 9."},
            "prefix": "for Køge: ",
        },
    },
    "comment_kept": {
        "none": {"meeting": HELD, "number": 0},
        "one": {"meeting": HELD, "number": 1},
        "many": {"meeting": HELD, "number": 12},
    },
    "minutes_preview": {
        "none": _preview("circulate", BARE, ()),
        "one": _preview("circulate", replace(PAPER, items=(SAID,)), READERS[:1], unwritten=(3,)),
        "again": _preview("circulate", replace(PAPER, number=2), changed=CHANGES, again=True),
        "many": _preview(
            "approve",
            replace(PAPER, items=(SAID, replace(SAID, id=2, number=2))),
            typed={"approved_at": "11", "approved_on": "2027-06-02"},
            meetings=(("11", "Styregruppemøde 3/2027"),),
            changed=CHANGES,
            unwritten=(2, 4),
        ),
        "wrong": _preview(
            "approve",
            PAPER,
            seal="",
            typed={"approved_at": "written", "approved_on": "i går"},
            errors={"approved_on": "Jeg kan ikke læse ”i går” som en dato."},
        ),
        "unexplained": _preview("correct", CORRECTED, seal="", errors={"reason": "Skriv, hvorfor der rettes."}),
        "explained": _preview("correct", CORRECTED, typed={"reason": "Et beløb var forkert."}, changed=CHANGES),
    },
    "minutes_out": {
        "none": _out("circulate", BARE, 0),
        "one": _out("circulate", PAPER, 6),
        "many": _out("approve", PAPER, 6, 190),
        "corrected": _out("correct", CORRECTED, 6, 190),
    },
}

REFUSALS: dict[str, dict[str, object]] = {
    "not_held": {"meeting": CALLED},
    "minutes_approved": {"meeting": HELD},
    "minutes_not_approved": {"meeting": HELD},
    "minutes_not_circulated": {"meeting": HELD},
    "undecided_items": {"meeting": HELD, "numbers": (1, 3)},
    "nothing_decided_here": {"number": 4, "heading": "Eventuelt"},
    "nothing_corrected": {"meeting": HELD},
    "correction_needs_reason": {"meeting": HELD},
    "approved_on_wrong": {"day": date(2027, 7, 1), "held_on": date(2027, 3, 16), "today": date(2027, 6, 3)},
    "dissent_without_name": {"got": "ønsker det udsat"},
    "no_such_number": {"got": "9", "meeting": HELD, "count": 4},
    "no_items_heard": {"meeting": HELD},
    "action_what_missing": {},
    "action_owner_missing": {"closed": True},
    "action_due_missing": {},
    "action_due_past": {"day": date(2027, 3, 1)},
    "nothing_to_comment": {"meeting": HELD},
    "comment_missing": {},
}
