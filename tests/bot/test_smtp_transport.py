from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, syntax

from alliance.deliveries import Parcel, Transport, Uncertain, Undeliverable
from alliance.findings import reason_class
from alliance.messages import File, Invite, Message, Text
from bot.mail.dress import Letterhead, message_id_for
from bot.mail.transport import SmtpSettings, SmtpTransport, smtp_settings
from scheduling.deliver import deliver
from tests.conftest import Played, local

LETTERHEAD = Letterhead("Sekretariatet", "bot@example.dk", "Klimaalliancen", "")


def cut(connection: SMTP) -> None:
    """Hang up without a word, if the line is still open."""
    if isinstance(connection.transport, asyncio.WriteTransport):
        connection.transport.abort()


def content_of(envelope: Envelope) -> bytes:
    """Return the bytes of a mail the server took."""
    assert isinstance(envelope.content, bytes)
    return envelope.content


def parcel(key: str = "agenda/1", to_address: str = "aase@example.dk", **changes: Any) -> Parcel:
    facts: dict[str, Any] = {
        "delivery_id": 1,
        "to_name": "Åse Jensen",
        "language": "da",
        "message": Message("Dagsorden til mødet", (Text("Vi ses."),)),
        "at": datetime(2027, 1, 4, 9, tzinfo=UTC),
    }
    return Parcel(key=key, to_address=to_address, **(facts | changes))


