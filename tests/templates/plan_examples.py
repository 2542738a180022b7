"""Examples of the messages about climate action plans. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alliance.charter_file import read_charter
from alliance.members import Organisation
from alliance.national_targets import Ambition
from alliance.plans import Coverage, Plan, PlanRecord, PlanStep, PlanVersion, StepKind
from tests.templates.plan_action_examples import DONE, ONE_DONE
from tests.templates.plan_action_examples import MANY as MANY_ACTIONS
from tests.templates.plan_action_examples import SOME as SOME_ACTIONS

FOLDER = Path(__file__).parents[2] / "alliance" / "charters"
DK2020, NEWER = (
    read_charter((FOLDER / f"{key}.toml").read_text(encoding="utf-8"), key) for key in ("dk2020", "klimaalliancen")
)
CAPF, CCTF = DK2020.standard("capf"), NEWER.standard("cctf")
TODAY, NOW = date(2027, 3, 1), datetime(2027, 3, 1, 9, tzinfo=UTC)
KOEGE = Organisation(7, "0259", "Køge", "Køge Kommune", "municipality", (("kkr", "KKR Sjælland"),))
TAASTRUP = Organisation(8, "0169", "Høje-Taastrup", "Høje-Taastrup Kommune", "municipality")
OLD = PlanVersion(
    id=3,
    organisation_id=7,
    version=1,
    title="Klimaplan for Køge",
    link="https://koege.example/klimaplan",
    standard="capf",
    reduction="70 % i 2030 i forhold til 1990",
    net_zero_year=2045,
    risks=("flooding", "groundwater", "stormflod"),
    resilient_year=2050,
    adopted_on=date(2023, 2, 28),
    adopted_by="Køge Byråd",
    valid_until=date(2028, 1, 1),
    recorded_at=NOW,
    recorded_by=1,
    target_pct=75,
    target_year=2030,
    target_base=1990,
)
NEW = replace(
    OLD,
    id=9,
    version=2,
    title="Klima- og tilpasningsplan 2027-2031 for hele Køge Kommune med alle dens bysamfund",
    standard="cctf",
    reduction="",
    risks=(),
    resilient_year=None,
    adopted_on=None,
    adopted_by="",
    valid_until=None,
    target_pct=None,
    target_year=None,
    target_base=None,
)
ADOPTED = replace(NEW, link="", adopted_on=date(2027, 2, 23), adopted_by="Byrådet", risks=("hedebølger",))


def step(kind: StepKind, number: int, by: str = "", **other: Any) -> PlanStep:
    given: dict[str, Any] = {"marks": (), "comment": "", "decided_by": "", "until": None} | other
    return PlanStep(number, 7, 1, kind, TODAY, by, recorded_at=NOW, recorded_by=1, recorded_by_name="Bo Hede", **given)


MARKED = step("approved", 2, marks=("paris", "robust"), comment="Godt.\nSe side 4.", decided_by="CONCITO")
SENT = step("sent", 1)
ASSESSED = Plan(OLD, (SENT, MARKED, step("evaluated", 3, comment="Bagud på transport.")), CAPF)
CERTIFIED = Plan(
    replace(ADOPTED, reduction="75 % i 2035", resilient_year=2045),
    (SENT, step("approved", 2), step("certified", 3, "C40", until=date(2031, 1, 1)), step("certified", 4, "CONCITO")),
    CCTF,
)
HALF = replace(CERTIFIED, steps=(*CERTIFIED.steps[:3], step("returned", 5, "CONCITO", comment="Vis midlerne.")))
HALF_WAY = replace(CERTIFIED, steps=CERTIFIED.steps[:3])
SEEN: dict[str, Any] = {"theirs": False, "assesses": False, "certifies": False, "prefix": "", "day": TODAY}
NAMES = {"C40": "C40", "CONCITO": "CONCITO"}
RECORDS = (
    PlanRecord(KOEGE, (ASSESSED, Plan(NEW, (SENT,), CCTF))),
    PlanRecord(KOEGE._replace(name="Faxe"), (CERTIFIED,)),
    PlanRecord(KOEGE._replace(name="Greve"), (HALF,)),
    PlanRecord(KOEGE._replace(name="Solrød"), (Plan(NEW, (SENT,), CCTF),)),
    PlanRecord(KOEGE._replace(name="Roskilde"), (Plan(replace(OLD, standard="gammel"), (), None),)),
    PlanRecord(TAASTRUP),
)
TARGETS = DK2020.about.targets_on(TODAY)
NUMBERS = ((75, 2030, 1990), (70, 2030, 1990), (60, 2030, 1990), (50, 2030, 2018), (80, 2035, 1990), (None, None, None))
MEASURED = (
    *(
        PlanRecord(KOEGE._replace(name=f"Kommune {n}"), (Plan(with_numbers, (), CAPF),))
        for n, numbers in enumerate(NUMBERS)
        for with_numbers in [replace(OLD, target_pct=numbers[0], target_year=numbers[1], target_base=numbers[2])]
    ),
    PlanRecord(KOEGE, (Plan(replace(OLD, net_zero_year=2050), (), CAPF),)),
    PlanRecord(KOEGE, (Plan(replace(OLD, net_zero_year=2055), (), CAPF),)),
    *RECORDS,
)
FORM: dict[str, Any] = {
    "organisation": KOEGE,
    "version": 1,
    "corrects": 0,
    "standards": (CAPF,),
    "risks": CAPF.risks if CAPF else (),
    "goals": {"net_zero": 2050, "climate_resilient": 2050},
    "typed": {},
    "errors": {},
    "prefix": "",
    "on_behalf": False,
}
VERSION_ERRORS = {
    "title": "title_missing",
    "link": "link_not_http",
    "standard": "standard_not_of_the_day",
    "adopted_on": "adopted_early",
    "adopted_by": "adopted_by_missing",
    "valid_until": "until_early",
    "reduction": "too_long",
    "net_zero_year": "goal_late",
    "resilient_year": "year_wrong",
    "target_pct": "per_cent_wrong",
    "target_year": "target_whole",
    "target_base": "target_base_late",
}
OTHER_ERRORS = {"adopted_on": "adopted_future", "valid_until": "date_wrong", "net_zero_year": "net_zero_year_missing"}
NEWS: dict[str, Any] = {
    "organisation": KOEGE,
    "version": 2,
    "what": "sent",
    "by": "",
    "comment": "",
    "recorded_by": "Bo Hede",
    "at": NOW,
    "taken_back": False,
    "own": False,
    "assesses": True,
}
FOR_MEMBER: dict[str, Any] = NEWS | {"own": True, "assesses": False}
NOBODY: dict[str, Any] = {"day": TODAY, "groups": {}, "missing": (), "standards": ()}

FULL = tuple(PlanRecord(KOEGE._replace(name=f"Kommune {n}"), r.plans) for n, r in enumerate(RECORDS * 17))
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "plans": {
        "none": {**NOBODY, "whole": Coverage(0, 0, 0, 0, 0)},
        "one": {
            **NOBODY,
            "whole": Coverage(2, 1, 0, 0, 0),
            "groups": {"KKR Sjælland": Coverage(1, 1, 0, 0, 0), "": Coverage(1, 0, 0, 0, 0)},
            "missing": ("Høje-Taastrup",),
            "standards": ("CAPF",),
        },
        "many": {
            **NOBODY,
            "whole": Coverage(98, 80, 30, 2, 17),
            "groups": {f"KKR {name}": Coverage(20, 16, 6, 1, 3) for name in ("Hovedstaden", "Sjælland", "Syddanmark")},
            "missing": tuple(f"Kommune {number}" for number in range(18)),
            "standards": ("CAPF", "CCTF"),
            "ambition": Ambition(80, 12, 31, 2),
        },
    },
    "plan_targets": {
        "none": {"day": TODAY, "records": (), "of": 98, "targets": TARGETS, "counted": Ambition(0, 0, 0, 0)},
        "one": {"day": TODAY, "records": MEASURED[:1], "of": 98, "targets": (), "counted": Ambition(1, 0, 0, 0)},
        "many": {"day": TODAY, "records": MEASURED, "of": 98, "targets": TARGETS, "counted": Ambition(7, 1, 1, 1)},
        "full": {"day": TODAY, "records": FULL, "of": 102, "targets": TARGETS, "counted": Ambition(80, 9, 40, 1)},
    },
    "plan_list": {
        "none": {"day": TODAY, "asked": "2029", "records": (), "of": 98},
        "one": {"day": TODAY, "asked": "CCTF", "records": RECORDS[:1], "of": 98},
        "many": {"day": TODAY, "asked": "alle", "records": RECORDS, "of": 98},
        "full": {
            "day": TODAY,
            "asked": "alle",
            "records": tuple(
                PlanRecord(KOEGE._replace(name=f"Kommune {n}"), r.plans) for n, r in enumerate(RECORDS * 17)
            ),
            "of": 102,
        },
    },
    "plan": {
        "none": {**SEEN, "record": PlanRecord(KOEGE), "names": {}, "theirs": True},
        "one": {**SEEN, "record": RECORDS[0], "names": NAMES, "assesses": True, "said": "sent", "targets": TARGETS},
        "many": {**SEEN, "record": PlanRecord(KOEGE, (ASSESSED, CERTIFIED)), "names": NAMES, "theirs": True},
        "approved": {**SEEN, "record": PlanRecord(KOEGE, (ASSESSED,)), "names": {}, "theirs": True, "said": "approved"},
        "with actions": {
            **SEEN,
            "record": PlanRecord(KOEGE, (ASSESSED,)),
            "names": {},
            "theirs": True,
            "actions": tuple(action for action, _ in MANY_ACTIONS),
            "progress": SOME_ACTIONS,
            "stale": frozenset((2,)),
        },
        "carried out": {
            **SEEN,
            "record": PlanRecord(KOEGE, (ASSESSED,)),
            "names": {},
            "actions": (DONE,),
            "progress": ONE_DONE,
        },
        "draft": {**SEEN, "record": PlanRecord(KOEGE, (Plan(NEW, (), CCTF),)), "names": NAMES, "theirs": True},
        "certifying": {
            **SEEN,
            "record": PlanRecord(KOEGE, (ASSESSED, HALF_WAY)),
            "names": NAMES,
            "certifies": True,
            "prefix": "for Køge: ",
            "said": "certified",
        },
        "returned": {**SEEN, "record": PlanRecord(KOEGE, (ASSESSED, HALF)), "names": NAMES, "theirs": True},
    },
    "plan_form": {
        "none": {**FORM, "standards": (), "risks": (), "goals": {}},
        "one": {**FORM, "version": 2, "prefix": "for Køge: ", "on_behalf": True, "typed": {"risk_flooding": "ja"}},
        "many": {**FORM, "corrects": 12, "typed": {"title": "K", "net_zero_year": "2051"}, "errors": VERSION_ERRORS},
        "others": {**FORM, "errors": OTHER_ERRORS},
    },
    "plan_evaluation_form": {
        "none": {"organisation": KOEGE, "plan": OLD, "typed": {}, "errors": {}, "prefix": ""},
        "one": {
            "organisation": KOEGE,
            "plan": OLD,
            "typed": {"comment": "Godt."},
            "errors": {},
            "prefix": "for Køge: ",
        },
        "many": {
            "organisation": TAASTRUP,
            "plan": OLD,
            "typed": {},
            "errors": {"comment": "comment_missing"},
            "prefix": "",
        },
    },
    "plan_assessment_form": {
        "none": {"organisation": KOEGE, "plan": CERTIFIED, "typed": {}, "errors": {}, "prefix": ""},
        "one": {"organisation": KOEGE, "plan": ASSESSED, "typed": {"mark_paris": "ja"}, "errors": {}, "prefix": ""},
        "many": {
            "organisation": TAASTRUP,
            "plan": ASSESSED,
            "typed": {"result": "yes"},
            "errors": {"result": "approved_incomplete", "comment": "return_reason_missing"},
            "prefix": "for Høje-Taastrup: ",
        },
        "nothing": {
            "organisation": KOEGE,
            "plan": ASSESSED,
            "typed": {},
            "errors": {"result": "result_missing"},
            "prefix": "",
        },
    },
    "plan_certificate_form": {
        "none": {
            "organisation": KOEGE,
            "plan": CERTIFIED,
            "parties": (("C40", "C40"),),
            "typed": {},
            "errors": {},
            "prefix": "",
        },
        "one": {
            "organisation": KOEGE,
            "plan": HALF_WAY,
            "parties": (("CONCITO", "CONCITO"),),
            "typed": {"by": "CONCITO", "until": "2031-01-01"},
            "errors": {},
            "prefix": "for Køge: ",
        },
        "many": {
            "organisation": KOEGE,
            "plan": CERTIFIED,
            "parties": tuple(NAMES.items()),
            "typed": {"by": "C40", "result": "return", "until": "snart"},
            "errors": {"until": "date_wrong", "comment": "return_reason_missing"},
            "prefix": "for Køge: ",
        },
    },
    "plan_news": {
        "none": NEWS,
        "one": {**FOR_MEMBER, "what": "returned", "by": "CONCITO", "comment": "Vis midlerne til tilpasning."},
        "many": {**FOR_MEMBER, "what": "certified", "by": "C40", "taken_back": True},
        "version": {**FOR_MEMBER, "what": "version"},
        "approved": {**NEWS, "what": "approved", "assesses": False},
        "evaluated": {**FOR_MEMBER, "what": "evaluated"},
        "action": {**FOR_MEMBER, "what": "action", "version": 12, "comment": "Varmeplan for midtbyen"},
    },
}
REFUSALS: dict[str, dict[str, object]] = {
    "plan_whose": {},
    "plan_none": {"organisation": "Køge"},
    "plan_verb": {"got": "brænd"},
    "plan_not_yours": {"organisation": "Køge"},
    "plan_not_yours_to_decide": {},
    "plan_version_there": {"version": 2},
    "plan_changed": {"by": "Bo Hede", "at": NOW},
    "plan_under_way": {"version": 2},
    "plan_not_evaluated": {"version": 1},
    "plan_sent_already": {"version": 2},
    "plan_incomplete": {"missing": ("reduction", "risks", "resilient_year")},
    "plan_not_sent": {"version": 2},
    "plan_not_adopted": {"version": 2},
    "plan_not_approved": {"version": 2},
    "plan_no_certifying": {"standard": "CAPF"},
    "plan_certified_already": {"by": "C40"},
    "plan_not_the_newest": {"got": "s12"},
    "plans_filter": {"got": "måske", "known": ("mangler", "CAPF", "KKR Sjælland")},
}
