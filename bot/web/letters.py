"""A delivered mail as a person sees it: its headers, its two bodies, its attachments and its raw source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from urllib.parse import urlencode, urlsplit

from markupsafe import escape

from bot.web.calendar_cards import Card, card
from storage.mailbox import LocalMail

LINK = re.compile(r'<a href="(?P<url>[^"]*)"')
MOST_SOURCE = 200_000


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def is_pdf(self) -> bool:
        """Whether a browser shows it by itself, running nothing of it on our page."""
        return self.media_type == "application/pdf"


@dataclass(frozen=True)
class Letter:
    """``html`` and ``text`` are the mail's two bodies, empty where it has none; ``card`` what calendars make of it."""

    id: int
    sender: str
    recipient: str
    to: str
    subject: str
    delivered_at: datetime
    html: str
    text: str
    source: str
    attachments: tuple[Attachment, ...]
    card: Card | None = None


@dataclass(frozen=True)
class Envelope:
    """What a list of mails shows. ``delivered_at`` is aware UTC."""

    id: int
    recipient: str
    to: str
    subject: str
    delivered_at: datetime


def envelope(mail: LocalMail) -> Envelope:
    """The outside of a mail; its body is not read."""
    headers = BytesParser(policy=default).parsebytes(mail.content, headersonly=True)
    return Envelope(mail.id, mail.recipient, _header(headers, "To"), _header(headers, "Subject"), mail.delivered_at)


def letter(mail: LocalMail) -> Letter:
    """A mail opened; its links lead to where the words are said as the one who got it."""
    parsed = BytesParser(policy=default).parsebytes(mail.content)
    return Letter(
        mail.id,
        _header(parsed, "From"),
        mail.recipient,
        _header(parsed, "To"),
        _header(parsed, "Subject"),
        mail.delivered_at,
        _addressed(_body(parsed, "html"), mail.recipient),
        _body(parsed, "plain"),
        mail.content[:MOST_SOURCE].decode("utf-8", "replace"),
        tuple(_attachment(part) for part in parsed.iter_attachments()),
        _card(parsed),
    )


def _card(message: EmailMessage) -> Card | None:
    """What the mail's first calendar part says, which is the one that Outlook reads."""
    parts = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    content = next((part.get_payload(decode=True) for part in parts), None)
    return card(content) if isinstance(content, bytes) else None


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, ""))


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        part.get_filename() or "attachment", part.get_content_type(), content if isinstance(content, bytes) else b""
    )


def _addressed(page: str, recipient: str) -> str:
    """Open links outside the mail's frame, and name the reader in those that say something.

    The mail's own link carries no identity; here it is known whose mailbox it lies in, and the browser keeps the
    cookie from what a frame without an origin opens.
    """

    def aimed(found: re.Match[str]) -> str:
        url = found["url"].replace("&amp;", "&")
        parts = urlsplit(url)
        if parts.path.endswith("/act") and parts.query.startswith("say="):
            url = f"/act?{parts.query}&{urlencode({'as': recipient})}"
        return f'<a target="_top" rel="noopener" href="{escape(url)}"'

    return LINK.sub(aimed, page)
