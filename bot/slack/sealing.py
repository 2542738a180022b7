"""Secrets that are written down: encrypted, with a key that stands elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class NotSealedByUs(Exception):
    """What was to be opened was sealed with another key, for something else, too long ago, or not at all."""


class Seal:
    """Seals texts with the first of some keys, and opens what was sealed with any of them.

    ``what`` is for what a text is, and is sealed with it: the token of one workspace cannot be put in another's place,
    nor a link be used as the state of an installation. Raises ValueError for a key that is none.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("no key was given")
        self._keys = MultiFernet([Fernet(key) for key in keys])

    def __repr__(self) -> str:
        return "Seal()"

    def sealed(self, what: str, text: str, now: datetime) -> str:
        """Seal a text; ``now`` (aware UTC) is sealed with it."""
        return self._keys.encrypt_at_time(f"{what} {text}".encode(), _seconds(now)).decode()

    def opened(self, what: str, sealed: str, now: datetime, good_for: timedelta | None = None) -> str:
        """Return what was sealed, at most ``good_for`` ago; raises NotSealedByUs."""
        try:
            if good_for is None:
                content = self._keys.decrypt(sealed.encode())
            else:
                content = self._keys.decrypt_at_time(sealed.encode(), int(good_for.total_seconds()), _seconds(now))
        except (InvalidToken, UnicodeEncodeError):
            raise NotSealedByUs(what) from None
        kind, space, text = content.decode().partition(" ")
        if not space or kind != what:
            raise NotSealedByUs(what)
        return text

    def again(self, sealed: str) -> str:
        """The same text sealed with the first key; raises NotSealedByUs."""
        try:
            return self._keys.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise NotSealedByUs("rotation") from None


def new_key() -> str:
    """A new key, as it is set."""
    return Fernet.generate_key().decode()


def _seconds(now: datetime) -> int:
    return int(now.timestamp())
