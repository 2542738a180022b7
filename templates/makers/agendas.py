"""An agenda while it is written, when it is shown to its readers, and right before it goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alliance.accounts import Board
from alliance.agendas import AgendaItem
from alliance.meetings import Meeting
from alliance.messages import Block, Button, Buttons, File, Form, Link, Message, Section, Table, Text
from alliance.papers import Copy, Paper, PaperItem
from alliance.plans import Coverage
from alliance.words import Words
from templates.makers.forms import button_row, question
from templates.makers.kinds import maker
from templates.makers.meeting_words import command_name
from templates.makers.papers_sent import closed_since_blocks, item_lines, paper_name
from templates.makers.standing_texts import coverage_lines
from templates.makers.words import command
from templates.phrases import Phrases

MOST_BUTTONS = 15
MOST_SHOWN = 10


@dataclass(frozen=True)
class DraftLine:
    """An item as the secretariat sees it; ``state`` says whether its readers have it so already."""

    item: PaperItem
    state: str


@dataclass(frozen=True)
class Proposal:
    """An item that a member proposes. ``state`` is proposed, accepted or declined, ``reason`` the secretariat's."""

    id: int
    heading: str
    kind: str
    by: str
    organisation: str
    state: str
    reason: str = ""
    case: str = ""


def proposal_of(item: AgendaItem, by: str, organisation: str) -> Proposal:
    """An item as its proposer may see it: if it was closed since, by its public heading alone."""
    heading, case = (item.public_heading, "") if item.closed else (item.heading, item.case)
    return Proposal(item.id, heading, item.kind, by, organisation, item.state, item.reason, case)


Kept = tuple[int, Paper]
"""A paper that was issued, by its number: the reader's copy."""


@maker("agenda_draft")
def agenda_draft(
    say: Phrases,
    *,
    meeting: Meeting,
    lines: Sequence[DraftLine],
    proposals: Sequence[Proposal],
    due: date,
    late: bool,
    papers: Sequence[Kept],
    moved: bool = False,
) -> Message:
    """The agenda as the secretariat writes it, with what can be done next; ``moved`` since it was issued."""
    pending = [line for line in lines if line.state != "issued"]
    said = {"meeting": meeting, "count": len(lines), "pending": len(pending), "issued": bool(papers)}
    summary = say("agenda_draft.summary", **said)
    blocks: list[Block] = [Text(summary, "heading")]
    if not papers:
        key = "agenda_draft.late" if late else "agenda_draft.due"
        blocks.append(Text(say(key, due=due), "warning" if late else "body"))
    if moved:
        blocks.append(Text(say("agenda_draft.moved"), "warning"))
    if lines:
        blocks.append(_draft_table(say, meeting, lines))
    blocks += _draft_buttons(say, meeting, papers, news=moved or bool(pending))
    blocks += _edit_buttons(say, lines)
    if proposals:
        blocks += _proposal_blocks(say, proposals)
    return Message(summary, (*blocks, *_paper_buttons(say, papers)))


def _draft_table(say: Phrases, meeting: Meeting, lines: Sequence[DraftLine]) -> Table:
    """The items; when there are too many for a button each, with the words that edit each."""
    columns = ("number", "heading", "kind", "attachments", "state", "word")
    shown = len(columns) if len(lines) > MOST_BUTTONS else len(columns) - 1
    head = tuple(say(f"agenda_draft.head.{column}") for column in columns)
    rows = tuple(_draft_row(say, meeting, line)[:shown] for line in lines)
    return Table(say("agenda_draft.caption"), head[:shown], rows)


def _draft_row(say: Phrases, meeting: Meeting, line: DraftLine) -> tuple[str, ...]:
    item = line.item
    return (
        str(item.number),
        say("agenda_draft.heading", item=item),
        say(f"paper.kind.{item.kind}"),
        str(len(item.attachments)),
        say(f"agenda_draft.state.{line.state}"),
        command(say, "item", command_name(say, meeting), item.number),
    )


