"""What people do in a rehearsal, and when: drawn from chance alone, so that the same seed plays the same year."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Engine

from alliance.calendar import WorkingCalendar
from scheduling.rehearsal import cast

HOURS = (time(7, 15), time(8, 30), time(10), time(11, 45), time(14, 30), time(15, 58), time(21))
CALLED_OFF = {"reason": "Sygdom"}  # typed into the form, as what is moved is: only so it goes with the confirmation


@dataclass(frozen=True)
class Said:
    """What came back: whether it was done, and the words of the buttons it offers."""

    done: bool
    offered: tuple[str, ...] = ()

    def confirming(self) -> str | None:
        """The words of the button that confirms a preview."""
        return next((words for words in self.offered if " bekræft " in words or " confirm " in words), None)


Speak = Callable[[Engine, str, str, Mapping[str, str], datetime], Said]
"""(database, address, words, answers, now): how people's words reach the product; handed in from above."""


@dataclass(frozen=True)
class Act:
    """Somebody says something at an instant (aware UTC); a preview it brings is confirmed."""

    at: datetime
    speaker: str
    words: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Season:
    """The stretch of a year that is played, first and last local day, and the calendar it is counted by."""

    first: date
    last: date
    calendar: WorkingCalendar

    def some_day(self, chance: random.Random) -> date:
        return self.first + timedelta(days=chance.randrange((self.last - self.first).days + 1))

    def some_time(self, chance: random.Random) -> datetime:
        return self.calendar.at(self.some_day(chance), chance.choice(HOURS))


def acts(chance: random.Random, season: Season) -> list[Act]:
    """Everything people do in a season of the small alliance, in the order of time."""
    found = [*_members(chance, season), *_secretariat(chance, season), *_body(chance, season)]
    return sorted(found, key=lambda act: act.at)


# ------------------------------------------------------------------------------------------------ the members


def _members(chance: random.Random, season: Season) -> Iterator[Act]:
    """Some answer early, some late, some never; some do it twice, and some change an answer they gave."""
    for number in range(1, cast.MEMBERS + 1):
        speaker = _coordinator(number)
        for words, answers in _settling(chance):
            for _ in range(chance.choice([0, 0, 1, 1, 1, 2])):
                yield Act(season.some_time(chance), speaker, words, answers)


def _coordinator(number: int) -> str:
    return f"klima@m{number}.example" if number != 5 else "T1/klima5"


def _settling(chance: random.Random) -> Iterator[tuple[str, dict[str, str]]]:
    yield "indberet send", {"ghg_total": f"{chance.randrange(10_000, 900_000)},5"}
    yield "dokumenter 4", {"kind": "zero_waste", "what": "Tilsluttet"}
    yield "dokumenter 3b", {"kind": "talk", "what": "Oplæg om varmeplaner"}
    yield chance.choice(["svar topmøde ja borgmester", "svar topmøde måske borgmester"]), {}
    if chance.random() < 0.3:
        yield "svar topmøde nej", {}


def quiet_acts(chance: random.Random, season: Season) -> Iterator[Act]:
    """Some hide what they owe from their reminders for a while, and perhaps not after all; some have quiet hours."""
    for number in range(1, cast.MEMBERS + 1):
        if chance.random() < 0.4:
            hours = chance.choice(["12-14", "7-10", "12-15", "8-16", "14-23", "17-8"])
            for words in (f"stille {hours}", "stille fra")[: chance.choice([1, 1, 2])]:
                yield Act(season.some_time(chance), _coordinator(number), words)
        if chance.random() < 0.4:
            yield from _away(chance, season, number)
        for requirement in ("2", "3a", "3b", "4"):
            for _ in range(chance.choice([0, 0, 0, 1, 2])):
                at, speaker = season.some_time(chance), _coordinator(number)
                how_long = chance.choice(["1 dag", "3 dage", "1 uge", "2 uger", "5 uger"])
                yield Act(at, speaker, f"for By {number}: udskyd {requirement} {how_long}")
                if chance.random() < 0.2:
                    later = at + timedelta(hours=chance.randrange(1, 100))
                    yield Act(later, speaker, f"for By {number}: udskyd {requirement} fortryd")


def helping_acts(chance: random.Random, season: Season) -> Iterator[Act]:
    """Some hand one thing to a colleague, known or new, and some of that comes back."""
    for number in range(1, cast.MEMBERS + 1):
        for requirement in ("2", "3a", "4"):
            if chance.random() < 0.3:
                yield from _handed(chance, season, number, requirement)


def _handed(chance: random.Random, season: Season, number: int, requirement: str) -> Iterator[Act]:
    at, giver = season.some_time(chance), chance.choice([_coordinator(number), f"borgmester@m{number}.example"])
    colleague = chance.choice([f"medarbejder@m{number}.example", f"ny@m{number}.example", f"hjaelp@m{number}.example"])
    answers = {"name": "" if colleague.startswith("medarbejder") else "Hjælp", "mail": colleague}
    about = f"for By {number}: "
    yield Act(at, giver, f"{about}giv videre {requirement}", answers)
    luck, later = chance.random(), at + timedelta(hours=chance.randrange(1, 150))
    if luck < 0.2:
        yield Act(later, giver, f"{about}tag tilbage {requirement}")
    elif luck < 0.4:
        yield Act(later, colleague, f"{about}afslå {requirement}")
    elif luck < 0.6 and requirement == "4":
        yield Act(later, colleague, f"{about}dokumenter 4", {"kind": "zero_waste", "what": "Tilsluttet"})


