"""The game: one frozen structure of flat arrays.

Dimension letters, used everywhere in Standoff:

====  =====================================================================================
N     nodes: histories apart from the types that are kept as axes (the public tree, where all
      moves are public)
E     edges: one for each action or outcome at a node
Z     ends: nodes at which play stops
C     cells: information sets apart from their owner's type axis
B     cell-actions: the actions of all cells, cell by cell
A     infoset-actions: rows of a behavior strategy, one for each (cell-action, type of its owner)
P     players; ``T_p`` types of player p kept as an axis (1 where none is)
Q     (player, type) pairs, player by player: the sum of ``T_p``
K     type profiles: the product of ``T_p``, the last player's type running fastest
R     rows of the payoff table; row 0 is zero
V     variants
====  =====================================================================================

A type is kept as an axis when it enters nothing but its owner's payoffs and the prior; otherwise
it is drawn at the root by chance and stands in the tree. Histories in the textbook sense are
N times K, information sets the sum of ``T_player`` over cells: `Game.histories` and
`Game.information_sets` count them.

Nodes are ordered by level and a node's children stand at later levels. A cell's nodes stand at one
level. `Game` holds structure only; the numbers of a batch of variants are a `Payload`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.shown import Shown

Int8 = NDArray[np.int8]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

CHANCE = -1
"""Actor of a node at which nature draws."""
END = -2
"""Actor of a node at which play has stopped."""


@dataclass(frozen=True, eq=False)
class Game(Shown):
    """The extensive form of a game of incomplete information, as arrays (see the module)."""

    players: tuple[str, ...]  # P names
    types: tuple[tuple[str, ...], ...]  # P tuples of T_p labels; ("",) where no axis is kept

    level_start: Int32  # [levels + 1] first node of each level
    parent: Int32  # [N] -1 at the root
    parent_edge: Int32  # [N] edge that leads here, -1 at the root
    actor: Int8  # [N] player, CHANCE or END
    cell: Int32  # [N] cell of a decision node, else -1
    edge_start: Int32  # [N + 1] edges of node n are edge_start[n]:edge_start[n + 1]
    child: Int32  # [E] node that an edge leads to
    edge_action: Int32  # [E] decision: cell-action in 0..B-1; chance: row of Payload.odds
    payoff_row: Int32  # [N] row of Payload.payoff earned on arriving here; 0 where none

    cell_player: Int8  # [C]
    cell_level: Int32  # [C]
    action_start: Int32  # [C + 1] cell-actions of cell c are action_start[c]:action_start[c + 1]
    rate_row: Int32  # [B] row of Payload.log_rate
    cell_start: Int32  # [C + 1] into cell_node
    cell_node: Int32  # [number of decision nodes] nodes of each cell, ascending

    @cached_property
    def n_types(self) -> Int32:
        """[P] types kept as an axis, by player."""
        return np.array([len(t) for t in self.types], dtype=np.int32)

    @cached_property
    def type_start(self) -> Int32:
        """[P + 1] (player, type) pairs of player p are type_start[p]:type_start[p + 1]."""
        return np.concatenate([[0], np.cumsum(self.n_types)]).astype(np.int32)

    @cached_property
    def profile_type(self) -> Int32:
        """[K, P] the type of each player in each profile, the last player's running fastest."""
        grids = np.indices(tuple(self.n_types)).reshape(len(self.players), -1)
        return np.ascontiguousarray(grids.T).astype(np.int32)

    @cached_property
    def row_start(self) -> Int32:
        """[C + 1] rows of a behavior strategy: action a, type t of cell c is
        ``row_start[c] + a * T + t`` with T the number of types of the cell's player.
        """
        widths = np.diff(self.action_start) * self.n_types[self.cell_player]
        return np.concatenate([[0], np.cumsum(widths)]).astype(np.int32)

    @cached_property
    def end_nodes(self) -> Int32:
        """[Z] nodes at which play has stopped, ascending."""
        return np.flatnonzero(self.actor == END).astype(np.int32)

    @property
    def n_nodes(self) -> int:
        """N."""
        return len(self.parent)

    @property
    def n_profiles(self) -> int:
        """K."""
        return len(self.profile_type)

    @property
    def n_rows(self) -> int:
        """A: rows of a behavior strategy."""
        return int(self.row_start[-1])

    @property
    def histories(self) -> int:
        """Histories in the textbook sense, types included."""
        return self.n_nodes * self.n_profiles

    @property
    def information_sets(self) -> int:
        """Information sets in the textbook sense, types included."""
        return int(self.n_types[self.cell_player].sum()) if len(self.cell_player) else 0


@dataclass(frozen=True, eq=False)
class Payload:
    """The numbers of a game for V variants. All share the tree.

    Payoffs are in the scenario's own units; `stake` turns them into the units of precision:
    a player of pair q at variant v plays the logit of ``precision[v] / stake[q]`` times its
    action values, with reference measure ``exp(log_rate)``.
    """

    payoff: Float  # [R, Q, V]; row 0 is zero
    odds: Float  # [O, V] odds of a chance edge; those of one node sum to one
    log_rate: Float  # [G, V]; row 0 is zero (rate 1)
    prior: Float  # [K, V] sums to one over K
    stake: Float  # [Q] held for all variants
    precision: Float  # [V]

    @property
    def n_variants(self) -> int:
        """V."""
        return int(self.payoff.shape[2])

    def take(self, variants: NDArray[np.intp] | slice) -> Payload:
        """The same numbers for some of the variants."""
        return Payload(
            self.payoff[:, :, variants],
            self.odds[:, variants],
            self.log_rate[:, variants],
            self.prior[:, variants],
            self.stake,
            self.precision[variants],
        )


def has_order_in_time(game: Game) -> bool:
    """Whether every cell's nodes stand at one level (see `standoff.game.building`): walks that take
    a cell at a time, whatever its owner, need it.
    """
    return bool((game.cell_level >= 0).all())


def insist_on_order(game: Game) -> None:
    """Raise ValueError where there is no such order."""
    if not has_order_in_time(game):
        raise ValueError(
            "two information sets come in either order: a walk that takes them one after the other "
            "needs an order in time"
        )


def chance_reach(game: Game, odds: Float) -> Float:
    """[N] probability that chance plays its part in reaching a node; `odds` ``[O]``."""
    reach = np.ones(game.n_nodes)
    for level in range(1, len(game.level_start) - 1):
        low, high = int(game.level_start[level]), int(game.level_start[level + 1])
        up = game.parent[low:high]
        reach[low:high] = reach[up]
        drawn = np.flatnonzero(game.actor[up] == CHANCE)
        reach[low + drawn] *= odds[game.edge_action[game.parent_edge[low:high][drawn]]]
    return reach
