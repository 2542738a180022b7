"""What the secretariat can know about what is told: who was not reached, what the audit found, why and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from alliance.findings import KINDS, Lost, NamedFinding, reason_class
from alliance.messages import Block, Button, Buttons, Link, Message, Table, Text
from alliance.names import danish_key
from alliance.whys import Delivered, Explained, Reason, Step, Why
from templates.makers.forms import fact_pairs, requirement_name
from templates.makers.kinds import maker
from templates.makers.words import channel_words, command, period_words
from templates.phrases import Phrases

MOST_LINES = 20
HOW = ("waiting", "sent", "lost", "withdrawn", "expired")
MOST_BUTTONS = 5
MENDED_ALIKE = {
    "token": ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
    "admin": ("restricted_action", "ekm_access_denied", "access_denied", "accesslimited", "team_access_not_granted"),
}
PERHAPS = "perhaps_sent"
ADDRESS_IS_WRONG = ("address", "no_address", "recipient")


def kind_words(say: Phrases, kind: str) -> str:
    """Return what a kind of notification is called."""
    key = f"page.outbox.kind.{kind}"
    return say(key) if say.has(key) else kind


def reason_words(say: Phrases, reason: str) -> str:
    """Return why a delivery ended as it did; a provider's own words only where we have none."""
    for key in (f"page.outbox.reason.{reason_class(reason)}", f"undelivered.why.{reason_class(reason)}"):
        if say.has(key):
            return say(key)
    return say("undelivered.why.otherwise", reason=reason)


@maker("undelivered")
def undelivered(say: Phrases, *, lost: tuple[Lost, ...], count: int) -> Message:
    """Who could not be reached with what, why, and the command that puts it right."""
    perhaps = sum(one.reason == PERHAPS for one in lost)
    people = len({one.person for one in lost})
    summary = say("undelivered.summary", count=count, people=people, perhaps=perhaps)
    if not lost:
        return Message(summary, (Text(summary),))
    head = tuple(say(f"undelivered.head.{column}") for column in ("person", "what", "where", "why"))
    rows = tuple(_lost_row(say, one) for one in lost[:MOST_LINES])
    blocks: list[Block] = [Text(summary), Table(say("undelivered.caption"), head, rows)]
    if count > len(rows):
        blocks.append(Text(say("undelivered.more", count=count - len(rows)), "subtle"))
    return Message(summary, (*blocks, *_put_right(say, lost)))


@maker("outbox")
def outbox(
    say: Phrases, *, counts: Mapping[str, int], lost: tuple[Lost, ...], count: int, days: int, url: str
) -> Message:
    """How many deliveries stand how, those that reached nobody in the last ``days``, newest first, and what to do."""
    summary = say("outbox.summary", count=count, days=days)
    facts = fact_pairs(*((say(f"page.outbox.how.{how}"), str(counts[how])) for how in HOW if counts[how]))
    blocks: list[Block] = [Text(summary)]
    if lost:
        head = tuple(say(f"undelivered.head.{column}") for column in ("person", "what", "where", "why"))
        rows = tuple(_lost_row(say, one) for one in lost[:MOST_LINES])
        blocks.append(Table(say("undelivered.caption"), head, rows))
        if count > len(rows):
            blocks.append(Text(say("undelivered.more", count=count - len(rows)), "subtle"))
        blocks += _put_right(say, lost)
    blocks += [Text(say("outbox.all"), "heading"), facts] if any(counts.values()) else [Text(say("page.outbox.none"))]
    if url:
        links = [Link(say("outbox.page"), f"{url}/outbox")]
        links += [Link(say("outbox.page_lost"), f"{url}/outbox?how=lost")] if counts["lost"] else []
        blocks.append(Buttons(tuple(links)))
    return Message(summary, tuple(blocks))


def _lost_row(say: Phrases, one: Lost) -> tuple[str, ...]:
    who = say("undelivered.who", person=one.person, member=one.member)
    where = say("undelivered.where", channel=channel_words(say, one.channel), address=one.address)
    return who, kind_words(say, one.what), where, reason_words(say, one.reason)


