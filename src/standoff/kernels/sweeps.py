"""Entry points of the fixed-point iteration on one block of variants.

The iteration is on the belief state ``y`` (see `standoff.kernels.tree`): `sweep` applies the map
"beliefs -> exact logit backward induction -> reach -> beliefs" once. All arrays are in rows of W
lanes (`standoff.kernels.lanes`), and every lane is computed without regard to the others.
"""

from __future__ import annotations

from standoff.kernels.backward import upward
from standoff.kernels.compiling import inlined, inner, kernel
from standoff.kernels.exponential import exp
from standoff.kernels.forward import chance_reach, downward
from standoff.kernels.lanes import (
    columns,
    fma,
    get,
    greater,
    lesser,
    magnitude,
    peek,
    put,
    same,
    store,
    where_less,
)  # fmt: skip

MOVING, RESTING, DONE = 0, 1, 2
"""How a lane stands: its beliefs change; they are near enough, and kept until they are checked; it
has passed, or its budget is spent.
"""
GOAL = 2
"""The solver check is made once no belief changes by more than the tolerance over this."""
CHECK_EVERY = 8


@inlined
def in_a_row(variants, total):  # type: ignore[no-untyped-def]
    """Whether variants follow each other, with a whole row of lanes of them."""
    for v in range(1, len(variants)):
        if variants[v] != variants[0] + v:
            return False
    return variants[0] + len(variants) <= total


@kernel
def lay_out(payoff, unit, variants, profile_pair, slots, bank):  # type: ignore[no-untyped-def]
    """Copy the payoff table ``[R, Q, V]`` of as many variants as there are lanes, times `unit`
    ``[Q]``, into `bank`, a row for each (player, profile), behind the room for values.
    """
    R, Q, V = payoff.shape
    wide = len(profile_pair)
    if in_a_row(variants, V):
        flat = payoff.reshape(payoff.size)
        first = variants[0]
        for r in range(R):
            for i in range(wide):
                q = profile_pair[i]
                value = columns(bank, flat, (r * Q + q) * V + first)
                put(bank, (slots + r) * wide + i, value * same(bank, unit[q]))
        return
    kind = bank.dtype.type  # rounded before it is multiplied, as above: the same bytes
    for r in range(R):
        for i in range(wide):
            q = profile_pair[i]
            to = (slots + r) * wide + i
            for v in range(len(variants)):
                bank[to, v] = kind(payoff[r, q, variants[v]]) * kind(unit[q])


@kernel
def pick_up(play, lanes, variants, row, strategy):  # type: ignore[no-untyped-def]
    """Copy the play of some lanes of ``[A, 8]``, given in logs, into the columns of their variants
    in `strategy` ``[A, V]``; `row` ``[1, 8]`` is scratch.
    """
    A, V = strategy.shape
    if len(lanes) == play.shape[1] and in_a_row(variants, V):
        flat = strategy.reshape(strategy.size)
        for a in range(A):
            store(flat, a * V + variants[0], exp(get(play, a)))
        return
    for a in range(A):
        put(row, 0, exp(get(play, a)))
        for i in range(len(lanes)):
            strategy[a, variants[i]] = row[0, lanes[i]]


@kernel
def prepare(tree, log_odds, log_chance):  # type: ignore[no-untyped-def]
    """Fill `log_chance` ``[I, W]``; needed where some cell has several nodes."""
    chance_reach(tree, log_odds, log_chance)


@inner
def passed(tree, fixed, precision, y, numbers, work, image, outcome):  # type: ignore[no-untyped-def]
    """See `sweep`."""
    bank, odds, log_rate, prior, log_prior, log_chance = numbers
    play, reach, w, sigma = work
    if fixed:
        downward(tree, play, reach, image)
    gap = upward(
        tree, fixed, get(precision, 0), y, bank, odds, log_rate, prior, log_prior, log_chance,
        play, w, sigma,
    )  # fmt: skip
    if fixed:
        put(outcome, 0, gap)
        return
    downward(tree, play, reach, image)
    largest = same(y, 0.0)
    for i in range(tree.entries):
        largest = greater(largest, magnitude(get(image, i) - get(y, i)))
    put(outcome, 0, largest)


@inlined
def moved(cell_entry, mode, y, image, last, step):  # type: ignore[no-untyped-def]
    """See `relax_each`."""
    way = get(mode, 0)
    zero, one, half = same(y, 0.0), same(y, 1.0), same(y, 0.5)
    tiny = same(y, 1e-37)
    for c in range(len(cell_entry) - 1):
        first, end = peek(cell_entry, c), peek(cell_entry, c + 1)
        if first == end:
            continue
        turn, square = zero, zero
        for i in range(first, end):
            before = get(last, i)
            ask = get(image, i) - get(y, i)
            turn = fma(ask, before, turn)
            square = fma(before, before, square)
            put(last, i, where_less(zero, way, ask, before))
        d = get(step, c)
        # The last move was d * before; the change asked for went from before to ask. At rest it
        # would be zero: 1 / (1 - slope) with slope = turn / square, between a third and the double.
        fall = square - turn
        best = where_less(tiny, fall, d * square / greater(fall, tiny), one)
        best = greater(lesser(best, d * same(y, 2.0)), d * same(y, 0.3))
        best = greater(lesser(best, one), same(y, 0.02))
        sure = where_less(turn, zero, d * half, d * same(y, 1.2))
        sure = greater(lesser(sure, one), same(y, 0.01))
        d = where_less(zero, way, where_less(way, same(y, 1.5), best, sure), d)
        put(step, c, d)
        for i in range(first, end):
            old = get(y, i)
            new = fma(d, get(last, i), old)
            put(y, i, where_less(zero, way, new, old))


