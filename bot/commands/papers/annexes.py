"""How each member stands, as a file on the item about progress: made with the item, and made anew with its text."""

from __future__ import annotations

from alliance.agendas import AgendaItem, check_attachment
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.participation import turnout
from alliance.plans import Coverage, coverage, groups_of
from bot.context import Context
from storage.changes import agendas as changes
from storage.queries import accounts, agendas, plans
from templates.makers.standing_texts import participation_text
from templates.papers import PaperFault
from templates.papers.annex import annex_name, annex_pdf, of_plans, of_requirements
from templates.papers.sheet import Sheet
from templates.phrases import Phrases

PDF = "application/pdf"


def participation(ctx: Context, say: Phrases, *, annexed: bool) -> str:
    """Who is behind today with what is done anew in each period; ``annexed`` where another item has the annex."""
    known = accounts.accounts(ctx.connection, ctx.alliance, ctx.today)
    members = accounts.board(ctx.connection, ctx.alliance, ctx.today)
    ids = {row.organisation.id for row in members.rows}
    found = turnout([a for a in known if a.organisation.id in ids], members.requirements, ctx.today)
    return participation_text(say, found, ctx.today, annexed=annexed)


def coverages(ctx: Context) -> dict[str, Coverage]:
    """How the members' plans stand today, area by area."""
    records = plans.records(ctx.connection, ctx.alliance, ctx.today)
    groups = groups_of(records, ctx.alliance.charter.constituency)
    return {name: coverage(found, ctx.today) for name, found in groups.items()}


def enclose_status(ctx: Context, say: Phrases, item: AgendaItem, meeting: Meeting, before: Meeting | None) -> None:
    """Put the status of every member on an item, in the place of an earlier one; a closed one stays closed.

    Where the agenda has no room for it, or it cannot be printed, the item goes without: its text says what counts.
    """
    name = annex_name(say)
    old = [attachment for attachment in item.attachments if attachment.name == name]
    try:
        content = annex_pdf(_sheet(ctx, say, meeting, before))
        attached = agendas.attached_bytes(ctx.connection, ctx.alliance.id, meeting.id) - sum(one.size for one in old)
        check_attachment(name, len(content), attached)
    except (Refused, PaperFault):
        return
    if [one.sha256 for one in old] == [changes.digest(content)]:
        return
    for one in old:
        changes.remove_attachment(ctx.connection, ctx.alliance.id, one.id, ctx.now)
    changes.add_attachment(
        ctx.connection,
        ctx.alliance.id,
        item.id,
        name=name,
        media_type=PDF,
        content=content,
        closed=any(one.closed for one in old),
        person_id=ctx.actor.person.id,
        now=ctx.now,
    )


def _sheet(ctx: Context, say: Phrases, meeting: Meeting, before: Meeting | None) -> Sheet:
    """By requirement where the charter has any, else by the members' plans."""
    charter = ctx.alliance.charter
    board = accounts.board(ctx.connection, ctx.alliance, ctx.today)
    if not board.requirements:
        records = plans.records(ctx.connection, ctx.alliance, ctx.today)
        return of_plans(say, records, charter.constituency, ctx.today, alliance=charter.name, meeting=meeting)
    return of_requirements(
        say,
        board,
        charter.constituency,
        alliance=charter.name,
        meeting=meeting,
        before=before,
        calendar=charter.calendar,
    )
