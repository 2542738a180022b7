"""Posting many at once leaves, row by row, what posting each by itself leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select

from alliance.notifications import Notification, broadcast, reminder
from alliance.reminders import Digest, Line
from storage import outbox, outbox_bulk
from storage.changes import register as changes
from storage.engine import writing
from storage.tables import tables
from tests.conftest import Played, local

NOW, DAY = local("2027-02-26T08:00"), date(2027, 2, 26)
WRITTEN = ("notification", "delivery", "reminder_line", "transition")


def people(played: Played) -> list[int]:
    """Three people with a mail address, one with a chat too, one whom nothing reaches."""
    with writing(played.engine) as connection:
        ids = list(connection.execute(select(tables["person"].c.id).limit(5)).scalars())
        changes.add_address(connection, 1, ids[3], "slack", "T1/U042", NOW, verified=True)
        changes.end_addresses(connection, 1, ids[4], "mail", NOW)
    return ids


def notices() -> list[Notification]:
    return [
        reminder(Digest(0, DAY, ()), local("2027-02-26T16:00")),
        broadcast('Goddag,\n"alle" æøå {[\']}', "all", DAY, 0, "Bo"),
        Notification("invitation", "meeting:1", "request:0", 0, {"a": [1, None]}, strand="meeting:1"),
        Notification("alert", "audit:silent", "x", 0, not_by=("slack",)),
    ]


def written(played: Played) -> dict[str, list[str]]:
    dumped = played.dump()
    return {name: dumped[name] for name in WRITTEN}


def test_all_at_once_is_what_one_by_one_is(played: Played, copied: Callable[[str], Engine], databases: Any) -> None:
    alone, lines = Played(copied(databases.demo())), (Line(1, -20), Line(2, None))
    everybody = people(played)
    assert people(alone) == everybody
    for each in notices():
        listed = lines if each.kind == "reminder" else ()
        with writing(played.engine) as connection:
            ids = outbox_bulk.post_to_all(connection, 1, each, everybody, NOW)
            rows = [(ids[person], person, line.obligation_id, line.rung) for person in everybody for line in listed]
            outbox_bulk.add_lines(connection, 1, rows)
        with writing(alone.engine) as connection:
            said = [replace(each, recipient_id=person, lines=listed) for person in everybody]
            assert list(ids.values()) == [outbox.post(connection, 1, one, NOW) for one in said]
    assert written(played) == written(alone)


def test_to_whom_it_was_said_before_it_is_not_said_again(played: Played) -> None:
    said, everybody = notices()[0], people(played)
    with writing(played.engine) as connection:
        outbox.post(connection, 1, replace(said, recipient_id=everybody[1]), NOW)
        assert set(outbox_bulk.post_to_all(connection, 1, said, [*everybody, everybody[0]], NOW)) == {
            person for person in everybody if person != everybody[1]
        }
        assert outbox_bulk.post_to_all(connection, 1, said, everybody, NOW) == {}
        assert outbox_bulk.post_to_all(connection, 1, said, [], NOW) == {}


def test_more_than_fit_one_statement_are_all_told(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_bulk, "CHUNK", 2)
    everybody = people(played)
    with writing(played.engine) as connection:
        assert list(outbox_bulk.post_to_all(connection, 1, notices()[1], everybody, NOW)) == everybody
