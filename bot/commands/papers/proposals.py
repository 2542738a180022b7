"""``foreslå``: a member proposes an item; ``forslag``: the secretariat accepts or declines it, and the member hears."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from alliance.agendas import LONGEST_HEADING, LONGEST_TEXT, AgendaItem, ItemState, check_open
from alliance.errors import Refused
from alliance.meetings import Meeting
from alliance.messages import Message
from alliance.names import fold
from alliance.notifications import Notification, proposal_decided
from alliance.papers import ITEM_KINDS, ItemKind
from bot.commands.papers.agenda import draft
from bot.commands.papers.drafting import as_proposal, begun, body_meeting, item_of, note_item
from bot.context import Command, Context
from storage.changes import agendas as changes
from storage.queries import actors, agendas, register
from storage.queries.recipients import speaking_for

FIELDS = ("heading", "kind", "case")
ACCEPT, DECLINE = ("optag", "accept"), ("afvis", "decline")


def handle(ctx: Context) -> Message:
    meeting, _ = body_meeting(ctx, ctx.args)
    check_open(meeting, ctx.now)
    typed = ctx.typed(*FIELDS)
    errors = _errors(typed) if ctx.answers else {}
    if not ctx.answers or errors:
        typed = typed if ctx.answers else {**typed, "kind": "discussion"}
        return ctx.write(
            "propose_form",
            meeting=meeting,
            organisation=ctx.organisation.name,
            typed=typed,
            errors=errors,
            prefix=ctx.prefix,
        )
    _propose(ctx, meeting, typed)
    return ctx.write("proposed", meeting=meeting, heading=typed["heading"], prefix=ctx.prefix)


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["heading"]:
        errors["heading"] = "item_heading_missing"
    elif len(typed["heading"]) > LONGEST_HEADING:
        errors["heading"] = "item_heading_too_long"
    if typed["kind"] not in ITEM_KINDS:
        errors["kind"] = "item_kind_missing"
    if not typed["case"]:
        errors["case"] = "item_case_missing"
    elif len(typed["case"]) > LONGEST_TEXT:
        errors["case"] = "item_too_long"
    return errors


def _propose(ctx: Context, meeting: Meeting, typed: Mapping[str, str]) -> None:
    """Keep the proposal and tell the secretariat; the same one again changes nothing."""
    items = agendas.items(ctx.connection, ctx.alliance.id, meeting.id)
    item = AgendaItem(
        0,
        meeting.id,
        max((old.position for old in items), default=0) + 1,
        cast(ItemKind, typed["kind"]),
        " ".join(typed["heading"].split()),
        case=typed["case"],
        state="proposed",
        proposed_by=ctx.actor.person.id,
        proposed_for=ctx.organisation.id,
    )
    if any(_same(old, item) for old in items):
        return
    number = changes.add_item(ctx.connection, ctx.alliance.id, item, ctx.actor.person.id, ctx.now)
    note_item(ctx, "item_proposed", replace(item, id=number))
    asked = speaking_for(ctx.connection, ctx.alliance, item, ctx.today) if ctx.on_behalf else _secretariat(ctx)
    for person in asked:
        ctx.post(Notification("proposal", f"item:{number}", "proposed", person, _facts(meeting, number)))


def _same(old: AgendaItem, new: AgendaItem) -> bool:
    proposed = (old.heading, old.case, old.proposed_for) == (new.heading, new.case, new.proposed_for)
    return proposed and old.state in ("proposed", "accepted")


def _secretariat(ctx: Context) -> tuple[int, ...]:
    """Everybody who works for the secretariat today."""
    rule = ctx.alliance.charter.secretariat
    home = actors.secretariat_home(ctx.connection, ctx.alliance, ctx.today)
    offices = register.offices_on(ctx.connection, ctx.alliance.id, ctx.today)
    if home is None:
        return ()
    return tuple(dict.fromkeys((*offices.holders(home, rule.office), *offices.acting(home, rule.office))))


def _facts(meeting: Meeting, item_id: int) -> dict[str, object]:
    return {"item": item_id, "thread": f"meeting:{meeting.id}"}


# -------------------------------------------------------------------------------------------- what becomes of it


def handle_proposal(ctx: Context) -> Message:
    item, meeting = item_of(ctx, ctx.args[0] if ctx.args else "", "no_such_proposal")
    if item.proposed_by is None:
        raise Refused("no_such_proposal", got=ctx.args[0])
    verb = fold(ctx.args[1]) if len(ctx.args) > 1 else ""
    if verb not in (*ACCEPT, *DECLINE):
        return ctx.write("proposal", meeting=meeting, proposal=as_proposal(ctx, item), asks=True)
    wanted: ItemState = "accepted" if verb in ACCEPT else "declined"
    if wanted == "accepted":  # a proposal can be declined for ever: whoever made it is owed an answer
        check_open(meeting, ctx.now)
    if item.state == wanted and ctx.asked_at is None:  # the same button again
        return draft(ctx, meeting)
    if item.state != "proposed":
        raise Refused("proposal_decided", heading=item.heading)
    return _accept(ctx, item, meeting) if wanted == "accepted" else _decline(ctx, item, meeting)


def _accept(ctx: Context, item: AgendaItem, meeting: Meeting) -> Message:
    """Put it on the agenda after what stands there: the standing items too, if nobody has written any yet."""
    last = max(other.position for other in begun(ctx, meeting) if other.id != item.id)
    _decide(ctx, replace(item, position=last + 1), meeting, "accepted", _reason(ctx))
    return draft(ctx, meeting)


def _decline(ctx: Context, item: AgendaItem, meeting: Meeting) -> Message:
    reason = _reason(ctx)
    if not reason or len(reason) > LONGEST_TEXT:
        errors = {"reason": "item_too_long" if reason else "decline_missing"} if ctx.answers else {}
        return ctx.write("decline_form", proposal=as_proposal(ctx, item), typed={"reason": reason}, errors=errors)
    _decide(ctx, item, meeting, "declined", reason)
    return draft(ctx, meeting)


def _reason(ctx: Context) -> str:
    return ctx.typed("reason")["reason"]


def _decide(ctx: Context, item: AgendaItem, meeting: Meeting, state: ItemState, reason: str) -> None:
    """Write what became of it, and tell the member that proposed it."""
    after = replace(item, state=state, reason=reason)
    written = changes.change_item(ctx.connection, ctx.alliance.id, item, after, ctx.actor.person.id, ctx.now)
    assert written  # the transaction is ours alone
    note_item(ctx, f"proposal_{state}", after, reason=reason)
    tell_proposer(ctx, after)


def tell_proposer(ctx: Context, item: AgendaItem) -> None:
    """Tell the member that proposed an item what has become of it; nobody, if no member did."""
    for person in speaking_for(ctx.connection, ctx.alliance, item, ctx.today):
        ctx.post(proposal_decided(item, item.state, person))


PROPOSE = Command(
    "propose", ("foreslå", "foreslaa", "propose"), "act_for_member", handle, about_member=True, own_words=True
)
PROPOSAL = Command("proposal", ("forslag", "proposal"), "run_secretariat", handle_proposal, secretariat=True)
