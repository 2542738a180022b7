"""How a workspace installs us: by a link that is good once and for a day, and a token that stands nowhere in clear."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.slack.installing import BACK, LINK, STATE, install_link
from bot.slack.sealing import NotSealedByUs, Seal, new_key
from bot.slack.several import Several
from storage import workspaces as stored
from storage.backups import back_up
from storage.engine import reading, writing
from tests.conftest import Played, local
from tests.several_workspaces import APP, KEY, Houses, houses
from tests.slack_server import Fault

NOW = local("2027-03-01T09:30")
TEAM, TOKEN = "T1", "xoxb-T1"


@dataclass
class Stage:
    """Two workspaces that may install us, and a clock that can be moved."""

    played: Played
    now: datetime = NOW
    houses: Houses = field(init=False)

    def known(self) -> list[str]:
        with reading(self.played.engine) as connection:
            return [one.team for one in stored.workspaces(connection) if one.is_open]

    def noted(self) -> list[str]:
        return [row["action"] for row in self.played.rows("journal") if row["action"].startswith("slack_")]


@pytest.fixture
def stage(played: Played) -> Iterator[Stage]:
    made = Stage(played)
    with houses(played.engine, lambda: made.now, TEAM, "T2") as made.houses:
        yield made


def test_whoever_follows_the_link_and_allows_it_has_installed_us(stage: Stage) -> None:
    done = stage.houses.install(TEAM, 1)
    assert done.status_code == 200 and "Skriv /tovholder" in done.text and "Type /tovholder" in done.text
    with reading(stage.played.engine) as connection:
        (kept,) = stored.workspaces(connection)
    assert (kept.alliance_id, kept.team, kept.by, kept.at) == (1, TEAM, "UADMIN", NOW) and "chat:write" in kept.scopes
    assert stage.noted() == ["slack_installed"]


def test_slack_is_asked_for_the_scopes_of_the_manifest_and_sends_people_back_to_us(stage: Stage) -> None:
    sent = stage.houses.get(stage.houses.link(1))
    address = sent.headers["location"]
    assert address.startswith("https://slack.com/oauth/v2/authorize?") and f"client_id={APP.client_id}" in address
    assert "redirect_uri=https%3A%2F%2Fslack.test%2Fslack%2Foauth_redirect" in address
    cookie = sent.headers["set-cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"))
    assert sent.headers["referrer-policy"] == "no-referrer"


def test_a_link_that_is_looked_at_changes_nothing_and_stays_good(stage: Stage) -> None:
    link, before = stage.houses.link(1), stage.played.dump()
    for _ in range(5):  # a mail scanner follows it too
        assert stage.houses.get(link).status_code == 302
    assert stage.played.dump() == before
    assert stage.houses.install(TEAM, 1, link).status_code == 200


def test_a_link_is_good_once(stage: Stage) -> None:
    link = stage.houses.link(1)
    assert stage.houses.install(TEAM, 1, link).status_code == 200
    again = stage.houses.install("T2", 1, link)
    assert again.status_code == 409 and "Linket er brugt" in again.text and stage.known() == [TEAM]


@pytest.mark.parametrize(("hours", "status"), [(23, 302), (24.1, 404)])
def test_a_link_is_good_for_a_day(stage: Stage, hours: float, status: int) -> None:
    link = stage.houses.link(1)
    stage.now += timedelta(hours=hours)
    assert stage.houses.get(link).status_code == status


def _of_another_key(stage: Stage) -> str:
    return install_link(APP.base_url, Seal([new_key()]), 1, NOW)


def _a_state(stage: Stage) -> str:
    return f"{APP.base_url}/slack/install?link={stage.houses.several.seal.sealed(STATE, '[1, 2]', NOW)}"


@pytest.mark.parametrize(
    "link",
    [
        lambda stage: f"{APP.base_url}/slack/install?alliance=dk2020",
        _of_another_key,
        _a_state,
        *(
            pytest.param(link, marks=pytest.mark.slow)
            for link in (
                lambda stage: f"{APP.base_url}/slack/install",
                lambda stage: f"{APP.base_url}/slack/install?link=%C3%A6%C3%B8",
                lambda stage: stage.houses.link(1)[:-9] + "A" * 9,
            )
        ),
    ],
)
def test_a_link_that_no_operator_made_leads_nowhere(stage: Stage, link: Callable[[Stage], str]) -> None:
    before = stage.played.dump()
    answer = stage.houses.get(link(stage))
    assert answer.status_code == 404 and "location" not in answer.headers and "Bed den, der driver" in answer.text
    assert stage.played.dump() == before


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 400)])
def test_the_way_to_slack_and_back_may_take_ten_minutes(stage: Stage, minutes: int, status: int) -> None:
    state, cookie = stage.houses.begin(stage.houses.link(1))
    stage.now += timedelta(minutes=minutes)
    assert stage.houses.come_back(TEAM, state, cookie).status_code == status


def test_only_the_browser_that_began_may_go_on(stage: Stage) -> None:
    """Else somebody could have another browser bring a workspace of theirs."""
    state, cookie = stage.houses.begin(stage.houses.link(1))
    other, others_cookie = stage.houses.begin(stage.houses.link(1))
    before = stage.played.dump()
    for given, shown in ((state, ""), (state, others_cookie), (other, cookie), ("", cookie), ("x", "")):
        assert stage.houses.come_back(TEAM, given, shown).status_code == 400
    assert stage.played.dump() == before and stage.known() == []
    link = stage.houses.several.seal.sealed(LINK, "[1, 2]", NOW)
    assert stage.houses.come_back(TEAM, link, f"slack-app-oauth-state={link}").status_code == 400


@pytest.mark.slow
def test_whoever_does_not_allow_it_may_think_again(stage: Stage) -> None:
    link = stage.houses.link(1)
    state, cookie = stage.houses.begin(link)
    said = stage.houses.get(f"{APP.base_url}{BACK}?error=access_denied&state={state}", cookie)
    assert said.status_code == 200 and "Intet er installeret" in said.text
    assert stage.houses.install(TEAM, 1, link).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        Fault("invalid_code"),
        *(
            pytest.param(fault, marks=pytest.mark.slow)
            for fault in (Fault(drop=True), Fault(status=500, body="<html>"), Fault(body="{}"))
        ),
    ],
)
def test_what_slack_does_not_take_installs_nothing_and_the_link_stays_good(stage: Stage, fault: Fault) -> None:
    link = stage.houses.link(1)
    stage.houses[TEAM].slack.plan("oauth.v2.access", fault, fault)
    refused = stage.houses.install(TEAM, 1, link)
    assert refused.status_code in (400, 502) and "Nothing was installed" in refused.text and stage.known() == []
    stage.houses[TEAM].slack.faults.clear()
    assert stage.houses.install(TEAM, 1, link).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"is_enterprise_install": True, "team": None, "enterprise": {"id": "E1", "name": "Staten"}},
        {"refresh_token": "xoxe-1-x", "expires_in": 43200},
        *(
            pytest.param(said, marks=pytest.mark.slow)
            for said in ({"team": {}}, {"token_type": "user"}, {"access_token": ""})
        ),
    ],
)
def test_what_we_cannot_use_installs_nothing_and_says_why(stage: Stage, said: dict[str, Any]) -> None:
    link = stage.houses.link(1)
    refused = stage.houses.install(TEAM, 1, link, **said)
    assert refused.status_code == 400 and "Intet er installeret" in refused.text and stage.known() == []
    assert stage.houses.install(TEAM, 1, link).status_code == 200


@pytest.mark.slow
def test_a_workspace_that_installs_us_again_gets_its_new_token(stage: Stage) -> None:
    stage.houses.install(TEAM, 1)
    stage.houses.install(TEAM, 1, access_token="xoxb-new")
    access = stage.houses.several.installations.access(TEAM)
    assert access is not None and access.token == "xoxb-new" and len(stage.played.rows("slack_workspace")) == 1


@pytest.mark.slow
def test_the_token_stands_nowhere_in_clear(stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stage.houses.install(TEAM, 1)
    stage.houses[TEAM].command("UANNE", "liste")
    back_up(stage.played.engine, tmp_path / "backup.db")
    access = stage.houses.several.installations.access(TEAM)
    assert access is not None and access.token == TOKEN
    shown = repr((access, access.workspace, stage.houses.several, APP, stage.houses.several.seal))
    everywhere = (str(stage.played.dump()), shown, caplog.text, str(stage.noted()))
    for secret in (TOKEN, KEY, APP.client_secret):
        assert not any(secret in text for text in everywhere)
        assert secret.encode() not in (tmp_path / "backup.db").read_bytes()


def test_a_token_opens_in_its_own_workspace_only_and_with_a_key_of_ours_only(stage: Stage) -> None:
    stage.houses.install(TEAM, 1)
    stage.houses.install("T2", 1)
    with reading(stage.played.engine) as connection:
        first, second = stored.workspaces(connection)
    with writing(stage.played.engine) as connection:
        assert stored.seal_anew(connection, second.team, second.sealed, first.sealed)
    fresh = Several.made(APP, [KEY], stage.played.engine, lambda: NOW).installations
    assert fresh.access("T1") is not None and fresh.access("T2") is None and fresh.not_opened() == ["T2"]
    other = Several.made(APP, [new_key()], stage.played.engine, lambda: NOW).installations
    assert other.not_opened() == ["T1", "T2"] and other.access("T1") is None


def test_a_key_is_replaced_without_a_gap() -> None:
    old, new = new_key(), new_key()
    sealed = Seal([old]).sealed("token:T1", "xoxb", NOW)
    both = Seal([new, old])
    assert both.opened("token:T1", sealed, NOW) == "xoxb"
    assert Seal([new]).opened("token:T1", both.again(sealed), NOW) == "xoxb"
    for keys, what in (([new], "token:T1"), ([old], "token:T2"), ([old], LINK)):
        with pytest.raises(NotSealedByUs):
            Seal(keys).opened(what, sealed, NOW)
    with pytest.raises(NotSealedByUs):
        Seal([new]).again(sealed)


@pytest.mark.parametrize("keys", [[], ["x"], ["æ" * 44], [Fernet.generate_key().decode()[:-2]]])
def test_a_key_that_is_none_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError):
        Seal(keys)
