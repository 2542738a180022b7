"""``python -m bench [--quick] [NAME ...]``: measure; one JSON line per ratio, then a table. NAMES says which there are.

Exit status 1 if a target was missed in two of three rounds.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import started
from bench.fanout import Stage, fanout
from bench.idle import idle
from bench.measure import Cost
from bench.pace import pace
from bench.pages import pages
from bench.postgres import server
from bench.replies import replies
from bench.rounds import Verdict, table
from bench.slack import slack

NAMES = ("fanout", "pace", "slack", "replies", "pages", "idle", "plan")
QUICK_SIZES = {98: 3, 1_300: 3}
FULL_SIZES = {98: 5, 1_300: 5, 13_000: 3}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all")
    parser.add_argument("--quick", action="store_true", help="under four minutes, as for CI")
    args = parser.parse_args()
    if unknown := set(args.names) - set(NAMES):
        parser.error(f"{', '.join(sorted(unknown))} is not a bench; there are {', '.join(NAMES)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what we started is ended with us
    verdicts = []
    for found in asked(args.names or NAMES, quick=args.quick):
        print(found.line(), flush=True)
        verdicts.append(found)
    print("\n" + table(verdicts))
    return 0 if all(found.ok for found in verdicts) else 1


def asked(names: tuple[str, ...], *, quick: bool) -> Iterator[Verdict]:
    """The verdicts of the benches that were asked for, each as soon as it is known."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tovholder_bench_")))
        if {"fanout", "pace", "slack"} & set(names):
            stage = set_up(stack, folder, with_servers="fanout" in names)
        if "fanout" in names:
            yield from fanout(stage, QUICK_SIZES if quick else FULL_SIZES)
        if "pace" in names:
            yield from pace(stage, rounds=3, with_peer=not quick)
        if "slack" in names:
            yield from slack(stage.provider, folder, rounds=3 if quick else 5)
        if "replies" in names:
            yield from replies(folder, rounds=3 if quick else 5)
        if "pages" in names:
            yield from pages(folder, rounds=3 if quick else 7)
        if "idle" in names:
            yield from idle(folder, rounds=1 if quick else 3)
        if "plan" in names:
            yield from plan(quick=quick)


def set_up(stack: ExitStack, folder: Path, *, with_servers: bool) -> Stage:
    provider = stack.enter_context(started.provider())
    if not with_servers:
        return Stage(provider, folder, None, None)
    redis = None
    if started.has_redis():
        redis = stack.enter_context(started.redis())
    else:
        print(
            "  no redis-server here (apt-get install redis-server): Celery and Dramatiq are left out", file=sys.stderr
        )
    try:
        postgres = stack.enter_context(server())
    except RuntimeError as error:
        print(f"  no PostgreSQL here: ours runs on SQLite only ({error})", file=sys.stderr)
        postgres = None
    return Stage(provider, folder, redis, postgres)


def plan(*, quick: bool) -> Iterator[Verdict]:
    """The planner's bench is a program of its own: its JSON lines, read back for the table."""
    command = [sys.executable, "-m", "bench.plan", *(["--quick"] if quick else [])]
    with started.process(command, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        held = []
        for line in running.stdout:
            if line.startswith("{"):
                found = read_back(json.loads(line))
                held.append(found.ok)
                yield found
        if not held or running.wait() != (0 if all(held) else 1):
            raise RuntimeError("bench.plan ended badly; its words are above")


def read_back(told: dict[str, Any]) -> Verdict:
    ratio, cost = (
        float(told.get("ratio") or 0),
        Cost(*(told.get(key) or 0.0 for key in ("cpu_s", "wall_s", "peak_mib"))),
    )
    spread = (told.get("p25") or ratio, told.get("p75") or ratio)
    known = {"bench", "what", "n", "ratio", "target", "ok", "p25", "p75", "cpu_s", "wall_s", "peak_mib", "wanted"}
    facts = {key: value for key, value in told.items() if key not in known}
    what = " ".join(filter(None, (told.get("db"), told["what"])))
    return Verdict(
        told["bench"],
        what,
        told.get("n") or 0,
        ratio,
        told.get("target"),
        told.get("ok", True),
        spread,
        told.get("wanted", "<="),
        cost,
        facts,
    )


if __name__ == "__main__":
    sys.exit(main())
