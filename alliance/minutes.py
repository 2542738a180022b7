"""The minutes of a meeting: written item by item, circulated as a draft, approved, and after that only corrected.

Nothing can be taken back silently: what was approved stays as it was issued, and a correction is a new version with a
reason and a list of what changed. Source of the conventions: domain.md 6 and U18.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from alliance.actions import DraftAction
from alliance.cadences import PaperDeadlines
from alliance.calendar import WorkingCalendar
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.papers import Change, Dissent, Paper, PaperAction, PaperAttendee, PaperItem

MinutesState = Literal["draft", "circulated", "approved"]
OTHER_BUSINESS = "other_business"
"""The standing item under which nothing is decided (domain.md 6)."""
MOST_ACTIONS = 3
LONGEST_MINUTE = 20_000  # characters of one field


@dataclass(frozen=True)
class ItemMinute:
    """What the minutes say of one item. ``revision`` guards against two writers; 0 before anything is kept.

    ``updated_at`` is aware UTC, ``updated_by`` the person who wrote it last.
    """

    item_id: int
    notes: str = ""
    decision: str = ""
    dissents: tuple[Dissent, ...] = ()
    actions: tuple[DraftAction, ...] = ()
    revision: int = 0
    updated_at: datetime | None = None
    updated_by: int | None = None

    @property
    def empty(self) -> bool:
        return not (self.notes.strip() or self.decision.strip() or self.dissents or self.actions)


@dataclass(frozen=True)
class Heard:
    """An item of the agenda, and what the minutes say of it. ``standing`` is the key of a standing item, or empty."""

    item: PaperItem
    minute: ItemMinute
    standing: str = ""

    @property
    def decides(self) -> bool:
        """Whether anything may be decided under it."""
        return self.standing != OTHER_BUSINESS

    @property
    def undecided(self) -> bool:
        """Whether a decision is still to be written, or the words that there was none."""
        return self.item.kind == "decision" and self.decides and not self.minute.decision.strip()

    def written(self, minute: ItemMinute) -> Heard:
        """The item with other minutes; raises Refused for a decision where nothing is decided."""
        if not self.decides and (minute.decision.strip() or minute.dissents):
            raise Refused("nothing_decided_here", number=self.item.number, heading=self.item.heading)
        return replace(self, minute=minute)


@dataclass(frozen=True)
class Minutes:
    """How far a meeting's minutes have come.

    ``circulation`` counts how often the draft was sent round, ``version`` what was issued as approved (1) or corrected.
    """

    meeting: Meeting
    state: MinutesState = "draft"
    version: int = 0
    circulation: int = 0
    revision: int = 0

    def written(self) -> Minutes:
        """The minutes with new text in them; raises Refused before the meeting is held, and once they are approved."""
        self._held()
        if self.state == "approved":
            raise Refused("minutes_approved", meeting=self.meeting)
        return self

    def circulated(self, heard: Iterable[Heard]) -> Minutes:
        """The draft going out for comments, again and again if need be. Raises Refused while a decision is missing."""
        self.written()
        undecided = tuple(one.item.number for one in heard if one.undecided)
        if undecided:
            raise Refused("undecided_items", meeting=self.meeting, numbers=undecided)
        return replace(self, state="circulated", circulation=self.circulation + 1)

    def approved(self, heard: Iterable[Heard], held_on: date, approved_on: date, today: date) -> Minutes:
        """The minutes as adopted on a local day; raises Refused unless the draft was circulated and all is decided."""
        self._held()
        if self.state == "approved":
            raise Refused("minutes_approved", meeting=self.meeting)
        if self.state != "circulated":
            raise Refused("minutes_not_circulated", meeting=self.meeting)
        self.circulated(heard)
        if not held_on <= approved_on <= today:
            raise Refused("approved_on_wrong", day=approved_on, held_on=held_on, today=today)
        return replace(self, state="approved", version=1)

    def correctable(self) -> Minutes:
        """The minutes, if what they say can only be corrected; raises Refused before they are approved."""
        if self.state != "approved":
            raise Refused("minutes_not_approved", meeting=self.meeting)
        return self

    def corrected(self, heard: Iterable[Heard], reason: str, changes: Iterable[Change]) -> Minutes:
        """The next version; raises Refused without a reason, or if nothing was changed."""
        self.correctable()
        undecided = tuple(one.item.number for one in heard if one.undecided)
        if undecided:
            raise Refused("undecided_items", meeting=self.meeting, numbers=undecided)
        if not tuple(changes):
            raise Refused("nothing_corrected", meeting=self.meeting)
        if not reason.strip():
            raise Refused("correction_needs_reason", meeting=self.meeting)
        return replace(self, version=self.version + 1)

    def _held(self) -> None:
        if self.meeting.state != "held":
            raise Refused("not_held", meeting=self.meeting)


@dataclass(frozen=True)
class Comment:
    """What was said about the draft, of an item or (None) of all of it; ``given_at`` is aware UTC."""

    id: int
    item_id: int | None
    text: str
    given_at: datetime
    given_by: str
    on_behalf: bool


def draft_due(calendar: WorkingCalendar, held_on: date, deadlines: PaperDeadlines) -> date:
    """The last working day for sending the draft round: so many after the meeting (the charter's paper deadlines)."""
    return calendar.after(held_on, deadlines.draft_minutes_after)


# ------------------------------------------------------------------------------------------ dissent as it is typed


def read_dissents(typed: str) -> tuple[Dissent, ...]:
    """The dissents of a text, each beginning with ``Name:``; further lines belong to the one above.

    Raises Refused(``dissent_without_name``) where the first line names nobody.
    """
    found: list[Dissent] = []
    for line in filter(None, (line.strip() for line in typed.splitlines())):
        name, colon, text = (part.strip() for part in line.partition(":"))
        if colon and name and text:
            found.append(Dissent(name, text))
        elif found:
            found[-1] = Dissent(found[-1].name, f"{found[-1].text}\n{line}")
        else:
            raise Refused("dissent_without_name", got=line)
    return tuple(found)


def dissents_typed(dissents: Iterable[Dissent]) -> str:
    """The dissents as ``read_dissents`` takes them."""
    return "\n".join(f"{dissent.name}: {dissent.text}" for dissent in dissents)


# ------------------------------------------------------------------------------------------ what a correction changed

FIELDS = ("heading", "summary", "case", "recommendation", "notes", "decision")


def differences(before: Paper, after: Paper) -> tuple[Change, ...]:
    """What two versions of the same minutes (their ``all`` copies) say differently, field by field, in the order read.

    A difference in a closed item is closed, so that the open copy loses it with the item.
    """
    attended = _attendance(before.attendees), _attendance(after.attendees)
    found = [Change("", "attendance", *attended)] if attended[0] != attended[1] else []
    old = {item.id: item for item in before.items}
    new = {item.id: item for item in after.items}
    for number in dict.fromkeys((*new, *old)):
        found += _item_changes(old.get(number), new.get(number))
    return tuple(found)


def _item_changes(before: PaperItem | None, after: PaperItem | None) -> Iterator[Change]:
    known = after or before
    assert known is not None
    closed = any(item is not None and item.closed for item in (before, after))
    said, says = _fields(before), _fields(after)
    for field in says:
        if said[field] != says[field]:
            yield Change(f"{known.number}. {known.heading}", field, said[field], says[field], closed)


def _fields(item: PaperItem | None) -> dict[str, str]:
    """What an item says, field by field, as text; nothing at all of one that is not there."""
    texts = {field: getattr(item, field).strip() if item else "" for field in FIELDS}
    texts["dissents"] = dissents_typed(item.dissents) if item else ""
    texts["actions"] = "\n".join(map(action_line, item.actions)) if item else ""
    return texts


def action_line(action: PaperAction) -> str:
    """An action in one line: ``Sender notat (Køge Kommune, 31-05-2027)``."""
    return f"{action.what} ({action.owner}, {action.due:%d-%m-%Y})"


def _attendance(attendees: Iterable[PaperAttendee]) -> str:
    """Who came, as text that two versions are compared by."""
    return "\n".join(f"{one.seat or one.person}: {one.person}, {one.presence or '-'}" for one in attendees)
