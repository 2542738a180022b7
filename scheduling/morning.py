"""The tick that opens obligations and reminds those who owe. Safe to run twice, safe to run late.

It looks only at what is due to be looked at (``storage/queries/looks.py``). ``due_digests`` derives the same from
everything there is: the rule written down once more, for the self-audit and the tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.budgets import Telling, may_go, most_needed
from alliance.calendar import WorkingCalendar
from alliance.notifications import reminder
from alliance.reminders import Digest, Line, Owed, Rung, current_rung, digests, may_remind, next_rung
from alliance.snoozing import hidden_until
from scheduling.influence import remind_of_asks
from scheduling.opening import open_by
from storage import outbox
from storage.changes.looks import look_on
from storage.changes.tasks import open_tasks
from storage.outbox_bulk import add_lines, post_to_all
from storage.queries import accounts, register, snoozes, stories
from storage.queries.looks import Look, Looker, days_of_reminders, reminders_had, to_look_at

ONE_DAY = timedelta(days=1)
Pressing = tuple[Line, Telling]
"""An obligation in a digest, and what of it matters to the month's budget."""


@dataclass(frozen=True)
class MorningOutcome:
    """What a morning tick did: how many obligations were opened or moved, and how many people newly reminded.

    Numbers and no more: a million obligations are gone through in chunks, and what was said stands in the outbox.
    """

    opened: int
    posted: int


def morning(connection: Connection, alliance: Alliance, now: datetime) -> MorningOutcome:
    """Open what has opened by now, and post one digest to each person with a rung they were not told of.

    Reminders are posted only within the ladder's hours of a working day; ``now`` is aware UTC.
    """
    charter = alliance.charter
    today = charter.calendar.day(now)
    changed = open_by(connection, alliance, today, now) + open_tasks(connection, alliance, today, now)
    if not may_remind(charter.ladder_on(today), charter.calendar, now):
        return MorningOutcome(changed, 0)
    looker, round_ = Looker(connection, alliance, today), Round(connection, alliance, today, now)
    for number, rows in enumerate(to_look_at(connection, alliance.id, today)):
        if number == 0:
            outbox.expire(connection, now)  # what did not get out in its hours was not told
        round_.take(looker.look(rows))
    remind_of_asks(connection, alliance, round_.reminder, today, now)
    return MorningOutcome(changed, round_.reminded)


class Budget:
    """What each person's month still allows. ``held`` is what it holds back, until something of theirs may go."""

    def __init__(self, connection: Connection, alliance: Alliance, today: date) -> None:
        self.connection, self.alliance_id = connection, alliance.id
        self.ladder = alliance.charter.ladder_on(today)
        self.month = _days_before(alliance, today)
        self.had: dict[int, int] = {}
        self.held: defaultdict[int, list[Line]] = defaultdict(list)
        self.gone: set[int] = set()

    @cached_property
    def scarce(self) -> bool:
        """Whether anybody can have had so many that it matters: asked once, and hardly ever true."""
        if self.ladder.monthly is None:
            return False
        plenty = self.ladder.monthly - most_needed(self.ladder)
        return plenty < 0 or days_of_reminders(self.connection, self.alliance_id, self.month) > plenty

    def going(self, pressing: Mapping[int, list[Pressing]]) -> dict[int, list[Line]]:
        """What goes now, by person: with the first line that may go everything that was held back before."""
        if not self.scarce:
            return {person: [line for line, _ in each] for person, each in pressing.items()}
        self._count(pressing)
        going = {}
        for person, each in pressing.items():
            lines = [line for line, _ in each]
            if person in self.gone or may_go(self.ladder, self.had[person], (telling for _, telling in each)):
                going[person] = self.held.pop(person, []) + lines
                self.gone.add(person)
            else:
                self.held[person] += lines
        return going

    def _count(self, people: Iterable[int]) -> None:
        new = [person for person in people if person not in self.had]
        if new:
            self.had |= dict.fromkeys(new, 0)
            self.had |= reminders_had(self.connection, self.alliance_id, new, self.month)


def _days_before(alliance: Alliance, today: date) -> tuple[date, ...]:
    """The working days of the calendar month before today: those on which reminders went out."""
    days = (today.replace(day=number) for number in range(1, today.day))
    return tuple(day for day in days if alliance.charter.calendar.is_working_day(day))