@dataclass
class Server:
    """A mail server that takes everything, except where a test tells it what to answer at a stage."""

    replies: dict[str, str] = field(default_factory=dict)
    hangs_up_at: str = ""
    silent_at: str = ""
    silence: float = 60  # seconds
    pace: float = 0  # seconds that every step takes
    taken: list[Envelope] = field(default_factory=list)
    connections: list[SMTP] = field(default_factory=list)
    url: str = ""

    async def at(self, stage: str, server: SMTP) -> str:
        if self.silent_at == stage:
            await asyncio.sleep(self.silence)
        await asyncio.sleep(self.pace)
        if self.hangs_up_at == stage:
            cut(server)
        return self.replies.get(stage, "250 OK")

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        await self.at("EHLO", server)
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self.at("MAIL", server)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self.at("RCPT", server)
        if reply.startswith("25"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return await self.at("RSET", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = await self.at("taken", server)
        if reply.startswith("250"):
            self.taken.append(envelope)
        return reply

    def password(self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=data.password == b"rigtigt@1", handled=False)


class Protocol(SMTP):
    """aiosmtpd, but able to refuse or hang up before and in the middle of DATA."""

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        before = self.event_handler.replies.get("DATA")
        if before:
            await self.push(before)
        elif self.event_handler.hangs_up_at == "DATA":
            await self.push("354 go on")
            await self._reader.readuntil(b"\r\n")
            cut(self)
        else:
            await super().smtp_DATA(arg)


@contextlib.asynccontextmanager
async def running(server: Server, scheme: str = "smtp", user: str = "", **options: Any) -> AsyncIterator[Server]:
    def connected() -> SMTP:
        server.connections.append(
            Protocol(server, hostname="localhost", authenticator=server.password, auth_require_tls=False, **options)
        )
        return server.connections[-1]

    listening = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    server.url = f"{scheme}://{user}127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
        for connection in server.connections:
            cut(connection)
        await asyncio.sleep(0.01)  # lets aiosmtpd's tasks see that their connection is gone


@contextlib.asynccontextmanager
async def transport_to(server: Server, timeout: float = 5.0, **options: Any) -> AsyncIterator[SmtpTransport]:
    transport = SmtpTransport(server.url, LETTERHEAD, timeout, **options)
    try:
        yield transport
    finally:
        await transport.close()


async def sent_to(server: Server, *parcels: Parcel, timeout: float = 5.0, **options: Any) -> list[str]:
    async with running(server, **options), transport_to(server, timeout) as transport:
        return [await transport.send(each) for each in parcels or (parcel(),)]


def test_a_parcel_arrives_as_a_mail_and_the_receipt_names_it() -> None:
    server = Server({"taken": "250 2.0.0 Ok: queued as 4XyZ"})
    (receipt,) = asyncio.run(sent_to(server, parcel(thread="møde 1")))
    (envelope,) = server.taken
    got = message_from_bytes(content_of(envelope), policy=default)
    message_id = message_id_for("agenda/1", "example.dk")
    assert receipt == f"250 2.0.0 Ok: queued as 4XyZ <{message_id}>"
    assert (envelope.mail_from, envelope.rcpt_tos) == ("bot@example.dk", ["aase@example.dk"])
    assert (got["Message-ID"], got["Subject"]) == (f"<{message_id}>", "Dagsorden til mødet")
    assert got["References"] == f"<{message_id_for('thread møde 1', 'example.dk')}>"
    assert got["Date"].datetime == parcel().at


def test_the_id_of_a_mail_we_answer_is_kept() -> None:
    server = Server()
    asyncio.run(sent_to(server, parcel(thread="<abc@outlook.example>")))
    assert b"In-Reply-To: <abc@outlook.example>\r\n" in content_of(server.taken[0])


def test_the_same_parcel_is_the_same_mail_to_the_byte() -> None:
    server = Server()
    asyncio.run(sent_to(server, parcel(), parcel()))
    assert server.taken[0].content == server.taken[1].content


def test_the_calendar_part_and_a_file_arrive_to_the_byte() -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Æ\r\n.\r\nEND:VCALENDAR\r\n".encode()
    pdf = b"%PDF-1.7\r\n.\n" + bytes(range(256)) * 40
    message = Message("Indkaldelse", (Invite("REQUEST", calendar), File("dagsorden.pdf", "application/pdf", pdf)))
    server = Server()
    asyncio.run(sent_to(server, parcel(message=message)))
    got = message_from_bytes(content_of(server.taken[0]), policy=default)
    carried = {part.get_content_type(): part.get_payload(decode=True) for part in got.walk()}
    assert carried["text/calendar"] == carried["application/ics"] == calendar
    assert carried["application/pdf"] == pdf


def test_mails_share_one_connection_even_when_sent_at_once() -> None:
    async def scenario(server: Server) -> None:
        async with running(server), transport_to(server) as transport:
            await asyncio.gather(*(transport.send(parcel(str(n))) for n in range(5)))

    server = Server()
    asyncio.run(scenario(server))
    assert len(server.taken) == 5
    assert len(server.connections) == 1


def test_a_dropped_connection_is_opened_again() -> None:
    async def scenario(server: Server) -> None:
        async with running(server), transport_to(server) as transport:
            await transport.send(parcel("1"))
            cut(server.connections[0])
            await transport.send(parcel("2"))
            server.replies["RSET"] = "421 idle for too long"
            await transport.send(parcel("3"))
            await transport.close()
            await transport.send(parcel("4"))

    server = Server()
    asyncio.run(scenario(server))
    assert (len(server.taken), len(server.connections)) == (4, 4)


@pytest.mark.parametrize(
    ("stage", "reply", "permanent"),
    [
        ("RCPT", "550 5.1.1 no such user", True),
        ("RCPT", "550 5.1.10 the domain takes no mail", True),
        ("RCPT", "550 5.2.1 mailbox disabled", True),
        ("RCPT", "501 5.1.3 bad address syntax", True),
        ("RCPT", "550 5.1.7 bad address of the sender", False),
        ("RCPT", "550 5.1.8 <bot@example.dk>: unknown address of the sender", False),
        ("RCPT", "550 5.7.1 unknown user, or you may not write to them", False),
        ("RCPT", "554 5.7.1 relay access denied", False),
        ("RCPT", "550 5.1.0 user unknown", True),
        ("RCPT", "550 5.1.0 address rejected", False),
        ("RCPT", "550 No such user here", True),
        ("RCPT", "550 Unknown recipient", True),
        ("RCPT", "550 <aase@example.dk>: Recipient address rejected: User does not exist", True),
        ("RCPT", "550 The email account that you tried to reach doesn't exist", True),
        ("RCPT", "551 user not local", True),
        ("RCPT", "553 mailbox name not allowed", True),
        ("RCPT", "550 relay not permitted", False),
        ("RCPT", "550 Administrative prohibition", False),
        ("RCPT", "554 blocked using zen.spamhaus.org", False),
        ("RCPT", "550 Sender verify failed", False),
        ("RCPT", "550 sender address rejected: domain not found", False),
        ("RCPT", "550 Recipient address rejected: relay access denied", False),
        ("RCPT", "550 Requested action not taken: mailbox unavailable", False),
        ("RCPT", "550", False),
        ("RCPT", "554 no such user", False),
        ("RCPT", "501 bad address", False),
        ("RCPT", "552 too many recipients", False),
        ("RCPT", "530 authentication required", False),
        ("RCPT", "450 4.2.1 greylisted", False),
        ("RCPT", "451 try again later", False),
        ("RCPT", "421 shutting down", False),
        ("MAIL", "451 try again later", False),
        ("MAIL", "550 you may not send", False),
        ("DATA", "451 try again later", False),
        ("DATA", "554 no valid recipients", False),
        ("taken", "451 disk full", False),
        ("taken", "552 message too large", False),
    ],
)
def test_a_clear_no_is_surely_not_sent_and_says_whether_to_try_again(stage: str, reply: str, permanent: bool) -> None:
    server = Server({stage: reply})
    with pytest.raises(Undeliverable) as refusal:
        asyncio.run(sent_to(server))
    assert refusal.value.permanent is refusal.value.address_is_wrong is permanent
    assert reply in refusal.value.reason
    assert server.taken == []


@pytest.mark.parametrize(
    ("reply", "cause", "reason"),
    [("550 relay not permitted", "refused", "refused"), ("450 greylisted", "down", "refused")],
)
def test_a_refusal_that_is_not_the_addresss_fault_is_tried_again_in_its_time(
    reply: str, cause: str, reason: str
) -> None:
    with pytest.raises(Undeliverable) as refusal:
        asyncio.run(sent_to(Server({"RCPT": reply})))
    assert (refusal.value.cause, reason_class(refusal.value.reason)) == (cause, reason)


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("RCPT", "421 shutting down"),
        ("MAIL", "421 4.3.2 too many connections"),
        ("RCPT", "450 too many messages from you, slow down"),
        ("taken", "451 4.7.500 Server busy. Please try again later"),
        ("DATA", "451 4.7.1 try again later"),
        ("taken", "452 4.3.1 rate limit exceeded"),
    ],
)
def test_a_server_that_is_busy_is_left_alone_by_all(stage: str, reply: str) -> None:
    server = Server({stage: reply})
    with pytest.raises(Undeliverable) as refusal:
        asyncio.run(sent_to(server))
    assert (refusal.value.park, refusal.value.permanent) == ("account", False)
    assert refusal.value.reason == f"busy: {reply}"


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("RCPT", "450 4.2.1 this mailbox gets too much"),
        ("RCPT", "452 4.2.2 mailbox full"),
        ("RCPT", "451 4.7.1 Greylisted, come again in 300 seconds"),
        ("RCPT", "451 4.3.0 something went wrong"),
        ("taken", "550 5.7.1 too much spam"),
    ],
)
def test_what_is_about_one_mailbox_or_one_mail_keeps_nobody_else_waiting(stage: str, reply: str) -> None:
    with pytest.raises(Undeliverable) as refusal:
        asyncio.run(sent_to(Server({stage: reply})))
    assert (refusal.value.park, reply in refusal.value.reason) == ("", True)


