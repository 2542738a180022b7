"""The rehearsal at length: more seeds than ``make test`` has time for, and the command on the whole demo.

``make rehearse`` plays a thousand.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scheduling.rehearsal import play
from scheduling.rehearsal.faults import CALM, ONLY_CUTS, Weather
from tovholder.rehearsing import speak

pytestmark = pytest.mark.slow

YEAR = 2027
ROOT = Path(__file__).parents[2]


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
    told, cuts = 0, 0
    with play.stage(YEAR) as stage:
        for seed in range(1, 13):
            drawn = play.plot(seed, YEAR)
            calm, cut = (play.play(stage, _under(drawn, weather), speak) for weather in (CALM, ONLY_CUTS))
            assert cut.told == calm.told, f"seed {seed}"
            told, cuts = told + len(calm.told), cuts + len(cut.struck)
    assert told > 100 and cuts > 30, "hardly anything was told or cut, so this would prove nothing"


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
