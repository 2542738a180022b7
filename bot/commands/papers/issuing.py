"""Sends out a paper: both copies are printed, kept with their hash, written down, and posted to each reader once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import File, Message
from alliance.names import fold
from alliance.notifications import paper_issued
from alliance.papers import COPIES, PAPER_LANGUAGE, Copy, Paper, as_json
from bot.context import CONFIRM, Context
from storage.changes import papers as keeping
from storage.queries import register
from storage.queries.dispatches import member_of
from storage.queries.recipients import Readers
from templates.makers.agendas import Reader, Sending
from templates.makers.papers_sent import file_name, paper_name
from templates.papers import PaperFault, pdf
from templates.phrases import Phrases

SEAL_LENGTH = 8


def issue(ctx: Context, meeting: Meeting, paper: Paper, readers: Readers) -> int:
    """Keep the paper (its ``all`` copy) and both files, post it to everybody who is to read it; returns its id.

    Everything happens in the request's transaction. Raises Refused if it cannot be printed so that all can read it.
    """
    paper_id = keeping.keep_paper(ctx.connection, ctx.alliance.id, meeting.id, paper, ctx.actor.person.id)
    hashes = {copy: _keep_copy(ctx, paper_id, paper, copy) for copy in COPIES}
    ctx.post_each(paper_issued(paper_id, meeting.id, person, copy) for person, copy in readers.copies())
    ctx.note(
        f"{paper.kind}_{paper.status}",
        f"paper:{paper_id}",
        label=f"{paper_name(Phrases(PAPER_LANGUAGE), paper)} ({Phrases(PAPER_LANGUAGE)('words.paper')} {paper_id})",
        number=paper.number,
        reason=paper.reason,
        all_items=len(readers.all_items),
        open_items=len(readers.open_items),
        sha256=hashes,
    )
    return paper_id


def _keep_copy(ctx: Context, paper_id: int, paper: Paper, copy: Copy) -> str:
    """Print a copy and keep its bytes; returns their hash."""
    told = paper.copy_named(copy)
    name = file_name(Phrases(PAPER_LANGUAGE, paper.zone), told)
    return keeping.keep_file(ctx.connection, ctx.alliance.id, paper_id, copy, name, _printed(told)).sha256


def seal(paper: Paper, readers: Readers) -> str:
    """Names exactly what a paper says and who gets which copy: a confirmation counts for that and nothing else.

    When it is issued is left out: it is confirmed a little later than it was shown. So are the ids of the items: those
    of a standing agenda that was only looked at are not written yet.
    """
    items = tuple(replace(item, id=0) for item in paper.items)
    said = as_json(replace(paper, issued_at=paper.starts_at, items=items))
    told = [said, sorted(readers.all_items), sorted(readers.open_items)]
    canonical = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:SEAL_LENGTH]


def printed(ctx: Context, meeting: Meeting, paper: Paper) -> Message:
    """The paper in print as a draft: nothing is kept, and nobody else gets it."""
    shown = replace(paper, status="draft")
    name = file_name(Phrases(PAPER_LANGUAGE, paper.zone), shown)
    file = File(name, "application/pdf", _printed(shown))
    return ctx.write("paper_draft", paper=shown, meeting=meeting.title, file=file)


def _printed(paper: Paper) -> bytes:
    try:
        return pdf(paper, PAPER_LANGUAGE)
    except PaperFault as fault:
        raise Refused("paper_unprintable", why=str(fault)) from fault


def confirmed(said: tuple[str, ...], paper: Paper, readers: Readers) -> bool:
    """Whether the last words of a command confirm this very paper to these very readers."""
    return len(said) == 2 and fold(said[0]) in CONFIRM and said[1] == seal(paper, readers)


def preview(
    ctx: Context,
    meeting: Meeting,
    paper: Paper,
    readers: Readers,
    warnings: Sequence[tuple[str, object]],
    sending: Sending,
) -> Message:
    """Show what would go out to whom, and ask; nothing has happened. The seal is put on here."""
    return ctx.write(
        "paper_preview",
        paper=paper,
        meeting=meeting.title,
        readers=named_readers(ctx, readers),
        warnings=warnings,
        sending=replace(sending, seal=seal(paper, readers)),
    )


def named_readers(ctx: Context, readers: Readers) -> tuple[Reader, ...]:
    """The readers by name, and the member that each belongs to."""
    ids = [person for person, _ in readers.copies()]
    people = register.people(ctx.connection, ctx.alliance.id, ids)
    reachable = register.reachable_people(ctx.connection, ctx.alliance.id, ids)
    homes = member_of(ctx.connection, ctx.alliance.id, ctx.today)
    return tuple(Reader(people[p].name, homes.get(p, ""), copy, p in reachable) for p, copy in readers.copies())
