"""Through Postfix, LMTP, Dovecot and IMAP: the calendar part and the papers arrive as we made them, to the byte."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from alliance.calendar_objects import Attendee, CalendarObject
from alliance.deliveries import Parcel, Undeliverable
from alliance.messages import Block, File, Invite, Message, Text
from bot.mail.dress import Letterhead, parcel_as_mail
from bot.mail.transport import SmtpTransport
from templates.ics import itip

pytestmark = pytest.mark.slow

LETTERHEAD = Letterhead("Alliancens sekretariat", "moeder@tovholder.example", "Klimaalliancen", "https://tov.example")
ANNA = "anna@client.test"
STARTS = datetime(2027, 7, 7, 8, tzinfo=UTC)
CALLED = CalendarObject(
    method="REQUEST",
    uid="e6ec024c-7672-5ea4-a8aa-89ac84663d24@tovholder.example",
    sequence=0,
    stamp=datetime(2027, 5, 3, 9, tzinfo=UTC),
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=4),
    title="Styregruppemøde 2/2027",
    place="Rådhuset, Vester Voldgade 33, 1552 København V",
    organizer_name="Alliancens sekretariat",
    organizer_address="moeder@tovholder.example",
    attendees=(Attendee("Anna Sørensen – Ærø Kommune", ANNA), Attendee("Bo Å", "bo@client.test")),
    zone="Europe/Copenhagen",
)
MOVED = replace(CALLED, sequence=1, starts_at=STARTS + timedelta(days=1), ends_at=STARTS + timedelta(days=1, hours=4))
CANCELLED = replace(MOVED, method="CANCEL", sequence=2)
PDF = File("Dagsorden – møde 2.pdf", "application/pdf", b"%PDF-1.7\r\n.\n" + bytes(range(256)) * 900 + b"\n%%EOF\n")


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mail_servers", Path(__file__).with_name("mail_servers.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["mail_servers"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def servers() -> Iterator[Any]:
    script = _script()
    missing = script.missing()
    if missing and os.environ.get("TOVHOLDER_TEST_SYSTEM_REQUIRED") == "1":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    with script.mail_servers() as running:
        yield running


def parcel(key: str, summary: str, *blocks: Block, to: str = ANNA) -> Parcel:
    return Parcel(
        delivery_id=1,
        key=key,
        to_name="Anna Sørensen",
        to_address=to,
        language="da",
        message=Message(summary, (Text("Kære Anna. ~~7. juli~~ 8. juli.\n.\n..\nFrom here"), *blocks)),
        at=datetime(2027, 5, 3, 9, tzinfo=UTC),
        thread="meeting/2",
    )


def invitation(obj: CalendarObject) -> Invite:
    return Invite(obj.method, itip(obj))


PARCELS = (
    parcel("call/1", "Indkaldelse: Styregruppemøde 2/2027", invitation(CALLED)),
    parcel("move/1", "Flyttet: Styregruppemøde 2/2027", invitation(MOVED)),
    parcel("cancel/1", "Aflyst: Styregruppemøde 2/2027", invitation(CANCELLED)),
    parcel("agenda/1", "Dagsorden: Styregruppemøde 2/2027", PDF),
)


async def send(url: str, *parcels: Parcel) -> list[str]:
    transport = SmtpTransport(url, LETTERHEAD)
    try:
        return [await transport.send(each) for each in parcels]
    finally:
        await transport.close()


def read(content: bytes) -> EmailMessage:
    got = message_from_bytes(content, policy=default)
    assert isinstance(got, EmailMessage) and not [part for part in got.walk() if part.defects]
    return got


def payloads(mail: EmailMessage) -> dict[str, bytes]:
    """What each part of a mail carries, by its kind."""
    return {p.get_content_type(): p.get_payload(decode=True) for p in mail.walk() if not p.is_multipart()}


def test_calendar_parts_and_papers_arrive_to_the_byte(servers: Any) -> None:
    receipts = asyncio.run(send(servers.url, *PARCELS))
    assert [receipt[:3] for receipt in receipts] == ["250"] * 4

    by_id = {read(content)["Message-ID"]: read(content) for content in servers.mailbox(ANNA, len(PARCELS))}
    for each in PARCELS:
        made = parcel_as_mail(each, LETTERHEAD)
        got = by_id[made["Message-ID"]]
        assert payloads(got) == payloads(read(made.as_bytes()))
        assert (got["Subject"], got["From"], got["References"]) == (made["Subject"], made["From"], made["References"])
        for block in each.message.blocks:
            if isinstance(block, Invite):
                assert payloads(got)["text/calendar"] == payloads(got)["application/ics"] == block.content
                (part,) = [part for part in got.walk() if part.get_content_type() == "text/calendar"]
                assert part.get_param("method") == block.method and got["Auto-Submitted"] is None
            if isinstance(block, File):
                assert payloads(got)["application/pdf"] == block.content
                assert [part.get_filename() for part in got.iter_attachments()] == [block.name]


def test_whoever_has_a_token_in_the_address_gets_the_mail_in_the_same_mailbox(servers: Any) -> None:
    asyncio.run(send(servers.url, parcel("call/2", "Indkaldelse", invitation(CALLED), to="bo+token@client.test")))
    (content,) = servers.mailbox("bo@client.test", 1)
    assert payloads(read(content))["text/calendar"] == itip(CALLED)


def test_nothing_leaves_the_machine(servers: Any) -> None:
    with pytest.raises(Undeliverable):
        asyncio.run(send(servers.url, parcel("call/3", "Indkaldelse", to="anna@elsewhere.example")))
