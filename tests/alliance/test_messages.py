"""A message is a closed union of frozen values that cannot be put together wrongly."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import get_args

import pytest

from alliance import messages
from alliance.messages import (
    Ask,
    Block,
    Button,
    Buttons,
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

SEND = (Button("Send", "send"),)


def ask(key: str) -> Ask:
    return Ask(key, "Hvad?")


def test_the_union_is_closed_and_every_part_is_frozen() -> None:
    assert set(get_args(Block)) == {Text, Facts, Table, Image, Buttons, Form, File, Invite}
    for name in dir(messages):
        kind = getattr(messages, name)
        if isinstance(kind, type) and is_dataclass(kind):
            assert kind.__dataclass_params__.frozen, name  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        Text("a").text = "b"  # type: ignore[misc]


def test_every_list_in_a_message_is_a_tuple_so_that_equal_messages_are_equal() -> None:
    for kind in (*get_args(Block), Section, Ask, Message):
        for each in fields(kind):
            assert "list[" not in str(each.type) and "dict[" not in str(each.type), (kind, each.name)
    assert hash(Message("Kort", (Text("a"), Facts((("b", "c"),))))) == hash(
        Message("Kort", (Text("a"), Facts((("b", "c"),))))
    )


@pytest.mark.parametrize("summary", ["", " ", "\n\t"])
def test_a_message_has_a_summary(summary: str) -> None:
    with pytest.raises(ValueError, match="needs a summary"):
        Message(summary, (Text("Hej"),))


@pytest.mark.parametrize("rows", [(("1",),), (("1", "2", "3"),), (("1", "2"), ())])
def test_every_row_of_a_table_is_as_long_as_its_head(rows: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(ValueError, match="the head has 2"):
        Table("Tal", ("a", "b"), rows)


def test_a_table_may_be_empty() -> None:
    assert Table("Tal", ("a", "b"), ()).rows == ()


@pytest.mark.parametrize(("url", "alt"), [("", "Et kort"), ("https://x.example/k.png", "")])
def test_an_image_has_an_address_and_words_that_stand_for_it(url: str, alt: str) -> None:
    with pytest.raises(ValueError, match="an image needs"):
        Image(url, alt)


@pytest.mark.parametrize("key", ["", "_csrf", "_"])
def test_the_key_of_a_question_is_never_empty_or_reserved(key: str) -> None:
    with pytest.raises(ValueError, match="not a key for a question"):
        ask(key)


@pytest.mark.parametrize(
    "sections",
    [
        (Section("En", (ask("a"), ask("a"))),),
        (Section("En", (ask("a"),)), Section("To", (ask("b"), ask("a")))),
    ],
    ids=["in one section", "in two sections"],
)
def test_no_two_questions_of_a_form_share_a_key(sections: tuple[Section, ...]) -> None:
    with pytest.raises(ValueError, match=r"share a key: \['a', 'a'\]"):
        Form(sections, SEND)


def test_a_form_has_a_button_that_sends_it() -> None:
    with pytest.raises(ValueError, match="needs a button"):
        Form((Section("En", (ask("a"),)),), ())


def test_a_form_may_ask_nothing_but_whether_to_go_on() -> None:
    assert Form((), SEND).buttons == SEND


def test_a_row_of_buttons_may_hold_links() -> None:
    assert Buttons((Button("Ja", "ja"), Link("Se", "https://x.example"))).items[0] == Button("Ja", "ja", "plain")


def test_a_file_keeps_its_bytes_out_of_the_log() -> None:
    assert "hemmeligt" not in repr(Message("Fil", (File("a.txt", "text/plain", b"hemmeligt"),)))
