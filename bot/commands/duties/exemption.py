"""``dispensation 4``: the secretariat records a dispensation, with its reason, who decided and its end."""

from __future__ import annotations

from collections.abc import Mapping

from alliance.accounts import Account
from alliance.messages import Message
from alliance.obligations import Settlement
from alliance.validity import Validity
from bot.commands.duties.evidence import day_after, read_day
from bot.context import Command, Context, split_period
from storage.changes import facts
from storage.queries import accounts

FIELDS = ("why", "decided_by", "until")


def handle(ctx: Context) -> Message:
    typed_requirement, period = split_period(ctx.args)
    account = ctx.account(ctx.requirement(typed_requirement), period)
    typed = {key: ctx.answers.get(key, "").strip() for key in FIELDS}
    errors = _errors(ctx, typed) if ctx.answers else {}
    if errors or not ctx.answers:
        return ctx.write(
            "exemption_form",
            organisation=ctx.organisation,
            requirement=account.requirement,
            period_label=account.obligation.period.label,
            typed=typed,
            errors=errors,
            prefix=ctx.prefix,
        )
    return _record(ctx, account, typed)


def _errors(ctx: Context, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {key: f"{key}_missing" for key in FIELDS if not typed[key]}
    until = read_day(typed["until"])
    if typed["until"] and (until is None or until < ctx.today):
        errors["until"] = "until_wrong"
    return errors


def _record(ctx: Context, account: Account, typed: Mapping[str, str]) -> Message:
    last_day = read_day(typed["until"])
    assert last_day is not None
    obligation = account.obligation
    fact = Settlement(
        id=0,
        obligation_id=obligation.id,
        organisation_id=ctx.organisation.id,
        requirement=account.requirement.key,
        kind="dispensation",
        result="exempt",
        what=typed["why"],
        link="",
        validity=Validity(ctx.today, day_after(last_day)),
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
        recorded_by_name=ctx.actor.person.name,
        decided_by=typed["decided_by"],
        on_behalf=ctx.on_behalf,
    )
    return ctx.write(
        "exemption_receipt",
        organisation=ctx.organisation,
        requirement=account.requirement,
        period_label=obligation.period.label,
        settlement=ctx.standing_twin(fact) or _save(ctx, account, fact),
        until=last_day,
        prefix=ctx.prefix,
    )


def _save(ctx: Context, account: Account, fact: Settlement) -> Settlement | None:
    added = facts.add_settlement(ctx.connection, ctx.alliance.id, fact)
    ctx.note("exemption_recorded", f"obligation:{fact.obligation_id}", settlement=added, what=fact.what)
    if ctx.on_behalf:
        ctx.tell_member(account, f"settlement:{added}", fact.what)
    return accounts.settlement(ctx.connection, ctx.alliance.id, added)


COMMAND = Command(
    "exemption",
    ("dispensation", "exemption"),
    "run_secretariat",
    handle,
    about_member=True,
    secretariat=True,
)