def test_a_server_that_is_busy_from_the_first_word_is_left_alone_by_all() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"421 4.3.2 come back later\r\n")
        writer.close()

    async def scenario() -> None:
        listening = await asyncio.start_server(greet, "127.0.0.1", 0)
        async with listening:
            port = listening.sockets[0].getsockname()[1]
            await SmtpTransport(f"smtp://127.0.0.1:{port}", LETTERHEAD, timeout=5).send(parcel())

    with pytest.raises(Undeliverable, match="busy: 421") as refusal:
        asyncio.run(scenario())
    assert refusal.value.park == "account"


def test_several_addresses_unknown_and_none_taken_is_about_us_and_not_about_them() -> None:
    people = ("a@x.dk", "b@x.dk", "a@x.dk", "c@x.dk", "a@x.dk")
    wrong, blamed = asyncio.run(_one_by_one(Server({"RCPT": "550 5.1.1 no such user"}), *people))
    assert wrong == [True, True, True, False, False]
    assert blamed[3] == (2, 1, 3), "those that were called wrong before are not"


def test_an_address_that_is_taken_in_between_shows_that_the_server_means_the_others() -> None:
    server = Server({"RCPT": "550 5.1.1 no such user"})
    people = ("a@x.dk", "b@x.dk", "taken@x.dk", "c@x.dk", "d@x.dk")
    wrong, _ = asyncio.run(_one_by_one(server, *people))
    assert wrong == [True, True, False, True, True] and len(server.taken) == 1


async def _one_by_one(server: Server, *addresses: str) -> tuple[list[bool], list[tuple[int, ...]]]:
    """Whether each address was called wrong, and which deliveries were not to blame; ``taken@`` is taken."""
    refusing, wrong, blamed = dict(server.replies), [], []
    async with running(server), transport_to(server) as transport:
        for number, address in enumerate(addresses):
            server.replies = {} if address.startswith("taken@") else refusing
            try:
                await transport.send(parcel(str(number), address, delivery_id=number))
                wrong.append(False)
            except Undeliverable as refusal:
                wrong.append(refusal.address_is_wrong)
                blamed.append(refusal.not_to_blame)
    return wrong, blamed


