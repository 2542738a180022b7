"""Dramatiq and Redis: an actor a message, the official client, two processes of eight threads.

Run with a Work as the argument, it puts the messages into the queue and ends.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from slack_sdk import WebClient

dramatiq.set_broker(RedisBroker(url=os.environ["BENCH_BROKER"]))  # type: ignore[no-untyped-call]


@cache
def client() -> WebClient:
    return WebClient("xoxb-bench", base_url=os.environ["BENCH_PROVIDER"])


@dramatiq.actor(queue_name="bench", actor_name="send")
def send(channel: str, message: dict[str, Any]) -> None:
    client().chat_postMessage(channel=channel, **message)


if __name__ == "__main__":
    from bench.cards import card, channel_of, recipients, text_of
    from bench.contenders.stage import work_asked

    work = work_asked()
    shown = card(text_of(work.number))
    for person in recipients(work.people, work.each, work.order):
        send.send(channel_of(person), shown)
