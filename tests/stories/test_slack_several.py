"""Two alliances in one database, each in a workspace of its own, and nothing of one ever shows in the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from alliance.imports import read_members
from alliance.notifications import broadcast
from scheduling.audit import audit
from storage import outbox
from storage.changes import imports, linking
from storage.changes import register as changes
from storage.engine import reading, writing
from storage.municipalities import municipalities
from storage.queries import register
from storage.tables import tables
from tests.bot.test_slack_ears import button
from tests.conftest import Played, local
from tests.several_workspaces import Houses, houses
from tests.slack_server import Fault, too_many
from tests.storage.small_alliance import COORDINATOR, MEMBERS

NOW = local("2027-03-01T09:30")
ANNE, SECRETARY = "UANNE", "sekretariat@koege.example"
ONE, TWO, THREE, FOREIGN = "T1", "T2", "T3", "T9"


@dataclass
class Town:
    """The demo in workspace T1, a second alliance in T2; somebody of Køge is in both, by the same mail address."""

    played: Played
    second: int
    houses: Houses = field(init=False)
    now: Any = NOW

    def person(self, alliance: int, mail: str = COORDINATOR) -> int:
        with reading(self.played.engine) as connection:
            found = register.person_at(connection, alliance, mail)
        assert found, (alliance, mail)
        return found.id

    def tell(self, alliance: int, text: str) -> None:
        with writing(self.played.engine) as connection:
            said = broadcast(text, "members", NOW.date(), self.person(alliance), "Sekretariatet")
            outbox.post(connection, alliance, said, self.now)

    def met(self, team: str) -> dict[str, Any]:
        """Anne asks something in a workspace, where she is known by the address of her profile."""
        house = self.houses[team]
        house.responses.clear()
        answered = house.command(ANNE, "liste")
        assert answered.status == 200
        return answered.said or house.responses[-1]

    def accounts(self, alliance: int) -> list[str]:
        address = tables["address"]
        with reading(self.played.engine) as connection:
            rows = connection.execute(
                address.select().where(address.c.alliance_id == alliance, address.c.channel == "slack")
            )
            return sorted(row.value for row in rows)

    def states(self, alliance: int) -> list[tuple[str, str, str]]:
        with reading(self.played.engine) as connection:
            found = outbox.deliveries(connection, alliance)
        return [(one.channel, one.state, one.reason) for one in found if one.kind == "broadcast"]

    def shut_out(self) -> list[tuple[str, str]]:
        found = [one for one in audit(self.played.engine, self.now) if one.kind == "shut_out"]
        return [(one.about, str(one.facts["reasons"])) for one in found]

    def told(self, alliance: int) -> bool:
        """Whether the secretariat of an alliance is told that it is shut out."""
        rows = [row for row in self.played.rows("notification") if row["alliance_id"] == alliance]
        return any(row["kind"] == "alert" and row["facts"]["kind"] == "shut_out" for row in rows)


@pytest.fixture
def town(played: Played, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):  # as when it is served: the library reads them, too
        monkeypatch.setenv(name, "of-the-environment")
    with writing(played.engine) as connection:
        second = changes.add_alliance(connection, "second", "dk2020", date(2027, 1, 1), NOW)
        alliance = register.alliances(connection)[1]
        known = {municipality.code: municipality.name for municipality in municipalities()}
        lines = read_members(MEMBERS, known, alliance.charter.offices)
        imports.import_members(connection, alliance, lines, NOW, "members.csv", lambda _done, _of: None)
    made = Town(played, second)
    with houses(played.engine, lambda: made.now, ONE, TWO, THREE) as made.houses:
        for team, alliance_id in ((ONE, 1), (TWO, second)):
            assert made.houses.install(team, alliance_id).status_code == 200
        for team in (ONE, TWO, THREE):
            made.houses[team].slack.add_user(ANNE, COORDINATOR)
        yield made


def test_whoever_is_in_both_alliances_is_met_in_each_by_its_own(town: Town) -> None:
    town.met(ONE)
    assert (town.accounts(1), town.accounts(town.second)) == ([f"{ONE}/{ANNE}"], [])
    town.met(TWO)
    assert (town.accounts(1), town.accounts(town.second)) == ([f"{ONE}/{ANNE}"], [f"{TWO}/{ANNE}"])
    for team, person in ((ONE, town.person(1)), (TWO, town.person(town.second))):
        with reading(town.played.engine) as connection:
            found = register.whose(connection, f"{team}/{ANNE}")
        assert found and found[1].id == person


def test_what_is_asked_in_one_is_answered_and_noted_in_that_one_alone(town: Town) -> None:
    town.met(ONE), town.met(TWO)
    before = [row for row in town.played.rows("journal") if row["alliance_id"] == 1]
    english = town.houses[TWO].command(ANNE, "sprog en")
    assert english.status == 200 and "English" in english.text
    after = town.played.rows("journal")
    assert [row for row in after if row["alliance_id"] == 1] == before
    languages = {row["id"]: row["language"] for row in town.played.rows("person")}
    assert (languages[town.person(1)], languages[town.person(town.second)]) == ("da", "en")


@pytest.mark.slow
def test_no_call_to_slack_stands_between_a_command_and_its_answer(town: Town) -> None:
    town.met(ONE), town.met(TWO)
    before = [len(town.houses[team].slack.calls) for team in (ONE, TWO)]
    for team in (ONE, TWO):
        assert town.houses[team].command(ANNE, "liste").said["response_type"] == "ephemeral"
    assert [len(town.houses[team].slack.calls) for team in (ONE, TWO)] == before


@pytest.mark.slow
def test_each_form_and_page_is_shown_with_the_token_of_its_workspace(town: Town) -> None:
    """The stand-in takes no other."""
    town.met(ONE), town.met(TWO)
    for team in (ONE, TWO):
        town.houses[team].visit(ANNE)
        assert town.houses[team].slack.home(ANNE) is not None
    town.played.plan("2027-03-01T08:00")
    town.houses[ONE].command(ANNE, "indberet")
    assert town.houses[ONE].slack.asked("views.open") and not town.houses[TWO].slack.asked("views.open")


@pytest.mark.slow
def test_a_code_of_one_alliance_is_none_in_the_workspace_of_another(town: Town) -> None:
    code = "K7Q29MXP"
    with writing(town.played.engine) as connection:
        linking.keep_code(connection, 1, town.person(1), code, NOW)
    for team in (ONE, TWO):
        town.houses[team].slack.add_user("UGUEST", "", is_restricted=True)
    town.houses[TWO].command("UGUEST", f"tilknyt {code}")
    assert "gælder ikke" in json.dumps(town.houses[TWO].responses[-1], ensure_ascii=False)
    assert town.accounts(1) == town.accounts(town.second) == []
    town.houses[ONE].command("UGUEST", f"tilknyt {code}")
    assert town.accounts(1) == [f"{ONE}/UGUEST"]


@pytest.mark.slow
def test_whoever_presses_from_a_workspace_that_is_none_of_ours_is_turned_away(town: Town) -> None:
    town.played.plan("2027-03-01T08:00")
    action = button(town.met(ONE)["blocks"], "svar")
    before = town.played.dump()
    body = {"type": "block_actions", "actions": [{**action, "action_ts": "1"}], "team": {"id": FOREIGN}}
    pressed = town.houses[ONE].interact(ANNE, {**body, "container": {"type": "message"}}, respond=True)
    assert pressed.status == 403 and town.played.dump() == before
    assert "andet Slack-arbejdsområde" in json.dumps(town.houses[ONE].responses[-1], ensure_ascii=False)


@pytest.mark.slow
def test_whoever_hands_a_form_of_one_workspace_in_from_another_is_turned_away(town: Town) -> None:
    """Also where both are ours: who it is we know from the workspace in which the form was opened."""
    town.played.plan("2027-03-01T08:00")
    town.met(ONE), town.met(TWO)
    town.houses[ONE].command(ANNE, "indberet")
    view = {**next(iter(town.houses[ONE].slack.views.values())), "app_installed_team_id": ONE, "state": {"values": {}}}
    before = town.played.dump()
    sent = town.houses[ONE].interact(ANNE, {"type": "view_submission", "view": view, "team": {"id": TWO}})
    assert sent.status == 403 and town.played.dump() == before
    assert town.houses[ONE].interact(ANNE, {"type": "view_submission", "view": view}).status == 200


def test_a_workspace_that_nobody_installed_us_in_is_turned_away(town: Town) -> None:
    town.met(ONE)
    before = town.played.dump()
    answered = town.houses[THREE].command(ANNE, "liste")
    assert answered.status == 403 and "andet Slack-arbejdsområde" in str(town.houses[ONE].responses[-1])
    assert town.houses[THREE].command("USTRANGER", "liste").status == 403
    assert town.played.dump() == before and not town.houses[THREE].slack.calls


@pytest.mark.slow
def test_an_alliance_cannot_take_the_workspace_of_another(town: Town) -> None:
    before = town.played.rows("slack_workspace")
    link = town.houses.link(town.second)
    refused = town.houses.install(ONE, town.second, link)
    assert refused.status_code == 409 and "anden alliance" in refused.text
    assert town.played.rows("slack_workspace") == before
    assert town.houses.install(THREE, town.second, link).status_code == 200, "the link is still good"


# ---------------------------------------------------------------------------------------------------- the way out


def test_each_message_goes_by_the_token_of_its_readers_workspace(town: Town) -> None:
    town.met(ONE), town.met(TWO)
    town.tell(1, "Til de første"), town.tell(town.second, "Til de andre")
    town.houses.send()
    first, second = (town.houses[team].slack.posted() for team in (ONE, TWO))
    assert ["første" in one["text"] for one in first] == [True] and ["andre" in one["text"] for one in second] == [True]
    assert {call.method for call in town.houses[THREE].slack.calls} == set()


@pytest.mark.slow
def test_a_limit_rests_the_workspace_it_is_for(town: Town) -> None:
    town.met(ONE), town.met(TWO)
    town.tell(1, "A"), town.tell(town.second, "B")
    town.houses[ONE].slack.plan("chat.postMessage", too_many("30"))
    town.houses.send()
    assert (town.states(1), town.states(town.second)) == (
        [("slack", "failed", "busy: ratelimited")],
        [("slack", "sent", "")],
    )
    opens = {row["name"]: row["open_ms"] / 1000 - NOW.timestamp() for row in town.played.rows("bucket")}
    assert opens["slack:T1"] > 25 and opens.get("slack:T2", 0) < 5
    town.now = NOW + timedelta(seconds=40)
    town.houses.send()
    assert town.states(1) == [("slack", "sent", "")]


@pytest.mark.slow
def test_what_was_in_doubt_is_looked_for_in_its_own_workspace(town: Town) -> None:
    town.met(ONE), town.met(TWO)
    town.tell(town.second, "B")
    town.houses[TWO].slack.plan("chat.postMessage", Fault(drop=True, done=True))
    town.houses.send()
    town.now = NOW + timedelta(minutes=10)
    town.houses.send()
    assert town.states(town.second) == [("slack", "sent", "")] and len(town.houses[TWO].slack.posted()) == 1
    assert not town.houses[ONE].slack.asked("conversations.history")


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_uninstalled"},
        pytest.param({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}}, marks=pytest.mark.slow),
    ],
)
def test_a_workspace_that_removes_us_loses_its_token_and_its_secretariat_is_told_by_mail(
    town: Town, event: dict[str, Any]
) -> None:
    town.met(ONE), town.met(TWO)
    for _ in range(2):  # Slack may say so twice, and by two events
        assert town.houses[TWO].event(**event).status == 200
    tokens = {row["team"]: (bool(row["token"]), row["lost_why"]) for row in town.played.rows("slack_workspace")}
    assert tokens == {ONE: (True, ""), TWO: (False, event["type"])}
    assert town.houses[TWO].command(ANNE, "liste").status == 403
    assert town.houses[ONE].command(ANNE, "liste").status == 200
    town.tell(town.second, "B"), town.tell(1, "A")
    town.houses.send()
    assert town.states(town.second) == [("slack", "given_up", "access: not_installed T2"), ("mail", "sent", "")]
    assert town.states(1) == [("slack", "sent", "")]
    town.now = NOW + timedelta(minutes=15)
    assert town.shut_out() == [("channel:slack", "('access: not_installed T2',)")]
    assert town.told(town.second) and not town.told(1)
    actions = [row["action"] for row in town.played.rows("journal") if row["alliance_id"] == town.second]
    assert actions.count("slack_uninstalled") == 1


@pytest.mark.slow
def test_the_tokens_of_other_people_are_none_of_ours(town: Town) -> None:
    town.houses[TWO].event(type="tokens_revoked", tokens={"oauth": ["U1"]})
    assert all(row["token"] for row in town.played.rows("slack_workspace"))


@pytest.mark.slow
def test_before_anything_was_to_be_sent_the_secretariat_hears_of_it_too_and_no_more_once_it_is_mended(
    town: Town,
) -> None:
    town.houses[TWO].event(type="app_uninstalled")
    town.now = NOW + timedelta(minutes=15)
    assert town.shut_out() == [("channel:slack", "('access: not_installed T2',)")]
    assert town.houses.install(TWO, town.second).status_code == 200
    assert town.shut_out() == []


@pytest.mark.slow
def test_a_token_that_slack_does_not_know_any_more_names_its_workspace(town: Town) -> None:
    town.met(ONE), town.met(TWO)
    town.houses[TWO].slack.plan("chat.postMessage", Fault("token_revoked"))
    town.tell(town.second, "B")
    town.houses.send()
    assert town.states(town.second)[0] == ("slack", "given_up", "access: not_installed T2")


@pytest.mark.slow
def test_of_two_workspaces_of_one_alliance_each_is_looked_after_by_itself(town: Town) -> None:
    """What one lets through says nothing of the other."""
    assert town.houses.install(THREE, 1).status_code == 200
    town.met(ONE)
    town.houses[THREE].slack.add_user("UBO", "klima@lejre.example")
    town.houses[THREE].command("UBO", "liste")
    assert town.accounts(1) == [f"{ONE}/{ANNE}", f"{THREE}/UBO"]
    town.houses[THREE].slack.plan("conversations.open", Fault("ekm_access_denied"))
    with writing(town.played.engine) as connection:
        for mail in ("klima@lejre.example", COORDINATOR):
            said = broadcast("A", "members", NOW.date(), town.person(1, mail), "Sekretariatet")
            outbox.post(connection, 1, said, NOW)
    town.houses.send()
    town.now = NOW + timedelta(minutes=15)
    assert town.shut_out() == [("channel:slack", "('access: ekm_access_denied',)")]


def test_a_contact_that_stayed_behind_when_its_workspace_changed_hands_is_not_written_to_there(town: Town) -> None:
    town.met(ONE)
    with writing(town.played.engine) as connection:
        from storage import workspaces

        workspaces.forget(connection, ONE)
    assert town.houses.install(ONE, town.second).status_code == 200
    town.tell(1, "A")
    town.houses.send()
    assert town.states(1) == [("slack", "given_up", "access: not_installed T1"), ("mail", "sent", "")]
    assert not town.houses[ONE].slack.posted()
    town.houses[ONE].command(ANNE, "liste")
    assert f"{ONE}/{ANNE}" in town.accounts(town.second), "and whoever speaks there is somebody of the new one"
