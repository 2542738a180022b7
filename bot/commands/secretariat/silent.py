"""``tavse``: the members of whom nothing was heard for a year; ``tavse 6``: for six months."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.messages import Message
from alliance.silence import MONTHS, MOST_MONTHS, Silence, SilentMember, could_be_silent, silent
from bot.context import Command, Context, read_number
from storage.queries import journal, register

SMALL_WORDS = ("maaneder", "måneder", "mdr", "mdr.", "months", "month", "måned")


def handle(ctx: Context) -> Message:
    months = _months(ctx)
    calendar = ctx.alliance.charter.calendar
    heard = {member: calendar.day(at) for member, at in journal.heard_of(ctx.connection, ctx.alliance.id).items()}
    memberships = register.memberships(ctx.connection, ctx.alliance.id)
    seen = memberships if ctx.actor.secretariat else [m for m in memberships if m.organisation_id in ctx.actor.advised]
    found = silent(seen, heard, ctx.alliance.obligations_since, months, ctx.today)
    members = sum(m.role == "member" and m.validity.covers(ctx.today) for m in seen)
    return ctx.write(
        "silent_members",
        silent=named(ctx, found),
        members=members,
        months=months,
        known_since=ctx.alliance.obligations_since,
        too_early=bool(members) and not could_be_silent(seen, ctx.alliance.obligations_since, months, ctx.today),
    )


def _months(ctx: Context) -> int:
    said = [word for word in ctx.args if word.lower() not in SMALL_WORDS]
    if not said:
        return MONTHS
    months = read_number(" ".join(said))
    if not months or months > MOST_MONTHS:
        raise Refused("silent_months", got=" ".join(said), most=MOST_MONTHS)
    return months


def named(ctx: Context, found: tuple[Silence, ...]) -> tuple[SilentMember, ...]:
    """The same for people: what each is called and who is asked for it."""
    charter, ids = ctx.alliance.charter, [one.organisation_id for one in found]
    members = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ids)
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, ids)
    asked = {id_: offices.asked(id_, (charter.contact,)) for id_ in ids}
    people = register.people(ctx.connection, ctx.alliance.id, {person for one in asked.values() for person in one})
    return tuple(
        SilentMember(
            members[one.organisation_id].name,
            members[one.organisation_id].group(charter.constituency),
            ", ".join(people[person].name for person in asked[one.organisation_id]),
            one.heard,
        )
        for one in found
    )


COMMAND = Command("silent", ("tavse", "silent"), "oversee", handle, secretariat=True)
