"""The settings: what the environment says, read once, each wrong one named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DEFAULT_DATABASE = "sqlite:///var/tovholder.db"


class Wrong(Exception):
    """Something we were told cannot be used; the text says what we got, what we wanted and what to do."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, read once.

    ``mailbox`` is the one address everything is sent from, ``mails_a_minute`` how fast (0: as fast as the server takes
    it); ``base_url`` where the pages can be reached from outside; ``heartbeat_url`` is fetched while all is well; Slack
    is off unless its tokens are set, or its client id for several workspaces; ``secret_keys`` seal what is secret in
    the database, the first of them, and open it, all of them. ``log`` is "json", "text", or empty for what suits
    standard error; ``backups`` is "nightly" where ``tovholder backup`` is to run each night, and its staying away is a
    finding.
    """

    database_url: str = DEFAULT_DATABASE
    port: int = 8000
    host: str = "127.0.0.1"
    smtp_url: str = ""
    mailbox: str = ""
    mails_a_minute: int = 0
    base_url: str = ""
    language: str = "da"
    charter: str = "dk2020"
    heartbeat_url: str = ""
    log: str = ""
    backups: str = ""
    slack_signing_secret: str = field(default="", repr=False)
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_api_url: str = "https://slack.com/api/"
    slack_client_id: str = ""
    slack_client_secret: str = field(default="", repr=False)
    secret_keys: tuple[str, ...] = field(default=(), repr=False)

    @property
    def pages_url(self) -> str:
        """Where people sign in to the pages; empty where there are none.

        Only a whole host of their own, over https (or on this machine): a session is a secret.
        """
        parts = urlsplit(self.base_url)
        safe = parts.scheme == "https" or parts.hostname in LOOPBACK
        whole = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
        return self.base_url.rstrip("/") if self.base_url and safe and whole else ""


OURS = "TOVHOLDER_"
KNOWN = {
    "DATABASE_URL": "database_url",
    "PORT": "port",
    "SMTP_URL": "smtp_url",
    "TOVHOLDER_HOST": "host",
    "TOVHOLDER_MAILBOX": "mailbox",
    "TOVHOLDER_MAILS_A_MINUTE": "mails_a_minute",
    "TOVHOLDER_BASE_URL": "base_url",
    "TOVHOLDER_LANGUAGE": "language",
    "TOVHOLDER_CHARTER": "charter",
    "TOVHOLDER_HEARTBEAT_URL": "heartbeat_url",
    "TOVHOLDER_LOG": "log",
    "TOVHOLDER_BACKUPS": "backups",
    "SLACK_SIGNING_SECRET": "slack_signing_secret",
    "SLACK_BOT_TOKEN": "slack_bot_token",
    "SLACK_APP_TOKEN": "slack_app_token",
    "SLACK_API_URL": "slack_api_url",
    "SLACK_CLIENT_ID": "slack_client_id",
    "SLACK_CLIENT_SECRET": "slack_client_secret",
    "TOVHOLDER_SECRET_KEY": "secret_keys",
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment; an empty value counts as unset. Raises Wrong for one we cannot use."""
    for name in environment:
        if name.startswith(OURS) and name not in KNOWN and not name.startswith("TOVHOLDER_TEST_"):
            ours = {known.removeprefix(OURS): known for known in KNOWN}
            close = difflib.get_close_matches(name.removeprefix(OURS), ours, n=1)
            hint = f"Did you mean {ours[close[0]]}?" if close else f"Known: {', '.join(sorted(KNOWN))}."
            raise Wrong(f"{name} is not a setting. {hint}")
    given: dict[str, Any] = {key: environment[name] for name, key in KNOWN.items() if environment.get(name)}
    if "port" in given:
        given["port"] = _port(given["port"])
    if "mails_a_minute" in given:
        given["mails_a_minute"] = _pace(given["mails_a_minute"])
    if "secret_keys" in given:
        given["secret_keys"] = _keys(given["secret_keys"])
    settings = Settings(**given)
    if settings.base_url and not _is_address(settings.base_url):
        raise Wrong(f"TOVHOLDER_BASE_URL={settings.base_url!r} is not an address; wanted https://host or http://host.")
    if settings.heartbeat_url and not re.fullmatch(r"https?://[^/\s]+[^\s]*", settings.heartbeat_url):
        # Not said back: whoever knows the address can say that all is well.
        raise Wrong("TOVHOLDER_HEARTBEAT_URL is not an address; wanted https://host/path or http://host/path.")
    _check_choices(settings)
    if settings.smtp_url and not settings.mailbox:
        raise Wrong("SMTP_URL is set but TOVHOLDER_MAILBOX is not; wanted the address to send from, name@host.")
    _check_slack(settings)
    return settings


