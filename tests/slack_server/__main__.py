"""The stand-in as a process of its own: what people would see is written to a log before it is answered."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.slack_server.faults import Args, Fault, too_many
from tests.slack_server.http import served
from tests.slack_server.team import Slack

SEEN = ("chat.postMessage", "files.completeUploadExternal")
HANGS_FOR = 30.0
ANSWERS_AFTER = 0.05  # seconds, so that whoever is killed meanwhile was never told


def trouble(key: str, arrival: int) -> Fault | None:
    """What befalls the n-th arrival of a message: 2 % are too many; of the first, 1 % hang and 3 % are dropped.

    Those that hang or are dropped were taken nevertheless. Always the same for the same key, so that every run meets
    the same ones.
    """
    chance = int.from_bytes(hashlib.sha256(f"{key}/{arrival}".encode()).digest()[:4]) / 2**32
    if chance < 0.02:
        return too_many()
    if arrival == 1 and chance < 0.06:
        return Fault(hang=HANGS_FOR, done=True) if chance < 0.03 else Fault(drop=True, done=True)
    return None


def _troubled(log: Any, *, gentle: bool) -> Slack:
    """A server that writes down everything that people would see, before it answers."""
    arrivals: Counter[str] = Counter()

    def befalls(method: str, args: Args) -> Fault | None:
        if method not in SEEN:
            return None
        key = str(args.get("client_msg_id") or f"{args.get('channel_id')}/{args.get('thread_ts')}")
        arrivals[key] += 1
        return None if gentle else trouble(key, arrivals[key])

    def noted(method: str, args: Args, fault: Fault | None) -> None:
        if method in SEEN:
            befell = "ok" if fault is None else "busy" if fault.status == 429 else "drop" if fault.drop else "hang"
            part = args.get("metadata", {}).get("event_payload", {}).get("part", "file")
            log.write(f"{args.get('channel') or args.get('channel_id')} {part} {befell}\n")
            log.flush()

    return replace(Slack(answers_after=ANSWERS_AFTER), befalls=befalls, noted=noted)


async def main(log: Path, port: Path, *, gentle: bool) -> None:
    with log.open("w") as words:
        async with served(_troubled(words, gentle=gentle)) as url:
            ready = port.with_suffix(".new")
            ready.write_text(url)
            ready.rename(port)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), gentle="gentle" in sys.argv))
