"""NoRegret on SciPy's sparse matrices (no GPU): the loop of its own `regret_minimization`."""

from __future__ import annotations

from importlib.metadata import version

import noregret as nr
from protocol import Worker, serve


class NoRegret(Worker):
    name = "NoRegret"
    methods = ("cfr+", "dcfr", "pcfr+")
    usual = ("cfr+", "pcfr+")  # its DCFR was last on every game; `--full` tries it all the same

    def versions(self) -> dict[str, str]:
        names = ("noregret", "scipy", "numpy", "open_spiel")
        return {name: version(name) for name in names}

    def load(self, game: str) -> None:
        kernel = nr.FPKer()
        self.game = nr.to_efg(kernel, nr.OpenSpielGame(kernel, game))

    def fresh(self, method: str) -> None:
        made = nr.DCFR if method == "dcfr" else nr.CFR_plus
        more = {"gamma": 2} if method == "pcfr+" else {}
        self.predicts = method == "pcfr+"
        self.players = [
            made(self.game.kernel, plex, **more) for plex in self.game.sequence_form_polytopes
        ]
        self.play = [player.output(self.predicts) for player in self.players]

    def iterate(self, n: int) -> None:
        # `nr.rm` cannot be resumed; this is its alternating loop.
        game, players, play, predicts = self.game, self.players, self.play, self.predicts
        for _ in range(n):
            for i, player in enumerate(players):
                player.observe(game.utility(i, *play[:i], *play[i + 1 :]))
                play[i] = player.output(predicts)

    def nash_conv(self) -> float:
        return 2 * float(self.game.exploitability(*(p.average_strategy for p in self.players)))


if __name__ == "__main__":
    serve(NoRegret())
