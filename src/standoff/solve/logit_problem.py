"""One variant of a game, made ready for the map of `kernels.logit_map`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game, Payload
from standoff.game.public import PublicGame, public_game
from standoff.kernels.tree import Tree
from standoff.solve.blocks import FLOOR, tree_of
from standoff.solve.sequence_form import ImperfectRecall, own_moves

Float = NDArray[np.float64]
Int32 = NDArray[np.int32]


class LogitProblem:
    """A game at one variant, made ready for the map of `kernels.logit_map`.

    With its `public` tree the map walks that, with types as axes; strategies are the game's own all
    the same.
    """

    def __init__(
        self, game: Game, payload: Payload, variant: int = 0, public: PublicGame | None = None
    ) -> None:
        _insist_on_recall(game)
        self.game, self._public = game, public
        self.n_rows = game.n_rows
        if public is not None:
            # So that the tables say which node is which.
            rows = np.arange(public.game.n_nodes, dtype=np.int32)
            game = replace(public.game, payoff_row=rows)
        tree = tree_of(game)
        widths = np.diff(game.action_start)
        own = game.n_types[game.cell_player]
        cells = np.repeat(np.arange(len(widths)), own)
        types = np.arange(len(cells)) - np.repeat(np.cumsum(own) - own, own)
        choice = widths[cells] > 1
        cells, types = cells[choice], types[choice]
        menus = widths[cells]
        first = np.concatenate([[0], np.cumsum(menus - 1)])
        self.n = int(first[-1])
        self.row = (game.row_start[cells] + types).astype(np.int32)
        self.stride = own[cells].astype(np.int32)
        self.first = first.astype(np.int32)
        rate = payload.log_rate[game.rate_row, variant]
        place = np.arange(self.n) - np.repeat(first[:-1], menus - 1) + 1
        owner = np.repeat(game.action_start[cells], menus - 1)
        self.start = rate[owner + place] - rate[owner]
        self.unit = 1.0  # a precision at which hardly anything has happened yet
        if not self.n:
            return

        P, K, Q = tree.players, tree.profiles, tree.pairs
        count = len(tree.actor)
        pay = payload.payoff[:, :, variant] / payload.stake  # [R, Q]
        if public is None:
            pay = pay[:, tree.profile_pair]  # [R, P * K]
        self.unit = 1e-3 / (float(np.ptp(pay, axis=0).max()) or 1.0)
        odds = np.append(payload.odds[:, variant], 1.0)  # one where chance draws nothing
        share = np.where(tree.edge_odds >= 0, odds[np.maximum(tree.edge_odds, 0)], 1.0)
        weight = np.log(np.maximum(payload.prior[:, variant], FLOOR)) + np.zeros((count, 1))
        if tree.several:
            weight += _log_chance(tree, np.log(np.maximum(odds, FLOOR)))[:, None]
        inverse = np.zeros(0)
        if public is not None:
            pay, share, weight, inverse = _weighted(public, payload.stake, tree)
        bank = np.zeros((count + len(pay), P * K))
        bank[count:] = pay
        members = np.diff(tree.cell_first)
        above = np.maximum(tree.parent, 0)
        mover = tree.node_cell[above]
        acts = tree.parent_edge - tree.edge_first[above]
        led = tree.row_start[mover] + acts * tree.n_types[tree.cell_player[mover]]
        timed = bool((game.cell_level >= 0).all())
        # A cell chooses when all below it is known, then its nodes have values.
        task = np.empty(count, dtype=np.intp)
        task[tree.task_node] = np.arange(len(tree.task_node))
        of_cell = np.empty(len(members), dtype=np.intp)
        of_cell[tree.task_cell[tree.task_cell >= 0]] = np.flatnonzero(tree.task_cell >= 0)
        inside = tree.node_cell >= 0
        task[inside] = of_cell[tree.node_cell[inside]]
        choosing = np.flatnonzero(tree.n_actions > 1)
        turns = np.concatenate([-1 - choosing, np.arange(count)])
        exact = turns[np.lexsort((turns, np.concatenate([of_cell[choosing], task])))]
        as_it_is = np.concatenate([np.arange(count), -1 - choosing])
        self._as_it_is = as_it_is.astype(np.int32)
        self._field: dict[str, Any] = {
            "players": P, "profiles": K, "exact": timed,
            "weighted": public is not None, "type_start": tree.type_start, "n_types": tree.n_types,
            "type_of": (tree.profile_pair - np.repeat(tree.type_start[:-1], K)),
            "order": exact if timed else as_it_is,
            "cell_player": tree.cell_player, "cell_first": tree.cell_first,
            "cell_inner": tree.cell_inner,
            "cell_weight": np.concatenate([[0], np.cumsum(members * K)]),
            "n_actions": tree.n_actions, "action_start": tree.action_start,
            "row_start": tree.row_start, "node_cell": tree.node_cell, "parent": tree.parent,
            "parent_row": np.where((tree.parent >= 0) & (mover >= 0), led, -1),
            "edge_first": tree.edge_first,
            "edge_to": np.where(tree.edge_child >= 0, tree.edge_child, count + tree.edge_pay),
            "earns": count + tree.node_earns // (P * K) - tree.slots,
            "set_first": self.first, "set_row": self.row, "set_stride": self.stride,
            "rate": rate, "chance": share, "log_weight": weight, "inverse": inverse,
        }  # fmt: skip
        A, most = game.n_rows, int(members.max(initial=1))
        self._room: dict[str, int] = {
            "play": A, "odds": A, "reach": count * Q, "belief": int(members.sum()) * K,
            "factor": int(members.sum()) * K, "value": A, "answer": A, "chosen": A, "d_play": A,
            "d_reach": count * Q, "d_bank": count * P * K, "d_answer": A, "d_belief": most * K,
            "top": int(tree.n_types.max()), "total": int(tree.n_types.max()),
            "wide": K, "d_wide": K,
        }  # fmt: skip
        self._bank = bank

    def fields(self) -> tuple[Any, Any]:
        """The map's tables with room of their own, and the same for the certificate's map."""
        from standoff.kernels.logit_map import Field

        found: dict[str, Any] = dict(self._field)
        for name, value in found.items():
            if isinstance(value, np.ndarray):
                kind = np.int32 if value.dtype.kind == "i" else np.float64
                found[name] = np.ascontiguousarray(value.reshape(-1), dtype=kind)
        room: dict[str, Any] = {name: np.zeros(size) for name, size in self._room.items()}
        room["odds"][:] = room["chosen"][:] = 1.0
        field = Field(**found, **room, bank=self._bank.ravel().copy())
        return field, field._replace(exact=False, order=self._as_it_is)

    def log_strategies(self, x: Float) -> Float:
        """[S, A] log strategies of points x ``[S, n]``."""
        public = self._public
        out = np.zeros((len(x), self.n_rows if public is None else public.game.n_rows))
        for width in np.unique(np.diff(self.first)):
            sets = np.flatnonzero(np.diff(self.first) == width)
            odds = x[:, self.first[sets][:, None] + np.arange(width)]
            odds = np.concatenate([np.zeros((*odds.shape[:2], 1)), odds], axis=2)
            odds = odds - odds.max(axis=2, keepdims=True)
            odds -= np.log(np.exp(odds).sum(axis=2, keepdims=True))
            out[:, self.row[sets][:, None] + np.arange(width + 1) * self.stride[sets][:, None]] = (
                odds
            )
        if public is None:
            return out
        flat = np.zeros((len(x), self.n_rows))
        known = public.row >= 0
        flat[:, public.row[known]] = out[:, known]
        return flat


def _weighted(public: PublicGame, stake: Float, tree: Tree) -> tuple[Float, Float, Float, Float]:
    """Rows of payoffs by node and profile, odds of chance edges, log weights and their inverses:
    everything earned counts by chance's odds of the node and the profile, and chance nodes add up.
    """
    nodes, K = public.weight.shape
    pay = np.zeros((nodes, tree.players * K))
    pay[public.earning] = (public.earned / stake[:, None]).reshape(len(public.earning), -1)
    node = tree.node_earns // (tree.players * K) - tree.slots
    weight = public.weight[node]
    possible = weight > 0.0
    inverse = np.divide(1.0, weight, out=np.zeros_like(weight), where=possible)
    log_weight = np.log(weight, out=np.full_like(weight, -np.inf), where=possible)
    return pay, np.ones(len(tree.edge_odds)), log_weight, inverse


def _log_chance(tree: Tree, log_odds: Float) -> Float:
    """[I] log probability of chance's moves on the way to each inner node."""
    row = tree.edge_odds[np.maximum(tree.parent_edge, 0)]
    drawn = (tree.parent_edge >= 0) & (row >= 0)
    total = np.append(np.where(drawn, log_odds[np.maximum(row, 0)], 0.0), 0.0)
    above = np.append(np.where(tree.parent >= 0, tree.parent, len(tree.parent)), len(tree.parent))
    while (above < len(tree.parent)).any():
        total += total[above]
        above = above[above]
    return total[:-1]