def _put_right(say: Phrases, lost: tuple[Lost, ...]) -> list[Block]:
    """What to do: correct the address where it is the address, else have the connection looked at."""
    wrong = [one for one in lost if reason_class(one.reason) in ADDRESS_IS_WRONG]
    perhaps = [one for one in lost if one.reason == PERHAPS]
    blocks: list[Block] = [Text(say("undelivered.correct"))] if wrong else []
    if perhaps:
        blocks.append(Text(say("undelivered.perhaps")))
    if len(wrong) + len(perhaps) < len(lost):
        blocks.append(Text(say("undelivered.connection")))
    members = sorted({one.member for one in wrong if one.member}, key=danish_key)
    buttons = tuple(
        Button(say("undelivered.address", member=member), f"{say('words.for')} {member}: {command(say, 'address')}")
        for member in members[:MOST_BUTTONS]
    )
    return [*blocks, *([Buttons(buttons)] if buttons else [])]


@maker("alert")
def alert(say: Phrases, *, findings: tuple[NamedFinding, ...], count: int, at: datetime) -> Message:
    """What the self-audit found, kind by kind, each with what to do about it."""
    summary = say("alert.summary", count=count, at=at)
    blocks: list[Block] = [Text(summary)]
    for kind in KINDS:
        blocks += _findings(say, kind, [one for one in findings if one.kind == kind])
    if count > len(findings):
        blocks.append(Text(say("alert.more", count=count - len(findings)), "subtle"))
    return Message(summary, tuple(blocks))


def _findings(say: Phrases, kind: str, found: list[NamedFinding]) -> list[Block]:
    if not found:
        return []
    lines = [f"- {_finding(say, one)}" for one in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        lines.append(f"- {say('alert.more', count=len(found) - MOST_LINES)}")
    heading = Text(say(f"alert.kind.{kind}", count=len(found)), "heading")
    mending = dict.fromkeys(_mending(say, reason) for one in found for reason in one.reasons)
    steps = [Text(step) for step in mending if step]
    return [heading, Text("\n".join(lines)), *steps, Text(say(f"alert.do.{kind}"), "subtle")]


def _mending(say: Phrases, reason: str) -> str:
    """Where to click so that a provider lets us in again; empty where we do not know."""
    code, _, needed = reason.partition(":")[2].strip().partition(" ")
    key = next((group for group, codes in MENDED_ALIKE.items() if code in codes), code)
    return say(f"alert.mending.{key}", needed=needed) if say.has(f"alert.mending.{key}") else ""


def _finding(say: Phrases, one: NamedFinding) -> str:
    what, channel = kind_words(say, one.what), channel_words(say, one.channel)
    return say(f"alert.line.{one.kind}", one=one, what=what, channel=channel)


# ----------------------------------------------------------------------------------------------- why, why not


@maker("why")
def why(say: Phrases, *, why: Why) -> Message:
    """Why somebody was told of something, or was not, and what was sent, step by step."""
    summary = say("why.summary", why=why, things=len(why.explained))
    blocks: list[Block] = [Text(summary), *(Text(_reason(say, reason)) for reason in why.general)]
    for one in why.explained:
        blocks += _explained(say, one)
    if why.deliveries:
        blocks += [Text(say("why.sent"), "heading"), _delivery_table(say, why.deliveries)]
    else:
        blocks.append(Text(say("why.nothing_sent"), "subtle"))
    return Message(summary, tuple(blocks))


def _explained(say: Phrases, one: Explained) -> list[Block]:
    account = one.account
    heading = say(
        "why.heading",
        requirement=requirement_name(say, account.requirement),
        period=period_words(account.requirement, account.obligation.period.label),
        organisation=account.organisation,
    )
    return [Text(heading, "heading"), Text(" ".join(_reason(say, reason) for reason in one.reasons))]


def _reason(say: Phrases, reason: Reason) -> str:
    facts = dict(reason.facts)
    if "channel" in facts:
        facts["channel"] = channel_words(say, str(facts["channel"]))
    if "reason" in facts:
        facts["reason"] = reason_words(say, str(facts["reason"])) if facts["reason"] else ""
    return say(f"why.reason.{reason.key}", **facts)


def _delivery_table(say: Phrases, deliveries: Iterable[Delivered]) -> Table:
    head = tuple(say(f"why.head.{column}") for column in ("what", "where", "steps"))
    rows = tuple(
        (
            say("why.what", kind=kind_words(say, one.what or one.kind), at=one.posted_at),
            say("undelivered.where", channel=channel_words(say, one.channel), address=one.address),
            "; ".join(_step(say, step) for step in one.steps),
        )
        for one in deliveries
    )
    return Table(say("why.caption"), head, rows)


def _step(say: Phrases, step: Step) -> str:
    reason = reason_words(say, step.reason) if step.reason else ""
    return say("why.step", at=step.at, state=say(f"why.state.{step.state}"), reason=reason)
