"""Beliefs and forecasts from a solution and a record.

An `Inference` holds the mass of every history that the record leaves, by type profile and variant,
and answers whatever can be asked of it. What it can be asked stands in files of its own: `answers`
(queries), `belief`, `choices`, `options`, `indicators`, `surprise`, `separation`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.game.game import Payload
from standoff.infer.events import Evaluator, Rows, outcome_rows
from standoff.infer.evidence import Evidence
from standoff.infer.measure import Measure
from standoff.infer.reach import Part, blocks, descend, part
from standoff.scenario.expressions import Expr
from standoff.scenario.queries import Do, Query, View
from standoff.solve.solution import Solution

if TYPE_CHECKING:
    from standoff.infer.answers import RawAnswer
    from standoff.infer.belief import Moment, TypeBelief
    from standoff.infer.diagnosticity import ItemEvidence
    from standoff.infer.indicators import Awaited, Indicator
    from standoff.infer.options import Options
    from standoff.infer.outlook import NextTurn
    from standoff.infer.pooling import Pooled
    from standoff.infer.separation import Separation
    from standoff.infer.surprise import Surprise

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(eq=False)
class Inference:
    """A solution seen in the light of a record.

    Masses are never normalized: the mass of a history is its probability in a variant times the
    factor that the record gives it, so that the total is the likelihood of the record. Variants
    that the solver failed on have no mass.
    """

    compiled: Compiled
    payload: Payload
    draws: Draws
    solution: Solution
    evidence: Evidence
    anchor: int | None = None
    """The step from which time words count; the present where nothing is said."""
    _measures: dict[Any, Measure] = field(init=False, default_factory=dict)
    _prefix: tuple[Part, Float] | None = field(init=False, default=None)
    _prior: Inference | None = field(init=False, default=None)

    @property
    def n_variants(self) -> int:
        """V."""
        return self.payload.n_variants

    @property
    def present(self) -> int:
        """The step at which history stands now."""
        return self.evidence.present

    @property
    def prior(self) -> Inference:
        """The same without the record; time words count from the same step."""
        if self.evidence.without_record:
            return self
        if self._prior is None:
            nothing = Evidence(self.compiled, without_record=True)
            anchor = self.present if self.anchor is None else self.anchor
            self._prior = Inference(
                self.compiled, self.payload, self.draws, self.solution, nothing, anchor
            )
        return self._prior

    def anchored(self, step: int | None) -> Inference:
        """The same with time words counting from `step`; shares all that has been computed."""
        if step is None or step == self.anchor:
            return self
        other = Inference(
            self.compiled, self.payload, self.draws, self.solution, self.evidence, step
        )
        other._measures, other._prefix = self._measures, self._prefix
        if not self.evidence.without_record:
            other._prior = self.prior.anchored(step)
        return other

    def seen_with(self, evidence: Evidence) -> Inference:
        """The same solution in the light of another record."""
        return Inference(self.compiled, self.payload, self.draws, self.solution, evidence)

    # -- mass at the steps that the record has accounted for

    def _reach(self) -> tuple[Part, Float]:
        """The nodes that the record has come by, with their probability [n, K, V]."""
        if self._prefix is None:
            source = np.zeros(self.compiled.game.n_nodes, dtype=bool)
            source[0] = True
            way = part(self.compiled.game, self.evidence.reach, source)
            self._prefix = (way, self.from_root(way))
        return self._prefix

    @property
    def at_root(self) -> Float:
        """[K, V] mass of each type profile before anything was done: its prior, times what the
        draw stands for where it was not drawn from the scenario's distributions.
        """
        mass = self.payload.prior * self.solution.solved
        importance = self.draws.importance
        return mass if importance is None else mass * importance

    def from_root(self, way: Part, strategy: Float | None = None) -> Float:
        """[n, K, V] probability of each node of a part that is entered at the root."""
        play = self.solution.strategy if strategy is None else strategy
        mass = np.zeros((len(way.nodes), self.compiled.game.n_profiles, self.n_variants))
        start = self.at_root[None]
        for block in blocks(way, self.n_variants):
            mass[:, :, block] = descend(way, self.payload, play, start[:, :, block], block)
        return mass

    def standing(self, step: int, *, before: int | None = None) -> tuple[Int32, Float]:
        """Where history may stand as `step` begins and its mass [n, K, V], given the items of the
        steps before; of the reports read by then, only those listed before item `before`.
        """
        way, reach = self._reach()
        nodes = self.evidence.standing(step)
        mass = reach[way.place[nodes]] * self.evidence.weight[nodes][:, None, None]
        for reading in self.evidence.readings:
            late = reading.step > step or (
                before is not None
                and reading.step == step
                and reading.placed.index >= before
                and not reading.of_play
            )
            if not late:
                at = np.searchsorted(reading.nodes, self.ancestors(nodes, reading.step))
                table = reading.table(self.draws)
                mass *= table[reading.case[at]]
        return nodes, mass

    def ancestors(self, nodes: Int32, step: int) -> Int32:
        """Where histories that come to `nodes` stood as `step` began."""
        game, level = self.compiled.game, self.evidence.histories.level
        at = nodes.copy()
        while True:
            up = game.parent[at]
            move = (up >= 0) & (level[np.maximum(up, 0)] >= step)
            if not move.any():
                return at
            at = np.where(move, up, at)

    # -- mass of what lies ahead

    def measure(self, forced: tuple[Do, ...] = (), view: tuple[str, str] | None = None) -> Measure:
        """Outcomes that the record leaves, with their mass: as the desk sees them, or as an actor
        of a type does; with moves forced from now on.
        """
        key = (forced, view)
        if key not in self._measures:
            nodes, mass = self.standing(self.present) if view is None else self._seen_by(*view)
            self._measures[key] = self._below(nodes, mass, forced)
        return self._measures[key]

    def forget(self) -> None:
        """Let go of masses that can be worked out again."""
        for measure in self._measures.values():
            measure.forget()

    def _below(self, nodes: Int32, mass: Float, forced: tuple[Do, ...]) -> Measure:
        from standoff.infer.forcing import force

        game = self.compiled.game
        keep = np.zeros(game.n_nodes, dtype=bool)
        keep[nodes] = True
        for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
            keep[start:stop] |= keep[game.parent[start:stop]]
        source = np.zeros(game.n_nodes, dtype=bool)
        source[nodes] = True
        odds: Float | None = None
        for do in forced:
            keep, more = force(self.compiled, keep, source, do)
            odds = more if odds is None else np.where(np.isfinite(more), more, odds)
        below = part(game, keep, source, forced=odds)
        return Measure(self.compiled, self.payload, self.solution.strategy, below, mass)

    def _seen_by(self, actor: str, label: str) -> tuple[Int32, Float]:
        from standoff.infer.views import seen_by

        return seen_by(self, actor, label)

    # -- events

    @property
    def evaluator(self) -> Evaluator:
        """Evaluates events from this anchor."""
        from standoff.infer.views import belief_of

        anchor = self.present if self.anchor is None else self.anchor
        return Evaluator(
            self.compiled, self.draws, anchor, lambda leaf, rows: belief_of(self, leaf, rows)
        )

    def held(self, measure: Measure, event: Expr | None) -> NDArray[np.bool_]:
        """[Y, K, V], any of them 1 where nothing differs along it: the outcomes of a measure in
        which an event holds; None holds always.
        """
        if event is None:
            return np.ones((1, 1, 1), dtype=bool)
        key = (self.present if self.anchor is None else self.anchor, event)
        known = measure.events.get(key)
        if known is not None:
            return known
        found = self.evaluator.event(event, self.rows(measure)).astype(bool)
        if found.shape[2] == 1:
            measure.events[key] = found
        return found

    def rows(self, measure: Measure) -> Rows:
        """The outcomes of a measure, to evaluate events on."""
        return outcome_rows(self.compiled, measure.outcome)

    # -- what can be asked

    def belief(self, actor: str) -> dict[str, TypeBelief]:
        """Belief in each type of an actor, before and after the record."""
        from standoff.infer.belief import belief

        return belief(self, actor)

    def as_(self, actor: str, type: str = "") -> dict[str, dict[str, Pooled]]:
        """What an actor of a type believes of the others' types: other -> type -> probability."""
        from standoff.infer.belief import belief_as

        return belief_as(self, actor, type)

    def over_time(self) -> list[Moment]:
        """Belief after each moment at which something became known."""
        from standoff.infer.belief import over_time

        return over_time(self)

    def diagnosticity(self, item: str | None = None) -> list[ItemEvidence]:
        """What each item of the record (or one of them) says of each actor's type."""
        from standoff.infer.diagnosticity import diagnosticity

        return diagnosticity(self, item)

    def next_moves(self, actor: str) -> list[NextTurn]:
        """The turns at which an actor may choose next, with its moves there."""
        from standoff.infer.outlook import next_moves

        return next_moves(self, actor)

    def endings(self) -> dict[str, Pooled]:
        """Odds of each ending."""
        from standoff.infer.outlook import endings

        return endings(self)

    def options(self, actor: str, type: str | None = None) -> Options | None:
        """What each open option is worth to an actor (of a type) at its next choice."""
        from standoff.infer.options import options

        return options(self, actor, type)

    def indicators(self, actor: str) -> list[Indicator]:
        """What could be seen by the end of the next round, and what it would tell of a type."""
        from standoff.infer.indicators import indicators

        return indicators(self, actor)

    def waiting_for(self, actor: str) -> list[Awaited]:
        """What may happen before an actor's next choice, by how much it would change that."""
        from standoff.infer.indicators import waiting_for

        return waiting_for(self, actor)

    def surprise(self) -> Surprise | None:
        """How surprising the record is; None where there is none."""
        from standoff.infer.surprise import surprise

        return surprise(self)

    def separation(self) -> list[Separation]:
        """What each actor's turns tell of its type, in bits."""
        from standoff.infer.separation import separation

        return separation(self)

    def warnings(self) -> list[str]:
        """What is doubtful about the scenario's structure, in words."""
        from standoff.infer.separation import warnings

        return warnings(self)

    def at_random(self) -> Inference:
        """The same if everybody played at random: what the structure alone implies."""
        from standoff.infer.surprise import with_uniform

        play = with_uniform(self, self.solution.strategy)
        return Inference(
            self.compiled, self.payload, self.draws, replace(self.solution, strategy=play),
            self.evidence, self.anchor,
        )  # fmt: skip

    def answer(self, query: Query, *, view: View | None = None) -> RawAnswer:
        """The answer to a bound query; `view` replaces its own point of view."""
        from standoff.infer.answers import answer

        return answer(self, query, view)

    def ask(self, text: str, *, view: str | None = None) -> RawAnswer:
        """The answer to a query as text; `view` is `actor` or `actor.type`."""
        from standoff.scenario.queries import bind_query, parse_query

        query = parse_query(f"as {view}: {text}" if view else text)
        return self.answer(bind_query(query, self.compiled.names))
