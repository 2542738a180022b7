"""A charter: the dated rules of one alliance, as values. ``charter_file`` reads it from TOML.

Every dated element is valid from its day (inclusive) until its day (exclusive); ``..._on(day)`` gives what is valid.
Sources of the shipped ones: ``dk2020``, declaration of 4 June 2021 with annex; ``klimaalliancen``, the partnership's
own presentation of 2025.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

from alliance.about import NOTHING_SAID, About
from alliance.cadences import Avoid, EventCadence, Ladder, MeetingCadence, MonthDay, PaperDeadlines
from alliance.calendar import WorkingCalendar
from alliance.standards import JoinsWith, Point, Standard, standards_for
from alliance.validity import Validity, valid_on
from alliance.words import Words

Grade = Literal["fulfilled", "noted", "partial"]
SettledBy = Literal["report", "attendance", "evidence"]
Level = Literal["required", "expected", "optional"]


@dataclass(frozen=True)
class OfficeKind:
    """An office of an organisation; of one that is ``single`` a new holder follows the last, else several may hold it.

    Only organisations of a kind in ``held_in`` have it; empty: any has.
    """

    key: str
    title: Words
    article_da: str
    single: bool = False
    held_in: tuple[str, ...] = ()

    def is_of(self, kind: str) -> bool:
        """Whether an organisation of this kind has such an office."""
        return not self.held_in or kind in self.held_in


@dataclass(frozen=True)
class PeriodRule:
    """Periods of so many years that start on a day; ``anchor`` is a year in which one starts."""

    years: int
    starts: MonthDay
    anchor: int


@dataclass(frozen=True)
class EvidenceKind:
    """One thing that may meet a requirement, and how far it does.

    ``plan``: a plan that the council has adopted is this evidence, once it stands in the register of plans. ``shares``:
    it is an experience that the other members can find and use. ``begins`` and ``ends`` (exclusive) are the days on
    which it can be given, where it was not always there or is no more; ``was`` is what it was called before.
    """

    key: str
    title: Words
    counts: Grade
    plan: bool = False
    shares: bool = False
    begins: date | None = None
    ends: date | None = None
    was: str = ""

    def given_on(self, day: date) -> bool:
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


@dataclass(frozen=True)
class Requirement:
    """What every member owes for a period. ``due`` and ``event`` date it; with neither it is a standing duty.

    ``event_word`` is what the event is called in a command. ``owner`` is the person who is asked first, if they hold or
    act for one of the offices it asks.
    """

    key: str
    number: str
    title: Words
    duty: Words
    clause: Words
    settled_by: SettledBy
    asks: tuple[str, ...]
    period: PeriodRule
    validity: Validity
    opens: MonthDay | None = None
    due: MonthDay | None = None
    event: str | None = None
    carries: bool = False
    evidence: tuple[EvidenceKind, ...] = ()
    attendance: tuple[tuple[str, Grade], ...] = ()
    event_word: Words | None = None
    owner: int | None = None

    @property
    def dated(self) -> bool:
        """Whether it has a deadline that is counted to; a standing duty is shown but never chased."""
        return self.due is not None or self.event is not None

    def as_on(self, day: date) -> Requirement:
        """The requirement with the evidence that can be given on a day; what was given stays what it was."""
        return replace(self, evidence=tuple(kind for kind in self.evidence if kind.given_on(day)))

    def evidence_kind(self, key: str) -> EvidenceKind | None:
        return next((kind for kind in self.evidence if kind.key == key), None)


@dataclass(frozen=True)
class Goal:
    key: str
    text: Words
    by_year: int


@dataclass(frozen=True)
class Party:
    """An organisation that takes part beside the members: a partner, or an observer, for its dates.

    ``kind`` is what it is (``association``, ``region`` …) and ``group`` the group of the charter's constituency it
    belongs to, or "". ``told_before`` are months before its end in which the secretariat is told of that.
    """

    code: str
    name: Words
    official_name: str
    kind: str
    role: Literal["partner", "observer"]
    group: str
    validity: Validity
    told_before: tuple[int, ...] = ()


@dataclass(frozen=True)
class Advisers:
    """Parties of a ``kind`` see and act for the members of their own group, by whoever holds ``office`` in them."""

    kind: str
    office: str


@dataclass(frozen=True)
class Body:
    """``word`` is the one word it is called by in a command. ``observers`` are the membership roles whose organisations
    sit in without a vote, by ``observer_office``.

    ``seated`` are the codes of the parties that have a seat by being who they are. ``reports_to`` is the body whose
    next agenda carries what this one has decided, or None. ``progress`` is the number of the task (from 1; 0: none)
    under which an agenda says how far the members are, ``participation`` that under which it says who is behind,
    ``influence`` that under which it says what they want changed and what was asked of whom.
    """

    key: str
    name: Words
    short_name: Words
    word: Words
    seats: int
    seat_holder: str
    seat_rule: str
    quorum: int
    vacancy_days: int
    tasks: tuple[Words, ...]
    observers: tuple[str, ...]
    observer_office: str
    validity: Validity
    seated: tuple[str, ...] = ()
    reports_to: str | None = None
    progress: int = 1
    participation: int = 0
    influence: int = 0


@dataclass(frozen=True)
class ChairRule:
    """``told_before`` are months before the end of a chair's term in which the secretariat is told of that."""

    body: str
    elected_by: str
    years: int
    ballot_days: int
    told_before: tuple[int, ...] = ()


