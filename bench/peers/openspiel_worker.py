"""OpenSpiel's `CFRPlusSolver`, written in C++, and its own `nash_conv`."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import pyspiel
from protocol import Worker, serve


class OpenSpiel(Worker):
    name = "OpenSpiel"

    def versions(self) -> dict[str, str]:
        return {"open_spiel": version("open_spiel")}

    def load(self, game: str) -> None:
        self.game = pyspiel.load_game(game)
        self.solver: Any = None

    def fresh(self, method: str) -> None:
        self.solver = pyspiel.CFRPlusSolver(self.game)

    def iterate(self, n: int) -> None:
        for _ in range(n):
            self.solver.evaluate_and_update_policy()

    def nash_conv(self) -> float:
        return float(pyspiel.nash_conv(self.game, self.solver.average_policy()))


if __name__ == "__main__":
    serve(OpenSpiel())
