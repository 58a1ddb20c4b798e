"""Mixtures of two sets of assumptions: some numbers as in the one, the rest as in the other.

All mixtures of one pair meet the same variants: what is drawn stands at the same point of its own
distribution in each, so that two mixtures differ by what was exchanged and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile import payload
from standoff.compile.chance_odds import chance_odds
from standoff.compile.compiled import Compiled
from standoff.compile.compiling import compile_scenario
from standoff.compile.drawn import (
    from_columns,
    parameter_distributions,
    refixed,
    uncertain_columns,
)
from standoff.compile.draws import Draws, end_to_end
from standoff.compile.numbers import payload_of_several
from standoff.errors import Problem, ScenarioError
from standoff.game.game import Payload
from standoff.progress import Progress
from standoff.scenario.loading import apply_settings
from standoff.scenario.models import ParameterByType, Scenario
from standoff.variants.batch import Batch, solve_payload, some
from standoff.variants.drawing import columns_at, reference
from standoff.variants.matching import entries, first_difference
from standoff.variants.points import points
from standoff.variants.switches import structural

Float = NDArray[np.float64]
Places = NDArray[np.intp]
PURPOSE = 0xC2B


@dataclass(frozen=True)
class Item:
    """An assumption on which the two differ: one number, or several that only go together."""

    keys: tuple[str, ...]  # of `matching.entries`
    tree: bool = False  # another tree belongs to it

    @property
    def id(self) -> str:
        """The keys in a row."""
        return "+".join(self.keys)


@dataclass(frozen=True, eq=False)
class Points:
    """Where variants are drawn, for scenarios that leave different things open."""

    columns: dict[str, Float]  # by key of what either leaves open, each [V], correlated
    n: int
    seed: int

    def draws(self, scenario: Scenario) -> Draws:
        """The draws of a scenario there."""
        return from_columns(scenario, self.columns, self.n, self.seed)


@dataclass(frozen=True, eq=False)
class Mixing:
    """Two scenarios of one crisis, `one` and `other`, and what is between them.

    A mixture is a number whose bit i says that item i is as in the other. Draws are those of `held`
    with what a mixture fixes put in its place, or made at `points` where the two differ in
    distributions.
    """

    compiled: Compiled
    one: Scenario
    other: Scenario
    held: Draws
    points: Points | None = None
    items: tuple[Item, ...] = ()
    factor: float | None = None  # of the precision, where the batch has another than is drawn
    _trees: dict[bool, Compiled] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        """The mixture in which everything is as in the other."""
        return (1 << len(self.items)) - 1

    def together(self) -> Mixing:
        """The same with all that differs as one item."""
        keys = tuple(key for item in self.items for key in item.keys)
        tree = any(item.tree for item in self.items)
        return replace(self, items=(Item(keys, tree),), _trees={})

    def scenario(self, mixture: int) -> Scenario:
        """The scenario of a mixture."""
        taken = [k for i, item in enumerate(self.items) if mixture >> i & 1 for k in item.keys]
        return mixed(self.one, self.other, taken)

    def draws(self, mixture: int) -> Draws:
        """[V] the draws of a mixture. Raises `ScenarioError` where odds can't sum to one."""
        scenario = self.scenario(mixture)
        if self.points is not None:
            return self.points.draws(scenario)
        return refixed(scenario, self.held)

    def tree(self, mixture: int, progress: Progress | None = None) -> Compiled:
        """The game in which a mixture is played."""
        turned = any(item.tree and mixture >> i & 1 for i, item in enumerate(self.items))
        if not turned:
            return self.compiled
        if turned not in self._trees:
            keys = [k for item in self.items if item.tree for k in item.keys]
            scenario = mixed(self.compiled.scenario, self.other, keys)
            self._trees[turned] = compile_scenario(_compilable(scenario), progress=progress)
        return self._trees[turned]

    def solved(self, mixture: int, progress: Progress | None = None) -> Batch:
        """All variants of a mixture, solved; stakes are those of its own reference."""
        scenario, draws, tree = self.scenario(mixture), self.draws(mixture), self.tree(mixture)
        numbers = self._scaled(payload(tree, draws, reference=reference(scenario)))
        return solve_payload(replace(tree, scenario=scenario), draws, numbers, progress)

    def solved_together(
        self, mixtures: Sequence[int], which: Places, progress: Progress | None = None
    ) -> Batch:
        """Some variants of several mixtures of one tree, solved in one batch, mixture by mixture.
        Payoffs are in units in which all have the same stakes: what is said of them is of no use.
        """
        tree = self.tree(mixtures[0])
        draws = [some(self.draws(m), which) for m in mixtures]
        references = [reference(self.scenario(m)) for m in mixtures]
        numbers = self._scaled(payload_of_several(tree, draws, references))
        return solve_payload(tree, end_to_end(draws), numbers, progress)

    def _scaled(self, numbers: Payload) -> Payload:
        if self.factor is None:
            return numbers
        return replace(numbers, precision=numbers.precision * self.factor)


