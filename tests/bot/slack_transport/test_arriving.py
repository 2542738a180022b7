"""The way out to Slack, against a stand-in and through the real sender: what arrives, and what is refused for good."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alliance.deliveries import Parcel, Undeliverable
from alliance.pacing import Rate
from bot.slack.receipts import Posted, opaque_key
from scheduling.deliver import send_due
from tests.bot.slack_transport.sending import (
    ANNE,
    NOW,
    OPEN,
    POST,
    Note,
    Post,
    add,
    ended,
    parcel,
    parts,
    post,
    send,
    unreachable,
    way,
)
from tests.conftest import Played
from tests.slack_server import Fault, Slack, too_many


def test_it_arrives_with_text_and_blocks_and_the_receipt_says_where(told: Played, slack: Slack) -> None:
    send(told, way(slack))
    (record,), (message,) = told.outbox(), slack.posted("UANNE")
    assert (record.state, record.receipt) == ("sent", f"DUANNE {message['ts']}")
    assert Posted.of(record.receipt) == Posted("DUANNE", message["ts"])
    assert "Hej nummer 1" in message["text"] and message["blocks"][0]["text"]["text"] == message["text"]
    (asked,) = slack.asked(POST)
    assert asked["unfurl_links"] is False and "username" not in asked


def test_nothing_about_anybody_is_in_the_metadata(told: Played, slack: Slack) -> None:
    send(told, way(slack))
    (message,) = slack.posted()
    metadata = message["metadata"]
    assert metadata["event_type"] == "tov_outbox"
    assert metadata["event_payload"] == {"key": message["client_msg_id"], "part": 0, "of": 1}
    assert message["client_msg_id"] == str(opaque_key(f"1/broadcast/audience:all/1/{ANNE}"))


@pytest.mark.parametrize("text", ["", "DUANNE", "250 OK <1@x>"[:3], " 1.2"])
def test_a_receipt_that_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a receipt"):
        Posted.of(text)


def test_one_strand_arrives_in_its_order_even_when_the_first_is_delayed(played: Played, slack: Slack) -> None:
    add(played, ANNE, "T1/UANNE")
    for number in "123":
        post(played, ANNE, occasion=number, strand="s")
    slack.plan(POST, too_many("2"))
    transport = way(slack)
    for second in (0, 1, 4, 5, 6):
        send(played, transport, at=NOW + timedelta(seconds=second))
    assert [message["text"][-1] for message in slack.posted("UANNE")] == ["1", "2", "3"]


@pytest.mark.slow
def test_a_conversation_that_takes_a_message_in_a_while_gets_no_more(played: Played, slack: Slack) -> None:
    """With a real clock: what the sender keeps back is never refused."""
    add(played, ANNE, "T1/UANNE")
    slack.gap, slack.clock = 0.2, lambda: datetime.now(UTC).timestamp()
    for number in "1234":
        post(played, ANNE, occasion=number)
    transport = way(slack, rate=Rate(lane_gap_ms=250))
    while any(state != "sent" for _, state, _ in ended(played)):
        send_due(played.engine, {"slack": transport}, lambda: datetime.now(UTC) + timedelta(days=365))
    assert len(slack.asked(POST)) == len(slack.posted()) == 4


def test_many_are_under_way_at_once_over_one_pool(played: Played, slack: Slack) -> None:
    for person in range(1, 21):
        add(played, person, f"T1/U{person}")
    post(played, *range(1, 21))
    slack.answers_after = 0.02
    assert send(played, way(slack)) == {"sent": 20}
    assert Counter(len(slack.posted(f"U{person}")) for person in range(1, 21)) == {1: 20}


# --------------------------------------------------------------------------------------------- what is refused for good


@pytest.mark.parametrize(
    ("method", "code"),
    [
        *((OPEN, code) for code in ("user_not_found", "user_disabled", "users_not_found", "cannot_dm_bot")),
        *((POST, code) for code in ("channel_not_found", "is_archived", "not_in_channel")),
    ],
)
def test_where_nobody_is_reached_it_goes_by_mail_in_the_same_run(
    told: Played, slack: Slack, method: str, code: str
) -> None:
    slack.plan(method, Fault(code), Fault(code))
    mail = Post()
    send(told, way(slack), mail)
    assert ended(told) == [("slack", "given_up", f"recipient: {code}"), ("mail", "sent", "")]
    assert len(mail.accepted) == 1 and unreachable(told) == {"T1/UANNE": f"recipient: {code}"}


@pytest.mark.parametrize(
    "code",
    ["invalid_auth", "token_revoked", "token_expired", "account_inactive", "missing_scope", "restricted_action"],
)
def test_what_is_wrong_with_our_access_makes_nobody_unreachable(
    told: Played, slack: Slack, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.plan(POST, Fault(code))
    mail = Post()
    send(told, way(slack), mail)
    assert ended(told) == [("slack", "given_up", f"access: {code}"), ("mail", "sent", "")]
    assert len(mail.accepted) == 1 and unreachable(told) == {}
    assert f"Slack refuses us: access: {code}" in caplog.text


@pytest.mark.parametrize("code", ["msg_too_long", "invalid_blocks", "metadata_too_large", "invalid_metadata_schema"])
def test_what_we_made_wrongly_still_arrives_by_mail(told: Played, slack: Slack, code: str) -> None:
    slack.plan(POST, Fault(code))
    mail = Post()
    send(told, way(slack), mail)
    assert ended(told) == [("slack", "given_up", f"data: {code}"), ("mail", "sent", "")] and unreachable(told) == {}


def broken(parcel: Parcel) -> list[Note]:
    raise KeyError("a block nobody knows")


@pytest.mark.parametrize(("dress", "reason"), [(broken, "words: KeyError"), (parts(0), "words: nothing to say")])
def test_what_cannot_be_dressed_for_slack_goes_by_mail(told: Played, slack: Slack, dress: Any, reason: str) -> None:
    send(told, way(slack, dress), Post())
    assert ended(told) == [("slack", "given_up", reason), ("mail", "sent", "")] and not slack.posted()


def test_the_scope_that_is_missing_is_named(told: Played, slack: Slack) -> None:
    slack.scopes = frozenset({"chat:write"})
    send(told, way(slack), Post())
    assert ended(told)[0] == ("slack", "given_up", "access: missing_scope im:write")


def test_with_another_workspaces_token_nobody_is_asked_for_and_nobody_marked(told: Played, slack: Slack) -> None:
    slack.team = "T2"
    send(told, way(slack), Post())
    assert ended(told) == [("slack", "given_up", "access: another workspace's token"), ("mail", "sent", "")]
    assert not slack.asked(OPEN) and unreachable(told) == {}


@pytest.mark.parametrize("address", ["UANNE", "T1/", "/UANNE", ""])
def test_an_address_that_names_no_workspace_and_user_is_wrong(slack: Slack, address: str) -> None:
    with pytest.raises(Undeliverable) as error:
        asyncio.run(way(slack).send(parcel(to=address)))
    assert error.value.permanent and error.value.address_is_wrong and not slack.calls


@pytest.mark.parametrize("fault", [Fault("something_new"), Fault("service_unavailable"), Fault("request_timeout")])
def test_what_nobody_knows_is_tried_again_and_named(told: Played, slack: Slack, fault: Fault) -> None:
    slack.plan(POST, fault)
    send(told, way(slack))
    assert ended(told) == [("slack", "failed", f"slack: {fault.error}")]
    send(told, way(slack), at=NOW + timedelta(minutes=2))
    assert ended(told) == [("slack", "sent", "")]
