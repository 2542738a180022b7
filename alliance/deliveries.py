"""What the outbox and a channel's transport say to each other: one parcel, one receipt, two ways to fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alliance.messages import Message


class Undeliverable(Exception):
    """The parcel was surely not sent.

    ``permanent`` says that trying again is no use; ``retry_after`` is the wait the provider asked for, in
    seconds. ``address_is_wrong`` says that nothing can reach the recipient there: only then is the contact shown as
    unreachable. A server that refuses our mail as such says nothing about the address.
    """

    def __init__(
        self,
        permanent: bool,
        reason: str,
        retry_after: float | None = None,
        *,
        address_is_wrong: bool = False,
    ) -> None:
        super().__init__(permanent, reason, retry_after)
        self.address_is_wrong = address_is_wrong
        self.permanent = permanent
        self.reason = reason
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{'never' if self.permanent else 'not yet'} deliverable: {self.reason}"


class Uncertain(Exception):
    """Nobody knows whether the provider accepted the parcel."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Sender:
    """The one mailbox that everything comes from and every calendar answers to: From = ORGANIZER."""

    name: str
    address: str


@dataclass(frozen=True)
class Parcel:
    """One message to one person.

    ``key`` is the same every time this is sent; ``at`` is when it was posted, with its zone; ``thread`` names
    the conversation it belongs to.
    """

    delivery_id: int
    key: str
    to_name: str
    to_address: str
    language: str
    message: Message
    at: datetime
    thread: str | None = None
    alliance_id: int = 0


class Transport(Protocol):
    """A channel's way out; ``can_be_asked`` says whether ``find`` knows anything, ``sender`` whom it sends for."""

    channel: str
    can_be_asked: bool

    @property
    def sender(self) -> Sender: ...

    async def send(self, parcel: Parcel) -> str:
        """Hand the parcel over and return the provider's receipt; raises Undeliverable or Uncertain."""
        ...

    async def find(self, parcel: Parcel) -> str | None:
        """Return the receipt if the provider knows it accepted this parcel, None if it says no."""
        ...

    async def close(self) -> None:
        """Let go of what is kept open; the next send opens it anew."""
        ...


OPEN_STATES = ("queued", "sending", "failed")
BACKOFF_MINUTES = (1, 5, 15, 60, 240)
GIVE_UP_AFTER = timedelta(hours=48)


def retry_at(now: datetime, attempts: int, posted_at: datetime, retry_after: float | None) -> datetime | None:
    """When to try again after ``attempts`` sends that surely failed, or None to give up (48 hours after posting).

    A wait that the provider asked for (seconds) is honoured if it is longer than ours.
    """
    wait = timedelta(minutes=BACKOFF_MINUTES[min(attempts, len(BACKOFF_MINUTES)) - 1])
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=retry_after))
    again = now + wait
    return again if again - posted_at <= GIVE_UP_AFTER else None
