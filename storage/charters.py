"""The charters that ship with Tovholder, read from their files once."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files

from alliance.charter import Charter
from alliance.charter_file import read_charter
from alliance.successions import Adoption, succession

Kept = tuple[tuple[str, str], ...]
"""Charters by key with the day from which each holds (ISO), by day."""


_DRAFTS: dict[str, str] = {}


def try_draft(text: str, file: str) -> str:
    """Let a charter that is being written count as one we have, in this process only; returns its key.

    It takes the place of a shipped one of the same key. For a rehearsal; raises CharterError.
    """
    key = read_charter(text, file).key
    _DRAFTS[key] = text
    charter.cache_clear()
    succeeding.cache_clear()
    return key


def charter_text(key: str) -> str:
    """The text of a shipped charter; raises LookupError that names the ones there are."""
    if key in _DRAFTS:
        return _DRAFTS[key]
    folder = files("alliance") / "charters"
    file = folder / f"{key}.toml"
    if not file.is_file():
        raise LookupError(f"{key!r} is not a charter we have; known: {', '.join(charter_keys())}")
    return file.read_text(encoding="utf-8")


@lru_cache
def charter(key: str) -> Charter:
    """A shipped charter; raises LookupError or CharterError."""
    return read_charter(charter_text(key), f"alliance/charters/{key}.toml")


def charter_keys() -> tuple[str, ...]:
    """The charters that ship with Tovholder, by key."""
    files_ = (files("alliance") / "charters").iterdir()
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in files_ if entry.name.endswith(".toml")))


def adopted(kept: Kept) -> tuple[Adoption, ...]:
    """The charters that are kept as those of an alliance, read."""
    return tuple(Adoption(charter(key), date.fromisoformat(day)) for key, day in kept)


@lru_cache(maxsize=64)
def succeeding(kept: Kept, in_force: str) -> Charter:
    """The charter in force, with the dated elements of those before and after it."""
    return succession(adopted(kept), in_force)
