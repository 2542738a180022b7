"""The list of makers, and the decorator that adds to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from alliance.messages import Message

Maker = Callable[..., Message]
M = TypeVar("M", bound=Maker)
MAKERS: dict[str, Maker] = {}


def maker(kind: str) -> Callable[[M], M]:
    """Register a maker: ``(say: Phrases, **facts) -> Message``."""

    def register(make: M) -> M:
        if kind in MAKERS:
            raise ValueError(f"two makers for {kind!r}")
        MAKERS[kind] = make
        return make

    return register
