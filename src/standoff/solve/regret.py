"""Zero-sum games of two players at scale, by regret minimization.

Counterfactual regret minimization (Zinkevich et al. 2007) with the regrets kept positive (CFR+,
Tammelin 2014), discounted (DCFR, Brown & Sandholm 2019) or predicted (PCFR+, Farina, Kroer &
Sandholm 2021), and the last two with discounted positive regrets (DCFR+, PDCFR+, Xu et al. 2024).
The players move in turn; what is given are averages of all plans, late ones counting more.

None is best everywhere: prediction pays where play settles, and costs where it keeps circling. So
``auto`` runs one of each kind side by side, to the same numbers of iterations, and takes whichever
gets there first: with two cores that costs nothing.

Where all moves are public (`standoff.game.public`) the walk is over the public tree with a vector
over types; otherwise over the sequence form.
"""

from __future__ import annotations

import time as clock
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload
from standoff.game.public import PublicGame, public_game
from standoff.progress import Progress
from standoff.solve.constant_sum import constant_total
from standoff.solve.regret_dynamics import METHODS as METHODS
from standoff.solve.regret_scalar import SequenceWalk
from standoff.solve.regret_vector import VectorWalk
from standoff.solve.sequence_form import SequenceForm, sequence_form
from standoff.solve.sequence_lp import NotZeroSum
from standoff.solve.solution import Equilibria

Float = NDArray[np.float64]
Int32 = NDArray[np.int32]
Walk = VectorWalk | SequenceWalk


RACE = ("dcfr+", "pdcfr+")
"""What ``auto`` runs side by side: on Leduc poker, liar's dice and goofspiel one of the two was
ahead of all others at each of 1e-3, 1e-4 and 1e-6, or close (bench/regret.py)."""
FIRST = 16
"""Iterations before the first look at the gap; looks are then an eighth further apart each time."""
SLICE = 0.5
"""Seconds of iterations, about, between two questions whether to stop."""
SHORT = 200_000
"""Iterations times histories below which a stretch is over before another thread has begun."""
BUDGET = 10_000_000
"""Iterations where no number and no time is given."""
DENSE = 0.3
"""Share of the vectors' lanes that must hold a type for the public tree to be the quicker walk."""


class RegretMinimizer:
    """Regret minimization on one game, to be driven from outside."""

    def __init__(
        self,
        game: Game,
        payload: Payload,
        *,
        method: str = "dcfr+",
        outcome: Int32 | None = None,
        public: PublicGame | None = None,
        form: SequenceForm | None = None,
    ) -> None:
        """`outcome` as in `LoadedGame`; `public` or `form` where they are known already."""
        self.dynamics = METHODS[method]
        self.method = method
        self._game = game
        self._walk, self.public, self.form = _walk(game, payload, outcome, public, form)

    @property
    def size(self) -> int:
        """Histories of the game."""
        return self._game.histories

    @property
    def iterations(self) -> int:
        """Iterations so far."""
        return self._walk.iterations

    def run(self, count: int) -> None:
        """`count` more iterations, each an update of both players."""
        self._walk.run(count, self.dynamics.kind, self.dynamics.exponents)

    def gap(self) -> float:
        """NashConv of the average strategies, by the walk's own reckoning."""
        return self._walk.gap()

    def strategy(self) -> Float:
        """[A] the average strategies."""
        if isinstance(self._walk, SequenceWalk):
            return self._walk.strategy_of(self._walk.average(), self._game.n_rows)
        assert self.public is not None
        return self.public.strategy_to(self._walk.strategy(), self._game.n_rows)


