"""The tree so far, as lists of arrays, one for each level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile.frontier import Frontier

Int8 = NDArray[np.int8]
Int32 = NDArray[np.int32]


class Grown:
    """Nodes, edges and ends as they come."""

    def __init__(self, viewers: int) -> None:
        self.level_size: list[int] = []
        self.actor: list[Int8] = []
        self.parent: list[Int32] = []
        self.parent_edge: list[Int32] = []
        self.cell: list[Int32] = []
        self.count: list[Int32] = []  # edges of each node
        self.state: list[Int32] = []
        self.flow: list[Int32] = []
        self.seen: list[list[Int32]] = [[] for _ in range(viewers)]
        self.edge_action: list[Int32] = []
        self.edge_act: list[Int32] = []
        self.edge_state: list[Int32] = []
        self.labels: list[str] = []
        self.over: list[Frontier] = []
        self.over_ending: list[Int32] = []
        self.over_round: list[Int32] = []
        self.nodes = 0
        self.n_edges = 0
        self.n_cells = 0

    def level(self, front: Frontier, actor: int) -> int:
        """The histories of `front` become the nodes of a new level. Returns the first one."""
        n = len(front)
        base = self.nodes
        self.level_size.append(n)
        self.actor.append(np.full(n, actor, np.int8))
        self.parent.append(front.parent)
        self.parent_edge.append(front.edge)
        self.cell.append(np.full(n, -1, np.int32))
        self.state.append(front.state)
        self.flow.append(front.flow)
        for held, seen in zip(self.seen, front.seen, strict=True):
            held.append(seen)
        self.nodes += n
        return base

    def cells(self, cell: Int32, n: int) -> None:
        """The cells of the last level's nodes, from 0; `n` of them."""
        self.cell[-1] = cell + np.int32(self.n_cells)
        self.n_cells += n

    def edges(
        self, count: Int32, action: Int32, act: Int32, state: Int32, labels: tuple[str, ...] = ()
    ) -> None:
        """The edges of the last level's nodes."""
        self.count.append(count.astype(np.int32, copy=False))
        self.edge_action.append(action.astype(np.int32, copy=False))
        self.edge_act.append(act)
        self.edge_state.append(state)
        self.labels.extend(labels)
        self.n_edges += len(action)

    def end(self, front: Frontier, ending: Int32, number: int) -> None:
        """Histories that are over."""
        self.over.append(front)
        self.over_ending.append(ending)
        self.over_round.append(np.full(len(front), number, np.int32))
