"""``fratræd klima@koege.example``: somebody stops. Their terms at the member end today; what they did stays."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.members import OfficeTerm, Person
from alliance.messages import Message
from bot.commands.context import Command, Context
from bot.commands.people import cards, contacts, may_end
from storage import doors, unsent
from storage.changes import register as change
from storage.queries import register


def handle(ctx: Context) -> Message:
    if not ctx.args:
        return contacts(ctx)  # who there is, and the words that end a term
    person, terms = _running(ctx, " ".join(ctx.args))
    ending = tuple(term for term in terms if may_end(ctx, term.office, acting=term.acting))
    if not ending:
        raise Refused("only_holder_ends", name=person.name)
    if _leaves_no_secretariat(ctx, person, ending):
        raise Refused("last_secretariat", name=person.name)
    for term in ending:
        _end(ctx, term, person)
    if not register.offices_on(ctx.connection, ctx.alliance.id, ctx.today).of_person(person.id):
        unsent.forget_all_of(ctx.connection, ctx.alliance.id, person.id)
        doors.end_all_of(ctx.connection, ctx.alliance.id, person.id)
    charter = ctx.alliance.charter
    return ctx.write(
        "end_term_receipt",
        organisation=ctx.organisation,
        name=person.name,
        ended=tuple((charter.office(term.office), term.acting) for term in ending),
        day=ctx.today,
        prefix=ctx.prefix,
    )


def _running(ctx: Context, mail: str) -> tuple[Person, tuple[OfficeTerm, ...]]:
    """Who is reached at the address, and what they hold or act for at the member today. Refused if nothing."""
    person = register.person_at(ctx.connection, ctx.alliance.id, mail)
    here = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [ctx.organisation.id])
    terms = here.of_person(person.id) if person else ()
    if person is None or not terms:
        known = tuple(dict.fromkeys(card.address for card in cards(ctx) if card.address))
        raise Refused("nobody_there", got=mail, organisation=ctx.organisation.name, known=known)
    return person, terms


def _leaves_no_secretariat(ctx: Context, person: Person, ending: tuple[OfficeTerm, ...]) -> bool:
    """Whether nobody would be left to run the secretariat."""
    office = ctx.alliance.charter.secretariat.office
    home = register.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    if home != ctx.organisation.id or all(term.office != office for term in ending):
        return False
    running = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [home]).terms
    return all(term.person_id == person.id for term in running if term.office == office)


def _end(ctx: Context, term: OfficeTerm, person: Person) -> None:
    change.end_office_terms(
        ctx.connection,
        ctx.alliance.id,
        term.organisation_id,
        term.office,
        ctx.today,
        acting=term.acting,
        person_id=person.id,
    )
    action = "proxy_ended" if term.acting else "office_changed"
    ctx.note(action, f"office:{term.office}", name=person.name, until=ctx.today.isoformat())


COMMAND = Command("end_term", ("fratræd", "fratraed", "leave"), "act_for_member", handle, about_member=True)
