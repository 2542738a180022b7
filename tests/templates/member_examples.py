"""Facts for every kind a member sees: with nothing to tell, with one thing and with many. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from alliance.accounts import Account, Contact, DraftSoFar, Story
from alliance.attendance import Answer, Response
from alliance.charter_file import read_charter
from alliance.meetings import Meeting
from alliance.members import Organisation
from alliance.obligations import Obligation, Period, Result, Settlement, SettlementKind, Standing, State
from alliance.reminders import Rung
from alliance.reports import Figure, FigureState, Problem, Report
from alliance.validity import Validity
from alliance.words import Words
from tests.templates.influence_examples import ASK
from tests.templates.plan_examples import RECORDS

CHARTER_FILE = Path(__file__).parents[2] / "alliance/charters/dk2020.toml"
PLANNED = RECORDS[0]
CHARTER = read_charter(CHARTER_FILE.read_text(encoding="utf-8"), "dk2020.toml")
INDICATORS = CHARTER.reporting.indicators
YEAR = Period(date(2027, 1, 1), date(2028, 1, 1))
TERM = Period(date(2025, 7, 1), date(2027, 7, 1))
TODAY = date(2027, 3, 3)
NOW = datetime(2027, 3, 1, 9, 15, tzinfo=UTC)

KOEGE = Organisation(1, "0259", "Køge", "Køge Kommune", "municipality", (("kkr", "KKR Sjælland"),))
SOLROED = Organisation(2, "0269", "Solrød", "Solrød Kommune", "municipality", (("kkr", "KKR Sjælland"),))
SUMMIT = Meeting(
    7,
    "summit",
    Words("Klimatopmøde 2027", "Climate summit 2027"),
    2027,
    datetime(2027, 5, 12, 11, tzinfo=UTC),
    datetime(2027, 5, 12, 15, 30, tzinfo=UTC),
    "Middelfart Rådhus",
    date(2027, 4, 14),
    1,
    word=Words("topmøde", "summit"),
)
DRAFT = DraftSoFar(3, 22, NOW, "Bo Lund")
ANNE = Contact(11, "Anne Holm", "climate_coordinator", True)
BO = Contact(12, "Bo Lund", "climate_coordinator", True)
CARL = Contact(13, "Carl Friis", "mayor", False)
OFFICES = tuple(CHARTER.office(key) for key, _ in CHARTER.requirement("summit").attendance)


def story(key: str, state: State, due: date | None = None, id: int = 1, **more: Any) -> Story:
    """A story about Køge (or ``organisation``); ``by`` and ``answer`` belong to its standing."""
    requirement = CHARTER.requirement(key)
    organisation = more.pop("organisation", KOEGE)
    period = TERM if requirement.period.years == 2 else YEAR
    opens = requirement.opens.in_year(2027) if requirement.opens else period.start
    obligation = Obligation(organisation.id, key, period, opens, due, id=id)
    standing = Standing(state, more.pop("by", None), more.pop("answer", None))
    return Story(Account(organisation, obligation, requirement, standing), **more)


def settlement(kind: SettlementKind, result: Result, what: str, **more: Any) -> Settlement:
    validity = Validity(date(2027, 1, 1))
    named = {"recorded_by_name": "Anne Holm", **more}
    return Settlement(
        31, 5, KOEGE.id, named.pop("requirement", ""), kind, result, what, named.pop("link", ""), validity,
        NOW, 11, **named,
    )  # fmt: skip


def answer(response: Response, attendee: str = "", office: str = "") -> Answer:
    return Answer(4, SUMMIT.id, KOEGE.id, response, office, attendee, 1, NOW, 11, "web", False)


def figure(key: str, value: str = "", state: FigureState = "value", note: str = "") -> Figure:
    return Figure(key, state, Decimal(value) if value else None, note=note)


def report(version: int = 1, data_year: int = 2025, *figures: Figure, **more: Any) -> Report:
    facts = {"report_year": 2027, "on_behalf": False, "source": "form", **more}
    return Report(
        40 + version, KOEGE.id, facts["report_year"], data_year, version, f"2027-0259-{version}", NOW, 11,
        "Anne Holm", facts["on_behalf"], facts["source"], figures,
    )  # fmt: skip


FIGURES = (
    figure("ghg_total", "301450.5"),
    figure("ghg_agriculture", "-1200"),
    figure("re_share_pct", "104.25", note="Selvforsyningsgrad"),
    figure("bus_alt_fuel_pct", state="unknown"),
    figure("business_partnerships", state="nothing"),
    Figure("adaptation_effect", "value", text="12 ha vådområde ved Køge Å."),
)
BEFORE = (figure("ghg_total", "318200"), figure("re_share_pct", "98"), figure("climate_fte", state="unknown"))

OWED = story(
    "report",
    "open",
    date(2027, 3, 31),
    5,
    contacts=(ANNE, BO),
    draft=DRAFT,
    next_rung=Rung(-10, date(2027, 3, 15)),
    steering_day=date(2027, 4, 16),
    may_hide_until=date(2027, 3, 30),
)
SNOOZED = replace(OWED, hidden={ANNE.person_id: date(2027, 3, 16)})
INVITED = story(
    "summit",
    "open",
    date(2027, 4, 14),
    6,
    contacts=(ANNE, BO, CARL),
    meeting=SUMMIT,
    next_rung=Rung(-20, date(2027, 3, 10)),
)
OVERDUE = story(
    "report",
    "overdue",
    date(2027, 2, 26),
    15,
    organisation=SOLROED,
    contacts=(ANNE,),
    steering_day=date(2027, 3, 15),
)
LISTED = story("declaration", "overdue", date(2027, 3, 2), 16, organisation=SOLROED, steering_day=TODAY)
LATER = story("declaration", "open", date(2027, 6, 30), 8)
STANDING = story("sharing_local", "open", None, 9)
GLOBAL = story("sharing_global", "open", None, 10, organisation=SOLROED)
ON_BEHALF = settlement(
    "evidence",
    "fulfilled",
    "Klimaplan vedtaget den 24. januar",
    on_behalf=True,
    recorded_by_name="Dorte Krag",
)
EXEMPTED = settlement(
    "dispensation", "exempt", "Ny plan er i høring", decided_by="styregruppen den 3. marts 2027, punkt 4"
)
DONE = (
    story("plan", "fulfilled", None, 3, by=ON_BEHALF),
    story(
        "summit",
        "awaiting",
        date(2027, 4, 14),
        6,
        answer=answer("yes", "Carl Friis", "mayor"),
        meeting=SUMMIT,
    ),
    story("declaration", "exempt", date(2027, 6, 30), 8, by=EXEMPTED, organisation=SOLROED),
    story("workshop", "awaiting", date(2027, 9, 1), 12),
    story("sharing_global", "unfulfilled", None, 13, organisation=SOLROED),
)
FOR_KOEGE, FOR_SOLROED = "for Køge: ", "for Solrød: "

DOUBT: tuple[tuple[str, object], ...] = (("got", Decimal("2000")), ("before", None))
PROBLEMS = (
    Problem("data_year", "refused", "data_year", (("got", "2031"), ("latest", 2027))),
    Problem("ghg_total", "asked", "changed_much", (("got", Decimal("190000")), ("before", Decimal("318200")),
                                                   ("change", Decimal("-40.3")))),
    Problem("ghg_total", "asked", "sum_differs", (("got", Decimal("190000")), ("sum", Decimal("188000.5")))),
    Problem("ghg_energy", "refused", "not_a_number", (("got", "cirka ti"),)),
    Problem("ghg_transport", "asked", "kilotonnes", (("got", Decimal("48")), ("before", Decimal("48211")))),
    Problem("ghg_agriculture", "asked", "implausible", (("got", Decimal("-60000")), ("before", None),
                                                        ("least", Decimal("-50000")), ("most", None))),
    Problem("ghg_industry", "asked", "changed_much", (("got", Decimal("12")), ("before", Decimal("0")),
                                                      ("change", None))),
    Problem("ghg_waste", "asked", "same_as_last", (("got", Decimal("3100")), ("before", Decimal("3100")))),
    Problem("bus_alt_fuel_pct", "refused", "out_of_range", (("got", Decimal("101")), ("least", Decimal("0")),
                                                            ("most", Decimal("100")))),
    Problem("re_share_pct", "refused", "out_of_range", (("got", Decimal("-1")), ("least", Decimal("0")),
                                                        ("most", None))),
    Problem("climate_fte", "refused", "out_of_range", (("got", Decimal("900")), ("least", None),
                                                       ("most", Decimal("200")))),
    Problem("charging_points", "asked", "ambiguous", (("got", "1.234"),
                                                      ("options", (Decimal("1234"), Decimal("1.234"))))),
    Problem("recycling_pct", "asked", "conflict", (("theirs", "48"), ("by", "Bo Lund"), ("at", NOW))),
    Problem("household_waste_kg", "asked", "implausible", (*DOUBT, ("least", None), ("most", Decimal("1500")))),
)  # fmt: skip
MISSING = Problem("ghg_total", "refused", "missing")
TYPED = {
    "data_year": "2031",
    "ghg_total": "190.000",
    "ghg_energy": "cirka ti",
    "ghg_energy.note": "Skønnet",
    "bus_alt_fuel_pct": "unknown",
    "charging_points": "1.234",
    "recycling_pct": "46",
}
FORM = {
    "organisation": KOEGE,
    "report_year": 2027,
    "due": date(2027, 3, 31),
    "indicators": INDICATORS,
    "answers": {"data_year": "2025"},
    "problems": (),
    "previous": None,
    "draft": None,
    "revision": 0,
    "prefix": "",
    "version": 1,
    "checked": False,
}
RECEIPT = {
    "organisation": KOEGE,
    "indicators": INDICATORS,
    "changes": (),
    "result": "fulfilled",
    "prefix": "",
}
CHANGES = (
    (CHARTER.reporting.indicator("ghg_total"), Decimal("318200"), Decimal("301450.5"), Decimal("-5.3")),
    (CHARTER.reporting.indicator("re_share_pct"), Decimal("98"), Decimal("104.25"), Decimal("6.4")),
    (CHARTER.reporting.indicator("ghg_agriculture"), Decimal("-900"), Decimal("-1200"), None),
    (CHARTER.reporting.indicator("ghg_industry"), Decimal("0"), Decimal("12"), None),
    (CHARTER.reporting.indicator("ghg_waste"), Decimal("0"), Decimal("0"), None),
)
VERSIONS = {
    "organisation": KOEGE,
    "report_year": 2027,
    "versions": (),
    "history": (),
    "indicators": INDICATORS,
}
RSVP = {
    "organisation": KOEGE,
    "meeting": SUMMIT,
    "requirement": CHARTER.requirement("summit"),
    "offices": OFFICES,
    "answer": None,
    "typed": {},
    "errors": {},
    "prefix": "",
}
RSVP_DONE = {
    "organisation": KOEGE,
    "meeting": SUMMIT,
    "requirement": CHARTER.requirement("summit"),
    "answer": answer("no"),
    "office_title": "",
    "meets": False,
    "prefix": "",
}
EVIDENCE = {
    "organisation": KOEGE,
    "requirement": CHARTER.requirement("sharing_local"),
    "period_label": "2027",
    "typed": {},
    "errors": {},
    "prefix": "",
    "on_behalf": False,
}
EVIDENCE_DONE = {
    "organisation": KOEGE,
    "requirement": CHARTER.requirement("declaration"),
    "period_label": "2027",
    "settlement": settlement("evidence", "fulfilled", "Underskrevet af byrådet"),
    "prefix": "",
}
ON_BEHALF_FACTS = {
    "organisation": KOEGE,
    "requirement": CHARTER.requirement("summit"),
    "what": "Carl Friis (borgmester) deltog",
    "recorded_by": "Dorte Krag",
    "at": NOW,
    "obligation_id": 6,
}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "my_list": {
        "none": {"person": "Anne Holm", "day": TODAY, "stories": ()},
        "unanswered": {"person": "Bo Hede", "day": TODAY, "stories": (), "asks": (ASK,)},
        "a stale action": {"person": "Bo Hede", "day": TODAY, "stories": (), "stale": (1, 1)},
        "stale actions": {"person": "Bo Hede", "day": TODAY, "stories": (), "stale": (7, 3)},
        "snoozed": {
            "person": "Anne Holm",
            "day": TODAY,
            "stories": (("", SNOOZED), ("", INVITED)),
            "reader": ANNE.person_id,
        },
        "one": {"person": "Anne Holm", "day": TODAY, "stories": (("", OWED),), "plans": (("", PLANNED),)},
        "many": {
            "person": "Anne Holm",
            "day": TODAY,
            "stories": (
                (FOR_SOLROED, OVERDUE),
                (FOR_KOEGE, OWED),
                (FOR_KOEGE, INVITED),
                (FOR_KOEGE, STANDING),
                (FOR_SOLROED, GLOBAL),
                *((FOR_KOEGE, done) for done in DONE),
            ),
        },
    },
    "owed_then": {
        "none": {"day": date(2022, 5, 1), "accounts": (), "several": False, "since": date(2027, 1, 1)},
        "one": {"day": TODAY, "accounts": (OWED.account,), "several": False, "since": date(2027, 1, 1)},
        "many": {
            "day": date(2022, 5, 1),
            "accounts": tuple(told.account for told in (OVERDUE, OWED, STANDING, *DONE)),
            "several": True,
            "since": date(2027, 1, 1),
        },
    },
    "already_settled": {
        "none": {"story": story("workshop", "awaiting", date(2027, 9, 1), 12)},
        "one": {"story": DONE[1]},
        "many": {
            "story": story(
                "report",
                "fulfilled",
                date(2027, 3, 31),
                5,
                by=settlement("report", "fulfilled", "2027-0259-2"),
                report=report(2, 2025, *FIGURES),
            ),
            "prefix": FOR_KOEGE,
        },
    },
    "report_form": {
        "none": FORM,
        "one": {
            **FORM,
            "answers": {},
            "problems": (MISSING,),
            "previous": report(1, 2024, *BEFORE, report_year=2026),
            "draft": DRAFT,
            "revision": 4,
            "checked": True,
        },
        "many": {
            **FORM,
            "due": None,
            "answers": TYPED,
            "problems": PROBLEMS,
            "previous": report(1, 2024, *BEFORE, report_year=2026),
            "draft": DRAFT,
            "revision": 9,
            "prefix": FOR_KOEGE,
            "version": 2,
            "checked": True,
        },
    },
    "report_draft_saved": {
        "none": {"organisation": KOEGE, "report_year": 2027, "revision": 3, "answered": 0, "asked": 22, "prefix": ""},
        "one": {"organisation": KOEGE, "report_year": 2027, "revision": 3, "answered": 1, "asked": 22, "prefix": ""},
        "many": {
            "organisation": SOLROED,
            "report_year": 2027,
            "revision": 3,
            "answered": 17,
            "asked": 22,
            "prefix": FOR_SOLROED,
        },
    },
    "report_receipt": {
        "none": {
            **RECEIPT,
            "one_track": True,
            "report": report(1, 2025, figure("ghg_total", state="unknown")),
            "result": "partial",
        },
        "one": {**RECEIPT, "report": report(1, 2025, *FIGURES), "changes": CHANGES[:1]},
        "many": {
            **RECEIPT,
            "report": report(3, 2025, *FIGURES, on_behalf=True),
            "changes": CHANGES,
            "prefix": FOR_KOEGE,
        },
    },
    "report_versions": {
        "none": VERSIONS,
        "one": {**VERSIONS, "versions": (report(1, 2025, *FIGURES),)},
        "many": {
            **VERSIONS,
            "versions": (report(2, 2025, *FIGURES, on_behalf=True), report(1, 2025, *BEFORE)),
            "history": (report(1, 2018, *BEFORE), report(1, 2019, *BEFORE), report(1, 2020)),
            "prefix": FOR_KOEGE,
        },
    },
    "rsvp_form": {
        "none": RSVP,
        "one": {**RSVP, "answer": answer("tentative", "Carl Friis", "mayor")},
        "many": {
            **RSVP,
            "typed": {"office": "official"},
            "errors": {
                "response": "response_missing",
                "attendee": "attendee_missing",
                "office": "office_missing",
            },
            "prefix": FOR_KOEGE,
        },
    },
    "rsvp_receipt": {
        "none": RSVP_DONE,
        "one": {
            **RSVP_DONE,
            "answer": answer("yes", "Carl Friis", "mayor"),
            "office_title": "borgmester",
            "meets": True,
        },
        "many": {
            **RSVP_DONE,
            "answer": answer("yes", "Bo Lund", "official"),
            "office_title": "medarbejder",
            "prefix": FOR_KOEGE,
            "undo": 57,
        },
    },
    "evidence_form": {
        "none": EVIDENCE,
        "one": {
            **EVIDENCE,
            "requirement": CHARTER.requirement("workshop"),
            "typed": {"kind": "talk"},
            "errors": {"what": "what_missing"},
        },
        "many": {
            **EVIDENCE,
            "requirement": CHARTER.requirement("declaration"),
            "typed": {"link": "koege.dk", "since": "i går"},
            "errors": {
                "kind": "kind_missing",
                "what": "what_missing",
                "link": "link_not_http",
                "since": "date_wrong",
            },
            "prefix": FOR_KOEGE,
            "on_behalf": True,
        },
        "shared": {
            **EVIDENCE,
            "requirement": CHARTER.requirement("sharing_local"),
            "themes": CHARTER.themes,
            "errors": {"theme": "theme_missing"},
        },
        "too soon": {
            **EVIDENCE,
            "requirement": CHARTER.requirement("declaration"),
            "errors": {"since": "since_future"},
        },
        "too late": {
            **EVIDENCE,
            "requirement": CHARTER.requirement("declaration"),
            "errors": {"since": "since_too_late"},
        },
    },
    "evidence_receipt": {
        "none": EVIDENCE_DONE,
        "shared": {**EVIDENCE_DONE, "shared": 12},
        "one": {
            **EVIDENCE_DONE,
            "settlement": settlement(
                "evidence", "partial", "Equity Pledge", evidence="inclusive_climate_action", on_behalf=True
            ),
        },
        "many": {
            **EVIDENCE_DONE,
            "settlement": settlement(
                "evidence",
                "noted",
                "Good Food Cities",
                evidence="good_food_cities",
                link="https://www.koege.dk/klima",
            ),
            "prefix": FOR_KOEGE,
        },
    },
    "reminder": {
        "none": {"person": "Anne Holm", "day": TODAY, "lines": ()},
        "one": {"person": "Anne Holm", "day": TODAY, "lines": (("", OWED, -20),)},
        "unanswered": {"person": "Bo Hede", "day": TODAY, "lines": (), "asks": (ASK, replace(ASK, number=7))},
        "unanswered_too": {"person": "Bo Hede", "day": TODAY, "lines": (("", OWED, -20),), "asks": (ASK,)},
        "many": {
            "person": "Anne Holm",
            "day": TODAY,
            "lines": (
                (FOR_SOLROED, OVERDUE, 1),
                (FOR_SOLROED, LISTED, 1),
                (FOR_KOEGE, OWED, -20),
                (FOR_KOEGE, INVITED, None),
                (FOR_KOEGE, LATER, None),
                (FOR_KOEGE, STANDING, None),
                (FOR_SOLROED, GLOBAL, None),
            ),
        },
    },
    "recorded_on_behalf": {
        "none": {**ON_BEHALF_FACTS, "what": ""},
        "one": ON_BEHALF_FACTS,
        "many": {
            **ON_BEHALF_FACTS,
            "requirement": CHARTER.requirement("declaration"),
            "what": "Mod nul affald: underskrevet af byrådet den 24. februar 2027",
        },
    },
    "broadcast": {
        "none": {"text": "Tak for i dag.", "sender": "Dorte Krag", "alliance": "DK2020 klimaalliance"},
        "one": {
            "text": "Topmødet begynder kl. 13.00.",
            "sender": "Dorte Krag",
            "alliance": "DK2020 klimaalliance",
        },
        "many": {
            "text": "\n**Topmødet** er flyttet til Middelfart Rådhus, fordi salen i Jammerbugt er under "
            "ombygning til sommer.\n\nI får en ny indkaldelse i morgen.",
            "sender": "Dorte Krag",
            "alliance": "DK2020 klimaalliance",
        },
    },
}
