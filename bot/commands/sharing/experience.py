"""``erfaringer``: what members have shared; ``erfaringer varmepumper ringsted`` finds some, ``erfaring 12`` is one."""

from __future__ import annotations

from dataclasses import replace

from alliance.errors import Refused
from alliance.experience import Experience, found, meant
from alliance.messages import Message
from alliance.names import fold
from alliance.silence import MONTHS, silent
from bot.commands.duties import withdraw
from bot.commands.secretariat import silent as silence
from bot.commands.sharing.record import check_reader, note, shares, shown, themes
from bot.context import Command, Context, NotTheirs, read_number
from bot.paging import asked_page, page_of
from storage.changes import experience as changes
from storage.queries import experience as experiences
from storage.queries import register

THEME, BACK, MISSING = ("tema", "theme"), ("fortryd", "undo"), ("mangler", "missing")
ON_A_PAGE = 10


def handle(ctx: Context) -> Message:
    check_reader(ctx)
    words, number = asked_page(ctx.args)
    if [fold(word) for word in words] in ([word] for word in MISSING):
        return _missing(ctx)
    one = _meant(ctx, words)
    if one is None:
        return _list(ctx, " ".join(words), number)
    if len(words) == 1:
        return shown(ctx, one.id)
    if not ctx.actor.may("act_for_member", one.organisation_id):
        raise NotTheirs("experience_not_yours", id=one.id)
    return _back(ctx, one) if fold(words[1]) in BACK else _theme(ctx, one, " ".join(words[2:]))


def _meant(ctx: Context, words: tuple[str, ...]) -> Experience | None:
    """The one whose number was given; None where it is words that are looked for. Raises Refused."""
    number = read_number(words[0]) if words else None
    acts = len(words) > 1 and fold(words[1]) in (*THEME, *BACK)
    if number is None or (len(words) > 1 and not acts):
        return None
    one = experiences.experience(ctx.connection, ctx.alliance.id, number)
    if one is not None and one.withdrawn_at is not None:
        raise Refused("experience_back", id=number)
    if one is None and acts:
        raise Refused("experience_none", got=words[0])
    return one


def _list(ctx: Context, text: str, number: int) -> Message:
    known = experiences.entries(ctx.connection, ctx.alliance, ctx.today)
    if ctx.member:
        known = tuple(entry for entry in known if entry.organisation.id == ctx.organisation.id)
    hits = found(known, text)
    page = page_of(hits, number, ON_A_PAGE)
    return ctx.write(
        "experiences",
        entries=page.rows,
        total=len(hits),
        of=len(known),
        asked=text,
        page=page.number,
        pages=page.pages,
        meant=() if hits else meant(known, text),
        member=ctx.member.name if ctx.member else "",
        shares=shares(ctx),
    )


def _theme(ctx: Context, one: Experience, typed: str) -> Message:
    """Say what it is about; without a theme, offer them."""
    if not typed:
        return shown(ctx, one.id, choosing=True)
    wanted = fold(typed)
    known = {theme.key: (theme.key, fold(theme.title.da), fold(theme.title.en)) for theme in themes(ctx)}
    fits = [key for key, names in known.items() if any(name.startswith(wanted) for name in names)]
    if len(fits) != 1:
        offered = tuple(theme.title.in_(ctx.language) for theme in themes(ctx))
        raise Refused("experience_theme", got=typed, known=offered, id=one.id)
    if changes.set_theme(ctx.connection, ctx.alliance.id, one.id, fits[0]):
        note(ctx, "experience_theme", one)
    return shown(ctx, one.id, "theme")


def _back(ctx: Context, one: Experience) -> Message:
    """Take it back; what is also evidence is taken back as that."""
    if one.settlement_id is not None:
        return withdraw.handle(replace(ctx, args=(str(one.settlement_id),)))
    changes.withdraw_experience(ctx.connection, ctx.alliance.id, one.id, ctx.actor.person.id, ctx.now)
    note(ctx, "experience_withdrawn", one)
    return ctx.write("experience_back", id=one.id, what=one.what)


def _missing(ctx: Context) -> Message:
    """The members that have shared nothing for a year, for those who oversee them."""
    if not ctx.actor.may("oversee"):
        raise Refused("experience_overseen")
    calendar = ctx.alliance.charter.calendar
    last = {id_: calendar.day(at) for id_, at in experiences.last_shared(ctx.connection, ctx.alliance.id).items()}
    known = register.memberships(ctx.connection, ctx.alliance.id)
    seen = known if ctx.actor.secretariat else [m for m in known if m.organisation_id in ctx.actor.advised]
    lacking = silent(seen, last, ctx.alliance.obligations_since, MONTHS, ctx.today)
    return ctx.write(
        "experience_missing",
        lacking=silence.named(ctx, lacking),
        members=sum(m.role == "member" and m.validity.covers(ctx.today) for m in seen),
        months=MONTHS,
    )


COMMAND = Command("experience", ("erfaringer", "erfaring", "viden", "experience"), "look", handle, of_any=True)
