"""Readings: items of the record that bear on a history by odds, which may differ by variant.

Reports and absences are things learned that are no moves, with odds under events. The event is read
at the report's place in the record: nothing that came later can have made it likelier. Which case
of the report a history is in depends on where it stands then and on the types; the odds of a case
are an expression over parameters. A move whose odds to be right are such an expression is read as
the step after it begins: the cases are whether it was made, and how many were open.

As far as an item may be wrong, it says nothing: any move open there was made, evenly; a report
would have come as often in any case (the plain mean of its odds); what was not seen was missed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.errors import QueryError
from standoff.infer.decisions import report_odds
from standoff.infer.events import Evaluator, Rows, standing_rows
from standoff.infer.record import Placed
from standoff.infer.reliability import Reliability
from standoff.scenario.dates import calendar
from standoff.scenario.expressions import Expr, bind, evaluate, parse, walk
from standoff.scenario.place import Place
from standoff.scenario.queries import Moved, Timed, bind_event, parse_event

if TYPE_CHECKING:
    from standoff.infer.evidence import Evidence

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reading:
    """An item as it bears on the histories that stand at its place."""

    placed: Placed
    step: int  # it is read as this step begins
    nodes: Int32  # [n] where history may stand then, ascending
    case: Int32  # [n, K] (K 1 where types make no difference) which of the cases holds
    odds: tuple[Expr | float, ...]  # of each case, if the item is right
    where: tuple[Place, ...] = ()  # of the odds of each case, for a report
    right: Reliability | float = 1.0  # odds that it is right
    otherwise: tuple[float, ...] | None = None
    """The factor of each case if the item is wrong; the mean of `odds` where nothing is said."""

    @property
    def of_play(self) -> bool:
        """Whether it is about the step before, so that it counts whatever the order of items."""
        return bool(self.placed.acts)

    def table(self, draws: Draws) -> Float:
        """[cases, V] odds of the item by case. Raises `ScenarioError` where they are none."""
        rows = self._odds(draws)
        if self.right == 1.0:
            return rows
        q = self.right if isinstance(self.right, float) else self.right.by_variant(draws)
        other = rows.mean(axis=0) if self.otherwise is None else np.array(self.otherwise)[:, None]
        return q * rows + (1 - q) * other

    def _odds(self, draws: Draws) -> Float:
        """[cases, V] if the item is right."""
        rows = []
        for number, odds in enumerate(self.odds):
            if isinstance(odds, float):
                value = np.asarray(odds)
            else:
                value = np.asarray(evaluate(odds, lambda leaf: draws.values[leaf.name]))
            if not ((value >= 0) & (value <= 1)).all():
                worst = value.reshape(-1)[np.argmax(np.abs(np.nan_to_num(value, nan=9.0) - 0.5))]
                raise self.where[number].fail(
                    "bad-odds",
                    "odds must lie between 0 and 1",
                    found=f"{worst:g} in some variant",
                    expected="a number from 0 to 1 whatever the parameters",
                )
            rows.append(np.broadcast_to(value, (draws.n_variants,)))
        return np.stack(rows)


def reliability_of(compiled: Compiled, one: Placed) -> Reliability | float:
    """Odds that an item is right: a number, or what gives one for each variant."""
    if one.sure is not None:
        return one.sure
    where = compiled.names.place(one.trust.path)
    return Reliability(bind(parse(one.trust.odds, where), compiled.names), where)


def surely(reading: Reading) -> Reading:
    """The same reading if the item were surely right."""
    if reading.placed.kind == "absence":
        return replace(reading, odds=(1.0, 0.0), right=1.0)
    return replace(reading, right=1.0)


def read_report(evidence: Evidence, one: Placed) -> Reading:
    """The cases of a report at its place. Raises `ScenarioError` with the report's position."""
    compiled = evidence.compiled
    step = one.steps[0]
    nodes = evidence.standing(step)
    rows = standing_rows(compiled, nodes, step)
    evaluator = Evaluator(compiled, None, step)
    game = compiled.game
    cases = one.item.odds or ()
    case = np.full((len(nodes), game.n_profiles), len(cases) - 1, dtype=np.int32)
    for number in range(len(cases) - 1, -1, -1):
        text = cases[number].when
        if text is None:
            continue
        where = compiled.names.place(f"{one.path}.odds.{number}.when")
        event = bind_event(parse_event(text, where), compiled.names, where=where)
        _refuse_ahead(event, evaluator, where)
        held = _held(event, evaluator, rows, where)
        case[np.broadcast_to(held, case.shape)] = number
    odds: list[Expr | float] = []
    places: list[Place] = []
    for number, text in enumerate(report_odds(one)):
        key = "p" if cases[number].p is not None else "else"
        where = compiled.names.place(f"{one.path}.odds.{number}.{key}")
        odds.append(bind(parse(text, where), compiled.names))
        places.append(where)
    right = reliability_of(evidence.compiled, one)
    return Reading(one, step, nodes, case, tuple(odds), tuple(places), right)


