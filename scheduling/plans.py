"""The words of what happened to a plan, on their way to the member, the secretariat and those who certify."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from alliance.alliances import Alliance
from alliance.members import Person
from alliance.messages import Message
from alliance.plan_actions import PlanAction
from alliance.plans import PlanStep, PlanVersion
from scheduling.truth import NoLongerTrue
from storage import outbox
from storage.queries import actors, plan_actions, plans, register
from templates import write


def plan_news_words(
    connection: Connection, alliance: Alliance, claim: outbox.Claim, person: Person, now: datetime
) -> Message:
    """What happened, by whom; raises NoLongerTrue where it was taken back since, or the reader has left."""
    today = alliance.charter.calendar.day(now)
    kind, id_, back = [*str(claim.facts["occasion"]).split(":"), ""][:3]
    known = {"step": plans.step, "action": plan_actions.entry}.get(kind, plans.version)
    found: PlanStep | PlanVersion | PlanAction | None = known(connection, alliance.id, int(id_))
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
        version=found.number if isinstance(found, PlanAction) else found.version,
        what=found.kind if isinstance(found, PlanStep) else kind,
        by=names.get(found.by, "") if isinstance(found, PlanStep) else "",
        comment=_said(found),
        recorded_by=found.recorded_by_name,
        at=found.recorded_at,
        taken_back=bool(back),
        own=actor.organisations == (found.organisation_id,),
        assesses=actor.secretariat,
    )


def _said(found: PlanStep | PlanVersion | PlanAction) -> str:
    """What stands beside the news: the comment of a step, or the title of an action and what was written about it."""
    if isinstance(found, PlanAction):
        return f"{found.title}\n{found.note}".strip()
    return found.comment if isinstance(found, PlanStep) else ""
