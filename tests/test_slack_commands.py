"""Slack in several workspaces as an operator meets it: the settings, and ``tovholder slack``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from alliance.workspaces import Workspace
from bot.slack.sealing import Seal, new_key
from storage import workspaces as stored
from storage.engine import connect, reading, writing
from tests.conftest import local
from tests.several_workspaces import KEY
from tests.test_command_line import Shell
from tovholder.settings import Wrong, read_settings

SEVERAL = {
    "SLACK_CLIENT_ID": "1234.5678",
    "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_SIGNING_SECRET": "signing-secret",
    "TOVHOLDER_SECRET_KEY": KEY,
    "TOVHOLDER_BASE_URL": "https://bot.example",
}
NOW = local("2027-01-04T08:00")


@pytest.fixture
def shell(demo_file: Path, tmp_path: Path) -> Shell:
    """With a demo of its own, that is installed in the workspace T1."""
    shutil.copyfile(demo_file, tmp_path / "demo.db")
    made = Shell(tmp_path / "demo.db")
    sealed = Seal([KEY]).sealed("token:T1", "xoxb-T1", NOW)
    with writing(connect(f"sqlite:///{made.database}")) as connection:
        stored.install(connection, Workspace(1, "T1", "Klima", "", "UBOT", sealed, ("commands",), NOW, "UADMIN"))
    return made


def sealed_in(shell: Shell) -> str:
    with reading(connect(f"sqlite:///{shell.database}")) as connection:
        return stored.workspaces(connection)[0].sealed


def test_several_workspaces_are_set_by_five_settings_and_no_token() -> None:
    found = read_settings(SEVERAL)
    assert (found.slack_client_id, found.secret_keys) == ("1234.5678", (KEY,)) and found.slack_bot_token == ""
    assert not any(SEVERAL[name] in repr(found) for name in ("SLACK_CLIENT_SECRET", "TOVHOLDER_SECRET_KEY"))


@pytest.mark.parametrize("missing", sorted(SEVERAL))
def test_each_that_is_missing_is_named(missing: str) -> None:
    left = {name: value for name, value in SEVERAL.items() if name != missing}
    if missing == "SLACK_CLIENT_ID":
        left["SLACK_CLIENT_SECRET"] = "x"
    with pytest.raises(Wrong, match=missing):
        read_settings(left)


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_one_workspace_and_several_are_not_set_together(name: str) -> None:
    with pytest.raises(Wrong, match=name):
        read_settings({**SEVERAL, name: "xoxb-1" if "BOT" in name else "xapp-1"})


@pytest.mark.parametrize("typed", ["geheim", KEY[:-1], KEY + "=", f"{KEY},geheim", f"{KEY} {KEY}", "æ" * 43 + "=", ","])
def test_a_key_that_is_none_is_refused_and_not_said_back(typed: str) -> None:
    with pytest.raises(Wrong, match=r"TOVHOLDER_SECRET_KEY.*tovholder slack new-key") as wrong:
        read_settings({**SEVERAL, "TOVHOLDER_SECRET_KEY": typed})
    assert KEY not in str(wrong.value) and "geheim" not in str(wrong.value)


def test_a_key_is_made_and_several_are_read_the_newest_first(shell: Shell) -> None:
    made = shell.here("slack", "new-key").out.strip()
    found = read_settings({**SEVERAL, "TOVHOLDER_SECRET_KEY": f"{made}, {KEY},"})
    assert found.secret_keys == (made, KEY)


def test_a_link_is_made_for_the_alliance_that_is_named_or_the_only_one(shell: Shell) -> None:
    for words in ((), ("demo",)):
        key = {"demo": _key_of(shell)}.get("".join(words), "")
        done = shell.here("slack", "install-link", *([key] if words else []), **SEVERAL)
        assert done.status == 0 and "https://bot.example/slack/install?link=gAAAA" in done.out, done
    wrong = shell.here("slack", "install-link", "ukendt", **SEVERAL)
    assert wrong.status == 2 and "ukendt names 0 alliances" in wrong.err and _key_of(shell) in wrong.err


def _key_of(shell: Shell) -> str:
    from storage.queries import register

    with reading(connect(f"sqlite:///{shell.database}")) as connection:
        return register.alliances(connection)[0].key


def test_a_link_without_its_settings_says_what_is_missing(shell: Shell) -> None:
    done = shell.here("slack", "install-link")
    assert done.status == 2 and "SLACK_CLIENT_ID is not set" in done.err


def test_workspaces_are_listed_and_forgotten(shell: Shell) -> None:
    listed = shell.here("slack", "workspaces", **SEVERAL)
    assert listed.status == 0 and "T1" in listed.out and "Klima" in listed.out and "open" in listed.out
    assert "1 workspaces." in listed.out and "xoxb" not in listed.out and sealed_in(shell) not in listed.out
    assert shell.here("slack", "forget", "T2").status == 2
    gone = shell.here("slack", "forget", "T1")
    assert gone.status == 0 and "Remove the app" in gone.out
    assert "0 workspaces." in shell.here("slack", "workspaces").out


def test_what_is_sealed_anew_needs_the_old_key_no_more(shell: Shell) -> None:
    new, before = new_key(), sealed_in(shell)
    done = shell.here("slack", "reseal", **{**SEVERAL, "TOVHOLDER_SECRET_KEY": f"{new},{KEY}"})
    assert done.status == 0 and "1 tokens" in done.out and sealed_in(shell) != before
    assert Seal([new]).opened("token:T1", sealed_in(shell), NOW) == "xoxb-T1"


@pytest.mark.parametrize("words", [("web",), pytest.param(("worker",), marks=pytest.mark.slow), ("slack", "reseal")])
def test_with_another_key_nothing_starts_and_it_is_said_what_to_do(shell: Shell, words: tuple[str, ...]) -> None:
    done = shell.here(*words, **{**SEVERAL, "TOVHOLDER_SECRET_KEY": new_key(), "PORT": "1"})
    assert done.status == 2 and "TOVHOLDER_SECRET_KEY" in done.err and "T1" in done.err
    assert "tovholder slack forget T1" in done.err and sealed_in(shell)
