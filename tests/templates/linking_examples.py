"""Examples of the messages for chat accounts that are nobody's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

WHYS = {
    "none": ("unknown", ""),
    "one": ("unknown", "ny@koege.example"),
    "many": ("guest", "gæst.med.et.langt.navn@ringkoebing-skjern.example"),
    "no_mail": ("no_mail", ""),
    "other_workspace": ("other_workspace", "ny@anden.example"),
    "no_person": ("no_person", ""),
    "no_answer": ("no_answer", ""),
}
UNTIL = datetime(2027, 3, 8, 9, 15, tzinfo=UTC)
NAMES = {"none": "Ib Å", "one": "Mette Hansen", "many": "Anna-Sofie Kærgaard von der Lühe-Bærentzen"}
REFUSALS: dict[str, dict[str, object]] = {"code_whom": {}}
EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "not_linked": {which: {"why": why, "mail": mail} for which, (why, mail) in WHYS.items()},
    "link_code": {which: {"person": name, "code": "K7Q2-9MXP", "until": UNTIL} for which, name in NAMES.items()},
    "linked": {which: {"person": name, "fresh": which != "one"} for which, name in NAMES.items()},
    "link_refused": {"none": {"why": "wrong"}, "one": {"why": "wrong"}, "many": {"why": "too_often"}},
}
