"""Message to reply over Socket Mode: ours as ``tovholder web`` serves it, beside errbot and slack-machine."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from bench import started
from bench.measure import Cost, measured
from bench.planted import plant_workspace
from bench.rounds import Verdict, interleaved, verdict
from bench.slack_asking import TOKEN

TIMES, WARM_UP = 400, 100
TARGET = 1.0
COMMAND, PRESS = "ours: a command", "ours: a press"
PEERS = started.BIN.parent / "peers"
"""Each peer in an environment of its own: their pins exclude each other's, and ours."""
KEEPS = " that remembers"
BOTS = {"errbot": "slack_errbot", "slack-machine": "slack_machine"}
OURS = {COMMAND: "command", PRESS: "press"}


@dataclass
class Desk:
    """Where it is done; ``p50`` are the medians of each round in seconds, by name."""

    folder: Path
    p50: dict[str, list[float]] = field(default_factory=dict)

    @property
    def template(self) -> Path:
        return self.folder / "talking.db"


@dataclass(frozen=True)
class Slack:
    """The stand-in that talks, in its process."""

    url: str

    def told(self, path: str) -> Any:
        with urlopen(f"{self.url}{path}", timeout=120) as answer:
            return json.load(answer)

    def talk(self, how: str, times: int, patience: float = 30.0) -> Any:
        """Say so many things, and what became of them; raises HTTPError where a reply does not come in time."""
        return self.told(f"/talk?how={how}&times={times}&patience={patience}")

    def is_answered(self, how: str) -> bool:
        """Whether somebody is connected, and replies already."""
        with contextlib.suppress(HTTPError):
            return bool(self.told("/ready")["connected"]) and bool(self.talk(how, 1, 1.0))
        return False


def replies(folder: Path, rounds: int) -> Iterator[Verdict]:
    """Measure in so many rounds; who is not installed is left out."""
    desk = Desk(folder)
    plant_workspace(f"sqlite:///{desk.template}")
    bots = {name: module for name, module in BOTS.items() if (PEERS / name / "bin" / "python").exists()}
    for name in BOTS.keys() - bots.keys():
        print(f"  {name} is left out: it is not installed (make bench does)", file=sys.stderr)
    running: dict[str, Callable[[int], Cost]] = {name: partial(ours, desk, name, how) for name, how in OURS.items()}
    for name, module in bots.items():
        running[name] = partial(bot, desk, name, module, "ping")
        running[f"{name}{KEEPS}"] = partial(bot, desk, f"{name}{KEEPS}", module, "keep")
    costs = interleaved(running, rounds, "replies")
    for name in (name for name in running if name not in OURS):
        for mine in OURS:
            target = TARGET if mine == COMMAND and not name.endswith(KEEPS) else None
            say = partial(verdict, "replies", n=TIMES, costs=costs[mine])
            yield say(f"{mine}, p50 x {name}", ours=desk.p50[mine], other=desk.p50[name], target=target)
            cpu = ([cost.cpu_s for cost in costs[each]] for each in (mine, name))
            yield say(f"{mine}, CPU x {name}", ours=next(cpu), other=next(cpu), target=target)


# ------------------------------------------------------------------------------------------- one run of each


def ours(desk: Desk, name: str, how: str, _round: int) -> Cost:
    """The command that changes a language, answered where it was typed, or beneath a message whose button says it."""
    database = desk.folder / "talked.db"
    shutil.copyfile(desk.template, database)
    with talking() as slack:
        settings = {
            **_environment(),
            "DATABASE_URL": f"sqlite:///{database}",
            "PORT": str(started.free_port()),
            "TOVHOLDER_LOG": "json",
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_APP_TOKEN": "xapp-bench",
            "SLACK_API_URL": f"{slack.url}/api/",
        }
        command = [str(started.BIN / "tovholder"), "web"]
        try:
            with started.process(command, env=settings, stdout=started.NOWHERE) as child:
                return run(desk, slack, name, how, child.pid, ("English", "dansk"))
        finally:
            for file in desk.folder.glob(f"{database.name}*"):
                file.unlink()


def bot(desk: Desk, name: str, module: str, how: str, _round: int) -> Cost:
    """A bot that replies, or that remembers before it replies."""
    with talking() as slack, tempfile.TemporaryDirectory() as folder:
        command = [
            str(PEERS / name.removesuffix(KEEPS) / "bin" / "python"),
            "-m",
            f"bench.contenders.{module}",
            f"{slack.url}/api/",
        ]
        quiet = {"stdout": started.NOWHERE, "stderr": started.NOWHERE, "env": _environment()}
        with started.process([*command, str(Path(folder) / "its")], **quiet) as child:
            return run(desk, slack, name, how, child.pid, ("pong", "kept en", "kept da"))


def run(desk: Desk, slack: Slack, name: str, how: str, pid: int, wanted: tuple[str, ...]) -> Cost:
    """Let it connect and warm up, then count; every reply must be what it should."""
    started.until(lambda: slack.is_answered(how), 60, f"{name} does not reply")
    slack.talk(how, WARM_UP)
    with measured([pid]) as cost:
        told = slack.talk(how, TIMES)
    if not all(any(each in text for each in wanted) for text in told["texts"]):
        raise RuntimeError(f"{name} replied with something else: {told['texts']}")
    desk.p50.setdefault(name, []).append(median(told["seconds"]))
    return cost


@contextlib.contextmanager
def talking() -> Iterator[Slack]:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with started.process([sys.executable, "-m", "bench.replies_provider"], **pipes) as child:
        assert child.stdout is not None
        yield Slack(f"http://127.0.0.1:{int(child.stdout.readline())}")


def _environment() -> dict[str, str]:
    ours = ("TOVHOLDER_", "SLACK_", "SMTP_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}
