"""A paper on its way: the mail it comes with, its file's name, and the log of who got it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alliance.meetings import Meeting
from alliance.messages import Block, Button, Buttons, File, Message, Table, Text
from alliance.papers import Dispatched, Paper, PaperFile, PaperItem
from alliance.words import Words
from templates.makers.kinds import maker
from templates.makers.meeting_words import command_name
from templates.makers.words import command
from templates.phrases import Phrases

MOST_LISTED = 40


def paper_name(say: Phrases, paper: Paper, meeting: Words | None = None) -> str:
    """What a paper is called: ``Tillægsdagsorden nr. 1 – Styregruppemøde 2/2027``."""
    named = meeting.in_(say.language) if meeting else paper.meeting
    return say(f"paper.title.{paper.kind}", meeting=named, number=paper.number)


def file_name(say: Phrases, paper: Paper) -> str:
    """The name of a copy's file, without anything that a file's name cannot have."""
    named = say(f"paper_sent.file.{paper.kind}", meeting=paper.meeting, number=paper.number, status=paper.status)
    named = say("paper_sent.closed_file", name=named) if holds_closed(paper) else named
    return "-".join(named.replace("/", "-").split()).lower() + ".pdf"


def holds_closed(paper: Paper) -> bool:
    """Whether this copy shows anything that not everybody may see: it must not be mistaken for the other."""
    closed = any(item.closed and not item.withheld for item in paper.items)
    return closed or any(file.closed for item in paper.items for file in item.attachments)


@maker("paper")
def paper(
    say: Phrases,
    *,
    paper: Paper,
    paper_id: int,
    meeting: Words,
    file: PaperFile,
    contents: Mapping[int, bytes],
    moved: Meeting | None = None,
    heeds: Meeting | None = None,
) -> Message:
    """The mail a paper comes with; ``paper`` is the reader's copy, ``contents`` the bytes of its attachments by id.

    ``moved`` is the meeting if it is to be at another time or place than the paper says; ``heeds`` the meeting if its
    reader may say something back: a comment on draft minutes, an item for the agenda.
    """
    said = {"paper": paper, "meeting": meeting.in_(say.language)}
    summary = say(f"paper_sent.summary.{paper.kind}_{paper.status}", **said)
    closed = holds_closed(paper)
    summary = say("paper_sent.closed_subject", summary=summary) if closed else summary
    blocks: list[Block] = [Text(summary, "heading")]
    blocks += [Text(_edition(say, paper), "warning")] if closed else []
    blocks.append(Text(say("paper_sent.when", paper=paper)))
    if moved:
        blocks.append(Text(say("paper_sent.moved", paper=paper, meeting=moved), "warning"))
    if paper.reason:
        blocks.append(Text(say(f"paper_sent.reason.{paper.kind}", reason=paper.reason)))
    blocks += closed_since_blocks(say, paper)
    blocks += [Text(item_lines(say, paper.items))] if paper.items else []
    blocks += [] if closed else [Text(_edition(say, paper), "subtle")]
    if heeds and paper.kind == "minutes":
        blocks.append(Text(say("paper_sent.comment")))
    look = Button(say(f"paper_sent.look.{paper.kind}"), command(say, "paper", paper_id), "primary")
    buttons = (look, *([_saying_back(say, paper, heeds)] if heeds else []))
    return Message(summary, (*blocks, Buttons(buttons), *paper_files(paper, file, contents)))


def _saying_back(say: Phrases, paper: Paper, meeting: Meeting) -> Button:
    """What its reader may answer a paper with."""
    named = command_name(say, meeting)
    if paper.kind == "minutes":
        return Button(say("minutes_shown.comment"), command(say, "comment", named))
    return Button(say("agenda_published.propose"), command(say, "propose", named))


@maker("papers_latest")
def papers_latest(say: Phrases, *, papers: Sequence[tuple[int, Paper, Words]]) -> Message:
    """The newest papers a reader may have, each with its number, and a button that opens it."""
    summary = say("papers_latest.summary", count=len(papers))
    if not papers:
        return Message(summary, (Text(summary),))
    head = (say("papers_latest.paper"), say("papers_latest.issued"))
    rows = tuple((paper_name(say, one, meeting), say("papers_latest.at", paper=one)) for _, one, meeting in papers)
    buttons = tuple(Button(paper_name(say, one, meeting), command(say, "paper", id_)) for id_, one, meeting in papers)
    return Message(summary, (Table(summary, head, rows), Buttons(buttons)))


def closed_since_blocks(say: Phrases, paper: Paper) -> list[Block]:
    """That this copy says less than it did when the paper was issued, if it does."""
    numbers = tuple(map(str, paper.closed_since))
    return [Text(say("paper.closed_since", numbers=numbers), "warning")] if numbers else []


def item_lines(say: Phrases, items: Sequence[PaperItem]) -> str:
    """The items one under another: number, heading, kind."""
    lines = [say("paper_sent.item", item=item, kind=say(f"paper.kind.{item.kind}")) for item in items[:MOST_LISTED]]
    if len(items) > MOST_LISTED:
        lines.append(say("paper_sent.more", count=len(items) - MOST_LISTED))
    return "\n".join(lines)


def _edition(say: Phrases, paper: Paper) -> str:
    closed = any(item.closed or any(a.closed for a in item.attachments) for item in paper.items)
    return say(f"paper_sent.edition.{paper.copy}", closed=closed)


def paper_files(paper: Paper, file: PaperFile, contents: Mapping[int, bytes]) -> tuple[File, ...]:
    """The copy and its attachments as files: what the copy does not name is not there."""
    attachments = [attachment for item in paper.items for attachment in item.attachments]
    enclosed = [
        File(f"{attachment.label} {attachment.name}".strip(), attachment.media_type, contents[attachment.id])
        for attachment in attachments
        if attachment.id in contents
    ]
    return (File(file.name, "application/pdf", file.content), *enclosed)


# ---------------------------------------------------------------------------------------------------- the log


@maker("dispatch")
def dispatch(say: Phrases, *, meeting: Words, papers: Sequence[tuple[str, Paper, Sequence[Dispatched]]]) -> Message:
    """Who got what: each paper with its SHA-256 and a line for every reader."""
    named = meeting.in_(say.language)
    summary = say("dispatch.summary", meeting=named, count=sum(len(lines) for _, _, lines in papers), papers=papers)
    blocks: list[Block] = [Text(summary)]
    for label, issued, lines in papers:
        blocks.append(Text(paper_name(say, issued, meeting), "heading"))
        blocks.append(Text(say("dispatch.issued", paper=issued, label=label), "subtle"))
        if lines:
            blocks.append(_log(say, issued, meeting, lines))
    return Message(summary, tuple(blocks))


def _log(say: Phrases, issued: Paper, meeting: Words, lines: Sequence[Dispatched]) -> Table:
    head = tuple(say(f"dispatch.head.{column}") for column in ("name", "member", "copy", "channel", "state", "at"))
    rows = tuple(
        (
            line.name,
            line.organisation,
            _copy(say, line),
            _or(say, f"message_preview.channel.{line.channel}", line.channel),
            _state(say, line),
            say("dispatch.at", at=line.at),
        )
        for line in lines
    )
    return Table(say("dispatch.caption", paper=paper_name(say, issued, meeting)), head, rows)


def _copy(say: Phrases, line: Dispatched) -> str:
    copy = say(f"dispatch.copy.{line.copy}")
    if not line.closed_since:
        return copy
    return say("dispatch.closed_since", copy=copy, numbers=tuple(map(str, line.closed_since)))


def _state(say: Phrases, line: Dispatched) -> str:
    """How it went, in the outbox's words: ``opgivet: personen har ingen adresse, der virker``."""
    state = say(f"page.outbox.state.{line.state}")
    keys = (f"dispatch.reason.{line.reason}", f"page.outbox.reason.{line.reason}")
    reason = next((say(key) for key in keys if line.reason and say.has(key)), "")
    return say("dispatch.state_is", state=state, reason=reason)


def _or(say: Phrases, key: str, otherwise: str) -> str:
    return say(key) if say.has(key) else otherwise
