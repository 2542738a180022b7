"""Somebody whom Slack cannot name says by a code of the secretariat's who they are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from alliance.linking import GOOD_FOR, LETTERS, TRIES, hashed, shown
from storage.changes import register as changes
from storage.engine import reading, writing
from storage.queries import register
from storage.seed import SECRETARY
from tests.conftest import Played, local
from tests.workspace import Workspace, workspace

NOW = "2027-03-01T09:30"
METTE, SISSE, GUEST = "klima@koege.example", "USISSE", "UGUEST"
CODE = re.compile(rf"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}")


@dataclass
class Desk:
    """A secretary who makes codes in Slack, and accounts that are nobody's; ``at`` is what our clock shows."""

    played: Played
    slack: Workspace
    at: Any

    def make(self, words: str = f"kode {METTE}") -> str:
        told = self.slack.command(SISSE, words).text
        found = CODE.search(told)
        assert found, told
        return found[0]

    def link(self, words: str, user: str = GUEST) -> str:
        before = len(self.slack.responses)
        answered = self.slack.command(user, words)
        return json.dumps([answered.said, *self.slack.responses[before:]], ensure_ascii=False)

    def whose(self, user: str = GUEST) -> str:
        with reading(self.played.engine) as connection:
            person = register.person_at(connection, 1, f"T1/{user}")
        return person.name if person else ""

    def noted(self) -> list[str]:
        return [row["action"] for row in self.played.rows("journal")]


@pytest.fixture
def desk(played: Played) -> Iterator[Desk]:
    with writing(played.engine) as connection:
        person = register.person_at(connection, 1, SECRETARY)
        assert person
        changes.add_address(connection, 1, person.id, "slack", f"T1/{SISSE}", local(NOW), verified=True)
    made = Desk(played, None, local(NOW))  # type: ignore[arg-type]
    with workspace(played.engine, lambda: made.at) as made.slack:
        made.slack.slack.add_user(SISSE, SECRETARY)
        made.slack.slack.add_user(GUEST, "mette@privat.example", is_restricted=True)
        yield made


PROFILES: list[tuple[str, dict[str, Any]]] = [
    ("tilknyt", {"email": "mette@privat.example"}),
    ("link", {"email": METTE, "is_restricted": True}),
    ("Tilknyt", {"email": METTE, "is_ultra_restricted": True}),
    ("/tovholder tilknyt", {"email": METTE, "is_stranger": True, "team_id": "T2"}),
    ("tilknyt", {"email": ""}),
    ("LINK", {"email": METTE, "is_email_confirmed": False}),
]
TYPED: list[Callable[[str], str]] = [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")]


def test_a_code_says_whose_an_account_is_however_it_is_typed(desk: Desk) -> None:
    for number, (word, profile) in enumerate(PROFILES):
        user = f"UGUEST{number}"
        desk.slack.slack.add_user(user, **profile)
        told = desk.link("liste", user)
        assert "kode" in told and "/tovholder tilknyt" in told and desk.whose(user) == "", word
        code = TYPED[number % len(TYPED)](desk.make())
        assert "Velkommen" in desk.link(f"{word} {code}", user), (word, code)
        assert desk.whose(user)
    assert "opgaver venter" in desk.link("liste", "UGUEST0")
    assert {"link_code_made", "slack_linked"} <= set(desk.noted())


def test_a_code_is_good_once_and_a_new_one_takes_its_place(desk: Desk) -> None:
    desk.slack.slack.add_user("UOTHER", "other@privat.example")
    first, second = desk.make(), desk.make("code " + METTE)
    assert "gælder ikke" in desk.link(f"tilknyt {first}")
    assert "Velkommen" in desk.link(f"tilknyt {second}")
    assert "gælder ikke" in desk.link(f"tilknyt {second}", "UOTHER") and desk.whose("UOTHER") == ""
    assert "kender dig allerede" in desk.link(f"tilknyt {second}"), "who is known needs none"


def test_a_code_is_good_for_a_week(desk: Desk) -> None:
    code = desk.make()
    desk.at += GOOD_FOR
    assert "gælder ikke" in desk.link(f"tilknyt {code}")
    desk.at -= timedelta(minutes=1)
    assert "Velkommen" in desk.link(f"tilknyt {code}")


def test_after_five_wrong_codes_an_account_waits_a_day_also_with_the_right_one(desk: Desk) -> None:
    code = desk.make()
    for n in range(TRIES):
        assert "gælder ikke" in desk.link(f"tilknyt ABCD-EF2{n + 3}")
    assert "for mange" in desk.link(f"tilknyt {code}") and desk.whose() == ""
    desk.slack.slack.add_user("UOTHER", "other@privat.example")
    assert "gælder ikke" in desk.link("tilknyt", "UOTHER"), "another account may try"
    desk.at += timedelta(days=1)
    assert "Velkommen" in desk.link(f"tilknyt {code}")
    assert desk.noted().count("link_code_wrong") == TRIES + 1


def test_only_the_secretariat_makes_codes_and_for_one_person(desk: Desk) -> None:
    desk.link(f"tilknyt {desk.make()}")
    assert not CODE.search(desk.link("kode borgmester@koege.example"))
    for words in ("kode", "kode Ingen Sådan", "kode Køge"):
        assert not CODE.search(desk.slack.command(SISSE, words).text), words


def test_a_code_stands_nowhere_as_it_is(desk: Desk) -> None:
    code = desk.make()
    kept = json.dumps(desk.played.dump(), ensure_ascii=False)
    assert code not in kept and code.replace("-", "") not in kept and hashed(code) in kept


def test_a_program_is_not_linked(desk: Desk) -> None:
    desk.slack.slack.add_user(GUEST, "bot@privat.example", is_bot=True)
    assert "programmer" in desk.link(f"tilknyt {desk.make()}") and desk.whose() == ""


def test_no_letter_can_be_taken_for_another() -> None:
    assert not set("01OI") & set(LETTERS) and len(set(LETTERS)) == 32 and shown("K7Q29MXP") == "K7Q2-9MXP"
