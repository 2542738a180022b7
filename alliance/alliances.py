"""One alliance of the installation, with the charter it runs under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from alliance.charter import Charter, Papers
from alliance.successions import Adoption


@dataclass(frozen=True)
class Alliance:
    """``obligations_since`` is the local day it began to be run here: what fell due earlier is history.

    ``adopted`` are the charters it has had and is to have, by day; empty where there has only been one.

    ``demo_now`` (aware UTC) is where the clock of a demo alliance stands; None for a real one.
    """

    id: int
    key: str
    charter: Charter
    obligations_since: date
    demo_now: datetime | None
    adopted: tuple[Adoption, ...] = ()

    @property
    def charters(self) -> tuple[Adoption, ...]:
        """The charters it has had and is to have, by day; the first holds from its own first day."""
        return self.adopted or (Adoption(self.charter, self.charter.validity.since),)

    def papers_on(self, day: date) -> Papers:
        """Who was sent papers on a local day, by the charter that held then."""
        held = [one.charter for one in self.charters if one.since <= day]
        return (held[-1] if held else self.charter).papers

    @property
    def is_demo(self) -> bool:
        return self.demo_now is not None
