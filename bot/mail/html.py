"""The HTML part of a mail: what every reader of mails shows alike, in light and in dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlencode

from markupsafe import Markup

from alliance.messages import Block, Button, Buttons, Facts, File, Form, Image, Invite, Link, Message, Table, Text
from bot.plain import (
    INVITE,
    POINT,
    Span,
    clean,
    is_safe,
    needs_summary,
    opens_with_summary,
    plain,
    size,
    spans,
)

# Colours that read on white and on black alike; nothing sets a background that a dark theme would fight with.
BODY = "font-family:system-ui,-apple-system,'Segoe UI',Arial,sans-serif;font-size:16px;line-height:1.5"
BREAKS = "overflow-wrap:break-word"  # a name or an address without a space ends where the window does
LINE = "border-bottom:1px solid #888888;padding:4px 16px 4px 0;text-align:left;vertical-align:top"
BUTTON = "display:inline-block;padding:8px 16px;margin:0 8px 8px 0;border-radius:4px;text-decoration:none"
BUTTON_COLOURS = {
    "primary": "background-color:#1b6b45;color:#ffffff",
    "danger": "background-color:#b3261e;color:#ffffff",
    "plain": "background-color:#e4e9e6;color:#1a1a1a",
}

# What opens the mail where it lies in a list, after the subject; nobody sees it in the mail itself.
PREVIEW = Markup('<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{}</div>\n')
PREVIEWED = 140
WIDE = 3
"""A table of so many columns is shown row by row where there is no room for them beside each other."""
NARROW = Markup(
    "@media (max-width:640px){.wide,.wide caption,.wide tbody,.wide tr,.wide td{display:block}.wide .head{display:none}"
    ".wide tr{border-bottom:1px solid #888888;padding:8px 0}.wide td{border:0!important;padding:0!important}"
    ".wide td:before{content:attr(data-label) ': ';font-weight:bold}}"
)

PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1">'
    '<meta name="color-scheme" content="light dark">'
    '<meta name="supported-color-schemes" content="light dark">'
    "<title>{title}</title><style>:root{{color-scheme:light dark}}{narrow}</style></head>\n"
    '<body style="{style};margin:0;padding:16px">{preview}<div style="max-width:640px">\n{body}\n'
    '<p style="font-size:13px;border-top:1px solid #888888;padding-top:8px">{footer}</p>'
    "</div></body></html>\n"
)


@dataclass(frozen=True)
class Look:
    """What every block of the HTML part needs to know."""

    base_url: str
    say: str
    links: Mapping[str, str]
    acting: bool
    attached: str = ""

    def acts(self, item: Button | Link) -> str:
        """Return the address of the link that a button is, empty where it is none."""
        secret = self.links.get(item.words, "") if isinstance(item, Button) else ""
        return f"{self.base_url}/act/{secret}" if secret and self.base_url else ""


def html_page(message: Message, lead: str, footer: str, look: Look, language: str, title: str) -> str:
    """A message as a whole HTML page with ``lead`` before it and ``footer``, line by line, under it."""
    parts = [_block(block, look) for block in message.blocks]
    opening = lead or (message.summary if needs_summary(message) else "")
    if opening:
        parts.insert(0, Markup("<p>{}</p>").format(opening))
    lines = Markup("<br>").join(footer.split("\n"))
    body = Markup("\n").join(parts)
    seen = _preview(message)
    preview = PREVIEW.format(seen) if seen else ""
    said = {
        "title": title,
        "style": f"{BODY};{BREAKS}",
        "narrow": NARROW,
        "preview": preview,
        "body": body,
        "footer": lines,
    }
    return clean(PAGE.format(language=language, **said))


def _preview(message: Message) -> str:
    """What a list of mails shows after the subject, where the mail itself would begin by saying the subject again."""
    if not opens_with_summary(message):
        return ""
    told = tuple(block for block in message.blocks[1:] if isinstance(block, Text | Facts | Table))
    return " ".join(plain(Message(message.summary, told)).split())[:PREVIEWED] if told else ""


def _block(block: Block, look: Look) -> Markup:
    match block:
        case Text():
            return _paragraph(block, look)
        case Facts():
            rows = [
                Markup('<tr><th scope="row" style="{0}">{1}</th><td style="{0}">{2}</td></tr>').format(
                    LINE, label, _inline(value, look)
                )
                for label, value in block.pairs
            ]
            return _grid(rows, Markup(""))
        case Table():
            return _table(block, look)
        case Image():
            return _image(block, look)
        case Buttons():
            return Markup("<p>{}</p>").format(Markup(" ").join(_item(item, look) for item in block.items))
        case Form():
            return Markup("<p>{}</p>").format(_item(block.buttons[0], look))
        case File():
            return _attached(block.name, block.content, look)
        case Invite():
            return _attached(INVITE, block.content, look)
        case _:
            assert_never(block)


def _attached(name: str, content: bytes, look: Look) -> Markup:
    """Name what comes with the mail; mail programs show it in another place, some of them none."""
    said = f"{look.attached}: " if look.attached else ""
    return Markup('<p style="font-size:14px">{}{} ({})</p>').format(said, name, size(content))


def _paragraph(block: Text, look: Look) -> Markup:
    lines = block.text.split("\n")
    if block.tone == "body" and all(line.startswith(POINT) for line in lines):
        return _list([line.removeprefix(POINT) for line in lines], look)
    inside = _inline(block.text, look)
    match block.tone:
        case "heading":
            return Markup('<h2 style="font-size:20px;margin:24px 0 8px">{}</h2>').format(inside)
        case "warning":
            style = "border-left:4px solid #c77700;padding-left:12px"
            return Markup('<p style="{}"><strong>{}</strong></p>').format(style, inside)
        case "subtle":
            return Markup('<p style="font-size:14px">{}</p>').format(inside)
        case "body":
            return Markup("<p>{}</p>").format(inside)


def _list(points: list[str], look: Look) -> Markup:
    items = Markup("\n").join(Markup("<li>{}</li>").format(_inline(point, look)) for point in points)
    return Markup('<ul style="margin:16px 0;padding-left:24px">{}</ul>').format(items)


def _table(block: Table, look: Look) -> Markup:
    cell = Markup('<td style="{}" data-label="{}">{}</td>')
    caption = Markup('<caption style="text-align:left">{}</caption>').format(block.caption)
    column = Markup('<th scope="col" style="{}">{}</th>')
    head = Markup("").join(column.format(LINE, name) for name in block.head)
    rows = [
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                cell.format(LINE, name, _inline(text, look)) for name, text in zip(block.head, row, strict=True)
            )
        )
        for row in block.rows
    ]
    above = caption if block.caption else Markup("")
    return _grid([Markup('<tr class="head">{}</tr>').format(head), *rows], above, wide=len(block.head) >= WIDE)


def _grid(rows: list[Markup], caption: Markup, *, wide: bool = False) -> Markup:
    style = "border-collapse:collapse;font-size:15px"
    told = Markup(' class="wide"') if wide else ""
    return Markup('<table{} style="{}">{}{}</table>').format(told, style, caption, Markup("\n").join(rows))


def _image(block: Image, look: Look) -> Markup:
    url = _whole(block.url, look)
    if not url or url.startswith("mailto:"):
        return Markup("<p>[{}]</p>").format(block.alt)
    return Markup('<p><img src="{}" alt="{}" style="max-width:100%"></p>').format(url, block.alt)


def _item(item: Button | Link, look: Look) -> Markup:
    """Write a button as a link to where its words can be said, or as the words to write."""
    if isinstance(item, Link):
        return _anchor(item.label, item.url, look)
    url = look.acts(item)
    if not url and (look.acting or not look.base_url):
        verb = look.say[:1].upper() + look.say[1:]
        return Markup("{}: <strong>{}</strong>").format(verb, item.words)
    url = url or f"{look.base_url}/act?{urlencode({'say': item.words}, errors='replace')}"
    style = f"{BUTTON};{BUTTON_COLOURS[item.style]}"
    return Markup('<a href="{}" style="{}">{}</a>').format(url, style, item.label)


def _inline(text: str, look: Look) -> Markup:
    """Turn small Markdown and line breaks into elements; everything else is escaped."""
    return Markup("").join(_span(span, look) for span in spans(text))


def _span(span: Span, look: Look) -> Markup:
    match span.kind:
        case "plain":
            return Markup("<br>").join(span.text.split("\n"))
        case "bold":
            return Markup("<strong>{}</strong>").format(_inline(span.text, look))
        case "italic":
            return Markup("<em>{}</em>").format(_inline(span.text, look))
        case "struck":
            return Markup("<s>{}</s>").format(_inline(span.text, look))
        case "link":
            return _anchor(_inline(span.text, look), span.url, look)


def _anchor(label: str | Markup, url: str, look: Look) -> Markup:
    whole = _whole(url, look)
    if not whole:
        return Markup("{} ({})").format(label, url)
    return Markup('<a href="{}">{}</a>').format(whole, label)


def _whole(url: str, look: Look) -> str:
    """Complete a path on our own site, since a mail stands on none; empty where the link is not safe."""
    if not is_safe(url):
        return ""
    return url if not url.startswith("/") else look.base_url and look.base_url + url
