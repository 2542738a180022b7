"""What a member owes for a period, what settles it, and how it stands on a day.

Facts are stored, standing is derived: nothing here remembers a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from alliance.attendance import Answer
from alliance.cadences import MonthDay
from alliance.charter import Charter, Grade, PeriodRule, Requirement
from alliance.members import Membership
from alliance.validity import Validity

State = Literal["open", "overdue", "awaiting", "partial", "noted", "fulfilled", "unfulfilled", "exempt"]
STATES: tuple[State, ...] = (
    "fulfilled",
    "noted",
    "partial",
    "awaiting",
    "open",
    "overdue",
    "unfulfilled",
    "exempt",
)
Result = Literal["fulfilled", "noted", "partial", "absent", "exempt"]
SettlementKind = Literal["report", "attendance", "evidence", "dispensation"]
_RANK: dict[str, int] = {"fulfilled": 3, "noted": 2, "partial": 1, "absent": 0}


@dataclass(frozen=True)
class Period:
    """Days from ``start`` until ``end`` (exclusive)."""

    start: date
    end: date

    @property
    def label(self) -> str:
        """``2027``, or ``2025-27`` for a period that is not a calendar year."""
        last = self.end - timedelta(days=1)
        if self.start.year == last.year:
            return str(self.start.year)
        return f"{self.start.year}-{last.year % 100:02d}"

    def nearest(self, day: date) -> date:
        """The day itself, or the end of the period it lies beyond."""
        return max(self.start, min(day, self.end - timedelta(days=1)))


@dataclass(frozen=True)
class EventDates:
    """The day an event is held (local), and the last day for an answer or contribution."""

    day: date
    answer_by: date


class Obligation(NamedTuple):
    """One member, one requirement, one period. ``due`` is the last day in time; None for a standing duty."""

    organisation_id: int
    requirement: str
    period: Period
    opens: date
    due: date | None
    event_day: date | None = None
    charter_hash: str = ""
    id: int = 0


class Settlement(NamedTuple):
    """A fact that settles: what, by whom, valid when, recorded when. Withdrawn facts stay, with who and when.

    ``obligation_id`` ties it to one period; evidence of a requirement that carries counts on until it ends.
    """

    id: int
    obligation_id: int
    organisation_id: int
    requirement: str
    kind: SettlementKind
    result: Result
    what: str
    link: str
    validity: Validity
    recorded_at: datetime
    recorded_by: int
    recorded_by_name: str = ""
    decided_by: str = ""
    on_behalf: bool = False
    evidence: str = ""
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """How an obligation stands on a day; ``by`` is the fact that decides it, ``answer`` the RSVP if one counts."""

    state: State
    by: Settlement | None = None
    answer: Answer | None = None

    @property
    def owes(self) -> bool:
        """Whether the member still has something to do. Only then is anybody reminded."""
        return self.state in ("open", "overdue")


def periods(rule: PeriodRule, first: date, last: date) -> Iterator[Period]:
    """The periods of the rule that have a day in [first, last], in order."""
    steps = (first.year - rule.anchor) // rule.years
    year = rule.anchor + (steps - 1) * rule.years
    while True:
        period = Period(rule.starts.in_year(year), rule.starts.in_year(year + rule.years))
        if period.start > last:
            return
        if period.end > first:
            yield period
        year += rule.years


@dataclass(frozen=True)
class Opening:
    """One requirement's period that has opened, with its days: owed by every member it falls within."""

    requirement: str
    period: Period
    opens: date
    due: date | None
    event_day: date | None


def openings(
    charter: Charter, events: Mapping[tuple[str, int], EventDates], since: date, today: date
) -> Iterator[Opening]:
    """Every requirement and period that has opened by ``today``.

    ``since`` is the day the alliance began to be run here: what fell due before it is history, not owed; nor is what
    fell due before the requirement came into force.
    """
    for requirement in charter.requirements:
        for period in periods(requirement.period, since, today):
            if not requirement.validity.covers(period.nearest(today)):
                continue
            dated = opening_of(requirement, period, events.get((requirement.event or "", period.start.year)))
            if dated.opens <= today and not (dated.due and dated.due < max(since, requirement.validity.since)):
                yield dated


def owing(charter: Charter, found: Iterable[Opening], memberships: Iterable[Membership]) -> Iterator[Obligation]:
    """What the members owe of these: one obligation per opening and member active in it."""
    members = [m for m in memberships if m.role == "member"]
    for opening in found:
        for organisation in sorted(_owing(members, opening)):
            yield Obligation(
                organisation,
                opening.requirement,
                opening.period,
                opening.opens,
                opening.due,
                opening.event_day,
                charter.hash,
            )


