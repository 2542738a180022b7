"""``fremmøde topmøde``: the secretariat records who came. That, not the answer, meets the requirement."""

from __future__ import annotations

from alliance.accounts import Account
from alliance.attendance import grade
from alliance.charter import Requirement
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.obligations import Settlement, grade_result
from alliance.validity import Validity
from bot.context import Command, Context, split_period
from storage.changes import facts
from storage.queries import accounts

NOBODY = "none"


def handle(ctx: Context) -> Message:
    name, period = split_period(ctx.args)
    requirement, meeting = ctx.event(name.partition(" ")[0], period)
    day = ctx.alliance.charter.calendar.day(meeting.starts_at)
    if ctx.today < day:
        raise Refused("not_open_yet", title=requirement.title.in_(ctx.language), opens=day)
    account = ctx.account(requirement, period)
    typed = {key: ctx.answers[key].strip() for key in ("office", "attendee") if key in ctx.answers}
    known = {key for key, _ in requirement.attendance} | {NOBODY}
    errors = {"office": "office_missing"} if ctx.answers and typed.get("office") not in known else {}
    if errors or not ctx.answers:
        return ctx.write(
            "attendance_form",
            organisation=ctx.organisation,
            meeting=meeting,
            requirement=requirement,
            period_label=account.obligation.period.label,
            offices=tuple(ctx.alliance.charter.office(key) for key, _ in requirement.attendance),
            answer=account.standing.answer,
            typed=typed,
            errors=errors,
            prefix=ctx.prefix,
        )
    return _record(ctx, account, requirement, meeting, typed["office"], typed.get("attendee", ""))


def _record(
    ctx: Context, account: Account, requirement: Requirement, meeting: Meeting, office: str, attendee: str
) -> Message:
    came = office != NOBODY
    title = ctx.alliance.charter.office(office).title.in_(ctx.language) if came else ""
    what = f"{attendee} ({title})" if attendee and came else title or ctx.say("attendance_form.nobody")
    obligation = account.obligation
    fact = Settlement(
        id=0,
        obligation_id=obligation.id,
        organisation_id=ctx.organisation.id,
        requirement=requirement.key,
        kind="attendance",
        result=grade_result(grade(requirement, office)) if came else "absent",
        what=what,
        link="",
        validity=Validity(ctx.alliance.charter.calendar.day(meeting.starts_at)),
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
        on_behalf=ctx.on_behalf,
        evidence=office,
    )
    standing = ctx.standing_twin(fact)
    return ctx.write(
        "attendance_receipt",
        organisation=ctx.organisation,
        meeting=meeting,
        requirement=requirement,
        period_label=obligation.period.label,
        settlement=standing or _save(ctx, account, fact),
        office_title=title,
        prefix=ctx.prefix,
    )


def _save(ctx: Context, account: Account, fact: Settlement) -> Settlement | None:
    """Keep the fact instead of what was recorded before, and tell the member."""
    about = account.obligation.id
    facts.withdraw_earlier(ctx.connection, ctx.alliance.id, about, "attendance", ctx.actor.person.id, ctx.now)
    added = facts.add_settlement(ctx.connection, ctx.alliance.id, fact)
    ctx.note("attendance_recorded", f"obligation:{about}", settlement=added, office=fact.evidence)
    if ctx.on_behalf:
        ctx.tell_member(account, f"settlement:{added}", fact.what)
    return accounts.settlement(ctx.connection, ctx.alliance.id, added)


COMMAND = Command(
    "attendance",
    ("fremmøde", "fremmoede", "attendance"),
    "run_secretariat",
    handle,
    about_member=True,
    secretariat=True,
)
