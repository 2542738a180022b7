"""Reads the standards of a charter: what plans are made by, their criteria, and who decides."""

from __future__ import annotations

from alliance.entries import Entry, words
from alliance.standards import SECRETARIAT, Point, Standard


def read_standard(entry: Entry) -> Standard:
    standard = Standard(
        key=entry.text("key"),
        short=entry.text("short"),
        name=entry.words("name"),
        validity=entry.validity(),
        update_years=entry.number("update_years", 1),
        criteria=read_points(entry, "criteria"),
        risks=read_points(entry, "risks"),
        approved_by=entry.texts("approved_by") if entry.has("approved_by") else (SECRETARIAT,),
        certified_by=entry.texts("certified_by") if entry.has("certified_by") else (),
    )
    if len(standard.short.split()) != 1:
        raise entry.refuse("short", standard.short, "one word, as it is typed in a command")
    if not standard.approved_by:
        raise entry.refuse("approved_by", [], f"{SECRETARIAT}, or the code of a party")
    return standard


def read_points(entry: Entry, key: str) -> tuple[Point, ...]:
    """A list of points that may be left out; no two have the same key."""
    points = entry.entries(key, lambda each: Point(each.text("key"), words(each))) if entry.has(key) else ()
    keys = [point.key for point in points]
    for number, each in enumerate(keys, start=1):
        if each in keys[: number - 1]:
            raise entry.refuse(f"{key}[{number}].key", each, "a key that no other has")
    return points
