"""Who holds which office, and how they are reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from alliance.charter import OfficeKind
from alliance.members import OfficeTerm, Organisation
from alliance.messages import Ask, Block, Button, Buttons, Choice, Form, Message, Section, Table, Text
from alliance.register import Adviser, ContactCard, Follows
from templates.makers.forms import button_row, choice_question, last_day, office_choices, one_form, question
from templates.makers.kinds import maker
from templates.makers.words import channel_words, command
from templates.phrases import Phrases


@maker("contacts")
def contacts(
    say: Phrases,
    *,
    organisation: Organisation,
    day: date,
    people: tuple[ContactCard, ...],
    vacant: tuple[OfficeKind, ...],
    changes: tuple[str, ...],
    leaving: str,
    advisers: tuple[Adviser, ...],
    prefix: str,
) -> Message:
    summary = say(
        "contacts.summary", organisation=organisation, day=day, count=len({card.person_id for card in people})
    )
    blocks: list[Block] = [Text(summary)]
    if people:
        columns = tuple(say(f"contacts.head.{column}") for column in ("office", "name", "since", "address"))
        rows = tuple(_contact_row(say, card) for card in people)
        blocks.append(Table(say("contacts.caption", organisation=organisation), columns, rows))
    if vacant:
        titles = [office.title.in_(say.language) for office in vacant]
        blocks.append(Text(say("contacts.vacant", titles=titles), "warning"))
    if advisers:
        said = [say("contacts.adviser", adviser=adviser) for adviser in advisers]
        blocks.append(Text(say("contacts.advised", advisers=said)))
    if leaving:
        words = command(say, "end_term", leaving, prefix=prefix)
        blocks.append(Text(say("contacts.leaving", words=words), "subtle"))
    buttons = (Button(say(f"contacts.{name}"), command(say, name, prefix=prefix)) for name in changes)
    return Message(summary, (*blocks, *button_row(*buttons)))


def _contact_row(say: Phrases, card: ContactCard) -> tuple[str, ...]:
    return (
        say("contacts.held", title=card.office.title.in_(say.language), acting=card.acting),
        card.name,
        say("contacts.term", since=card.since, until=last_day(card.until)),
        say(
            "contacts.reached", card=card, broken=[f"{channel_words(say, where)}: {why}" for where, why in card.broken]
        ),
    )


@maker("office_form")
def office_form(
    say: Phrases,
    *,
    organisation: Organisation,
    offices: tuple[OfficeKind, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    return _term_form(say, "office", organisation, offices, typed, errors, prefix)


def _term_form(
    say: Phrases,
    name: str,
    organisation: Organisation,
    offices: tuple[OfficeKind, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
    *more: Ask,
) -> Message:
    """Who gets which office, or may act for it, from when; ``name`` is the command that the form belongs to."""
    form = f"{name}_form"
    asks = (*_term_asks(say, name, offices, typed, errors), *more)
    summary = say(f"{form}.summary", organisation=organisation)
    return one_form(summary, say(f"{form}.note"), asks, say(f"{form}.send"), command(say, name, prefix=prefix))


def _term_asks(
    say: Phrases, name: str, offices: tuple[OfficeKind, ...], typed: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Ask, ...]:
    form = f"{name}_form"
    return (
        choice_question(say, f"{form}.office", typed, errors, office_choices(say, offices)),
        question(say, f"{form}.name", typed, errors, required=True),
        question(say, f"{form}.mail", typed, errors, required=True),
        question(say, f"{form}.since", typed, errors, "date", required=True),
    )


MOST_DUTIES = 6


def _follows_words(say: Phrases, follows: Follows) -> list[Block]:
    """What is asked of whom then, who sits where, and which invitations pass on."""
    said = [say("office_follows.duty", title=title, names=names) for title, names in follows.duties[:MOST_DUTIES]]
    if len(follows.duties) > MOST_DUTIES:
        said.append(say("office_follows.more", n=len(follows.duties) - MOST_DUTIES))
    said += [say("office_follows.seat", body=body, name=name) for body, name in follows.bodies]
    if follows.meetings:
        said.append(say("office_follows.meetings", titles=[title.in_(say.language) for title in follows.meetings]))
    return [Text("\n".join(f"- {line}" for line in said))] if said else [Text(say("office_follows.nothing"), "subtle")]


@maker("office_preview")
def office_preview(
    say: Phrases,
    *,
    organisation: Organisation,
    office: OfficeKind,
    offices: tuple[OfficeKind, ...],
    typed: Mapping[str, str],
    term: OfficeTerm,
    leaving: tuple[str, ...],
    successor: str,
    follows: Follows,
    seal: str,
    prefix: str,
) -> Message:
    """Who gets an office and who leaves it; what was typed can be corrected, which shows what that means instead."""
    title, since, until = office.title.in_(say.language), term.validity.since, term.validity.until
    facts = {"organisation": organisation, "office": title, "name": typed["name"], "since": since}
    summary = say("office_preview.summary", **facts, last=last_day(until))
    who = [say("office_preview.leaves", name=name, office=title, last=since - timedelta(days=1)) for name in leaving]
    if successor:
        who.append(say("office_preview.successor", name=successor, since=until))
    blocks: list[Block] = [Text(summary, "heading"), Text(" ".join(who) or say("office_preview.nobody_leaves"))]
    words = command(say, "office", say("words.confirm"), seal, prefix=prefix)
    yes = Button(say("office_preview.yes"), words, "primary")
    no = Button(say("office_preview.no"), command(say, "contacts", prefix=prefix))
    section = Section(say("meeting_preview.typed"), _term_asks(say, "office", offices, typed, {}))
    note = Text(say("meeting_preview.typed_note"), "subtle")
    return Message(summary, (*blocks, *_follows_words(say, follows), note, Form((section,), (yes, no))))


@maker("office_receipt")
def office_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    office_title: str,
    name: str,
    mail: str,
    since: date,
    previous: str,
    until: date | None,
    follows: str,
    prefix: str,
) -> Message:
    """Who has an office from when; ``until`` is the first day of whoever ``follows``, None where nobody does."""
    last = until - timedelta(days=1) if until else None
    facts = {"organisation": organisation, "office": office_title, "name": name, "since": since, "last": last}
    summary = say("office_receipt.summary", **facts)
    note = say("office_receipt.note", mail=mail, previous=previous, until=until, follows=follows)
    return _receipt(say, summary, note, prefix)


@maker("proxy_form")
def proxy_form(
    say: Phrases,
    *,
    organisation: Organisation,
    offices: tuple[OfficeKind, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    until = question(say, "proxy_form.until", typed, errors, "date")
    return _term_form(say, "proxy", organisation, offices, typed, errors, prefix, until)


@maker("proxy_receipt")
def proxy_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    office_title: str,
    name: str,
    since: date,
    until: date | None,
    prefix: str,
) -> Message:
    facts = {"organisation": organisation, "office": office_title, "name": name}
    summary = say("proxy_receipt.summary", **facts, since=since, until=until)
    return _receipt(say, summary, say("proxy_receipt.note"), prefix)


@maker("end_term_who")
def end_term_who(
    say: Phrases,
    *,
    organisation: Organisation,
    people: tuple[tuple[str, tuple[tuple[OfficeKind, bool], ...], str], ...],
    prefix: str,
) -> Message:
    """Which of several is meant: each name with what they hold and their mail address, "" where there is none."""
    summary = say("end_term_who.summary", organisation=organisation, n=len(people))
    buttons = (
        Button(
            say("end_term_who.one", name=name, titles=_held(say, held), mail=mail),
            command(say, "end_term", mail or name, prefix=prefix),
        )
        for name, held, mail in people
    )
    return Message(summary, (Text(summary), Buttons(tuple(buttons))))


def _held(say: Phrases, held: tuple[tuple[OfficeKind, bool], ...]) -> list[str]:
    titles = [say("contacts.held", title=office.title.in_(say.language), acting=acting) for office, acting in held]
    return list(dict.fromkeys(titles))


@maker("end_term_preview")
def end_term_preview(
    say: Phrases,
    *,
    organisation: Organisation,
    name: str,
    ending: tuple[tuple[OfficeKind, bool], ...],
    successors: tuple[tuple[OfficeKind, tuple[str, ...]], ...],
    handed: int,
    loses_access: bool,
    follows: Follows,
    day: date,
    words: tuple[str, str],
    prefix: str,
) -> Message:
    """What somebody leaves from the day, who has it then; ``words`` name them and the seal that confirms this."""
    facts = {"organisation": organisation, "name": name, "titles": _held(say, ending), "handed": handed}
    summary = say("end_term_preview.summary", **facts, day=day)
    blocks: list[Block] = [Text(summary, "heading")]
    for office, names in successors:
        said = {"title": office.title.in_(say.language), "names": names, "words": command(say, "office", prefix=prefix)}
        blocks.append(Text(say("end_term_preview.next", **said), "body" if names else "warning"))
    if loses_access:
        blocks.append(Text(say("end_term_preview.access", name=name)))
    meant, seal = words
    sure = command(say, "end_term", meant, say("words.confirm"), seal, prefix=prefix)
    yes = Button(say("end_term_preview.yes"), sure, "danger")
    no = Button(say("office_preview.no"), command(say, "contacts", prefix=prefix))
    return Message(summary, (*blocks, *_follows_words(say, follows), Buttons((yes, no))))


@maker("end_term_receipt")
def end_term_receipt(
    say: Phrases,
    *,
    organisation: Organisation,
    name: str,
    ended: tuple[tuple[OfficeKind, bool], ...],
    day: date,
    prefix: str,
    handed: int = 0,
) -> Message:
    """What ended; ``handed`` is how much was handed over that is its giver's again, or nobody's to answer any more."""
    facts = {"organisation": organisation, "name": name, "titles": _held(say, ended), "handed": handed}
    summary = say("end_term_receipt.summary", **facts, day=day)
    return _receipt(say, summary, say("end_term_receipt.note"), prefix)


@maker("address_form")
def address_form(
    say: Phrases,
    *,
    organisation: Organisation,
    people: tuple[ContactCard, ...],
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> Message:
    names = {str(card.person_id): say("address_form.card", card=card) for card in people}
    choices = tuple(Choice(value, label) for value, label in names.items())
    summary = say("address_form.summary", organisation=organisation)
    if not choices:
        return _receipt(say, summary, say("address_form.nobody"), prefix)
    asks = (
        choice_question(say, "address_form.person", typed, errors, choices),
        question(say, "address_form.mail", typed, errors, required=True),
    )
    words = command(say, "address", prefix=prefix)
    return one_form(summary, say("address_form.note"), asks, say("address_form.send"), words)


@maker("address_receipt")
def address_receipt(
    say: Phrases, *, organisation: Organisation, name: str, mail: str, previous: str, prefix: str
) -> Message:
    summary = say("address_receipt.summary", organisation=organisation, name=name, mail=mail)
    return _receipt(say, summary, say("address_receipt.note", previous=previous), prefix)


@maker("address_corrected")
def address_corrected(say: Phrases, *, person: str, by: str, organisation: Organisation, mail: str) -> Message:
    """Tells the secretariat who is known by another address now, and where to put it right."""
    summary = say("address_corrected.summary", person=person, by=by, organisation=organisation, mail=mail)
    prefix = f"{say('words.for')} {organisation.name}: "
    buttons = (
        Button(say(f"address_corrected.{name}", organisation=organisation), command(say, name, prefix=prefix))
        for name in ("contacts", "address")
    )
    return Message(summary, (Text(summary), Text(say("address_corrected.do"), "subtle"), Buttons(tuple(buttons))))


def _receipt(say: Phrases, summary: str, note: str, prefix: str) -> Message:
    see = Button(say("contacts.see"), command(say, "contacts", prefix=prefix))
    return Message(summary, (Text(summary), Text(note, "subtle"), Buttons((see,))))


Recipient = tuple[str, str, str]
"""(name, organisation, channel)"""
