"""What another body has done since this one last met, as an item of this one's agenda: in words, with its minutes."""

from __future__ import annotations

from dataclasses import dataclass

from alliance.agendas import REPORT_OF, AgendaItem, check_attachment
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.papers import PAPER_LANGUAGE, Issued, PaperKind
from bot.context import Context
from storage.changes import agendas as changes
from storage.queries import agendas, meetings, papers
from templates.makers.agendas import report_text
from templates.phrases import Phrases

MINUTES: tuple[PaperKind, ...] = ("minutes",)
PDF = "application/pdf"


@dataclass(frozen=True)
class Passed:
    """A meeting of the body that reports, with every version of its minutes that was issued, oldest first."""

    meeting: Meeting
    issued: tuple[Issued, ...]

    @property
    def minutes(self) -> Issued | None:
        """The approved minutes as they are now; None while there are none."""
        return next((one for one in reversed(self.issued) if one.paper.status in ("approved", "corrected")), None)


def reporting_to(ctx: Context, body_key: str) -> tuple[str, ...]:
    """The bodies that report to this one, by key, in the charter's order."""
    return tuple(body.key for body in ctx.alliance.charter.bodies if body.reports_to == body_key)


def reporter(standing: str) -> str | None:
    """The body whose report the standing item of that key is; None for any other."""
    return standing.removeprefix(REPORT_OF) if standing.startswith(REPORT_OF) else None


def told(ctx: Context, say: Phrases, meeting: Meeting, before: Meeting | None, body_key: str) -> str:
    """What the body has met about and decided since the meeting before: only what everybody may read."""
    body = ctx.alliance.charter.body(body_key)
    found = [(one.meeting, _decided(one)) for one in _since(ctx, meeting, before, body_key)]
    return report_text(say, body.short_name.in_(PAPER_LANGUAGE), before, found)


def enclose(ctx: Context, item: AgendaItem, meeting: Meeting, before: Meeting | None) -> None:
    """Put the approved minutes of the body that reports under an item on it, those that are not there.

    Minutes with a closed item in them are a closed attachment; a version that has been corrected since is taken off.
    What the agenda has no room for is left out: the text says of each meeting that there are minutes.
    """
    body_key, there = reporter(item.standing), {attachment.sha256: attachment.id for attachment in item.attachments}
    for one in _since(ctx, meeting, before, body_key) if body_key else ():
        for overtaken in _overtaken(ctx, one) & there.keys():
            changes.remove_attachment(ctx.connection, ctx.alliance.id, there[overtaken], ctx.now)
        file = papers.paper_file(ctx.connection, ctx.alliance.id, one.minutes.id, "all") if one.minutes else None
        if one.minutes is None or file is None or file.sha256 in there:
            continue
        try:
            attached = agendas.attached_bytes(ctx.connection, ctx.alliance.id, meeting.id)
            check_attachment(file.name, len(file.content), attached)
        except Refused:
            continue
        changes.add_attachment(
            ctx.connection,
            ctx.alliance.id,
            item.id,
            name=file.name,
            media_type=PDF,
            content=file.content,
            closed=any(entry.closed for entry in one.minutes.paper.items),
            person_id=ctx.actor.person.id,
            now=ctx.now,
        )


def _since(ctx: Context, meeting: Meeting, before: Meeting | None, body_key: str) -> tuple[Passed, ...]:
    """The body's meetings that were held between the meeting before and this one, by start."""
    return tuple(
        Passed(one, papers.papers_of(ctx.connection, ctx.alliance.id, one.id, MINUTES))
        for one in meetings.meetings(ctx.connection, ctx.alliance)
        if one.kind == body_key
        and one.state == "held"
        and one.starts_at < meeting.starts_at
        and (before is None or one.starts_at >= before.starts_at)
    )


def _overtaken(ctx: Context, one: Passed) -> set[str]:
    """The checksums of the minutes before they were corrected: an item of theirs may have been closed since."""
    files = (papers.paper_file(ctx.connection, ctx.alliance.id, earlier.id, "all") for earlier in one.issued[:-1])
    return {file.sha256 for file in files if file}


def _decided(one: Passed) -> tuple[tuple[str, str], ...] | None:
    """Heading and decision of each open item that decided something; None while the minutes are not approved."""
    if one.minutes is None:
        return None
    return tuple((i.heading, i.decision) for i in one.minutes.paper.items if not i.closed and i.decision.strip())
