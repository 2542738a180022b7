"""Brings a database to the newest schema, and says which one it has."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

HERE = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config


def migrate(engine: Engine) -> None:
    """Upgrade to the newest schema in one transaction; running it again changes nothing.

    Foreign keys are off meanwhile: a table rebuilt under ON DELETE rules would take its children along.
    """
    config = _config()
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection:
        _foreign_keys(connection, "off")
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        _foreign_keys(connection, "on")


def _foreign_keys(connection: Connection, state: str) -> None:
    """Outside any transaction, where alone SQLite heeds it."""
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and driver is not None:
        driver.execute(f"PRAGMA foreign_keys={state}")


def at_head(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
