"""The words of what happened to a plan, on their way to the member, the secretariat and those who certify."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from alliance.plans import PlanStep, PlanVersion
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import actors, plans, register
from templates import write


def plan_news_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What happened, by whom; raises NoLongerTrue where it was taken back since, or the reader has left."""
    today = alliance.charter.calendar.day(now)
    kind, id_, back = [*str(claim.facts["occasion"]).split(":"), ""][:3]
    known = plans.step if kind == "step" else plans.version
    found: PlanStep | PlanVersion | None = known(connection, alliance.id, int(id_))
    if found is None or (found.withdrawn_at is not None) != bool(back):
        raise NoLongerTrue("taken_back")
    actor = actors.actor(connection, alliance, person, today)
    if not actor.in_office:
        raise NoLongerTrue("not_theirs")
    organisation = register.organisations(connection, alliance.id, today, [found.organisation_id])
    names = {party.code: party.name.in_(person.language) for party in alliance.charter.parties}
    return write(
        "plan_news",
        person.language,
        zone=alliance.charter.zone,
        organisation=organisation[found.organisation_id],
        version=found.version,
        what=found.kind if isinstance(found, PlanStep) else "version",
        by=names.get(found.by, "") if isinstance(found, PlanStep) else "",
        comment=found.comment if isinstance(found, PlanStep) else "",
        recorded_by=found.recorded_by_name,
        at=found.recorded_at,
        taken_back=bool(back),
        own=actor.organisations == (found.organisation_id,),
        assesses=actor.secretariat,
    )
