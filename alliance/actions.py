"""What somebody is to do after a meeting, as the minutes say: owed like any other duty once they were sent round.

An action of a closed item is known outside its paper by its number alone: what it says stands in the closed copy only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from alliance.charter import EvidenceKind, MonthDay, PeriodRule, Requirement, Validity, Words
from alliance.obligations import Obligation, Period

KEY = "action:"
SECRETARIAT = "secretariat"
# What a duty is called is part of its rule, as in a charter; a template only sets it.
DONE = EvidenceKind("done", Words("Udført", "Done"), "fulfilled")
PARTLY = EvidenceKind("partly", Words("Delvist udført", "Partly done"), "partial")
CLOSED_TITLE = Words(
    "Opfølgning på punkt {number} (lukket), {meeting}", "Follow-up on item {number} (closed), {meeting}"
)
CLAUSE = Words("referat af {meeting}, punkt {number}", "minutes of {meeting}, item {number}")
DUTY = Words("Aftalt på {meeting}, punkt {number}: {what}", "Agreed at {meeting}, item {number}: {what}")
CLOSED_DUTY = Words(
    "Aftalt på {meeting}, punkt {number}. Punktet er lukket; opgaven står i den lukkede udgave af referatet. "
    "Skriv ikke mere end nødvendigt om den her, for kommunens øvrige kontaktpersoner kan læse det.",
    "Agreed at {meeting}, item {number}. The item is closed; the action stands in the closed copy of the minutes. "
    "Write no more than necessary about it here: the municipality's other contacts can read it.",
)


@dataclass(frozen=True)
class DraftAction:
    """An action as the minutes say it: an office of an organisation does it by a local day. ``id``: it is owed."""

    what: str
    organisation_id: int
    office: str
    due: date
    id: int = 0

    @property
    def owner(self) -> tuple[int, str]:
        return self.organisation_id, self.office


@dataclass(frozen=True)
class Action:
    """An action that is owed since a local day. ``number`` is its item's, ``meeting`` the title of the meeting.

    ``held_on`` is the local day of the meeting.
    """

    id: int
    meeting_id: int
    item_id: int
    number: int
    what: str
    organisation_id: int
    office: str
    due: date
    owed_since: date
    closed: bool
    meeting: Words
    held_on: date
    withdrawn: bool = False

    @property
    def key(self) -> str:
        """What stands for it where an obligation names its requirement."""
        return f"{KEY}{self.id}"


def action_id(key: str) -> int | None:
    """The action that a requirement's key names, or None for a requirement of the charter."""
    found = re.fullmatch(rf"{KEY}([0-9]+)", key)
    return int(found[1]) if found else None


def typed_id(typed: str) -> int | None:
    """The action that a person means by ``A12``, or None for anything else."""
    found = re.fullmatch(r"[aA]\s?([0-9]{1,9})", typed.strip(), re.ASCII)
    return int(found[1]) if found else None


def requirement_of(action: Action) -> Requirement:
    """The duty of an action, for everything that reads requirements; a closed one does not tell what it is."""
    plain = Words(action.what, action.what)
    return Requirement(
        key=action.key,
        number=f"A{action.id}",
        title=_filled(CLOSED_TITLE, action) if action.closed else plain,
        duty=_filled(CLOSED_DUTY if action.closed else DUTY, action),
        clause=_filled(CLAUSE, action),
        settled_by="evidence",
        asks=(action.office,),
        period=PeriodRule(1, MonthDay(1, 1), action.held_on.year),
        validity=Validity(action.owed_since),
        evidence=(DONE, PARTLY),
    )


def _filled(words: Words, action: Action) -> Words:
    return Words(*(_in(words, action, language) for language in ("da", "en")))


def _in(words: Words, action: Action, language: str) -> str:
    return words.in_(language).format(number=action.number, meeting=action.meeting.in_(language), what=action.what)


def obligation_of(action: Action, charter_hash: str) -> Obligation:
    """What the owner owes: from the day it was sent round, and shown to the end of the year it is due in."""
    end = date(max(action.due, action.owed_since).year + 1, 1, 1)
    period = Period(action.held_on, end)
    return Obligation(action.organisation_id, action.key, period, action.owed_since, action.due, None, charter_hash)


@dataclass(frozen=True)
class Settled:
    """What becomes of the actions when minutes go out: new ones by item, changed ones, and those no longer there.

    ``known`` are the ids of those that were owed before.
    """

    new: tuple[tuple[int, DraftAction], ...]
    changed: tuple[Action, ...]
    dropped: tuple[Action, ...]
    known: frozenset[int]


def settled(said: Sequence[tuple[int, DraftAction]], owed: Iterable[Action]) -> Settled:
    """Compare what the minutes say now (item id and action) with what is owed already."""
    known = {action.id: action for action in owed if not action.withdrawn}
    kept = {draft.id: draft for _, draft in said if draft.id in known}
    changed = (replace(known[number], what=draft.what, due=draft.due) for number, draft in kept.items())
    return Settled(
        new=tuple((item, draft) for item, draft in said if draft.id not in known),
        changed=tuple(action for action in changed if action != known[action.id]),
        dropped=tuple(action for number, action in known.items() if number not in kept),
        known=frozenset(known),
    )
