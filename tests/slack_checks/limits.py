"""Our own table of what Slack's pages say: lengths, counts, ids, and what may stand where.

From the Block Kit reference at docs.slack.dev as of November 2026. A length is counted in UTF-16 units, as in the
browser where Slack's own builder counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

LONGEST: dict[tuple[str, str], int] = {
    ("header", "text"): 150,
    ("section", "text"): 3_000,
    ("image", "image_url"): 3_000,
    ("image", "alt_text"): 2_000,
    ("input", "label"): 2_000,
    ("input", "hint"): 2_000,
    ("button", "text"): 75,
    ("button", "value"): 2_000,
    ("button", "url"): 3_000,
    ("button", "accessibility_label"): 75,
    ("option", "text"): 75,
    ("option", "value"): 150,
    ("option", "description"): 75,
    ("plain_text_input", "initial_value"): 3_000,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("modal", "private_metadata"): 3_000,
    ("home", "private_metadata"): 3_000,
    ("modal", "callback_id"): 255,
    ("home", "callback_id"): 255,
    ("message", "text"): 40_000,
} | {
    (kind, "placeholder"): 150
    for kind in ("static_select", "external_select", "plain_text_input", "datepicker", "number_input")
}
COUNTS: dict[tuple[str, str], tuple[int, int]] = {
    ("section", "fields"): (1, 10),
    ("context", "elements"): (1, 10),
    ("actions", "elements"): (1, 25),
    ("static_select", "options"): (1, 100),
    ("radio_buttons", "options"): (1, 10),
    ("checkboxes", "options"): (1, 10),
    ("overflow", "options"): (1, 5),
    ("table", "rows"): (1, 100),
    ("table", "column_settings"): (0, 20),
    ("rich_text", "elements"): (1, 1_000),
    ("message", "blocks"): (1, 50),
    ("modal", "blocks"): (1, 100),
    ("home", "blocks"): (1, 100),
}
NEEDS: dict[str, set[str]] = {
    "header": {"text"},
    "image": {"image_url", "alt_text"},
    "input": {"label", "element"},
    "actions": {"elements"},
    "context": {"elements"},
    "button": {"text", "action_id"},
    "static_select": {"options", "action_id"},
    "external_select": {"action_id"},
    "radio_buttons": {"options", "action_id"},
    "checkboxes": {"options", "action_id"},
    "plain_text_input": {"action_id"},
    "datepicker": {"action_id"},
    "file_input": {"action_id"},
    "option": {"text", "value"},
    "table": {"rows"},
    "rich_text": {"elements"},
    "modal": {"title", "blocks"},
    "home": {"blocks"},
    "message": {"text", "blocks"},
}
PLAIN_ONLY = {
    ("header", "text"),
    ("button", "text"),
    ("input", "label"),
    ("input", "hint"),
    ("modal", "title"),
    ("modal", "submit"),
    ("modal", "close"),
}
COMMON = {"section", "header", "divider", "image", "actions", "context", "rich_text"}
SURFACES = {"message": COMMON | {"table", "markdown"}, "home": COMMON | {"table", "input"}, "modal": COMMON | {"input"}}
INPUTS = {
    "plain_text_input",
    "datepicker",
    "static_select",
    "external_select",
    "radio_buttons",
    "checkboxes",
    "file_input",
}
IN_ACTIONS = {"button", "static_select", "external_select", "datepicker", "radio_buttons", "checkboxes", "overflow"}
STYLES = {"primary", "danger"}
CELLS = {"raw_text", "raw_number", "rich_text"}
EDIT_TEXT = 4_000
"""Bytes of the text that chat.update takes; chat.postMessage takes ten times as much."""
FIELD, TEXT, ID, TABLE_COLUMNS, TABLE_TEXT = 2_000, 3_000, 255, 20, 10_000
MESSAGE_JSON = 13_000
"""Slack refuses a message's blocks as too long at about this many characters; the limit stands on no page."""
VIEW_JSON = 250_000

Thing = dict[str, Any]


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def faults(payload: Thing) -> list[str]:
    """Walk a message or a view; each fault says where it is and what the limit is."""
    surface = payload.get("type", "message")
    top = {**payload, "type": surface}
    return [
        *_thing(top, surface),
        *_surface(payload["blocks"], surface),
        *_ids(payload["blocks"]),
        *_tables(payload["blocks"]),
        *_whole(payload, surface),
        *(fault for n, block in enumerate(payload["blocks"]) for fault in _walk(block, f"blocks/{n}")),
    ]


