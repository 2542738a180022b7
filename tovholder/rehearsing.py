"""``tovholder rehearse``: a year played before it comes, on a copy, with nobody told."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alliance.messages import Button, Buttons, Form, Message
from bot.request import Request
from bot.router import handle
from scheduling.rehearsal.behaviour import Said
from tovholder import wiring
from tovholder.settings import Settings, Wrong

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from alliance.alliances import Alliance
    from scheduling.rehearsal.forecast import Forecast, Rehearsal, Told
    from templates.phrases import Phrases

YEARS = range(2021, 2100)
PLAYS_AT_A_TIME = 10
MOST_MEMBERS = 5


def speak(engine: Engine, address: str, words: str, answers: Mapping[str, str], now: datetime) -> Said:
    """Say something through the router that all channels use, and return what it offers to press."""
    reply = handle(engine, Request(address, words, answers, "cli"), now)
    return Said(reply.done, tuple(_offered(reply.message)))


def _offered(message: Message) -> list[str]:
    items = [item for block in message.blocks if isinstance(block, Buttons) for item in block.items]
    items += [button for block in message.blocks if isinstance(block, Form) for button in block.buttons]
    return [item.words for item in items if isinstance(item, Button)]


def rehearse(settings: Settings, args: argparse.Namespace) -> int:
    if args.year not in YEARS:
        raise Wrong(f"{args.year} is not a year to rehearse; wanted one from {YEARS[0]} to {YEARS[-1]}.")
    if args.small != args.faults:
        raise Wrong("--small and --faults go together: the small alliance is there to be tried with faults.")
    if args.faults:
        return _try_with_faults(args)
    with _copy(settings, args) as rehearsal:
        start = _start(rehearsal, args.year)
        forecast = rehearsal.play(start, wiring.show_progress(f"{args.year}"))
    one_by_one = _asked_for(forecast, args)
    if args.json:
        told = {} if one_by_one is None else {"told": [_told_as_json(told) for told in one_by_one]}
        print(json.dumps({**_as_json(forecast, settings.language), **told}, ensure_ascii=False, indent=1))
    else:
        _print(forecast, one_by_one, settings.language)
    return 0


def _asked_for(forecast: Forecast, args: argparse.Namespace) -> tuple[Told, ...] | None:
    """The messages that were asked for one by one, by day and name; None if none were. Wrong for nobody's."""
    if not args.person:
        return forecast.told if args.list else None
    who = args.person.casefold()
    found = tuple(t for t in forecast.told if who in (t.name.casefold(), *(a.casefold() for a in t.addresses)))
    if not found:
        raise Wrong(
            f"--person {args.person!r} would hear nothing in {forecast.year}, or is no name or address we know."
        )
    return found


# ------------------------------------------------------------------------------------ the alliance as it is


@contextmanager
def _copy(settings: Settings, args: argparse.Namespace) -> Iterator[Rehearsal]:
    """A rehearsal on a copy of the database, gone afterwards; the database itself is only read."""
    from alliance.deliveries import Sender
    from scheduling.rehearsal.forecast import Rehearsal
    from scheduling.rehearsal.play import open_hastily
    from storage.backups import back_up

    original = wiring.open_database(settings)
    meant = wiring.one_alliance(wiring.all_alliances(original), args.alliance)
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        file = Path(folder) / "copy.db"
        back_up(original, file)
        engine = open_hastily(file)
        try:
            if args.charter:
                _adopt(engine, meant, _charter_meant(args.charter))
            alliance = wiring.one_alliance(wiring.all_alliances(engine), meant.key)
            sender = Sender("Tovholder", settings.mailbox or wiring.DEMO_MAILBOX)
            yield Rehearsal(engine, alliance, args.seed, speak, sender)
        finally:
            engine.dispose()


def _charter_meant(given: str) -> str:
    """The key of the charter that is meant: one we have, or a draft in a file; raises Wrong for one that cannot be."""
    from alliance.errors import CharterError
    from storage.charters import try_draft

    if not given.endswith(".toml"):
        return given
    try:
        return try_draft(Path(given).read_text(encoding="utf-8"), given)
    except (OSError, UnicodeDecodeError, CharterError) as error:
        raise Wrong(f"--charter {given}: {error}") from None


def _adopt(engine: Engine, alliance: Alliance, key: str) -> None:
    """Put another charter in force in the copy; raises Wrong for one we do not have."""
    from storage.changes.register import adopt_charter, write_adoptions
    from storage.charters import charter
    from storage.engine import writing

    try:
        charter(key)
    except LookupError as error:
        raise Wrong(f"--charter {key!r}: {error}") from None
    with writing(engine) as connection:
        write_adoptions(connection, alliance.id, ())
        adopt_charter(connection, alliance.id, key)


def _start(rehearsal: Rehearsal, year: int) -> datetime:
    """From where the alliance stands, if that is in the year, else from its first morning; Wrong for the past."""
    calendar, now = rehearsal.alliance.charter.calendar, wiring.time_of([rehearsal.alliance])
    this = calendar.day(now).year
    if year < this:
        raise Wrong(f"{year} is over; wanted {this} or a later year.")
    return now if year == this else calendar.at(date(year, 1, 1), time(8))


# ---------------------------------------------------------------------------------------------- in words


