"""What the commands about questions share: how one reads, who may see it, and whom it concerns."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.members import Organisation
from alliance.messages import Message
from bot.context import Context
from storage.queries import actors, questions, register
from storage.queries.advisers import advising_organisation


def shown(ctx: Context, id_: int, said: str = "", told: tuple[int, ...] = ()) -> Message:
    """One as it stands; ``said`` is the key of what was just done, ``told`` who hears of it."""
    one = questions.question(ctx.connection, ctx.alliance.id, id_)
    assert one is not None
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, {one.asking_id, one.asked_id})
    return ctx.write(
        "question",
        question=one,
        asking=members[one.asking_id],
        asked=members[one.asked_id],
        contact=", ".join(names(ctx, told or contacts(ctx, one.asked_id))),
        answers=speaks_for(ctx, one.asked_id),
        asks=speaks_for(ctx, one.asking_id),
        said=said,
    )


def speaks_for(ctx: Context, organisation_id: int) -> bool:
    return ctx.actor.answers_for(organisation_id)


def contacts(ctx: Context, organisation_id: int) -> tuple[int, ...]:
    """Who is asked for a member, as far as they can be reached."""
    charter = ctx.alliance.charter
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [organisation_id])
    advising = charter.advisers.office if charter.advisers else charter.contact
    return reached(
        ctx, offices.asked(organisation_id, (charter.contact,)) or offices.holders(organisation_id, advising)
    )


def reached(ctx: Context, people: tuple[int, ...]) -> tuple[int, ...]:
    """Those of some people who can be reached."""
    found = register.reachable_people(ctx.connection, ctx.alliance.id, people)
    return tuple(person for person in people if person in found)


def advising(ctx: Context, member: Organisation) -> tuple[Organisation, tuple[int, ...]]:
    """Who advises a member, and from where: those of its part of the country, else whoever runs the secretariat."""
    found = advising_organisation(ctx.connection, ctx.alliance, member, ctx.today)
    if found and (people := contacts(ctx, found.id)):
        return found, people
    home = actors.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    if home is None:
        raise Refused("question_no_adviser")
    organisation = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, [home])[home]
    return organisation, reached(ctx, actors.secretariat_people(ctx.connection, ctx.alliance, ctx.today))


def names(ctx: Context, people: tuple[int, ...]) -> tuple[str, ...]:
    known = register.people(ctx.connection, ctx.alliance.id, people)
    return tuple(known[person].name for person in people)
