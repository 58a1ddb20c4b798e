"""The turns at which somebody may choose from the present on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.infer.conduct import part_ahead
from standoff.infer.forcing import first_choice
from standoff.infer.reach import blocks, descend

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from standoff.infer.inference import Inference

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Turn:
    """A turn at which an actor may choose: once, or each time that it comes."""

    actor: str
    turn: str
    round: int  # of the first of its steps
    steps: tuple[int, ...]
    acts: tuple[str, ...]  # moves that are open in some history, in order of the scenario
    reached: Float  # [V] mass of the histories in which it comes to it, given the record
    made: Float  # [acts, V] mass of those in which it makes each move the first time, as solved


def turns_ahead(inference: Inference, *, always: bool = False) -> tuple[Turn, ...]:
    """The turns at which a player may choose from the present on, in order of play: one for each
    round in which a turn comes, or with `always` one for all of them.
    """
    compiled, game = inference.compiled, inference.compiled.game
    below = part_ahead(inference)
    level = inference.evidence.histories.level
    menu = np.diff(game.edge_start)
    keep, source = np.zeros((2, game.n_nodes), dtype=bool)
    keep[below.nodes] = True
    source[below.nodes[below.source]] = True
    choosing = keep & (game.actor >= 0) & (menu > 1)
    steps = np.unique(level[choosing])
    name = [(compiled.steps[s].actor, compiled.steps[s].turn) for s in steps]
    number = {each: i for i, each in enumerate(dict.fromkeys(name))}
    count = len(number) if always else len(steps)
    group = np.full(len(compiled.steps) + 1, -1)
    group[steps] = [number[each] for each in name] if always else np.arange(len(steps))
    first = choosing
    if always:
        first = np.zeros(game.n_nodes, dtype=bool)
        for i in range(count):
            first |= first_choice(compiled, keep, source, choosing & (group[level] == i))
    nodes = np.flatnonzero(first)
    pick = adding(group[level[nodes]], count)
    edges = np.flatnonzero(first[game.parent[game.child]])
    place = group[level[game.parent[game.child[edges]]]] * len(compiled.acts)
    chosen, move = np.unique(place + compiled.edge_act[edges], return_inverse=True)
    pick_move = adding(move, len(chosen))
    reached = np.zeros((count, inference.n_variants))
    made = np.zeros((len(chosen), inference.n_variants))
    _, start = inference.standing(inference.present)
    for block in blocks(below, inference.n_variants):
        mass = descend(
            below, inference.payload, inference.solution.strategy, start[:, :, block], block
        ).sum(axis=1)
        reached[:, block] = pick @ mass[below.place[nodes]]
        made[:, block] = pick_move @ mass[below.place[game.child[edges]]]
    where, which = np.divmod(chosen, len(compiled.acts))
    found = []
    for i in range(count):
        mine = tuple(int(s) for s in steps if group[s] == i)
        at = compiled.steps[mine[0]]
        acts = tuple(compiled.acts[a].name for a in which[where == i])
        found.append(Turn(at.actor, at.turn, at.round, mine, acts, reached[i], made[where == i]))
    return tuple(found)


def adding(label: NDArray[np.integer[Any]], n: int) -> csr_matrix:
    """[n, len(label)] adds up rows by their label."""
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(label)), (label, np.arange(len(label)))), shape=(n, len(label)))
