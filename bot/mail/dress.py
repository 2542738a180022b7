"""A message as an e-mail: the same bytes for the same arguments, so that a resend is the same mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from hashlib import sha256
from typing import Literal

from alliance.deliveries import Parcel, Sender
from alliance.messages import Block, Buttons, File, Form, Invite, Link, Message, Text
from bot.mail.html import Look, html_page
from bot.plain import INVITE, clean, needs_summary, opens_with_summary, plain
from templates.phrases import Phrases

SUBJECT_LENGTH = 120
ID_HEADERS = frozenset({"message-id", "references", "in-reply-to"})
MEDIA_TYPE = re.compile(
    r"(?P<main>application|audio|font|image|text|video)/(?P<sub>[\w.+-]+)(?P<parameters>;.*)?",
    re.ASCII | re.DOTALL,
)
PARAMETER = re.compile(r""";\s*([\w-]+)\s*=\s*"?([\w.+-]+)"?""", re.ASCII)
ATOMS = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
LOCAL_PART = re.compile(ATOMS, re.ASCII)
MESSAGE_ID = re.compile(rf"{ATOMS}@(?:[\w-]+(?:\.[\w-]+)*|\[[\w.:]+\])", re.ASCII)
DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)


class MailPolicy(EmailPolicy):
    """SMTP's rules, but message ids stand as they are: the library would encode a long one."""

    def fold(self, name: str, value: str) -> str:
        """Write one header as text."""
        return f"{name}: {value}{self.linesep}" if name.lower() in ID_HEADERS else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write one header as bytes."""
        if name.lower() in ID_HEADERS:
            return self.fold(name, value).encode()
        return super().fold_binary(name, value)


POLICY = MailPolicy(linesep=SMTP.linesep)


@dataclass(frozen=True)
class Letterhead:
    """Who our mails come from: raises ValueError where the mailbox is not an address.

    ``footer`` stands under a mail. ``base_url`` is where our web pages stand, empty where there are none. ``acting``: a
    button is a link of its own, which acts for whoever was written to; else (in the demo) it says its words to the
    page, which asks who is speaking.
    """

    sender_name: str
    mailbox: str
    footer: str
    base_url: str
    acting: bool = False

    def __post_init__(self) -> None:
        address_of(self.mailbox)

    @property
    def sender(self) -> Sender:
        """Return who the mails come from: From and ORGANIZER are the same."""
        pages = self.base_url.rstrip("/") if self.acting else ""
        return Sender(self.sender_name, address_of(self.mailbox), pages)

    def writing_for(self, alliance: str, language: str) -> Letterhead:
        """The letterhead under which an alliance is written for, in the reader's language."""
        footer = Phrases(language)("mail.footer", alliance=alliance)
        return replace(self, sender_name=self.sender.writing_for(alliance).name, footer=footer)

    @property
    def domain(self) -> str:
        """Return the part of the mailbox after the @, in ASCII."""
        return address_of(self.mailbox).rpartition("@")[2]


def message_id_for(key: str, domain: str) -> str:
    """Name a mail after what it tells, so that sending it again does not make another one."""
    return f"{sha256(key.encode(errors='replace')).hexdigest()[:32]}@{domain}"


def address_of(text: str) -> str:
    """Return an address as SMTP wants it, with an international domain in ASCII; raises ValueError."""
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    if not LOCAL_PART.fullmatch(local) or not DOMAIN.fullmatch(domain):
        raise ValueError(f"{text!r} is not an address we can mail: wanted name@domain, the name in ASCII")
    return f"{local}@{domain}"


