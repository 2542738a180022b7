"""What slack_sdk's models say to a payload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View


def faults(payload: dict[str, Any]) -> list[str]:
    """Parse a payload as the models do; what they refuse, what they do not know and what they lose on the way."""
    found = [fault for n, block in enumerate(payload["blocks"]) for fault in _block(n, block)]
    if "type" in payload and not found:
        found += _view(payload)
    return found


def _block(number: int, block: dict[str, Any]) -> Iterator[str]:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            yield f"blocks/{number}: no model knows {block.get('type')!r}"
        else:
            yield from _lost(block, parsed.to_dict(), f"blocks/{number}")
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError, KeyError) as refusal:
        yield f"blocks/{number}: {refusal}"


def _view(payload: dict[str, Any]) -> Iterator[str]:
    try:
        yield from _lost(payload, View(**payload).to_dict(), payload["type"])
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError) as refusal:
        yield f"{payload['type']}: {refusal}"


def _lost(ours: Any, theirs: Any, where: str) -> Iterator[str]:
    """What the models did not keep of a payload."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if key in theirs:
                yield from _lost(value, theirs[key], f"{where}/{key}")
            elif value not in (None, []):
                yield f"{where}/{key}: not kept"
    elif isinstance(ours, list) and isinstance(theirs, list):
        for n, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            yield from _lost(one, other, f"{where}/{n}")
        if len(ours) != len(theirs):
            yield f"{where}: {len(ours)} became {len(theirs)}"
    elif ours != theirs and not hasattr(theirs, "to_dict"):
        yield f"{where}: {ours!r} became {theirs!r}"
