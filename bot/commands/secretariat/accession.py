"""``tiltrædelse``: which municipalities ask to join, and who signed for those that did.

``tiltrædelse ny Samsø`` notes that one asks, ``tiltrædelse 3 underskriv`` that somebody signed: from a day it is a
member. ``tiltrædelse 3 fortryd`` takes that back until it is one.
"""

from __future__ import annotations

from alliance.accessions import Accession, check_may_join, faults, lacking
from alliance.errors import Refused
from alliance.members import Membership, Organisation
from alliance.messages import Message
from alliance.names import find, fold
from alliance.terms import join
from alliance.validity import Validity
from bot.commands.duties.evidence import is_link, read_day
from bot.context import Command, Context, read_number
from storage.changes import accessions as changes
from storage.changes.register import add_municipality
from storage.municipalities import municipalities
from storage.queries import accessions, plans, register

NEW, SIGN, BACK = ("ny", "new"), ("underskriv", "sign"), ("fortryd", "undo")
ASKED, SIGNED = ("asked_by", "asked_on"), ("signed_by", "signed_role", "signed_on", "document", "since")
LONGEST = 200


def handle(ctx: Context) -> Message:
    verb = fold(ctx.args[0]) if ctx.args else ""
    if verb in NEW:
        return _asked(ctx, " ".join(ctx.args[1:]))
    if not verb:
        return _list(ctx)
    one = _one(ctx, ctx.args[0])
    verb = fold(ctx.args[1]) if len(ctx.args) > 1 else ""
    if verb in SIGN:
        return _sign(ctx, one)
    if verb in BACK:
        return _back(ctx, one)
    if verb:
        raise Refused("accession_verb", got=ctx.args[1], id=one.id)
    return _shown(ctx, one.id)


def _list(ctx: Context) -> Message:
    found = accessions.accessions(ctx.connection, ctx.alliance.id)
    names = _organisations(ctx, {one.organisation_id for one in found})
    listed = tuple((one, names[one.organisation_id].name) for one in found)
    return ctx.write("accessions", accessions=listed, day=ctx.today)


def _one(ctx: Context, typed: str) -> Accession:
    number = read_number(typed)
    known = accessions.accessions(ctx.connection, ctx.alliance.id)
    one = next((each for each in known if each.id == number), None)
    if one is None:
        raise Refused("accession_none", got=typed)
    return one


def _shown(ctx: Context, id_: int, said: str = "") -> Message:
    one = _one(ctx, str(id_))
    organisation = _organisations(ctx, {one.organisation_id})[one.organisation_id]
    return ctx.write(
        "accession",
        accession=one,
        organisation=organisation,
        lacking=None if one.is_signed else _lacking(ctx, organisation),
        day=ctx.today,
        said=said,
    )


def _lacking(ctx: Context, organisation: Organisation) -> str | None:
    record = plans.records_of(ctx.connection, ctx.alliance, [organisation])[0]
    return lacking(ctx.alliance.charter.joins_with, record, ctx.today)


def _organisations(ctx: Context, ids: set[int]) -> dict[int, Organisation]:
    return register.organisations(ctx.connection, ctx.alliance.id, ctx.today, ids)


# ------------------------------------------------------------------------------------------------------- asked


def _asked(ctx: Context, typed_name: str) -> Message:
    """Note that a municipality asks; one that the register does not have yet is entered when it is noted."""
    known = {one.code: one for one in municipalities()}
    if ctx.member is None and not typed_name:
        raise Refused("accession_whom")
    code = ctx.member.code if ctx.member else find(typed_name, {one.code: one.name for one in known.values()})
    if code not in known:
        raise Refused("accession_whom")
    _check_none(ctx, code)
    typed = {key: ctx.answers.get(key, "").strip() for key in ASKED}
    if not ctx.answers:
        typed["asked_on"] = ctx.today.isoformat()
    day = read_day(typed["asked_on"])
    errors = {} if typed["asked_by"] else {"asked_by": "asked_by_missing"}
    if len(typed["asked_by"]) > LONGEST:
        errors["asked_by"] = "too_long"
    if day is None or day > ctx.today:
        errors["asked_on"] = "date_wrong" if day is None else "asked_to_come"
    if not ctx.answers or errors or day is None:
        errors = errors if ctx.answers else {}
        return ctx.write("accession_form", name=known[code].name, typed=typed, errors=errors)
    organisation = _entered(ctx, code)
    added = changes.add_accession(
        ctx.connection,
        ctx.alliance.id,
        organisation,
        asked_on=day,
        asked_by=typed["asked_by"],
        person_id=ctx.actor.person.id,
        now=ctx.now,
    )
    _note(ctx, "accession_asked", added, known[code].name)
    return _shown(ctx, added, "asked")


