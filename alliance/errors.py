"""The two ways a rule says no."""

from __future__ import annotations


class Refused(Exception):
    """A person asked for something the rules do not allow, or typed something we cannot read.

    ``reason`` is a key of the catalogs (``refused.<reason>``), ``facts`` what its words need:
    what we got, what we wanted and what to do.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason, facts)
        self.reason = reason
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.reason} {self.facts}" if self.facts else self.reason


class CharterError(ValueError):
    """A charter file says something we cannot follow: names the file, the key, what we got and wanted."""

    def __init__(self, file: str, key: str, got: object, wanted: str) -> None:
        super().__init__(f"{file}: {key}: got {got!r}, wanted {wanted}")
        self.file, self.key, self.got, self.wanted = file, key, got, wanted
