"""A statement that is handed to SQLite as it is says what it says the usual way."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, bindparam, event, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.engine import reading, writing
from storage.queries import actors, handovers, register
from storage.ready import Ready, at_hand, say
from storage.tables import tables

pytestmark = pytest.mark.sqlite
NOW = datetime(2027, 2, 26, 9, 30, 15, 250_000, tzinfo=UTC)
_journal = tables["journal"]
ENTER = Ready(
    insert(_journal),
    *("alliance_id", "at", "person_id", "organisation_id", "on_behalf", "action", "about", "facts"),
)
ENTERED = Ready(
    select(_journal.c.at, _journal.c.person_id, _journal.c.on_behalf, _journal.c.action, _journal.c.facts)
    .where(_journal.c.alliance_id == bindparam("alliance"), _journal.c.about == "a thing")
    .order_by(_journal.c.id)
)
ENTRY: dict[str, Any] = {
    "alliance_id": 1,
    "at": NOW,
    "person_id": None,
    "organisation_id": None,
    "on_behalf": True,
    "action": "æøå",
    "about": "a thing",
    "facts": {"price": "1.234", "odd": ["é", None]},
}


def ignored(*_: object) -> None:
    """Somebody listens, so that it goes the usual way."""


def test_both_ways_write_and_read_the_same(demo: Engine) -> None:
    with writing(demo) as connection:
        assert at_hand(connection) is not None
        assert ENTER.done(connection, **ENTRY) == 1
        straight = list(ENTERED.rows(connection, alliance=1))
        event.listen(connection, "before_cursor_execute", ignored)
        assert at_hand(connection) is None
        assert ENTER.done(connection, **ENTRY) == 1
        usual = list(ENTERED.rows(connection, alliance=1))
    assert [tuple(row) for row in usual] == [tuple(row) for row in straight] * 2
    assert straight[0].at == NOW and straight[0].facts == ENTRY["facts"] and straight[0].on_behalf is True


@pytest.mark.parametrize("address", ["klima@koege.example", "nobody@example.dk"])
def test_who_asks_and_what_they_may_do_is_the_same_both_ways(demo: Engine, address: str) -> None:
    def asked(connection: Any) -> object:
        found = register.whose(connection, address)
        if found is None:
            return None
        alliance, person = found
        day = date(2027, 2, 26)
        return found, actors.actor(connection, alliance, person, day), handovers.held_by(connection, 1, person.id, day)

    with reading(demo) as connection:
        straight = asked(connection)
        event.listen(connection, "before_cursor_execute", ignored)
        assert asked(connection) == straight
    assert (straight is None) == (address == "nobody@example.dk")


def test_what_sqlite_refuses_is_an_error_of_sqlalchemys_and_is_undone_with_the_rest(demo: Engine) -> None:
    with pytest.raises(IntegrityError), writing(demo) as connection:
        ENTER.done(connection, **ENTRY)
        ENTER.done(connection, **{**ENTRY, "person_id": 999_999})
    with reading(demo) as connection:
        assert not ENTERED.rows(connection, alliance=1)


def test_whoever_cannot_have_a_turn_gets_sqlalchemys_error(demo: Engine) -> None:
    with writing(demo) as first, demo.connect() as second:
        assert at_hand(first) is not None
        driver = at_hand(second)
        assert driver is not None
        driver.execute("PRAGMA busy_timeout=1")
        with pytest.raises(OperationalError) as raised:
            say(second, driver, "BEGIN IMMEDIATE")
        driver.execute("PRAGMA busy_timeout=30000")
    assert isinstance(raised.value.orig, sqlite3.OperationalError)
