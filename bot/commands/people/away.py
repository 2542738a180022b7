"""``væk 1.4.2027 til 12.4.2027``: somebody is away; others are asked meanwhile. ``væk slut`` says they are back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alliance.absences import Absence, away
from alliance.errors import Refused
from alliance.members import OfficesOn, Person
from alliance.messages import Message
from alliance.moments import read_day
from alliance.names import danish_key, fold
from alliance.notifications import nobody_instead
from alliance.validity import Validity
from bot.context import Command, Context, read_number
from bot.undoing import UNDO
from storage.changes.absences import add_absence, end_absences, undo_absence
from storage.queries import absences, actors, register

BACK = ("slut", "tilbage", "fortryd", "end", "back", "undo")
SMALL_WORDS = ("fra", "til", "og", "med", "from", "to", "until", "den")
FIELDS = ("since", "last", "deputy")
AT_THE_FIELD = {"away_turned": ("last", "away_turned"), "away_over": ("last", "away_over")}


def handle(ctx: Context) -> Message:
    said = [word for word in ctx.args if fold(word) not in SMALL_WORDS]
    if len(said) == 2 and fold(said[0]) in UNDO and (number := read_number(said[1])):
        return _undo(ctx, number)
    if said and fold(" ".join(said)) in BACK:
        return _back(ctx)
    if said:
        deputy = said.pop() if "@" in said[-1] else ""
        return _record(ctx, *_days(said, ctx.today), _meant(ctx, deputy))
    return _filled(ctx) if ctx.answers else _form(ctx, {}, {})


def _days(said: list[str], today: date) -> tuple[date, date]:
    """The first and the last day; one alone is both. Raises Refused("unknown_day")."""
    for cut in range(1, len(said)):
        try:
            return read_day(" ".join(said[:cut]), today), read_day(" ".join(said[cut:]), today)
        except Refused:
            continue
    if len(said) == 2:  # one of them cannot be read, and says so
        return read_day(said[0], today), read_day(said[1], today)
    only = read_day(" ".join(said), today)
    return only, only


def _colleagues(ctx: Context) -> tuple[Person, ...]:
    """Who has to do with a member of theirs today, in Danish order of names."""
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, ctx.actor.organisations)
    ids = {term.person_id for term in offices.terms} - {ctx.actor.person.id} - offices.unreachable
    found = register.people(ctx.connection, ctx.alliance.id, ids)
    return tuple(sorted(found.values(), key=lambda person: danish_key(person.name)))


def _meant(ctx: Context, mail: str) -> Person | None:
    if not mail:
        return None
    person = register.person_at(ctx.connection, ctx.alliance.id, mail)
    colleagues = _colleagues(ctx)
    if person is None or person.id not in {colleague.id for colleague in colleagues}:
        raise Refused("no_such_deputy", got=mail, known=tuple(colleague.name for colleague in colleagues))
    return person


def _filled(ctx: Context) -> Message:
    typed = {key: ctx.answers.get(key, "").strip() for key in FIELDS}
    errors: dict[str, str] = {}
    days: dict[str, date] = {}
    for key in ("since", "last"):
        try:
            days[key] = read_day(typed[key], ctx.today)
        except Refused:
            errors[key] = "since_wrong"
    if errors:
        return _form(ctx, typed, errors)
    deputy = next((each for each in _colleagues(ctx) if str(each.id) == typed["deputy"]), None)
    try:
        return _record(ctx, days["since"], days["last"], deputy)
    except Refused as refusal:
        if refusal.reason not in AT_THE_FIELD:
            raise
        return _form(ctx, typed, dict([AT_THE_FIELD[refusal.reason]]))


def _form(ctx: Context, typed: dict[str, str], errors: dict[str, str]) -> Message:
    running = absences.absences_of(ctx.connection, ctx.alliance.id, ctx.actor.person.id, ctx.today)
    colleagues = tuple((str(each.id), each.name) for each in _colleagues(ctx))
    return ctx.write("away_form", absence=next(iter(running), None), colleagues=colleagues, typed=typed, errors=errors)


def _record(ctx: Context, first: date, last: date, deputy: Person | None) -> Message:
    person, term = ctx.actor.person, away(first, last, ctx.today)
    absence = Absence(person.id, term, deputy.id if deputy else None)
    added = 0
    if not _stands(ctx, absence):
        added = add_absence(ctx.connection, ctx.alliance.id, absence, ctx.now)
        ctx.note("away", f"person:{person.id}", since=term.since.isoformat(), last=last.isoformat())
    instead = _instead(ctx, term)
    if instead.alone:
        people = actors.secretariat_people(ctx.connection, ctx.alliance, ctx.today)
        ctx.post_each(nobody_instead(absence, each) for each in people if each != person.id)
    names = register.people(ctx.connection, ctx.alliance.id, instead.people)
    listed = tuple(sorted((each.name for each in names.values()), key=danish_key))
    return ctx.write("away_set", since=term.since, last=last, instead=listed, alone=instead.alone, id=added)


def _stands(ctx: Context, absence: Absence) -> bool:
    """Whether the very same was said before."""
    known = absences.absences_of(ctx.connection, ctx.alliance.id, absence.person_id, ctx.today)
    return any((one.validity, one.deputy_id) == (absence.validity, absence.deputy_id) for one in known)


@dataclass(frozen=True)
class _Instead:
    """Who is asked in somebody's place, and the members for which nobody is."""

    people: frozenset[int]
    alone: tuple[str, ...]


def _instead(ctx: Context, term: Validity) -> _Instead:
    """As the register has it for the first day of the absence, for all that the person is asked for otherwise."""
    person, members = ctx.actor.person.id, ctx.actor.organisations
    offices = register.offices_on(ctx.connection, ctx.alliance.id, term.since, members)
    otherwise = OfficesOn(offices.terms, offices.unreachable, {p: d for p, d in offices.away.items() if p != person})
    asks = {requirement.asks for requirement in ctx.alliance.charter.requirements_on(ctx.today)}
    names = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, members)
    people, alone = set[int](), dict[str, None]()
    for member in members:
        for asked in asks:
            before, after = otherwise.asked(member, asked), offices.asked(member, asked)
            if person in after:
                alone[names[member].name] = None
            elif person in before:
                people |= set(after)
    return _Instead(frozenset(people), tuple(alone))


def _undo(ctx: Context, number: int) -> Message:
    """Take back one absence, and let hold again what it took the place of."""
    known = absences.absences_of(ctx.connection, ctx.alliance.id, ctx.actor.person.id, ctx.today)
    mine = next((one for one in known if one.id == number), None)
    if mine is None:
        raise Refused("undo_overtaken")
    undo_absence(ctx.connection, ctx.alliance.id, mine, ctx.now)
    ctx.note("back", f"person:{ctx.actor.person.id}")
    again = absences.absences_of(ctx.connection, ctx.alliance.id, ctx.actor.person.id, ctx.today)
    return ctx.write("away_undone", absence=mine, again=tuple((one.validity.since, one.last) for one in again))


def _back(ctx: Context) -> Message:
    ended = end_absences(ctx.connection, ctx.alliance.id, ctx.actor.person.id, ctx.today, ctx.now)
    if ended:
        ctx.note("back", f"person:{ctx.actor.person.id}")
    return ctx.write("back", was_away=ended > 0)


COMMAND = Command("away", ("væk", "vaek", "away"), "look", handle)
