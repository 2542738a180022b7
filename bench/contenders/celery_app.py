"""Celery and Redis, as its manual shows it: a task a message, the official client, prefork with two processes.

Run with a Work as the argument, it puts the tasks into the queue and ends.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from celery import Celery  # type: ignore[import-untyped]
from slack_sdk import WebClient

app = Celery("bench", broker=os.environ["BENCH_BROKER"])
app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True, worker_hijack_root_logger=False)


@cache
def client() -> WebClient:
    return WebClient("xoxb-bench", base_url=os.environ["BENCH_PROVIDER"])


@app.task(name="send")  # type: ignore[untyped-decorator]
def send(channel: str, message: dict[str, Any]) -> None:
    client().chat_postMessage(channel=channel, **message)


if __name__ == "__main__":
    from bench.cards import card, channel_of, recipients, text_of
    from bench.contenders.stage import work_asked

    work = work_asked()
    shown = card(text_of(work.number))
    for person in recipients(work.people, work.each, work.order):
        send.delay(channel_of(person), shown)