def _away(chance: random.Random, season: Season, number: int) -> Iterator[Act]:
    """Somebody is away for some days, with or without a deputy, and perhaps back sooner."""
    at, speaker = season.some_time(chance), chance.choice([_coordinator(number), f"borgmester@m{number}.example"])
    first = season.calendar.day(at) + timedelta(days=chance.choice([0, 0, 1, 3, 8]))
    last = first + timedelta(days=chance.randrange(1, 12))
    deputy = chance.choice(["", f" medarbejder@m{number}.example"])
    yield Act(at, speaker, f"væk {first:%d-%m-%Y} {last:%d-%m-%Y}{deputy}")
    if chance.random() < 0.2:
        yield Act(at + timedelta(hours=chance.randrange(1, 150)), speaker, "væk slut")


# --------------------------------------------------------------------------------------------- the secretariat


def _secretariat(chance: random.Random, season: Season) -> Iterator[Act]:
    for kind in ("topmøde", "workshop"):
        if chance.random() < 0.7:
            yield Act(season.some_time(chance), cast.SECRETARY, f"møde indkald {kind} {season.first.year}")
        if chance.random() < 0.2:
            yield _moved(chance, season, f"{kind} {season.first.year}")
        if chance.random() < 0.1:
            yield Act(season.some_time(chance), cast.SECRETARY, f"møde aflys {kind} {season.first.year}", CALLED_OFF)
    for _ in range(chance.choice([0, 1, 2])):
        yield _newcomer(chance, season)
    for _ in range(chance.choice([0, 1, 2])):
        yield _dispensation(chance, season)
    if chance.random() < 0.5:
        yield Act(
            season.some_time(chance), cast.SECRETARY, "for By 4: dokumenter 4", {"kind": "zero_waste", "what": "Nul"}
        )


def _moved(chance: random.Random, season: Season, name: str) -> Act:
    day = season.calendar.next_working_day(season.some_day(chance) + timedelta(days=chance.randrange(5, 60)))
    return Act(season.some_time(chance), cast.SECRETARY, f"møde flyt {name}", moved_to(day, "Rådhuset"))


def moved_to(day: date, place: str) -> dict[str, str]:
    """What is filled in when a meeting is moved: its preview is a form, which is confirmed with all that it holds."""
    return {"day": day.isoformat(), "starts": "10.00", "ends": "14.00", "place": place}


def _newcomer(chance: random.Random, season: Season) -> Act:
    """Somebody new takes an office, from a day a little before or after it is noted."""
    number, at = chance.randrange(1, cast.MEMBERS + 1), season.some_time(chance)
    office = chance.choice(list(cast.OFFICES))
    since = season.calendar.day(at) + timedelta(days=chance.choice([-3, 0, 0, 1, 7]))
    name = f"ny{chance.randrange(1000)}"
    answers = {"office": office, "name": name, "mail": f"{name}@m{number}.example", "since": since.isoformat()}
    return Act(at, cast.SECRETARY, f"for By {number}: embede", answers)


def _dispensation(chance: random.Random, season: Season) -> Act:
    at = season.some_time(chance)
    until = season.calendar.day(at) + timedelta(days=chance.choice([5, 20, 60]))
    answers = {"why": "Sammenlægning", "decided_by": "Styregruppen", "until": until.isoformat()}
    number, requirement = chance.randrange(1, cast.MEMBERS + 1), chance.choice(["2", "3b", "4"])
    return Act(at, cast.SECRETARY, f"for By {number}: dispensation {requirement}", answers)


# ----------------------------------------------------------------------------------------------------- the body


def _body(chance: random.Random, season: Season) -> Iterator[Act]:
    """A meeting of the body: planned, called, answered, perhaps moved, perhaps cancelled."""
    if chance.random() < 0.3:
        return
    first = season.calendar.at(season.calendar.next_working_day(season.first + timedelta(days=1)), time(9))
    day = season.calendar.next_working_day(season.calendar.day(first) + timedelta(days=chance.randrange(12, 50)))
    answers = {"kind": cast.BODY, "day": day.isoformat(), "starts": "10.00", "ends": "14.00", "place": "Rådhuset"}
    name = f"styregruppe 1/{day.year}"
    yield Act(first, cast.SECRETARY, "møde opret", answers)
    yield Act(first + timedelta(hours=chance.randrange(1, 60)), cast.SECRETARY, f"møde indkald {name}")
    for number in range(1, cast.SEATED + 1):
        if chance.random() < 0.6:
            answer = chance.choice(["ja", "nej"])
            yield Act(season.some_time(chance), f"borgmester@m{number}.example", f"svar {name} {answer}")
    for _ in range(chance.choice([0, 0, 1, 2])):
        yield _moved(chance, season, name)
    if chance.random() < 0.3:
        yield Act(season.some_time(chance), cast.SECRETARY, f"møde aflys {name}", CALLED_OFF)
