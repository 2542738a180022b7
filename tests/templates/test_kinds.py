"""Every kind of message, in every language, with nothing, one and many; and every word of the catalogs."""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from alliance.messages import Ask, Buttons, Form, Message
from templates import write
from templates.makers import MAKERS
from templates.phrases import LANGUAGES, Phrases

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LOCALE = ROOT / "templates" / "locale"
# What no reader sees: it is said back to us, or it leads somewhere.
UNSEEN = {
    "Choice": {"value"},
    "Ask": {"key", "kind", "value"},
    "Button": {"words", "style"},
    "Text": {"tone"},
    "Link": {"url"},
    "Image": {"url"},
    "Form": {"keep"},
    "File": {"media_type", "content"},
    "Invite": {"method", "content"},
}
MARKS_OF_A_HOLE = re.compile(r"\bNone\b|Undefined|[{}]| {2}|\s[.,;:?](?=\s|$)|\(\)|^\s|\s$|<[a-z]+\.")
# The same word in both languages, and rightly so.
SAME_IN_BOTH = {
    "charter.role.partner",
    "own_data.role.partner",
    "page.journal.title",
    "page.nav.journal",
    "page.quick.journal",
    "words.journal",
    "words.for",
    "words.plan",
    "words.own_data_send",
    "message_preview.channel.slack",
    "message_preview.channel.teams",
    "page.brand",
    "page.export.kkr",
    "page.export.region",
    "page.board.grouping",
}


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULES = [_load(file.stem) for file in sorted(HERE.glob("*_examples.py"))]
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {k: v for module in MODULES for k, v in module.EXAMPLES.items()}
REFUSALS: dict[str, dict[str, object]] = {
    reason: facts for module in MODULES for reason, facts in getattr(module, "REFUSALS", {}).items()
}
EXAMPLES["refused"] |= {reason: {"reason": reason, "facts": facts} for reason, facts in REFUSALS.items()}
Case = tuple[str, str]
"""Which example, in which language."""


def _written(kind: str) -> Iterator[tuple[Case, Message]]:
    """Every example of a kind, in every language."""
    for which, facts in EXAMPLES[kind].items():
        for language in LANGUAGES:
            yield (which, language), write(kind, language, **facts)


