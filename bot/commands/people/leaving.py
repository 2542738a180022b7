"""``fratræd klima@koege.example``, ``fratræd Mette Hansen``: somebody stops.

Shown first with what follows; once confirmed, their terms at the member end today. What they did stays.
"""

from __future__ import annotations

from dataclasses import replace

from alliance.charter import OfficeKind
from alliance.errors import Refused
from alliance.handovers import Handover
from alliance.members import OfficeTerm, Person
from alliance.messages import Message
from alliance.names import fold
from alliance.notifications import handed_back, taken_back
from alliance.register import Follows
from bot.commands.people.people import cards, contacts, may_end
from bot.commands.people.what_follows import seal_of, unsealed, what_follows
from bot.context import Command, Context
from storage import doors, unsent
from storage.changes import register as change
from storage.changes.handovers import end_handover
from storage.queries import actors, handovers, register


def handle(ctx: Context) -> Message:
    words, sealed = unsealed(ctx.args)
    if not words:
        return contacts(ctx)  # who there is, and the words that end a term
    found = _meant(ctx, " ".join(words))
    if len(found) > 1:
        return _which(ctx, found)
    person, terms = found[0], _running(ctx, found[0])
    ending = tuple(term for term in terms if may_end(ctx, term.office, acting=term.acting))
    given_up = _handed(ctx, person) if len(ending) == len(terms) else ()
    if not ending and not given_up:
        raise Refused("only_holder_ends", name=person.name)
    if _leaves_no_secretariat(ctx, person, ending):
        raise Refused("last_secretariat", name=person.name)
    follows = _follows(ctx, ending)
    seal = seal_of(person.id, ending, [handover.obligation_id for handover in given_up], follows)
    if sealed != seal:
        return _preview(ctx, person, ending, given_up, follows, seal)
    for term in ending:
        _end(ctx, term, person)
    for handover in given_up:
        _give_back(ctx, handover, person)
    if not register.offices_on(ctx.connection, ctx.alliance.id, ctx.today).of_person(person.id):
        unsent.forget_all_of(ctx.connection, ctx.alliance.id, person.id)
        doors.end_all_of(ctx.connection, ctx.alliance.id, person.id, ctx.now)
    return ctx.write(
        "end_term_receipt",
        organisation=ctx.organisation,
        name=person.name,
        ended=_titles(ctx, ending),
        handed=len(given_up),
        day=ctx.today,
        prefix=ctx.prefix,
    )


def _titles(ctx: Context, ending: tuple[OfficeTerm, ...]) -> tuple[tuple[OfficeKind, bool], ...]:
    return tuple((ctx.alliance.charter.office(term.office), term.acting) for term in ending)


def _follows(ctx: Context, ending: tuple[OfficeTerm, ...]) -> Follows:
    """What the end of these terms means for what is open, the seats and the meetings."""
    before = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [ctx.organisation.id])
    after = replace(before, terms=tuple(term for term in before.terms if term not in ending))
    return what_follows(ctx, {term.office for term in ending}, before, after, ctx.today)


def _preview(
    ctx: Context,
    person: Person,
    ending: tuple[OfficeTerm, ...],
    given_up: tuple[Handover, ...],
    follows: Follows,
    seal: str,
) -> Message:
    """Who leaves what, who has it then and what that means; nothing has been written yet."""
    everywhere = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today).of_person(person.id)
    return ctx.write(
        "end_term_preview",
        organisation=ctx.organisation,
        name=person.name,
        ending=_titles(ctx, ending),
        successors=_successors(ctx, ending),
        handed=len(given_up),
        loses_access=all(term in ending for term in everywhere),
        follows=follows,
        day=ctx.today,
        words=(_address(ctx, person) or person.name, seal),
        prefix=ctx.prefix,
    )


def _successors(ctx: Context, ending: tuple[OfficeTerm, ...]) -> tuple[tuple[OfficeKind, tuple[str, ...]], ...]:
    """Each office that is left, not merely acted for, with who holds it or is noted to take it."""
    known = register.office_terms(ctx.connection, ctx.alliance.id, organisation_id=ctx.organisation.id)
    left = dict.fromkeys(term.office for term in ending if not term.acting)
    found = {
        office: dict.fromkeys(
            term.person_id
            for term in known
            if (term.office, term.acting) == (office, False) and term not in ending and _lasts(ctx, term)
        )
        for office in left
    }
    ids = {person for people in found.values() for person in people}
    names = register.people(ctx.connection, ctx.alliance.id, ids)
    return tuple(
        (ctx.alliance.charter.office(office), tuple(names[person].name for person in people))
        for office, people in found.items()
    )


def _lasts(ctx: Context, term: OfficeTerm) -> bool:
    until = term.validity.until
    return not term.validity.is_empty and (until is None or until > ctx.today)


def _meant(ctx: Context, typed: str) -> tuple[Person, ...]:
    """Who is reached at the address, else who at the member has all these words in their name. Refused if nobody."""
    reached = register.person_at(ctx.connection, ctx.alliance.id, typed)
    if reached and (_running(ctx, reached) or _handed(ctx, reached)):
        return (reached,)
    here = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [ctx.organisation.id])
    ids = {term.person_id for term in here.terms}
    given = handovers.held(ctx.connection, ctx.alliance.id, ctx.today, [ctx.organisation.id])
    ids |= {handover.colleague_id for handover in given}
    people = sorted(register.people(ctx.connection, ctx.alliance.id, ids).values(), key=lambda person: person.id)
    said = set(fold(typed).split())
    named = [person for person in people if said <= set(fold(person.name).split())]
    whole = [person for person in named if fold(person.name) == fold(typed)]
    found = tuple(person for person in whole or named if _running(ctx, person) or _handed(ctx, person))
    if not found:
        known = tuple(dict.fromkeys(card.address for card in cards(ctx) if card.address))
        raise Refused("nobody_there", got=typed, organisation=ctx.organisation.name, known=known)
    return found


def _which(ctx: Context, found: tuple[Person, ...]) -> Message:
    """Ask which of those who have the name is meant: each with what they hold and where they are reached."""
    people = tuple((person.name, _titles(ctx, _running(ctx, person)), _address(ctx, person)) for person in found)
    return ctx.write("end_term_who", organisation=ctx.organisation, people=people, prefix=ctx.prefix)


def _address(ctx: Context, person: Person) -> str:
    known = register.addresses(ctx.connection, ctx.alliance.id, [person.id]).get(person.id, ())
    return next((address.value for address in reversed(known) if address.channel == "mail"), "")


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


def _running(ctx: Context, person: Person) -> tuple[OfficeTerm, ...]:
    """What somebody holds or acts for at the member today."""
    here = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [ctx.organisation.id])
    return here.of_person(person.id)


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
    action = "proxy_ended" if term.acting else "office_ended"
    ctx.note(action, f"office:{term.office}", name=person.name, until=ctx.today.isoformat())


COMMAND = Command("end_term", ("fratræd", "fratraed", "leave"), "act_for_member", handle, about_member=True)
