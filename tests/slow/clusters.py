"""A PostgreSQL server of a test's own that may be crashed, with its writes forced to the disk as in earnest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import User, make_cluster, ordinary_user, programs


@dataclass(frozen=True)
class Cluster:
    place: Path
    data: Path
    user: User

    @property
    def url(self) -> str:
        return f"postgresql://tovholder@/postgres?host={self.data}"

    def control(self, *words: str) -> None:
        options = f"-k {self.data} -c listen_addresses= -c max_connections=100"
        command = [self.place / "pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", "-o", options, *words]
        done = self.user.run(command)
        if done.returncode:
            raise RuntimeError(f"pg_ctl {' '.join(words)}: {done.stdout} {done.stderr}")

    def crash(self) -> None:
        """As if all its processes were killed, then up again with what it had promised to keep."""
        self.control("-m", "immediate", "restart")


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    user = ordinary_user()
    made = Cluster(programs(folder, user), folder / "server", user)
    make_cluster(made.place, made.data, user)
    made.control("start")
    try:
        yield made
    finally:
        made.control("-m", "immediate", "stop")
