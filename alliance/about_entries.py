"""Reads what a charter says of the alliance itself: networks, partners, and the goals it looks up to."""

from __future__ import annotations

import re
from typing import Any, cast

from alliance.about import About, NationalTarget, Network, Partner, Resource
from alliance.entries import Entry, words

URL = re.compile(r"https://[a-z0-9.-]+\.[a-z]+(/[A-Za-z0-9._~/?=&%#+,-]*)?")
RELATIONS = ("parent", "sister", "predecessor")


def read_about(entry: Entry) -> About:
    """The section as a whole; each of its parts may be left out."""
    return About(
        reference=entry.words("reference") if entry.has("reference") else None,
        networks=entry.entries("networks", _network) if entry.has("networks") else (),
        partners=entry.entries("partners", _partner) if entry.has("partners") else (),
        targets=entry.entries("national_targets", _target) if entry.has("national_targets") else (),
    )


def _network(entry: Entry) -> Network:
    relation = cast(Any, entry.one_of("relation", RELATIONS))
    return Network(entry.text("name"), relation, entry.words("text"))


def _partner(entry: Entry) -> Partner:
    return Partner(
        code=entry.text("code"),
        name=entry.words("name"),
        what=entry.words("what"),
        contact=entry.words("contact") if entry.has("contact") else None,
        resources=entry.entries("resources", _resource) if entry.has("resources") else (),
        validity=entry.validity(),
    )


def _resource(entry: Entry) -> Resource:
    url = entry.text("url")
    if not URL.fullmatch(url):
        raise entry.refuse("url", url, 'an address such as "https://www.c40.org/"')
    return Resource(words(entry), url)


def _target(entry: Entry) -> NationalTarget:
    reduces = entry.has("reduction_pct") or entry.has("base_year")  # one of them needs the other
    target = NationalTarget(
        key=entry.text("key"),
        text=entry.words("text"),
        year=entry.number("year", 1990),
        validity=entry.validity(),
        source=entry.words("source"),
        reduction_pct=entry.number("reduction_pct", 1) if reduces else None,
        base_year=entry.number("base_year", 1900) if reduces else None,
    )
    if target.base_year is not None and target.base_year >= target.year:
        raise entry.refuse("base_year", target.base_year, f"a year before {target.year}")
    return target
