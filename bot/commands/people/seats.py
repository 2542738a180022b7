"""``pladser``: who sits in the bodies; ``for Køge: plads formand 01-07-2027``: give a seat, or the chair."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from alliance.charter import Body
from alliance.errors import Refused
from alliance.members import SeatTerm
from alliance.messages import Message
from alliance.moments import read_day
from alliance.months import years_after
from alliance.names import danish_key, fold
from alliance.seats import Given, give, is_member
from alliance.validity import Validity, valid_on
from bot.commands.papers.issuing import SEAL_LENGTH
from bot.context import CONFIRM, Command, Context
from storage.changes.terms import give_seat
from storage.queries import register, seats

CHAIR = ("formand", "chair")
CHAIR_KEY = "chair"


def show(ctx: Context) -> Message:
    return ctx.write(
        "seats",
        bodies=seats.bodies(ctx.connection, ctx.alliance, ctx.today),
        chairs=seats.chairs(ctx.connection, ctx.alliance, ctx.today),
        may_give=ctx.actor.secretariat and bool(_given_out(ctx)),
        example=min(register.member_names(ctx.connection, ctx.alliance.id).values(), key=danish_key, default=""),
    )


def _given_out(ctx: Context) -> tuple[Body, ...]:
    """The bodies whose seats are given to members; a party's seat is the party's own."""
    return tuple(body for body in valid_on(ctx.alliance.charter.bodies, ctx.today) if body.seat_rule != "one_per_party")


@dataclass(frozen=True)
class _Asked:
    """What was asked for: the key of a body, or of the chair, and the first day as it was typed."""

    what: str
    since: str


def handle(ctx: Context) -> Message:
    if not _given_out(ctx):
        raise Refused("no_seats_given")
    words = ctx.args
    sealed = len(words) > 2 and fold(words[-2]) in CONFIRM
    asked = _asked(ctx, words[:-2] if sealed else words)
    try:
        given = _given(ctx, asked)
    except Refused as refusal:
        if refusal.reason == "seat_held" and sealed:
            return _kept(ctx, asked)  # the same button again
        return _form(ctx, asked, refusal if ctx.answers or words else None)
    seal = _seal(given)
    if not sealed or words[-1] != seal:
        return _preview(ctx, asked, given, seal)
    _write(ctx, given)
    return _kept(ctx, asked)


def _asked(ctx: Context, words: tuple[str, ...]) -> _Asked:
    what, *day = words or ("",)
    keys = {fold(name): CHAIR_KEY for name in CHAIR}
    keys |= {fold(name): body.key for body in _given_out(ctx) for name in (body.key, body.word.da, body.word.en)}
    typed = keys.get(fold(what), what)
    return _Asked(ctx.answers.get("what", typed).strip(), ctx.answers.get("since", " ".join(day)).strip())


def _given(ctx: Context, asked: _Asked) -> Given:
    """What giving it does; raises Refused with why not."""
    body = _body(ctx, asked.what)
    since = read_day(asked.since)
    chair = asked.what == CHAIR_KEY
    here = register.organisations(ctx.connection, ctx.alliance.id, since, [ctx.organisation.id])[ctx.organisation.id]
    constituency = here.group(ctx.alliance.charter.constituency)
    memberships = register.memberships(ctx.connection, ctx.alliance.id)
    if not is_member(memberships, here.id, since):
        raise Refused("seat_not_member", organisation=here.name, since=since)
    rule = ctx.alliance.charter.chair
    until = years_after(since, rule.years) if chair and rule else None
    term = SeatTerm(body.key, constituency, here.id, Validity(since, until), chair)
    return give(register.seats(ctx.connection, ctx.alliance.id), term)


def _body(ctx: Context, what: str) -> Body:
    rule = ctx.alliance.charter.chair
    wanted = rule.body if rule and what == CHAIR_KEY else what
    for body in _given_out(ctx):
        if body.key == wanted:
            return body
    raise Refused("seat_unknown", got=what)


def _seal(given: Given) -> str:
    """Names what was shown: a confirmation counts for this term and what it ends."""
    return hashlib.sha256(repr(given).encode()).hexdigest()[:SEAL_LENGTH]


def _form(ctx: Context, asked: _Asked, refusal: Refused | None) -> Message:
    errors = {}
    if refusal:
        field = "since" if refusal.reason in ("unknown_day", "seat_given_later", "seat_held") else "what"
        errors[field] = ctx.say(f"refused.{refusal.reason}", **refusal.facts)
    rule = ctx.alliance.charter.chair
    return ctx.write(
        "seat_form",
        organisation=ctx.organisation,
        bodies=_given_out(ctx),
        with_chair=rule is not None,
        typed={"what": asked.what, "since": asked.since},
        errors=errors,
        prefix=ctx.prefix,
    )


def _preview(ctx: Context, asked: _Asked, given: Given, seal: str) -> Message:
    term = given.term
    ids = {term.organisation_id, *(ended.organisation_id for ended in given.ends)}
    known = register.organisations(ctx.connection, ctx.alliance.id, term.validity.since, ids)
    body = ctx.alliance.charter.body(term.body)
    offices = register.offices_on(ctx.connection, ctx.alliance.id, term.validity.since, [term.organisation_id])
    rule = ctx.alliance.charter.secretariat
    moves = term.chair and rule.rule == "follows_chair"
    serving = offices.holders(term.organisation_id, rule.office) + offices.acting(term.organisation_id, rule.office)
    return ctx.write(
        "seat_preview",
        organisation=ctx.organisation,
        body=body,
        term=term,
        ends=tuple((known[ended.organisation_id].name, ended.chair) for ended in given.ends),
        without_holder=not offices.holders(term.organisation_id, body.seat_holder),
        office=ctx.alliance.charter.office(body.seat_holder),
        secretariat_moves=moves,
        both_until=term.validity.since + timedelta(days=rule.overlap_days - 1) if moves and rule.overlap_days else None,
        without_secretariat=moves and not serving,
        words=(_word(ctx, asked.what), term.validity.since.isoformat(), seal),
        prefix=ctx.prefix,
    )


def _word(ctx: Context, what: str) -> str:
    return CHAIR[ctx.language == "en"] if what == CHAIR_KEY else _body(ctx, what).word.in_(ctx.language)


def _write(ctx: Context, given: Given) -> None:
    term = given.term
    give_seat(ctx.connection, ctx.alliance.id, given, ctx.now)
    action = "chair_given" if term.chair else "seat_given"
    ctx.note(action, f"body:{term.body}", since=term.validity.since.isoformat())


def _kept(ctx: Context, asked: _Asked) -> Message:
    chair, since = asked.what == CHAIR_KEY, read_day(asked.since)
    body = _body(ctx, asked.what)
    return ctx.write(
        "seat_given", organisation=ctx.organisation, body=body, chair=chair, since=since, prefix=ctx.prefix
    )


SEATS = Command("seats", ("pladser", "seats"), "look", show)
SEAT = Command("seat", ("plads", "seat"), "run_secretariat", handle, about_member=True, secretariat=True)
