"""Mixed equilibria of normal forms of any number of players, from the strategies that are played.

On given supports an equilibrium solves polynomial equations: all that a player plays earns the same
(see Porter, Nudelman and Shoham 2008). Newton's method finds a solution near a guess; trying the
supports in turn, small ones first, finds further equilibria, with no promise to find all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from standoff.solve.strategic_form import StrategicForm

Float = NDArray[np.float64]
Int = NDArray[np.intp]

_STEPS = 60
_DONE = 1e-13


def solve_on(
    game: StrategicForm, supports: Sequence[Int], guess: Sequence[Float]
) -> list[Float] | None:
    """Mixed strategies on the supports at which each player is indifferent; None where Newton's
    method does not get there. Whether other strategies would pay more is not looked at.
    """
    P = len(supports)
    mix = []
    for p, support in enumerate(supports):
        own = np.zeros(game.sizes[p])
        own[support] = np.maximum(guess[p][support], 1e-6)
        mix.append(own / own.sum())
    width = [len(s) for s in supports]
    at = np.concatenate([[0], np.cumsum(width)])
    size = int(at[-1])
    scale = [float(np.abs(t).max()) or 1.0 for t in game.payoff]
    for _ in range(_STEPS):
        # Unknowns: the weights on the supports, then each player's value.
        jacobian, rest = np.zeros((size + P, size + P)), np.zeros(size + P)
        for p, support in enumerate(supports):
            rows = slice(at[p], at[p + 1])
            worth = game.values(mix, p)[support] / scale[p]
            value = float(worth @ mix[p][support])
            rest[rows] = value - worth
            jacobian[rows, size + p] = -1.0
            jacobian[size + p, rows] = 1.0
            rest[size + p] = 1.0 - mix[p].sum()
            for q in range(P):
                if q != p:
                    between = _between(game, mix, p, q)[np.ix_(support, supports[q])]
                    jacobian[rows, at[q] : at[q + 1]] = between / scale[p]
        step = np.linalg.lstsq(jacobian, rest, rcond=None)[0]
        for p, support in enumerate(supports):
            mix[p][support] += step[at[p] : at[p + 1]]
        size_of_step = float(np.abs(step[:size]).max())
        if not np.isfinite(size_of_step) or size_of_step > 1e6:
            return None
        if size_of_step < _DONE:
            break
    else:
        return None
    if float(np.abs(rest).max()) > 1e-9:  # the nearest to a solution of equations that have none
        return None
    if min(float(m.min()) for m in mix) < -1e-9:
        return None
    kept = [np.maximum(m, 0.0) for m in mix]
    return [m / m.sum() for m in kept]


def _between(game: StrategicForm, mix: Sequence[Float], p: int, q: int) -> Float:
    """[M_p, M_q] payoffs of p, averaged over what all the others play."""
    worth = np.moveaxis(game.payoff[p], (p, q), (0, 1))
    for other in [m for k, m in enumerate(mix) if k not in (p, q)][::-1]:
        worth = worth @ other
    return worth


def supports_in_turn(game: StrategicForm) -> Iterator[list[Int] | None]:
    """Every choice of supports, by how many strategies are played and how evenly; None in the place
    of those in which a player plays what another of its strategies beats whatever the others play.
    """
    sizes = itertools.product(*(range(1, m + 1) for m in game.sizes))
    for width in sorted(sizes, key=lambda w: (max(w) - min(w), sum(w))):
        each = [itertools.combinations(range(m), k) for m, k in zip(game.sizes, width, strict=True)]
        for choice in itertools.product(*each):
            supports = [np.array(c, dtype=np.intp) for c in choice]
            yield None if _beaten(game, supports) else supports


def _beaten(game: StrategicForm, supports: Sequence[Int]) -> bool:
    """Whether a strategy of a support is strictly dominated while the others keep to theirs."""
    for p, payoff in enumerate(game.payoff):
        others = [s for q, s in enumerate(supports) if q != p]
        worth = np.moveaxis(payoff, p, 0)[np.ix_(np.arange(game.sizes[p]), *others)]
        worth = worth.reshape(game.sizes[p], -1)
        less = worth[:, None, :] > worth[supports[p]][None, :, :]
        if less.all(axis=2).any():
            return True
    return False
