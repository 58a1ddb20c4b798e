"""What an answer hangs on: its rank correlation, over the variants, with each thing drawn."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def ranks(values: Array) -> Array:
    """[..., V] ranks from 0, ties sharing their mean."""
    order = np.argsort(values, axis=-1, kind="stable")
    found = np.empty(values.shape)
    np.put_along_axis(
        found, order, np.broadcast_to(np.arange(values.shape[-1], dtype=float), values.shape), -1
    )
    # Ties: give every equal value the mean of its group's places.
    flat, out = values.reshape(-1, values.shape[-1]), found.reshape(-1, values.shape[-1])
    for row, places in zip(flat, out, strict=True):
        _, group, size = np.unique(row, return_inverse=True, return_counts=True)
        if len(size) < len(row):
            places[:] = (np.bincount(group, places) / size)[group]
    return found


def rank_correlations(answer: Array, x: Array, weights: Array) -> tuple[Array, float] | None:
    """[P] weighted rank correlations of `answer` [V] with each row of `x` [P, V] (0 for a row that
    is the same throughout), and the bar below which one is noise: twice its standard error, one
    over the root of the effective number of variants.

    Variants without weight or answer are left out. None where fewer than eight are left or the
    answer is the same in all.
    """
    use = np.isfinite(answer) & (weights > 0)
    if use.sum() < 8 or np.ptp(answer[use]) < 1e-9:
        return None
    w = weights[use] / weights[use].sum()
    a, b = ranks(x[:, use]), ranks(answer[use])
    a -= (a @ w)[:, None]
    b -= b @ w
    scale = np.sqrt(((a * a) @ w) * ((b * b) @ w))
    r = np.divide((a * b) @ w, scale, out=np.zeros(len(a)), where=scale > 0)
    return r, float(2.0 * np.sqrt((w * w).sum()))


def drivers(
    answer: Array, drawn: Mapping[str, Array], weights: Array, most: int = 5
) -> dict[str, float]:
    """Name -> weighted rank correlation of `answer` [V] with what was drawn, largest first.

    Only correlations beyond twice their standard error are kept: the rest is noise.
    """
    names = list(drawn)
    if not names:
        return {}
    found = rank_correlations(answer, np.stack([drawn[name] for name in names]), weights)
    if found is None:
        return {}
    r, bar = found
    # What differs by rounding alone (of two types, one's odds are the rest of the other's) keeps
    # the scenario's order.
    order = np.argsort(-np.abs(r).round(9), kind="stable")[:most]
    return {names[j]: round(float(r[j]), 3) for j in order if abs(r[j]) > bar}