# ------------------------------------------------------------------------------------------------- slow servers


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["EHLO", "MAIL", "RCPT"])
def test_a_server_that_is_too_slow_before_the_mail_itself_surely_was_not_given_it(stage: str) -> None:
    async def scenario(server: Server) -> None:
        async with running(server), transport_to(server, timeout=0.3) as transport:
            for _ in range(3):  # again and again: never in doubt
                with pytest.raises(Undeliverable) as refusal:
                    await transport.send(parcel())
                assert refusal.value.permanent is False

    server = Server(silent_at=stage)
    asyncio.run(scenario(server))
    assert server.taken == []


@pytest.mark.slow
def test_a_server_that_is_slow_at_every_step_is_given_the_mail_by_the_connection_of_the_try_before() -> None:
    async def scenario(server: Server) -> str:
        async with running(server), transport_to(server, timeout=2.5) as transport:
            with pytest.raises(Undeliverable, match="slow: connected"):
                await transport.send(parcel())
            return await transport.send(parcel())

    server = Server(pace=0.3)
    assert asyncio.run(scenario(server)).startswith("250 OK")
    assert (len(server.taken), len(server.connections)) == (1, 1)


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
@pytest.mark.parametrize("how", ["hangs_up_at", "silent_at"])
def test_a_connection_lost_before_the_mail_itself_is_surely_not_sent(stage: str, how: str) -> None:
    with pytest.raises(Undeliverable) as refusal:
        asyncio.run(sent_to(Server(**{how: stage}), timeout=0.3))  # type: ignore[arg-type]
    assert refusal.value.permanent is False


@pytest.mark.parametrize(
    "server",
    [
        Server(hangs_up_at="DATA"),
        Server(hangs_up_at="taken"),
        Server(silent_at="taken"),
        Server({"taken": "what did you say?"}),
        Server({"taken": "299 perhaps"}),
    ],
    ids=["hangs up in the middle", "hangs up after it", "says nothing", "says nonsense", "says neither"],
)
def test_a_connection_lost_from_the_mail_on_leaves_us_uncertain(server: Server) -> None:
    with pytest.raises(Uncertain, match="data: "):
        asyncio.run(sent_to(server, timeout=1.0))  # a busy machine needs a while to come as far as the mail itself


@pytest.mark.parametrize(("stage", "connections"), [("RCPT", 1), ("DATA", 1), ("taken", 1)])
def test_a_refused_mail_does_not_stand_in_the_way_of_the_next(stage: str, connections: int) -> None:
    async def scenario(server: Server) -> None:
        async with running(server), transport_to(server) as transport:
            with pytest.raises(Undeliverable):
                await transport.send(parcel("1"))
            server.replies.clear()
            await transport.send(parcel("2"))

    server = Server({stage: "550 no"})
    asyncio.run(scenario(server))
    assert (len(server.taken), len(server.connections)) == (1, connections)


def test_a_send_that_is_cancelled_leaves_no_answer_for_the_next() -> None:
    async def scenario(server: Server) -> str:
        async with running(server), transport_to(server) as transport:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(transport.send(parcel("1")), 0.3)
            server.silent_at = ""
            return await transport.send(parcel("2"))

    receipt = asyncio.run(scenario(Server({"taken": "250 thanks"}, silent_at="taken", silence=0.5)))
    assert receipt == f"250 thanks <{message_id_for('2', 'example.dk')}>"


@pytest.mark.parametrize("address", ["", "aase", "å@example.dk", "a@x.dk>\r\nRCPT TO:<b@x.dk"])
def test_an_address_that_is_none_is_refused_for_good_without_asking_the_server(address: str) -> None:
    server = Server()
    with pytest.raises(Undeliverable, match="address") as refusal:
        asyncio.run(sent_to(server, parcel(to_address=address)))
    assert refusal.value.permanent
    assert server.connections == []


def test_a_password_is_used_and_may_hold_any_sign() -> None:
    server = Server()
    asyncio.run(sent_to(server, user="bot:rigtigt%401@"))
    assert len(server.taken) == 1


def test_a_wrong_password_is_not_the_recipients_fault_and_is_not_told() -> None:
    with pytest.raises(Undeliverable, match="auth: 535") as refusal:
        asyncio.run(sent_to(Server(), user="bot:forkert@"))
    assert refusal.value.permanent is False
    assert "forkert" not in str(refusal.value)


