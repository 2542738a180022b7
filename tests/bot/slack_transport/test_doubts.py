"""What may have arrived is looked for before it is posted again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from alliance.deliveries import Uncertain
from bot.slack.transport import SlackTransport
from tests.bot.slack_transport.sending import (
    HISTORY,
    LATER,
    NOW,
    OPEN,
    POST,
    SENDER,
    Post,
    ended,
    one,
    parcel,
    send,
    way,
)
from tests.conftest import Played
from tests.slack_server import Fault, Slack, running, too_many

DOUBTS = [
    pytest.param(Fault(drop=True, done=True), id="dropped"),
    pytest.param(Fault(hang=3.0, done=True), id="hangs"),
    pytest.param(Fault("internal_error", done=True), id="internal_error"),
    pytest.param(Fault("fatal_error", done=True), id="fatal_error"),
    pytest.param(Fault(status=500, body="oops", done=True), id="500"),
    pytest.param(Fault("service_unavailable", 503, done=True), id="503"),
    pytest.param(Fault(body="<html>welcome</html>", done=True), id="a page"),
    pytest.param(Fault(body="OK", content_type="text/plain", done=True), id="words"),
    pytest.param(Fault(body="[1]", content_type="application/json", done=True), id="a list"),
    pytest.param(Fault(body='{"ok": tr', content_type="application/json", done=True), id="half"),
]


@pytest.mark.slow
@pytest.mark.parametrize("fault", DOUBTS)
def test_what_arrived_in_spite_of_all_is_found_and_not_posted_again(told: Played, slack: Slack, fault: Fault) -> None:
    slack.plan(POST, fault)
    send(told, way(slack, timeout=1.0), Post())
    (record,) = told.outbox()
    assert (record.channel, record.state) == ("slack", "sending")
    send(told, way(slack), Post(), at=LATER)
    (record,), (message,) = told.outbox(), slack.posted()
    assert (record.state, record.receipt) == ("sent", f"DUANNE {message['ts']}")
    assert len(slack.asked(POST)) == 1


@pytest.mark.parametrize("fault", [Fault(drop=True), Fault("internal_error"), Fault(status=502, body="<html>")])
def test_what_did_not_arrive_is_asked_for_and_then_posted_once(told: Played, slack: Slack, fault: Fault) -> None:
    slack.plan(POST, fault)
    send(told, way(slack))
    send(told, way(slack), at=LATER)
    assert ended(told) == [("slack", "sent", "")] and len(slack.posted()) == 1
    assert [call.method for call in slack.calls[-3:]] == [OPEN, HISTORY, POST]


@pytest.mark.parametrize("method", [OPEN, "auth.test"])
@pytest.mark.parametrize("fault", [Fault(drop=True, done=True), Fault("internal_error"), Fault(status=503, body="")])
def test_before_anything_is_posted_no_fault_leaves_a_doubt(
    told: Played, slack: Slack, method: str, fault: Fault
) -> None:
    slack.plan(method, fault)
    send(told, way(slack))
    (record,) = told.outbox()
    assert record.state == "failed" and not slack.asked(POST)


def test_when_slack_cannot_be_reached_surely_nothing_was_sent(told: Played) -> None:
    with running(Slack()) as url:
        pass
    send(told, SlackTransport("xoxb-1", SENDER, one, api_url=url))
    ((_, state, reason),) = ended(told)
    assert state == "failed" and reason.startswith("connect: ")


def test_it_is_found_behind_many_pages_of_other_messages(slack: Slack) -> None:
    async def scenario() -> tuple[str, str | None, str | None]:
        transport = way(slack)
        sent = await transport.send(parcel())
        for number in range(45):
            slack._add("DUANNE", {"user": "UANNE", "text": f"svar {number}"})
            await transport.send(parcel(f"other/{number}"))
        found = await transport.find(parcel(since=NOW))
        missing = await transport.find(parcel("never/sent", since=NOW))
        await transport.close()
        return sent, found, missing

    slack.most = 15  # what apps that are not internal get at most
    sent, found, missing = asyncio.run(scenario())
    assert sent == found and missing is None and len(slack.asked(HISTORY)) == 14


@pytest.mark.parametrize(("seconds_ago", "found"), [(0, True), (59, True), (61, False)])
def test_it_is_looked_for_from_the_first_attempt_on_and_a_minute_more(
    slack: Slack, seconds_ago: float, found: bool
) -> None:
    """A minute, because clocks differ."""

    async def scenario() -> str | None:
        transport = way(slack)
        await transport.send(parcel())
        known = await transport.find(parcel(since=NOW + timedelta(seconds=seconds_ago)))
        await transport.close()
        return known

    assert (asyncio.run(scenario()) is not None) is found


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        (too_many("2"), "failed", "busy: ratelimited"),
        (Fault(drop=True), "failed", "lost: ServerDisconnectedError Server disconnected"),
        (Fault(status=503, body=""), "failed", "slack: http 503"),
        (Fault("something_new"), "failed", "slack: something_new"),
    ],
)
def test_while_it_cannot_be_asked_nothing_is_posted(
    told: Played, slack: Slack, fault: Fault, state: str, reason: str
) -> None:
    slack.plan(POST, Fault(drop=True, done=True))
    slack.plan(HISTORY, *[fault] * (2 if fault.drop else 1))  # the library reads again over a new line
    send(told, way(slack), Post())
    send(told, way(slack), Post(), at=LATER)
    assert ended(told) == [("slack", state, reason)]
    send(told, way(slack), Post(), at=LATER + timedelta(minutes=10))
    assert ended(told) == [("slack", "sent", "")] and len(slack.posted()) == 1


@pytest.mark.parametrize(("method", "fault"), [(HISTORY, Fault("missing_scope")), (OPEN, Fault("user_disabled"))])
def test_what_can_never_be_asked_goes_by_mail_and_is_marked_as_a_possible_repeat(
    told: Played, slack: Slack, method: str, fault: Fault
) -> None:
    slack.plan(POST, Fault(drop=True, done=True))
    send(told, way(slack), Post())
    slack.plan(method, fault)
    mail = Post()
    send(told, way(slack), mail, at=LATER)
    assert ended(told)[1] == ("mail", "sent", "possibly_repeated") and len(mail.accepted) == 1


def test_metadata_that_slack_hides_from_us_is_no_answer(slack: Slack) -> None:
    async def scenario() -> None:
        transport = way(slack)
        await transport.send(parcel("another"))
        slack.messages["DUANNE"][0]["metadata"] = {"event_type": "tov_outbox"}
        try:
            await transport.find(parcel())
        finally:
            await transport.close()

    with pytest.raises(Uncertain, match="metadata"):
        asyncio.run(scenario())


@pytest.mark.parametrize("code", ["duplicate_message_not_found", "duplicate_channel_not_found"])
def test_where_slack_remembers_the_id_of_a_message_that_is_gone_it_is_posted_without(
    told: Played, slack: Slack, code: str
) -> None:
    slack.plan(POST, Fault(code))
    send(told, way(slack))
    assert ended(told) == [("slack", "sent", "")]
    assert ["client_msg_id" in args for args in slack.asked(POST)] == [True, False]