def element_faults(element: Thing) -> list[str]:
    """Walk one element, whatever it stands in."""
    return list(_walk(element, "element"))


def edit_faults(payload: Thing) -> list[str]:
    """Walk what a message is changed to."""
    size = len(str(payload.get("text", "")).encode("utf-8", "surrogatepass"))
    long = [f"a text of {size} bytes, and a change takes {EDIT_TEXT}"] if size > EDIT_TEXT else []
    return [*long, *(faults(payload) if payload.get("blocks") else [])]


def _walk(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, list):
        for n, item in enumerate(value):
            yield from _walk(item, f"{where}/{n}")
    elif isinstance(value, dict):
        if "type" in value:
            yield from _thing(value, where)
        for key, item in value.items():
            if key in ("options", "initial_options", "initial_option"):
                for option in item if isinstance(item, list) else [item]:
                    yield from _thing({**option, "type": "option"}, f"{where}/{key}")
            yield from _walk(item, f"{where}/{key}")


def _thing(thing: Thing, where: str) -> Iterator[str]:
    """What one object may hold, whatever is around it."""
    kind = thing["type"]
    yield from (f"{where}: {kind} needs {name}" for name in sorted(NEEDS.get(kind, set()) - thing.keys()))
    for name, value in thing.items():
        text = value["text"] if isinstance(value, dict) and isinstance(value.get("text"), str) else value
        most = LONGEST.get((kind, name))
        if most and isinstance(text, str) and length(text) > most:
            yield f"{where}/{name}: {length(text)} characters, at most {most}"
        if (kind, name) in COUNTS:
            least, most = COUNTS[kind, name]
            if not least <= len(value) <= most:
                yield f"{where}/{name}: {len(value)} of them, between {least} and {most}"
        if (kind, name) in PLAIN_ONLY and isinstance(value, dict) and value.get("type") != "plain_text":
            yield f"{where}/{name}: plain text only"
    yield from _special(thing, kind, where)


def _special(thing: Thing, kind: str, where: str) -> Iterator[str]:
    checks = {
        "plain_text": _text,
        "mrkdwn": _text,
        "raw_text": _text,
        "section": _section,
        "button": _button,
        "input": _input,
        "actions": _actions,
        "context": _context,
        "external_select": _select,
        "static_select": _select,
        "radio_buttons": _select,
        "checkboxes": _select,
        "datepicker": _date,
        "file_input": _files,
        "plain_text_input": _typing,
        "option": _option,
        "message": _message,
        "image": _image,
    }
    if kind in checks:
        yield from (f"{where}: {fault}" for fault in checks[kind](thing))
    for name in ("block_id", "action_id"):
        if not 1 <= length(thing.get(name, "x")) <= ID:
            yield f"{where}/{name}: between 1 and {ID} characters"


def _text(thing: Thing) -> Iterator[str]:
    text = thing.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "an empty text"
    elif length(text) > TEXT and thing["type"] != "raw_text":
        yield f"a text of {length(text)} characters, at most {TEXT}"
    if isinstance(text, str) and any("\ud800" <= sign <= "\udfff" for sign in text):
        yield "half a character"
    if thing["type"] == "mrkdwn" and isinstance(text, str) and ("<!" in text or "<@" in text or "<#" in text):
        yield "a mention"


def _section(thing: Thing) -> Iterator[str]:
    if not thing.get("text") and not thing.get("fields"):
        yield "neither text nor fields"
    for field in thing.get("fields", []):
        if length(field.get("text", "")) > FIELD:
            yield f"a field of {length(field['text'])} characters, at most {FIELD}"


def _button(thing: Thing) -> Iterator[str]:
    if "style" in thing and thing["style"] not in STYLES:
        yield f"no style is called {thing['style']!r}"
    if "url" in thing and not thing["url"].startswith(("https://", "http://", "HTTP")):
        yield f"not an address on the web: {thing['url'][:60]!r}"
    if thing.get("value") == "":
        yield "an empty value"


def _image(thing: Thing) -> Iterator[str]:
    if not thing.get("image_url", "").lower().startswith(("https://", "http://")):
        yield "not an address on the web"
    if not thing.get("alt_text", "").strip():
        yield "no words that stand for it"


def _input(thing: Thing) -> Iterator[str]:
    kind = thing.get("element", {}).get("type")
    if kind not in INPUTS:
        yield f"no field is a {kind!r}"


