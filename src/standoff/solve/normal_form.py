"""Equilibria by way of the reduced normal form, for tables and for small trees.

Lemke and Howson's paths, support enumeration and McLennan and Tourky's fixed point are QuantEcon's
(Batista et al. 2024). Extreme equilibria are enumerated here, since trees make degenerate tables.
Everything that is found is checked against best replies before it is handed on.
"""

from __future__ import annotations

import itertools
import math
import time as clock
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload
from standoff.progress import Progress, check
from standoff.solve.extreme_equilibria import LIMIT, extreme_equilibria
from standoff.solve.sequence_form import SequenceForm, behavior, sequence_form
from standoff.solve.solution import Equilibria
from standoff.solve.strategic_form import CELLS, StrategicForm
from standoff.solve.support_newton import solve_on, supports_in_turn

Float = NDArray[np.float64]
Mixtures = Sequence[Float]

GOOD = 1e-9
"""Gains from deviating, as a share of the largest payoff, up to which an answer is taken."""
SUPPORTS = 4_000
"""Choices of supports that are tried with three and more players."""
MOST = 256
"""Equilibria that are listed."""


@dataclass(eq=False)
class _Search:
    """What is being looked for, and what was found."""

    game: StrategicForm
    every: bool
    deadline: float
    rng: np.random.Generator
    progress: Progress | None
    scale: float
    found: list[list[Float]]
    tried: int = 0
    complete: bool = False
    advice: str = ""

    def take(self, mixtures: Mixtures) -> bool:
        """Keep an equilibrium that is new. Whether the search is over."""
        check(self.progress)
        self.tried += 1
        mixed = [np.asarray(m, dtype=np.float64) for m in mixtures]
        if self.game.gain(mixed) <= GOOD * self.scale:
            plans = self.game.mixed_plans(mixed)
            if all(_far(plans, other) for other in self.found):
                self.found.append(plans)
        return self.over

    @property
    def over(self) -> bool:
        """Whether nothing more is to be tried."""
        enough = len(self.found) >= (MOST if self.every else 1)
        return enough or clock.monotonic() > self.deadline

    def take_all(self, candidates: Iterable[Mixtures]) -> None:
        """Keep what is new until the search is over."""
        for mixtures in candidates:
            if self.take(mixtures):
                break


def normal_form(
    game: Game,
    payload: Payload,
    *,
    variant: int = 0,
    form: SequenceForm | None = None,
    method: str = "auto",
    every: bool = False,
    limit: int = CELLS,
    seed: int = 0,
    time: float | None = None,
    progress: Progress | None = None,
) -> Equilibria:
    """One equilibrium, or with `every` as many as the method finds, as behavior strategies.

    `method` is one of `METHODS`, or ``auto``: with two players extreme equilibria where all are
    wanted and the table is small, else Lemke and Howson's paths; with more, pure equilibria, then
    supports in turn where they are few, and McLennan and Tourky's fixed point made exact by
    Newton's method.
    `complete` is set where no other equilibrium exists; of a game with infinitely many the extreme
    ones are all listed, and the advice says so. Raises `TooLarge` past `limit` combinations of pure
    strategies, `ImperfectRecall`, and `ValueError` for a method that is not for this game.
    """
    form = form or sequence_form(game, payload, variant)
    strategic = StrategicForm.of(form, limit)
    two = len(game.players) == 2
    if method not in ("auto", *METHODS):
        raise ValueError(f"there is no method {method!r}: known are auto, {', '.join(METHODS)}")
    if method in _FOR_TWO and not two:
        raise ValueError(f"{method} is for two players; this game has {len(game.players)}")
    search = _Search(
        strategic, every, np.inf if time is None else clock.monotonic() + time,
        np.random.default_rng(seed), progress,
        max(float(np.abs(t).max()) for t in strategic.payoff) or 1.0, [],
    )  # fmt: skip
    for name in (method,) if method != "auto" else _order(strategic, two, every):
        METHODS[name](search)
        if search.over or search.complete:
            break
    if not search.found:
        late = clock.monotonic() > search.deadline
        advice = "the time ran out" if late else "none of those that were tried is an equilibrium"
        if method == "pure" and not late:
            advice = "there is none in pure strategies"
        uniform = behavior(form, [np.zeros(p.n_sequences) for p in form.plexes], game)
        return Equilibria((uniform,), search.tried, advice=f"No equilibrium was found: {advice}.")
    return Equilibria(
        tuple(behavior(form, plans, game) for plans in search.found), search.tried,
        complete=search.complete, advice=search.advice,
    )  # fmt: skip


