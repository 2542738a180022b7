"""``python -m bench.plan [--quick]``: what one tick of the planner costs, beside the least that SQL could do.

N obligations, 3 % of them due for a look, each asked of somebody else. *Floor*: the same rows written by set-based
statements alone (INSERT … SELECT into the four tables of the outbox, UPDATE of the next look), in one transaction, on
the same database. *Peer*: APScheduler 3.11 with one persisted one-shot job for each reminder and an executor that does
nothing; its rows are put there in bulk, which it could not do itself. One JSON line a ratio; exit status 1 if a target
was missed. A copy of the same planted database for every run, contenders in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple, Protocol

from apscheduler.executors.base import BaseExecutor
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import Engine, insert, text

from bench.postgres import Server, server
from scheduling.ticks import plan, rehearse
from storage.bulk import insert_rows
from storage.changes.register import add_alliance
from storage.engine import connect, is_postgresql, writing
from storage.migrate import migrate
from storage.tables import tables
from tovholder.memory import keep_what_stands

QUICK, FULL = (1_000, 13_000), (1_000, 13_000, 130_000, 1_000_000)
SHARE, EACH = 0.03, 10  # due, and obligations a member
ROUNDS = {1_000: 9, 13_000: 7, 130_000: 5, 1_000_000: 3}
SAME_DUE = 390
SAMPLE = 1_000  # jobs that APScheduler is given at most; more are scaled from them
IDLE_AT = datetime(2027, 2, 25, 11, 0, tzinfo=UTC)
EARLY_AT = datetime(2027, 2, 26, 5, 0, tzinfo=UTC)  # before the hours of reminders: what is done once a day is done
DUE_AT = datetime(2027, 2, 26, 11, 0, tzinfo=UTC)  # the first rung of the reports that are due on 31 March
RUNG, NEXT = date(2027, 2, 26), date(2027, 3, 12)
FLOOR_TARGET, MEMORY_TARGET_MIB, GROWTH_TARGET = 2.5, 10.0, 3.0
PEER_TARGET = {"sqlite": 50.0, "postgresql": 20.0}


# --------------------------------------------------------------------------------------------------- databases


class Place(Protocol):
    """Where copies of a planted database come from."""

    db: str

    def make(self, name: str) -> str: ...

    def copy(self, name: str, to: str) -> str: ...

    def drop(self, name: str) -> None: ...


@dataclass
class Files:
    folder: Path
    db: str = "sqlite"

    def make(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.db"

    def copy(self, name: str, to: str) -> str:
        shutil.copyfile(self.folder / f"{name}.db", self.folder / f"{to}.db")
        os.sync()  # what the copy wrote is not to be flushed while somebody is measured
        return self.make(to)

    def drop(self, name: str) -> None:
        for ending in ("", "-wal", "-shm"):
            (self.folder / f"{name}.db{ending}").unlink(missing_ok=True)


@dataclass
class Databases:
    server: Server
    db: str = "postgresql"

    def make(self, name: str) -> str:
        return self.server.create(name)

    def copy(self, name: str, to: str) -> str:
        return self.server.create(to, name)

    def drop(self, name: str) -> None:
        self.server.drop(name)


def planted(place: Place, name: str, count: int, due: int) -> None:
    """A database of so many obligations of which so many are due for a look on the morning of DUE_AT."""
    engine = connect(place.make(name))
    migrate(engine)
    members = max(count // EACH, due)
    _plant_members(engine, members)
    plan(engine, datetime(2027, 2, 1, 11, 0, tzinfo=UTC), bound=0)  # opens what the charter asks of every member
    _plant_history(engine, members, count)
    with writing(engine) as connection:
        connection.execute(text("UPDATE obligation SET next_look = NULL"))
        looks = {"rung": RUNG, "later": NEXT, "due": due}
        day = text(
            "UPDATE obligation SET next_look = CASE WHEN organisation_id <= :due THEN CAST(:rung AS DATE) "
            "ELSE CAST(:later AS DATE) END WHERE requirement = 'report' AND period_start = '2027-01-01'"
        )
        if not is_postgresql(connection):
            day = text(day.text.replace("CAST(:rung AS DATE)", ":rung").replace("CAST(:later AS DATE)", ":later"))
            looks |= {"rung": RUNG.isoformat(), "later": NEXT.isoformat()}
        connection.execute(day, looks)
    _tidy(engine)
    engine.dispose()


def _plant_members(engine: Engine, members: int) -> None:
    with writing(engine) as connection:
        whose = {"alliance_id": add_alliance(connection, "bench", "dk2020", date(2027, 1, 1), None)}
        since, now, many = date(2021, 6, 4), IDLE_AT, range(1, members + 1)
        insert_rows(
            connection,
            tables["organisation"],
            whose,
            ("code", "name", "official_name", "kind"),
            [(f"{n:07}", f"By {n}", f"By {n} Kommune", "municipality") for n in many],
        )
        insert_rows(
            connection,
            tables["membership"],
            whose,
            ("organisation_id", "role", "valid_from", "recorded_at"),
            [(n, "member", since, now) for n in many],
        )
        insert_rows(
            connection,
            tables["person"],
            whose,
            ("name", "language"),
            [(f"Person {n}", "da") for n in many],
        )
        insert_rows(
            connection,
            tables["address"],
            whose,
            ("person_id", "channel", "value", "unreachable_reason", "recorded_at"),
            [(n, "mail", f"p{n}@bench.example", "", now) for n in many],
        )
        insert_rows(
            connection,
            tables["office_term"],
            whose,
            ("organisation_id", "office", "person_id", "acting", "valid_from", "recorded_at"),
            [(n, "climate_coordinator", n, False, since, now) for n in many],
        )


def _plant_history(engine: Engine, members: int, count: int) -> None:
    """Reports of earlier years, looked at no more, until there are as many obligations as were asked for."""
    columns = ("organisation_id", "requirement", "period_start", "period_end", "opens", "due")
    with writing(engine) as connection:
        there = connection.execute(text("SELECT count(*) FROM obligation")).scalar_one()
        rows = (
            (n, "report", date(y, 1, 1), date(y + 1, 1, 1), date(y, 1, 15), date(y, 3, 31), "old")
            for y in range(2026, 1900, -1)
            for n in range(1, members + 1)
        )
        while there < count:
            chunk = [row for row, _ in zip(rows, range(min(100_000, count - there)), strict=False)]
            insert_rows(connection, tables["obligation"], {"alliance_id": 1}, (*columns, "charter_hash"), chunk)
            there += len(chunk)


def _tidy(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_postgresql(connection):
            connection.execute(text("VACUUM ANALYZE"))
            return
    raw = engine.raw_connection()
    raw.driver_connection.execute("ANALYZE")  # type: ignore[union-attr]
    raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    raw.close()


# -------------------------------------------------------------------------------------------------- contenders


def ours(engine: Engine) -> int:
    return plan(engine, DUE_AT).posted


FLOOR = {
    "notification": """
        INSERT INTO notification (alliance_id, kind, about, occasion, recipient_id, facts, posted_at)
        SELECT o.alliance_id, 'reminder', 'obligations', '2027-02-26', t.person_id, '{"day": "2027-02-26"}', :now
        FROM obligation o JOIN office_term t ON t.organisation_id = o.organisation_id
        WHERE o.alliance_id = 1 AND o.next_look <= :today AND t.office = 'climate_coordinator'""",
    "delivery": """
        INSERT INTO delivery (alliance_id, notification_id, channel, address_id, lane, account, strand, state,
                              ready_ms, expires_ms, attempts, token, receipt, reason)
        SELECT n.alliance_id, n.id, a.channel, a.id, 'mail:' || a.value, 'mail', '', 'queued', :ms, :ms, 0, '', '', ''
        FROM notification n JOIN address a ON a.person_id = n.recipient_id""",
    "reminder_line": """
        INSERT INTO reminder_line (alliance_id, notification_id, obligation_id, person_id, rung)
        SELECT n.alliance_id, n.id, o.id, n.recipient_id, -20
        FROM notification n JOIN office_term t ON t.person_id = n.recipient_id
        JOIN obligation o ON o.organisation_id = t.organisation_id AND o.alliance_id = 1
             AND o.requirement = 'report' AND o.period_start = :year""",
    "transition": """
        INSERT INTO transition (alliance_id, delivery_id, at_ms, state, reason)
        SELECT alliance_id, id, :ms, state, '' FROM delivery""",
    "obligation": "UPDATE obligation SET next_look = :next WHERE alliance_id = 1 AND next_look <= :today",
}


def floor(engine: Engine) -> int:
    days: dict[str, Any] = {"now": DUE_AT, "today": RUNG, "next": RUNG + timedelta(days=1), "year": date(2027, 1, 1)}
    if not is_postgresql(engine):
        days = {name: value.isoformat(*([" "] if name == "now" else [])) for name, value in days.items()}
    done = 0
    with writing(engine) as connection:
        for statement in FLOOR.values():
            said = text(statement)
            wanted = {name: value for name, value in (days | {"ms": 1}).items() if name in said._bindparams}
            done = connection.execute(said, wanted).rowcount
    return done


class Nothing(BaseExecutor):  # type: ignore[misc]  # APScheduler has no types
    """Runs nothing: what is measured is the scheduler."""

    def _do_submit_job(self, job: Any, run_times: Any) -> None:
        self._run_job_success(job.id, [])


class Still(BaseScheduler):  # type: ignore[misc]
    """A scheduler that works when it is told to."""

    def wakeup(self) -> None: ...

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)


def nothing() -> None:
    """What each job would do."""


def _job(scheduler: Any, number: int, at: datetime) -> Any:
    fields = {"func": nothing, "args": (number,), "kwargs": {}, "name": "reminder", "misfire_grace_time": None}
    trigger = DateTrigger(at, timezone="UTC")
    fields |= {"trigger": trigger, "executor": "default", "coalesce": True, "max_instances": 1, "next_run_time": at}
    return Job(scheduler, id=f"reminder:{number}", **{**fields, "args": ()})


def peer(address: str, count: int, due: int) -> float:
    """Seconds in which APScheduler takes what is due of so many jobs, from a store of its own."""
    engine, now = connect(address), datetime.now(UTC)
    store = SQLAlchemyJobStore(engine=engine)
    scheduler = Still(jobstores={"default": store}, executors={"default": Nothing()}, timezone="UTC")
    scheduler.start()
    for start in range(0, count, 50_000):
        jobs = (
            _job(scheduler, n, now - timedelta(minutes=1) if n < due else now + timedelta(days=30))
            for n in range(start, min(start + 50_000, count))
        )
        rows = [_row(store, job) for job in jobs]
        with writing(engine) as connection:
            connection.execute(insert(store.jobs_t), rows)
    _tidy(engine)
    began = time.perf_counter()
    scheduler._process_jobs()
    took = time.perf_counter() - began
    with writing(engine) as connection:
        left = connection.execute(text("SELECT count(*) FROM apscheduler_jobs")).scalar_one()
    assert left == count - due, f"{left} jobs left of {count} with {due} due"
    scheduler.shutdown()
    engine.dispose()
    return took


def _row(store: Any, job: Any) -> dict[str, Any]:
    import pickle

    state = pickle.dumps(job.__getstate__(), store.pickle_protocol)
    return {"id": job.id, "next_run_time": job.next_run_time.timestamp(), "job_state": state}


# --------------------------------------------------------------------------------------------------- measuring


class Took(NamedTuple):
    """Seconds by the clock, and of this process's CPU (PostgreSQL's own is not in it)."""

    wall: float
    cpu: float


def typical(rounds: Sequence[Took]) -> Took:
    return Took(median(each.wall for each in rounds), median(each.cpu for each in rounds))


class Runs:
    """Runs on copies of a planted database, by one engine: a worker knows its statements since yesterday."""

    def __init__(self, place: Place, name: str, due: int) -> None:
        self.place, self.name, self.due, self.engine = place, name, due, connect(place.copy(name, "run"))
        place.drop("run")
        for work in (ours, floor):  # every statement is said once before any is measured
            self.timed(work)

    def timed(self, work: Callable[[Engine], int]) -> Took:
        """Seconds of the work on a copy of its own, whose pages were read before."""
        self.place.copy(self.name, "run")
        plan(self.engine, EARLY_AT)
        rehearse(self.engine, DUE_AT)  # and nothing of it is kept
        keep_what_stands()  # as the worker does
        began, spent = time.perf_counter(), time.process_time()
        done = work(self.engine)
        took = Took(time.perf_counter() - began, time.process_time() - spent)
        self.engine.dispose()
        self.place.drop("run")
        assert done == self.due, f"{work.__name__}: {done} done, {self.due} due"
        return took


def line(db: str, n: int, what: str, ratio: float, target: float | None, ok: bool = True, **facts: Any) -> bool:
    told = {"bench": "plan", "db": db, "n": n, "what": what, "ratio": round(ratio, 2), "target": target, "ok": ok}
    print(json.dumps({**told, **facts}), flush=True)
    return ok


def against_floor(place: Place, n: int, due: int) -> tuple[bool, float]:
    """Ours and the floor in turn; whether it held in two of three rounds, and our seconds."""
    runs, took = Runs(place, f"planted_{n}", due), dict[Callable[[Engine], int], list[Took]]()
    for number in range(ROUNDS[n]):
        for work in (ours, floor) if number % 2 else (floor, ours):
            took.setdefault(work, []).append(runs.timed(work))
    paired = [mine.wall / its.wall for mine, its in zip(took[ours], took[floor], strict=True)]
    held = sum(ratio > FLOOR_TARGET for ratio in paired) * 3 < len(paired) * 2
    own, least = typical(took[ours]), typical(took[floor])
    low, _, high = quantiles(paired, n=4, method="inclusive")
    facts = {"p25": round(low, 2), "p75": round(high, 2), "cpu_ratio": round(own.cpu / least.cpu, 2)}
    facts |= {"ms": round(own.wall * 1e3, 1), "floor_ms": round(least.wall * 1e3, 1), "due": due}
    facts |= {"us_per_due": round(own.wall / due * 1e6, 1), "rounds": len(paired)}
    facts |= {"wall_s": round(own.wall, 4), "cpu_s": round(own.cpu, 4)}
    return line(place.db, n, "x floor", own.wall / least.wall, FLOOR_TARGET, held, **facts), own.wall


def against_peer(place: Place, n: int, due: int, own: float) -> bool:
    given = min(due, SAMPLE)
    took = peer(place.make("peer"), n, given) * due / given
    place.drop("peer")
    ratio, target = took / own, PEER_TARGET[place.db]
    how = {"scaled_from": given} if given < due else {}
    facts = {"ms": round(own * 1e3, 1), "apscheduler_ms": round(took * 1e3, 1), "wanted": ">=", **how}
    return line(place.db, n, "APScheduler, a job per reminder", ratio, target, ratio >= target, **facts)


def idle(place: Place, n: int) -> float:
    """Milliseconds of a tick with nothing to do: the median of many."""
    engine = connect(place.copy(f"planted_{n}", "run"))
    plan(engine, IDLE_AT)
    seconds = []
    for number in range(30):
        began = time.perf_counter()
        plan(engine, IDLE_AT + timedelta(minutes=number))
        seconds.append(time.perf_counter() - began)
    engine.dispose()
    place.drop("run")
    return median(seconds) * 1e3


def memory(place: Place, n: int) -> bool:
    """The peak of a process of its own over what it had after a tick with nothing to do, in MiB."""
    address = place.copy(f"planted_{n}", "run")
    command = [sys.executable, "-m", "bench.plan", "--weigh", address]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    place.drop("run")
    before, peak = map(float, done.stdout.split())
    over = peak - before
    facts = {"idle_mib": round(before, 1), "peak_mib": round(peak, 1)}
    return line(place.db, n, "MiB over idle", over, MEMORY_TARGET_MIB, over <= MEMORY_TARGET_MIB, **facts)


def weigh(address: str) -> int:
    engine = connect(address)
    plan(engine, IDLE_AT)
    before = _peak_mib()
    plan(engine, DUE_AT)
    print(before, _peak_mib())
    return 0


def _peak_mib() -> float:
    """The most memory this process ever held; what it was started from does not count, as it would in ru_maxrss."""
    (peak,) = [row for row in Path("/proc/self/status").read_text().splitlines() if row.startswith("VmHWM:")]
    return int(peak.split()[1]) / 1024


def same_due(place: Place, sizes: Sequence[int]) -> bool:
    """The same number due in ever more obligations: our time, the largest over the smallest."""
    took = {}
    for n in sizes:
        planted(place, "same", n, SAME_DUE)
        runs = Runs(place, "same", SAME_DUE)
        took[n] = typical([runs.timed(ours) for _ in range(5)]).wall
        place.drop("same")
    ratio = took[sizes[-1]] / took[sizes[0]]
    facts = {"ms": {n: round(each * 1e3, 1) for n, each in took.items()}, "due": SAME_DUE}
    what = f"same due, {sizes[-1] // sizes[0]}x the data"
    return line(place.db, sizes[-1], what, ratio, GROWTH_TARGET, ratio <= GROWTH_TARGET, **facts)


def bench(place: Place, sizes: Sequence[int]) -> Iterator[bool]:
    rests = {}
    for n in sizes:
        due = int(n * SHARE)
        print(f"  plan: planting {n:,} on {place.db}", file=sys.stderr, flush=True)
        planted(place, f"planted_{n}", n, due)
        held, own = against_floor(place, n, due)
        yield held
        yield against_peer(place, n, due, own)
        yield memory(place, n)
        rests[n] = idle(place, n)
        place.drop(f"planted_{n}")
    facts = {"ms": {n: round(each, 2) for n, each in rests.items()}}
    yield line(place.db, sizes[-1], "idle tick over the smallest's", rests[sizes[-1]] / rests[sizes[0]], None, **facts)
    if len(sizes) > 2:
        yield same_due(place, sizes[1:])


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.plan", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the two smallest sizes, as for CI")
    parser.add_argument("--sizes", type=int, nargs="+", choices=FULL, help="these sizes")
    parser.add_argument("--db", choices=tuple(PEER_TARGET), help="this kind alone")
    parser.add_argument("--weigh", metavar="ADDRESS", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.weigh:
        return weigh(args.weigh)
    sizes, held = args.sizes or (QUICK if args.quick else FULL), []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tovholder_bench_")))
        if args.db != "postgresql":
            held += bench(Files(folder), sizes)
        if args.db != "sqlite":
            try:
                held += bench(Databases(stack.enter_context(server())), sizes)
            except RuntimeError as error:
                print(f"  no PostgreSQL here: SQLite only ({error})", file=sys.stderr)
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
