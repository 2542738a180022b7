"""``dokumenter 4``: give evidence that a requirement is met."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlsplit

from alliance import moments
from alliance.accounts import Account
from alliance.charter import Requirement
from alliance.errors import Refused
from alliance.messages import Message
from alliance.obligations import Settlement
from alliance.validity import Validity
from bot.commands.papers.papers import latest
from bot.commands.sharing.record import add, themes
from bot.context import Command, Context, split_period
from storage.changes import facts
from storage.queries import accounts

FIELDS = ("kind", "what", "link", "theme", "since", "until")


def handle(ctx: Context) -> Message:
    if not ctx.args and not ctx.answers and not ctx.helps:
        return _what(ctx)
    if not ctx.args:
        raise Refused("unknown_requirement", got="", known=_known(ctx))
    typed_requirement, period = split_period(ctx.args)
    requirement = ctx.requirement(typed_requirement)
    if requirement.settled_by != "evidence" and not ctx.actor.secretariat:
        raise Refused("not_settled_so", title=requirement.title.in_(ctx.language), how=requirement.settled_by)
    account = ctx.account(requirement, period)
    ctx.check_theirs(account)
    typed = {key: ctx.answers.get(key, "").strip() for key in FIELDS}
    if ctx.overtaken(account):
        return ctx.already(account)
    if not ctx.answers:
        return _form(ctx, account, typed, {})
    errors = _errors(ctx, account, typed)
    if errors:
        return _form(ctx, account, typed, errors)
    return _record(ctx, account, typed)


def _what(ctx: Context) -> Message:
    """Nothing was named: what the member can give evidence for, and the papers, which some call documents."""
    owed = {account.requirement.key for account in ctx.accounts()}
    known = ctx.alliance.charter.requirements_on(ctx.today)
    found = tuple(r for r in known if r.settled_by == "evidence" and r.key in owed)
    return ctx.write(
        "evidence_what",
        organisation=ctx.organisation,
        requirements=found,
        papers=latest(ctx),
        prefix=ctx.prefix,
    )


def _known(ctx: Context) -> tuple[str, ...]:
    found = ctx.alliance.charter.requirements_on(ctx.today)
    return tuple(f"{r.number} ({r.title.in_(ctx.language)})" for r in found if r.settled_by == "evidence")


def read_day(typed: str) -> date | None:
    """The day of a date field, ISO as browsers send it or as Danes write it; None if it is none."""
    try:
        return moments.read_day(typed)
    except Refused:
        return None


def day_after(last: date | None) -> date | None:
    """People name the last day that counts; validity ends on the day after it."""
    return last + timedelta(days=1) if last else None


def is_link(typed: str) -> bool:
    try:
        parts = urlsplit(typed)
    except ValueError:  # half an IPv6 address
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"\s", typed)


def _errors(ctx: Context, account: Account, typed: Mapping[str, str]) -> dict[str, str]:
    requirement, errors = account.requirement, {}
    if requirement.evidence and _offered(ctx, account, typed).evidence_kind(typed["kind"]) is None:
        errors["kind"] = "kind_missing"
    if not typed["what"]:
        errors["what"] = "what_missing"
    if typed["link"] and not is_link(typed["link"]):
        errors["link"] = "link_not_http"
    if typed["theme"] and typed["theme"] not in {theme.key for theme in themes(ctx)}:
        errors["theme"] = "theme_missing"
    return errors | _wrong_days(ctx, account, typed)


def _offered(ctx: Context, account: Account, typed: Mapping[str, str]) -> Requirement:
    """The requirement with what could be given on the day it is about."""
    return account.requirement.as_on(_validity(ctx, account, {"since": "", "until": "", **typed}).since)


def _wrong_days(ctx: Context, account: Account, typed: Mapping[str, str]) -> dict[str, str]:
    errors = dict[str, str]()
    since, until = read_day(typed["since"]), read_day(typed["until"])
    if typed["since"] and since is None:
        errors["since"] = "date_wrong"
    elif since and since > ctx.today:
        errors["since"] = "since_future"
    elif since and since >= account.obligation.period.end:
        errors["since"] = "since_too_late"
    if typed["until"] and (until is None or (since and until < since)):
        errors["until"] = "date_wrong"
    return errors


def _validity(ctx: Context, account: Account, typed: Mapping[str, str]) -> Validity:
    """From the day given, else from today, or the last day of a period that is over."""
    since = read_day(typed["since"]) or account.obligation.period.nearest(ctx.today)
    return Validity(since, day_after(read_day(typed["until"])))


def _form(ctx: Context, account: Account, typed: Mapping[str, str], errors: Mapping[str, str]) -> Message:
    return ctx.write(
        "evidence_form",
        organisation=ctx.organisation,
        requirement=_offered(ctx, account, typed),
        themes=themes(ctx),
        period_label=account.obligation.period.label,
        typed=typed,
        errors=errors,
        prefix=ctx.prefix,
        on_behalf=ctx.noted_for(account),
    )


def _record(ctx: Context, account: Account, typed: Mapping[str, str]) -> Message:
    requirement, obligation = account.requirement, account.obligation
    kind = requirement.evidence_kind(typed["kind"])
    fact = Settlement(
        id=0,
        obligation_id=obligation.id,
        organisation_id=ctx.organisation.id,
        requirement=requirement.key,
        kind="evidence",
        result=kind.counts if kind else "fulfilled",
        what=typed["what"],
        link=typed["link"],
        validity=_validity(ctx, account, typed),
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
        recorded_by_name=ctx.actor.person.name,
        on_behalf=ctx.noted_for(account),
        evidence=typed["kind"],
    )
    if ctx.standing_twin(fact):
        return ctx.already(account)
    added = facts.add_settlement(ctx.connection, ctx.alliance.id, fact)
    ctx.note("evidence_recorded", f"obligation:{obligation.id}", settlement=added, what=fact.what)
    shared = add(ctx, fact.what, fact.link, typed["theme"], added) if kind and kind.shares else 0
    if ctx.noted_for(account):
        ctx.tell_member(account, f"settlement:{added}", fact.what)
    saved = accounts.settlement(ctx.connection, ctx.alliance.id, added)
    return ctx.write(
        "evidence_receipt",
        organisation=ctx.organisation,
        requirement=requirement,
        period_label=obligation.period.label,
        settlement=saved,
        shared=shared,
        prefix=ctx.prefix,
    )


COMMAND = Command(
    "evidence",
    ("dokumenter", "dokumentér", "evidence", "bevis"),
    "act_for_member",
    handle,
    about_member=True,
    answers=True,
)
