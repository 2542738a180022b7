"""The shape of the house: imports point downwards only, and each part keeps to its own business."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {"alliance": 1, "templates": 2, "storage": 2, "bot": 3, "scheduling": 3, "tovholder": 4}
MODULES = [p for part in FLOORS for p in sorted((ROOT / part).rglob("*.py")) if "versions" not in p.parts]
CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "time_ns"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """The top-level names a module imports, wherever in it."""
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def part(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_point_downwards_only(path: Path) -> None:
    own = FLOORS[part(path)]
    beside_or_above = {name for name, floor in FLOORS.items() if floor >= own and name != part(path)}
    assert not imported(path) & beside_or_above


def test_no_module_needs_itself_to_be_imported() -> None:
    """A package's own page counts as imported by whoever imports from it: so each can be imported first."""
    known = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in MODULES}
    needs = {name: needed(name, path, set(known)) for name, path in known.items()}
    while free := {name for name, others in needs.items() if not others & needs.keys()}:
        needs = {name: others for name, others in needs.items() if name not in free}
    assert not needs, "these import each other, or what does"


def needed(name: str, path: Path, known: set[str]) -> set[str]:
    """The modules that are run before this one can be, without the packages that it lies in itself."""
    asked = set()
    for node in tree(path).body:
        if isinstance(node, ast.Import):
            asked |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            asked |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    parts = [other.split(".") for other in asked & known]
    found = {".".join(other[: n + 1]) for other in parts for n in range(len(other))}
    return {other for other in found & known if other != name and not name.startswith(f"{other}.")}


def test_the_rules_use_the_standard_library_only() -> None:
    import sys

    for path in (p for p in MODULES if part(p) == "alliance"):
        assert imported(path) <= sys.stdlib_module_names | {"alliance", "__future__"}, named(path)


def test_the_rules_do_no_input_and_output() -> None:
    forbidden = {"os", "pathlib", "socket", "sqlite3", "urllib", "subprocess", "time", "random", "secrets", "logging"}
    for path in (p for p in MODULES if part(p) == "alliance"):
        assert not imported(path) & forbidden, named(path)


def test_only_storage_knows_sql() -> None:
    # The rehearsal breaks the database between any two statements and judges by the rows: it must know them.
    asked = [p for p in MODULES if part(p) != "storage" and "rehearsal" not in p.parts]
    knows = {named(p) for p in asked if imported(p) & {"sqlalchemy", "sqlmodel", "alembic"}}
    for name in knows:  # the others may be handed a connection, and only that
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = [line.strip() for line in text.splitlines() if "sqlalchemy" in line or "sqlmodel" in line]
        allowed = {"Connection", "Engine", "OperationalError", "SQLAlchemyError"}
        assert all(set(line.partition("import ")[2].split(", ")) <= allowed for line in lines), (name, lines)


def test_only_the_settings_read_the_environment() -> None:
    readers = {named(p) for p in MODULES if "os.environ" in (text := p.read_text("utf-8")) or "getenv" in text}
    assert readers == {"tovholder/command_line.py"}


def test_only_the_edges_ask_what_time_it_is() -> None:
    """Everything else is handed ``now``: that is what makes a year playable in minutes."""
    asking = set()
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                owner = ast.unparse(node.func.value)
                if owner.split(".")[-1] in ("datetime", "date", "time", "dt"):
                    asking.add(named(path))
    assert asking == {"tovholder/wiring.py"}


def test_every_function_fits_on_a_screen() -> None:
    long = []
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 50:
                    long.append(f"{named(path)}:{node.name} {length}")
    assert not long


def test_transactions_are_opened_in_one_way() -> None:
    """SQLite's driver opens none by itself: whoever forgot to would write each statement for good."""
    opening = {named(p) for p in MODULES if re.search(r"\b(engine|connection)\.begin\(\)", p.read_text("utf-8"))}
    assert opening == {"storage/engine.py"}
