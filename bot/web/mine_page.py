"""My list as a page: what waits for me by urgency, each with what settles it; what is in place; what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from alliance.accounts import Story
from alliance.meetings import Meeting
from alliance.messages import Button
from alliance.obligations import openings
from alliance.plans import PlanRecord
from bot.commands.duties.my_list import mine, plans_due, seats, urgency
from bot.context import Context
from bot.web.secretariat_tasks import ahead_of_secretariat, of_secretariat
from bot.web.site import Site
from bot.web.tasks import Task
from bot.web.visitors import asking
from storage.engine import reading
from storage.queries import accounts, meetings, register, stories
from templates import formats
from templates.makers.handovers import handed_words, handover_buttons
from templates.makers.invitations import answer_buttons
from templates.makers.my_lists import how_words, list_summary
from templates.makers.snoozes import peace_buttons
from templates.makers.words import (
    agreed_words,
    command,
    due_words,
    meeting_words,
    settle_buttons,
    so_far,
    standing_words,
    story_heading,
)
from templates.phrases import Phrases

IN_PLACE = ("fulfilled", "noted", "exempt")
AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Settled:
    """A line of what is not owed: how it stands, and what made it so."""

    number: int
    heading: str
    state: str
    words: str
    how: str


@dataclass(frozen=True)
class Coming:
    """Something that happens on a local day; ``link`` leads to it, where it has a page."""

    day: date
    words: str
    link: str = ""


def my_list(site: Site, request: Request) -> Response:
    """``/mine``: what the reader's offices owe, and for the secretariat its own tasks."""
    with reading(site.engine) as connection:
        reader = site.reader(connection, request)
        ctx = asking(connection, reader.known, reader.now)
        told = sorted(stories.stories(connection, ctx.alliance, mine(ctx), ctx.today), key=urgency)
        tasks = [*_seats(ctx), *(_task(ctx, story) for story in told if story.account.standing.owes)]
        tasks += [_plan(ctx, prefix, record) for prefix, record in plans_due(ctx)]
        tasks += of_secretariat(ctx) if ctx.actor.secretariat else []
        coming, own_member = _coming(ctx), _own_member(ctx)
    tasks.sort(key=lambda task: task.due or date.max)
    rest = [_settled(ctx.phrases, story) for story in told if not story.account.standing.owes]
    own = [task for task in tasks if not task.handed]
    dues = [task.due for task in own if task.due]
    return site.page(
        request,
        reader,
        "mine",
        summary=list_summary(reader.say, ctx.today, dues, len(own) - len(dues)),
        groups=_groups(tasks, ctx.today),
        waiting=[line for line in rest if line.state not in IN_PLACE],
        settled=[line for line in rest if line.state in IN_PLACE],
        coming=coming,
        year=ctx.today.year,
        own_member=own_member,
    )


def _own_member(ctx: Context) -> bool:
    """Whether the reader speaks for one member: then what is kept about it is a link away."""
    own = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ctx.actor.own).values()
    return [one.kind for one in own] == [ctx.alliance.charter.member_kind]


def _groups(tasks: Sequence[Task], today: date) -> list[tuple[str, list[Task]]]:
    """What is late, what has a deadline ahead, what has none, and what a colleague does; an empty group is left out."""
    groups: dict[str, list[Task]] = {"late": [], "due": [], "standing": [], "handed": []}
    for task in tasks:
        when = "standing" if task.due is None else "late" if task.due < today else "due"
        groups["handed" if task.handed else when].append(task)
    return [(name, found) for name, found in groups.items() if found]


# ------------------------------------------------------------------------------------------------ what is owed


