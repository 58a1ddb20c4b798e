"""Gambit's `logit_solve_lambda`: it traces the branch of equilibria from uniform play."""

from __future__ import annotations

from importlib.metadata import version

import pygambit
from protocol import Answer, Clock, Worker, serve


class Gambit(Worker):
    name = "Gambit"
    methods = ()

    def versions(self) -> dict[str, str]:
        return {"pygambit": version("pygambit")}

    def load(self, game: str) -> None:
        """Read the `.efg` file at this path."""
        self.game = pygambit.read_efg(game)

    def more(self, asked: Answer) -> Answer:
        """The equilibrium at one precision: probabilities by the label of each set."""
        with Clock() as clock:
            # The profile of the answer cannot be asked by name; it can by position.
            flat = pygambit.qre.logit_solve_lambda(self.game, lam=[asked["precision"]])[0]
        play, at = {}, 0
        for player in self.game.players:
            for known in player.infosets:
                count = len(list(known.actions))
                play[known.label] = [float(flat[at + i]) for i in range(count)]
                at += count
        return {"wall": clock.wall, "cpu": clock.cpu, "play": play}


if __name__ == "__main__":
    serve(Gambit())
