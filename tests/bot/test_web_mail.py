"""The demo's mailbox as a calendar program, with papers to look at; and the files that come with a form."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from alliance.calendar_objects import Attendee, CalendarObject
from alliance.deliveries import Parcel
from alliance.messages import Block, File, Invite, Message, Text
from bot import router
from bot.commands import Command, Context
from bot.mail.dress import Letterhead, parcel_as_mail
from bot.request import Upload
from bot.web.app import Demo, demo_app
from bot.web.calendar_cards import Card, Guest, card
from bot.web.guards import MOST_BYTES, MOST_UPLOADED
from storage import mailbox as mails
from storage.engine import reading, writing
from storage.queries import register
from templates.ics import itip

with warnings.catch_warnings():  # the test client would rather have httpx2, which we do not need for anything else
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8000"
COORDINATOR = "klima@koege.example"
LETTERHEAD = Letterhead("Alliancens sekretariat", "moeder@tovholder.example", "", HERE)
PDF = File("Dagsorden å.pdf", "application/pdf", b"%PDF-1.7 <script>x</script>")
CALLED = CalendarObject(
    method="REQUEST",
    uid="1@tovholder.example",
    sequence=0,
    stamp=datetime(2027, 1, 4, 9, tzinfo=UTC),
    starts_at=datetime(2027, 7, 7, 8, tzinfo=UTC),
    ends_at=datetime(2027, 7, 7, 12, tzinfo=UTC),
    title="Styregruppemøde <2/2027>",
    place="Rådhuset, København",
    organizer_name="Alliancens sekretariat",
    organizer_address="moeder@tovholder.example",
    attendees=(
        Attendee("Anna & Bo – Ærø Kommune", "anna@aeroe.example", "CHAIR", "ACCEPTED"),
        Attendee("Carl", "carl@koege.example", "OPT-PARTICIPANT", "TENTATIVE"),
        Attendee("Dorte", "dorte@koege.example", "REQ-PARTICIPANT", "DECLINED"),
        Attendee("Eva", "eva@koege.example", "NON-PARTICIPANT"),
    ),
    zone="Europe/Copenhagen",
)
MOVED = replace(CALLED, sequence=1)
CANCELLED = replace(CALLED, sequence=2, method="CANCEL")
UNINVITED = replace(CANCELLED, uninvites=True)


@dataclass(frozen=True)
class Post:
    """The demo's pages, and a way to put a mail into its mailbox."""

    engine: Engine
    client: TestClient

    def put(self, *blocks: Block) -> str:
        """Deliver a mail; returns the path of its page."""
        with writing(self.engine) as connection:
            alliance = register.alliances(connection)[0]
            parcel = Parcel(
                delivery_id=1,
                key="call/1",
                to_name="Søren",
                to_address=COORDINATOR,
                language="da",
                message=Message("Indkaldelse: Styregruppemøde 2/2027", (Text("Hej"), *blocks)),
                at=CALLED.stamp,
                alliance_id=alliance.id,
            )
            mime = parcel_as_mail(parcel, LETTERHEAD)
            mails.put(connection, alliance.id, COORDINATOR, mime["Message-ID"], parcel.at, mime.as_bytes())
        with reading(self.engine) as connection:
            return f"/mailbox/{mails.mailbox(connection, alliance.id, None, 1)[0].id}"


@pytest.fixture
def post(demo: Engine) -> Iterator[Post]:
    now = datetime(2027, 2, 25, 8, tzinfo=UTC)
    app = demo_app(Demo(demo, lambda: now, lambda _: None, lambda: None))
    with TestClient(app, base_url=HERE, follow_redirects=False) as client:
        assert client.post("/persona", data={"address": COORDINATOR}).status_code == 303
        yield Post(demo, client)


# ------------------------------------------------------------------------------------------------- the card


def test_a_card_is_read_from_the_calendar_part_itself() -> None:
    found = card(itip(MOVED))
    assert found == Card(
        "change",
        "Styregruppemøde <2/2027>",
        CALLED.starts_at,
        CALLED.ends_at,
        "Rådhuset, København",
        "Alliancens sekretariat",
        (
            Guest("Anna & Bo – Ærø Kommune", "anna@aeroe.example", "chair", "accepted"),
            Guest("Carl", "carl@koege.example", "opt_participant", "tentative"),
            Guest("Dorte", "dorte@koege.example", "req_participant", "declined"),
            Guest("Eva", "eva@koege.example", "non_participant", "needs_action"),
        ),
    )
    assert found and found.week == 27