def _check_none(ctx: Context, code: str) -> None:
    """Raise Refused for a municipality that is a member, is to be one, or has asked already."""
    organisation = register.organisation_by_code(ctx.connection, ctx.alliance.id, code, ctx.today)
    if organisation is None:
        return
    terms = register.memberships(ctx.connection, ctx.alliance.id, [organisation.id])
    if any(term.role == "member" and not _over(term, ctx) for term in terms):
        raise Refused("accession_member", organisation=organisation.name)
    for one in accessions.accessions(ctx.connection, ctx.alliance.id):
        if one.organisation_id == organisation.id and not one.is_signed:
            raise Refused("accession_asked_already", organisation=organisation.name, id=one.id)


def _over(term: Membership, ctx: Context) -> bool:
    return term.validity.is_empty or (term.validity.until is not None and term.validity.until <= ctx.today)


def _entered(ctx: Context, code: str) -> int:
    """The municipality in the register, entered where it was not there."""
    found = register.organisation_by_code(ctx.connection, ctx.alliance.id, code, ctx.today)
    if found is not None:
        return found.id
    one = next(each for each in municipalities() if each.code == code)
    return add_municipality(ctx.connection, ctx.alliance.id, code, one.name, one.official_name, one.groups)


# ------------------------------------------------------------------------------------------------------ signed


def _sign(ctx: Context, one: Accession) -> Message:
    """Who signed, and the day it is a member from; refused as long as something is missing."""
    if one.is_signed:
        return _shown(ctx, one.id)
    organisation = _organisations(ctx, {one.organisation_id})[one.organisation_id]
    record = plans.records_of(ctx.connection, ctx.alliance, [organisation])[0]
    check_may_join(ctx.alliance.charter.joins_with, record, ctx.today)
    typed = {key: " ".join(ctx.answers.get(key, "").split()) for key in SIGNED}
    signed_on, since = read_day(typed["signed_on"]), read_day(typed["since"])
    errors = faults(typed, signed_on, since, ctx.today) if ctx.answers else {}
    if typed["document"] and not is_link(typed["document"]):
        errors["document"] = "link_not_http"
    if not ctx.answers or errors or signed_on is None or since is None:
        typed = typed if ctx.answers else dict.fromkeys(SIGNED, "") | {"since": ctx.today.isoformat()}
        return ctx.write(
            "accession_signature_form", accession=one, organisation=organisation, typed=typed, errors=errors
        )
    known = register.memberships(ctx.connection, ctx.alliance.id, [organisation.id])
    joined = join(known, Membership(organisation.id, "member", Validity(since)))
    if joined is None or joined.corrects is not None:
        raise Refused("accession_member", organisation=organisation.name)
    changes.sign_accession(
        ctx.connection,
        ctx.alliance.id,
        one.id,
        organisation.id,
        signed_by=typed["signed_by"],
        signed_role=typed["signed_role"],
        signed_on=signed_on,
        document=typed["document"],
        since=since,
        person_id=ctx.actor.person.id,
        now=ctx.now,
    )
    _note(ctx, "accession_signed", one.id, organisation.name)
    return _shown(ctx, one.id, "signed")


def _back(ctx: Context, one: Accession) -> Message:
    """Take back what was asked, or a signature until the membership has begun."""
    organisation = _organisations(ctx, {one.organisation_id})[one.organisation_id]
    if one.since is not None and one.since <= ctx.today:
        raise Refused("accession_begun", organisation=organisation.name, since=one.since)
    changes.withdraw_accession(
        ctx.connection,
        ctx.alliance.id,
        one.id,
        organisation.id,
        one.since,
        person_id=ctx.actor.person.id,
        now=ctx.now,
    )
    _note(ctx, "accession_back", one.id, organisation.name)
    return _list(ctx)


def _note(ctx: Context, action: str, id_: int, organisation: str) -> None:
    ctx.note(action, f"accession:{id_}", label=ctx.say("accession.named", id=id_, organisation=organisation))


COMMAND = Command(
    "accession",
    ("tiltrædelse", "tiltraedelse", "tiltrædelser", "accession", "accessions"),
    "run_secretariat",
    handle,
    secretariat=True,
)
