"""Answers to queries: one number, the numbers by variant behind it, and what kind it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from standoff.infer.choices import next_choice, turn_choice
from standoff.infer.likelihood import likelihood
from standoff.infer.payoffs import expected
from standoff.infer.pooling import Pooled, pool_means, pool_values, quantiles, ratio
from standoff.infer.price import price
from standoff.infer.settled import Settled, settled
from standoff.infer.views import type_at, types_of
from standoff.scenario.expressions import Compare, Expr, Leaf, Name, Parameter, evaluate
from standoff.scenario.queries import (
    Dependence,
    Distribution,
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


class Number(Protocol):
    """One value of a query: `Pooled`, or a `Ratio` of likelihoods."""

    @property
    def value(self) -> float:
        """Pooled."""

    @property
    def per_variant(self) -> Float:
        """[V] NaN where a variant can't answer."""

    @property
    def weight(self) -> Float:
        """[V]"""


@dataclass(frozen=True, eq=False)
class RawAnswer:
    """An answer: the values that its query is made of, by variant. What is said of all variants
    together is worked out from them when it is asked for.

    `by_type` holds one answer a type where a point of view names none; `distribution` one a label.
    """

    kind: Status
    body: Expr | None  # over values; None of a distribution
    leaves: tuple[Expr, ...]  # the values in the body
    numbers: tuple[Number, ...]  # of each leaf
    likelihood: Float  # [V] of the record
    record: Settled | None = None  # what the record says of the event, of a plain probability
    distribution: Mapping[str, RawAnswer] = field(default_factory=dict)
    by_type: Mapping[str, RawAnswer] = field(default_factory=dict)

    @property
    def observed(self) -> bool | None:
        """What the record says, where it settles the event."""
        return self.record.verdict if self.record is not None and not self.by_type else None

    @property
    def status(self) -> Status:
        """What kind of answer it is."""
        settled = self.record is not None and self.record.verdict is not None
        return "observed" if settled else self.kind

    def number(self, leaf: Expr) -> Number:
        """A value in the body."""
        return self.numbers[self.leaves.index(leaf)]

    @cached_property
    def per_variant(self) -> Float:
        """[V] the answer, NaN where a variant can't answer (the condition is impossible there); of
        a comparison the difference of its two sides.
        """
        if self.body is None:
            return np.full(len(self.likelihood), np.nan)
        if self.kind != "comparison":
            return self._spread(self.body)
        if isinstance(self.body, Compare) and len(self.body.operands) == 2:
            left, right = (self._spread(operand) for operand in self.body.operands)
            return left - right
        if isinstance(self.body, Compare):
            return self._spread(self.body.operands[len(self.body.operands) // 2])
        return np.full(len(self.likelihood), np.nan)

    @cached_property
    def weight(self) -> Float:
        """[V] likelihood of the record and the condition. One value brings its own weights; of
        several, the likelihood of the record stands.
        """
        if self.body is None:
            return self.likelihood
        if len(self.numbers) == 1 and self.kind != "comparison":
            return self.numbers[0].weight
        weight = self.likelihood
        for one in self.numbers:
            weight = np.where(np.isfinite(one.per_variant), weight, 0.0)
        return weight

    @cached_property
    def pooled(self) -> Pooled | None:
        """The number and its range; None of a distribution, and where `by_type` has them."""
        if self.body is None or self.by_type:
            return None
        if self.kind == "comparison":
            middle = float(quantiles(self.per_variant, self.weight, 0.5)[0])
            return pool_values(self.per_variant, self.weight, middle)
        value = float(evaluate(self.body, lambda leaf: self.number(leaf).value))
        return pool_values(self.per_variant, self.weight, value)

    @property
    def value(self) -> float:
        """The pooled number; NaN where there is none."""
        return self.pooled.value if self.pooled is not None else float("nan")

    @cached_property
    def share(self) -> float | None:
        """Of a comparison: the weighted share of variants in which it holds."""
        if self.kind != "comparison" or self.body is None:
            return None
        holds = self._spread(self.body).astype(bool)
        total = self.weight.sum()
        return float((self.weight * holds).sum() / total) if total > 0 else float("nan")

    @cached_property
    def difference(self) -> float | None:
        """Of a comparison: the median difference."""
        if self.kind != "comparison":
            return None
        middle = float(quantiles(self.per_variant, self.weight, 0.5)[0])
        return middle if np.isfinite(middle) else None

    def _spread(self, body: Expr) -> Float:
        values = evaluate(body, lambda leaf: self.number(leaf).per_variant)
        return np.broadcast_to(np.asarray(values, float), (len(self.likelihood),))


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
    return replace(first, by_type=each, distribution={})


def plain_probability(inference: Inference, query: Query) -> Pooled | None:
    """The answer to a query for a plain probability, whatever the record settles. None where the
    query is of another kind or its events depend on the variant.
    """
    body = query.body
    if query.kind != "probability" or not isinstance(body, Probability) or query.view is not None:
        return None
    at = inference.prior if body.prior else inference
    measure = at.measure(body.forced)
    held, base = at.held(measure, body.event), at.held(measure, body.given)
    if held.shape[2] != 1 or base.shape[2] != 1:
        return None
    joint_mass, base_mass = measure.masses([held & base, base])
    return pool_means(np.minimum(joint_mass, base_mass), base_mass)


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
    held, base = at.held(measure, body.event), at.held(measure, body.given)
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
        assert query.kind != "", "an unbound query"
        parts = tuple(dict.fromkeys(_values(body)))
        numbers = tuple(self.number(leaf) for leaf in parts)
        record = self.record(body) if query.kind == "probability" else None
        return RawAnswer(query.kind, body, parts, numbers, self.likelihood, record)

    @property
    def likelihood(self) -> Float:
        return self.inference.measure(view=self.view).total()

    # -- single values

    def number(self, leaf: Any) -> Number:
        if isinstance(leaf, Probability):
            return self.probability(leaf)
        if isinstance(leaf, Expectation):
            inference = self.inference.prior if leaf.prior else self.inference
            measure = inference.measure(leaf.forced, self.view)
            given = inference.held(measure, leaf.given)
            return pool_means(*expected(inference, measure, leaf.of, given))
        if isinstance(leaf, Likelihood):
            return likelihood(self.inference, leaf, self.view)
        if isinstance(leaf, Dependence):
            return self.dependence(leaf)
        if isinstance(leaf, Parameter):
            values = np.asarray(self.inference.evaluator.parameter(leaf.name), float)
            spread = np.broadcast_to(values, (self.inference.n_variants,))
            return pool_values(spread, self.likelihood)
        if isinstance(leaf, Price):
            return price(self.inference, leaf, self.view)
        raise TypeError(f"{type(leaf).__name__} is no value")

    def probability(self, leaf: Probability) -> Number:
        inference = self.inference.prior if leaf.prior else self.inference
        measure = inference.measure(leaf.forced, self.view)
        held = inference.held(measure, leaf.event)
        base = inference.held(measure, leaf.given)
        joint_mass, base_mass = measure.masses([held & base, base])
        return pool_means(np.minimum(joint_mass, base_mass), base_mass)

    def record(self, leaf: Any) -> Settled | None:
        """What the record says of an event."""
        inference = self.inference
        if leaf.prior or inference.evidence.without_record or leaf.forced:
            return None
        measure, everything = inference.measure(view=self.view), inference.prior.measure()
        event, before = (
            (at.held(over, leaf.event), at.held(over, leaf.given))
            for at, over in ((inference, measure), (inference.prior, everything))
        )
        return settled(inference, measure, event, before, alone=self.view is None)

    def dependence(self, leaf: Dependence) -> Number:
        inference = self.inference
        measure = inference.measure(view=self.view)
        if isinstance(leaf.of, NextMoves):
            choice = next_choice(inference, measure, leaf.of.actor)
        else:
            choice = turn_choice(inference, measure, leaf.of.actor, leaf.of.turn)
        first = inference.held(measure, leaf.event)
        second = ~first if leaf.other is None else inference.held(measure, leaf.other)
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
        return pool_values(per_variant, weight)

    def distribution(self, body: Distribution) -> RawAnswer:
        inference = self.inference.prior if body.prior else self.inference
        measure = inference.measure(body.forced, self.view)
        given = inference.held(measure, body.given)
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
            leaf = Name(name)
            parts[name] = RawAnswer("probability", leaf, (leaf,), (pool_means(mass, base),), base)
        return RawAnswer("distribution", None, (), (), base, distribution=parts)


def _values(body: Expr) -> Iterator[Leaf]:
    """The values that a query's body is made of; what stands inside one is its own business."""
    if isinstance(body, Leaf):
        yield body
        return
    for part in body.parts:
        yield from _values(part)


def foresee(inference: Inference, queries: Iterable[Query]) -> None:
    """Work out at once the masses that plain probabilities in some queries are made of, with the
    record and without: whoever asks them later finds them ready.
    """
    now: list[Array] = []
    before: list[Array] = []
    measure, everything = inference.measure(), inference.prior.measure()
    for query in queries:
        for leaf in _values(query.body) if query.view is None else ():
            if not isinstance(leaf, Probability) or leaf.forced:
                continue
            sides = [(inference.prior, everything, before)]
            if not leaf.prior:
                sides.append((inference, measure, now))
            for at, over, masks in sides:
                held, base = at.held(over, leaf.event), at.held(over, leaf.given)
                masks += [held & base, base]
    measure.foresee(now)
    everything.foresee(before)
