"""``handling 12``: one action of a climate action plan; ``handling ny``, ``handling 12 opdater``.

``handling 12 udført``, ``handling 12 i gang``, ``handling 12 uændret`` say it without a form.
Every update is kept; ``handling 12 fortryd`` takes the newest back, and the one before it holds again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from alliance.errors import Refused
from alliance.messages import Message
from alliance.names import fold
from alliance.plan_actions import ActionState, PlanAction, Track, faults
from bot.commands.duties.evidence import read_day
from bot.commands.plans.action_record import about, entries_meant, named, note_and_tell, own_member, shown
from bot.context import Command, Context, read_number
from storage.changes import plan_actions as changes
from storage.queries import plan_actions, plans

FIELDS = ("title", "track", "theme", "state", "owner", "due", "note")
NEW, UPDATE, BACK = ("ny", "new", "add"), ("opdater", "ret", "update", "correct"), ("fortryd", "undo")
UNCHANGED = ("uaendret", "unchanged")
TURNED: dict[str, ActionState] = {
    "planlagt": "planned",
    "planned": "planned",
    "i gang": "under_way",
    "igang": "under_way",
    "begyndt": "under_way",
    "under way": "under_way",
    "begun": "under_way",
    "udfoert": "done",
    "faerdig": "done",
    "done": "done",
    "finished": "done",
    "opgivet": "given_up",
    "given up": "given_up",
}
"""What is said of an action, folded, and the state that means."""


def handle(ctx: Context) -> Message:
    verb = fold(ctx.args[0]) if ctx.args else ""
    if verb in NEW:
        return _new(ctx)
    if read_number(verb) is None:
        raise Refused("plan_action_which")
    found = entries_meant(ctx, verb)
    if len(ctx.args) == 1:
        return shown(ctx, found[0].number)
    return _changed(ctx, found)


def _changed(ctx: Context, found: tuple[PlanAction, ...]) -> Message:
    """What is done to an action by whoever may; ``#45`` in the words of a button is the entry it was shown from."""
    old, said = found[0], [word for word in ctx.args[1:] if not word.startswith("#")]
    verb, words = fold(said[0]) if said else "", fold(" ".join(said))
    known = words in TURNED or words in UNCHANGED or verb in (*UPDATE, *BACK)
    if not known:
        raise Refused("plan_action_verb", got=" ".join(ctx.args[1:]), number=old.number)
    ctx = about(ctx, named(ctx, [old.organisation_id])[old.organisation_id])
    if verb in BACK:
        return _back(ctx, found, said[1:])
    if any(word.startswith("#") and word != f"#{old.id}" for word in ctx.args[1:]):
        if not ctx.answers and old.recorded_by == ctx.actor.person.id and TURNED.get(words) == old.state:
            return shown(ctx, old.number)  # the same button, pressed again
        raise Refused("plan_action_changed", number=old.number, by=old.recorded_by_name, at=old.recorded_at)
    if verb in UPDATE:
        return _written(ctx, old)
    return _turned(ctx, old, TURNED.get(words, old.state), still=words in UNCHANGED)


def _turned(ctx: Context, old: PlanAction, state: ActionState, *, still: bool) -> Message:
    """The action as it was, in another state; or as it is, which is news once a day (``still``)."""
    if state == old.state and not (still and _day(ctx, old) < ctx.today):
        return shown(ctx, old.number)
    return _saved(ctx, replace(old, state=state, note=""), "still" if still else "updated")


# --------------------------------------------------------------------------------------------------- in a form


def _new(ctx: Context) -> Message:
    """An action of a member that has a plan."""
    organisation = own_member(ctx)
    if organisation is None or organisation.kind != ctx.alliance.charter.member_kind:
        raise Refused("plan_action_whose")
    ctx = about(ctx, organisation)
    if not plans.records_of(ctx.connection, ctx.alliance, [organisation])[0].plans:
        raise Refused("plan_none", organisation=organisation.name)
    return _written(ctx, None)


