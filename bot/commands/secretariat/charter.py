"""``vedtægt``: the rules on a day; ``vedtægt skift``: another charter from a day, after a look at what that changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date

from alliance.charter import Charter
from alliance.charter_changes import changes, lapsing
from alliance.errors import Refused
from alliance.messages import Message
from alliance.moments import read_day
from alliance.names import fold
from alliance.successions import Adoption, check_adoption
from bot.context import CONFIRM, Command, Context
from storage import charters
from storage.changes.parties import enter_parties, take_back_parties
from storage.changes.register import write_adoptions
from storage.queries import accounts, actors, register

SEAL_LENGTH = 8
CHANGE, WITHDRAW = ("skift", "change"), ("fortryd", "undo")


def handle(ctx: Context) -> Message:
    verb, *rest = [*ctx.args, ""]
    if fold(verb) in CHANGE:
        return _change(ctx, tuple(word for word in rest if word))
    if fold(verb) in WITHDRAW:
        return _withdraw(ctx, tuple(fold(word) for word in rest if word))
    return _show(ctx, read_day(" ".join(ctx.args)) if ctx.args else ctx.today)


def _show(ctx: Context, day: date) -> Message:
    """The rules of a day; those of an earlier charter where that held."""
    held = [one.charter for one in ctx.alliance.charters if one.since <= day]
    return ctx.write(
        "charter",
        charter=held[-1] if held else ctx.alliance.charters[0].charter,
        day=day,
        began=bool(held),
        coming=_coming(ctx),
        offers=_offers(ctx),
    )


def _offers(ctx: Context) -> str:
    if not ctx.actor.secretariat:
        return ""
    return "undo" if _coming(ctx) else "change" if _others(ctx) else ""


def _coming(ctx: Context) -> Adoption | None:
    """What is to follow, if anything is written down."""
    return next((one for one in ctx.alliance.charters if one.since > ctx.today), None)


def _others(ctx: Context) -> tuple[Charter, ...]:
    """The charters we have that the alliance has never had, nor is to have."""
    had = {one.charter.key for one in ctx.alliance.charters}
    return tuple(charters.charter(key) for key in charters.charter_keys() if key not in had)


# ----------------------------------------------------------------------------------------------- another charter


def _change(ctx: Context, words: tuple[str, ...]) -> Message:
    """Ask which and from when, show what it changes, and write it down once that is confirmed."""
    ctx.check_secretariat()
    sealed = len(words) > 2 and fold(words[-2]) in CONFIRM
    key, *day = (words[:-2] if sealed else tuple(word for word in words if fold(word) not in CONFIRM)) or ("",)
    typed = {"charter": ctx.answers.get("charter", key), "day": ctx.answers.get("day", " ".join(day))}
    errors: dict[str, Refused] = {}
    coming = _coming(ctx)
    if sealed and coming and [key, *day] == [coming.charter.key, coming.since.isoformat()]:
        return _planned(ctx, coming)  # the same button again
    try:
        after, since = _asked(ctx, typed)
    except Refused as refusal:
        errors = {"day" if "day" in refusal.reason else "charter": refusal}
        return _form(ctx, typed, errors if ctx.answers or words else {})
    if not sealed or words[-1] != _seal(ctx, after, since):
        return _preview(ctx, after, since)
    write_adoptions(ctx.connection, ctx.alliance.id, (*ctx.alliance.charters, Adoption(after, since)))
    # Before its day, so that its people can be entered in time; they take part from then on.
    enter_parties(ctx.connection, register.alliance(ctx.connection, ctx.alliance.id), ctx.now)
    ctx.note("charter_change_planned", f"charter:{after.hash[:12]}", label=after.name.da, day=since.isoformat())
    return _planned(ctx, Adoption(after, since))


def _planned(ctx: Context, coming: Adoption) -> Message:
    return ctx.write("charter_change_planned", charter=coming.charter, since=coming.since)


def _seal(ctx: Context, after: Charter, since: date) -> str:
    """Names what was shown: a confirmation counts for these rules, the one after the other, from this day."""
    shown = f"{ctx.alliance.charter.hash} {after.hash} {since.isoformat()}"
    return hashlib.sha256(shown.encode()).hexdigest()[:SEAL_LENGTH]


def _asked(ctx: Context, typed: dict[str, str]) -> tuple[Charter, date]:
    wanted = fold(typed["charter"])
    names = {fold(name): one for one in _others(ctx) for name in (one.key, one.name.da, one.name.en)}
    if wanted not in names:
        raise Refused("charter_unknown", got=typed["charter"], known=tuple(one.name for one in _others(ctx)))
    since = read_day(typed["day"])
    check_adoption(ctx.alliance.charters, names[wanted], since, ctx.today)
    return names[wanted], since


def _form(ctx: Context, typed: dict[str, str], errors: dict[str, Refused]) -> Message:
    said = {key: ctx.say(f"refused.{refusal.reason}", **refusal.facts) for key, refusal in errors.items()}
    return ctx.write("charter_change_form", charters=_others(ctx), typed=typed, errors=said)


def _preview(ctx: Context, after: Charter, since: date) -> Message:
    before = ctx.alliance.charter
    gone = lapsing(before, after, since)
    owed = [a.requirement for a in accounts.accounts(ctx.connection, ctx.alliance, ctx.today) if a.standing.owes]
    lapse = Counter(requirement.title for requirement in owed if requirement.key in gone)
    return ctx.write(
        "charter_change_preview",
        before=before,
        after=after,
        since=since,
        changes=changes(before, after, since),
        lapsing=tuple(lapse.items()),
        without_chair=_without_chair(ctx, after, since),
        without_secretariat=_without_secretariat(ctx, after, since),
        seal=_seal(ctx, after, since),
    )


def _without_chair(ctx: Context, after: Charter, since: date) -> bool:
    """Whether the secretariat is to follow a chair whom nobody has entered yet."""
    return after.secretariat.organisation is None and _home(ctx, after, since) is None


def _without_secretariat(ctx: Context, after: Charter, since: date) -> str:
    """Who is to run the secretariat and has nobody for it on the day; empty where that is in order, or not known."""
    home, code = _home(ctx, after, since), after.secretariat.organisation
    if home is not None:
        offices = register.offices_on(ctx.connection, ctx.alliance.id, since, [home])
        serving = (*offices.holders(home, after.secretariat.office), *offices.acting(home, after.secretariat.office))
        known = register.organisations(ctx.connection, ctx.alliance.id, since, [home])
        return "" if serving else known[home].name
    return next((p.name.in_(ctx.language) for p in after.parties if p.code == code), code or "")


def _home(ctx: Context, after: Charter, since: date) -> int | None:
    return actors.secretariat_home(ctx.connection, replace(ctx.alliance, charter=after), since)


def _withdraw(ctx: Context, words: tuple[str, ...]) -> Message:
    """Show what would stay as it is, and take the change back once that is confirmed."""
    ctx.check_secretariat()
    coming = _coming(ctx)
    if coming is None:
        raise Refused("charter_nothing_coming")
    before, seal = ctx.alliance.charter, _seal(ctx, coming.charter, coming.since)
    if not (len(words) == 2 and words[0] in CONFIRM and words[1] == seal):
        told = changes(before, coming.charter, coming.since)
        facts = {"before": before, "after": coming.charter, "since": coming.since, "changes": told}
        return ctx.write("charter_undo_preview", **facts, seal=seal)
    kept = tuple(one for one in ctx.alliance.charters if one != coming)
    write_adoptions(ctx.connection, ctx.alliance.id, kept)
    as_before = register.alliance(ctx.connection, ctx.alliance.id)
    take_back_parties(ctx.connection, as_before, coming, ctx.now)
    ctx.note("charter_change_withdrawn", f"charter:{coming.charter.hash[:12]}", label=coming.charter.name.da)
    return ctx.write("charter_change_withdrawn", charter=ctx.alliance.charter, withdrawn=coming.charter)


COMMAND = Command("charter", ("vedtægt", "vedtaegt", "charter", "regler", "rules"), "look", handle)