def _draft_buttons(say: Phrases, meeting: Meeting, papers: Sequence[Kept], *, news: bool) -> list[Block]:
    named = command_name(say, meeting)
    add = Button(say("agenda_draft.add"), command(say, "item", named))
    if not papers:
        publish = Button(say("agenda_draft.publish"), command(say, "agenda_publish", named), "primary")
        look = Button(say("agenda_draft.print"), command(say, "agenda_print", named))
        return [Buttons((publish, add, look))]
    log = Button(say("agenda_draft.log"), command(say, "dispatch", named))
    if not news:
        return [Buttons((add, log))]
    return [Buttons((Button(say("agenda_draft.supplement"), command(say, "supplement", named), "primary"), add, log))]


def reference(item: AgendaItem | PaperItem) -> str:
    """How an item stands in a button: its own number, marked; a bare number is what is printed before it."""
    return f"#{item.id}"


def _edit_buttons(say: Phrases, lines: Sequence[DraftLine]) -> list[Block]:
    """A button for each of the first items; the table names the words for all of them."""
    buttons = (
        Button(say("agenda_draft.edit", number=line.item.number), command(say, "item", reference(line.item)))
        for line in lines[:MOST_BUTTONS]
    )
    return button_row(*buttons)


def _proposal_blocks(say: Phrases, proposals: Sequence[Proposal]) -> list[Block]:
    blocks: list[Block] = [Text(say("agenda_draft.proposals", count=len(proposals)), "heading")]
    for proposal in proposals:
        blocks.append(Text(say("agenda_draft.proposal", proposal=proposal, kind=say(f"paper.kind.{proposal.kind}"))))
        blocks.append(Buttons(_decide_buttons(say, proposal)))
    return blocks


def _decide_buttons(say: Phrases, proposal: Proposal) -> tuple[Button, ...]:
    words = {verb: say(f"words.item_verb.{verb}") for verb in ("accept", "decline")}
    return (
        Button(say("agenda_draft.accept", id=proposal.id), command(say, "proposal", proposal.id, words["accept"])),
        Button(say("agenda_draft.decline", id=proposal.id), command(say, "proposal", proposal.id, words["decline"])),
    )


def _paper_buttons(say: Phrases, papers: Sequence[Kept]) -> list[Block]:
    return button_row(*(Button(paper_name(say, paper), command(say, "paper", id)) for id, paper in papers))


# ------------------------------------------------------------------------------------------------- for its readers


@maker("agenda_awaited")
def agenda_awaited(
    say: Phrases, *, meeting: Meeting, due: date, sent: bool, proposals: Sequence[Proposal], may_propose: bool
) -> Message:
    """That there is no agenda yet, and when there will be; or that it was ``sent``, and not to whoever asks."""
    summary = say("agenda_awaited.others" if sent else "agenda_awaited.summary", meeting=meeting, due=due)
    return Message(summary, (Text(summary), *_members_part(say, meeting, proposals, may_propose)))


@maker("agenda_published")
def agenda_published(
    say: Phrases,
    *,
    meeting: Meeting,
    items: Sequence[PaperItem],
    papers: Sequence[Kept],
    proposals: Sequence[Proposal],
    may_propose: bool,
) -> Message:
    """The agenda with its supplements, in the reader's copy."""
    summary = say("agenda_published.summary", meeting=meeting, count=len(items))
    blocks: list[Block] = [Text(summary, "heading")]
    if items:
        blocks.append(Text(item_lines(say, items)))
    if any(item.withheld for item in items):
        blocks.append(Text(say("paper_sent.edition.open", closed=True), "subtle"))
    blocks += _paper_buttons(say, papers)
    return Message(summary, (*blocks, *_members_part(say, meeting, proposals, may_propose)))


def _members_part(say: Phrases, meeting: Meeting, proposals: Sequence[Proposal], may_propose: bool) -> list[Block]:
    """What the reader's own member has proposed, and the button to propose more."""
    blocks: list[Block] = []
    if proposals:
        lines = (
            say("agenda_published.proposal", proposal=p, state=say(f"proposal.state.{p.state}")) for p in proposals
        )
        blocks += [Text(say("agenda_published.proposals"), "heading"), Text("\n".join(lines))]
    if may_propose:
        button = Button(say("agenda_published.propose"), command(say, "propose", command_name(say, meeting)))
        blocks.append(Buttons((button,)))
    return blocks


