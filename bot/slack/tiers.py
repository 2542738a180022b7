"""The limits of single methods: what one takes a minute in a workspace, shared by every process that asks it.

Beside what a conversation and a workspace take (``alliance.pacing``): Slack counts each method for itself, and one that
says "too many" says nothing of the others. The name of such a limit is ``slack:T1:conversations.open``.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from storage.engine import reading, sending
from storage.outbox import limits

GAP_MS = 1_200
"""Milliseconds between two requests of a Tier 3 method: 50 a minute."""
TIER_4_GAP_MS = 600
"""Milliseconds between two requests of a Tier 4 method: 100 a minute."""
TIER_4 = frozenset({"files.getUploadURLExternal", "files.completeUploadExternal", "files.info"})
"""The methods of Tier 4 that have turns; all others that have are of Tier 3."""
BURST = 10
"""How many requests a method that was left alone may catch up with."""
LONGEST_SLEEP = 2.5
"""Seconds that a request waits for its turn where it is; whatever must wait longer comes again later."""
UNSAID = 60.0
"""Seconds of rest where Slack does not say how many."""


@dataclass(frozen=True)
class Tiers:
    """``clock`` gives aware UTC."""

    engine: Engine
    clock: Callable[[], datetime]
    turned_away: Counter[str] = field(default_factory=Counter)

    async def turn(self, team: str, method: str) -> float:
        """Wait for a turn at a method and take it; seconds until one may be had, where that is long, else 0."""
        name, gap_ms = f"slack:{team}:{method}", TIER_4_GAP_MS if method in TIER_4 else GAP_MS
        wait = await asyncio.to_thread(self._charge, name, gap_ms)
        if wait > LONGEST_SLEEP:
            self.turned_away[name] += 1  # each comes back a gap after the one before
            return wait + (self.turned_away[name] - 1) * gap_ms / 1000
        self.turned_away[name] = max(0, self.turned_away[name] - 1)
        await asyncio.sleep(wait)
        return 0.0

    async def rest(self, team: str, method: str, seconds: float | None) -> None:
        """Slack has said that a method was asked too often: nobody asks it for so long."""
        until = self._now_ms + round((seconds or UNSAID) * 1000)
        await asyncio.to_thread(self._shut, f"slack:{team}:{method}", until)

    async def rests(self, team: str, method: str) -> float:
        """Seconds that a method is still to be left alone, 0 where it is not; it is not charged."""
        return await asyncio.to_thread(self._left, f"slack:{team}:{method}")

    @property
    def _now_ms(self) -> int:
        return round(self.clock().timestamp() * 1000)

    def _charge(self, name: str, gap_ms: int) -> float:
        now = self._now_ms
        with sending(self.engine) as connection:
            opens = limits.locked(connection, [name]).get(name, 0)
            wait = max(0, opens - now) / 1000
            if wait <= LONGEST_SLEEP:
                limits.shut(connection, {name: max(opens, now - BURST * gap_ms) + gap_ms})
        return wait

    def _shut(self, name: str, until: int) -> None:
        with sending(self.engine) as connection:
            limits.shut(connection, {name: until})

    def _left(self, name: str) -> float:
        now = self._now_ms
        with reading(self.engine) as connection:
            return max(0, limits.shut_now(connection, now).get(name, 0) - now) / 1000
