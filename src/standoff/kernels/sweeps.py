"""Entry points of the fixed-point iteration on one block of eight variants.

The iteration is on the belief state ``y`` (see `standoff.kernels.tree`): `sweep` applies the map
"beliefs -> exact logit backward induction -> reach -> beliefs" once. All arrays are flat with the
eight lanes innermost, and every lane is computed without regard to the others.
"""

from __future__ import annotations

from standoff.kernels.backward import upward
from standoff.kernels.compiling import kernel
from standoff.kernels.forward import chance_reach, downward
from standoff.kernels.lanes import (
    WIDTH,
    broadcast,
    fma,
    greater,
    lesser,
    load,
    magnitude,
    peek,
    store,
    where_less,
)  # fmt: skip


@kernel
def prepare(tree, log_odds, log_chance):  # type: ignore[no-untyped-def]
    """Fill `log_chance` ``[I, 8]``; needed where some cell has several nodes."""
    chance_reach(tree, log_odds, log_chance)


@kernel
def sweep(tree, fixed, precision, y, numbers, work, image, outcome):  # type: ignore[no-untyped-def]
    """Apply the map once, or measure how far the play is from its logit response.

    `numbers` are the block's bank, odds, log rates, priors, log priors and log chance reach; `work`
    is the log play, the reach and two scratch arrays.

    Not `fixed`: the play becomes the exact logit response under the beliefs `y`, `image` the
    beliefs that it implies, `outcome` [8] the largest ``|image - y|`` of each lane. With `fixed`
    (`y` and `image` the same array): the play stays, `image` becomes its own beliefs, and `outcome`
    the largest ``|log play - log logit response|``.
    """
    bank, odds, log_rate, prior, log_prior, log_chance = numbers
    play, reach, w, sigma = work
    if fixed:
        downward(tree, play, reach, image)
    gap = upward(
        tree, fixed, load(precision, 0), y, bank, odds, log_rate, prior, log_prior, log_chance,
        play, w, sigma,
    )  # fmt: skip
    if fixed:
        store(outcome, 0, gap)
        return
    downward(tree, play, reach, image)
    largest = broadcast(0.0)
    for i in range(tree.entries):
        largest = greater(largest, magnitude(load(image, i * WIDTH) - load(y, i * WIDTH)))
    store(outcome, 0, largest)


@kernel
def relax_each(cell_entry, mode, y, image, last, step):  # type: ignore[no-untyped-def]
    """Move every cell's beliefs (entries ``cell_entry[c] : cell_entry[c + 1]``) by its own step.

    What keeps the iteration from settling is nearly always a few signaling subgames, each swinging
    by itself; so each cell and lane has its step, in `step` ``[C, 8]``. `last` ``[Y, 8]`` holds the
    change that was asked for before. By the lane's `mode` [8]:

    0   keep the bytes: the lane is done.
    1   the secant step: from the last move and what it did to the change asked for, the step that
        would have brought the cell to rest were it alone.
    2   slower and surer: the step shrinks where the beliefs turn back and grows where they go on.
    """
    way = load(mode, 0)
    zero, one = broadcast(0.0), broadcast(1.0)
    for c in range(len(cell_entry) - 1):
        first, end = peek(cell_entry, c), peek(cell_entry, c + 1)
        if first == end:
            continue
        turn, square = zero, zero
        for i in range(first, end):
            before = load(last, i * WIDTH)
            ask = load(image, i * WIDTH) - load(y, i * WIDTH)
            turn = fma(ask, before, turn)
            square = fma(before, before, square)
            store(last, i * WIDTH, ask)
        d = load(step, c * WIDTH)
        # The last move was d * before; the change asked for went from before to ask. At rest it
        # would be zero: 1 / (1 - slope) with slope = turn / square, between a third and the double.
        fall = square - turn
        tiny = broadcast(1e-300)
        best = where_less(tiny, fall, d * square / greater(fall, tiny), one)
        best = greater(lesser(best, d * broadcast(2.0)), d * broadcast(0.3))
        best = greater(lesser(best, one), broadcast(0.02))
        sure = where_less(turn, zero, d * broadcast(0.5), d * broadcast(1.2))
        sure = greater(lesser(sure, one), broadcast(0.01))
        d = where_less(way, broadcast(1.5), best, sure)
        store(step, c * WIDTH, d)
        for i in range(first, end):
            old = load(y, i * WIDTH)
            new = fma(d, load(last, i * WIDTH), old)
            store(y, i * WIDTH, where_less(zero, way, new, old))