@maker("paper_shown")
def paper_shown(
    say: Phrases, *, paper: Paper, paper_id: int, meeting: Words, files: tuple[File, ...], url: str
) -> Message:
    """One paper in the reader's copy: what stands on it, the page and the files."""
    summary = say("paper_shown.summary", paper=paper_name(say, paper, meeting), issued=paper)
    blocks: list[Block] = [Text(summary, "heading"), *closed_since_blocks(say, paper)]
    if paper.items:
        blocks.append(Text(item_lines(say, paper.items)))
    closed = any(item.closed or any(a.closed for a in item.attachments) for item in paper.items)
    blocks.append(Text(say(f"paper_sent.edition.{paper.copy}", closed=closed), "subtle"))
    if url:
        blocks.append(Buttons((Link(say("paper_shown.page"), f"{url}/papers/{paper_id}"),)))
    return Message(summary, (*blocks, *files))


# --------------------------------------------------------------------------------------------- before it goes out


@dataclass(frozen=True)
class Reader:
    """Somebody who is to get a paper, and in which copy."""

    name: str
    organisation: str
    copy: Copy
    reachable: bool = True


@dataclass(frozen=True)
class Sending:
    """What is asked before a paper goes out: ``words`` send it, with the seal; without, they show it again.

    ``asks_reason`` when it needs one, and ``reason`` is what was typed; ``changed`` when something else was confirmed.
    """

    words: str
    seal: str
    asks_reason: bool = False
    reason: str = ""
    error: str = ""
    changed: bool = False


@maker("paper_preview")
def paper_preview(
    say: Phrases,
    *,
    paper: Paper,
    meeting: Words,
    readers: Sequence[Reader],
    warnings: Sequence[tuple[str, object]],
    sending: Sending,
) -> Message:
    """What would go out, to whom, in which copy, and what is odd about it; nothing has happened yet.

    ``warnings`` are keys of ``paper_preview.warning`` with the fact that each needs.
    """
    counts = {copy: sum(reader.copy == copy for reader in readers) for copy in ("all", "open")}
    summary = say("paper_preview.summary", paper=paper_name(say, paper, meeting), counts=counts)
    blocks: list[Block] = [Text(summary, "heading")]
    if sending.changed:
        blocks.append(Text(say("paper_preview.changed"), "warning"))
    blocks += [Text(say(f"paper_preview.warning.{key}", fact=fact), "warning") for key, fact in warnings]
    blocks += [Text(item_lines(say, paper.items))] if paper.items else []
    blocks += reader_blocks(say, readers)
    return Message(summary, (*blocks, _sending_block(say, sending)))


def reader_blocks(say: Phrases, readers: Sequence[Reader]) -> list[Block]:
    head = tuple(say(f"paper_preview.head.{column}") for column in ("name", "member", "copy"))
    rows = tuple((r.name, r.organisation, say(f"dispatch.copy.{r.copy}")) for r in readers[:MOST_SHOWN])
    blocks: list[Block] = [Table(say("paper_preview.caption"), head, rows)] if rows else []
    if len(readers) > MOST_SHOWN:
        blocks.append(Text(say("paper_preview.more", count=len(readers) - MOST_SHOWN), "subtle"))
    missed = tuple(say("paper_preview.missed", reader=r) for r in readers if not r.reachable)
    if missed:
        blocks.append(Text(say("paper_preview.unreachable", names=missed), "warning"))
    return blocks


