"""An agenda: its items, in which order they are numbered, what may still be done with them, and when it is due.

Before it is published anything may be changed. Publishing freezes and numbers it; what comes later goes out as a
numbered supplement with a reason. Source of the form: domain.md 6 and U18; it is a draft that the meeting adopts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from alliance.cadences import PaperDeadlines
from alliance.calendar import WorkingCalendar
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.papers import ItemKind, Paper, PaperAttachment, PaperItem

ItemState = Literal["accepted", "proposed", "declined", "removed"]
Direction = Literal["up", "down"]
MOST_PER_FILE = 10_000_000
MOST_PER_MEETING = 15_000_000
"""Bytes. All attachments of a meeting go out in one mail, which many servers take up to 25 MB of, coded as 4/3."""
LONGEST_NAME = 120
LONGEST_HEADING = 300
LONGEST_TEXT = 20_000
"""Characters; a field is still set in print in no time, even as a single word."""
REPORT_OF = "report_of:"
"""Begins the key of the standing item under which another body reports."""
DRAWN_KEYS = ("progress", "participation", "influence")
"""The standing items that are written from the register: what members owe, what they want changed, what was asked."""
LAST_KEYS = ("next_meeting", "other_business")
"""The standing items that end every agenda, after the closed items."""


@dataclass(frozen=True)
class AgendaItem:
    """An item as the secretariat writes it, or as a member proposes it. ``revision`` guards against two writers.

    ``heading`` of a closed item is closed too; ``public_heading`` is what everybody sees instead. ``standing`` is the
    key of a standing item, or empty.
    """

    id: int
    meeting_id: int
    position: int
    kind: ItemKind
    heading: str
    closed: bool = False
    public_heading: str = ""
    summary: str = ""
    case: str = ""
    recommendation: str = ""
    standing: str = ""
    state: ItemState = "accepted"
    reason: str = ""
    proposed_by: int | None = None
    proposed_for: int | None = None
    revision: int = 1
    attachments: tuple[PaperAttachment, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether its text is drawn from the register, and can be drawn anew."""
        return self.standing in DRAWN_KEYS or self.standing.startswith(REPORT_OF)


@dataclass(frozen=True)
class StandingItem:
    """An item that every agenda of a body begins with; ``task`` is which of the charter's tasks it is, from 0."""

    key: str
    kind: ItemKind
    task: int | None = None


def standing_items(
    tasks: int, progress: int = 1, reporting: Sequence[str] = (), participation: int = 0, influence: int = 0
) -> tuple[StandingItem, ...]:
    """The standing agenda of a body with so many tasks, in order (domain.md 6).

    Under task number ``progress`` (from 1; 0 for none) stands how far the members are, under ``participation`` who is
    behind, under ``influence`` what they want changed and what was asked of whom. ``reporting`` are the keys of the
    bodies that report to this one: each has an item of its own before the tasks.
    """
    reports = (StandingItem(f"{REPORT_OF}{body}", "information") for body in reporting)
    return (
        StandingItem("approve_agenda", "decision"),
        StandingItem("approve_minutes", "decision"),
        *reports,
        *(_task(number, progress, participation, influence) for number in range(1, tasks + 1)),
        StandingItem("news", "information"),
        StandingItem("next_meeting", "information"),
        StandingItem("other_business", "information"),
    )


def _task(number: int, progress: int, participation: int, influence: int) -> StandingItem:
    if number == progress:
        return StandingItem("progress", "information", number - 1)
    if number == participation:
        return StandingItem("participation", "discussion", number - 1)
    if number == influence:
        return StandingItem("influence", "discussion", number - 1)
    return StandingItem(f"task_{number}", "discussion", number - 1)


# ---------------------------------------------------------------------------------------------- order and numbers


