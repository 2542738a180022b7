"""What waits for the secretariat itself: the next step of each meeting, proposals to answer, what reached nobody."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

from alliance.changeovers import left
from alliance.findings import KINDS
from alliance.meeting_steps import Step
from alliance.meetings import Meeting
from alliance.messages import Button
from bot.commands.duties.my_list import asks_waiting
from bot.commands.plans.action_record import stale_ones
from bot.context import Context
from bot.web.tasks import Task
from storage.bookmarks import FINDINGS, bookmark
from storage.queries import agendas, changeovers, meetings
from storage.queries.meeting_steps import steps
from storage.queries.outbox_looking import lost_after
from templates.makers.meeting_steps import step_button, step_words
from templates.makers.meeting_words import meeting_name, state_words
from templates.makers.policy_asks import answer_button
from templates.makers.words import command, due_words

NEAR = timedelta(days=45)
"""What is due later than this does not wait yet."""
RECENT = timedelta(days=30)


def of_secretariat(ctx: Context) -> list[Task]:
    """Everything that the product knows the secretariat has to do."""
    known = {m.id: m for m in meetings.meetings(ctx.connection, ctx.alliance)}
    coming = steps(ctx.connection, ctx.alliance, known.values(), ctx.now)
    found = [_step(ctx, known[id], step) for id, step in coming.items() if _waits(step, ctx.today)]
    return [
        *_changeover(ctx),
        *found,
        *_proposals(ctx, known),
        *_asks(ctx),
        *_actions(ctx),
        *_undelivered(ctx),
        *_findings(ctx),
    ]


def _changeover(ctx: Context) -> list[Task]:
    """That the secretariat is handed over, with how much of the checklist is not in place."""
    found = changeovers.current(ctx.connection, ctx.alliance, ctx.today)
    if found is None:
        return []
    lines = changeovers.checklist(ctx.connection, ctx.alliance, found, ctx.today, ctx.now, ctx.language)
    say, words = ctx.phrases, command(ctx.phrases, "changeover")
    return [
        Task(
            say("changeover.on_list", count=left(lines)),
            "open",
            say("changeover.state", count=left(lines)),
            found.day,
            ((say("story.label.due"), due_words(say, found.day, ctx.today)),),
            (Button(say("changeover.see"), words, "primary"),),
            f"/chat?say={quote(words)}",
        )
    ]


def ahead_of_secretariat(ctx: Context) -> list[tuple[date, str, str]]:
    """The nearest thing that does not wait yet: its day, what it is, and where it is done."""
    known = {m.id: m for m in meetings.meetings(ctx.connection, ctx.alliance)}
    coming = steps(ctx.connection, ctx.alliance, known.values(), ctx.now)
    later = [
        (step.due, id, step)
        for id, step in coming.items()
        if step.due and step.key != "wait" and not _waits(step, ctx.today)
    ]
    if not later:
        return []
    due, id, step = min(later, key=lambda each: each[:2])
    return [(due, ctx.say(f"page.mine.step.{step.key}", title=known[id].title), f"/meetings/{id}")]


def _waits(step: Step, today: date) -> bool:
    return step.key != "wait" and (step.due is None or step.due <= today + NEAR)


def _step(ctx: Context, meeting: Meeting, step: Step) -> Task:
    say = ctx.phrases
    button = step_button(say, step, meeting)
    return Task(
        meeting.title.in_(say.language),
        "overdue" if step.due and step.due < ctx.today else "open",
        state_words(say, meeting),
        step.due,
        (
            (say("page.meeting.next"), step_words(say, step, ctx.today)),
            (say("story.label.due"), due_words(say, step.due, ctx.today) if step.due else ""),
        ),
        (button,) if button else (),
        f"/meetings/{meeting.id}",
    )


def _proposals(ctx: Context, known: dict[int, Meeting]) -> list[Task]:
    """Members' proposals that nobody has answered, for meetings that are still to come."""
    say, found = ctx.phrases, []
    for id, count in agendas.undecided(ctx.connection, ctx.alliance.id).items():
        meeting = known[id]
        if meeting.state in ("planned", "called") and meeting.starts_at > ctx.now:
            words = command(say, "agenda", meeting_name(say, meeting))
            found.append(
                Task(
                    say("page.mine.proposals", count=count, meeting=meeting),
                    "open",
                    say("page.mine.unanswered"),
                    ctx.alliance.charter.calendar.day(meeting.starts_at),
                    (),
                    (Button(say("page.meeting.do.agenda"), words, "primary"),),
                    f"/meetings/{id}",
                )
            )
    return found


def _asks(ctx: Context) -> list[Task]:
    """What the alliance has asked of others, and no answer came by the day hoped for."""
    say = ctx.phrases
    return [
        Task(
            say("page.mine.ask", ask=ask),
            "overdue",
            say("page.mine.ask_unanswered"),
            ask.hoped_by,
            ((say("policy_ask.label.hoped_by"), due_words(say, ask.hoped_by, ctx.today) if ask.hoped_by else ""),),
            (answer_button(say, ask),),
            "/influence#asks",
        )
        for ask in asks_waiting(ctx)
    ]


def _actions(ctx: Context) -> list[Task]:
    """How many actions of members' plans nobody has updated for a year; the member was reminded once."""
    stale, say = stale_ones(ctx), ctx.phrases
    if not stale:
        return []
    words = command(say, "plan_actions", say("words.plan_actions_of.stale"))
    heading, see = say("page.mine.stale_actions", count=len(stale)), Button(say("plan_actions.waiting_see"), words)
    return [Task(heading, "open", say("page.mine.stale_state"), None, (), (see,), f"/chat?say={quote(words)}")]


def _undelivered(ctx: Context) -> list[Task]:
    """How much of the last month reached nobody; the outbox says what and why."""
    lost = lost_after(ctx.connection, ctx.alliance.id, 0, ctx.now - RECENT)
    if not lost:
        return []
    say = ctx.phrases
    heading = say("page.mine.undelivered", count=len(lost))
    return [Task(heading, "unfulfilled", say("page.outbox.state.given_up"), None, (), (), "/outbox")]


def _findings(ctx: Context) -> list[Task]:
    """What the newest self-audit found, a line a kind, until one finds it no more."""
    place, say = bookmark(ctx.connection, ctx.alliance.id, FINDINGS), ctx.phrases
    counts = dict(line.split(" ") for line in place.value.splitlines()) if place else {}
    return [
        Task(
            say("page.mine.finding", what=say(f"alert.kind.{kind}", count=int(counts[kind])), count=int(counts[kind])),
            "unfulfilled",
            say("page.mine.finding_state"),
            None,
            ((say("page.mine.finding_do"), say(f"alert.do.{kind}")),),
            (),
            "/outbox",
        )
        for kind in KINDS
        if kind in counts
    ]
