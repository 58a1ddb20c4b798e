"""What the draws at hand say of how much an answer hangs on each assumption, beyond its sign.

Two measures that need no draws of their own [@plischke2013]. *Delta* [@borgonovo2007] is the part
of the distribution of the answer that moves, on average, when an assumption becomes known: 0 where
the two have nothing to do with each other, 1 where the assumption settles it; it sees whatever
moves, not the mean alone. The *first-order index* is the share of the answer's variance that
knowing the assumption would take away on average. Both are worked out from the variants as they are
weighted: none is drawn twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

RESAMPLES = 50
"""Bootstrap resamples behind an interval."""
STRANGERS = 200
"""Made-up assumptions that have nothing to do with the answer: what they reach is chance alone. An
assumption that reaches no more than the best of them is shown as noise."""
MOST_CLASSES = 48
MOST = 4000
"""Variants that are used, drawn from all without regard to what they say: more cost time in
proportion and make the measures hardly sharper."""


@dataclass(frozen=True, eq=False)
class DeltaMoments:
    """Measures of P assumptions from one set of weighted draws."""

    delta: Float  # [P] freed of its bias by the bootstrap; of noise, what exceeds mere chance
    delta_error: Float  # [P] half the 95 per cent bootstrap interval; NaN where there is none
    first: Float  # [P]
    first_error: Float  # [P]
    noise: NDArray[np.bool_]  # [P] neither measure is more than chance alone gives


def classes_of(effective: float) -> int:
    """Number of classes for so many draws: Plischke, Borgonovo and Smith's rule."""
    power = 2.0 / (7.0 + np.tanh((1500.0 - effective) / 500.0))
    return min(int(np.ceil(effective**power)), MOST_CLASSES)


def delta_moments(
    x: Float, y: Float, weights: Float, seed: int = 0, resamples: int = RESAMPLES
) -> DeltaMoments | None:
    """Delta and first-order index of each row of `x` [P, V] for the answers `y` [V].

    `weights` [V]; variants without weight or without an answer are left out. None where fewer than
    eight effective variants are left or the answer is the same in all. Intervals are made of what
    is no noise, from so many `resamples`. Same arguments, same bytes.
    """
    from standoff.kernels.class_densities import moved_densities

    rng = np.random.default_rng([seed, 0xDE17A])
    if len(y) > MOST:
        some = np.sort(rng.choice(len(y), MOST, replace=False))
        x, y, weights = x[:, some], y[some], weights[some]
    use = np.isfinite(y) & (weights > 0)
    if not use.any():
        return None
    w = weights[use] / weights[use].sum()
    effective = 1.0 / float((w * w).sum())
    y = np.ascontiguousarray(y[use], dtype=np.float64)
    if effective < 8 or np.ptp(y) < 1e-9:
        return None
    n, classes = len(y), classes_of(effective)
    order = np.argsort(x[:, use], axis=1, kind="stable").astype(np.int32)
    strangers = rng.permuted(np.tile(np.arange(n, dtype=np.int32), (STRANGERS, 1)), axis=1)
    estimate, chance = np.empty((2, 1, len(order))), np.empty((2, 1, STRANGERS))
    moved_densities(order, y, w[None], classes, estimate[0], estimate[1])
    moved_densities(strangers, y, w[None], classes, chance[0], chance[1])
    bar, usual = chance[:, 0].max(axis=1), chance[:, 0].mean(axis=1)
    noise = (estimate[:, 0] <= bar[:, None]).all(axis=0)
    # What a stranger reaches on average, by chance, is nobody's merit; of delta this holds only
    # where there is nothing else, since where there is, smoothing takes away as much.
    found = np.maximum(estimate[:, 0] - usual[:, None], 0.0)  # [2, P]
    found[0, ~noise] = estimate[0, 0, ~noise]
    error = np.full((2, len(order)), np.nan)
    telling = np.flatnonzero(~noise)
    if resamples and len(telling):
        counts = [np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(resamples)]
        again = np.empty((2, resamples, len(telling)))
        moved_densities(order[telling], y, np.stack(counts) * w, classes, again[0], again[1])
        error[:, telling] = 1.96 * again.std(axis=1, ddof=1)
        delta = 2.0 * estimate[0, 0, telling] - again[0].mean(axis=0)
        found[0, telling] = np.clip(delta, 0.0, 1.0)
    return DeltaMoments(found[0], error[0], found[1], error[1], noise)
