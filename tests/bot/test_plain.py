from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.messages import (
    Ask,
    Block,
    Button,
    Buttons,
    Choice,
    Facts,
    File,
    Form,
    Image,
    Invite,
    Link,
    Message,
    Section,
    Table,
    Text,
)
from bot.mail.dress import Letterhead, mail
from bot.plain import plain, size
from bot.web.dress import html

LETTERHEAD = Letterhead("Sekretariatet", "bot@example.dk", "Klimaalliancen", "https://example.dk")


def shown(*blocks: Block, width: int = 40) -> str:
    return plain(Message("Kort", blocks), width)


def mailed(message: Message) -> str:
    sent = mail(
        message,
        to_name="Åse",
        to_address="aase@example.dk",
        message_id="1@example.dk",
        date=datetime(2027, 1, 4, 9, tzinfo=UTC),
        letterhead=LETTERHEAD,
        language="da",
        say="skriv",
    )
    return sent.as_bytes().decode("ascii")


any_text = st.text(st.characters(), max_size=60) | st.sampled_from(["**", "~~", "[a](", "_x_", "\ud800", "[](", "\n"])
some_text = any_text.filter(lambda text: text.strip())
buttons = st.builds(Button, any_text, any_text, st.sampled_from(["plain", "primary", "danger"]))
choices = st.lists(st.builds(Choice, any_text, any_text), max_size=9).map(tuple)
asks = st.builds(
    Ask,
    key=some_text.map(lambda text: f"k{text}"),
    label=any_text,
    kind=st.sampled_from(["text", "long", "number", "date", "choice", "check", "file"]),
    value=any_text,
    hint=any_text,
    unit=any_text,
    choices=choices,
    required=st.booleans(),
    error=any_text,
)
sections = st.builds(Section, any_text, st.lists(asks, max_size=2, unique_by=lambda a: a.key).map(tuple), any_text)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = draw(st.integers(0, 4))
    row = st.tuples(*[any_text] * columns)
    return Table(draw(any_text), draw(row), draw(st.lists(row, max_size=3).map(tuple)))


blocks = st.one_of(
    st.builds(Text, any_text, st.sampled_from(["body", "heading", "subtle", "warning"])),
    st.builds(Facts, st.lists(st.tuples(any_text, any_text), max_size=3).map(tuple)),
    tables(),
    st.builds(Image, some_text, some_text),
    st.builds(Buttons, st.lists(buttons | st.builds(Link, any_text, any_text), max_size=3).map(tuple)),
    st.builds(Form, sections.map(lambda s: (s,)), st.lists(buttons, min_size=1, max_size=2).map(tuple), any_text),
    st.builds(File, any_text, any_text | st.sampled_from(["text/csv; charset=utf-8"]), st.binary(max_size=9)),
    st.builds(Invite, st.sampled_from(["REQUEST", "CANCEL"]), st.binary(max_size=9)),
)
messages = st.builds(Message, some_text, st.lists(blocks, max_size=4).map(tuple))


@pytest.mark.slow
@pytest.mark.parametrize("dress", [plain, html, mailed])
@given(message=messages)
def test_every_dress_renders_every_message_to_something_that_can_be_sent(
    dress: Callable[[Message], str], message: Message
) -> None:
    dress(message).encode()


@pytest.mark.slow
@pytest.mark.parametrize("dress", [plain, html, mailed])
@pytest.mark.parametrize("hostile", ["**a", "_a", "[", "[a](", "[a](b(", "**_[a](b)", "](", "*", "~~a", "~"])
def test_hostile_markdown_never_hangs(dress: Callable[[Message], str], hostile: str) -> None:
    start = time.perf_counter()
    dress(Message("Kort", (Text(hostile * 20_000),)))
    assert time.perf_counter() - start < 5


@given(messages, st.integers(-5, 100))
def test_a_line_is_longer_than_the_width_only_where_a_word_is(message: Message, width: int) -> None:
    width = max(width, 20)
    for line in plain(message, width).split("\n"):
        before = line.rpartition(" ")[0]
        assert len(line) <= width or len(before) <= width // 2, line


