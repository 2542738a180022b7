"""The words: facts in, something to read out. ``write(kind, language, **facts)`` is the only way in.

The structure of a message (buttons, table, form) is made in Python, one maker a kind, in ``makers/``; its prose is in
``locale/``, one folder a language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alliance.messages import Message
from templates.makers import MAKERS
from templates.phrases import ZONE, Phrases


def write(kind: str, language: str, *, zone: str = ZONE, **facts: Any) -> Message:
    """Make the message of a kind in a language from its facts; raises KeyError for a kind nobody makes."""
    return MAKERS[kind](Phrases(language, zone), **facts)


def write_in(languages: Sequence[str], kind: str, **facts: Any) -> Message:
    """Make a message for somebody whose language is not known: in each of them, one under the other."""
    first, *others = [write(kind, language, **facts) for language in languages]
    return Message(first.summary, (*first.blocks, *(block for other in others for block in other.blocks)))
