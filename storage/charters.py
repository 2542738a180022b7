"""The charters that ship with Tovholder, read from their files once."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from alliance.charter import Charter
from alliance.charter_file import read_charter


def charter_text(key: str) -> str:
    """The text of a shipped charter; raises LookupError that names the ones there are."""
    folder = files("alliance") / "charters"
    file = folder / f"{key}.toml"
    if not file.is_file():
        known = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())
        raise LookupError(f"{key!r} is not a charter we have; known: {', '.join(known)}")
    return file.read_text(encoding="utf-8")


@lru_cache
def charter(key: str) -> Charter:
    """A shipped charter; raises LookupError or CharterError."""
    return read_charter(charter_text(key), f"alliance/charters/{key}.toml")
