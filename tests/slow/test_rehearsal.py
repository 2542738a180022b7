"""The rehearsal at length: more seeds than ``make test`` has time for, and the command on the whole demo.

``make rehearse`` plays a thousand.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from scheduling.rehearsal import play
from scheduling.rehearsal.faults import CALM, ONLY_CUTS, Weather
from storage.engine import connect, reading
from storage.tables import tables
from tests.databases import Databases
from tovholder.rehearsing import speak

pytestmark = pytest.mark.slow

YEAR = 2027
ROOT = Path(__file__).parents[2]


class OnPostgresql(play.Stage):
    """A stage of which each play has a throwaway copy of a database of a real server."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.databases = databases
        self.planted, self.played = databases.create(), ""
        super().__init__(folder, YEAR)

    def open_template(self) -> Engine:
        return connect(self.planted)

    def open_copy(self) -> Engine:
        return connect(self.played)

    def renew(self) -> None:
        if self.played:
            self.databases.drop(self.played)
        self.played = self.databases.copy(self.planted)  # of the same name each time: the engines stay good


@pytest.fixture(scope="module")
def on_postgresql(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnPostgresql]:
    stage = OnPostgresql(databases, tmp_path_factory.mktemp("stage"))
    yield stage
    for address in (stage.played, stage.planted):
        databases.drop(address)


@pytest.mark.postgresql
@pytest.mark.parametrize("seed", range(200, 224))
def test_promises_are_kept_on_postgresql_too(on_postgresql: OnPostgresql, seed: int) -> None:
    """A week each; two of these seeds have every fault at full strength."""
    play.play(on_postgresql, play.plot(seed, YEAR, days=7), speak)


def run(*words: str, database: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tovholder", *words],
        env={**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )


def test_a_restart_anywhere_leaves_the_same_told_from_many_seeds() -> None:
    """But for what somebody snoozed: three cuts in a row lose a day's tick, and by the next day it may be hidden."""
    told, cuts = 0, 0
    with play.stage(YEAR) as stage:
        for seed in range(1, 13):
            drawn, hidden = play.plot(seed, YEAR), set[tuple[int, int]]()
            both = []
            for weather in (CALM, ONLY_CUTS):
                both.append(play.play(stage, _under(drawn, weather), speak))
                hidden |= _snoozed(stage)
            calm, cut = ({rung for rung in one.told if rung[:2] not in hidden} for one in both)
            assert cut == calm, f"seed {seed}"
            told, cuts = told + len(calm), cuts + len(both[1].struck)
    assert told > 100 and cuts > 30, "hardly anything was told or cut, so this would prove nothing"


def _snoozed(stage: play.Stage) -> set[tuple[int, int]]:
    """Who hid what in the play that was just played: person and obligation."""
    snooze, engine = tables["snooze"], stage.engine("eyes")
    with reading(engine) as connection:
        found = {tuple(row) for row in connection.execute(select(snooze.c.person_id, snooze.c.obligation_id))}
    engine.dispose()  # the next play is of another file
    return found


def _under(drawn: play.Plot, weather: Weather) -> play.Plot:
    return replace(drawn, weather=weather)


def test_promises_are_kept_in_other_processes_too() -> None:
    done = run(
        "rehearse", str(YEAR), "--small", "--faults", "--seed", "1000", "--plays", "40", "--json", database="unused"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == {"plays": 40, "first": 1000, "last": 1039, "broken": 0}


def test_a_rehearsal_of_the_demo_tells_much_and_changes_nothing(demo_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "demo.db"
    file.write_bytes(demo_file.read_bytes())
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    done = run("rehearse", str(YEAR), "--json", database=f"sqlite:///{file}")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert len(told["members"]) == 98 and told["messages"] > 1000
    assert sum(month["messages"] for month in told["months"]) == told["messages"]
    assert told["refused"] < told["acts"] / 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2020",), "not a year to rehearse"),
        (("2026",), "is over"),
        (("2027", "--charter", "c40"), "not a charter we have"),
        (("2027", "--faults"), "go together"),
    ],
)
def test_a_rehearsal_that_cannot_be_is_refused_in_words(
    demo_file: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "demo.db"
    file.write_bytes(demo_file.read_bytes())
    done = run("rehearse", *words, database=f"sqlite:///{file}")
    assert done.returncode == 2 and said in done.stderr, done
