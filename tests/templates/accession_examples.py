"""Examples of what is said of municipalities that join. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from alliance.accessions import Accession
from alliance.members import Organisation

NOW, TODAY = datetime(2027, 3, 1, 9, tzinfo=UTC), date(2027, 3, 1)
SAMSOE = Organisation(9, "0741", "Samsø", "Samsø Kommune", "municipality")
ASKED = Accession(3, 9, date(2027, 2, 1), "borgmester Anne Holm", NOW, 1, "Bo Hede")
SIGNED = replace(
    ASKED,
    id=4,
    signed_by="Anne Holm",
    signed_role="borgmester",
    signed_on=date(2027, 2, 26),
    document="https://samsoe.example/erklaering.pdf",
    since=date(2027, 4, 1),
)
ONE: dict[str, Any] = {"accession": ASKED, "organisation": SAMSOE, "lacking": None, "day": TODAY}
ASK: dict[str, Any] = {"name": "Samsø", "typed": {}, "errors": {}}
SIGN: dict[str, Any] = {"accession": ASKED, "organisation": SAMSOE, "typed": {}, "errors": {}}
MISSING = {key: f"{key}_missing" for key in ("signed_by", "signed_role", "signed_on", "document", "since")}

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "accessions": {
        "none": {"accessions": (), "day": TODAY},
        "one": {"accessions": ((ASKED, "Samsø"),), "day": TODAY},
        "many": {"accessions": tuple((replace(SIGNED, id=n), "Høje-Taastrup") for n in range(1, 9)), "day": TODAY},
    },
    "accession": {
        "none": {**ONE, "lacking": "no_plan", "said": "asked"},
        "one": ONE,
        "many": {**ONE, "accession": SIGNED, "said": "signed"},
        "member": {**ONE, "accession": SIGNED, "day": date(2027, 4, 1)},
        "not adopted": {**ONE, "lacking": "not_adopted"},
        "expired": {**ONE, "lacking": "expired"},
        "not approved": {**ONE, "lacking": "not_approved"},
    },
    "accession_form": {
        "none": ASK,
        "one": {**ASK, "errors": {"asked_by": "asked_by_missing", "asked_on": "asked_to_come"}},
        "many": {**ASK, "errors": {"asked_by": "too_long", "asked_on": "date_wrong"}},
    },
    "accession_signature_form": {
        "none": SIGN,
        "one": {**SIGN, "errors": MISSING},
        "many": {
            **SIGN,
            "errors": {"signed_on": "signed_to_come", "since": "since_early", "document": "link_not_http"},
        },
    },
}
REFUSALS: dict[str, dict[str, object]] = {
    "accession_whom": {},
    "accession_none": {"got": "77"},
    "accession_verb": {"got": "brænd", "id": 3},
    "accession_member": {"organisation": "Samsø"},
    "accession_asked_already": {"organisation": "Samsø", "id": 3},
    "accession_begun": {"organisation": "Samsø", "since": TODAY},
    "accession_no_plan": {"organisation": "Samsø"},
    "accession_not_adopted": {"organisation": "Samsø"},
    "accession_expired": {"organisation": "Samsø"},
    "accession_not_approved": {"organisation": "Samsø"},
}
