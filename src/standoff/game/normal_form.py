"""The reduced normal form of a game at one variant.

A reduced strategy says what a player does at the information sets that its own moves leave open,
and nothing elsewhere; strategies that differ only elsewhere are one (Kuhn 1953). Types are part of
a strategy: it answers for each of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError, TooLarge
from standoff.game.game import CHANCE, Game, Payload

__all__ = ["LIMIT", "NormalForm", "normal_form", "reduced_strategies"]

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

LIMIT = 1 << 20
"""Contingencies that are worked out unless the caller says otherwise."""
_MAX_PARTS = 1 << 26


@dataclass(frozen=True, eq=False)
class NormalForm:
    """Strategies and payoffs."""

    choices: tuple[Int32, ...]  # P of [n_p, own sets]: action by (cell, type), -1 where left open
    payoffs: Float  # [P, n_1, ..., n_P]


def normal_form(
    game: Game,
    payload: Payload,
    variant: int = 0,
    *,
    in_stakes: bool = False,
    limit: int = LIMIT,
) -> NormalForm:
    """Every combination of reduced strategies.

    Raises `TooLarge` past `limit` combinations, and `ScenarioError` where a player forgets what it
    did (there the reduced form is another game).
    """
    choices = reduced_strategies(game, limit=limit)
    entry_row, weight = _entries(game, payload, variant, in_stakes)
    for p, own in enumerate(choices):
        # Entries that differ only in this player's sequence come together.
        sequence, rest = entry_row[:, 0], entry_row[:, 1:]
        groups, group = _distinct(rest)
        done = weight.reshape(len(weight), -1)
        if len(groups) * len(own) * done.shape[1] > _MAX_PARTS:
            raise TooLarge(
                "the normal form does not fit: "
                f"{len(groups) * len(own) * done.shape[1]:,} numbers on the way to it"
            )
        played = _played(game, p, own)  # [n_p, 1 + sequences]
        weight = _spread(played[:, sequence], group, len(groups), weight)
        entry_row = groups
    shape = [len(own) for own in choices]
    tensor = weight.reshape(*shape, len(game.players))
    return NormalForm(tuple(choices), np.ascontiguousarray(np.moveaxis(tensor, -1, 0)))


def reduced_strategies(game: Game, *, limit: int = LIMIT) -> list[Int32]:
    """P arrays as `NormalForm.choices`, in lexicographic order."""
    parents = [_parents(game, p) for p in range(len(game.players))]
    total, widest = 1, 0
    for p, parent in enumerate(parents):
        own = _count(game, p, parent)
        total *= own
        widest = max(widest, own * (1 + int(game.action_start[-1] * game.n_types[p])))
    if total > limit or widest > _MAX_PARTS:
        raise TooLarge(
            f"the normal form has {_spoken(total)} combinations of reduced strategies; at most "
            f"{limit:,} are worked out",
            ["extensive-form methods need no normal form"],
        )
    return [_enumerated(game, p, parent) for p, parent in enumerate(parents)]


def _spoken(count: int) -> str:
    if count < 10**15:
        return f"{count:,}"
    return f"about 1e{math.floor((count.bit_length() - 1) * math.log10(2))}"


def _last_action(game: Game, player: int) -> Int:
    """[N] the cell-action that a player took last on the way to each node, -1 where none."""
    last = np.full(game.n_nodes, -1, dtype=np.intp)
    bounds = game.level_start.tolist()
    for first, stop in pairwise(bounds[1:]):
        above = game.parent[first:stop]
        taken = game.edge_action[game.parent_edge[first:stop]]
        last[first:stop] = np.where(game.actor[above] == player, taken, last[above])
    return last


def _parents(game: Game, player: int) -> dict[int, int]:
    """For each of a player's cells, children before parents, the own action that leads there."""
    last = _last_action(game, player)[game.cell_node]
    cells = np.flatnonzero(game.cell_player == player)
    leading = last[game.cell_start[:-1]]
    owner = np.repeat(np.arange(len(game.cell_player)), np.diff(game.cell_start))
    apart = (last != leading[owner]) & (game.cell_player[owner] == player)
    if apart.any():
        raise ScenarioError(
            Problem(
                "imperfect-recall",
                f"{game.players[player]} forgets what it did: the game has no reduced normal form",
                found=f"information set {int(owner[apart][0])} (from 0), after different moves",
            )
        )
    height = np.searchsorted(game.level_start, game.cell_node, side="right")
    lowest = np.minimum.reduceat(height, game.cell_start[:-1]) if len(height) else height
    order = cells[np.argsort(-lowest[cells], kind="stable")]
    return {int(cell): int(leading[cell]) for cell in order}


def _count(game: Game, player: int, parent: dict[int, int]) -> int:
    """How many reduced strategies a player has."""
    below: dict[int, int] = {}  # by own action, the combinations of the sets right below it
    for cell, above in parent.items():
        start, stop = int(game.action_start[cell]), int(game.action_start[cell + 1])
        here = sum(below.get(b, 1) for b in range(start, stop))
        below[above] = below.get(above, 1) * here
    return int(below.get(-1, 1) ** int(game.n_types[player]))