def _print(forecast: Forecast, one_by_one: Iterable[Told] | None, language: str) -> None:
    from templates.phrases import Phrases

    say = Phrases(language)
    print(say("rehearsal.heading", year=forecast.year, since=forecast.since, seed=forecast.seed))
    print(say("rehearsal.total", n=forecast.messages, acts=forecast.acts, refused=forecast.refused))
    for line in (*_months(forecast, say), *_load(forecast, say), *_unmet(forecast, say)):
        print(line)
    for line in _one_by_one(one_by_one, say) if one_by_one is not None else ():
        print(line)
    print(say("rehearsal.nothing_sent"))


def _one_by_one(told: Iterable[Told], say: Phrases) -> Iterator[str]:
    from templates.makers.knowing import kind_words

    yield "\n" + say("rehearsal.one_by_one")
    for one in told:
        yield "  " + say("rehearsal.told", day=one.day, name=one.name, kind=kind_words(say, one.kind))


def _months(forecast: Forecast, say: Phrases) -> Iterator[str]:
    from templates.makers.knowing import kind_words

    yield "\n" + say("rehearsal.months")
    for month in sorted({month for month, _ in forecast.months}):
        kinds = {kind_words(say, kind): n for (m, kind), n in forecast.months.items() if m == month}
        listed = ", ".join(f"{kind}: {n}" for kind, n in sorted(kinds.items(), key=lambda item: -item[1]))
        yield "  " + say("rehearsal.month", day=date(forecast.year, month, 1), n=sum(kinds.values()), kinds=listed)


def _load(forecast: Forecast, say: Phrases) -> Iterator[str]:
    counts = sorted(forecast.members.values())
    if not counts:
        return
    yield "\n" + say("rehearsal.load")
    middle = counts[len(counts) // 2]
    yield "  " + say("rehearsal.members", members=len(counts), middle=middle, least=counts[0], most=counts[-1])
    if forecast.busiest_day:
        yield "  " + say("rehearsal.busiest_day", day=forecast.busiest_day[0], n=forecast.busiest_day[1])
    for name, members, n in forecast.people:
        yield "  " + say("rehearsal.person", name=name, members=", ".join(members), n=n)


def _unmet(forecast: Forecast, say: Phrases) -> Iterator[str]:
    yield "\n" + say("rehearsal.unmet" if forecast.unmet else "rehearsal.all_met")
    for one in forecast.unmet:
        facts = {"number": one.number, "title": one.title.in_(say.language), "n": len(one.members)}
        shown = ", ".join(one.members[:MOST_MEMBERS])
        yield "  " + say("rehearsal.unmet_line", more=len(one.members) > MOST_MEMBERS, members=shown, **facts)


def _told_as_json(told: Told) -> dict[str, str]:
    return {"day": told.day.isoformat(), "person": told.name, "kind": told.kind}


def _as_json(forecast: Forecast, language: str) -> dict[str, Any]:
    return {
        "year": forecast.year,
        "seed": forecast.seed,
        "since": forecast.since.isoformat(),
        "messages": forecast.messages,
        "acts": forecast.acts,
        "refused": forecast.refused,
        "months": [{"month": m, "kind": kind, "messages": n} for (m, kind), n in forecast.months.items()],
        "members": forecast.members,
        "people": [{"name": name, "members": list(of), "messages": n} for name, of, n in forecast.people],
        "busiest_day": _day_as_json(forecast),
        "unmet": [
            {"number": u.number, "title": u.title.in_(language), "members": list(u.members)} for u in forecast.unmet
        ],
    }


def _day_as_json(forecast: Forecast) -> dict[str, Any] | None:
    if forecast.busiest_day is None:
        return None
    day, count = forecast.busiest_day
    return {"day": day.isoformat(), "messages": count}


# ------------------------------------------------------------------------------------------- with faults


def _try_with_faults(args: argparse.Namespace) -> int:
    """Play seeds of the small alliance on every core; prints what broke, each with the line that plays it again."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    seeds = range(args.seed, args.seed + max(args.plays, 1))
    chunks = [seeds[n : n + PLAYS_AT_A_TIME] for n in range(0, len(seeds), PLAYS_AT_A_TIME)]
    show, done, broken = wiring.show_progress("plays"), 0, 0
    cores = min(len(chunks), os.cpu_count() or 1)
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        for chunk, found in zip(chunks, pool.map(_plays, ((args.year, chunk) for chunk in chunks)), strict=True):
            for what in found:
                print(f"{what}\n", flush=True)
            done, broken = done + len(chunk), broken + len(found)
            show(done, len(seeds))
    facts = {"plays": len(seeds), "first": seeds[0], "last": seeds[-1], "broken": broken}
    print(json.dumps(facts) if args.json else f"{len(seeds)} plays from seed {seeds[0]} on, {broken} broken promises.")
    return 1 if broken else 0


def _plays(job: tuple[int, range]) -> list[str]:
    """Play some seeds in a process of its own; returns what broke."""
    from scheduling.rehearsal import play
    from scheduling.rehearsal.invariants import Broken

    year, seeds = job
    found = []
    with play.stage(year) as stage:
        for seed in seeds:
            try:
                play.play(stage, play.plot(seed, year), speak)
            except Broken as broken:
                found.append(str(broken))
            except Exception as fault:  # a fault of ours that no promise names must not hide the other seeds
                found.append(f"seed {seed}: {type(fault).__name__}: {fault}")
    return found
