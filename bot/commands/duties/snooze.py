"""``udskyd 126 1 uge``: hide what I owe from my own reminders until a day; ``udskyd 126 fortryd`` takes that back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from alliance.accounts import Account
from alliance.calendar import WorkingCalendar
from alliance.errors import Refused
from alliance.members import OfficesOn
from alliance.messages import Message
from alliance.names import fold
from alliance.snoozing import Snooze, hidden_until, offered, read_until, snoozed
from bot.commands.duties.show import account_meant
from bot.context import Command, Context
from bot.undoing import check_still, split_condition
from storage.changes.snoozes import add_snooze, end_snooze
from storage.queries import accounts, register, snoozes

TAKE_BACK = ("fortryd", "undo", "slut", "end")
SMALL_WORDS = ("mig", "me", "om", "in", "til", "until", "of", "about", "den", "nr", "nr.")
"""What may stand between the words that matter: ``mind mig om 126 om 3 dage``."""
FIELD = "until_day"
AT_THE_FIELD = {"unknown_day": "since_wrong", "snooze_past": "snooze_past"}


def handle(ctx: Context) -> Message:
    args, condition = split_condition(ctx.args)
    if not args:
        return _what(ctx)
    what, when = _split(ctx, [word for word in args if fold(word) not in SMALL_WORDS])
    account = account_meant(ctx, what)
    if not account.standing.owes:
        return ctx.already(account)
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, [account.organisation.id])
    asked = asked_for(offices, account)
    if ctx.actor.person.id not in asked:
        names = register.people(ctx.connection, ctx.alliance.id, asked)
        raise Refused(
            "snooze_not_asked",
            title=account.requirement.title.in_(ctx.language),
            names=tuple(names[person].name for person in asked),
            organisation=account.organisation.name if ctx.actor.secretariat else "",
        )
    check_still(condition, _as_typed(_hidden(ctx, account)))
    if fold(when) in TAKE_BACK:
        return _take_back(ctx, account)
    if when:
        return _hide(ctx, account, read_until(when, ctx.today))
    return _asked_until(ctx, account)


def _what(ctx: Context) -> Message:
    """What can be hidden, to choose from: what is owed with a deadline that is still ahead."""
    members = (*ctx.actor.organisations, *ctx.actor.helped)
    found = accounts.accounts(ctx.connection, ctx.alliance, ctx.today, organisation_ids=members) if members else ()
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today, members)
    owed = (a for a in found if a.standing.owes and a.obligation.due is not None and a.obligation.due > ctx.today)
    me = ctx.actor.person.id
    mine = tuple(a for a in owed if me in asked_for(offices, a))
    return ctx.write("snooze_what", accounts=mine, several=len(members) > 1)


def asked_for(offices: OfficesOn, account: Account) -> tuple[int, ...]:
    """Who is asked for what an account is about."""
    return offices.asked(
        account.organisation.id, account.requirement.asks, account.obligation.id, account.requirement.owner
    )


def _split(ctx: Context, said: list[str]) -> tuple[str, str]:
    """What is meant, and until when, in whichever order they were said; the second may be missing."""
    if len(said) > 1 and fold(said[-1]) in TAKE_BACK:
        return " ".join(said[:-1]), said[-1]
    for cut in range(1, len(said)):
        if _is_day(ctx, said[cut:]):
            return " ".join(said[:cut]), " ".join(said[cut:])
    for cut in range(len(said) - 1, 0, -1):
        if _is_day(ctx, said[:cut]):
            return " ".join(said[cut:]), " ".join(said[:cut])
    if len(said) > 1 and said[0].isdecimal():
        return said[0], " ".join(said[1:])
    return " ".join(said), ""


def _is_day(ctx: Context, said: list[str]) -> bool:
    try:
        read_until(" ".join(said), ctx.today)
    except Refused:
        return False
    return True


def _asked_until(ctx: Context, account: Account) -> Message:
    """The form, or what was typed into it."""
    typed = ctx.answers.get(FIELD, "").strip()
    if not ctx.answers:
        return _form(ctx, account)
    try:
        return _hide(ctx, account, read_until(typed, ctx.today))
    except Refused as refusal:
        if refusal.reason not in AT_THE_FIELD:
            raise
        return _form(ctx, account, typed, AT_THE_FIELD[refusal.reason])


def _form(ctx: Context, account: Account, typed: str = "", error: str = "") -> Message:
    last = _allowed(ctx, account, date.max)
    return ctx.write(
        "snooze_form",
        story=ctx.story(account),
        day=ctx.today,
        offered=offered(_calendar(ctx), last, ctx.today),
        typed={FIELD: typed},
        errors={FIELD: error} if error else {},
    )


def _hide(ctx: Context, account: Account, wanted: date) -> Message:
    until = _allowed(ctx, account, wanted)
    before = _hidden(ctx, account)
    if before != until:
        snooze = Snooze(account.obligation.id, ctx.actor.person.id, until, ctx.now)
        add_snooze(ctx.connection, ctx.alliance.id, snooze)
        _note(ctx, account, "snoozed", until=until.isoformat())
    cut = wanted > until
    return ctx.write(
        "snoozed",
        story=ctx.story(account),
        until=until,
        cut=cut,
        before=before if before != until else None,
        prefix=ctx.prefix_for(account.organisation),
    )


def _take_back(ctx: Context, account: Account) -> Message:
    hidden = _hidden(ctx, account) is not None
    if hidden:
        end_snooze(ctx.connection, ctx.alliance.id, account.obligation.id, ctx.actor.person.id, ctx.now)
        _note(ctx, account, "snooze_ended")
    return ctx.write(
        "snooze_over", story=ctx.story(account), hidden=hidden, prefix=ctx.prefix_for(account.organisation)
    )


def _allowed(ctx: Context, account: Account, wanted: date) -> date:
    ladder = ctx.alliance.charter.ladder_on(ctx.today)
    return snoozed(ladder, _calendar(ctx), account.obligation.due, wanted, ctx.today)


def _hidden(ctx: Context, account: Account) -> date | None:
    """Until which morning the person hides it now."""
    held = snoozes.held(ctx.connection, ctx.alliance.id, [account.obligation.id])
    mine = held.get((account.obligation.id, ctx.actor.person.id))
    return hidden_until(mine, _calendar(ctx), account.obligation.due, ctx.today)


def _as_typed(day: date | None) -> str:
    return f"{day:%d-%m-%Y}" if day else ""


def _calendar(ctx: Context) -> WorkingCalendar:
    return ctx.alliance.charter.calendar


def _note(ctx: Context, account: Account, action: str, **facts: object) -> None:
    own = account.organisation.id in (*ctx.actor.organisations, *ctx.actor.helped)
    about = replace(ctx, member=account.organisation if own else None)
    about.note(action, f"obligation:{account.obligation.id}", **facts)


COMMAND = Command("snooze", ("udskyd", "snooze", "mind", "remind"), "look", handle, answers=True)
