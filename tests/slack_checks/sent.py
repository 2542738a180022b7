"""What really was sent to Slack in a test, against the three checks: every view, every message, every answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.slack_checks import limits, models, schema

Thing = Mapping[str, Any]
VIEWS = ("views.open", "views.push", "views.update", "views.publish")


def called(method: str, args: Thing) -> list[str]:
    """What Slack would not take of a request of ours."""
    if method in VIEWS:
        return _all_three(dict(args["view"]))
    if method == "chat.update":
        return [*limits.edit_faults(dict(args)), *_message(args)]
    return _message(args) if method in ("chat.postMessage", "chat.postEphemeral") else []


def answered(said: Thing) -> list[str]:
    """What Slack would not take of the answer to a command, a press, a form or a search."""
    if "view" in said:
        return _all_three(dict(said["view"]))
    if "options" in said:
        field = {"type": "static_select", "action_id": "x", "options": said["options"]}
        return [] if not said["options"] else list(limits.element_faults(field))
    return _message(said)


def faults(calls: Iterable[tuple[str, Thing]], answers: Iterable[Thing]) -> list[str]:
    """All that is wrong with what was sent, each payload looked at once."""
    return list(dict.fromkeys(_found(calls, answers)))


def _found(calls: Iterable[tuple[str, Thing]], answers: Iterable[Thing]) -> Iterator[str]:
    seen: set[str] = set()
    for method, args in calls:
        if _is_new(seen, [method, args.get("view"), args.get("text"), args.get("blocks")]):
            yield from (f"{method}: {fault}" for fault in called(method, args))
    for said in answers:
        if _is_new(seen, said):
            yield from (f"answer: {fault}" for fault in answered(said))


def _is_new(seen: set[str], payload: Any) -> bool:
    told = json.dumps(payload, sort_keys=True)
    return told not in seen and not seen.add(told)  # type: ignore[func-returns-value]


def _message(said: Thing) -> list[str]:
    return _all_three({"text": said.get("text", ""), "blocks": list(said["blocks"])}) if said.get("blocks") else []


def _all_three(payload: dict[str, Any]) -> list[str]:
    return [*limits.faults(payload), *models.faults(payload), *schema.faults(payload)]
