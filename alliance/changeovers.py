"""The secretariat is handed over: when that is, who of the two may act, and what has to be in place by then.

Only where it follows the chair. Nothing is handed over to a chair who is elected again, nor, while nobody is known,
away from the last one, who goes on. Days are local.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from alliance.charter import ChairRule, SecretariatRule
from alliance.members import SeatTerm
from alliance.months import months_before

BY_HAND = ("archive", "access", "mailbox", "talk")
"""What Tovholder cannot see: somebody says that it is done."""


@dataclass(frozen=True)
class Changeover:
    """From one organisation to another (None: not known yet) on ``day``, the new one's first.

    ``until`` is the first day on which the one that leaves may act no more; ``since`` the first day of the term that
    ends, by which the checklist is known.
    """

    leaving: int
    coming: int | None
    since: date
    day: date
    until: date


@dataclass(frozen=True)
class Line:
    """One thing on the checklist: how many are left of it, ``named`` a few of them, and ``key`` what kind.

    ``by_hand`` where somebody says that it is done: ``done_by`` is who did.
    """

    key: str
    left: int
    named: tuple[str, ...] = ()
    by_hand: bool = False
    done_by: str = ""
    done_on: date | None = None

    @property
    def done(self) -> bool:
        return self.left == 0


def changeover(
    secretariat: SecretariatRule, chair: ChairRule | None, terms: Iterable[SeatTerm], day: date
) -> Changeover | None:
    """The changeover that is ahead or under way on a day; None while there is nothing to hand over.

    It is ahead once a successor is noted, or from the first month in which the charter has the end of the term told.
    """
    if secretariat.rule != "follows_chair" or chair is None:
        return None
    led = sorted((t for t in terms if t.chair and t.body == chair.body), key=lambda term: term.validity.since)
    begun = [term for term in led if term.validity.since <= day]
    if not begun:
        return None
    overlap = timedelta(days=secretariat.overlap_days)
    return _under_way(begun, overlap, day) or _ahead(begun[-1], led[len(begun) :], chair.told_before, overlap, day)


def _under_way(begun: Sequence[SeatTerm], overlap: timedelta, day: date) -> Changeover | None:
    """The newest change among the chairs so far, while both may act."""
    for before, now in reversed(list(pairwise(begun))):
        if before.organisation_id != now.organisation_id:
            since, until = now.validity.since, now.validity.since + overlap
            found = Changeover(before.organisation_id, now.organisation_id, before.validity.since, since, until)
            return found if day < until else None
    return None


def _ahead(
    current: SeatTerm, later: Sequence[SeatTerm], told_before: Sequence[int], overlap: timedelta, day: date
) -> Changeover | None:
    leaving, since, ends = current.organisation_id, current.validity.since, current.validity.until
    following = next(iter(later), None)
    if following is not None:
        if following.organisation_id == leaving:  # elected again
            return None
        begins = following.validity.since
        return Changeover(leaving, following.organisation_id, since, begins, begins + overlap)
    if ends is None or day < months_before(ends, max(told_before, default=0)):
        return None
    return Changeover(leaving, None, since, ends, ends + overlap)


def also_acts(found: Changeover | None, day: date) -> int | None:
    """The organisation that handed the secretariat over and may still act for it on a day; None where none may."""
    return found.leaving if found and found.coming and found.day <= day < found.until else None


def left(lines: Collection[Line]) -> int:
    """How many things on the list are not in place."""
    return sum(not line.done for line in lines)
