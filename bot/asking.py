"""What the commands about questions share: how one reads, who may see it, and whom it concerns."""

from __future__ import annotations

from alliance.messages import Message
from bot.commands.context import Context
from storage.queries import questions, register


def shown(ctx: Context, id_: int, said: str = "") -> Message:
    """One as it stands; ``said`` is the key of what was just done."""
    one = questions.question(ctx.connection, ctx.alliance.id, id_)
    assert one is not None
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, {one.asking_id, one.asked_id})
    return ctx.write(
        "question",
        question=one,
        asking=members[one.asking_id],
        asked=members[one.asked_id],
        contact=", ".join(names(ctx, contacts(ctx, one.asked_id))),
        answers=speaks_for(ctx, one.asked_id),
        asks=speaks_for(ctx, one.asking_id),
        said=said,
    )


def speaks_for(ctx: Context, organisation_id: int) -> bool:
    return ctx.actor.may("act_for_member", organisation_id)


def contacts(ctx: Context, organisation_id: int) -> tuple[int, ...]:
    """Who is asked for a member, as far as they can be reached."""
    charter = ctx.alliance.charter
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [organisation_id])
    asked = offices.asked(organisation_id, (charter.contact,))
    reached = register.reachable_people(ctx.connection, ctx.alliance.id, asked)
    return tuple(person for person in asked if person in reached)


def names(ctx: Context, people: tuple[int, ...]) -> tuple[str, ...]:
    known = register.people(ctx.connection, ctx.alliance.id, people)
    return tuple(known[person].name for person in people)
