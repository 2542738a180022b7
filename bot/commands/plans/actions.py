"""``handlinger``: the actions of my member's plan; of all members for whoever speaks for none.

``handlinger forældede``, ``handlinger tilpasning``, ``handlinger varmepumper``: some of everybody's.
"""

from __future__ import annotations

from collections.abc import Callable

from alliance.messages import Message
from alliance.names import fold
from alliance.plan_actions import PlanAction, by_need, progress
from bot.commands.plans.action_record import is_theirs, members_on, named, own_member
from bot.context import Command, Context
from bot.paging import WORDS, asked_page, page_of
from storage.queries import plan_actions

PAGE = 10
Fits = Callable[[PlanAction], bool]


def handle(ctx: Context) -> Message:
    asked, number = asked_page(ctx.args)
    if asked and fold(asked[0]) in WORDS:
        asked = ()
    member = own_member(ctx) if ctx.member or not asked else None
    ids = [member.id] if member else ctx.actor.own if not asked and len(ctx.actor.own) > 1 else None
    among = members_on(ctx, ctx.today) if ids is None else set(ids)
    known = [one for one in plan_actions.actions(ctx.connection, ctx.alliance.id, ids) if one.organisation_id in among]
    names = {id_: one.name for id_, one in named(ctx, {one.organisation_id for one in known}).items()}
    calendar, wanted = ctx.alliance.charter.calendar, [_filter(ctx, word, names) for word in asked]
    found = by_need((one for one in known if all(fits(one) for fits in wanted)), calendar, ctx.today)
    page = page_of(found, number, PAGE)
    return ctx.write(
        "plan_actions",
        actions=tuple((one, names[one.organisation_id]) for one in page.rows),
        progress=progress(found, calendar, ctx.today),
        stale=frozenset(one.number for one in page.rows if one.is_stale(calendar, ctx.today)),
        of=len(known),
        asked=" ".join(asked),
        page=page.number,
        pages=page.pages,
        day=ctx.today,
        organisation=member,
        theirs=member is not None and is_theirs(ctx, member.id),
        prefix=ctx.prefix_for(member) if member else "",
    )


def _filter(ctx: Context, word: str, names: dict[int, str]) -> Fits:
    """Which actions a word asks for: how they stand, their track, or what they, their theme or member are called."""
    wanted, calendar, day = fold(word), ctx.alliance.charter.calendar, ctx.today
    if wanted in ("alle", "all"):
        return lambda one: True
    if wanted in ("foraeldede", "stale"):
        return lambda one: one.is_stale(calendar, day)
    if wanted in ("forsinkede", "late"):
        return lambda one: one.is_late(day)
    if wanted in ("aabne", "open"):
        return lambda one: one.is_open
    if wanted in ("reduktion", "reduction"):
        return lambda one: one.track == "reduction"
    if wanted in ("tilpasning", "adaptation"):
        return lambda one: one.track == "adaptation"
    if wanted in ("udfoerte", "done"):
        return lambda one: one.state == "done"
    themes = {theme.key: f"{theme.title.da} {theme.title.en}" for theme in ctx.alliance.charter.themes}
    return lambda one: one.holds(word, names[one.organisation_id], themes.get(one.theme, ""))


COMMAND = Command("plan_actions", ("handlinger", "actions"), "look", handle, of_any=True)
