from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.messages import (
    Ask,
    Block,
    Button,
    Buttons,
    Facts,
    File,
    Form,
    Invite,
    Link,
    Message,
    Section,
    Table,
    Text,
)
from bot.mail.dress import Letterhead, address_of, mail, message_id_for, subject_of

LETTERHEAD = Letterhead("Alliancens sekretariat", "moeder@xn--bl-zia.dk", "Klimaalliancen", "https://tov.dk/")
WITHOUT_PAGES = Letterhead("Sekretariatet", "bot@example.dk", "", "")


def build(
    message: Message,
    letterhead: Letterhead = LETTERHEAD,
    to_name: str = "Åse Jensen",
    to_address: str = "aase@example.dk",
    message_id: str = "1@example.dk",
    thread: str | None = None,
    links: Mapping[str, str] | None = None,
) -> EmailMessage:
    return mail(
        message,
        to_name=to_name,
        to_address=to_address,
        message_id=message_id,
        date=datetime(2027, 1, 4, 9, tzinfo=UTC),
        letterhead=letterhead,
        language="da",
        say="skriv",
        thread=thread,
        links=links,
    )


def received(sent: EmailMessage) -> EmailMessage:
    """Read a mail as the recipient's program does."""
    got = message_from_bytes(sent.as_bytes(), policy=default)
    assert isinstance(got, EmailMessage)
    assert not [part for part in got.walk() if part.defects]
    return got


def body(sent: EmailMessage, kind: str) -> str:
    part = received(sent).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def page(*blocks: Block, letterhead: Letterhead = LETTERHEAD) -> str:
    return body(build(Message("Kort", blocks), letterhead), "html")


def test_a_mail_says_who_it_is_from_and_that_no_one_need_answer_automatically() -> None:
    got = received(build(Message("Dagsorden: Styregruppemøde 1/2027"), thread="thread.1@example.dk"))
    assert dict(got.items()) == {
        "From": "Alliancens sekretariat <moeder@xn--bl-zia.dk>",
        "To": "Åse Jensen <aase@example.dk>",
        "Subject": "Dagsorden: Styregruppemøde 1/2027",
        "Date": "Mon, 04 Jan 2027 09:00:00 +0000",
        "Message-ID": "<1@example.dk>",
        "References": "<thread.1@example.dk>",
        "In-Reply-To": "<thread.1@example.dk>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "Content-Language": "da",
        "MIME-Version": "1.0",
        "Content-Type": got["Content-Type"],
    }


def test_the_same_arguments_make_the_same_bytes_and_another_id_other_boundaries() -> None:
    message = Message("Kort", (Text("Hej"), File("a.pdf", "application/pdf", b"%PDF")))
    assert build(message).as_bytes() == build(message).as_bytes()
    first, second = build(message), build(message, message_id="2@example.dk")
    assert first.get_boundary() != second.get_boundary()
    inner = [part.get_boundary() for part in first.walk() if part.is_multipart()]
    assert len(inner) == len(set(inner)) == 2


def test_the_parts_stand_where_mail_programs_look_for_them() -> None:
    got = received(build(Message("Kort", (Text("Æ"), File("møde.csv", "text/csv; charset=utf-8", "æ;ø".encode())))))
    assert [part.get_content_type() for part in got.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/csv",
    ]
    (attachment,) = got.iter_attachments()
    assert attachment.get_filename() == "møde.csv"
    assert attachment.get_payload(decode=True) == "æ;ø".encode()
    assert attachment.get_content_charset() == "utf-8"


CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:Æ\r\nEND:VCALENDAR\r\n".encode()