def regret(
    game: Game,
    payload: Payload,
    *,
    tolerance: float = 1e-6,
    method: str = "auto",
    iterations: int | None = None,
    time: float | None = None,
    outcome: Int32 | None = None,
    progress: Progress | None = None,
) -> Equilibria:
    """An approximate equilibrium of a two-player zero-sum (or constant-sum) game.

    Runs until NashConv is at most `tolerance` (payoff units), or `iterations` or `time` (seconds)
    is spent, or `progress` asks to stop: the best averages so far are given then. `method` is a key
    of `METHODS` or ``auto``. Raises `NotZeroSum` and `ImperfectRecall`.
    """
    if len(game.players) != 2 or constant_total(game, payload) is None:
        raise NotZeroSum("regret minimization finds equilibria of two-player zero-sum games only")
    deadline = np.inf if time is None else clock.monotonic() + time
    names = RACE if method == "auto" else (method,)
    public, form = _layout(game, payload, outcome)
    racers = [
        RegretMinimizer(game, payload, method=name, public=public, form=form) for name in names
    ]
    if not len(game.cell_player):
        return Equilibria((np.empty(0),), 0)
    budget = BUDGET if iterations is None else iterations
    best, gap = _race(racers, tolerance, budget, deadline, progress)
    advice = "" if gap <= tolerance else f"NashConv is {gap:.3g} after {best.iterations} iterations"
    return Equilibria((best.strategy(),), best.iterations, advice=advice)


def _race(
    racers: list[RegretMinimizer],
    tolerance: float,
    budget: int,
    deadline: float,
    progress: Progress | None,
) -> tuple[RegretMinimizer, float]:
    """Run all to the same numbers of iterations until one is there; the best of them, its gap."""
    stop = False
    rate = 0.0  # iterations a second, as far as is known

    def stretch(racer: RegretMinimizer, goal: int) -> float:
        while racer.iterations < goal and not (stop and racer.iterations):
            slice_ = FIRST if rate == 0.0 else max(FIRST, int(rate * SLICE))
            racer.run(min(slice_, goal - racer.iterations))
        return racer.gap()

    size = racers[0].size
    with ThreadPoolExecutor(len(racers), thread_name_prefix="standoff") as pool:
        goal, last = 0, clock.monotonic()
        first_gap = 0.0
        while True:
            step = min(max(FIRST, goal // 8), budget - goal)
            goal += step
            # A few iterations of a small game are done before another thread has begun.
            alone = step * size < SHORT
            pending = [] if alone else [pool.submit(stretch, racer, goal) for racer in racers[1:]]
            watch = racers[0]
            # This thread runs the first and keeps an eye on the clock and the user.
            while watch.iterations < goal and not stop:
                slice_ = FIRST if rate == 0.0 else max(FIRST, int(rate * SLICE))
                watch.run(min(slice_, goal - watch.iterations))
                stop = clock.monotonic() >= deadline or (
                    progress is not None and progress.cancelled
                )
            gaps = [watch.gap(), *(future.result() for future in pending)]
            if alone:
                gaps += [stretch(racer, goal) for racer in racers[1:]]
            now = clock.monotonic()
            rate = step / max(now - last, 1e-9)
            last = now
            k = int(np.argmin(gaps))
            first_gap = first_gap or max(gaps[k], tolerance)
            if progress is not None and tolerance > 0:
                way = np.log(first_gap / max(gaps[k], tolerance))
                progress.step(round(100 * way), round(100 * np.log(first_gap / tolerance)) or 1)
            if stop or gaps[k] <= tolerance or goal >= budget:
                return racers[k], gaps[k]


def _layout(
    game: Game, payload: Payload, outcome: Int32 | None
) -> tuple[PublicGame | None, SequenceForm | None]:
    """The public tree where it is the quicker walk, else the sequence form."""
    public = public_game(game, payload, outcome)
    if public is not None:
        filled = np.prod([t / (-(-t // 8) * 8) for t in public.game.n_types.tolist()])
        if filled >= DENSE**2 or public.game.n_profiles >= 9:
            return public, None
    return None, sequence_form(game, payload)


def _walk(
    game: Game,
    payload: Payload,
    outcome: Int32 | None,
    public: PublicGame | None,
    form: SequenceForm | None,
) -> tuple[Walk, PublicGame | None, SequenceForm | None]:
    if public is None and form is None:
        public, form = _layout(game, payload, outcome)
    if public is not None:
        return VectorWalk(public, public.earned[:, 0]), public, None
    assert form is not None
    # What one wins the other loses, whatever chance adds to both.
    payoff = np.stack([form.payoff[:, 0], -form.payoff[:, 0]], axis=1)
    return SequenceWalk(form, payoff), None, form


make_callable(__name__)
