"""Regret minimization on the sequence form: any number of players, any payoffs.

The tree is not needed: a player's value of a sequence is a sparse sum over the ends that the
sequence reaches, of the payoff there times the plans of the others (chance is in the payoffs).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standoff.kernels.compiling import inlined, inner, kernel
from standoff.kernels.lanes import peek, pick

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


class Seat(NamedTuple):
    """One player's side: S sequences (0 the empty one), I sets, L ends, P players."""

    parent: Int32  # [I] sequence that leads to the set; sets above come first
    first: Int32  # [I + 1] sequences of set i are first[i]:first[i + 1]
    end_first: Int32  # [S + 1] ends of sequence s are end_first[s]:end_first[s + 1]
    end_other: Int32  # [L * (P - 1)] places of the others' sequences in the plans
    end_value: Float  # [L] own payoff, chance included
    # Of two players: where both moves of a set end against the same moves of the other, the two
    # are looked up together. Such ends are in no list above.
    pair_first: Int32  # [I + 1] pairs of set i are pair_first[i]:pair_first[i + 1]
    pair_other: Int32  # [M] place of the other's sequence
    pair_value: Float  # [2 * M] own payoff after the first move and after the second
    base: int  # place of the player's own plan among the plans
    regret: Float  # [S]
    strategy: Float  # [S]
    total: Float  # [S] weighted sum of plans
    value: Float  # [S] scratch, zero between updates


@inlined
def _ends(seat, s, others, plans):  # type: ignore[no-untyped-def]
    """Value of the ends at which sequence s stops, under the others' plans."""
    value = 0.0
    low, high = peek(seat.end_first, s), peek(seat.end_first, s + 1)
    if others == 1:
        # Four sums side by side: none waits for the last addition of another.
        second, third, fourth = 0.0, 0.0, 0.0
        l = low
        while l + 4 <= high:
            value += pick(seat.end_value, l) * pick(plans, peek(seat.end_other, l))
            second += pick(seat.end_value, l + 1) * pick(plans, peek(seat.end_other, l + 1))
            third += pick(seat.end_value, l + 2) * pick(plans, peek(seat.end_other, l + 2))
            fourth += pick(seat.end_value, l + 3) * pick(plans, peek(seat.end_other, l + 3))
            l += 4
        while l < high:
            value += pick(seat.end_value, l) * pick(plans, peek(seat.end_other, l))
            l += 1
        value = (value + second) + (third + fourth)
    elif others == 2:
        for l in range(low, high):
            reach = plans[peek(seat.end_other, 2 * l)] * plans[peek(seat.end_other, 2 * l + 1)]
            value += seat.end_value[l] * reach
    else:
        for l in range(low, high):
            reach = seat.end_value[l]
            for j in range(others):
                reach *= plans[peek(seat.end_other, l * others + j)]
            value += reach
    return value


@inlined
def _pair(seat, i, move, plans):  # type: ignore[no-untyped-def]
    """Value, after one of its two moves, of the ends that both moves of set i share."""
    value, second = 0.0, 0.0
    l, high = peek(seat.pair_first, i), peek(seat.pair_first, i + 1)
    while l + 2 <= high:
        value += pick(seat.pair_value, 2 * l + move) * pick(plans, peek(seat.pair_other, l))
        one_on = pick(plans, peek(seat.pair_other, l + 1))
        second += pick(seat.pair_value, 2 * l + 2 + move) * one_on
        l += 2
    if l < high:
        value += pick(seat.pair_value, 2 * l + move) * pick(plans, peek(seat.pair_other, l))
    return value + second


@inlined
def _kept(method, old, gain, keep, forget):  # type: ignore[no-untyped-def]
    """The regret that is kept."""
    if method == 1:
        return old * (keep if old > 0.0 else forget) + gain
    return max(old * keep + gain, 0.0)


@inlined
def _wish(method, kept, gain):  # type: ignore[no-untyped-def]
    """What the next strategy is proportional to: positive regret, with PCFR+ one step ahead."""
    if method == 2:
        kept += gain
    return max(kept, 0.0)


