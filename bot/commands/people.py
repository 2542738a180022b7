"""Who holds which office, and how they are reached: ``kontakter``, ``embede``, ``fuldmagt``, ``adresse``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from alliance.charter import OfficeKind, Validity
from alliance.members import OfficeTerm
from alliance.messages import Message
from alliance.names import fold
from alliance.register import ContactCard
from bot.commands.context import Command, Context
from bot.commands.evidence import day_after, read_day
from storage.changes import register as change
from storage.queries import register

MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
OFFICE_FIELDS = ("office", "name", "mail", "since")
PROXY_FIELDS = (*OFFICE_FIELDS, "until")


def offices(ctx: Context) -> tuple[OfficeKind, ...]:
    """The offices of a member; the secretariat's own only by itself, for the municipality that runs it."""
    home = register.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    own = ctx.alliance.charter.secretariat.office
    offered = ctx.actor.secretariat and home == ctx.organisation.id
    return tuple(office for office in ctx.alliance.charter.offices if office.key != own or offered)


def cards(ctx: Context) -> tuple[ContactCard, ...]:
    """Everybody who holds or acts for an office of the member today, in the charter's order of offices."""
    terms = [
        term
        for term in register.office_terms(ctx.connection, ctx.alliance.id, organisation_id=ctx.organisation.id)
        if term.validity.covers(ctx.today)
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
            )
        )
    return tuple(found)


def contacts(ctx: Context) -> Message:
    found = cards(ctx)
    held = {card.office.key for card in found if not card.acting}
    asked = {key for r in ctx.alliance.charter.requirements_on(ctx.today) for key in r.asks}
    return ctx.write(
        "contacts",
        organisation=ctx.organisation,
        day=ctx.today,
        people=found,
        vacant=tuple(office for office in offices(ctx) if office.key in asked - held),
        prefix=ctx.prefix,
    )


def _typed(ctx: Context, fields: tuple[str, ...]) -> dict[str, str]:
    return {key: ctx.answers.get(key, "").strip() for key in fields}


def _errors(ctx: Context, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if typed["office"] not in {office.key for office in offices(ctx)}:
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


def _person(ctx: Context, name: str, mail: str) -> int:
    """The person the address belongs to, or a new one with it."""
    known = register.person_at(ctx.connection, ctx.alliance.id, mail)
    if known:
        return known.id
    person = change.add_person(ctx.connection, ctx.alliance.id, name, "da")
    change.add_address(ctx.connection, ctx.alliance.id, person, "mail", mail, ctx.now, verified=False)
    return person


def office(ctx: Context) -> Message:
    typed = _typed(ctx, OFFICE_FIELDS)
    if not ctx.answers:
        typed["since"] = ctx.today.isoformat()
    errors = _errors(ctx, typed) if ctx.answers else {}
    if errors or not ctx.answers:
        return ctx.write(
            "office_form",
            organisation=ctx.organisation,
            offices=offices(ctx),
            typed=typed,
            errors=errors,
            prefix=ctx.prefix,
        )
    since = read_day(typed["since"])
    assert since is not None
    previous = _holder(ctx, typed["office"], since)
    person = _person(ctx, typed["name"], typed["mail"])
    term = OfficeTerm(ctx.organisation.id, typed["office"], person, Validity(since))
    if not _known(ctx, term):
        change.end_office_terms(ctx.connection, ctx.alliance.id, ctx.organisation.id, term.office, since)
        change.add_office_term(
            ctx.connection, ctx.alliance.id, ctx.organisation.id, term.office, person, since, None, ctx.now
        )
        ctx.note("office_changed", f"office:{term.office}", name=typed["name"], since=since.isoformat())
    title = ctx.alliance.charter.office(typed["office"]).title.in_(ctx.language)
    return ctx.write(
        "office_receipt",
        organisation=ctx.organisation,
        office_title=title,
        name=typed["name"],
        mail=typed["mail"],
        since=since,
        previous=previous,
        prefix=ctx.prefix,
    )


def _known(ctx: Context, term: OfficeTerm) -> bool:
    """Whether the very same term stands already: a second press of the button changes nothing."""
    terms = register.office_terms(ctx.connection, ctx.alliance.id, organisation_id=term.organisation_id)
    return term in terms


def _holder(ctx: Context, office_key: str, day: date) -> str:
    """The name of who holds the office until the day, or nothing."""
    before = register.offices_on(ctx.connection, ctx.alliance.id, day - timedelta(days=1))
    holders = before.holders(ctx.organisation.id, office_key)
    people = register.people(ctx.connection, ctx.alliance.id, holders)
    return next((person.name for person in people.values()), "")


def proxy(ctx: Context) -> Message:
    typed = _typed(ctx, PROXY_FIELDS)
    if not ctx.answers:
        typed["since"] = ctx.today.isoformat()
    errors = _errors(ctx, typed) if ctx.answers else {}
    since, until = read_day(typed["since"]), read_day(typed["until"])
    if typed["until"] and (until is None or (since and until < since)):
        errors["until"] = "until_wrong"
    if errors or not ctx.answers or since is None:
        return ctx.write(
            "proxy_form",
            organisation=ctx.organisation,
            offices=offices(ctx),
            typed=typed,
            errors=errors,
            prefix=ctx.prefix,
        )
    person, validity = _person(ctx, typed["name"], typed["mail"]), Validity(since, day_after(until))
    term = OfficeTerm(ctx.organisation.id, typed["office"], person, validity, acting=True)
    if not _known(ctx, term):
        change.add_office_term(
            ctx.connection,
            ctx.alliance.id,
            ctx.organisation.id,
            term.office,
            person,
            since,
            validity.until,
            ctx.now,
            acting=True,
        )
        ctx.note("proxy_granted", f"office:{term.office}", name=typed["name"], since=since.isoformat())
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
    people = _correctable(ctx)
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
    change.add_address(
        ctx.connection, ctx.alliance.id, chosen.person_id, "mail", typed["mail"], ctx.now, verified=False
    )
    ctx.note("address_changed", f"person:{chosen.person_id}")
    return ctx.write(
        "address_receipt",
        organisation=ctx.organisation,
        name=chosen.name,
        mail=typed["mail"].lower(),
        previous=chosen.address,
        prefix=ctx.prefix,
    )


def _correctable(ctx: Context) -> tuple[ContactCard, ...]:
    """Whose address the person may correct: the secretariat's own are its own matter."""
    found, own = cards(ctx), ctx.alliance.charter.secretariat.office
    protected = {card.person_id for card in found if card.office.key == own and not ctx.actor.secretariat}
    return tuple(card for card in found if card.person_id not in protected)


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
ADDRESS = Command("address", ("adresse", "address"), "act_for_member", address, about_member=True)
