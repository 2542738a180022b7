"""Trims the schema that ts-json-schema-generator makes of @slack/types to what a message or a view can hold.

``python -m tests.slack_checks.trim < whole.json > tests/slack_checks/block-kit.schema.json`` (README.md).
"""

from __future__ import annotations

import json
import sys
from typing import Any

SURFACES = ("KnownBlock", "ModalView", "HomeView")


def trimmed(schema: dict[str, Any]) -> dict[str, Any]:
    """Keep the definitions that the surfaces reach, without their prose; a view holds only blocks that are known."""
    whole = _bare(schema["definitions"])
    kept: dict[str, Any] = {}
    wanted = list(SURFACES)
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept[name] = whole[name]
            wanted += _referred(whole[name])
    return {"$schema": schema["$schema"], "definitions": dict(sorted(kept.items()))}


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        # AnyBlock also takes any object with a type, so it would take anything.
        return "#/definitions/KnownBlock" if value == "#/definitions/AnyBlock" else value
    return {key: _bare(item) for key, item in value.items() if not (key == "description" and isinstance(item, str))}


def _referred(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for item in value for name in _referred(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"].removeprefix("#/definitions/")] if isinstance(value.get("$ref"), str) else []
    return own + [name for item in value.values() for name in _referred(item)]


if __name__ == "__main__":
    json.dump(trimmed(json.load(sys.stdin)), sys.stdout, separators=(",", ":"), sort_keys=True)
    print()
