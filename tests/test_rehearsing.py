"""``tovholder rehearse`` in words: each message by itself, of one person, and under a charter that is being written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import charters
from storage.engine import connect
from tests.conftest import local
from tests.storage.small_alliance import COORDINATOR, found
from tovholder.command_line import main

Rehearse = Callable[..., tuple[int, str, str]]


@pytest.fixture
def rehearse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rehearse:
    """Plays the last days of the year of an alliance of three members."""
    address = f"sqlite:///{tmp_path / 'small.db'}"
    engine = connect(address)
    found(engine, local("2027-12-20T07:00"))
    engine.dispose()
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("TOVHOLDER_LANGUAGE", "en")

    def say(*words: str) -> tuple[int, str, str]:
        status = main(["rehearse", "2027", *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return say


@pytest.fixture
def no_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charters, "_DRAFTS", {})


@pytest.mark.slow
def test_each_message_is_named_by_day_person_and_kind(rehearse: Rehearse) -> None:
    status, out, _ = rehearse("--list", "--json")
    told = json.loads(out)
    assert status == 0 and len(told["told"]) == told["messages"] > 0
    assert told["told"] == sorted(told["told"], key=lambda one: (one["day"], one["person"], one["kind"]))
    assert all(one["day"] >= "2027-12-20" and one["person"] and one["kind"] for one in told["told"])


@pytest.mark.slow
def test_what_one_person_would_hear_is_asked_by_address_or_by_name(rehearse: Rehearse) -> None:
    by_address, by_name = (json.loads(rehearse("--json", "--person", who)[1]) for who in (COORDINATOR, "søren uldum"))
    assert by_address == by_name and {one["person"] for one in by_name["told"]} == {"Søren Uldum"}


@pytest.mark.slow
def test_nobody_is_said_to_hear_nothing_by_a_name_that_was_mistyped(rehearse: Rehearse) -> None:
    status, _, err = rehearse("--person", "Sören")
    assert status == 2 and "Sören" in err and "no name or address we know" in err


@pytest.mark.slow
def test_a_charter_that_is_being_written_is_played(rehearse: Rehearse, tmp_path: Path, no_drafts: None) -> None:
    text = charters.charter_text("dk2020")
    draft = tmp_path / "draft.toml"
    draft.write_text(text.replace('key = "dk2020"', 'key = "ours"', 1), encoding="utf-8")
    assert rehearse("--charter", str(draft))[0] == 0
    draft.write_text("[alliance", encoding="utf-8")
    status, _, err = rehearse("--charter", str(draft))
    assert status == 2 and "valid TOML" in err and "draft.toml" in err
    assert rehearse("--charter", str(tmp_path / "none.toml"))[0] == 2
