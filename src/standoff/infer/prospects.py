"""What each type can expect from each of its objectives, from the present to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.options import by_row, units_of
from standoff.infer.payoffs import payoff_table
from standoff.infer.pooling import Pooled, pool_means
from standoff.infer.views import type_at, types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]


def prospects(inference: Inference, actor: str) -> dict[str, dict[str, Pooled]]:
    """By type ("" where the actor has one) and objective: expected contribution, in stakes.

    What has been earned on the way to the present is left out. The mass that comes by each payoff
    row is added up once; each objective is then one product with its table.
    """
    compiled, game = inference.compiled, inference.compiled.game
    player = game.players.index(actor)
    first, last = game.type_start[player], game.type_start[player + 1]
    stake = inference.payload.stake[first:last]
    measure = inference.measure()
    below = measure.part
    ahead = np.ones(len(below.nodes), dtype=bool)
    ahead[below.source] = False
    ahead &= game.payoff_row[below.nodes] > 0
    rows, label = np.unique(game.payoff_row[below.nodes[ahead]], return_inverse=True)
    kept = last - first > 1
    profile = game.profile_type[:, player]
    tables = {
        name: payoff_table(inference, actor, name)[rows]
        for name in compiled.scenario.objectives.get(actor, {})
    }
    scale = units_of(inference, actor)
    by_profile = measure.by_profile
    whole = None
    found: dict[str, dict[str, Pooled]] = {}
    for t, kind in enumerate(types_of(compiled, actor) or ("",)):
        if kept or not kind:
            if whole is None:
                whole, _ = by_row(inference, actor, None, below, measure.start, ahead, label, {})
            order = game.types[player].index(kind) if kept else 0
            mass = whole[:, profile == order] if kept else whole
            base = by_profile[profile == order].sum(axis=0) if kept else measure.total()
        else:  # the type stands in the tree
            order = 0
            mass, _ = by_row(inference, actor, t, below, measure.start, ahead, label, {})
            base = _mass_of_type(inference, actor, t)
        by_table = mass.sum(axis=1)  # [rows, V]
        found[kind] = {}
        for name, table in tables.items():
            paid = table[:, min(order, table.shape[1] - 1)] * by_table
            if scale is not None:
                paid = paid * scale[rows][:, None]
            found[kind][name] = pool_means(paid.sum(axis=0) / stake[order], base)
    return found


def _mass_of_type(inference: Inference, actor: str, kind: int) -> Float:
    """[V]"""
    nodes, mass = inference.standing(inference.present)
    own = type_at(inference.compiled, actor, nodes) == kind
    return np.asarray((mass * own[:, :, None]).sum(axis=(0, 1)))
