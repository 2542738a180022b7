"""A mail server in a process of its own (aiosmtpd): it counts what it takes, whatever our database believes.

A mail is taken the moment it is there, and written to a log before anything is answered; then it answers after a
while, so that whoever is killed meanwhile was never told. Some recipients it puts off (451), and of the mails some are
put off, left without an answer, or cut off; which ones hangs on the recipient and how often it was named, so that every
run meets the same ones.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import IO

from aiosmtpd.smtp import SMTP, Envelope, Session

ANSWERS_AFTER = 0.03  # seconds
HANGS_FOR = 30.0
PUT_OFF = "451 4.3.0 Try again later"


def trouble(recipient: str, time_named: int) -> str:
    """What befalls a mail: ``put_off`` to 3 % of all; of the first each, ``hang`` to 1 % and ``drop`` to 3 %."""
    chance = int.from_bytes(hashlib.sha256(f"{recipient}/{time_named}".encode()).digest()[:4]) / 2**32
    if chance < 0.03:
        return "put_off" if chance < 0.015 else "put_off_at_once"
    if time_named == 1 and chance < 0.07:
        return "hang" if chance < 0.04 else "drop"
    return "ok"


class Postmaster:
    """What aiosmtpd asks at each step."""

    def __init__(self, log: IO[str]) -> None:
        self._log = log
        self._named: Counter[str] = Counter()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._named[address] += 1
        if trouble(address, self._named[address]) == "put_off_at_once":
            self._note("-", address, "put_off")
            return PUT_OFF
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,), content = envelope.rcpt_tos, envelope.content
        assert isinstance(content, bytes)
        befalls = trouble(address, self._named[address])
        self._note(str(message_from_bytes(content)["Message-ID"]), address, befalls)
        if befalls == "put_off":
            return PUT_OFF
        await asyncio.sleep(HANGS_FOR if befalls == "hang" else ANSWERS_AFTER)
        if befalls == "drop" and server.transport:
            server.transport.abort()
        return "250 2.0.0 Ok: queued"

    def _note(self, message_id: str, address: str, befalls: str) -> None:
        self._log.write(f"{message_id} {address} {befalls} {time.time()}\n")
        self._log.flush()


async def main(log: Path, port: Path) -> None:
    with log.open("w") as words:
        postmaster = Postmaster(words)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(postmaster, hostname="localhost"), "127.0.0.1", 0)
        ready = port.with_suffix(".new")
        ready.write_text(str(server.sockets[0].getsockname()[1]))
        ready.rename(port)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