class Round:
    """One morning's round: what is looked at is posted, or held back, and given its next day.

    A person's lines may be spread over several chunks, yet they get one digest: the first line that may go posts it,
    and later ones join it.
    """

    def __init__(self, connection: Connection, alliance: Alliance, today: date, now: datetime) -> None:
        self.connection, self.alliance, self.today, self.now = connection, alliance, today, now
        self.calendar, self.ladder = alliance.charter.calendar, alliance.charter.ladder_on(today)
        self.tomorrow, self.budget = today + ONE_DAY, Budget(connection, alliance, today)
        expires_at = self.calendar.at(today, self.ladder.until_hour)
        self.reminder = reminder(Digest(0, today, ()), expires_at)
        self.rungs: dict[date, tuple[Rung | None, date | None]] = {}
        self.posted: dict[int, int | None] = {}
        self.heard: set[int] | None = None

    def take(self, chunk: Collection[Look]) -> None:
        """Post what a chunk gives occasion to, and write down when each of it is looked at next."""
        pressing: defaultdict[int, list[Pressing]] = defaultdict(list)
        days: defaultdict[date | None, list[int]] = defaultdict(list)
        for look in chunk:
            rung, next_rung_day = self._rungs(look.due) if look.due and look.asked else (None, None)
            if rung is not None:
                self._press(look, rung, pressing)
            untold = rung is not None and not look.told  # as nearly all of them
            days[self.tomorrow if untold else self._next(look, rung, next_rung_day)].append(look.id)
        self._post(self.budget.going(pressing))
        days.pop(self.today, None)  # their day has come already, and stays
        look_on(self.connection, self.alliance.id, days)

    @property
    def reminded(self) -> int:
        """How many people were newly reminded."""
        return sum(id_ is not None for id_ in self.posted.values())

    def _rungs(self, due: date) -> tuple[Rung | None, date | None]:
        """The current rung and the day of the next: worked out once for all that is due on a day."""
        if due not in self.rungs:
            following = next_rung(self.ladder, self.calendar, due, self.today)
            rung = current_rung(self.ladder, self.calendar, due, self.today)
            self.rungs[due] = rung, following.day if following else None
        return self.rungs[due]

    def _press(self, look: Look, rung: Rung, pressing: defaultdict[int, list[Pressing]]) -> None:
        offset, told = rung.offset, look.told
        for person in look.asked:
            if (person, offset) not in told:
                first = not told or not any(person == known for known, _ in told)
                pressing[person].append((Line(look.id, offset), _telling(offset, first)))

    def _next(self, look: Look, rung: Rung | None, next_rung_day: date | None) -> date | None:
        """When to look again: tomorrow while something is untold or on its way, else at the next rung or edge.

        What is on its way since an earlier day may be withdrawn at any moment: today.
        """
        if rung is not None:
            told = [look.told.get((person, rung.offset), self.today) for person in look.asked]
            since = min((day for day in told if day is not None), default=None)
            if since is not None:
                return self.tomorrow if since == self.today else self.today
        return min((day for day in (next_rung_day, look.edge) if day is not None), default=None)

    def _heard(self, going: Mapping[int, list[Line]]) -> set[int]:
        """Who was reminded of an answer today: asked once, and only if a digest is to go. Theirs goes tomorrow."""
        if self.heard is None and going:
            self.heard = outbox.told_on(self.connection, self.alliance.id, "answer_reminder", self.today)
        return self.heard or set()

    def _post(self, going: Mapping[int, list[Line]]) -> None:
        fresh = [person for person in going if person not in self.posted and person not in self._heard(going)]
        ids = post_to_all(self.connection, self.alliance.id, self.reminder, fresh, self.now)
        for person in fresh:
            self.posted[person] = ids.get(person)
        listed = []
        for person, lines in going.items():
            if (id_ := self.posted.get(person)) is not None:
                listed += [(id_, person, line.obligation_id, line.rung) for line in lines]
        add_lines(self.connection, self.alliance.id, listed)


@cache
def _telling(offset: int, first: bool) -> Telling:
    return Telling(offset, first)


# ---------------------------------------------------------------------------- the same, derived from everything


def owed_today(connection: Connection, alliance: Alliance, today: date) -> tuple[Owed, ...]:
    """Everything owed on the day, with who is asked for it."""
    offices = register.offices_on(connection, alliance.id, today)
    return tuple(
        Owed(
            account.obligation.id,
            account.obligation.due,
            offices.asked(
                account.organisation.id, account.requirement.asks, account.obligation.id, account.requirement.owner
            ),
        )
        for account in accounts.accounts(connection, alliance, today)
        if account.standing.owes
    )


def _without_who_hides(owed: Owed, held: snoozes.Held, calendar: WorkingCalendar, today: date) -> Owed:
    def hides(person: int) -> bool:
        return hidden_until(held.get((owed.obligation_id, person)), calendar, owed.due, today) is not None

    return replace(owed, asked=tuple(person for person in owed.asked if not hides(person)))


def due_digests(connection: Connection, alliance: Alliance, today: date) -> tuple[Digest, ...]:
    """The digests that are due on the day, not yet told and within each person's budget of the month."""
    ladder, calendar = alliance.charter.ladder_on(today), alliance.charter.calendar
    owed, held = owed_today(connection, alliance, today), snoozes.held(connection, alliance.id)
    anew = snoozes.told_anew(held, {each.obligation_id: each.due for each in owed}, calendar, today)
    told = stories.rungs_told(connection, alliance.id, anew)
    found = digests(
        (_without_who_hides(each, held, calendar, today) for each in owed),
        told,
        lambda due: current_rung(ladder, calendar, due, today),
        today,
    )
    had = reminders_had(connection, alliance.id, [d.person_id for d in found], _days_before(alliance, today))
    known = {(obligation, person) for obligation, person, _ in told}
    return tuple(d for d in found if may_go(ladder, had.get(d.person_id, 0), _tellings(d, known)))


def _tellings(digest: Digest, known: Container[tuple[int, int]]) -> list[Telling]:
    return [
        Telling(line.rung, (line.obligation_id, digest.person_id) not in known)
        for line in digest.lines
        if line.rung is not None
    ]
