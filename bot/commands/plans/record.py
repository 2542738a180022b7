"""What the commands about plans share: whose plan it is, who may do what about it, and telling them."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.messages import Message
from alliance.notifications import plan_news
from alliance.plan_actions import by_need, progress
from alliance.plans import Plan, PlanRecord
from alliance.standards import SECRETARIAT
from alliance.validity import valid_on
from bot.context import Context, NotTheirs
from storage import journal
from storage.queries import actors, plan_actions, plans, register


def record_of(ctx: Context) -> PlanRecord:
    """The plans of the member that the request is about."""
    return plans.records_of(ctx.connection, ctx.alliance, [ctx.organisation])[0]


def check_is_member(ctx: Context) -> None:
    """Raise Refused for a request about somebody else than a member: a party has no plan."""
    if ctx.organisation.kind != ctx.alliance.charter.member_kind:
        raise Refused("plan_whose")


def newest_of(ctx: Context) -> Plan:
    """The member's newest version; raises Refused where there is none."""
    newest = record_of(ctx).newest
    if newest is None:
        raise Refused("plan_none", organisation=ctx.organisation.name)
    return newest


def is_theirs(ctx: Context) -> bool:
    """Whether who asks acts for the member."""
    return ctx.actor.may("act_for_member", ctx.organisation.id)


def check_theirs(ctx: Context) -> None:
    if not is_theirs(ctx):
        raise NotTheirs("plan_not_yours", organisation=ctx.organisation.name)


def decides_as(ctx: Context, named: tuple[str, ...]) -> tuple[str, ...]:
    """As whom of these (the secretariat, or parties by their codes) the reader may decide.

    The secretariat notes for each of them what they decided.
    """
    if ctx.actor.secretariat:
        return named
    ids = {term.organisation_id for term in ctx.actor.terms}
    mine = {one.code for one in register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ids).values()}
    part = {party.code for party in valid_on(ctx.alliance.charter.parties, ctx.today)}
    return tuple(code for code in named if code != SECRETARIAT and code in mine & part)


def name_of(ctx: Context, code: str) -> str:
    """What a party is called; the secretariat's code is no party's, and has a word of its own."""
    names = {party.code: party.name.in_(ctx.language) for party in ctx.alliance.charter.parties}
    return ctx.say("plan.secretariat") if code in ("", SECRETARIAT) else names.get(code, code)


def shown(ctx: Context, said: str = "") -> Message:
    """The member's plans as they are now; ``said`` is the key of what was just done."""
    record = record_of(ctx)
    newest = record.newest
    standard = newest.standard if newest else None
    calendar = ctx.alliance.charter.calendar
    actions = plan_actions.actions(ctx.connection, ctx.alliance.id, [ctx.organisation.id])
    return ctx.write(
        "plan",
        record=record,
        actions=by_need(actions, calendar, ctx.today),
        progress=progress(actions, calendar, ctx.today),
        stale=frozenset(one.number for one in actions if one.is_stale(calendar, ctx.today)),
        day=ctx.today,
        names={code: name_of(ctx, code) for code in (standard.certified_by if standard else ())},
        theirs=is_theirs(ctx),
        assesses=bool(standard and decides_as(ctx, standard.approved_by)),
        certifies=bool(standard and decides_as(ctx, standard.certified_by)),
        prefix=ctx.prefix_for(ctx.organisation),
        said=said,
        targets=ctx.alliance.charter.about.targets_on(ctx.today),
    )


def note(ctx: Context, action: str, version: int, *, for_member: bool, **facts: object) -> None:
    """Write it into the journal; what is decided about a member's plan is not done on its behalf."""
    journal.write_down(
        ctx.connection,
        ctx.alliance.id,
        ctx.now,
        action,
        person_id=ctx.actor.person.id,
        organisation_id=ctx.organisation.id,
        on_behalf=for_member and ctx.on_behalf,
        about=f"plan:{version}",
        facts={"label": ctx.say("plan.named", organisation=ctx.organisation.name, version=version), **facts},
    )


def tell_member(ctx: Context, occasion: str) -> None:
    """Tell whom the member is written to what ``occasion`` names (``step:12``); never oneself."""
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [ctx.organisation.id])
    people = offices.asked(ctx.organisation.id, (ctx.alliance.charter.contact,))
    ctx.post_each(plan_news(ctx.organisation.id, occasion, each) for each in people if each != ctx.actor.person.id)


def tell_secretariat(ctx: Context, occasion: str) -> None:
    people = actors.secretariat_people(ctx.connection, ctx.alliance, ctx.today)
    ctx.post_each(plan_news(ctx.organisation.id, occasion, each) for each in people if each != ctx.actor.person.id)


def tell_certifiers(ctx: Context, plan: Plan, occasion: str) -> None:
    """Tell those who certify that it is their turn: the plan is approved, and the council has adopted it."""
    if plan.state(ctx.today) != "approved" or not plan.adopted(ctx.today):
        return
    known, waiting = register.organisations(ctx.connection, ctx.alliance.id, ctx.today), plan.awaited()
    homes = {id_ for id_, one in known.items() if one.code in waiting}
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, homes)
    people = dict.fromkeys(term.person_id for term in offices.terms if term.organisation_id in homes)
    ctx.post_each(plan_news(ctx.organisation.id, occasion, each) for each in people if each != ctx.actor.person.id)
