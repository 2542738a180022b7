"""What the commands about experience share: who may read it, whose it is, and writing one down."""

from __future__ import annotations

from dataclasses import replace

from alliance.errors import Refused
from alliance.experience import Entry, Experience
from alliance.messages import Message
from alliance.standards import Point
from bot.context import Context
from storage.changes import experience as changes
from storage.queries import experience as experiences
from storage.queries import register


def check_reader(ctx: Context) -> None:
    """Raise Refused for whoever has to do with nobody that takes part in the alliance today."""
    if not takes_part(ctx):
        raise Refused("experience_closed")


def takes_part(ctx: Context) -> bool:
    """Whether the person has to do with anybody that takes part in the alliance today."""
    theirs = {term.organisation_id for term in ctx.actor.terms} | {*ctx.actor.helped, *ctx.actor.invited}
    return ctx.actor.secretariat or bool(theirs & _taking_part(ctx, "member", "partner", "observer"))


def check_is_member(ctx: Context) -> None:
    """Raise Refused for a request on behalf of somebody else than a member."""
    if ctx.organisation.id not in members(ctx):
        raise Refused("experience_whose", organisation=ctx.organisation.name)


def shares(ctx: Context) -> bool:
    """Whether the person speaks for a member, and so can share something without naming one."""
    return bool({*ctx.actor.own} & members(ctx))


def members(ctx: Context) -> set[int]:
    """Who is a member today, by id."""
    return _taking_part(ctx, "member")


def _taking_part(ctx: Context, *roles: str) -> set[int]:
    known = register.memberships(ctx.connection, ctx.alliance.id)
    return {m.organisation_id for m in known if m.role in roles and m.validity.covers(ctx.today)}


def themes(ctx: Context) -> tuple[Point, ...]:
    return ctx.alliance.charter.themes


def entry_of(ctx: Context, one: Experience) -> Entry:
    return experiences.entries_of(ctx.connection, ctx.alliance, (one,), ctx.today)[0]


def shown(ctx: Context, id_: int, said: str = "", *, counts: str = "", choosing: bool = False) -> Message:
    """One as it stands; ``said`` is the key of what was just done, ``counts`` the requirement that it meets."""
    one = experiences.experience(ctx.connection, ctx.alliance.id, id_)
    assert one is not None
    return ctx.write(
        "experience",
        entry=entry_of(ctx, one),
        themes=themes(ctx),
        theirs=ctx.actor.may("act_for_member", one.organisation_id),
        said=said,
        counts=counts,
        choosing=choosing,
        may_ask=shares(ctx) and one.organisation_id in members(ctx) and one.organisation_id not in ctx.actor.own,
    )


def add(ctx: Context, what: str, link: str, theme: str, settlement_id: int | None) -> int:
    """Let a member's experience be found by the others from now on; returns its number."""
    one = Experience(
        id=0,
        organisation_id=ctx.organisation.id,
        what=what,
        link=link,
        theme=theme,
        shared_at=ctx.now,
        shared_by=ctx.actor.person.id,
        on_behalf=ctx.on_behalf,
        settlement_id=settlement_id,
    )
    return changes.add_experience(ctx.connection, ctx.alliance.id, one)


def note(ctx: Context, action: str, one: Experience) -> None:
    """Write it into the journal under the member whose it is."""
    entry = entry_of(ctx, one)
    label = ctx.say("experience.named", id=one.id, what=one.what)
    replace(ctx, member=entry.organisation).note(action, f"experience:{one.id}", label=label)
