"""What an observer will have seen by the end of a round, and what it will then believe.

Histories that the observer can't tell apart share a sight. Its belief in a type, given a sight, is
that of the solution and the record: what it makes of what it sees is fixed, whatever anybody
means by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.conduct import masses_by_type
from standoff.infer.reach import Part

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sights:
    """Where histories stand as a round ends, grouped by what the observer has seen."""

    round: int
    level: int  # the first of the next round: what is decided from here on comes too late
    nodes: Int32  # [m] places in the part
    group: Int32  # [m] sight of each
    mass: Float  # [T, m, V] by type of the actor that it asks about, as solved
    belief: Float  # [T, groups, V] given the sight

    def held(self, kind: int) -> Float:
        """[m, V] belief in a type where each history stands."""
        return np.asarray(self.belief[kind][self.group])

    def earned(self, kind: int, by: int) -> Float:
        """[V] mass of the type `by` times the belief in `kind` that its solved play earns."""
        return np.asarray(np.einsum("mv,mv->v", self.mass[by], self.held(kind)))


def rounds_ahead(inference: Inference) -> tuple[int, ...]:
    """Rounds in which something may still be played, in order."""
    steps = inference.compiled.steps[inference.present :]
    return tuple(sorted({step.round for step in steps}))


def sights(
    inference: Inference, actor: str, viewer: str, below: Part, rounds: tuple[int, ...]
) -> tuple[Sights, ...]:
    """What a viewer ("" for the desk) will have seen of an actor by the end of each round."""
    compiled, game = inference.compiled, inference.compiled.game
    column = compiled.viewers.index(viewer)
    level = inference.evidence.histories.level[below.nodes]
    up = game.parent[below.nodes]
    above = np.where(up >= 0, inference.evidence.histories.level[up], -1)
    above[below.source] = -1  # the record leads here
    begins = [_after(inference, each) for each in rounds]
    standing = [
        np.flatnonzero((above < first) & (level >= first)).astype(np.int32) for first in begins
    ]
    every = np.unique(np.concatenate(standing)) if standing else np.zeros(0, dtype=np.int32)
    mass = masses_by_type(inference, actor, below, inference.solution.strategy, every)
    now = mass_at_present(inference, actor, below)
    found = []
    for number, first, nodes in zip(rounds, begins, standing, strict=True):
        here = mass[:, np.searchsorted(every, nodes)]
        seen = compiled.node_seen[column, below.nodes[nodes]]
        groups, group = np.unique(seen, return_inverse=True)
        table = np.stack([_added(group, len(groups), each) for each in here])
        whole = table.sum(axis=0)
        # A sight that nobody's solved play leads to in a variant leaves belief where it was.
        belief = np.broadcast_to(now[:, None], table.shape).copy()
        np.divide(table, whole, out=belief, where=whole > 0)
        found.append(Sights(number, first, nodes, group.astype(np.int32), here, belief))
    return tuple(found)


def mass_at_present(inference: Inference, actor: str, below: Part) -> Float:
    """[T, V] belief in each type of an actor now; 0 where a variant has no mass."""
    play = inference.solution.strategy
    mass = masses_by_type(inference, actor, below, play, below.source).sum(axis=1)
    total = mass.sum(axis=0)
    out: Float = np.zeros_like(mass)
    np.divide(mass, total, out=out, where=total > 0)
    return out


def _added(group: NDArray[np.intp], n: int, mass: Float) -> Float:
    from scipy.sparse import csr_matrix

    pick = csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))), shape=(n, len(group)))
    return np.asarray(pick @ mass)


def _after(inference: Inference, number: int) -> int:
    """The first level past a round."""
    steps = inference.compiled.steps
    return next((i for i, step in enumerate(steps) if step.round > number), len(steps))
