"""The board of 98 and of 1,300 members, beside a bare Starlette page of as many rows and cells."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median

from bench import started
from bench.measure import Cost, measured
from bench.rounds import Verdict, interleaved, verdict
from scheduling import ticks
from storage.changes import register
from storage.engine import connect, writing
from storage.migrate import migrate
from storage.queries import register as known
from storage.seed import SECRETARY, plant_demo

NOW = datetime(2027, 2, 26, 8, 0, tzinfo=UTC)
SIZES, WARM_UP, TIMES, TARGET = (98, 1_300), 5, 40, 3.0
SINCE = date(2021, 6, 4)


def pages(folder: Path, rounds: int) -> Iterator[Verdict]:
    for members in SIZES:
        database = folder / f"pages{members}.db"
        plant(database, members)
        p50: dict[str, list[float]] = {}
        running: dict[str, Callable[[int], Cost]] = {
            which: partial(served, database, members, which, p50.setdefault(which, [])) for which in ("ours", "bare")
        }
        costs = interleaved(running, rounds, "pages")
        cpu = {name: [cost.cpu_s for cost in runs] for name, runs in costs.items()}
        say = partial(verdict, "pages", n=members, costs=costs["ours"])
        shown = round(median(p50["ours"]) * 1000, 1)
        yield say("board: p50 x bare page", ours=p50["ours"], other=p50["bare"], target=TARGET, milliseconds=shown)
        yield say("board: CPU x bare page", ours=cpu["ours"], other=cpu["bare"], target=None)


def plant(database: Path, members: int) -> None:
    """The demo on its first morning, with as many members more as are wanted."""
    engine = connect(f"sqlite:///{database}")
    migrate(engine)
    with writing(engine) as connection:
        alliance = plant_demo(connection)
        there = len(known.member_names(connection, alliance))
        for number in range(there, members):
            code, name = f"9{number:05d}", f"By {number:05d}"
            new = register.add_organisation(connection, alliance, code, name, f"{name} Kommune", "municipality")
            register.add_membership(connection, alliance, new, "member", SINCE, None, NOW)
            person = register.add_person(connection, alliance, f"Person {number:05d}", "da")
            register.add_address(connection, alliance, person, "mail", f"p{number}@by.example", NOW, verified=True)
            register.add_office_term(connection, alliance, new, "climate_coordinator", person, SINCE, None, NOW)
    ticks.plan(engine, NOW, move_clock=True)
    engine.dispose()


def served(database: Path, members: int, which: str, p50: list[float], _round: int) -> Cost:
    """Ask for the board again and again over one connection that is kept."""
    port = started.free_port()
    command = [sys.executable, "-m", "bench.contenders.pages", str(port), str(database), which]
    with started.process(command) as child:
        started.until(lambda: started.answers(port), 30, f"{which} does not answer")
        ask(port, members, WARM_UP)
        with measured([child.pid]) as cost:
            p50.append(median(ask(port, members, TIMES)))
    return cost


def ask(port: int, members: int, times: int) -> list[float]:
    """Seconds of each answer. Raises RuntimeError for one that is not a board of so many rows."""
    connection, seconds = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    for _ in range(times):
        begun = time.perf_counter()
        connection.request("GET", "/board", headers={"Cookie": f"persona={SECRETARY}"})
        answer = connection.getresponse()
        page = answer.read()
        seconds.append(time.perf_counter() - begun)
        if answer.status != 200 or page.count(b'href="/obligations/') < members * 6:
            raise RuntimeError(f"the board answered {answer.status} with {page.count(b'/obligations/')} cells")
    connection.close()
    return seconds
