"""``fratræd klima@koege.example``: somebody stops. Their terms at the member end today; what they did stays."""

from __future__ import annotations

from alliance.errors import Refused
from alliance.handovers import Handover
from alliance.members import OfficeTerm, Person
from alliance.messages import Message
from alliance.notifications import handed_back, taken_back
from bot.commands.people.people import cards, contacts, may_end
from bot.context import Command, Context
from storage import doors, unsent
from storage.changes import register as change
from storage.changes.handovers import end_handover
from storage.queries import actors, handovers, register


def handle(ctx: Context) -> Message:
    if not ctx.args:
        return contacts(ctx)  # who there is, and the words that end a term
    person, terms = _running(ctx, " ".join(ctx.args))
    ending = tuple(term for term in terms if may_end(ctx, term.office, acting=term.acting))
    given_up = _handed(ctx, person) if len(ending) == len(terms) else ()
    if not ending and not given_up:
        raise Refused("only_holder_ends", name=person.name)
    if _leaves_no_secretariat(ctx, person, ending):
        raise Refused("last_secretariat", name=person.name)
    for term in ending:
        _end(ctx, term, person)
    for handover in given_up:
        _give_back(ctx, handover, person)
    if not register.offices_on(ctx.connection, ctx.alliance.id, ctx.today).of_person(person.id):
        unsent.forget_all_of(ctx.connection, ctx.alliance.id, person.id)
        doors.end_all_of(ctx.connection, ctx.alliance.id, person.id, ctx.now)
    charter = ctx.alliance.charter
    return ctx.write(
        "end_term_receipt",
        organisation=ctx.organisation,
        name=person.name,
        ended=tuple((charter.office(term.office), term.acting) for term in ending),
        handed=len(given_up),
        day=ctx.today,
        prefix=ctx.prefix,
    )


def _handed(ctx: Context, person: Person) -> tuple[Handover, ...]:
    """What was handed to somebody at the member, or by them, that is over with their leaving."""
    found = handovers.held(ctx.connection, ctx.alliance.id, ctx.today, [ctx.organisation.id])
    mine = (one for one in found if ctx.actor.secretariat or ctx.actor.person.id == one.giver_id)
    return (
        *(one for one in mine if one.colleague_id == person.id),
        *(one for one in found if one.giver_id == person.id),
    )


def _give_back(ctx: Context, handover: Handover, person: Person) -> None:
    """Let it end, and tell the one of the two who stays."""
    leaves = person.id == handover.colleague_id
    end_handover(ctx.connection, ctx.alliance.id, handover, ctx.now)
    ctx.post(handed_back(handover) if leaves else taken_back(handover))
    action = "handover_declined" if leaves else "handover_taken_back"
    ctx.note(action, f"obligation:{handover.obligation_id}", colleague=person.name)


def _running(ctx: Context, mail: str) -> tuple[Person, tuple[OfficeTerm, ...]]:
    """Who is reached at the address, and what they hold or act for at the member today. Refused if nothing."""
    person = register.person_at(ctx.connection, ctx.alliance.id, mail)
    here = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [ctx.organisation.id])
    terms = here.of_person(person.id) if person else ()
    if person is None or not (terms or _handed(ctx, person)):
        known = tuple(dict.fromkeys(card.address for card in cards(ctx) if card.address))
        raise Refused("nobody_there", got=mail, organisation=ctx.organisation.name, known=known)
    return person, terms


def _leaves_no_secretariat(ctx: Context, person: Person, ending: tuple[OfficeTerm, ...]) -> bool:
    """Whether nobody would be left to run the secretariat."""
    office = ctx.alliance.charter.secretariat.office
    home = actors.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
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