def _enumerated(game: Game, player: int, parent: dict[int, int]) -> Int32:
    """[n_p, own cells times types] the reduced strategies of a player."""
    cells = sorted(parent)
    column = {cell: i for i, cell in enumerate(cells)}
    nothing = np.full((1, len(cells)), -1, dtype=np.int32)
    below: dict[int, Int32] = {}
    for cell, above in parent.items():
        start, stop = int(game.action_start[cell]), int(game.action_start[cell + 1])
        parts = []
        for b in range(start, stop):
            rows = below.pop(b, nothing).copy()
            rows[:, column[cell]] = b - start
            parts.append(rows)
        here = np.concatenate(parts)
        below[above] = _combined(here, below[above]) if above in below else here
    tree = below.get(-1, nothing)
    T = int(game.n_types[player])
    own = np.full((1, len(cells) * T), -1, dtype=np.int32)
    for t in range(T):
        wide = np.full((len(tree), len(cells) * T), -1, dtype=np.int32)
        wide[:, t::T] = tree
        own = _combined(own, wide)
    return own[np.lexsort(own.T[::-1])] if own.shape[1] else own


def _combined(first: Int32, second: Int32) -> Int32:
    """Every pair of rows; the two say something about different sets."""
    left = np.repeat(first, len(second), axis=0)
    return np.maximum(left, np.tile(second, (len(first), 1)))


def _played(game: Game, player: int, choices: Int32) -> NDArray[np.bool_]:
    """[n_p, 1 + cell-actions times types] whether a strategy plays a sequence; the first is none.

    The column of cell-action b and type t is ``1 + b * T + t``.
    """
    T = int(game.n_types[player])
    cells = np.flatnonzero(game.cell_player == player)
    played = np.zeros((len(choices), 1 + int(game.action_start[-1]) * T), dtype=bool)
    played[:, 0] = True
    for i, cell in enumerate(cells.tolist()):
        for t in range(T):
            action = choices[:, i * T + t]
            made = np.flatnonzero(action >= 0)
            played[made, 1 + (game.action_start[cell] + action[made]) * T + t] = True
    return played


def _entries(game: Game, payload: Payload, variant: int, in_stakes: bool) -> tuple[Int, Float]:
    """[L, P] the sequence of each player and [L, 1, P] what is earned under it, odds included."""
    P = len(game.players)
    odds = np.ones(game.n_nodes)
    bounds = game.level_start.tolist()
    by_chance = game.actor[game.parent] == CHANCE
    by_chance[0] = False
    for first, stop in pairwise(bounds[1:]):
        here = np.arange(first, stop)
        odds[here] = odds[game.parent[here]]
        drawn = here[by_chance[here]]
        odds[drawn] *= payload.odds[game.edge_action[game.parent_edge[drawn]], variant]
    table = payload.payoff[:, :, variant] / (payload.stake if in_stakes else 1.0)
    paying = np.flatnonzero(game.payoff_row)
    if not len(paying):
        return np.zeros((1, P), dtype=np.intp), np.zeros((1, 1, P))
    last = np.stack([_last_action(game, p)[paying] for p in range(P)], axis=1)
    rows, values = [], []
    for k, types in enumerate(game.profile_type.tolist()):
        column = 1 + last * game.n_types + types
        rows.append(np.where(last >= 0, column, 0))
        share = odds[paying, None] * payload.prior[k, variant]
        values.append(share * table[np.ix_(game.payoff_row[paying], game.type_start[:-1] + types)])
    entry, place = _distinct(np.concatenate(rows))
    weight = np.zeros((len(entry), P))
    np.add.at(weight, place, np.concatenate(values))
    return entry, weight[:, None, :]


def _distinct(rows: Int) -> tuple[Int, Int]:
    """The distinct rows, and which of them each row is."""
    if not rows.shape[1]:
        return rows[:1], np.zeros(len(rows), dtype=np.intp)
    found, place = np.unique(rows, axis=0, return_inverse=True)
    return found, place.reshape(-1).astype(np.intp)


def _spread(played: NDArray[np.bool_], group: Int, groups: int, weight: Float) -> Float:
    """[G, M * n, P] the entries of each group summed for each strategy n of one more player."""
    from scipy.sparse import csr_matrix

    n, entries = played.shape
    done, P = weight.shape[1:]
    strategy, entry = np.nonzero(played)
    matrix = csr_matrix(
        (np.ones(len(entry)), (group[entry] * n + strategy, entry)), shape=(groups * n, entries)
    )
    summed: Float = np.asarray(matrix @ weight.reshape(entries, done * P))
    by_part = summed.reshape(groups, n, done, P).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(by_part).reshape(groups, done * n, P)
