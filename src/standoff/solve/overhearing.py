"""What must be kept secret of a mediator's device: what a player would gain by disobeying at a set
if it had overheard what the other has been told so far.

It is the check of `disobedience` with each set split by the other's recommendations on the way
there. Where nobody gains, the recommendations could be read out to both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.solve.disobedience import Obedience
from standoff.solve.sequence_pairs import Lookup, Pairs

Int = NDArray[np.intp]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Overheard:
    """Recommendations to one player, told apart by what the other has been told."""

    row: Int  # [t] row that is recommended
    label: Int  # [t] what the other has been told so far; -1 for nothing
    odds: Float  # [t] how likely both are, chance and types included
    gain: Float  # [t] what the player would gain by disobeying there, knowing the label


def overheard(check: Obedience, plan: Pairs, player: int, label: Int) -> Overheard:
    """What `player` of two would gain by overhearing; `label` [A] says which of the other's
    recommendations sound alike (the same move to another type).
    """
    game, other = check.game, 1 - player
    weigh = Lookup(plan, game.n_rows)
    heard = np.append(label, np.full(len(check.owner_type), -1))
    first, step, width, _ = check.sets
    kinds = game.profile_type
    base = check.base
    K = len(kinds)

    # Wherever something is earned, and every move of the player's own on the way there.
    nodes = np.flatnonzero((game.payoff_row > 0) & (check.chance > 0))
    leaf, pay = check.leaves  # in the same order: node by node, profile by profile
    at = np.arange(len(nodes))
    here: Int = nodes
    parts: list[tuple[Int, Int, Int]] = []  # node of the leaf, node of the move, edge
    while len(here):
        up = game.parent[here].astype(np.intp)
        edge = game.parent_edge[here]
        at, up, edge = at[up >= 0], up[up >= 0], edge[up >= 0]
        own = game.actor[up] == player
        parts.append((at[own], up[own], edge[own]))
        here = up
    end = np.concatenate([p[0] for p in parts]) if parts else np.zeros(0, dtype=np.intp)
    move = np.concatenate([p[1] for p in parts]) if parts else np.zeros(0, dtype=np.intp)
    edge = np.concatenate([p[2] for p in parts]) if parts else np.zeros(0, dtype=np.intp)
    k = np.tile(np.arange(K), len(end))
    end, move, edge = np.repeat(end, K), np.repeat(move, K), np.repeat(edge, K)
    entry = end * K + k
    kind = kinds[k, player]
    cell = game.cell[move]
    T = int(game.n_types[player])
    made = game.row_start[cell] + (game.edge_action[edge] - game.action_start[cell]) * T + kind
    ear = heard[base[move, other] + kinds[k, other]]

    # Every move that might have been recommended there.
    sets = check.set_of[made]
    count = width[sets]
    place = np.repeat(np.arange(len(sets)), count)
    number = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    told = first[sets][place] + number * step[sets][place]
    stride = np.int64(label.max(initial=-1) + 2)
    key, trigger = np.unique(told * stride + ear[place] + 1, return_inverse=True)
    trigger = trigger.reshape(-1)
    row, sound = np.divmod(key, stride)
    theirs = leaf[entry, other]
    value = pay[entry, player]
    left = value[place] * weigh.at(told, theirs[place], player)
    best = check.best_after(
        check.set_of[row], trigger, leaf[entry, player][place], np.asarray(left)
    )
    obeyed = np.zeros(len(key))
    mine = told == made[place]
    followed = value * weigh.at(leaf[entry, player], theirs, player)
    np.add.at(obeyed, trigger[mine], followed[place[mine]])

    # How likely: at each node at which the player is told something.
    decisions = np.flatnonzero(game.actor == player)
    node, k = np.repeat(decisions, K), np.tile(np.arange(K), len(decisions))
    cell, kind = game.cell[node], kinds[k, player]
    count = np.diff(game.action_start)[cell]
    place = np.repeat(np.arange(len(node)), count)
    number = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    told = game.row_start[cell][place] + number * T + kind[place]
    behind = base[node, other] + kinds[k, other]
    odds = weigh.at(told, behind[place], player)
    odds = odds * (check.chance[node] * check.prior[k])[place]
    found = np.searchsorted(key, told * stride + heard[behind][place] + 1)
    known = found < len(key)
    known[known] = key[found[known]] == (told * stride + heard[behind][place] + 1)[known]
    total = np.zeros(len(key))
    np.add.at(total, found[known], odds[known])
    return Overheard(row, sound - 1, total, np.maximum(best - obeyed, 0.0))
