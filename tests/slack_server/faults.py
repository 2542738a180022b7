"""How a request to Slack fails: because Slack says no, or because a test wants it to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Args = Mapping[str, Any]


class SlackError(Exception):
    """What Slack answers with ``ok`` false; ``retry_after`` makes it HTTP's 429."""

    def __init__(self, code: str, retry_after: str | None = None, **more: Any) -> None:
        super().__init__(code)
        self.answer = {"ok": False, "error": code, **more}
        self.retry_after = retry_after


@dataclass(frozen=True)
class Fault:
    """How one request fails.

    ``done``: it is carried out nevertheless, and only the answer is wrong. ``drop`` closes the line without an answer,
    ``hang`` (seconds) comes before the answer, ``body`` is answered as it is instead of JSON.
    """

    error: str = ""
    status: int = 200
    retry_after: str | None = None
    drop: bool = False
    hang: float = 0.0
    done: bool = False
    body: str | None = None
    content_type: str = "text/html"
    more: Mapping[str, Any] = field(default_factory=dict)


def too_many(retry_after: str | None = "1") -> Fault:
    """HTTP 429 with this Retry-After, or without any."""
    return Fault("ratelimited", 429, retry_after)


@dataclass(frozen=True)
class Call:
    """A request that arrived: its arguments, and the fault that befell it."""

    method: str
    args: Args
    fault: Fault | None = None
