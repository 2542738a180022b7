"""What the outbox and a channel's transport say to each other: one parcel, one receipt, two ways to fail."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from alliance.messages import Message
from alliance.pacing import Rate

Cause = Literal["down", "busy", "refused"]
Park = Literal["", "lane", "account"]


class Undeliverable(Exception):
    """The parcel was surely not sent.

    ``permanent`` says that trying again is no use; ``retry_after`` is the wait the provider asked for, in
    seconds. ``address_is_wrong`` says that nothing can reach the recipient there: only then is the contact shown as
    unreachable. A server that refuses our mail as such says nothing about the address. ``cause`` says how soon to
    try again: it was ``down`` (minutes), ``busy`` (when it says; not counted as an attempt) or it ``refused`` what we
    sent (rarely). ``park`` names the limit that a busy provider shuts for all senders. ``not_to_blame`` are deliveries
    whose address was called wrong before it showed that we were meant.
    """

    def __init__(
        self,
        permanent: bool,
        reason: str,
        retry_after: float | None = None,
        *,
        address_is_wrong: bool = False,
        cause: Cause = "down",
        park: Park = "",
        not_to_blame: tuple[int, ...] = (),
    ) -> None:
        super().__init__(permanent, reason, retry_after)
        self.not_to_blame = not_to_blame
        self.address_is_wrong = address_is_wrong
        self.cause: Cause = "busy" if park else cause
        self.park: Park = park
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
    """The one mailbox that everything comes from and every calendar answers to: From = ORGANIZER.

    ``pages`` is where our pages are, which its links lead to; empty where there are none.
    """

    name: str
    address: str
    pages: str = ""

    def writing_for(self, alliance: str) -> Sender:
        """The same mailbox in the name of an alliance: ``Tovholder for Klimaalliancen``."""
        return Sender(f"Tovholder for {alliance}", self.address, self.pages)


@dataclass(frozen=True)
class Parcel:
    """One message to one person.

    ``key`` is the same every time this is sent; ``at`` is when it was posted, with its zone; ``thread`` names
    the conversation it belongs to. ``since`` (aware UTC) is when it may first have been handed over: a provider that
    is asked need not look further back. ``edits`` is the receipt of a message that is to say this from now on, where it
    stands; empty for a new one. ``links`` are the secrets by which the words of its buttons can be said without
    signing in, for a channel that cannot be answered on. ``alliance`` is the name of the alliance that sends it, empty
    where none does.
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
    since: datetime | None = None
    edits: str = ""
    alliance: str = ""
    links: Mapping[str, str] = field(default_factory=dict, repr=False)


class Transport(Protocol):
    """A channel's way out.

    ``can_be_asked`` says whether ``find`` knows anything, ``sender`` whom it sends for, ``at_once`` how many parcels
    may be under way beside each other, ``rate`` how fast its lanes and accounts may be written to.
    """

    channel: str
    can_be_asked: bool
    at_once: int
    rate: Rate

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
BACKOFF_MINUTES: dict[Cause, tuple[int, ...]] = {
    "down": (1, 5, 15, 60, 240),
    "busy": (1,),
    "refused": (15, 60, 240),
}
SPREAD = 0.2
GIVE_UP_AFTER = timedelta(hours=48)


def retry_at(
    now: datetime,
    attempts: int,
    posted_at: datetime,
    retry_after: float | None,
    *,
    cause: Cause = "down",
    seed: str = "",
) -> datetime | None:
    """When to try again after ``attempts`` sends that surely failed, or None to give up (48 hours after posting).

    A wait that the provider asked for (seconds) is honoured: instead of ours if it was busy, else if it is longer.
    ``seed`` spreads the retries of many over a fifth more of the wait, so that they do not come back all at once.
    """
    steps = BACKOFF_MINUTES[cause]
    wait = timedelta(minutes=steps[min(attempts, len(steps)) - 1])
    if retry_after is not None:
        asked = timedelta(seconds=retry_after)
        wait = asked if cause == "busy" else max(wait, asked)
    again = now + wait * (1 + SPREAD * _share(seed))
    return again if now + wait - posted_at <= GIVE_UP_AFTER else None


AGAIN_AFTER = timedelta(hours=24)
MOST_ROUNDS = 3


def may_go_again(rounds: int, given_up_at: datetime, now: datetime, *, new_address: bool) -> bool:
    """Whether what was given up, and whose repetition is harmless, may be queued once more.

    At once where there is an address it was not sent to, else a day after it was given up; three rounds in all.
    Instants aware UTC.
    """
    return rounds < MOST_ROUNDS and (new_address or now - given_up_at >= AGAIN_AFTER)


def _share(seed: str) -> float:
    """A number from 0 to 1 that is always the same for a seed; 0 without one."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) / 2**32 if seed else 0.0
