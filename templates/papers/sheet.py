"""A paper in words, before it is print or page: what stands where, in the reader's language, and no layout.

From here on there are only words, so that the PDF and the page cannot say different things.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Literal

from alliance.papers import Change, Paper, PaperAttachment, PaperAttendee, PaperItem
from templates.papers.prose import Passage, Span, compared, one_line, passages
from templates.phrases import Phrases

MANY_ITEMS = 8
"""A paper with more items than this has a table of contents."""
ATTENDANCE = ("paper.attendance.name", "paper.attendance.seat", "paper.attendance.presence")
CHANGES = ("paper.changes.where", "paper.changes.before", "paper.changes.after")
ACTIONS = ("paper.actions.what", "paper.actions.owner", "paper.actions.due")

Cell = tuple[Span, ...]


@dataclass(frozen=True)
class Fact:
    """A line of the box at the top: what it is about, and its lines."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Enclosure:
    """A file as an item lists it; ``id`` is the attachment's, for who knows where it lies."""

    id: int
    label: str
    name: str
    note: str


@dataclass(frozen=True)
class Grid:
    """A table: ``shares`` are the relative widths of its columns."""

    caption: str
    head: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Part:
    """A headed part of a section: words, files or a table. ``weight`` sets off what was decided."""

    heading: str
    prose: tuple[Passage, ...] = ()
    files: tuple[Enclosure, ...] = ()
    grid: Grid | None = None
    weight: Literal["", "strong"] = ""


@dataclass(frozen=True)
class Section:
    """An item, or what stands before the items. A part without a heading follows the section's own."""

    anchor: str
    heading: str
    tags: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """``issued`` is year to second in UTC: the file's own date, so that the same paper is the same bytes."""

    lang: str
    alliance: str
    body: str
    title: str
    status: str
    edition: str
    description: str
    issued: tuple[int, ...]
    page: str
    contents: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    note: str


def sheet_of(paper: Paper, language: str) -> Sheet:
    """Put the paper in words in ``language`` (``da`` or ``en``); times are read out in the paper's own zone."""
    say = Phrases(language, paper.zone)
    words = _Words(paper, say)
    return Sheet(
        lang=say.language,
        alliance=one_line(paper.alliance),
        body=words.body,
        title=words.title(),
        status=words.status(),
        edition=words.edition(),
        description=f"{words.status()}. {words.edition()}.",
        issued=paper.issued_at.astimezone(UTC).timetuple()[:6],
        page=say("paper.page_of", page="{page}", pages="{pages}"),
        contents=say("paper.contents") if len(paper.items) > MANY_ITEMS else "",
        facts=tuple(words.facts()),
        sections=tuple(words.sections()),
        note="" if paper.items else say(f"paper.empty.{paper.kind}"),
    )


