"""What a body has decided, meeting by meeting: the approved minutes as one list, in a reader's own copy.

Source: the annex of 4 June 2021, task 3 of the steering group: "set the political direction of the alliance".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from alliance.meetings import Meeting
from alliance.names import fold
from alliance.obligations import State

ROUTINE = ("approve_agenda", "approve_minutes")
"""The standing items whose decisions say nothing of the alliance's direction."""


@dataclass(frozen=True)
class DecidedAction:
    """What somebody is to do after it, by a local day; ``state`` is how that stands now, None where nobody owes it."""

    what: str
    owner: str
    due: date
    state: State | None


@dataclass(frozen=True)
class Decision:
    """What was decided and agreed under an item; ``paper_id`` are the minutes it stands in."""

    meeting: Meeting
    paper_id: int
    number: int
    heading: str
    closed: bool
    decision: str
    actions: tuple[DecidedAction, ...] = ()


def with_words(decisions: Iterable[Decision], typed: str) -> tuple[Decision, ...]:
    """The decisions in which every typed word stands, or the beginning or middle of one, however it is spelled."""
    words = fold(typed).split()
    return tuple(one for one in decisions if all(word in _said(one) for word in words))


def _said(one: Decision) -> str:
    title = one.meeting.title
    agreed = (part for action in one.actions for part in (action.what, action.owner))
    return fold(" ".join((title.da, title.en, one.heading, one.decision, *agreed)))
