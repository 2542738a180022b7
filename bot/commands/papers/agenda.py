"""``dagsorden``: shows a meeting's agenda; ``dagsorden udsend`` and ``tillæg`` send it out, after a look."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from alliance.agendas import (
    LONGEST_TEXT,
    AgendaItem,
    as_issued,
    check_publishing,
    check_supplement,
    in_order,
    numbered,
    unissued,
    without_recommendation,
)
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.names import fold
from alliance.papers import Paper
from bot.commands.papers.drafting import (
    agenda_paper,
    attendees,
    begun,
    body_meeting,
    due_on,
    issued_of,
    looked_at,
    moved_since,
    paper_phrases,
    proposals,
    readable,
    supplement_paper,
)
from bot.commands.papers.issuing import confirmed, issue, preview, printed
from bot.context import Command, Context
from storage.queries import agendas
from storage.queries.recipients import readers_of
from templates.makers.agendas import DraftLine, Sending
from templates.makers.words import command

PUBLISH, PRINT = ("udsend", "publish", "send"), ("udkast", "draft")


def handle(ctx: Context) -> Message:
    if ctx.args and fold(ctx.args[0]) in PUBLISH:
        ctx.check_secretariat()
        return _publish(ctx)
    if ctx.args and fold(ctx.args[0]) in PRINT:
        ctx.check_secretariat()
        return _print(ctx)
    meeting, _ = body_meeting(ctx, ctx.args)
    return draft(ctx, meeting) if ctx.actor.secretariat else _for_readers(ctx, meeting)


def draft(ctx: Context, meeting: Meeting) -> Message:
    """The agenda as the secretariat writes it."""
    items, issued = begun(ctx, meeting), issued_of(ctx, meeting)
    due = due_on(ctx, meeting)
    return ctx.write(
        "agenda_draft",
        meeting=meeting,
        lines=_lines(items, [one.paper for one in issued]),
        proposals=proposals(ctx, items),
        due=due,
        late=ctx.today > due,
        papers=tuple((one.id, one.paper) for one in issued),
        moved=moved_since(meeting, issued),
    )


def lines_of(ctx: Context, meeting: Meeting) -> tuple[DraftLine, ...]:
    """The lines of a meeting's agenda as the secretariat sees them, with the numbers that are printed."""
    return _lines(begun(ctx, meeting), [one.paper for one in issued_of(ctx, meeting)])


def _lines(items: Sequence[AgendaItem], papers: Sequence[Paper]) -> tuple[DraftLine, ...]:
    if not papers:
        return tuple(DraftLine(item, "draft") for item in numbered(items))
    told = {item.id: item for item in as_issued(papers)}
    pending = {item.id: item for item in unissued(items, papers)}
    shown = {**told, **pending}
    return tuple(
        DraftLine(item, "issued" if item.id not in pending else "changed" if item.id in told else "new")
        for item in sorted(shown.values(), key=lambda item: item.number)
    )


def _for_readers(ctx: Context, meeting: Meeting) -> Message:
    """The agenda as it was published, in the reader's copy; before that, when it comes."""
    items = agendas.items(ctx.connection, ctx.alliance.id, meeting.id)
    said = {
        "meeting": meeting,
        "proposals": proposals(ctx, items, ctx.actor.organisations),
        "may_propose": bool(ctx.actor.organisations) and meeting.starts_at > ctx.now and meeting.state != "cancelled",
    }
    issued = issued_of(ctx, meeting)
    copies = tuple(readable(ctx, meeting, issued))
    if not copies:
        return ctx.write("agenda_awaited", due=due_on(ctx, meeting), sent=bool(issued), **said)
    shown = as_issued(paper for _, paper in copies)
    return ctx.write("agenda_published", items=shown, papers=copies, **said)


# --------------------------------------------------------------------------------------------------- sending it out


def _publish(ctx: Context) -> Message:
    meeting, rest = body_meeting(ctx, ctx.args[1:])
    issued = issued_of(ctx, meeting)
    if issued and rest:  # the same button again: it is out, and nothing is sent twice
        return draft(ctx, meeting)
    check_publishing(meeting, [one.paper for one in issued], ctx.now)
    items = looked_at(ctx, meeting)
    if not in_order(items):
        raise Refused("agenda_empty", meeting=meeting)
    late = ctx.today > due_on(ctx, meeting)
    reason = _reason(ctx) if late else ""
    paper = agenda_paper(ctx, meeting, items, reason)
    warnings = _warnings(ctx, meeting, paper, items, late=late)
    words = command(ctx.phrases, "agenda_publish", meeting.named_in(ctx.language))

    def written() -> Paper:
        return agenda_paper(ctx, meeting, begun(ctx, meeting), reason)

    return _send_or_ask(ctx, meeting, paper, warnings, words, rest, asks_reason=late, written=written)


