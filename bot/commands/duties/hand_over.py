"""``giv videre 126``: let a colleague answer what I am asked for; ``tag tilbage 126`` and ``afslå 126`` end that."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from alliance.accounts import Account
from alliance.errors import Refused
from alliance.handovers import LONGEST_NOTE, MOST_AT_WORK, Handover, domain_of, until
from alliance.members import OfficesOn, Person
from alliance.messages import Message
from alliance.names import danish_key, fold
from alliance.notifications import handed_back, handed_over, taken_back
from alliance.reminders import current_rung
from bot.commands.duties.show import account_meant
from bot.commands.duties.snooze import asked_for
from bot.commands.people.people import MAIL, known_or_new
from bot.context import CONFIRM, Command, Context
from storage.changes.handovers import add_handover, end_handover
from storage.queries import accounts, actors, handovers, register

BACK = ("tilbage", "back")
SMALL_WORDS = ("videre", "over", "on", "til", "to", "nr", "nr.", *BACK)
FIELDS = ("colleague", "name", "mail", "note")
SEAL_LENGTH = 8
ALIKE = 0.8


@dataclass(frozen=True)
class _Colleague:
    """Who is meant: somebody known, or a name and a work address that nobody has yet (``id`` None)."""

    name: str
    mail: str
    id: int | None = None


def hand_over(ctx: Context) -> Message:
    if any(fold(word) in BACK for word in ctx.args):
        return back(ctx)
    words, seal = _confirmed(ctx.args)
    if not words and ctx.member is None:
        return _what(ctx)
    mail = words.pop() if words and "@" in words[-1] else ""
    account = account_meant(ctx, " ".join(words))
    if not account.standing.owes:
        raise Refused("handover_settled", title=account.requirement.title.in_(ctx.language))
    return _Giving(_about(ctx, account), account).asked(mail, seal)


def _what(ctx: Context) -> Message:
    """What can be handed over, to choose from."""
    members = ctx.actor.organisations
    found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, organisation_ids=members) if members else ()
    offices, me = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, members), ctx.actor.person.id
    mine = tuple(account for account in found if account.standing.owes and me in asked_for(offices, account))
    return ctx.write("handover_what", accounts=mine, several=len(members) > 1)


def _confirmed(args: tuple[str, ...]) -> tuple[list[str], str]:
    """The words that matter, and the seal of what was shown before."""
    words = [word for word in args if not _small(word)]
    if len(words) > 1 and fold(words[-2]) in CONFIRM:
        return words[:-2], words[-1]
    return [word for word in words if fold(word) not in CONFIRM], ""


def _small(word: str) -> bool:
    """Whether a word only belongs to the command, also with a letter wrong: ``giv vidre 126``."""
    said = fold(word)
    return said in SMALL_WORDS or bool(difflib.get_close_matches(said, ("videre",), 1, ALIKE))


def _about(ctx: Context, account: Account) -> Context:
    """The same request, about the member that owes it."""
    return replace(ctx, member=account.organisation)


@dataclass(frozen=True)
class _Giving:
    """One obligation on its way to a colleague."""

    ctx: Context
    account: Account

    @property
    def offices(self) -> OfficesOn:
        member = self.account.organisation.id
        return register.offices_on(self.ctx.connection, self.ctx.alliance.id, self.ctx.today, [member])

    def asked(self, mail: str, seal: str) -> Message:
        """The form; once it is filled in what would happen; once that is confirmed, what has."""
        offices = self.offices
        by = self._by(offices)
        if by is None:
            raise Refused("handover_not_asked", title=self._title)
        self._check_time(offices)
        typed = {key: self.ctx.answers.get(key, "").strip() for key in FIELDS} | ({"mail": mail} if mail else {})
        if not self.ctx.answers and not mail:
            return self._form(offices, typed, {})
        meant, errors = self._meant(offices, typed)
        if meant is None:
            return self._form(offices, typed, errors)
        if seal != self._seal(meant, typed["note"]):
            return self._preview(offices, meant, typed["note"])
        return self._give(meant, typed["note"], by)

    @property
    def _title(self) -> str:
        return self.account.requirement.title.in_(self.ctx.language)

    @property
    def _held(self) -> tuple[Handover, ...]:
        ctx, id_ = self.ctx, self.account.obligation.id
        found = handovers.held_of(ctx.connection, ctx.alliance.id, [id_], ctx.today).get(id_, ())
        return actors.in_force(ctx.connection, ctx.alliance.id, found, ctx.today)

    def _by(self, offices: OfficesOn) -> tuple[str, ...] | None:
        """The offices by which the person is asked, or was until they handed it over; None if they are not."""
        me, member, asks = self.ctx.actor.person.id, self.account.organisation.id, self.account.requirement.asks
        mine = any(handover.giver_id == me for handover in self._held)
        helps = any(handover.colleague_id == me for handover in self._held)
        if helps:
            names = register.people(self.ctx.connection, self.ctx.alliance.id, [h.giver_id for h in self._held])
            giver = next(names[h.giver_id].name for h in self._held if h.colleague_id == me)
            raise Refused("handover_once", title=self._title, giver=giver)
        if not mine and me not in asked_for(offices, self.account):
            return None
        held = {term.office for term in offices.of_person(me) if term.organisation_id == member}
        return tuple(office for office in asks if office in held) or None

    def _check_time(self, offices: OfficesOn) -> None:
        """Refuse where more than two people of the member have it on their desks already."""
        asked = asked_for(offices, self.account)
        at_work = {*asked, *(handover.giver_id for handover in self._held)}
        mine = any(handover.giver_id == self.ctx.actor.person.id for handover in self._held)
        if len(at_work) > MOST_AT_WORK and not mine:
            known = register.people(self.ctx.connection, self.ctx.alliance.id, at_work)
            names = tuple(sorted((person.name for person in known.values()), key=danish_key))
            raise Refused("handover_enough", title=self._title, names=names)

    # ----------------------------------------------------------------------------------------- who is meant

    def _colleagues(self, offices: OfficesOn) -> tuple[Person, ...]:
        """Who has to do with the member today, can be reached and is not asked anyway, in Danish order of names."""
        here = {term.person_id for term in offices.terms} - offices.unreachable - offices.away.keys()
        others = here - {self.ctx.actor.person.id} - {*asked_for(offices, self.account)}
        found = register.people(self.ctx.connection, self.ctx.alliance.id, others)
        return tuple(sorted(found.values(), key=lambda person: danish_key(person.name)))

    def _meant(self, offices: OfficesOn, typed: Mapping[str, str]) -> tuple[_Colleague | None, dict[str, str]]:
        chosen = next((one for one in self._colleagues(offices) if str(one.id) == typed["colleague"]), None)
        if len(typed["note"]) > LONGEST_NOTE:
            return None, {"note": "note_long"}
        if chosen and not typed["mail"]:
            return _Colleague(chosen.name, self._mail_of(chosen), chosen.id), {}
        if not typed["mail"]:
            return None, {"colleague": "colleague_missing"}
        if not MAIL.fullmatch(typed["mail"]):
            return None, {"mail": "mail_wrong"}
        known = register.person_at(self.ctx.connection, self.ctx.alliance.id, typed["mail"])
        if known is None:
            name = typed["name"]
            return (_Colleague(name, typed["mail"].lower()), {}) if name else (None, {"name": "name_missing"})
        if typed["name"] and fold(typed["name"]) != fold(known.name):
            return None, {"mail": "mail_taken"}
        wrong = self._wrong(offices, known)
        return (None, {"mail": wrong}) if wrong else (_Colleague(known.name, typed["mail"].lower(), known.id), {})

    def _wrong(self, offices: OfficesOn, person: Person) -> str:
        """Why somebody known cannot be handed it; empty if they can."""
        member = self.account.organisation.id
        if person.id == self.ctx.actor.person.id:
            return "colleague_self"
        if person.id in asked_for(offices, self.account):
            return "colleague_asked"
        terms = register.terms_on(self.ctx.connection, self.ctx.alliance.id, [person.id], self.ctx.today)
        members = {term.organisation_id for term in terms.get(person.id, ())}
        if members and member not in members:
            return "colleague_elsewhere"
        working = register.reachable_people(self.ctx.connection, self.ctx.alliance.id, [person.id])
        return "" if person.id in working else "colleague_unreachable"

    def _mail_of(self, person: Person) -> str:
        found = register.addresses(self.ctx.connection, self.ctx.alliance.id, [person.id]).get(person.id, ())
        return next((address.value for address in reversed(found) if address.channel == "mail"), "")

    def _is_foreign(self, offices: OfficesOn, meant: _Colleague) -> bool:
        """Whether nobody of the member has an address like that of somebody new."""
        here = {term.person_id for term in offices.terms}
        known = register.addresses(self.ctx.connection, self.ctx.alliance.id, here)
        domains = {domain_of(a.value) for each in known.values() for a in each if a.channel == "mail"}
        return meant.id is None and domain_of(meant.mail) not in domains

    # ------------------------------------------------------------------------------------ asking, and doing it

    def _form(self, offices: OfficesOn, typed: Mapping[str, str], errors: Mapping[str, str]) -> Message:
        return self.ctx.write(
            "handover_form",
            story=self.ctx.story(self.account),
            colleagues=tuple((str(one.id), one.name) for one in self._colleagues(offices)),
            typed=typed,
            errors=errors,
        )

    def _seal(self, meant: _Colleague, note: str) -> str:
        """Names what was shown: a confirmation counts for this colleague and these words."""
        who = str(meant.id) if meant.id else f"{meant.name} {meant.mail}"
        shown = "\n".join((str(self.account.obligation.id), who, note))
        return hashlib.sha256(shown.encode()).hexdigest()[:SEAL_LENGTH]

    def _preview(self, offices: OfficesOn, meant: _Colleague, note: str) -> Message:
        before = [handover for handover in self._held if handover.giver_id == self.ctx.actor.person.id]
        names = register.people(self.ctx.connection, self.ctx.alliance.id, [h.colleague_id for h in before])
        return self.ctx.write(
            "handover_preview",
            story=self.ctx.story(self.account),
            name=meant.name,
            mail=meant.mail,
            chosen=next((str(one.id) for one in self._colleagues(offices) if one.id == meant.id), ""),
            note=note,
            foreign=self._is_foreign(offices, meant),
            instead_of=next((person.name for id_, person in names.items() if id_ != meant.id), ""),
            seal=self._seal(meant, note),
        )

    def _give(self, meant: _Colleague, note: str, by: tuple[str, ...]) -> Message:
        ctx, me, owed = self.ctx, self.ctx.actor.person.id, self.account.obligation
        colleague = meant.id or known_or_new(ctx, meant.name, meant.mail, ctx.language)
        before = [handover for handover in self._held if handover.giver_id == me]
        if not any((one.colleague_id, one.note) == (colleague, note) for one in before):
            given = Handover(owed.id, ctx.organisation.id, me, colleague, by, until(ctx.today), ctx.now, note)
            added = add_handover(ctx.connection, ctx.alliance.id, given)
            ctx.note("handed_over", f"obligation:{owed.id}", colleague=meant.name)
            ctx.post_each(taken_back(one) for one in before if one.colleague_id != colleague)
            ctx.post(handed_over(replace(given, id=added), ctx.today, self._rung()))
        return ctx.write("handover_done", story=ctx.story(self.account), name=meant.name)

    def _rung(self) -> int | None:
        """The rung that was reached by today: being told now is being reminded of it."""
        due, charter = self.account.obligation.due, self.ctx.alliance.charter
        ladder = charter.ladder_on(self.ctx.today)
        rung = current_rung(ladder, charter.calendar, due, self.ctx.today) if due else None
        return rung.offset if rung else None


# ------------------------------------------------------------------------------------------------- back again


def back(ctx: Context) -> Message:
    """Whoever gave it takes it back, whoever was handed it declines; of anybody else's nothing is said."""
    words, _ = _confirmed(ctx.args)
    account = account_meant(ctx, " ".join(words))
    ctx, me, id_ = _about(ctx, account), ctx.actor.person.id, account.obligation.id
    held = handovers.held_of(ctx.connection, ctx.alliance.id, [id_], ctx.today).get(id_, ())
    mine = next((handover for handover in held if me in (handover.giver_id, handover.colleague_id)), None)
    if mine is None:
        raise Refused("handover_none", title=account.requirement.title.in_(ctx.language))
    gave = mine.giver_id == me
    other = mine.colleague_id if gave else mine.giver_id
    name = register.people(ctx.connection, ctx.alliance.id, [other])[other].name
    ctx.note("handover_taken_back" if gave else "handover_declined", f"obligation:{id_}", colleague=name)
    end_handover(ctx.connection, ctx.alliance.id, mine, ctx.now)
    ctx.post(taken_back(mine) if gave else handed_back(mine))
    return ctx.write("handover_over", story=ctx.story(account), name=name, gave=gave, prefix=ctx.prefix)


HAND_OVER = Command("hand_over", ("giv", "hand", "pass"), "look", hand_over, answers=True)
BACK_AGAIN = Command("take_back", ("tag", "take", "afslå", "afslaa", "decline"), "look", back, answers=True)