@dataclass(frozen=True)
class SecretariatRule:
    """Who runs the secretariat: the municipality of the chair (``follows_chair``) or one organisation (``fixed``)."""

    rule: Literal["follows_chair", "fixed"]
    office: str
    overlap_days: int
    assisted_by: tuple[str, ...]
    organisation: str | None = None


@dataclass(frozen=True)
class Papers:
    """Who receives all items of a paper, and who its open items only."""

    all_items: tuple[str, ...]
    open_items: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """One key figure of the report: hard limits refuse, plausible ones only ask (both inclusive)."""

    key: str
    label: Words
    kind: Literal["number", "text"]
    unit: Words
    sector: str
    sector_title: Words
    level: Level
    better: Literal["up", "down", "none"]
    hint: Words
    validity: Validity
    hard_min: Decimal | None = None
    hard_max: Decimal | None = None
    plausible_min: Decimal | None = None
    plausible_max: Decimal | None = None
    part_of: str | None = None
    import_names: tuple[str, ...] = ()

    @property
    def hard_limits(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the most a figure can be, in the unit; None where there is no such limit."""
        return self.hard_min, self.hard_max

    def can_be(self, value: Decimal) -> bool:
        """Whether a figure is within the hard limits."""
        least, most = self.hard_limits
        return (least is None or least <= value) and (most is None or value <= most)


@dataclass(frozen=True)
class Reporting:
    """What a report asks for; ``change_asked_pct`` and ``sum_tolerance_pct`` are per cents that lead to a question."""

    data_year_lag: int
    change_asked_pct: Decimal
    sum_tolerance_pct: Decimal
    indicators: tuple[Indicator, ...]

    def indicators_on(self, day: date) -> tuple[Indicator, ...]:
        return valid_on(self.indicators, day)

    def indicator(self, key: str) -> Indicator:
        return next(indicator for indicator in self.indicators if indicator.key == key)


@dataclass(frozen=True)
class Charter:
    """The whole of one alliance's rules. ``hash`` is the SHA-256 of the text it was read from, in hex."""

    key: str
    name: Words
    zone: str
    validity: Validity
    sister_network: str | None
    source: str
    purpose: Words
    parties: tuple[Party, ...]
    advisers: Advisers | None
    standards: tuple[Standard, ...]
    themes: tuple[Point, ...]
    member_kind: str
    contact: str
    groupings: tuple[str, ...]
    constituency: str
    offices: tuple[OfficeKind, ...]
    requirements: tuple[Requirement, ...]
    goals: tuple[Goal, ...]
    bodies: tuple[Body, ...]
    chair: ChairRule | None
    secretariat: SecretariatRule
    papers: Papers
    meetings: tuple[MeetingCadence, ...]
    events: tuple[EventCadence, ...]
    avoid: Avoid
    deadlines: PaperDeadlines
    reporting: Reporting
    ladders: tuple[Ladder, ...]
    calendar: WorkingCalendar
    hash: str
    about: About = NOTHING_SAID
    joins_with: JoinsWith = "nothing"

    def requirements_on(self, day: date) -> tuple[Requirement, ...]:
        return valid_on(self.requirements, day)

    def asked_on(self, day: date, event: str | None = None) -> tuple[tuple[str, ...], ...]:
        """The offices that each requirement of the day (tied to the event) asks; else the contact alone.

        By them a member is written to.
        """
        tied = [r.asks for r in self.requirements_on(day) if event is None or r.event == event]
        return tuple(tied) or ((self.contact,),)

    def requirement(self, key: str) -> Requirement:
        """The newest version of a requirement; raises LookupError for an unknown key."""
        versions = [requirement for requirement in self.requirements if requirement.key == key]
        if not versions:
            raise LookupError(f"{key!r} is not a requirement of {self.key}")
        return versions[-1]

    def is_over(self, key: str, day: date) -> bool:
        """Whether a requirement was in force once and is no more on the day: what was owed by it has lapsed."""
        ends = [requirement.validity.until for requirement in self.requirements if requirement.key == key]
        return bool(ends) and all(end is not None and end <= day for end in ends)

    def requirement_on(self, key: str, day: date) -> Requirement:
        """The version of a requirement that is valid on the day, else the newest."""
        versions = [r for r in self.requirements_on(day) if r.key == key]
        return versions[-1] if versions else self.requirement(key)

    def ladder_on(self, day: date) -> Ladder:
        """The ladder that is valid on the day; before there was one, the first."""
        return (valid_on(self.ladders, day) or self.ladders[:1])[-1]

    def standard_on(self, day: date) -> Standard | None:
        """What a plan begun on the day is made by; None where the charter names nothing."""
        return next(iter(standards_for(self.standards, day)), None)

    def standard(self, key: str) -> Standard | None:
        """The newest version of a standard; None for a key that is none."""
        return next((one for one in reversed(self.standards) if one.key == key), None)

    def plan_evidence_on(self, day: date) -> tuple[Requirement, EvidenceKind] | None:
        """The requirement that an adopted plan meets on the day, and as which evidence; None where there is none."""
        kinds = ((need, kind) for need in self.requirements_on(day) for kind in need.evidence if kind.plan)
        return next(kinds, None)

    def shared_evidence_on(self, day: date) -> tuple[Requirement, EvidenceKind] | None:
        """The requirement that sharing an experience meets on any day of its period, and as which evidence; or None."""
        standing = (need for need in self.requirements_on(day) if need.event is None)
        return next(((need, kind) for need in standing for kind in need.evidence if kind.shares), None)

    def theme(self, key: str) -> Point | None:
        return next((theme for theme in self.themes if theme.key == key), None)

    def goal(self, key: str) -> Goal | None:
        return next((goal for goal in self.goals if goal.key == key), None)

    def office(self, key: str) -> OfficeKind:
        return next(office for office in self.offices if office.key == key)

    def cadence_on(self, key: str, day: date) -> MeetingCadence | EventCadence:
        """How a body or an event meets on the day, else newest; raises LookupError for a key that has no cadence."""
        found: list[MeetingCadence | EventCadence] = [c for c in self.meetings if c.body == key]
        found += [c for c in self.events if c.key == key]
        if not found:
            raise LookupError(f"{key!r} has no cadence in {self.key}")
        return (valid_on(found, day) or tuple(found))[-1]

    def event(self, key: str) -> EventCadence:
        """The newest version of an event; raises LookupError for an unknown key."""
        return _newest((event for event in self.events if event.key == key), key, self.key)

    def meeting_title(self, kind: str, number: int, year: int) -> Words:
        """What a body's meeting (``Styregruppemøde 2/2027``) or an event (``Klimatopmøde 2027``) is called."""
        if number:
            titles = [cadence.title for cadence in self.meetings if cadence.body == kind]
            title = titles[-1] if titles else self.body(kind).name
        else:
            title = self.event(kind).title
        label = f"{number}/{year}" if number else str(year)
        return Words(f"{title.da} {label}", f"{title.en} {label}")

    def word(self, kind: str) -> Words:
        """What a body or an event is called in a command."""
        words = [body.word for body in self.bodies if body.key == kind]
        return words[-1] if words else self.event(kind).word

    def body(self, key: str) -> Body:
        """The newest version of a body; raises LookupError for an unknown key."""
        return _newest((body for body in self.bodies if body.key == key), key, self.key)


T = TypeVar("T")


def _newest(versions: Iterable[T], key: str, where: str) -> T:
    found = list(versions)
    if not found:
        raise LookupError(f"{key!r} is not in {where}")
    return found[-1]
