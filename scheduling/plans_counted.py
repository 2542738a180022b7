"""A plan that was written down before its municipality owed one is the evidence from the day that it does."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from alliance.accounts import Account
from alliance.alliances import Alliance
from alliance.charter import EvidenceKind
from alliance.obligations import Settlement
from alliance.plans import PlanVersion
from alliance.validity import Validity
from scheduling.seats import begins_working_day
from storage import journal
from storage.changes import facts
from storage.changes import plans as changes
from storage.queries import accounts, plans, register
from templates.phrases import Phrases


def count_plans(connection: Connection, alliance: Alliance, last: datetime | None, now: datetime) -> int:
    """Let the plans in force meet what their members owe by now, where they do not yet; returns how many there were.

    Looks at the first tick of a working day from eight: ``last`` is when the one before it was (aware UTC).
    """
    today = alliance.charter.calendar.day(now)
    asked = alliance.charter.plan_evidence_on(today)
    if asked is None or not begins_working_day(alliance.charter.calendar, last, now):
        return 0
    waiting = plans.meeting_nothing(connection, alliance.id)
    if not waiting:
        return 0
    requirement, kind = asked
    terms = register.memberships(connection, alliance.id, waiting)
    members = {term.organisation_id for term in terms if term.role == "member" and term.validity.covers(today)}
    organisations = register.organisations(connection, alliance.id, today, members).values() if members else ()
    counted = 0
    for record in plans.records_of(connection, alliance, organisations) if organisations else ():
        plan = record.in_force(today)
        found = accounts.accounts(connection, alliance, today, organisation_ids=[record.organisation.id])
        owed = [one for one in found if one.requirement.key == requirement.key]
        if plan is not None and plan.version.settlement_id is None and owed:
            newest = max(owed, key=lambda account: account.obligation.period.start)
            _count(connection, alliance, plan.version, newest, kind, now)
            counted += 1
    return counted


def _count(
    connection: Connection, alliance: Alliance, version: PlanVersion, owed: Account, kind: EvidenceKind, now: datetime
) -> None:
    adopted, say = version.adopted_on or date.min, Phrases("da")
    fact = Settlement(
        id=0,
        obligation_id=owed.obligation.id,
        organisation_id=version.organisation_id,
        requirement=owed.requirement.key,
        kind="evidence",
        result=kind.counts,
        what=say("plan.evidence", title=version.title, version=version.version),
        link=version.link,
        validity=Validity(adopted, version.valid_until),
        recorded_at=now,
        recorded_by=version.recorded_by,
        on_behalf=version.on_behalf,
        evidence=kind.key,
    )
    changes.meets(connection, alliance.id, version.id, facts.add_settlement(connection, alliance.id, fact))
    label = say("plan.named", organisation=owed.organisation.name, version=version.version)
    journal.write_down(
        connection,
        alliance.id,
        now,
        "plan_counted",
        organisation_id=version.organisation_id,
        about=f"plan:{version.version}",
        facts={"label": label},
    )
