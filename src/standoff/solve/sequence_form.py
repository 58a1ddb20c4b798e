"""The sequence form of a game at one variant (von Stengel 1996).

A player's *sequence* is what it has done on the way to a node; sequence 0 is the empty one. A mixed
strategy becomes a *realization plan*, one number for each sequence, and payoffs are linear in each
player's plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload, chance_reach

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


class ImperfectRecall(ValueError):
    """A player forgets what it did: its mixed strategies are not realization plans.

    `cell` is the first cell whose nodes do not share what its owner has done.
    """

    def __init__(self, player: str, cell: int) -> None:
        self.player = player
        self.cell = cell
        super().__init__(
            f"player {player!r} has imperfect recall: the nodes of its information set {cell} "
            "(counted from 0) come after different choices of its own"
        )


@dataclass(frozen=True, eq=False)
class Treeplex:
    """One player's information sets and sequences; parents before children.

    Sets stand in order of how many of their owner's own moves came before.
    """

    cell: Int32  # [I] cell of each information set
    type: Int32  # [I] type of its owner
    parent: Int32  # [I] sequence that leads to the set
    first: Int32  # [I + 1] sequences of set i are first[i]:first[i + 1]; first[0] = 1
    row: Int32  # [S] row of the behavior strategy of each sequence, -1 for the empty one

    @property
    def n_sets(self) -> int:
        """I."""
        return len(self.parent)

    @property
    def n_sequences(self) -> int:
        """S, the empty one included."""
        return len(self.row)

    @cached_property
    def set_of(self) -> Int32:
        """[S] set of each sequence, -1 for the empty one."""
        sets = np.repeat(np.arange(self.n_sets), np.diff(self.first))
        return np.concatenate([[-1], sets]).astype(np.int32)

    @cached_property
    def stage_start(self) -> Int32:
        """[D + 1] sets after d of their owner's own moves are stage_start[d]:stage_start[d + 1]."""
        highest = np.maximum.accumulate(self.parent)
        starts = [0]
        while starts[-1] < self.n_sets:
            starts.append(int(np.searchsorted(highest, self.first[starts[-1]])))
        return np.array(starts, dtype=np.int32)


@dataclass(frozen=True, eq=False)
class SequenceForm:
    """Treeplexes, and payoffs summed over the nodes that share a sequence of every player.

    Expected payoff of player p under plans r is ``sum(payoff[:, p] * prod_j r_j[sequence[:, j]])``:
    chance and priors are in the payoffs.
    """

    plexes: tuple[Treeplex, ...]  # P
    sequence: Int32  # [L, P] sequence of each player
    payoff: Float  # [L, P]


def sequence_form(game: Game, payload: Payload, variant: int = 0) -> SequenceForm:
    """The sequence form of one variant, in the payoffs' own units.

    Sets that chance or the prior never reaches are kept; combinations of sequences at which nobody
    earns anything are not. Raises `ImperfectRecall`.
    """
    last = own_moves(game)
    plexes, sequence_of = [], []
    before = _before(game, last)
    for player in range(len(game.players)):
        plex, of = _treeplex(game, player, before)
        plexes.append(plex)
        sequence_of.append(of)
    sequence, payoff = _payoffs(game, payload, variant, last, sequence_of, plexes)
    return SequenceForm(tuple(plexes), sequence, payoff)


def own_moves(game: Game) -> Int32:
    """[N, P] cell-action that each player chose last on the way to a node, -1 where none."""
    last = np.full((game.n_nodes, len(game.players)), -1, dtype=np.int32)
    for low, high in _levels(game):
        up = game.parent[low:high]
        last[low:high] = last[up]
        moved = np.flatnonzero(game.actor[up] >= 0)
        edge = game.parent_edge[low:high][moved]
        last[low + moved, game.actor[up[moved]]] = game.edge_action[edge]
    return last


def _levels(game: Game) -> list[tuple[int, int]]:
    """First and last node of each level below the root's."""
    starts = game.level_start.tolist()
    return list(pairwise(starts[1:]))


def _before(game: Game, last: Int32) -> Int32:
    """[C] cell-action by which its owner came to a cell, -1 where it has not moved before."""
    nodes = game.cell_node
    cell = game.cell[nodes]
    by = last[nodes, game.cell_player[cell]]
    before = by[game.cell_start[:-1]]
    unlike = np.flatnonzero(by != before[cell])
    if len(unlike):
        guilty = int(cell[unlike].min())
        raise ImperfectRecall(game.players[int(game.cell_player[guilty])], guilty)
    return before