@dataclass(frozen=True)
class _Words:
    """The words of one paper in one language."""

    paper: Paper
    say: Phrases

    @property
    def body(self) -> str:
        """The body's name as a line begins with it."""
        name = one_line(self.paper.body)
        return name[:1].upper() + name[1:]

    def title(self) -> str:
        paper = self.paper
        meeting, label = one_line(paper.meeting), one_line(paper.label)
        named = meeting if not label or meeting.endswith(label) else f"{meeting} {label}"
        return self.say(f"paper.title.{paper.kind}", meeting=named, number=paper.number)

    def status(self) -> str:
        paper = self.paper
        facts = {"approved_on": paper.approved_on, "version": paper.number, "body": one_line(paper.body)}
        return self.say(f"paper.status.{paper.status}", issued=self._issued(), **facts)

    def _issued(self) -> str:
        return self.say("paper.issued", at=self.paper.issued_at, by=one_line(self.paper.issued_by))

    def edition(self) -> str:
        """Which copy this is, in words."""
        paper = self.paper
        if paper.copy == "open":
            return self.say("paper.edition.open", withheld=any(item.withheld for item in paper.items))
        closed = any(item.closed or any(a.closed for a in item.attachments) for item in paper.items)
        return self.say("paper.edition.all", closed=closed, body=one_line(paper.body))

    # ---------------------------------------------------------------------------------------- the box at the top

    def facts(self) -> Iterable[Fact]:
        paper, label = self.paper, self._label
        yield Fact(label("time"), (self.say("paper.time", paper=paper),))
        if place := one_line(paper.place):
            yield Fact(label("place"), (place,))
        if paper.kind != "minutes":
            yield from self._invited()
        if paper.reason.strip():
            lines = tuple(line for passage in passages(paper.reason) for line in passage.lines)
            yield Fact(label("correction" if paper.kind == "minutes" else "reason"), lines)
        if paper.closed_since:
            numbers = tuple(map(str, paper.closed_since))
            yield Fact(label("closed_since"), (self.say("paper.closed_since", numbers=numbers),))
        if paper.approved_at:
            approved = self.say("paper.approved", on=paper.approved_on, at=one_line(paper.approved_at))
            yield Fact(label("approved"), (approved,))
        if paper.status != "published":
            yield Fact(label("issued"), (self._issued(),))

    def _label(self, key: str) -> str:
        return self.say(f"paper.label.{key}")

    def _invited(self) -> Iterable[Fact]:
        for key, observing in (("participants", False), ("observers", True)):
            people = tuple(self._seated(a) for a in self.paper.attendees if a.observer == observing)
            if people:
                yield Fact(self._label(key), people)

    def _seated(self, attendee: PaperAttendee) -> str:
        seat = one_line(attendee.seat)
        return self.say("paper.seated", name=self._name(attendee), seat=seat, chair=attendee.chair)

    def _name(self, attendee: PaperAttendee) -> str:
        return one_line(attendee.person) or self.say("paper.vacant")

    # ---------------------------------------------------------------------------------------- before the items

    def sections(self) -> Iterable[Section]:
        if self.paper.changes:
            yield Section("changes", self.say("paper.heading.changes"), parts=(self._changes(),))
        if self.paper.kind == "minutes" and self.paper.attendees:
            yield Section("attendance", self.say("paper.heading.attendance"), parts=tuple(self._attendance()))
        for item in self.paper.items:
            yield self._item(item)

    def _attendance(self) -> Iterable[Part]:
        caption, head = self.say("paper.attendance.caption"), self._head(*ATTENDANCE)
        rows = tuple(self._attended(attendee) for attendee in self.paper.attendees)
        yield Part("", grid=Grid(caption, head, (5, 5, 3), rows))
        if self.paper.present is not None:
            yield Part("", passages(self._quorum(self.paper.present)))

    def _attended(self, attendee: PaperAttendee) -> tuple[Cell, ...]:
        key = "vacant" if not attendee.person.strip() else attendee.presence or "unknown"
        role = "chair" if attendee.chair else "observer" if attendee.observer else "member"
        name = self.say(f"paper.role.{role}", name=self._name(attendee))
        return _cell(name), _cell(one_line(attendee.seat)), _cell(self.say(f"paper.presence.{key}"))

    def _quorum(self, present: int) -> str:
        seats = sum(not attendee.observer for attendee in self.paper.attendees)
        return self.say(
            "paper.quorum", present=present, seats=seats, quorum=self.paper.quorum, body=one_line(self.paper.body)
        )

    def _changes(self) -> Part:
        caption, head = self.say("paper.changes.caption"), self._head(*CHANGES)
        rows = tuple(self._changed(change) for change in self.paper.changes)
        return Part("", grid=Grid(caption, head, (3, 5, 5), rows))

    def _changed(self, change: Change) -> tuple[Cell, ...]:
        before, after = compared(change.before, change.after)
        empty = _cell(self.say("paper.changes.nothing"))
        key = f"paper.field.{change.field}"
        field = self.say(key) if self.say.has(key) else one_line(change.field)
        where = self.say("paper.changes.at", item=one_line(change.item), field=field, closed=change.closed)
        return _cell(where), before or empty, after or empty

    def _head(self, *columns: str) -> tuple[str, ...]:
        return tuple(self.say(column) for column in columns)

    # ---------------------------------------------------------------------------------------- the items

    def _item(self, item: PaperItem) -> Section:
        heading = one_line(item.heading) or self.say("paper.closed_item" if item.closed else "paper.untitled")
        return Section(
            f"item-{item.number}",
            self.say("paper.numbered", number=item.number, heading=heading),
            (self.say(f"paper.kind.{item.kind}"), *([self.say("paper.closed_item")] if item.closed else [])),
            tuple(self._withheld() if item.withheld else self._parts(item)),
        )

    def _withheld(self) -> Iterable[Part]:
        yield Part("", passages(self.say("paper.withheld")))

    def _parts(self, item: PaperItem) -> Iterable[Part]:
        if item.closed and item.public_heading.strip() not in ("", item.heading.strip()):
            yield Part("", passages(self.say("paper.public_heading", heading=one_line(item.public_heading))))
        yield from self._said(item, "summary", "case", "recommendation")
        if item.attachments:
            yield Part(self.say("paper.heading.attachments"), files=tuple(map(self._file, item.attachments)))
        yield from self._said(item, "notes", "decision")
        if item.dissents:
            said = "\n\n".join(
                self.say("paper.dissent", name=one_line(dissent.name), text=dissent.text) for dissent in item.dissents
            )
            yield Part(self.say("paper.heading.dissent"), passages(said))
        if item.actions:
            yield Part(self.say("paper.heading.actions"), grid=self._actions(item))

    def _said(self, item: PaperItem, *fields: str) -> Iterable[Part]:
        for field in fields:
            if prose := passages(getattr(item, field)):
                weight: Literal["", "strong"] = "strong" if field == "decision" else ""
                yield Part(self.say(f"paper.heading.{field}"), prose, weight=weight)

    def _file(self, attachment: PaperAttachment) -> Enclosure:
        note = self.say("paper.file", **_size(attachment.size), closed=attachment.closed)
        return Enclosure(attachment.id, one_line(attachment.label), one_line(attachment.name), note)

    def _actions(self, item: PaperItem) -> Grid:
        caption = self.say("paper.actions.caption", number=item.number)
        rows = tuple(
            (_cell(action.what), _cell(one_line(action.owner)), _cell(self.say("paper.due", day=action.due)))
            for action in item.actions
        )
        return Grid(caption, self._head(*ACTIONS), (6, 4, 3), rows)


def _cell(text: str) -> Cell:
    lines = "\n".join(line for passage in passages(text) for line in passage.lines)
    return (Span(lines),)


def _size(size: int) -> dict[str, object]:
    """The size in the unit a reader expects: whole kB, MB with one decimal."""
    if size < 1_000_000:
        return {"unit": "kB", "size": max(1, round(size / 1000))}
    return {"unit": "MB", "size": round(size / 1_000_000, 1)}