@pytest.mark.sqlite
def test_while_the_login_is_refused_it_is_tried_once_a_quarter_of_an_hour_whoever_is_waiting(played: Played) -> None:
    """Else 98 mails would be 98 logins at each round, and the account locked by the second."""
    played.plan("2027-02-26T08:00")
    server = Server()

    async def scenario() -> list[int]:
        logins = []
        async with running(server, user="bot:forkert@"), transport_to(server) as transport:
            for at in ("08:00", "08:14", "08:18", "08:32", "08:37"):
                await deliver(played.engine, {"mail": transport}, lambda at=at: local(f"2027-02-26T{at}"))
                logins.append(len(server.connections))
        return logins

    first, still, second, again, third = asyncio.run(scenario())
    assert 0 < first == still < 3  # a second may have been on its way
    assert first < second == again < first + 3 and second < third < second + 3
    assert {r.state for r in played.outbox()} <= {"queued", "failed"}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_a_server_that_is_not_there_is_worth_trying_again(host: str) -> None:
    with pytest.raises(Undeliverable, match="connect") as refusal:
        asyncio.run(sent_without_a_server(f"smtp://{host}:{free_port()}"))
    assert refusal.value.permanent is False


async def sent_without_a_server(url: str) -> None:
    transport = SmtpTransport(url, LETTERHEAD, timeout=5)
    try:
        await transport.send(parcel())
    finally:
        await transport.close()


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_mail_never_goes_in_the_clear_where_encryption_was_asked_for(scheme: str) -> None:
    server = Server()
    with pytest.raises(Undeliverable, match="connect") as refusal:
        asyncio.run(sent_to(server, scheme=scheme, timeout=1))
    assert refusal.value.permanent is False
    assert server.taken == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *files, *subject]
    subprocess.run(command, check=True, capture_output=True)
    yield folder


@pytest.mark.parametrize("trusted", [True, False])
def test_starttls_encrypts_and_refuses_a_certificate_it_does_not_trust(certificate: Path, trusted: bool) -> None:
    async def scenario(server: Server) -> None:
        theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        theirs.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        ours = ssl.create_default_context(cafile=str(certificate / "cert.pem") if trusted else None)
        options: dict[str, Any] = {"scheme": "smtp+starttls", "tls_context": theirs, "require_starttls": True}
        async with running(server, **options), transport_to(server, tls_context=ours) as transport:
            await transport.send(parcel())

    server = Server()
    if trusted:
        asyncio.run(scenario(server))
    else:
        with pytest.raises(Undeliverable, match="connect"):
            asyncio.run(scenario(server))
    assert len(server.taken) == int(trusted)


def test_a_mail_server_cannot_be_asked_what_it_took() -> None:
    transport: Transport = SmtpTransport("smtp://localhost", LETTERHEAD)
    assert (transport.channel, transport.can_be_asked) == ("mail", False)
    assert asyncio.run(transport.find(parcel())) is None


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("smtp://localhost", SmtpSettings("localhost", 25, "none")),
        ("smtp://127.0.0.1:1025/", SmtpSettings("127.0.0.1", 1025, "none")),
        ("smtp://[::1]:1025", SmtpSettings("::1", 1025, "none")),
        ("smtps://a:b@mail.dk", SmtpSettings("mail.dk", 465, "tls", "a", "b")),
        (
            "smtp+starttls://a%40x.dk:p%2F%3A%C3%A5@mail.dk",
            SmtpSettings("mail.dk", 587, "starttls", "a@x.dk", "p/:å"),
        ),
    ],
)
def test_an_smtp_address_names_server_security_and_user(url: str, settings: SmtpSettings) -> None:
    assert smtp_settings(url) == settings
    assert repr(settings.password) not in repr(settings) or not settings.password


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:25",
        "http://a:hemmelig@mail.dk",
        "smtp://",
        "smtp://a:hemmelig@:25",
        "smtp://a:hemmelig@mail.dk:mange",
        "smtp://a:hemmelig@mail.dk:99999",
        "smtp://a:hem/melig@mail.dk:25",
        "smtp://a:hem#melig@mail.dk:25",
        "smtp://:hemmelig@mail.dk",
        "smtp://a@mail.dk",
        "smtp://a:hemmelig@mail.dk/post",
        "smtp://a:hemmelig@[::1",
        "a:hemmelig@mail.dk",
    ],
)
def test_an_smtp_address_that_cannot_be_read_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"Wanted smtp://host:25, .* Correct it") as error:
        smtp_settings(url)
    assert "hem" not in str(error.value)
    assert "melig" not in str(error.value)
