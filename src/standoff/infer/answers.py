"""Answers to queries: one number, the numbers by variant behind it, and what kind it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.errors import QueryError
from standoff.infer.choices import next_choice, turn_choice
from standoff.infer.likelihood import likelihood
from standoff.infer.measure import Measure
from standoff.infer.payoffs import expected
from standoff.infer.pooling import Pooled, pool_values, quantiles, ratio
from standoff.infer.views import type_at, types_of
from standoff.scenario.expressions import Compare, Expr, Parameter, evaluate
from standoff.scenario.place import Place
from standoff.scenario.queries import (
    Dependence,
    Distribution,
    Do,
    Expectation,
    Likelihood,
    NextMoves,
    Price,
    Probability,
    Query,
    View,
)

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]
Array = NDArray[Any]
Status = Literal["probability", "value", "ratio", "comparison", "observed", "distribution"]


@dataclass(frozen=True, eq=False)
class RawAnswer:
    """An answer with the numbers by variant that it was pooled from.

    `per_variant` is NaN where a variant can't answer (the condition is impossible there); `weight`
    is the likelihood of the record and the condition. Of a comparison `per_variant` is the
    difference of its two sides, `share` the weighted share of variants in which it holds and
    `difference` the median difference. `observed` is what the record says, where it settles the
    event. `by_type` holds one answer a type where a point of view names none.
    """

    status: Status
    per_variant: Float  # [V]
    weight: Float  # [V]
    pooled: Pooled | None = None
    observed: bool | None = None
    share: float | None = None
    difference: float | None = None
    distribution: Mapping[str, RawAnswer] = field(default_factory=dict)
    by_type: Mapping[str, RawAnswer] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The pooled number; NaN where there is none."""
        return self.pooled.value if self.pooled is not None else float("nan")


@dataclass(frozen=True, eq=False)
class Number:
    """One value of a query: pooled, by variant, with weights."""

    pooled: float
    per_variant: Float  # [V]
    weight: Float  # [V]
    observed: bool | None = None

    @classmethod
    def of(cls, joint: Float, base: Float, observed: bool | None = None) -> Number:
        """From the masses whose ratio it is."""
        total = float(base.sum())
        pooled = float(joint.sum() / total) if total > 0 else float("nan")
        return cls(pooled, ratio(joint, base), base, observed)


def answer(inference: Inference, query: Query, view: View | None = None) -> RawAnswer:
    """The answer to a bound query."""
    view = view or query.view
    if view is None:
        return _Asker(inference, None).answer(query)
    types = types_of(inference.compiled, view.actor)
    if view.type is not None or not types:
        return _Asker(inference, (view.actor, view.type or "")).answer(query)
    each = {t: _Asker(inference, (view.actor, t)).answer(query) for t in types}
    first = next(iter(each.values()))
    return replace(first, by_type=each, pooled=None, observed=None, distribution={})


def pooled_probability(inference: Inference, query: Query) -> float | None:
    """The pooled number alone of a query for a plain probability, without its range: one sum over
    masses that have been added up over variants. NaN where the condition is impossible; None where
    the query is of another kind or its events depend on the variant.
    """
    body = query.body
    if query.kind != "probability" or not isinstance(body, Probability) or query.view is not None:
        return None
    at = inference.prior if body.prior else inference
    measure = at.measure(body.forced)
    rows = at.rows(measure)
    held = at.evaluator.event(body.event, rows).astype(bool)
    base = np.ones((1, 1, 1), dtype=bool)
    if body.given is not None:
        base = at.evaluator.event(body.given, rows).astype(bool)
    if held.shape[2] != 1 or base.shape[2] != 1:
        return None
    total = measure.pooled_mass(base)
    return measure.pooled_mass(held & base) / total if total > 0 else float("nan")


