"""What the types that Slack publishes say to a payload; how the schema was made: README.md."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

SCHEMA = json.loads(Path(__file__).with_name("block-kit.schema.json").read_text(encoding="utf-8"))
DEFINITIONS = SCHEMA["definitions"]
BLOCKS = {
    (DEFINITIONS[name].get("anyOf") or [DEFINITIONS[name]])[0]["properties"]["type"]["const"]: name
    for name in (ref["$ref"].rpartition("/")[2] for ref in DEFINITIONS["KnownBlock"]["anyOf"])
}
VIEWS = {"modal": "ModalView", "home": "HomeView"}


@cache
def _validator(name: str) -> Draft7Validator:
    return Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": DEFINITIONS})


def faults(payload: dict[str, Any]) -> list[str]:
    """Each block by the type it says it is, and the view around them."""
    found = [fault for n, block in enumerate(payload["blocks"]) for fault in _block(n, block)]
    if "type" in payload:
        found += _against(VIEWS.get(payload["type"], "ModalView"), {**payload, "blocks": []}, payload["type"])
    return found


def _block(number: int, block: dict[str, Any]) -> list[str]:
    name = BLOCKS.get(block.get("type", ""))
    if name is None:
        return [f"blocks/{number}: no type is called {block.get('type')!r}"]
    return _against(name, block, f"blocks/{number}")


def _against(name: str, value: Any, where: str) -> list[str]:
    return [f"{where}/{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in _validator(name).iter_errors(value)]
