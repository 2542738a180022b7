"""The way out to Slack, against a stand-in that fails as Slack may, and through the real sender."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from alliance.deliveries import Parcel, Sender, Transport, Uncertain, Undeliverable
from alliance.messages import File, Message, Text
from alliance.notifications import Notification
from alliance.pacing import UNLIMITED, Rate
from bot.slack.receipts import Posted, opaque_key
from bot.slack.refusals import MEANINGS, Refusal, refusal, seconds
from bot.slack.transport import SlackTransport
from scheduling.deliver import send_due
from storage import outbox
from storage.changes import register as change
from storage.engine import reading, writing
from storage.outbox.looking import newest_receipts
from storage.tables import tables
from tests.conftest import Played, local
from tests.slack_server import Fault, Slack, running, too_many

NOW = local("2027-03-03T08:00")
ANNE, BO = 1, 2
SENDER = Sender("Tovholder", "tovholder@klimaalliancen.example")
QUICK = Rate(lane_gap_ms=10)
PDF = File("dagsorden.pdf", "application/pdf", b"%PDF-1.7 " + bytes(range(256)))
OPEN, POST, HISTORY = "conversations.open", "chat.postMessage", "conversations.history"
UPLOAD, COMPLETE = "files.getUploadURLExternal", "files.completeUploadExternal"


@dataclass(frozen=True)
class Note:
    """A posting as the dress makes it."""

    text: str
    blocks: Sequence[dict[str, Any]] = ()
    files: Sequence[File] = ()


def one(parcel: Parcel) -> list[Note]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": parcel.message.summary}}
    return [Note(parcel.message.summary, [section])]


def parts(count: int, *files: File) -> Callable[[Parcel], list[Note]]:
    return lambda parcel: [Note(f"{n}: {parcel.message.summary}", (), () if n else files) for n in range(count)]


@dataclass
class Post:
    """The way of last resort: it takes everything and keeps it."""

    channel: str = "mail"
    can_be_asked: bool = False
    at_once: int = 4
    rate: Rate = UNLIMITED
    sender: Sender = SENDER
    accepted: list[Parcel] = field(default_factory=list)

    async def send(self, parcel: Parcel) -> str:
        self.accepted.append(parcel)
        return "250 OK"

    async def find(self, parcel: Parcel) -> str | None:
        return None

    async def close(self) -> None:
        """Nothing is kept open."""


@pytest.fixture
def slack() -> Iterator[Slack]:
    server = Slack(clock=NOW.timestamp)
    with running(server):
        yield server


def way(slack: Slack, dress: Any = one, rate: Rate = QUICK, **more: Any) -> SlackTransport:
    transport = SlackTransport("xoxb-1", SENDER, dress, api_url=slack.url, **{"timeout": 5.0, **more})
    transport.rate = rate
    return transport


def parcel(key: str = "1/broadcast/all/1/1", to: str = "T1/UANNE", **more: Any) -> Parcel:
    facts: dict[str, Any] = {"to_name": "Anne", "language": "da", "message": Message("Hej", (Text("Hej"),)), "at": NOW}
    return Parcel(1, key, to_address=to, **{**facts, **more})


def add(played: Played, person: int, value: str) -> None:
    with writing(played.engine) as connection:
        change.add_address(connection, 1, person, "slack", value, NOW, verified=True)


def post(played: Played, *people: int, occasion: str = "1", **more: Any) -> None:
    with writing(played.engine) as connection:
        for person in people:
            facts = {"text": f"Hej nummer {occasion}", "by": "Sekretariatet"}
            outbox.post(connection, 1, Notification("broadcast", "audience:all", occasion, person, facts, **more), NOW)


def send(played: Played, *ways: Transport, at: datetime = NOW) -> Counter[str]:
    return send_due(played.engine, {way.channel: way for way in ways}, lambda: at)


def ended(played: Played) -> list[tuple[str, str, str]]:
    return [(record.channel, record.state, record.reason) for record in played.outbox()]


def unreachable(played: Played) -> dict[str, str]:
    address = tables["address"]
    with reading(played.engine) as connection:
        rows = connection.execute(select(address).where(address.c.unreachable_since.is_not(None)))
        return {row.value: row.unreachable_reason for row in rows}


@pytest.fixture
def told(played: Played) -> Played:
    """Anne is on Slack, and there is something for her."""
    add(played, ANNE, "T1/UANNE")
    post(played, ANNE)
    return played


# ---------------------------------------------------------------------------------------------- what arrives


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


# -------------------------------------------------------------------------------------- what is refused for good


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


# ---------------------------------------------------------------------------------------------------- limits


def rests(played: Played) -> dict[str, float]:
    """Which limits are shut at NOW, and for how many seconds."""
    bucket = tables["bucket"]
    with reading(played.engine) as connection:
        rows = connection.execute(select(bucket)).all()
    return {r.name: after for r in rows if (after := r.open_ms / 1000 - NOW.timestamp()) > 0.5}


@pytest.mark.parametrize(
    ("method", "fault", "shuts", "shortest"),
    [
        (POST, too_many("1"), "slack:T1/UANNE", 1.0),
        (POST, too_many("2.5"), "slack:T1/UANNE", 2.5),
        (POST, too_many("0"), "slack:T1/UANNE", 1.0),
        (POST, too_many("30"), "slack:T1", 30.0),
        (POST, too_many(None), "slack:T1", 60.0),
        (POST, too_many("soon"), "slack:T1", 60.0),
        (POST, Fault(status=429, body="slow down", retry_after="20"), "slack:T1", 20.0),
        (POST, Fault("rate_limited"), "slack:T1", 60.0),
        (POST, Fault("message_limit_exceeded"), "slack:T1", 60.0),
        (OPEN, too_many("3"), "slack:T1", 3.0),
        ("auth.test", too_many("3"), "slack:T1", 3.0),
    ],
)
def test_a_limit_rests_whom_it_is_for_and_counts_as_no_attempt(
    told: Played, slack: Slack, method: str, fault: Fault, shuts: str, shortest: float
) -> None:
    slack.plan(method, fault)
    send(told, way(slack))
    ((name, rest),) = rests(told).items()
    assert name == shuts and shortest <= rest <= shortest * 1.21
    (record,) = told.outbox()
    assert (record.state, record.reason.partition(":")[0], record.attempts) == ("failed", "busy", 0)
    send(told, way(slack), at=NOW + timedelta(seconds=rest + 0.1))
    assert ended(told) == [("slack", "sent", "")]


@pytest.mark.parametrize(
    ("typed", "wait"),
    [
        *(("7", 7.0), ("1.5", 1.5), ("0", 1.0), ("-3", 1.0), ("9e9", 7 * 86_400.0)),
        *((no, None) for no in (None, "", "nan", "inf", "Wed, 21 Oct 2026 07:28:00 GMT")),
    ],
)
def test_a_wait_is_read_however_it_is_written(typed: str | None, wait: float | None) -> None:
    assert seconds(typed) == wait


# --------------------------------------------------------------------------------------------- what is in doubt


LATER = NOW + timedelta(minutes=10)
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


# ---------------------------------------------------------------------------------------------- conversations


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


# ---------------------------------------------------------------------------------- several messages, and files


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


# -------------------------------------------------------------------------------------------- the table itself


def test_every_code_ends_in_one_of_the_ways_the_outbox_knows() -> None:
    for code, (meaning, said) in MEANINGS.items():
        error = refusal(code, 200, posts=True)
        assert said and isinstance(error, Uncertain) is (meaning == "doubt"), code
        if isinstance(error, Undeliverable):
            assert error.permanent is (meaning in ("recipient", "access", "data", "gone")), code
            assert error.address_is_wrong is (meaning == "recipient"), code
            assert (error.cause, error.park) == (("busy", "account") if meaning == "busy" else ("down", "")), code
            assert code in error.reason


def test_what_posts_nothing_is_never_in_doubt() -> None:
    for code in (*MEANINGS, "", "new_one"):
        for status in (200, 404, 429, 500, 503):
            assert isinstance(refusal(code, status), Refusal)


@pytest.mark.parametrize("code", ["<script>", "a b", "x" * 61, "Åse"])
def test_a_code_that_is_no_code_is_not_repeated(code: str) -> None:
    assert str(refusal(code, 200)) == "not yet deliverable: slack: unreadable"


@pytest.mark.parametrize(("url", "token"), [("slack.com/api", "x"), ("ftp://x/", "x"), ("", "x"), ("https://x/", " ")])
def test_settings_that_cannot_be_used_are_refused_at_once(url: str, token: str) -> None:
    with pytest.raises(ValueError, match="Slack"):
        SlackTransport(token, SENDER, one, api_url=url)
