"""What planning a year gives back: proposals with their reasons, the campaign, the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from alliance.meetings import Meeting
from alliance.words import Words


@dataclass(frozen=True)
class Reason:
    """Why, as data: a key of the catalogs and what its words need."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """A meeting that may be planned; as Meeting. ``answer_by`` and ``agenda_due`` (a body's only) are local days."""

    kind: str
    number: int
    year: int
    title: Words
    starts_at: datetime
    ends_at: datetime
    place: str
    answer_by: date
    agenda_due: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Campaign:
    """The yearly report: who is asked what follows from the charter; its days stand in the plan."""

    title: Words
    opens: date
    due: date


@dataclass(frozen=True)
class YearPlan:
    """Proposals and the meetings that stand already (``kept``), both by start; nothing of it is written."""

    year: int
    proposals: tuple[Proposal, ...]
    kept: tuple[Meeting, ...]
    campaigns: tuple[Campaign, ...]
    warnings: tuple[Reason, ...]