def _insist_on_recall(game: Game) -> None:
    """Beliefs at an information set are those of one mind: it knows what it has done."""
    if len(game.cell_node) == len(game.cell_player):
        return
    cell = game.cell[game.cell_node]
    before = own_moves(game)[game.cell_node, game.cell_player[cell]]
    unlike = np.flatnonzero(before != before[game.cell_start[:-1]][cell])
    if len(unlike):
        guilty = int(cell[unlike].min())
        raise ImperfectRecall(game.players[int(game.cell_player[guilty])], guilty)


WORTH = 200
"""Nodes of a flat game from which looking for its public tree pays."""


def public_tree(game: Game, payload: Payload, outcome: Int32 | None = None) -> PublicGame | None:
    """The public tree of a flat game, where the map is quicker there."""
    flat = game.n_profiles == 1 and game.n_nodes >= WORTH
    several = len(game.cell_node) > len(game.cell_player)
    if not (flat and several and payload.n_variants == 1):
        return None
    # Where chance excludes something, beliefs there are a convention of the flat game.
    if (payload.odds <= 0.0).any() or payload.log_rate.any():
        return None
    found = public_game(game, payload, outcome)
    if found is None or found.game.n_nodes * found.game.n_profiles > 2 * game.n_nodes:
        return None
    return found