def _sending_block(say: Phrases, sending: Sending) -> Block:
    confirm = Button(say("paper_preview.send"), f"{sending.words} {say('words.confirm')} {sending.seal}", "primary")
    if not sending.asks_reason:
        return Buttons((confirm,))
    errors = {"reason": sending.error} if sending.error else {}
    ask = question(say, "paper_preview.reason", {"reason": sending.reason}, errors, "long", required=True)
    ready = bool(sending.reason) and not sending.error
    again = Button(say("paper_preview.again"), sending.words, "plain" if ready else "primary")
    buttons = (confirm, again) if ready else (again,)
    return Form((Section(say("paper_preview.why"), (ask,), say("paper_preview.why_note")),), buttons)


@maker("paper_draft")
def paper_draft(say: Phrases, *, paper: Paper, meeting: Words, file: File) -> Message:
    """The paper in print, for whoever writes it, before anybody else gets it."""
    summary = say("paper_draft.summary", paper=paper_name(say, paper, meeting))
    return Message(summary, (Text(summary), file))


@maker("paper_issued")
def paper_issued(
    say: Phrases, *, paper: Paper, paper_id: int, meeting: Meeting, all_items: int, open_items: int
) -> Message:
    """That it is on its way, and to how many."""
    named = paper_name(say, paper, meeting.title)
    summary = say("paper_issued.summary", paper=named, all_items=all_items, open_items=open_items)
    buttons = (
        Button(say("paper_issued.log"), command(say, "dispatch", command_name(say, meeting))),
        Button(say("paper_issued.look"), command(say, "paper", paper_id)),
    )
    return Message(summary, (Text(summary), Text(say("paper_issued.note"), "subtle"), Buttons(buttons)))


# ----------------------------------------------------------------------------------- what is written into an item


def standing_texts(say: Phrases, key: str, **facts: object) -> dict[str, str]:
    """What a standing item says from the start: its heading, and what it may say in summary and recommendation."""
    texts = {field: f"standing_item.{key}.{field}" for field in ("heading", "summary", "recommendation")}
    return {field: say(path, **facts) for field, path in texts.items() if say.has(path)}


def report_text(
    say: Phrases,
    body: str,
    before: Meeting | None,
    meetings: Sequence[tuple[Meeting, Sequence[tuple[str, str]] | None]],
) -> str:
    """What a body has decided since the meeting before: each of its meetings with headings and decisions.

    None instead of decisions: its minutes are not approved.
    """
    since = before.title if before else None
    lines = [say("standing_item.report_of.intro", body=body, since=since, count=len(meetings))]
    for meeting, decided in meetings:
        state = "unapproved" if decided is None else "decided" if decided else "undecided"
        lines.append(say(f"standing_item.report_of.{state}", meeting=meeting))
        lines += [say("standing_item.report_of.line", heading=h, decision=d.strip()) for h, d in decided or ()]
    return "\n".join(lines)


def progress_text(say: Phrases, board: Board, plans: Mapping[str, Coverage], before: Meeting | None) -> str:
    """How far the members have come with each requirement, in words and numbers; no member is named.

    What has come in since the meeting ``before`` (None: there was none) stands last. An alliance that requires nothing
    says how its members' ``plans`` stand, by constituency.
    """
    lines = [say("standing_item.progress.intro", day=board.day, members=len(board.rows))]
    if not board.requirements:
        lines[0] = say("standing_item.progress.members", day=board.day, members=len(board.rows))
        lines += coverage_lines(say, plans)
    for requirement in board.requirements:
        counts = tuple(
            say("standing_item.progress.count", count=count, state=say(f"standing_item.progress.state.{state}"))
            for state, count in board.counts(requirement).items()
        )
        if counts:
            title = requirement.title.in_(say.language)
            lines.append(say("standing_item.progress.line", number=requirement.number, title=title, counts=counts))
    return "\n".join([*lines, *_come_since(say, board, before)])


def _come_since(say: Phrases, board: Board, before: Meeting | None) -> list[str]:
    if before is None or not board.requirements:
        return []
    counts = [(each.number, board.settled_since(each, before.starts_at)) for each in board.requirements]
    come = [say("standing_item.progress.come", number=number, count=count) for number, count in counts if count]
    return ["", say("standing_item.progress.since", meeting=before, come=come)]
