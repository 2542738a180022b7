"""What an alliance is, beside its rules: its networks, partners, and the goals it looks up to.

The national targets are dated facts from outside; a plan is compared with those in force on a day
(``alliance/national_targets.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from alliance.validity import Validity, valid_on
from alliance.words import Words

Relation = Literal["parent", "sister", "predecessor"]


@dataclass(frozen=True)
class Network:
    """A network the alliance belongs to, is the counterpart of, or goes on from; ``text`` says how."""

    name: str
    relation: Relation
    text: Words


@dataclass(frozen=True)
class Resource:
    """Something to read elsewhere; ``url`` is an https address."""

    title: Words
    url: str


@dataclass(frozen=True)
class Partner:
    """An organisation that the alliance works with. ``code`` is that of a party, where it is one, too.

    ``contact`` is where it is found, beside the people whom the register knows.
    """

    code: str
    name: Words
    what: Words
    contact: Words | None
    resources: tuple[Resource, ...]
    validity: Validity


@dataclass(frozen=True)
class NationalTarget:
    """What the country is to reach by ``year``: a reduction in per cent against ``base_year``, or (None) neutrality."""

    key: str
    text: Words
    year: int
    validity: Validity
    source: Words
    reduction_pct: int | None = None
    base_year: int | None = None


@dataclass(frozen=True)
class About:
    """``reference`` is the international goal that everything is measured by; None where the charter names none."""

    reference: Words | None = None
    networks: tuple[Network, ...] = ()
    partners: tuple[Partner, ...] = ()
    targets: tuple[NationalTarget, ...] = ()

    def partners_on(self, day: date) -> tuple[Partner, ...]:
        return valid_on(self.partners, day)

    def targets_on(self, day: date) -> tuple[NationalTarget, ...]:
        """The national targets in force on the day, the nearest year first."""
        return tuple(sorted(valid_on(self.targets, day), key=lambda target: target.year))


NOTHING_SAID = About()
"""Of an alliance whose charter has no such section."""


@dataclass(frozen=True)
class ContactSeen:
    """Somebody to write to; ``mail`` is empty where no address of theirs works."""

    name: str
    office: Words
    mail: str


@dataclass(frozen=True)
class PartnerSeen:
    """A partner with the people whom the register has for it."""

    partner: Partner
    people: tuple[ContactSeen, ...] = ()


@dataclass(frozen=True)
class AreaCovered:
    """A part of the country: how many municipalities it has, and by name those that are no members."""

    name: str
    all: int
    outside: tuple[str, ...]

    @property
    def members(self) -> int:
        return self.all - len(self.outside)
