"""Every word a person reads, found by its key: one TOML folder per language, each value a small Jinja2 template.

``Phrases("da")("reminder.heading", count=3)``. A missing key or a missing fact is an error of ours and raises: a test
renders everything in both languages. Why not gettext: docs/decisions/0004.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from templates import formats

LANGUAGES = ("da", "en")
ZONE = "Europe/Copenhagen"
LOCALE = Path(__file__).with_name("locale")


class Phrases:
    """The catalog of one language. ``zone`` is where instants are read out; the alliance's own."""

    def __init__(self, language: str, zone: str = ZONE) -> None:
        self.language = language if language in LANGUAGES else "da"
        self.zone = zone

    def __call__(self, key: str, **facts: Any) -> str:
        said = _compiled(self.language, self.zone, key)
        return said if isinstance(said, str) else said.render(**facts)

    def has(self, key: str) -> bool:
        return key in _catalog(self.language)

    def keys(self) -> tuple[str, ...]:
        return tuple(_catalog(self.language))


@lru_cache
def _catalog(language: str) -> Mapping[str, str]:
    """Every key with its text; compiled only when it is said."""
    catalog: dict[str, str] = {}
    for file in sorted((LOCALE / language).glob("*.toml")):
        for key, text in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
            if key in catalog:
                raise ValueError(f"locale/{language}/{file.name}: {key} is already said in another file")
            catalog[key] = text.strip()
    return catalog


@cache
def _compiled(language: str, zone: str, key: str) -> Template | str:
    """What is said under a key; as it is where it is the same whatever the facts."""
    text = _catalog(language)[key]
    return _environment(language, zone).from_string(text) if "{" in text else text


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, value))
    return pairs


@lru_cache
def _environment(language: str, zone: str) -> Environment:
    # Nothing here is HTML: the channel's dress escapes what it shows.
    environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(
        day=lambda value: formats.day(value, language),
        month=lambda value: formats.month(value, language),
        long_day=lambda value: formats.long_day(value, language),
        short_day=lambda value: formats.short_day(value, language),
        moment=lambda value: formats.moment(value, language, zone),
        short_moment=lambda value: formats.short_moment(value, language, zone),
        number=lambda value: formats.number(value, language),
        capital=lambda text: text[:1].upper() + text[1:],  # Jinja's own would lower the rest
        named=lambda meeting: meeting.named_in(language),
        words=lambda value: value.in_(language),
        listed=lambda values: listed(tuple(values), language),
    )
    environment.globals["span"] = lambda meeting: formats.span(meeting.starts_at, meeting.ends_at, language, zone)
    return environment


def listed(values: tuple[str, ...], language: str) -> str:
    """``Anne, Bo og Carl`` / ``Anne, Bo and Carl``."""
    joiner = " og " if language == "da" else " and "
    return joiner.join(filter(None, (", ".join(values[:-1]), values[-1]))) if values else ""
