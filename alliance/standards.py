"""What climate action plans are made by: a standard with its criteria, and who approves and certifies a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from alliance.validity import Validity
from alliance.words import Words

JoinsWith = Literal["nothing", "adopted_plan", "approved_plan"]
"""What a charter wants of a municipality before somebody may sign for it."""
JOINS_WITH: tuple[JoinsWith, ...] = ("nothing", "adopted_plan", "approved_plan")
SECRETARIAT = "secretariat"
"""Who runs the secretariat on the day, where a standard names who decides; anybody else is a party's code."""


@dataclass(frozen=True)
class Point:
    """One thing on a list of a charter: a point that a plan is checked by, a risk it may name, a theme."""

    key: str
    title: Words


@dataclass(frozen=True)
class Standard:
    """What climate action plans are made by while it is valid; older plans keep the one they were made by.

    ``short`` is what it is called in a list. A plan is to be updated ``update_years`` after the council adopted it.
    Each of ``approved_by`` may approve it; it is certified once all of ``certified_by`` have (none: there is no
    certifying).
    """

    key: str
    short: str
    name: Words
    validity: Validity
    update_years: int
    criteria: tuple[Point, ...] = ()
    risks: tuple[Point, ...] = ()
    approved_by: tuple[str, ...] = (SECRETARIAT,)
    certified_by: tuple[str, ...] = ()


def standards_for(standards: Sequence[Standard], day: date) -> tuple[Standard, ...]:
    """The standards that a plan adopted (or begun) on a local day may be made by, each key once, newest first.

    The first there was also takes what is older than it: what a plan was made by then is kept.
    """
    first = min((one.validity.since for one in standards), default=day)
    fits = [one for one in standards if one.validity.covers(max(day, first))]
    return tuple({one.key: one for one in sorted(fits, key=lambda one: one.validity.since, reverse=True)}.values())
