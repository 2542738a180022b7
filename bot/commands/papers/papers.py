"""``papir``: the newest, or one as it was issued, in the reader's copy; ``omdeling``: who got what, and how it went."""

from __future__ import annotations

from alliance.messages import Message
from alliance.papers import Issued, Paper
from alliance.words import Words
from bot.commands.papers.drafting import body_meeting
from bot.context import Command, Context, NotTheirs, read_number
from storage.queries import agendas, dispatches, meetings, papers
from storage.queries.recipients import readable_copy
from templates.makers.papers_sent import paper_files
from templates.papers import reprinted

MOST_LATEST = 5
MOST_LOOKED_AT = 20


def handle(ctx: Context) -> Message:
    if not ctx.args:
        return ctx.write("papers_latest", papers=latest(ctx))
    typed = ctx.args[0]
    number = read_number(typed)
    issued = papers.paper(ctx.connection, ctx.alliance.id, number) if number is not None else None
    found = _shown(ctx, issued) if issued else None
    if found is None:
        raise NotTheirs("unknown_paper", got=typed)
    return found


def latest(ctx: Context) -> tuple[tuple[int, Paper, Words], ...]:
    """The newest papers that whoever asks may read, of each meeting's minutes only the newest."""
    found: list[tuple[int, Paper, Words]] = []
    minuted: set[int] = set()
    for issued in papers.newest(ctx.connection, ctx.alliance.id, MOST_LOOKED_AT):
        meeting = meetings.meeting(ctx.connection, ctx.alliance, issued.meeting_id)
        overtaken = issued.paper.kind == "minutes" and issued.meeting_id in minuted
        if meeting is None or overtaken or len(found) == MOST_LATEST:
            continue
        if readable_copy(ctx.connection, ctx.alliance, ctx.actor, meeting, issued.paper, ctx.today):
            found.append((issued.id, issued.paper, meeting.title))
            minuted |= {meeting.id} if issued.paper.kind == "minutes" else set()
    return tuple(found)


def _shown(ctx: Context, issued: Issued) -> Message | None:
    """The paper in the copy that whoever asks may have; None if there is none for them."""
    meeting = meetings.meeting(ctx.connection, ctx.alliance, issued.meeting_id)
    if meeting is None:
        return None
    copy = readable_copy(ctx.connection, ctx.alliance, ctx.actor, meeting, issued.paper, ctx.today)
    file = papers.paper_file(ctx.connection, ctx.alliance.id, issued.id, copy) if copy else None
    if copy is None or file is None:
        return None
    shown = papers.copy_of(ctx.connection, ctx.alliance.id, issued, copy)
    attached = [attachment.id for item in shown.items for attachment in item.attachments]
    contents = agendas.contents(ctx.connection, ctx.alliance.id, attached)
    return ctx.write(
        "paper_shown",
        paper=shown,
        paper_id=issued.id,
        meeting=meeting.title,
        files=paper_files(shown, reprinted(shown, file), contents),
        url=ctx.url,
    )


def handle_dispatch(ctx: Context) -> Message:
    meeting, _ = body_meeting(ctx, ctx.args)
    issued = papers.papers_of(ctx.connection, ctx.alliance.id, meeting.id)
    logs = tuple(
        (str(one.id), one.paper, dispatches.dispatched(ctx.connection, ctx.alliance.id, one.id, ctx.today))
        for one in issued
    )
    return ctx.write("dispatch", meeting=meeting.title, papers=logs)


COMMAND = Command("paper", ("papir", "paper"), "look", handle)
DISPATCH = Command("dispatch", ("omdeling", "dispatch"), "run_secretariat", handle_dispatch, secretariat=True)
