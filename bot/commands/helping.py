"""``hjælp``: what I can ask, the most useful first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from alliance.charter import Charter
from alliance.members import Organisation
from alliance.messages import Message
from alliance.names import danish_key
from bot.context import Command, Context
from storage.queries import meetings, oversight, register

FOR_MEMBERS = (
    "list",
    "report",
    "rsvp",
    "evidence",
    "plan",
    "plan_actions",
    "plans",
    "experience",
    "share",
    "ask",
    "question",
    "figures",
    "show",
    "snooze",
    "hand_over",
    "contacts",
    "proxy",
    "address",
    "end_term",
    "seats",
    "withdraw",
    "meeting",
    "calendar",
    "agenda",
    "propose",
    "framework",
    "policy_ask",
    "minutes",
    "decisions",
    "comment",
    "paper",
    "own_data",
    "charter",
    "about",
)
FOR_HELPERS = ("list", "report", "rsvp", "evidence", "show", "snooze", "decline", "withdraw")
"""What there is to ask for who was handed something and has no office."""
FOR_ADVISERS = ("board", "missing", "silent")
"""What comes first for who advises members; then what members can ask, on their behalf."""
FOR_GOVERNING = ("overview",)
"""What comes first for who has a seat in the governing body."""
FOR_SECRETARIAT = (
    "board",
    "overview",
    "missing",
    "silent",
    "plans",
    "plan",
    "plan_actions",
    "experience",
    "share",
    "question",
    "ask",
    "show",
    "attendance",
    "evidence",
    "exemption",
    "withdraw",
    "contacts",
    "office",
    "proxy",
    "address",
    "end_term",
    "seats",
    "seat",
    "accession",
    "changeover",
    "code",
    "tasks",
    "task",
    "year",
    "meeting",
    "message",
    "journal",
    "why",
    "outbox",
    "rsvp",
    "report",
    "figures",
    "agenda",
    "item",
    "attachment",
    "agenda_publish",
    "supplement",
    "proposal",
    "framework",
    "policy_ask",
    "minutes",
    "decisions",
    "comment",
    "dispatch",
    "paper",
    "own_data",
    "charter",
    "about",
)

ONLY_WITH = {
    "board": "anything",
    "missing": "anything",
    "exemption": "anything",
    "report": "report",
    "figures": "report",
    "attendance": "attendance",
}
"""What there is nothing to ask of where the charter requires nothing, or nothing that is settled in this way."""


def _has_sense(charter: Charter, today: date) -> Callable[[str], bool]:
    required = charter.requirements_on(today)
    there = {need.settled_by for need in required} | ({"anything"} if required else set())
    return lambda name: name not in ONLY_WITH or ONLY_WITH[name] in there


OF_ONES_OWN = ("settings", "quiet", "away", "language")


OF_A_MEMBER = ("list", "contacts", "figures", "plan")
"""What there is to see of one member."""


def handle(ctx: Context) -> Message:
    if ctx.member is not None:
        return _about(ctx, ctx.member)
    names, reference = _of_their_part(ctx), ctx.alliance.charter.about.reference
    names = tuple(filter(_has_sense(ctx.alliance.charter, ctx.today), names))
    organisations = register.organisations(
        ctx.connection, ctx.alliance.id, ctx.today, {term.organisation_id for term in ctx.actor.terms}
    )
    roles = tuple(
        f"{ctx.alliance.charter.office(t.office).title.in_(ctx.language)}, {organisations[t.organisation_id].name}"
        for t in ctx.actor.terms
    )
    return ctx.write(
        "help",
        names=(*names, *OF_ONES_OWN),
        person=ctx.actor.person.name,
        roles=roles,
        examples=_examples(ctx),
        reference=reference.in_(ctx.language) if reference else "",
    )


def _about(ctx: Context, member: Organisation) -> Message:
    """What can be asked of one member whose name was said: everything by who acts for it, its plan by everybody."""
    theirs = ctx.actor.may("act_for_member", member.id)
    names = (*OF_A_MEMBER, *(("message",) if ctx.actor.secretariat else ())) if theirs else ("plan",)
    there = tuple(filter(_has_sense(ctx.alliance.charter, ctx.today), names))
    return ctx.write("member_help", organisation=member, names=there)


def _examples(ctx: Context) -> dict[str, str]:
    """What the examples are about: a member, a meeting, an event and a requirement that there are in this alliance."""
    meeting, required = _some_meeting(ctx), ctx.alliance.charter.requirements_on(ctx.today)
    events = (need.event_word.in_(ctx.language) for need in required if need.event_word)
    needs = (need.number for need in required if need.settled_by == "evidence")
    return {
        "member": _some_member(ctx),
        "meeting": meeting,
        "event": next(events, meeting),
        "need": next(needs, "A12"),
    }


def _some_member(ctx: Context) -> str:
    """A member whose name stands before a command in the examples; "" for who has only the one."""
    own = ctx.actor.organisations
    if not ctx.actor.secretariat and len(own) == 1:
        return ""
    names = register.member_names(ctx.connection, ctx.alliance.id)
    if own and not ctx.actor.secretariat:
        mine = register.organisations(ctx.connection, ctx.alliance.id, ctx.today, own)
        names = {one.code: one.name for one in mine.values()}
    return min(names.values(), key=danish_key, default="")


def _some_meeting(ctx: Context) -> str:
    """A meeting of a body as it is called in a command: the next one, else as the first of the year would be."""
    for meeting in meetings.ahead(ctx.connection, ctx.alliance, ctx.today):
        if meeting.of_body:
            return meeting.named_in(ctx.language)
    bodies = [ctx.alliance.charter.body(cadence.body) for cadence in ctx.alliance.charter.meetings]
    return f"{bodies[0].word.in_(ctx.language)} 1/{ctx.today.year}" if bodies else ""


def _of_their_part(ctx: Context) -> tuple[str, ...]:
    """What they can ask by what they have to do with the alliance."""
    if ctx.actor.secretariat:
        return FOR_SECRETARIAT
    if ctx.actor.handed and not ctx.actor.terms:
        return FOR_HELPERS
    handed = ("decline",) if ctx.actor.handed else ()
    governing = FOR_GOVERNING if oversight.sees(ctx.connection, ctx.alliance, ctx.actor, ctx.today) else ()
    return (*handed, *governing, *(FOR_ADVISERS if ctx.actor.advised else ()), *FOR_MEMBERS)


COMMAND = Command("help", ("hjælp", "hjaelp", "help", "?", "hej", "hello"), "look", handle, of_any=True)
