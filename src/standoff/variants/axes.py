"""The axes of parameter space: each thing that the analyst is unsure of, moved by itself.

An axis is walked by its **percentile** (a number in the unit interval): of a parameter, a prior or
the precision that of its distribution as written; of a choice the levels, one point each. Of a type
under a Dirichlet prior it is that of the type's own share (a beta distribution): the share is moved
and the other types keep their proportions. Correlations are left aside: only one thing moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from standoff.compile.drawn import from_columns, parameter_distributions, uncertain_columns
from standoff.compile.draws import Draws
from standoff.scenario.constants import number
from standoff.scenario.models import Distribution, Scenario

Float = NDArray[np.float64]
LOW, HIGH = 0.01, 0.99
"""The support of an axis: the 1st to the 99th percentile of what is written."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One uncertain number: `key` as in `uncertain_columns`.

    `middle` is the percentile at which it stands in the reference variant; `deviation` its standard
    deviation. Of a choice, `levels` holds its values and `points` a percentile within each.
    """

    key: str
    middle: float
    deviation: float
    levels: tuple[str, ...] = ()
    points: tuple[float, ...] = ()
    share: tuple[float, float, float] | None = None
    """Of a type under a Dirichlet prior: its weight, that of the others, the others' heap."""

    def columns(self, at: Float) -> Float:
        """[n] points of the unit cube that stand for percentiles [n] of this axis."""
        if self.share is None:
            return at
        own, others, heap = self.share
        share = special.betaincinv(own, others, at)
        return np.asarray(special.gammainc(own, share / (1.0 - share) * heap))

    def grid(self, n: int) -> Float:
        """About n percentiles from `LOW` to `HIGH`, the middle among them; a choice's own."""
        if self.levels:
            return np.array(self.points)
        half = max(1, n // 2)
        below = np.linspace(LOW, self.middle, half + 1)
        return np.concatenate([below, np.linspace(self.middle, HIGH, half + 1)[1:]])

    @property
    def level(self) -> int:
        """Of a choice: the place of the level in the reference variant."""
        return int(np.argmin(np.abs(np.array(self.points) - self.middle)))


@dataclass(frozen=True, eq=False)
class Space:
    """All that a scenario leaves open, and the reference variant in its middle."""

    scenario: Scenario

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """One axis for each thing that can differ, in the scenario's order."""
        kinds = _distributions(self.scenario)
        found = []
        for key in uncertain_columns(self.scenario):
            axis = _axis(key, kinds[key]) if key in kinds else _dirichlet(self.scenario, key)
            if axis is not None:
                found.append(axis)
        return tuple(found)

    def place(self, key: str) -> int:
        """Place of an axis by its key. Raises KeyError where there is none."""
        for i, axis in enumerate(self.axes):
            if axis.key == key:
                return i
        raise KeyError(key)

    def draws(self, at: Mapping[int, Float], n: int) -> Draws:
        """Variants in which axes (by place) stand at percentiles [n], all else in the middle."""
        columns = {key: np.full(n, 0.5) for key in uncertain_columns(self.scenario)}
        for place, values in at.items():
            axis = self.axes[place]
            # Where an axis stands in its middle its column is the reference's own, to the last bit.
            moved = np.asarray(values) != axis.middle
            columns[axis.key][moved] = axis.columns(np.asarray(values)[moved])
        return from_columns(self.scenario, columns, n, 0)

    def one_at_a_time(self, which: NDArray[np.intp], at: Float) -> Draws:
        """Variants in the i-th of which the axis `which[i]` stands at percentile `at[i]`; where
        `which` is -1 nothing has moved.
        """
        n = len(which)
        moved = {}
        for place in np.unique(which[which >= 0]).tolist():
            values = np.full(n, self.axes[place].middle)
            values[which == place] = at[which == place]
            moved[place] = values
        return self.draws(moved, n)

    def held(self, draws: Draws, place: int) -> Float:
        """[V] what some draws hold at an axis, in its own unit."""
        return drawn_at(self.scenario, draws, self.axes[place].key)

    def values(self, place: int, at: Float) -> Float:
        """[n] the value of an axis, in its own unit, at percentiles [n]."""
        return self.held(self.draws({place: at}, len(at)), place)


def drawn_at(scenario: Scenario, draws: Draws, key: str) -> Float:
    """[V] what some draws hold of a key of `uncertain_columns`."""
    if key == "precision":
        return draws.precision
    if key.startswith("prior.") and key not in draws.values:
        _, actor, kind = key.split(".", 2)
        return np.asarray(draws.prior[actor][list(scenario.actors[actor].types).index(kind)])
    return draws.values[key]


def _distributions(scenario: Scenario) -> dict[str, Distribution]:
    """Everything that has a distribution of its own, by key."""
    found = dict(parameter_distributions(scenario))
    for name, actor in scenario.actors.items():
        if actor.prior is not None:
            found.update({f"prior.{name}.{t}": d for t, d in actor.prior.by_type.items()})
    found["precision"] = scenario.solve.precision
    return found


def _axis(key: str, entry: Distribution) -> Axis | None:
    if entry.kind == "choice":
        assert entry.choice is not None
        odds = [None if p.strip() == "rest" else float(number(p, {}, key))
                for p in entry.choice.values()]  # fmt: skip
        rest = 1.0 - sum(p for p in odds if p is not None)
        width = np.array([rest if p is None else p for p in odds])
        edge = np.cumsum(width)
        some = width > 1e-12
        levels = tuple(k for k, s in zip(entry.choice, some, strict=True) if s)
        points = (edge - width / 2)[some]
        if len(levels) < 2:
            return None
        middle = int(np.searchsorted(edge[some], 0.5, side="right"))
        return Axis(key, float(points[middle]), 1.0, levels, tuple(points.tolist()))
    spread = deviation(entry)
    return Axis(key, 0.5, spread) if spread > 0 else None


def _dirichlet(scenario: Scenario, key: str) -> Axis | None:
    _, name, kind = key.split(".", 2)
    prior = scenario.actors[name].prior
    assert prior is not None and prior.dirichlet is not None
    weights = {t: float(w) for t, w in prior.dirichlet.items()}
    own = weights.pop(kind)
    if not weights:
        return None
    others = sum(weights.values())
    heap = float(sum(special.gammaincinv(w, 0.5) for w in weights.values()))
    mine = float(special.gammaincinv(own, 0.5))
    total = own + others
    return Axis(
        key,
        float(special.betainc(own, others, mine / (mine + heap))),
        float(np.sqrt(own * others / (total * total * (total + 1.0)))),
        share=(own, others, heap),
    )


def deviation(entry: Distribution) -> float:
    """The standard deviation of a distribution as written; 0 of a fixed number or a choice."""
    kind = entry.kind
    if kind in ("value", "choice", ""):
        return 0.0
    x = [float(number(text, {}, kind)) for text in getattr(entry, kind)]
    if kind == "uniform":
        return (x[1] - x[0]) / float(np.sqrt(12.0))
    if kind == "triangular":
        a, c, b = x
        return float(np.sqrt(max(a * a + b * b + c * c - a * b - a * c - b * c, 0.0) / 18.0))
    if kind == "pert":
        low, mode, high = x
        if high == low:
            return 0.0
        a, b = 1.0 + 4.0 * (mode - low) / (high - low), 1.0 + 4.0 * (high - mode) / (high - low)
        return (high - low) * _beta_deviation(a, b)
    if kind == "lognormal":
        return x[0] * float(np.exp(x[1] ** 2 / 2.0) * np.sqrt(np.expm1(x[1] ** 2)))
    if kind == "beta":
        return _beta_deviation(*x)
    return x[1]  # normal


def _beta_deviation(a: float, b: float) -> float:
    return float(np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1.0))))
