"""Prices by type and turn, and by what the mover sees there: the state of an audience, the terms
that stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.pooling import Pooled, pool, pool_means, pool_values
from standoff.infer.price import LEAST, at, openings, type_axis
from standoff.infer.price_counters import Counter, ahead, counters
from standoff.infer.reach import blocks, descend
from standoff.infer.views import type_at, types_of
from standoff.scenario.expansion import proposal_state
from standoff.scenario.models import StartByType, StartDraw

if TYPE_CHECKING:
    from standoff.infer.inference import Inference
    from standoff.infer.measure import Measure

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

FAINT = 0.01
"""Levels reached with odds below this are shown faint."""
MOST_LEVELS = 12
"""A variable with more levels than this at one turn gives no curve."""


@dataclass(frozen=True, eq=False)
class Curve:
    """The price by level of one variable, as it stands at the choice."""

    variable: str
    audience: bool
    """Whether it is an audience's state; otherwise it holds the terms that stand."""
    levels: tuple[float, ...]  # that are reached, ascending
    start: float | None  # where it begins, if that is one number
    mass: Float  # [L, T, V]
    worth: Float  # [L, T, V] mass times price
    total: Float  # [T, V] mass of the record and the type

    def reached(self, level: int, kind: int) -> Pooled:
        """Odds that a type comes to choose at a level."""
        return pool(self.mass[level, kind], self.total[kind])

    def price(self, level: int, kind: int) -> Pooled:
        """The price there."""
        return pool_means(self.worth[level, kind], self.mass[level, kind])

    @cached_property
    def sides(self) -> tuple[Bool, Bool] | None:
        """[L] levels below and above where it began; where one side is never reached, the lowest
        and the highest level that is `solid`; None where there is only one.
        """
        levels = np.array(self.levels)
        if len(levels) < 2:
            return None
        if self.start is not None:
            low, high = levels < self.start, levels > self.start
            if low.any() and high.any():
                return low, high
        solid = levels[self.solid]
        return None if len(solid) < 2 else (levels == solid[0], levels == solid[-1])

    @cached_property
    def solid(self) -> Bool:
        """[L] levels that are reached, by some type, with odds of at least `FAINT`."""
        odds = self.mass.sum(axis=2) / np.maximum(self.total.sum(axis=1), LEAST)
        return np.asarray((odds >= FAINT).any(axis=1))

    def contrast(self, kind: int) -> Contrast | None:
        """The price above against the price below, for one type."""
        if self.sides is None:
            return None
        low, high = self.sides
        return self.between(low, high, kind)

    def between(self, low: Bool, high: Bool, kind: int) -> Contrast:
        """The price at some levels [L] less that at others."""
        mass, worth = self.mass[:, kind], self.worth[:, kind]
        first = pool_means(worth[low].sum(axis=0), mass[low].sum(axis=0))
        second = pool_means(worth[high].sum(axis=0), mass[high].sum(axis=0))
        return Contrast(first, second, self.total[kind])


@dataclass(frozen=True, eq=False)
class Contrast:
    """Two prices of one move and type."""

    low: Pooled
    high: Pooled
    total: Float  # [V] mass of the record and the type

    @cached_property
    def difference(self) -> Pooled:
        """The second less the first, within each variant. Not the difference of the two pooled
        prices: variants weigh differently on the two sides, and would be compared with each other.
        """
        return pool_values(self.high.per_variant - self.low.per_variant, self.total)

    @property
    def share(self) -> float:
        """Weighted share of the variants in which the sign is that of the pooled difference."""
        d = self.difference
        total = d.weight.sum()
        if not total > 0:
            return float("nan")
        agree = np.sign(d.per_variant) == np.sign(d.value)
        return float(d.weight[agree].sum() / total)


@dataclass(frozen=True, eq=False)
class TurnPrice:
    """One counter at one turn; arrays by the actor's types T (one where it has no types)."""

    counter: Counter
    turn: str
    round: int
    step: int
    types: tuple[str, ...]  # ("",) where it has none
    total: Float  # [T, V] mass of the record and the type
    mass: Float  # [T, V] of it that comes to choose here
    made: Float  # [T, V] mass times odds
    worth: Float  # [T, V] mass times price, in stakes
    spent: Float  # [T, V] mass times what making it for certain costs, in stakes
    bounded: Float  # [T, V] mass of sets at which the price is only a bound
    curves: tuple[Curve, ...]

    def reached(self, kind: int) -> Pooled:
        """Odds that a type comes to choose here."""
        return pool(self.mass[kind], self.total[kind])

    def odds(self, kind: int) -> Pooled:
        """Odds of the move, given that the type chooses here."""
        return pool(self.made[kind], self.mass[kind])

    def price(self, kind: int) -> Pooled:
        """In stakes of the type."""
        return pool_means(self.worth[kind], self.mass[kind])

    def cost(self, kind: int) -> Pooled:
        """Expected payoff as solved less that if the move is made, in stakes."""
        return pool_means(self.spent[kind], self.mass[kind])

    @property
    def likely(self) -> float:
        """Odds that it is made here, whatever the type."""
        total = self.total.sum()
        return float(self.made.sum() / total) if total > 0 else 0.0


