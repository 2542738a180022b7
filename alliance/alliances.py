"""One alliance of the installation, with the charter it runs under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from alliance.charter import Charter
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

    @property
    def is_demo(self) -> bool:
        return self.demo_now is not None
