"""Workers for the kill tests: the product's own sender, and ways out that lead to a stand-in."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx

from alliance.deliveries import BACKOFF_MINUTES, Parcel, Sender, Uncertain, Undeliverable
from alliance.messages import File
from alliance.pacing import UNLIMITED, Rate
from bot.mail.dress import Letterhead
from bot.mail.transport import SmtpTransport
from bot.slack.transport import SlackTransport
from scheduling import ticks
from scheduling.clock import clock
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


def work_by_the_clock(
    database: str, url: str, lease: float, at_once: int, tick_seconds: float, up: Path, ahead: timedelta
) -> None:
    """Plan and send until killed, as a worker does: its own alarms, its own sender, a clock that is so far ahead."""
    leases.LEASE = timedelta(seconds=lease)
    BACKOFF_MINUTES["down"] = (lease / 60,)  # type: ignore[assignment]
    ways = {
        "slack": OverHttp("slack", url, asked=True, finds=True, at_once=at_once),
        "mail": OverHttp("mail", url, asked=False, finds=False, at_once=at_once),
    }
    engine = connect(database)

    def now() -> datetime:
        return datetime.now(UTC) + ahead

    with clock(lambda: ticks.plan(engine, now(), channels=tuple(ways)), tick_seconds).running():
        up.touch()
        keep_sending(engine, lambda: ways, now, threading.Event())


def work_by_mail(database: str, url: str, lease: float, up: Path) -> None:
    """Send by the product's own way to a mail server until killed; what waits is tried again after one lease."""
    leases.LEASE = timedelta(seconds=lease)
    BACKOFF_MINUTES["down"] = (lease / 60,)  # type: ignore[assignment]
    mail = SmtpTransport(url, Letterhead("Tovholder", "tovholder@alliance.example", "", ""), timeout=lease / 2)
    up.touch()
    keep_sending(connect(database), lambda: {"mail": mail}, lambda: datetime.now(UTC), threading.Event())


# ------------------------------------------------------------------------------------------------------ Slack


@dataclass(frozen=True)
class Note:
    """A posting as the dress makes it."""

    text: str
    blocks: Sequence[dict[str, object]] = ()
    files: Sequence[File] = ()


def kinds_of(person: int) -> tuple[bool, bool]:
    """Whether what a person gets has a second message, and a file: every other one something of the kind."""
    return person % 4 == 1, person % 4 == 2


def dress(parcel: Parcel) -> list[Note]:
    further, file = kinds_of(int(parcel.key.rsplit("/", 1)[1]))
    files = [File("referat.pdf", "application/pdf", b"%PDF")] if file else []
    first = Note(parcel.message.summary, files=files)
    return [first, Note("og mere")] if further else [first]


class NeverAsks(SlackTransport):
    """The control: as if nobody asked before sending again."""

    async def find(self, parcel: Parcel) -> str | None:
        return None


def work_on_slack(database: str, url: str, lease: float, finds: bool, up: Path) -> None:
    """Send by the product's own transport until killed; what waits is tried again after one lease, not a minute."""
    leases.LEASE = timedelta(seconds=lease)
    BACKOFF_MINUTES["down"] = (lease / 60,)  # type: ignore[assignment]
    kind = SlackTransport if finds else NeverAsks
    slack = kind("xoxb-1", OverHttp.sender, dress, api_url=url, timeout=lease)
    slack.rate = Rate(lane_gap_ms=50, account_gap_ms=5)  # the provider enforces none here
    up.touch()
    keep_sending(connect(database), lambda: {"slack": slack}, lambda: datetime.now(UTC), threading.Event())
