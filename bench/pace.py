"""Pace: one message a second and channel, whatever the order they were posted in; the provider enforces it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from bench.contenders.stage import Work
from bench.fanout import Stage, bare, on_sqlite
from bench.measure import Cost
from bench.planted import plant
from bench.rounds import Verdict, interleaved, verdict

CHANNELS, EACH, GAP_MS = 260, 5, 1000
IDEAL_SECONDS = (EACH - 1) * GAP_MS / 1000
WALL_TARGET = 1.1
ORDERS = ("round-robin", "channel by channel")
OURS, PEER = "ours", "bare loop + retry handler"


def pace(stage: Stage, rounds: int, *, with_peer: bool) -> Iterator[Verdict]:
    """Measure both orders: the wall beside the ideal, and how often the provider had to say no."""
    for order in ORDERS:
        work = Work(stage.provider.url, CHANNELS, EACH, order, gap_ms=GAP_MS)
        template = stage.folder / "pace.db"
        plant(f"sqlite:///{template}", work)
        ways = {OURS: partial(on_sqlite, stage, work, template)}
        if with_peer:
            ways[PEER] = partial(bare, stage, work, "sdk")
        refused: dict[str, list[int]] = {name: [] for name in ways}
        running = {name: _counting(stage, refused[name], way) for name, way in ways.items()}
        costs = interleaved(running, rounds, f"pace {order}")
        template.unlink()
        yield from verdicts(order, costs, refused)


def _counting(stage: Stage, refused: list[int], run: Callable[[int], Cost]) -> Callable[[int], Cost]:
    def counted(number: int) -> Cost:
        cost = run(number)
        refused.append(stage.provider.counts()["rejected"])
        return cost

    return counted


def verdicts(order: str, costs: dict[str, list[Cost]], refused: dict[str, list[int]]) -> Iterator[Verdict]:
    n = CHANNELS * EACH
    for name, runs in costs.items():
        judged, walls, worst = name == OURS, [cost.wall_s for cost in runs], max(refused[name])
        what, target = f"{name}, {order}: wall x ideal", WALL_TARGET if judged else None
        ideal = [IDEAL_SECONDS] * len(runs)
        yield verdict("pace", what, n, walls, ideal, target, costs=runs, refused=refused[name])
        # Not one round may meet a refusal: a 429 comes of our pacing, not of a busy machine.
        spread = (float(min(refused[name])), float(worst))
        told = f"{name}, {order}: 429s"
        yield Verdict("pace", told, n, float(worst), 0.0 if judged else None, not judged or worst == 0, spread)
