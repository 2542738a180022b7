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


def notices(people: list[int]) -> list[Notification]:
    until = local("2027-02-26T16:00")
    lines = (Line(1, -20), Line(2, None))
    found = [reminder(Digest(person, DAY, lines), until) for person in people]
    found += [broadcast('Goddag,\n"alle" æøå {[\']}', "all", DAY, person, "Bo") for person in people]
    found.append(Notification("invitation", "meeting:1", "request:0", people[3], {"a": [1, None]}, strand="meeting:1"))
    found.append(Notification("alert", "audit:silent", "x", people[3], not_by=("slack",)))
    return found


def written(played: Played) -> dict[str, list[str]]:
    dumped = played.dump()
    return {name: dumped[name] for name in WRITTEN}


def test_all_at_once_is_what_one_by_one_is(played: Played, copied: Callable[[str], Engine], databases: Any) -> None:
    alone = Played(copied(databases.demo()))
    found = notices(people(played))
    assert notices(people(alone)) == found
    with writing(played.engine) as connection:
        ids = outbox_bulk.post_many(connection, 1, found, NOW)
    with writing(alone.engine) as connection:
        assert ids == tuple(outbox.post(connection, 1, each, NOW) for each in found)
    assert written(played) == written(alone)


def test_what_was_posted_before_is_passed_over_and_so_is_a_repetition(played: Played) -> None:
    first, second, third, *_ = notices(people(played))
    with writing(played.engine) as connection:
        known = outbox.post(connection, 1, first, NOW)
        ids = outbox_bulk.post_many(connection, 1, [first, second, second, third], NOW)
        assert known and ids[0] is None and ids[1] and ids[2] is None and ids[3]
        assert outbox_bulk.post_many(connection, 1, [first, second, third], NOW) == (None, None, None)
        assert outbox_bulk.post_many(connection, 1, [], NOW) == ()


def test_more_than_fit_one_statement_are_all_posted(played: Played) -> None:
    person = people(played)[0]
    many = [
        replace(broadcast("Hej", "all", DAY, person, "Bo"), occasion=str(n)) for n in range(2 * outbox_bulk.CHUNK + 1)
    ]
    with writing(played.engine) as connection:
        assert len(set(outbox_bulk.post_many(connection, 1, many, NOW))) == len(many)


@pytest.mark.parametrize("lines", [(), (Line(3, 1),)])
def test_lines_join_what_has_been_posted(played: Played, lines: tuple[Line, ...]) -> None:
    person = people(played)[0]
    with writing(played.engine) as connection:
        (posted,) = outbox_bulk.post_many(connection, 1, [reminder(Digest(person, DAY, (Line(1, -20),)), NOW)], NOW)
        assert posted
        outbox_bulk.add_lines(connection, 1, [(posted, person, line) for line in lines])
        assert outbox.lines_of(connection, posted) == (Line(1, -20), *lines)