def in_order(items: Iterable[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The accepted items as they are numbered: as set, but closed ones late and the standing end last of all."""
    accepted = [item for item in items if item.state == "accepted"]
    return tuple(sorted(accepted, key=lambda item: (_part(item), item.position, item.id)))


def _part(item: AgendaItem) -> int:
    if item.closed:
        return 1
    return 2 if item.standing in LAST_KEYS else 0


def swapped(items: Iterable[AgendaItem], item: AgendaItem, direction: Direction) -> tuple[AgendaItem, AgendaItem]:
    """The item and the neighbour that it changes places with; raises Refused where there is none on that side.

    Closed items and the standing end keep their part of the agenda.
    """
    part = [other for other in in_order(items) if _part(other) == _part(item)]
    here = next(n for n, other in enumerate(part) if other.id == item.id)
    there = here + (-1 if direction == "up" else 1)
    if not 0 <= there < len(part):
        raise Refused("item_at_the_edge", direction=direction, heading=item.heading)
    return part[here], part[there]


def as_paper_item(item: AgendaItem, number: int, issued: Sequence[PaperAttachment] = ()) -> PaperItem:
    """The item as a paper prints it; ``issued`` are the attachments of it that went out before, in any paper."""
    return PaperItem(
        item.id,
        number,
        item.heading,
        item.kind,
        item.closed,
        item.public_heading if item.closed else "",
        summary=item.summary,
        case=item.case,
        recommendation=item.recommendation,
        attachments=labelled(item.attachments, number, issued),
    )


def labelled(
    attachments: Sequence[PaperAttachment], number: int, issued: Sequence[PaperAttachment] = ()
) -> tuple[PaperAttachment, ...]:
    """The attachments with the names that an item calls them by: ``Bilag 3.1``.

    What was issued keeps its label for ever, and no other file gets it; new ones are numbered on from there, the open
    ones first, so that a closed one leaves no gap.
    """
    kept = {(a.name, a.sha256): a.label for a in issued}
    known = [replace(a, label=kept[a.name, a.sha256]) for a in attachments if (a.name, a.sha256) in kept]
    fresh = [a for a in attachments if (a.name, a.sha256) not in kept]
    fresh.sort(key=lambda attachment: (attachment.closed, attachment.id))
    last = max(map(_place, kept.values()), default=0)
    told = (*known, *(replace(a, label=f"Bilag {number}.{n}") for n, a in enumerate(fresh, last + 1)))
    return tuple(sorted(told, key=lambda attachment: _place(attachment.label)))


def _place(label: str) -> int:
    """Which of its item's attachments a label names: 2 of ``Bilag 3.2``."""
    return int(label.rpartition(".")[2])


def numbered(items: Iterable[AgendaItem]) -> tuple[PaperItem, ...]:
    """The items of an agenda that was not published yet, numbered from 1."""
    return tuple(as_paper_item(item, number) for number, item in enumerate(in_order(items), 1))


def as_issued(papers: Iterable[Paper]) -> tuple[PaperItem, ...]:
    """What an agenda and its supplements (oldest first) say together: each item as it went out last, by number."""
    newest: dict[int, PaperItem] = {}
    for paper in papers:
        newest |= {item.id: item for item in paper.items}
    return tuple(sorted(newest.values(), key=lambda item: item.number))


def attached_ever(papers: Iterable[Paper]) -> dict[int, tuple[PaperAttachment, ...]]:
    """Every attachment that went out with an item, in any of the papers, by the item's id."""
    found: dict[int, tuple[PaperAttachment, ...]] = {}
    for item in (item for paper in papers for item in paper.items):
        found[item.id] = (*found.get(item.id, ()), *item.attachments)
    return found


def closed_since(issued: Iterable[PaperItem], written: Mapping[int, AgendaItem]) -> tuple[PaperItem, ...]:
    """The items as they went out, closed where the secretariat has closed them since; ``written`` is by id."""
    return tuple(_as_closed(item, written.get(item.id)) for item in issued)


def _as_closed(item: PaperItem, written: AgendaItem | None) -> PaperItem:
    if written is None:
        return item
    told = replace(item, attachments=_closing(item.attachments, written.attachments))
    if item.closed or not written.closed:
        return told
    return replace(told, closed=True, public_heading=written.public_heading)


def _closing(told: Iterable[PaperAttachment], newest: Iterable[PaperAttachment]) -> tuple[PaperAttachment, ...]:
    """The attachments, closed where the very same bytes are closed by now."""
    closed = {attachment.sha256 for attachment in newest if attachment.closed}
    return tuple(replace(a, closed=a.closed or a.sha256 in closed) for a in told)


def open_copy_now(paper: Paper, newest: Iterable[PaperItem]) -> Paper:
    """The open copy as it may leave or be shown now: what is closed in ``newest`` is closed in it too, and it says so.

    Equal to the copy that was issued where nothing was closed since.
    """
    known = {item.id: item for item in newest}
    items = tuple(_closed_like(item, known.get(item.id)) for item in paper.items)
    less = tuple(now.number for was, now in zip(paper.items, items, strict=True) if now.open_copy() != was.open_copy())
    return replace(paper, items=items, closed_since=less).open_copy()


def _closed_like(item: PaperItem, newest: PaperItem | None) -> PaperItem:
    if newest is None:
        return item
    told = replace(item, attachments=_closing(item.attachments, newest.attachments))
    if item.closed or not newest.closed:
        return told
    return replace(told, closed=True, public_heading=newest.public_heading)


def unissued(items: Iterable[AgendaItem], papers: Sequence[Paper]) -> tuple[PaperItem, ...]:
    """What a supplement would tell: new items, numbered on from the last, and those that say something else now."""
    told = {item.id: item for item in as_issued(papers)}
    ever = attached_ever(papers)
    number = max((item.number for item in told.values()), default=0)
    found = []
    for item in in_order(items):
        before = told.get(item.id)
        if before is None:
            number += 1
        now = as_paper_item(item, before.number if before else number, ever.get(item.id, ()))
        if now != before:
            found.append(now)
    return tuple(sorted(found, key=lambda item: item.number))


# ------------------------------------------------------------------------------------------- what is allowed when


def agenda_due(calendar: WorkingCalendar, meeting_day: date, deadlines: PaperDeadlines) -> date:
    """The last local day on which the agenda is in time: so many working days before the meeting (U18)."""
    return calendar.before(meeting_day, deadlines.agenda_before)


def check_open(meeting: Meeting, now: datetime) -> None:
    """Refuse to write on the agenda of a meeting that is cancelled, or has begun."""
    if meeting.state == "cancelled":
        raise Refused("meeting_is_cancelled", meeting=meeting)
    if meeting.state == "held" or meeting.starts_at <= now:
        raise Refused("agenda_over", meeting=meeting)


def check_publishing(meeting: Meeting, papers: Sequence[Paper], now: datetime) -> None:
    """Refuse to publish twice, or for a meeting that nobody is called to."""
    check_open(meeting, now)
    if papers:
        raise Refused("agenda_published", meeting=meeting)
    if meeting.state != "called":
        raise Refused(f"meeting_is_{meeting.state}", meeting=meeting)


def check_supplement(meeting: Meeting, papers: Sequence[Paper], now: datetime) -> None:
    """Refuse a supplement to what was not published, and once the meeting has begun."""
    check_open(meeting, now)
    if not papers:
        raise Refused("agenda_not_published", meeting=meeting)


def check_unissued(item: AgendaItem, papers: Sequence[Paper]) -> None:
    """Refuse to take off, or move, what its readers hold in their hands."""
    if any(item.id == told.id for told in as_issued(papers)):
        raise Refused("item_is_issued", heading=item.heading)


def without_recommendation(items: Iterable[PaperItem]) -> tuple[PaperItem, ...]:
    """The items for decision that do not say what is recommended: a warning, never a refusal."""
    return tuple(item for item in items if item.kind == "decision" and not item.recommendation.strip())


# ---------------------------------------------------------------------------------------------------- attachments


def clean_name(typed: str) -> str:
    """A file's name that is safe everywhere: no path, no control or invisible characters, not too long; never empty."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", typed))[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    plain = " ".join(re.sub(r'[<>:"|?*]', "_", seen).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not stem:
        return plain[:LONGEST_NAME] or "bilag"
    ending = ending[:10]
    return stem[: LONGEST_NAME - len(ending) - 1].rstrip(". ") + dot + ending


def clean_media_type(typed: str) -> str:
    """A media type we can put in a header, without its parameters."""
    plain = typed.partition(";")[0].strip().lower()
    return plain if re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}", plain) else "application/octet-stream"


def check_attachment(name: str, size: int, attached: int) -> None:
    """Refuse a file that is empty or too large, or that makes a meeting's papers too large to be mailed. Bytes."""
    if size == 0:
        raise Refused("attachment_empty", name=name)
    if size > MOST_PER_FILE:
        raise Refused("attachment_too_large", name=name, size=size, limit=MOST_PER_FILE)
    if attached + size > MOST_PER_MEETING:
        raise Refused("attachments_too_large", name=name, size=size, attached=attached, limit=MOST_PER_MEETING)