# --- what the two differ in


def of_views(
    batch: Batch,
    one: dict[str, str],
    other: dict[str, str],
    progress: Progress | None = None,
) -> Mixing:
    """What is between two sets of settings of a scenario whose variants are at hand."""
    written = batch.scenario
    found = _between(batch, _set(written, one), _set(written, other), None, progress)
    return replace(found, factor=_factor(batch))


def of_files(batch: Batch, other: Scenario, progress: Progress | None = None) -> Mixing:
    """What is between a scenario, drawn but for importance, and another one of the same crisis.
    Raises `ScenarioError` with the first difference where it is another crisis.
    """
    written, draws = batch.scenario, batch.draws
    found = first_difference(written, other)
    if found is not None:
        path, here, there = found
        raise ScenarioError(
            Problem(
                "other-crisis",
                f"the two scenarios are not the same crisis: {path} differs, and only values and "
                "distributions of parameters, priors and precision may",
                found=f"{here} in the first, {there} in the second",
                expected="a parameter in its place, with a value in each file",
            )
        )
    mine = uncertain_columns(written)
    more = [key for key in uncertain_columns(other) if key not in mine]
    columns = columns_at(written, points(draws.n_variants, len(mine), draws.seed, draws.method))
    rest = points(draws.n_variants, len(more), draws.seed + PURPOSE, draws.method)
    columns.update({key: rest[:, j] for j, key in enumerate(more)})
    at = Points(columns, draws.n_variants, draws.seed)
    return _between(batch, written, other, at, progress)


def _factor(batch: Batch) -> float | None:
    """By how much a form check has changed the precision of a batch; None where it has not."""
    factor = batch.payload.precision / batch.draws.precision
    return None if np.allclose(factor, 1.0, rtol=1e-12) else float(factor[0])


def renumbered(batch: Batch) -> bool:
    """Whether the tree of a batch can't be given other numbers: a form check has added some."""
    return len(batch.payload.log_rate) != len(batch.compiled.rate_act)


def _set(written: Scenario, settings: dict[str, str]) -> Scenario:
    return apply_settings(written, settings) if settings else written


def _between(
    batch: Batch, one: Scenario, other: Scenario, at: Points | None, progress: Progress | None
) -> Mixing:
    here, there = entries(one), entries(other)
    apart = [key for key in here if here[key] != there[key]]
    compiled, written = batch.compiled, batch.scenario
    fixed, free = _fixed(written), {key for key, is_so in _fixed(other).items() if not is_so}
    # The tree may rest on what is fixed as written: there it is made anew where the one moves it.
    # What only the other leaves open must be open in it, or outcomes would be missing.
    as_written = entries(written)
    moved = [key for key in here if fixed.get(key) and here[key] != as_written[key]]
    opened = [key for key in apart if fixed.get(key) and key in free]
    start = mixed(mixed(written, one, moved), other, opened)
    if start is not written:
        compiled = compile_scenario(_compilable(start), progress=progress)
    firm = [key for key in apart if fixed.get(key) and key not in free]
    tree = _of_tree(compiled, other, firm, progress)
    items = [Item((key,)) for key in apart if key not in tree]
    if tree:
        items.append(Item(tuple(tree), tree=True))
    mixing = Mixing(compiled, one, other, batch.draws, at, tuple(items))
    return _possible(mixing)


