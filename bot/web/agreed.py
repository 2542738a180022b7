"""What was agreed at a meeting, for whoever reads its minutes: in their copy, and with what they may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from alliance.accounts import Account
from alliance.actions import Action, action_id, requirement_of
from alliance.meetings import Meeting
from alliance.papers import Paper
from bot.context import Context
from storage.queries import accounts, minutes, register
from templates.makers.words import standing_words


@dataclass(frozen=True)
class Agreed:
    """An action: ``standing`` is how it stands, and ``obligation`` its number, for who may know; else empty."""

    number: str
    what: str
    who: str
    due: date
    state: str = ""
    standing: str = ""
    obligation: int | None = None


def agreed(ctx: Context, meeting: Meeting, readable: Sequence[Paper]) -> list[Agreed]:
    """The actions that stand in the newest minutes whoever asks may read; none where they read none."""
    newest = next((paper for paper in reversed(readable) if paper.kind == "minutes"), None)
    if newest is None:
        return []
    found = minutes.actions(ctx.connection, ctx.alliance, meeting_id=meeting.id).values()
    shown = [a for a in found if not a.withdrawn and (newest.copy == "all" or (a.approved and not a.closed))]
    owed, owners = _owed(ctx, shown), _owners(ctx, shown)
    return [_agreed(ctx, action, owners[action.id], owed.get(action.id)) for action in shown]


def _owners(ctx: Context, found: Sequence[Action]) -> dict[int, str]:
    """Who is to do each action: ``Køge Kommune, borgmester``."""
    ids = {action.organisation_id for action in found}
    known = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ids)
    charter = ctx.alliance.charter
    return {
        a.id: f"{known[a.organisation_id].official_name}, {charter.office(a.office).title.in_(ctx.language)}"
        for a in found
    }


def _owed(ctx: Context, found: Sequence[Action]) -> dict[int, Account]:
    """How each stands, of those that whoever asks may act for."""
    wanted = {action.key for action in found}
    keys = accounts.requirement_keys(ctx.connection, ctx.alliance.id) if wanted else {}
    ids = [id for id, key in keys.items() if key in wanted]
    owed = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, obligation_ids=ids) if ids else ()
    mine = [account for account in owed if ctx.actor.may("act_for_member", account.organisation.id)]
    return {number: account for account in mine if (number := action_id(account.requirement.key)) is not None}


def _agreed(ctx: Context, action: Action, who: str, account: Account | None) -> Agreed:
    asked = requirement_of(action)
    what = asked.title.in_(ctx.language)
    if account is None:
        return Agreed(asked.number, what, who, action.due)
    standing = account.standing
    return Agreed(
        asked.number,
        what,
        who,
        action.due,
        standing.state,
        standing_words(ctx.phrases, standing),
        account.obligation.id,
    )
