"""A paper as a PDF: set by Typst, tagged, and refused by Typst itself unless it meets PDF/UA-1 (ISO 14289-1).

The words go in as data and never as Typst markup, so that nothing anybody typed can be run. The fonts are those that
Typst carries: the same paper is the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import typst

from alliance.papers import PAPER_LANGUAGE, Paper, PaperFile
from templates.papers.sheet import sheet_of

TEMPLATE = Path(__file__).with_name("paper.typ")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_UNDRAWABLE = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
# Colours and shapes of the emoji before them: without it they say nothing.
_MODIFIERS = frozenset(map(chr, (*range(0x1F3FB, 0x1F400), 0xFE0E, 0xFE0F, 0x200D)))


class PaperFault(Exception):
    """The paper cannot be printed so that everybody can read it; the message is Typst's reason."""


def pdf(paper: Paper, language: str) -> bytes:
    """Print the copy as a tagged PDF/UA-1 file; the same copy is the same bytes. Raises PaperFault."""
    return compiled(TEMPLATE, json.dumps(asdict(sheet_of(paper, language)), ensure_ascii=False))


def reprinted(paper: Paper, kept: PaperFile) -> PaperFile:
    """The file of a copy: as it was kept, or printed anew where the copy says less than when it was issued."""
    if not paper.closed_since:
        return kept
    content = _again(paper)
    return PaperFile(kept.name, content, hashlib.sha256(content).hexdigest())


@lru_cache(maxsize=4)
def _again(paper: Paper) -> bytes:
    """A copy that many readers get one after the other is printed once."""
    return pdf(paper, PAPER_LANGUAGE)


def compiled(template: Path, data: str) -> bytes:
    """Compile a Typst file with a JSON text as its ``sys.inputs.data``; raises PaperFault with the reason.

    What no font of ours can draw (an emoji) is spelled out by its Unicode name: a paper is not lost over a smile.
    """
    while True:
        try:
            return _compiled(template, data)
        except typst.TypstError as error:
            undrawable = {letter for letter in _undrawable(error.diagnostic) if letter in data}
            if not undrawable:
                raise PaperFault(error.message) from error
            data = data.translate({ord(letter): _spelled(letter) for letter in undrawable | _MODIFIERS})


def _compiled(template: Path, data: str) -> bytes:
    made = typst.compile(
        template,
        root=template.parent,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": data},
    )
    assert isinstance(made, bytes)
    return made


def _undrawable(diagnostic: str) -> set[str]:
    """The letters that Typst says it has no picture of; empty where something else is wrong."""
    named = "".join(_UNDRAWABLE.findall(diagnostic))
    letters = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), named)
    # Every font has ASCII: what is left of it belongs to an escape, and taking it would take the JSON apart.
    return {letter for letter in letters if not letter.isascii()}


def _spelled(letter: str) -> str:
    return "" if letter in _MODIFIERS else f"[{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}]"