def _treeplex(game: Game, player: int, before: Int32) -> tuple[Treeplex, Int32]:
    """A player's treeplex, and ``[B + 1, T]`` its sequences by cell-action (-1 last) and type."""
    T = int(game.n_types[player])
    cells = np.flatnonzero(game.cell_player == player)
    actions = np.diff(game.action_start)
    cell_of = np.repeat(np.arange(len(actions)), actions)
    above = np.where(before[cells] >= 0, cell_of[before[cells]], -1) if len(cells) else cells
    stage = np.full(len(actions) + 1, -1)
    here = cells[above < 0]
    depth = 0
    while len(here):
        stage[here] = depth
        depth += 1
        here = cells[(stage[above] == depth - 1) & (stage[cells] < 0)]
    cells = cells[np.argsort(stage[cells], kind="stable")]

    cell, kind = np.repeat(cells, T), np.tile(np.arange(T), len(cells))
    width = actions[cell]
    first = np.concatenate([[1], 1 + np.cumsum(width)]).astype(np.int32)
    number = np.arange(int(width.sum())) - np.repeat(first[:-1] - 1, width)  # within the set
    owner, owner_type = np.repeat(cell, width), np.repeat(kind, width)
    row = game.row_start[owner] + number * T + owner_type

    of = np.zeros((int(game.action_start[-1]) + 1, T), dtype=np.int32)
    of[game.action_start[owner] + number, owner_type] = np.arange(1, len(row) + 1)
    parent = of[before[cell], kind]  # of[-1] is the empty sequence
    plex = Treeplex(
        cell=cell.astype(np.int32), type=kind.astype(np.int32), parent=parent, first=first,
        row=np.concatenate([[-1], row]).astype(np.int32),
    )  # fmt: skip
    return plex, of


def _payoffs(
    game: Game,
    payload: Payload,
    variant: int,
    last: Int32,
    sequence_of: list[Int32],
    plexes: list[Treeplex],
) -> tuple[Int32, Float]:
    """What is earned at each combination of sequences, weighted by chance and the prior."""
    P, prior = len(game.players), payload.prior[:, variant]
    reach = chance_reach(game, payload.odds[:, variant])
    table = payload.payoff[:, :, variant]
    nodes = np.flatnonzero((game.payoff_row > 0) & (reach > 0))
    profiles = np.flatnonzero(prior > 0)
    kinds = game.profile_type[profiles]  # [k, P]
    weight = (reach[nodes, None] * prior[profiles]).ravel()
    sequence = np.empty((len(weight), P), dtype=np.int32)
    earned = np.empty((len(weight), P))
    rows = table[game.payoff_row[nodes]]
    for p in range(P):
        sequence[:, p] = sequence_of[p][last[nodes, p]][:, kinds[:, p]].ravel()
        earned[:, p] = rows[:, game.type_start[p] + kinds[:, p]].ravel()
    earned *= weight[:, None]

    key = np.zeros(len(weight), dtype=np.int64)
    most = 1
    for p, plex in enumerate(plexes):
        if most > 2**62 // plex.n_sequences:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
            most = len(key)
        key = key * plex.n_sequences + sequence[:, p]
        most *= plex.n_sequences
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    start = np.flatnonzero(np.diff(sorted_key, prepend=-1))
    total = np.add.reduceat(earned[order], start, axis=0) if len(start) else earned
    kept = (total != 0).any(axis=1)
    return np.ascontiguousarray(sequence[order[start]][kept]), np.ascontiguousarray(total[kept])


def plans(form: SequenceForm, strategy: Float) -> list[Float]:
    """The realization plan ``[S]`` of each player under a behavior strategy ``[A]``."""
    result = []
    for plex in form.plexes:
        plan = np.ones(plex.n_sequences)
        play = strategy[plex.row[1:]]
        for low, high in zip(plex.stage_start[:-1], plex.stage_start[1:], strict=True):
            here = slice(int(plex.first[low]), int(plex.first[high]))
            above = plan[plex.parent[plex.set_of[here]]]
            plan[here] = above * play[here.start - 1 : here.stop - 1]
        result.append(plan)
    return result


def behavior(form: SequenceForm, plans: Sequence[Float], game: Game) -> Float:
    """The behavior strategy ``[A]`` of realization plans; uniform where a plan does not reach.

    Small negative numbers, as solvers leave them, count as zero.
    """
    strategy = np.ones(game.n_rows)
    for plex, plan in zip(form.plexes, plans, strict=True):
        if not plex.n_sets:
            continue
        weight = np.maximum(plan[1:], 0.0)
        total = np.add.reduceat(weight, plex.first[:-1] - 1)
        width = np.diff(plex.first)
        reached = total > 0
        share = np.where(reached, total, width)
        share = np.where(np.repeat(reached, width), weight, 1.0) / np.repeat(share, width)
        strategy[plex.row[1:]] = share
    return strategy


def expected_payoffs(form: SequenceForm, plans: Sequence[Float]) -> Float:
    """[P] what each player earns on average under realization plans."""
    weight = np.ones(len(form.sequence))
    for p, plan in enumerate(plans):
        weight *= plan[form.sequence[:, p]]
    found: Float = weight @ form.payoff
    return found


make_callable(__name__)
