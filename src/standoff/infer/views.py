"""Points of view other than the desk's: what an actor believes at its information set.

An actor knows its type and what it has seen, and nothing of what only others saw. Where the record
doesn't settle what it saw, the desk's weights over its information sets stand for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.infer.events import Rows
from standoff.infer.reach import part

if TYPE_CHECKING:
    from standoff.infer.inference import Inference
    from standoff.scenario.queries import Belief

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]
Array = NDArray[Any]


def types_of(compiled: Compiled, actor: str) -> tuple[str, ...]:
    """The types of an actor that has more than one; none otherwise."""
    model = compiled.scenario.actors.get(actor)
    types = tuple(model.types) if model is not None else ()
    return types if len(types) > 1 else ()


def type_at(compiled: Compiled, actor: str, nodes: Int32) -> Int32:
    """[n, K] place of the actor's type among `types_of`, at some nodes; 0 where it has one."""
    game = compiled.game
    types = types_of(compiled, actor)
    shape = (len(nodes), game.n_profiles)
    if actor in game.players:
        player = game.players.index(actor)
        if game.n_types[player] > 1:
            order = np.array([types.index(t) for t in game.types[player]])
            return np.broadcast_to(order[game.profile_type[:, player]][None, :], shape)
    column = f"type:{actor}"
    if column in compiled.state_names:
        held = compiled.states[compiled.node_state[nodes], compiled.state_names.index(column)]
        return np.broadcast_to(held.astype(np.int32)[:, None], shape)
    return np.zeros(shape, dtype=np.int32)


def unfiltered(compiled: Compiled, level: Int32, step: int) -> Int32:
    """Every node at which history can stand as `step` begins, record or no record."""
    above = np.where(compiled.game.parent >= 0, level[compiled.game.parent], -1)
    return np.flatnonzero((above < step) & (level >= step)).astype(np.int32)


def seen_by(inference: Inference, actor: str, label: str) -> tuple[Int32, Float]:
    """Where history may stand now as an actor of a type believes it: nodes and mass [n, K, V].

    The mass in a variant adds up to the desk's mass of that type, so that adding over the actor's
    own types gives back the desk's.
    """
    compiled = inference.compiled
    game = compiled.game
    viewer = compiled.viewers.index(actor)
    types = types_of(compiled, actor)
    place = types.index(label) if types else 0
    step = inference.present

    nodes, mass = inference.standing(step)
    own = type_at(compiled, actor, nodes) == place
    groups, group = np.unique(compiled.node_seen[viewer, nodes], return_inverse=True)
    told = np.zeros((len(groups), inference.n_variants))
    np.add.at(told, group, (mass * own[:, :, None]).sum(axis=1))

    candidates = unfiltered(compiled, inference.evidence.histories.level, step)
    seen = compiled.node_seen[viewer, candidates]
    candidates = candidates[np.isin(seen, groups)]
    keep = np.zeros(game.n_nodes, dtype=bool)
    at = candidates
    while len(at):
        keep[at] = True
        at = np.unique(game.parent[at])
        at = at[at >= 0]
        at = at[~keep[at]]
    source = np.zeros(game.n_nodes, dtype=bool)
    source[0] = True
    way = part(game, keep, source)
    reach = inference.from_root(way)[way.place[candidates]]
    reach = reach * (type_at(compiled, actor, candidates) == place)[:, :, None]
    label_of = np.searchsorted(groups, compiled.node_seen[viewer, candidates])
    whole = np.zeros_like(told)
    np.add.at(whole, label_of, reach.sum(axis=1))
    share = np.divide(told, whole, out=np.zeros_like(told), where=whole > 0)
    return candidates, reach * share[label_of][:, None, :]


def belief_of(inference: Inference, leaf: Belief, rows: Rows) -> Array:
    """[rows, K, V] an actor's probability of an event where the rows stand.

    Without a type in the point of view each history's own type believes; a type that is not the
    history's own believes what it would, had it seen the same.
    """
    compiled = inference.compiled
    actor = leaf.view.actor
    viewer = compiled.viewers.index(actor)
    types = types_of(compiled, actor) or ("",)
    step = inference.evaluator.anchor if rows.moment is None else rows.moment
    table = inference.evidence.histories
    stand = table.node_at(compiled, step)  # [Z]
    everything = inference.prior.measure()
    mine = compiled.node_seen[viewer, stand[rows.end]]
    groups, label = np.unique(mine, return_inverse=True)
    seen = compiled.node_seen[viewer, stand[everything.end]]
    where = np.searchsorted(groups, seen)
    where = np.where(groups[np.minimum(where, len(groups) - 1)] == seen, where, -1)

    held = inference.evaluator.event(leaf.event, inference.rows(everything))
    own_all = type_at(compiled, actor, compiled.game.end_nodes[everything.end])
    top = np.zeros((len(groups), len(types), inference.n_variants))
    whole = np.zeros_like(top)
    use = where >= 0
    for block, mass in everything:
        part_of = held[:, :, block] if held.shape[2] > 1 else held
        hit = np.broadcast_to(part_of, (*everything.shape, part_of.shape[2]))[use]
        for place in range(len(types)):
            mine_mass = mass[use] * (own_all[use] == place)[:, :, None]
            slot = np.zeros((len(groups), mass.shape[2]))
            np.add.at(slot, where[use], mine_mass.sum(axis=1))
            whole[:, place, block] = slot
            slot = np.zeros_like(slot)
            np.add.at(slot, where[use], (mine_mass * hit).sum(axis=1))
            top[:, place, block] = slot
    belief = np.divide(top, whole, out=np.zeros_like(top), where=whole > 0)
    if leaf.view.type is not None and len(types) > 1:
        return np.asarray(belief[label, types.index(leaf.view.type)])[:, None, :]
    own = type_at(compiled, actor, compiled.game.end_nodes[rows.end])  # [rows, K]
    return np.asarray(belief[label[:, None], own])