def test_the_summary_stands_alone_where_nothing_else_says_what_it_is_about() -> None:
    pdf = File("dagsorden.pdf", "application/pdf", b"x" * 12_001)
    assert plain(Message("Dagsorden til mødet", (pdf,))) == "Dagsorden til mødet\n\n[dagsorden.pdf, 13 kB]\n"
    invite = Invite("REQUEST", b"x" * 1_200)
    assert plain(Message("Indkaldelse til mødet", (invite,))) == "Indkaldelse til mødet\n\n[invite.ics, 2 kB]\n"
    assert plain(Message("Kort")) == "Kort\n"
    assert plain(Message("Kort", (Text("Langt"),))) == "Langt\n"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Vigtigt**: _i dag_", "Vigtigt: i dag"),
        ("~~7. juli~~ 8. juli", "7. juli 8. juli"),
        ("**~~[7. juli](/a)~~** a~b ~~", "7. juli (/a) a~b ~~"),
        ("Se [referatet](https://x.dk/a_b_c)", "Se referatet (https://x.dk/a_b_c)"),
        ("[https://x.dk](https://x.dk)", "https://x.dk"),
        ("[**fed** tekst](/sti)", "fed tekst (/sti)"),
        ("filen a_b_c.csv", "filen a_b_c.csv"),
        ("https://x.dk/_a_/", "https://x.dk/_a_/"),
        ("2 ** 3 og [ikke et link]", "2 ** 3 og [ikke et link]"),
        ("[a](https://x.dk/(b))", "a (https://x.dk/(b))"),
        ("første\nanden", "første\nanden"),
    ],
)
def test_small_markdown_is_reduced_to_its_words(markdown: str, text: str) -> None:
    assert shown(Text(markdown)) == f"{text}\n"


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (Text("Dagsorden", "heading"), "Dagsorden\n---------"),
        (Text("Fristen er i dag", "warning"), "! Fristen er i dag"),
        (Image("https://x.dk/a.png", "Kurve, der falder"), "[Kurve, der falder]"),
        (
            Buttons((Button("Ja", "svar ja"), Link("Side", "https://x.dk"))),
            "[Ja] skriv: svar ja\nSide: https://x.dk",
        ),
        (Facts((("Dato", "4. januar"), ("Sted", "Rådhuset"))), "Dato: 4. januar\nSted: Rådhuset"),
        (Facts((("Hvem", "Åse"), ("Kommune", "Aarhus"))), "Hvem:    Åse\nKommune: Aarhus"),
        (Facts((("En meget lang etiket her", "værdi"),)), "En meget lang etiket her:\n" + " " * 20 + "værdi"),
        (Facts((("Tom", ""),)), "Tom:"),
    ],
)
def test_each_block_has_its_plain_form(block: Block, text: str) -> None:
    assert shown(block) == f"{text}\n"


def test_a_table_stands_in_columns_with_numbers_to_the_right() -> None:
    table = Table("Status", ("Kommune", "MWh"), (("Aarhus", "1.234,5"), ("Ærø", "7")))
    assert shown(table) == ("Status\nKommune      MWh\n-------  -------\nAarhus   1.234,5\nÆrø            7\n")


def test_a_table_too_wide_for_the_line_is_read_row_by_row() -> None:
    table = Table("Status", ("Kommune", "Bemærkning"), (("Aarhus", "Har svaret i god tid"), ("Ærø", "Mangler")))
    assert shown(table, width=28) == (
        "Status\n\n"
        "Kommune:    Aarhus\nBemærkning: Har svaret i god\n            tid\n\n"
        "Kommune:    Ærø\nBemærkning: Mangler\n"
    )


def test_a_form_is_numbered_questions_with_all_that_is_known_about_them() -> None:
    el = Ask("el", "Elforbrug", "number", "12,5", "Fra måleren", "MWh", required=True, error="Skriv et tal.")
    gas = Ask("gas", "Gas", "number", "ukendt", choices=(Choice("ukendt", "Ved ikke"),))
    ok = Ask("ok", "Godkendt", "check", "ja")
    form = Form((Section("Energi", (el, gas)), Section("", (ok,), "Til sidst")), (Button("Send", "indberet"),))
    assert shown(form) == (
        "Energi\n------\n\n"
        "1. Elforbrug (MWh) *\n   Fra måleren\n   = 12,5\n   ! Skriv et tal.\n\n"
        "2. Gas\n   (x) Ved ikke\n\n"
        "Til sidst\n\n"
        "3. Godkendt\n   [x]\n\n"
        "[Send] skriv: indberet\n"
    )


def test_the_verb_before_words_to_type_is_the_readers() -> None:
    message = Message("Kort", (Buttons((Button("Yes", "answer yes"),)),))
    assert plain(message, say="write") == "[Yes] write: answer yes\n"


def test_nothing_in_a_message_steers_the_terminal() -> None:
    assert shown(Text("a\x1b[2Jb\x9bc\rd\x07")) == "a[2Jbc\nd\n"


@pytest.mark.parametrize(
    ("length", "words"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1 kB"), (1_001, "2 kB"), (1_000_000, "1 MB"), (1_000_001, "2 MB")],
)
def test_a_size_is_rounded_up_to_a_whole_unit(length: int, words: str) -> None:
    assert size(bytes(length)) == words


def test_a_table_too_wide_for_its_head_says_it_even_without_rows() -> None:
    head = tuple(f"Nøgletal {n}" for n in range(9))
    assert plain(Message("Kort", (Table("Tom", head, ()),))).split() == ["Tom", *", ".join(head).split()]


def test_the_second_line_of_a_point_stands_in_and_an_hour_keeps_its_word() -> None:
    said = Message("Kort", (Text("- et to kl. 09.15 tre\n12. fire fem seks syv"),))
    assert plain(said, 20) == "- et to kl. 09.15\n  tre\n12. fire fem seks\n    syv\n"
    assert plain(Message("Kort", (Text("Den 2. april kl. 09.15"),)), 20) == "Den 2. april\nkl. 09.15\n"
