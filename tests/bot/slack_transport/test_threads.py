"""Conversations are opened once; what needs several messages stands in one thread, and its files with it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from alliance.deliveries import Uncertain
from alliance.messages import File, Message
from bot.slack.receipts import Posted
from storage.engine import reading, writing
from storage.outbox.looking import newest_receipts
from storage.tables import tables
from tests.bot.slack_transport.sending import (
    ANNE,
    COMPLETE,
    LATER,
    NOW,
    OPEN,
    PDF,
    POST,
    UPLOAD,
    Post,
    add,
    ended,
    one,
    parcel,
    parts,
    post,
    send,
    way,
)
from tests.conftest import Played
from tests.slack_server import Fault, Slack, too_many
from tovholder import wiring
from tovholder.settings import read_settings

BO = 2


def test_a_conversation_is_opened_once_and_what_was_known_is_not_asked_again(played: Played, slack: Slack) -> None:
    add(played, ANNE, "T1/UANNE")
    post(played, ANNE)
    send(played, way(slack))
    with reading(played.engine) as connection:
        known = {a: Posted.of(r).channel for a, r in newest_receipts(connection, "slack").items()}
    assert known == {"T1/UANNE": "DUANNE"}
    restarted = way(slack, conversations=known)
    for number in "234":
        post(played, ANNE, occasion=number)
        send(played, restarted, at=NOW + timedelta(minutes=int(number)))
    assert len(slack.asked(OPEN)) == 1 and len(slack.posted()) == 4


def test_a_conversation_that_is_gone_is_opened_anew(told: Played, slack: Slack) -> None:
    send(told, way(slack, conversations={"T1/UANNE": "DGONE"}))
    assert ended(told) == [("slack", "sent", "")] and len(slack.posted("UANNE")) == 1


@pytest.mark.parametrize("spoilt", ["", "<1@mail.example>", "DUANNE  1.1", "DUANNE 1.1 two"])
def test_a_receipt_that_nobody_can_read_stops_nobody(
    played: Played, slack: Slack, caplog: pytest.LogCaptureFixture, spoilt: str
) -> None:
    for person, user in ((ANNE, "UANNE"), (BO, "UBO")):
        add(played, person, f"T1/{user}")
        post(played, person)
    send(played, way(slack))
    with writing(played.engine) as connection:
        delivery = tables["delivery"]
        connection.execute(update(delivery).where(delivery.c.lane == "slack:T1/UANNE").values(receipt=spoilt))
    settings = read_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": slack.url})
    ways = wiring.transports(settings, played.engine, [played.alliance])
    assert [record.getMessage() for record in caplog.records if "T1/UANNE" in record.getMessage()]
    for person in (ANNE, BO):
        post(played, person, occasion="2")
    send(played, ways["slack"], at=NOW + timedelta(minutes=1))
    assert sorted(asked["users"] for asked in slack.asked(OPEN)) == ["UANNE", "UANNE", "UBO"]
    assert len(slack.posted()) == 4


# ------------------------------------------------------------------------------------------ several messages, and files


def threads(slack: Slack) -> list[tuple[str, bool]]:
    """The texts of all messages, and whether they stand in the thread of the first."""
    posted = slack.posted()
    return [(message["text"][:1], message.get("thread_ts") == posted[0]["ts"]) for message in posted]


WHOLE = [("0", False), ("1", True), ("2", True)]


def test_further_messages_stand_in_the_thread_of_the_first(told: Played, slack: Slack) -> None:
    send(told, way(slack, parts(3)))
    assert threads(slack) == WHOLE
    payloads = [message["metadata"]["event_payload"] for message in slack.posted()]
    assert [(each["part"], each["of"]) for each in payloads] == [(0, 3), (1, 3), (2, 3)]
    assert len({each["key"] for each in payloads}) == 1
    assert len({message["client_msg_id"] for message in slack.posted()}) == 3


@pytest.mark.parametrize("arrivals", [1, 2, 3])
@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(drop=True, done=True), Fault("service_unavailable")])
def test_what_was_begun_is_continued_where_it_stopped(told: Played, slack: Slack, arrivals: int, fault: Fault) -> None:
    faults = iter([None] * (arrivals - 1) + [fault])
    slack.befalls = lambda method, args: next(faults, None) if method == POST else None
    send(told, way(slack, parts(3)))
    for minutes in (10, 20):
        send(told, way(slack, parts(3)), at=NOW + timedelta(minutes=minutes))
    assert ended(told) == [("slack", "sent", "")] and threads(slack) == WHOLE


@pytest.mark.slow
def test_a_limit_between_two_messages_is_waited_for(told: Played, slack: Slack) -> None:
    faults = iter([None, too_many("1")])
    slack.befalls = lambda method, args: next(faults, None) if method == POST else None
    send(told, way(slack, parts(3)))
    assert ended(told) == [("slack", "sent", "")] and threads(slack) == WHOLE


def test_a_longer_limit_between_two_messages_is_a_doubt_and_continued(told: Played, slack: Slack) -> None:
    faults = iter([None, too_many("30")])
    slack.befalls = lambda method, args: next(faults, None) if method == POST else None
    send(told, way(slack, parts(3)))
    assert ended(told) == [("slack", "sending", "busy: ratelimited")]
    send(told, way(slack, parts(3)), at=LATER)
    assert ended(told) == [("slack", "sent", "")] and threads(slack) == WHOLE


def test_when_the_rest_is_refused_for_good_all_of_it_goes_by_mail(told: Played, slack: Slack) -> None:
    faults = iter([None, Fault("invalid_blocks")])
    slack.befalls = lambda method, args: next(faults, None) if method == POST else None
    mail = Post()
    send(told, way(slack, parts(2)), mail)
    assert ended(told) == [("slack", "given_up", "data: invalid_blocks"), ("mail", "sent", "")]


def test_when_less_is_left_to_say_what_was_said_is_enough(told: Played, slack: Slack) -> None:
    """The words are made anew after a doubt, and may have become fewer; so also when it is no longer true."""
    faults = iter([None, Fault(drop=True)])
    slack.befalls = lambda method, args: next(faults, None) if method == POST else None
    send(told, way(slack, parts(3)))
    send(told, way(slack, parts(1)), at=LATER)
    assert ended(told) == [("slack", "sent", "")] and threads(slack) == WHOLE[:1]


def test_of_what_is_no_longer_true_a_part_that_was_said_counts_as_said(slack: Slack) -> None:
    """Then the parcel is asked for as a bare message, and must never be sent: withdrawn would not be the truth."""

    async def scenario() -> tuple[str, str | None]:
        slack.plan(POST, Fault(drop=True, done=True))
        begun, bare = way(slack, parts(3)), way(slack, one)
        with pytest.raises(Uncertain):
            await begun.send(parcel())
        found = await bare.find(parcel(message=Message("settled")))
        await begun.close()
        await bare.close()
        return str(Posted("DUANNE", slack.posted()[0]["ts"])), found

    said, found = asyncio.run(scenario())
    assert found == said


def shared(slack: Slack) -> list[list[str]]:
    return [[file["name"] for file in message["files"]] for message in slack.posted() if message.get("files")]


SECOND = File("bilag.pdf", "application/pdf", b"%PDF bilag")


def test_files_are_uploaded_first_and_shared_last_in_the_thread(told: Played, slack: Slack) -> None:
    send(told, way(slack, parts(2, PDF, SECOND)))
    methods = [call.method for call in slack.calls if call.method not in ("auth.test", OPEN)]
    assert methods == [UPLOAD, "upload", UPLOAD, "upload", POST, POST, COMPLETE]
    assert shared(slack) == [["dagsorden.pdf", "bilag.pdf"]] and threads(slack)[-1] == ("", True)
    assert [file["content"] for file in slack.files.values()] == [PDF.content, SECOND.content]
    assert slack.posted()[0]["metadata"]["event_payload"]["files"] == "F1 F2"


@pytest.mark.parametrize(
    "fault", [Fault(drop=True), Fault(drop=True, done=True), Fault("internal_error", done=True), too_many("2")]
)
def test_after_a_doubt_the_same_upload_is_shared_once(told: Played, slack: Slack, fault: Fault) -> None:
    slack.plan(COMPLETE, fault)
    send(told, way(slack, parts(1, PDF)))
    send(told, way(slack, parts(1, PDF)), at=LATER)
    assert ended(told) == [("slack", "sent", "")] and shared(slack) == [["dagsorden.pdf"]]
    assert len(slack.files) == 1 and len(slack.asked(POST)) == 1


def test_a_shared_file_is_known_by_its_id_whatever_it_is_called_now(told: Played, slack: Slack) -> None:
    slack.plan(COMPLETE, Fault(drop=True, done=True))
    send(told, way(slack, parts(1, PDF)))
    send(told, way(slack, parts(1, SECOND)), at=LATER)
    assert ended(told) == [("slack", "sent", "")] and len(slack.asked(COMPLETE)) == 1


def test_a_file_that_the_reader_answers_with_is_not_ours(told: Played, slack: Slack) -> None:
    slack.plan(COMPLETE, Fault(drop=True))
    send(told, way(slack, parts(1, PDF)))
    thread = slack.posted()[0]["ts"]
    slack._add("DUANNE", {"user": "UANNE", "thread_ts": thread, "files": [{"id": "F9", "name": PDF.name}]})
    send(told, way(slack, parts(1, PDF)), at=LATER)
    assert ended(told) == [("slack", "sent", "")] and len(slack.asked(COMPLETE)) == 2


def test_a_file_that_shows_late_is_not_uploaded_again(told: Played, slack: Slack) -> None:
    slack.plan(COMPLETE, Fault(drop=True, done=True))
    send(told, way(slack, parts(1, PDF)))
    late = slack.messages["DUANNE"].pop()
    send(told, way(slack, parts(1, PDF)), at=LATER)
    slack.messages["DUANNE"].append(late)
    assert ended(told) == [("slack", "sent", "")] and shared(slack) == [["dagsorden.pdf"]] and len(slack.files) == 1


def test_an_upload_that_slack_has_forgotten_is_made_again(told: Played, slack: Slack) -> None:
    slack.plan(COMPLETE, Fault(drop=True))
    send(told, way(slack, parts(1, PDF)))
    slack.files.clear()
    send(told, way(slack, parts(1, PDF)), at=LATER)
    assert ended(told) == [("slack", "sent", "")] and shared(slack) == [["dagsorden.pdf"]]


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        *((UPLOAD, fault) for fault in (Fault(drop=True), Fault(status=500, body="no"), Fault("fatal_error"))),
        *(
            ("upload", fault)
            for fault in (Fault(drop=True), Fault(status=500, body="no"), Fault(status=403, body="no"))
        ),
    ],
)
def test_while_a_file_cannot_be_uploaded_nothing_is_posted(
    told: Played, slack: Slack, method: str, fault: Fault
) -> None:
    slack.plan(method, fault)
    send(told, way(slack, parts(1, PDF)))
    assert ended(told)[0][:2] == ("slack", "failed") and not slack.asked(POST)
    send(told, way(slack, parts(1, PDF)), at=LATER)
    assert ended(told) == [("slack", "sent", "")] and shared(slack) == [["dagsorden.pdf"]]


def test_without_leave_to_send_files_the_mail_brings_them_and_slack_says_nothing(told: Played, slack: Slack) -> None:
    slack.scopes = frozenset({"chat:write", "im:write", "im:history"})
    mail = Post()
    send(told, way(slack, parts(1, PDF)), mail)
    assert ended(told)[0] == ("slack", "given_up", "access: missing_scope files:write")
    assert not slack.posted() and len(mail.accepted) == 1
