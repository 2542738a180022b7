"""Plays the year 2027 from the command line, day by day with 98 members, and checks who was reminded of what.

    python tests/slow/year.py sqlite:////tmp/year.db [--seed N] [--downtime]

Playing uses the cast; checking uses nothing of ours but ``outbox --json`` and ``board --json``. The holidays, the
ladder and its arithmetic are written out here a second time, by hand, so that a fault in ours cannot hide itself.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Copenhagen")
ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
HOLIDAYS = {
    date(2027, month, day)
    for month, days in {1: [1], 3: [25, 26, 28, 29], 5: [1, 6, 7, 16, 17], 6: [5], 12: [24, 25, 26, 31]}.items()
    for day in days
}
LADDER = (-20, -10, -5, -1, 1, 5, 10)
OPEN, SHUT = time(8), time(16)
ASKED = {
    "report": {"klima"},
    "declaration": {"klima"},
    "workshop": {"klima"},
    "summit": {"klima", "borgmester"},
}
SECRETARIAT = "sekretariat@frederiksberg.example"

Matter = tuple[str, str]  # a member's code and a requirement
Telling = tuple[str, str, str, int]  # code, requirement, role and rung


# ---------------------------------------------------------------------------------------- arithmetic of our own


def at_work(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def working_day_from(day: date, steps: int) -> date:
    """The so-many-th working day after a day, or before it for a negative number."""
    one = ONE_DAY if steps > 0 else -ONE_DAY
    for _ in range(abs(steps)):
        day += one
        while not at_work(day):
            day += one
    return day


def may_go_out(moment: datetime) -> bool:
    local = moment.astimezone(ZONE)
    return at_work(local.date()) and OPEN <= local.time() < SHUT


def role_of(recipient: str) -> str:
    """``borgmestersekretaer@…`` answers for the mayor."""
    return "borgmester" if recipient.startswith("borgmester") else recipient.partition("@")[0]


# -------------------------------------------------------------------------------------------------- checking


@dataclass
class Year:
    """What was played: when the clock rang, and when what was settled. Moments are aware."""

    ticks: list[datetime] = field(default_factory=list)
    settled: dict[Matter, datetime] = field(default_factory=dict)


def expected(due: date, settled: datetime | None, ticks: Sequence[datetime]) -> dict[int, date]:
    """Each rung a silent person must hear of, and the day on which: the highest reached at a ring, once."""
    days = [(rung, working_day_from(due, rung)) for rung in LADDER]
    told: dict[int, date] = {}
    for ring in ticks:
        if settled is not None and ring >= settled:
            break
        today = ring.astimezone(ZONE).date()
        reached = [rung for rung, day in days if day <= today]
        if reached and reached[-1] not in told:
            told[reached[-1]] = today
    return told


def complaints(outbox: Sequence[Mapping[str, Any]], board: Sequence[Mapping[str, Any]], year: Year) -> Iterator[str]:
    """Everything that is not as promised; nothing at all if the year was kept."""
    reminders = [entry for entry in outbox if entry["kind"] == "reminder"]
    for entry in outbox:
        if entry["state"] != "sent" or not entry["receipt"]:
            yield f"not sent: {entry['recipient']} {entry['occasion']}: {entry['state']} {entry['reason']}"
    gone = [(datetime.fromisoformat(entry["sent"]), entry) for entry in reminders if entry["sent"]]
    yield from _too_many(gone)
    yield from _out_of_hours(gone)
    yield from _after_settling(gone, year)
    yield from _not_as_expected(gone, board, year)
    yield from _skipped_for_good(gone, board, year)


Gone = Sequence[tuple[datetime, Mapping[str, Any]]]


def _too_many(gone: Gone) -> Iterator[str]:
    a_day = Counter((entry["recipient"], sent.astimezone(ZONE).date()) for sent, entry in gone)
    yield from (f"{count} reminders in a day: {who} {day}" for (who, day), count in a_day.items() if count > 1)
    receipts = Counter(entry["receipt"] for _, entry in gone)
    yield from (f"the same mail {count} times: {receipt}" for receipt, count in receipts.items() if count > 1)


def _out_of_hours(gone: Gone) -> Iterator[str]:
    for sent, entry in gone:
        if not may_go_out(sent):
            yield f"out of hours: {entry['recipient']} at {sent.astimezone(ZONE)}"


def _after_settling(gone: Gone, year: Year) -> Iterator[str]:
    for sent, entry in gone:
        for line in entry["lines"]:
            settled = year.settled.get((line["member"], line["requirement"]))
            if settled and sent >= settled:
                yield f"after settling: {entry['recipient']} {line['requirement']} on {sent.astimezone(ZONE)}"


def _due_days(board: Sequence[Mapping[str, Any]]) -> dict[Matter, date]:
    return {(c["code"], c["requirement"]): date.fromisoformat(c["due"]) for c in board if c["due"]}


def _told(gone: Gone) -> dict[Telling, list[date]]:
    told: defaultdict[Telling, list[date]] = defaultdict(list)
    for sent, entry in gone:
        for line in entry["lines"]:
            if line["rung"] is not None:
                key = (line["member"], line["requirement"], role_of(entry["recipient"]), line["rung"])
                told[key].append(sent.astimezone(ZONE).date())
    return told


def _not_as_expected(gone: Gone, board: Sequence[Mapping[str, Any]], year: Year) -> Iterator[str]:
    rings = [ring for ring in year.ticks if may_go_out(ring)]
    wanted: dict[Telling, list[date]] = {}
    for (code, requirement), due in _due_days(board).items():
        for rung, day in expected(due, year.settled.get((code, requirement)), rings).items():
            for role in ASKED[requirement]:
                wanted[code, requirement, role, rung] = [day]
    got = _told(gone)
    for key in sorted(wanted.keys() | got.keys()):
        if wanted.get(key) != got.get(key):
            yield f"{key}: wanted {wanted.get(key)}, got {got.get(key)}"


def _skipped_for_good(gone: Gone, board: Sequence[Mapping[str, Any]], year: Year) -> Iterator[str]:
    """Whatever was missed is made up for on the first working day of a ring after it, by that rung or a higher one."""
    awake = sorted({ring.astimezone(ZONE).date() for ring in year.ticks if may_go_out(ring)})
    told = _told(gone)
    for (code, requirement), due in _due_days(board).items():
        settled = year.settled.get((code, requirement))
        for rung in LADDER:
            day = working_day_from(due, rung)
            back = next((d for d in awake if d >= day), None)
            if back is None or (settled and settled.astimezone(ZONE).date() <= back):
                continue
            for role in ASKED[requirement]:
                made_up = any(day <= d <= back for r in LADDER if r >= rung for d in told[code, requirement, role, r])
                if not made_up:
                    yield f"skipped for good: {code} {requirement} {role} rung {rung} of {day}"


# --------------------------------------------------------------------------------------------------- playing


def tovholder(*words: str) -> str:
    """Run a command and return what it printed; a refusal ends the play."""
    from tovholder.command_line import main

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main(words)
    if status:
        raise SystemExit(f"tovholder {' '.join(words)} ended with {status}:\n{printed.getvalue()}")
    return printed.getvalue()


@dataclass(frozen=True)
class Act:
    """One member settles one requirement."""

    at: datetime
    matter: Matter
    speaker: str
    words: str
    answers: tuple[str, ...]


def acts(chance: random.Random) -> Iterator[Act]:
    """A third stay silent; the others settle each thing on some day, some of them through the secretariat."""
    from storage.municipalities import municipalities

    windows = {
        "report": (date(2027, 1, 15), date(2027, 4, 20)),
        "summit": (date(2027, 1, 15), date(2027, 5, 26)),
        "workshop": (date(2027, 4, 1), date(2027, 9, 20)),
        "declaration": (date(2027, 1, 15), date(2027, 7, 20)),
    }
    said = {
        "report": ("indberet send", ("ghg_total={tonnes},5",)),
        "summit": ("svar topmøde ja borgmester", ()),
        "workshop": ("dokumenter 3b", ("kind=talk", "what=Oplæg om varmeplaner")),
        "declaration": ("dokumenter 4", ("kind=zero_waste", "what=Tilsluttet")),
    }
    for m in municipalities():
        for requirement, (first, last) in windows.items():
            if chance.random() < 0.35:
                continue
            day = first + ONE_DAY * chance.randrange((last - first).days + 1)
            moment = datetime.combine(day, chance.choice([time(7, 15), time(10), time(14, 30), time(21)]), ZONE)
            words, answers = said[requirement]
            behalf = chance.random() < 0.1
            yield Act(
                moment,
                (m.code, requirement),
                SECRETARIAT if behalf else f"klima@{m.slug}.example",
                f"for {m.name}: {words}" if behalf else words,
                tuple(answer.format(tonnes=100_000 + int(m.code)) for answer in answers),
            )


def rings(chance: random.Random) -> Iterator[datetime]:
    """Every morning at eight, and about every second day once more at some other time."""
    day = FIRST
    while day <= LAST:
        yield datetime.combine(day, time(8), ZONE)
        if chance.random() < 0.5:
            yield datetime.combine(day, time(chance.randrange(24), chance.randrange(60)), ZONE)
        day += ONE_DAY


def weeks_down(chance: random.Random) -> list[tuple[datetime, datetime]]:
    """Two random weeks of the season in which the process is down, from some time of day to another."""
    starts = chance.sample([FIRST + ONE_DAY * n for n in range(50, 250, 8)], 2)
    downs = [datetime.combine(day, time(chance.randrange(24), 30), ZONE) for day in sorted(starts)]
    return [(down, down + timedelta(days=7, hours=chance.randrange(12))) for down in downs]


def play(seed: int, downtime: Iterable[tuple[datetime, datetime]] = ()) -> Year:
    """Play the year in the database of the environment; who would act while it is down acts when it is back."""
    chance, down, year = random.Random(seed), list(downtime), Year()

    def back(moment: datetime) -> datetime | None:
        return next((end for begin, end in down if begin <= moment < end), None)

    todo: list[tuple[datetime, Act | None]] = [(ring, None) for ring in rings(chance) if back(ring) is None]
    todo += [(back(act.at) or act.at, act) for act in acts(chance)]
    tovholder("demo", "--prepare", "--fresh")
    for moment, act in sorted(todo, key=lambda item: item[0]):
        at = moment.isoformat()
        if act is None:
            tovholder("tick", "--at", at, "--json")
            year.ticks.append(moment)
        else:
            answers = [word for answer in act.answers for word in ("--answer", answer)]
            tovholder("say", "--as", act.speaker, act.words, "--at", at, *answers)
            year.settled[act.matter] = moment
    return year


def unsettled_after_all(board: Sequence[Mapping[str, Any]], year: Year) -> Iterator[str]:
    """What was played must have counted, or the checks would prove less than they seem to."""
    for cell in board:
        if cell["due"]:
            owed = cell["state"] in ("open", "overdue")
            quiet = cell["requirement"] == "summit" and cell["state"] == "awaiting"  # the day itself is over
            if owed is ((cell["code"], cell["requirement"]) in year.settled) and not quiet:
                yield f"{cell['code']} {cell['requirement']} stands as {cell['state']}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database_url")
    parser.add_argument("--seed", type=int, default=2027)
    parser.add_argument("--downtime", action="store_true", help="take the process down for two random weeks")
    args = parser.parse_args()
    os.environ["DATABASE_URL"] = args.database_url
    down = weeks_down(random.Random(args.seed + 1)) if args.downtime else []
    year = play(args.seed, down)
    outbox = json.loads(tovholder("outbox", "--json"))
    board = json.loads(tovholder("board", "--json", "--at", "2027-12-31"))
    found = [*complaints(outbox, board, year), *unsettled_after_all(board, year)]
    facts = {
        "rings": len(year.ticks),
        "settled": len(year.settled),
        "deliveries": len(outbox),
        "reminders": sum(1 for entry in outbox if entry["kind"] == "reminder"),
        "down": [[begin.isoformat(), end.isoformat()] for begin, end in down],
        "complaints": found,
    }
    print(json.dumps(facts, ensure_ascii=False, indent=1))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
