"""A PostgreSQL of the benches' own, durable as in production (fsync on), found and started as for the tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.started import until
from tests.servers import User, ordinary_user, programs

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "50",
    "jit": "off",
    "shared_buffers": "256MB",
    "log_min_messages": "panic",
}


@dataclass(frozen=True)
class Server:
    """A running server: its process and where it listens."""

    pid: int
    folder: Path

    def address(self, database: str = "postgres") -> str:
        return f"postgresql://tovholder@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database, a copy of another; returns its address."""
        self._do(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        self._do("CHECKPOINT")  # what the copy wrote is not to be flushed while somebody is measured
        return self.address(database)

    def drop(self, database: str) -> None:
        self._do(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(statement)


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """A server for as long as the block runs. Raises RuntimeError where there is no PostgreSQL."""
    user = ordinary_user()
    with tempfile.TemporaryDirectory(prefix="tovholder_bench_") as name:
        folder = Path(name)
        folder.chmod(0o711)
        place, data = programs(folder, user), folder / "server"
        _make(place, data, user)
        settings = {**SETTINGS, "unix_socket_directories": str(data)}
        running = user.start([place / "postgres", "-D", data, *(f"--{key}={value}" for key, value in settings.items())])
        try:
            found = Server(running.pid, data)
            until(lambda: _answers(found), 60, "PostgreSQL does not answer")
            yield found
        finally:
            running.send_signal(signal.SIGQUIT)
            running.wait(60)


def _make(place: Path, data: Path, user: User) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    os.chown(data, user.uid, user.gid)
    done = user.run([place / "initdb", "-D", data, "-A", "trust", "-U", "tovholder", "-E", "UTF8", "--locale=C"])
    if done.returncode != 0:
        raise RuntimeError(done.stderr)


def _answers(found: Server) -> bool:
    with contextlib.suppress(psycopg.OperationalError):
        psycopg.connect(found.address()).close()
        return True
    return False