@inner
def update(seat, others, plans, method, keep, forget, weight):  # type: ignore[no-untyped-def]
    """One update of a player against the others' `plans`; its own plan is written there.

    Arguments as in `standoff.kernels.regret_vector.update`.
    """
    for i in range(len(seat.parent) - 1, -1, -1):
        low, high = peek(seat.first, i), peek(seat.first, i + 1)
        above = peek(seat.parent, i)
        if high - low == 2:  # by far the most frequent: all of it stays in registers
            a, b = pick(seat.value, low), pick(seat.value, low + 1)
            l, last = peek(seat.pair_first, i), peek(seat.pair_first, i + 1)
            if l == last:
                a += _ends(seat, low, others, plans)
                b += _ends(seat, low + 1, others, plans)
            while l < last:
                reach = pick(plans, peek(seat.pair_other, l))
                a += pick(seat.pair_value, 2 * l) * reach
                b += pick(seat.pair_value, 2 * l + 1) * reach
                l += 1
            seat.value[low] = 0.0
            seat.value[low + 1] = 0.0
            worth = pick(seat.strategy, low) * a + pick(seat.strategy, low + 1) * b
            seat.value[above] += worth
            a -= worth
            b -= worth
            one = _kept(method, pick(seat.regret, low), a, keep, forget)
            two = _kept(method, pick(seat.regret, low + 1), b, keep, forget)
            seat.regret[low] = one
            seat.regret[low + 1] = two
            a = _wish(method, one, a)
            b = _wish(method, two, b)
            share = a / (a + b) if a + b > 1e-300 else 0.5
            seat.strategy[low] = share
            seat.strategy[low + 1] = 1.0 - share
            continue
        worth = 0.0
        for s in range(low, high):
            value = pick(seat.value, s) + _ends(seat, s, others, plans)
            seat.value[s] = value
            worth += pick(seat.strategy, s) * value
        seat.value[above] += worth
        sum_of = 0.0
        for s in range(low, high):
            gain = pick(seat.value, s) - worth
            seat.value[s] = 0.0
            kept = _kept(method, pick(seat.regret, s), gain, keep, forget)
            seat.regret[s] = kept
            wish = _wish(method, kept, gain)
            seat.strategy[s] = wish
            sum_of += wish
        if sum_of > 1e-300:
            scale = 1.0 / sum_of
            for s in range(low, high):
                seat.strategy[s] *= scale
        else:
            for s in range(low, high):
                seat.strategy[s] = 1.0 / (high - low)
    seat.value[0] = 0.0
    base = seat.base
    for i in range(len(seat.parent)):
        reach = pick(plans, base + peek(seat.parent, i))
        for s in range(peek(seat.first, i), peek(seat.first, i + 1)):
            here = reach * pick(seat.strategy, s)
            plans[base + s] = here
            seat.total[s] += weight * here
    seat.total[0] += weight


@kernel
def run(seats, plans, start, count, method, exponents):  # type: ignore[no-untyped-def]
    """`count` iterations after the first `start`, the players in turn.

    `exponents` [3] as in `standoff.kernels.regret_vector.run`.
    """
    others = len(seats) - 1
    for n in range(start + 1, start + count + 1):
        t = float(n)
        keep = t ** exponents[0] / (t ** exponents[0] + 1.0)
        forget = t ** exponents[1] / (t ** exponents[1] + 1.0)
        weight = t ** exponents[2]
        for seat in seats:
            update(seat, others, plans, method, keep, forget, weight)


@inner
def multiply_down(parent, first, plan):  # type: ignore[no-untyped-def]
    """Multiply the odds of each move by those of all before it."""
    plan[0] = 1.0
    for i in range(len(parent)):
        reach = plan[parent[i]]
        for s in range(first[i], first[i + 1]):
            plan[s] *= reach


@kernel
def gradient(seat, others, plans, into):  # type: ignore[no-untyped-def]
    """[S] what each of the player's sequences earns by itself under the others' `plans`."""
    for s in range(len(seat.value)):
        into[s] = _ends(seat, s, others, plans)
    for i in range(len(seat.parent)):
        if peek(seat.pair_first, i) < peek(seat.pair_first, i + 1):
            into[seat.first[i]] += _pair(seat, i, 0, plans)
            into[seat.first[i] + 1] += _pair(seat, i, 1, plans)


@kernel
def best_value(parent, first, value):  # type: ignore[no-untyped-def]
    """Value of the best plan against a gradient; `value` ``[S]`` is used up."""
    for i in range(len(parent) - 1, -1, -1):
        best = -np.inf
        for s in range(first[i], first[i + 1]):
            best = max(best, value[s])
        value[parent[i]] += best
    return value[0]


@kernel
def best_plan(parent, first, value, plan):  # type: ignore[no-untyped-def]
    """The pure plan that is best against a gradient, into `plan` ``[S]``; `value` is used up."""
    for i in range(len(parent) - 1, -1, -1):
        best, at = -np.inf, 0
        for s in range(first[i], first[i + 1]):
            plan[s] = 0.0
            if value[s] > best:
                best, at = value[s], s
        plan[at] = 1.0
        value[parent[i]] += best
    multiply_down(parent, first, plan)


@kernel
def fill_plan(parent, first, plan):  # type: ignore[no-untyped-def]
    """Turn the odds of each move, in `plan` ``[S]``, into a plan."""
    multiply_down(parent, first, plan)
