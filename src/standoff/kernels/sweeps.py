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
    WIDTH, broadcast, fma, greater, lesser, load, magnitude, store, where_less,
)  # fmt: skip


@kernel
def prepare(tree, log_odds, log_chance):  # type: ignore[no-untyped-def]
    """Fill `log_chance` ``[I, 8]``; needed where some cell has several nodes."""
    chance_reach(tree, log_odds, log_chance)


@kernel
def sweep(  # type: ignore[no-untyped-def]
    tree, precision, y, numbers, work, image, distance,
):  # fmt: skip
    """Write ``image = G(y)`` and the largest ``|image - y|`` of each lane into `distance` [8].

    `numbers` are the block's payoffs, odds, log rates, priors, log priors and log chance reach;
    `work` is the play, values, reach and two scratch arrays. The play left in `work` is the exact
    logit response under the beliefs `y`.
    """
    payoff, odds, log_rate, prior, log_prior, log_chance = numbers
    play, values, reach, w, sigma = work
    upward(
        tree, False, load(precision, 0), y, payoff, odds, log_rate, prior, log_prior, log_chance,
        play, values, w, sigma,
    )  # fmt: skip
    downward(tree, play, reach, image)
    largest = broadcast(0.0)
    for i in range(tree.entries):
        largest = greater(largest, magnitude(load(image, i * WIDTH) - load(y, i * WIDTH)))
    store(distance, 0, largest)


@kernel
def check(tree, precision, numbers, work, image, gap):  # type: ignore[no-untyped-def]
    """Largest ``|log play - log logit response|`` of each lane under the play's own beliefs, into
    `gap` [8]. The play in `work` stays; `image` is overwritten with its beliefs."""
    payoff, odds, log_rate, prior, log_prior, log_chance = numbers
    play, values, reach, w, sigma = work
    downward(tree, play, reach, image)
    found = upward(
        tree, True, load(precision, 0), image, payoff, odds, log_rate, prior, log_prior,
        log_chance, play, values, w, sigma,
    )  # fmt: skip
    store(gap, 0, found)


@kernel
def relax(y, image, step, n):  # type: ignore[no-untyped-def]
    """``y += step * (image - y)`` lane by lane; a lane with step 0 keeps its bytes."""
    d = load(step, 0)
    zero = broadcast(0.0)
    for i in range(n):
        old = load(y, i * WIDTH)
        new = fma(d, load(image, i * WIDTH) - old, old)
        store(y, i * WIDTH, where_less(zero, d, new, old))


@kernel
def relax_each(tree, active, low, high, grow, shrink, y, image, last, step):  # type: ignore[no-untyped-def]
    """Move every cell's beliefs by a step of its own.

    `step` ``[C, 8]`` grows by the factor `grow` (up to `high`) where a cell's change goes on in the direction of the
    last one, and shrinks by `shrink` (down to `low`) where it turns back: what fails to converge is nearly always a
    few signaling subgames that swing, each by itself. `last` ``[Y, 8]`` holds the last change
    asked for. Lanes whose `active` is not positive keep their bytes.
    """
    on = load(active, 0)
    zero = broadcast(0.0)
    for c in range(len(tree.cell_player)):
        first, end = tree.cell_entry[c], tree.cell_entry[c + 1]
        if first == end:
            continue
        turn = zero
        for i in range(first, end):
            ask = load(image, i * WIDTH) - load(y, i * WIDTH)
            turn = fma(ask, load(last, i * WIDTH), turn)
            store(last, i * WIDTH, ask)
        d = load(step, c * WIDTH)
        up = lesser(d * broadcast(grow), broadcast(high))
        down = greater(d * broadcast(shrink), broadcast(low))
        d = where_less(turn, zero, down, up)
        store(step, c * WIDTH, d)
        for i in range(first, end):
            old = load(y, i * WIDTH)
            new = fma(d, load(last, i * WIDTH), old)
            store(y, i * WIDTH, where_less(zero, on, new, old))
