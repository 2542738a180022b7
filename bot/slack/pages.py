"""Parts laid on pages: as many as a message, a modal or somebody's page takes, in their order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import add
from typing import NamedTuple

from bot.slack.limits import BLOCK_WEIGHT, TOP_TEXT, length
from bot.slack.parts import Part
from bot.slack.writing import Block, escaped

_written = json.JSONEncoder(ensure_ascii=False).encode


def weight_of(block: Block) -> int:
    """Count what a block adds to a message; a table has its own limit, so only its text counts."""
    if block["type"] == "table":
        return BLOCK_WEIGHT
    return length(_written(block)) + BLOCK_WEIGHT


class Size(NamedTuple):
    """What parts take of a page."""

    blocks: int = 0
    tables: int = 0
    weight: int = 0
    text: int = 0


@dataclass(frozen=True)
class Room:
    """What one page takes: blocks, their weight, and one table."""

    blocks: int
    weight: int
    weigh: Callable[[Block], int] = weight_of
    text: int = TOP_TEXT

    def size_of(self, part: Part) -> Size:
        return Size(len(part.blocks), part.tables, sum(map(self.weigh, part.blocks)), length(escaped(part.said)) + 2)

    def takes(self, size: Size) -> bool:
        fits = size.blocks <= self.blocks and size.weight <= self.weight and size.text <= self.text
        return fits and size.tables <= 1


def pages(found: Iterable[Part], room: Room) -> list[list[Part]]:
    """Lay parts on as few pages as it takes, in their order; there is always one."""
    laid, used = [list[Part]()], Size()
    for part in found:
        needed = room.size_of(part)
        whole = Size(*map(add, used, needed))
        if laid[-1] and not room.takes(whole):
            laid.append([])
            whole = needed
        laid[-1].append(part)
        used = whole
    return laid
