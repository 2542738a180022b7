"""A stand-in for Slack's ``chat.postMessage`` on the loopback: it counts, and it enforces one message a second.

It also says who a token belongs to (``auth.test``), and opens conversations (``conversations.open``); all else posted
to it is a call that failed. Raw asyncio, so that it takes little of the cores it shares with what is measured. Run as
a process of its own; it prints its port. ``GET /counts`` tells what it got, ``GET /reset?gap_ms=1000`` forgets it and
sets the rule (0: none).
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.slack_asking import TEAM

_CHANNEL = re.compile(rb'(?:"channel": ?"|(?:^|&)channel=)([^"&]+)')
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_GAP = re.compile(rb"gap_ms=(\d+)")
_USER = re.compile(rb'(?:"users": ?"|(?:^|&)users=)([^"&]+)')
_IDENTITY = json.dumps(
    {"ok": True, "team_id": TEAM, "user_id": "ubot", "bot_id": "bbot", "url": "", "team": "", "user": ""}
).encode()


@dataclass
class Counts:
    """What the provider saw since it was last reset. ``gap_s``: how long a channel must rest after each message."""

    gap_s: float = 0.0
    connections: int = 0
    calls: int = 0
    rejected: int = 0
    accepted: Counter[bytes] = field(default_factory=Counter)
    last: dict[bytes, float] = field(default_factory=dict)

    def take(self, channel: bytes, now: float) -> bool:
        """Whether a message to the channel is accepted at ``now`` (seconds of a steady clock)."""
        if self.gap_s and now - self.last.get(channel, -self.gap_s) < self.gap_s:
            self.rejected += 1
            return False
        self.last[channel] = now
        self.accepted[channel] += 1
        return True

    def as_json(self) -> bytes:
        per_channel = self.accepted.values()
        return json.dumps(
            {
                "accepted": sum(per_channel),
                "rejected": self.rejected,
                "calls": self.calls,
                "connections": self.connections,
                "channels": len(self.accepted),
                "fewest": min(per_channel, default=0),
                "most": max(per_channel, default=0),
            }
        ).encode()


def _answer(status: bytes, body: bytes, extra: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
    return head % (status, len(body), extra) + body


class Connection(asyncio.Protocol):
    """One client's connection, kept alive unless the client says that it closes."""

    def __init__(self, provider: Provider) -> None:
        self.provider, self.buffer = provider, b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self._one_request():
            pass

    def _one_request(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self.buffer[: end + 2]
        length = _LENGTH.search(head)
        total = end + 4 + (int(length[1]) if length else 0)
        if len(self.buffer) < total:
            return False
        body, self.buffer = self.buffer[end + 4 : total], self.buffer[total:]
        assert self.transport is not None
        self.transport.write(self.provider.answer(head, body, self))
        if b"\r\nconnection: close" in head.lower():
            self.transport.close()
        return True


class Provider:
    """Answers requests from counts of its own."""

    def __init__(self) -> None:
        self.counts = Counts()
        self.posters: set[Connection] = set()

    def answer(self, head: bytes, body: bytes, connection: Connection) -> bytes:
        if head.startswith(b"POST"):
            self.counts.calls += 1
            return self._posted(head.split(b" ", 2)[1].rpartition(b"/")[2], body, connection)
        gap = _GAP.search(head)
        if gap:
            self.counts, self.posters = Counts(gap_s=int(gap[1]) / 1000), set()
        return _answer(b"200 OK", self.counts.as_json())

    def _posted(self, method: bytes, body: bytes, connection: Connection) -> bytes:
        if method == b"chat.postMessage":
            return self._post(body, connection)
        user = _USER.search(body)
        if method == b"auth.test":
            return _answer(b"200 OK", _IDENTITY)
        if method == b"conversations.open" and user is not None:  # a conversation is called as its reader
            return _answer(b"200 OK", b'{"ok":true,"channel":{"id":"%s"}}' % user[1])
        return _answer(b"200 OK", b'{"ok":false,"error":"unknown_method"}')

    def _post(self, body: bytes, connection: Connection) -> bytes:
        found = _CHANNEL.search(body)
        if found is None:
            return _answer(b"200 OK", b'{"ok":false,"error":"invalid_arguments"}')
        if connection not in self.posters:
            self.posters.add(connection)
            self.counts.connections += 1
        if self.counts.take(found[1], time.monotonic()):
            stamp = b"%.6f" % time.time()
            return _answer(b"200 OK", b'{"ok":true,"channel":"%s","ts":"%s"}' % (found[1], stamp))
        return _answer(b"429 Too Many Requests", b'{"ok":false,"error":"ratelimited"}', b"Retry-After: 1\r\n")


async def serve() -> None:
    provider = Provider()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(provider), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it goes away


if __name__ == "__main__":
    asyncio.run(serve())
