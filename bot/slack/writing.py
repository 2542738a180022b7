"""Our small Markdown as Slack's text: what somebody typed stays what they typed, and becomes no mention and no style.

Slack's own Markdown (mrkdwn) knows no escape for ``*``, ``_`` or ``~``. So a text without a style of ours is plain
text, a text whose words could be mistaken for style is rich text, and only what is left is mrkdwn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.plain import Span, clean, is_safe, spans
from bot.slack.limits import BUTTON, FIELD, HEADER, LONGEST_LINK, TEXT, URL, length

Block = dict[str, Any]
Mark = Literal["bold", "italic", "struck"]

SIGNS: dict[Mark, str] = {"struck": "~", "italic": "_", "bold": "*"}
MOST_RUNS = 40
"""Runs of a rich text: each takes a hundred characters of JSON, and a message takes few of those."""
RICH: dict[Mark, str] = {"bold": "bold", "italic": "italic", "struck": "strike"}
# A sign of style, a quotation at the start of a line, the code of an emoji.
MISTAKABLE = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)|^\s*>|:[\w+'-]+:", re.MULTILINE)
SIGN = re.compile(r"[*~`_>:]")
"""What each of them holds: that a text has none is seen much faster."""
TOKEN = re.compile(r"\s{0,200}\S{1,200}|\s{1,200}")
OPENS = re.compile(r"(?:^|[\s(])\Z")
MORE = "…"
HALF_AN_ESCAPE = re.compile(r"&[a-z]*\Z")
CLOSES = re.compile(r"\A(?:$|[\s.,;:!?)])")


@dataclass(frozen=True)
class Run:
    """Words in one style; with a ``url`` they lead somewhere."""

    text: str
    marks: frozenset[Mark] = frozenset()
    url: str = ""

    @property
    def styled(self) -> bool:
        return bool(self.marks or self.url)


def runs(text: str, base_url: str = "") -> tuple[Run, ...]:
    """Read small Markdown; ``base_url`` completes a path on our own site, which else stands beside its words."""
    return tuple(run for span in spans(tidy(text)) for run in _runs(span, base_url))


def _runs(span: Span, base_url: str) -> Iterator[Run]:
    if span.kind == "plain":
        yield Run(span.text)
        return
    inside = [run for inner in spans(span.text) for run in _runs(inner, base_url)]
    if span.kind != "link":
        yield from (replace(run, marks=run.marks | {span.kind}) for run in inside)
        return
    url = address(span.url, base_url)
    if url and length(escaped(url)) <= LONGEST_LINK:
        yield from (replace(run, url=url) for run in inside)
    else:
        yield from (*inside, Run(f" ({span.url})"))


def typed(text: str) -> tuple[Run, ...]:
    """Take a text as it was typed: no Markdown in it is ours."""
    return (Run(tidy(text)),) if text else ()


def bold(text: str) -> tuple[Run, ...]:
    return (Run(line(text), frozenset({"bold"})),) if text.strip() else ()


def tidy(text: str) -> str:
    """Drop what no reader sees and Slack may refuse; lines end in one way."""
    return clean(text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text)


def line(text: str) -> str:
    """Set a text in one line."""
    return " ".join(tidy(text).split())


def address(url: str, base_url: str = "") -> str:
    """Complete an address that may become a link; empty where it may not."""
    url = tidy(url)
    if not is_safe(url) or any(sign in url for sign in "<>|"):
        return ""
    if url.startswith("/"):
        url = base_url.rstrip("/") + url if base_url else ""
    return url if length(url) <= URL else ""


def on_the_web(url: str, base_url: str = "") -> str:
    """Complete an address that a button or an image may have; empty where it is none (``mailto:``)."""
    whole = address(url, base_url)
    return whole if whole.lower().startswith(("http://", "https://")) else ""


def escaped(text: str) -> str:
    """Escape what Slack would read as a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def reduced(words: Iterable[Run]) -> str:
    """Take the styles away; a link keeps its address."""
    return "".join(run.text if run.url in ("", run.text) else f"{run.text} ({run.url})" for run in words)


def cut(text: str, most: int) -> str:
    """Fit a text into one line of ``most`` characters, cut between words where it can be."""
    whole = line(text)
    if length(whole) <= most:
        return whole
    room = whole.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    words = room if whole[len(room)] == " " else room.rpartition(" ")[0]
    return (words.rstrip(" ,;:–-") or room) + "…"


def shortened(text: str, most: int) -> str:
    """Fit an escaped text into so many bytes, its lines as they are; no character and no escape is torn."""
    whole = text.encode("utf-8", "surrogatepass")
    if len(whole) <= most:
        return text
    room = whole[: most - len(MORE.encode())].decode("utf-8", "ignore")
    return HALF_AN_ESCAPE.sub("", room).rstrip() + MORE


# ------------------------------------------------------------------------------------------------- text objects


def plain_text(text: str) -> Block:
    """Words that Slack reads nothing into."""
    return {"type": "plain_text", "text": text, "emoji": False}