def opened(
    charter: Charter,
    memberships: Iterable[Membership],
    events: Mapping[tuple[str, int], EventDates],
    since: date,
    today: date,
) -> Iterator[Obligation]:
    """Every obligation that has opened by ``today``: one per requirement, period and member active in it."""
    return owing(charter, openings(charter, events, since, today), memberships)


def opening_of(requirement: Requirement, period: Period, event: EventDates | None) -> Opening:
    """A requirement's period with its days: those of its event, once that is planned, else the charter's."""
    opens = _days_in(period, requirement.opens)[0] if requirement.opens else period.start
    due = _days_in(period, requirement.due)[-1] if requirement.due else None
    if requirement.event and event:
        return Opening(requirement.key, period, opens, event.answer_by, event.day)
    return Opening(requirement.key, period, opens, due, None)


def _days_in(period: Period, day: MonthDay) -> list[date]:
    """The days of that name within a period: a duty opens on the first and is due on the last of them."""
    found = [day.in_year(year) for year in range(period.start.year, period.end.year + 1)]
    return [each for each in found if period.start <= each < period.end]


def _owing(members: Iterable[Membership], dated: Opening) -> set[int]:
    return {m.organisation_id for m in members if falls_within(m.validity, dated.period, dated.due, dated.event_day)}


def falls_within(membership: Validity, period: Period, due: date | None, event_day: date | None) -> bool:
    """Whether a duty falls within a membership: its due day and its event do; a standing one, any day of its period."""
    days = [day for day in (due, event_day) if day]
    if days:
        return all(membership.covers(day) for day in days)
    return membership.overlaps(period.start, period.end)


def standing(
    obligation: Obligation,
    requirement: Requirement,
    settlements: Iterable[Settlement],
    answer: Answer | None,
    on: date,
) -> Standing:
    """How the obligation stands on a local day, from the facts about its member and requirement."""
    facts = [fact for fact in settlements if fact.withdrawn_at is None]
    settled = _best(obligation, requirement, facts, on)
    if settled and settled.result in ("fulfilled", "noted"):
        return Standing(_state(settled.result), settled, answer)
    dispensation = _dispensation(obligation, facts, on)
    if dispensation:
        return Standing("exempt", dispensation, answer)
    if settled:
        return Standing(_state(settled.result), settled, answer)
    return Standing(_unsettled(obligation, requirement, answer, on), None, answer)


def _state(result: Result) -> State:
    return "unfulfilled" if result == "absent" else result


def _dispensation(obligation: Obligation, facts: Iterable[Settlement], on: date) -> Settlement | None:
    """A dispensation counts for good if it ran on the day that decides.

    One given for this very obligation counts while it runs, also when the day had passed; then the duty is owed again.
    """
    deciding = obligation.due or obligation.period.end - timedelta(days=1)
    for fact in facts:
        if fact.kind != "dispensation" or fact.requirement != obligation.requirement:
            continue
        runs = fact.validity.covers(on) and (on <= deciding or fact.obligation_id == obligation.id)
        if runs or fact.validity.covers(deciding):
            return fact
    return None


def _best(obligation: Obligation, requirement: Requirement, facts: Iterable[Settlement], on: date) -> Settlement | None:
    """The fact that meets it furthest. What carries must run on the day, or have run when the duty fell due."""
    days = {obligation.period.nearest(on)} | ({obligation.due} if obligation.due and on > obligation.due else set())

    def counts(fact: Settlement) -> bool:
        if not requirement.carries:
            return fact.obligation_id == obligation.id
        same = fact.requirement == obligation.requirement
        return same and any(fact.validity.covers(day) for day in days)

    counting = [fact for fact in facts if fact.kind != "dispensation" and counts(fact)]
    return max(counting, key=lambda fact: (_RANK.get(fact.result, 0), fact.recorded_at, fact.id), default=None)


def _unsettled(obligation: Obligation, requirement: Requirement, answer: Answer | None, on: date) -> State:
    if requirement.settled_by == "attendance":
        over = obligation.event_day is not None and on > obligation.event_day
        if answer or over:
            return "awaiting"
    if obligation.due is None:
        return "unfulfilled" if on >= obligation.period.end else "open"
    return "overdue" if on > obligation.due else "open"


def grade_result(grade: Grade | None) -> Result:
    """An attendance graded by the charter as the result of a settlement; an unknown office meets it partly."""
    return grade or "partial"
