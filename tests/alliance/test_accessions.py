"""What a municipality needs before somebody may sign for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from alliance.accessions import check_may_join, faults, lacking
from alliance.errors import Refused
from alliance.plans import Plan, PlanRecord
from tests.templates.plan_examples import ASSESSED, CAPF, DK2020, KOEGE, NEW, NEWER, OLD, SENT, TODAY

NONE, DRAFT = PlanRecord(KOEGE), PlanRecord(KOEGE, (Plan(NEW, (), CAPF),))
ADOPTED = PlanRecord(KOEGE, (Plan(OLD, (), CAPF),))
SENT_IN = PlanRecord(KOEGE, (Plan(OLD, (SENT,), CAPF),))
APPROVED = PlanRecord(KOEGE, (ASSESSED,))
EXPIRED = PlanRecord(KOEGE, (replace(ASSESSED, version=replace(OLD, valid_until=TODAY)),))


def test_the_declaration_wants_an_approved_plan_and_its_successor_nothing() -> None:
    assert (DK2020.joins_with, NEWER.joins_with) == ("approved_plan", "nothing")
    assert {point.key for point in CAPF.criteria} >= {"paris", "robust"}, "what an approved plan keeps to"


@pytest.mark.parametrize(
    ("record", "adopted", "approved"),
    [
        (NONE, "no_plan", "no_plan"),
        (DRAFT, "not_adopted", "not_adopted"),
        (ADOPTED, None, "not_approved"),
        (SENT_IN, None, "not_approved"),
        (APPROVED, None, None),
        (EXPIRED, "expired", "expired"),
    ],
)
def test_what_is_missing_is_named(record: PlanRecord, adopted: str | None, approved: str | None) -> None:
    assert lacking("nothing", record, TODAY) is None
    assert lacking("adopted_plan", record, TODAY) == adopted
    assert lacking("approved_plan", record, TODAY) == approved
    check_may_join("nothing", record, TODAY)
    if approved:
        with pytest.raises(Refused, match=f"accession_{approved}"):
            check_may_join("approved_plan", record, TODAY)


SIGNED = {"signed_by": "Anne Holm", "signed_role": "borgmester", "signed_on": "x", "document": "x", "since": "x"}


@pytest.mark.parametrize(
    ("typed", "signed_on", "since", "wrong"),
    [
        ({}, TODAY, TODAY, {}),
        ({}, TODAY, date(2027, 2, 28), {"since": "since_early"}),
        ({}, date(2027, 3, 2), date(2027, 4, 1), {"signed_on": "signed_to_come"}),
        ({}, None, TODAY, {"signed_on": "date_wrong"}),
        ({"since": ""}, TODAY, None, {"since": "since_missing"}),
        ({"signed_by": "", "signed_role": "y" * 201}, TODAY, TODAY, {"signed_by": "signed_by_missing"}),
    ],
)
def test_what_is_wrong_with_a_signature_is_said_of_its_field(typed, signed_on, since, wrong) -> None:  # type: ignore[no-untyped-def]
    found = faults({**SIGNED, **typed}, signed_on, since, TODAY)
    assert found == wrong | ({"signed_role": "too_long"} if "signed_role" in typed else {})
