"""Political influence: framework conditions that members raise, and what the alliance asks of whom.

Both are facts with their time; how an issue or an ask stands is worked out. Sources: the declaration's
"rammebetingelser", and "skubbe på for at skabe de bedste rammer" of its annex (checklist B10, B22).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from alliance.errors import Refused
from alliance.names import fold

StepKind = Literal["planned", "taken_up", "sent_on", "declined"]
IssueState = Literal["raised", "planned", "discussed", "taken_up", "sent_on", "declined", "withdrawn"]
Outcome = Literal["met", "partly", "refused", "noted", "none"]
AskState = Literal["awaiting", "unanswered", "met", "partly", "refused", "noted", "none"]

OUTCOMES: tuple[StepKind, ...] = ("taken_up", "sent_on", "declined")
"""What can become of an issue."""
ANSWERS: tuple[Outcome, ...] = ("met", "partly", "refused", "noted", "none")
"""What an answer can say; ``none`` is that no answer is awaited any more."""
PENDING = ("raised", "planned", "discussed")
LONGEST_HEADING = 200
LONGEST_TEXT = 4_000
LONGEST_LINE = 300
"""Characters."""


@dataclass(frozen=True)
class Support:
    """An organisation stands behind an issue; ``person_id`` said so. ``recorded_at`` is aware UTC."""

    organisation_id: int
    organisation: str
    person_id: int
    recorded_at: datetime


@dataclass(frozen=True)
class IssueStep:
    """Something that became of an issue: it was put on a meeting, or an outcome was noted, in ``words``.

    ``day`` is local: of the meeting for ``planned`` (as it is planned now), else when it was noted. ``item_id`` is the
    agenda item; ``stands`` is False once that was taken off or its meeting cancelled. Instants are aware UTC.
    """

    id: int
    issue_id: int
    kind: StepKind
    day: date
    words: str
    recorded_at: datetime
    recorded_by: int
    recorded_by_name: str = ""
    item_id: int | None = None
    meeting_id: int | None = None
    stands: bool = True
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Issue:
    """A framework condition that an organisation raised. ``number`` is its name within the alliance."""

    id: int
    number: int
    heading: str
    text: str
    organisation_id: int
    raised_by: int
    raised_at: datetime
    on_behalf: bool = False
    organisation: str = ""
    raised_by_name: str = ""
    supporters: tuple[Support, ...] = ()
    steps: tuple[IssueStep, ...] = ()
    withdrawn_at: datetime | None = None

    @property
    def last(self) -> IssueStep | None:
        """The newest step that still stands."""
        return next((step for step in reversed(self.steps) if step.stands), None)

    def state(self, day: date) -> IssueState:
        """How it stands on a local day; ``discussed`` is on the agenda of a meeting that is over, with no outcome."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.last is None:
            return "raised"
        return "discussed" if self.last.kind == "planned" and self.last.day < day else self.last.kind

    def pending(self, day: date) -> bool:
        """Whether nothing has become of it yet."""
        return self.state(day) in PENDING

    def backed_by(self, organisation_id: int) -> bool:
        """Whether an organisation raised it or supports it."""
        return organisation_id in (self.organisation_id, *(one.organisation_id for one in self.supporters))

    def holds(self, typed: str) -> bool:
        """Whether it, or who raised it, has these words in it, however they are spelled."""
        return fold(typed) in fold(f"{self.heading} {self.text} {self.organisation}")


@dataclass(frozen=True)
class PolicyAnswer:
    """What came back for an ask on a local day; ``words`` and ``link`` may be empty. ``recorded_at`` is aware UTC."""

    id: int
    number: int
    outcome: Outcome
    answered_on: date
    words: str
    link: str
    recorded_at: datetime
    recorded_by: int
    recorded_by_name: str = ""


