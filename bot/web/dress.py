"""A message as an accessible piece of a web page, and what a browser sends back."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from markupsafe import Markup, escape

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
from bot.plain import INVITE, Span, clean, is_safe, needs_summary, size, spans

WORDS = "_words"
STATE = "._state"
CHECKED = "ja"
MOST_RADIOS = 6
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Attribute = tuple[str, str | None]


@dataclass(frozen=True)
class Look:
    """What the page decides about every message on it."""

    heading_level: int
    form_action: str
    hidden: tuple[tuple[str, str], ...]
    number_label: str
    required_label: str
    errors_label: str


def html(
    message: Message,
    *,
    heading_level: int = 3,
    form_action: str = "",
    hidden: tuple[tuple[str, str], ...] = (),
    id_prefix: str = "m",
    number_label: str = "et tal",
    required_label: str = "skal udfyldes",
    errors_label: str = "Det her skal rettes",
) -> Markup:
    """Render a message as an HTML fragment; every name in ``hidden`` starts with ``_``, or it is an answer.

    ``id_prefix`` must differ between the messages of one page. The labels are words in the reader's
    language: "a number", "required" and "these need correcting".
    """
    level = min(max(heading_level, 1), 6)
    look = Look(level, form_action, hidden, number_label, required_label, errors_label)
    parts = [_block(block, f"{id_prefix}-{n}", look) for n, block in enumerate(message.blocks, 1)]
    if needs_summary(message):
        parts.insert(0, Markup("<p>{}</p>").format(message.summary))
    return Markup(clean(Markup("\n").join(parts)))


def answers_from(form_data: Iterable[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """Read what a browser sent for a message of ours: the words pressed, and the answers as typed."""
    words, answers, states = "", dict[str, str](), dict[str, str]()
    for name, sent in form_data:
        value = sent.replace("\r\n", "\n")  # browsers send every line break as CRLF
        if name == WORDS:
            words = value
        elif name.startswith("_"):
            continue
        elif name.endswith(STATE):
            states[name.removesuffix(STATE)] = value
        else:
            answers[name] = value
    return words, answers | {key: state for key, state in states.items() if state}


def _block(block: Block, id_: str, look: Look) -> Markup:
    match block:
        case Text():
            return _text(block, look)
        case Facts():
            return _facts(block)
        case Table():
            return _table(block)
        case Image():
            return _image(block)
        case Buttons():
            items = Markup("").join(_item(item, look) for item in block.items)
            return Markup('<div class="actions">{}</div>').format(items)
        case Form():
            return _form(block, id_, look)
        case File():
            return _file(block)
        case Invite():
            return _file(File(INVITE, "text/calendar", block.content))
        case _:
            assert_never(block)


def _attributes(*pairs: Attribute) -> Markup:
    """Write attributes, leaving out those without a value."""
    said = [Markup(' {}="{}"').format(name, value) for name, value in pairs if value is not None]
    return Markup("").join(said)


def _flag(name: str, on: bool) -> Attribute:
    return name, "" if on else None


def _inline(text: str) -> Markup:
    """Turn small Markdown and line breaks into elements; everything else is escaped."""
    return Markup("").join(_span(span) for span in spans(text))


def _span(span: Span) -> Markup:
    match span.kind:
        case "plain":
            return Markup("<br>").join(span.text.split("\n"))
        case "bold":
            return Markup("<strong>{}</strong>").format(_inline(span.text))
        case "italic":
            return Markup("<em>{}</em>").format(_inline(span.text))
        case "struck":
            return Markup("<s>{}</s>").format(_inline(span.text))
        case "link":
            return _anchor(_inline(span.text), span.url, is_safe(span.url))


def _anchor(label: str | Markup, url: str, safe: bool) -> Markup:
    """Write a link, or its words with the address beside it where following it could do harm."""
    if not safe:
        return Markup("{} ({})").format(label, url)
    return Markup('<a href="{}" rel="noopener">{}</a>').format(url, label)


def _text(block: Text, look: Look) -> Markup:
    if block.tone == "heading":
        return Markup("<h{0}>{1}</h{0}>").format(look.heading_level, _inline(block.text))
    paragraphs = [_inline(text) for text in re.split(r"\n\s*\n", block.text.strip())]
    if block.tone == "warning":  # strong: a colour alone says nothing to a screen reader
        shape = Markup('<p class="warning"><strong>{}</strong></p>')
    else:
        shape = Markup('<p class="subtle">{}</p>') if block.tone == "subtle" else Markup("<p>{}</p>")
    return Markup("\n").join(shape.format(paragraph) for paragraph in paragraphs)


def _facts(block: Facts) -> Markup:
    row = Markup("<dt>{}</dt><dd>{}</dd>")
    rows = Markup("\n").join(row.format(label, _inline(value)) for label, value in block.pairs)
    return Markup('<dl class="facts">{}</dl>').format(rows) if block.pairs else Markup("")


def _table(block: Table) -> Markup:
    caption = Markup("<caption>{}</caption>").format(block.caption) if block.caption else Markup("")
    head = Markup("").join(
        Markup('<th scope="col">{}</th>').format(cell) if cell else Markup("<td></td>") for cell in block.head
    )
    rows = Markup("\n").join(_row(row) for row in block.rows)
    region = _attributes(("role", "region"), ("aria-label", block.caption)) if block.caption else Markup("")
    return Markup(
        '<div class="scroll" tabindex="0"{}><table>{}<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>'
    ).format(region, caption, head, rows)


def _row(row: tuple[str, ...]) -> Markup:
    """Write a row; its first cell is its header, unless it stands alone."""
    cells = [Markup("<td>{}</td>").format(_inline(cell)) for cell in row]
    if len(row) > 1 and row[0]:
        cells[0] = Markup('<th scope="row">{}</th>').format(_inline(row[0]))
    return Markup("<tr>{}</tr>").format(Markup("").join(cells))


def _image(block: Image) -> Markup:
    if not is_safe(block.url) or block.url.lower().startswith("mailto:"):
        return Markup("<p>{}</p>").format(block.alt)
    return Markup('<p><img src="{}" alt="{}"></p>').format(block.url, block.alt)


def _file(block: File) -> Markup:
    """Write a file as a download that carries its own bytes: the page has no other address for it."""
    media_type = block.media_type if MEDIA_TYPE.fullmatch(block.media_type) else "application/octet-stream"
    href = f"data:{media_type};base64,{base64.b64encode(block.content).decode()}"
    return Markup('<p class="file"><a href="{}" download="{}">{}</a> ({})</p>').format(
        href, block.name, block.name, size(block.content)
    )


def _item(item: Button | Link, look: Look) -> Markup:
    if isinstance(item, Button):
        return _post(look, _button(item))
    calendar = item.url.lower().startswith(("webcal://", "webcals://"))
    return _anchor(item.label, item.url, is_safe(item.url) or calendar)


def _button(button: Button) -> Markup:
    return Markup('<button type="submit" name="{}" value="{}" class="{}">{}</button>').format(
        WORDS, button.words, button.style, button.label
    )


def _post(look: Look, inside: Markup, *attributes: Attribute) -> Markup:
    """Wrap controls in a form that posts them, along with what the page hides in every form."""
    action = ("action", look.form_action or None)  # an empty action is not valid HTML
    hidden = Markup("").join(_hidden(name, value) for name, value in look.hidden)
    opening = _attributes(("method", "post"), action, *attributes)
    return Markup("<form{}>{}{}</form>").format(opening, hidden, inside)


def _hidden(name: str, value: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)


def _form(form: Form, id_: str, look: Look) -> Markup:
    """Write a form; the browser does not judge the answers, because we do, in the reader's language."""
    sections = [_section(section, f"{id_}-{n}", look) for n, section in enumerate(form.sections, 1)]
    buttons = Markup('<div class="actions">{}</div>').format(Markup("").join(map(_button, form.buttons)))
    inside = Markup("\n").join([_errors(form, id_, look), *sections, buttons])
    uploads = any(ask.kind == "file" for section in form.sections for ask in section.asks)
    encoding = ("enctype", "multipart/form-data" if uploads else None)
    return _post(look, inside, _flag("novalidate", True), ("data-keep", form.keep or None), encoding)


