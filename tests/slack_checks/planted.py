"""Payloads that Slack would take, and the same with one fault each: what the checks are checked with."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

Thing = dict[str, Any]


def plain(text: str) -> Thing:
    return {"type": "plain_text", "text": text}


def section(text: str = "Hej") -> Thing:
    return {"type": "section", "text": plain(text)}


def button(number: int = 0, **more: Any) -> Thing:
    return {"type": "button", "text": plain("Ja"), "action_id": f"say:{number}", "value": "svar ja", **more}


def actions(*elements: Thing) -> Thing:
    return {"type": "actions", "elements": list(elements)}


def table(rows: int = 2, columns: int = 2, text: str = "x") -> Thing:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns for _ in range(rows)]}


def option(number: int = 0) -> Thing:
    return {"text": plain(f"Valg {number}"), "value": f"={number}"}


def field(key: str, element: Thing) -> Thing:
    return {
        "type": "input",
        "block_id": f"ask:{key}",
        "label": plain(key),
        "element": {"action_id": "typed", **element},
    }


def message(*blocks: Thing, **more: Any) -> Thing:
    return {"text": "Hej", "blocks": list(blocks), **more}


def modal(*blocks: Thing, **more: Any) -> Thing:
    return {"type": "modal", "title": plain("Svar"), "submit": plain("Send"), "blocks": list(blocks), **more}


def home(*blocks: Thing, **more: Any) -> Thing:
    return {"type": "home", "blocks": list(blocks), **more}


TYPED = {"type": "plain_text_input"}
RADIO = {"type": "radio_buttons", "options": [option(1), option(2)]}
SELECT = {"type": "static_select", "options": [option(n) for n in range(100)], "initial_option": option(99)}
CHECK = {"type": "checkboxes", "options": [option(1)], "initial_options": [option(1)]}
RICH = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}]}

GOOD: dict[str, Thing] = {
    "the least": message(section()),
    "the longest text": message(section("x" * 3_000), text="x" * 40_000),
    "fifty blocks": message(*[section()] * 50),
    "every block": message(
        section(),
        {"type": "header", "text": plain("x" * 150)},
        {"type": "divider"},
        {"type": "context", "elements": [plain("x")] * 10},
        {"type": "section", "fields": [plain("x")] * 10},
        {"type": "image", "image_url": "https://x.dk/a.png", "alt_text": "Kurve"},
        actions(*(button(n) for n in range(25))),
        RICH,
        table(100, 20),
    ),
    "links and styles": message(actions({**button(), "url": "https://x.dk", "style": "primary"}, button(1))),
    "mrkdwn": message(
        {"type": "section", "text": {"type": "mrkdwn", "text": "*a* &lt;!channel&gt;", "verbatim": True}}
    ),
    "every field": modal(
        field("a", {**TYPED, "initial_value": "x" * 3_000, "multiline": True}),
        field("b", {"type": "datepicker", "initial_date": "2027-02-28"}),
        field("c", SELECT),
        field("d", RADIO),
        field("e", CHECK),
        field("f", {"type": "file_input", "max_files": 1}),
        field("g", {"type": "external_select", "min_query_length": 0, "initial_option": option(1)}),
    ),
    "a modal to read": {key: value for key, value in modal(section()).items() if key != "submit"},
    "a home with a table": home(section(), table(98, 7), actions(button())),
}

Planted = Callable[[], Thing]
PLANTED: dict[str, Planted] = {
    "no text": lambda: message(section(), text=" "),
    "a text that is cut": lambda: message(section(), text="x" * 40_001),
    "a mention in the text": lambda: message(section(), text="<!channel>"),
    "no blocks": lambda: message(),
    "fifty-one blocks": lambda: message(*[section()] * 51),
    "an empty text object": lambda: message(section("")),
    "a blank text object": lambda: message(section(" \n")),
    "a long text object": lambda: message(section("x" * 3_001)),
    "an emoji counts twice": lambda: message(section("🌱" * 1_501)),
    "half a character": lambda: message(section("\ud83c")),
    "a mention": lambda: message({"type": "section", "text": {"type": "mrkdwn", "text": "<!here>"}}),
    "a person": lambda: message({"type": "section", "text": {"type": "mrkdwn", "text": "<@U042>"}}),
    "a section without text": lambda: message({"type": "section"}),
    "eleven fields": lambda: message({"type": "section", "fields": [plain("x")] * 11}),
    "a long field": lambda: message({"type": "section", "fields": [plain("x" * 2_001)]}),
    "a long heading": lambda: message({"type": "header", "text": plain("x" * 151)}),
    "a heading in mrkdwn": lambda: message({"type": "header", "text": {"type": "mrkdwn", "text": "a"}}),
    "eleven remarks": lambda: message({"type": "context", "elements": [plain("x")] * 11}),
    "a button in small print": lambda: message({"type": "context", "elements": [button()]}),
    "twenty-six buttons": lambda: message(actions(*(button(n) for n in range(26)))),
    "no buttons": lambda: message(actions()),
    "two actions with one id": lambda: message(actions(button(1)), actions(button(1))),
    "a button without an id": lambda: message(actions({"type": "button", "text": plain("Ja")})),
    "a long label": lambda: message(actions(button(text=plain("x" * 76)))),
    "a label in mrkdwn": lambda: message(actions(button(text={"type": "mrkdwn", "text": "Ja"}))),
    "long words": lambda: message(actions(button(value="x" * 2_001))),
    "no words": lambda: message(actions(button(value=""))),
    "a long address": lambda: message(actions(button(url="https://x.dk/" + "x" * 3_000))),
    "an address that is a path": lambda: message(actions(button(url="/moeder"))),
    "an unknown style": lambda: message(actions(button(style="plain"))),
    "a field in a message": lambda: message(field("a", TYPED)),
    "an image without words": lambda: message({"type": "image", "image_url": "https://x.dk/a.png", "alt_text": ""}),
    "an image that is nowhere": lambda: message({"type": "image", "image_url": "a.png", "alt_text": "a"}),
    "an image with too many words": lambda: message(
        {"type": "image", "image_url": "https://x.dk/a.png", "alt_text": "x" * 2_001}
    ),
    "two tables": lambda: message(table(), table()),
    "101 rows": lambda: message(table(101)),
    "21 columns": lambda: message(table(2, 21)),
    "an empty cell": lambda: message(table(text="")),
    "a table of novels": lambda: message(table(99, 3, "x" * 40)),
    "ragged rows": lambda: message({"type": "table", "rows": [table()["rows"][0], table()["rows"][0][:1]]}),
    "a cell of mrkdwn": lambda: message({"type": "table", "rows": [[{"type": "mrkdwn", "text": "a"}]]}),
    "blocks too long": lambda: message(*[section("x" * 2_900)] * 5),
    "an unknown block": lambda: message({"type": "tabel"}),
    "a table in a modal": lambda: modal(table()),
    "101 blocks": lambda: modal(*[section()] * 101),
    "a modal without a title": lambda: {key: value for key, value in modal(section()).items() if key != "title"},
    "a long title": lambda: modal(section(), title=plain("x" * 25)),
    "a long submit": lambda: modal(section(), submit=plain("x" * 25)),
    "a title in mrkdwn": lambda: modal(section(), title={"type": "mrkdwn", "text": "a"}),
    "too much unseen": lambda: modal(section(), private_metadata="x" * 3_001),
    "fields without submit": lambda: {k: v for k, v in modal(field("a", TYPED)).items() if k != "submit"},
    "two fields with one id": lambda: modal(field("a", TYPED), field("a", TYPED)),
    "a long id": lambda: modal(field("a" * 252, TYPED)),
    "a field without a label": lambda: modal({"type": "input", "element": {**TYPED, "action_id": "typed"}}),
    "a button as a field": lambda: modal(field("a", button())),
    "an empty initial value": lambda: modal(field("a", {**TYPED, "initial_value": ""})),
    "a long initial value": lambda: modal(field("a", {**TYPED, "initial_value": "x" * 3_001})),
    "a longest length over the longest": lambda: modal(field("a", {**TYPED, "max_length": 3_001})),
    "no date": lambda: modal(field("a", {"type": "datepicker", "initial_date": "28-02-2027"})),
    "101 options": lambda: modal(field("a", {"type": "static_select", "options": [option(n) for n in range(101)]})),
    "no options": lambda: modal(field("a", {"type": "static_select", "options": []})),
    "11 radios": lambda: modal(field("a", {**RADIO, "options": [option(n) for n in range(11)]})),
    "a long option": lambda: modal(field("a", {**RADIO, "options": [{**option(), "text": plain("x" * 76)}]})),
    "a long option's value": lambda: modal(field("a", {**RADIO, "options": [{**option(), "value": "x" * 151}]})),
    "an option without a value": lambda: modal(field("a", {**RADIO, "options": [{**option(), "value": ""}]})),
    "two options with one value": lambda: modal(field("a", {**RADIO, "options": [option(1), option(1)]})),
    "chosen and not offered": lambda: modal(field("a", {**RADIO, "initial_option": option(3)})),
    "eleven files": lambda: modal(field("a", {"type": "file_input", "max_files": 11})),
    "two with the focus": lambda: modal(*(field(key, {**TYPED, "focus_on_load": True}) for key in "ab")),
    "a home with a title": lambda: home(section(), title=plain("Hjem")),
    "a file on the home page": lambda: home(field("a", {"type": "file_input"})),
}


def good(name: str) -> Thing:
    return deepcopy(GOOD[name])
