"""Answers that something may turn: which there are, and what each is in every variant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.assess.ahead import whose
from standoff.assess.judging import JUDGED
from standoff.errors import Problem, QueryError, ScenarioError, nearest
from standoff.infer.belief import belief
from standoff.infer.options import options_at
from standoff.infer.outlook import endings, next_moves
from standoff.infer.pooling import Pooled, ratio
from standoff.scenario.expressions import Compare, evaluate
from standoff.scenario.names import Names
from standoff.scenario.queries import Query, bind_query, parse_query

if TYPE_CHECKING:
    from standoff.infer.answers import RawAnswer
    from standoff.infer.inference import Inference
    from standoff.infer.options import Options
    from standoff.scenario.models import Scenario

Float = NDArray[np.float64]
Columns = dict[str, Float]
Kind = Literal["probability", "comparison", "options"]
OPTIONS = "options"
_ORDERED = {">", ">=", "<", "<="}
WEIGHT = "weight of "
"""Before an id, the column of its weights."""
ASKED = "query"
"""Id of a query that was asked here."""


@dataclass(frozen=True)
class Target:
    """One answer. `query` is empty for beliefs, moves and endings (`id` says which) and for the
    options of `actor` (of `type`). `dated`: time words count from the scenario's own `as_of`.
    `step` is that of the choice which moves and options are about, once it is settled.
    """

    id: str
    text: str
    kind: Kind = "probability"
    query: str = ""
    dated: bool = False
    actor: str = ""
    type: str | None = None
    step: int | None = None

    def settled(self, inference: Inference) -> Target:
        """The same with the step of its choice named: the likeliest next one here, so that in
        whatever company a variant is solved the same choice is meant.
        """
        if self.kind == "options":
            steps = [turn.step for turn in next_moves(inference, self.actor)[:1]]
        elif not self.query and self.id.count(".") == 2:
            steps = [
                turn.step
                for turn in next_moves(inference, self.id.partition(".")[0])
                if any(move.act == self.id for move in turn.moves)
            ]
        else:
            return self
        return replace(self, step=steps[0]) if steps else self

    def read(self, inference: Inference, anchor: int) -> Columns:
        """Its numbers [V] by column: one named by its id, or one for each option (`id/act`); NaN in
        variants that have no answer; and its weights (`WEIGHT` and the id). Empty where no variant
        has one, or the record has settled it.
        """
        if self.kind == "options":
            return self._options(inference)
        if not self.query:
            pooled = _named(inference, self.id, self.step)
            return {} if pooled is None else self.columns(pooled.per_variant, pooled.weight)
        at = inference.anchored(anchor) if self.dated else inference
        return self.of_answer(at.answer(self.bound(inference.compiled.names)))

    def bound(self, names: Names) -> Query:
        """Its query."""
        return bind_query(parse_query(self.query), names)

    def of_answer(self, raw: RawAnswer) -> Columns:
        """Its columns from the answer to its query."""
        if raw.observed is not None:
            return {}
        values = raw.per_variant if self.kind != "comparison" else _margin(raw)
        return self.columns(values, raw.weight)

    def columns(self, values: Float, weight: Float) -> Columns:
        """Its columns from numbers by variant."""
        return {self.id: np.where(weight > 0, values, np.nan), WEIGHT + self.id: weight}

    def of_options(self, found: Options) -> Columns:
        """Its columns from the options at its choice."""
        held = {
            f"{self.id}/{o.act}": np.where(found.weight > 0, ratio(o.paid, found.weight), np.nan)
            for o in found.pay
        }
        return {**held, WEIGHT + self.id: found.weight}

    def _options(self, inference: Inference) -> Columns:
        for turn in next_moves(inference, self.actor):
            if turn.step == self.step:
                (found,) = options_at(inference, self.actor, (self.type,), turn)
                return self.of_options(found) if found.open else {}
        return {}


def _named(inference: Inference, id: str, step: int | None) -> Pooled | None:
    """A belief `ACTOR.TYPE`, a next move `actor.turn.move`, or `endings.ID`."""
    first, _, rest = id.partition(".")
    if first == "endings":
        return endings(inference).get(rest)
    if rest.count(".") == 0:
        held = belief(inference, first).get(rest)
        return None if held is None else held.posterior
    for turn in next_moves(inference, first):
        for move in turn.moves:
            if move.act == id and turn.step == step:
                return move.odds
    return None


def _margin(raw: RawAnswer) -> Float:
    """[V] by how much a comparison holds, in its tightest place; negative where it does not."""
    body = raw.body
    assert isinstance(body, Compare)
    sides = [
        np.asarray(evaluate(side, lambda leaf: raw.number(leaf).per_variant), dtype=float)
        for side in body.operands
    ]
    gaps = [
        (right - left) if op in ("<", "<=") else (left - right)
        for op, (left, right) in zip(body.ops, pairwise(sides), strict=True)
    ]
    shape = (len(raw.weight),)
    return np.asarray(np.min([np.broadcast_to(gap, shape) for gap in gaps], axis=0))


def judged(scenario: Scenario, names: Names) -> list[Target]:
    """The judgements that the model answers with a probability or a comparison."""
    found = []
    for judgement in scenario.judgements:
        if judgement.claim is None or judgement.kind not in JUDGED:
            continue
        kind = _kind(judgement.claim, names)
        if kind is not None:
            found.append(Target(judgement.id, judgement.text, kind, judgement.claim, dated=True))
    return found


def choosing(scenario: Scenario, for_: str | None) -> list[Target]:
    """The options of the desk's actor, or of whom `for_` names."""
    return [
        Target(
            f"{OPTIONS}.{actor}" + (f".{kind}" if kind else ""),
            f"the best option of {scenario.actors[actor].name or actor}",
            "options", actor=actor, type=kind,
        )
        for actor, kind in whose(scenario, for_)
    ]  # fmt: skip


