"""Standoff itself, measured as its peers are: in a process that is asked in JSON lines."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from protocol import Answer, Clock, Worker, serve

from standoff.game.game import Game
from standoff.game.loaded import Labels, LoadedGame

sys.path.insert(0, str(Path(__file__).parent.parent))


def opened(name: str) -> LoadedGame:
    """`crisis:SEED:NODES` of `bench/crisis.py`, or a game of OpenSpiel."""
    kind, _, rest = name.partition(":")
    if kind == "crisis":
        from crisis import crisis

        seed, nodes = (int(part) for part in rest.split(":"))
        game, payload = crisis(seed, nodes=nodes, variants=1)
        sets, actions = range(game.information_sets), range(int(game.action_start[-1]))
        labels = Labels(name, game.players, list(map(str, sets)), list(map(str, actions)))
        outcome = np.full(len(game.child), -1, dtype=np.int32)
        return LoadedGame(game, payload, labels, outcome, "scenario")
    from standoff.game.openspiel import load_openspiel

    return load_openspiel(name)


class Standoff(Worker):
    name = "Standoff"
    methods = ("cfr+", "dcfr", "pcfr+", "auto")
    threads = 1

    def versions(self) -> dict[str, str]:
        return {name: version(name) for name in ("standoff", "numba", "numpy", "scipy")}

    def load(self, game: str) -> None:
        from standoff.solve.certificates import Certifier

        self.loaded = opened(game)
        self.certifier = Certifier(self.loaded.game, self.loaded.payload)

    def fresh(self, method: str) -> None:
        from standoff.solve.regret import RegretMinimizer

        game = self.loaded
        self.minimizers = [
            RegretMinimizer(game.game, game.payload, method=method, outcome=game.outcome)
            for _ in range(self.threads)
        ]

    def iterate(self, n: int) -> None:
        """On each thread a run of its own, as in the race of `auto`."""
        if self.threads == 1:
            self.minimizers[0].run(n)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda minimizer: minimizer.run(n), self.minimizers))

    def nash_conv(self) -> float:
        return self.certifier.nash_conv(self.minimizers[0].strategy())

    def reach(self, method: str, targets: Sequence[float], limit: float) -> list[Answer]:
        """One run for each target: the solver picks and checks for itself, then other code does.

        The two steps of `regret` are timed apart: laying out the game, which the peers do while
        loading, and the race. Short races are run five times, and the median counts.
        """
        from standoff.solve.regret import BUDGET, RACE, RegretMinimizer, _race

        game, payload, outcome = self.loaded.game, self.loaded.payload, self.loaded.outcome
        names = RACE if method == "auto" else (method,)
        rows: list[Answer] = []
        for target in [max(targets), *sorted(targets, reverse=True)]:  # the first one warms up
            clocks: list[Clock] = []
            while not clocks or (len(clocks) < 5 and clocks[0].wall < 0.2):
                with Clock() as preparing:
                    racers = [RegretMinimizer(game, payload, method=names[0], outcome=outcome)]
                    public, form = racers[0].public, racers[0].form
                    racers += [
                        RegretMinimizer(game, payload, method=name, public=public, form=form)
                        for name in names[1:]
                    ]
                with Clock() as clock:
                    deadline = time.monotonic() + limit
                    winner, _ = _race(racers, 2 * target, BUDGET, deadline, None)
                    strategy = winner.strategy()
                clocks.append(clock)
            exploitability = self.certifier.exploitability(strategy)
            rows.append(
                {"target": target, "reached": exploitability <= target,
                 "wall": median(c.wall for c in clocks), "cpu": median(c.cpu for c in clocks),
                 "iterations": winner.iterations, "dynamics": winner.method,
                 "exploitability": exploitability,
                 "preparing": {"wall": preparing.wall, "cpu": preparing.cpu}}
            )  # fmt: skip
            if exploitability > target:
                break
        return rows[1:] or rows

    def more(self, asked: Answer) -> Answer:
        """What only this worker is asked."""
        what = {"size": self._size, "threads": self._threads, "aqre": self._aqre,
                "efg": self._efg, "files": self._files, "moved": self._moved}  # fmt: skip
        return what[asked["what"]](asked)

    def _size(self, asked: Answer) -> Answer:
        game = self.loaded.game
        return {"histories": game.histories, "information_sets": game.information_sets,
                "infoset_actions": game.n_rows}  # fmt: skip

    def _threads(self, asked: Answer) -> Answer:
        self.threads = int(asked["threads"])
        return {}

    def _moved(self, asked: Answer) -> Answer:
        """Bytes that one iteration must move in the layout of the kernels: what is only read
        once, what is changed (regrets, strategies, plans, averages, values) in and out.
        """
        changed = ("regret", "strategy", "plan", "total", "value")
        total = 0
        walk: Any = self.minimizers[0]._walk
        for seat in walk.seats:
            for field, value in zip(seat._fields, seat, strict=True):
                if isinstance(value, np.ndarray):
                    total += value.nbytes * (2 if field in changed else 1)
        shared = getattr(walk, "plans", None)
        return {"bytes": total + (2 * shared.nbytes if shared is not None else 0)}

    def _efg(self, asked: Answer) -> Answer:
        """Write the loaded game for Gambit, payoffs in units of stakes."""
        from standoff.game.efg_write import to_efg

        text = to_efg(self.loaded.game, self.loaded.payload, in_stakes=True)
        Path(asked["path"]).write_text(text)
        return {}

    def _files(self, asked: Answer) -> Answer:
        """Seconds to read the loaded game back, from Standoff's own file and from Gambit's."""
        from standoff.game.efg_write import to_efg
        from standoff.game.sgame import save_game
        from standoff.solve.opening import open_game

        found: Answer = {}
        with tempfile.TemporaryDirectory() as room:
            for suffix in ("sgame", "efg"):
                path = Path(room) / f"game.{suffix}"
                if suffix == "sgame":
                    save_game(self.loaded, path)
                else:
                    path.write_text(to_efg(self.loaded.game, self.loaded.payload), "utf-8")
                clocks: list[Clock] = []
                while len(clocks) < (2 if clocks and clocks[0].wall > 1 else 5):
                    with Clock() as clock:
                        open_game(path)
                    clocks.append(clock)
                found[suffix] = {
                    "wall": min(c.wall for c in clocks), "cpu": min(c.cpu for c in clocks),
                    "bytes": path.stat().st_size,
                }  # fmt: skip
        return found

    def _aqre(self, asked: Answer) -> Answer:
        """The equilibrium at one precision: the best of so many runs, and its check."""
        from standoff.solve.solving import solve

        payload = replace(self.loaded.payload, precision=np.full(1, float(asked["precision"])))
        loaded = replace(self.loaded, payload=payload)
        walls, cpus = [], []
        for _ in range(int(asked["runs"])):
            with Clock() as clock:
                solved = solve(loaded, "aqre", tolerance=asked.get("tolerance"))
            walls.append(clock.wall)
            cpus.append(clock.cpu)
        strategy = solved.profiles[0].strategy
        return {"wall": float(np.median(walls)), "cpu": float(np.median(cpus)),
                "check": solved.check, "status": solved.status, "method": solved.method,
                "play": by_label(loaded.game, strategy)}  # fmt: skip


def by_label(game: Game, strategy: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, list[float]]:
    """Probabilities by the labels under which `to_efg` writes the sets."""
    play = {}
    for cell, player in enumerate(game.cell_player.tolist()):
        types = game.types[player]
        block = strategy[game.row_start[cell] : game.row_start[cell + 1]].reshape(-1, len(types))
        for t, name in enumerate(types):
            play[f"{cell} {name}".strip()] = block[:, t].tolist()
    return play


if __name__ == "__main__":
    serve(Standoff())
