"""What changes on the day that one charter follows another: bodies, cadences, what is required, who serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from alliance.cadences import EventCadence, MeetingCadence
from alliance.charter import Body, Charter, Party, Requirement
from alliance.validity import valid_on
from alliance.words import Words

Section = Literal["bodies", "cadence", "requirements", "parties", "secretariat"]
SECTIONS: tuple[Section, ...] = ("bodies", "cadence", "requirements", "secretariat", "parties")


@dataclass(frozen=True)
class Field:
    """One thing about an element that differs: ``key`` names it; values are numbers, texts, Words or a MonthDay."""

    key: str
    before: object
    after: object


@dataclass(frozen=True)
class Change:
    """An element that begins, ends or differs. ``fields`` are what it says (begins), said (ends) or what differs."""

    section: Section
    state: Literal["begins", "ends", "differs"]
    title: Words
    fields: tuple[Field, ...] = ()


def changes(before: Charter, after: Charter, day: date) -> tuple[Change, ...]:
    """What the first day of ``after`` (local) changes from the last of ``before``, section by section."""
    last = day - timedelta(days=1)
    pairs: list[tuple[Section, Iterable[Any], Iterable[Any], Callable[[Any], str], Callable[[Any], Words], Any]] = [
        ("bodies", valid_on(before.bodies, last), valid_on(after.bodies, day), _key, _name, _of_body),
        ("cadence", _cadences(before, last), _cadences(after, day), _kind, _title, _of_cadence),
        ("requirements", before.requirements_on(last), after.requirements_on(day), _key, _title, _of_requirement),
        ("parties", valid_on(before.parties, last), valid_on(after.parties, day), _code, _name, _of_party),
    ]
    found = [change for pair in pairs for change in _compared(*pair)]
    found += _secretariat(before, after)
    return tuple(sorted(found, key=lambda change: SECTIONS.index(change.section)))


def _key(element: Any) -> str:
    return str(element.key)


def _kind(cadence: Any) -> str:
    return str(cadence.body if isinstance(cadence, MeetingCadence) else cadence.key)


def _code(party: Party) -> str:
    return party.code


def _name(element: Any) -> Words:
    found: Words = element.name
    return found


def _title(element: Any) -> Words:
    found: Words = element.title
    return found


def _cadences(charter: Charter, day: date) -> tuple[MeetingCadence | EventCadence, ...]:
    return (*valid_on(charter.meetings, day), *valid_on(charter.events, day))


def _of_body(body: Body) -> dict[str, object]:
    return {"seats": body.seats, "quorum": body.quorum}


def _of_cadence(cadence: MeetingCadence | EventCadence) -> dict[str, object]:
    return {"per_year": cadence.per_year, "answer_days": cadence.answer_days}


def _of_requirement(need: Requirement) -> dict[str, object]:
    return {"due": need.due or "", "years": need.period.years, "clause": need.clause}


def _of_party(party: Party) -> dict[str, object]:
    return {"role": party.role}


def _compared(
    section: Section,
    was: Iterable[Any],
    will: Iterable[Any],
    key: Callable[[Any], str],
    title: Callable[[Any], Words],
    said: Callable[[Any], dict[str, object]],
) -> Iterable[Change]:
    old, new = {key(one): one for one in was}, {key(one): one for one in will}
    for name, one in old.items():
        if name not in new:
            yield Change(section, "ends", title(one), _fields(said(one), {}))
        elif said(one) != said(new[name]):
            yield Change(section, "differs", title(new[name]), _fields(said(one), said(new[name])))
    for name, one in new.items():
        if name not in old:
            yield Change(section, "begins", title(one), _fields({}, said(one)))


def _fields(before: dict[str, object], after: dict[str, object]) -> tuple[Field, ...]:
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(Field(name, was, will) for name, was, will in pairs if was != will)


def _secretariat(before: Charter, after: Charter) -> list[Change]:
    was, will = before.secretariat, after.secretariat
    if (was.rule, was.organisation) == (will.rule, will.organisation):
        return []
    fields = (Field("rule", was.organisation or was.rule, will.organisation or will.rule),)
    return [Change("secretariat", "differs", after.office(will.office).title, fields)]


def lapsing(before: Charter, after: Charter, day: date) -> frozenset[str]:
    """The keys of what is required on the last day of ``before`` and no more on the first of ``after``."""
    still = {need.key for need in after.requirements_on(day)}
    return frozenset(need.key for need in before.requirements_on(day - timedelta(days=1))) - still
