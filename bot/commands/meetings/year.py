"""``årshjul 2027``: a day for each meeting of a year that has none. Shows the plan and asks, before any is written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date

from alliance.alliances import Alliance
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.names import fold
from alliance.planning import Proposal, YearPlan, is_planned, propose_year
from bot.context import CONFIRM, Command, Context
from storage.changes.meetings import plan_proposed
from storage.queries.meetings import meetings

YEARS_AHEAD = 3


def handle(ctx: Context) -> Message:
    year = _year(ctx)
    plan = propose_year(ctx.alliance.charter, year, today=ctx.today, existing=meetings(ctx.connection, ctx.alliance))
    if not plan.proposals:
        return ctx.write("year_nothing", plan=plan)
    if not _confirmed(ctx, plan):
        return ctx.write("year_plan", plan=plan, seal=_seal(plan))
    written = {plan_proposed(ctx.connection, ctx.alliance.id, proposal) for proposal in plan.proposals}
    ctx.note("year_planned", f"year:{year}", meetings=len(written))
    planned = tuple(m for m in meetings(ctx.connection, ctx.alliance) if m.id in written)
    return ctx.write("year_planned", year=year, meetings=planned)


def may_plan(alliance: Alliance, known: Iterable[Meeting], year: int, today: date) -> bool:
    """Whether the year can be planned from now on, and something of it is still to be planned."""
    in_time = today.year <= year <= today.year + YEARS_AHEAD
    return in_time and not is_planned(alliance.charter, year, today=today, existing=known)


def _year(ctx: Context) -> int:
    """The year that is asked for, else this one; Refused where nothing can be planned in it."""
    this = ctx.today.year
    if not ctx.args:
        return this
    if not re.fullmatch(r"[0-9]{4}", ctx.args[0]):
        raise Refused("wrong_year", got=ctx.args[0])
    year = int(ctx.args[0])
    if year < this:
        raise Refused("year_over", year=year, this=this)
    if year > this + YEARS_AHEAD:
        raise Refused("year_too_far", year=year, last=this + YEARS_AHEAD)
    return year


def _confirmed(ctx: Context, plan: YearPlan) -> bool:
    return len(ctx.args) == 3 and fold(ctx.args[1]) in CONFIRM and ctx.args[2] == _seal(plan)


def _seal(plan: YearPlan) -> str:
    """Names exactly what was shown: a confirmation counts for that and nothing else."""
    return hashlib.sha256(repr([_told(proposal) for proposal in plan.proposals]).encode()).hexdigest()[:8]


def _told(proposal: Proposal) -> tuple[str, ...]:
    when = (proposal.starts_at, proposal.ends_at, proposal.answer_by)
    return proposal.kind, str(proposal.number), proposal.place, *(each.isoformat() for each in when)


COMMAND = Command("year", ("årshjul", "aarshjul", "year"), "run_secretariat", handle, secretariat=True)
