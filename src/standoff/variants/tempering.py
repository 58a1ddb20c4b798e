"""Draws from the posterior of the unit cube, where too few draws from the prior explain the record.

Sequential Monte Carlo with tempering [@delmoral2006]: the likelihood L is let in little by little.
Particles start as the draws of the prior; at each temperature t (0 is the prior, 1 the posterior)
they are weighted, resampled [@kitagawa1996] and moved by steps that leave prior x L^t as it is.
Each temperature is the highest at which the weights still keep half of the particles effective.

The moves work on normal scores, in which the cube's even prior is standard normal, and are steps of
Crank-Nicolson about the normal distribution that fits the particles [@cotter2013; @rudolf2018]:

    z' = m + sqrt(1 - b^2) (z - m) + b S^(1/2) noise,

which would be taken always if the target were N(m, S). Unlike a random walk they lose nothing to
the coordinates that the record says nothing about, which are most of them: there the fit is the
prior itself. Where the target is no bell, b shrinks until enough steps are taken.

This is a pure algorithm: what a point's likelihood is, the caller says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from standoff.progress import Progress, check
from standoff.variants.points import TINY

Float = NDArray[np.float64]

EFFECTIVE = 0.5
"""Share of the particles that each step of the temperature must leave effective."""
MOVED = 0.8
"""Share of the particles that must have left their place before the temperature rises."""
ALIKE = 0.4
"""Correlation with where they started that they may have left then, in the mean over coordinates
of which the record says something."""
MOVES = 12
"""Moves at most at one temperature, but for the last."""
TAKEN = 0.35
"""Share of the steps that should be taken: what b is adapted to."""
DOUBT = 2.5
"""Standard errors that a mean, a spread or a correlation must differ by to count."""
WIDER = 1.2
"""Factor on fitted variances: steps should lead into the tails of the target, not only out."""
PURPOSE = 7741
"""Sets the random numbers apart from those of the draws."""


class Keeper(Protocol):
    """Where the sweeps done so far are kept (`standoff.variants.store`)."""

    def get(self, name: str) -> Mapping[str, NDArray[Any]] | None:
        """The columns put under a name; None where there are none."""

    def put(self, name: str, columns: dict[str, NDArray[Any]]) -> None:
        """Keep columns under a name."""


@dataclass(frozen=True)
class Step:
    """One rise of the temperature and the moves at it."""

    temperature: float
    effective: float
    """Kish's effective number of the weights that led to it."""
    acceptance: tuple[float, ...]
    """Share of the steps taken, by move."""


@dataclass(frozen=True, eq=False)
class Tempered:
    """Particles drawn from prior x likelihood^temperature, and how they came about."""

    points: Float  # [n, D] in the unit cube
    log_likelihood: Float  # [n]
    temperature: float  # 1 where the posterior was reached
    log_evidence: float  # log of the prior's mean of likelihood^temperature
    steps: tuple[Step, ...]
    solved: int  # likelihoods worked out, the given ones not counted
    effective: float  # of the particles for the posterior; those that never parted count once
    met: bool  # the posterior was reached, and the target of effective particles

    @property
    def importance(self) -> Float:
        """[n] factors on masses that hold the likelihood: these sum to the record's probability
        under the prior, and particles of temperature 1 weigh alike.
        """
        # What cannot be has no mass, whatever stands here.
        finite = np.isfinite(self.log_likelihood)
        return np.where(
            finite,
            np.exp(self.log_evidence - self.temperature * np.where(finite, self.log_likelihood, 0)),
            0.0,
        )


@dataclass(frozen=True, eq=False)
class _State:
    """Where the particles stand after a sweep."""

    z: Float  # [n, D] normal scores
    start: Float  # [n, D] where they stood when the temperature rose
    log_likelihood: Float  # [n]
    temperature: float = 0.0
    log_evidence: float = 0.0
    effective: float = 0.0  # of the weights of the last rise
    acceptance: float = 0.0  # of this sweep
    scale: float = 2.0  # of b
    move: int = 0  # at this temperature
    solved: int = 0


