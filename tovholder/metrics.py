"""Figures for Prometheus, asked of the database at each scrape: right however many processes there are.

What is settled is counted once a process; each scrape reads what came since, and notices where it was not.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine

from storage.bookmarks import bookmark
from storage.engine import reading
from storage.queries import outbox_looking, register
from storage.queries.outbox_amounts import Amount, Counted, amounts

log = logging.getLogger("tovholder.metrics")


class Kept:
    """What a process has counted of the outbox so far, from one scrape to the next."""

    def __init__(self) -> None:
        self.counted: Counted | None = None


def metrics(engine: Engine, now: Callable[[], datetime], kept: Kept | None = None) -> bytes | None:
    """Everything that is measured, in Prometheus' text format; None while the database does not answer.

    Without anything ``kept`` all deliveries are counted.
    """
    registry = CollectorRegistry()
    registry.register(_Asked(engine, now, kept or Kept()))
    try:
        return generate_latest(registry)
    except Exception as error:  # whatever it is, nothing can be measured
        log.warning("nothing can be measured (%s)", type(error).__name__)
        return None


class _Asked(Collector):
    """Asks the database when it is scraped."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], kept: Kept) -> None:
        self._engine, self._now, self._kept = engine, now, kept

    def collect(self) -> Iterator[Metric]:
        now = self._now()
        with reading(self._engine) as connection:
            found, self._kept.counted = amounts(connection, self._kept.counted, now)
            yield from _amounts(found)
            yield _oldest(connection, now)
            yield from _places(connection)

    def describe(self) -> Iterator[Metric]:
        """Nothing is asked before the first scrape."""
        return iter(())


def _amounts(found: Iterable[Amount]) -> Iterator[Metric]:
    state = GaugeMetricFamily("tovholder_deliveries", "Deliveries by channel and state.", labels=["channel", "state"])
    # Not a counter: what a busy provider turns away does not count, so it may fall.
    tried = GaugeMetricFamily("tovholder_send_attempts", "How often deliveries were tried.", labels=["channel"])
    sent = CounterMetricFamily("tovholder_sends", "Deliveries that a provider has accepted.", labels=["channel"])
    lost = CounterMetricFamily("tovholder_given_up", "Deliveries that were given up.", labels=["channel"])
    twice = CounterMetricFamily("tovholder_possible_repeats", "Sent, and perhaps sent before.", labels=["channel"])
    totals: dict[str, dict[str, int]] = {}
    for amount in found:
        state.add_metric([amount.channel, amount.state], amount.count)
        total = totals.setdefault(amount.channel, {"tried": 0, "sent": 0, "given_up": 0, "twice": 0})
        total["tried"] += amount.attempts
        total["twice"] += amount.repeats
        if amount.state in total:
            total[amount.state] += amount.count
    for channel, total in totals.items():
        tried.add_metric([channel], total["tried"])
        sent.add_metric([channel], total["sent"])
        lost.add_metric([channel], total["given_up"])
        twice.add_metric([channel], total["twice"])
    yield from (state, tried, sent, lost, twice)


def _oldest(connection: Connection, now: datetime) -> Metric:
    age = GaugeMetricFamily(
        "tovholder_oldest_open_seconds", "Age of the oldest delivery that is not settled.", labels=["channel"]
    )
    for channel, at in outbox_looking.oldest_open(connection, now).items():
        age.add_metric([channel], max(0.0, (now - at).total_seconds()))
    return age


def _places(connection: Connection) -> Iterator[Metric]:
    tick = GaugeMetricFamily(
        "tovholder_last_tick_timestamp_seconds", "When the clock last rang through.", labels=["alliance"]
    )
    audit = GaugeMetricFamily(
        "tovholder_last_audit_timestamp_seconds", "When the self-audit last ran.", labels=["alliance"]
    )
    found = GaugeMetricFamily("tovholder_audit_findings", "What the self-audit found.", labels=["alliance"])
    for alliance in register.alliances(connection):
        if place := bookmark(connection, alliance.id, "tick"):
            tick.add_metric([alliance.key], place.at.timestamp())
        if place := bookmark(connection, alliance.id, "audit"):
            audit.add_metric([alliance.key], place.at.timestamp())
            found.add_metric([alliance.key], int(place.value or 0))
    yield from (tick, audit, found)
