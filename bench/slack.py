"""A slash command: ours as ``tovholder web`` serves it, beside Bolt with the same SQL written by hand."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench import started
from bench.measure import Cost, measured
from bench.planted import plant_workspace
from bench.rounds import Verdict, interleaved, verdict
from bench.slack_asking import COMMAND, SECRET, TOKEN, WORDS, ask

TIMES, WARM_UP = 800, 100
PAGE = 4096
SHOWN_AT = re.compile(rb'@[0-9]+(?=")')
"""What the id of each button of ours ends in: when it was shown."""
CPU_TARGET, P50_TARGET, COMMANDS_TARGET = 1.5, 0.1, 1.1
OURS, BY_HAND, STOCK = "ours", "bare Bolt, same SQL", "stock Bolt, same SQL"
SYNCED = "one page synced"
MANY = 200
PEERS = {
    BY_HAND: "pbr",
    "bare Bolt, same SQL on the event loop": "loop",
    "bare Bolt, one read and one write": "lean",
    STOCK: "stock",
}


@dataclass
class Desk:
    """What the contenders share: the provider, a folder with the database to begin with, what is to be answered.

    ``p50`` are the medians of each round in seconds, ``calls`` what each of ours asked of the Web API meanwhile.
    """

    provider: started.Provider
    folder: Path
    p50: dict[str, list[float]] = field(default_factory=dict)
    calls: list[int] = field(default_factory=list)

    @property
    def template(self) -> Path:
        return self.folder / "workspace.db"

    @property
    def answers(self) -> Path:
        return self.folder / "answers.json"


def slack(provider: started.Provider, folder: Path, rounds: int) -> Iterator[Verdict]:
    """Measure the command in so many rounds."""
    desk = Desk(provider, folder)
    plant_workspace(f"sqlite:///{desk.template}")
    write_answers(desk)
    running: dict[str, Callable[[int], Cost]] = {
        OURS: partial(ours, desk, OURS, 0),
        **{name: partial(bare, desk, name, how) for name, how in PEERS.items()},
        **{commands(number): partial(ours, desk, commands(number), number) for number in (1, MANY)},
        SYNCED: partial(synced, desk),
    }
    yield from verdicts(desk, interleaved(running, rounds, "slack"))


def commands(number: int) -> str:
    return f"ours with {number} command{'s' if number > 1 else ''}"


def verdicts(desk: Desk, costs: dict[str, list[Cost]]) -> Iterator[Verdict]:
    cpu, p50 = {name: [cost.cpu_s for cost in runs] for name, runs in costs.items()}, desk.p50
    mine = costs[OURS]
    say = partial(verdict, "slack", n=TIMES, costs=mine)
    yield say("ours: CPU x bare Bolt, same SQL", ours=cpu[OURS], other=cpu[BY_HAND], target=CPU_TARGET)
    yield say("ours: p50 x stock Bolt, same SQL", ours=p50[OURS], other=p50[STOCK], target=P50_TARGET)
    many, one = commands(MANY), commands(1)
    told = f"{many}: CPU x one command"
    yield verdict("slack", told, TIMES, cpu[many], cpu[one], COMMANDS_TARGET, costs=costs[many])
    worst = max(desk.calls)
    spread = (float(min(desk.calls)), float(worst))
    yield Verdict("slack", "ours: calls of the Web API", TIMES, float(worst), 0.0, worst == 0, spread)
    for name in (name for name in PEERS if name != BY_HAND):
        yield say(f"ours: CPU x {name}", ours=cpu[OURS], other=cpu[name], target=None)
    yield say("ours: p50 x bare Bolt, same SQL", ours=p50[OURS], other=p50[BY_HAND], target=None)
    floor, told = p50[SYNCED], "the floor, one page synced to this disk: p50 x stock Bolt, same SQL"
    ours_ms, stock_ms, floor_ms = (round(median(each) * 1000, 2) for each in (p50[OURS], p50[STOCK], floor))
    in_ms: dict[str, Any] = {"ours_p50_ms": ours_ms, "stock_p50_ms": stock_ms, "floor_p50_ms": floor_ms}
    yield say(told, ours=floor, other=p50[STOCK], target=None, **in_ms)


# ------------------------------------------------------------------------------------------- one run of each


def ours(desk: Desk, name: str, number: int, _round: int) -> Cost:
    """Serve with so many commands (0: as it is installed), and see that nobody called Slack meanwhile."""
    with copied(desk) as database:
        with serving(desk, database, number) as (pid, port):
            cost = run(desk, name, pid, port)
            desk.calls.append(desk.provider.counts()["calls"])
        check(database)
    return cost


def bare(desk: Desk, name: str, how: str, _round: int) -> Cost:
    port = started.free_port()
    with copied(desk) as database:
        command = [sys.executable, "-m", "bench.contenders.slack_bare", str(port), str(database), str(desk.answers)]
        with started.process([*command, how]) as child:
            started.until(lambda: started.answers(port), 30, f"{name} does not answer")
            cost = run(desk, name, child.pid, port)
        if how != "lean":
            check(database)
    return cost


def run(desk: Desk, name: str, pid: int, port: int) -> Cost:
    """Let it warm up, then count."""
    ask(port, WARM_UP)
    desk.provider.reset()
    with measured([pid]) as cost:
        asked = ask(port, TIMES)
    wanted = json.loads(desk.answers.read_text())
    for words, said in asked.answers.items():
        got = {SHOWN_AT.sub(b"", each) for each in said}
        if [json.loads(each) for each in got] != [wanted[words.removeprefix(f"{COMMAND} ")]]:
            raise RuntimeError(f"{name} answered {words!r} with something else: {list(got)[:2]}")
    desk.p50.setdefault(name, []).append(median(asked.seconds))
    return cost


def synced(desk: Desk, _round: int) -> Cost:
    """What no answer that keeps anything can be faster than: as many pages added to a file, each synced as SQLite does.

    Beside the other files, so that it is the same disk; its p50 is kept with the others'.
    """
    file, seconds = desk.folder / "synced", []
    with file.open("wb", buffering=0) as pages, measured([os.getpid()]) as cost:
        for _ in range(TIMES):
            start = time.perf_counter()
            pages.write(bytes(PAGE))
            os.fdatasync(pages.fileno())
            seconds.append(time.perf_counter() - start)
    file.unlink()
    desk.p50.setdefault(SYNCED, []).append(median(seconds))
    return cost


def check(database: Path) -> None:
    """All was noted as heard, and each change of the language is in the journal."""
    with closing(sqlite3.connect(database)) as connection:
        heard, changed = (
            connection.execute(question).fetchone()[0]
            for question in (
                "SELECT count(*) FROM heard",
                "SELECT count(*) FROM journal WHERE action = 'language_changed'",
            )
        )
    if (heard, changed) != (WARM_UP + TIMES, WARM_UP + TIMES):
        raise RuntimeError(f"{WARM_UP + TIMES} commands were given; {heard} were heard and {changed} carried out")


@contextmanager
def serving(desk: Desk, database: Path, number: int) -> Iterator[tuple[int, int]]:
    """The web process with its process and port; with so many commands, 0 for those it has."""
    port = started.free_port()
    settings = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("TOVHOLDER_", "SLACK_", "SMTP_"))},
        "DATABASE_URL": f"sqlite:///{database}",
        "PORT": str(port),
        "TOVHOLDER_LOG": "json",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_API_URL": desk.provider.url,
    }
    command = [str(started.BIN / "tovholder"), "web"]
    if number:
        command = [sys.executable, "-m", "bench.contenders.slack_commands", str(number)]
    with started.process(command, env=settings, stdout=started.NOWHERE) as child:
        started.until(lambda: started.answers(port), 30, "tovholder web does not answer")
        yield child.pid, port


@contextmanager
def copied(desk: Desk) -> Iterator[Path]:
    copy = desk.folder / "asked.db"
    shutil.copyfile(desk.template, copy)
    try:
        yield copy
    finally:
        for file in desk.folder.glob(f"{copy.name}*"):
            file.unlink()


def write_answers(desk: Desk) -> None:
    """What ours says to each of the words is what the others are to say."""
    with copied(desk) as database, serving(desk, database, 0) as (_, port):
        answers = ask(port, len(WORDS)).answers
    whole = {words: SHOWN_AT.sub(b"", next(iter(answers[words]))) for words in WORDS}
    said = {words.removeprefix(f"{COMMAND} "): json.loads(whole[words]) for words in WORDS}
    desk.answers.write_text(json.dumps(said))
