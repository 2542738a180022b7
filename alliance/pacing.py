"""How fast a channel may be written to: two limits, shared by every sender, worked out as "not before".

A *lane* is what one conversation or mailbox takes, an *account* what a whole workspace or server takes (GCRA: the
instant before which nothing more may go, moved on by a gap at each send). All times are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rate:
    """Gaps between two sends in milliseconds; ``account_burst_ms`` is how far an idle account may catch up."""

    lane_gap_ms: int = 0
    account_gap_ms: int = 0
    account_burst_ms: int = 0


UNLIMITED = Rate()


def a_minute(count: int) -> Rate:
    """So many a minute on the whole account and evenly, in no minute one more; 0 is as fast as it takes them."""
    return Rate(account_gap_ms=-(-60_000 // count)) if count else UNLIMITED


@dataclass(frozen=True)
class Candidate:
    """A delivery that is due, and the two limits that it is under."""

    id: int
    lane: str
    account: str


@dataclass(frozen=True)
class Admission:
    """Who may go now, when the others may be looked at again, and the limits as they are afterwards."""

    taken: tuple[int, ...]
    waiting: Mapping[int, int]
    charged: Mapping[str, int] = field(default_factory=dict)


def edits_of(account: str) -> str:
    """The limit for changing messages of an account: it must not hold up new ones."""
    return f"{account}/edits"


def account_of(channel: str, address: str) -> str:
    """The workspace of ``T1/U042`` on its channel, or the channel where an address names none."""
    workspace, slash, _ = address.partition("/")
    return f"{channel}:{workspace}" if slash else channel


def admit(
    candidates: Iterable[Candidate], opens: Mapping[str, int], rate: Rate, now_ms: int, at_most: int
) -> Admission:
    """Let go whom both limits allow, in the order given and so many at most.

    Those whose limit is shut wait until it opens, one gap after another.
    """
    known, taken = dict(opens), list[int]()
    waiting, turns, charged = dict[int, int](), dict[str, int](), dict[str, int]()
    for each in candidates:
        free = max(known.get(each.lane, 0), known.get(each.account, 0))
        if free > now_ms:
            turn = max(turns.get(each.lane, 0), free)
            waiting[each.id], turns[each.lane] = turn, turn + rate.lane_gap_ms
            continue
        if len(taken) == at_most:
            break
        taken.append(each.id)
        if rate.lane_gap_ms:
            charged[each.lane] = known[each.lane] = now_ms + rate.lane_gap_ms
        if rate.account_gap_ms:
            start = max(known.get(each.account, 0), now_ms - rate.account_burst_ms)
            charged[each.account] = known[each.account] = start + rate.account_gap_ms
    return Admission(tuple(taken), waiting, charged)
