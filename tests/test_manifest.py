"""The manifest asks for what the code uses and the docs explain, and for nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.installing import BACK, SCOPES

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads(Path(__file__).with_name("manifest.schema.json").read_text(encoding="utf-8"))
MANIFESTS = ("manifest.yaml", "manifest.socket.yaml")
NEEDS = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.open": "im:write",
    "conversations.history": "im:history",
    "conversations.replies": "im:history",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "users.info": "users:read",
}
NO_SCOPE = {"auth.test", "oauth.v2.access", "views.open", "views.push", "views.update", "views.publish"}
OF_NO_METHOD = {"commands", "users:read.email"}  # the slash command; a field of what users.info tells


def listed(under: str) -> set[str]:
    """The entries of a list in the manifest."""
    manifest = (ROOT / "manifest.yaml").read_text(encoding="utf-8")
    found = re.search(rf"^ +{under}:\n((?: +- .+\n)+)", manifest, re.MULTILINE)
    assert found, under
    return set(re.findall(r"- (\S+)", found[1]))


def manifest(name: str) -> dict[str, Any]:
    """A manifest, read: the part of YAML that ours are written in, and nothing beside it."""
    lines = [line.partition(" #")[0].rstrip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    told, rest = _mapping([line for line in lines if line.strip() and not line.startswith("#")], 0)
    assert not rest, rest
    return told


def _mapping(lines: list[str], indent: int) -> tuple[dict[str, Any], list[str]]:
    found: dict[str, Any] = {}
    while lines and _indent(lines[0]) == indent and not lines[0].lstrip().startswith("- "):
        key, _, value = lines[0].strip().partition(":")
        assert key not in found and (not value or value.startswith(" ")), lines[0]
        lines = lines[1:]
        if value:
            found[key] = _scalar(value.strip())
        elif lines and lines[0].lstrip().startswith("- "):
            found[key], lines = _list(lines, _indent(lines[0]))
        else:
            found[key], lines = _mapping(lines, _indent(lines[0]))
    return found, lines


def _list(lines: list[str], indent: int) -> tuple[list[Any], list[str]]:
    found: list[Any] = []
    while lines and _indent(lines[0]) == indent and lines[0].lstrip().startswith("- "):
        item = lines[0].lstrip().removeprefix("- ")
        if re.match(r"\w+: ", item):
            told, lines = _mapping([" " * (indent + 2) + item, *lines[1:]], indent + 2)
            found.append(told)
        else:
            found.append(_scalar(item))
            lines = lines[1:]
    return found, lines


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _scalar(value: str) -> Any:
    if value in ("true", "false"):
        return value == "true"
    if value.startswith('"'):
        return json.loads(value)
    assert not re.search(r"^[\[{&*!|>%@`']|: ", value) and not value.isdecimal(), f"{value!r} wants quotes"
    return value


def code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot/slack").glob("*.py")))


def called() -> set[str]:
    """The methods of the Web API that the code calls."""
    known = {name for name in dir(AsyncWebClient) if "_" in name and not name.startswith("_")}
    names = {name for name in re.findall(r"client\.(\w+)\(", code()) if name in known}
    return {name.replace("_", ".", 2 if name.startswith("oauth_v2") else 1) for name in names}


def test_every_scope_is_needed_by_what_is_called_and_nothing_more_is_asked_for() -> None:
    assert called() <= set(NEEDS) | NO_SCOPE
    assert listed("bot") == {NEEDS[name] for name in called() - NO_SCOPE} | OF_NO_METHOD


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_as_slack_takes_it(name: str) -> None:
    wrong = Draft7Validator(SCHEMA).iter_errors(manifest(name))
    assert [f"{'/'.join(map(str, error.path))}: {error.message}" for error in wrong] == []


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ("display_information", "name", "x" * 36),
        ("display_information", "description", "x" * 141),
        ("settings", "socket_mode_enabled", "yes"),
        ("settings", "socket_mode", True),
        ("oauth_config", "redirect_urls", ["http://tovholder.example"]),
    ],
)
def test_the_schema_knows_what_slack_would_not_take(where: str, key: str, value: Any) -> None:
    told = manifest("manifest.yaml")
    told[where][key] = value
    assert list(Draft7Validator(SCHEMA).iter_errors(told))


def test_the_manifest_for_socket_mode_is_the_other_without_addresses() -> None:
    by_http, by_socket = map(manifest, MANIFESTS)
    by_http["oauth_config"].pop("redirect_urls")
    by_http["features"]["slash_commands"][0].pop("url")
    by_http["settings"]["event_subscriptions"].pop("request_url")
    for url in ("request_url", "message_menu_options_url"):
        by_http["settings"]["interactivity"].pop(url)
    by_http["settings"]["socket_mode_enabled"] = True
    assert by_http == by_socket and "https://" not in json.dumps(by_socket)


def test_workspaces_that_install_us_are_asked_for_the_same_scopes() -> None:
    assert listed("bot") == set(SCOPES) and (ROOT / "manifest.yaml").read_text(encoding="utf-8").count(BACK) == 1


def test_every_event_has_a_listener_and_every_listener_its_event() -> None:
    assert listed("bot_events") == set(re.findall(r'app\.event\("(\w+)"\)', code()))


def test_every_scope_and_event_of_others_is_explained() -> None:
    page = (ROOT / "docs/slack.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`([^`]+)`", page))
    assert listed("bot") <= explained and {"user_change", "team_join", "app_uninstalled", "tokens_revoked"} <= explained