@pytest.mark.parametrize(
    ("obj", "kind"), [(CALLED, "call"), (MOVED, "change"), (CANCELLED, "cancel"), (UNINVITED, "uninvite")]
)
def test_the_method_and_the_sequence_say_what_it_is(obj: CalendarObject, kind: str) -> None:
    found = card(itip(obj))
    assert found and found.kind == kind


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hej",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
        itip(CALLED).replace(b"METHOD:REQUEST", b"METHOD:PUBLISH"),
        itip(CALLED).replace(b":20270707T100000", b":i overmorgen"),
        itip(CALLED).replace(b"SEQUENCE:0", b"SEQUENCE:nul"),
        itip(CALLED).replace(b"ORGANIZER", b"X-ORGANIZER"),
    ],
)
def test_what_cannot_be_read_has_no_card_and_breaks_nothing(content: bytes, post: Post) -> None:
    assert card(content) is None
    page = post.client.get(post.put(Invite("REQUEST", content)))
    assert page.status_code == 200 and 'class="card invitation' not in page.text


def test_an_invitation_is_drawn_as_a_calendar_would(post: Post) -> None:
    page = post.client.get(post.put(Invite("REQUEST", itip(CALLED)))).text
    drawn = page.partition('class="card invitation call"')[2].partition("</section>")[0]
    assert ">Indkaldelse<" in drawn and "<h2>Styregruppemøde &lt;2/2027&gt;</h2>" in drawn
    assert "onsdag den 7. juli 2027 kl. 10.00-14.00 (uge 27)" in drawn and "Rådhuset, København" in drawn
    shown = drawn.replace('<span class="subtle">', "").replace("</span>", "")
    for line in (
        "Anna &amp; Bo – Ærø Kommune (mødeleder, kommer)",
        "Carl (kan deltage, kommer måske)",
        "Dorte (kommer ikke)",
        "Eva (til orientering, har ikke svaret)",
    ):
        assert line in shown
    assert 'href="/mailbox/1/attachments/0" download>invite.ics</a>' in page and "/view" not in page


def test_a_change_and_a_cancellation_are_drawn_as_such(post: Post) -> None:
    assert ">Ændring<" in post.client.get(post.put(Invite("REQUEST", itip(MOVED)))).text


def test_a_cancellation_asks_nobody_anything(post: Post) -> None:
    page = post.client.get(post.put(Invite("CANCEL", itip(CANCELLED)))).text
    assert ">Aflysning<" in page and '<li class="accepted">Anna &amp; Bo – Ærø Kommune</li>' in page
    assert "har ikke svaret" not in page


def test_whoever_left_an_office_sees_that_the_meeting_is_not_theirs_any_more(post: Post) -> None:
    page = post.client.get(post.put(Invite("CANCEL", itip(UNINVITED)))).text
    assert ">Du er ikke længere indkaldt<" in page and ">Aflysning<" not in page


def test_a_mail_without_a_calendar_part_has_no_card(post: Post) -> None:
    assert "card invitation" not in post.client.get(post.put()).text


# ------------------------------------------------------------------------------------------------ the papers


def test_a_pdf_opens_in_the_browser_and_nothing_else_does(post: Post) -> None:
    path = post.put(PDF, File("side.html", "text/html", b"<script>x</script>"))
    page = post.client.get(path).text
    assert f'<a href="{path}/attachments/0/view">Vis<span class="visually-hidden"> Dagsorden å.pdf</span></a>' in page
    assert f"{path}/attachments/1/view" not in page

    shown = post.client.get(f"{path}/attachments/0/view")
    assert (shown.status_code, shown.content) == (200, PDF.content)
    assert shown.headers["content-type"] == "application/pdf"
    assert shown.headers["content-disposition"] == "inline; filename*=UTF-8''Dagsorden%20%C3%A5.pdf"
    assert "script-src" not in shown.headers["content-security-policy"]
    assert shown.headers["content-security-policy"].startswith("default-src 'none'; object-src 'self'")
    kept = post.client.get(f"{path}/attachments/0")
    assert kept.content == PDF.content and kept.headers["content-disposition"].startswith("attachment;")
    for other in ("1/view", "2/view"):
        refused = post.client.get(f"{path}/attachments/{other}")
        assert refused.status_code == 404 and "Den mail findes ikke" in refused.text


