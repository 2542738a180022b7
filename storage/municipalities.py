"""Reference facts about the 98 Danish municipalities, from ``data/municipalities.csv``.

Sources: DAWA (codes, names, regions), Danmarks Statistik FOLK1A 2026K1 (population), lov nr. 699 af 20.6.2025 section
126 (Region Østdanmark from 1 January 2027), Realdania (DK2020 cohorts). Christiansø (0411) belongs to no municipality.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from alliance.names import fold

Group = tuple[str, str, date, date | None]
EAST = date(2027, 1, 1)  # Hovedstaden and Sjælland become Region Østdanmark
REGIONS_SINCE = date(2007, 1, 1)


@dataclass(frozen=True)
class Municipality:
    """A row of the reference facts; ``cohort`` is when it came into DK2020."""

    code: str
    name: str
    official_name: str
    region: str
    region_from_2027: str
    kkr: str
    cohort: str

    @property
    def slug(self) -> str:
        """The name as it stands in an address: ``hoeje-taastrup``."""
        return fold(self.name).replace(" ", "-")

    @property
    def groups(self) -> tuple[Group, ...]:
        """(grouping, name, since, until): the dated groups it belongs to."""
        merged = self.region != self.region_from_2027
        region = ("region", f"Region {self.region}", REGIONS_SINCE, EAST if merged else None)
        east = ("region", f"Region {self.region_from_2027}", EAST, None)
        kkr = ("kkr", self.kkr, REGIONS_SINCE, None)
        return (region, east, kkr) if merged else (region, kkr)


def municipalities() -> tuple[Municipality, ...]:
    """The reference facts about every Danish municipality, by code."""
    text = (files("storage") / "data" / "municipalities.csv").read_text(encoding="utf-8")
    return tuple(
        Municipality(
            row["code"],
            row["name"],
            row["official_name"],
            row["region"],
            row["region_from_2027"],
            row["kkr"],
            row["dk2020_cohort"],
        )
        for row in csv.DictReader(text.splitlines())
    )
