"""Expected numbers: an expression over histories, a payoff or one objective's part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.infer.events import Rows
from standoff.infer.measure import Measure, earned_at
from standoff.infer.views import type_at, types_of
from standoff.scenario.expressions import Expr
from standoff.scenario.queries import Payoff

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]
Array = NDArray[Any]


def payoff_table(inference: Inference, actor: str, objective: str | None) -> Float:
    """[R, T, V] what the payoff rows pay an actor, by its type (T as kept as an axis), in the
    scenario's units. A lottery's end pays the mean over its outcomes (see `_drawn_apart`).
    """
    compiled, game = inference.compiled, inference.compiled.game
    player = game.players.index(actor)
    if objective is None and not (types_of(compiled, actor) and game.n_types[player] == 1):
        first, last = game.type_start[player], game.type_start[player + 1]
        return inference.payload.payoff[:, first:last, :]
    from standoff.compile.payoffs import parts

    made = parts(compiled, inference.draws)
    if objective is not None:
        return made.of(actor, objective)
    # Types that stand in the tree: the payload holds such a player's payoffs in units of its stake.
    mine = [made.of(a, name) for a, name in made.names if a == actor]
    shape = (compiled.n_payoff_rows, 1, inference.n_variants)
    return np.sum(mine, axis=0) if mine else np.zeros(shape)


def pay_masses(
    inference: Inference, measure: Measure, actor: str, table: Float, masks: list[Array]
) -> Float:
    """[m, K, V] mass times pay of an actor in several events; `table` is [R, T, V]."""
    compiled = inference.compiled
    game = compiled.game
    own = game.profile_type[:, game.players.index(actor)]
    nodes = measure.part.nodes[measure.part.source]
    out = np.zeros((len(masks), game.n_profiles, inference.n_variants))
    starts = [earned_at(compiled, nodes, table[:, t]) for t in range(table.shape[1])]
    for block, mass in measure:
        for t, start in enumerate(starts):
            pay = measure.earned(table[:, t], start, block)
            for k in np.flatnonzero(own == t):
                paid = mass[:, k] * pay  # [Y, v]
                for row, mask in enumerate(masks):
                    here = mask[:, min(k, mask.shape[1] - 1)]
                    here = here[:, block] if here.shape[1] > 1 else here
                    out[row, k, block] = (paid * here).sum(axis=0)
    return out


def expected(inference: Inference, measure: Measure, of: Expr, given: Array) -> tuple[Float, Float]:
    """Mass times value [V] and mass [V] of a condition, whose ratio is E(of | given)."""
    if isinstance(of, Payoff):
        table = payoff_table(inference, of.actor, of.objective)
        joint = pay_masses(inference, measure, of.actor, table, [given])[0].sum(axis=0)
        if given.shape[0] > 1:
            joint = joint + _drawn_apart(inference, measure, of, given)
        return joint, measure.mass(given)
    value = inference.evaluator.event(of, inference.rows(measure)).astype(float)
    joint, base = measure.masses([value * given, given])
    return joint, base


def _drawn_apart(inference: Inference, measure: Measure, of: Payoff, given: Array) -> Float:
    """[V] mass times what a lottery's outcomes pay more or less than the mean over the lottery,
    under a condition that may tell outcomes of one end apart.
    """
    compiled = inference.compiled
    odds_row = compiled.outcome_odds[measure.outcome]
    drawn = np.flatnonzero(odds_row >= 0)
    result = np.zeros(inference.n_variants)
    if not len(drawn):
        return result
    rows = inference.rows(measure)
    keys = np.stack([rows.state[drawn], rows.round[drawn], rows.ending[drawn]], axis=1)
    _, first, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    pay = _final_pay(inference, of, rows.taken(drawn[first]))  # [u, K, V]
    ends, end = np.unique(measure.end[drawn], return_inverse=True)
    for block, mass in measure:
        odds = inference.payload.odds[odds_row[drawn], block][:, None, :]
        each = pay[place.ravel()][:, :, block] if pay.shape[2] > 1 else pay[place.ravel()]
        mean = np.zeros((len(ends), *np.broadcast_shapes(each.shape[1:], odds.shape[1:])))
        np.add.at(mean, end, each * odds)
        here = given[drawn][:, :, block] if given.shape[2] > 1 else given[drawn]
        result[block] = (mass[drawn] * here * (each - mean[end])).sum(axis=(0, 1))
    return result


def _final_pay(inference: Inference, of: Payoff, rows: Rows) -> Float:
    """[rows, K, V] what an actor's values over the final state and the ending pay."""
    compiled, game = inference.compiled, inference.compiled.game
    player = game.players.index(of.actor)
    nodes = game.end_nodes[rows.end]
    own = type_at(compiled, of.actor, nodes)  # place among the actor's types
    total = np.zeros((len(nodes), game.n_profiles, inference.n_variants))
    for term in compiled.rules.terms:
        if term.player != player or term.value is None or of.objective not in (None, term.name):
            continue
        value = inference.evaluator.event(term.value, rows).astype(float)
        for kind, weight in enumerate(term.weight):
            mine = np.ones((1, 1, 1)) if len(term.weight) == 1 else (own == kind)[:, :, None]
            total += value * mine * inference.evaluator.event(weight, rows).astype(float)
    return total
