"""Maps: an answer and the best option over two parameters, all others at their medians."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from standoff.assess.probing import Probe
from standoff.assess.tipping_models import MapPart
from standoff.assess.turned import Columns, Target
from standoff.errors import Problem, ScenarioError, nearest
from standoff.variants.axes import HIGH, LOW, Axis, Space

Float = NDArray[np.float64]
SIDE = 15
"""Points along each side of a map."""
MOVES_MOST = "most"
"""Stands for the parameter that moves the answer most."""
_FINE = 2001


def map_over(
    probe: Probe,
    target: Target,
    pair: tuple[str, str],
    levels: Sequence[float],
    labels: tuple[str, str],
    side: int = SIDE,
) -> MapPart:
    """The answer to a target of the probe on a grid over two parameters (by key), equal steps of
    their own units apart; and the best option, where the probe also asks for options.
    """
    space = probe.space
    x, y = (space.place(key) for key in pair)
    at_x, at_y = steps(space, x, side), steps(space, y, side)
    across, along = np.meshgrid(at_x, at_y)
    n = across.size
    which = np.broadcast_to(np.array([x, y], dtype=np.intp), (n, 2))
    found = probe(which, np.stack([across.ravel(), along.ravel()], axis=1))
    answer = found.get(target.id, np.full(n, np.nan)).reshape(across.shape)
    chosen = next((t for t in probe.targets if t.kind == "options"), None)
    best = [] if chosen is None else _best(chosen, found, across.shape)
    return MapPart(
        answer=target.id,
        x=pair[0],
        y=pair[1],
        x_label=labels[0],
        y_label=labels[1],
        x_values=_places(space, x, at_x),
        y_values=_places(space, y, at_y),
        x_levels=list(space.axes[x].levels),
        y_levels=list(space.axes[y].levels),
        answers=[[float(v) if np.isfinite(v) else None for v in row] for row in answer],
        best=best,
        levels=[v for v in levels if np.nanmin(answer) < v < np.nanmax(answer)]
        if np.isfinite(answer).any()
        else [],
    )


def pair_of(
    space: Space, wanted: tuple[str, str] | None, swings: Sequence[str] | None
) -> tuple[str, str]:
    """The two parameters asked for, or the two that move the answer most (`most` stands for one of
    them). Raises `ScenarioError` where there are none such.
    """
    keys = [axis.key for axis in space.axes]
    for key in wanted or ():
        if key not in keys and key != MOVES_MOST:
            raise ScenarioError(
                Problem("unknown-parameter", "no uncertain parameter has this name", found=key,
                        expected="one of " + ", ".join(keys[:12]) + (", …" * (len(keys) > 12)),
                        nearest=nearest(key, keys))
            )  # fmt: skip
    named = list(wanted or (MOVES_MOST, MOVES_MOST))
    if swings is None and MOVES_MOST in named:
        return named[0], named[1]
    others = iter([key for key in swings or () if key not in named])
    chosen = [next(others, MOVES_MOST) if key == MOVES_MOST else key for key in named]
    if len(set(chosen)) < 2 or MOVES_MOST in chosen:
        raise ScenarioError(
            Problem("no-map", "a map needs two different parameters that move the answer",
                    found=" and ".join(chosen) or "none")
        )  # fmt: skip
    return chosen[0], chosen[1]


def steps(space: Space, place: int, n: int) -> Float:
    """[n] percentiles at equal steps of the parameter's own unit, from `LOW` to `HIGH`; of a choice
    one in each level.
    """
    axis = space.axes[place]
    if axis.levels:
        return np.array(axis.points)
    fine = np.linspace(LOW, HIGH, _FINE)
    values = space.values(place, fine)
    return np.interp(np.linspace(values[0], values[-1], n), values, fine)


def _places(space: Space, place: int, at: Float) -> list[float]:
    axis: Axis = space.axes[place]
    if axis.levels:
        return [float(i) for i in range(len(axis.levels))]
    return [float(v) for v in space.values(place, at)]


def _best(target: Target, found: Columns, shape: tuple[int, ...]) -> list[list[str | None]]:
    """The option worth most at each point; None where none has a value."""
    names = [n for n in found if n.startswith(f"{target.id}/")]
    if not names:
        return []
    worth = np.stack([found[n] for n in names])
    known = np.asarray(np.isfinite(worth).all(axis=0))
    top = np.where(known, worth, -np.inf).argmax(axis=0)
    flat = [
        names[i].partition("/")[2] if k else None
        for i, k in zip(top.tolist(), known.tolist(), strict=True)
    ]
    return [flat[i * shape[1] : (i + 1) * shape[1]] for i in range(shape[0])]