def temper(
    log_likelihood: Callable[[Float], Float],
    points: Float,
    found: Float,
    *,
    target: float = 0.1,
    budget: int,
    seed: int = 0,
    keeper: Keeper | None = None,
    progress: Progress | None = None,
) -> Tempered:
    """Draw particles from the posterior over the unit cube.

    `points` [n, D] are draws from the prior (even over the cube), `found` [n] their log
    likelihoods; -inf is a point that can't be (or that could not be solved). `log_likelihood`
    gives those of other points [m, D], each without regard to the others; at most `budget` are
    asked for. The particles are good enough when `target` of them are effective. With a `keeper`,
    every sweep over the particles is kept under ``tempering/NN`` and taken from there when it is
    there. Same arguments, same bytes. Raises ValueError where no point is possible.
    """
    given = np.asarray(found, dtype=np.float64)
    if np.isnan(given).any() or not np.isfinite(given).any() or np.isposinf(given).any():
        raise ValueError("log likelihoods must be numbers or -inf, and one of them finite")
    z = np.asarray(special.ndtri(np.clip(points, TINY, 1.0 - TINY)))
    state = _State(z, z, given)
    history: list[_State] = []
    number = 0
    while not _settled(state, target):
        if state.solved + len(z) > budget:
            break
        check(progress)
        name = f"tempering/{number:02d}"
        kept = None if keeper is None else keeper.get(name)
        if kept is not None:
            state = _restored(kept, state)
        else:
            rng = np.random.default_rng([seed, PURPOSE, number])
            if state.move == 0 or _rises(state):
                state = _risen(state, rng)
            state = _moved(state, log_likelihood, rng)
            if keeper is not None:
                keeper.put(name, _columns(state))
        history.append(state)
        number += 1
        if progress is not None:
            progress.step(state.solved, budget)
    worth = _worth(state)
    return Tempered(
        points=_points(state.z),
        log_likelihood=state.log_likelihood,
        temperature=state.temperature,
        log_evidence=state.log_evidence,
        steps=_steps(history),
        solved=state.solved,
        effective=worth,
        met=state.temperature == 1.0 and worth >= target * len(z),
    )


def systematic(weights: Float, offset: float) -> NDArray[np.intp]:
    """[n] indices of particles drawn in proportion to their weights [n], by a comb of n teeth that
    begins at `offset` of a tooth in [0, 1): each is drawn n w times, rounded up or down.
    """
    n = len(weights)
    total = np.cumsum(weights)
    # A tooth at the very end must not fall behind the last particle that has weight.
    last = int(np.flatnonzero(weights)[-1])
    comb = (np.arange(n) + offset) * (total[-1] / n)
    return np.asarray(np.minimum(np.searchsorted(total, comb, side="right"), last))


def next_temperature(log_likelihood: Float, now: float) -> float:
    """The highest temperature up to 1 that keeps `EFFECTIVE` of the particles effective; the same
    as now where so many are not even possible: then only these are left out first.
    """
    enough = EFFECTIVE * len(log_likelihood)
    if np.isfinite(log_likelihood).sum() <= enough:
        return now
    low, high = 0.0, 1.0 - now
    if _kish(_heated(log_likelihood, high)) >= enough:
        return 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _kish(_heated(log_likelihood, middle)) >= enough:
            low = middle
        else:
            high = middle
    return now + low


def _heated(log_likelihood: Float, rise: float) -> Float:
    """[n] logs of likelihood^rise, the largest 0; -inf stays, even to the power of nothing."""
    finite = np.isfinite(log_likelihood)
    top = log_likelihood.max()
    return np.where(finite, rise * (np.where(finite, log_likelihood, top) - top), -np.inf)


def _kish(log_weights: Float) -> float:
    w = np.exp(log_weights)
    return float(w.sum() ** 2 / (w * w).sum())


def _worth(state: _State) -> float:
    """Effective number of the particles for the posterior: copies of one point are one."""
    w = np.exp(_heated(state.log_likelihood, 1.0 - state.temperature))
    _, which = np.unique(state.z, axis=0, return_inverse=True)
    together = np.bincount(which.ravel(), weights=w)
    return float(together.sum() ** 2 / (together**2).sum())