def reach_of(inference: Inference, measure: Measure, nodes: Int32) -> Float:
    """[n, K, V] mass of some nodes of a measure's part."""
    place = measure.part.place[nodes]
    found = np.empty((len(nodes), inference.compiled.game.n_profiles, inference.n_variants))
    for block in blocks(measure.part, inference.n_variants):
        mass = descend(
            measure.part, inference.payload, inference.solution.strategy,
            measure.start[:, :, block], block,
        )  # fmt: skip
        found[:, :, block] = mass[place]
    return found


def price_table(
    inference: Inference, asked: Sequence[Counter] | None = None
) -> tuple[TurnPrice, ...]:
    """Every counter (or some) at every turn at which it may come up, in order of play."""
    compiled = inference.compiled
    wanted = counters(inference) if asked is None else asked
    left = ahead(inference)
    level = inference.evidence.histories.level
    places = {c.id: np.flatnonzero(openings(compiled, c.acts) & left) for c in wanted}
    if not any(len(nodes) for nodes in places.values()):
        return ()
    union = np.unique(np.concatenate(list(places.values()))).astype(np.int32)
    measure = inference.measure()
    mass = reach_of(inference, measure, union)
    found = []
    for counter in wanted:
        nodes = places[counter.id]
        for step in np.unique(level[nodes]):
            here = nodes[level[nodes] == step].astype(np.int32)
            found.append(_at_turn(inference, counter, int(step), here,
                                  mass[np.searchsorted(union, here)]))  # fmt: skip
    return tuple(found)


def _at_turn(
    inference: Inference, counter: Counter, step: int, nodes: Int32, mass: Float
) -> TurnPrice:
    compiled = inference.compiled
    types = types_of(compiled, counter.actor) or ("",)
    own = type_at(compiled, counter.actor, nodes)
    by_type = _by_type(mass, own, len(types))  # [n, T, V]
    known = at(inference, nodes, counter.acts)
    axis = type_axis(compiled, counter.actor)
    price = known.price[known.which][:, axis]
    worth = by_type * price
    total = totals(inference, counter.actor)
    where = compiled.steps[step]
    curves = tuple(
        curve
        for name in variables(inference, counter)
        if (curve := _curve(inference, name, nodes, by_type, worth, total)) is not None
    )

    def summed(values: Float) -> Float:
        return np.asarray((by_type * values[known.which][:, axis]).sum(axis=0))

    return TurnPrice(
        counter, where.turn, where.round, step, types, total, by_type.sum(axis=0),
        summed(known.made), worth.sum(axis=0), summed(known.cost),
        summed(known.bound.astype(float)), curves,
    )  # fmt: skip


def totals(inference: Inference, actor: str) -> Float:
    """[T, V] mass of the record and each type of an actor."""
    nodes, mass = inference.standing(inference.present)
    own = type_at(inference.compiled, actor, nodes)
    count = max(1, len(types_of(inference.compiled, actor)))
    return np.asarray(_by_type(mass, own, count).sum(axis=0))


def _by_type(mass: Float, own: Int32, count: int) -> Float:
    """[n, T, V] mass [n, K, V] by type, given the type [n, K] in each profile."""
    if len(own) and (own == own[:1]).all():
        parts = [mass[:, own[0] == t].sum(axis=1) for t in range(count)]
    else:
        parts = [(mass * (own == t)[:, :, None]).sum(axis=1) for t in range(count)]
    return np.stack(parts, axis=1)


def variables(inference: Inference, counter: Counter) -> tuple[str, ...]:
    """State variables along which a counter's price is worth a curve: those of audiences, and of a
    move that ends the crisis the terms that an answer to a proposal sets.
    """
    scenario, names = inference.compiled.scenario, inference.compiled.names
    found = [name for name, model in scenario.state.items() if model.audience is not None]
    if counter.role == "end":
        status = {
            proposal_state(id, proposal, to)
            for id, proposal in scenario.proposals.items()
            for to in proposal.to
        }
        accepting = {f"accept_{id}" for id in scenario.proposals}
        answering = {act.turn for act in names.acts.values() if act.move in accepting}
        changed = {
            variable
            for act in names.acts.values()
            if act.turn in answering and act.actor != counter.actor
            for variable in act.model.then
        }
        terms = [
            name for name in names.variables
            if name in changed - status and names.variables[name].kind == "levels"
        ]  # fmt: skip
        found += terms or [name for name in names.variables if name in changed & status]
    return tuple(name for name in dict.fromkeys(found) if name in inference.compiled.state_names)


def _curve(
    inference: Inference, name: str, nodes: Int32, mass: Float, worth: Float, total: Float
) -> Curve | None:
    compiled = inference.compiled
    column = compiled.state_names.index(name)
    values = compiled.states[compiled.node_state[nodes], column]
    levels, label = np.unique(values, return_inverse=True)
    if not 2 <= len(levels) <= MOST_LEVELS:
        return None

    def summed(table: Float) -> Float:
        out = np.zeros((len(levels), *table.shape[1:]))
        np.add.at(out, label.ravel(), table)
        return out

    model = compiled.scenario.state.get(name)
    several = model is not None and isinstance(model.start, (StartByType, StartDraw))
    start = None if several else float(compiled.states[compiled.node_state[0], column])
    return Curve(
        name, model is not None and model.audience is not None, tuple(float(x) for x in levels),
        start, summed(mass), summed(worth), total,
    )  # fmt: skip
