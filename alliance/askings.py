"""Who should be asked, worked out once more for the self-audit: nothing of ``OfficesOn.asked`` is used here.

The planner asks ``alliance/members.py``; whoever checks it goes through the terms one by one, so that one mistake
cannot hide in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alliance.members import OfficesOn

AT_MOST = 2


def should_be_asked(
    known: OfficesOn, organisation_id: int, wanted: Sequence[str], obligation_id: int, owner: int | None
) -> tuple[int, ...]:
    """Return the people, two at the most, who are to be asked on behalf of these offices for an obligation."""
    found: list[int] = []
    for office in wanted:
        person = next(_in_turn(known, organisation_id, office, obligation_id, owner), None)
        if person is not None and person not in found:
            found.append(person)
    return tuple(found[:AT_MOST])


def _in_turn(
    known: OfficesOn, organisation_id: int, office: str, obligation_id: int, owner: int | None
) -> Iterator[int]:
    """Whoever could be asked for an office, the best first: a colleague, who is there, a deputy, and then anybody."""
    theirs = [term for term in known.terms if term.organisation_id == organisation_id]
    mine = [term for term in theirs if term.office == office]
    people = [term.person_id for acting in (True, False) for term in mine if term.acting is acting]
    people = [person for person in people if person == owner] + [person for person in people if person != owner]
    for person in people:
        colleague = known.handed.get((obligation_id, office, person))
        if colleague and _is_there(known, colleague):
            yield colleague
    yield from (person for person in people if _is_there(known, person))
    reached = [person for person in people if person not in known.unreachable]  # those are away, all of them
    unreached = [person for person in people if person in known.unreachable]
    if reached or all(person in known.away for person in people):
        away = reached + [person for person in unreached if person not in known.away]
        away += [person for person in unreached if person in known.away]
        for person in away:
            deputy = known.away.get(person)
            if deputy and _is_there(known, deputy) and any(term.person_id == deputy for term in theirs):
                yield deputy
    yield from reached
    yield from (person for person in unreached if person not in known.away)
    yield from unreached


def _is_there(known: OfficesOn, person: int) -> bool:
    return person not in known.unreachable and person not in known.away
