"""Stand-ins for what carries messages: they keep what they accepted, fail as the weather has it, deliver nowhere.

What was told, and whether it was right, is judged by what they got, never by our own outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alliance.deliveries import Parcel, Sender, Uncertain, Undeliverable
from alliance.pacing import UNLIMITED, Rate
from scheduling.rehearsal.clock import VirtualClock
from scheduling.rehearsal.faults import Seams

UNTIL_TRIED_AGAIN = 300.0
"""Seconds, of which a lease takes 120: what a process held when it came to harm is in other hands by then."""
SENDER = Sender("Tovholder", "tovholder@alliance.example")


@dataclass(frozen=True)
class Heard:
    """What the words of a parcel say: the obligations it presses (with their rung) and those it only lists.

    ``wrong`` is what it should not have said, as the facts were when it was handed over.
    """

    pressing: Mapping[int, int] = field(default_factory=dict)
    listed: frozenset[int] = frozenset()
    wrong: tuple[str, ...] = ()
    method: str = ""
    sequence: int = 0


@dataclass(frozen=True)
class Arrival:
    """One parcel that a provider accepted, ``at`` by the clock on the wall (aware UTC), ``ran`` in real seconds.

    ``deaths`` is how many processes had died by then.
    """

    at: datetime
    ran: float
    deaths: int
    channel: str
    can_be_asked: bool
    key: str
    delivery_id: int
    address: str
    heard: Heard

    @property
    def kind(self) -> str:
        return self.key.split("/")[1]

    @property
    def about(self) -> str:
        return self.key.split("/")[2]

    @property
    def person(self) -> int:
        return int(self.key.rsplit("/", 1)[1])


@dataclass(frozen=True)
class Trouble:
    """A parcel that was handed over and surely or perhaps did not arrive, why, and what it would have pressed.

    ``in_doubt``: a process of ours came to harm just before, perhaps with this in its hands, and nobody can be asked.
    """

    at: datetime
    person: int
    key: str
    what: str
    pressing: Mapping[int, int] = field(default_factory=dict)
    channel: str = ""
    in_doubt: bool = False


@dataclass(frozen=True)
class Outage:
    """A channel that can be reached by nobody until an instant (aware UTC)."""

    channel: str
    until: datetime
    clock: Callable[[], datetime]

    @property
    def lasts(self) -> bool:
        return self.clock() < self.until


@dataclass
class Ledger:
    """What all providers of a play accepted and refused, in the order it happened.

    ``harmed_at``: when a process last died, stood still or lost its database, in real seconds.
    """

    arrivals: list[Arrival] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    receipts: set[str] = field(default_factory=set)
    in_flight: int = 0
    deaths: int = 0
    harmed_at: float = -UNTIL_TRIED_AGAIN
    out: Outage | None = None
    on_arrival: Callable[[Arrival], None] = lambda _arrival: None

    @property
    def is_out(self) -> str:
        """The channel that is down just now, or nothing."""
        return self.out.channel if self.out and self.out.lasts else ""


class Provider:
    """One channel's stand-in, as one worker sees it; ``ledger`` is the world that all of them write to."""

    def __init__(
        self,
        channel: str,
        clock: VirtualClock,
        seams: Seams,
        ledger: Ledger,
        listen: Callable[[Parcel], Heard],
        *,
        can_be_asked: bool,
        at_once: int = 1,
        rate: Rate = UNLIMITED,
    ) -> None:
        self.channel, self.can_be_asked, self.at_once, self.rate = channel, can_be_asked, at_once, rate
        self._clock, self._seams, self._ledger, self._listen = clock, seams, ledger, listen

    @property
    def sender(self) -> Sender:
        return SENDER

    async def send(self, parcel: Parcel) -> str:
        self._ledger.in_flight += 1
        try:
            return await self._send(parcel)
        finally:
            self._ledger.in_flight -= 1

    async def _send(self, parcel: Parcel) -> str:
        self._seams.check()
        self._seams.step_aside()
        heard = self._listen(parcel)  # what is said was true when it was handed over, or was not
        self._seams.touch_wall()
        self._refuse(parcel, heard)
        await self._hang(parcel, heard)
        self._cut(self._seams.weather.cut_before, "a send")
        receipt = self._accept(parcel, heard)
        self._cut(self._seams.weather.cut_after, "a send that arrived")
        if self._happens("unheard", parcel, heard):
            raise Uncertain("no answer")
        self._seams.step_aside()
        return receipt

    def _accept(self, parcel: Parcel, heard: Heard) -> str:
        arrival = Arrival(
            self._clock(),
            self._clock.ran,
            self._ledger.deaths,
            self.channel,
            self.can_be_asked,
            parcel.key,
            parcel.delivery_id,
            parcel.to_address,
            heard,
        )
        self._ledger.arrivals.append(arrival)
        self._ledger.on_arrival(arrival)
        receipt = f"{self.channel}:{len(self._ledger.arrivals)}"
        self._ledger.receipts.add(receipt)
        return receipt

    def _refuse(self, parcel: Parcel, heard: Heard) -> None:
        if self._ledger.is_out == self.channel:
            self._note("outage", parcel, heard)
            raise Undeliverable(False, "503")
        if self._happens("busy_lane", parcel, heard):
            raise Undeliverable(False, "429", self._seams.chance.choice([1, 30, 600]), park="lane")
        if self._happens("busy_account", parcel, heard):
            raise Undeliverable(False, "429", self._seams.chance.choice([1, 30, 120]), park="account")
        if self._happens("temporary", parcel, heard):
            raise Undeliverable(False, "450")
        if self._happens("permanent", parcel, heard):
            raise Undeliverable(True, "554")
        if self._happens("no_such_address", parcel, heard):
            raise Undeliverable(True, "550", address_is_wrong=True)
        if self._happens("lost", parcel, heard):
            raise Uncertain("no answer")

    async def _hang(self, parcel: Parcel, heard: Heard) -> None:
        if self._happens("hangs", parcel, heard):
            await asyncio.sleep(self._seams.chance.choice([1.0, 20.0, 3600.0]))
            self._seams.check()

    def _happens(self, what: str, parcel: Parcel, heard: Heard) -> bool:
        if not self._seams.happens(getattr(self._seams.weather, what)):
            return False
        self._note(what, parcel, heard)
        return True

    def _note(self, what: str, parcel: Parcel, heard: Heard) -> None:
        person = int(parcel.key.rsplit("/", 1)[1])
        doubt = not self.can_be_asked and self._clock.ran - self._ledger.harmed_at < UNTIL_TRIED_AGAIN
        trouble = Trouble(self._clock(), person, parcel.key, what, heard.pressing, self.channel, doubt)
        self._ledger.troubles.append(trouble)
        self._seams.tell(f"{what}: {parcel.key}")

    def _cut(self, likely: float, where: str) -> None:
        if self._seams.happens(likely):
            self._seams.cut(where)

    async def find(self, parcel: Parcel) -> str | None:
        self._seams.check()
        self._seams.step_aside()
        if self._ledger.is_out == self.channel:
            self._note("outage", parcel, Heard())
            raise Undeliverable(False, "503")
        if self._happens("not_answering", parcel, Heard()):
            if self._seams.chance.random() < 0.5:
                raise Undeliverable(False, "not answering")
            raise Uncertain("no answer")
        for number, arrival in enumerate(self._ledger.arrivals, start=1):
            known = self._clock.ran - arrival.ran >= self._seams.weather.lags
            if known and (arrival.channel, arrival.key) == (self.channel, parcel.key):
                return f"{self.channel}:{number}"
        return None

    async def close(self) -> None:
        """Nothing is kept open."""
