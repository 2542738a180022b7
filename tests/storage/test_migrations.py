"""The schema: what the migrations build is what the tables declare, and every row knows its alliance."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, UniqueConstraint, inspect, text
from sqlmodel import SQLModel

from storage import migrate as migrating
from storage.engine import begun, connect, is_postgresql, reading, writing
from storage.migrate import at_head, migrate
from storage.seed import plant_demo
from storage.tables import tables
from tests.databases import address

# Unique below a parent that belongs to one alliance: the parent's id says which.
BELOW_A_PARENT = {
    ("figure", ("report_id", "indicator")),
    ("delivery", ("notification_id", "channel")),
    ("reminder_line", ("notification_id", "obligation_id")),
    ("paper_file", ("paper_id", "copy")),
    ("slack_workspace", ("team",)),  # what is said in a workspace is meant for one alliance
}


CATALOGUE = """
SELECT table_name || '.' || column_name, data_type, is_nullable, coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT conname, conrelid::regclass::text, contype::text, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index ' || indexname, tablename, '', indexdef FROM pg_indexes WHERE schemaname = 'public'
"""


def schema(engine: Engine) -> dict[str, str]:
    """Every table and index as the database keeps it, whatever the order: rebuilding a table of SQLite's turns it."""
    with reading(engine) as connection:
        if is_postgresql(engine):
            return {name: ",".join(sorted(parts)) for name, *parts in connection.execute(text(CATALOGUE))}
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {row.name: ",".join(sorted(re.split(r",\s*\n|\n\)", row.sql))) for row in rows}


def test_an_empty_file_is_brought_to_the_newest_schema(new_database: Callable[[], Engine]) -> None:
    engine = new_database()
    assert not at_head(engine)
    migrate(engine)
    assert at_head(engine)
    assert set(inspect(engine).get_table_names()) == set(tables) | {"alembic_version"}


def test_migrating_twice_changes_nothing(demo: Engine) -> None:
    before = schema(demo)
    with reading(demo) as connection:
        people = connection.execute(tables["person"].select()).all()
    migrate(demo)
    with reading(demo) as connection:
        assert connection.execute(tables["person"].select()).all() == people
    assert schema(demo) == before


@pytest.mark.slow
def test_two_releases_that_start_at_once_are_harmless(new_database: Callable[[], Engine]) -> None:
    engine = new_database()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, [engine, connect(address(engine))]))
    assert at_head(engine)
    with writing(engine) as connection:
        plant_demo(connection)


@pytest.mark.slow
def test_the_migrations_build_what_the_tables_declare(new_database: Callable[[], Engine]) -> None:
    engine = new_database()
    migrate(engine)
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.slow
def test_checks_and_partial_indexes_are_in_the_file_too(new_database: Callable[[], Engine]) -> None:
    """What a comparison of columns does not look at."""
    migrated, declared = new_database(), new_database()
    migrate(migrated)
    with writing(declared) as connection:
        SQLModel.metadata.create_all(connection)
    by_migration, by_tables = inspect(migrated), inspect(declared)
    for name in tables:
        for look in ("get_check_constraints", "get_indexes", "get_unique_constraints", "get_foreign_keys"):
            got, wanted = (sorted(map(as_text, getattr(i, look)(name))) for i in (by_migration, by_tables))
            assert got == wanted, f"{name}: {look}"


def as_text(found: Mapping[str, Any]) -> str:
    options = {key: str(value) for key, value in found.get("dialect_options", {}).items()}
    return str({**found, "dialect_options": options})


@pytest.mark.slow
def test_down_and_up_again_gives_the_same_schema(new_database: Callable[[], Engine]) -> None:
    engine = new_database()
    migrate(engine)
    before = schema(engine)
    down(engine)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrate(engine)
    assert schema(engine) == before
    with writing(engine) as connection:
        plant_demo(connection)


def down(engine: Engine) -> None:
    config = migrating._config()
    config.stdout = io.StringIO()
    with engine.connect() as connection, begun(connection, "IMMEDIATE"):
        config.attributes["connection"] = connection
        command.downgrade(config, "base")


@pytest.mark.slow
@pytest.mark.sqlite
def test_foreign_keys_are_on_again_after_migrating(new_database: Callable[[], Engine]) -> None:
    engine = new_database()
    migrate(engine)
    with reading(engine) as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


OF_THE_INSTALLATION = {"alliance", "bucket"}  # a provider's limit is shared by all who use the workspace


@pytest.mark.parametrize("name", sorted(set(tables) - OF_THE_INSTALLATION))
def test_every_row_knows_its_alliance(name: str) -> None:
    column = tables[name].c.get("alliance_id")
    assert column is not None and not column.nullable
    assert [key.target_fullname for key in column.foreign_keys] == ["alliance.id"]


def unique_keys() -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for table in tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                found.append((table.name, tuple(column.name for column in constraint.columns)))
        found += [(table.name, tuple(c.name for c in index.columns)) for index in table.indexes if index.unique]
    return sorted(set(found))


@pytest.mark.parametrize(("table", "columns"), unique_keys())
def test_every_unique_key_is_unique_within_its_alliance(table: str, columns: tuple[str, ...]) -> None:
    """One installation serves several alliances: what one uses, another may use too."""
    assert "alliance_id" in columns or (table, columns) in BELOW_A_PARENT or table in OF_THE_INSTALLATION


def test_the_keys_below_a_parent_are_still_there() -> None:
    assert set(unique_keys()) >= BELOW_A_PARENT
