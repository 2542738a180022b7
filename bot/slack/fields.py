"""One question as Slack's fields, and what people put into them as answers again: exactly as typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from alliance.messages import Ask, Choice, Form, Message
from alliance.messages import Block as Said
from alliance.names import matching
from bot.slack.limits import ID, LABEL, OPTION, OPTION_VALUE, OPTIONS, RADIOS, TYPED, length
from bot.slack.parts import CHECKED, WARNING, Look
from bot.slack.writing import Block, Run, bold, cut, line, plain_text, reduced, remarks, sections, tidy, typed

ASK, OR, MORE = "ask:", "or:", "more:"
"""How the ids of our fields begin: an answer, what is chosen instead, the rest of a long one (``more:2:note``)."""
ACTION = "typed"
"""How the action id of every field of ours begins; after it how often its form was begun anew (``typed:1``)."""
TYPED_ON = re.compile(r" r\d+\+")
"""The stamp of a form that is typed on in: it may be an old one."""
ISO_DATE = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2}", re.ASCII)
MARK = "="
"""Stands before the value of every option, since Slack takes none that is empty."""
PIECE = re.compile("(?s)" + "|".join(f".{{1,{TYPED // 2}}}{end}" for end in (r"\Z", r"(?<=\s)", "")))
"""As much of a long answer as one field holds whatever the characters, cut after a space where it can be."""


def field_blocks(ask: Ask, keeps: bool, look: Look) -> list[Block]:
    """One question: what does not fit into a field before it, the field, and what is wrong beneath it.

    With ``keeps`` every change is sent at once. Raises ValueError for a key or a choice longer than Slack carries.
    """
    wrong = remarks(typed(WARNING + ask.error)) if ask.error.strip() else []
    return [*_before(ask, look), *_fields(ask, keeps, look), *wrong]


def _before(ask: Ask, look: Look) -> list[Block]:
    """What a field has no room for: a long label, a long hint, long choices."""
    words: list[Run] = [*bold(_label(ask, look))] if length(_label(ask, look)) > LABEL else []
    for part in (() if _hint(ask, look) else look.runs(ask.hint), typed(_long_choices(ask))):
        words += [Run("\n"), *part] if part and words else part
    return sections(words)


def _long_choices(ask: Ask) -> str:
    return "\n".join(f"• {line(choice.label)}" for choice in ask.choices if length(line(choice.label)) > OPTION)


def _label(ask: Ask, look: Look) -> str:
    """The label with its unit; only a number that may be chosen instead says itself that it is required."""
    unit = f" ({line(ask.unit)})" if ask.unit.strip() else ""
    must = f" ({look.say('page.form.required')})" if ask.required and _instead(ask) else ""
    return f"{line(ask.label) or ask.key}{unit}{must}"


def _hint(ask: Ask, look: Look) -> str:
    """The hint without its style; empty where it does not fit."""
    hint = reduced(look.runs(ask.hint)).strip()
    return hint if length(hint) <= LABEL else ""


def _instead(ask: Ask) -> bool:
    return ask.kind == "number" and bool(ask.choices)


# ------------------------------------------------------------------------------------------------------- fields


def _fields(ask: Ask, keeps: bool, look: Look) -> list[Block]:
    match ask.kind:
        case "choice":
            if not ask.choices:
                return sections((*bold(_label(ask, look)), Run("\n"), Run(look.say("slack.no_choices"))))
            return [_input(ask, look, _choosing(ask), keeps)]
        case "check":
            return [_input(ask, look, _box(ask, look), keeps)]
        case "file":
            return [_input(ask, look, {"type": "file_input", "max_files": 1}, False)]
        case "date" if not ask.value or _is_date(ask.value):
            initial = {"initial_date": ask.value} if ask.value else {}
            return [_input(ask, look, {"type": "datepicker", **initial}, keeps)]
        case "number" if ask.choices:
            return [*_typing(ask, keeps, look), _other_answers(ask, keeps, look)]
        case _:
            return _typing(ask, keeps, look)


def _input(ask: Ask, look: Look, element: Block, keeps: bool, id_: str = "", label: str = "") -> Block:
    """A field with its label and hint; one with an ``id_`` of its own stands beside another, and may stay empty."""
    block_id = id_ or ASK + ask.key
    if length(block_id) > ID:
        raise ValueError(f"the key of a question has {length(ask.key)} characters, too many for Slack: {ask.key!r}")
    hint = "" if id_ else _hint(ask, look)
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(cut(label or _label(ask, look), LABEL)),
        "element": {**element, "action_id": ACTION},
        "optional": bool(id_) or not ask.required or _instead(ask),
        **({"hint": plain_text(hint)} if hint else {}),
        **({"dispatch_action": True} if keeps else {}),
    }


def _typing(ask: Ask, keeps: bool, look: Look) -> list[Block]:
    """A text field, or as many as it takes to hold what stands there."""
    value = "" if any(choice.value == ask.value for choice in ask.choices) else tidy(ask.value)
    pieces = [found[0] for found in PIECE.finditer(value)] if length(value) > TYPED else [value]
    lines = ask.kind == "long" or len(pieces) > 1 or "\n" in value
    return [
        _input(ask, look, _text(piece, lines, keeps), keeps, *_continued(ask, n, look))
        for n, piece in enumerate(pieces, 1)
    ]


def _continued(ask: Ask, number: int, look: Look) -> tuple[str, str]:
    if number == 1:
        return "", ""
    return f"{MORE}{number}:{ask.key}", f"({number}) {_label(ask, look)}"


def _text(value: str, lines: bool, keeps: bool) -> Block:
    initial = {"initial_value": value} if value else {}
    sending = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}} if keeps else {}
    return {"type": "plain_text_input", "multiline": lines, **initial, **sending}


def _is_date(text: str) -> bool:
    """Say whether a calendar can show this; anything else stays as it was typed."""
    try:
        return bool(ISO_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _box(ask: Ask, look: Look) -> Block:
    option = _option(Choice(CHECKED, look.say("slack.yes")))
    return {
        "type": "checkboxes",
        "options": [option],
        **({"initial_options": [option]} if ask.value == CHECKED else {}),
    }


def _choosing(ask: Ask) -> Block:
    """A list to choose from; radio buttons only where nobody has to take a choice back."""
    if ask.searched or len(ask.choices) > OPTIONS:
        return {"type": "external_select", "min_query_length": 0, **_chosen(ask)}
    few = len(ask.choices) <= RADIOS and (ask.required or not all(choice.value for choice in ask.choices))
    kind = "radio_buttons" if few else "static_select"
    return {"type": kind, "options": [_option(choice) for choice in ask.choices], **_chosen(ask)}


def _other_answers(ask: Ask, keeps: bool, look: Look) -> Block:
    """The answers to a number that are none."""
    label = look.say("slack.instead", label=line(ask.label) or ask.key)
    placeholder = {"placeholder": plain_text(look.say("page.form.number"))}
    many = len(ask.choices) > OPTIONS
    listed: Block = {} if many else {"options": [_option(choice) for choice in ask.choices]}
    kind: Block = {"type": "external_select", "min_query_length": 0} if many else {"type": "static_select"}
    return _input(ask, look, {**kind, **placeholder, **listed, **_chosen(ask)}, keeps, OR + ask.key, label)


def _chosen(ask: Ask) -> Block:
    choice = next((choice for choice in ask.choices if choice.value == ask.value), None)
    # Nothing typed into a number is no choice, even where one of them has no value.
    return {"initial_option": _option(choice)} if choice and (choice.value or ask.kind == "choice") else {}


def _option(choice: Choice) -> Block:
    value = MARK + choice.value
    if length(value) > OPTION_VALUE:
        raise ValueError(f"a choice has {length(choice.value)} characters, too many for Slack: {choice.value[:80]!r}…")
    return {"text": plain_text(cut(choice.label, OPTION) or cut(choice.value, OPTION) or "–"), "value": value}


def suggestions(message: Message, block_id: str, query: str) -> dict[str, list[Block]]:
    """The choices that a list which is searched offers for what was typed, the likeliest first, a hundred at most.

    The answer to Slack's ``block_suggestion``; it has three seconds.
    """
    key = block_id.removeprefix(ASK).removeprefix(OR)
    choices = [choice for ask in _asks(message) if ask.key == key for choice in ask.choices]
    labels = matching(query, dict.fromkeys(choice.label for choice in choices))
    found = [choice for label in labels for choice in choices if choice.label == label]
    return {"options": [_option(choice) for choice in found[:OPTIONS]]}


def _asks(message: Message) -> Iterator[Ask]:
    forms = (block for block in message.blocks if isinstance(block, Form))
    return (ask for form in forms for section in form.sections for ask in section.asks)


# ------------------------------------------------------------------------------------------------------ answers


def answers_from(state: Mapping[str, Any] | None) -> dict[str, str]:
    """Read ``view.state`` of a modal of ours: the answers as typed, a field left empty as an empty one.

    What is chosen instead of a number wins over what stands in its field. Files are not answers: ``uploads_from``.
    """
    answers: dict[str, str] = {}
    chosen: dict[str, str] = {}
    for block_id, element in _told(state):
        value = _value(element)
        if value is None:
            continue
        if block_id.startswith(ASK):
            answers[block_id.removeprefix(ASK)] = value
        elif block_id.startswith(OR) and value:
            chosen[block_id.removeprefix(OR)] = value
    for _, key, value in sorted(_rests(state)):
        answers[key] = answers.get(key, "") + value
    return answers | chosen


def uploads_from(state: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    """Read the ids of the files that were put into a modal of ours, by the key of their question."""
    return {
        block_id.removeprefix(ASK): tuple(str(file["id"]) for file in element.get("files") or ())
        for block_id, element in _told(state)
        if block_id.startswith(ASK) and element.get("type") == "file_input" and element.get("files")
    }


def _told(state: Mapping[str, Any] | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each field of ours with what it holds."""
    for block_id, elements in ((state or {}).get("values") or {}).items():
        for action_id, element in (elements if isinstance(elements, Mapping) else {}).items():
            if action_id.partition(":")[0] == ACTION and isinstance(element, Mapping):
                yield block_id, element