def text_object(words: Sequence[Run]) -> Block:
    """Words as the text of a field or a remark; without their style where it could be mistaken."""
    if not any(run.styled for run in words):
        return plain_text(reduced(words))
    return _mrkdwn(words) if _unmistakable(words) else plain_text(reduced(words))


def sections(words: Sequence[Run]) -> list[Block]:
    """Words as paragraphs, as many as it takes."""
    return [_section(piece) for piece in split(words, TEXT)]


def _section(words: Sequence[Run]) -> Block:
    text = text_object(words)
    lost = text["type"] == "plain_text" and any(run.styled for run in words)
    return rich_text(words) if lost and len(words) <= MOST_RUNS else {"type": "section", "text": text}


def remarks(words: Sequence[Run]) -> list[Block]:
    """Words in small print."""
    return [{"type": "context", "elements": [text_object(piece)]} for piece in split(words, TEXT)]


def heading(words: Sequence[Run]) -> list[Block]:
    """Words as a heading; a long one as a paragraph in bold."""
    text = line(reduced(words))
    if text and length(text) <= HEADER:
        return [{"type": "header", "text": plain_text(text)}]
    return sections([replace(run, marks=run.marks | {"bold"}) for run in words])


def rich_text(words: Iterable[Run]) -> Block:
    """Words whose styles stand beside them, so that nothing in them can be one."""
    inside = {"type": "rich_text_section", "elements": [_rich(run) for run in words if run.text]}
    return {"type": "rich_text", "elements": [inside]}


def _rich(run: Run) -> Block:
    style = {"style": {RICH[mark]: True for mark in sorted(run.marks)}} if run.marks else {}
    if run.url:
        return {"type": "link", "url": run.url, "text": run.text, **style}
    return {"type": "text", "text": run.text, **style}


def _mrkdwn(words: Iterable[Run]) -> Block:
    # verbatim: Slack leaves "#general" and "@name" alone, and turns nothing else into a link either.
    return {"type": "mrkdwn", "text": "".join(map(_marked, words)), "verbatim": True}


def _marked(run: Run) -> str:
    text = escaped(run.text)
    if run.url:
        text = f"<{escaped(run.url)}|{text}>"
    for mark, sign in SIGNS.items():
        if mark in run.marks:
            text = f"{sign}{text}{sign}"
    return text


def _unmistakable(words: Sequence[Run]) -> bool:
    """Whether Slack reads exactly our styles out of these words."""
    around = [*(run.text for run in words), ""]
    return not any(
        (SIGN.search(run.text) and MISTAKABLE.search(run.text))
        or (run.url and ("|" in run.text or "\n" in run.text))
        or (run.marks and not _set_apart(run.text, around[n - 1] if n else "", around[n + 1]))
        for n, run in enumerate(words)
    )


def _set_apart(text: str, before: str, after: str) -> bool:
    """Whether signs of style around a text would be read as such: not within a word, not beside a space."""
    inside = text == text.strip() and bool(text) and "\n" not in text
    return inside and OPENS.search(before) is not None and CLOSES.search(after) is not None


# ---------------------------------------------------------------------------------------------------- splitting


def split(words: Iterable[Run], room: int) -> list[tuple[Run, ...]]:
    """Cut words into pieces of at most ``room`` characters, escaped and marked, between words where it can be."""
    words = _joined(words)
    if cost(words) <= room:  # nearly always
        return [tuple(words)] if reduced(words).strip() else []
    pieces: list[list[Run]] = [[]]
    used = 0
    for run in (part for whole in words for part in _tokens(whole)):
        joins = bool(pieces[-1]) and _same_style(pieces[-1][-1], run)
        more = _cost(run) - (_frame(run) if joins else 0)
        if used + more > room:
            pieces.append([])
            used, joins, more = 0, False, _cost(run)
        used += more
        if joins:
            run = replace(run, text=pieces[-1].pop().text + run.text)
        pieces[-1].append(run)
    return [tuple(piece) for piece in pieces if reduced(piece).strip()]


def _joined(words: Iterable[Run]) -> list[Run]:
    """The words with neighbours of one style in one run, and without empty ones."""
    joined: list[Run] = []
    for run in words:
        if joined and _same_style(joined[-1], run):
            run = replace(run, text=joined.pop().text + run.text)
        if run.text:
            joined.append(run)
    return joined


def _tokens(run: Run) -> Iterator[Run]:
    return (replace(run, text=found[0]) for found in TOKEN.finditer(run.text))


def _same_style(one: Run, other: Run) -> bool:
    return one.marks == other.marks and one.url == other.url


def _cost(run: Run) -> int:
    return length(escaped(run.text)) + _frame(run)


def _frame(run: Run) -> int:
    return 2 * len(run.marks) + (length(escaped(run.url)) + 3 if run.url else 0)


def cost(words: Iterable[Run]) -> int:
    """Count what words take at most in any dress, their marks included."""
    return sum(map(_cost, words))


def fits_a_field(words: Iterable[Run]) -> bool:
    return cost(words) <= FIELD


def button_label(text: str) -> str:
    """Fit a label on a button."""
    return cut(text, BUTTON)
