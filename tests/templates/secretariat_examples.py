"""Facts for every kind in ``secretariat`` and ``replies``: with nothing, one and many. All invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from alliance.accounts import Account, Board, BoardRow, Contact, DraftSoFar, Story
from alliance.attendance import Answer
from alliance.charter_file import read_charter
from alliance.journal import JournalEntry
from alliance.meetings import Meeting
from alliance.members import OfficeTerm, Organisation
from alliance.obligations import Obligation, Period, Settlement, Standing
from alliance.plan_actions import Progress
from alliance.register import Adviser, ContactCard, Follows
from alliance.reminders import Rung
from alliance.reports import Report
from alliance.validity import Validity
from alliance.words import Words
from tests.templates.member_examples import SNOOZED
from tests.templates.plan_action_examples import SOME as SOME_ACTIONS

EXAMPLES = {"member": "", "meeting": "styregruppe 2/2027", "event": "topmøde", "need": "4"}

CHARTER_FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
CHARTER = read_charter(CHARTER_FILE.read_text(encoding="utf-8"), "dk2020.toml")
REQUIREMENTS = {requirement.key: requirement for requirement in CHARTER.requirements}
DAY = date(2027, 4, 2)
NOW = datetime(2027, 4, 2, 7, 15, tzinfo=UTC)
YEAR = Period(date(2027, 1, 1), date(2028, 1, 1))
TERM = Period(date(2025, 7, 1), date(2027, 7, 1))
FOR_KOEGE = "for Køge: "


def _organisation(number: int, name: str, region: str) -> Organisation:
    groups = (("region", f"Region {region}"), ("kkr", f"KKR {region}")) if region else ()
    return Organisation(number, f"{number:04d}", name, f"{name} Kommune", "municipality", groups)


KOEGE = _organisation(259, "Køge", "Sjælland")
MEMBERS = (
    _organisation(580, "Aabenraa", "Syddanmark"),
    _organisation(849, "Jammerbugt", "Nordjylland"),
    KOEGE,
    _organisation(410, "Middelfart", "Syddanmark"),
    _organisation(540, "Sønderborg", ""),
)
SUMMIT = Meeting(
    3,
    "summit",
    Words("Klimatopmøde 2027", "Climate summit 2027"),
    2027,
    datetime(2027, 5, 20, 8, 0, tzinfo=UTC),
    datetime(2027, 5, 20, 13, 0, tzinfo=UTC),
    "Frederiksberg Rådhus",
    date(2027, 5, 6),
    1,
    word=Words("topmøde", "summit"),
)
YES = Answer(7, 3, 259, "yes", "mayor", "Sofie Lund", 1, NOW, 11, "mail", False)
NO = Answer(8, 3, 259, "no", "", "", 1, NOW, 11, "slack", True)
MAYBE = Answer(9, 3, 259, "tentative", "committee_chair", "Bo Krag", 1, NOW, 11, "web", False)


def _fact(number: int, requirement: str, kind: Any, result: Any, what: str, **more: Any) -> Settlement:
    facts: dict[str, Any] = {
        "link": "",
        "validity": Validity(date(2027, 3, 1)),
        "recorded_at": NOW - timedelta(days=number),
        "recorded_by": 11,
        "recorded_by_name": "Anne Holm",
    }
    return Settlement(number, 40 + number, 259, requirement, kind, result, what, **{**facts, **more})


JOINED = _fact(
    12,
    "declaration",
    "evidence",
    "fulfilled",
    "Byrådet tiltrådte den 23. februar 2027",
    link="https://koege.example/referat",
    evidence="zero_waste",
)
ONLY_PLEDGE = _fact(
    9,
    "declaration",
    "evidence",
    "partial",
    "Tilslutning til Equity Pledge",
    evidence="inclusive_climate_action",
    withdrawn_at=NOW,
)
EXEMPT = _fact(
    15,
    "declaration",
    "dispensation",
    "exempt",
    "Ny klimaplan vedtages først i efteråret",
    validity=Validity(date(2027, 3, 3), date(2028, 1, 1)),
    decided_by="Styregruppen den 3. marts 2027, punkt 4",
    on_behalf=True,
)
CAME = _fact(18, "summit", "attendance", "fulfilled", "Sofie Lund (borgmester)", on_behalf=True)
NOBODY_CAME = _fact(19, "summit", "attendance", "absent", "Ingen kom", on_behalf=True)


def _account(organisation: Organisation, key: str, number: int, standing: Standing, due: date | None) -> Account:
    period = TERM if key == "sharing_global" else YEAR
    obligation = Obligation(organisation.id, key, period, date(2027, 1, 15), due, None, "abc", number)
    return Account(organisation, obligation, REQUIREMENTS[key], standing)


REPORT_DUE, DECLARATION_DUE = date(2027, 3, 31), date(2027, 6, 30)
REPORT_LATE = _account(KOEGE, "report", 41, Standing("overdue"), REPORT_DUE)
DECLARATION_OPEN = _account(KOEGE, "declaration", 42, Standing("open"), DECLARATION_DUE)
SHARING_OPEN = _account(KOEGE, "sharing_global", 43, Standing("open"), None)


def _row(number: int, organisation: Organisation) -> BoardRow:
    late = _account(organisation, "report", number, Standing("overdue"), REPORT_DUE)
    done = _account(organisation, "declaration", number + 1, Standing("fulfilled", JOINED), DECLARATION_DUE)
    waits = _account(organisation, "summit", number + 2, Standing("awaiting", None, YES), date(2027, 5, 6))
    accounts = {"declaration": done, "summit": waits} | ({"report": late} if number % 2 else {})
    return BoardRow(organisation, accounts, reachable=organisation.id != 410)


NO_BOARD = Board(DAY, CHARTER.requirements, ())
CALM_BOARD = Board(DAY, CHARTER.requirements, (_row(100, KOEGE),))
ONE_BOARD = Board(DAY, CHARTER.requirements, (_row(101, KOEGE),))
BOARD = Board(DAY, CHARTER.requirements, tuple(_row(100 + n * 11, member) for n, member in enumerate(MEMBERS)))
MANY_LATE = tuple(
    _account(
        _organisation(800 + n, f"Eksempelby {n}", "Sjælland"),
        "report",
        200 + n,
        Standing("overdue"),
        REPORT_DUE,
    )
    for n in range(45)
)

DRAFT = DraftSoFar(9, 21, NOW, "Anne Holm")
REPORT = Report(5, 259, 2027, 2025, 2, "KOEGE-2027-2", NOW, 11, "Anne Holm", True, "form")
STANDING_STORY = Story(SHARING_OPEN)
LATE_STORY = Story(
    REPORT_LATE,
    (Contact(11, "Anne Holm", "climate_coordinator", True),),
    reminders=1,
    last_contact=NOW,
    draft=DRAFT,
    next_rung=Rung(5, date(2027, 4, 7)),
    steering_day=date(2027, 4, 15),
)
SUMMIT_STORY = Story(
    _account(KOEGE, "summit", 44, Standing("awaiting", None, YES), date(2027, 5, 6)),
    (Contact(11, "Anne Holm", "climate_coordinator", True), Contact(12, "Sofie Lund", "mayor", False)),
    reminders=3,
    last_contact=NOW,
    report=REPORT,
    meeting=SUMMIT,
    settlements=(CAME,),
)
SETTLED_STORY = Story(
    _account(KOEGE, "declaration", 42, Standing("fulfilled", JOINED), DECLARATION_DUE),
    (Contact(11, "Anne Holm", "climate_coordinator", True),),
    settlements=(ONLY_PLEDGE, JOINED, EXEMPT),
)
ENTRY = JournalEntry(NOW, "Anne Holm", "Køge", False, "report_submitted", "Årlig indberetning 2027", {})
ENTRIES = (
    ENTRY,
    JournalEntry(NOW, "Karen Berg", "Køge", True, "attendance_recorded", "Klimatopmødet 2027", {"id": 18}),
    JournalEntry(NOW, "", "", False, "clock_moved", "2. april 2027", {}),
    JournalEntry(NOW, "Karen Berg", "", False, "opfundet_handling", "en ukendt handling", {}),
)
OFFICES = CHARTER.offices
MAYOR, COORDINATOR = CHARTER.office("mayor"), CHARTER.office("climate_coordinator")
CARD = ContactCard(11, "Anne Holm", COORDINATOR, False, date(2024, 8, 1), None, "anne@koege.example", "")
CARDS = (
    CARD,
    ContactCard(
        12,
        "Sofie Lund",
        MAYOR,
        False,
        date(2026, 1, 1),
        date(2030, 1, 1),
        "sofie@koege.example",
        "550",
        (("mail", "550"),),
    ),
    ContactCard(13, "Bo Krag", MAYOR, True, date(2027, 3, 1), date(2027, 6, 1), "", ""),
)
TYPED_OFFICE = {"office": "mayor", "name": "Sofie Lund", "mail": "sofie@koege.example", "since": "2026-01-01"}
WRONG_OFFICE = {
    "office": "office_missing",
    "name": "name_missing",
    "mail": "mail_wrong",
    "since": "since_wrong",
}
REPORTING, DECLARATION = REQUIREMENTS["report"], REQUIREMENTS["declaration"]
TOPMOEDE = REQUIREMENTS["summit"]
AT_SUMMIT: dict[str, Any] = {
    "organisation": KOEGE,
    "meeting": SUMMIT,
    "requirement": TOPMOEDE,
    "period_label": "2027",
    "prefix": FOR_KOEGE,
}
EXEMPTION: dict[str, Any] = {
    "organisation": KOEGE,
    "requirement": DECLARATION,
    "period_label": "2027",
    "prefix": FOR_KOEGE,
}
OFFICE_FORM: dict[str, Any] = {"organisation": KOEGE, "offices": OFFICES, "prefix": FOR_KOEGE}
FOLLOWS = Follows(((REQUIREMENTS["report"].title, ()),), ((CHARTER.body("steering_group"), ""),))
MUCH_FOLLOWS = Follows(
    tuple((requirement.title, ("Sofie Lund",)) for requirement in CHARTER.requirements) * 2,
    ((CHARTER.body("steering_group"), "Sofie Lund"),),
    (SUMMIT.title, Words("Styregruppemøde 2/2027", "Steering group meeting 2/2027")),
)
RECEIPT: dict[str, Any] = {"organisation": KOEGE, "prefix": FOR_KOEGE}
CONTACTS: dict[str, Any] = {
    **RECEIPT,
    "day": DAY,
    "people": (),
    "vacant": (),
    "changes": (),
    "leaving": "",
    "advisers": (),
}
ADVISERS = (Adviser("Lis Dam", "KKR Sjælland", "adviser@kkr.example"), Adviser("Bo Lund", "KKR Sjælland", ""))
AUDIENCES = (("all", 98), ("owing", 43), ("report", 12), ("summit", 9), ("workshop", 31), ("declaration", 1))
RECIPIENTS = tuple(
    (f"Kontakt {n}", f"Eksempelby {n}", ("mail", "slack", "teams", "web", "fax")[n % 5]) for n in range(23)
)

ITS_PLAN: dict[str, Any] = {"story": STANDING_STORY, "journal": (), "prefix": "", "secretariat": False}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "board": {
        "none": {"board": NO_BOARD, "grouping": "region", "url": ""},
        "one": {"board": ONE_BOARD, "grouping": "kkr", "url": ""},
        "calm": {"board": CALM_BOARD, "grouping": "landsdel", "url": ""},
        "many": {"board": BOARD, "grouping": "region", "url": "https://tovholder.example/status"}
        | {"one_track": ("Køge", "Aabenraa")},
    },
    "missing": {
        "none": {"board": NO_BOARD, "requirement": None, "accounts": ()},
        "none of one requirement": {"board": NO_BOARD, "requirement": REPORTING, "accounts": ()},
        "one": {"board": ONE_BOARD, "requirement": REPORTING, "accounts": (REPORT_LATE,)},
        "many": {
            "board": BOARD,
            "requirement": None,
            "accounts": (DECLARATION_OPEN, SHARING_OPEN, *MANY_LATE),
        },
    },
    "obligation": {
        "none": {"story": STANDING_STORY, "journal": (), "prefix": "", "secretariat": False},
        "one": {"story": LATE_STORY, "journal": (ENTRY,), "prefix": "", "secretariat": False},
        "many": {"story": SETTLED_STORY, "journal": ENTRIES, "prefix": FOR_KOEGE, "secretariat": True},
        "summit": {"story": SUMMIT_STORY, "journal": (), "prefix": FOR_KOEGE, "secretariat": True},
        "no actions": {**ITS_PLAN, "actions": Progress()},
        "actions": {**ITS_PLAN, "actions": SOME_ACTIONS},
        "snoozed": {"story": SNOOZED, "journal": (), "prefix": "", "secretariat": False, "reader": 11},
    },
    "attendance_form": {
        "none": {**AT_SUMMIT, "offices": OFFICES, "answer": None, "typed": {}, "errors": {}},
        "one": {**AT_SUMMIT, "offices": OFFICES[:1], "answer": YES, "typed": {}, "errors": {}},
        "many": {
            **AT_SUMMIT,
            "offices": OFFICES,
            "answer": MAYBE,
            "typed": {"attendee": "Bo Krag"},
            "errors": {"office": "office_missing"},
        },
        "apologies": {**AT_SUMMIT, "offices": OFFICES, "answer": NO, "typed": {}, "errors": {}},
    },
    "attendance_receipt": {
        "none": {**AT_SUMMIT, "settlement": NOBODY_CAME, "office_title": ""},
        "one": {**AT_SUMMIT, "settlement": CAME, "office_title": "borgmester"},
        "many": {**AT_SUMMIT, "settlement": CAME, "office_title": "udvalgsformand"},
    },
    "exemption_form": {
        "none": {**EXEMPTION, "typed": {}, "errors": {}},
        "one": {
            **EXEMPTION,
            "typed": {"why": "Ny plan"},
            "errors": {"until": "until_missing"},
        },
        "many": {
            **EXEMPTION,
            "period_label": "2025-27",
            "typed": {"until": "snart"},
            "errors": {
                "why": "why_missing",
                "decided_by": "decided_by_missing",
                "until": "until_wrong",
            },
        },
    },
    "exemption_receipt": {
        "none": {**EXEMPTION, "settlement": EXEMPT, "until": None},
        "one": {**EXEMPTION, "settlement": EXEMPT, "until": date(2027, 12, 31)},
        "many": {**EXEMPTION, "settlement": EXEMPT, "until": date(2028, 6, 30)},
    },
    "withdrawn": {
        "none": {
            "organisation": KOEGE,
            "requirement": DECLARATION,
            "settlement": ONLY_PLEDGE,
            "owes_again": False,
        },
        "one": {"organisation": KOEGE, "requirement": DECLARATION, "settlement": JOINED, "owes_again": True},
        "many": {"organisation": KOEGE, "requirement": TOPMOEDE, "settlement": CAME, "owes_again": True},
        "plan": {
            "organisation": KOEGE,
            "requirement": DECLARATION,
            "settlement": JOINED,
            "owes_again": True,
            "was_a_plan": True,
        },
        "shared": {
            "organisation": KOEGE,
            "requirement": DECLARATION,
            "settlement": JOINED,
            "owes_again": True,
            "was_shared": True,
        },
        "again": {
            "organisation": KOEGE,
            "requirement": TOPMOEDE,
            "settlement": CAME,
            "owes_again": False,
            "again": "Anne Holm (borgmester)",
        },
    },
    "contacts": {
        "none": {**CONTACTS, "vacant": (MAYOR, COORDINATOR)},
        "one": {**CONTACTS, "people": (CARD,), "vacant": (MAYOR,), "changes": ("address",), "advisers": ADVISERS[:1]},
        "many": {
            **CONTACTS,
            "people": CARDS,
            "changes": ("office", "proxy", "address"),
            "leaving": "anne@koege.example",
            "advisers": ADVISERS,
        },
    },
    "office_form": {
        "none": {**OFFICE_FORM, "offices": (), "typed": {}, "errors": {}},
        "one": {**OFFICE_FORM, "offices": OFFICES[:1], "typed": TYPED_OFFICE, "errors": {}},
        "many": {**OFFICE_FORM, "typed": {}, "errors": WRONG_OFFICE},
    },
    "office_preview": {
        which: {
            **OFFICE_FORM,
            "office": MAYOR,
            "typed": TYPED_OFFICE,
            "term": OfficeTerm(KOEGE.id, "mayor", 0, Validity(date(2026, 1, 1), until)),
            "leaving": leaving,
            "successor": successor,
            "follows": follows,
            "seal": "0123abcd",
        }
        for which, until, leaving, successor, follows in (
            ("none", None, (), "", Follows()),
            ("one", None, ("Bo Krag",), "", FOLLOWS),
            ("many", date(2026, 12, 1), ("Bo Krag",), "Ida Skov", MUCH_FOLLOWS),
        )
    },
    "end_term_who": {
        "none": {**RECEIPT, "people": (("Bo Krag", (), "bo@koege.example"), ("Bo Krag", (), ""))},
        "one": {**RECEIPT, "people": (("Bo Krag", ((MAYOR, True),), "bo@koege.example"),)},
        "many": {
            **RECEIPT,
            "people": tuple(("Bo Krag", ((COORDINATOR, False),), f"bo{n}@koege.example") for n in range(3)),
        },
    },
    "end_term_preview": {
        which: {
            **RECEIPT,
            "name": "Bo Krag",
            "day": DAY,
            "ending": ending,
            "successors": successors,
            "handed": handed,
            "loses_access": bool(handed),
            "follows": follows,
            "words": ("bo@koege.example", "0123abcd"),
        }
        for which, ending, successors, handed, follows in (
            ("none", (), (), 1, Follows()),
            ("one", ((COORDINATOR, False),), ((COORDINATOR, ()),), 0, FOLLOWS),
            ("many", ((COORDINATOR, False), (MAYOR, True)), ((COORDINATOR, ("Ida Skov",)),), 2, MUCH_FOLLOWS),
        )
    },
    "office_receipt": {
        which: {
            **RECEIPT,
            "office_title": "borgmester",
            "name": "Sofie Lund",
            "mail": "sofie@koege.example",
            "since": date(2026, 1, 1),
            "previous": previous,
            "until": until,
            "follows": follows,
        }
        for which, previous, until, follows in (
            ("none", "", None, ""),
            ("one", "Bo Krag", None, ""),
            ("many", "Anne Holm", date(2026, 12, 1), "Ida Skov"),
        )
    },
    "proxy_form": {
        "none": {**OFFICE_FORM, "offices": (), "typed": {}, "errors": {}},
        "one": {**OFFICE_FORM, "offices": OFFICES[:1], "typed": TYPED_OFFICE, "errors": {}},
        "many": {**OFFICE_FORM, "typed": {}, "errors": {**WRONG_OFFICE, "until": "until_wrong"}},
    },
    "proxy_receipt": {
        which: {
            **RECEIPT,
            "office_title": "borgmester",
            "name": "Bo Krag",
            "since": date(2027, 3, 1),
            "until": until,
        }
        for which, until in (("none", None), ("one", date(2027, 5, 31)), ("many", date(2028, 5, 31)))
    },
    "end_term_receipt": {
        which: {**RECEIPT, "name": "Bo Krag", "day": DAY, "ended": ended}
        for which, ended in (
            ("none", ((MAYOR, True),)),
            ("one", ((COORDINATOR, False),)),
            ("many", ((COORDINATOR, False), (MAYOR, True), (MAYOR, True))),
        )
    }
    | {
        "handed": {**RECEIPT, "name": "Bo Krag", "day": DAY, "ended": (), "handed": 1},
        "both": {**RECEIPT, "name": "Bo Krag", "day": DAY, "ended": ((MAYOR, True),), "handed": 2},
    },
    "address_form": {
        "none": {**RECEIPT, "people": (), "typed": {}, "errors": {}},
        "one": {**RECEIPT, "people": (CARD,), "typed": {"person": "11"}, "errors": {"mail": "mail_taken"}},
        "many": {
            **RECEIPT,
            "people": CARDS,
            "typed": {"mail": "bo"},
            "errors": {"person": "person_missing", "mail": "mail_wrong"},
        },
    },
    "address_corrected": {
        "none": {"person": "Bo Krag", "by": "Anne Holm", "organisation": KOEGE, "mail": "bo@koege.example"},
        "one": {"person": "Bo Krag", "by": "Ib Gram", "organisation": KOEGE, "mail": "b@koege.example"},
        "many": {"person": "Bo" * 40, "by": "Anne" * 20, "organisation": KOEGE, "mail": f"{'b' * 60}@koege.example"},
    },
    "address_receipt": {
        "none": {**RECEIPT, "name": "Bo Krag", "mail": "bo@koege.example", "previous": ""},
        "one": {**RECEIPT, "name": "Bo Krag", "mail": "bo@koege.example", "previous": "bk@koege.example"},
        "many": {**RECEIPT, "name": "Anne Holm", "mail": "a@koege.example", "previous": "anne@koege.example"},
    },
    "message_form": {
        "none": {"typed": {}, "errors": {}, "audiences": ()},
        "one": {"typed": {"to": "all", "text": "Husk topmødet."}, "errors": {}, "audiences": AUDIENCES[:1]},
        "many": {
            "typed": {},
            "errors": {"to": "to_missing", "text": "text_missing"},
            "audiences": AUDIENCES,
        },
        "one_member": {
            "typed": {"to": "member", "text": ""},
            "errors": {},
            "audiences": (("member", 2),),
            "member": "Køge",
            "prefix": "for Køge: ",
        },
    },
    "message_preview": {
        "none": {
            "audience": "summit",
            "seal": "0a1b2c3d",
            "text": "Husk topmødet.",
            "recipients": (),
            "unreachable": ("Læsø",),
        },
        "one": {
            "audience": "all",
            "seal": "0a1b2c3d",
            "text": "Husk topmødet.",
            "recipients": RECIPIENTS[:1],
            "unreachable": (),
        },
        "many": {
            "audience": "owing",
            "text": "Kære alle\n\nHusk topmødet.",
            "seal": "0a1b2c3d",
            "recipients": RECIPIENTS,
            "unreachable": ("Læsø", "Fanø"),
        },
    },
    "message_sent": {
        "none": {"count": 0, "already": 2},
        "one": {"count": 1, "already": 1},
        "many": {"count": 23, "already": 0},
    },
    "journal": {
        "none": {"entries": (), "total": 0},
        "one": {"entries": (ENTRY,), "total": 1},
        "all": {"entries": ENTRIES, "total": 4},
        "many": {"entries": ENTRIES, "total": 214},
    },
    "help": {
        "none": {"names": (), "person": "", "roles": (), "examples": EXAMPLES},
        "one": {
            "names": ("list", "help", "contacts"),
            "person": "Anne",
            "roles": ("klimakoordinator, Køge",),
            "examples": EXAMPLES,
        },
        "many": {
            "names": (
                "board",
                "missing",
                "show",
                "attendance",
                "message",
                "journal",
                "list",
                "report",
                "language",
            ),
            "person": "Karen",
            "roles": ("sekretariatsmedarbejder, Frederiksberg", "klimakoordinator, Køge"),
            "examples": {**EXAMPLES, "member": "Albertslund", "need": "A12"},
        },
    },
    "refused": {
        "none": {"reason": "something_new", "facts": {"got": "intet"}},
        "one": {"reason": "not_a_number", "facts": {"typed": "mange"}},
        "many": {
            "reason": "which_member",
            "facts": {"options": ("Køge", "Stevns", "Faxe"), "words": "indberet 2027"},
        },
    },
    "unknown_command": {
        "none": {"typed": "hvad med i morgen", "suggestions": ()},
        "one": {"typed": "indbert", "suggestions": ("indberet",)},
        "many": {"typed": "m" * 200, "suggestions": ("mangler", "mangler 2")},
    },
    "not_allowed": {
        "none": {"words": "status", "organisation": ""},
        "one": {"words": "indberet 2027", "organisation": "Køge Kommune"},
        "many": {"words": "fortryd 12", "organisation": ""},
    },
    "unknown_person": {
        which: {"address": address}
        for which, address in (
            ("none", "ny@koege.example"),
            ("one", "U024BE7LH"),
            ("many", "a.b@koege.example"),
        )
    },
    "already_heard": {"none": {}, "one": {}, "many": {}},
    "sorry": {which: {"reference": reference} for which, reference in (("none", "7f3a"), ("one", "b"), ("many", "c"))},
    "choose_member": {
        "none": {"names": (), "words": "liste"},
        "one": {"names": ("Køge",), "words": "indberet 2027"},
        "many": {
            "names": tuple(f"Eksempelby {n}" for n in range(10)),
            "words": "svar topmøde",
            "members": tuple(f"Eksempelby {n}" for n in range(130)),
            "got": "Eksempelbyen",
        },
        "all": {"names": (), "words": "indberet", "members": tuple(f"Eksempelby {n}" for n in range(98))},
    },
    "language_set": {"none": {}, "one": {"before": "en"}, "many": {"before": "da"}},
    "member_help": {
        "none": {"organisation": KOEGE, "names": ("plan",)},
        "one": {"organisation": KOEGE, "names": ("list",)},
        "many": {"organisation": KOEGE, "names": ("list", "contacts", "figures", "plan", "message")},
    },
    "thanked": {"none": {}, "one": {}, "many": {}},
}

# Every reason the rules refuse with, and the facts it comes with.
REFUSALS: dict[str, dict[str, object]] = {
    "yes_to_what": {},
    "two_days": {"got": "næste tirsdag", "first": date(2027, 3, 2), "second": date(2027, 3, 9)},
    "not_a_number": {"typed": "mange"},
    "unknown_municipality": {"got": "Kjøge", "suggestions": ("Køge", "Kolding")},
    "ambiguous_municipality": {"got": "Ring", "suggestions": ("Ringsted", "Ringkøbing-Skjern")},
    "which_member": {"options": ("Køge", "Stevns"), "words": "indberet"},
    "no_member": {"person": "Karen Berg"},
    "unknown_requirement": {"got": "9", "known": ("1", "2", "3a")},
    "unknown_event": {"got": "møde", "known": ("topmøde", "workshop")},
    "not_open_yet": {"title": "Årlig indberetning", "opens": date(2028, 1, 15)},
    "withdraw_what": {},
    "no_such_period": {"title": "Årlig indberetning", "got": "1999", "known": ("2026", "2027")},
    "nothing_owed": {"title": "Årlig indberetning", "organisation": "Køge Kommune"},
    "no_such_obligation": {"got": "999"},
    "no_such_settlement": {"got": "999"},
    "already_withdrawn": {"what": "Tilslutning til Equity Pledge"},
    "not_settled_so": {"title": "Klimatopmødet", "how": "attendance"},
    "meeting_over": {"title": "Klimatopmøde 2027", "day": date(2027, 5, 20)},
    "no_meeting": {"title": "Klimatopmødet", "year": 2028},
    "language_unknown": {"got": "tysk"},
    "no_contacts": {"organisation": "Køge"},
    "wrong_year": {"got": "27"},
    "report_closed": {},
    "unknown_office": {"got": "konge", "known": ("borgmester", "klimakoordinator")},
    "only_holder_grants": {},
    "only_holder_ends": {"name": "Bo Krag"},
    "nobody_there": {"got": "x@y.example", "organisation": "Køge", "known": ("anne@koege.example",)},
    "last_secretariat": {"name": "Karen Berg"},
    "demo_only": {},
}
EXAMPLES["refused"] |= {reason: {"reason": reason, "facts": facts} for reason, facts in REFUSALS.items()}
