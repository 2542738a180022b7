"""A worker for the kill tests: the product's own sender, with transports that hand over to the stand-in by HTTP."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx

from alliance.deliveries import Parcel, Sender, Uncertain, Undeliverable
from alliance.pacing import UNLIMITED, Rate
from scheduling.sender import keep_sending
from storage.engine import connect
from storage.outbox import leases


class OverHttp:
    """A way out to the stand-in. What was not answered is uncertain; what never left is not."""

    sender = Sender("Tovholder", "tovholder@alliance.example")
    rate: Rate = UNLIMITED

    def __init__(self, channel: str, url: str, *, asked: bool, finds: bool, at_once: int) -> None:
        self.channel, self.can_be_asked, self.at_once, self._finds = channel, asked, at_once, finds
        self._client = httpx.AsyncClient(base_url=url, timeout=20)

    async def send(self, parcel: Parcel) -> str:
        try:
            answer = await self._client.post(f"/send/{quote(parcel.key, safe='')}")
        except httpx.ConnectError as error:
            raise Undeliverable(False, "connect") from error
        except httpx.HTTPError as error:
            raise Uncertain(type(error).__name__) from error
        if answer.status_code == 429:
            raise Undeliverable(False, "busy", float(answer.headers["retry-after"]), park="lane")
        return parcel.key

    async def find(self, parcel: Parcel) -> str | None:
        if not self._finds:  # the control: as if nobody asked
            return None
        answer = await self._client.get(f"/find/{quote(parcel.key, safe='')}")
        return parcel.key if answer.status_code == 200 else None

    async def close(self) -> None:
        await self._client.aclose()


def work(database: str, url: str, lease: float, at_once: int, finds: bool, up: Path, hours: int) -> None:
    """Send until killed, by a clock that is some hours ahead; ``up`` is written when it begins."""
    leases.LEASE = timedelta(seconds=lease)
    ways = {
        "slack": OverHttp("slack", url, asked=True, finds=finds, at_once=at_once),
        "mail": OverHttp("mail", url, asked=False, finds=False, at_once=at_once),
    }
    ahead = timedelta(hours=hours)
    up.touch()
    keep_sending(connect(database), lambda: ways, lambda: datetime.now(UTC) + ahead, threading.Event())