def _print(ctx: Context) -> Message:
    """What would go out now, in print: the agenda, or the supplement to the one that is out."""
    meeting, _ = body_meeting(ctx, ctx.args[1:])
    items, issued = looked_at(ctx, meeting), issued_of(ctx, meeting)
    if issued:
        paper = supplement_paper(ctx, meeting, items, issued, "")
        if not paper.items and not moved_since(meeting, issued):
            raise Refused("nothing_to_supplement", meeting=meeting)
        return printed(ctx, meeting, paper)
    return printed(ctx, meeting, agenda_paper(ctx, meeting, items, ""))


def _supplement(ctx: Context) -> Message:
    meeting, rest = body_meeting(ctx, ctx.args)
    issued = issued_of(ctx, meeting)
    check_supplement(meeting, [one.paper for one in issued], ctx.now)
    items = agendas.items(ctx.connection, ctx.alliance.id, meeting.id)
    moved = moved_since(meeting, issued)
    paper = supplement_paper(ctx, meeting, items, issued, _why(ctx, meeting, issued[-1].paper, moved=moved))
    if not paper.items and not moved and rest:  # the same button again
        return draft(ctx, meeting)
    if not paper.items and not moved:
        raise Refused("nothing_to_supplement", meeting=meeting)
    words = command(ctx.phrases, "supplement", meeting.named_in(ctx.language))
    warnings = _warnings(ctx, meeting, paper, items, late=False)
    return _send_or_ask(ctx, meeting, paper, warnings, words, rest, asks_reason=True)


def _why(ctx: Context, meeting: Meeting, before: Paper, *, moved: bool) -> str:
    """Why there is a supplement: what was typed, and until then that the meeting was moved, if it was."""
    if moved and "reason" not in ctx.answers:
        return paper_phrases(ctx)("paper_sent.why_moved", paper=before, meeting=meeting)
    return _reason(ctx)


def _reason(ctx: Context) -> str:
    return ctx.typed("reason")["reason"]


def _warnings(
    ctx: Context, meeting: Meeting, paper: Paper, items: Sequence[AgendaItem], *, late: bool
) -> tuple[tuple[str, object], ...]:
    """What is odd about it and worth a thought; it is never stopped for that."""
    bare = tuple(f"{item.number}. {item.heading}" for item in without_recommendation(paper.items))
    vacant = sum(1 for seat in attendees(ctx, meeting) if not seat.person)
    waiting = len(proposals(ctx, items))
    found: dict[str, object] = {
        "late": due_on(ctx, meeting) if late else None,
        "day_off": ctx.alliance.charter.calendar.day_off(ctx.today),
        "no_recommendation": bare,
        "vacant": vacant,
        "proposals": waiting,
    }
    return tuple((key, fact) for key, fact in found.items() if fact)


def _send_or_ask(
    ctx: Context,
    meeting: Meeting,
    paper: Paper,
    warnings: tuple[tuple[str, object], ...],
    words: str,
    rest: tuple[str, ...],
    *,
    asks_reason: bool,
    written: Callable[[], Paper] | None = None,
) -> Message:
    """Issue what these words confirm, else show it. ``written`` is the same paper once all its items are kept."""
    receivers = readers_of(ctx.connection, ctx.alliance, meeting, ctx.today)
    wrong = _wrong(paper.reason) if asks_reason else ""
    if not wrong and confirmed(rest, paper, receivers):
        number = issue(ctx, meeting, written() if written else paper, receivers)
        return ctx.write(
            "paper_issued",
            paper=paper,
            paper_id=number,
            meeting=meeting,
            all_items=len(receivers.all_items),
            open_items=len(receivers.open_items),
        )
    asked = bool(ctx.answers) or bool(rest)
    error = wrong if paper.reason or asked else ""
    changed = bool(rest) and not wrong
    sending = Sending(words, "", asks_reason, paper.reason, error, changed)
    return preview(ctx, meeting, paper, receivers, warnings, sending)


def _wrong(reason: str) -> str:
    """What is wrong with a reason that is to be printed, as the catalogs call it; empty for nothing."""
    if not reason:
        return "paper_reason_missing"
    return "item_too_long" if len(reason) > LONGEST_TEXT else ""


def handle_supplement(ctx: Context) -> Message:
    ctx.check_secretariat()
    return _supplement(ctx)


COMMAND = Command("agenda", ("dagsorden", "agenda"), "look", handle)
SUPPLEMENT = Command(
    "supplement", ("tillæg", "tillaeg", "supplement"), "run_secretariat", handle_supplement, secretariat=True
)
