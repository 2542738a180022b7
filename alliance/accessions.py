"""How a municipality joins: it asks, its plan is looked at where the charter says so, and somebody signs for it.

Source: the declaration of 4 June 2021 (B19, B27): open to the municipalities that have had a plan approved. Days are
local, instants aware UTC; what was taken back stays, with who and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from alliance.errors import Refused
from alliance.plans import PlanRecord
from alliance.standards import JoinsWith

Lacking = Literal["no_plan", "not_adopted", "expired", "not_approved"]
APPROVED = ("approved", "certifying", "certified", "lapsed")
LONGEST = 200


@dataclass(frozen=True)
class Accession:
    """What a municipality asked for on a day; once signed, by whom in which role, and the day it is a member from."""

    id: int
    organisation_id: int
    asked_on: date
    asked_by: str
    recorded_at: datetime
    recorded_by: int
    recorded_by_name: str = ""
    signed_by: str = ""
    signed_role: str = ""
    signed_on: date | None = None
    document: str = ""
    since: date | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_signed(self) -> bool:
        return self.signed_on is not None


def lacking(joins_with: JoinsWith, record: PlanRecord, day: date) -> Lacking | None:
    """What is missing before a municipality may join on a local day; None where nothing is.

    What makes an approved plan is its standard's to say: reductions that keep to 1.5 degrees, the main climate risks.
    """
    if joins_with == "nothing":
        return None
    plan = record.in_force(day)
    if plan is None:
        return "not_adopted" if record.plans else "no_plan"
    state = plan.state(day)
    if state == "expired":
        return "expired"
    return "not_approved" if joins_with == "approved_plan" and state not in APPROVED else None


def check_may_join(joins_with: JoinsWith, record: PlanRecord, day: date) -> None:
    """Raise Refused, naming what is missing."""
    missing = lacking(joins_with, record, day)
    if missing:
        raise Refused(f"accession_{missing}", organisation=record.organisation.name)


def faults(typed: Mapping[str, str], signed_on: date | None, since: date | None, today: date) -> dict[str, str]:
    """What is wrong with a signature, by field: the key of its words. The days are those that were read, if any."""
    found = {key: f"{key}_missing" for key in ("signed_by", "signed_role", "signed_on", "document") if not typed[key]}
    if typed["signed_on"] and signed_on is None:
        found["signed_on"] = "date_wrong"
    elif signed_on and signed_on > today:
        found["signed_on"] = "signed_to_come"
    if since is None:
        found["since"] = "date_wrong" if typed["since"] else "since_missing"
    elif signed_on and since < signed_on:
        found["since"] = "since_early"
    return found | {key: "too_long" for key in ("signed_by", "signed_role") if len(typed[key]) > LONGEST}
