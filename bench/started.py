"""Starts what a bench needs (provider, Redis, contenders, workers) and ends exactly that again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench.contenders.stage import Work
from bench.measure import tree

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
LONGEST_SECONDS = 600.0
NOWHERE = subprocess.DEVNULL


@dataclass(frozen=True)
class Provider:
    """The stand-in of chat.postMessage in its process."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def counts(self, query: str = "counts") -> dict[str, int]:
        with urlopen(f"http://127.0.0.1:{self.port}/{query}", timeout=30) as answer:
            found: dict[str, int] = json.load(answer)
            return found

    def reset(self, gap_ms: int = 0) -> None:
        self.counts(f"reset?gap_ms={gap_ms}")


@dataclass(frozen=True)
class Ready:
    """A contender at its start line: the processes whose cost counts, and the word that sets it off and waits."""

    roots: list[int]
    go: Callable[[], Any]


@contextlib.contextmanager
def process(command: list[str], **settings: Any) -> Iterator[subprocess.Popen[str]]:
    """A process in a session of its own, stopped with all its children at the end."""
    child = subprocess.Popen(command, cwd=ROOT, text=True, start_new_session=True, **settings)
    try:
        yield child
    finally:
        children = tree([child.pid])
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
                break
        for pid in children[1:]:  # those that outlived their parent
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with process([sys.executable, "-m", "bench.provider"], **pipes) as child:
        assert child.stdout is not None
        yield Provider(int(child.stdout.readline()))


@contextlib.contextmanager
def contender(module: str, work: Work, *arguments: str) -> Iterator[Ready]:
    """One of ``bench.contenders`` that is one process, imported and prepared, waiting for its word."""
    command = [sys.executable, "-m", f"bench.contenders.{module}", json.dumps(asdict(work)), *arguments]
    with process(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        stdin, stdout = child.stdin, child.stdout
        assert stdin is not None and stdout is not None

        def go() -> Any:
            stdin.write("go\n")
            stdin.flush()
            return json.loads(stdout.readline() or "null")

        if stdout.readline().strip() != "ready":
            raise RuntimeError(f"{module} did not start; its words are above")
        yield Ready([child.pid], go)
        with contextlib.suppress(BrokenPipeError):
            stdin.write("end\n")
            stdin.flush()
        if child.wait(30) != 0:
            raise RuntimeError(f"{module} ended badly; its words are above")


# ------------------------------------------------------------------------------------------------- the queues


def has_redis() -> bool:
    return shutil.which("redis-server") is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def redis() -> Iterator[tuple[int, str]]:
    """A Redis without persistence, as generous to the queues as can be: its process and its address."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with process([*command, "--dir", folder], stdout=subprocess.DEVNULL) as child:
            until(lambda: answers(port), 10, "redis-server does not answer")
            yield child.pid, f"redis://127.0.0.1:{port}/0"


def answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


CELERY = ["celery", "-A", "bench.contenders.celery_app", "worker", "-P", "prefork", "-c", "2"]
CELERY += ["--without-gossip", "--without-mingle"]
DRAMATIQ = ["dramatiq", "bench.contenders.dramatiq_app", "-p", "2", "-t", "8", "-Q", "bench"]


@contextlib.contextmanager
def queue(command: list[str], module: str, work: Work, told: Provider, broker: int) -> Iterator[Ready]:
    """A queue's workers, warm and frozen while the messages are queued: neither start nor queueing is counted."""
    environment = {**os.environ, "BENCH_BROKER": work.broker, "BENCH_PROVIDER": work.provider}
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment}

    def put(what: Work) -> None:
        made = [sys.executable, "-m", f"bench.contenders.{module}", json.dumps(asdict(what))]
        subprocess.run(made, cwd=ROOT, env=environment, check=True)

    with process([str(BIN / command[0]), *command[1:]], **quiet) as child:
        told.reset()
        put(Work(work.provider, 40, broker=work.broker))
        until(lambda: told.counts()["accepted"] >= 40, 60, f"{command[0]} does not send")
        time.sleep(0.3)
        workers = tree([child.pid])
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        try:
            put(work)
            told.reset(work.gap_ms)
            yield Ready([child.pid, broker], lambda: _thaw_and_wait(workers, told, work))
        finally:
            _thaw(workers)


def _thaw(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _thaw_and_wait(workers: list[int], told: Provider, work: Work) -> int:
    _thaw(workers)
    until(lambda: told.counts()["accepted"] >= work.messages, LONGEST_SECONDS, "the queue did not drain")
    time.sleep(0.05)  # for the last acknowledgement
    return work.messages


def until(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait until something holds; raises TimeoutError with what it means if it does not."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(otherwise)
        time.sleep(0.02)