def _check_choices(settings: Settings) -> None:
    """What is one of a few words."""
    if settings.language not in ("da", "en"):
        raise Wrong(f"TOVHOLDER_LANGUAGE={settings.language!r} is not a language; wanted da or en. Unset it for da.")
    if settings.log not in ("", "json", "text"):
        raise Wrong(f"TOVHOLDER_LOG={settings.log!r} is not a kind of log; wanted json or text. Unset it to choose.")
    if settings.backups not in ("", "nightly"):
        raise Wrong(f"TOVHOLDER_BACKUPS={settings.backups!r} is not known; wanted nightly. Unset it to not be told.")


def _is_address(typed: str) -> bool:
    """Whether this is an address on the web, with a host and a port that can be read."""
    try:
        return bool(re.fullmatch(r"https?://[^/\s]+[^\s]*", typed)) and urlsplit(typed).port != 0
    except ValueError:
        return False


def _check_slack(settings: Settings) -> None:
    """All that Slack needs, or nothing of it: for one workspace, or for several."""
    if settings.slack_client_id or settings.slack_client_secret:
        _check_several(settings)
    else:
        _check_one(settings)
    if not re.fullmatch(r"https?://[^/\s]+/[^\s]*", settings.slack_api_url):
        raise Wrong(f"SLACK_API_URL={settings.slack_api_url!r} is not an address; unset it for Slack's own.")


def _check_several(settings: Settings) -> None:
    """Workspaces that install us themselves bring their tokens: none is given, and they are heard over HTTP."""
    for name, given in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token),
        ("SLACK_APP_TOKEN", settings.slack_app_token),
    ):
        if given:
            raise Wrong(
                f"SLACK_CLIENT_ID (several workspaces) and {name} (one workspace) are both set; unset one of them. "
                "See docs/slack.md."
            )
    needed = {
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
        "TOVHOLDER_SECRET_KEY": settings.secret_keys,
        "TOVHOLDER_BASE_URL": settings.base_url,
    }
    missing = [name for name, given in needed.items() if not given]
    if missing:
        given = next(name for name in needed if name not in missing)
        raise Wrong(
            f"{given} is set, and Slack in several workspaces needs {', '.join(missing)}, too. See docs/slack.md."
        )


def _check_one(settings: Settings) -> None:
    heard = settings.slack_signing_secret or settings.slack_app_token
    if heard and not settings.slack_bot_token:
        given = "SLACK_SIGNING_SECRET" if settings.slack_signing_secret else "SLACK_APP_TOKEN"
        raise Wrong(f"{given} is set but SLACK_BOT_TOKEN is not; wanted the app's token, xoxb-…. See docs/slack.md.")
    if settings.slack_bot_token and not heard:
        raise Wrong(
            "SLACK_BOT_TOKEN is set but neither SLACK_SIGNING_SECRET (requests over HTTP) nor SLACK_APP_TOKEN "
            "(Socket Mode) is; wanted one of them. See docs/slack.md."
        )
    for name, token, begins in (
        ("SLACK_BOT_TOKEN", settings.slack_bot_token, "xoxb-"),
        ("SLACK_APP_TOKEN", settings.slack_app_token, "xapp-"),
    ):
        if token and not token.startswith(begins):  # not said back: it is a secret, whatever it is
            raise Wrong(f"{name} does not begin with {begins}; copy it again from the app's page at Slack.")


def _keys(typed: str) -> tuple[str, ...]:
    """The keys that are set, the one in use first; never said back."""
    keys = tuple(each.strip() for each in typed.split(",") if each.strip())
    for number, key in enumerate(keys, 1):
        if not re.fullmatch(r"[A-Za-z0-9_-]{43}=", key):
            raise Wrong(
                f"TOVHOLDER_SECRET_KEY: number {number} of {len(keys)} is not a key; wanted 44 characters as "
                "tovholder slack new-key makes them, several separated by commas, the newest first."
            )
    if not keys:
        raise Wrong("TOVHOLDER_SECRET_KEY holds no key; make one with tovholder slack new-key, or unset it.")
    return keys


def _port(typed: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", typed) or not 1 <= int(typed) <= 65535:
        raise Wrong(f"PORT={typed!r} is not a port; wanted a number from 1 to 65535. Unset it for 8000.")
    return int(typed)


def _pace(typed: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", typed) or not 1 <= int(typed) <= 60_000:
        raise Wrong(
            f"TOVHOLDER_MAILS_A_MINUTE={typed!r} is not a pace; wanted a number of mails from 1 to 60000. "
            "Unset it to send as fast as the server takes them."
        )
    return int(typed)