def invitation(method: Literal["REQUEST", "CANCEL"] = "CANCEL") -> Message:
    content = CALENDAR.replace(b"CANCEL", method.encode())
    return Message(
        "Aflyst: møde", (Text("Mødet er aflyst."), Invite(method, content), File("a.pdf", "application/pdf", b"%PDF"))
    )


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_stands_where_calendars_look_for_it(method: Literal["REQUEST", "CANCEL"]) -> None:
    got = received(build(invitation(method), thread="thread.1@example.dk"))
    assert [part.get_content_type() for part in got.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
        "application/pdf",
    ]
    parts = {part.get_content_type(): part for part in got.walk()}
    calendar, file = parts["text/calendar"], parts["application/ics"]
    assert dict(calendar.get_params([])) == {  # type: ignore[arg-type]
        "text/calendar": "",
        "charset": "utf-8",
        "method": method,
        "name": "invite.ics",
    }
    assert f"METHOD:{method}\r\n".encode() in calendar.get_payload(decode=True)
    assert calendar.get_payload(decode=True) == file.get_payload(decode=True)
    assert calendar["Content-Disposition"] is None and file.get_filename() == "invite.ics"
    assert {calendar["Content-Transfer-Encoding"], file["Content-Transfer-Encoding"]} == {"base64"}
    assert {parts[kind]["Content-Transfer-Encoding"] for kind in ("text/plain", "text/html")} == {"quoted-printable"}
    assert got["References"] == got["In-Reply-To"] == "<thread.1@example.dk>"
    assert f"[invite.ics, {len(file.get_payload(decode=True))} B]" in parts["text/plain"].get_content()


def test_an_invitation_is_not_called_automatic_since_calendar_servers_skip_what_is() -> None:
    got = received(build(invitation()))
    assert got["Auto-Submitted"] is None and got["X-Auto-Response-Suppress"] is None
    assert got["From"] == "Alliancens sekretariat <moeder@xn--bl-zia.dk>"


def test_an_invitation_made_again_is_the_same_bytes() -> None:
    assert build(invitation()).as_bytes() == build(invitation()).as_bytes()


@pytest.mark.parametrize("media_type", ["", "multipart/mixed", "message/rfc822", "text", "a/b\r\nBcc: x@y.dk"])
def test_a_file_of_no_known_kind_is_just_bytes(media_type: str) -> None:
    got = received(build(Message("Kort", (File("a", media_type, b"\x00\xff"),))))
    (attachment,) = got.iter_attachments()
    assert attachment.get_content_type() == "application/octet-stream"
    assert attachment.get_content() == b"\x00\xff"


def test_every_byte_on_the_wire_is_ascii_in_lines_that_servers_accept() -> None:
    message = Message("Æ" * 300, (Text("øl " * 2000), Text("x" * 3000)))
    wire = build(message, thread="t" * 200 + "@example.dk").as_bytes()
    wire.decode("ascii")
    assert max(map(len, wire.split(b"\r\n"))) <= 998
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_long_ids_are_sent_as_they_are() -> None:
    long = "A" * 70 + "@" + "b" * 50 + ".example.dk"
    wire = build(Message("Kort"), message_id=f"<{long}>", thread=long).as_bytes().decode()
    for name in ("Message-ID", "References", "In-Reply-To"):
        assert f"\r\n{name}: <{long}>\r\n" in wire


