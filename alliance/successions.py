"""One alliance under several charters, one after the other: each holds from its day, and history keeps its rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from alliance.charter import Charter
from alliance.errors import Refused
from alliance.validity import Validity

E = TypeVar("E", bound=Any)


@dataclass(frozen=True)
class Adoption:
    """A charter and the local day from which it holds; the first of an alliance holds from the beginning."""

    charter: Charter
    since: date


def check_adoption(adopted: Sequence[Adoption], charter: Charter, since: date, today: date) -> None:
    """Raise Refused for a charter that holds already or is to, and for a day that is past, too early or taken."""
    if any(charter.key == one.charter.key for one in adopted):
        raise Refused("charter_known", charter=charter.name)
    if since <= today:
        raise Refused("charter_day_past", day=since)
    if since < charter.validity.since:
        raise Refused("charter_day_early", day=since, first=charter.validity.since)
    if any(one.since > today for one in adopted):
        raise Refused("charter_day_taken", charter=adopted[-1].charter.name, day=adopted[-1].since)


def succession(adopted: Sequence[Adoption], in_force: str) -> Charter:
    """The charter that is in force, with the dated elements of those before and after it for their own days.

    What is dated (bodies, cadences, requirements, ladders, indicators, parties, standards) holds only while its charter
    does; what is not is that of the charter in force, but whoever held an office or a seat may still be named.
    ``adopted`` come by their day, each key once.
    """
    if len(adopted) == 1:
        return adopted[0].charter
    now = next(one.charter for one in adopted if one.charter.key == in_force)
    whole = [_within(one.charter, window) for one, window in zip(adopted, _windows(adopted), strict=True)]
    offices = {office.key: office for charter in (*whole, now) for office in charter.offices}
    every = {office.key: None for office in now.offices} | dict.fromkeys(offices)
    all_items = (body for charter in (now, *whole) for body in charter.papers.all_items)
    return replace(
        now,
        offices=tuple(offices[key] for key in every),
        parties=_joined(charter.parties for charter in whole),
        standards=_joined(charter.standards for charter in whole),
        requirements=_joined(charter.requirements for charter in whole),
        bodies=_joined(charter.bodies for charter in whole),
        meetings=_joined(charter.meetings for charter in whole),
        events=_joined(charter.events for charter in whole),
        ladders=_joined(charter.ladders for charter in whole),
        papers=replace(now.papers, all_items=tuple(dict.fromkeys(all_items))),
        reporting=replace(now.reporting, indicators=_joined(charter.reporting.indicators for charter in whole)),
    )


def _windows(adopted: Sequence[Adoption]) -> Iterable[Validity]:
    """From when until when each holds."""
    for number, one in enumerate(adopted):
        until = adopted[number + 1].since if number + 1 < len(adopted) else None
        yield Validity(date.min if number == 0 else one.since, until)


def _within(charter: Charter, window: Validity) -> Charter:
    return replace(
        charter,
        parties=_cut(charter.parties, window),
        standards=_cut(charter.standards, window),
        requirements=_cut(charter.requirements, window),
        bodies=_cut(charter.bodies, window),
        meetings=_cut(charter.meetings, window),
        events=_cut(charter.events, window),
        ladders=_cut(charter.ladders, window),
        reporting=replace(charter.reporting, indicators=_cut(charter.reporting.indicators, window)),
    )


def _cut(elements: Iterable[E], window: Validity) -> tuple[E, ...]:
    """The elements for the days within the window; those that have none there are left out."""
    cut = ((element, _both(element.validity, window)) for element in elements)
    return tuple(replace(element, validity=both) for element, both in cut if both is not None)


def _both(one: Validity, other: Validity) -> Validity | None:
    since = max(one.since, other.since)
    until = min((end for end in (one.until, other.until) if end is not None), default=None)
    return Validity(since, until) if until is None or since < until else None


def _joined(parts: Iterable[tuple[E, ...]]) -> tuple[E, ...]:
    return tuple(element for part in parts for element in part)