def mail(
    message: Message,
    *,
    to_name: str,
    to_address: str,
    message_id: str,
    date: datetime,
    letterhead: Letterhead,
    language: Literal["da", "en"],
    say: str,
    thread: str | None = None,
    links: Mapping[str, str] | None = None,
) -> EmailMessage:
    """Render a message as a mail; ``message_id`` and ``thread`` are ids with or without angle brackets.

    An ``Invite`` becomes the calendar part (RFC 6047); its object names ``letterhead.mailbox`` as the organizer.
    ``date`` carries its zone. ``say`` is the verb before words that can be typed. ``links`` are the secrets of the
    links that buttons become, by their words. Raises ValueError where ``to_address`` is not an address.
    """
    carried = replace(message, blocks=tuple(map(_carried, message.blocks)))
    subject = subject_of(message.summary)
    whole = _one_line(message.summary)
    lead = "" if subject == whole or needs_summary(carried) or opens_with_summary(carried) else whole
    sent = EmailMessage(policy=POLICY)
    sent["From"] = Address(_one_line(letterhead.sender_name), addr_spec=address_of(letterhead.mailbox))
    sent["To"] = Address(_one_line(to_name), addr_spec=address_of(to_address))
    sent["Subject"] = subject
    sent["Date"] = date
    sent["Message-ID"] = _id(message_id)
    for name in ("References", "In-Reply-To") if thread else ():
        sent[name] = _id(thread or "")
    if not any(isinstance(block, Invite) for block in message.blocks):  # calendar servers skip automatic invitations
        sent["Auto-Submitted"] = "auto-generated"
        sent["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    attached = Phrases(language)("mail.attached")
    look = Look(letterhead.base_url.rstrip("/"), say, links or {}, letterhead.acting, attached)
    sent.set_content(_text(carried, lead, letterhead, look), cte="quoted-printable")
    page = html_page(carried, lead, letterhead.footer, look, language, subject)
    sent.add_alternative(page, subtype="html", cte="quoted-printable")
    _invite(sent, message.blocks)
    _attach(sent, message.blocks)
    sent["Content-Language"] = language  # last: set earlier, the library moves it into the first part
    _fix_boundaries(sent, message_id)
    return sent


def parcel_as_mail(parcel: Parcel, letterhead: Letterhead) -> EmailMessage:
    """The mail that carries a parcel; the same parcel is the same mail, byte for byte."""
    thread = parcel.thread
    if thread and "@" not in thread:  # a name of ours, not the id of a mail we answer
        thread = message_id_for(f"thread {thread}", letterhead.domain)
    english = parcel.language == "en"
    if parcel.alliance:
        letterhead = letterhead.writing_for(parcel.alliance, "en" if english else "da")
    return mail(
        parcel.message,
        to_name=parcel.to_name,
        to_address=parcel.to_address,
        message_id=message_id_for(parcel.key, letterhead.domain),
        date=parcel.at,
        letterhead=letterhead,
        language="en" if english else "da",
        say="write" if english else "skriv",
        thread=thread,
        links=parcel.links,
    )


def subject_of(summary: str) -> str:
    """Fit a summary into a subject of at most 120 characters, cut between words where it can be."""
    line = _one_line(summary)
    if len(line) <= SUBJECT_LENGTH:
        return line
    room = line[:SUBJECT_LENGTH]
    return (room.rpartition(" ")[0].rstrip(" ,;:–-") or room[:-1]) + "…"


def _one_line(text: str) -> str:
    """Make a text fit for a header: no line break, and nothing that a reader would decode into one."""
    return clean(" ".join(text.split())).replace("=?", "= ?")


def _id(text: str) -> str:
    """Set an id in angle brackets; what cannot be one is replaced by an id made from it."""
    bare = text.strip().removeprefix("<").removesuffix(">")
    return f"<{bare if MESSAGE_ID.fullmatch(bare) else message_id_for(text, 'id.invalid')}>"


def _carried(block: Block) -> Block:
    """Leave of a form only its first button: a mail cannot carry the questions."""
    return Buttons(block.buttons[:1]) if isinstance(block, Form) else block


def _text(message: Message, lead: str, letterhead: Letterhead, look: Look) -> str:
    opening = plain(Message(lead)) + "\n" if lead else ""
    footer = f"\n-- \n{plain(Message('.', (Text(letterhead.footer),)))}" if letterhead.footer else ""
    linked = replace(message, blocks=tuple(_linked(block, look) for block in message.blocks))
    return opening + plain(linked, say=look.say) + footer


def _linked(block: Block, look: Look) -> Block:
    """Write the buttons that are links of their own as links."""
    if not isinstance(block, Buttons):
        return block
    return Buttons(tuple(Link(item.label, url) if (url := look.acts(item)) else item for item in block.items))


def _invite(sent: EmailMessage, blocks: Iterable[Block]) -> None:
    """Add an invitation as the last alternative, where Outlook and Gmail look, and as a file for everybody else.

    In base64, so that no server on the way wraps its lines anew.
    """
    invites = [block for block in blocks if isinstance(block, Invite)]
    for invite in invites:
        params = {"charset": "utf-8", "method": invite.method, "name": INVITE}
        sent.add_alternative(invite.content, maintype="text", subtype="calendar", params=params)
    for invite in invites:
        params = {"name": INVITE}
        sent.add_attachment(invite.content, maintype="application", subtype="ics", filename=INVITE, params=params)


def _attach(sent: EmailMessage, blocks: Iterable[Block]) -> None:
    for block in blocks:
        if isinstance(block, File):
            found = MEDIA_TYPE.fullmatch(block.media_type)
            main, sub = (found["main"], found["sub"]) if found else ("application", "octet-stream")
            sent.add_attachment(
                block.content,
                maintype=main,
                subtype=sub,
                filename=_one_line(block.name),
                params=dict(PARAMETER.findall(found["parameters"] or "")) if found else None,
            )


def _fix_boundaries(sent: EmailMessage, message_id: str) -> None:
    """Draw each boundary from the message id; "=_" cannot occur in an encoded body."""
    containers = [part for part in sent.walk() if part.is_multipart()]
    for n, part in enumerate(containers):
        part.set_boundary(f"=_{sha256(f'{n} {_id(message_id)}'.encode()).hexdigest()[:40]}")
