"""What tests of the way out to Slack share: what is to be sent, the ways it may go, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from alliance.deliveries import Parcel, Sender, Transport
from alliance.messages import File, Message, Text
from alliance.notifications import Notification
from alliance.pacing import UNLIMITED, Rate
from bot.slack.transport import SlackTransport
from scheduling.deliver import send_due
from storage import outbox
from storage.changes import register as change
from storage.engine import reading, writing
from storage.tables import tables
from tests.conftest import Played, local
from tests.slack_server import Slack

NOW = local("2027-03-03T08:00")
ANNE = 1
SENDER = Sender("Tovholder", "tovholder@klimaalliancen.example")
QUICK = Rate(lane_gap_ms=10)
PDF = File("dagsorden.pdf", "application/pdf", b"%PDF-1.7 " + bytes(range(256)))
OPEN, POST, HISTORY = "conversations.open", "chat.postMessage", "conversations.history"
LATER = NOW + timedelta(minutes=10)
UPLOAD, COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"


@dataclass(frozen=True)
class Note:
    """A posting as the dress makes it."""

    text: str
    blocks: Sequence[dict[str, Any]] = ()
    files: Sequence[File] = ()


def one(parcel: Parcel) -> list[Note]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": parcel.message.summary}}
    return [Note(parcel.message.summary, [section])]


def parts(count: int, *files: File) -> Callable[[Parcel], list[Note]]:
    return lambda parcel: [Note(f"{n}: {parcel.message.summary}", (), () if n else files) for n in range(count)]


@dataclass
class Post:
    """The way of last resort: it takes everything and keeps it."""

    channel: str = "mail"
    can_be_asked: bool = False
    at_once: int = 4
    rate: Rate = UNLIMITED
    sender: Sender = SENDER
    accepted: list[Parcel] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> str:
        self.accepted.append(parcel)
        return "250 OK"

    async def find(self, parcel: Parcel) -> str | None:
        return None

    async def close(self) -> None:
        """Nothing is kept open."""


def way(slack: Slack, dress: Any = one, rate: Rate = QUICK, **more: Any) -> SlackTransport:
    transport = SlackTransport("xoxb-1", SENDER, dress, api_url=slack.url, **{"timeout": 5.0, **more})
    transport.rate = rate
    return transport


def parcel(key: str = "1/broadcast/all/1/1", to: str = "T1/UANNE", **more: Any) -> Parcel:
    facts: dict[str, Any] = {"to_name": "Anne", "language": "da", "message": Message("Hej", (Text("Hej"),)), "at": NOW}
    return Parcel(1, key, to_address=to, **{**facts, **more})


def add(played: Played, person: int, value: str) -> None:
    with writing(played.engine) as connection:
        change.add_address(connection, 1, person, "slack", value, NOW, verified=True)


def post(played: Played, *people: int, occasion: str = "1", **more: Any) -> None:
    with writing(played.engine) as connection:
        for person in people:
            facts = {"text": f"Hej nummer {occasion}", "by": "Sekretariatet"}
            outbox.post(connection, 1, Notification("broadcast", "audience:all", occasion, person, facts, **more), NOW)


def send(played: Played, *ways: Transport, at: datetime = NOW) -> Counter[str]:
    return send_due(played.engine, {way.channel: way for way in ways}, lambda: at)


def ended(played: Played) -> list[tuple[str, str, str]]:
    return [(record.channel, record.state, record.reason) for record in played.outbox()]


def unreachable(played: Played) -> dict[str, str]:
    address = tables["address"]
    with reading(played.engine) as connection:
        rows = connection.execute(select(address).where(address.c.unreachable_since.is_not(None)))
        return {row.value: row.unreachable_reason for row in rows}
