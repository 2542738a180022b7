"""Whether a charter fits together: every name is somebody's, no key is that of two things, every day has a ladder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from alliance.charter import Charter
from alliance.errors import CharterError
from alliance.standards import SECRETARIAT
from alliance.validity import Validity


def check_references(charter: Charter, file: str) -> None:
    """Raise CharterError for a name that nothing bears, or two things at once, and for a day without a ladder."""
    for key, got, known in _named(charter):
        if got not in known:
            raise CharterError(file, key, got, f"one of {', '.join(sorted(known))}")
    _check_keys(charter, file)
    _check_ladders(charter, file)


def _named(charter: Charter) -> list[tuple[str, str, set[str]]]:
    """Where the charter names something, the name, and what there is to name."""
    offices = {office.key for office in charter.offices}
    events = {event.key for event in charter.events}
    bodies = {body.key for body in charter.bodies}
    indicators = {indicator.key for indicator in charter.reporting.indicators}
    named: list[tuple[str, str, set[str]]] = [("members.constituency", charter.constituency, set(charter.groupings))]
    named.append(("members.contact", charter.contact, offices))
    parties = {party.code for party in charter.parties}
    if charter.advisers:
        named.append(("governance.advisers.office", charter.advisers.office, offices))
        named.append(("governance.advisers.kind", charter.advisers.kind, {party.kind for party in charter.parties}))
    if parties and charter.secretariat.organisation:
        named.append(("governance.secretariat.organisation", charter.secretariat.organisation, parties))
    for number, standard in enumerate(charter.standards, start=1):
        named += [(f"standards[{number}].approved_by", who, {*parties, SECRETARIAT}) for who in standard.approved_by]
        named += [(f"standards[{number}].certified_by", code, parties) for code in standard.certified_by]
    for number, need in enumerate(charter.requirements, start=1):
        path = f"requirements[{number}]"
        named += [(f"{path}.asks", office, offices) for office in need.asks]
        named += [(f"{path}.attendance", office, offices) for office, _ in need.attendance]
        named += [(f"{path}.event", need.event, events)] if need.event else []
    for number, body in enumerate(charter.bodies, start=1):
        named.append((f"governance.bodies[{number}].seat_holder", body.seat_holder, offices))
        named.append((f"governance.bodies[{number}].observer_office", body.observer_office, offices))
        named += [(f"governance.bodies[{number}].seated", code, parties) for code in body.seated]
        named += [(f"governance.bodies[{number}].reports_to", body.reports_to, bodies)] if body.reports_to else []
    named.append(("governance.secretariat.office", charter.secretariat.office, offices))
    if charter.chair:
        named.append(("governance.chair.body", charter.chair.body, bodies))
        named.append(("governance.chair.elected_by", charter.chair.elected_by, offices))
    named += [("governance.papers.all_items", who, {*bodies, "members"}) for who in charter.papers.all_items]
    named += [("governance.papers.open_items", who, {*bodies, "members"}) for who in charter.papers.open_items]
    for number, meeting in enumerate(charter.meetings, start=1):
        named.append((f"cadence.meetings[{number}].body", meeting.body, bodies))
    for number, indicator in enumerate(charter.reporting.indicators, start=1):
        if indicator.part_of:
            named.append((f"reporting.indicators[{number}].part_of", indicator.part_of, indicators))
    return named


def _check_keys(charter: Charter, file: str) -> None:
    """Refuse two things of one key at the same time; versions of one thing may follow each other."""
    always = charter.validity
    lists: dict[str, list[tuple[str, Validity]]] = {
        "parties": [(party.code, party.validity) for party in charter.parties],
        "standards": [(standard.key, standard.validity) for standard in charter.standards],
        "members.offices": [(office.key, always) for office in charter.offices],
        "requirements": [(need.key, need.validity) for need in charter.requirements],
        "goals": [(goal.key, always) for goal in charter.goals],
        "governance.bodies": [(body.key, body.validity) for body in charter.bodies],
        "cadence.events": [(event.key, event.validity) for event in charter.events],
        "about.partners": [(partner.code, partner.validity) for partner in charter.about.partners],
        "about.national_targets": [(target.key, target.validity) for target in charter.about.targets],
        "reporting.indicators": [(indicator.key, indicator.validity) for indicator in charter.reporting.indicators],
    }
    for path, things in lists.items():
        name = "code" if path in ("parties", "about.partners") else "key"
        for number, (key, validity) in enumerate(things, start=1):
            if any(key == other and _meet(validity, theirs) for other, theirs in things[: number - 1]):
                raise CharterError(file, f"{path}[{number}].{name}", key, "a key that no other has at the same time")


def _meet(one: Validity, other: Validity) -> bool:
    return one.overlaps(other.since, other.until or date.max)


def _check_ladders(charter: Charter, file: str) -> None:
    """Refuse a day of the charter on which no ladder is valid."""
    ladders = [ladder.validity for ladder in charter.ladders]
    days: Iterable[date | None] = (charter.validity.since, *(ladder.until for ladder in ladders))
    for day in days:
        if day and charter.validity.covers(day) and not any(ladder.covers(day) for ladder in ladders):
            raise CharterError(file, "reminders.ladders", "none", f"a ladder valid on {day}")
