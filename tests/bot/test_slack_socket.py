"""Socket Mode: the same listeners over a connection that we open; what is answered, and how it begins and ends."""

from __future__ import annotations

import json
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial

import anyio.from_thread
import pytest

from bot.asgi import app
from bot.request import Reply, Request
from bot.slack.acquaintance import Acquaintance
from bot.slack.app import SlackApp, SlackSettings
from storage.engine import writing
from templates.phrases import Phrases
from tests.conftest import Played, local
from tests.slack_server import Fault, Slack, running
from tests.slack_socket import Sockets
from tests.workspace import TOKEN, Workspace, link, workspace
from tovholder.health import report
from tovholder.serving import slack_routes

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOW, ANNE, COORDINATOR = "2027-03-01T09:30", "UANNE", "klima@koege.example"


@pytest.fixture
def slack(played: Played) -> Iterator[Workspace]:
    """A coordinator who is known, and an app that has opened its connection."""
    played.plan("2027-03-01T08:00")
    link(played.engine, COORDINATOR, ANNE, local(NOW))
    with workspace(played.engine, lambda: local(NOW), by_socket=True) as made:
        made.slack.add_user(ANNE, COORDINATOR)
        yield made


def app_at(url: str, played: Played) -> SlackApp:
    return SlackApp(SlackSettings("", TOKEN, "xapp-test", url), Acquaintance(played.engine, lambda: local(NOW)))


def eventually(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def test_what_is_heard_is_answered_in_the_envelope_itself(slack: Workspace) -> None:
    listed = slack.command(ANNE, "liste")
    assert listed.said["response_type"] == "ephemeral" and "Køge" in json.dumps(listed.said, ensure_ascii=False)
    slack.command(ANNE, "svar topmøde")
    view = list(slack.slack.views.values())[-1]
    nothing = {"ask:response": {"typed": {"type": "radio_buttons", "selected_option": None}}}
    told = slack.hand_in(ANNE, view, nothing).said
    assert told["response_action"] == "errors" and "ask:response" in told["errors"]
    assert eventually(lambda: slack.app.trouble() == "")


def test_an_envelope_that_comes_twice_changes_the_state_once(slack: Workspace, played: Played) -> None:
    assert slack.sockets is not None
    asked = {"command": "/tovholder", "text": "svar topmøde ja borgmester", "team_id": "T1", "user_id": ANNE}
    slack.sockets.ask("slash_commands", {**asked, "response_url": slack.response_url}, times=2)
    assert len(played.dump()["answer"]) == 1


def test_it_connects_anew_when_slack_asks_it_to(slack: Workspace) -> None:
    assert slack.sockets is not None
    slack.command(ANNE, "liste")
    slack.sockets.refresh()
    assert slack.command(ANNE, "liste").said["response_type"] == "ephemeral"


@pytest.mark.slow
def test_it_connects_anew_when_the_line_is_cut(slack: Workspace) -> None:
    assert slack.sockets is not None
    slack.command(ANNE, "liste")
    slack.sockets.cut()
    assert slack.command(ANNE, "liste").said["response_type"] == "ephemeral"


def test_what_comes_from_another_workspace_is_not_answered(slack: Workspace, played: Played) -> None:
    assert slack.sockets is not None
    asked = {"command": "/tovholder", "text": "svar topmøde ja borgmester", "team_id": "T2", "user_id": ANNE}
    slack.sockets.send({"envelope_id": "foreign", "type": "slash_commands", "payload": asked})
    slack.command(ANNE, "hjælp")
    assert slack.sockets.answers["foreign"] == [] and played.dump()["answer"] == []


def test_it_leaves_when_it_is_told_to_stop(played: Played) -> None:
    with workspace(played.engine, lambda: local(NOW), by_socket=True) as made:
        made.command("USOMEBODY", "liste")
        sockets = made.sockets
    assert sockets is not None and (sockets.opened, sockets.closed) == (1, 1)


def test_what_was_heard_before_the_end_is_answered_before_it(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, answer = threading.Event(), Acquaintance.answer_and_catalog

    def answered(self: Acquaintance, request: Request) -> tuple[Reply, Phrases]:
        heard.set()
        return answer(self, request)

    monkeypatch.setattr(Acquaintance, "answer_and_catalog", answered)
    slack = Slack()
    sockets = Sockets(slack)
    with running(slack) as url, anyio.from_thread.start_blocking_portal() as portal:
        app = app_at(url, played)
        opened = portal.wrap_async_context_manager(app.open())
        opened.__enter__()
        link(played.engine, COORDINATOR, ANNE, local(NOW))
        with writing(played.engine):  # whoever wants to write meanwhile waits
            asked = {"command": "/tovholder", "text": "svar topmøde ja borgmester", "team_id": "T1", "user_id": ANNE}
            sockets.send({"envelope_id": "last", "type": "slash_commands", "payload": asked})
            assert heard.wait(10)
            closing = threading.Thread(target=lambda: opened.__exit__(None, None, None))
            closing.start()
            time.sleep(0.1)
        closing.join()
    assert len(sockets.answers["last"]) == 1 and len(played.dump()["answer"]) == 1


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (Fault(error="invalid_auth"), "invalid_auth"),
        (Fault(drop=True), "ServerDisconnectedError"),
        (Fault(body="oh no", status=500), "refused"),
    ],
)
def test_a_connection_that_cannot_begin_holds_nobody_up_and_is_told(played: Played, trouble: Fault, why: str) -> None:
    slack = Slack()
    slack.plan("apps.connections.open", *[trouble] * 9)
    Sockets(slack)
    with running(slack) as url:
        heard = app_at(url, played)
        health = partial(report, played.engine, lambda: local(NOW), heard.trouble)
        with TestClient(app(health, opens=heard.open)) as served:
            assert eventually(lambda: heard.trouble() == why), heard.trouble()
            told = served.get("/health")
            assert (told.status_code, told.json()["slack"]) == (503, why) and "slack" in told.json()["why"]


def test_without_a_secret_nothing_is_heard_by_http(played: Played) -> None:
    """Nobody could tell who signed it: there is no such page, rather than an error of ours."""
    people = Acquaintance(played.engine, lambda: local(NOW))
    for secret, doors in (("", 0), ("8f742231b10e8888", 1)):
        assert len(slack_routes(SlackApp(SlackSettings(secret, TOKEN, "xapp-test"), people))) == doors


@pytest.mark.slow
def test_it_goes_on_trying_until_it_is_let_in(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.socket.FIRST_REST", 0.05)
    slack = Slack()
    no_answer = [Fault(status=503, body="away", content_type="text/plain"), Fault(body="ok", content_type="text/plain")]
    slack.plan("apps.connections.open", Fault(error="internal_error"), *no_answer)
    slack.plan("apps.connections.open", Fault(status=503, body="{", content_type="application/json"))
    Sockets(slack)
    with running(slack) as url, anyio.from_thread.start_blocking_portal() as portal:
        heard = app_at(url, played)
        with portal.wrap_async_context_manager(heard.open()):
            assert eventually(lambda: heard.trouble() == ""), heard.trouble()
            assert report(played.engine, lambda: local(NOW), heard.trouble)["slack"] == "heard"
