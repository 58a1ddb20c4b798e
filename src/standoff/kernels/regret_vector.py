"""Regret minimization on a public tree, a vector over the mover's types at a time.

A player's *sets* are the public nodes at which it moves and its *sequences* the moves there; every
number (regret, plan, value) is a vector over its types, padded to whole lanes. At an *end* the
payoffs are a table over both players' types, chance and prior included; equal tables are kept once.

One update of a player, in two passes over its own sets only: upward, the values of its moves under
the opponent's plan, the regrets and the next strategy; downward, its new plan and the average.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standoff.kernels.compiling import inlined, inner, kernel
from standoff.kernels.lanes import (
    WIDTH,
    broadcast,
    fma,
    greater,
    lane,
    load,
    peek,
    spread,
    store,
    where_less,
)  # fmt: skip

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

CFR_PLUS, DCFR, PCFR_PLUS = 0, 1, 2


class Seat(NamedTuple):
    """One player's side of the game. S sequences (0 the empty one), I sets, L ends, D tables; W the
    number of the player's types, padded to whole lanes; U the number of the opponent's types and X
    their padded number.
    """

    parent: Int32  # [I] sequence that leads to the set; sets above come first
    first: Int32  # [I + 1] sequences of set i are first[i]:first[i + 1]
    end_first: Int32  # [S + 1] ends of sequence s are end_first[s]:end_first[s + 1]
    end_other: Int32  # [L] place of the opponent's sequence: number times X
    end_table: Int32  # [L] place of the end's table
    table: Float  # [D * U * W] payoff by (type of the opponent, own type)
    width: int  # W
    others: int  # U
    regret: Float  # [S * W]
    strategy: Float  # [S * W]
    plan: Float  # [S * W] reach of each sequence by own moves
    total: Float  # [S * W] weighted sum of plans
    value: Float  # [S * W] scratch, zero between updates


@inlined
def _add_ends(seat, s, v, opposite, value):  # type: ignore[no-untyped-def]
    """Value of the ends at which sequence s stops, at the lanes from v."""
    W = seat.width
    for l in range(peek(seat.end_first, s), peek(seat.end_first, s + 1)):
        table = peek(seat.end_table, l) + v
        other = peek(seat.end_other, l)
        for j in range(seat.others):
            share = spread(opposite, other + j)
            value = fma(share, load(seat.table, table + j * W), value)
    return value


@inner
def forward(seat, weight):  # type: ignore[no-untyped-def]
    """The plan of the strategy as it is, counted `weight` times in the average."""
    W = seat.width
    part = broadcast(weight)
    for i in range(len(seat.parent)):
        above = peek(seat.parent, i) * W
        for v in range(0, W, WIDTH):
            reach = load(seat.plan, above + v)
            for s in range(peek(seat.first, i), peek(seat.first, i + 1)):
                at = s * W + v
                here = reach * load(seat.strategy, at)
                store(seat.plan, at, here)
                store(seat.total, at, fma(part, here, load(seat.total, at)))
    for v in range(0, W, WIDTH):
        store(seat.total, v, load(seat.total, v) + part)


@inlined
def _kept(method, old, gain, up, down):  # type: ignore[no-untyped-def]
    """The regret that is kept."""
    zero = broadcast(0.0)
    if method == 1:
        return fma(old, where_less(zero, old, up, down), gain)
    return greater(fma(old, up, gain), zero)


@inlined
def _wish(method, kept, gain):  # type: ignore[no-untyped-def]
    """What the next strategy is proportional to: positive regret, with PCFR+ one step ahead."""
    if method == 2:
        kept = kept + gain
    return greater(kept, broadcast(0.0))


@inner
def update(seat, opposite, method, keep, forget, weight):  # type: ignore[no-untyped-def]
    """One update of a player against the plan `opposite`.

    `keep` and `forget` multiply positive and negative regrets first; `weight` is what the new plan
    counts in the average.
    """
    W = seat.width
    zero, one, half = broadcast(0.0), broadcast(1.0), broadcast(0.5)
    tiny = broadcast(1e-300)
    up, down = broadcast(keep), broadcast(forget)
    for i in range(len(seat.parent) - 1, -1, -1):
        low, high = peek(seat.first, i), peek(seat.first, i + 1)
        above = peek(seat.parent, i) * W
        for v in range(0, W, WIDTH):
            at = low * W + v
            if high - low == 1:  # a forced move: nothing to regret
                worth = _add_ends(seat, low, v, opposite, load(seat.value, at))
                store(seat.value, at, zero)
                store(seat.value, above + v, load(seat.value, above + v) + worth)
                continue
            if high - low == 2:  # by far the most frequent: all of it stays in registers
                and_ = at + W
                a = _add_ends(seat, low, v, opposite, load(seat.value, at))
                b = _add_ends(seat, low + 1, v, opposite, load(seat.value, and_))
                store(seat.value, at, zero)
                store(seat.value, and_, zero)
                worth = fma(load(seat.strategy, and_), b, load(seat.strategy, at) * a)
                store(seat.value, above + v, load(seat.value, above + v) + worth)
                a = a - worth
                b = b - worth
                one_kept = _kept(method, load(seat.regret, at), a, up, down)
                two_kept = _kept(method, load(seat.regret, and_), b, up, down)
                store(seat.regret, at, one_kept)
                store(seat.regret, and_, two_kept)
                a = _wish(method, one_kept, a)
                b = _wish(method, two_kept, b)
                sum_of = a + b
                a = where_less(tiny, sum_of, a / greater(sum_of, tiny), half)
                store(seat.strategy, at, a)
                store(seat.strategy, and_, one - a)
                continue
            worth = zero
            for s in range(low, high):
                at = s * W + v
                value = _add_ends(seat, s, v, opposite, load(seat.value, at))
                store(seat.value, at, value)
                worth = fma(load(seat.strategy, at), value, worth)
            store(seat.value, above + v, load(seat.value, above + v) + worth)
            sum_of = zero
            for s in range(low, high):
                at = s * W + v
                gain = load(seat.value, at) - worth
                store(seat.value, at, zero)
                kept = _kept(method, load(seat.regret, at), gain, up, down)
                store(seat.regret, at, kept)
                wish = _wish(method, kept, gain)
                store(seat.strategy, at, wish)
                sum_of = sum_of + wish
            share = broadcast(1.0 / (high - low))
            some = where_less(tiny, sum_of, one / greater(sum_of, tiny), zero)
            none = where_less(tiny, sum_of, zero, share)
            for s in range(low, high):
                at = s * W + v
                store(seat.strategy, at, fma(load(seat.strategy, at), some, none))
    for v in range(0, W, WIDTH):
        store(seat.value, v, zero)
    forward(seat, weight)


@kernel
def run(one, two, start, count, method, exponents):  # type: ignore[no-untyped-def]
    """`count` iterations after the first `start`, the players in turn.

    `exponents` [3] are DCFR's alpha and beta and the exponent of the averaging weight.
    """
    alpha, beta, gamma = exponents[0], exponents[1], exponents[2]
    for n in range(start + 1, start + count + 1):
        t = float(n)
        keep = t**alpha / (t**alpha + 1.0)
        forget = t**beta / (t**beta + 1.0)
        weight = t**gamma
        update(one, two.plan, method, keep, forget, weight)
        update(two, one.plan, method, keep, forget, weight)


@kernel
def begin(seat):  # type: ignore[no-untyped-def]
    """Fill the plan before the first iteration."""
    forward(seat, 0.0)


@kernel
def best_value(seat, opposite):  # type: ignore[no-untyped-def]
    """What the player's best reply to a plan earns, over all its types."""
    W = seat.width
    zero = broadcast(0.0)
    for i in range(len(seat.parent) - 1, -1, -1):
        above = peek(seat.parent, i)
        for v in range(0, W, WIDTH):
            best = broadcast(-1e300)
            for s in range(peek(seat.first, i), peek(seat.first, i + 1)):
                at = s * W + v
                best = greater(best, _add_ends(seat, s, v, opposite, load(seat.value, at)))
                store(seat.value, at, zero)
            at = above * W + v
            store(seat.value, at, load(seat.value, at) + best)
    total = 0.0
    for v in range(0, W, WIDTH):
        value = _add_ends(seat, 0, v, opposite, load(seat.value, v))
        store(seat.value, v, zero)
        for k in range(WIDTH):
            total += lane(value, k)
    return total
