"""How a contender's process and the harness talk: "ready", "go", "done" on standard input and output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Work:
    """What is to be sent and where: ``each`` messages to every one of ``people``, in ``order``.

    ``gap_ms`` is what the provider wants between two messages to one channel (0: no rule); ``database`` and
    ``broker`` are addresses, for those who need them.
    """

    provider: str
    people: int
    each: int = 1
    order: str = "round-robin"
    number: int = 0
    gap_ms: int = 0
    database: str = ""
    broker: str = ""

    @property
    def messages(self) -> int:
        return self.people * self.each


def work_asked() -> Work:
    return Work(**json.loads(sys.argv[1]))


def play(act: Callable[[], Any]) -> None:
    """Say that all is ready, wait for the word, act, tell the outcome, and stay until we are let go."""
    print("ready", flush=True)
    if sys.stdin.readline().strip() != "go":
        return
    print(json.dumps(act()), flush=True)
    sys.stdin.readline()
