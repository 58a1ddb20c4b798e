"""What is known at one node of the tree: its past, its state, who believes what, and why a move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.assess.ahead import ending_label
from standoff.compile.compiled import Compiled
from standoff.game.game import END
from standoff.infer.alternatives import Worth, alternatives
from standoff.infer.inference import Inference
from standoff.infer.pooling import pool_values
from standoff.infer.views import type_at, types_of
from standoff.progress import Progress
from standoff.scenario.names import Names
from standoff.web.tree import acts_of, chain_of, edge_act, in_tree, masses_of, viewer, way_to
from standoff.web.tree_models import Alternative, NodePart, StatePart
from standoff.web.tree_sight import told, turn_path, written
from standoff.web.warm import Warm

Float = NDArray[np.float64]
MOST_ALIKE = 200


def node(
    warm: Warm, *, crisis: Mapping[str, Any], number: int, as_: str = "",
    progress: Progress | None = None,
) -> NodePart:  # fmt: skip
    """One node of the tree."""
    chain = chain_of(warm, **crisis, progress=progress)
    inference, compiled = chain.inference, chain.batch.compiled
    game = compiled.game
    in_tree(compiled, number)
    view = viewer(compiled, as_)
    _, labels = acts_of(compiled)
    way = way_to(compiled, number)
    actor = int(game.actor[number])
    cell = int(game.cell[number])
    level = int(np.searchsorted(game.level_start, number, side="right")) - 1
    over = actor == END
    end = int(compiled.end_row[number])
    step = compiled.steps[min(level, len(compiled.steps) - 1)]
    reach = masses_of(inference, None).reach
    alike = _cell_nodes(compiled, cell)
    worth = alternatives(inference, cell) if cell >= 0 else []
    return NodePart(
        node=number,
        actor=game.players[actor] if actor >= 0 else "",
        turn="" if over else step.turn,
        round=int(compiled.end_round[end]) if over else step.round,
        cell=cell,
        ending=ending_label(compiled.scenario, compiled.endings[compiled.end_ending[end]])
        if over
        else "",
        way=way,
        acts=[labels[edge_act(compiled, int(game.parent_edge[n]))] for n in way[1:]],
        told=told(compiled, view[0] if view else None)[way[1:]].tolist(),
        written=None if over else written(compiled, turn_path(compiled, step.turn)),
        alike=[n for n in alike.tolist() if n != number][:MOST_ALIKE],
        state=_state(compiled, number),
        belief=_beliefs(compiled, np.array([number], dtype=np.int32), reach[[number]]),
        owner_believes={
            one.type: _beliefs(compiled, alike, reach[alike], (one.actor, one.type))
            for one in worth
        },
        alternatives=_alternatives(inference, number, worth),
    )


def _cell_nodes(compiled: Compiled, cell: int) -> NDArray[np.int32]:
    game = compiled.game
    if cell < 0:
        return np.zeros(0, dtype=np.int32)
    return game.cell_node[game.cell_start[cell] : game.cell_start[cell + 1]]


def _state(compiled: Compiled, number: int) -> list[StatePart]:
    """The state in which the node's mover chooses."""
    names: Names = compiled.names
    row = compiled.states[compiled.node_state[number]]
    found = []
    for name, value in zip(compiled.state_names, row.tolist(), strict=True):
        variable = names.variables.get(name)
        if variable is None:  # a type that stands in the tree
            continue
        if variable.kind == "levels":
            text = variable.levels[int(value)]
        elif variable.kind == "boolean":
            text = "true" if value else "false"
        else:
            text = f"{value:g}"
        label = compiled.scenario.state[name].label or name.replace("_", " ")
        found.append(StatePart(name=name, label=label, value=text))
    return found


def _beliefs(
    compiled: Compiled,
    nodes: NDArray[np.int32],
    mass: Float,
    owner: tuple[str, str] | None = None,
) -> dict[str, dict[str, float]]:
    """Odds of each actor's types where history stands at one of some nodes, by their mass [n, K];
    as an owner of a type believes, of the others.
    """
    if owner is not None and owner[1]:
        kinds = types_of(compiled, owner[0])
        mass = mass * (type_at(compiled, owner[0], nodes) == kinds.index(owner[1]))
    total = float(mass.sum())
    found: dict[str, dict[str, float]] = {}
    for name in compiled.scenario.actors:
        kinds = types_of(compiled, name)
        if not kinds or (owner is not None and name == owner[0]) or not total > 0:
            continue
        at = type_at(compiled, name, nodes)
        found[name] = {
            kind: min(float((mass * (at == place)).sum()) / total, 1.0)
            for place, kind in enumerate(kinds)
        }
    return found


def _alternatives(inference: Inference, number: int, worth: list[Worth]) -> list[Alternative]:
    compiled, game = inference.compiled, inference.compiled.game
    edges = range(int(game.edge_start[number]), int(game.edge_start[number + 1]))
    acts, labels = acts_of(compiled)
    found = []
    for place, edge in enumerate(edges):
        act = edge_act(compiled, edge)
        found.append(
            Alternative(
                act=acts[act],
                label=labels[act],
                written=written(compiled, compiled.acts[act].path)
                if act < len(compiled.acts)
                else None,
                child=int(game.child[edge]),
                odds={w.type: _pooled(w.odds[place], w.weight) for w in worth},
                value={w.type: _pooled(_gap(w.value, w)[place], w.weight) for w in worth},
                by_objective={
                    w.type: {
                        name: _pooled(_gap(each, w)[place], w.weight)
                        for name, each in w.by_objective.items()
                    }
                    for w in worth
                },
            )
        )
    return found


def _gap(values: Float, of: Worth) -> Float:
    """[a, V] values less those of the move that is best over all variants."""
    pooled = [_pooled(row, of.weight) for row in of.value]
    return np.asarray(values - values[int(np.argmax(pooled))])


def _pooled(values: Float, weight: Float) -> float:
    found = pool_values(values, weight).value
    return found if np.isfinite(found) else 0.0
