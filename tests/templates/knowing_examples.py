"""Facts for every kind in ``knowing``: with nothing, one and many. All invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from alliance.accounts import Account
from alliance.charter_file import read_charter
from alliance.findings import KINDS, Lost, NamedFinding
from alliance.members import Organisation
from alliance.obligations import Obligation, Period, Standing
from alliance.whys import Delivered, Explained, Reason, Step, Why
from alliance.words import Words

CHARTER_FILE = Path(__file__).parents[2] / "alliance" / "charters" / "dk2020.toml"
REQUIREMENTS = read_charter(CHARTER_FILE.read_text(encoding="utf-8"), "dk2020.toml").requirements
NOW = datetime(2027, 4, 2, 7, 15, tzinfo=UTC)
DAY = date(2027, 4, 2)
KOEGE = Organisation(259, "0259", "Køge", "Køge Kommune", "municipality")
HOW = ("waiting", "sent", "lost", "withdrawn", "expired")
WHYS = (
    *("address", "recipient", "auth", "connect", "sender", "data", "lost", "transport", "words", "no_address"),
    *("slow", "refused"),
)


def _lost(number: int, reason: str, **more: Any) -> Lost:
    facts = {"person": f"Anne Holm {number}", "member": "Køge", "what": "reminder", "channel": "mail"}
    address = "" if reason == "no_address" else f"anne{number}@koege.example"
    return Lost(number, **{**facts, "address": address, "reason": reason, "at": NOW, **more})


MANY_LOST = (
    *(_lost(number, f"{reason}: 550 5.1.1 no such user") for number, reason in enumerate(WHYS)),
    _lost(20, "channel_not_found", channel="slack", what="paper", member="Ærø"),
    _lost(21, "no_address", member="", what="unheard_of"),
    _lost(22, "perhaps_sent", what="invitation"),
    *(_lost(30 + number, "recipient: 550", member=f"Ø{number}") for number in range(15)),
)


REFUSED = (
    "access: missing_scope files:write",
    "access: invalid_auth",
    "access: ekm_access_denied",
    "access: messages_tab_disabled",
    "access: 535 5.7.8 not accepted",
    "access: not_installed T0123ABCD",
)


def _finding(kind: str, number: int = 0) -> NamedFinding:
    return NamedFinding(
        kind,
        member="Køge",
        requirement="3b",
        person=f"Anne Holm {number}",
        channel="mail",
        what="reminder",
        day=DAY,
        meeting=Words("Styregruppemøde 1/2027", "Steering group meeting 1/2027"),
        at=NOW - timedelta(hours=number),
        count=2 + number,
        served=not number,
        reasons=REFUSED[number : number + 2] if kind == "shut_out" else (),
    )


def _step(state: str, minutes: int, reason: str = "") -> Step:
    return Step(NOW + timedelta(minutes=minutes), state, reason)


def _delivered(number: int, state: str, *steps: Step, **more: Any) -> Delivered:
    facts: dict[str, Any] = {
        "kind": "reminder",
        "about": "obligations",
        "occasion": "2027-04-02",
        "person": "Anne Holm",
    }
    facts |= {"address": "klima@koege.example", "channel": "mail", "reason": "", "attempts": 1, "receipt": "250 ok"}
    return Delivered(number, **{**facts, "state": state, "posted_at": NOW, "sent_at": None, "steps": steps, **more})


SENT = _delivered(1, "sent", _step("queued", 0), _step("sending", 1), _step("sent", 1), sent_at=NOW)
LOST = _delivered(
    2,
    "given_up",
    _step("queued", 0),
    _step("failed", 1, "connect: refused"),
    _step("given_up", 9, "recipient: 550 5.1.1 anne"),
    channel="slack",
    address="",
)
OTHERS = tuple(
    _delivered(number, state, _step(state, 5, reason))
    for number, (state, reason) in enumerate(
        (("withdrawn", "settled"), ("expired", "moment_gone"), ("withdrawn", "snoozed")), start=3
    )
)

_FACT = {"what": "Vedtaget plan", "name": "Bo Krag", "office": Words("borgmester", "mayor"), "at": NOW}
_WENT = {"at": NOW, "channel": "mail", "address": "klima@koege.example", "reason": ""}
REASONS = (
    Reason("settled", _FACT),
    Reason("settled", {**_FACT, "office": None}),
    Reason("exempt", {**_FACT, "until": DAY}),
    Reason("exempt", {**_FACT, "office": None, "until": None}),
    Reason("answered", {"at": NOW, "event_day": DAY}),
    Reason("over", {"at": None, "event_day": DAY}),
    Reason("over", {"at": None, "event_day": None}),
    Reason("not_asked", {"names": ("Bo Krag", "Lis Dam")}),
    Reason("nobody_asked", {"names": ()}),
    Reason("standing"),
    Reason("not_reached", {"due": DAY, "day": DAY}),
    *(Reason(state, _WENT) for state in ("sent", "queued", "sending")),
    *(Reason(state, {**_WENT, "reason": "settled"}) for state in ("failed", "given_up", "withdrawn", "expired")),
    Reason("sent", {**_WENT, "reason": "possibly_repeated"}),
    Reason("given_up", {**_WENT, "address": "", "reason": "no_address"}),
    Reason("due", {"day": DAY}),
    Reason("held"),
    Reason("snoozed", {"at": NOW, "until": DAY}),
    Reason("next", {"day": DAY}),
    Reason("last"),
)
GENERAL = (
    Reason("not_working", {"day": DAY}),
    Reason("no_office"),
    Reason("nothing_open"),
    Reason("not_open", {"requirement": REQUIREMENTS[0].title}),
    Reason("away", {"since": DAY, "last": DAY}),
    Reason("no_address"),
    Reason("unreachable", {"channel": "teams", "address": "klima@koege.example", "since": NOW}),
)


def _account(number: int) -> Account:
    requirement = REQUIREMENTS[number % len(REQUIREMENTS)]
    period = Period(date(2027, 1, 1), date(2028, 1, 1))
    duty = Obligation(259, requirement.key, period, period.start, DAY, id=100 + number)
    return Account(KOEGE, duty, requirement, Standing("open"))


EXPLAINED = tuple(Explained(_account(number), (reason,)) for number, reason in enumerate(REASONS))

EXAMPLES: dict[str, dict[str, dict[str, Any]]] = {
    "undelivered": {
        "none": {"lost": (), "count": 0},
        "one": {"lost": (_lost(1, "recipient: 550 5.1.1 no such user"),), "count": 1},
        "server": {"lost": (_lost(1, "connect: refused"), _lost(1, "connect: refused")), "count": 2},
        "many": {"lost": MANY_LOST, "count": 60},
    },
    "outbox": {
        "none": {"counts": dict.fromkeys(HOW, 0), "lost": (), "count": 0, "days": 30, "url": ""},
        "one": {
            "counts": {**dict.fromkeys(HOW, 0), "sent": 412, "lost": 1},
            "lost": (_lost(1, "recipient: 550 5.1.1 no such user", what="invitation_cancelled"),),
            "count": 1,
            "days": 30,
            "url": "https://tovholder.example",
        },
        "many": {
            "counts": {how: 10_000 + n for n, how in enumerate(HOW)},
            "lost": MANY_LOST,
            "count": 60,
            "days": 30,
            "url": "https://tovholder.example",
        },
    },
    "alert": {
        "none": {"findings": (), "count": 0, "at": NOW},
        "one": {"findings": (_finding("gap"),), "count": 1, "at": NOW},
        "many": {
            "findings": (*(_finding(kind, n) for kind in KINDS for n in range(2)), *map(_finding, ["gap"] * 25)),
            "count": 99,
            "at": NOW,
        },
    },
    "why": {
        "none": {"why": Why("Anne Holm", DAY, GENERAL, (), ())},
        "one": {"why": Why("Anne Holm", DAY, (), EXPLAINED[:1], (SENT,))},
        "many": {"why": Why("Anne Holm", DAY, GENERAL, EXPLAINED, (SENT, LOST, *OTHERS))},
    },
}
REFUSALS: dict[str, dict[str, object]] = {
    "why_whom": {},
    "nobody_called": {"got": "Asger Ukendt"},
    "several_called": {"got": "Holm", "known": ("Anne Holm", "Bo Holm")},
}