@pytest.mark.parametrize(
    ("summary", "subject"),
    [
        ("Kort", "Kort"),
        ("  to\r\n\tlinjer ", "to linjer"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
        ("ord " * 29 + "slut", "ord " * 29 + "slut"),
        ("ord " * 29 + "slut!", ("ord " * 29).rstrip() + "…"),
        ("a" * 118 + ", b" + "c" * 9, "a" * 118 + "…"),
    ],
)
def test_a_subject_is_at_most_120_characters_cut_between_words(summary: str, subject: str) -> None:
    assert subject_of(summary) == subject
    assert len(subject) <= 120


def test_a_summary_that_was_cut_is_read_whole_in_the_mail() -> None:
    summary = "Et langt ord " * 12 + "til sidst"
    sent = build(Message(summary, (Text("Hej"),)))
    assert "til sidst" in body(sent, "plain")
    assert "til sidst" in body(sent, "html")
    assert "Kort" not in body(build(Message("Kort", (Text("Hej"),))), "plain")


def test_what_opens_a_mail_is_said_once_and_the_list_of_mails_shows_what_comes_after_it() -> None:
    summary = "Et langt ord " * 12 + "til sidst"
    cut = build(Message(summary, (Text(summary), Text("Hej"))))
    assert body(cut, "plain").count("til sidst") == 1 and body(cut, "html").count("til sidst</p>") == 1
    assert 'mso-hide:all">Hej Frist: i dag</div>' in page(
        Text("Kort"), Text("Hej"), Facts((("Frist", "i dag"),)), Buttons((Button("Ja", "ja"),))
    )
    assert "mso-hide" not in page(Text("Kære Åse"), Text("Hej")) and "mso-hide" not in page(Text("Kort"))


def test_a_list_is_a_list_and_a_file_is_said_to_come_with_the_mail() -> None:
    shown = page(Text("- **A**<\n- B"), Text("- A\nB"), File("a_b_.pdf", "application/pdf", b"%PDF"))
    assert "<li><strong>A</strong>&lt;</li>\n<li>B</li></ul>" in shown and "<p>- A<br>B</p>" in shown
    assert "Vedhæftet: a_b_.pdf (4 B)</p>" in shown


def test_a_table_of_three_columns_can_be_read_row_by_row_each_value_with_its_name() -> None:
    shown = page(Table("Status", ("A", 'B"', "C"), (("1", "2", "3"),)))
    assert '<table class="wide"' in shown and 'data-label="B&#34;">2</td>' in shown
    assert '<table class="wide"' not in page(Table("Status", ("A", "B"), (("1", "2"),)))


def test_the_footer_of_the_text_is_set_in_lines_like_the_rest() -> None:
    letterhead = replace(LETTERHEAD, footer="ord " * 40)
    assert max(map(len, body(build(Message("Kort", (Text("Hej"),)), letterhead), "plain").splitlines())) <= 78


hostile = st.text(max_size=30) | st.sampled_from(
    ["a\r\nBcc: x@y.dk", "=?utf-8?q?a=0D=0ABcc:_x@y.dk?=", '"', "a <b@c.dk>,", "\ud800", "\x00", "\u2028x: y"]
)


@pytest.mark.slow
@given(hostile, hostile, hostile, hostile)
def test_nobody_can_write_a_header_of_ours(name: str, summary: str, message_id: str, thread: str) -> None:
    letterhead = Letterhead(name, "bot@example.dk", name, "")
    message = Message(f"s{summary}", (File(name, "text/plain", b""),))
    got = received(build(message, letterhead, name, message_id=message_id, thread=thread))
    calm = received(build(Message("Kort", message.blocks), thread="x" if thread else None))
    assert got.keys() == calm.keys()
    assert [address.addr_spec for address in got["To"].addresses] == ["aase@example.dk"]
    assert [address.addr_spec for address in got["From"].addresses] == ["bot@example.dk"]


def test_a_button_is_a_link_where_there_are_pages_and_words_where_there_are_none() -> None:
    row = Buttons((Button("Ja", "svar ja & nej", "primary"),))
    assert 'href="https://tov.dk/act?say=svar+ja+%26+nej"' in page(row)
    assert "Skriv: <strong>svar ja &amp; nej</strong>" in page(row, letterhead=WITHOUT_PAGES)
    assert "href" not in page(row, letterhead=WITHOUT_PAGES)
    assert "[Ja] skriv: svar ja & nej\n" in body(build(Message("Kort", (row,))), "plain")


def test_where_buttons_act_each_is_its_own_link_in_both_parts_and_words_where_it_has_none() -> None:
    acting = replace(LETTERHEAD, acting=True)
    assert (LETTERHEAD.sender.pages, acting.sender.pages) == ("", "https://tov.dk")
    row = Buttons((Button("Ja", "svar ja"), Button("Nej", "svar nej"), Link("Papir", "/papers/3")))
    sent = build(Message("Kort", (row,)), acting, links={"svar ja": "hemmelig"})
    assert 'href="https://tov.dk/act/hemmelig"' in body(sent, "html") and "Ja: https://tov.dk/act/hemmelig" in body(
        sent, "plain"
    )
    assert "Skriv: <strong>svar nej</strong>" in body(sent, "html") and "[Nej] skriv: svar nej" in body(sent, "plain")
    assert "say=" not in body(sent, "html") and "https://tov.dk/papers/3" in body(sent, "html")


def test_a_form_becomes_its_first_button() -> None:
    form = Form((Section("Energi", (Ask("el", "Elforbrug"),)),), (Button("Svar", "indberet"), Button("Nej", "afvis")))
    sent = build(Message("Kort", (form,)))
    assert "/act?say=indberet" in body(sent, "html")
    assert "[Svar] skriv: indberet" in body(sent, "plain")
    for kind in ("html", "plain"):
        assert "Elforbrug" not in body(sent, kind)
        assert "afvis" not in body(sent, kind)


@pytest.mark.parametrize(
    ("url", "with_pages", "without"),
    [
        ("/moeder/1", 'href="https://tov.dk/moeder/1"', "Her (/moeder/1)"),
        ("https://x.dk", 'href="https://x.dk"', 'href="https://x.dk"'),
        ("javascript:x", "Her (javascript:x)", "Her (javascript:x)"),
    ],
)
def test_a_path_of_ours_is_completed_and_an_unsafe_address_is_only_shown(
    url: str, with_pages: str, without: str
) -> None:
    for block in (Text(f"[Her]({url})"), Buttons((Link("Her", url),))):
        assert with_pages in page(block)
        assert without in page(block, letterhead=WITHOUT_PAGES)


def test_the_page_names_its_language_and_reads_in_dark_and_light() -> None:
    shown = page(Text("Hej"), Table("Status", ("A<", "B"), (("1", "**2**"),)))
    assert '<html lang="da">' in shown
    assert '<meta name="color-scheme" content="light dark">' in shown
    assert "A&lt;</th>" in shown
    assert "<strong>2</strong></td>" in shown


def test_the_footer_stands_under_both_parts() -> None:
    sent = build(Message("Kort", (Text("Hej"),)))
    assert body(sent, "plain") == "Hej\n\n-- \nKlimaalliancen\n"
    assert "Klimaalliancen</p>" in body(sent, "html")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a.b+c@x.dk", "a.b+c@x.dk"),
        (" a@x.dk ", "a@x.dk"),
        ("a@blå.dk", "a@xn--bl-zia.dk"),
        ("a@Aarhus.DK", "a@Aarhus.DK"),
    ],
)
def test_an_address_is_written_as_smtp_wants_it(text: str, address: str) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@x.dk",
        "a@",
        "å@x.dk",
        "a b@x.dk",
        "a@x..dk",
        "a@x.dk>\r\nRCPT TO:<b@x.dk",
        "a@x_y.dk",
        ".a@x.dk",
    ],
)
def test_what_is_no_address_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="wanted name@domain"):
        address_of(text)
    with pytest.raises(ValueError, match="wanted name@domain"):
        Letterhead("Sekretariatet", text, "", "")
    with pytest.raises(ValueError, match="wanted name@domain"):
        build(Message("Kort"), to_address=text)


def test_a_message_id_depends_on_the_key_alone() -> None:
    assert message_id_for("agenda/1", "x.dk") == message_id_for("agenda/1", "x.dk")
    assert message_id_for("agenda/1", "x.dk") != message_id_for("agenda/2", "x.dk")
    local, _, domain = message_id_for("agenda/1", "x.dk").partition("@")
    assert (len(local), domain) == (32, "x.dk")


def test_a_mail_survives_being_written_by_the_plain_policy() -> None:
    got = message_from_bytes(build(Message("Møde")).as_bytes(policy=SMTP), policy=default)
    assert got["Subject"] == "Møde"
