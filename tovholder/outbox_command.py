"""``tovholder outbox``, ``why`` and ``audit``: what was told, why and why not, and whether all is as it should be."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tovholder import wiring
from tovholder.settings import Settings, Wrong

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from alliance.alliances import Alliance
    from alliance.errors import Refused
    from alliance.whys import Delivered, Reason, Step, Why
    from storage.queries.outbox_looking import Sought

STATES = ("queued", "sending", "sent", "failed", "given_up", "withdrawn", "expired")
CHANNELS = ("mail", "slack", "teams")


def outbox(settings: Settings, args: argparse.Namespace) -> int:
    from alliance.errors import Refused
    from storage.engine import reading
    from storage.queries.outbox_looking import found

    engine = wiring.open_database(settings)
    try:
        with reading(engine) as connection:
            alliance = wiring.one_alliance(wiring.alliances_in(connection), args.alliance)
            records = found(connection, alliance.id, _sought(connection, alliance, args, settings))
    except Refused as refused:
        return _refuse(settings, refused)
    if args.json:
        print(json.dumps([_delivery_as_json(record) for record in records], ensure_ascii=False, indent=1))
        return 0
    for one in records:
        sent = one.sent_at.isoformat(timespec="minutes") if one.sent_at else "-"
        state = f"again at {one.again_at.isoformat(timespec='minutes')}" if one.again_at else one.state
        print(f"{one.kind:20} {one.occasion:12} {one.address:40} {state:10} {sent} {one.reason}")
    print(f"{len(records)} deliveries.")
    return 0


def _sought(connection: Connection, alliance: Alliance, args: argparse.Namespace, settings: Settings) -> Sought:
    from storage.queries.outbox_looking import Sought
    from storage.queries.whys import people_meant, requirement_meant

    calendar = alliance.charter.calendar
    today = calendar.day(wiring.time_of([alliance]))
    about = args.about or ""
    if about and ":" not in about:  # the name of a thing, such as meeting:3, is taken as it is
        about = requirement_meant(connection, alliance, about, settings.language).key
    people = [one.id for one in people_meant(connection, alliance, args.to, today)] if args.to else None
    since, until = _day("--since", args.since), _day("--until", args.until)
    return Sought(
        state=args.state or "",
        kind=args.kind or "",
        channel=args.channel or "",
        people=people,
        about=about,
        since=calendar.at(since, time()) if since else None,
        until=calendar.at(until + timedelta(days=1), time()) if until else None,
        limit=args.limit,
    )


def _day(option: str, typed: str | None) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Wrong(f"{option} {typed!r} is not a day; wanted one such as 2027-03-01.") from None


def _refuse(settings: Settings, refused: Refused) -> int:
    from bot.plain import plain
    from templates import write

    message = write("refused", settings.language, reason=refused.reason, facts=refused.facts)
    print(plain(message), file=sys.stderr)
    return 1


def _delivery_as_json(one: Delivered) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "about": one.about,
        "occasion": one.occasion,
        "recipient": one.address,
        "person": one.person,
        "channel": one.channel,
        "state": one.state,
        "due": one.posted_at.isoformat(),
        "sent": one.sent_at.isoformat() if one.sent_at else None,
        "reason": one.reason,
        "again": one.again_at.isoformat() if one.again_at else None,
        "attempts": one.attempts,
        "receipt": one.receipt,
        "lines": list(one.lines),
        "story": [_step_as_json(step) for step in one.steps],
    }


def _step_as_json(step: Step) -> dict[str, str]:
    return {"at": step.at.isoformat(), "state": step.state, "reason": step.reason}


# -------------------------------------------------------------------------------------------------- why, why not


def why(settings: Settings, args: argparse.Namespace) -> int:
    from alliance.errors import Refused
    from bot.plain import plain
    from storage.engine import reading
    from storage.queries import whys
    from templates import write

    engine, on = wiring.open_database(settings), _day("--on", args.on)
    try:
        with reading(engine) as connection:
            alliance = wiring.one_alliance(wiring.alliances_in(connection), args.alliance)
            now = wiring.time_of([alliance])
            person = whys.one_meant(connection, alliance, args.to, on or alliance.charter.calendar.day(now))
            about = whys.requirement_meant(connection, alliance, args.about, settings.language) if args.about else None
            answer = whys.why(connection, alliance, person, now, about=about, on=on)
    except Refused as refused:
        return _refuse(settings, refused)
    if args.json:
        print(json.dumps(_why_as_json(answer), ensure_ascii=False, indent=1))
    else:
        print(plain(write("why", settings.language, zone=alliance.charter.zone, why=answer)))
    return 0


def _why_as_json(answer: Why) -> dict[str, Any]:
    return {
        "person": answer.person,
        "day": answer.day.isoformat(),
        "general": [_reason_as_json(reason) for reason in answer.general],
        "explained": [
            {
                "obligation": one.account.obligation.id,
                "member": one.account.organisation.code,
                "requirement": one.account.requirement.key,
                "period": one.account.obligation.period.label,
                "reasons": [_reason_as_json(reason) for reason in one.reasons],
            }
            for one in answer.explained
        ],
        "deliveries": [_delivery_as_json(one) for one in answer.deliveries],
    }


def _reason_as_json(reason: Reason) -> dict[str, Any]:
    return {"key": reason.key, **{name: _plain(value) for name, value in reason.facts.items()}}


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | tuple) else getattr(value, "da", str(value))


# --------------------------------------------------------------------------------------------------- the audit


def audit(settings: Settings, args: argparse.Namespace) -> int:
    from scheduling.audit import audit_each
    from tovholder.heartbeat import beat

    engine = wiring.open_database(settings)
    alliances = wiring.all_alliances(engine)
    now = wiring.time_of(alliances)
    ways, nightly = tuple(wiring.transports(settings, engine, alliances)), settings.backups == "nightly"
    found = audit_each(engine, now, ways, nightly_backups=nightly)
    findings = tuple(finding for each in found.values() for finding in each)
    if settings.heartbeat_url and not findings:
        beat(settings.heartbeat_url)
    if args.json:
        told: list[Mapping[str, object]] = [
            {"kind": finding.kind, "about": finding.about, **finding.facts} for finding in findings
        ]
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print_findings(settings, found, now)
    return 1 if findings else 0


def _print_findings(settings: Settings, found: Mapping[int, tuple[Any, ...]], now: datetime) -> None:
    """What was found of each alliance; that all is well, once."""
    from bot.plain import plain
    from storage.engine import reading
    from storage.queries.auditing import named
    from templates import write

    with reading(wiring.open_database(settings)) as connection:
        alliances = wiring.alliances_in(connection)
        for alliance in [one for one in alliances if found[one.id]] or alliances[:1]:
            told = named(connection, alliance, found[alliance.id], alliance.charter.calendar.day(now))
            zone = alliance.charter.zone
            print(plain(write("alert", settings.language, zone=zone, findings=told, count=len(told), at=now)))


def add_options(outbox_: argparse.ArgumentParser, why_: argparse.ArgumentParser) -> None:
    """The options of ``outbox`` and ``why``."""
    outbox_.add_argument("--state", choices=STATES, help="only those in this state")
    outbox_.add_argument("--kind", metavar="KIND", help="only this kind: reminder, invitation, paper ...")
    outbox_.add_argument("--channel", choices=CHANNELS, help="only this channel")
    outbox_.add_argument("--since", metavar="DATE", help="only what was posted on this day or later: 2027-03-01")
    outbox_.add_argument("--until", metavar="DATE", help="only what was posted on this day or before")
    outbox_.add_argument("--limit", metavar="N", type=int, help="only the newest so many")
    why_.add_argument("--on", metavar="DATE", help="on this day instead of today")
    for command, needed in ((outbox_, False), (why_, True)):
        command.add_argument("--to", metavar="WHO", required=needed, help="an address, a name or a member")
        command.add_argument("--about", metavar="WHAT", help="a requirement by number or key, or a thing: meeting:3")
