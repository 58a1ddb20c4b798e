"""The logit response as a map of log odds, whose fixed points are the equilibria.

The unknown ``x`` is one number for each action but the first of every information set with a
choice: the log of its odds against the first. Nothing binds these numbers, and a move that is made
once in ``e**1000`` is one as good as any other. The map goes from play to reach and beliefs (down
the tree), and from beliefs to the exact logit response (up the tree); all in logs.

Where the cells of a game have no common order in time, no single pass finds the response to
beliefs. There `agents` answers the play as it is: each cell the logit of its values under the
others' (and its own later) play. The fixed points are the same.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from standoff.kernels.backward import average, mix, upward, weights
from standoff.kernels.compiling import inlined, inner, kernel
from standoff.kernels.forward import downward
from standoff.kernels.lanes import (
    WIDTH,
    broadcast,
    exp,
    fma,
    greater,
    load,
    log,
    peek,
    store,
)  # fmt: skip


class Field(NamedTuple):
    """What the map needs: tables of the tree, numbers of the game, and room. Set s of the S sets
    with a choice has unknowns ``first[s] : first[s + 1]``.
    """

    tree: Any  # standoff.kernels.tree.Tree
    timed: bool  # whether every cell's nodes stand at one level
    first: Any  # [S + 1]
    row: Any  # [S] row of the set's first action in the play
    stride: Any  # [S] rows from one action to the next
    numbers: Any  # as in standoff.kernels.sweeps.sweep
    work: Any
    belief: Any  # [Y * 8]
    point: Any  # [n * 8] where the map is applied
    image: Any  # [n * 8] what it gives
    precision: Any  # [8]


@inner
def spread(field, x, play):  # type: ignore[no-untyped-def]
    """Log `play` ``[A, 8]`` from log odds `x` ``[n, 8]``."""
    for s in range(len(field.row)):
        low, high = peek(field.first, s), peek(field.first, s + 1)
        row, stride = peek(field.row, s), peek(field.stride, s)
        top = broadcast(0.0)
        for i in range(low, high):
            top = greater(top, load(x, i * WIDTH))
        total = exp(broadcast(0.0) - top)
        for i in range(low, high):
            total = total + exp(load(x, i * WIDTH) - top)
        level = top + log(total)
        store(play, row * WIDTH, broadcast(0.0) - level)
        for i in range(low, high):
            row += stride
            store(play, row * WIDTH, load(x, i * WIDTH) - level)


@inner
def gather(field, play, x):  # type: ignore[no-untyped-def]
    """Log odds `x` ``[n, 8]`` from log `play` ``[A, 8]``."""
    for s in range(len(field.row)):
        row, stride = peek(field.row, s), peek(field.stride, s)
        base = load(play, row * WIDTH)
        for i in range(peek(field.first, s), peek(field.first, s + 1)):
            row += stride
            store(x, i * WIDTH, load(play, row * WIDTH) - base)


@inlined
def _values_of_play(tree, bank, odds, play, sigma):  # type: ignore[no-untyped-def]
    """Values of every node under the log `play`, into the bank: children come first."""
    for node in range(len(tree.actor)):
        c = peek(tree.node_cell, node)
        if c < 0:
            average(tree, node, odds, bank)
            continue
        p = peek(tree.cell_player, c)
        row, count = peek(tree.row_start, c), peek(tree.n_actions, c)
        for i in range(count * peek(tree.n_types, p)):
            store(sigma, i * WIDTH, exp(load(play, (row + i) * WIDTH)))
        mix(tree, p, node, count, sigma, bank)


@inner
def agents(tree, precision, y, numbers, play, w, sigma):  # type: ignore[no-untyped-def]
    """Replace the log `play` by its logit response, information set by information set."""
    bank, odds, log_rate, _, log_prior, log_chance = numbers
    K = tree.profiles
    _values_of_play(tree, bank, odds, play, sigma)
    for c in range(len(tree.cell_player)):
        A = peek(tree.n_actions, c)
        if A == 1:
            continue
        p = peek(tree.cell_player, c)
        T = peek(tree.n_types, p)
        first, last = peek(tree.cell_first, c), peek(tree.cell_first, c + 1)
        weights(tree, c, y, log_prior, log_chance, w)
        for t in range(T):
            q = peek(tree.type_start, p) + t
            row = peek(tree.row_start, c) + t
            top = broadcast(-1e300)
            for a in range(A):
                value = broadcast(0.0)
                for m in range(first, last):
                    e = peek(tree.edge_first, peek(tree.cell_inner, m)) + a
                    below = peek(tree.edge_base, e) + p * K
                    for s in range(peek(tree.n_same, q)):
                        k = peek(tree.same, q * K + s)
                        weight = load(w, ((m - first) * K + k) * WIDTH)
                        value = fma(weight, load(bank, (below + k) * WIDTH), value)
                rate = load(log_rate, peek(tree.rate_row, peek(tree.action_start, c) + a) * WIDTH)
                logit = fma(precision, value, rate)
                top = greater(top, logit)
                store(play, (row + a * T) * WIDTH, logit)
            total = broadcast(0.0)
            for a in range(A):
                total = total + exp(load(play, (row + a * T) * WIDTH) - top)
            level = top + log(total)
            for a in range(A):
                at = (row + a * T) * WIDTH
                store(play, at, load(play, at) - level)


@inlined
def apply(field):  # type: ignore[no-untyped-def]
    """`field.image` becomes the map of `field.point`, at `field.precision`, lane by lane."""
    tree = field.tree
    bank, odds, log_rate, prior, log_prior, log_chance = field.numbers
    play, reach, w, sigma = field.work
    spread(field, field.point, play)
    downward(tree, play, reach, field.belief)
    precision = load(field.precision, 0)
    if field.timed:
        upward(
            tree, False, precision, field.belief, bank, odds, log_rate, prior, log_prior,
            log_chance, play, w, sigma,
        )  # fmt: skip
    else:
        agents(tree, precision, field.belief, field.numbers, play, w, sigma)
    gather(field, play, field.image)


REACH = 3e-5
"""Width of the central difference, for a direction of length one."""


@kernel
def look(field, precision, z, v, out):  # type: ignore[no-untyped-def]
    """``x - map(x)``, or its derivative in direction v, at ``z = (x, w)``, into ``out[:n]``.

    The precision is w times `precision`. A direction of length zero stands for none: then the
    largest absolute entry of ``x - map(x)`` is returned. Else the eight lanes are the eight points
    of a central difference of the eighth order, so that a derivative costs as much as a value and
    is exact to rounding.
    """
    n = len(z) - 1
    size = 0.0
    for i in range(n + 1):
        size += v[i] * v[i]
    h = REACH / math.sqrt(size) if size > 0.0 else 0.0
    for k in range(WIDTH // 2):
        field.precision[2 * k] = (z[n] + (k + 1) * h * v[n]) * precision
        field.precision[2 * k + 1] = (z[n] - (k + 1) * h * v[n]) * precision
    for i in range(n):
        here, d = z[i], h * v[i]
        at = i * WIDTH
        for k in range(WIDTH // 2):
            field.point[at + 2 * k] = here + (k + 1) * d
            field.point[at + 2 * k + 1] = here - (k + 1) * d
    apply(field)
    image = field.image
    worst = 0.0
    for i in range(n):
        at = i * WIDTH
        if h > 0.0:
            slope = (
                (image[at] - image[at + 1]) * (4.0 / 5.0)
                - (image[at + 2] - image[at + 3]) * (1.0 / 5.0)
                + (image[at + 4] - image[at + 5]) * (4.0 / 105.0)
                - (image[at + 6] - image[at + 7]) * (1.0 / 280.0)
            )
            out[i] = v[i] - slope / h
        else:
            out[i] = z[i] - image[at]
            if not abs(out[i]) <= worst:  # what is no number is the worst
                worst = abs(out[i])
    return worst
