"""Story 3 over SMTP: what leaves the outbox is what a mail server on this machine takes, byte for byte."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar

from bot.mail.dress import Letterhead
from bot.mail.transport import SmtpTransport
from storage.seed import SECRETARY

MEETING, MAILBOX = "styregruppe 1/2027", "moeder@klimaalliancen.example"
LETTERHEAD = Letterhead("Tovholder for DK2020", MAILBOX, "Venlig hilsen", "https://alliance.example")
KOEGE = "borgmester@koege.example"


@dataclass
class Taken:
    """A mail server that keeps what it takes."""

    mails: list[tuple[str, bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.mails += [(recipient, envelope.content) for recipient in envelope.rcpt_tos]
        return "250 OK"

    def to(self, recipient: str) -> list[Any]:
        return [message_from_bytes(content, policy=policy.default) for to, content in self.mails if to == recipient]


@pytest.fixture
def server() -> Any:
    taken = Taken()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(taken, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield taken, SmtpTransport(f"smtp://127.0.0.1:{port}", LETTERHEAD)
    finally:
        controller.stop()


def confirm(talk: Any, words: str) -> None:
    preview = talk.say(SECRETARY, words)
    button = preview.button("Ja,")
    form = any(type(block).__name__ == "Form" for block in preview.message.blocks)
    assert talk.hand_in(SECRETARY, button.words, talk.filled(preview) if form else {}).done


def part(mail: Any) -> tuple[Any, Any]:
    found = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
    return found, Calendar.from_ical(found.get_payload(decode=True))


@pytest.mark.slow
def test_a_called_moved_and_cancelled_meeting_reaches_a_real_mail_server(talk: Any, server: Any) -> None:
    taken, transport = server
    talk.at = "2027-02-25T09:30"
    typed = {"kind": "steering_group", "day": "24-03-2027", "starts": "10", "ends": "14", "place": "Rådhuset, Køge"}
    talk.hand_in(SECRETARY, "møde opret", typed)
    told = (
        f"møde indkald {MEETING}",
        f"møde flyt {MEETING} 14-04-2027 10-14",
        f"møde aflys {MEETING} Formanden er syg",
    )
    for minute, words in enumerate(told):
        talk.at = f"2027-02-25T09:3{minute}"
        confirm(talk, words)
        talk.played.tick(talk.at, transport)
    mails = taken.to(KOEGE)
    assert [str(m["Subject"]).partition(":")[0] for m in mails] == ["Indkaldelse", "Flyttet", "Aflyst"]
    calendars = [part(mail) for mail in mails]
    for (calendar_part, calendar), mail in zip(calendars, mails, strict=True):
        assert calendar_part.get_param("method") == calendar["METHOD"]
        event = calendar.events[0]
        assert str(event["ORGANIZER"]).lower() == f"mailto:{MAILBOX}"
        assert mail["From"].addresses[0].addr_spec == MAILBOX and mail["Auto-Submitted"] is None
        attached = next(p for p in mail.walk() if p.get_content_type() == "application/ics")
        assert attached.get_payload(decode=True) == calendar_part.get_payload(decode=True)
    events = [calendar.events[0] for _, calendar in calendars]
    assert [str(calendar["METHOD"]) for _, calendar in calendars] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [event.stamp for event in events] == sorted({event.stamp for event in events})
    assert len({str(mail["References"]) for mail in mails}) == 1  # one conversation
    assert len({str(mail["Message-ID"]) for mail in mails}) == 3
