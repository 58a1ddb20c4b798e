"""Crisis signaling with private shocks: all equilibria of many games at once.

The game of Lewis & Schultz (2003, key `lewis2003`), in the form that Crisman-Cox & Gibilisco (2021,
key `crismancox2021`) estimate after Jo (2011, key `jo2011`). State A challenges or leaves things as
they are (S_A to A). Challenged, B concedes (V_A to A, C_B to B) or resists. Resisted, A stands
firm, which is war (W_A, W_B), or backs down (a to A, V_B to B). Before anything is played A learns
its own W_A and a, and B its own W_B, each with a standard normal shock that the other does not see:
a unit of payoff is a standard deviation of a shock.

An equilibrium is a triple: the odds p_R that B resists a challenge, p_C that A challenges, and p_F
that A, having challenged and been resisted, stands firm. It is a fixed point in p_R alone.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standoff.callable_module import make_callable

Float = NDArray[np.float64]
Int = NDArray[np.intp]

ALL = 0
"""Every equilibrium is listed (but for rounding: see `CrisisEquilibria`)."""
TANGENT = 1
"""Every equilibrium is listed, but two that nearly coincide cannot be told from one or none."""
UNFINISHED = 2
"""The budget was spent: there may be more."""

FALLING = 0
"""B's response falls in what is expected of it: there is one equilibrium."""
RISING = 1
"""B's response rises in what is expected of it: found by bounds on intervals."""

OUTCOMES = ("status quo", "concession", "backing down", "war")
BUDGET = 200_000
"""Intervals that may be looked at for one game."""
CHUNK = 256
"""Games that one thread takes at a time."""


@dataclass(frozen=True, eq=False)
class CrisisSignaling:
    """D games; the letters are those of the literature. Make it with `of`."""

    S_A: Float  # [D] A, status quo
    V_A: Float  # [D] A, where B concedes
    C_B: Float  # [D] B, where it concedes
    W_A: Float  # [D] A, war, on average
    W_B: Float  # [D] B, war, on average
    a: Float  # [D] A, backing down, on average
    V_B: Float  # [D] B, where A backs down

    @classmethod
    def of(
        cls,
        *,
        S_A: ArrayLike,
        V_A: ArrayLike,
        C_B: ArrayLike,
        W_A: ArrayLike,
        W_B: ArrayLike,
        a: ArrayLike,
        V_B: ArrayLike,
    ) -> CrisisSignaling:
        """From numbers and arrays, which are broadcast to one length."""
        given = {
            "S_A": S_A, "V_A": V_A, "C_B": C_B, "W_A": W_A, "W_B": W_B, "a": a, "V_B": V_B,
        }  # fmt: skip
        arrays = {name: np.asarray(value, dtype=np.float64) for name, value in given.items()}
        for name, value in arrays.items():
            if value.ndim > 1:
                raise ValueError(f"{name} has {value.ndim} dimensions; games stand in one row")
            if not np.isfinite(value).all():
                raise ValueError(f"{name} must be finite")
        shape = np.broadcast_shapes((1,), *(value.shape for value in arrays.values()))
        return cls(**{name: np.broadcast_to(x, shape).copy() for name, x in arrays.items()})

    @property
    def n_games(self) -> int:
        """D."""
        return len(self.S_A)

    def table(self) -> Float:
        """[D, 7] in the order of the fields."""
        return np.stack([getattr(self, field.name) for field in fields(self)], axis=1)


@dataclass(frozen=True, eq=False)
class CrisisEquilibria:
    """All equilibria of D games, by rising p_R; row d has `count[d]` of them, then NaN.

    Where `shape` is `FALLING` there is one because B's response falls in p_R. Where it is `RISING`,
    each interval of p_R was shown to hold none, or one because the response less p_R is monotone
    there. The bounds are in double precision with room for the rounding of the functions, not in
    directed rounding. Where `status` is `TANGENT`, an interval of relative width 1e-7 holds a pair
    of equilibria, or one, or comes within rounding of holding any: it is listed as one.
    """

    game: CrisisSignaling
    p_R: Float  # noqa: N815  [D, K] B resists
    p_C: Float  # noqa: N815  [D, K] A challenges
    p_F: Float  # noqa: N815  [D, K] A stands firm, given that it challenged
    log_outcome: Float  # [D, K, 4] logs of the odds of `OUTCOMES`
    residual: Float  # [D, K] how far p_R is from B's response to it
    tangent: NDArray[np.bool_]  # [D, K]
    count: NDArray[np.int64]  # [D]
    status: NDArray[np.int8]  # [D] ALL, TANGENT or UNFINISHED
    shape: NDArray[np.int8]  # [D] FALLING or RISING
    steps: NDArray[np.int64]  # [D] intervals looked at

    @property
    def outcome(self) -> Float:
        """[D, K, 4] odds of `OUTCOMES`."""
        odds: Float = np.exp(self.log_outcome)
        return odds


