"""Equilibria (AQRE) to which many random beliefs lead, for a batch of variants.

The iteration of `aqre` begins with beliefs that follow from play at random and climbs to the
precision asked for. Here it begins at that precision with beliefs drawn at random: whoever believes
that a move gives a type away may find that it does. Eight starts of one variant stand side by side.
What comes of it is stable under the iteration, so that equilibria between two others are missed
(`aqre_branches` finds these, one game at a time).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload, insist_on_order
from standoff.progress import Progress
from standoff.solve.blocks import WIDTH, each_block, tree_of
from standoff.solve.stages import Stage

Float = NDArray[np.float64]
Int = NDArray[np.intp]

MANNERS = ((8, 120), (320, 440))
"""Sweeps of `stages.ATTEMPTS` that a start is taken through, as if it had come so far: at full
precision from the first, in the quick manner, then (from its own beliefs again) in the surer one.
"""
SWEEPS = sum(end - began for began, end in MANNERS)
"""Sweeps that a start may take."""
SPREADS = (0.5, 2.0, 6.0)
"""Standard deviations of the log odds that starts believe in, in turn: from next to none to some
that hardly any move undoes."""
SAME = 1e-6
"""Largest difference of probabilities between two sights of one equilibrium."""
PURPOSE = 5417
"""Sets the random numbers apart from those of the draws."""


@dataclass(frozen=True, eq=False)
class Starts:
    """What the starts of each variant led to."""

    strategies: tuple[tuple[Float, ...], ...]  # by variant, distinct ones [A], the known one first
    check: tuple[tuple[float, ...], ...]  # by variant, largest |log strategy - log logit response|
    settled: NDArray[np.int64]  # [V] starts that settled


def aqre_starts(
    game: Game,
    payload: Payload,
    known: Float,
    check: Float,
    *,
    starts: int = WIDTH,
    seed: int = 0,
    tolerance: float = 1e-8,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Starts:
    """Equilibria beside `known` [A, V] (whose solver checks are `check` [V]) to which `starts`
    random beliefs lead within `SWEEPS` sweeps; `starts` is rounded up to a multiple of eight.

    A start counts when its solver check is at most `tolerance`, and so does what is known. The same
    `seed` gives the same bytes on any number of `threads`. Raises ValueError where information sets
    have no common order in time.
    """
    insist_on_order(game)
    V = payload.n_variants
    rounds = max(1, -(-starts // WIDTH))
    tree = tree_of(game)
    found: dict[int, tuple[int, list[tuple[Float, float]]]] = {}

    def before(v: int) -> list[tuple[Float, float]]:
        gap = float(check[v])
        return [(np.ascontiguousarray(known[:, v]), gap)] if gap <= tolerance else []

    def stop() -> bool:
        return progress is not None and progress.cancelled

    stages = [
        Stage(tree, payload, game.n_rows, began, end, end + 1, tolerance, stop)
        for began, end in MANNERS
    ]
    steps = np.ones(len(tree.cell_player))

    def work(places: Int) -> tuple[int, int, list[tuple[Float, float]]]:
        number = int(places[0]) // WIDTH
        rng = np.random.default_rng([seed, PURPOSE, number % rounds])
        beliefs = rng.normal(size=(tree.entries, WIDTH)) * np.resize(SPREADS, WIDTH)
        goal = np.array(tolerance / 2)
        todo = [(np.ascontiguousarray(y), np.zeros_like(y), steps, goal) for y in beliefs.T]
        v, settled = number // rounds, 0
        new = before(v)
        had = len(new)
        for stage in stages:
            padded = [*todo, *[todo[-1]] * (WIDTH - len(todo))]
            (made,) = stage.go_on(np.full(WIDTH, v), padded)
            done = np.flatnonzero(~made.open)
            good = (done < len(todo)) & (made.check[done] <= tolerance)
            settled += int(good.sum())
            for play, gap in zip(made.play.T[good], made.check[done[good]], strict=True):
                if is_new(play, [other for other, _ in new]):
                    new.append((np.ascontiguousarray(play), float(gap)))
            todo = [one for i, one in enumerate(todo) if made.open[i]]
            if not todo:
                break
        return number, settled, new[had:]

    def keep(result: tuple[int, int, list[tuple[Float, float]]]) -> None:
        found[result[0]] = result[1:]
        if progress is not None:
            progress.step(len(found), V * rounds)

    if game.n_rows and tree.entries:
        each_block(work, np.arange(V * rounds * WIDTH), threads=threads, done=keep, stop=stop)
    each = []
    count = np.zeros(V, dtype=np.int64)
    for v in range(V):
        distinct = before(v)
        for number in range(v * rounds, (v + 1) * rounds):
            settled, new = found.get(number, (0, []))
            count[v] += settled
            distinct += [one for one in new if is_new(one[0], [other for other, _ in distinct])]
        each.append(distinct)
    return Starts(
        tuple(tuple(play for play, _ in one) for one in each),
        tuple(tuple(gap for _, gap in one) for one in each),
        count,
    )


def is_new(play: Float, others: Sequence[Float]) -> bool:
    """Whether a strategy [A] differs from all others by more than `SAME`."""
    return all(float(np.abs(play - other).max(initial=0.0)) > SAME for other in others)


make_callable(__name__)
