"""What follows when an office changes hands: shown before it does, and confirmed for exactly that."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date

from alliance.members import OfficesOn
from alliance.names import fold
from alliance.register import Follows
from alliance.validity import valid_on
from bot.commands.papers.issuing import SEAL_LENGTH
from bot.context import CONFIRM, Context
from storage.queries import meetings, register


def seal_of(*shown: object) -> str:
    """Names what was shown: a confirmation counts for that and nothing else."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:SEAL_LENGTH]


def unsealed(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The words before the seal that confirms, and the seal (empty before)."""
    if len(words) > 1 and fold(words[-2]) in CONFIRM:
        return words[:-2], words[-1]
    return words, ""


def what_follows(
    ctx: Context, offices: Collection[str], before: OfficesOn, after: OfficesOn, since: date, coming: str = ""
) -> Follows:
    """What the change of these offices means from a local day on; ``coming`` is the name of somebody not known yet."""
    here, people = ctx.organisation.id, {term.person_id for term in (*before.terms, *after.terms)}
    names = {id: person.name for id, person in register.people(ctx.connection, ctx.alliance.id, people).items()}

    def name(person: int) -> str:
        return names.get(person, coming)

    duties = []
    for account in ctx.accounts():
        asks, about = account.requirement.asks, (account.obligation.id, account.requirement.owner)
        asked = [known.asked(here, asks, *about) for known in (before, after)]
        if account.standing.owes and set(asks) & set(offices) and asked[0] != asked[1]:
            duties.append((account.requirement.title, tuple(map(name, asked[1]))))
    seated = {
        seat.body
        for seat in register.seats(ctx.connection, ctx.alliance.id)
        if seat.validity.covers(since) and seat.organisation_id == here and not seat.chair
    }
    bodies = []
    for body in valid_on(ctx.alliance.charter.bodies, since):
        if body.key in seated and body.seat_holder in offices:
            holders = after.holders(here, body.seat_holder)
            bodies.append((body, name(holders[-1]) if holders else ""))
    keys, calendar = {body.key for body, _ in bodies}, ctx.alliance.charter.calendar
    called = tuple(
        meeting.title
        for meeting in meetings.ahead(ctx.connection, ctx.alliance, ctx.today)
        if meeting.state == "called" and meeting.kind in keys and calendar.day(meeting.starts_at) >= since
    )
    return Follows(tuple(duties), tuple(bodies), called)
