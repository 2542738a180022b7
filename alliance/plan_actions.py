"""What a climate action plan is to bring about: its actions, each with an owner, a day and how far it has come.

Every update is an entry of its own under the action's number, and the newest that was not taken back is how it stands:
what is undone brings the entry before it back. Instants are aware UTC, days local.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from alliance.calendar import WorkingCalendar
from alliance.months import years_after
from alliance.names import fold

Track = Literal["reduction", "adaptation"]
ActionState = Literal["planned", "under_way", "done", "given_up"]
TRACKS: tuple[Track, ...] = ("reduction", "adaptation")
STATES: tuple[ActionState, ...] = ("planned", "under_way", "done", "given_up")
OPEN: tuple[ActionState, ...] = ("planned", "under_way")
STALE_AFTER = 1
"""Years without an update after which an action that is not concluded is pointed out."""
SURELY_HEARD = timedelta(days=364)
"""Whatever was updated less long ago is not stale, on no day of no year."""
LONGEST_LINE, LONGEST_NOTE = 200, 1_000


@dataclass(frozen=True)
class PlanAction:
    """An action as one entry says it. ``number`` is the action's, ``id`` the entry's; ``owner`` is a role or a name.

    ``theme`` is a key of the charter's or empty, ``note`` what was said with this update. ``reminded_at`` is when the
    member was reminded that nothing has been heard since.
    """

    id: int
    number: int
    organisation_id: int
    title: str
    track: Track
    theme: str
    owner: str
    due: date
    state: ActionState
    note: str
    recorded_at: datetime
    recorded_by: int
    recorded_by_name: str = ""
    on_behalf: bool = False
    reminded_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, day: date) -> bool:
        """Whether it is past its day and not concluded."""
        return self.is_open and self.due < day

    def is_stale(self, calendar: WorkingCalendar, day: date) -> bool:
        """Whether it is not concluded and nothing was said of it for twelve months by a local day."""
        return self.is_open and years_after(calendar.day(self.recorded_at), STALE_AFTER) <= day

    def holds(self, typed: str, *names: str) -> bool:
        """Whether it, its owner or one of these names of it has all these words in it, however they are spelled."""
        said = fold(" ".join((self.title, self.owner, self.note, *names)))
        return all(word in said for word in fold(typed).split())

    @property
    def says(self) -> tuple[str, str, str, str, date, str]:
        """What it says, whoever wrote it down and when."""
        return self.title, self.track, self.theme, self.owner, self.due, self.state


@dataclass(frozen=True)
class Progress:
    """How far the actions of one plan, or of many, have come on a day; ``last`` is the newest update, if any."""

    planned: int = 0
    under_way: int = 0
    done: int = 0
    given_up: int = 0
    late: int = 0
    stale: int = 0
    last: PlanAction | None = None

    @property
    def total(self) -> int:
        return self.planned + self.under_way + self.done + self.given_up

    @property
    def wanted(self) -> int:
        """How many there are without those that were given up."""
        return self.total - self.given_up

    @property
    def begun(self) -> int:
        return self.under_way + self.done

    def per_cent(self, part: int) -> int:
        """A part of those that were not given up, in whole per cent; 0 where there are none."""
        return round(100 * part / self.wanted) if self.wanted else 0


def by_need(actions: Iterable[PlanAction], calendar: WorkingCalendar, day: date) -> tuple[PlanAction, ...]:
    """Those without news first, then those that are not concluded, each by the day they are due."""
    return tuple(
        sorted(actions, key=lambda one: (not one.is_stale(calendar, day), not one.is_open, one.due, one.number))
    )


def progress(actions: Iterable[PlanAction], calendar: WorkingCalendar, day: date) -> Progress:
    """Count them as they stand on a local day."""
    known = tuple(actions)
    states = [action.state for action in known]
    return Progress(
        planned=states.count("planned"),
        under_way=states.count("under_way"),
        done=states.count("done"),
        given_up=states.count("given_up"),
        late=sum(action.is_late(day) for action in known),
        stale=sum(action.is_stale(calendar, day) for action in known),
        last=max(known, key=lambda action: (action.recorded_at, action.id), default=None),
    )


def faults(typed: Mapping[str, str], due: date | None, themes: Iterable[str]) -> dict[str, str]:
    """What is wrong with what was typed, by field: the key of its words. ``due`` is the day as far as it was read."""
    found = {key: f"{key}_missing" for key in ("title", "owner", "due") if not typed[key]}
    found |= {key: f"{key}_missing" for key, known in (("track", TRACKS), ("state", STATES)) if typed[key] not in known}
    if typed["due"] and due is None:
        found["due"] = "date_wrong"
    if typed["theme"] and typed["theme"] not in set(themes):
        found["theme"] = "theme_unknown"
    limits = {"title": LONGEST_LINE, "owner": LONGEST_LINE, "note": LONGEST_NOTE}
    return found | {key: "too_long" for key, limit in limits.items() if len(typed[key]) > limit}