# --------------------------------------------------------------------------------------------------- uploads


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Context]:
    """What a command that takes files was handed: ``aflever`` is a command of this test's own."""
    handed: list[Context] = []

    def handle(ctx: Context) -> Message:
        handed.append(ctx)
        return Message("Modtaget")

    monkeypatch.setitem(router.BY_NAME, "aflever", Command("help", ("aflever",), "look", handle))
    return handed


def send(post: Post, files: dict[str, Any], **data: str) -> Any:
    return post.client.post("/say", data={"_words": "aflever", **data}, files=files)


def test_a_file_reaches_the_command_as_it_was_sent(post: Post, taken: list[Context]) -> None:
    answer = send(post, {"file": ("Bilag å.pdf", PDF.content, "application/pdf")}, title="Første\r\nanden")
    assert answer.status_code == 303
    (ctx,) = taken
    assert ctx.files == {"file": Upload("Bilag å.pdf", "application/pdf", PDF.content)}
    assert ctx.answers == {"title": "Første\nanden"}


def test_a_field_left_empty_is_no_file_but_an_empty_file_is_one(post: Post, taken: list[Context]) -> None:
    boundary = "x"
    parts = [
        'name="_words"\r\n\r\naflever',
        'name="left"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
        'name="empty"; filename="tom.txt"\r\nContent-Type: text/plain\r\n\r\n',
        'name="odd"; filename="C:\\\\fakepath\\\\b.txt"\r\n\r\nhej',
    ]
    body = (
        "".join(f"--{boundary}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    )
    post.client.post(
        "/say", content=body.encode(), headers={"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    (ctx,) = taken
    assert ctx.files == {
        "empty": Upload("tom.txt", "text/plain", b""),
        "odd": Upload("b.txt", "application/octet-stream", b"hej"),
    }


def test_a_form_without_files_brings_none(post: Post, taken: list[Context]) -> None:
    post.client.post("/say", data={"_words": "aflever"})
    assert [ctx.files for ctx in taken] == [{}]


def test_fifty_megabytes_reach_the_command_which_can_say_no_and_lose_nothing(post: Post, taken: list[Context]) -> None:
    large = bytes(50 * 1024 * 1024)
    assert send(post, {"file": ("stor.pdf", large, "application/pdf")}).status_code == 303
    assert [len(ctx.files["file"].content) for ctx in taken] == [len(large)]


def test_what_no_command_could_take_is_turned_away_in_words(post: Post, taken: list[Context]) -> None:
    refused = send(post, {"file": ("stor.pdf", bytes(MOST_UPLOADED), "application/pdf")})
    assert refused.status_code == 413 and "64 MB, når der er filer med" in refused.text
    assert taken == []


def test_only_a_form_with_files_may_be_large(post: Post) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert post.client.post("/say", content=b"a" * (MOST_BYTES + 1), headers=form).status_code == 413


def test_a_file_from_another_site_is_turned_away(post: Post, taken: list[Context]) -> None:
    files = {"file": ("a.pdf", b"x", "application/pdf")}
    answer = post.client.post(
        "/say", data={"_words": "aflever"}, files=files, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403 and taken == []


def test_a_form_that_is_no_form_is_said_so(post: Post) -> None:
    answer = post.client.post("/say", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert answer.status_code == 400


def test_the_command_line_brings_files_too(
    post: Post, taken: list[Context], tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tovholder.command_line import main

    monkeypatch.setenv("DATABASE_URL", str(post.engine.url))
    (tmp_path / "bilag.pdf").write_bytes(PDF.content)
    asked = ["say", "--as", COORDINATOR, "aflever", "--file"]
    assert main([*asked, f"file={tmp_path / 'bilag.pdf'}"]) == 0
    assert [ctx.files for ctx in taken] == [{"file": Upload("bilag.pdf", "application/pdf", PDF.content)}]
    assert main([*asked, f"file={tmp_path / 'ikke.pdf'}"]) == main([*asked, "bilag.pdf"]) == 2
    told = capsys.readouterr().err
    assert "cannot be read" in told and "wanted FIELD=PATH" in told
