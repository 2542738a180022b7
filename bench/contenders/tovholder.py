"""Ours: the real outbox and the worker's real sender, from claim to receipt, over a lean way out.

``slack`` as a further argument: over the real way out to Slack, in its own dress, without its rate. Everybody's
conversation is known, as it is once they were written to.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from alliance.deliveries import Parcel, Sender
from alliance.pacing import Rate
from bench.cards import channel_of
from bench.contenders.lean import LeanSlack
from bench.contenders.stage import Work, play, work_asked
from bench.planted import LATER, POSTED, WARM_UP
from bench.slack_asking import TEAM, TOKEN
from bot.slack.blocks import dressed
from bot.slack.transport import SlackTransport
from scheduling.sender import keep_sending
from storage.engine import connect, reading
from templates.phrases import Phrases
from tovholder.memory import keep_what_stands

LANE_MARGIN_MS = 2  # a limit rests from when the answer came, later than the provider began to count; ours is rounded


def clock_from(start: datetime) -> Callable[[], datetime]:
    """A clock that shows ``start`` now and runs on."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


class SlacksOwn(SlackTransport):
    """The real way out as it is wired, as fast as it goes; ``after`` so many it calls."""

    rate = Rate()

    def __init__(self, work: Work, after: tuple[int, Callable[[], None]]) -> None:
        everybody = map(channel_of, range(work.people + WARM_UP))
        super().__init__(
            TOKEN,
            Sender("Tovholder", "tovholder@bench.example"),
            lambda parcel: dressed(parcel.message, Phrases(parcel.language)),
            api_url=work.provider,
            conversations={f"{TEAM}/{each}": each for each in everybody},
        )
        self.sent, self._after = 0, after

    async def send(self, parcel: Parcel) -> str:
        receipt = await super().send(parcel)
        self.sent += 1
        if self.sent == self._after[0]:
            self._after[1]()
        return receipt


def send(engine: Engine, work: Work, start: datetime, messages: int, how: str) -> int:
    """Do as a worker does until so many messages have gone out and are written down; the clock begins at ``start``."""
    done = threading.Event()
    gap = work.gap_ms + LANE_MARGIN_MS if work.gap_ms else 0
    after = (messages, done.set)
    lean = how == "lean"
    way = LeanSlack(work.provider, lane_gap_ms=gap, after=after) if lean else SlacksOwn(work, after)
    keep_sending(engine, lambda: {"slack": way}, clock_from(start), done)
    return way.sent


def still_open(engine: Engine) -> int:
    with reading(engine) as connection:
        found: int = connection.exec_driver_sql("SELECT count(*) FROM delivery WHERE state <> 'sent'").scalar_one()
        return found


if __name__ == "__main__":
    asked, how = work_asked(), (sys.argv[2:] or ["lean"])[0]
    database = connect(asked.database)
    assert send(database, asked, POSTED, WARM_UP, how) == WARM_UP
    keep_what_stands()  # as the worker does
    play(lambda: send(database, asked, POSTED + LATER, asked.messages, how))
    assert still_open(database) == 0, "not all that was sent is written down as sent"
