"""The manifest asks for what the code uses and the docs explain, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.installing import BACK, SCOPES

ROOT = Path(__file__).parent.parent
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


def test_workspaces_that_install_us_are_asked_for_the_same_scopes() -> None:
    assert listed("bot") == set(SCOPES) and (ROOT / "manifest.yaml").read_text(encoding="utf-8").count(BACK) == 1


def test_every_event_has_a_listener_and_every_listener_its_event() -> None:
    assert listed("bot_events") == set(re.findall(r'app\.event\("(\w+)"\)', code()))


def test_every_scope_and_event_of_others_is_explained() -> None:
    page = (ROOT / "docs/slack.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`([^`]+)`", page))
    assert listed("bot") <= explained and {"user_change", "team_join", "app_uninstalled", "tokens_revoked"} <= explained
