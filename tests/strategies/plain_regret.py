"""Counterfactual regret minimization by recursion over histories: slow, obvious, NumPy only."""

from __future__ import annotations

import numpy as np

from standoff.game.game import CHANCE, END, Game, Payload


class PlainRegret:
    """CFR+, DCFR and their predictive kin on a game without type axes, two players, zero sum."""

    def __init__(self, game: Game, payload: Payload, kind: int, exponents: np.ndarray) -> None:
        self.game, self.payload, self.kind, self.exponents = game, payload, kind, exponents
        widths = np.diff(game.action_start)
        self.regret = [np.zeros(w) for w in widths]
        self.play = [np.full(w, 1.0 / w) for w in widths]
        self.total = [np.zeros(w) for w in widths]
        self.iterations = 0

    def run(self, count: int) -> None:
        for _ in range(count):
            self.iterations += 1
            for player in (0, 1):
                self._update(player, float(self.iterations))

    def _update(self, player: int, t: float) -> None:
        game = self.game
        alpha, beta, gamma = self.exponents
        gain = [np.zeros(len(p)) for p in self.play]

        def value(node: int, reach: float) -> float:
            """Value for the player; `reach` is the part of all others, chance included."""
            own = self.payload.payoff[game.payoff_row[node], 0, 0]
            own = own if player == 0 else -own
            who = game.actor[node]
            if who == END:
                return float(own)
            edges = range(game.edge_start[node], game.edge_start[node + 1])
            if who == CHANCE:
                shares = [self.payload.odds[game.edge_action[e], 0] for e in edges]
                below = [
                    value(int(game.child[e]), reach * s) for e, s in zip(edges, shares, strict=True)
                ]
                return float(own + np.dot(shares, below))
            cell = game.cell[node]
            play = self.play[cell]
            if who != player:
                below = [
                    value(int(game.child[e]), reach * s) for e, s in zip(edges, play, strict=True)
                ]
                return float(own + np.dot(play, below))
            found = np.array([value(int(game.child[e]), reach) for e in edges])
            gain[cell] += reach * (found - play @ found)
            return float(own + play @ found)

        value(0, 1.0)
        keep, forget = t**alpha / (t**alpha + 1), t**beta / (t**beta + 1)
        for cell in np.flatnonzero(game.cell_player == player):
            old, new = self.regret[cell], gain[cell]
            if self.kind == 1:
                self.regret[cell] = np.where(old > 0, old * keep, old * forget) + new
                wish = np.maximum(self.regret[cell], 0)
            else:
                self.regret[cell] = np.maximum(old * keep + new, 0)
                wish = self.regret[cell]
                if self.kind == 2:
                    wish = np.maximum(wish + new, 0)
            total = wish.sum()
            self.play[cell] = wish / total if total > 1e-300 else np.full(len(wish), 1 / len(wish))

        def add(node: int, reach: float, done: set[int]) -> None:
            if game.actor[node] == END:
                return
            play = None
            if game.actor[node] == player:
                cell = int(game.cell[node])
                play = self.play[cell]
                if cell not in done:
                    done.add(cell)
                    self.total[cell] += t**gamma * reach * play
            for k, e in enumerate(range(game.edge_start[node], game.edge_start[node + 1])):
                add(int(game.child[e]), reach * (play[k] if play is not None else 1.0), done)

        add(0, 1.0, set())

    def strategy(self) -> np.ndarray:
        """[A] the average strategies; uniform where never reached."""
        parts = [t / t.sum() if t.sum() > 0 else np.full(len(t), 1 / len(t)) for t in self.total]
        return np.concatenate(parts) if parts else np.empty(0)
