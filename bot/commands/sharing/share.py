"""``del``: share what my municipality has learned, so that the others can find it; ``del Fælles indkøb https://…``."""

from __future__ import annotations

from collections.abc import Mapping

from alliance.charter import Requirement
from alliance.experience import LONGEST
from alliance.messages import Message
from alliance.names import fold
from alliance.obligations import Settlement
from alliance.validity import Validity
from bot.commands.duties.evidence import is_link
from bot.commands.sharing.record import add, check_is_member, check_reader, note, shown, themes
from bot.context import Command, Context
from storage.changes import facts
from storage.queries import experience as experiences

FIELDS = ("what", "link", "theme")
SMALL_WORDS = ("erfaring", "erfaringen", "experience", "en", "an")


def handle(ctx: Context) -> Message:
    check_reader(ctx)
    check_is_member(ctx)
    typed = {key: ctx.answers.get(key, "").strip() for key in FIELDS} if ctx.answers else _typed(ctx.args)
    errors = _errors(ctx, typed) if any(typed.values()) or ctx.answers else {}
    if errors or not typed["what"]:
        return _form(ctx, typed, errors)
    return _shared(ctx, typed)


def _typed(args: tuple[str, ...]) -> dict[str, str]:
    """What stands after the command: a link in it is the link, what is left is what it is about."""
    words = list(args)
    while words and fold(words[0].rstrip(":")) in SMALL_WORDS:
        words.pop(0)
    link = next((word for word in words if is_link(word)), "")
    return {"what": " ".join(word for word in words if word != link), "link": link, "theme": ""}


def _errors(ctx: Context, typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["what"]:
        errors["what"] = "share_what_missing"
    if len(typed["what"]) > LONGEST:
        errors["what"] = "share_too_long"
    if typed["link"] and not is_link(typed["link"]):
        errors["link"] = "share_link_wrong"
    if typed["theme"] and typed["theme"] not in {theme.key for theme in themes(ctx)}:
        errors["theme"] = "theme_missing"
    return errors


def _form(ctx: Context, typed: Mapping[str, str], errors: Mapping[str, str]) -> Message:
    met = ctx.alliance.charter.shared_evidence_on(ctx.today)
    return ctx.write(
        "share_form",
        organisation=ctx.organisation,
        themes=themes(ctx),
        typed=typed,
        errors=errors,
        requirement=met[0] if met else None,
        on_behalf=ctx.on_behalf,
        prefix=ctx.prefix,
    )


def _shared(ctx: Context, typed: Mapping[str, str]) -> Message:
    """Write it down once: what stands already in the same words is shown as it stands."""
    what = " ".join(typed["what"].split())
    known = experiences.shared(ctx.connection, ctx.alliance.id)
    says = (ctx.organisation.id, what, typed["link"])
    twin = next((one for one in known if (one.organisation_id, one.what, one.link) == says), None)
    if twin:
        return shown(ctx, twin.id, "twin")
    settled, requirement = _settled(ctx, what, typed["link"])
    added = add(ctx, what, typed["link"], typed["theme"], settled)
    one = experiences.experience(ctx.connection, ctx.alliance.id, added)
    assert one is not None
    note(ctx, "experience_shared", one)
    return shown(ctx, added, "shared", counts=requirement.number if requirement else "")


def _settled(ctx: Context, what: str, link: str) -> tuple[int | None, Requirement | None]:
    """Let it meet what the charter asks, where it asks members to share; returns the fact that does."""
    asked = ctx.alliance.charter.shared_evidence_on(ctx.today)
    owed = [account for account in ctx.accounts() if asked and account.requirement.key == asked[0].key]
    if asked is None or not owed:
        return None, None
    requirement, kind = asked
    account = max(owed, key=lambda one: one.obligation.period.start)
    fact = Settlement(
        id=0,
        obligation_id=account.obligation.id,
        organisation_id=ctx.organisation.id,
        requirement=requirement.key,
        kind="evidence",
        result=kind.counts,
        what=what,
        link=link,
        validity=Validity(account.obligation.period.nearest(ctx.today)),
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
        on_behalf=ctx.on_behalf,
        evidence=kind.key,
    )
    added = facts.add_settlement(ctx.connection, ctx.alliance.id, fact)
    if ctx.on_behalf:
        ctx.tell_member(account, f"settlement:{added}", what)
    return added, requirement


COMMAND = Command("share", ("del", "share"), "act_for_member", handle, about_member=True, own_words=True)
