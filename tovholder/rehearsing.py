"""``tovholder rehearse``: a year played before it comes, on a copy, with nobody told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from alliance.messages import Button, Buttons, Form, Message
from bot.request import Request
from bot.router import handle
from scheduling.rehearsal.behaviour import Said


def speak(engine: Engine, address: str, words: str, answers: Mapping[str, str], now: datetime) -> Said:
    """Say something through the router that all channels use, and return what it offers to press."""
    reply = handle(engine, Request(address, words, answers, "cli"), now)
    return Said(reply.done, tuple(_offered(reply.message)))


def _offered(message: Message) -> list[str]:
    items = [item for block in message.blocks if isinstance(block, Buttons) for item in block.items]
    items += [button for block in message.blocks if isinstance(block, Form) for button in block.buttons]
    return [item.words for item in items if isinstance(item, Button)]
