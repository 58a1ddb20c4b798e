"""Stakes: the unit of each type's payoffs in which precision is counted.

Named by the scenario (the difference between two endings, or a number), else the median absolute
deviation of the type's payoff at the ends. Both are taken at the reference variant (every parameter
at its median) under play at precision zero: every open move in proportion to its rate, so that
writing a move twice with its rate shared changes no stake.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile.columns import TYPE
from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.compile.payoffs import PayoffTable
from standoff.compile.scene import Scene
from standoff.errors import Problem
from standoff.game.game import CHANCE
from standoff.scenario.models import Stake

Float = NDArray[np.float64]


class Stakes:
    """Stakes of every (player, type), at a reference of one variant.

    `of_pair` is [Q]. Where a player's types stand in the tree they share one pair; `scale` then
    says for each of its types by how much its payoffs are multiplied for that stake to serve.
    """

    def __init__(
        self, compiled: Compiled, reference: Draws, payoff: Float, odds: Float, log_rate: Float
    ) -> None:
        """`payoff` [R, Q], `odds` [O] and `log_rate` [G] are those of the reference."""
        self.compiled = compiled
        self.rules = compiled.rules
        self.reference = reference
        self._payoff = payoff
        self._odds = odds
        self.warnings: list[Problem] = []
        self._reach = _uniform_reach(compiled, odds, log_rate)
        game = compiled.game
        self._total = _sum_along_paths(compiled, payoff)[game.end_nodes]  # [Z, Q]
        self.of_pair = np.ones(int(game.type_start[-1]))
        self.scale: dict[int, Float] = {}
        for player in range(len(game.players)):
            self._player(player)

    def _player(self, player: int) -> None:
        game, name = self.compiled.game, self.rules.players[player]
        first = int(game.type_start[player])
        if name not in self.rules.in_tree:
            for kind, label in enumerate(game.types[player]):
                self.of_pair[first + kind] = self._stake(player, label, first + kind, None)
            return
        column = self.rules.columns.place(TYPE + name)
        own = self.compiled.states[self.compiled.node_state[game.end_nodes], column]
        stakes = np.array([
            self._stake(player, label, first, own == kind)
            for kind, label in enumerate(self.rules.names.types(name))
        ])  # fmt: skip
        self.of_pair[first] = stakes[0]
        if not np.allclose(stakes, stakes[0], rtol=1e-15):
            self.scale[player] = stakes[0] / stakes

    def _stake(self, player: int, label: str, pair: int, mine: NDArray[np.bool_] | None) -> float:
        name = self.rules.players[player]
        actor = self.rules.scenario.actors[name]
        written = actor.types[label].stake if label else actor.stake
        path = f"actors.{name}.types.{label}.stake" if label else f"actors.{name}.stake"
        if isinstance(written, str):
            return self._number(written, path, name, label)
        reach = self._reach if mine is None else np.where(mine, self._reach, 0.0)
        if isinstance(written, Stake):
            low = self._mean_at(written.from_, pair, reach, f"{path}.from")
            high = self._mean_at(written.to, pair, reach, f"{path}.to")
            if not abs(high - low) > 1e-12:
                raise self.rules.names.place(path).fail(
                    "zero-stake",
                    f"{_who(name, label)} gets the same at {written.from_} and {written.to}",
                    found=f"{low:g} at both",
                    expected="two endings between which it would choose, or a number",
                )
            return abs(high - low)
        return self._deviation(self._total[:, pair], reach, name, label)

    def _number(self, text: str, path: str, actor: str, label: str) -> float:
        expr = self.rules.bound(text, path)
        own = {actor: self.rules.names.types(actor).index(label)} if label else {}
        scene = Scene(self.rules, np.empty((1, 0)), 1, values=self.reference.values, own=own)
        stake = float(scene.value(expr).reshape(-1)[0])
        if not (np.isfinite(stake) and stake > 0):
            raise self.rules.names.place(path).fail(
                "zero-stake", "a stake must be a positive number", found=f"{stake:g}"
            )
        return stake

    def _mean_at(self, ending: str, pair: int, reach: Float, path: str) -> float:
        c = self.compiled
        if ending not in self.rules.endings:
            raise self.rules.names.place(path).fail(
                "unknown-ending", "there is no such ending", found=ending,
                expected="one of " + ", ".join(self.rules.endings),
            )  # fmt: skip
        place = self.rules.endings.index(ending)
        total = self._total[:, pair]
        if place in self.rules.lotteries:
            at = np.flatnonzero(c.end_ending == place)
            weight, value = reach[at], total[at]
        else:
            rows = np.flatnonzero(c.outcome_ending == place)
            at = c.outcome_end[rows].astype(np.intp)
            chance = np.append(self._odds, 1.0)[c.outcome_odds[rows]]  # -1: certain
            weight = reach[at] * chance
            value = total[at] + self._beyond_lottery(rows, pair)
        if not weight.sum() > 0:
            raise self.rules.names.place(path).fail(
                "unreachable-ending",
                f"the stake rests on the ending {ending}, which never comes about",
                found=ending,
                expected="an ending that some history reaches, or a number",
            )
        return float(weight @ value / weight.sum())

    def _beyond_lottery(self, rows: NDArray[np.intp], pair: int) -> Float:
        """What each outcome pays beyond the mean of its lottery, which the payoff rows hold."""
        c = self.compiled
        drawn = c.outcome_odds[rows] >= 0
        extra = np.zeros(len(rows))
        if not drawn.any():
            return extra
        ends = c.outcome_end[rows][drawn]
        nodes = c.game.end_nodes[ends]
        player = int(np.searchsorted(c.game.type_start, pair, side="right") - 1)
        own = {}
        if c.game.types[player] != ("",):
            own = {c.game.players[player]: pair - int(c.game.type_start[player])}
        table = PayoffTable(c, self.reference)
        extra[drawn] = table.at_ending(
            player, own, c.node_state[nodes], c.end_round[ends], c.outcome_ending[rows][drawn]
        ) - table.at_lottery(
            player, own, c.node_state[nodes], c.end_round[ends], c.end_ending[ends]
        )
        return extra

    def _deviation(self, payoff: Float, reach: Float, name: str, label: str) -> float:
        """Median absolute deviation; where more than half the weight lies on one payoff, the mean
        absolute deviation; where payoffs don't differ, 1 (no precision can matter).
        """
        if not reach.sum() > 0 or np.ptp(payoff[reach > 0]) <= 1e-12:
            return 1.0
        off = np.abs(payoff - _weighted_median(payoff, reach))
        stake = _weighted_median(off, reach)
        if stake > 1e-12:
            return stake
        self.warnings.append(Problem(
            "default-stake",
            f"most play gives {_who(name, label)} one and the same payoff: its stake is the mean "
            "absolute deviation; better name it (`stake: {from: ENDING, to: ENDING}`)",
            path=f"actors.{name}", severity="warning",
        ))  # fmt: skip
        return float(reach @ off / reach.sum())


def _who(name: str, label: str) -> str:
    return f"{name} of type {label}" if label else name


def _weighted_median(values: Float, weights: Float) -> float:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, below[-1] / 2)])


def _uniform_reach(compiled: Compiled, odds: Float, log_rate: Float) -> Float:
    """[Z] odds of each end when every open move is played in proportion to its rate."""
    game = compiled.game
    rate = np.exp(log_rate)[game.rate_row]
    cells = np.repeat(np.arange(len(game.cell_player)), np.diff(game.action_start))
    total = np.bincount(cells, rate, minlength=len(game.cell_player))
    strategy = rate / total[cells]
    node_of_edge = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    chance = game.actor[node_of_edge] == CHANCE
    step = np.empty(len(game.edge_action))
    step[chance] = odds[game.edge_action[chance]]
    step[~chance] = strategy[game.edge_action[~chance]]
    reach = np.ones(game.n_nodes)
    for first, last in zip(game.level_start[:-1], game.level_start[1:], strict=True):
        if game.parent[first:last].size and first > 0:
            reach[first:last] = reach[game.parent[first:last]] * step[game.parent_edge[first:last]]
    return reach[game.end_nodes]


def _sum_along_paths(compiled: Compiled, payoff: Float) -> Float:
    """[N, Q] payoff earned from the root to each node."""
    game = compiled.game
    total = payoff[game.payoff_row]
    for first, last in zip(game.level_start[:-1], game.level_start[1:], strict=True):
        if first > 0:
            total[first:last] += total[game.parent[first:last]]
    return total
