"""Correlation plans of two players: the relevant pairs of sequences and their polytope.

Two information sets of different players are *connected* where one path can visit both, and a pair
of sequences is *relevant* where it ends in connected sets or where one of them is empty. A plan of
a mediator leaves a weight on each relevant pair, and these weights obey linear constraints, one for
each information set and each sequence of the other player relevant to it (von Stengel and Forges
2008). Where chance is public the constraints describe exactly what mediators can do; so they do in
every *triangle-free* game (Farina and Sandholm 2020). Elsewhere, as where chance deals types in
private, they allow more than that.

Sizes: X connected pairs of sets, M relevant pairs of sequences, S_p sequences of player p.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game, Payload, chance_reach
from standoff.solve.sequence_form import SequenceForm, Treeplex, own_moves, sequence_form

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CorrelationPlans:
    """The relevant pairs of one variant of a game, in order of `key`; the empty pair comes first.

    Histories that chance or the prior never reaches connect nothing.
    """

    form: SequenceForm
    connected: Int32  # [X, 2] sets of player 0 and player 1 that one path can visit
    pairs: Int32  # [M, 2]

    @property
    def n_pairs(self) -> int:
        """M."""
        return len(self.pairs)

    @cached_property
    def key(self) -> NDArray[np.int64]:
        """[M] ascending: one number for each pair."""
        return self.pairs[:, 0].astype(np.int64) * self._width + self.pairs[:, 1]

    @property
    def _width(self) -> int:
        return self.form.plexes[1].n_sequences

    def find(self, first: Int | Int32, second: Int | Int32) -> Int:
        """Places of relevant pairs, by the sequences of player 0 and player 1."""
        wanted = first.astype(np.int64) * self._width + second
        return np.searchsorted(self.key, wanted).astype(np.intp)

    def of(self, player: int, own: Int | Int32, other: Int | Int32) -> Int:
        """The same by a player's own sequences and the other player's."""
        return self.find(own, other) if player == 0 else self.find(other, own)

    @cached_property
    def payoff_pair(self) -> Int:
        """[L] pair of each entry of the sequence form's payoffs."""
        return self.find(self.form.sequence[:, 0], self.form.sequence[:, 1])

    @cached_property
    def triangle_free(self) -> bool:
        """Whether the polytope is known to be exactly what mediators can do.

        A triangle is a path I1 - J1 - I2 - J2 in the graph of connected sets, where I1 and I2
        follow the same sequence of their owner and J1 and J2 the same of theirs.
        """
        first, second = self.connected.T
        plex, other = self.form.plexes
        above = other.parent[second].astype(np.int64), plex.parent[first].astype(np.int64)
        many = [
            _count(sets.astype(np.int64) * (int(group.max(initial=0)) + 1) + group) > 1
            for sets, group in zip((first, second), above, strict=True)
        ]
        return not bool((many[0] & many[1]).any())

    def polytope(self) -> csr_array:
        """``[rows, M]``: plans are the weights from 0 whose product with it is zero, and that are
        one at the empty pair.
        """
        from scipy.sparse import csr_array

        rows, columns, entries, count = [], [], [], 0
        for player, plex in enumerate(self.form.plexes):
            own, other = self.pairs[:, player], self.pairs[:, 1 - player]
            moved = np.flatnonzero(own > 0)
            sets, theirs = plex.set_of[own[moved]], other[moved]
            width = self.form.plexes[1 - player].n_sequences
            found, at = np.unique(sets.astype(np.int64) * width + theirs, return_inverse=True)
            parent = plex.parent[found // width]
            rows += [count + at.reshape(-1), count + np.arange(len(found))]
            columns += [moved, self.of(player, parent, found % width)]
            entries += [np.ones(len(moved)), np.full(len(found), -1.0)]
            count += len(found)
        place = np.concatenate(rows), np.concatenate(columns)
        return csr_array((np.concatenate(entries), place), shape=(count, self.n_pairs))

    def product(self, first: Float, second: Float) -> Float:
        """[M] the plan under which the players draw from realization plans [S_0], [S_1] apart."""
        weight: Float = first[self.pairs[:, 0]] * second[self.pairs[:, 1]]
        return weight


def correlation_plans(
    game: Game, payload: Payload, variant: int = 0, *, form: SequenceForm | None = None
) -> CorrelationPlans:
    """The relevant pairs of one variant. Raises `ImperfectRecall`, and ValueError unless there are
    two players.
    """
    _insist_on_two(game)
    form = form or sequence_form(game, payload, variant)
    cells = _connected_cells(game, reached(game, payload, variant))
    sets = _connected_sets(game, payload, variant, form, cells)
    plex, other = form.plexes
    width = np.diff(plex.first)[sets[:, 0]], np.diff(other.first)[sets[:, 1]]
    count = width[0].astype(np.intp) * width[1]
    number = within_runs(count)
    right = np.repeat(width[1], count)
    first = np.repeat(plex.first[sets[:, 0]], count) + number // np.maximum(right, 1)
    second = np.repeat(other.first[sets[:, 1]], count) + number % np.maximum(right, 1)
    nothing = np.zeros(1, dtype=np.intp)
    alone = np.arange(plex.n_sequences), np.arange(1, other.n_sequences)
    pairs = np.stack(
        [
            np.concatenate([alone[0], nothing.repeat(len(alone[1])), first]),
            np.concatenate([nothing.repeat(len(alone[0])), alone[1], second]),
        ],
        axis=1,
    )
    order = np.argsort(pairs[:, 0].astype(np.int64) * other.n_sequences + pairs[:, 1])
    return CorrelationPlans(form, sets, pairs[order].astype(np.int32))


def count_pairs(game: Game, payload: Payload, variant: int = 0) -> int:
    """M, at most: counted before anything as large as that is made."""
    _insist_on_two(game)
    cells = _connected_cells(game, reached(game, payload, variant))
    width = np.diff(game.action_start).astype(np.int64)
    both = _type_pairs(game, payload, variant)
    alone = int((width * game.n_types[game.cell_player]).sum())
    return 1 + alone + int((width[cells[:, 0]] * width[cells[:, 1]]).sum()) * int(both.sum())


def reached(game: Game, payload: Payload, variant: int = 0) -> Bool:
    """[N] nodes to which chance leaves a way."""
    found: Bool = chance_reach(game, payload.odds[:, variant]) > 0
    return found


def node_pairs(
    plans: CorrelationPlans, game: Game, nodes: Int | Int32, profiles: Int | Int32
) -> Int:
    """[nodes, profiles] the relevant pair that the players' moves on the way to a node make."""
    last = own_moves(game)[nodes]
    sequence = []
    for player, plex in enumerate(plans.form.plexes):
        of = _sequence_of(game, player, plex)
        sequence.append(of[last[:, player]][:, game.profile_type[profiles, player]])
    return plans.find(sequence[0], sequence[1])


def _sequence_of(game: Game, player: int, plex: Treeplex) -> Int32:
    """[B + 1, T] sequence of each cell-action and type; the last row is the empty one."""
    row = np.zeros((int(game.action_start[-1]) + 1, int(game.n_types[player])), dtype=np.int32)
    own = np.arange(1, plex.n_sequences)
    cell, kind = plex.cell[plex.set_of[1:]], plex.type[plex.set_of[1:]]
    number = own - plex.first[plex.set_of[1:]]
    row[game.action_start[cell] + number, kind] = own
    return row


def _insist_on_two(game: Game) -> None:
    if len(game.players) != 2:
        raise ValueError(
            f"optimal devices are found for two players; this game has {len(game.players)}"
        )


def _connected_cells(game: Game, kept: Bool) -> Int32:
    """[pairs, 2] cells of player 0 and player 1 with nodes on one path."""
    C = len(game.cell_player)
    below = np.flatnonzero(kept & (game.actor >= 0))
    above = game.parent[below]
    found = [np.zeros(0, dtype=np.int64)]
    while True:
        going = above >= 0
        below, above = below[going], above[going]
        if not len(above):
            break
        met = (game.actor[above] >= 0) & (game.actor[above] != game.actor[below])
        one, two = game.cell[below[met]].astype(np.int64), game.cell[above[met]].astype(np.int64)
        lower = game.actor[below[met]] == 0
        found.append(np.unique(np.where(lower, one * C + two, two * C + one)))
        above = game.parent[above]
    key = np.unique(np.concatenate(found))
    return np.stack([key // max(C, 1), key % max(C, 1)], axis=1).astype(np.int32)


def _type_pairs(game: Game, payload: Payload, variant: int) -> Bool:
    """[T_0, T_1] pairs of types that the prior allows."""
    both: Bool = payload.prior[:, variant].reshape(tuple(game.n_types)) > 0
    return both


def _connected_sets(
    game: Game, payload: Payload, variant: int, form: SequenceForm, cells: Int32
) -> Int32:
    kinds = np.argwhere(_type_pairs(game, payload, variant))  # [pairs of types, 2]
    result = np.empty((len(cells) * len(kinds), 2), dtype=np.int32)
    for player, plex in enumerate(form.plexes):
        set_at = np.zeros((len(game.cell_player), int(game.n_types[player])), dtype=np.int32)
        set_at[plex.cell, plex.type] = np.arange(plex.n_sets)
        result[:, player] = set_at[cells[:, player]][:, kinds[:, player]].ravel()
    return result


def within_runs(count: Int) -> Int:
    """Number of each entry within its own run, for runs of these lengths."""
    return np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)


def _count(values: NDArray[np.int64]) -> Int:
    """How often each entry's value occurs."""
    _, at, count = np.unique(values, return_inverse=True, return_counts=True)
    found: Int = count[at.reshape(-1)]
    return found
