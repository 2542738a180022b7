"""Idle: the real worker of an alliance with nothing to do, for a minute with a tick in it."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import started
from bench.measure import Cost, measured
from bench.rounds import Verdict
from storage.municipalities import municipalities

SECONDS = 60.0  # the clock ticks once a minute: one tick is in it
SETTLE_SECONDS = 8.0
CPU_TARGET = 0.005  # of a core
COMMAND = str(started.BIN / "tovholder")


def idle(folder: Path, rounds: int) -> Iterator[Verdict]:
    """Import the members, send what is due, then watch a worker that finds nothing to do."""
    port = started.free_port()
    settings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TOVHOLDER_")},
        "DATABASE_URL": f"sqlite:///{folder / 'idle.db'}",
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
        "TOVHOLDER_MAILBOX": "tovholder@bench.example",
    }
    members = folder / "members.csv"
    write_members(members)
    sink = ["aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    with started.process([str(started.BIN / sink[0]), *sink[1:]]):
        for step in (["migrate"], ["import", "members", str(members)], ["tick"]):
            done = subprocess.run([COMMAND, *step], env=settings, cwd=started.ROOT, capture_output=True, text=True)
            print(f"  idle: tovholder {step[0]}: {done.stdout.strip()}", file=sys.stderr)
            if done.returncode != 0:
                raise RuntimeError(f"tovholder {' '.join(step)}: {done.stderr}")
        costs = [watch(settings) for _ in range(rounds)]
    yield judged(costs)


def judged(costs: list[Cost]) -> Verdict:
    shares = [cost.cpu_s / cost.wall_s for cost in costs]
    misses = sum(share > CPU_TARGET for share in shares)
    held, typical = misses * 3 < len(shares) * 2, costs[shares.index(sorted(shares)[len(shares) // 2])]
    percent = {"cpu_percent": round(100 * median(shares), 3)}
    spread = (min(shares), max(shares))
    members = len(municipalities())
    return Verdict(
        "idle", "worker: CPU of a core", members, median(shares), CPU_TARGET, held, spread, cost=typical, facts=percent
    )


def watch(settings: dict[str, str]) -> Cost:
    """What the worker costs in the minute after it has come to rest."""
    with started.process([COMMAND, "worker"], env=settings, stderr=subprocess.DEVNULL) as worker:
        time.sleep(SETTLE_SECONDS)
        with measured([worker.pid], sample_seconds=10) as cost:
            time.sleep(SECONDS)
        if worker.poll() is not None:
            raise RuntimeError("the worker stopped; run it by hand to read why")
    return cost


def write_members(path: Path) -> None:
    """All municipalities with two people each, everybody's address invented."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["code", "joined", "office", "person", "mail", "since"])
        for each in municipalities():
            for office, mailbox in (("mayor", "borgmester"), ("climate_coordinator", "klima")):
                person = f"{office.split('_')[0].title()} {each.name}"
                rows.writerow([each.code, "2023-01-01", office, person, f"{mailbox}@{each.slug}.example", "2026-01-01"])
