"""A paper as its readers get it: an agenda, a supplement or minutes, in one of two copies.

The ``all`` copy has every item; in the ``open`` copy a closed item is its public heading and nothing else. The copy is
made here, before any words or files: what is withheld never reaches a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from alliance.words import Language

PaperKind = Literal["agenda", "supplement", "minutes"]
Copy = Literal["all", "open"]
ItemKind = Literal["decision", "discussion", "information"]
Presence = Literal["present", "apologies", "absent"]
PaperStatus = Literal["draft", "published", "circulated", "approved", "corrected"]
ITEM_KINDS: tuple[ItemKind, ...] = ("decision", "discussion", "information")
COPIES: tuple[Copy, ...] = ("all", "open")
PAPER_LANGUAGE: Language = "da"
"""What papers are written in: a municipality's own files are in Danish, whoever reads them."""


@dataclass(frozen=True)
class PaperAttachment:
    """``label`` is how the item names it (``Bilag 3.1``); ``sha256`` is of its bytes, in hex."""

    id: int
    label: str
    name: str
    media_type: str
    size: int
    sha256: str
    closed: bool


@dataclass(frozen=True)
class PaperAction:
    """Something somebody is to do: ``due`` is a local day.

    ``owner`` is what is read; ``organisation_id`` and ``office`` are whose it is (0 and empty in papers of before that
    was kept), and change nothing of what the paper says.
    """

    what: str
    owner: str
    due: date
    organisation_id: int = field(default=0, compare=False)
    office: str = field(default="", compare=False)

    def is_of(self, organisation_id: int, office: str) -> bool:
        """Whether it is theirs, as far as the paper knows."""
        return self.organisation_id in (0, organisation_id) and self.office in ("", office)


@dataclass(frozen=True)
class Dissent:
    """A member who asked for their differing view to be entered."""

    name: str
    text: str


@dataclass(frozen=True)
class PaperItem:
    """One item. ``heading`` is what this copy's readers may see; ``withheld`` says that there is more, not for them."""

    id: int
    number: int
    heading: str
    kind: ItemKind
    closed: bool
    public_heading: str = ""
    withheld: bool = False
    summary: str = ""
    case: str = ""
    recommendation: str = ""
    attachments: tuple[PaperAttachment, ...] = ()
    notes: str = ""
    decision: str = ""
    dissents: tuple[Dissent, ...] = ()
    actions: tuple[PaperAction, ...] = ()

    def open_copy(self) -> PaperItem:
        """What everybody may see of the item."""
        if not self.closed:
            return replace(self, attachments=tuple(a for a in self.attachments if not a.closed))
        return PaperItem(self.id, self.number, self.public_heading, self.kind, True, self.public_heading, withheld=True)


@dataclass(frozen=True)
class PaperAttendee:
    """One seat at the table; ``presence`` is empty on an agenda. ``person`` is empty for a vacant seat."""

    person: str
    seat: str
    chair: bool = False
    observer: bool = False
    presence: Presence | Literal[""] = ""


@dataclass(frozen=True)
class Change:
    """What a correction changed: in which item and field, from what to what."""

    item: str
    field: str
    before: str
    after: str
    closed: bool = False


@dataclass(frozen=True)
class Paper:
    """Times are aware UTC, shown in ``zone``. ``number`` is the supplement's, or the version of the minutes.

    ``present`` and ``seats`` are counted for the quorum; on an agenda ``present`` is None. ``reason`` is why there is a
    supplement or a correction. ``approved_at`` is at which meeting minutes were adopted, or how. ``closed_since`` are
    the numbers of the items that say less in this open copy than they did when it was issued.
    """

    kind: PaperKind
    copy: Copy
    alliance: str
    body: str
    meeting: str
    label: str
    starts_at: datetime
    ends_at: datetime
    place: str
    zone: str
    number: int
    status: PaperStatus
    issued_at: datetime
    issued_by: str
    items: tuple[PaperItem, ...]
    attendees: tuple[PaperAttendee, ...] = ()
    quorum: int = 0
    present: int | None = None
    reason: str = ""
    changes: tuple[Change, ...] = ()
    approved_on: date | None = None
    approved_at: str = ""
    closed_since: tuple[int, ...] = ()

    def open_copy(self) -> Paper:
        """The copy for those who may see open items only."""
        return replace(
            self,
            copy="open",
            items=tuple(item.open_copy() for item in self.items),
            changes=tuple(change for change in self.changes if not change.closed),
        )

    def replaces(self, older: Paper) -> bool:
        """Whether who gets this needs no older paper of the same meeting any more: its minutes were settled since."""
        if self.kind != "minutes" or older.kind != "minutes":
            return False
        return self.status == "corrected" or (self.status == "approved" and older.status == "circulated")

    def held_at(self, starts_at: datetime, ends_at: datetime, place: str) -> bool:
        """Whether the meeting is still when and where the paper says."""
        return (self.starts_at, self.ends_at, self.place) == (starts_at, ends_at, place)

    def copy_named(self, copy: Copy) -> Paper:
        """The copy of that name, of a paper that has everything."""
        return self if copy == "all" else self.open_copy()


@dataclass(frozen=True)
class Issued:
    """A paper as it went out and is kept: ``paper`` is its ``all`` copy, ``issued_by`` the person who sent it."""

    id: int
    meeting_id: int
    paper: Paper
    issued_by: int


@dataclass(frozen=True)
class PaperFile:
    """One copy as a file: its exact bytes and their SHA-256, in hex."""

    name: str
    content: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True)
class Dispatched:
    """One copy on its way to one reader. ``at`` (aware UTC) is when it was sent, else when it was posted.

    ``closed_since`` are the numbers of the items that it said less of than when the paper was issued.
    """

    name: str
    organisation: str
    copy: Copy
    channel: str
    state: str
    reason: str
    at: datetime
    closed_since: tuple[int, ...] = ()


# ---------------------------------------------------------------------------------------- kept and read again


def as_json(paper: Paper) -> dict[str, Any]:
    """Everything the paper says as plain JSON values; ``from_json`` gives back an equal paper."""
    said: dict[str, Any] = _plain(asdict(paper))
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def from_json(said: Mapping[str, Any]) -> Paper:
    """The paper that ``as_json`` wrote down."""
    approved_on = said["approved_on"]
    read = {
        "starts_at": datetime.fromisoformat(said["starts_at"]),
        "ends_at": datetime.fromisoformat(said["ends_at"]),
        "issued_at": datetime.fromisoformat(said["issued_at"]),
        "items": tuple(map(_item, said["items"])),
        "attendees": tuple(PaperAttendee(**attendee) for attendee in said["attendees"]),
        "changes": tuple(Change(**change) for change in said["changes"]),
        "approved_on": date.fromisoformat(approved_on) if approved_on else None,
        "closed_since": tuple(said.get("closed_since", ())),
    }
    return Paper(**{**said, **read})


def _item(said: Mapping[str, Any]) -> PaperItem:
    read = {
        "attachments": tuple(PaperAttachment(**attachment) for attachment in said["attachments"]),
        "dissents": tuple(Dissent(**dissent) for dissent in said["dissents"]),
        "actions": tuple(
            PaperAction(**{**action, "due": date.fromisoformat(action["due"])}) for action in said["actions"]
        ),
    }
    return PaperItem(**{**said, **read})