def _errors(form: Form, id_: str, look: Look) -> Markup:
    """List what is wrong, each line leading to its field; nothing where nothing is wrong."""
    lines = [
        Markup('<li><a href="#{}">{}: {}</a></li>').format(_field_id(id_, s, a), ask.label, ask.error)
        for s, section in enumerate(form.sections, 1)
        for a, ask in enumerate(section.asks, 1)
        if ask.error
    ]
    if not lines:
        return Markup("")
    return Markup('<div class="errors" role="alert"><p><strong>{}</strong></p><ul>{}</ul></div>').format(
        look.errors_label, Markup("").join(lines)
    )


def _field_id(form_id: str, section: int, ask: int) -> str:
    """Number a field: keys may repeat from form to form, and hold what an id may not."""
    return f"{form_id}-{section}-{ask}"


def _section(section: Section, id_: str, look: Look) -> Markup:
    note = Markup('<p class="note">{}</p>').format(_inline(section.note)) if section.note else Markup("")
    asks = Markup("\n").join(_ask(ask, f"{id_}-{n}", look) for n, ask in enumerate(section.asks, 1))
    if not section.title.strip():
        return Markup('<div class="section">{}{}</div>').format(note, asks)
    return Markup("<fieldset><legend>{}</legend>{}{}</fieldset>").format(section.title, note, asks)