def _rests(state: Mapping[str, Any] | None) -> Iterator[tuple[int, str, str]]:
    """What stands in the second and later fields of a long answer, with their number."""
    for block_id, element in _told(state):
        number, _, key = block_id.removeprefix(MORE).partition(":")
        if block_id.startswith(MORE) and number.isdecimal():
            yield int(number), key, _value(element) or ""


def _value(element: Mapping[str, Any]) -> str | None:
    match element.get("type"):
        case "plain_text_input":
            return tidy(element.get("value") or "")
        case "datepicker":
            return element.get("selected_date") or ""
        case "checkboxes":
            return CHECKED if element.get("selected_options") else ""
        case "radio_buttons" | "static_select" | "external_select":
            return str((element.get("selected_option") or {}).get("value") or "").removeprefix(MARK)
        case _:
            return None


# ------------------------------------------------------------------------------------------------------- errors


def errors(message: Message, fresh: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer to a submission that shows what is wrong at its fields; None where the view must be updated instead.

    ``shown`` is the view that was sent in, ``fresh`` the same page of the message that says what is wrong, but without
    saying so. Where they ask or say other things, errors at the old fields would hide what is new; where ``shown`` has
    more to read, it still says what was wrong before.
    """
    wrong = {ASK + ask.key: line(ask.error) for ask in _asks(message) if ask.error.strip()}
    ids = list(_field_ids(shown["blocks"]))
    same = list(_field_ids(fresh["blocks"])) == ids and _carries(fresh) == _carries(shown)
    if not wrong or not wrong.keys() <= {*ids} or not same or len(shown["blocks"]) > len(fresh["blocks"]):
        return None
    return {"response_action": "errors", "errors": wrong}


def _carries(view: Mapping[str, Any]) -> str:
    """What the form's buttons say; an old stamp will do where it is typed on in."""
    return TYPED_ON.sub("", view.get("private_metadata") or "")


def at_first_field(view: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Tell Slack of a modal that was sent in that something is wrong with all of it; empty where it asks nothing."""
    fields = [block["block_id"] for block in view.get("blocks") or () if block.get("type") == "input"]
    return {"response_action": "errors", "errors": {fields[0]: text}} if fields else {}


def file_errors(keys: Iterable[str], why: str) -> dict[str, str]:
    """The same words at the fields of several questions, as ``errors`` has them."""
    return {ASK + key: why for key in keys}


def without_errors(message: Message) -> Message:
    """The message as if nothing in its forms were wrong."""
    return _with_asks(message, lambda ask: replace(ask, error=""))


def with_errors(message: Message, wrong: Mapping[str, str]) -> Message:
    """The message with these errors beneath its questions; keyed as in ``errors``."""
    return _with_asks(message, lambda ask: replace(ask, error=wrong.get(ASK + ask.key, ask.error)))


def _with_asks(message: Message, change: Callable[[Ask], Ask]) -> Message:
    def block(old: Said) -> Said:
        if not isinstance(old, Form):
            return old
        sections = (replace(section, asks=tuple(map(change, section.asks))) for section in old.sections)
        return replace(old, sections=tuple(sections))

    return replace(message, blocks=tuple(map(block, message.blocks)))


def _field_ids(blocks: Sequence[Block]) -> Iterable[str]:
    return (block["block_id"] for block in blocks if block["type"] == "input")
