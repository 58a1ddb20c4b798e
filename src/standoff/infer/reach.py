"""How likely each history is: one pass down a part of the tree.

The part is any set of nodes in which every node is a source or has its parent; sources bring their
own mass (the prior at the root, or the belief at the present). The pass is one array operation a
level, over type profiles K and a block of variants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, Game, Payload

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

BLOCK_BYTES = 16 << 20
"""About how much one block's reach may take."""


@dataclass(frozen=True, eq=False)
class Hop:
    """Children of one level's nodes that one actor (or chance) leads to."""

    child: Int32  # places in `Part.nodes`
    parent: Int32
    player: int  # or CHANCE
    row: Int32  # first row of the strategy (types follow), or row of `Payload.odds`


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the tree, arranged for the pass."""

    game: Game
    nodes: Int32  # [n] ascending
    source: Int32  # places in `nodes`
    hops: tuple[Hop, ...]  # parents before children
    forced: Float | None  # [n] odds of the move that leads here where it is forced, else NaN

    @cached_property
    def place(self) -> Int32:
        """[N] place of each node of the game, -1 outside."""
        place = np.full(self.game.n_nodes, -1, dtype=np.int32)
        place[self.nodes] = np.arange(len(self.nodes), dtype=np.int32)
        return place


def part(game: Game, keep: Bool, source: Bool, *, forced: Float | None = None) -> Part:
    """The part of `game` made of the nodes marked in `keep` [N], entered at `source` [N].

    Where `forced` [N] is a number, the move that leads to the node is played with those odds.
    """
    nodes = np.flatnonzero(keep).astype(np.int32)
    place = np.full(game.n_nodes, -1, dtype=np.int32)
    place[nodes] = np.arange(len(nodes), dtype=np.int32)
    child = nodes[~source[nodes]]
    above = game.parent[child]
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))[above]
    actor = game.actor[above]
    key = level.astype(np.int64) * 256 + (actor.astype(np.int64) + 1)
    order = np.argsort(key, kind="stable")
    child, above, key = child[order], above[order], key[order]
    edge = game.parent_edge[child]
    action = game.edge_action[edge]
    hops = []
    cuts = np.flatnonzero(np.diff(key)) + 1
    for chunk in np.split(np.arange(len(child)), cuts) if len(child) else []:
        player = int(game.actor[above[chunk[0]]])
        if player == CHANCE:
            row = action[chunk]
        else:
            cell = game.cell[above[chunk]]
            width = game.n_types[player]
            row = game.row_start[cell] + (action[chunk] - game.action_start[cell]) * width
        hops.append(
            Hop(place[child[chunk]], place[above[chunk]], player, row.astype(np.int32))
        )  # fmt: skip
    return Part(
        game, nodes, place[np.flatnonzero(source & keep)], tuple(hops),
        None if forced is None else forced[nodes],
    )  # fmt: skip


def whole(game: Game) -> Part:
    """The whole tree, entered at the root."""
    keep = np.ones(game.n_nodes, dtype=bool)
    source = np.zeros(game.n_nodes, dtype=bool)
    source[0] = True
    return part(game, keep, source)


def blocks(part_: Part, variants: int, *, arrays: int = 1) -> Iterator[slice]:
    """Blocks of variants, fixed by the size of the part, so that each takes about `BLOCK_BYTES`."""
    each = max(1, len(part_.nodes)) * part_.game.n_profiles * 8 * arrays
    width = int(max(1, min(variants, BLOCK_BYTES // each)))
    for start in range(0, variants, width):
        yield slice(start, min(variants, start + width))


def descend(part_: Part, payload: Payload, strategy: Float, start: Float, variants: slice) -> Float:
    """Mass [n, K, v] of every node of the part, from the mass `start` [sources, K, v] of its
    sources, for a block of `variants`.
    """
    from standoff.kernels.mass_down import mass_down

    game = part_.game
    begin, stop, _ = variants.indices(payload.n_variants)
    odds, play = np.ascontiguousarray(payload.odds), np.ascontiguousarray(strategy)
    forced = np.zeros(0) if part_.forced is None else part_.forced
    one = np.zeros(game.n_profiles, dtype=np.int32)
    mass = np.empty((len(part_.nodes), game.n_profiles, stop - begin))
    mass[part_.source] = start
    for hop in part_.hops:
        chance = hop.player == CHANCE
        types = one
        if not chance and game.n_types[hop.player] > 1:
            types = np.ascontiguousarray(game.profile_type[:, hop.player])
        numbers = odds if chance else play
        mass_down(hop.child, hop.parent, hop.row, types, numbers, begin, forced, mass)
    return mass


def accumulate(part_: Part, table: Float, start: Float) -> Float:
    """Sum [n, v] of ``table[payoff_row]`` [R, v] over each node's path, from `start`
    [sources, v] (what had been earned up to and at the sources).
    """
    game = part_.game
    total = np.zeros((len(part_.nodes), table.shape[1]))
    total[part_.source] = start
    rows = game.payoff_row[part_.nodes]
    for hop in part_.hops:
        total[hop.child] = total[hop.parent] + table[rows[hop.child]]
    return total


def compacted(part_: Part, strategy: Float) -> tuple[Part, Int32, Float]:
    """The part with its rows counted among those of the strategy that it uses; these rows, and
    the strategy's values there (a copy, free to be changed).
    """
    types = part_.game.n_types
    played = [hop for hop in part_.hops if hop.player != CHANCE]
    rows = [hop.row[:, None] + np.arange(types[hop.player]) for hop in played]
    used = np.unique(np.concatenate([r.ravel() for r in rows])) if rows else np.zeros(0, np.int32)
    hops = tuple(
        hop
        if hop.player == CHANCE
        else replace(hop, row=np.searchsorted(used, hop.row).astype(np.int32))
        for hop in part_.hops
    )
    return replace(part_, hops=hops), used.astype(np.int32), strategy[used]