def _settled(state: _State, target: float) -> bool:
    """Whether nothing is left to do."""
    done = state.temperature == 1.0 and state.move > 0 and _rises(state)
    return done and _worth(state) >= target * len(state.z)


def _rises(state: _State) -> bool:
    """Whether the particles have moved enough, or often enough."""
    if state.move >= MOVES:
        return True
    left = (state.z != state.start).any(axis=1).mean()
    if left < MOVED:
        return False
    what = _informed(state.start)
    if not what.any():
        what[:] = True
    return _alike(state.start[:, what], state.z[:, what]) <= ALIKE


def _alike(a: Float, b: Float) -> float:
    """Correlation of two sets of particles, one by one: the mean over coordinates."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    spread = np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        each = (a * b).sum(axis=0) / spread
    return float(np.where(spread > 0, each, 1.0).mean()) if a.shape[1] else 0.0


def _risen(state: _State, rng: np.random.Generator) -> _State:
    """The next temperature: particles weighted and resampled, not moved yet."""
    if state.temperature == 1.0:  # more moves are wanted at the last one
        return replace(state, start=state.z, move=0)
    ll = state.log_likelihood
    temperature = next_temperature(ll, state.temperature)
    rise = temperature - state.temperature
    w = np.exp(_heated(ll, rise))
    top = rise * float(ll.max())
    chosen = systematic(w, rng.random())
    return replace(
        state,
        z=state.z[chosen],
        start=state.z[chosen],
        log_likelihood=ll[chosen],
        temperature=temperature,
        log_evidence=state.log_evidence + top + float(np.log(w.mean())),
        effective=float(w.sum() ** 2 / (w * w).sum()),
        move=0,
    )


def _moved(
    state: _State, log_likelihood: Callable[[Float], Float], rng: np.random.Generator
) -> _State:
    """One step of each particle, taken or not [@rudolf2018]."""
    middle, factor = _fitted(state.start)
    n, dimensions = state.z.shape
    # Steps of several lengths: some are right before b is.
    b = np.minimum(state.scale * 4.0 ** -rng.random(n), 1.0)[:, None]
    noise = _times(factor, rng.standard_normal((n, dimensions)))
    proposed = middle + np.sqrt(1.0 - b * b) * (state.z - middle) + b * noise
    level = np.log(rng.random(n))
    new = np.asarray(log_likelihood(_points(proposed)), dtype=np.float64)
    if new.shape != (n,) or np.isnan(new).any():
        raise ValueError("log likelihoods must be a number (or -inf) for each point")

    def apart(z: Float) -> Float:
        """Log of the prior over the fitted normal density."""
        u = _solved(factor, z - middle)
        return np.asarray(((u * u).sum(axis=1) - (z * z).sum(axis=1)) / 2)

    possible = np.isfinite(new)
    gained = np.where(possible, new, state.log_likelihood) - state.log_likelihood
    rise = np.where(possible, state.temperature * gained, -np.inf)
    taken = level < rise + apart(proposed) - apart(state.z)
    share = float(taken.mean())
    return replace(
        state,
        z=np.where(taken[:, None], proposed, state.z),
        log_likelihood=np.where(taken, new, state.log_likelihood),
        acceptance=share,
        scale=float(np.clip(state.scale * np.exp(2.0 * (share - TAKEN)), 0.02, 4.0)),
        move=state.move + 1,
        solved=state.solved + n,
    )


def _informed(z: Float) -> NDArray[np.bool_]:
    """[D] coordinates in which the particles differ from the prior by more than chance explains."""
    error = DOUBT / np.sqrt(len(np.unique(z, axis=0)))
    plain = (abs(z.mean(axis=0)) < error) & (abs(z.var(axis=0) - 1.0) < np.sqrt(2.0) * error)
    return np.asarray(~plain)


def _fitted(z: Float) -> tuple[Float, Float]:
    """Mean [D] and lower Cholesky factor [D, D] of a normal distribution like the particles'.

    Whatever chance would explain counts as nothing: with some hundred particles in forty
    coordinates, the errors of means, spreads and correlations that are really the prior's would
    add up until hardly a step is taken.
    """
    n, dimensions = z.shape
    several = len(np.unique(z, axis=0))
    informed = _informed(z)
    middle = np.where(informed, z.mean(axis=0), 0.0)
    apart = z - z.mean(axis=0)
    # Not a matrix product: how that rounds depends on the number of threads.
    spread = np.einsum("ni,nj->ij", apart, apart) / n
    # A few copies of one point have next to no spread; the prior's is mixed in.
    prior = 1.0 / (1.0 + several) ** 2
    variance = (1.0 - prior) * np.diag(spread) + prior
    together = (1.0 - prior) * spread / np.sqrt(variance[:, None] * variance)
    # Of so many pairs, chance alone makes some differ by this much.
    luck = max(DOUBT, np.sqrt(2.0 * np.log(max(dimensions * (dimensions - 1) / 2, 1.0))))
    together[abs(together) < luck / np.sqrt(several)] = 0.0
    np.fill_diagonal(together, 1.0)
    width = np.sqrt(np.where(informed, WIDER * variance, 1.0))
    for weaker in (1.0, 0.98, 0.95, 0.9, 0.8, 0.6, 0.3, 0.0):
        # With some entries put to nothing the rest may not be correlations any more.
        matrix = weaker * together + (1.0 - weaker) * np.eye(dimensions)
        if np.linalg.eigvalsh(matrix).min(initial=1.0) > 1e-6:
            break
    return middle, np.asarray(width[:, None] * np.linalg.cholesky(matrix))


def _times(factor: Float, noise: Float) -> Float:
    """[n, D] the factor [D, D] times each row."""
    return np.asarray(np.einsum("ij,nj->ni", factor, noise))


def _solved(factor: Float, rows: Float) -> Float:
    """[n, D] each row with the factor taken out, by forward substitution."""
    out = np.empty_like(rows)
    for i in range(rows.shape[1]):
        known = np.einsum("j,nj->n", factor[i, :i], out[:, :i])
        out[:, i] = (rows[:, i] - known) / factor[i, i]
    return out


def _points(z: Float) -> Float:
    return np.clip(np.asarray(special.ndtr(z)), TINY, 1.0 - TINY)


_NUMBERS = ("temperature", "log_evidence", "effective", "acceptance", "scale", "move", "solved")


def _columns(state: _State) -> dict[str, NDArray[Any]]:
    """A state as columns [n]: single numbers are repeated; where the particles stood when the
    temperature rose is kept with the first move after that.
    """
    n = len(state.z)
    found: dict[str, NDArray[Any]] = {"log_likelihood": state.log_likelihood}
    for name in _NUMBERS:
        found[name] = np.full(n, getattr(state, name))
    for j in range(state.z.shape[1]):
        found[f"score/{j}"] = state.z[:, j]
        if state.move == 1:
            found[f"start/{j}"] = state.start[:, j]
    return found


def _restored(columns: Mapping[str, NDArray[Any]], before: _State) -> _State:
    """The state after a sweep that was kept, from the one before it."""
    numbers = {name: columns[name][0].item() for name in _NUMBERS}
    start = _scores(columns, "start", before.z) if numbers["move"] == 1 else before.start
    found = np.asarray(columns["log_likelihood"], dtype=np.float64)
    return _State(_scores(columns, "score", before.z), start, found, **numbers)


def _scores(columns: Mapping[str, NDArray[Any]], name: str, like: Float) -> Float:
    out = np.empty_like(like)
    for j in range(like.shape[1]):
        out[:, j] = columns[f"{name}/{j}"]
    return out


def _steps(history: list[_State]) -> tuple[Step, ...]:
    """The sweeps, put together by temperature."""
    steps: list[Step] = []
    for state in history:
        if state.move > 1:
            taken = (*steps[-1].acceptance, state.acceptance)
            steps[-1] = replace(steps[-1], acceptance=taken)
        else:
            steps.append(Step(state.temperature, state.effective, (state.acceptance,)))
    return tuple(steps)
