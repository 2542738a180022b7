"""What a tree of processes costs: CPU to the nanosecond, memory by proportional set size."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """Of one run: user and system CPU seconds of the whole tree, wall seconds, peak PSS in MiB."""

    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_mib: float = 0.0


def tree(roots: list[int]) -> list[int]:
    """The processes under the roots, themselves included."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_seconds(roots: list[int]) -> float:
    """User and system time so far of every process in the tree, and of the children they have buried.

    The living by their CPU clock (nanoseconds, ended threads included), the dead by /proc (10 ms).
    """
    total = 0.0
    for pid in tree(roots):
        with contextlib.suppress(OSError):
            total += time.clock_gettime((~pid << 3) | 2)  # CPUCLOCK_SCHED of another process: clock_getcpuclockid(3)
            buried = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
            total += sum(map(int, buried)) / _TICKS
    return total


def pss_mib(roots: list[int]) -> float:
    """Memory of the tree with shared pages counted once."""
    total = 0
    for pid in tree(roots):
        with contextlib.suppress(OSError, ValueError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


@contextlib.contextmanager
def measured(roots: list[int], sample_seconds: float = 0.2) -> Iterator[Cost]:
    """What the block costs the tree; its memory is looked at every ``sample_seconds``."""
    cost, over = Cost(), threading.Event()

    def watch() -> None:
        while not over.is_set():
            cost.peak_mib = max(cost.peak_mib, pss_mib(roots))
            over.wait(sample_seconds)

    watcher = threading.Thread(target=watch, daemon=True)
    before, start = cpu_seconds(roots), time.perf_counter()
    watcher.start()
    try:
        yield cost
    finally:
        cost.wall_s = time.perf_counter() - start
        cost.cpu_s = cpu_seconds(roots) - before
        over.set()
        watcher.join()
        cost.peak_mib = max(cost.peak_mib, pss_mib(roots))