def _actions(thing: Thing) -> Iterator[str]:
    strangers = {element["type"] for element in thing.get("elements", [])} - IN_ACTIONS
    yield from (f"{kind} among buttons" for kind in sorted(strangers))


def _context(thing: Thing) -> Iterator[str]:
    strangers = {element["type"] for element in thing.get("elements", [])} - {"plain_text", "mrkdwn", "image"}
    yield from (f"{kind} in small print" for kind in sorted(strangers))


def _select(thing: Thing) -> Iterator[str]:
    options = thing.get("options", [])
    initial = [*thing.get("initial_options", []), *([thing["initial_option"]] if "initial_option" in thing else [])]
    if thing["type"] != "external_select":
        yield from ("chosen is what is not offered" for option in initial if option not in options)
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        yield "two options with one value"


def _option(thing: Thing) -> Iterator[str]:
    if not thing.get("value"):
        yield "an option without a value"


def _date(thing: Thing) -> Iterator[str]:
    parts = thing.get("initial_date", "2027-01-01").split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(part.isdigit() for part in parts):
        yield f"not a date: {thing['initial_date']!r}"


def _files(thing: Thing) -> Iterator[str]:
    if not 1 <= thing.get("max_files", 1) <= 10:
        yield f"{thing['max_files']} files, between 1 and 10"


def _typing(thing: Thing) -> Iterator[str]:
    if not 0 <= thing.get("min_length", 0) <= thing.get("max_length", 3_000) <= 3_000:
        yield "min_length and max_length between 0 and 3000"
    if thing.get("initial_value") == "":
        yield "an empty initial value"


def _message(thing: Thing) -> Iterator[str]:
    text = thing.get("text", "")
    if not text.strip():
        yield "no text for those who cannot see blocks"
    if "<!" in text or "<@" in text or "<#" in text:
        yield "a mention in the text"


def _surface(blocks: list[Thing], surface: str) -> Iterator[str]:
    for n, block in enumerate(blocks):
        if block.get("type") not in SURFACES.get(surface, set()):
            yield f"blocks/{n}: no {block.get('type')} in a {surface}"
        kind = block.get("element", {}).get("type")
        if kind == "file_input" and surface != "modal":
            yield f"blocks/{n}: files are for modals"


def _ids(blocks: list[Thing]) -> Iterator[str]:
    block_ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    pressed = Counter(
        element.get("action_id")
        for block in blocks
        if block.get("type") in ("actions", "section")
        for element in [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
    )
    yield from (f"two blocks are {id_!r}" for id_, times in block_ids.items() if times > 1)
    yield from (f"two actions are {id_!r}" for id_, times in pressed.items() if times > 1)


def _tables(blocks: list[Thing]) -> Iterator[str]:
    tables = [block for block in blocks if block.get("type") == "table"]
    if len(tables) > 1:
        yield f"{len(tables)} tables, at most one"
    for table in tables:
        rows = table.get("rows", [])
        if len({len(row) for row in rows}) > 1:
            yield "rows of different lengths"
        if any(not 1 <= len(row) <= TABLE_COLUMNS for row in rows):
            yield f"between 1 and {TABLE_COLUMNS} columns"
        cells = [cell for row in rows for cell in row]
        yield from (f"no cell is a {cell.get('type')!r}" for cell in cells if cell.get("type") not in CELLS)
        if sum(map(_cell, cells)) > TABLE_TEXT:
            yield f"more than {TABLE_TEXT} characters in a table"


def _cell(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_cell, value))
    if not isinstance(value, dict):
        return 0
    own = length(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + _cell(value.get("elements", []))


def _whole(payload: Thing, surface: str) -> Iterator[str]:
    others = [block for block in payload["blocks"] if block.get("type") != "table"]
    size = length(json.dumps(others, ensure_ascii=False))
    if surface == "message" and size > MESSAGE_JSON:
        yield f"blocks of {size} characters, at most {MESSAGE_JSON}"
    if surface != "message" and len(json.dumps(payload)) > VIEW_JSON:
        yield f"a view of more than {VIEW_JSON} bytes"
    asks = any(block.get("type") == "input" for block in payload["blocks"])
    if surface == "modal" and asks and "submit" not in payload:
        yield "fields without a submit button"
    if surface == "home" and payload.keys() & {"title", "submit", "close"}:
        yield "a home page has no title and no buttons of its own"
    focused = json.dumps(payload["blocks"]).count('"focus_on_load": true')
    if focused > 1:
        yield "two fields have the focus"
