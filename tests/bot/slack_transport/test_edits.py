"""A message that stands in Slack is changed where it stands, in all its parts, and never becomes a new one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from alliance.deliveries import Parcel, Sender, Undeliverable
from alliance.messages import Message
from alliance.pacing import Rate
from bot.slack.receipts import Posted
from bot.slack.transport import SlackTransport
from tests.bot.slack_transport.sending import Note, parcel
from tests.slack_checks import limits
from tests.slack_server import Fault, Slack

SENDER = Sender("Tovholder", "tovholder@klimaalliancen.example")
Dress = Callable[[Parcel], list[Note]]


def parts(count: int) -> Dress:
    """So many messages, the first with blocks; one where only the summary is to be said."""

    def dress(parcel: Parcel) -> list[Note]:
        said = parcel.message.summary
        section = {"type": "section", "text": {"type": "mrkdwn", "text": said}}
        return [Note(f"{n}: {said}", () if n else [section]) for n in range(count if parcel.message.blocks else 1)]

    return dress


def send(slack: Slack, dress: Dress, told: Parcel) -> str:
    async def once() -> str:
        way = SlackTransport("xoxb-1", SENDER, dress, api_url=slack.url)
        way.rate = Rate(lane_gap_ms=5)
        try:
            return await way.send(told)
        finally:
            await way.close()

    return asyncio.run(once())


def edit(receipt: str, said: str = "Nu") -> Parcel:
    return parcel(key="1/edit/delivery:1/after:0/1", message=Message(said, parcel().message.blocks), edits=receipt)


def texts(slack: Slack) -> list[str]:
    return [message["text"] for message in slack.posted("UANNE")]


@pytest.mark.parametrize(
    ("stood", "says", "texts_after"),
    [
        (1, 1, ["0: Nu"]),
        (3, 3, ["0: Nu", "1: Nu", "2: Nu"]),
        (3, 1, ["0: Nu"]),  # what is not needed any more is taken away
        (2, 3, ["0: Nu"]),  # what needs more room than there is says less: a new message would be a notification
    ],
)
def test_every_part_of_a_message_is_changed_where_it_stands(
    slack: Slack, stood: int, says: int, texts_after: list[str]
) -> None:
    receipt = send(slack, parts(stood), parcel())
    posts = len(slack.asked("chat.postMessage"))
    assert send(slack, parts(says), edit(receipt)) == receipt
    assert texts(slack) == texts_after and len(slack.asked("chat.postMessage")) == posts
    assert send(slack, parts(says), edit(receipt)) == receipt and texts(slack) == texts_after, "twice is once"


def test_blocks_that_are_not_said_any_more_go(slack: Slack) -> None:
    receipt = send(slack, parts(1), parcel())
    send(slack, lambda _: [Note("Nu uden", ())], edit(receipt))
    (message,) = slack.posted("UANNE")
    assert message["blocks"] == [] and message["metadata"], "its key stays"


@pytest.mark.parametrize("sign", ["x", "æ", "🌱", "&amp;", "a &lt;b "])
def test_a_long_message_is_changed_with_a_shorter_text_and_all_its_blocks(slack: Slack, sign: str) -> None:
    """Slack takes a text of 40,000 characters when it is posted, and of 4,000 bytes when it is changed."""
    receipt = send(slack, parts(1), parcel())
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": sign * 100}}] * 5
    send(slack, lambda _: [Note(sign * 8_000, blocks)], edit(receipt))
    (message,) = slack.posted("UANNE")
    assert message["blocks"] == blocks and limits.edit_faults(message) == []
    kept = message["text"].removesuffix("…").rstrip()
    assert kept and (sign * 8_000).startswith(kept) and not re.search(r"&[a-z]*\Z", kept)
    assert len(message["text"].encode()) > 3_800


@pytest.mark.parametrize(
    ("fault", "permanent", "reason"),
    [
        (Fault(error="message_not_found"), True, "gone: message_not_found"),
        (Fault(error="edit_window_closed"), True, "gone: edit_window_closed"),
        (Fault(error="channel_not_found"), True, "gone: channel_not_found"),
        (Fault(error="invalid_auth"), True, "access: invalid_auth"),
        (Fault(error="internal_error"), False, "slack: internal_error"),
        (Fault(status=503, error="service_unavailable"), False, "slack: service_unavailable"),
        (Fault(drop=True, done=True), False, "lost: "),
    ],
)
def test_what_becomes_of_an_edit_that_fails_says_nothing_of_the_address(
    slack: Slack, fault: Fault, permanent: bool, reason: str
) -> None:
    receipt = send(slack, parts(1), parcel())
    slack.plan("chat.update", fault)
    with pytest.raises(Undeliverable) as refused:
        send(slack, parts(1), edit(receipt))
    error = refused.value
    assert (error.permanent, error.address_is_wrong) == (permanent, False) and error.reason.startswith(reason)


@pytest.mark.parametrize("posted", [Posted("D1", "1.2"), Posted("D1", "1.2", 3)])
def test_a_receipt_says_where_it_stands_and_in_how_many_parts(posted: Posted) -> None:
    assert Posted.of(str(posted)) == posted


@pytest.mark.parametrize("wrong", ["", "D1", "D1 ", " 1.2", "D1 1.2 x", "D1 1.2 3 4"])
def test_what_is_no_receipt_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="receipt"):
        Posted.of(wrong)


def test_nobody_is_asked_whether_an_edit_arrived(slack: Slack) -> None:
    async def found() -> Any:
        way = SlackTransport("xoxb-1", SENDER, parts(1), api_url=slack.url)
        return await way.find(edit("DUANNE 1.2"))

    assert asyncio.run(found()) is None and not slack.calls
