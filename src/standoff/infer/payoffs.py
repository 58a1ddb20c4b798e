"""Expected numbers: an expression over histories, a payoff or one objective's part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.infer.measure import Measure, earned_at
from standoff.infer.views import types_of
from standoff.scenario.expressions import Expr
from standoff.scenario.queries import Payoff

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]
Array = NDArray[Any]


def payoff_table(inference: Inference, actor: str, objective: str | None) -> Float:
    """[R, T, V] what the payoff rows pay an actor, by its type (T as kept as an axis), in the
    scenario's units. A lottery's end pays the mean over its outcomes.
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


def expected(
    inference: Inference, measure: Measure, of: Expr, given: Array
) -> tuple[Float, Float]:
    """Mass times value [V] and mass [V] of a condition, whose ratio is E(of | given)."""
    if isinstance(of, Payoff):
        table = payoff_table(inference, of.actor, of.objective)
        joint = pay_masses(inference, measure, of.actor, table, [given])[0].sum(axis=0)
        return joint, measure.mass(given)
    value = inference.evaluator.event(of, inference.rows(measure)).astype(float)
    joint, base = measure.masses([value * given, given])
    return joint, base
