"""The sender: claim, write, send, settle. One loop; each of its turns at the database is one worker-thread hop.

The promise: planned once, claimed by one holder of a fenced lease, sent at least once until it is sent, given up,
withdrawn or expired. After an interruption the provider is asked before anything is sent again; a repeat therefore
needs an interruption between the provider's acceptance and our record of it, and a provider that cannot be asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from alliance.deliveries import Transport
from alliance.pacing import UNLIMITED
from scheduling import stopwatch
from scheduling.outcomes import Outcome, carry, settle_all, too_late
from scheduling.parcels import Outgoing, parcels
from scheduling.steady import time_for_leases
from storage import outbox
from storage.engine import sending
from storage.outbox import leases

log = logging.getLogger("tovholder.deliver")

MOST_AT_A_TURN = 64
QUICK, SLOW = 0.03, 0.1  # seconds of writing words in one turn: the truth they are checked against must not grow old
GATHER = 0.05  # seconds that finished sends wait for others, so that many are settled in one turn
LOOK_MEANWHILE = 0.5  # seconds
NOT_WRITTEN = "not_written"  # why something that was taken is put back
STALE = 0.25  # of a lease: with what carrying may take (outcomes.PART_OF_LEASE) it is still ours at the end
PATIENCE = (0.2, 1.0, 3.0, 10.0, 20.0)  # seconds between tries while the database is away


def send_due(engine: Engine, transports: Mapping[str, Transport], clock: Callable[[], datetime]) -> Counter[str]:
    """Send everything that is due, in an event loop of its own; returns how many deliveries ended how."""

    async def once() -> Counter[str]:
        try:
            return await deliver(engine, transports, clock)
        finally:  # a connection belongs to its loop and must not outlive it
            for transport in transports.values():
                await transport.close()

    return asyncio.run(once())


async def deliver(
    engine: Engine,
    transports: Mapping[str, Transport],
    clock: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
) -> Counter[str]:
    """Send everything that is due, and return how many deliveries ended in which outcome.

    A parcel leaves as soon as it is written, and is written from the truth of that moment: only as many are claimed
    as may be under way at once. Once ``stopping`` says so nothing more is claimed.
    """
    sender = _Sender(engine, transports, clock, stopping)
    try:
        return await sender.run()
    except Exception:
        await sender.finish()
        raise
    finally:
        for task in sender.under_way:
            task.cancel()


async def deliver_one(
    engine: Engine, transports: Mapping[str, Transport], delivery_id: int, clock: Callable[[], datetime]
) -> str:
    """Send one delivery, whoever calls this and however often: all that a foreign job system would need.

    Returns ``done`` (it is closed, or is no longer true), ``later`` (not its turn: not yet due, held by another
    sender, behind another of its strand, or its limit is shut), or what became of it: ``sent``, ``failed`` …
    """
    taken_at = stopwatch.seconds()
    outgoing = await asyncio.to_thread(_take_one, engine, transports, delivery_id, clock)
    if isinstance(outgoing, str):
        return outgoing
    outcome = await _carry_in_time(transports, outgoing, clock, taken_at)
    await asyncio.to_thread(_settle, engine, [outcome])
    return outcome.name


async def _carry_in_time(
    transports: Mapping[str, Transport], outgoing: Outgoing, clock: Callable[[], datetime], taken_at: float
) -> Outcome:
    """Hand one over, unless we stood still since it was taken (by the stopwatch, before it was claimed)."""
    if stopwatch.seconds() - taken_at > leases.LEASE.total_seconds() * STALE:
        return too_late(outgoing, clock())
    return await carry(transports[outgoing.claim.channel], outgoing, clock)


def _take_one(
    engine: Engine, transports: Mapping[str, Transport], delivery_id: int, clock: Callable[[], datetime]
) -> Outgoing | str:
    rates = {name: transport.rate for name, transport in transports.items()}
    with sending(engine) as connection:
        claim = outbox.claim_one(connection, delivery_id, clock(), rates, over_by=time_for_leases(clock))
    if isinstance(claim, str):
        return claim
    try:
        with sending(engine) as connection:
            written = parcels(connection, [claim], transports, clock(), apart=True)  # else it is refused for ever
            closed = not written and not outbox.is_open(connection, delivery_id)
    except SQLAlchemyError:
        with contextlib.suppress(SQLAlchemyError):  # it is away: then the lease must run out
            _put_back(engine, [claim], clock())
        raise
    return written[0] if written else "done" if closed else "later"


def _put_back(engine: Engine, claims: list[outbox.Claim], now: datetime) -> None:
    """Surely none of them was sent: were they left to their leases, they would count as perhaps sent."""
    with sending(engine) as connection:
        for claim in claims:
            outbox.put_back(connection, claim, now, now, NOT_WRITTEN)


def _settle(engine: Engine, outcomes: list[Outcome]) -> None:
    with sending(engine) as connection:
        _settle_in(connection, outcomes)


def _settle_in(connection: Connection, outcomes: list[Outcome]) -> None:
    if others := settle_all(connection, outcomes):
        log.warning("%s deliveries were settled by somebody else meanwhile", others)


@dataclass
class _Turn:
    """What one turn at the database brought: whether anything was claimed, and what is to go out."""

    claimed: int
    outgoing: list[Outgoing]
    taken_at: float


@dataclass
class _Sender:
    """One run of the sender: what is under way, what came back and is not yet written down, what has no words yet."""

    engine: Engine
    transports: Mapping[str, Transport]
    clock: Callable[[], datetime]
    stopping: Callable[[], bool]
    outcomes: Counter[str] = field(default_factory=Counter)
    under_way: dict[asyncio.Task[None], str] = field(default_factory=dict)
    finished: list[Outcome] = field(default_factory=list)
    unwritten: list[outbox.Claim] = field(default_factory=list)
    fault: BaseException | None = None
    at_a_turn: int = 32
    apart: bool = False
    enough: int = 1
    something: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> Counter[str]:
        while True:
            turn = await self._turn_patiently()
            for outgoing in turn.outgoing:
                self._start(outgoing, turn.taken_at)
            if not turn.claimed and not self.under_way and not self.finished:
                return self.outcomes
            if self.under_way and not (turn.claimed and self._has_room()):
                await self._gather()
            if self.fault is not None:
                raise self.fault

    # ------------------------------------------------------------------------------- turns at the database

    async def _turn_patiently(self) -> _Turn:
        """One turn; while the database is away, what came back is kept and tried again."""
        waits: Iterator[float] = iter(PATIENCE)
        while True:
            finished = list(self.finished)
            try:
                turn = await asyncio.to_thread(self._turn, finished)
            except SQLAlchemyError as error:
                wait = next(waits, None)
                if wait is None:
                    raise
                self.apart = True  # in case it is not away but refuses the words of one delivery
                log.warning("the database fails us (%s); trying again in %s s", type(error).__name__, wait)
                await asyncio.sleep(wait)
                continue
            del self.finished[: len(finished)]
            self.apart = False
            return turn

    async def finish(self) -> None:
        """Something is wrong with us: what is under way is waited for, and what came back is still written down."""
        if self.under_way:
            await asyncio.wait(self.under_way)
        if self.finished:
            await asyncio.to_thread(_settle, self.engine, self.finished)
        if self.unwritten:
            await asyncio.to_thread(_put_back, self.engine, self.unwritten, self.clock())

    def _turn(self, finished: list[Outcome]) -> _Turn:
        """Write down what finished, claim what there is room for, and put it into words."""
        if self.unwritten:
            _put_back(self.engine, self.unwritten, self.clock())
            self.unwritten.clear()
        taken_at = stopwatch.seconds()
        if any(outcome.shuts_a_limit for outcome in finished):
            # In a transaction of its own: two senders that shut limits and charge others would wait for each other.
            _settle(self.engine, finished)
            finished = []
        with sending(self.engine) as connection:
            if finished:
                _settle_in(connection, finished)
            claims = self._claim(connection)
            if claims and not self._limited:
                return _Turn(len(claims), self._write(connection, claims), taken_at)
        if not claims:
            return _Turn(0, [], taken_at)
        self.unwritten += claims  # until they are: their lease is ours by now
        with sending(self.engine) as connection:  # anew: who holds a limit must not hold it while words are found
            written = self._write(connection, claims)
        self.unwritten.clear()
        return _Turn(len(claims), written, taken_at)

    @property
    def _limited(self) -> bool:
        return any(transport.rate != UNLIMITED for transport in self.transports.values())

    def _claim(self, connection: Connection) -> list[outbox.Claim]:
        claims: list[outbox.Claim] = []
        for channel, transport in self.transports.items():
            at_most = min(self._room(channel), self.at_a_turn - len(claims))
            if at_most > 0 and not self.stopping():
                now, over_by = self.clock(), time_for_leases(self.clock)
                claims += outbox.claim(
                    connection, now, [channel], at_most=at_most, rate=transport.rate, over_by=over_by
                )
        return claims

    def _write(self, connection: Connection, claims: list[outbox.Claim]) -> list[Outgoing]:
        begun = stopwatch.seconds()
        written = parcels(connection, claims, self.transports, self.clock(), apart=self.apart)
        self._learn(stopwatch.seconds() - begun, len(claims))
        if len(written) < len(claims):
            self.outcomes["not_sent"] += len(claims) - len(written)
        return written

    def _learn(self, took: float, claims: int) -> None:
        """Claim fewer at a turn when their words take long, more when they are quick."""
        if took > SLOW:
            self.at_a_turn = max(1, self.at_a_turn // 2)
        elif took < QUICK and claims >= self.at_a_turn:
            self.at_a_turn = min(MOST_AT_A_TURN, self.at_a_turn * 2)

    def _room(self, channel: str) -> int:
        return self.transports[channel].at_once - sum(1 for name in self.under_way.values() if name == channel)

    def _has_room(self) -> bool:
        return any(self._room(channel) > 0 for channel in self.transports)

    # -------------------------------------------------------------------------------------------- sending

    def _start(self, outgoing: Outgoing, taken_at: float) -> None:
        task = asyncio.create_task(self._carry(outgoing, taken_at))
        self.under_way[task] = outgoing.claim.channel
        task.add_done_callback(self._done)

    async def _carry(self, outgoing: Outgoing, taken_at: float) -> None:
        outcome = await _carry_in_time(self.transports, outgoing, self.clock, taken_at)
        self.outcomes[outcome.name] += 1
        self.finished.append(outcome)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self.under_way[task]
        if not task.cancelled() and task.exception() is not None:
            self.fault = task.exception()
        if not self.under_way or len(self.finished) >= self.enough or self.fault is not None or task.cancelled():
            self.something.set()

    async def _gather(self) -> None:
        """Wait until something is finished, and a moment longer for what is about to be."""
        if not self.finished and self.fault is None:
            # One that hangs must not keep the others waiting: where there is room, what is due is looked at meanwhile.
            await self._wait(1, LOOK_MEANWHILE if self._has_room() else None)
        all_of_them = len(self.under_way) + len(self.finished)
        if len(self.finished) < all_of_them and self.fault is None:
            await self._wait(all_of_them, GATHER)

    async def _wait(self, enough: int, seconds: float | None) -> None:
        """Wait until so many are finished or one cannot be; those between wake nobody."""
        self.enough = enough
        self.something.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.something.wait(), seconds)
