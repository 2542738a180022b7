"""A stand-in for a chat provider, in a process of its own: it counts what arrives, whatever our database believes.

``POST /send/KEY`` is accepted the moment it arrives, and written to a log before anything is answered; then it answers
after a while, so that whoever is killed meanwhile was never told. Some arrivals it refuses as too many, leaves without
an answer, or cuts off; which ones hangs on the key and how often it came, so that every run meets the same ones.
While there is a file ``shut`` beside the log it refuses all, and writes nothing down.
``GET /find/KEY`` tells whether it was accepted.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections import Counter
from pathlib import Path
from typing import IO

ANSWERS_AFTER = 0.1  # seconds
HANGS_FOR = 30.0
WORDS = {200: "OK", 404: "Not Found", 429: "Too Many Requests"}


def trouble(key: str, arrival: int) -> str:
    """What befalls the n-th arrival of a key: ``busy`` to 2 % of all, ``hang`` and ``drop`` to 0.5 % of the first."""
    chance = int.from_bytes(hashlib.sha256(f"{key}/{arrival}".encode()).digest()[:4]) / 2**32
    if chance < 0.02:
        return "busy"
    if arrival == 1 and chance < 0.03:
        return "hang" if chance < 0.025 else "drop"
    return ""


class Provider:
    def __init__(self, log: IO[str], shut: Path, *, gentle: bool) -> None:
        self._log, self._shut, self._gentle = log, shut, gentle
        self._arrivals: Counter[str] = Counter()
        self._accepted: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, path = head.split(b" ", 2)[:2]
                await reader.readexactly(_length(head))
                answer = await (self._send if method == b"POST" else self._find)(path.decode().split("/", 2)[2])
                if answer is None:
                    break
                writer.write(_words(answer))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever was killed does not say goodbye
        finally:
            writer.close()

    async def _send(self, key: str) -> int | None:
        if self._shut.exists():
            return 429
        self._arrivals[key] += 1
        befalls = "" if self._gentle else trouble(key, self._arrivals[key])
        self._log.write(f"{key} {befalls or 'ok'} {time.time()}\n")
        self._log.flush()
        if befalls == "busy":
            return 429
        self._accepted.add(key)
        await asyncio.sleep(HANGS_FOR if befalls == "hang" else ANSWERS_AFTER)
        return None if befalls == "drop" else 200

    async def _find(self, key: str) -> int:
        return 200 if key in self._accepted else 404


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _words(status: int) -> bytes:
    wait = "Retry-After: 1\r\n" if status == 429 else ""
    return f"HTTP/1.1 {status} {WORDS[status]}\r\n{wait}Content-Length: 0\r\n\r\n".encode()


async def main(log: Path, port: Path, *, gentle: bool) -> None:
    with log.open("w") as words:
        server = await asyncio.start_server(Provider(words, log.with_name("shut"), gentle=gentle).serve, "127.0.0.1", 0)
        ready = port.with_suffix(".new")
        ready.write_text(str(server.sockets[0].getsockname()[1]))
        ready.rename(port)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), gentle="gentle" in sys.argv))
