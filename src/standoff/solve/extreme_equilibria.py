"""All extreme equilibria of a two-player game in normal form, degenerate or not.

Equilibria are pairs of points of two polytopes whose labels together are complete; the extreme ones
are pairs of vertices, and every equilibrium lies between extreme ones of one *component* (Avis,
Rosenberg, Savani and von Stengel 2010). Vertices come from Qhull, and are made exact to rounding by
solving for the constraints that hold at them. A vertex may hold more constraints than it needs: in
games of trees that is the rule, so that pairs are matched on all of a vertex's labels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.errors import TooLarge

Float = NDArray[np.float64]
Bools = NDArray[np.bool_]

LIMIT = 40
"""Pure strategies of both players together past which there may be too many vertices."""
_TIGHT = 1e-9


@dataclass(frozen=True, eq=False)
class Extreme:
    """Extreme equilibria and how they hang together."""

    mixtures: tuple[tuple[Float, Float], ...]
    component: NDArray[np.int64]  # [number of equilibria]

    @property
    def finite(self) -> bool:
        """Whether these are all equilibria: no two of them belong together."""
        return len(np.unique(self.component)) == len(self.component)


def extreme_equilibria(row: Float, column: Float, *, limit: int = LIMIT) -> Extreme:
    """The extreme equilibria of payoffs ``[M, N]`` to the row and the column player.

    Raises `TooLarge` past `limit` pure strategies.
    """
    if sum(row.shape) > limit:
        raise TooLarge(
            f"extreme equilibria are enumerated up to {limit} pure strategies; "
            f"here are {row.shape[0]} and {row.shape[1]}"
        )
    x, x_tight = _vertices(_positive(column).T)  # labels: own zeros, then the column's best replies
    y, y_tight = _vertices(_positive(row))
    M = row.shape[0]
    y_tight = np.concatenate([y_tight[:, -M:], y_tight[:, :-M]], axis=1)  # the row player's first
    # A pair is an equilibrium where no label is missing from both.
    missing = (~x_tight).astype(np.float64) @ (~y_tight).astype(np.float64).T
    pairs = np.argwhere(missing == 0)
    pairs = pairs[(x[pairs[:, 0]].sum(axis=1) > 0) & (y[pairs[:, 1]].sum(axis=1) > 0)]
    found = tuple((x[i] / x[i].sum(), y[j] / y[j].sum()) for i, j in pairs.tolist())
    return Extreme(found, _components(pairs, len(x), len(y)))


def _positive(payoff: Float) -> Float:
    """The same game with payoffs between one and two."""
    low, high = float(payoff.min()), float(payoff.max())
    result: Float = 1.0 + (payoff - low) / ((high - low) or 1.0)
    return result


def _vertices(payoff: Float) -> tuple[Float, Bools]:
    """Vertices of ``z >= 0, payoff @ z <= 1`` and which constraints hold with equality at each,
    the own ones first.
    """
    from scipy.spatial import HalfspaceIntersection

    rows, size = payoff.shape
    left = np.concatenate([-np.eye(size), payoff])
    right = np.concatenate([np.zeros(size), np.ones(rows)])
    if size == 1:
        rough = np.array([[0.0], [1.0 / payoff.max()]])
    else:
        inside = np.full(size, 0.4 / size)
        halves = np.column_stack([left, -right])
        rough = HalfspaceIntersection(halves, inside).intersections
    return _exact(rough, left, right)


def _exact(rough: Float, left: Float, right: Float) -> tuple[Float, Bools]:
    """Vertices solved for afresh from the constraints that they meet; each once."""
    size = left.shape[1]
    rough = rough[np.isfinite(rough).all(axis=1)]
    tight = right - rough @ left.T < 1e-7
    found, seen = [], []
    for held in np.unique(tight, axis=0):
        if np.linalg.matrix_rank(left[held], tol=1e-7) < size:
            continue
        point = np.linalg.lstsq(left[held], right[held], rcond=None)[0]
        slack = right - left @ point
        if slack.min() > -_TIGHT and slack[held].max() < _TIGHT:
            found.append(np.where(slack[:size] < _TIGHT, 0.0, point))
            seen.append(slack < _TIGHT)
    return np.array(found).reshape(-1, size), np.array(seen).reshape(-1, len(left))


def _components(pairs: NDArray[np.intp], xs: int, ys: int) -> NDArray[np.int64]:
    """Which equilibria hang together: those that share a strategy of one player."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = xs + ys
    one = np.ones(len(pairs))
    graph = coo_array((one, (pairs[:, 0], xs + pairs[:, 1])), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return np.unique(label[pairs[:, 0]], return_inverse=True)[1].reshape(-1).astype(np.int64)
