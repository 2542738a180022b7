"""A year of an alliance played before it comes: who would hear what, on a copy and with nobody told."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, Engine

from alliance.alliances import Alliance
from alliance.deliveries import Parcel, Sender
from alliance.pacing import UNLIMITED
from alliance.words import Words
from scheduling import ticks
from scheduling.deliver import deliver
from scheduling.rehearsal.behaviour import Act, Speak
from scheduling.rehearsal.clock import VirtualClock, run, time_of
from scheduling.rehearsal.members import cast_of, week_of_acts, year_of_acts
from storage.engine import reading
from storage.queries import accounts, register

CHANNELS = ("mail", "slack", "teams")
MORNING, EVENING = time(8), time(15, 55)
MOST_NAMED = 5


@dataclass
class Nowhere:
    """A way out that leads nowhere: it keeps who of the alliance would have heard of what, and on which local day."""

    channel: str
    sender: Sender
    alliance_id: int
    today: Callable[[], date]
    heard: list[tuple[date, str, int]]
    can_be_asked: bool = True
    at_once: int = 64
    rate = UNLIMITED

    async def send(self, parcel: Parcel) -> str:
        # What another alliance of the installation sends is its own affair, and a message that is changed where it
        # stands is not heard once more.
        if parcel.alliance_id == self.alliance_id and not parcel.edits:
            self.heard.append((self.today(), parcel.key.split("/")[1], int(parcel.key.rsplit("/", 1)[1])))
        return parcel.key

    async def find(self, parcel: Parcel) -> str | None:
        return None

    async def close(self) -> None:
        """Nothing is kept open."""


@dataclass(frozen=True)
class Unmet:
    """One requirement, how many members had not met it when the year ended, and who (by name)."""

    number: str
    title: Words
    members: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """Somebody would hear one message on a local day; ``addresses`` are all they are reached at, also in a chat."""

    day: date
    name: str
    addresses: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Forecast:
    """Who would hear what in a year.

    ``told`` are the messages by day and name. ``months`` counts by month (1 to 12) and kind; ``people`` are the busiest
    first, with their members; ``members`` how many messages go to people of each. ``refused`` counts the invented acts
    that the product turned down.
    """

    year: int
    seed: int
    since: date
    months: dict[tuple[int, str], int]
    people: tuple[tuple[str, tuple[str, ...], int], ...]
    members: dict[str, int]
    busiest_day: tuple[date, int] | None
    unmet: tuple[Unmet, ...]
    acts: int
    refused: int
    told: tuple[Told, ...] = ()

    @property
    def messages(self) -> int:
        return sum(self.months.values())


@dataclass
class Rehearsal:
    """One year on a throwaway database; ``engine`` must be the copy's."""

    engine: Engine
    alliance: Alliance
    seed: int
    speak: Speak
    sender: Sender
    heard: list[tuple[date, str, int]] = field(default_factory=list)
    acts: int = 0
    refused: int = 0

    def play(self, start: datetime, progress: Callable[[int, int], None]) -> Forecast:
        """Play from an instant (aware UTC) to the end of its local year; ``progress`` is told days done and of."""
        self.chance, self.clock = random.Random(self.seed), VirtualClock(start)
        calendar = self.alliance.charter.calendar
        first = calendar.day(start)
        days = [first + timedelta(days=n) for n in range((date(first.year, 12, 31) - first).days + 1)]
        end = calendar.at(days[-1], time(23, 59))
        with reading(self.engine) as connection:
            self.cast = cast_of(connection, self.alliance, first)
        todo = year_of_acts(self.chance, self.cast, start, end)
        with time_of(self.clock):
            for number, day in enumerate(days, start=1):
                todo = self._day(day, todo)
                progress(number, len(days))
        with reading(self.engine) as connection:
            return self._told(connection, first, days[-1])

    def _day(self, day: date, todo: list[Act]) -> list[Act]:
        """One local day: what came in overnight, the morning's tick, what is said in the day, and sending."""
        calendar = self.alliance.charter.calendar
        midnight, morning, evening = (calendar.at(day, at) for at in (time(0), MORNING, EVENING))
        if day.weekday() == 0:
            with reading(self.engine) as connection:
                todo = sorted(
                    [*todo, *week_of_acts(self.chance, connection, self.cast, max(morning, self.clock.now))],
                    key=lambda act: act.at,
                )
        todo = self._say_until(todo, morning)
        if calendar.is_working_day(day):
            self.clock.to(morning)
            ticks.plan(self.engine, self.clock.now)
            self._send()
        before = len(todo)
        todo = self._say_until(todo, evening)
        if len(todo) < before or calendar.is_working_day(day):  # also what waited for somebody's quiet hours
            self._send()
        return self._say_until(todo, midnight + timedelta(days=1))

    def _say_until(self, todo: list[Act], until: datetime) -> list[Act]:
        while todo and todo[0].at < until:
            act, todo = todo[0], todo[1:]
            self.clock.to(act.at)
            self._say(act)
        return todo

    def _say(self, act: Act) -> None:
        said = self.speak(self.engine, act.speaker, act.words, act.answers, self.clock.now)
        if said.done and (confirm := said.confirming()):
            said = self.speak(self.engine, act.speaker, confirm, act.answers, self.clock.now)
        self.acts += 1
        self.refused += not said.done

    def _send(self) -> None:
        ways = {name: Nowhere(name, self.sender, self.alliance.id, self._today, self.heard) for name in CHANNELS}
        run(deliver(self.engine, ways, self.clock), self.clock, lambda: True)

    def _today(self) -> date:
        return self.alliance.charter.calendar.day(self.clock.now)

    # ------------------------------------------------------------------------------------- what came of it

    def _told(self, connection: Connection, first: date, last: date) -> Forecast:
        days = Counter(day for day, _, _ in self.heard)
        people = Counter(person for _, _, person in self.heard)
        names, members = self._names(connection, people), self._members(connection)
        load: Counter[str] = Counter({each.name: 0 for each in self.cast.members})
        for person, count in people.items():
            load.update(dict.fromkeys(members.get(person, ()), count))
        return Forecast(
            first.year,
            self.seed,
            first,
            dict(sorted(Counter((day.month, kind) for day, kind, _ in self.heard).items())),
            tuple((names[p], members.get(p, ()), count) for p, count in people.most_common(MOST_NAMED)),
            dict(load.most_common()),
            max(days.items(), key=lambda item: (item[1], item[0])) if days else None,
            _unmet(connection, self.alliance, last),
            self.acts,
            self.refused,
            self._one_by_one(connection, names),
        )

    def _one_by_one(self, connection: Connection, names: Mapping[int, str]) -> tuple[Told, ...]:
        known = register.addresses(connection, self.alliance.id)
        reached = {person: tuple(address.value for address in each) for person, each in known.items()}
        heard = (Told(day, names[person], reached.get(person, ()), kind) for day, kind, person in self.heard)
        return tuple(sorted(heard, key=lambda told: (told.day, told.name, told.kind)))

    def _names(self, connection: Connection, people: Iterable[int]) -> dict[int, str]:
        return {p.id: p.name for p in register.people(connection, self.alliance.id, list(people)).values()}

    def _members(self, connection: Connection) -> dict[int, tuple[str, ...]]:
        """Person to the members that they held or acted for an office of, ever."""
        names = {member.id: member.name for member in self.cast.members}
        found: defaultdict[int, dict[str, None]] = defaultdict(dict)
        for term in register.office_terms(connection, self.alliance.id):
            if term.organisation_id in names:
                found[term.person_id][names[term.organisation_id]] = None
        return {person: tuple(each) for person, each in found.items()}


def _unmet(connection: Connection, alliance: Alliance, on: date) -> tuple[Unmet, ...]:
    """What is still owed on a local day, by requirement, in the charter's order."""
    owing: defaultdict[tuple[str, Words], list[str]] = defaultdict(list)
    for account in accounts.accounts(connection, alliance, on):
        if account.standing.owes:
            owing[account.requirement.number, account.requirement.title].append(account.organisation.name)
    order = {r.number: place for place, r in enumerate(alliance.charter.requirements)}
    rows = sorted(owing.items(), key=lambda item: order.get(item[0][0], len(order)))
    return tuple(Unmet(number, title, tuple(members)) for (number, title), members in rows)
