"""A meeting as a page: when, where, who comes, its papers, and what was agreed.

Everybody sees what the commands tell them: answers, closed items and actions are for those who may read them there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from alliance.accounts import Account
from alliance.agendas import as_issued
from alliance.calendar_objects import FeedEvent
from alliance.meeting_steps import Step
from alliance.meetings import Meeting
from alliance.messages import Button, Table
from alliance.papers import PAPER_LANGUAGE, Issued, Paper, PaperItem
from alliance.rolls import Roll, RollLine
from bot.commands.meetings.seat_answer import own_seats
from bot.commands.papers.drafting import due_on, readable
from bot.commands.sharing.record import takes_part
from bot.context import Context
from bot.web.agreed import agreed
from bot.web.site import Reader, Site, Trouble
from bot.web.standing_headings import headings_in
from bot.web.visitors import asking
from storage.engine import reading
from storage.queries import accounts, papers
from storage.queries import meetings as queries
from storage.queries.meeting_steps import steps
from storage.queries.rolls import roll
from templates.ics import feed
from templates.makers.invitations import answer_buttons
from templates.makers.meeting_steps import step_button, step_words
from templates.makers.meeting_words import said_words, state_words, table_of_seats
from templates.makers.meetings import meeting_buttons, meeting_facts, table_of_members
from templates.makers.words import answer_words, settle_buttons, standing_words
from templates.phrases import Phrases


@dataclass(frozen=True)
class Filed:
    """A paper of the meeting in the reader's copy: what it is called, how it stands and when it was issued."""

    id: int
    title: str
    state: str
    at: datetime
    copy: str


@dataclass(frozen=True)
class Item:
    """An item of the agenda in the reader's copy; ``language`` is that of its heading."""

    number: int
    heading: str
    language: str
    kind: str
    closed: bool


@dataclass(frozen=True)
class Own:
    """What was answered for one of the reader's organisations, with what they can press now."""

    said: str
    buttons: tuple[Button, ...]
    answered: bool
    obligation: int | None = None


