"""What a person reads of blocks, and what Slack sends back of a form that nobody touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

LINK = re.compile(r"<([^|>]+)\|([^>]*)>")
SIGN = re.compile(r"[*~]|(?<!\w)_|_(?!\w)")
SHOWN = ("text", "alt_text", "initial_value", "initial_date")


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def bare(text: str) -> str:
    """A text without its whitespace: where lines end is the reader's screen's business."""
    return "".join(text.split())


def read(blocks: Iterable[Any]) -> str:
    """All that blocks show, in their order, without whitespace; after it where their links lead."""
    shown = list(blocks)
    return bare("".join([*_words(shown), *_addresses(shown)]))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(item)


def _words(blocks: list[Any]) -> Iterator[str]:
    for thing in _objects(blocks):
        if thing.get("type") == "mrkdwn":
            yield unescaped(SIGN.sub("", LINK.sub(r"\2", thing["text"])))
        else:
            yield from (thing[name] for name in SHOWN if isinstance(thing.get(name), str))


def _addresses(blocks: list[Any]) -> Iterator[str]:
    for thing in _objects(blocks):
        if thing.get("type") == "mrkdwn":
            yield from (unescaped(url) for url, _ in LINK.findall(thing["text"]))
        yield from (thing[name] for name in ("url", "image_url") if isinstance(thing.get(name), str))


def sent_back(views: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """``view.state`` of modals in which nobody changed anything."""
    inputs = (block for view in views for block in view["blocks"] if block["type"] == "input")
    return {"values": {b["block_id"]: {b["element"]["action_id"]: _state(b["element"])} for b in inputs}}


def _state(element: dict[str, Any]) -> dict[str, Any]:
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return {"type": kind, "value": element.get("initial_value")}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date")}
        case "checkboxes":
            return {"type": kind, "selected_options": element.get("initial_options", [])}
        case "file_input":
            return {"type": kind, "files": []}
        case _:
            return {"type": kind, "selected_option": element.get("initial_option")}
