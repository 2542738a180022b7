"""Who holds which office, and how they are reached: ``kontakter``, ``embede``, ``fuldmagt``, ``adresse``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from alliance.charter import OfficeKind
from alliance.errors import Refused
from alliance.members import Address, OfficeTerm, Person
from alliance.messages import Message
from alliance.names import fold
from alliance.notifications import address_corrected
from alliance.register import ContactCard, Follows
from alliance.terms import Taken, owner, take
from alliance.validity import Validity
from bot.commands.duties.evidence import day_after, read_day
from bot.commands.people.what_follows import seal_of, unsealed, what_follows
from bot.context import Command, Context
from storage.changes import register as change
from storage.changes.terms import take_office
from storage.queries import actors, register
from storage.queries.advisers import advisers_of

MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
OFFICE_FIELDS = ("office", "name", "mail", "since")
PROXY_FIELDS = (*OFFICE_FIELDS, "until")


def offices(ctx: Context) -> tuple[OfficeKind, ...]:
    """The offices of such an organisation; the secretariat's own only by itself, for who runs it or is to run it."""
    home = actors.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    own = ctx.alliance.charter.secretariat.office
    to_run = {one.charter.secretariat.organisation for one in ctx.alliance.charters}
    here = ctx.organisation
    offered = ctx.actor.secretariat and (home == here.id or here.code in to_run or _will_lead(ctx))
    of_kind = (office for office in ctx.alliance.charter.offices if office.is_of(here.kind))
    return tuple(office for office in of_kind if office.key != own or offered)


def _will_lead(ctx: Context) -> bool:
    """Whether the secretariat follows the chair, and that is to be the organisation's: its people are needed then."""
    if ctx.alliance.charter.secretariat.rule != "follows_chair":
        return False
    mine = [s for s in register.seats(ctx.connection, ctx.alliance.id) if s.organisation_id == ctx.organisation.id]
    return any(seat.chair and seat.validity.since > ctx.today for seat in mine)


def cards(ctx: Context, *, coming: bool = False) -> tuple[ContactCard, ...]:
    """Everybody who holds or acts for an office of the member today, in the charter's order of offices.

    With ``coming`` also those whose term has not begun.
    """
    terms = [
        term
        for term in register.office_terms(ctx.connection, ctx.alliance.id, organisation_id=ctx.organisation.id)
        if term.validity.covers(ctx.today)
        or (coming and term.validity.since > ctx.today and not term.validity.is_empty)
    ]
    ids = {term.person_id for term in terms}
    people = register.people(ctx.connection, ctx.alliance.id, ids)
    addresses = register.addresses(ctx.connection, ctx.alliance.id, ids)
    broken = register.unreachable_reasons(ctx.connection, ctx.alliance.id)
    order = {office.key: number for number, office in enumerate(ctx.alliance.charter.offices)}
    terms.sort(key=lambda term: (order[term.office], term.acting))
    found = []
    for term in terms:
        mail = [a for a in addresses.get(term.person_id, ()) if a.channel == "mail"]
        found.append(
            ContactCard(
                person_id=term.person_id,
                name=people[term.person_id].name,
                office=ctx.alliance.charter.office(term.office),
                acting=term.acting,
                since=term.validity.since,
                until=term.validity.until,
                address=mail[-1].value if mail else "",
                unreachable=broken.get(mail[-1].id, "") if mail else "no_address",
                broken=_broken(addresses.get(term.person_id, ()), broken),
            )
        )
    return tuple(found)


