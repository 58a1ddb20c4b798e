"""Lines along which an answer on a grid stands at a level: marching squares, the
plane's version of marching cubes [@lorensen1987].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

# For each pattern of corners above the level (bits: lower left, lower right, upper right, upper
# left) the pairs of edges that a line joins. Edges: bottom, right, top, left.
_LINES: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((3, 0),), 2: ((0, 1),), 3: ((3, 1),), 4: ((1, 2),), 5: ((3, 0), (1, 2)), 6: ((0, 2),),
    7: ((3, 2),), 8: ((2, 3),), 9: ((2, 0),), 10: ((0, 1), (2, 3)), 11: ((2, 1),), 12: ((1, 3),),
    13: ((1, 0),), 14: ((0, 3),),
}  # fmt: skip


def level_lines(x: Float, y: Float, z: Float, level: float) -> Float:
    """[n, 4] segments (x, y, x2, y2) on which `z` [len(y), len(x)], known at the points of a grid
    and linear in between, stands at `level`. Squares with an unknown corner are left out.
    """
    above = z >= level
    corner = [above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]]
    pattern = sum(c.astype(int) << bit for bit, c in enumerate(corner))
    known = np.isfinite(z)
    square = known[:-1, :-1] & known[:-1, 1:] & known[1:, 1:] & known[1:, :-1]
    rows = []
    for shape, pairs in _LINES.items():
        i, j = np.nonzero((pattern == shape) & square)
        for first, second in pairs:
            rows.append(np.stack([*_point(first, x, y, z, level, i, j),
                                  *_point(second, x, y, z, level, i, j)], axis=1))  # fmt: skip
    return np.concatenate(rows) if rows else np.zeros((0, 4))


def _point(
    edge: int, x: Float, y: Float, z: Float, level: float,
    i: NDArray[np.intp], j: NDArray[np.intp],
) -> tuple[Float, Float]:  # fmt: skip
    """Where the level is met on an edge of the squares (i, j)."""
    if edge in (0, 2):
        row = i + (edge == 2)
        t = (level - z[row, j]) / (z[row, j + 1] - z[row, j])
        return x[j] + t * (x[j + 1] - x[j]), y[row]
    column = j + (edge == 1)
    t = (level - z[i, column]) / (z[i + 1, column] - z[i, column])
    return x[column], y[i] + t * (y[i + 1] - y[i])
