"""Examples of the messages for chat accounts that are nobody's."""

from __future__ import annotations

from typing import Any

WHYS = {
    "none": ("unknown", ""),
    "one": ("unknown", "ny@koege.example"),
    "many": ("guest", "gæst.med.et.langt.navn@ringkoebing-skjern.example"),
    "no_mail": ("no_mail", ""),
    "other_workspace": ("other_workspace", "ny@anden.example"),
    "no_person": ("no_person", ""),
}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "not_linked": {which: {"why": why, "mail": mail} for which, (why, mail) in WHYS.items()}
}
