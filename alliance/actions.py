"""What somebody is to do after a meeting, as the minutes say: owed like any other duty once they were sent round.

An action of a closed item is known outside its paper by its number alone: what it says stands in the closed copy only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from alliance.cadences import MonthDay
from alliance.charter import EvidenceKind, PeriodRule, Requirement
from alliance.obligations import Obligation, Period
from alliance.validity import Validity
from alliance.words import Words

KEY = "action:"
SECRETARIAT = "secretariat"
ALIKE = 0.6  # of 1: how much of the words must stay for it to be the same action, worded better
# What a duty is called is part of its rule, as in a charter; a template only sets it.
DONE = EvidenceKind("done", Words("Udført", "Done"), "fulfilled")
PARTLY = EvidenceKind("partly", Words("Delvist udført", "Partly done"), "partial")
CLOSED_TITLE = Words(
    "Opfølgning på punkt {number} (lukket), {meeting}", "Follow-up on item {number} (closed), {meeting}"
)
CLAUSE = Words("referat af {meeting}, punkt {number}", "minutes of {meeting}, item {number}")
DRAFT_CLAUSE = Words(
    "udkast til referat af {meeting}, punkt {number}, endnu ikke godkendt",
    "draft minutes of {meeting}, item {number}, not approved yet",
)
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

    ``held_on`` is the local day of the meeting; ``approved`` says whether its minutes are more than a draft.
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
    approved: bool = True

    @property
    def owner(self) -> tuple[int, str]:
        return self.organisation_id, self.office

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
        clause=_filled(CLAUSE if action.approved else DRAFT_CLAUSE, action),
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


# ---------------------------------------------------------------------- which action is which, and what becomes of it


def renamed(said: Sequence[DraftAction], before: Sequence[DraftAction]) -> tuple[DraftAction, ...]:
    """Carry the numbers of an item's actions over to what is typed now, whichever row each stands in by now.

    The same words with the same owner are the same action; else an owner's in words that are alike, same row first.
    """
    known = {place: action for place, action in enumerate(before) if action.id}
    kept = _matched(said, known, [_same, _alike_in_its_row, _alike])
    return tuple(replace(now, id=known[kept[row]].id if row in kept else 0) for row, now in enumerate(said))


Rule = Callable[[int, DraftAction, int, "DraftAction | Action"], bool]


def _matched(
    said: Sequence[DraftAction], known: Mapping[int, DraftAction | Action], rules: Iterable[Rule]
) -> dict[int, int]:
    """Row to the key of the action it is: each rule in turn for whatever is still without, nothing given twice."""
    found: dict[int, int] = {}
    for rule in rules:
        for row, now in enumerate(said):
            fits = (key for key, was in known.items() if key not in found.values() and rule(row, now, key, was))
            if row not in found and (key := next(fits, None)) is not None:
                found[row] = key
    return found


def _same(row: int, now: DraftAction, key: int, was: DraftAction | Action) -> bool:
    return (now.what, now.owner) == (was.what, was.owner)


def _alike_in_its_row(row: int, now: DraftAction, key: int, was: DraftAction | Action) -> bool:
    return row == key and _alike(row, now, key, was)


def _alike(row: int, now: DraftAction, key: int, was: DraftAction | Action) -> bool:
    """Whether it is the same action in slightly other words: it keeps its number, and its owner."""
    words = SequenceMatcher(None, now.what.casefold(), was.what.casefold(), autojunk=False)
    return now.owner == was.owner and words.ratio() >= ALIKE


@dataclass(frozen=True)
class Settled:
    """What becomes of the actions when minutes go out: all of them by item, changed ones, and those no longer there.

    In ``said`` an action that is owed already has its number, a new one has 0.
    """

    said: tuple[tuple[int, DraftAction], ...]
    changed: tuple[Action, ...]
    dropped: tuple[Action, ...]


def settled(said: Sequence[tuple[int, DraftAction]], owed: Iterable[Action], met: Collection[int] = ()) -> Settled:
    """Compare what the minutes say now (item id and action) with what is owed already.

    An action is its words and its owner, not the row it stands in. ``met`` are the numbers of those that somebody has
    documented or been excused from: in other words it is another action, so that nobody has done what is new.
    """
    known = {action.id: action for action in owed if not action.withdrawn}
    items, drafts = [item for item, _ in said], [draft for _, draft in said]

    def same(row: int, now: DraftAction, key: int, was: DraftAction | Action) -> bool:
        return items[row] == known[key].item_id and _same(row, now, key, was)

    def reworded(row: int, now: DraftAction, key: int, was: DraftAction | Action) -> bool:
        open_still = now.id == key and key not in met
        return open_still and items[row] == known[key].item_id and _alike(row, now, key, was)

    kept = _matched(drafts, known, [same, reworded])
    changed = (replace(known[key], what=drafts[row].what, due=drafts[row].due) for row, key in kept.items())
    return Settled(
        said=tuple((item, replace(draft, id=kept.get(row, 0))) for row, (item, draft) in enumerate(said)),
        changed=tuple(action for action in changed if action != known[action.id]),
        dropped=tuple(action for key, action in known.items() if key not in kept.values()),
    )