@dataclass(frozen=True)
class PolicyAsk:
    """What the alliance asks of somebody, sent on a local day; ``hoped_by`` is when an answer is hoped for, if at all.

    ``number`` is its name within the alliance, ``issue`` the number of the framework condition it is about. A
    correction is another row of the same number. ``chair`` led the alliance on the day it was sent.
    """

    id: int
    number: int
    recipient: str
    subject: str
    sent_on: date
    hoped_by: date | None
    link: str
    issue: int | None
    recorded_at: datetime
    recorded_by: int
    recorded_by_name: str = ""
    chair: str = ""
    answer: PolicyAnswer | None = None

    def state(self, day: date) -> AskState:
        """How it stands on a local day: on the day hoped for it is still awaited, on the day after unanswered."""
        if self.answer is not None:
            return self.answer.outcome
        return "unanswered" if self.hoped_by is not None and self.hoped_by < day else "awaiting"

    def is_open(self, day: date) -> bool:
        """Whether an answer is still awaited."""
        return self.state(day) in ("awaiting", "unanswered")

    def holds(self, typed: str) -> bool:
        """Whether it, or its answer, has these words in it, however they are spelled."""
        answer = self.answer.words if self.answer else ""
        return fold(typed) in fold(f"{self.recipient} {self.subject} {answer}")


@dataclass(frozen=True)
class Influence:
    """Both registers of an alliance, as they are known now."""

    issues: tuple[Issue, ...]
    asks: tuple[PolicyAsk, ...]

    def waiting(self, day: date) -> tuple[PolicyAsk, ...]:
        """The asks whose answer was hoped for before the local day, the longest first."""
        found = (ask for ask in self.asks if ask.state(day) == "unanswered")
        return tuple(sorted(found, key=lambda ask: (ask.hoped_by or date.max, ask.number)))


# ---------------------------------------------------------------------------------------------- order and search


def by_weight(issues: Iterable[Issue], day: date) -> tuple[Issue, ...]:
    """Those that nothing has become of first, the most supported of them first; else the newest first."""
    return tuple(sorted(issues, key=lambda one: (not one.pending(day), -len(one.supporters), -one.number)))


def by_wait(asks: Iterable[PolicyAsk], day: date) -> tuple[PolicyAsk, ...]:
    """The unanswered first, by the day hoped for; then those that are awaited; then the answered, newest first."""
    rank = {"unanswered": 0, "awaiting": 1}

    def key(ask: PolicyAsk) -> tuple[int, date, int]:
        state = ask.state(day)
        return rank.get(state, 2), (ask.hoped_by or date.max) if state in rank else date.max, -ask.number

    return tuple(sorted(asks, key=key))


# ------------------------------------------------------------------------------------------- what is allowed when


def check_support(issue: Issue, organisation_id: int, day: date) -> None:
    """Refuse support by who raised it, and for what is settled; the same support again is harmless."""
    if organisation_id == issue.organisation_id:
        raise Refused("issue_own", heading=issue.heading)
    check_pending(issue, day)


def check_pending(issue: Issue, day: date) -> None:
    """Refuse where something has become of it already."""
    if not issue.pending(day):
        raise Refused("issue_settled", number=issue.number, heading=issue.heading, state=issue.state(day))


def ask_faults(typed: Mapping[str, str], sent_on: date | None, hoped_by: date | None, today: date) -> dict[str, str]:
    """What is wrong with an ask, by field; the days are read already, None for what cannot be read or is empty."""
    errors: dict[str, str] = {}
    for key in ("recipient", "subject"):
        if not typed[key]:
            errors[key] = f"{key}_missing"
    if sent_on is None:
        errors["sent_on"] = "date_wrong" if typed["sent_on"] else "sent_on_missing"
    elif sent_on > today:
        errors["sent_on"] = "sent_on_future"
    if typed["hoped_by"] and hoped_by is None:
        errors["hoped_by"] = "date_wrong"
    elif sent_on and hoped_by and hoped_by < sent_on:
        errors["hoped_by"] = "hoped_by_early"
    return errors


def answer_fault(ask: PolicyAsk, answered_on: date | None, typed: str, today: date) -> str:
    """What is wrong with the day of an answer; empty if nothing is."""
    if answered_on is None:
        return "date_wrong" if typed else "answered_on_missing"
    if answered_on > today:
        return "answered_on_future"
    return "answered_on_early" if answered_on < ask.sent_on else ""