def _order(game: StrategicForm, two: bool, every: bool) -> tuple[str, ...]:
    if two and every:
        return ("extreme",) if sum(game.sizes) <= LIMIT else ("pure", "lemke-howson")
    if two:
        return ("lemke-howson", "pure", "support")
    few = sum(game.sizes) <= math.log2(SUPPORTS / 10)
    return (
        ("pure", "supports")
        if every
        else (
            ("pure", "supports", "mclennan-tourky")
            if few
            else ("pure", "mclennan-tourky", "supports")
        )
    )


def _far(one: Sequence[Float], other: Sequence[Float]) -> bool:
    return any(float(np.abs(a - b).max()) > 1e-7 for a, b in zip(one, other, strict=True))


def _pure(search: _Search) -> None:
    """Combinations of pure strategies at which nobody would rather play another."""
    game = search.game
    best = np.ones(game.sizes, dtype=bool)
    for p, payoff in enumerate(game.payoff):
        best &= payoff >= payoff.max(axis=p, keepdims=True) - 1e-12 * search.scale
    eyes = [np.eye(m) for m in game.sizes]
    search.take_all([eyes[p][i] for p, i in enumerate(at)] for at in np.argwhere(best).tolist())


def _extreme(search: _Search) -> None:
    """All extreme equilibria of two players."""
    row, column = search.game.payoff
    found = extreme_equilibria(row, column)
    search.take_all(found.mixtures)
    count, groups = len(search.found), len(np.unique(found.component))
    if not search.every or search.over:
        return
    search.complete = found.finite
    if not found.finite:
        search.advice = (
            f"There are infinitely many equilibria. The {count} listed are the extreme ones, of "
            f"{groups} component{'s' if groups > 1 else ''} of the reduced normal form: all others "
            "lie between extreme ones of one component."
        )


def _quantecon(game: StrategicForm) -> Any:
    """The table as QuantEcon's game."""
    from quantecon.game_theory import NormalFormGame, Player

    P = len(game.payoff)
    players = []
    for p, payoff in enumerate(game.payoff):
        turned = np.transpose(payoff, [(p + k) % P for k in range(P)])
        scale = float(np.abs(payoff).max()) or 1.0
        players.append(Player(np.ascontiguousarray(turned) / scale))
    return NormalFormGame(players)


def _lemke_howson(search: _Search) -> None:
    """Lemke and Howson's path from every label."""
    from quantecon.game_theory import lemke_howson

    table = _quantecon(search.game)
    search.take_all(
        _sharp(search.game, lemke_howson(table, init_pivot=k, max_iter=100_000))
        for k in range(sum(search.game.sizes))
    )


def _support(search: _Search) -> None:
    """Supports of equal size in turn, with two players."""
    from quantecon.game_theory.support_enumeration import support_enumeration_gen

    search.take_all(support_enumeration_gen(_quantecon(search.game)))


def _mclennan_tourky(search: _Search) -> None:
    """Approximate fixed points from several starts, made exact."""
    from quantecon.game_theory import mclennan_tourky

    table, game = _quantecon(search.game), search.game
    for epsilon in (1e-2, 1e-4, 1e-6):
        starts: list[Any] = [tuple(np.full(m, 1.0 / m) for m in game.sizes)]
        starts += [tuple(int(search.rng.integers(m)) for m in game.sizes) for _ in range(2)]
        for start in starts:
            rough = mclennan_tourky(table, init=start, epsilon=epsilon, max_iter=300)
            if search.take(_sharp(game, rough)):
                return


def _supports(search: _Search) -> None:
    """Any supports in turn, with any number of players."""
    game = search.game
    for supports in itertools.islice(supports_in_turn(game), SUPPORTS):
        if supports is None:
            continue
        guesses: list[list[Float]] = [[np.ones(m) for m in game.sizes]]
        if len(game.sizes) > 2 and sum(len(s) > 1 for s in supports) > 2:
            guesses += [[search.rng.gamma(1.0, size=m) for m in game.sizes] for _ in range(2)]
        for guess in guesses:
            mixtures = solve_on(game, supports, guess)
            if mixtures is not None and search.take(mixtures):
                return
        if search.over:
            return


def _sharp(game: StrategicForm, rough: Mixtures) -> Mixtures:
    """Mixed strategies made exact on what they play; as they are where that does not lead on."""
    best, least = rough, game.gain(rough)
    for share in (1e-9, 1e-3, 1e-2, 5e-2):
        supports = [np.flatnonzero(m > share * m.max()) for m in rough]
        better = solve_on(game, supports, rough)
        if better is not None and (gain := game.gain(better)) < least:
            best, least = better, gain
    return best


METHODS: dict[str, Callable[[_Search], None]] = {
    "pure": _pure,
    "extreme": _extreme,
    "lemke-howson": _lemke_howson,
    "support": _support,
    "mclennan-tourky": _mclennan_tourky,
    "supports": _supports,
}
"""How equilibria are looked for."""
_FOR_TWO = {"extreme", "lemke-howson", "support"}

make_callable(__name__)