def _ask(ask: Ask, id_: str, look: Look) -> Markup:
    remarks = _remarks(ask, id_)
    error_class = " wrong" if ask.error else ""
    if ask.kind == "choice" and len(ask.choices) <= MOST_RADIOS:
        return _radios(ask, id_, look, remarks)
    label = Markup('<label id="{0}-label" for="{0}">{1}</label>').format(id_, _label(ask, look))
    if ask.kind == "check":  # the box stands before its label, as everywhere else
        inside = Markup("{}{}{}").format(_control(ask, id_, look), label, remarks)
    else:
        inside = Markup("{}{}{}").format(label, remarks, _control(ask, id_, look))
    return Markup('<div class="ask {}{}">{}</div>').format(ask.kind, error_class, inside)


def _label(ask: Ask, look: Look) -> Markup:
    unit = Markup(' <span class="unit">({})</span>').format(ask.unit) if ask.unit else Markup("")
    must = Markup(' <span class="required">({})</span>').format(look.required_label)
    return Markup("{}{}{}").format(ask.label, unit, must if ask.required else "")


def _remarks(ask: Ask, id_: str) -> Markup:
    hint = Markup('<p class="hint" id="{}-hint">{}</p>').format(id_, _inline(ask.hint)) if ask.hint else ""
    error = Markup('<p class="error" id="{}-error">{}</p>').format(id_, ask.error) if ask.error else ""
    return Markup("{}{}").format(hint, error)


def _described(ask: Ask, id_: str) -> tuple[Attribute, ...]:
    """Connect a field to its hint and its error."""
    names = [f"{id_}-{part}" for part, text in (("hint", ask.hint), ("error", ask.error)) if text]
    described = ("aria-describedby", " ".join(names) or None)
    return described, ("aria-invalid", "true" if ask.error else None)