def private_shocks(
    game: CrisisSignaling, *, budget: int = BUDGET, threads: int | None = None
) -> CrisisEquilibria:
    """Every equilibrium of each game, or word that the `budget` of intervals did not suffice."""
    from scipy.special import log_ndtr

    from standoff.kernels import crisis_signaling as kernels

    table = game.table()
    D = game.n_games
    resists = np.full((D, kernels.MOST), np.nan)
    tangent = np.zeros((D, kernels.MOST), dtype=np.bool_)
    count, steps = np.zeros(D, dtype=np.int64), np.zeros(D, dtype=np.int64)
    status, shape = np.zeros(D, dtype=np.int8), np.zeros(D, dtype=np.int8)

    def work(start: int) -> None:
        part = slice(start, start + CHUNK)
        kernels.every(
            table[part], budget, resists[part], tangent[part], count[part], status[part],
            shape[part], steps[part],
        )  # fmt: skip

    starts = range(0, D, CHUNK)
    workers = min(threads or os.cpu_count() or 1, len(starts))
    if workers <= 1:
        for start in starts:
            work(start)
    else:
        with ThreadPoolExecutor(workers, thread_name_prefix="standoff") as pool:
            list(pool.map(work, starts))

    K = int(count.max(initial=1))
    held = np.arange(K) < count[:, None]
    resists = np.where(held, resists[:, :K], np.nan)
    index = np.nonzero(held)[0]
    p = resists[held]
    odds, log_challenge, z, residual = (np.empty(len(p)) for _ in range(4))
    kernels.describe(table, index, p, odds, log_challenge, z, residual)

    S_A, V_A, _, W_A, _, a, _ = table[index].T
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        c = np.where(S_A == V_A, V_A, V_A + (S_A - V_A) / p)
        stays = log_ndtr(c - W_A) + log_ndtr(c - a)
        log_odds = np.log(odds)
        log_firm, log_back = -np.logaddexp(0.0, log_odds), -np.logaddexp(0.0, -log_odds)
        log_resist = log_ndtr(z)
        played = np.stack(
            [
                stays,
                log_challenge + log_ndtr(-z),
                log_challenge + log_resist + log_back,
                log_challenge + log_resist + log_firm,
            ],
            axis=1,
        )

    def spread(values: Float) -> Float:
        out = np.full((D, K, *values.shape[1:]), np.nan)
        out[held] = values
        return out

    return CrisisEquilibria(
        game, resists, spread(np.exp(log_challenge)), spread(np.exp(log_firm)), spread(played),
        spread(residual), tangent[:, :K] & held, count, status, shape, steps,
    )  # fmt: skip


def log_likelihood(
    found: CrisisEquilibria, outcomes: ArrayLike, chosen: str | ArrayLike = "likeliest"
) -> Float:
    """[D] log probability of counts of `OUTCOMES` ``[D, 4]`` in each game.

    `chosen` is the equilibrium that was played: its place ``[D]`` (from 0, by rising p_R), or
    ``"lowest"``, ``"highest"`` (p_R), or ``"likeliest"``: for each game that under which the counts
    are likeliest. The multinomial coefficient, which no parameter changes, is left out.
    """
    counts = np.asarray(outcomes, dtype=np.float64)
    D = found.game.n_games
    if counts.shape != (D, len(OUTCOMES)):
        raise ValueError(f"counts of outcomes have shape {counts.shape}; {(D, 4)} was expected")
    if not (counts >= 0).all():
        raise ValueError("counts of outcomes are not negative")
    # What never happened says nothing, however unlikely it was.
    with np.errstate(invalid="ignore"):
        terms = np.where(counts[:, None] > 0, counts[:, None] * found.log_outcome, 0.0)
    total: Float = np.where(np.isnan(found.p_R), -np.inf, terms.sum(axis=2))
    if isinstance(chosen, str):
        if chosen == "likeliest":
            best: Float = total.max(axis=1)
            return best
        if chosen not in {"lowest", "highest"}:
            raise ValueError(f'"{chosen}" is none of "likeliest", "lowest", "highest"')
        place = np.zeros(D, dtype=np.intp) if chosen == "lowest" else found.count - 1
    else:
        place = np.broadcast_to(np.asarray(chosen, dtype=np.intp), (D,))
    if ((place < 0) | (place >= found.count)).any():
        guilty = int(np.argmax((place < 0) | (place >= found.count)))
        raise ValueError(
            f"game {guilty} has {found.count[guilty]} equilibria, counted from 0; there is no "
            f"{place[guilty]}"
        )
    return np.take_along_axis(total, place[:, None], axis=1)[:, 0]


def bivariate_normal_cdf(x: ArrayLike, y: ArrayLike, correlation: ArrayLike) -> Float:
    """P(X <= x, Y <= y) for standard normals, broadcast; to about 1e-15."""
    from standoff.kernels.bivariate_normal import fill

    values = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (x, y, correlation)))
    if not (np.abs(values[2]) <= 1).all():
        raise ValueError("a correlation lies between -1 and 1")
    out = np.empty(values[0].shape)
    flat = [np.ascontiguousarray(v).reshape(-1) for v in values]
    fill(*flat, out.reshape(-1))
    return out


make_callable(__name__)
