"""How good a strategy is, whatever found it: gains from deviating, the gap of a device, residuals.

Nothing here is shared with the solvers: the tables are made from the game's own arrays. A player's
best reply is found over its own sequences of moves, since under perfect recall what it earns is
linear in the odds of its own sequences (von Stengel 1996, key `vonstengel1996`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, Game, Payload

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

TINY = 1e-300
"""Odds of zero count as this in logs, so that beliefs are defined everywhere."""


class Certifier:
    """Checks strategies of one game at one variant; its tables are made once.

    All strategies are behavior strategies ``[A]`` in the layout of `Game.row_start`; all figures
    are in the units of the payoffs, and before anything is drawn or played (a type's gain counts
    with the type's prior odds).
    """

    def __init__(self, game: Game, payload: Payload, variant: int = 0) -> None:
        self.game = game
        self._pay = np.ascontiguousarray(payload.payoff[:, :, variant])  # [R, Q]
        self._odds = np.ascontiguousarray(payload.odds[:, variant])
        self._prior = np.ascontiguousarray(payload.prior[:, variant])
        self._log_rate = np.ascontiguousarray(payload.log_rate[:, variant])
        self._scale = payload.precision[variant] / payload.stake  # [Q]

    def values(self, strategy: Float) -> Float:
        """[P] what each player expects."""
        if self._forgetful is not None:  # its own past does not follow from where it stands
            root = self._climb(self._rows(strategy))[0]
            return np.asarray(root @ self._prior)
        _, worth = self._weigh(self._rows(strategy))
        return worth

    def gains(self, strategy: Float) -> Float:
        """[P] what each player could gain by its best reply to the others' play.

        Raises `ImperfectRecall` where a player forgets: its best reply is then another problem.
        """
        return self.gap_by_player([strategy], np.ones(1))

    def nash_conv(self, strategy: Float) -> float:
        """The sum of the players' gains (Lanctot et al. 2017, key `lanctot2017`): zero at a Nash
        equilibrium.
        """
        return float(self.gains(strategy).sum())

    def exploitability(self, strategy: Float) -> float:
        """`nash_conv` over the number of players."""
        return self.nash_conv(strategy) / len(self.game.players)

    def best_values(self, strategy: Float) -> Float:
        """[P] what each player's best reply to the others' play earns."""
        self._insist_on_recall()
        return self._best(self._weigh(self._rows(strategy))[0])

    def gap_by_player(self, strategies: Sequence[Float], weights: Float) -> Float:
        """[P] what each player could gain by turning a correlation device down before it draws.

        The device draws profile d with odds ``weights[d]`` and everybody plays it; who turns it
        down plays a best reply to the mixture of what the others do, which is no product. Zero for
        a player whom the device gives more than any reply would.
        """
        self._insist_on_recall()
        odds = np.asarray(weights, dtype=np.float64)
        if len(odds) != len(strategies) or not len(odds):
            raise ValueError(f"{len(strategies)} profiles with {len(odds)} weights")
        if (odds < 0).any() or abs(float(odds.sum()) - 1.0) > 1e-9:
            raise ValueError(f"the weights of a device are odds; these add up to {odds.sum():.12g}")
        credit = np.zeros(self.game.n_rows + len(self._scale))
        worth = np.zeros(len(self.game.players))
        for share, strategy in zip(odds, strategies, strict=True):
            earned, value = self._weigh(self._rows(strategy))
            credit += share * earned
            worth += share * value
        return np.asarray(np.maximum(self._best(credit) - worth, 0.0))

    def coarse_gap(self, strategies: Sequence[Float], weights: Float) -> float:
        """The largest gain of one player from turning the device down: zero at a normal-form
        coarse correlated equilibrium (Moulin & Vial 1978, key `moulin1978`).
        """
        return float(self.gap_by_player(strategies, weights).max())

    def logit_residual(self, strategy: Float) -> float:
        """The largest ``|log strategy - log logit response|`` over information sets and actions:
        zero at an agent quantal response equilibrium (McKelvey & Palfrey 1998, key `mckelvey1998`).
        """
        return self._compare(self._rows(strategy))[0]

    def local_gap(self, strategy: Float) -> float:
        """The most that a player gains at one information set by playing otherwise there alone,
        under the beliefs that the strategy implies (at sets that it excludes: beliefs as if
        mistakes were rare).
        """
        return self._compare(self._rows(strategy))[1]

    def subgame_gap(self, strategy: Float) -> float:
        """The most that one deviation gains in any subgame: zero at a subgame-perfect equilibrium.

        For games of perfect information (one deviation is as good as many there).
        """
        if (np.diff(self.game.cell_start) > 1).any() or self.game.n_profiles > 1:
            raise ValueError("a game of perfect information has one node in each information set")
        return self.local_gap(strategy)

    # Over a player's own sequences.

    @cached_property
    def _base(self) -> Int32:
        """[N, P] row of the last thing that each player's first type did on the way to a node;
        past the strategy's rows where it did nothing yet.
        """
        game = self.game
        base = np.empty((game.n_nodes, len(game.players)), dtype=np.int32)
        base[0] = game.n_rows + game.type_start[:-1]
        edge_node = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
        edge_row = np.full(len(game.child), -1, dtype=np.int32)
        own = np.flatnonzero(game.actor[edge_node] >= 0)
        cell = game.cell[edge_node[own]]
        number = game.edge_action[own] - game.action_start[cell]
        edge_row[own] = game.row_start[cell] + number * game.n_types[game.cell_player[cell]]
        for level in range(1, len(game.level_start) - 1):
            here = np.arange(game.level_start[level], game.level_start[level + 1])
            above = game.parent[here]
            base[here] = base[above]
            mover = game.actor[above]
            moved = mover >= 0
            base[here[moved], mover[moved]] = edge_row[game.parent_edge[here[moved]]]
        return base

    @cached_property
    def _above(self) -> Int32:
        """[C] row of the first type's own move that leads to each cell."""
        game = self.game
        return np.asarray(self._base[game.cell_node[game.cell_start[:-1]], game.cell_player])

    @cached_property
    def _forgetful(self) -> int | None:
        """A cell whose owner does not know there what it did before."""
        game = self.game
        cell = np.repeat(np.arange(len(game.cell_player)), np.diff(game.cell_start))
        own = self._base[game.cell_node, game.cell_player[cell]]
        wrong = np.flatnonzero(own != self._above[cell])
        return int(cell[wrong[0]]) if len(wrong) else None

    def _insist_on_recall(self) -> None:
        if self._forgetful is not None:
            from standoff.solve.sequence_form import ImperfectRecall

            c = self._forgetful
            raise ImperfectRecall(self.game.players[self.game.cell_player[c]], c)

    @cached_property
    def _sets(self) -> tuple[Int32, ...]:
        """Cells with those above first, rows, actions, types and leading rows by cell."""
        game = self.game
        # A cell's first node stands below a node of the cell that leads to it.
        order = np.argsort(game.cell_node[game.cell_start[:-1]], kind="stable").astype(np.int32)
        widths = np.diff(game.action_start).astype(np.int32)
        return order, game.row_start, widths, game.n_types[game.cell_player], self._above

    @cached_property
    def _earning(self) -> tuple[Int32, Float, Int32]:
        """Of the nodes at which something is earned: row of each player, odds of chance, payoff
        row.
        """
        game = self.game
        mass = np.ones(game.n_nodes)
        for level in range(1, len(game.level_start) - 1):
            here = np.arange(game.level_start[level], game.level_start[level + 1])
            above = game.parent[here]
            mass[here] = mass[above]
            drawn = game.actor[above] == CHANCE
            mass[here[drawn]] *= self._odds[game.edge_action[game.parent_edge[here[drawn]]]]
        nodes = np.flatnonzero((game.payoff_row > 0) & (mass > 0))
        base = np.ascontiguousarray(self._base[nodes])
        return base, np.asarray(mass[nodes]), np.asarray(game.payoff_row[nodes])

    def _weigh(self, strategy: Float) -> tuple[Float, Float]:
        """What each row earns but for its owner's own odds, and what each player expects [P]."""
        from standoff.kernels import plain_best_reply as kernels

        game = self.game
        base, mass, row = self._earning
        plan = np.empty(game.n_rows + len(self._scale))
        credit = np.zeros_like(plan)
        kernels.follow(*self._sets, strategy, plan)
        if len(game.players) == 2 and game.n_profiles == 1:
            kernels.credit_pairs(base, mass, row, self._pay, plan, credit)
        else:
            kernels.credit_profiles(
                base, mass, row, self._pay, self._prior, game.profile_type, game.type_start, plan,
                credit,
            )  # fmt: skip
        worth = np.bincount(self._owner, weights=credit * plan, minlength=len(game.players))
        return credit, np.asarray(worth, dtype=np.float64)

    @cached_property
    def _owner(self) -> Int32:
        """[A + Q] player to whom each row belongs."""
        game = self.game
        players = np.arange(len(game.players), dtype=np.int32)
        return np.concatenate([
            np.repeat(game.cell_player.astype(np.int32), np.diff(game.row_start)),
            np.repeat(players, game.n_types),
        ])  # fmt: skip

    def _best(self, credit: Float) -> Float:
        """[P] what the best replies earn; `credit` is spent."""
        from standoff.kernels.plain_best_reply import best

        best(*self._sets, credit)
        return np.asarray(np.add.reduceat(credit[self.game.n_rows :], self.game.type_start[:-1]))

    # History by history.

    def _climb(self, strategy: Float) -> Float:
        """[N, P, K]"""
        from standoff.kernels.plain_walk import climb

        game = self.game
        values = np.empty((game.n_nodes, len(game.players), game.n_profiles))
        climb(
            game.actor, game.cell, game.edge_start, game.child, game.edge_action, game.payoff_row,
            game.row_start, game.action_start, game.n_types, game.type_start, game.profile_type,
            self._pay, self._odds, strategy, values,
        )  # fmt: skip
        return values

    def _compare(self, strategy: Float) -> tuple[float, float]:
        from standoff.kernels.plain_walk import compare, descend

        game = self.game
        if not len(game.cell_player):
            return 0.0, 0.0
        values = self._climb(strategy)
        logs = np.log(np.maximum(strategy, TINY))
        reach = np.empty((game.n_nodes, len(self._scale) + 1))
        descend(
            game.parent, game.parent_edge, game.actor, game.cell, game.edge_action, game.row_start,
            game.action_start, game.n_types, game.type_start, np.log(np.maximum(self._odds, TINY)),
            logs, reach,
        )  # fmt: skip
        most = int(np.diff(game.cell_start).max()) * game.n_profiles
        found: Any = compare(
            game.cell_player, game.cell_start, game.cell_node, game.edge_start, game.child,
            game.edge_action, game.row_start, game.action_start, game.rate_row, game.n_types,
            game.type_start, game.profile_type, np.log(np.maximum(self._prior, TINY)),
            self._log_rate, self._scale, strategy, logs, reach, values,
            np.empty(int(np.diff(game.action_start).max())), np.empty(most),
        )  # fmt: skip
        return float(found[0]), float(found[1])

    def _rows(self, strategy: Float) -> Float:
        rows = np.ascontiguousarray(strategy, dtype=np.float64)
        if rows.shape != (self.game.n_rows,):
            raise ValueError(f"a strategy here has {self.game.n_rows} rows, not {rows.shape}")
        return rows
