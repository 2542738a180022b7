"""Somebody leaves the workspace: what they are told goes by mail from then on, until they are back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from storage import outbox
from storage.changes import register as changes
from storage.engine import reading, writing
from storage.queries import register
from tests.conftest import Played, local
from tests.workspace import Workspace, workspace

NOW, MAIL, ANNE = "2027-03-01T09:30", "klima@koege.example", "UANNE"


@pytest.fixture
def slack(played: Played) -> Iterator[Workspace]:
    with writing(played.engine) as connection:
        person = register.person_at(connection, 1, MAIL)
        assert person
        changes.add_address(connection, 1, person.id, "slack", f"T1/{ANNE}", local(NOW), verified=True)
    with workspace(played.engine, lambda: local(NOW)) as made:
        yield made


def user(id_: str = ANNE, *, deleted: bool = False) -> dict[str, Any]:
    return {"id": id_, "team_id": "T1", "deleted": deleted, "profile": {"email": MAIL}}


def reason(played: Played) -> str:
    with reading(played.engine) as connection:
        return "".join(register.unreachable_reasons(connection, 1).values())


def noted(played: Played) -> list[str]:
    actions = [row["action"] for row in played.rows("journal")]
    return [action for action in actions if action.startswith("slack_")]


def chat_works(played: Played) -> bool:
    with reading(played.engine) as connection:
        person = register.person_at(connection, 1, MAIL)
        assert person
        return outbox.has_chat(connection, 1, person.id)


def test_who_leaves_is_written_to_by_mail_until_they_are_back(slack: Workspace, played: Played) -> None:
    assert slack.event(type="user_change", user=user(deleted=True)).status == 200
    assert reason(played) == "recipient: account_closed" and not chat_works(played)
    played.plan("2027-03-01T09:31")
    mine = [record for record in played.outbox() if record.person == _name(played)]
    assert mine and {record.channel for record in mine} == {"mail"}
    slack.event(type="user_change", user=user())
    assert reason(played) == "" and chat_works(played)
    assert noted(played) == ["slack_closed", "slack_opened"]


def _name(played: Played) -> str:
    with reading(played.engine) as connection:
        person = register.person_at(connection, 1, MAIL)
    return person.name if person else ""


def test_hearing_it_eleven_times_is_hearing_it_once(slack: Workspace, played: Played) -> None:
    for _ in range(11):
        slack.event(type="user_change", user=user(deleted=True))
    assert noted(played) == ["slack_closed"]


OPEN_AGAIN = [
    ("user_change", "recipient: user_not_found", ""),
    ("team_join", "recipient: user_disabled", ""),
    ("user_change", "recipient: account_closed", ""),
    ("user_change", "recipient: is_archived", "recipient: is_archived"),
]


def test_an_open_account_takes_back_only_that_it_was_gone(slack: Workspace, played: Played) -> None:
    with reading(played.engine) as connection:
        found = register.addresses(connection, 1)
    account = next(each for many in found.values() for each in many if each.channel == "slack")
    for event, was, is_now in OPEN_AGAIN:
        with writing(played.engine) as connection:
            changes.mark_unreachable(connection, account.id, was, local(NOW))
        slack.event(type=event, user=user())
        assert reason(played) == is_now, (event, was)


NOBODYS = [
    {"type": "user_change", "user": user("UELSE", deleted=True)},
    {"type": "team_join", "user": user("UELSE")},
    {"type": "user_change", "user": user()},  # a new picture, a new title
    {"type": "user_change"},
]


def test_what_concerns_nobody_here_changes_nothing(slack: Workspace, played: Played) -> None:
    before = played.dump()
    assert [slack.event(**event).status for event in NOBODYS] == [200] * len(NOBODYS)
    assert played.dump() == before
