"""Why this move: what each move open at an information set is worth to its owner.

A move is made for certain at every node of the set, by a type; all else goes on as solved. Nodes of
the set weigh as the type believes them, by the solution alone: the record plays no part, so that
the answer is the one by which the type itself chose. What was earned before is the same for all
moves and is left out. The logit of these values (over a type's stake, times the precision, with
the rates) is the odds of the moves: a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.options import units_of
from standoff.infer.payoffs import payoff_table
from standoff.infer.reach import blocks, descend, part
from standoff.infer.views import type_at, types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Worth:
    """The moves of an information set, to one type of its owner, in its stakes."""

    actor: str
    type: str  # "" where it has one
    weight: Float  # [V] probability of the set and the type
    odds: Float  # [a, V] of each move, in the order of the set's actions
    value: Float  # [a, V] what can be expected from here on; NaN where the set is not reached
    by_objective: dict[str, Float]  # objective -> [a, V]


def alternatives(inference: Inference, cell: int) -> list[Worth]:
    """What each move of an information set is worth to each type that its owner may have."""
    compiled, game = inference.compiled, inference.compiled.game
    player = int(game.cell_player[cell])
    actor = game.players[player]
    nodes = game.cell_node[game.cell_start[cell] : game.cell_start[cell + 1]]
    first, stop = int(game.action_start[cell]), int(game.action_start[cell + 1])
    types, width = types_of(compiled, actor), int(game.n_types[player])
    stake = inference.payload.stake[game.type_start[player] : game.type_start[player + 1]]
    own = type_at(compiled, actor, nodes)  # [n, K] place among its types
    mass = _standing(inference, nodes)  # [n, K, V]
    tables = {"": payoff_of(inference, player) / stake[None, :, None]}
    units = units_of(inference, actor)
    for objective in compiled.scenario.objectives.get(actor, {}):
        table = payoff_table(inference, actor, objective) / stake[None, :, None]
        tables[objective] = table if units is None else table * units[:, None, None]
    profile = game.profile_type[:, player]
    paid = [_paid(inference, nodes, mass, first + a, tables, profile) for a in range(stop - first)]
    found = []
    for place, kind in enumerate(types or ("",)):
        mine = (own == place) if types else np.ones_like(own, dtype=bool)
        if not mine.any():
            continue
        weight = (mass * mine[:, :, None]).sum(axis=(0, 1))  # [V]
        known = np.where(weight > 0, weight, np.nan)
        axis = profile == _axis(inference, player, kind) if width > 1 else None
        rows = game.row_start[cell] + np.arange(stop - first) * width
        rows = rows + (_axis(inference, player, kind) if width > 1 else 0)
        # A type that stands in the tree has information sets of its own: all of the mass is its.
        values = {
            name: np.stack(
                [(p[name] if axis is None else p[name][axis]).sum(axis=0) for p in paid]
            ) / known
            for name in tables
        }  # fmt: skip
        found.append(
            Worth(
                actor, kind, weight, inference.solution.strategy[rows], values.pop(""), values
            )
        )  # fmt: skip
    return found


def payoff_of(inference: Inference, player: int) -> Float:
    """[R, T, V] the payload's payoffs of a player."""
    game = inference.compiled.game
    return inference.payload.payoff[:, game.type_start[player] : game.type_start[player + 1]]


def _axis(inference: Inference, player: int, kind: str) -> int:
    """Place of a type on its player's axis."""
    return inference.compiled.game.types[player].index(kind)


def _standing(inference: Inference, nodes: NDArray[np.int32]) -> Float:
    """[n, K, V] mass of some nodes by the solution alone."""
    game = inference.compiled.game
    keep = np.zeros(game.n_nodes, dtype=bool)
    at = nodes
    while len(at):
        keep[at] = True
        at = np.unique(game.parent[at])
        at = at[at >= 0]
    source = np.zeros(game.n_nodes, dtype=bool)
    source[0] = True
    way = part(game, keep, source)
    return inference.prior.from_root(way)[way.place[nodes]]


def _paid(
    inference: Inference, nodes: NDArray[np.int32], mass: Float, action: int,
    tables: dict[str, Float], profile: NDArray[np.int32],
) -> dict[str, Float]:  # fmt: skip
    """[K, V] mass times pay of everything that follows a move made at some nodes, by table."""
    game = inference.compiled.game
    keep = np.zeros(game.n_nodes, dtype=bool)
    keep[nodes] = True
    source = keep.copy()
    decision = game.actor[np.maximum(game.parent, 0)] >= 0
    made = decision & (game.edge_action[np.maximum(game.parent_edge, 0)] == action)
    odds = np.full(game.n_nodes, np.nan)
    for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        up = game.parent[start:stop]
        below = keep[up] & (~source[up] | made[start:stop])
        keep[start:stop] |= below
        odds[start:stop][source[up] & made[start:stop]] = 1.0
    way = part(game, keep, source, forced=odds)
    ahead = np.ones(len(way.nodes), dtype=bool)
    ahead[way.source] = False
    ahead &= game.payoff_row[way.nodes] > 0
    rows = game.payoff_row[way.nodes[ahead]]
    found = {name: np.zeros((game.n_profiles, inference.n_variants)) for name in tables}
    for block in blocks(way, inference.n_variants, arrays=2):
        each = descend(way, inference.payload, inference.solution.strategy,
                       mass[:, :, block], block)[ahead]  # fmt: skip
        for name, table in tables.items():
            for k, t in enumerate(profile):
                kind = int(t) if table.shape[1] > 1 else 0
                found[name][k, block] = np.einsum("nv,nv->v", each[:, k], table[rows, kind, block])
    return found