def meeting(site: Site, request: Request) -> Response:
    """``/meetings/3``: one meeting from end to end, as far as the reader may see it."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        ctx = asking(connection, reader.known, reader.now)
        found = _meeting(ctx, request)
        known = roll(connection, ctx.alliance, found)
        issued = papers.papers_of(connection, ctx.alliance.id, found.id)
        copies = readable(ctx, found, issued)
        facts = {
            **_about(reader, known, steps(connection, ctx.alliance, [found], reader.now).get(found.id)),
            "own": _own(ctx, known),
            "agreed": agreed(ctx, found, [paper for _, paper in copies]),
            **_papers(ctx, found, issued, copies),
            "in_calendar": found.id in queries.newest_stamps(connection, ctx.alliance.id),
        }
    return site.page(request, reader, "meeting", meeting=found, **facts)


def _meeting(ctx: Context, request: Request) -> Meeting:
    """The meeting that the address names; raises Trouble(404) where there is none, 403 for who takes no part."""
    if not takes_part(ctx):
        raise Trouble(403, "meetings")
    found = queries.meeting(ctx.connection, ctx.alliance, request.path_params["id"])
    if found is None:
        raise Trouble(404, "not_found")
    return found


def _about(reader: Reader, known: Roll, step: Step | None) -> dict[str, Any]:
    """When, where, who comes and what is next; the last is for the secretariat."""
    say, secretariat = reader.say, reader.known.actor.secretariat
    return {
        "title": known.meeting.title.in_(say.language),
        "facts": [pair for pair in meeting_facts(say, known).pairs if pair[0] != say("meeting.label.state")],
        "state": state_words(say, known.meeting),
        "step": step_words(say, step, reader.today) if step and secretariat else "",
        "buttons": _buttons(say, known, step, reader.now) if secretariat else (),
        "counts": say("meeting_shown.answered", **known.answered()) if _is_asked(known, secretariat) else "",
        "tables": _tables(say, known, secretariat=secretariat),
    }


def _buttons(say: Phrases, known: Roll, step: Step | None, now: datetime) -> tuple[Button, ...]:
    """The next step before everything else, and it alone stands out."""
    first = step_button(say, step, known.meeting) if step else None
    others = [Button(b.label, b.words) for b in meeting_buttons(say, known, now)]
    return (*([first] if first else []), *(b for b in others if first is None or b.words != first.words))


def _is_asked(known: Roll, secretariat: bool) -> bool:
    return secretariat and not known.meeting.of_body and known.meeting.state != "cancelled"


def _tables(say: Phrases, known: Roll, *, secretariat: bool) -> list[Table]:
    """The seats with their answers, of an event the members that have answered, as far as the commands show them."""
    if known.meeting.of_body:
        return table_of_seats(say, known, secretariat=secretariat)
    return table_of_members(say, known) if secretariat else []


# ------------------------------------------------------------------------------------------------ one's own answer


def _own(ctx: Context, known: Roll) -> list[Own]:
    """For a body the seats that the reader may answer for; for an event what their members owe because of it."""
    if known.meeting.of_body:
        return [_own_seat(ctx, known, line, prefix) for line, prefix in own_seats(ctx, known)]
    owed = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, organisation_ids=ctx.actor.organisations)
    event, year = known.meeting.kind, known.meeting.year
    asked = [a for a in owed if a.requirement.event == event and a.obligation.period.start.year == year]
    return [_own_account(ctx, account) for account in asked]


def _own_seat(ctx: Context, known: Roll, line: RollLine, prefix: str) -> Own:
    """What a seat has answered; once it has, no button stands out."""
    buttons = answer_buttons(ctx.phrases, known.meeting, prefix)
    if line.answer:
        buttons = tuple(Button(button.label, button.words) for button in buttons)
    said = said_words(ctx.phrases, known, line)
    return Own(ctx.say("page.meeting.own", organisation=line.organisation, said=said), buttons, line.answer is not None)


def _own_account(ctx: Context, account: Account) -> Own:
    say, standing = ctx.phrases, account.standing
    said = say("meeting.answer.none") if standing.owes else standing_words(say, standing)
    if standing.answer and not standing.by:
        said = answer_words(say, standing.answer)
    return Own(
        say("page.meeting.own", organisation=account.organisation.official_name, said=said),
        settle_buttons(say, account, ctx.prefix_for(account.organisation)),
        not standing.owes,
        account.obligation.id,
    )


# ------------------------------------------------------------------------------------------------------ its papers


def _papers(
    ctx: Context, found: Meeting, issued: Sequence[Issued], copies: Sequence[tuple[int, Paper]]
) -> dict[str, Any]:
    """The items as they were sent out, each paper, and what is still to come of them."""
    say = ctx.phrases
    items = as_issued([paper for _, paper in copies if paper.kind != "minutes"])
    headings = _headings(ctx, found) if items else {}
    sent = any(one.paper.kind == "agenda" for one in issued)
    awaited = found.of_body and found.state != "cancelled" and not items
    words = "agenda_awaited.others" if sent else "agenda_awaited.summary"
    return {
        "items": [_item(say, item, headings) for item in items],
        "awaited": say(words, meeting=found, due=due_on(ctx, found)) if awaited else "",
        "filed": [_filed(say, number, paper) for number, paper in copies],
    }


def _headings(ctx: Context, found: Meeting) -> dict[str, str]:
    """The standing headings in the reader's language; what somebody wrote stays as it was written."""
    known = queries.meetings(ctx.connection, ctx.alliance)
    earlier = tuple(m for m in known if m.kind == found.kind and m.starts_at < found.starts_at)
    return headings_in(ctx.language, ctx.alliance.charter, found, earlier)


def _item(say: Phrases, item: PaperItem, headings: Mapping[str, str]) -> Item:
    kind = say(f"paper.kind.{item.kind}")
    if item.heading in headings:
        return Item(item.number, headings[item.heading], say.language, kind, item.closed)
    return Item(item.number, item.heading, PAPER_LANGUAGE, kind, item.closed)


def _filed(say: Phrases, number: int, paper: Paper) -> Filed:
    return Filed(
        number,
        say(f"page.meeting.paper.{paper.kind}", number=paper.number),
        say(f"page.meeting.paper_state.{paper.status}", paper=paper),
        paper.issued_at,
        say(f"page.meeting.copy.{paper.copy}"),
    )


# --------------------------------------------------------------------------------------------------- its calendar


def ics(site: Site, request: Request) -> Response:
    """``/meetings/3.ics``: the meeting for a calendar of one's own; not before it was called."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        ctx = asking(connection, reader.known, reader.now)
        found = _meeting(ctx, request)
        stamp = queries.newest_stamps(connection, ctx.alliance.id).get(found.id)
    if stamp is None:
        raise Trouble(404, "not_found")
    event = FeedEvent(
        uid=found.uid,
        sequence=found.sequence,
        stamp=stamp,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        title=found.title.in_(reader.language),
        place=found.place,
        description="",
        cancelled=found.state == "cancelled",
    )
    charter = ctx.alliance.charter
    content = feed(charter.name.in_(reader.language), [event], zone=charter.zone)
    name = f"{found.kind}-{found.year}-{found.number}.ics" if found.number else f"{found.kind}-{found.year}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")
