"""Slack's side of a slash command: signed requests over one connection that is kept, and how long each answer took."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlencode

SECRET, TOKEN = "0123456789abcdef0123456789abcdef", "xoxb-bench"
TEAM, USER = "tbench", "u0000001"
COMMAND = "sprog"
WORDS = (f"{COMMAND} en", f"{COMMAND} da")
_numbers = count(1)


@dataclass
class Asked:
    """What became of a run: seconds of each answer, and the different answers to each of the words."""

    seconds: list[float] = field(default_factory=list)
    answers: dict[str, set[bytes]] = field(default_factory=dict)


def ask(port: int, times: int) -> Asked:
    """Say the words in turn, one at a time, each time as something new. Raises RuntimeError unless all are answered."""
    line, asked = HTTPConnection("127.0.0.1", port, timeout=30), Asked()
    line.connect()
    try:
        for number in range(times):
            words = WORDS[number % len(WORDS)]
            body, headers = signed(words)
            start = time.perf_counter()
            line.request("POST", "/slack/events", body, headers)
            answer = line.getresponse()
            said = answer.read()
            asked.seconds.append(time.perf_counter() - start)
            if answer.status != 200 or not said:
                raise RuntimeError(f"{words!r} was answered with {answer.status} {said[:200]!r}")
            asked.answers.setdefault(words, set()).add(said)
    finally:
        line.close()
    return asked


def signed(words: str) -> tuple[bytes, dict[str, str]]:
    """A slash command as Slack sends it."""
    number, stamp = next(_numbers), str(int(time.time()))
    fields: dict[str, Any] = {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": TEAM,
        "team_domain": "bench",
        "channel_id": "D0000001",
        "channel_name": "directmessage",
        "user_id": USER,
        "user_name": "person",
        "command": "/tovholder",
        "text": words,
        "api_app_id": "A0000001",
        "is_enterprise_install": "false",
        "response_url": f"http://127.0.0.1:9/commands/{TEAM}/{number}",
        "trigger_id": f"{number}.{stamp}.bench",
    }
    body = urlencode(fields).encode()
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }
