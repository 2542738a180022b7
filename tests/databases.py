"""Databases for the tests, of either kind: made empty, copied from one that was prepared, and dropped."""

from __future__ import annotations

import itertools
import shutil
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import URL, Engine
from sqlalchemy.engine import make_url

from storage.engine import connect, writing
from storage.migrate import migrate
from storage.seed import plant_demo
from tests.servers import locked, server

KINDS = ("sqlite", "postgresql")


class Databases(Protocol):
    """Where databases of one kind come from. An address is what DATABASE_URL may be."""

    kind: str

    def create(self) -> str: ...

    def copy(self, address: str) -> str:
        """Of a database that nobody is connected to."""
        ...

    def drop(self, address: str) -> None: ...

    def demo(self) -> str:
        """The demo as it is planted, made once for all processes of the session; copy it, do not change it."""
        ...


def address(engine: Engine) -> str:
    """What DATABASE_URL is for a process of its own that is to use the same database."""
    return engine.url.render_as_string(hide_password=False)


class SqliteDatabases:
    """Files in a folder of this process; the demo's lies in the session's."""

    kind = "sqlite"

    def __init__(self, session: Path, folder: Path) -> None:
        self._session, self._names = session, _Names(f"{folder}/", ".db")

    def create(self) -> str:
        return f"sqlite:///{self._names.take()}"

    def copy(self, address: str) -> str:
        new = self.create()
        shutil.copyfile(_file(address), _file(new))
        return new

    def drop(self, address: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(f"{_file(address)}{ending}").unlink(missing_ok=True)
        self._names.give_back(str(_file(address)))

    def demo(self) -> str:
        file = self._session / "demo.db"
        with locked(self._session / "planting_sqlite"):
            if not file.exists():
                planted = self.create()
                plant(planted)
                shutil.move(_file(planted), file)
        return f"sqlite:///{file}"


def _file(address: str) -> Path:
    return Path(make_url(address).database or "")


class PostgresqlDatabases:
    """Databases of the session's server, named after the session and the process."""

    kind = "postgresql"

    def __init__(self, session: Path, process: str) -> None:
        self._session, self._names = session, _Names(f"{session.name}_{process}_")

    @cached_property
    def _server(self) -> URL:
        return make_url(server(self._session))

    @cached_property
    def _clerk(self) -> psycopg.Connection[Any]:
        plain = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True)

    def create(self, name: str = "") -> str:
        return self._create(name or self._names.take(), "template0")

    def copy(self, address: str) -> str:
        return self._create(self._names.take(), make_url(address).database or "")

    def _create(self, name: str, template: str) -> str:
        self._clerk.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')
        return self._server.set(database=name).render_as_string(hide_password=False)

    def drop(self, address: str) -> None:
        name = make_url(address).database or ""
        self._clerk.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._names.give_back(name)

    def demo(self) -> str:
        noted = self._session / "demo.address"
        with locked(self._session / "planting_postgresql"):
            if not noted.exists():
                planted = self.create(f"{self._session.name}_demo")
                plant(planted)
                noted.write_text(planted)
        return noted.read_text()


class _Names:
    """Names for databases. One that is given back is the next to be taken, so that its engine can be used again."""

    def __init__(self, before: str, after: str = "") -> None:
        self._fresh = (f"{before}{number}{after}" for number in itertools.count(1))
        self._free: list[str] = []

    def take(self) -> str:
        return self._free.pop() if self._free else next(self._fresh)

    def give_back(self, name: str) -> None:
        self._free.append(name)


def plant(address: str) -> None:
    engine = connect(address)
    migrate(engine)
    with writing(engine) as connection:
        plant_demo(connection)
    engine.dispose()
