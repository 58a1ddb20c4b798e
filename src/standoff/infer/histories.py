"""The ends of a game with their pasts, as tables: what was played at each step.

One row an end (Z), one column a step (a level of the game). A history that skipped a step has -1
there. Evidence and events are then plain operations on columns.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Histories:
    """The pasts of all ends of one compiled scenario."""

    level: Int32  # [N] level of each node
    edge: Int32  # [Z, S] edge taken at each step, -1 where it was skipped
    act: Int32  # [Z, S] row of `Compiled.acts`, -1 where skipped or a root draw
    last: Int32  # [Z] the last step that was played, -1 where play ended before the first
    over: Int32  # [Z] 2 * round + 1 if play ended at the close of a round, else 2 * round

    @property
    def n_ends(self) -> int:
        """Z."""
        return len(self.last)

    @property
    def n_steps(self) -> int:
        """S."""
        return int(self.edge.shape[1])

    def node_at(self, compiled: Compiled, step: int) -> Int32:
        """[Z] where each history stands as `step` begins: its first node at that level or a later
        one (its end, where play has stopped).
        """
        game = compiled.game
        node = game.end_nodes.copy()
        for column in range(self.n_steps - 1, step - 1, -1):
            taken = self.edge[:, column]
            node = np.where(taken >= 0, game.parent[game.child[taken]], node)
        return np.asarray(node, dtype=np.int32)


_made: weakref.WeakKeyDictionary[Compiled, Histories] = weakref.WeakKeyDictionary()


def histories(compiled: Compiled) -> Histories:
    """The table of pasts, made once for each compiled scenario."""
    made = _made.get(compiled)
    if made is None:
        made = _made[compiled] = _make(compiled)
    return made


def adopt(compiled: Compiled, like: Compiled) -> None:
    """Share the table of another compiled scenario that has the same tree."""
    _made[compiled] = histories(like)


def _make(compiled: Compiled) -> Histories:
    game = compiled.game
    counts = np.diff(game.level_start)
    level = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    steps = len(compiled.steps)
    ends = game.end_nodes
    edge = np.full((len(ends), steps), -1, dtype=np.int32)
    rows = np.arange(len(ends))
    at = ends.copy()
    last = np.full(len(ends), -1, dtype=np.int32)
    while len(rows):
        up = game.parent[at]
        moved = up >= 0
        rows, at, up = rows[moved], at[moved], up[moved]
        edge[rows, level[up]] = game.parent_edge[at]
        last[rows] = np.maximum(last[rows], level[up])
        at = up
    act = np.where(edge >= 0, compiled.edge_act[edge], -1).astype(np.int32)
    rounds = np.array([s.round for s in compiled.steps] + [0], dtype=np.int32)
    played = rounds[last]  # 0 where nothing was played (the last entry)
    ended = compiled.end_round.astype(np.int32)
    time = compiled.endings.index("time") if "time" in compiled.endings else -1
    at_close = (ended > played) | (compiled.end_ending == time)
    return Histories(level, edge, act, last, (2 * ended + at_close).astype(np.int32))
