"""Members of whom nothing has been heard for a long while: noticed, so that somebody may call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alliance.members import Membership
from alliance.months import months_before

MONTHS = 12
MOST_MONTHS = 60


@dataclass(frozen=True)
class Silence:
    """A member that is silent. ``heard`` is the local day of the last it did itself, None for nothing at all."""

    organisation_id: int
    heard: date | None


@dataclass(frozen=True)
class SilentMember:
    """The same for people: the names of the member and of whoever is to be called, and the group it belongs to."""

    name: str
    group: str
    contact: str
    heard: date | None


def silent(
    memberships: Iterable[Membership], heard: Mapping[int, date], known_since: date, months: int, today: date
) -> tuple[Silence, ...]:
    """The members of the day that did nothing for so many months, who has been silent longest first.

    Nobody is silent before they could have been heard for as long: they joined, or Tovholder came (``known_since``).
    """
    before = months_before(today, months)
    found = []
    for membership in memberships:
        if membership.role != "member" or not membership.validity.covers(today):
            continue
        last = heard.get(membership.organisation_id)
        if max(last or known_since, membership.validity.since) <= before:
            found.append(Silence(membership.organisation_id, last))
    return tuple(sorted(found, key=lambda one: (one.heard or date.min, one.organisation_id)))


def could_be_silent(
    memberships: Iterable[Membership], known_since: date, months: int, today: date
) -> tuple[Membership, ...]:
    """The members of the day that we could have heard from for so many months."""
    before = months_before(today, months)
    members = (m for m in memberships if m.role == "member" and m.validity.covers(today))
    return tuple(m for m in members if max(known_since, m.validity.since) <= before)
