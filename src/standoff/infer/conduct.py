"""What a type may do from the present on, against everybody else's play as it is.

Under perfect recall the conduct of one type is a choice at each of its information sets that it may
still come to, and what a conduct brings is a sum over the type's own sequences: what is earned on
the histories whose last own move is that of the sequence, weighted by what chance and the others do
there (key ``vonstengel1996``). So the tree is gone through once for each type; a best reply after
that is a pass over its own sequences, and as many rewards as wanted can be tried.

Dimension letters: S own sequences (0 is "nothing yet"), n nodes from the present on, V variants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game
from standoff.infer.reach import Part, blocks, descend, part
from standoff.infer.views import type_at, types_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from standoff.compile.compiled import Compiled
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class OwnLevel:
    """The information sets of one player at one level, and the sequences that they lead to."""

    level: int
    first: int  # sequences first:last
    last: int
    start: Int32  # [cells] first sequence of each cell, counted from `first`
    cell: Int32  # [last - first] place of the sequence's cell among `start`
    before: Int32  # [cells] the sequence that leads to each cell
    order: Int32  # [cells] cells by `before`
    cut: Int32  # first of each `before` in that order
    into: Int32  # the distinct `before`


@dataclass(frozen=True, eq=False)
class Sequences:
    """The own sequences of one player in a part of the tree; the same for all of its types."""

    player: int
    part: Part
    row: Int32  # [S] row of the strategy of the player's first type; -1 of the empty sequence
    cell: Int32  # [S] cell of the game, -1 of the empty sequence
    before: Int32  # [S] the sequence before the cell of each
    levels: tuple[OwnLevel, ...]  # in order of play
    of_node: Int32  # [n] the own sequence on the way to each node

    @property
    def size(self) -> int:
        """S."""
        return len(self.row)

    def adding(self, nodes: Int32) -> csr_matrix:
        """[S, len(nodes)] adds up numbers at some nodes (places in the part) by own sequence."""
        from scipy.sparse import csr_matrix

        shape = (self.size, len(nodes))
        ones = np.ones(len(nodes))
        return csr_matrix((ones, (self.of_node[nodes], np.arange(len(nodes)))), shape=shape)


def best(levels: Sequence[OwnLevel], reward: Float) -> Bool:
    """[S, V] the best choice of what pays `reward` [S, V] by own sequence: True on the move chosen
    at each cell, whether it is come to or not. Of equal moves the first is taken.
    """
    worth = reward.copy()
    chosen = np.ones(reward.shape, dtype=bool)
    for at in reversed(levels):
        here = worth[at.first : at.last]
        top = np.maximum.reduceat(here, at.start, axis=0)
        hit = here == top[at.cell]
        if np.count_nonzero(hit) > top.size:  # ties
            row = np.arange(len(here))[:, None]
            first = np.minimum.reduceat(np.where(hit, row, len(here)), at.start, axis=0)
            hit = row == first[at.cell]
        chosen[at.first : at.last] = hit
        worth[at.into] += np.add.reduceat(top[at.order], at.cut, axis=0)
    return chosen


def played(levels: Sequence[OwnLevel], chosen: Bool) -> Bool:
    """[S, V] the sequences that are played if `chosen` is."""
    reached = chosen.copy()
    for at in levels:
        reached[at.first : at.last] &= reached[at.before][at.cell]
    return reached


def brought(levels: Sequence[OwnLevel], reward: Float) -> Float:
    """[S, V] what each own sequence brings, the best being played after it at these levels."""
    worth = reward.copy()
    for at in reversed(levels):
        top = np.maximum.reduceat(worth[at.first : at.last], at.start, axis=0)
        worth[at.into] += np.add.reduceat(top[at.order], at.cut, axis=0)
    return worth


@dataclass(frozen=True, eq=False)
class Conduct:
    """One type of one actor from the present on.

    `mass` [n, V] is what the record, chance and the others give each node: the probability of the
    record, this type and the history, its own later moves counted as certain.
    """

    inference: Inference
    actor: str
    type: str  # "" where it has one
    own: int  # place among the types that are kept as an axis: a column of the strategy
    sequences: Sequences
    mass: Float
    _folded: dict[int, Float] = field(init=False, default_factory=dict)

    @property
    def n_variants(self) -> int:
        """V."""
        return self.inference.n_variants

    @cached_property
    def weight(self) -> Float:
        """[V] likelihood of the record and the type."""
        return np.asarray(self.mass[self.sequences.part.source].sum(axis=0), dtype=float)

    @cached_property
    def pay(self) -> Float:
        """[S, V] mass times what the type earns after the present, in its stakes, by own
        sequence.
        """
        game, below = self.inference.compiled.game, self.sequences.part
        payload = self.inference.payload
        pair = int(game.type_start[self.sequences.player]) + self.own
        ahead = game.payoff_row[below.nodes] > 0
        ahead[below.source] = False  # earned already
        nodes = np.flatnonzero(ahead).astype(np.int32)
        earned = payload.payoff[game.payoff_row[below.nodes[nodes]], pair] / payload.stake[pair]
        return np.asarray(self.sequences.adding(nodes) @ (self.mass[nodes] * earned))

    def sums(self, nodes: Int32, value: Float) -> Float:
        """[S, V] mass times a `value` [len(nodes), V] at some nodes (places in the part)."""
        return np.asarray(self.sequences.adding(nodes) @ (self.mass[nodes] * value))

    def total(self, reward: Float, played: Bool) -> Float:
        """[V] mass times what is earned of a `reward` [S, V] where these sequences are played."""
        return np.asarray(np.where(played, reward, 0.0).sum(axis=0))

    @cached_property
    def natural(self) -> Bool:
        """[S, V] what it plays if only its own payoff counts: its best reply to the others."""
        return best(self.sequences.levels, self.pay)

    @cached_property
    def natural_pay(self) -> Float:
        """[V] mass times what its best reply earns."""
        return self.total(self.pay, self.played(self.natural))

    def played(self, chosen: Bool) -> Bool:
        """[S, V] the own sequences that are played if `chosen` is."""
        return played(self.sequences.levels, chosen)

    def folded(self, level: int) -> Float:
        """[S, V] `pay`, what the best reply earns from a level on added to the sequences before."""
        if level not in self._folded:
            later = [at for at in self.sequences.levels if at.level >= level]
            self._folded[level] = brought(later, self.pay)
        return self._folded[level]

    @cached_property
    def as_solved(self) -> Float:
        """[S, V] odds of each own move where it is open, as solved; 1 for the empty sequence."""
        odds = self.inference.solution.strategy[self.sequences.row + self.own]
        odds[0] = 1.0
        return np.asarray(odds)

    def strategy(self, chosen: Bool) -> Float:
        """[A, V] the solution with this type playing `chosen` at every information set that it may
        still come to.
        """
        play = self.inference.solution.strategy.copy()
        play[self.sequences.row[1:] + self.own] = chosen[1:]
        return play


def acts_of(compiled: Compiled, own: Sequences) -> Int32:
    """[S] the act of each own sequence (row of `Compiled.acts`), -1 of the empty one."""
    game = compiled.game
    decided = np.flatnonzero(game.actor[game.parent[game.child]] >= 0)
    act = np.full(len(game.rate_row), -1, dtype=np.int32)
    act[game.edge_action[decided]] = compiled.edge_act[decided]
    cell = own.cell[1:]
    move = (own.row[1:] - game.row_start[cell]) // game.n_types[own.player]
    return np.concatenate([[-1], act[game.action_start[cell] + move]]).astype(np.int32)


def acts_on_the_way(compiled: Compiled, below: Part, nodes: Int32, first: int) -> Int32:
    """[len(nodes), levels from `first`] acts on the way to some nodes (places in the part) from
    where the part is entered, by level; -1 where none was made.
    """
    game = compiled.game
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
    found = np.full((len(nodes), len(game.level_start) - 1 - first), -1, dtype=np.int32)
    entered = np.zeros(len(below.nodes), dtype=bool)
    entered[below.source] = True
    rows = np.flatnonzero(~entered[nodes])
    at = below.nodes[nodes][rows]
    while len(rows):
        up = game.parent[at]
        found[rows, level[up] - first] = compiled.edge_act[game.parent_edge[at]]
        more = ~entered[below.place[up]]
        rows, at = rows[more], up[more]
    return found


def part_ahead(inference: Inference) -> Part:
    """Everything below the nodes at which history may stand now."""
    game = inference.compiled.game
    source = np.zeros(game.n_nodes, dtype=bool)
    source[inference.evidence.standing(inference.present)] = True
    keep = source.copy()
    for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        keep[start:stop] |= keep[game.parent[start:stop]]
    return part(game, keep, source)


def sequences(game: Game, below: Part, player: int) -> Sequences:
    """The own sequences of a player in a part of the tree."""
    rows = [hop.row for hop in below.hops if hop.player == player]
    row = np.unique(np.concatenate(rows)) if rows else np.zeros(0, dtype=np.int32)
    cell = np.searchsorted(game.row_start, row, side="right") - 1
    order = np.lexsort((row, cell, game.cell_level[cell]))
    row, cell = row[order].astype(np.int32), cell[order].astype(np.int32)
    place = np.full(game.n_rows + 1, -1, dtype=np.int32)
    place[row] = np.arange(1, len(row) + 1, dtype=np.int32)
    of_node = np.zeros(len(below.nodes), dtype=np.int32)
    for hop in below.hops:
        of_node[hop.child] = place[hop.row] if hop.player == player else of_node[hop.parent]
    before = np.zeros(len(row) + 1, dtype=np.int32)
    for hop in below.hops:
        if hop.player == player:
            before[place[hop.row]] = of_node[hop.parent]
    levels = []
    at_level = game.cell_level[cell]
    for level in np.unique(at_level):
        here = np.flatnonzero(at_level == level)
        first, last = int(here[0]) + 1, int(here[-1]) + 2
        own, start, which = np.unique(cell[here], return_index=True, return_inverse=True)
        up = before[first:last][start]
        by_before = np.argsort(up, kind="stable").astype(np.int32)
        into, cut = np.unique(up[by_before], return_index=True)
        levels.append(OwnLevel(
            int(level), first, last, start.astype(np.int32), which.astype(np.int32), up,
            by_before, cut.astype(np.int32), into,
        ))  # fmt: skip
        assert len(own) == len(start)
    nothing = np.array([-1], dtype=np.int32)
    return Sequences(
        player, below, np.concatenate([nothing, row]), np.concatenate([nothing, cell]), before,
        tuple(levels), of_node,
    )  # fmt: skip


def conducts(inference: Inference, actor: str, below: Part | None = None) -> tuple[Conduct, ...]:
    """Each type of an actor from the present on (one, named "", where it has one type)."""
    compiled = inference.compiled
    game = compiled.game
    player = game.players.index(actor)
    below = part_ahead(inference) if below is None else below
    own = sequences(game, below, player)
    # Its own moves count as certain: what is left is what the others and chance do.
    mine = np.repeat(game.cell_player == player, np.diff(game.row_start))
    play = np.where(mine[:, None], 1.0, inference.solution.strategy)
    types = types_of(compiled, actor) or ("",)
    axis = game.types[player]
    mass = masses_by_type(inference, actor, below, play)
    return tuple(
        Conduct(
            inference, actor, label, axis.index(label) if len(axis) > 1 else 0, own,
            np.ascontiguousarray(mass[place]),
        )
        for place, label in enumerate(types)
    )  # fmt: skip


def masses_by_type(
    inference: Inference, actor: str, below: Part, play: Float, nodes: Int32 | None = None
) -> Float:
    """[T, n, V] mass of the nodes of a part (all, or those at some places) by type of an actor,
    given the record, if `play` [A, V] is played from the present on.
    """
    _, start = inference.standing(inference.present)
    n = len(below.nodes) if nodes is None else len(nodes)
    count = max(1, len(types_of(inference.compiled, actor)))
    out = np.zeros((count, n, inference.n_variants))
    at = below.nodes if nodes is None else below.nodes[nodes]
    kind = type_at(inference.compiled, actor, at)
    split = by_profile(kind)
    for block in blocks(below, inference.n_variants):
        mass = descend(below, inference.payload, play, start[:, :, block], block)
        if nodes is not None:
            mass = mass[nodes]
        for t in range(count):
            if split is not None:
                out[t, :, block] = mass[:, split == t].sum(axis=1)
            else:
                out[t, :, block] = (mass * (kind == t)[:, :, None]).sum(axis=1)
    return out


def by_profile(kind: Int32) -> Int32 | None:
    """[K] the type in each profile, where it is the same at all nodes of `kind` [n, K]."""
    if not len(kind) or (kind == kind[:1]).all():
        return kind[0] if len(kind) else None
    return None