def _broken(addresses: Iterable[Address], reasons: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    """The channels on which the newest address does not work, with the reason of each."""
    newest = {address.channel: address for address in addresses}
    return tuple((channel, reasons[address.id]) for channel, address in newest.items() if address.id in reasons)


def held(ctx: Context) -> set[str]:
    """The offices of the member that the person holds today, not merely acts for."""
    terms = ctx.actor.terms
    return {term.office for term in terms if term.organisation_id == ctx.organisation.id and not term.acting}


def grantable(ctx: Context) -> tuple[OfficeKind, ...]:
    """The offices the person may give a proxy for: those they hold; the secretariat, all."""
    own = held(ctx)
    return tuple(office for office in offices(ctx) if ctx.actor.secretariat or office.key in own)


def may_end(ctx: Context, office_key: str, *, acting: bool) -> bool:
    """Whether the person may end such a term: who holds an office, the proxies for it; the secretariat, any."""
    return ctx.actor.secretariat or (acting and office_key in held(ctx))


def contacts(ctx: Context) -> Message:
    found = cards(ctx)
    kept = {card.office.key for card in found if not card.acting}
    member = ctx.organisation.kind == ctx.alliance.charter.member_kind  # of a party nothing is required
    asked = {key for r in ctx.alliance.charter.requirements_on(ctx.today) for key in r.asks if member}
    leaving = (card.address for card in found if card.address and may_end(ctx, card.office.key, acting=card.acting))
    return ctx.write(
        "contacts",
        organisation=ctx.organisation,
        day=ctx.today,
        people=cards(ctx, coming=True),
        vacant=tuple(office for office in offices(ctx) if office.key in asked - kept),
        changes=_changes(ctx, found),
        leaving=next(leaving, ""),
        advisers=advisers_of(ctx.connection, ctx.alliance, ctx.organisation, ctx.today),
        prefix=ctx.prefix,
    )


def _changes(ctx: Context, found: tuple[ContactCard, ...]) -> tuple[str, ...]:
    """The commands that change something here and that the person may use."""
    usable = {
        "office": ctx.actor.secretariat,
        "proxy": bool(grantable(ctx)),
        "address": bool(_correctable(ctx, found)),
    }
    return tuple(name for name, may in usable.items() if may)


def _typed(ctx: Context, fields: tuple[str, ...]) -> dict[str, str]:
    return {key: ctx.answers.get(key, "").strip() for key in fields}


def _errors(ctx: Context, typed: Mapping[str, str], offered: tuple[OfficeKind, ...]) -> dict[str, str]:
    errors = {}
    if typed["office"] not in {office.key for office in offered}:
        errors["office"] = "office_missing"
    if not typed["name"]:
        errors["name"] = "name_missing"
    if not MAIL.fullmatch(typed["mail"]):
        errors["mail"] = "mail_wrong"
    elif _anothers(ctx, typed["name"], typed["mail"]):
        errors["mail"] = "mail_taken"
    if read_day(typed["since"]) is None:
        errors["since"] = "since_wrong"
    return errors


def _anothers(ctx: Context, name: str, mail: str) -> bool:
    """Whether an address is known as that of somebody with another name."""
    known = register.person_at(ctx.connection, ctx.alliance.id, mail)
    return known is not None and fold(known.name) != fold(name)


def known_as(ctx: Context, name: str, mail: str) -> Person | None:
    """The person the address belongs to, or None for somebody new.

    Who had the address and goes by that name is the same person: only their address has been corrected since.
    """
    using, used = (find(ctx.connection, ctx.alliance.id, mail) for find in (register.person_at, register.last_at))
    try:
        return owner(name, using, used)
    except Refused:
        return None  # said by a person who knows: the mailbox has been passed on


def known_or_new(ctx: Context, name: str, mail: str, language: str = "da") -> int:
    """The person the address belongs to, or a new one with it, who reads the language until they choose another."""
    if known := known_as(ctx, name, mail):
        return known.id
    person = change.add_person(ctx.connection, ctx.alliance.id, name, language)
    change.add_address(ctx.connection, ctx.alliance.id, person, "mail", mail, ctx.now, verified=False)
    return person


def office(ctx: Context) -> Message:
    typed, offered = _typed(ctx, OFFICE_FIELDS), offices(ctx)
    if not ctx.answers:
        typed["since"] = ctx.today.isoformat()
    errors = _errors(ctx, typed, offered) if ctx.answers else {}
    if errors or not ctx.answers:
        return ctx.write(
            "office_form",
            organisation=ctx.organisation,
            offices=offered,
            typed=typed,
            errors=errors,
            prefix=ctx.prefix,
        )
    since = read_day(typed["since"])
    assert since is not None
    kind = ctx.alliance.charter.office(typed["office"])
    known = known_as(ctx, typed["name"], typed["mail"])
    coming = OfficeTerm(ctx.organisation.id, kind.key, known.id if known else 0, Validity(since))
    taken = _taken(ctx, coming)
    follows = _follows(ctx, taken, typed["name"])
    seal = seal_of(taken, typed["name"], typed["mail"].lower(), follows)
    if taken.changes and unsealed(ctx.args)[1] != seal:
        return _office_preview(ctx, kind, typed, taken, follows, seal)
    previous = _holder(ctx, kind.key, since) if kind.single else ""
    person = known_or_new(ctx, typed["name"], typed["mail"])
    taken = _keep(ctx, OfficeTerm(ctx.organisation.id, kind.key, person, Validity(since)), typed["name"])
    return ctx.write(
        "office_receipt",
        organisation=ctx.organisation,
        office_title=kind.title.in_(ctx.language),
        name=typed["name"],
        mail=_mail_of(ctx, person),
        since=since,
        previous=previous,
        until=taken.term.validity.until,
        follows=_name_of(ctx, taken.follows) if kind.single else "",
        prefix=ctx.prefix,
    )


def _follows(ctx: Context, taken: Taken, name: str) -> Follows:
    """What taking the office means for what is open, the seats and the meetings."""
    term = taken.term
    before = register.offices_on(ctx.connection, ctx.alliance.id, term.validity.since, [term.organisation_id])
    staying = (each for each in before.terms if each not in taken.ends)
    after = replace(before, terms=(*staying, term))
    return what_follows(ctx, [term.office], before, after, term.validity.since, name)


def _office_preview(
    ctx: Context, kind: OfficeKind, typed: Mapping[str, str], taken: Taken, follows: Follows, seal: str
) -> Message:
    """Who gets the office, who leaves it and what that means; nothing has been written yet."""
    return ctx.write(
        "office_preview",
        organisation=ctx.organisation,
        office=kind,
        offices=offices(ctx),
        typed=typed,
        term=taken.term,
        leaving=tuple(_name_of(ctx, term) for term in taken.ends if term.person_id != taken.term.person_id),
        successor=_name_of(ctx, taken.follows) if kind.single else "",
        follows=follows,
        seal=seal,
        prefix=ctx.prefix,
    )


def _mail_of(ctx: Context, person_id: int) -> str:
    """Where we write to somebody: it may have been corrected since what was typed."""
    known = register.addresses(ctx.connection, ctx.alliance.id, [person_id])
    return next((a.value for a in reversed(known.get(person_id, ())) if a.channel == "mail"), "")


def _name_of(ctx: Context, term: OfficeTerm | None) -> str:
    return register.people(ctx.connection, ctx.alliance.id, [term.person_id])[term.person_id].name if term else ""


def _taken(ctx: Context, term: OfficeTerm) -> Taken:
    known = register.office_terms(ctx.connection, ctx.alliance.id, organisation_id=ctx.organisation.id)
    return take(known, term, single=ctx.alliance.charter.office(term.office).single)


def _keep(ctx: Context, term: OfficeTerm, name: str) -> Taken:
    """Write a term down, unless the very same stands already; whoever has to make way for it leaves."""
    taken = _taken(ctx, term)
    if not taken.changes:
        return taken
    take_office(ctx.connection, ctx.alliance.id, taken, ctx.now)
    action = "proxy_granted" if term.acting else "office_given"
    ctx.note(action, f"office:{term.office}", name=name, since=term.validity.since.isoformat())
    return taken


def _holder(ctx: Context, office_key: str, day: date) -> str:
    """The name of who holds the office until the day, or nothing."""
    before = register.offices_on(ctx.connection, ctx.alliance.id, day - timedelta(days=1))
    holders = before.holders(ctx.organisation.id, office_key)
    people = register.people(ctx.connection, ctx.alliance.id, holders)
    return next((person.name for person in people.values()), "")


def proxy(ctx: Context) -> Message:
    typed, offered = _typed(ctx, PROXY_FIELDS), grantable(ctx)
    if not offered:
        raise Refused("only_holder_grants")
    if not ctx.answers:
        typed["since"] = ctx.today.isoformat()
    errors = _errors(ctx, typed, offered) if ctx.answers else {}
    since, until = read_day(typed["since"]), read_day(typed["until"])
    if typed["until"] and (until is None or (since and until < since)):
        errors["until"] = "until_wrong"
    if errors or not ctx.answers or since is None:
        return ctx.write(
            "proxy_form",
            organisation=ctx.organisation,
            offices=offered,
            typed=typed,
            errors=errors,
            prefix=ctx.prefix,
        )
    person, validity = known_or_new(ctx, typed["name"], typed["mail"]), Validity(since, day_after(until))
    _keep(ctx, OfficeTerm(ctx.organisation.id, typed["office"], person, validity, acting=True), typed["name"])
    return ctx.write(
        "proxy_receipt",
        organisation=ctx.organisation,
        office_title=ctx.alliance.charter.office(typed["office"]).title.in_(ctx.language),
        name=typed["name"],
        since=since,
        until=until,
        prefix=ctx.prefix,
    )


def address(ctx: Context) -> Message:
    people = _correctable(ctx, cards(ctx))
    typed = _typed(ctx, ("person", "mail"))
    chosen = next((card for card in people if str(card.person_id) == typed["person"]), None)
    errors = _address_errors(ctx, typed, chosen) if ctx.answers else {}
    if errors or not ctx.answers or chosen is None:
        return ctx.write(
            "address_form",
            organisation=ctx.organisation,
            people=people,
            typed=typed,
            errors=errors,
            prefix=ctx.prefix,
        )
    if chosen.address == typed["mail"].lower() and not chosen.unreachable:
        return contacts(ctx)  # it is so already; an address that failed is tried again
    change.end_addresses(ctx.connection, ctx.alliance.id, chosen.person_id, "mail", ctx.now)
    added = change.add_address(
        ctx.connection, ctx.alliance.id, chosen.person_id, "mail", typed["mail"], ctx.now, verified=False
    )
    ctx.note("address_changed", f"person:{chosen.person_id}")
    _tell_secretariat(ctx, chosen.person_id, added)
    return ctx.write(
        "address_receipt",
        organisation=ctx.organisation,
        name=chosen.name,
        mail=typed["mail"].lower(),
        previous=chosen.address,
        prefix=ctx.prefix,
    )


def _tell_secretariat(ctx: Context, person_id: int, address_id: int) -> None:
    """Somebody else's address is what they are known by: the secretariat hears who gave them another."""
    me = ctx.actor.person.id
    if ctx.actor.secretariat or me == person_id:
        return
    people = actors.secretariat_people(ctx.connection, ctx.alliance, ctx.today)
    ctx.post_each(address_corrected(person_id, me, ctx.organisation.id, address_id, each) for each in people)


def _correctable(ctx: Context, found: tuple[ContactCard, ...]) -> tuple[ContactCard, ...]:
    """Whose address the person may correct: who speaks for their own members only; the secretariat, everybody's.

    An address is what one is known by. Who has or will have an office elsewhere, or the secretariat's, is let be; and
    whoever may sit in a body is corrected by themselves and by who acts for them, never by another colleague.
    """
    if ctx.actor.secretariat:
        return found
    return tuple(card for card in found if all(_own(ctx, term) for term in _lasting(ctx, card.person_id)))


def _lasting(ctx: Context, person_id: int) -> list[OfficeTerm]:
    """The person's terms that have not ended, anywhere."""
    terms = register.office_terms(ctx.connection, ctx.alliance.id, person_id=person_id)
    return [term for term in terms if term.validity.until is None or term.validity.until > ctx.today]


def _own(ctx: Context, term: OfficeTerm) -> bool:
    charter, mine = ctx.alliance.charter, {(each.organisation_id, each.office) for each in ctx.actor.terms}
    if term.office in {body.seat_holder for body in charter.bodies} and not term.acting:
        return (term.organisation_id, term.office) in mine
    return term.organisation_id in ctx.actor.organisations and term.office != charter.secretariat.office


def _address_errors(ctx: Context, typed: Mapping[str, str], chosen: ContactCard | None) -> dict[str, str]:
    errors = {}
    if chosen is None:
        errors["person"] = "person_missing"
    if not MAIL.fullmatch(typed["mail"]):
        errors["mail"] = "mail_wrong"
    owner = register.person_at(ctx.connection, ctx.alliance.id, typed["mail"])
    if owner and chosen and owner.id != chosen.person_id:
        errors["mail"] = "mail_taken"
    return errors


CONTACTS = Command("contacts", ("kontakter", "contacts"), "act_for_member", contacts, about_member=True)
OFFICE = Command("office", ("embede", "office"), "run_secretariat", office, about_member=True, secretariat=True)
PROXY = Command("proxy", ("fuldmagt", "proxy"), "act_for_member", proxy, about_member=True)
ADDRESS = Command("address", ("adresse", "address"), "act_for_member", address, about_member=True, own_words=True)