def _fixed(scenario: Scenario) -> dict[str, bool]:
    return {key: held.fixed for key, held in parameter_distributions(scenario).items()}


def _of_tree(
    compiled: Compiled, other: Scenario, firm: Sequence[str], progress: Progress | None
) -> list[str]:
    """Those of the firm numbers that make another tree: all that stand where the tree is made."""
    names = structural(compiled)
    found = [key for key in firm if key.partition(".")[0] in names]
    if len(found) == len(firm):
        return found

    def made(keys: Sequence[str]) -> Compiled:
        scenario = _compilable(mixed(compiled.scenario, other, keys))
        return compile_scenario(scenario, progress=progress)

    # Odds of nothing or everything close outcomes for good, in either tree.
    before, again = made(found) if found else compiled, made(firm)
    same = np.array_equal(again.edge_act, before.edge_act) and np.array_equal(
        again.game.parent, before.game.parent
    )
    return found if same else list(firm)


def _possible(mixing: Mixing) -> Mixing:
    """The same with numbers put together that can't be exchanged one by one, since odds would not
    sum to one between.
    """
    items = list(mixing.items)
    while len(items) > 1:
        now = replace(mixing, items=tuple(items), _trees={})
        alone = [i for i in range(len(items)) if not _can(now, [1 << i, now.whole ^ 1 << i])]
        if not alone:
            break
        first, rest = alone[0], [j for j in range(len(items)) if j != alone[0]]
        mate = next(
            (
                j
                for j in sorted(rest, key=lambda j: j not in alone)
                if _can(now, [1 << first | 1 << j, now.whole ^ (1 << first | 1 << j)])
            ),
            None,
        )
        if mate is not None:
            together = [first, mate]
        else:
            together = alone if len(alone) > 1 else [first, *rest]
        joined = Item(
            tuple(k for i in sorted(together) for k in items[i].keys),
            any(items[i].tree for i in together),
        )
        items = [item for i, item in enumerate(items) if i not in together]
        items.insert(min(together), joined)
    return replace(mixing, items=tuple(items), _trees={})


def _can(mixing: Mixing, mixtures: Iterable[int]) -> bool:
    try:
        for m in mixtures:
            chance_odds(mixing.tree(m), mixing.draws(m))
    except ScenarioError:
        return False
    return True


# --- scenarios


def mixed(one: Scenario, other: Scenario, keys: Iterable[str]) -> Scenario:
    """A scenario with the entries `keys` as they are in another one."""
    wanted = set(keys)
    if not wanted:
        return one
    parameters: dict[str, Any] = dict(one.parameters)
    for name, held in one.parameters.items():
        there = other.parameters[name]
        if isinstance(held, ParameterByType) and isinstance(there, ParameterByType):
            if not any(f"{name}.{t}" in wanted for t in held.by_type):
                continue
            by = {
                t: there.by_type[t] if f"{name}.{t}" in wanted else d
                for t, d in held.by_type.items()
            }
            parameters[name] = ParameterByType(by=held.by, label=held.label, **by)
        elif name in wanted:
            parameters[name] = there
    update: dict[str, Any] = {"parameters": parameters}
    changed = {
        name: actor.model_copy(update={"prior": other.actors[name].prior})
        for name, actor in one.actors.items()
        if f"prior.{name}" in wanted
    }
    if changed:
        update["actors"] = {**one.actors, **changed}
    if "joint" in wanted:
        update["joint"] = other.joint
    if "precision" in wanted:
        precision = other.solve.precision
        update["solve"] = one.solve.model_copy(update={"precision": precision})
    return one.model_copy(update=update)


def _compilable(scenario: Scenario) -> Scenario:
    """The same without correlations of what is fixed: none can be drawn."""
    fixed = _fixed(scenario)
    kept = tuple(c for c in scenario.correlate if not any(fixed.get(k) for k in c.between))
    return scenario.model_copy(update={"correlate": kept})