def _control(ask: Ask, id_: str, look: Look) -> Markup:
    basic = (("id", id_), ("name", ask.key), *_described(ask, id_), _flag("required", ask.required))
    match ask.kind:
        case "long":
            # A browser drops one line break right after the opening tag: ours, not the reader's.
            return Markup('<textarea rows="5"{}>\n{}</textarea>').format(_attributes(*basic), ask.value)
        case "number":
            return _number(ask, id_, look, basic)
        case "choice":
            return _select(ask, _attributes(*basic), "–")
        case "check":
            checked = _flag("checked", ask.value == CHECKED)
            box = _attributes(("type", "checkbox"), ("value", CHECKED), checked, *basic)
            return Markup("{}<input{}>").format(_hidden(ask.key, ""), box)
        case "date":
            kind = "date" if not ask.value or _is_date(ask.value) else "text"
            return Markup("<input{}>").format(_attributes(("type", kind), ("value", ask.value), *basic))
        case "file":  # a browser lets nobody fill this in for the reader, so there is no value
            return Markup("<input{}>").format(_attributes(("type", "file"), *basic))
        case "text":
            return Markup("<input{}>").format(_attributes(("type", "text"), ("value", ask.value), *basic))


def _is_date(text: str) -> bool:
    """Say whether a date field can show this; it would silently empty anything else."""
    if not ISO_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(ask: Ask, id_: str, look: Look, basic: tuple[Attribute, ...]) -> Markup:
    """Write a number as text, because type=number refuses "12,5"; beside it the answers that are none."""
    chosen = any(choice.value == ask.value for choice in ask.choices)
    shown = "" if chosen else ask.value
    attributes = _attributes(("type", "text"), ("inputmode", "decimal"), ("value", shown), *basic)
    field = Markup("<input{}>").format(attributes)
    if not ask.choices:
        return field
    state = _attributes(
        ("id", f"{id_}-state"),
        ("name", ask.key + STATE),
        ("aria-labelledby", f"{id_}-label"),
        *_described(ask, id_),
    )
    return field + _select(ask, state, look.number_label)


def _select(ask: Ask, attributes: Markup, empty_label: str) -> Markup:
    """Write a list to choose from; its first line answers nothing, so that nothing is answered by accident."""
    chosen = next((n for n, choice in enumerate(ask.choices) if choice.value == ask.value), None)
    options = [
        Markup("<option{}>{}</option>").format(
            _attributes(("value", choice.value), _flag("selected", n == chosen)), choice.label
        )
        for n, choice in enumerate(ask.choices)
    ]
    if not ask.choices or ask.choices[0].value:
        options.insert(0, Markup('<option value="">{}</option>').format(empty_label))
    return Markup("<select{}>{}</select>").format(attributes, Markup("").join(options))


def _radios(ask: Ask, id_: str, look: Look, remarks: Markup) -> Markup:
    """Write a few choices as radio buttons; the hidden field answers for "none of them"."""
    chosen = next((n for n, choice in enumerate(ask.choices) if choice.value == ask.value), None)
    radios = [_radio(ask, n, id_ if n == 0 else f"{id_}-{n}", n == chosen) for n in range(len(ask.choices))]
    group = _attributes(
        ("class", "ask choice wrong" if ask.error else "ask choice"),
        ("role", "radiogroup"),
        *_described(ask, id_),
        ("aria-required", "true" if ask.required else None),
        ("id", None if ask.choices else id_),
    )
    return Markup("<fieldset{}><legend>{}</legend>{}{}{}</fieldset>").format(
        group, _label(ask, look), remarks, _hidden(ask.key, ""), Markup("").join(radios)
    )


def _radio(ask: Ask, n: int, id_: str, chosen: bool) -> Markup:
    choice = ask.choices[n]
    box = _attributes(
        ("type", "radio"), ("id", id_), ("name", ask.key), ("value", choice.value), _flag("checked", chosen)
    )
    label = Markup('<label for="{}">{}</label>').format(id_, escape(choice.label))
    return Markup('<div class="radio"><input{}>{}</div>').format(box, label)
