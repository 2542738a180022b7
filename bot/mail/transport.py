"""The way out by SMTP: one open connection, and a clear word on what became of each mail."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTP

from alliance.deliveries import Cause, Parcel, Sender, Uncertain, Undeliverable
from alliance.pacing import UNLIMITED, Rate
from bot.mail.dress import Letterhead, address_of, message_id_for, parcel_as_mail
from bot.mail.refusals import is_busy, names_the_address
from bot.plain import clean

Security = Literal["none", "starttls", "tls"]
SCHEMES: dict[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}

# Shares of the timeout that a step may take. Of the mail itself alone nobody knows what became of it when its time is
# over, so it gets most; together they end before the sender gives up waiting (scheduling/outcomes.py).
CONNECTING, ENVELOPE, MAIL_ITSELF = 0.75, 0.28, 1.0
LATE = 0.1
"""A connection that took longer is kept for the next try: its mail would not be done in time."""
LOGIN_AGAIN = 900.0
"""Seconds between two logins that are refused: an account is soon locked, and somebody must mend it."""
SEVERAL = 3
"""So many different addresses unknown one after the other, and none taken: the server does not mean the addresses."""


@dataclass(frozen=True)
class SmtpSettings:
    """Where the mail server is and how we are known there."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


def smtp_settings(url: str) -> SmtpSettings:
    """Read ``smtp://``, ``smtps://`` or ``smtp+starttls://user:password@host:port``; raises ValueError.

    User, password and port may be left out; user and password are percent-encoded where they hold ``@:/``.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:  # its words may hold a piece of the password
        raise _unreadable(url, "has a port or a [host] that cannot be read") from None
    if parts.scheme not in SCHEMES:
        raise _unreadable(url, "does not begin with smtp://, smtps:// or smtp+starttls://")
    if not parts.hostname:
        raise _unreadable(url, "names no host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise _unreadable(url, "goes on after the port")
    if bool(parts.username) != bool(parts.password):
        raise _unreadable(url, "has a user without a password, or a password without a user")
    security, usual_port = SCHEMES[parts.scheme]
    return SmtpSettings(parts.hostname, port or usual_port, security, *_known_as(parts))


def _known_as(parts: SplitResult) -> tuple[str, str]:
    return unquote(parts.username or ""), unquote(parts.password or "")


def _unreadable(url: str, what: str) -> ValueError:
    """Say what is wrong with an address, without the password in it."""
    secret, at, rest = url.rpartition("@")
    scheme = f"{secret.partition('://')[0]}://" if "://" in secret else ""
    shown = f"{scheme}***@{rest}" if at else url
    return ValueError(
        f"{shown!r} is not the address of a mail server: it {what}. Wanted smtp://host:25, "
        "smtp+starttls://user:password@host:587 or smtps://user:password@host:465. Correct it, with @ : / # "
        "in user and password written as %40 %3A %2F %23."
    )


class SmtpTransport:
    """Sends parcels as mails, one at a time over one connection; lives in one event loop."""

    channel: str = "mail"
    can_be_asked: bool = False
    at_once: int = 1

    def __init__(
        self,
        smtp_url: str,
        letterhead: Letterhead,
        timeout: float = 60.0,
        tls_context: ssl.SSLContext | None = None,
        rate: Rate = UNLIMITED,
    ) -> None:
        """``timeout`` (seconds): how long the server may take to answer the mail itself; the other steps go by it.

        A server that scans what it is given may take long (RFC 5321 4.5.3.2 allows it minutes), and until it answers
        nobody knows: a wait that is too short makes doubts of mails that arrived.
        """
        self.settings = smtp_settings(smtp_url)
        self.letterhead = letterhead
        self.timeout = timeout
        self.rate = rate
        self._tls_context = tls_context
        self._lock = asyncio.Lock()
        self._client: SMTP | None = None
        self._unused = False
        self._unknown: dict[str, int] = {}  # addresses refused since any was taken, with the delivery

    @property
    def sender(self) -> Sender:
        """Whom the mails come from, and every calendar answers to."""
        return self.letterhead.sender

    async def send(self, parcel: Parcel) -> str:
        """Send a parcel as a mail and return the server's reply and the message id.

        Raises Undeliverable where the server surely did not take it, also where it was too slow to be given it;
        Uncertain where it may have.
        """
        message_id = message_id_for(parcel.key, self.letterhead.domain)
        try:
            recipient = address_of(parcel.to_address)
        except ValueError as error:
            raise Undeliverable(permanent=True, reason=f"address: {error}", address_is_wrong=True) from error
        content = parcel_as_mail(parcel, self.letterhead).as_bytes()
        async with self._lock:
            try:
                client = await self._in_time()
                await self._announce(client, recipient, parcel.delivery_id)
                reply = await self._hand_over(client, content)
            except Undeliverable:  # the server answered, so the connection is fit for the next mail
                raise
            except BaseException:  # including cancellation: an answer may still be on its way here
                self._drop()
                raise
        return f"{_one_line(reply)} <{message_id}>"

    async def find(self, parcel: Parcel) -> str | None:
        """Return None: a mail server does not tell what it has taken."""
        return None

    async def close(self) -> None:
        """Say goodbye to the server; the next send connects anew."""
        async with self._lock:
            if self._client is not None:
                with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                    await self._client.quit()
            self._drop()

    async def _in_time(self) -> SMTP:
        """Return a connection while there is time to send by it, else leave it open for the next try."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            async with asyncio.timeout(self.timeout * CONNECTING):
                client = await self._connected()
        except TimeoutError as error:
            self._drop()
            raise Undeliverable(permanent=False, reason="slow: no connection in time") from error
        took = clock() - begun
        if took > self.timeout * LATE:
            raise Undeliverable(permanent=False, reason=f"slow: connected after {took:.0f} s, sent by it next time")
        self._unused = False
        return client

    async def _connected(self) -> SMTP:
        """Return the open connection if the server still answers on it, else a new one."""
        if self._client is not None and self._client.is_connected:
            if self._unused:
                return self._client
            try:
                await self._client.rset()
            except (aiosmtplib.SMTPException, OSError):
                self._drop()
            else:
                self._unused = True
                return self._client
        self._client = self._new_client()
        try:
            await self._client.connect()
            if self._client.is_ehlo_or_helo_needed:
                await self._client.ehlo()
        except aiosmtplib.SMTPAuthenticationError as error:
            self._drop()
            raise Undeliverable(False, f"auth: {_said(error)}", LOGIN_AGAIN, park="account") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            self._drop()
            _check_busy(error)
            raise Undeliverable(permanent=False, reason=f"connect: {_said(error)}") from error
        self._unused = True
        return self._client

    def _new_client(self) -> SMTP:
        settings = self.settings
        return SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user or None,
            password=settings.password or None,
            local_hostname=self.letterhead.domain,  # asking DNS who we are can take many seconds
            timeout=self.timeout,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._tls_context,
        )

    async def _announce(self, client: SMTP, recipient: str, delivery_id: int) -> None:
        """Name sender and recipient; whatever fails here, the mail was surely not sent."""
        try:
            async with asyncio.timeout(self.timeout * ENVELOPE):
                await client.mail(address_of(self.letterhead.mailbox))
                await client.rcpt(recipient)
        except aiosmtplib.SMTPRecipientRefused as error:
            _check_busy(error)
            raise self._refused(error, recipient, delivery_id) from error
        except aiosmtplib.SMTPSenderRefused as error:
            _check_busy(error)
            raise Undeliverable(permanent=False, reason=f"sender: {_said(error)}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            self._drop()
            what = "slow" if isinstance(error, TimeoutError) else "lost"
            raise Undeliverable(permanent=False, reason=f"{what}: {_said(error)}") from error
        self._unknown.clear()

    def _refused(self, error: aiosmtplib.SMTPRecipientRefused, recipient: str, delivery_id: int) -> Undeliverable:
        """Whose fault a refused recipient is: the address's, or ours, which trying again may mend."""
        if not names_the_address(error.code, error.message):
            cause: Cause = "refused" if error.code >= 500 else "down"
            return Undeliverable(False, f"refused: {_said(error)}", cause=cause)
        self._unknown[recipient] = delivery_id
        if len(self._unknown) < SEVERAL:
            return Undeliverable(True, f"recipient: {_said(error)}", address_is_wrong=True)
        wrongly = tuple(self._unknown.values())
        return Undeliverable(False, f"refused: {_said(error)}", cause="refused", not_to_blame=wrongly)

    async def _hand_over(self, client: SMTP, content: bytes) -> str:
        """Send the mail itself and return the server's reply; only a clear no is sure not to have sent it."""
        try:
            async with asyncio.timeout(self.timeout * MAIL_ITSELF):
                response = await client.data(content)
        except aiosmtplib.SMTPResponseException as error:
            if not 400 <= error.code < 600:
                raise Uncertain(f"data: {_said(error)}") from error
            _check_busy(error)
            # Even a 5xx is about this mail on this server now, often its policy: tried again until its moment is gone.
            raise Undeliverable(permanent=False, reason=f"data: {_said(error)}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Uncertain(f"data: {_said(error)}") from error
        return f"{response.code} {response.message}"

    def _drop(self) -> None:
        self._unused = False
        if self._client is not None:
            self._client.close()
            self._client = None


def _check_busy(error: BaseException) -> None:
    """Raise Undeliverable where the server means all that we send: the others wait, too, and do not ask one by one."""
    if isinstance(error, aiosmtplib.SMTPResponseException) and is_busy(error.code, error.message):
        raise Undeliverable(False, f"busy: {_said(error)}", park="account") from error


def _said(error: BaseException) -> str:
    """Put the server's code and words, or the library's, on one line."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _one_line(f"{error.code} {error.message}")
    return _one_line(str(error)) or type(error).__name__


def _one_line(text: str) -> str:
    """Make a server's words fit for a log and a database, whatever bytes it sent."""
    return clean(" ".join(text.split()))
