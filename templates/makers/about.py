"""What an alliance is: when it was founded, who is in it, what it looks up to, and whom it works with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from alliance.about import AreaCovered, ContactSeen, PartnerSeen
from alliance.accessions import Accession
from alliance.charter import Charter
from alliance.members import MemberSince
from alliance.messages import Block, Button, Message, Table, Text
from alliance.months import span
from templates import formats
from templates.makers.accessions import signed_words
from templates.makers.forms import button_row, fact_pairs
from templates.makers.kinds import maker
from templates.makers.words import command
from templates.phrases import Phrases, listed

NOBODY: Mapping[int, Accession] = {}


@maker("about")
def about(
    say: Phrases,
    *,
    charter: Charter,
    day: date,
    founded: date,
    first_term_until: date | None,
    members: int,
    mine: tuple[MemberSince, ...],
    partners: tuple[PartnerSeen, ...],
) -> Message:
    """The alliance on the day; ``mine`` are the reader's members, or the one they asked about."""
    summary = say("about.summary", charter=charter, founded=founded, members=members)
    said = charter.about
    facts = fact_pairs(
        (say("about.label.founded"), say("about.ago", day=founded, age=age(say, founded, day))),
        *((one.organisation.official_name, _member(say, one, day)) for one in mine),
        (say("about.label.first_term"), say("about.term", until=first_term_until) if first_term_until else ""),
        *((say(f"about.relation.{one.relation}"), say("about.network", network=one)) for one in said.networks),
        (say("about.label.reference"), said.reference.in_(say.language) if said.reference else ""),
    )
    blocks: list[Block] = [Text(summary), Text(charter.purpose.in_(say.language)), facts, *_targets(say, charter, day)]
    if partners:
        blocks += [Text(say("about.partners"), "heading"), *(Text(_partner(say, one)) for one in partners)]
    buttons = [
        Button(say("about.members"), command(say, "about", say("words.about_members"))),
        Button(say("about.rules"), command(say, "charter")),
    ]
    if said.targets_on(day):
        buttons.append(Button(say("about.plans"), command(say, "plans", say("words.plans_of.targets"))))
    return Message(summary, (*blocks, *button_row(*buttons)))


def _targets(say: Phrases, charter: Charter, day: date) -> list[Block]:
    rows = tuple(
        (
            target.text.in_(say.language),
            formats.short_day(target.validity.since, say.language),
            target.source.in_(say.language),
        )
        for target in charter.about.targets_on(day)
    )
    head = tuple(say(f"about.head.{column}") for column in ("target", "since", "source"))
    return [Table(say("about.targets"), head, rows)] if rows else []


def _partner(say: Phrases, seen: PartnerSeen) -> str:
    """The partner, whom to write to there, and what there is to read."""
    partner = seen.partner
    contacts = tuple(_contact(say, one) for one in seen.people)
    place = partner.contact.in_(say.language) if partner.contact else ""
    reached = "; ".join(filter(None, (*contacts, place)))
    resources = tuple(f"[{one.title.in_(say.language)}]({one.url})" for one in partner.resources)
    return say("about.partner", partner=partner, reached=reached, read=listed(resources, say.language))


def _contact(say: Phrases, contact: ContactSeen) -> str:
    return say("about.contact", contact=contact)


def age(say: Phrases, since: date, day: date) -> str:
    """``5 år og 6 måneder``."""
    years, months = span(since, day)
    return say("about.age", years=years, months=months)


def _member(say: Phrases, one: MemberSince, day: date) -> str:
    return say("about.member", since=one.since, age=age(say, one.since, day))


@maker("about_members")
def about_members(
    say: Phrases,
    *,
    day: date,
    members: tuple[MemberSince, ...],
    signed: Mapping[int, Accession] = NOBODY,
    areas: tuple[AreaCovered, ...] = (),
    by_year: tuple[tuple[int, int], ...] = (),
) -> Message:
    """Every member with the day from which it has been one, and for how long; who is none, area by area.

    ``signed`` is who signed for those that joined since that is recorded, by the member's id.
    """
    summary = say("about_members.summary", count=len(members), day=day)
    back = button_row(Button(say("about.back"), command(say, "about")))
    if not members:
        return Message(summary, (Text(summary), *back))
    rows = tuple(
        (
            one.organisation.name,
            formats.short_day(one.since, say.language),
            age(say, one.since, day),
            *((signed_words(say, signed.get(one.organisation.id)),) if signed else ()),
        )
        for one in members
    )
    columns = ("member", "since", "age", *(("signed",) if signed else ()))
    head = tuple(say(f"about_members.head.{column}") for column in columns)
    covered = tuple(
        (area.name or say("board.no_group"), f"{area.members} / {area.all}", ", ".join(area.outside) or "–")
        for area in areas
    )
    about_area = tuple(say(f"about_members.head.{column}") for column in ("area", "of", "outside"))
    country = [Table(say("about_members.areas"), about_area, covered)] if covered else []
    counted = tuple((str(year), str(count)) for year, count in by_year)
    a_year = tuple(say(f"about_members.head.{column}") for column in ("year", "count"))
    years = [Table(say("about_members.years"), a_year, counted)] if counted else []
    listed = Table(say("about_members.caption"), head, rows)
    return Message(summary, (Text(summary), *country, *years, listed, *back))