def _written(ctx: Context, old: PlanAction | None) -> Message:
    """A new action (``old`` None), or how an old one stands by now."""
    typed = _typed(ctx) if ctx.answers else _prefilled(ctx, old)
    due, themes = read_day(typed["due"]), ctx.alliance.charter.themes
    errors = faults(typed, due, (theme.key for theme in themes)) if ctx.answers else {}
    if not ctx.answers or errors or due is None:
        return ctx.write(
            "plan_action_form",
            organisation=ctx.organisation,
            old=old,
            themes=themes,
            typed=typed,
            errors=errors,
            prefix=ctx.prefix_for(ctx.organisation),
            on_behalf=ctx.on_behalf,
        )
    entry = PlanAction(
        id=0,
        number=old.number if old else 0,
        organisation_id=ctx.organisation.id,
        title=" ".join(typed["title"].split()),
        track=cast(Track, typed["track"]),
        theme=typed["theme"],
        owner=" ".join(typed["owner"].split()),
        due=due,
        state=cast(ActionState, typed["state"]),
        note=typed["note"],
        recorded_at=ctx.now,
        recorded_by=ctx.actor.person.id,
    )
    if old is not None:
        told_today = old.says == entry.says and old.note == entry.note and _day(ctx, old) == ctx.today
        return shown(ctx, old.number) if told_today else _saved(ctx, entry, "updated")
    known = plan_actions.actions(ctx.connection, ctx.alliance.id, [ctx.organisation.id])
    twin = next((one for one in known if one.says == entry.says), None)
    return shown(ctx, twin.number, "twin") if twin else _saved(ctx, entry, "added")


def _typed(ctx: Context) -> dict[str, str]:
    return {key: "\n".join(ctx.answers.get(key, "").strip().splitlines()) for key in FIELDS}


def _prefilled(ctx: Context, old: PlanAction | None) -> dict[str, str]:
    """What stands in the form; ``handling ny Varmeplan for midtbyen`` begins one of that name."""
    if old is None:
        return dict.fromkeys(FIELDS, "") | {"title": " ".join(ctx.args[1:]), "state": "planned"}
    standing: Mapping[str, str] = {key: str(getattr(old, key)) for key in ("title", "track", "theme", "state", "owner")}
    return {**standing, "due": old.due.isoformat(), "note": ""}


def _saved(ctx: Context, entry: PlanAction, said: str) -> Message:
    entry = replace(entry, recorded_at=ctx.now, recorded_by=ctx.actor.person.id, on_behalf=ctx.on_behalf)
    number = changes.add_entry(ctx.connection, ctx.alliance.id, entry)
    written = entries_meant(ctx, str(number))[0]
    note_and_tell(ctx, "plan_action_added" if said == "added" else "plan_action_updated", written)
    return shown(ctx, number, said)


def _day(ctx: Context, action: PlanAction) -> date:
    return ctx.alliance.charter.calendar.day(action.recorded_at)


# ----------------------------------------------------------------------------------------------------- undo


def _back(ctx: Context, found: tuple[PlanAction, ...], said: list[str]) -> Message:
    """Take the newest entry back, as its button names it (``h45``); without one, it is shown what there is."""
    newest = found[0]
    if not said:
        return shown(ctx, newest.number)
    if said[0] != f"h{newest.id}":
        raise Refused("plan_action_not_the_newest", got=said[0], number=newest.number)
    changes.withdraw_entry(ctx.connection, ctx.alliance.id, newest.id, ctx.actor.person.id, ctx.now)
    note_and_tell(ctx, "plan_action_back", newest)
    if len(found) > 1:
        return shown(ctx, newest.number, "taken_back")
    return ctx.write("plan_action_gone", action=newest, organisation=ctx.organisation, prefix=ctx.prefix)


COMMAND = Command("plan_action", ("handling", "action"), "look", handle, of_any=True)
