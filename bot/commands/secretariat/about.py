"""``om``: what this alliance is, what it looks up to, with whom; ``om medlemmer``: since when each is a member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from alliance.about import AreaCovered, ContactSeen, Partner, PartnerSeen
from alliance.errors import Refused
from alliance.members import MemberSince, Organisation
from alliance.messages import Message
from alliance.months import years_after
from alliance.names import danish_key, fold
from alliance.validity import unbroken_since
from bot.context import Command, Context
from storage.queries import accessions, register

MEMBERS = ("medlemmer", "members")


def handle(ctx: Context) -> Message:
    if ctx.args and fold(" ".join(ctx.args)) not in MEMBERS:
        raise Refused("about_what", got=" ".join(ctx.args))
    everybody = _members(ctx)
    if ctx.args:
        known = reversed(accessions.accessions(ctx.connection, ctx.alliance.id))  # who joined anew signed anew
        signed = {one.organisation_id: one for one in known if one.is_signed}
        areas, by_year = _areas(ctx, everybody), _by_year(ctx)
        return ctx.write("about_members", day=ctx.today, members=everybody, signed=signed, areas=areas, by_year=by_year)
    charter, founded = ctx.alliance.charter, _founded(ctx)
    own = {ctx.member.id} if ctx.member else set(ctx.actor.own)
    return ctx.write(
        "about",
        charter=charter,
        day=ctx.today,
        founded=founded,
        first_term_until=years_after(founded, charter.chair.years) if charter.chair else None,
        members=len(everybody),
        mine=tuple(one for one in everybody if one.organisation.id in own),
        partners=_partners(ctx),
    )


def _founded(ctx: Context) -> date:
    """The first day of the first charter: nobody has been in the alliance for longer."""
    return ctx.alliance.charters[0].charter.validity.since


def _members(ctx: Context) -> tuple[MemberSince, ...]:
    """Every member of the day with the day from which it has been one without a break, in Danish order of names."""
    since = {
        id_: joined
        for id_, days in register.member_days(ctx.connection, ctx.alliance.id).items()
        if (joined := unbroken_since(days, ctx.today)) is not None
    }
    found = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, list(since)).values()
    listed = sorted(found, key=lambda organisation: danish_key(organisation.name))
    return tuple(MemberSince(organisation, max(since[organisation.id], _founded(ctx))) for organisation in listed)


def _areas(ctx: Context, members: tuple[MemberSince, ...]) -> tuple[AreaCovered, ...]:
    """Each part of the country with how many of its municipalities are members, and those that are not."""
    grouping, joined = ctx.alliance.charter.constituency, {one.organisation.id for one in members}
    areas: dict[str, list[Organisation]] = {}
    for one in register.organisations(ctx.connection, ctx.alliance.id, ctx.today).values():
        if one.kind == ctx.alliance.charter.member_kind:
            areas.setdefault(one.group(grouping), []).append(one)
    return tuple(
        AreaCovered(
            area,
            len(areas[area]),
            tuple(sorted((o.name for o in areas[area] if o.id not in joined), key=danish_key)),
        )
        for area in sorted(areas, key=danish_key)
    )


def _by_year(ctx: Context) -> tuple[tuple[int, int], ...]:
    """How many members there were on the last day of each year since the founding, and how many there are today."""
    days = register.member_days(ctx.connection, ctx.alliance.id).values()
    ends = [date(year, 12, 31) for year in range(_founded(ctx).year, ctx.today.year)]
    return tuple((day.year, sum(any(one.covers(day) for one in spans) for spans in days)) for day in (*ends, ctx.today))


def _partners(ctx: Context) -> tuple[PartnerSeen, ...]:
    """The partners of the day, with the people whom the register has for them."""
    partners = ctx.alliance.charter.about.partners_on(ctx.today)
    known = {o.code: o for o in register.organisations(ctx.connection, ctx.alliance.id, ctx.today).values()}
    people = _people(ctx, [known[one.code] for one in partners if one.code in known])
    return tuple(PartnerSeen(one, people.get(_id(known, one), ())) for one in partners)


def _id(known: Mapping[str, Organisation], partner: Partner) -> int:
    return known[partner.code].id if partner.code in known else 0


def _people(ctx: Context, organisations: list[Organisation]) -> dict[int, tuple[ContactSeen, ...]]:
    """Who holds an office there today, once each, with the mail address that works."""
    ids = [organisation.id for organisation in organisations]
    terms = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, ids).terms if ids else ()
    named = {term.person_id for term in terms}
    people = register.people(ctx.connection, ctx.alliance.id, named)
    addresses = register.addresses(ctx.connection, ctx.alliance.id, named)
    found: dict[int, dict[int, ContactSeen]] = {}
    for term in terms:
        mails = [a.value for a in addresses.get(term.person_id, ()) if a.channel == "mail" and not a.unreachable_since]
        office = ctx.alliance.charter.office(term.office)
        seen = ContactSeen(people[term.person_id].name, office.title, mails[0] if mails else "")
        found.setdefault(term.organisation_id, {}).setdefault(term.person_id, seen)
    return {id_: tuple(seen.values()) for id_, seen in found.items()}


COMMAND = Command("about", ("om", "about"), "look", handle, of_any=True)
