"""Long lists a page at a time: ``beslutninger biler side 2``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from alliance.names import fold
from bot.context import read_number

T = TypeVar("T")
WORDS = ("side", "page")


class Page(NamedTuple, Generic[T]):
    """Some of a list, and which of how many pages that is, from 1; one that is not there is the nearest."""

    rows: tuple[T, ...]
    number: int
    pages: int


def asked_page(args: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The words before ``side 2``, and the page; the first where none is asked for."""
    number = read_number(args[-1]) if len(args) > 1 and fold(args[-2]) in WORDS else None
    return (args, 1) if number is None else (args[:-2], number)


def page_of(found: Sequence[T], number: int, size: int) -> Page[T]:
    pages = max(1, -(-len(found) // size))
    number = min(max(number, 1), pages)
    return Page(tuple(found[(number - 1) * size : number * size]), number, pages)
