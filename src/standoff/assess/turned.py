"""Answers that something may turn: which there are, and what each is in every variant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.assess.ahead import whose
from standoff.assess.judging import JUDGED
from standoff.errors import Problem, QueryError, ScenarioError, nearest
from standoff.infer.belief import belief
from standoff.infer.options import options
from standoff.infer.outlook import endings, next_moves
from standoff.infer.pooling import Pooled
from standoff.scenario.expressions import Compare
from standoff.scenario.names import Names
from standoff.scenario.queries import Query, bind_query, parse_query

if TYPE_CHECKING:
    from standoff.infer.inference import Inference
    from standoff.scenario.models import Scenario

Float = NDArray[np.float64]
Columns = dict[str, Float]
Kind = Literal["probability", "comparison", "options"]
OPTIONS = "options"
_ORDERED = (">", ">=", "<", "<=")
ASKED = "query"
"""Id of a query that was asked here."""


@dataclass(frozen=True)
class Target:
    """One answer. `query` is empty for beliefs, moves and endings (`id` says which) and for the
    options of `actor` (of `type`). `dated`: time words count from the scenario's own `as_of`.
    The number of a comparison is positive where it holds.
    """

    id: str
    text: str
    kind: Kind = "probability"
    query: str = ""
    dated: bool = False
    actor: str = ""
    type: str | None = None

    def read(self, inference: Inference, anchor: int) -> Columns:
        """Its numbers [V] by column: one named by its id, or one for each option (`id/act`); NaN in
        variants that have no answer. Empty where none has, or the record has settled it.
        """
        if self.kind == "options":
            found = options(inference, self.actor, self.type)
            if found is None:
                return {}
            return {f"{self.id}/{o.act}": _held(o.per_variant, found.weight) for o in found.options}
        if not self.query:
            pooled = _named(inference, self.id)
            return {} if pooled is None else {self.id: _held(pooled.per_variant, pooled.weight)}
        at = inference.anchored(anchor) if self.dated else inference
        bound = bind_query(parse_query(self.query), inference.compiled.names)
        raw = at.answer(bound)
        if raw.observed is not None:
            return {}
        sign = 1.0 if self.kind != "comparison" else _sign(bound)
        return {self.id: _held(sign * raw.per_variant, raw.weight)}


def _sign(bound: Query) -> float:
    """Of a comparison: -1 where it holds if its left side is the smaller."""
    body = bound.body
    return -1.0 if isinstance(body, Compare) and body.ops[0] in ("<", "<=") else 1.0


def _held(values: Float, weight: Float) -> Float:
    return np.where(weight > 0, values, np.nan)


def _named(inference: Inference, id: str) -> Pooled | None:
    """A belief `ACTOR.TYPE`, a next move `actor.turn.move`, or `endings.ID`."""
    first, _, rest = id.partition(".")
    if first == "endings":
        return endings(inference).get(rest)
    if rest.count(".") == 0:
        held = belief(inference, first).get(rest)
        return None if held is None else held.posterior
    for turn in next_moves(inference, first):
        for move in turn.moves:
            if move.act == id:
                return move.odds
    return None


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
        # Of `a < b < c` and of several at once there is no one difference that changes its sign.
        body = bound.body
        two = isinstance(body, Compare) and len(body.operands) == 2 and body.ops[0] in _ORDERED
        return "comparison" if two else None
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
