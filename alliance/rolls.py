"""A meeting with everybody it concerns: who is invited, what each answered, who came, and whether that is a quorum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alliance.attendance import Answer, Count, Presence
from alliance.meetings import Meeting


@dataclass(frozen=True)
class RollLine:
    """One seat, observer or member. ``person`` is empty for a vacant seat.

    ``answer`` counts for the meeting as it is; ``earlier`` was given to another time or by a predecessor, and is asked
    for again.
    ``invited`` says that a calendar was told.
    """

    organisation_id: int | None
    organisation: str
    seat: str
    person: str
    chair: bool = False
    observer: bool = False
    invited: bool = False
    reachable: bool = True
    person_id: int | None = None
    answer: Answer | None = None
    earlier: Answer | None = None
    presence: Presence | None = None


@dataclass(frozen=True)
class Roll:
    """``lines`` in the order they are read out. ``agenda_due`` and ``minutes_due``: local days of a body's meeting."""

    meeting: Meeting
    lines: tuple[RollLine, ...]
    quorum: int = 0
    agenda_due: date | None = None
    minutes_due: date | None = None

    @property
    def seats(self) -> tuple[RollLine, ...]:
        return tuple(line for line in self.lines if not line.observer)

    def count(self) -> Count:
        """How many seats are (or, before the meeting, are to be) taken."""
        held = self.meeting.state == "held"
        coming = [line for line in self.seats if (_came(line) if held else _comes(line))]
        return Count(len(self.seats), len(coming), self.quorum)

    def answered(self) -> dict[str, int]:
        """How many answered what; ``silent`` are those who have not, where there is somebody to answer."""
        found = {"yes": 0, "tentative": 0, "no": 0, "silent": 0}
        for line in self.lines:
            if line.answer:
                found[line.answer.response] += 1
            elif line.person:
                found["silent"] += 1
        return found


def _comes(line: RollLine) -> bool:
    return bool(line.person) and line.answer is not None and line.answer.response == "yes"


def _came(line: RollLine) -> bool:
    return line.presence is not None and line.presence.presence == "present"
