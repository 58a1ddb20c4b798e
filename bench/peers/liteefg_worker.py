"""LiteEFG: baselines of its own, the loop of its own `train`, its own `exploitability`."""

from __future__ import annotations

from importlib.metadata import version

import LiteEFG
import pyspiel
from LiteEFG.baselines import DCFR, PCFR, CFRplus
from protocol import Worker, serve


class LiteEfg(Worker):
    name = "LiteEFG"
    methods = ("cfr+", "dcfr", "pcfr+")

    def versions(self) -> dict[str, str]:
        return {"liteefg": version("liteefg"), "open_spiel": version("open_spiel")}

    def load(self, game: str) -> None:
        LiteEFG.set_threads(1)
        self.game = pyspiel.load_game(game)
        self.env = LiteEFG.OpenSpielEnv(self.game, regenerate=True)

    def fresh(self, method: str) -> None:
        # An environment keeps the average of what it has played: a new run wants a new one. The
        # game is then read from the file that `load` wrote.
        self.env = LiteEFG.OpenSpielEnv(self.game)
        made = {"cfr+": CFRplus, "dcfr": DCFR, "pcfr+": PCFR}[method]
        self.graph = made.graph()
        self.env.set_graph(self.graph)
        # DCFR weighs its own average; the others are averaged linearly, as their scripts do.
        discounted = method == "dcfr"
        self.played = self.graph.current_strategy()
        self.judged = self.graph.current_strategy("average-iterate") if discounted else self.played
        self.kind = "last-iterate" if discounted else "linear-avg-iterate"

    def iterate(self, n: int) -> None:
        graph, env, played = self.graph, self.env, self.played
        for _ in range(n):
            graph.update_graph(env)
            env.update_strategy(played)

    def nash_conv(self) -> float:
        if self.judged is not self.played:
            self.env.update_strategy(self.judged)
        return float(sum(self.env.exploitability(self.judged, self.kind)))


if __name__ == "__main__":
    serve(LiteEfg())
