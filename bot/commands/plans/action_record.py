"""What the commands about the actions of plans share: whose they are, how one reads, and telling the member."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from alliance.errors import Refused
from alliance.members import Organisation
from alliance.messages import Message
from alliance.notifications import plan_news
from alliance.plan_actions import SURELY_HEARD, PlanAction, Progress, progress
from bot.context import Context, NotTheirs, read_number
from storage.queries import plan_actions, register


def progress_of(ctx: Context, organisation: Organisation) -> Progress:
    """How far the actions of a member's plan have come."""
    found = plan_actions.actions(ctx.connection, ctx.alliance.id, [organisation.id])
    return progress(found, ctx.alliance.charter.calendar, ctx.today)


def stale_ones(ctx: Context) -> tuple[PlanAction, ...]:
    """Every member's actions that are not concluded and of which nothing was heard for a year."""
    calendar = ctx.alliance.charter.calendar
    found = plan_actions.unheard_of(ctx.connection, ctx.alliance.id, ctx.now - SURELY_HEARD)
    members = members_on(ctx, ctx.today) if found else set()
    return tuple(one for one in found if one.organisation_id in members and one.is_stale(calendar, ctx.today))


def members_on(ctx: Context, day: date) -> set[int]:
    """Who is a member on a local day, by id."""
    terms = register.memberships(ctx.connection, ctx.alliance.id)
    return {term.organisation_id for term in terms if term.role == "member" and term.validity.covers(day)}


def own_member(ctx: Context) -> Organisation | None:
    """The member that is meant: the one named, else the only one that whoever asks speaks for."""
    if ctx.member is not None or ctx.actor.secretariat or len(ctx.actor.own) != 1:
        return ctx.member
    return named(ctx, ctx.actor.own)[ctx.actor.own[0]]


def named(ctx: Context, ids: Iterable[int]) -> dict[int, Organisation]:
    return register.organisations(ctx.connection, ctx.alliance.id, ctx.today, set(ids))


def entries_meant(ctx: Context, typed: str) -> tuple[PlanAction, ...]:
    """What was said of the action of that number, newest first; raises Refused where there is none."""
    number = read_number(typed)
    found = plan_actions.entries(ctx.connection, ctx.alliance.id, number) if number else ()
    if not found or (ctx.member is not None and ctx.member.id != found[0].organisation_id):
        raise Refused("plan_action_none", got=typed)
    return found


def is_theirs(ctx: Context, organisation_id: int) -> bool:
    """Whether who asks acts for the member."""
    return ctx.actor.may("act_for_member", organisation_id)


def about(ctx: Context, organisation: Organisation) -> Context:
    """The request as one about that member, for whoever may change its plan; raises NotTheirs for anybody else."""
    if not is_theirs(ctx, organisation.id):
        raise NotTheirs("plan_not_yours", organisation=organisation.name)
    return replace(ctx, member=organisation)


def shown(ctx: Context, number: int, said: str = "") -> Message:
    """An action with its history; ``said`` is the key of what was just done."""
    found = entries_meant(ctx, str(number))
    action = found[0]
    theme = ctx.alliance.charter.theme(action.theme)
    return ctx.write(
        "plan_action",
        entries=found,
        organisation=named(ctx, [action.organisation_id])[action.organisation_id],
        theme=theme.title.in_(ctx.language) if theme else "",
        day=ctx.today,
        stale=action.is_stale(ctx.alliance.charter.calendar, ctx.today),
        theirs=is_theirs(ctx, action.organisation_id),
        said=said,
    )


def note_and_tell(ctx: Context, done: str, action: PlanAction) -> None:
    """Write it into the journal; whoever the member is written to hears what was noted on its behalf, never oneself."""
    label = ctx.say("plan_action.named", number=action.number, title=action.title)
    ctx.note(done, f"plan_action:{action.number}", label=label)
    if not ctx.on_behalf:
        return
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [action.organisation_id])
    people = offices.asked(action.organisation_id, (ctx.alliance.charter.contact,))
    occasion = f"action:{action.id}" + (":back" if done == "plan_action_back" else "")
    ctx.post_each(plan_news(action.organisation_id, occasion, each) for each in people if each != ctx.actor.person.id)
