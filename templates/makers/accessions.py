"""How municipalities join: the list, one request as it stands, and the forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from alliance.accessions import Accession
from alliance.members import Organisation
from alliance.messages import Ask, AskKind, Button, Buttons, Link, Message, Table, Text
from templates import formats
from templates.makers.forms import fact_pairs, one_form
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases

ONE_BY_ONE = 5
COLUMNS = ("number", "member", "asked", "state")


def _words(say: Phrases, one: Accession, verb: str = "") -> str:
    return command(say, "accession", one.id, *([say(f"words.accession_verb.{verb}")] if verb else []))


def _state(say: Phrases, one: Accession) -> str:
    return say("accession.signed" if one.is_signed else "accession.waits", one=one)


def signed_words(say: Phrases, one: Accession | None) -> str:
    """By whom a member's accession was signed, in which role and when; a dash where that is not recorded."""
    return say("accession.signature", one=one) if one else "–"


@maker("accessions")
def accessions(say: Phrases, *, accessions: tuple[tuple[Accession, str], ...], day: date) -> Message:
    """Who asked to join, the newest first."""
    waiting = sum(not one.is_signed for one, _ in accessions)
    summary = say("accessions.summary", total=len(accessions), waiting=waiting)
    if not accessions:
        return Message(summary, (Text(summary), Text(say("accessions.how"), "subtle")))
    head = tuple(say(f"accessions.head.{column}") for column in COLUMNS)
    rows = tuple(
        (str(one.id), name, formats.short_day(one.asked_on, say.language), _state(say, one)) for one, name in accessions
    )
    see = [Button(say("accessions.see", id=one.id, name=name), _words(say, one)) for one, name in accessions]
    return Message(
        summary, (Text(summary), Table(say("accessions.caption"), head, rows), Buttons(tuple(see[:ONE_BY_ONE])))
    )


@maker("accession")
def accession(
    say: Phrases,
    *,
    accession: Accession,
    organisation: Organisation,
    lacking: str | None,
    day: date,
    said: str = "",
) -> Message:
    """One as it stands; ``lacking`` is what is missing before somebody may sign, ``said`` what was just done."""
    one, name = accession, organisation.official_name
    state = _state(say, one)
    summary = say("accession.summary", organisation=name, state=state)
    summary = f"{say(f'accession.said.{said}')} {summary}" if said else summary
    facts = fact_pairs(
        (say("accession.label.asked"), say("accession.asked", one=one)),
        (say("accession.label.signed"), say("accession.signature", one=one) if one.is_signed else ""),
        (say("accession.label.since"), formats.day(one.since, say.language) if one.since else ""),
        (say("accession.label.lacking"), say(f"accession.lacking.{lacking}") if lacking else ""),
    )
    buttons: list[Button | Link] = []
    if not one.is_signed and lacking is None:
        buttons.append(Button(say("accession.do.sign"), _words(say, one, "sign"), "primary"))
    if lacking is not None:
        buttons.append(Button(say("plan.see"), f"{say('words.for')} {organisation.name}: {command(say, 'plan')}"))
    if one.since is None or one.since > day:
        buttons.append(Button(say("accession.do.undo"), _words(say, one, "undo")))
    if one.document:
        buttons.append(Link(say("accession.do.document"), one.document))
    buttons.append(Button(say("accession.do.all"), command(say, "accession")))
    return Message(summary, (Text(summary), facts, Buttons(tuple(buttons))))


def _ask(say: Phrases, form: str, key: str, typed: Mapping[str, str], errors: Mapping[str, str], kind: AskKind) -> Ask:
    hint, reason = f"{form}.hint.{key}", errors.get(key, "")
    return Ask(
        key,
        say(f"{form}.ask.{key}"),
        kind,
        typed.get(key, ""),
        say(hint) if say.has(hint) else "",
        required=True,
        error=say(f"accession_error.{reason}") if reason else "",
    )


@maker("accession_form")
def accession_form(say: Phrases, *, name: str, typed: Mapping[str, str], errors: Mapping[str, str]) -> Message:
    kinds: dict[str, AskKind] = {"asked_by": "text", "asked_on": "date"}
    asks = tuple(_ask(say, "accession_form", key, typed, errors, kind) for key, kind in kinds.items())
    words = command(say, "accession", say("words.accession_verb.new"), name)
    return one_form(say("accession_form.summary", name=name), "", asks, say("accession_form.send"), words)


@maker("accession_signature_form")
def accession_signature_form(
    say: Phrases,
    *,
    accession: Accession,
    organisation: Organisation,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Message:
    form = "accession_signature_form"
    days = ("signed_on", "since")
    keys = ("signed_by", "signed_role", "signed_on", "document", "since")
    asks = tuple(_ask(say, form, key, typed, errors, "date" if key in days else "text") for key in keys)
    summary = say(f"{form}.summary", organisation=organisation.official_name)
    note = say(f"{form}.note", organisation=organisation.official_name)
    return one_form(summary, note, asks, say(f"{form}.send"), _words(say, accession, "sign"))
