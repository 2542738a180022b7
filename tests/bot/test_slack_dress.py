"""Messages as Slack messages and as the home page: within every limit, and nothing lost."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.messages import (
    Ask,
    AskKind,
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
from bot.slack.blocks import Posting, _kept, dressed
from bot.slack.home import home
from bot.slack.limits import ANSWERS
from bot.slack.shown import stamped
from templates import write
from templates.phrases import LANGUAGES, Phrases
from tests.slack_checks import limits, models, schema
from tests.slack_checks.reading import bare, read, unescaped
from tests.slack_checks.visible import visible
from tests.templates.test_kinds import EXAMPLES

SAY = Phrases("da")
HOSTILE = "<!channel> <@U042> & *a* _b_ ~c~ `d` :tada: </b> > æøå 🌱"


def faults(payload: dict[str, Any]) -> list[str]:
    return [*limits.faults(payload), *models.faults(payload), *schema.faults(payload)]


def sent(posting: Posting) -> dict[str, Any]:
    return {"text": posting.text, "blocks": list(posting.blocks)}


def one(*blocks: Block, **options: str) -> Posting:
    (posting,) = dressed(Message("Kort", blocks), SAY, **options)
    return posting


def lost(message: Message, postings: tuple[Posting, ...]) -> set[str]:
    """What of a message stands in no block, or is not said to those who see none."""
    shown = read(block for posting in postings for block in posting.blocks)
    said = bare(unescaped("".join(posting.text for posting in postings)))
    return {text for text in visible(message) if text not in shown or text not in said}


@pytest.mark.slow
@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_is_taken_and_loses_nothing(kind: str) -> None:
    for which, facts in EXAMPLES[kind].items():
        for language in LANGUAGES:
            message = write(kind, language, **facts)
            postings = dressed(message, Phrases(language), base_url="https://x.dk")
            assert [fault for posting in postings for fault in faults(sent(posting))] == [], (which, language)
            assert not lost(message, postings), (which, language)
            assert len(postings) <= ANSWERS, "each is said at one response_url"


@pytest.mark.slow
@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_taken_on_the_home_page(kind: str, language: str) -> None:
    messages = [write(kind, language, **facts) for facts in EXAMPLES[kind].values()]
    for page in pages_of(messages, Phrases(language)):
        assert faults(page) == []


def pages_of(messages: list[Message], say: Phrases = SAY) -> list[dict[str, Any]]:
    """Every page of the home page, reached by its button to the next."""
    found = [home(messages, say)]
    while any(f'"page:{len(found) + 1}"' in repr(block).replace("'", '"') for block in found[-1]["blocks"]):
        found.append(home(messages, say, page=len(found) + 1))
    return found


def turns(block: dict[str, Any]) -> bool:
    """Whether a block says which page this is, or turns it."""
    return any(
        element.get("action_id", "").startswith("page:") or re.fullmatch(r"Side \d+ af \d+", str(element.get("text")))
        for element in block.get("elements", [])
    )


# ------------------------------------------------------------------------------------------------- any message

pieces = st.sampled_from(
    [
        *HOSTILE.split(),
        "**fed**",
        "_kursiv_",
        "~~slettet~~",
        "**fed _og_ skrå**",
        "[her](https://x.dk/a_b?c=1&d=2)",
        "[sti](/moeder/1)",
        "[x|y](javascript:x)",
        "\n",
        "\n\n",
        " ",
        "Rødovre",
        "ord " * 90,
        "x" * 700,
        "&" * 250,
    ]
)
texts = st.lists(pieces | st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=12), max_size=8)
prose = texts.map(" ".join) | texts.map("".join)
short = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=20)
urls = st.sampled_from(["https://x.dk", "/moeder/1", "mailto:a@x.dk", "webcal://x.dk/f", "https://x.dk/" + "y" * 3_000])
presses = st.builds(Button, prose, short, st.sampled_from(["plain", "primary", "danger"]))
rows = st.builds(Buttons, st.lists(presses | st.builds(Link, prose, urls), max_size=60).map(tuple))
kinds: st.SearchStrategy[AskKind] = st.sampled_from(["text", "long", "number", "date", "choice", "check", "file"])


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    kind = draw(kinds)
    most = 3 if kind in ("number", "choice") else 0
    choices = draw(st.lists(st.builds(Choice, short, prose), max_size=most))
    value = draw(st.sampled_from(["", "ja"]) if kind == "check" else st.sampled_from(["", "1"]) | prose)
    return Ask(
        "k", draw(prose), kind, value, draw(prose), draw(short), tuple(choices), draw(st.booleans()), draw(prose)
    )


forms = st.builds(
    Form,
    st.lists(st.builds(Section, prose, asks().map(lambda ask: (ask,)), prose), max_size=1).map(tuple),
    st.lists(presses, min_size=1, max_size=3).map(tuple),
    short,
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.sampled_from([0, 1, 3, 26]))
    row = st.tuples(*[prose if width < 4 else short] * width)
    some = draw(st.lists(row, max_size=3))
    return Table(draw(prose), draw(row), tuple(some * draw(st.sampled_from([1, 1, 40]))))


blocks = st.one_of(
    st.builds(Text, prose, st.sampled_from(["body", "heading", "subtle", "warning"])),
    st.builds(Facts, st.lists(st.tuples(prose, prose), max_size=23).map(tuple)),
    tables(),
    st.builds(Image, urls, prose.map(lambda text: " ".join(text.split()) or "Kurve")),
    rows,
    forms,
    st.just(File("referat.pdf", "application/pdf", b"x")),
    st.just(Invite("REQUEST", b"x")),
)
messages = st.builds(Message, st.just("Kort besked"), st.lists(blocks, max_size=5).map(tuple))


@settings(max_examples=50, deadline=None)
@given(messages, st.sampled_from(["", "https://tovholder.example"]))
@pytest.mark.slow
def test_any_message_is_taken_and_loses_nothing(message: Message, base_url: str) -> None:
    postings = dressed(message, SAY, base_url=base_url)
    assert [fault for posting in postings for fault in faults(sent(posting))] == []
    assert not lost(message, postings)
    files = [block for block in message.blocks if isinstance(block, File | Invite)]
    assert [file for posting in postings for file in posting.files] == files


@settings(max_examples=30, deadline=None)
@given(st.lists(messages, max_size=3))
@pytest.mark.slow
def test_any_messages_make_a_home_page(shown: list[Message]) -> None:
    pages = pages_of(shown)
    assert [fault for page in pages for fault in faults(page)] == []
    everything = read(block for page in pages for block in page["blocks"] if not turns(block))
    assert {text for message in shown for text in visible(message) if text not in everything} == set()


# ------------------------------------------------------------------------------------------------- worst cases

LONG_NAME = ("Brønderslev-Åbenrå & Æbeløens Fælleskommune <!channel> 🌱 " * 3)[:120].strip()
COLUMNS = tuple(f"Nøgletal {n}" for n in range(26))
WORST = {
    "98 municipalities by 7 requirements": Table(
        "Status", ("Kommune", *map(str, range(7))), tuple((f"{n} {LONG_NAME}", *["opfyldt"] * 7) for n in range(98))
    ),
    "98 municipalities by 26 indicators": Table(
        "Tal", ("Kommune", *COLUMNS), tuple((f"{n} {LONG_NAME}", *["1.234,5"] * 26) for n in range(98))
    ),
    "1000 rows": Table("", ("a", "b"), tuple((str(n), "x") for n in range(1_000))),
    "a table without rows": Table("Tom", ("a", "b"), ()),
    "a cell that is a novel": Table("", ("a", "b"), (("x", "ord " * 5_000),)),
    "40 buttons": Buttons(tuple(Button(f"Ja {n}", f"svar {n}") for n in range(40))),
    "40 buttons with long words": Buttons(tuple(Button(f"Ja {n}", "ord" * 600 + str(n)) for n in range(40))),
    "a long text": Text(f"{HOSTILE} **{HOSTILE}** " * 500),
    "one endless word": Text("x" * 100_000),
    "one endless space": Text("a" + " " * 20_000 + "b"),
    "a thousand styles": Text("**a** _b_ ~~c~~ `d` " * 250),
    "a long heading": Text("Dagsorden " * 40, "heading"),
    "300 facts": Facts(tuple((f"{n} {LONG_NAME}", HOSTILE) for n in range(300))),
    "a form of 26 indicators": Form(
        (Section("Tal", tuple(Ask(f"i{n}", LONG_NAME, "number", hint=HOSTILE, unit="tCO2e") for n in range(26))),),
        (Button("Indsend", "indberet send"), Button("Gem", "indberet gem")),
    ),
}


@pytest.mark.parametrize("case", WORST)
@pytest.mark.slow
def test_the_worst_is_taken_and_loses_nothing(case: str) -> None:
    message = Message("Kort", (WORST[case],))
    postings = dressed(message, SAY)
    assert [fault for posting in postings for fault in faults(sent(posting))] == []
    assert not lost(message, postings)
    assert [fault for page in pages_of([message]) for fault in faults(page)] == []


def test_98_municipalities_fit_into_one_message() -> None:
    names = tuple((f"Kommune {n}", "opfyldt", "mangler") for n in range(98))
    grid = one(Table("Status", ("Kommune", "1", "2"), names)).blocks[-1]
    assert len(grid["rows"]) == 99


def test_words_that_nobody_may_say_are_refused() -> None:
    with pytest.raises(ValueError, match="a button says 2001 characters"):
        dressed(Message("Kort", (Buttons((Button("Ja", "x" * 2_001),)),)), SAY)


# ------------------------------------------------------------------------------------------------------ dresses


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hej & <!channel> *du*", words("Hej & <!channel> *du*")),
        ("**a** _b_ ~~c~~, d", mrkdwn("*a* _b_ ~c~, d")),
        ("**_a_**", mrkdwn("*_a_*")),
        ("[a & b](https://x.dk?a=1&b=2)", mrkdwn("<https://x.dk?a=1&amp;b=2|a &amp; b>")),
        ("**a** <!channel>", mrkdwn("*a* &lt;!channel&gt;")),
        ("[møde](/moeder/1)", mrkdwn("<https://x.dk/moeder/1|møde>")),
        ("[a](javascript:x)", words("a (javascript:x)")),
    ],
)
def test_small_markdown_becomes_slacks(text: str, shown: dict[str, Any]) -> None:
    assert one(Text(text), base_url="https://x.dk").blocks == ({"type": "section", "text": shown},)


@pytest.mark.parametrize(
    "text",
    ["**a** *b*", "**a** `b`", "**a** _x", "**a** :tada:", "**a**\n> b", "x**a**", "**a **b", "[a|b](https://x.dk)"],
)
def test_where_words_could_be_mistaken_for_style_the_style_stands_beside_them(text: str) -> None:
    assert one(Text(text)).blocks[0]["type"] == "rich_text"


def test_a_path_on_our_site_is_written_out_where_there_is_no_site() -> None:
    assert one(Text("[møde](/moeder/1)")).blocks[0]["text"] == words("møde (/moeder/1)")
    assert one(Buttons((Link("Møde", "/moeder/1"),))).blocks == ({"type": "section", "text": words("Møde: /moeder/1")},)


def test_a_fact_with_hostile_words_keeps_them_and_loses_only_its_style() -> None:
    assert one(Facts((("Sted", "*Her*"), ("Dag", "i dag")))).blocks[0]["fields"] == [
        words("Sted\n*Her*"),
        mrkdwn("*Dag*\ni dag"),
    ]


def test_buttons_carry_their_words_and_links_their_address() -> None:
    row = Buttons((Button("Ja", "svar ja", "primary"), Button("Nej", "svar nej"), Link("Se", "https://x.dk")))
    assert one(row).blocks[0]["elements"] == [
        {"type": "button", "text": words("Ja"), "action_id": "say:0", "value": "svar ja", "style": "primary"},
        {"type": "button", "text": words("Nej"), "action_id": "say:1", "value": "svar nej"},
        {"type": "button", "text": words("Se"), "url": "https://x.dk", "action_id": "link:2"},
    ]


def test_a_label_that_is_cut_stands_whole_before_its_button() -> None:
    label = "Ja, borgmesteren kommer til klimatopmødet på Frederiksberg Rådhus den 20. maj 2027 klokken 10"
    text, row = one(Buttons((Button(label, "svar ja"),))).blocks
    assert text["text"]["text"] == label
    assert row["elements"][0]["text"]["text"] == (
        "Ja, borgmesteren kommer til klimatopmødet på Frederiksberg Rådhus den 20.…"
    )


def test_a_table_has_no_empty_cell_and_sets_numbers_to_the_right() -> None:
    grid = one(Table("", ("", "MWh"), (("Aarhus", "7"), ("", "1.234,5")))).blocks[0]
    assert [[cell["text"] for cell in row] for row in grid["rows"]] == [["–", "MWh"], ["Aarhus", "7"], ["–", "1.234,5"]]
    assert grid["column_settings"] == [{"is_wrapped": True}, {"is_wrapped": True, "align": "right"}]


def test_a_second_table_continues_in_the_thread() -> None:
    table = Table("", ("a",), (("b",),))
    first, second = dressed(Message("To tabeller", (Text("Før"), table, Text("Mellem"), table)), SAY)
    assert [block["type"] for block in first.blocks] == ["section", "table", "section"]
    assert [block["type"] for block in second.blocks] == ["table"]
    assert first.text.startswith("To tabeller\n\nFør")
    assert "Mellem" not in second.text


def test_files_go_with_the_message_and_are_no_blocks() -> None:
    posting = one(File("referat.pdf", "application/pdf", b"x"))
    assert posting.blocks == ({"type": "section", "text": words("Kort")},)
    assert posting.text == "Kort\n\n[referat.pdf, 1 B]"
    assert [file.content for file in posting.files] == [b"x"]


def test_the_text_begins_with_the_summary_unless_the_message_does() -> None:
    assert one(Text("Kort og godt")).text == "Kort og godt"
    assert one(Text("Noget andet")).text == "Kort\n\nNoget andet"


def test_a_paragraph_is_one_line_of_the_text_however_long_it_is() -> None:
    paragraph = "Husk den samlede status for klimahandlingsplanen. " * 5
    (posting,) = dressed(Message("Status", (Text(f"Status\n\n{paragraph}"),)), SAY)
    assert posting.text == f"Status\n\n{paragraph.strip()}"


def test_an_image_stands_with_its_words() -> None:
    assert one(Image("https://x.dk/a.png", "Kurve")).blocks == (
        {"type": "image", "image_url": "https://x.dk/a.png", "alt_text": "Kurve"},
    )
    assert one(Image("/a.png", "Kurve")).blocks == ({"type": "section", "text": words("[Kurve]")},)


FORM = Form(
    (Section("", (Ask("a", "Antal", "number", "7"),)),), (Button("Send", "svar send"), Button("Gem", "svar gem"))
)


def test_a_form_is_read_in_a_message_and_filled_in_elsewhere() -> None:
    question, row = one(FORM, fill_in="svar topmøde").blocks
    assert question["text"] == mrkdwn("*Antal*\n= 7")
    assert [(e["text"]["text"], e["action_id"], e["value"]) for e in row["elements"]] == [
        ("Udfyld", "open:0", "svar topmøde")
    ]


def test_a_form_whose_way_in_nobody_knows_has_its_first_button() -> None:
    assert [e["action_id"] for e in one(FORM).blocks[1]["elements"]] == ["say:0"]
    assert one(FORM).blocks[2]["elements"] == [words("[Gem] skriv: svar gem")]


def test_an_empty_home_page_says_so() -> None:
    assert home([], SAY)["blocks"] == [{"type": "section", "text": words(SAY("slack.nothing_here"))}]


@pytest.mark.parametrize(("page", "shown"), [(-1, 1), (1, 1), (2, 2), (3, 3), (99, 3)])
def test_a_page_that_is_not_there_is_the_nearest_that_is(page: int, shown: int) -> None:
    long = Message("Lang", tuple(Text(f"linje {n}") for n in range(250)))
    told, turn = home([long], SAY, page=page)["blocks"][-2:]
    assert told["elements"][0]["text"] == f"Side {shown} af 3"
    assert [e["value"] for e in turn["elements"]] == [str(n) for n in (shown - 1, shown + 1) if 1 <= n <= 3]


def test_what_is_said_again_is_the_same_and_has_nothing_of_the_first_time() -> None:
    message = Message("Kort", (Text("Dansk"), Buttons((Button("Hjælp", "hjælp"),))))
    first = dressed(message, SAY)
    stamped(first, datetime(2027, 3, 1, tzinfo=UTC))
    again = dressed(Message("Kort", (Text("Dansk"), Buttons((Button("Hjælp", "hjælp"),)))), SAY)
    assert again == first
    assert again[0].blocks[1]["elements"][0]["action_id"] == "say:0"


@pytest.mark.parametrize("other", [{"base_url": "https://bot.example.dk"}, {"fill_in": "svar"}])
def test_what_is_said_again_elsewhere_is_dressed_for_there(other: dict[str, str]) -> None:
    message = Message("Kort", (FORM, Buttons((Link("Siden", "/mine"),))))
    assert dressed(message, SAY, **other) != dressed(message, SAY)
    assert "write" in dressed(message, Phrases("en"))[0].text


def test_no_file_is_kept_in_memory_by_its_dress() -> None:
    before = _kept.cache_info()
    dressed(Message("Papir", (File("a.pdf", "application/pdf", b"x"),)), SAY)
    assert _kept.cache_info() == before