def _task(ctx: Context, story: Story) -> Task:
    say, account = ctx.phrases, story.account
    due, hidden = account.obligation.due, story.hidden.get(ctx.actor.person.id)
    facts = (
        (say("story.label.meeting"), meeting_words(say, story)),
        (say("story.label.agreed"), agreed_words(say, account.requirement)),
        (say("story.label.due"), due_words(say, due, ctx.today) if due else ""),
        (say("story.label.so_far"), so_far(say, story) if story.draft or story.report else ""),
        (say("story.label.hidden"), say("story.hidden", until=hidden) if hidden else ""),
        (say("story.label.handed"), handed_words(say, story)),
    )
    me = ctx.actor.person.id
    return Task(
        story_heading(say, story),
        account.standing.state,
        standing_words(say, account.standing),
        due,
        facts,
        settle_buttons(say, account, ctx.prefix_for(account.organisation)),
        f"/obligations/{account.obligation.id}",
        account.obligation.id,
        (*peace_buttons(say, story, me), *handover_buttons(say, story, me)),
        any(each.giver_id == me for each in story.handed),
    )


def _plan(ctx: Context, prefix: str, record: PlanRecord) -> Task:
    """A plan whose update falls due: it has a day, and leads to the plan."""
    say, due = ctx.phrases, record.update_due(ctx.today)
    late, words = record.is_overdue(ctx.today), command(say, "plan", prefix=prefix)
    return Task(
        say("plan.on_list", organisation=record.organisation.official_name),
        "overdue" if late else "open",
        say("page.mine.to_update"),
        due,
        ((say("story.label.due"), due_words(say, due, ctx.today) if due else ""),),
        (Button(say("plan.see"), words, "primary"),),
        f"/chat?say={quote(words)}",
    )


def _seats(ctx: Context) -> list[Task]:
    """The invitations that wait for an answer for one's seat."""
    return [_asked(ctx, prefix, meeting, organisation) for prefix, meeting, organisation in seats(ctx)]


def _asked(ctx: Context, prefix: str, meeting: Meeting, organisation: str) -> Task:
    say = ctx.phrases
    late = meeting.answer_by < ctx.today
    facts = (
        (say("story.label.meeting"), formats.span(meeting.starts_at, meeting.ends_at, say.language, say.zone)),
        (say("meeting.label.where"), meeting.place),
        (say("story.label.due"), due_words(say, meeting.answer_by, ctx.today)),
    )
    return Task(
        say("my_list.asked", meeting=meeting, organisation=organisation),
        "overdue" if late else "open",
        say("meeting.answer.none"),
        meeting.answer_by,
        facts,
        answer_buttons(say, meeting, prefix),
        f"/meetings/{meeting.id}",
    )


def _settled(say: Phrases, story: Story) -> Settled:
    account = story.account
    return Settled(
        account.obligation.id,
        story_heading(say, story),
        account.standing.state,
        standing_words(say, account.standing),
        how_words(say, story),
    )


# ------------------------------------------------------------------------------------------------ what comes next


def _coming(ctx: Context) -> list[Coming]:
    """The next meeting of the alliance; for who acts for a member what opens, for the secretariat its next step."""
    say, found = ctx.phrases, []
    ahead = [m for m in meetings.ahead(ctx.connection, ctx.alliance, ctx.today) if m.starts_at > ctx.now]
    if ahead:
        day = ctx.alliance.charter.calendar.day(ahead[0].starts_at)
        found.append(Coming(day, ahead[0].title.in_(say.language), f"/meetings/{ahead[0].id}"))
    if ctx.actor.own:
        found += _opening(ctx)
    if ctx.actor.secretariat:
        found += [Coming(day, words, link) for day, words, link in ahead_of_secretariat(ctx)]
    return sorted(found, key=lambda coming: coming.day)


def _opening(ctx: Context) -> list[Coming]:
    """What opens next for members, within a year."""
    charter = ctx.alliance.charter
    dates = accounts.event_dates(meetings.meetings(ctx.connection, ctx.alliance), ctx.alliance)
    until = ctx.today + AHEAD
    ahead = [o for o in openings(charter, dates, ctx.alliance.obligations_since, until) if o.opens > ctx.today]
    nearest = min(ahead, key=lambda opening: opening.opens, default=None)
    if nearest is None:
        return []
    title = charter.requirement(nearest.requirement).title
    words = ctx.say("page.mine.opens", title=title, period=nearest.period.label)
    return [Coming(nearest.opens, words)]