@kernel
def sweep(tree, fixed, precision, y, numbers, work, image, outcome):  # type: ignore[no-untyped-def]
    """Apply the map once, or measure how far the play is from its logit response.

    `numbers` are the block's bank, odds, log rates, priors, log priors and log chance reach; `work`
    is the log play, the reach and two scratch arrays; `precision` and `outcome` are one row each.

    Not `fixed`: the play becomes the exact logit response under the beliefs `y`, `image` the
    beliefs that it implies, `outcome` the largest ``|image - y|`` of each lane. With `fixed`
    (`y` and `image` the same array): the play stays, `image` becomes its own beliefs, and `outcome`
    the largest ``|log play - log logit response|``.
    """
    passed(tree, fixed, precision, y, numbers, work, image, outcome)


@kernel
def relax_each(cell_entry, mode, y, image, last, step):  # type: ignore[no-untyped-def]
    """Move every cell's beliefs (entries ``cell_entry[c] : cell_entry[c + 1]``) by its own step.

    What keeps the iteration from settling is nearly always a few signaling subgames, each swinging
    by itself; so each cell and lane has its step, in `step` ``[C, W]``. `last` ``[Y, W]`` holds the
    change that was asked for before. By the lane's `mode` ``[1, W]``:

    0   keep the bytes of all three: the lane is done, or waits.
    1   the secant step: from the last move and what it did to the change asked for, the step that
        would have brought the cell to rest were it alone.
    2   slower and surer: the step shrinks where the beliefs turn back and grows where they go on.
    """
    moved(cell_entry, mode, y, image, last, step)


@kernel
def iterate(  # type: ignore[no-untyped-def]
    tree, attempts, began, end, budget, tolerance, checked, numbers, work, rows, y, image, own,
    last, step, standing, goal, gap, count,
):  # fmt: skip
    """Sweeps `began` + 1 to `end` of one block, or until all its lanes are done.

    `attempts` ``[n, 3]`` lists, for each attempt, the sweep after which it starts (again from
    uniform play), the sweeps over which the precision climbs to its own height and the manner of
    the steps (see `relax_each`). `rows` are the precision and three scratch rows. The state of the
    iteration is `y` and `last` ``[Y, W]`` and `step` ``[C, W]``, with `image` and `own` ``[Y, W]``
    for scratch. By lane: how it is `standing`; the change at which a check is worth making, `goal`;
    the solver check, `gap`; the sweeps it took, `count`. Returns the passes made, checks included.

    Without being `checked` (in single precision, where a check would say little) lanes rest for
    good once their beliefs change by no more than the goal, and the iteration ends when all do.

    A check costs as much as a sweep. It is due at sweeps fixed by number, so that a lane that fails
    it goes on at the same sweep in whatever company; sooner where all wait for it.
    """
    precision, now, outcome, mode = rows
    found = outcome.reshape(outcome.size)
    manner = mode.reshape(mode.size)
    W = len(standing)
    made = 0
    for number in range(began + 1, end + 1):
        k = len(attempts) - 1
        while attempts[k, 0] >= number:
            k -= 1
        since = number - 1 - attempts[k, 0]
        if since == 0:
            y[:], last[:], step[:] = 0.0, 0.0, 1.0
            goal[:] = tolerance / GOAL
        height = min(1.0, since / attempts[k, 1])
        put(now, 0, get(precision, 0) * same(y, height))
        # Neither flag is known when compiling: one piece of code for both, half the wait.
        passed(tree, made < 0, now, y, numbers, work, image, outcome)
        made += 1
        moving = 0
        waiting = 0
        for i in range(W):
            if standing[i] == MOVING and height >= 1.0 and found[i] <= goal[i]:
                standing[i] = RESTING
                count[i] = number
            moving += standing[i] == MOVING
            waiting += standing[i] == RESTING
        if not checked:
            if moving == 0:
                break
            waiting = 0
        due = number % CHECK_EVERY == 0 or number == end
        spent = number >= budget
        if spent or (waiting > 0 and (due or moving == 0)):
            passed(tree, made >= 0, precision, own, numbers, work, own, outcome)
            made += 1
            for i in range(W):
                if standing[i] == DONE:
                    continue
                if standing[i] == MOVING:
                    if spent:
                        gap[i], count[i], standing[i] = found[i], number, DONE
                elif spent or found[i] <= tolerance:
                    gap[i], standing[i] = found[i], DONE
                elif due:
                    goal[i] /= 8
                    standing[i] = MOVING
        done = 0
        for i in range(W):
            done += standing[i] == DONE
            manner[i] = attempts[k, 2] if standing[i] == MOVING else 0.0
        if done == W:
            break
        moved(tree.cell_entry, mode, y, image, last, step)
    return made
