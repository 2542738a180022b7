"""Data of every earlier schema is brought forward: nothing is lost on the way, and the product goes on with it.

``data/schema_0001.json`` and ``data/schema_0002.json`` were written by the code of their time: the demo with six
members (the last commits of the second and of the third issue), in which people answered, reported and got reminders
and, in the second, wrote and approved minutes; then a message to all, of which one had left and one was just being
sent. Contents of mails and papers are cut to their first bytes. ``data/schema_0003.json`` is a small alliance as its
time left it: reminded in Slack and by mail, invited, answered, and a message to all that is just leaving;
``data/schema_0004.json`` is another, in which something was heard in Slack and a code was made;
``data/schema_0005.json`` is that one with a form that was typed into and not sent in; ``data/schema_0009.json`` is that
one, brought forward by the code of its time, in which somebody then gave evidence of a plan, snoozed, chose quiet
hours and said when they are away; ``data/schema_0011.json`` is that one, brought forward again, in which a plan was
then written down and sent in, ``data/schema_0011_shared.json`` one in which people shared what they had learned (and
took one of it back), began a plan and handed something to a colleague.

The others each bring the one before forward by the code of their time and add what was new in it: quiet hours and
days away (0006), a workspace of Slack's (0007), links to sign in by, a session and a mail's buttons (0008), a plan
that was sent in (0010), a question (0012), what a plan reduces (0013), the secretariat's tasks (0015), a framework
condition with who supports it, and an appeal (0016). Where branches met and a schema was never the newest of any commit
(0007, 0008, 0013, 0015), they were written by the code of the next, cut to the tables and columns of that schema.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Date, DateTime, Engine, MetaData, text

from bot.request import Request
from bot.router import handle
from scheduling import ticks
from storage import migrate as migrating
from storage import outbox
from storage.carrying import everything
from storage.engine import is_postgresql, reading, writing
from storage.migrate import at_head, migrate
from tests.conftest import local
from tests.storage.small_alliance import Post

DATA = Path(__file__).parent / "data"
HEAD, *EARLIER = [each.revision for each in ScriptDirectory.from_config(migrating._config()).walk_revisions()]
LEFT = {path.stem: path.stem.split("_")[1] for path in sorted(DATA.glob("*.json"))}
MAYOR, LATER = "borgmester@koege.example", local("2027-03-16T10:00")
Rows = dict[str, list[dict[str, Any]]]
OFTEN = {"schema_0001", "schema_0002", "schema_0003", "schema_0009", "schema_0011_shared", "schema_0012", "schema_0015"}
"""What ``make test`` has time for; the slow suite brings all of them forward."""


def test_every_schema_but_the_newest_left_data_behind() -> None:
    """Whoever adds a schema adds a file with rows of the one before it."""
    assert set(EARLIER) - set(LEFT.values()) == set()


@pytest.fixture(
    params=[
        pytest.param(name, marks=() if name in OFTEN else pytest.mark.slow)
        for name, revision in LEFT.items()
        if revision != HEAD
    ]
)
def given(request: pytest.FixtureRequest) -> tuple[str, Rows]:
    """A revision and the rows that its time left behind."""
    rows: Rows = json.loads((DATA / f"{request.param}.json").read_text(encoding="utf-8"))
    return request.param.split("_")[1], rows


@pytest.fixture
def old(given: tuple[str, Rows], new_database: Callable[[], Engine]) -> Engine:
    """A database of that schema with these rows in it."""
    revision, rows = given
    engine = new_database()
    with writing(engine) as connection:
        config = migrating._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        _load(connection, rows)
    return engine


def _load(connection: Connection, rows: Rows) -> None:
    schema = MetaData()
    schema.reflect(connection)
    for table in schema.sorted_tables:
        if table.name in rows:
            values = [{c.name: _value(c.type, row[c.name]) for c in table.c} for row in rows[table.name]]
            connection.execute(table.insert(), values)
            if is_postgresql(connection):
                last = max(row["id"] for row in values)
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})"))


def _value(kind: object, given: Any) -> Any:
    if isinstance(given, dict) and set(given) == {"bytes"}:
        return bytes.fromhex(given["bytes"])
    if isinstance(kind, DateTime) and given:
        return datetime.fromisoformat(given)
    return date.fromisoformat(given) if isinstance(kind, Date) and given else given


def _as_given(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    return value.isoformat() if isinstance(value, date) else value  # instants are days too


@pytest.mark.slow
def test_every_row_is_kept_and_what_moved_to_another_table_arrived_there(given: tuple[str, Rows], old: Engine) -> None:
    _revision, rows = given
    assert not at_head(old)
    migrate(old)
    assert at_head(old)
    with reading(old) as connection:
        _what_was_shared_arrived(connection, rows)
        for table in (table for table in everything() if table.name != "experience" or table.name in rows):
            before = rows.get(table.name, [])
            after = [dict(row) for row in connection.execute(table.select().order_by(table.c.id)).mappings()]
            assert len(after) == len(before), table.name
            for one, other in zip(before, after, strict=True):
                kept = set(one) & set(other)
                assert len(kept) > 2 and {key: one[key] for key in kept} == {key: _as_given(other[key]) for key in kept}
        if "expires_ms" in rows["notification"][0]:
            _what_moved_arrived(connection, rows)
        if not is_postgresql(connection):  # which checks at every change
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def _what_moved_arrived(connection: Connection, rows: Rows) -> None:
    expires = {row["id"]: row["expires_ms"] for row in rows["notification"]}
    found = connection.execute(text("SELECT notification_id, expires_ms FROM delivery")).all()
    looks = connection.execute(text("SELECT count(*) FROM obligation WHERE next_look IS NULL")).scalar_one()
    uids = connection.execute(text("SELECT uid FROM meeting")).scalars().all()
    assert {row.notification_id: row.expires_ms for row in found} == expires
    assert any(expires.values()) and looks == 0
    assert all(uids) and len(set(uids)) == len(uids)


def _what_was_shared_arrived(connection: Connection, rows: Rows) -> None:
    """Evidence of sharing is in the collection, taken back or not; no other evidence is."""
    shared = [row for row in rows.get("settlement", []) if row["requirement"].startswith("sharing_")]
    found = connection.execute(text("SELECT * FROM experience ORDER BY id")).mappings().all()
    if "experience" not in rows:
        assert [(one["settlement_id"], one["what"], one["link"], one["organisation_id"]) for one in found] == [
            (row["id"], row["what"], row["link"], row["organisation_id"]) for row in shared
        ]
        assert [bool(one["withdrawn_at"]) for one in found] == [bool(row["withdrawn_at"]) for row in shared]


@pytest.mark.slow
def test_the_product_goes_on_and_sends_what_was_open_once(given: tuple[str, Rows], old: Engine) -> None:
    _revision, rows = given
    migrate(old)
    post = Post(can_be_asked=False)
    open_before = [row["id"] for row in rows["delivery"] if row["state"] in ("queued", "sending", "failed")]
    sending = [row["id"] for row in rows["delivery"] if row["state"] == "sending"]
    ticks.tick(old, {"mail": post}, lambda: LATER, move_clock=True)
    with reading(old) as connection:
        records = {record.id: record for record in outbox.deliveries(connection, rows["alliance"][0]["id"])}
    assert len(post.accepted) == len(set(post.accepted)) and len(sending) == 1
    assert {records[number].state for number in open_before} <= {"sent", "withdrawn", "expired"}
    assert {records[number].reason for number in sending} == {"possibly_repeated"}
    assert all(records[row["id"]].state == row["state"] for row in rows["delivery"] if row["id"] not in open_before)
    told = handle(old, Request(MAYOR, "liste", {}, "cli"), LATER)
    answered = handle(old, Request(MAYOR, "svar topmøde ja borgmester", {}, "cli"), LATER)
    assert told.done and "allerede modtaget" in str(answered.message), "the answer of then is known"
