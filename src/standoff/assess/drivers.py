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


def drivers(
    answer: Array, drawn: Mapping[str, Array], weights: Array, most: int = 5
) -> dict[str, float]:
    """Name -> weighted rank correlation of `answer` [V] with what was drawn, largest first.

    Only correlations beyond twice their standard error (one over the root of the effective number
    of variants) are kept: the rest is noise. Variants without weight or answer are left out.
    """
    use = np.isfinite(answer) & (weights > 0)
    if use.sum() < 8 or np.ptp(answer[use]) < 1e-9:
        return {}
    w = weights[use] / weights[use].sum()
    names = [name for name, values in drawn.items() if np.ptp(values[use]) > 0]
    if not names:
        return {}
    x = ranks(np.stack([drawn[name][use] for name in names]))
    y = ranks(answer[use])
    x -= (x @ w)[:, None]
    y -= y @ w
    r = (x * y) @ w / np.sqrt(((x * x) @ w) * ((y * y) @ w))
    effective = 1.0 / float((w * w).sum())
    bar = 2.0 / np.sqrt(effective)
    order = np.argsort(-np.abs(r), kind="stable")[:most]
    return {names[j]: round(float(r[j]), 3) for j in order if abs(r[j]) > bar}