class _Asker:
    """Answers from one point of view (None: the desk's)."""

    def __init__(self, inference: Inference, view: tuple[str, str] | None) -> None:
        self.inference = inference
        self.view = view

    def answer(self, query: Query) -> RawAnswer:
        body = query.body
        if isinstance(body, Distribution):
            return self.distribution(body)
        numbers: dict[Expr, Number] = {}

        def number(leaf: Expr) -> Number:
            if leaf not in numbers:
                numbers[leaf] = self.number(leaf)
            return numbers[leaf]

        if query.kind == "comparison":
            return self.comparison(body, number)
        per_variant = self.spread(evaluate(body, lambda leaf: number(leaf).per_variant))
        pooled = float(evaluate(body, lambda leaf: number(leaf).pooled))
        weight = self.weights(list(numbers.values()))
        status: Status = "probability"
        observed = None
        if query.kind == "probability":
            observed = number(body).observed
            status = "probability" if observed is None else "observed"
        elif query.kind == "ratio":
            status = "ratio"
        elif query.kind == "value":
            status = "value"
        result = pool_values(per_variant, weight, pooled)
        return RawAnswer(status, per_variant, weight, result, observed)

    def spread(self, values: Array) -> Float:
        return np.broadcast_to(np.asarray(values, float), (self.inference.n_variants,))

    def weights(self, numbers: list[Number]) -> Float:
        """One value brings its own weights; of several, the likelihood of the record stands."""
        if len(numbers) == 1:
            return numbers[0].weight
        weight = self.inference.measure(view=self.view).total()
        for one in numbers:
            weight = np.where(np.isfinite(one.per_variant), weight, 0.0)
        return weight

    def comparison(self, body: Expr, number: Callable[[Expr], Number]) -> RawAnswer:
        seen: list[Number] = []

        def by_variant(leaf: Expr) -> Float:
            seen.append(number(leaf))
            return number(leaf).per_variant

        holds = self.spread(evaluate(body, by_variant)).astype(bool)
        weight = self.weights([*seen, *seen])
        gap = np.full(self.inference.n_variants, np.nan)
        if isinstance(body, Compare) and len(body.operands) == 2:
            left, right = (self.spread(evaluate(o, by_variant)) for o in body.operands)
            gap = left - right
        elif isinstance(body, Compare):
            gap = self.spread(evaluate(body.operands[len(body.operands) // 2], by_variant))
        total = weight.sum()
        share = float((weight * holds).sum() / total) if total > 0 else float("nan")
        middle = float(quantiles(gap, weight, 0.5)[0])
        return RawAnswer(
            "comparison", gap, weight, pool_values(gap, weight, middle), None, share,
            middle if np.isfinite(middle) else None,
        )  # fmt: skip

    # -- single values

    def number(self, leaf: Any) -> Number:
        if isinstance(leaf, Probability):
            return self.probability(leaf.event, leaf.given, leaf.forced, prior=leaf.prior)
        if isinstance(leaf, Expectation):
            inference = self.inference.prior if leaf.prior else self.inference
            measure = inference.measure(leaf.forced, self.view)
            given = self.mask(inference, measure, leaf.given)
            return Number.of(*expected(inference, measure, leaf.of, given))
        if isinstance(leaf, Likelihood):
            pooled, per_variant, weight = likelihood(self.inference, leaf, self.view)
            return Number(pooled, per_variant, weight)
        if isinstance(leaf, Dependence):
            return self.dependence(leaf)
        if isinstance(leaf, Parameter):
            values = self.spread(self.inference.evaluator.parameter(leaf.name))
            weight = self.inference.measure(view=self.view).total()
            return Number(pool_values(values, weight).value, values, weight)
        if isinstance(leaf, Price):
            raise QueryError(Place(file="query").problem(
                "not-yet", "`price` is not answered by this version", leaf.column
            ))  # fmt: skip
        raise TypeError(f"{type(leaf).__name__} is no value")

    def mask(self, inference: Inference, measure: Measure, event: Expr | None) -> Array:
        if event is None:
            return np.ones((1, 1, 1), dtype=bool)
        return inference.evaluator.event(event, inference.rows(measure)).astype(bool)

    def probability(
        self, event: Expr, given: Expr | None, forced: tuple[Do, ...] = (), *, prior: bool = False
    ) -> Number:
        inference = self.inference.prior if prior else self.inference
        measure = inference.measure(forced, self.view)
        held = self.mask(inference, measure, event)
        base = self.mask(inference, measure, given)
        joint_mass, base_mass = measure.masses([held & base, base])
        observed = None
        if not inference.evidence.without_record and not forced:
            observed = self.settled(measure, event, given, held, base)
        return Number.of(np.minimum(joint_mass, base_mass), base_mass, observed)

    def settled(
        self, measure: Measure, event: Expr, given: Expr | None, held: Array, base: Array
    ) -> bool | None:
        """What the record says of an event, where it leaves no doubt and the structure alone does.

        An event that holds in every history that the scenario knows is no observation.
        """
        verdict = constant(held, base, measure.shape)
        if verdict is None and self.view is None:
            # A report that was impossible rules out what it speaks against.
            verdict = constant(held, base & self.inference.possible(measure), measure.shape)
        if verdict is None:
            return None
        prior = self.inference.prior
        everything = prior.measure()
        before = self.mask(prior, everything, event)
        base_before = self.mask(prior, everything, given)
        return None if constant(before, base_before, everything.shape) is not None else verdict

    def dependence(self, leaf: Dependence) -> Number:
        inference = self.inference
        measure = inference.measure(view=self.view)
        if isinstance(leaf.of, NextMoves):
            choice = next_choice(inference, measure, leaf.of.actor)
        else:
            choice = turn_choice(inference, measure, leaf.of.actor, leaf.of.turn)
        first = self.mask(inference, measure, leaf.event)
        second = ~first if leaf.other is None else self.mask(inference, measure, leaf.other)
        masks = []
        for label in range(len(choice.labels)):
            made = (choice.label == label)[:, None, None]
            masks += [made & first, made & second]
        table = measure.masses(masks).reshape(len(choice.labels), 2, -1)  # [moves, side, V]
        base = table.sum(axis=0)
        odds = np.stack([ratio(table[:, 0], base[0]), ratio(table[:, 1], base[1])])
        per_variant = np.abs(odds[0] - odds[1]).sum(axis=0) / 2
        weight = np.where(np.isfinite(per_variant), measure.total(), 0.0)
        # The mean over variants: pooling the two sides first would count what variants differ in.
        pooled = pool_values(per_variant, weight).value
        return Number(pooled, per_variant, weight)

    def distribution(self, body: Distribution) -> RawAnswer:
        inference = self.inference.prior if body.prior else self.inference
        measure = inference.measure(body.forced, self.view)
        given = self.mask(inference, measure, body.given)
        compiled = inference.compiled
        masks: dict[str, Array] = {}
        if isinstance(body.of, NextMoves):
            choice = next_choice(inference, measure, body.of.actor)
            for row, name in enumerate(choice.labels):
                masks[name] = (choice.label == row)[:, None, None] & given
        else:
            types = types_of(compiled, body.of.actor)
            own = type_at(compiled, body.of.actor, compiled.game.end_nodes[measure.end])
            for row, name in enumerate(types):
                masks[name] = (own == row)[:, :, None] & given
        base, *joint = measure.masses([given, *masks.values()])
        parts = {}
        for name, mass in zip(masks, joint, strict=True):
            one = Number.of(mass, base)
            parts[name] = RawAnswer(
                "probability", one.per_variant, base,
                pool_values(one.per_variant, base, one.pooled),
            )  # fmt: skip
        return RawAnswer(
            "distribution", np.full(inference.n_variants, np.nan), base, distribution=parts
        )


def constant(held: Array, base: Array, shape: tuple[int, int]) -> bool | None:
    """Whether an event holds everywhere (True) or nowhere (False) in a condition; else None."""
    if held.shape[2] > 1 or base.shape[2] > 1:
        variants = max(held.shape[2], base.shape[2])
    else:
        variants = 1
    full = (*shape, variants)
    here = np.broadcast_to(base, full)
    if not here.any():
        return None
    inside = np.broadcast_to(held, full)[here]
    return bool(inside[0]) if inside.all() or not inside.any() else None