def target(scenario: Scenario, names: Names, what: str, for_: str | None = None) -> Target:
    """The answer that `what` names: a judgement or question by id, `options`, `ACTOR.TYPE`,
    `actor.turn.move`, `endings.ID`, or a query. Raises `ScenarioError` where it names none.
    """
    what = what.strip()
    for each in judged(scenario, names):
        if each.id == what:
            return each
    for question in scenario.questions:
        if question.id == what:
            text = f"as {question.as_}: {question.ask}" if question.as_ else question.ask
            kind = _kind(text, names)
            if kind is None:
                raise _untippable(what, question.ask)
            return Target(what, question.text or question.ask, kind, text)
    for judgement in scenario.judgements:
        if judgement.id == what:
            raise _untippable(what, judgement.claim or f"a statement of kind {judgement.kind}")
    if what == OPTIONS or what.startswith(f"{OPTIONS}."):
        found = choosing(scenario, what.partition(".")[2] or for_)
        if not found:
            raise ScenarioError(
                Problem("no-options", "there is nobody whose options could be weighed",
                        expected="an `observer` with an `actor`, or --for ACTOR")
            )  # fmt: skip
        return found[0]
    known = list(_ids(scenario, names))
    if what in known:
        return Target(what, what)
    if any(c in what for c in " ()|"):
        kind = _kind(what, names)
        if kind is None:
            raise _untippable(what, what)
        return Target(ASKED, what, kind, what)
    ids = [j.id for j in scenario.judgements] + [q.id for q in scenario.questions]
    raise ScenarioError(
        Problem(
            "unknown-answer",
            "no answer has this name",
            found=what,
            expected="a judgement, a question, `options`, ACTOR.TYPE, actor.turn.move, "
            "endings.ID, or a query",
            nearest=nearest(what, [*ids, OPTIONS, *known]),
        )
    )


def _ids(scenario: Scenario, names: Names) -> Iterable[str]:
    for actor in scenario.actors:
        yield from (f"{actor}.{t}" for t in names.types(actor))
    yield from names.acts
    yield from (f"endings.{e}" for e in [*scenario.ends, "time"])


def _kind(query: str, names: Names) -> Kind | None:
    """What kind of answer a query gets; None where nothing in it could turn."""
    bound = bind_query(parse_query(query), names)
    view = bound.view
    if view is not None and view.type is None and names.types(view.actor):
        return None  # one answer for each type: ask for one of them
    if bound.kind == "comparison":
        # Of several at once, or of equality, there is no one number that changes its sign.
        body = bound.body
        one = isinstance(body, Compare) and set(body.ops) <= _ORDERED
        return "comparison" if one else None
    return "probability" if bound.kind == "probability" else None


def _untippable(what: str, text: str) -> ScenarioError:
    return ScenarioError(
        Problem(
            "no-turning",
            f"{what!r} can't be turned: it is neither a probability nor a comparison",
            found=text,
            expected="a probability, a comparison, or `options`",
        )
    )


def read_all(inference: Inference, anchor: int, targets: Sequence[Target]) -> Columns:
    """The columns of all targets; those that can't be asked at this moment have none."""
    found: Columns = {}
    for each in targets:
        try:
            found.update(each.read(inference, anchor))
        except QueryError:  # a move that is no longer open, an item not known yet
            continue
    return found