def _texts(value: object) -> Iterator[str]:
    """Everything a reader sees of a message, in its order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        unseen = UNSEEN.get(type(value).__name__, set())
        for field in fields(value):
            if field.name not in unseen:
                yield from _texts(getattr(value, field.name))


def _buttons(message: Message) -> Iterator[Any]:
    for block in message.blocks:
        if isinstance(block, Form):
            yield from block.buttons
        elif isinstance(block, Buttons):
            yield from block.items


def _asks(message: Message) -> Iterator[Ask]:
    for block in message.blocks:
        if isinstance(block, Form):
            for section in block.sections:
                yield from section.asks


@cache
def _catalog(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted((LOCALE / language).glob("*.toml")):
        found.update(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    return found


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def test_every_kind_has_examples_with_nothing_one_and_many() -> None:
    assert set(EXAMPLES) == set(MAKERS)
    assert {kind for kind, examples in EXAMPLES.items() if not {"none", "one", "many"} <= set(examples)} == set()


@pytest.mark.slow
@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_reads_out_without_a_hole(kind: str) -> None:
    holes = {case: [text for text in _texts(said) if MARKS_OF_A_HOLE.search(text)] for case, said in _written(kind)}
    assert {case: found for case, found in holes.items() if found} == {}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_summary_is_one_line_that_stands_alone(kind: str) -> None:
    for case, said in _written(kind):
        assert "\n" not in said.summary, case
        assert "**" not in said.summary, case
        assert len(said.summary) <= 320, case


@pytest.mark.parametrize("kind", EXAMPLES)
def test_nothing_shown_is_empty_and_no_button_is_dumb(kind: str) -> None:
    for case, said in _written(kind):
        assert [button for button in _buttons(said) if not button.label.strip()] == [], case
        assert [ask.key for ask in _asks(said) if not ask.label.strip()] == [], case
        words = [button.words for button in _buttons(said) if hasattr(button, "words")]
        assert [typed for typed in words if not typed.strip() or typed != typed.strip()] == [], case
        assert len(words) == len(set(words)), case


@pytest.mark.parametrize("kind", EXAMPLES)
def test_danish_and_english_are_two_languages(kind: str) -> None:
    written = dict(_written(kind))
    for which in EXAMPLES[kind]:
        danish, english = (written[which, language] for language in LANGUAGES)
        # A broadcast is somebody's own words; only what stands around them is ours.
        assert kind == "broadcast" or danish.summary != english.summary, which
        assert list(_texts(danish.blocks)) != list(_texts(english.blocks)), which


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_known_refusal_has_its_own_words(language: str) -> None:
    unheard_of = write("refused", language, reason="unheard_of", facts={}).summary
    assert [reason for reason in REFUSALS if not Phrases(language).has(f"refused.{reason}")] == []
    said = {reason: write("refused", language, reason=reason, facts=REFUSALS[reason]).summary for reason in REFUSALS}
    assert [reason for reason, summary in said.items() if summary == unheard_of] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_begins_as_a_sentence_does(language: str) -> None:
    said = {reason: write("refused", language, reason=reason, facts=REFUSALS[reason]).summary for reason in REFUSALS}

    assert {reason: summary for reason, summary in said.items() if summary[0].islower()} == {}


def test_every_reason_in_the_catalog_is_tried_here() -> None:
    said = {key.removeprefix("refused.") for key in _catalog("da") if key.startswith("refused.")}

    assert said == {*REFUSALS, "otherwise"}


def test_both_languages_say_the_same_things() -> None:
    assert set(_catalog("da")) == set(_catalog("en"))


def test_no_value_was_left_untranslated() -> None:
    danish, english = _catalog("da"), _catalog("en")

    same = {key for key in danish if danish[key] == english[key] and _prose(danish[key])}
    assert same == SAME_IN_BOTH


def _prose(value: str) -> bool:
    """Whether a value has words of its own outside what is filled in."""
    return re.search(r"[^\W\d_]", _without_marks(value)) is not None


def _without_marks(value: str) -> str:
    return re.sub(r"{{.*?}}|{%.*?%}", "", value, flags=re.DOTALL)


def test_every_command_with_a_help_text_has_a_word() -> None:
    keys = set(_catalog("da"))

    assert {key for key in keys if key.startswith("help.") and f"words.{key[5:]}" not in keys} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shouted_at(language: str) -> None:
    assert [key for key, value in _catalog(language).items() if "!" in _without_marks(value)] == []


def test_a_frist_is_never_called_a_deadline_in_danish() -> None:
    assert [key for key, value in _catalog("da").items() if "deadline" in value.lower()] == []


def test_no_word_in_the_catalogs_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    said = _said_by_the_examples(monkeypatch)
    whole, beginnings = _named_in_the_code()

    dead = {key for key in _catalog("da") if key not in said | whole and not key.startswith(tuple(beginnings))}
    assert dead == set()


def _said_by_the_examples(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    said: set[str] = set()
    say = Phrases.__call__

    def listening(self: Phrases, key: str, **facts: Any) -> str:
        said.add(key)
        return say(self, key, **facts)

    monkeypatch.setattr(Phrases, "__call__", listening)
    for kind, examples in EXAMPLES.items():
        for facts in examples.values():
            write(kind, "da", **facts)
    return said


def _named_in_the_code() -> tuple[set[str], set[str]]:
    """The keys that stand in the code, and how those put together there begin (``journal.action.``)."""
    whole: set[str] = set()
    beginnings: set[str] = set()
    for folder in ("templates", "bot", "scheduling", "tovholder"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                    beginnings.add(str(node.values[0].value))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    whole.add(node.value)
    for file in sorted((ROOT / "templates" / "pages").rglob("*.html")):
        named = re.findall(r"""["']([a-z_]+(?:\.\w+)+\.?)["']""", file.read_text(encoding="utf-8"))
        whole |= {key for key in named if not key.endswith(".")}
        beginnings |= {key for key in named if key.endswith(".")}
    keys = re.compile(r"[a-z_]+(\.[a-z_]+)*\.")
    return whole, {beginning for beginning in beginnings if keys.fullmatch(beginning)}
