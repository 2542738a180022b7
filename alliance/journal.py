"""The journal: what was done, by whom and on whose behalf. Storage keeps it, templates read it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal.

    ``at`` is aware UTC. ``who`` is the name of who did it, empty for Tovholder itself. ``organisation`` is
    the name of the member concerned, empty for none; ``on_behalf`` when somebody from outside acted for it.
    ``action`` is a key of the catalogs (``journal.action.<action>``), ``about`` what it was done to, in
    words; ``facts`` the rest.
    """

    at: datetime
    who: str
    organisation: str
    on_behalf: bool
    action: str
    about: str
    facts: Mapping[str, object]
