"""Forms as modals, and what people put into them as answers again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.messages import Ask, Button, Choice, Facts, Form, Message, Section, Table, Text
from bot.slack.fields import answers_from, errors, suggestions, uploads_from
from bot.slack.modal import Carried, carried, modal, with_answers, wrong_pages
from templates import write
from templates.phrases import LANGUAGES, Phrases
from tests.slack_checks import limits, models, schema
from tests.slack_checks.reading import read, sent_back
from tests.slack_checks.visible import asked, unanswered, visible
from tests.templates.test_kinds import EXAMPLES

SAY = Phrases("da")
SEND = Button("Send", "indberet send")
HOSTILE = "<!channel> <@U042> & *a* _b_ :tada: æøå 🌱"
View = dict[str, Any]


def faults(payload: View) -> list[str]:
    return [*limits.faults(payload), *models.faults(payload), *schema.faults(payload)]


def steps(message: Message, say: Phrases = SAY, **options: Any) -> list[View]:
    """Every page of a modal."""
    first = modal(message, say, **options)
    return [first, *(modal(message, say, page=n, **options) for n in range(2, carried(first).pages + 1))]


def asking(*asks: Ask, keep: str = "", title: str = "Energi") -> Message:
    return Message("Indberet tal", (Form((Section(title, asks),), (SEND,), keep),))


def fields(*asks: Ask, keep: str = "") -> list[View]:
    return [block for block in modal(asking(*asks, keep=keep), SAY)["blocks"] if block["type"] == "input"]


def element(ask: Ask, keep: str = "") -> View:
    (field,) = fields(ask, keep=keep)
    found: View = field["element"]
    return found


def lost(message: Message, views: list[View]) -> set[str]:
    """What of a message stands on no page; the answers, which may be cut anywhere, are compared for themselves."""
    shown = read(item for view in views for item in (view, *view["blocks"]))
    return {text for text in visible(unanswered(message)) if text not in shown}


def standing(message: Message) -> dict[str, str]:
    """The answers that stand in a form, but for files; what is not offered cannot be chosen, and nothing of nothing."""
    found = {ask.key: ask for ask in asked(message) if ask.kind != "file" and (ask.kind != "choice" or ask.choices)}
    return {key: ask.value if ask.kind != "choice" or _offered(ask) else "" for key, ask in found.items()}


def _offered(ask: Ask) -> bool:
    return ask.value in {choice.value for choice in ask.choices}


@pytest.mark.slow
@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_is_taken_as_a_modal_and_gives_its_answers_back(kind: str) -> None:
    for which, facts in EXAMPLES[kind].items():
        for language in LANGUAGES:
            message = write(kind, language, **facts)
            if any(isinstance(block, Form | Table) for block in message.blocks):
                views = steps(message, Phrases(language), base_url="https://x.dk")
                assert [fault for view in views for fault in faults(view)] == [], (which, language)
                assert lost(message, views) == set(), (which, language)
                assert answers_from(sent_back(views)) == standing(message), (which, language)


# ------------------------------------------------------------------------------------------------- any form

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
hostile = words | st.sampled_from([HOSTILE, "ord " * 900, "**fed** [her](https://x.dk)", "x" * 3_100])
lines = st.lists(hostile, max_size=3).map("\n".join)
keys = words.filter(lambda key: key and not key.startswith("_"))


@st.composite
def asks(draw: st.DrawFn, key: str) -> Ask:
    kind = draw(st.sampled_from(["text", "long", "number", "date", "choice", "check", "file"]))
    most = draw(st.sampled_from([1, 4, 12]))
    values = draw(st.lists(words, min_size=1, max_size=most, unique=True)) if kind in ("number", "choice") else []
    value = {
        "text": hostile,
        "long": lines,
        "number": st.sampled_from(["", "1.234,5", "-3", *values]),
        "date": st.sampled_from(["", "2027-01-04", "24-03-2027", "2027-02-30", "0000-01-01"]),
        "choice": st.sampled_from(["", *values]),
        "check": st.sampled_from(["", "ja"]),
        "file": st.just(""),
    }[kind]
    choices = tuple(Choice(one, draw(hostile)) for one in values)
    flag, label, hint, unit = draw(st.booleans()), draw(hostile), draw(hostile), draw(words)
    return Ask(key, label, kind, draw(value), hint, unit, choices, flag, draw(hostile))  # type: ignore[arg-type]


@st.composite
def forms(draw: st.DrawFn) -> Form:
    names = draw(st.lists(keys, max_size=6, unique=True))
    middle = draw(st.integers(0, len(names)))
    sections = tuple(
        Section(draw(hostile), tuple(draw(asks(name)) for name in part), draw(hostile))
        for part in (names[:middle], names[middle:])
    )
    buttons = st.builds(Button, hostile, words, st.sampled_from(["plain", "primary", "danger"]))
    return Form(sections, tuple(draw(st.lists(buttons, min_size=1, max_size=3))), draw(words))


@settings(max_examples=50, deadline=None)
@given(forms())
@pytest.mark.slow
def test_any_form_is_taken_loses_nothing_and_gives_its_answers_back(form: Form) -> None:
    message = Message("Kort besked", (form,))
    views = steps(message)
    assert [fault for view in views for fault in faults(view)] == []
    assert lost(message, views) == set()
    assert answers_from(sent_back(views)) == standing(message)
    assert carried(views[-1]).words == form.buttons[0].words
    assert carried(views[-1]).keep == form.keep


# ------------------------------------------------------------------------------------------------------ fields


@pytest.mark.parametrize(
    ("ask", "piece"),
    [
        (Ask("a", "A"), {"type": "plain_text_input", "multiline": False}),
        (Ask("a", "A", "text", "x & <y>"), {"initial_value": "x & <y>"}),
        (Ask("a", "A", "long", "x"), {"multiline": True}),
        (Ask("a", "A", "text", "en\nto"), {"multiline": True, "initial_value": "en\nto"}),
        (Ask("a", "A", "number", "1.234,5"), {"type": "plain_text_input", "initial_value": "1.234,5"}),
        (Ask("a", "A", "date", "2027-01-04"), {"type": "datepicker", "initial_date": "2027-01-04"}),
        (Ask("a", "A", "date"), {"type": "datepicker"}),
        (Ask("a", "A", "date", "24-03-2027"), {"type": "plain_text_input", "initial_value": "24-03-2027"}),
        (Ask("a", "A", "date", "2027-02-30"), {"type": "plain_text_input", "initial_value": "2027-02-30"}),
        (Ask("a", "A", "check"), {"type": "checkboxes"}),
        (Ask("a", "A", "file"), {"type": "file_input", "max_files": 1}),
    ],
)
def test_each_kind_of_question_has_its_field(ask: Ask, piece: View) -> None:
    assert piece.items() <= element(ask).items()


@pytest.mark.parametrize(
    ("many", "required", "kind"),
    [
        (1, True, "radio_buttons"),
        (10, True, "radio_buttons"),
        (11, True, "static_select"),
        (3, False, "static_select"),
        (98, True, "static_select"),
        (100, True, "static_select"),
        (101, True, "external_select"),
    ],
)
def test_choices_are_a_list_as_long_as_slack_takes(many: int, required: bool, kind: str) -> None:
    choices = tuple(Choice(str(n), f"Kommune {n}") for n in range(many))
    ask = Ask("a", "A", "choice", "0", choices=choices, required=required)
    assert element(ask)["type"] == kind
    assert element(ask)["initial_option"]["value"] == "=0"
    assert faults(modal(asking(ask), SAY)) == []


def test_a_list_that_slack_asks_for_is_searched_by_name_as_people_write_it() -> None:
    choices = tuple(Choice(str(n), f"Kommune {n}") for n in range(105))
    message = asking(Ask("a", "A", "choice", choices=(*choices, Choice("ab", "Aabenraa"), Choice("ko", "Køge"))))
    assert len(suggestions(message, "ask:a", "")["options"]) == 100
    assert [option["value"] for option in suggestions(message, "ask:a", "køg")["options"]] == ["=ko"]
    assert [option["value"] for option in suggestions(message, "ask:a", "åben")["options"]] == ["=ab"]
    assert suggestions(message, "ask:b", "")["options"] == []


@pytest.mark.parametrize("required", [True, False])
def test_a_field_is_required_as_its_question_is(required: bool) -> None:
    (field,) = fields(Ask("a", "A", hint="Se **her**", unit="MWh", required=required))
    assert field["block_id"] == "ask:a"
    assert field["label"]["text"] == "A (MWh)"
    assert field["hint"]["text"] == "Se her"
    assert field["optional"] is not required


@pytest.mark.parametrize(("value", "typed", "chosen"), [("12,5", "12,5", None), ("ukendt", None, "=ukendt")])
def test_a_number_may_instead_be_one_of_its_choices(value: str, typed: str | None, chosen: str | None) -> None:
    number, instead = fields(Ask("el", "El", "number", value, choices=(Choice("ukendt", "Ved ikke"),), required=True))
    assert number["element"].get("initial_value") == typed
    assert instead["element"].get("initial_option", {}).get("value") == chosen
    assert (number["block_id"], instead["block_id"]) == ("ask:el", "or:el")
    assert number["optional"] and instead["optional"], "either will do, which Slack cannot know"
    assert number["label"]["text"] == "El (skal udfyldes)"


def test_a_choice_that_is_cut_stands_whole_above_its_list() -> None:
    label = "Godkendt på styregruppens møde 2/2027 den 2. juni 2027 på Frederiksberg Rådhus klokken 10"
    above, field = modal(asking(Ask("a", "A", "choice", choices=(Choice("x", label),)), title=""), SAY)["blocks"]
    assert above["text"]["text"] == f"• {label}"
    assert field["element"]["options"][0]["text"]["text"].endswith("…")


def test_what_is_typed_is_sent_at_once_only_where_it_is_kept() -> None:
    shown = (Ask("a", "A"), Ask("b", "B", "date"), Ask("c", "C", "file"))
    kept = fields(*shown, keep="indberet gem")
    assert [field.get("dispatch_action") for field in kept] == [True, True, None]
    assert kept[0]["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}
    assert [field.get("dispatch_action") for field in fields(*shown)] == [None] * 3


def test_an_error_stands_beneath_its_field() -> None:
    view = modal(asking(Ask("a", "A", "number", "x", error="*Ikke* et tal."), Ask("b", "B"), title=""), SAY)
    assert [block["type"] for block in view["blocks"]] == ["input", "context", "input"]
    assert view["blocks"][1]["elements"][0]["text"] == "⚠ *Ikke* et tal."


def test_an_answer_longer_than_a_field_goes_on_in_the_next() -> None:
    value = "ord æøå 🌱 " * 1_000
    found = fields(Ask("a", "A", "long", value))
    assert [field["block_id"] for field in found] == ["ask:a", *(f"more:{n}:a" for n in range(2, len(found) + 1))]
    assert answers_from(sent_back([{"blocks": found}])) == {"a": value}


@pytest.mark.parametrize(
    "ask", [Ask("k" * 252, "A"), Ask("a", "A", "choice", choices=(Choice("x" * 150, "X"),))], ids=["key", "choice"]
)
def test_what_slack_cannot_carry_is_refused(ask: Ask) -> None:
    with pytest.raises(ValueError, match="too many for Slack"):
        modal(asking(ask), SAY)


# ----------------------------------------------------------------------------------------------------- answers


def state(**held: View) -> View:
    return {"values": {id_.replace("__", ":"): {"typed": told} for id_, told in held.items()}}


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        ({"ask__a": {"type": "plain_text_input", "value": None}}, {"a": ""}),
        ({"ask__a": {"type": "plain_text_input", "value": "en\r\nto"}}, {"a": "en\nto"}),
        ({"ask__a": {"type": "datepicker", "selected_date": "2027-01-04"}}, {"a": "2027-01-04"}),
        ({"ask__a": {"type": "datepicker", "selected_date": None}}, {"a": ""}),
        ({"ask__a": {"type": "checkboxes", "selected_options": []}}, {"a": ""}),
        ({"ask__a": {"type": "checkboxes", "selected_options": [{"value": "=ja"}]}}, {"a": "ja"}),
        ({"ask__a": {"type": "radio_buttons", "selected_option": {"value": "=yes"}}}, {"a": "yes"}),
        ({"ask__a": {"type": "static_select", "selected_option": {"value": "="}}}, {"a": ""}),
        ({"ask__a": {"type": "external_select", "selected_option": None}}, {"a": ""}),
        (
            {
                "ask__a": {"type": "plain_text_input", "value": "12,5"},
                "or__a": {"type": "static_select", "selected_option": {"value": "=ukendt"}},
            },
            {"a": "ukendt"},
        ),
        ({"ask__a": {"type": "file_input", "files": [{"id": "F1"}]}}, {}),
        ({"andres": {"type": "plain_text_input", "value": "x"}}, {}),
    ],
)
def test_answers_are_read_as_typed(sent: dict[str, View], answers: dict[str, str]) -> None:
    assert answers_from(state(**sent)) == answers


@pytest.mark.parametrize("empty", [None, {}, {"values": None}, {"values": {"ask:a": {"andet": {}}}}])
def test_a_view_without_fields_has_no_answers(empty: View | None) -> None:
    assert (answers_from(empty), uploads_from(empty)) == ({}, {})


def test_files_are_told_by_the_key_of_their_question() -> None:
    sent = {
        "ask__bilag": {"type": "file_input", "files": [{"id": "F1"}]},
        "ask__b": {"type": "file_input", "files": []},
    }
    assert uploads_from(state(**sent)) == {"bilag": ("F1",)}


# ------------------------------------------------------------------------------------------------------ modals


def test_a_modal_says_what_it_is_about_and_carries_its_words() -> None:
    form = Form(
        (Section("", (Ask("a", "A"),)),),
        (
            Button("Send ind", "indberet send 2027 r3"),
            Button("Gem", "indberet gem 2027 r3"),
            Button("Slet", "x", "danger"),
        ),
        "indberet gem 2027 r3",
    )
    view = modal(Message("Kort", (form,)), SAY, carry=Carried(again="indberet 2027", channel="D1", posted="1.2"))
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == ("Kort", "Send ind", "Luk")
    assert carried(view) == Carried(
        "indberet send 2027 r3+", "indberet gem 2027 r3+", "indberet 2027", channel="D1", posted="1.2"
    )
    assert [(e["action_id"], e["value"], e.get("style")) for e in view["blocks"][-1]["elements"]] == [
        ("say:0", "indberet gem 2027 r3+", None),
        ("say:1", "x", "danger"),
    ]


def test_a_title_and_a_submit_button_that_are_cut_stand_whole_inside() -> None:
    title, label = "Indberetning for Frederiksberg Kommune", "Send indberetningen til sekretariatet"
    view = modal(Message(title, (Form((Section("", (Ask("a", "A"),)),), (Button(label, "x"),)),)), SAY)
    assert (view["title"]["text"], view["submit"]["text"]) == ("Indberetning for…", "Send indberetningen til…")
    assert view["blocks"][0] == {"type": "header", "text": {"type": "plain_text", "text": title, "emoji": False}}
    assert view["blocks"][-1]["elements"][0]["text"] == label


def test_a_heading_of_the_message_is_the_title_and_stands_once() -> None:
    heading = "Indberetning for Frederiksberg Kommune"
    view = modal(Message("Kort", (Text(heading, "heading"),)), SAY)
    assert [block["type"] for block in view["blocks"]] == ["header"]
    assert view["title"]["text"] == "Indberetning for…"


def test_a_message_without_a_form_is_only_read() -> None:
    view = modal(Message("Kort", (Text("Hej"),)), SAY)
    assert "submit" not in view
    assert faults(view) == []


def test_a_table_is_read_row_by_row_in_a_modal() -> None:
    view = modal(Message("Kort", (Table("Status", ("Kommune", "Tal"), (("Køge", "1"), ("Ærø", ""))),)), SAY)
    caption, rows = (block["text"]["text"] for block in view["blocks"])
    assert (caption, rows) == ("*Status*", "Kommune: Køge\nTal: 1\n\nKommune: Ærø\nTal: –")


def test_what_a_modal_cannot_carry_is_refused() -> None:
    form = Form((Section("", (Ask("a", "A"),)),), (Button("Send", "x" * 1_900),), "y" * 1_900)
    with pytest.raises(ValueError, match="a modal carries"):
        modal(Message("Kort", (form,)), SAY)


LONG = Message(
    "Kort",
    (
        Facts((("Frist", "1. maj"),)),
        Form(
            tuple(
                Section(f"Afsnit {s}", tuple(Ask(f"k{s}.{n}", f"Tal {s}.{n}", value=f"{s}{n}") for n in range(26)))
                for s in range(6)
            ),
            (Button("Send", "indberet send"), Button("Gem", "indberet gem")),
            "indberet gem",
        ),
    ),
)


def test_a_form_of_more_than_a_hundred_blocks_becomes_steps() -> None:
    views = steps(LONG)
    assert [fault for view in views for fault in faults(view)] == []
    assert [view["submit"]["text"] for view in views] == ["Næste", "Send"]
    assert [carried(view).last for view in views] == [False, True]
    assert "say:0" not in repr(views[0]) and "say:0" in repr(views[1])
    assert "'page:1'" in repr(views[1])
    assert answers_from(sent_back(views)) == {ask.key: ask.value for ask in asked(LONG)}


def test_a_step_shows_what_was_typed_in_it_before() -> None:
    typed = with_answers(LONG, {"k0.0": "nyt", "k5.25": "også nyt"})
    answers = answers_from(sent_back(steps(typed)))
    assert (answers["k0.0"], answers["k0.1"], answers["k5.25"]) == ("nyt", "01", "også nyt")


def test_the_step_on_which_something_is_wrong_is_known() -> None:
    form = Form(
        (Section("", tuple(Ask(f"k{n}", "A", error="Nej" * (n == 120)) for n in range(150))),), (Button("S", "s"),)
    )
    assert wrong_pages(Message("Kort", (form,)), SAY) == (2,)
    assert wrong_pages(LONG, SAY) == ()


# ------------------------------------------------------------------------------------------------------ errors


def test_errors_are_told_at_their_fields_where_the_questions_are_the_same() -> None:
    before, after = asking(Ask("a", "A")), asking(Ask("a", "A", value="x", error="Ikke et tal."))
    assert errors(after, modal(after, SAY), modal(before, SAY)) == {
        "response_action": "errors",
        "errors": {"ask:a": "Ikke et tal."},
    }


@pytest.mark.parametrize(
    "after",
    [
        asking(Ask("a", "A")),
        asking(Ask("a", "A", error="Hvorfor?"), Ask("b", "Forklaring")),
        asking(Ask("b", "B", error="Nej")),
    ],
    ids=["nothing wrong", "a new question", "another question"],
)
def test_where_the_questions_changed_the_view_is_to_be_updated(after: Message) -> None:
    assert errors(after, modal(after, SAY), modal(asking(Ask("a", "A")), SAY)) is None
