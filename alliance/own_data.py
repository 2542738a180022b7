"""Everything an alliance keeps about one member, subject by subject, for the member to take with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alliance.members import Organisation


@dataclass(frozen=True)
class Subject:
    """One kind of record as rows under ``columns``.

    A value is a text, number, day, instant (aware UTC), truth value, ``Words``, several of them, or None where there is
    nothing.
    """

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class OwnData:
    """What is kept about a member, as it was in one moment (``at``, aware UTC)."""

    organisation: Organisation
    at: datetime
    subjects: tuple[Subject, ...]

    @property
    def count(self) -> int:
        return sum(len(subject.rows) for subject in self.subjects)
