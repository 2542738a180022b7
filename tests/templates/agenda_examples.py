"""Facts for every kind about agendas and papers: with nothing, one and many. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from alliance.agendas import AgendaItem
from alliance.meetings import Meeting
from alliance.messages import File
from alliance.papers import Dispatched, Paper, PaperAttachment, PaperFile, PaperItem
from alliance.words import Words
from templates.makers.agendas import DraftLine, Proposal, Reader, Sending
from templates.makers.papers_sent import paper_files

NOW = datetime(2027, 3, 9, 8, 30, tzinfo=UTC)
MEETING = Meeting(
    9,
    "steering_group",
    Words("Styregruppemøde 2/2027", "Steering group meeting 2/2027"),
    2027,
    datetime(2027, 3, 16, 9, tzinfo=UTC),
    datetime(2027, 3, 16, 13, tzinfo=UTC),
    "Køge Rådhus",
    date(2027, 3, 2),
    number=2,
    word=Words("styregruppe", "steering"),
)
FILE = PaperAttachment(7, "Bilag 2.1", "Status.pdf", "application/pdf", 1_480_000, "ab" * 32, False)
SECRET = PaperAttachment(8, "Bilag 2.2", "Tilbud.pdf", "application/pdf", 900, "cd" * 32, True)
FIRST = PaperItem(1, 1, "Godkendelse af dagsorden", "decision", False, recommendation="At den godkendes.")
SECOND = PaperItem(2, 2, "Fremgang", "information", False, summary="Det går.", attachments=(FILE, SECRET))
CLOSED = PaperItem(3, 3, "Valg af leverandør", "decision", True, "Kontraktsag", case="Tre tilbud.")
MANY = tuple(replace(SECOND, id=n, number=n, heading=f"Punkt {n}", attachments=()) for n in range(4, 48))
AGENDA = Paper(
    "agenda",
    "all",
    "DK2020 klimaalliance",
    "styregruppen",
    MEETING.title.da,
    MEETING.label,
    MEETING.starts_at,
    MEETING.ends_at,
    MEETING.place,
    "Europe/Copenhagen",
    0,
    "published",
    NOW,
    "Dorte Krag",
    (FIRST, SECOND, CLOSED),
)
BARE = replace(AGENDA, items=(), place="")
LATE = replace(AGENDA, reason="Regnskabet kom først i går.", items=(*AGENDA.items, *MANY))
SUPPLEMENT = replace(AGENDA, kind="supplement", number=1, reason="Høringssvaret kom sent.", items=(FIRST,))
MINUTES = replace(AGENDA, kind="minutes", number=1, status="approved")
PRINTED = PaperFile("dagsorden-styregruppemøde-2-2027.pdf", b"%PDF-1.7", "ef" * 32)
BYTES = {7: b"%PDF-1.7 status", 8: b"%PDF-1.7 tilbud"}
PROPOSAL = Proposal(
    21, "Fælles indkøb af elbusser", "discussion", "Anne Holm", "Køge", "proposed", case="Vi vil gerne høre andre."
)
ACCEPTED, DECLINED = (
    replace(PROPOSAL, id=22, state="accepted", case=""),
    replace(PROPOSAL, id=23, state="declined", reason="Det hører til på topmødet."),
)
DRAFT_FACTS: dict[str, Any] = {
    "meeting": MEETING,
    "lines": (),
    "proposals": (),
    "due": date(2027, 3, 10),
    "late": False,
    "papers": (),
}
READER_FACTS: dict[str, Any] = {"meeting": MEETING, "proposals": (), "may_propose": False}
ITEM = AgendaItem(
    12, 9, 3, "information", "Fremgang", summary="Det går.", standing="progress", attachments=(FILE, SECRET)
)
TYPED = {
    "heading": "Valg af leverandør",
    "kind": "decision",
    "closed": "ja",
    "public_heading": "Valg af leverandør",
    "summary": "Kort.",
    "case": "Langt.",
    "recommendation": "",
    "file_closed": "",
}
FORM_FACTS: dict[str, Any] = {
    "meeting": MEETING,
    "item": None,
    "issued": False,
    "typed": {"kind": "information"},
    "errors": {},
    "trouble": None,
    "changed_by": "",
}
ANNE, BO = Reader("Anne Holm", "Køge", "all"), Reader("Bo Krag", "", "open", reachable=False)
WORDS = "dagsorden udsend 2/2027"
PREVIEW_FACTS: dict[str, Any] = {
    "paper": AGENDA,
    "meeting": MEETING.title,
    "readers": (ANNE,),
    "warnings": (),
    "sending": Sending(WORDS, "1a2b3c4d"),
}
LINES = (
    Dispatched("Anne Holm", "Køge", "all", "mail", "sent", "", NOW),
    Dispatched("Bo Krag", "", "open", "mail", "withdrawn", "not_theirs", NOW),
    Dispatched("Carl Toft", "Solrød", "open", "mail", "given_up", "no_address", NOW),
    Dispatched("Dan Friis", "Greve", "open", "mail", "sent", "", NOW, (2, 3)),
)


def _sent(paper: Paper, copy: Any = "all") -> dict[str, Any]:
    shown = paper.copy_named(copy)
    return {"paper": shown, "paper_id": 3, "meeting": MEETING.title, "file": PRINTED, "contents": BYTES}


def _too_large(reason: str) -> tuple[str, dict[str, object]]:
    return reason, {"name": "Stort kort.pdf", "size": 52_428_800, "attached": 14_200_000, "limit": 10_000_000}


EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "agenda_draft": {
        "none": DRAFT_FACTS,
        "one": {**DRAFT_FACTS, "lines": (DraftLine(FIRST, "draft"),), "proposals": (PROPOSAL,), "late": True},
        "many": {
            **DRAFT_FACTS,
            "lines": (
                DraftLine(FIRST, "issued"),
                DraftLine(SECOND, "changed"),
                DraftLine(CLOSED, "new"),
                *(DraftLine(item, "issued") for item in MANY),
            ),
            "proposals": (PROPOSAL, replace(PROPOSAL, id=24, case="")),
            "papers": ((3, AGENDA), (4, SUPPLEMENT)),
        },
        "moved": {**DRAFT_FACTS, "papers": ((3, AGENDA),), "moved": True},
        "settled": {**DRAFT_FACTS, "lines": (DraftLine(FIRST, "issued"),), "papers": ((3, AGENDA),)},
    },
    "agenda_awaited": {
        "none": {**READER_FACTS, "due": date(2027, 3, 10), "sent": False},
        "one": {**READER_FACTS, "due": date(2027, 3, 10), "sent": True, "proposals": (PROPOSAL,), "may_propose": True},
        "many": {
            **READER_FACTS,
            "due": date(2027, 3, 10),
            "sent": False,
            "proposals": (PROPOSAL, ACCEPTED, DECLINED),
        },
    },
    "agenda_published": {
        "none": {**READER_FACTS, "items": (), "papers": ((3, BARE),)},
        "one": {**READER_FACTS, "items": (FIRST,), "papers": ((3, AGENDA),), "may_propose": True},
        "many": {
            **READER_FACTS,
            "items": (*AGENDA.open_copy().items, *MANY),
            "papers": ((3, AGENDA), (4, SUPPLEMENT)),
            "proposals": (ACCEPTED, DECLINED),
        },
    },
    "paper_shown": {
        "none": {"paper": BARE, "paper_id": 3, "meeting": MEETING.title, "files": (), "url": ""},
        "one": {
            "paper": AGENDA.open_copy(),
            "paper_id": 3,
            "meeting": MEETING.title,
            "files": paper_files(AGENDA.open_copy(), PRINTED, BYTES),
            "url": "http://127.0.0.1:8000",
        },
        "many": {
            "paper": SUPPLEMENT,
            "paper_id": 4,
            "meeting": MEETING.title,
            "files": paper_files(AGENDA, PRINTED, BYTES),
            "url": "http://127.0.0.1:8000",
        },
    },
    "paper_preview": {
        "none": {**PREVIEW_FACTS, "readers": ()},
        "one": {**PREVIEW_FACTS, "sending": Sending(WORDS, "1a2b3c4d", asks_reason=True, changed=True)},
        "no_items": {**PREVIEW_FACTS, "paper": replace(SUPPLEMENT, items=())},
        "only_open": {**PREVIEW_FACTS, "readers": (BO,)},
        "reason_missing": {
            **PREVIEW_FACTS,
            "warnings": (("day_off", (date(2027, 3, 7), "")), ("vacant", 1), ("proposals", 1)),
            "sending": Sending(WORDS, "1a2b3c4d", asks_reason=True, error="paper_reason_missing"),
        },
        "many": {
            **PREVIEW_FACTS,
            "paper": LATE,
            "readers": (*(replace(ANNE, name=f"Anne {n}") for n in range(12)), BO),
            "warnings": (
                ("late", date(2027, 3, 8)),
                ("no_recommendation", ("3. Valg af leverandør", "4. Budget")),
                ("vacant", 2),
                ("proposals", 3),
            ),
            "sending": Sending(WORDS, "1a2b3c4d", asks_reason=True, reason="Regnskabet kom først i går."),
        },
    },
    "paper_draft": {
        which: {"paper": paper, "meeting": MEETING.title, "file": File("dagsorden.pdf", "application/pdf", b"%PDF")}
        for which, paper in (("none", BARE), ("one", SUPPLEMENT), ("many", LATE))
    },
    "paper_issued": {
        "none": {"paper": AGENDA, "paper_id": 3, "meeting": MEETING, "all_items": 0, "open_items": 0},
        "one": {"paper": SUPPLEMENT, "paper_id": 4, "meeting": MEETING, "all_items": 1, "open_items": 1},
        "many": {"paper": AGENDA, "paper_id": 3, "meeting": MEETING, "all_items": 6, "open_items": 191},
    },
    "item_remove": {
        "none": {"meeting": MEETING, "item": replace(ITEM, attachments=())},
        "one": {"meeting": MEETING, "item": ITEM},
        "many": {"meeting": MEETING, "item": replace(ITEM, heading="Et meget langt punkt " * 9)},
    },
    "item_form": {
        "none": FORM_FACTS,
        "one": {
            **FORM_FACTS,
            "typed": TYPED,
            "errors": {
                "heading": "item_heading_too_long",
                "public_heading": "item_public_same",
                "summary": "item_too_long",
            },
            "trouble": _too_large("attachment_too_large"),
        },
        "two": {
            **FORM_FACTS,
            "typed": {**TYPED, "heading": "", "kind": "", "public_heading": ""},
            "errors": {
                "heading": "item_heading_missing",
                "kind": "item_kind_missing",
                "public_heading": "item_public_missing",
            },
            "trouble": ("attachment_empty", {"name": "tom.pdf"}),
        },
        "edit": {**FORM_FACTS, "item": ITEM, "typed": TYPED},
        "many": {**FORM_FACTS, "item": ITEM, "issued": True, "typed": TYPED, "changed_by": "Bo Krag"},
    },
    "attachment_form": {
        "none": {"item": replace(ITEM, attachments=()), "typed": {}, "trouble": None},
        "one": {
            "item": replace(ITEM, attachments=(FILE,)),
            "typed": {},
            "trouble": _too_large("attachments_too_large"),
        },
        "many": {"item": ITEM, "typed": {"file_closed": "ja"}, "trouble": None},
    },
    "propose_form": {
        "none": {
            "meeting": MEETING,
            "organisation": "Køge",
            "typed": {"kind": "discussion"},
            "errors": {},
            "prefix": "",
        },
        "one": {
            "meeting": MEETING,
            "organisation": "Køge",
            "typed": {"heading": "Elbusser", "kind": "discussion", "case": ""},
            "errors": {"case": "item_case_missing"},
            "prefix": "for Køge: ",
        },
        "many": {
            "meeting": MEETING,
            "organisation": "Køge",
            "typed": {"heading": "", "kind": "", "case": "Langt."},
            "errors": {"heading": "item_heading_missing", "kind": "item_kind_missing", "case": "item_too_long"},
            "prefix": "",
        },
    },
    "proposed": {
        "none": {"meeting": MEETING, "heading": "Elbusser", "prefix": ""},
        "one": {"meeting": MEETING, "heading": "Fælles indkøb af elbusser", "prefix": "for Køge: "},
        "many": {"meeting": MEETING, "heading": "Fælles indkøb af elbusser " * 9, "prefix": ""},
    },
    "proposal": {
        "none": {"meeting": MEETING, "proposal": replace(PROPOSAL, case=""), "asks": True},
        "one": {"meeting": MEETING, "proposal": PROPOSAL, "asks": True},
        "on_behalf": {"meeting": MEETING, "proposal": PROPOSAL, "asks": False},
        "accepted": {"meeting": MEETING, "proposal": ACCEPTED, "asks": True},
        "many": {"meeting": MEETING, "proposal": DECLINED, "asks": True},
    },
    "decline_form": {
        "none": {"proposal": PROPOSAL, "typed": {}, "errors": {}},
        "one": {"proposal": PROPOSAL, "typed": {"reason": ""}, "errors": {"reason": "decline_missing"}},
        "many": {"proposal": replace(PROPOSAL, heading="Elbusser " * 30), "typed": {}, "errors": {}},
    },
    "proposal_decided": {
        "none": {"meeting": MEETING, "heading": "Elbusser", "state": "accepted", "reason": ""},
        "one": {"meeting": MEETING, "heading": "Elbusser", "state": "accepted", "reason": "God idé."},
        "removed": {"meeting": MEETING, "heading": "Elbusser", "state": "removed", "reason": ""},
        "cancelled": {"meeting": MEETING, "heading": "Elbusser", "state": "cancelled", "reason": ""},
        "many": {
            "meeting": MEETING,
            "heading": "Elbusser " * 30,
            "state": "declined",
            "reason": "Det hører til senere.",
        },
    },
    "paper": {
        "none": _sent(BARE),
        "one": _sent(AGENDA, "open"),
        "asking_for_items": {**_sent(AGENDA, "open"), "heeds": MEETING},
        "asking_for_comments": {**_sent(replace(MINUTES, status="circulated")), "heeds": MEETING},
        "supplement": _sent(SUPPLEMENT),
        "moved": {**_sent(SUPPLEMENT), "moved": replace(MEETING, starts_at=NOW, ends_at=NOW)},
        "another_place": {**_sent(AGENDA), "moved": replace(MEETING, place="Roskilde Rådhus")},
        "closed_since": _sent(replace(AGENDA.open_copy(), closed_since=(2,))),
        "several_closed_since": _sent(replace(AGENDA.open_copy(), closed_since=(2, 3))),
        "draft_minutes": _sent(replace(MINUTES, status="circulated")),
        "minutes": _sent(MINUTES, "open"),
        "corrected": _sent(replace(MINUTES, status="corrected", number=2, reason="Et navn var forkert.")),
        "many": _sent(LATE),
    },
    "dispatch": {
        "none": {"meeting": MEETING.title, "papers": ()},
        "empty": {"meeting": MEETING.title, "papers": (("3", AGENDA, ()),)},
        "one": {"meeting": MEETING.title, "papers": (("3", AGENDA, LINES[:1]),)},
        "many": {"meeting": MEETING.title, "papers": (("3", AGENDA, LINES), ("4", SUPPLEMENT, LINES[1:]))},
    },
}

REFUSALS: dict[str, dict[str, object]] = {
    "agenda_over": {"meeting": MEETING},
    "no_agenda": {"meeting": replace(MEETING, number=0, title=Words("Klimatopmøde 2027", "Climate summit 2027"))},
    "agenda_published": {"meeting": MEETING},
    "agenda_not_published": {"meeting": MEETING},
    "agenda_empty": {"meeting": MEETING},
    "nothing_to_supplement": {"meeting": MEETING},
    "no_such_item": {"got": "99"},
    "item_is_issued": {"heading": "Fremgang"},
    "item_at_the_edge": {"heading": "Fremgang", "direction": "up"},
    "no_such_proposal": {"got": "99"},
    "proposal_decided": {"heading": "Fælles indkøb af elbusser"},
    "no_such_attachment": {"got": "99"},
    "unknown_paper": {"got": "99"},
    "paper_unprintable": {"why": "missing alt text"},
}
