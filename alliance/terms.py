"""Who holds what from when: what taking an office or joining changes in the terms that are known.

Asked by the commands and by the files people bring, so that both come to the same answer. Days are local.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from alliance.errors import Refused
from alliance.members import Membership, OfficeTerm, Person
from alliance.names import fold
from alliance.validity import Validity


@dataclass(frozen=True)
class Taken:
    """What taking an office does: the term as it is to be written, those that end the day it begins, who follows.

    It ``changes`` nothing where the very same stands already.
    """

    term: OfficeTerm
    ends: tuple[OfficeTerm, ...] = ()
    follows: OfficeTerm | None = None
    changes: bool = True


def take(known: Iterable[OfficeTerm], new: OfficeTerm, *, single: bool) -> Taken:
    """Take an office, or the right to act for it, from a day.

    Whoever holds a ``single`` office leaves it that day, and a successor who is noted already comes all the same: the
    new term ends the day theirs begins. Of other offices only one's own terms make way.
    """
    at = (new.organisation_id, new.office, new.acting)
    same = [term for term in known if (term.organisation_id, term.office, term.acting) == at]
    rivals = [] if new.acting else [term for term in same if single or term.person_id == new.person_id]
    since = new.validity.since
    later = [t for t in rivals if t.validity.since > since and not t.validity.is_empty]
    follows = min(later, key=lambda term: term.validity.since, default=None)
    if follows:
        new = new._replace(validity=new.validity.cut(follows.validity.since))
    itself = (new.person_id, since)
    ends = tuple(t for t in rivals if t.validity.covers(since) and (t.person_id, t.validity.since) != itself)
    return Taken(new, ends, follows, changes=bool(ends) or new not in same)


@dataclass(frozen=True)
class Joined:
    """What joining does: the membership as it is to stand, and the known one whose first day that corrects, if any."""

    term: Membership
    corrects: Membership | None = None


def join(known: Iterable[Membership], new: Membership) -> Joined | None:
    """Begin a membership on a day; None where one in that role runs then, or did.

    Two in one role never run on the same day: where the new one would run into one that is known, the first day of that
    one was wrong and is moved. Raises Refused(``joined_overlaps``) where it would run into several.
    """
    at = (new.organisation_id, new.role)
    mine = [m for m in known if (m.organisation_id, m.role) == at]
    since, until = new.validity.since, new.validity.until
    if any(m.validity.covers(since) or m.validity.since == since for m in mine):
        return None
    later = [m for m in mine if m.validity.since > since and not m.validity.is_empty]
    reached = [m for m in later if until is None or m.validity.since < until]
    if len(reached) > 1:
        raise Refused("joined_overlaps", since=since)
    if not reached:
        return Joined(new)
    (corrected,) = reached
    return Joined(replace(new, validity=Validity(since, corrected.validity.until)), corrected)


def has_held(known: Iterable[OfficeTerm], person_id: int, office: str, since: date | None) -> bool:
    """Whether somebody held an office on the day given, or ever if none is: a file read again reinstates nobody.

    A term that began on the day counts, even one that was over the same day, and so does one that begins later.
    """
    held = [t.validity for t in known if (t.person_id, t.office, t.acting) == (person_id, office, False)]
    return any(since is None or v.since == since or v.covers(max(since, v.since)) for v in held)


def owner(name: str, using: Person | None, used: Person | None) -> Person | None:
    """Who is meant by a name and an address: who uses it, else who used it last; None for somebody new.

    Raises Refused(``mail_was_anothers``) where somebody of another name used it last: it may have been passed on, or
    be a slip, and only people can tell.
    """
    if using or used is None:
        return using
    if fold(used.name) != fold(name):
        raise Refused("mail_was_anothers", name=used.name)
    return used
