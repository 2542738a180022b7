"""The year 2027 with 98 members, day by day: played by ``year.py`` in a process of its own, checked from outside."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("year.py")
YEARS = {"clean": (), "with two weeks down": ("--downtime", "--seed", "5")}


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("year", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["year"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


year = _script()


@pytest.fixture(scope="module")
def played_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Both years, side by side."""
    folder = tmp_path_factory.mktemp("years")
    running = {
        name: subprocess.Popen(
            [sys.executable, str(SCRIPT), f"sqlite:///{folder / str(number)}.db", *options],
            cwd=SCRIPT.parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, (name, options) in enumerate(YEARS.items())
    }
    yield running
    for process in running.values():
        process.kill()
        process.communicate()


@pytest.mark.parametrize("name", YEARS)
def test_a_year_is_kept_as_promised(played_years: dict[str, subprocess.Popen[str]], name: str) -> None:
    said, trouble = played_years[name].communicate(timeout=900)
    assert played_years[name].returncode in (0, 1), trouble
    found = json.loads(said)
    assert found["complaints"] == []
    assert found["reminders"] > 1000 and found["settled"] > 200 and found["rings"] > 500
    assert bool(found["down"]) is (name != "clean")


# ------------------------------------------------------------------------- the check itself: it must be able to fail


@dataclass
class Small:
    """A year of one member and one duty, kept as promised."""

    outbox: list[dict[str, Any]]
    board: list[dict[str, Any]]
    played: Any


RUNG_DAYS = {
    -20: date(2027, 2, 26),
    -10: date(2027, 3, 12),
    -5: date(2027, 3, 19),
    -1: date(2027, 3, 30),
    1: date(2027, 4, 1),
    5: date(2027, 4, 7),
    10: date(2027, 4, 14),
}


def reminder(day: date, rung: int | None, at: str = "08:00") -> dict[str, Any]:
    sent = datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=year.ZONE)
    line = {"member": "0183", "requirement": "report", "rung": rung, "due": "2027-03-31"}
    return {
        "kind": "reminder",
        "recipient": "klima@ishoej.example",
        "occasion": day.isoformat(),
        "state": "sent",
        "reason": "",
        "receipt": f"<{day}>",
        "sent": sent.isoformat(),
        "lines": [line],
    }


@pytest.fixture
def small() -> Small:
    days = [date.fromordinal(n) for n in range(date(2027, 1, 1).toordinal(), date(2028, 1, 1).toordinal())]
    rings = [datetime(d.year, d.month, d.day, 8, tzinfo=year.ZONE) for d in days]
    board = [{"code": "0183", "requirement": "report", "due": "2027-03-31", "state": "overdue"}]
    return Small([reminder(day, rung) for rung, day in RUNG_DAYS.items()], board, year.Year(rings, {}))


def complaints(small: Small) -> list[str]:
    return list(year.complaints(small.outbox, small.board, small.played))


def test_the_check_is_content_with_a_year_that_was_kept(small: Small) -> None:
    assert complaints(small) == []


def test_the_rungs_of_the_check_are_counted_by_hand_too() -> None:
    assert {rung: year.working_day_from(date(2027, 3, 31), rung) for rung in year.LADDER} == RUNG_DAYS


def _settle(small: Small) -> None:
    small.played.settled["0183", "report"] = datetime(2027, 4, 7, 7, 59, tzinfo=year.ZONE)


def _sleep(small: Small) -> None:
    """Down from 10 March to 20 March, and the rung that was missed is never made up for."""
    small.played.ticks = [t for t in small.played.ticks if not date(2027, 3, 10) <= t.date() <= date(2027, 3, 20)]
    small.outbox = [e for e in small.outbox if e["occasion"] not in ("2027-03-12", "2027-03-19")]


WRONGS: dict[str, tuple[Callable[[Small], Any], str]] = {
    "one lost": (lambda s: s.outbox.pop(), "skipped for good"),
    "one lost in the middle": (lambda s: s.outbox.pop(2), "wanted"),
    "one twice": (lambda s: s.outbox.append(deepcopy(s.outbox[0])), "2 reminders in a day"),
    "one mail twice": (
        lambda s: s.outbox.append({**reminder(date(2027, 3, 1), None), "receipt": "<2027-02-26>"}),
        "same",
    ),
    "one not sent": (lambda s: s.outbox[0].update(state="expired"), "not sent"),
    "one without a receipt": (lambda s: s.outbox[0].update(receipt=""), "not sent"),
    "a rung nobody expects": (lambda s: s.outbox.append(reminder(date(2027, 4, 28), 20)), "wanted None"),
    "a day late": (lambda s: s.outbox[0].update(reminder(date(2027, 3, 1), -20)), "wanted"),
    "on a Saturday": (lambda s: s.outbox.append(reminder(date(2027, 2, 27), None)), "out of hours"),
    "on a holiday": (lambda s: s.outbox.append(reminder(date(2027, 3, 26), None)), "out of hours"),
    "a minute early": (lambda s: s.outbox[0].update(reminder(date(2027, 2, 26), -20, "07:59")), "out of hours"),
    "a minute late": (lambda s: s.outbox[0].update(reminder(date(2027, 2, 26), -20, "16:00")), "out of hours"),
    "to another": (lambda s: s.outbox[0].update(recipient="borgmester@ishoej.example"), "borgmester"),
    "after settling": (_settle, "after settling"),
    "not made up for": (_sleep, "skipped for good"),
}


@pytest.mark.parametrize("name", WRONGS)
def test_the_check_sees_what_is_wrong(small: Small, name: str) -> None:
    spoil, words = WRONGS[name]
    spoil(small)
    assert any(words in complaint for complaint in complaints(small)), complaints(small)