def read_play(evidence: Evidence, one: Placed, step: int) -> Reading:
    """A doubtful move (or absence of one) of one step, on the histories that stand after it.

    If it is right, only what it names was done; if not, any of the moves open there, evenly. An
    absence that is wrong missed what was done.
    """
    compiled = evidence.compiled
    game = compiled.game
    nodes = evidence.standing(step + 1)
    above = game.parent[nodes]
    # Where the step was skipped history has passed it by already; an absence is no news there.
    played = (above >= 0) & (evidence.histories.level[np.maximum(above, 0)] == step)
    act = np.where(played, compiled.edge_act[game.parent_edge[nodes]], -1)
    hit = played & np.isin(act, one.acts)
    right = reliability_of(compiled, one)
    if one.kind == "absence":
        sees = np.array([a.desk_sees for a in compiled.acts] + [True])[act]
        seen = (hit & sees).astype(np.int32)[:, None]
        return Reading(one, step + 1, nodes, seen, (1.0, 0.0), (), right, (1.0, 1.0))
    menu = np.where(played, np.diff(game.edge_start)[np.maximum(above, 0)], 1)
    sizes, size = np.unique(np.maximum(menu, 1), return_inverse=True)
    case = (2 * size.ravel() + hit).astype(np.int32)[:, None]
    wrong = tuple(1 / float(k) for k in sizes for _ in range(2))
    return Reading(one, step + 1, nodes, case, (0.0, 1.0) * len(sizes), (), right, wrong)


def _held(event: Expr, evaluator: Evaluator, rows: Rows, where: Place) -> NDArray[np.bool_]:
    """[n, K] where an event holds. What can't stand in it is told at its own place."""
    try:
        found: NDArray[np.bool_] = evaluator.event(event, rows).astype(bool)[:, :, 0]
    except QueryError as error:
        (problem,) = error.problems
        column = problem.position.column if problem.position else 0
        raise where.fail(
            problem.code,
            problem.message,
            column,
            found=problem.found,
            expected=problem.expected or "types, states and moves up to then",
        ) from None
    return found


def _refuse_ahead(event: Expr, evaluator: Evaluator, where: Place) -> None:
    """A report can't depend on what comes after it."""
    for node in walk(event):
        ahead = isinstance(node, Moved) and node.tense != "did"
        if isinstance(node, Timed):
            last = node.when.last.round or len(evaluator.compiled.round_state)
            ahead = node.when.last.end or last >= evaluator.anchor_round
        if ahead:
            raise where.fail(
                "looks-ahead", "a report can't depend on what comes after it", node.column,
                expected="what was so, or had been done, when the report came",
            )  # fmt: skip


def read_absence(evidence: Evidence, one: Placed) -> Reading:
    """An event that was not seen between two days: a history in which it held at the close of one
    of those rounds (or holds at the item's place) keeps 1 - reliability of its weight.
    """
    compiled = evidence.compiled
    clock = calendar(compiled.scenario.clock)
    where = compiled.names.place(f"{one.path}.absence")
    event = bind_event(parse_event(one.item.absence or "", where), compiled.names, where=where)
    step = min(one.steps[0], evidence.present)
    nodes = evidence.standing(step)
    rows = standing_rows(compiled, nodes, step)
    evaluator = Evaluator(compiled, None, step)
    begin = clock.moment(one.item.first).first if one.item.first else one.at
    close = evaluator.anchor_round
    spans: list[Rows] = [rows] if clock.round_of(one.at) == close else []
    spans += [
        rows.at_round(r.number)
        for r in clock.rounds
        if r.number < close and clock.end(r.number) >= begin and clock.start(r.number) <= one.at
    ]
    held = np.zeros((len(nodes), compiled.game.n_profiles), dtype=bool)
    for span in spans or [rows]:
        held |= _held(event, evaluator, span, where)
    case = held.astype(np.int32)
    if one.sure is not None:
        return Reading(one, step, nodes, case, (1.0, 1.0 - one.sure))
    right = reliability_of(compiled, one)
    return Reading(one, step, nodes, case, (1.0, 0.0), (), right, (1.0, 1.0))
