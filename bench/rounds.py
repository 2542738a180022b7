"""Paired rounds: all contenders in turn, round by round; ratios of medians; missed is what is missed twice of three."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from bench.measure import Cost


@dataclass(frozen=True)
class Verdict:
    """One ratio of one bench, with the cost of ours beside it; ``target`` None: for information."""

    bench: str
    what: str
    n: int
    ratio: float
    target: float | None
    ok: bool
    spread: tuple[float, float]
    wanted: str = "<="
    cost: Cost = field(default_factory=Cost)
    facts: Mapping[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """One line of JSON."""
        told = {
            "bench": self.bench,
            "what": self.what,
            "n": self.n,
            "ratio": round(self.ratio, 3),
            "wanted": self.wanted,
            "target": self.target,
            "ok": self.ok,
            "p25": round(self.spread[0], 3),
            "p75": round(self.spread[1], 3),
            "cpu_s": round(self.cost.cpu_s, 4),
            "wall_s": round(self.cost.wall_s, 3),
            "peak_mib": round(self.cost.peak_mib, 1),
        }
        return json.dumps({**told, **self.facts}, ensure_ascii=False)


def missed(ratios: Sequence[float], target: float | None, wanted: str) -> bool:
    """Whether the target was missed in two of three rounds (in two thirds of however many)."""
    if target is None:
        return False
    misses = sum(ratio > target if wanted == "<=" else ratio < target for ratio in ratios)
    return misses * 3 >= len(ratios) * 2


def verdict(
    bench: str,
    what: str,
    n: int,
    ours: Sequence[float],
    other: Sequence[float],
    target: float | None,
    wanted: str = "<=",
    costs: Sequence[Cost] = (),
    **facts: Any,
) -> Verdict:
    """Ours over the other's by round (where ``wanted`` is ``>=`` the other's over ours), and whether it holds."""
    over, under = (ours, other) if wanted == "<=" else (other, ours)
    paired = [a / b for a, b in zip(over, under, strict=True)]
    ratio = median(over) / median(under)
    held = not missed(paired, target, wanted)
    return Verdict(bench, what, n, ratio, target, held, _spread(paired), wanted, typical(costs), facts)


def typical(costs: Sequence[Cost]) -> Cost:
    """The median of each."""
    if not costs:
        return Cost()
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("cpu_s", "wall_s", "peak_mib")))


def _spread(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = quantiles(values, n=4, method="inclusive")
    return low, high


def interleaved(contenders: Mapping[str, Callable[[int], Cost]], rounds: int, title: str) -> dict[str, list[Cost]]:
    """Run every contender once a round, each round beginning with another one; what they cost, by name."""
    names = list(contenders)
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    for number in range(rounds):
        turned = names[number % len(names) :] + names[: number % len(names)]
        for name in turned:
            cost = contenders[name](number)
            costs[name].append(cost)
            print(
                f"  {title} round {number + 1}/{rounds} {name}: cpu {cost.cpu_s:.3f} s, wall {cost.wall_s:.2f} s, "
                f"{cost.peak_mib:.0f} MiB",
                file=sys.stderr,
                flush=True,
            )
    return costs


def table(verdicts: Sequence[Verdict]) -> str:
    """All verdicts for a person to read."""
    rows = [("", "bench", "n", "what", "ratio", "p25-p75", "target", "cpu s", "wall s", "MiB")]
    for v in verdicts:
        mark = "ok" if v.ok else "MISS"
        rows.append(
            (
                mark if v.target is not None else "",
                v.bench,
                f"{v.n:,}",
                v.what,
                f"{v.ratio:.2f}",
                f"{v.spread[0]:.2f}-{v.spread[1]:.2f}",
                f"{v.wanted} {v.target:g}" if v.target is not None else "",
                f"{v.cost.cpu_s:.3f}",
                f"{v.cost.wall_s:.2f}",
                f"{v.cost.peak_mib:.0f}",
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
