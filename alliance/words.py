"""Words that belong to the data, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["da", "en"]


@dataclass(frozen=True)
class Words:
    """The same words in both languages; Danish is the default."""

    da: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.da
