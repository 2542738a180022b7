"""Parts laid on pages: as many as a message, a modal or somebody's page takes, in their order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.limits import BLOCK_WEIGHT, TOP_TEXT, length
from bot.slack.parts import Part
from bot.slack.writing import Block, escaped


def weight_of(block: Block) -> int:
    """Count what a block adds to a message; a table has its own limit, so only its text counts."""
    if block["type"] == "table":
        return BLOCK_WEIGHT
    return length(json.dumps(block, ensure_ascii=False)) + BLOCK_WEIGHT


@dataclass(frozen=True)
class Room:
    """What one page takes: blocks, their weight, and tables."""

    blocks: int
    weight: int
    weigh: Callable[[Block], int] = weight_of
    text: int = TOP_TEXT

    def takes(self, page: Sequence[Any]) -> bool:
        blocks = [block for part in page for block in part.blocks]
        return (
            len(blocks) <= self.blocks
            and sum(block["type"] == "table" for block in blocks) <= 1
            and sum(map(self.weigh, blocks)) <= self.weight
            and sum(length(escaped(part.said)) + 2 for part in page) <= self.text
        )


def pages(found: Iterable[Part], room: Room) -> list[list[Part]]:
    """Lay parts on as few pages as it takes, in their order; there is always one."""
    laid: list[list[Part]] = [[]]
    for part in found:
        if laid[-1] and not room.takes([*laid[-1], part]):
            laid.append([])
        laid[-1].append(part)
    return laid
