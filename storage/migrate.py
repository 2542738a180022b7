"""Brings a database to the newest schema, and says which one it has."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage.engine import begun, is_postgresql, writing

HERE = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config


def migrate(engine: Engine) -> None:
    """Upgrade to the newest schema in one transaction, in a writer's turn; running it again changes nothing.

    Two releases that start at once are harmless: the second waits, and finds nothing to do.
    """
    if is_postgresql(engine):
        with writing(engine) as connection:
            _let_it_take_its_time(connection)
            _upgrade(connection)
        return
    with engine.connect() as connection:
        # A table rebuilt under ON DELETE rules would take its children along.
        _foreign_keys(connection, "off")
        with begun(connection, "IMMEDIATE"):
            _upgrade(connection)
        _foreign_keys(connection, "on")


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _let_it_take_its_time(connection: Connection) -> None:
    """An index over years of deliveries takes longer than any request may."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))


def _foreign_keys(connection: Connection, state: str) -> None:
    """Outside any transaction, where alone SQLite heeds it."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={state}")


def at_head(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
