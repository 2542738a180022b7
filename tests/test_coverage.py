"""The list of what is served names every row once, in order, and only tests that are there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IDS = [f"B{number:02}" for number in range(1, 67)] + [f"A{number:02}" for number in range(1, 51)]
STATES = {"served", "partly", "not yet", "no behaviour"}
LINES = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [AB]\d\d ", line)
]


@cache
def defined_in(file: str) -> Counter[str]:
    """The tests that a file defines, read and not run; none where there is no file."""
    path = ROOT / file
    if not path.is_file():
        return Counter()
    body = ast.parse(path.read_text(encoding="utf-8")).body
    found = (node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return Counter(name for name in found if name.startswith("test_"))


def test_every_row_is_there_once_and_in_order() -> None:
    assert [line[0] for line in LINES] == IDS


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_a_row_is_shown_by_tests_that_are_there_or_claims_nothing(line: list[str]) -> None:
    _, what, state, shown = line
    named = re.findall(r"`([^`]+)`", shown)
    words = re.sub(r"`[^`]+`", "", shown).strip(" ,;")
    assert what and state in STATES
    assert bool(named) is (state in ("served", "partly")), "what is served names its tests, and nothing else does"
    assert bool(words) is (state == "partly"), "what is missing is said in words, where something is"
    missing = [name for name in named if defined_in(name.partition("::")[0])[name.partition("::")[2]] != 1]
    assert not missing and len(set(named)) == len(named)
