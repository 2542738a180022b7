"""Fan-out: many messages to many people, as fast as they go, ours with its durable outbox beside those that forget."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench import started
from bench.contenders.stage import Work
from bench.measure import Cost, measured
from bench.planted import plant
from bench.postgres import Server
from bench.rounds import Verdict, interleaved, verdict

BARE_TARGET, CELERY_TARGET = 1.2, 10.0
SLACKS_OWN = "ours, SQLite, Slack's own way out"
FEW = 1_000  # below, the fixed costs of starting to send are most of it: the queues are shown, and not judged by it


@dataclass(frozen=True)
class Stage:
    """What the contenders share: the provider, a folder, and the servers that are there."""

    provider: started.Provider
    folder: Path
    redis: tuple[int, str] | None
    postgres: Server | None


def fanout(stage: Stage, sizes: dict[int, int]) -> Iterator[Verdict]:
    """Measure every number of messages in so many rounds."""
    for people, rounds in sizes.items():
        work = Work(stage.provider.url, people)
        with contenders(stage, work) as running:
            costs = interleaved(running, rounds, f"fanout {people}")
        yield from verdicts(people, costs)


@contextmanager
def contenders(stage: Stage, work: Work) -> Iterator[dict[str, Callable[[int], Cost]]]:
    """Everybody who can take part here, by name."""
    found: dict[str, Callable[[int], Cost]] = {
        "bare loop": partial(bare, stage, work, "sdk"),
        "raw aiohttp": partial(bare, stage, work, "raw"),
    }
    with ExitStack() as stack:
        template = stage.folder / "template.db"
        plant(f"sqlite:///{template}", work)
        stack.callback(template.unlink)
        found["ours, SQLite"] = partial(on_sqlite, stage, work, template)
        found[SLACKS_OWN] = partial(on_sqlite, stage, work, template, how="slack")
        if stage.postgres is not None:
            plant(stage.postgres.create("template"), work)
            stack.callback(stage.postgres.drop, "template")
            found["ours, PostgreSQL"] = partial(on_postgres, stage, work, stage.postgres)
        if stage.redis is not None:
            found["Celery + Redis"] = partial(queued, stage, work, started.CELERY, "celery_app", stage.redis)
            found["Dramatiq + Redis"] = partial(queued, stage, work, started.DRAMATIQ, "dramatiq_app", stage.redis)
        yield found


def verdicts(people: int, costs: dict[str, list[Cost]]) -> Iterator[Verdict]:
    cpu = {name: [cost.cpu_s for cost in runs] for name, runs in costs.items()}
    floor = cpu["bare loop"]
    for name in (name for name in cpu if name.startswith("ours")):
        say = partial(verdict, "fanout", n=people, ours=cpu[name], costs=costs[name])
        yield say(f"{name}: CPU x bare loop", other=floor, target=BARE_TARGET)
        if "Celery + Redis" in cpu:
            judged = CELERY_TARGET if people >= FEW else None
            yield say(f"{name}: CPU less than Celery", other=cpu["Celery + Redis"], target=judged, wanted=">=")
            yield say(f"{name}: CPU less than Dramatiq", other=cpu["Dramatiq + Redis"], target=None, wanted=">=")
    for name in (name for name in cpu if name != "bare loop" and not name.startswith("ours")):
        yield verdict("fanout", f"{name}: CPU x bare loop", people, cpu[name], floor, None, costs=costs[name])


# ------------------------------------------------------------------------------------------- one run of each


def run(stage: Stage, ready: started.Ready, work: Work) -> Cost:
    """Let it go, measure, and check that everybody got each message once."""
    with measured(ready.roots) as cost:
        ready.go()
    got = stage.provider.counts()
    if (got["accepted"], got["channels"], got["most"]) != (work.messages, work.people, work.each):
        raise RuntimeError(f"{work.messages} messages to {work.people} channels were asked for; the provider got {got}")
    return cost


def bare(stage: Stage, work: Work, how: str, number: int) -> Cost:
    with started.contender("bare", replace(work, number=number), how) as ready:
        stage.provider.reset(work.gap_ms)
        return run(stage, ready, work)


def on_sqlite(stage: Stage, work: Work, template: Path, number: int, how: str = "lean") -> Cost:
    copy = stage.folder / f"round{number}.db"
    shutil.copyfile(template, copy)
    try:
        return ours(stage, replace(work, number=number, database=f"sqlite:///{copy}"), how=how)
    finally:
        for file in stage.folder.glob(f"{copy.name}*"):
            file.unlink()


def on_postgres(stage: Stage, work: Work, server: Server, number: int) -> Cost:
    name = f"round{number}"
    try:
        return ours(stage, replace(work, number=number, database=server.create(name, "template")), server.pid)
    finally:
        server.drop(name)


def ours(stage: Stage, work: Work, *servers: int, how: str = "lean") -> Cost:
    with started.contender("tovholder", work, how) as ready:
        stage.provider.reset(work.gap_ms)
        return run(stage, replace(ready, roots=[*ready.roots, *servers]), work)


def queued(stage: Stage, work: Work, command: list[str], module: str, redis: tuple[int, str], number: int) -> Cost:
    pid, address = redis
    asked = replace(work, number=number, broker=address)
    with started.queue(command, module, asked, stage.provider, pid) as ready:
        return run(stage, ready, asked)
