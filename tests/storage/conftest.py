"""The small alliance, and an empty database of the newest schema: made once for each kind, copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from storage.engine import connect
from storage.migrate import migrate
from tests.databases import Databases
from tests.storage.small_alliance import found


def _once(databases: Databases, prepare: Callable[[Engine], object]) -> Iterator[str]:
    at = databases.create()
    engine = connect(at)
    prepare(engine)
    engine.dispose()
    yield at
    databases.drop(at)


@pytest.fixture(scope="module")
def lived_once(databases: Databases) -> Iterator[str]:
    yield from _once(databases, found)


@pytest.fixture(scope="module")
def empty_once(databases: Databases) -> Iterator[str]:
    yield from _once(databases, migrate)


@pytest.fixture
def lived(lived_once: str, databases: Databases, open_database: Callable[[str], Engine]) -> Engine:
    """The small alliance on the morning of its first reminders, none of them posted yet."""
    return open_database(databases.copy(lived_once))


@pytest.fixture
def empty(empty_once: str, databases: Databases, open_database: Callable[[str], Engine]) -> Engine:
    """A database of the newest schema without a row."""
    return open_database(databases.copy(empty_once))
