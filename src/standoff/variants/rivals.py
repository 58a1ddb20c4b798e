"""Other play of the same variants: other equilibria, and concepts other than the default.

Each concept gives, variant by variant, strategies that could stand where the batch's own stands
(`lanes` puts them there): the equilibria among which a variant may have settled, one play, or a
device that draws one of several. All budgets are counted, so that the same batch gives the same
bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standoff.compile.draws import Draws
from standoff.game.game import Game, Payload
from standoff.progress import Progress, check
from standoff.solve.solution import SOLVED, Equilibria, Solution
from standoff.variants.batch import Batch

Float = NDArray[np.float64]
Int = NDArray[np.intp]

STARTS = 16
"""Random beliefs from which other equilibria are looked for in each variant."""
TOLERANCE = 1e-8
"""Solver check of an equilibrium, as in a batch."""
FOLLOWED = 200_000
"""Histories, over all variants of the sample, up to which branches are followed too: in as many
variants as come to that, one after the other (about 20 seconds on one core)."""
BRANCH_STARTS = 16
"""Random starts of a variant whose branches are followed, in small games."""
SMALL = 2_000
"""Histories up to which a game is small in that sense."""
PIVOTED = 1_500
"""Sequences of two players up to which complementary pivoting looks for a Nash equilibrium."""
EVERY = 150
"""Sequences up to which it looks for several, from `PIVOT_STARTS` starts."""
PIVOT_STARTS = 12
LEARNED = 2_000
"""Iterations of regret minimization where it does."""
SAMPLED = 1_024
"""Iterations behind a correlation device."""
GOOD = 0.01
"""Most that a player may gain by playing otherwise, in shares of its stake."""
SOUGHT = 1e-4
"""What is tried for."""
NOTHING = 1e-9
"""Odds below this are none under a concept that knows no mistakes: what rounding left of zero."""
HIGHEST = 4
"""The highest level of the cognitive hierarchy."""
STEPS_AHEAD = 1.5
"""Its mean number of steps, about what laboratories found [@camerer2004]."""


@dataclass(frozen=True, eq=False)
class Rivals:
    """What one variant may do instead; nothing where nothing was found that holds."""

    variant: int
    strategies: tuple[Float, ...]  # each [A]
    share: tuple[float, ...]  # odds of each in a device; one each where they are alternatives
    check: tuple[float, ...]  # the certificate of each (of the device, repeated)
    gap: float = float("nan")  # the certificate of what was found, though it may not hold


@dataclass(frozen=True, eq=False)
class Concept:
    """A way to find other play."""

    id: str
    what: str
    certificate: str
    """What is measured; empty where nothing is claimed."""
    tolerance: float | None
    budget: Callable[[Batch], str]
    """What was spent at most, in words that are counted."""
    play: Callable[[Batch, Progress | None], Iterator[Rivals]]
    kind: Literal["equilibria", "play", "device"] = "play"


def lanes(batch: Batch, rivals: Sequence[Rivals], concept: str) -> tuple[Batch, Int, Float]:
    """A batch with one lane for each strategy of some variants, which variant each lane is [n], and
    its share [n]. The lanes of a device weigh what the device says: all masses are linear in them.
    """
    which = np.array([r.variant for r in rivals for _ in r.strategies], dtype=np.intp)
    share = np.array([s for r in rivals for s in r.share])
    solution = Solution(
        concept,
        np.stack([s for r in rivals for s in r.strategies], axis=1),
        "",
        np.array([c for r in rivals for c in r.check]),
        np.full(len(which), SOLVED, dtype=np.int8),
        np.zeros(len(which), dtype=np.int64),
    )
    draws = _taken(batch.draws, which, share)
    return Batch(batch.compiled, draws, batch.payload.take(which), solution), which, share


def _taken(draws: Draws, which: Int, share: Float) -> Draws:
    """Some variants, in any order and number, each with a share of its importance."""
    return replace(
        draws,
        values={name: values[which] for name, values in draws.values.items()},
        prior={actor: odds[:, which] for actor, odds in draws.prior.items()},
        joint=None if draws.joint is None else draws.joint[:, which],
        precision=draws.precision[which],
        importance=share if draws.importance is None else draws.importance[which] * share,
    )


# --- other equilibria


def _equilibria(batch: Batch, progress: Progress | None) -> Iterator[Rivals]:
    """Those that random beliefs lead to, and those along the branches of some variants."""
    from standoff.solve.aqre_starts import aqre_starts, is_new
    from standoff.solve.logit_residual import logit_residual

    game, payload, own = batch.compiled.game, batch.payload, batch.solution
    found = aqre_starts(
        game, payload, own.strategy, own.check, starts=STARTS, seed=batch.draws.seed,
        tolerance=TOLERANCE, progress=progress,
    )  # fmt: skip
    followed = followed_in(batch)
    for v in range(payload.n_variants):
        check(progress)
        plays, gaps = list(found.strategies[v]), list(found.check[v])
        if v < followed:
            one = payload.take(slice(v, v + 1))
            for play in _branches(game, one, batch.draws.seed, progress):
                gap = float(logit_residual(game, one, play[:, None])[0])
                if gap <= TOLERANCE and is_new(play, plays):
                    plays.append(play)
                    gaps.append(gap)
        yield Rivals(v, tuple(plays), (1.0,) * len(plays), tuple(gaps))


def followed_in(batch: Batch) -> int:
    """Variants of a sample whose branches are followed: the first so many."""
    return min(batch.payload.n_variants, FOLLOWED // max(batch.compiled.game.histories, 1))


def _branches(
    game: Game, payload: Payload, seed: int, progress: Progress | None
) -> tuple[Float, ...]:
    """Equilibria along the principal branch, past its folds, and of some starts of its own."""
    from standoff.solve.aqre_branches import aqre_branches
    from standoff.solve.sequence_form import ImperfectRecall

    starts = BRANCH_STARTS if game.histories <= SMALL else 0
    try:
        found = aqre_branches(
            game, payload, starts=starts, seed=seed, tolerance=TOLERANCE / 10,
            cancel=lambda: progress is not None and progress.cancelled,
        )  # fmt: skip
    except ImperfectRecall:
        return ()
    return found.equilibria.strategies


def _equilibria_budget(batch: Batch) -> str:
    from standoff.solve.aqre_starts import SWEEPS

    text = f"{STARTS} random beliefs of {SWEEPS} sweeps for each variant"
    followed = followed_in(batch)
    if followed == batch.payload.n_variants:
        return f"{text}; the branch from play at random followed past its folds"
    if followed:
        return f"{text}; the branch from play at random followed in {followed} of them"
    return text


# --- bounded reasoning


_NUMBER = {0: "no", 1: "one", 2: "two"}


def level(k: int) -> Concept:
    """Everybody thinks that the others think one step less; level 0 plays by rates alone."""

    def play(batch: Batch, progress: Progress | None) -> Iterator[Rivals]:
        from standoff.solve.level_k import level_k

        return _each(batch, progress, lambda game, one: level_k(game, one, k=k))

    return Concept(
        f"level-k-{k}",
        f"everybody thinks {_NUMBER.get(k, k)} step{'' if k == 1 else 's'} ahead and takes the "
        "others to think one less; who thinks none plays by the rates alone",
        "",
        None,
        lambda batch: f"{k} response{'' if k == 1 else 's'} for each variant",
        play,
    )


def _hierarchy(batch: Batch, progress: Progress | None) -> Iterator[Rivals]:
    from standoff.solve.cognitive_hierarchy import cognitive_hierarchy

    return _each(
        batch,
        progress,
        lambda game, one: cognitive_hierarchy(game, one, tau=STEPS_AHEAD, levels=HIGHEST),
    )


def _each(
    batch: Batch, progress: Progress | None, solve: Callable[[Game, Payload], Equilibria]
) -> Iterator[Rivals]:
    """One play for each variant, with nothing to check."""
    for v, one in _one_by_one(batch, progress):
        play = solve(batch.compiled.game, one).strategies[0]
        yield Rivals(v, (play,), (1.0,), (0.0,))


def _one_by_one(batch: Batch, progress: Progress | None) -> Iterator[tuple[int, Payload]]:
    V = batch.payload.n_variants
    for v in range(V):
        check(progress)
        if progress is not None:
            progress.step(v, V)
        yield v, batch.payload.take(slice(v, v + 1))


class _Unseen:
    """A `Progress` for one variant's solver: it tells nothing, and asks whether to stop."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress

    def say(self, what: str) -> None:
        """Nothing."""

    def step(self, done: int, total: int) -> None:
        """Nothing."""

    @property
    def cancelled(self) -> bool:
        """Whether the user wants it stopped."""
        return self._progress is not None and self._progress.cancelled


# --- concepts without mistakes


def _nash(batch: Batch, progress: Progress | None) -> Iterator[Rivals]:
    from standoff.solve.deviation import gains

    game = batch.compiled.game
    for v, one in _one_by_one(batch, progress):
        plays, gaps = [], []
        worst = np.inf
        for found in _nash_of(game, one, batch.draws.seed, _Unseen(progress)):
            play = without_dust(game, found)
            gap = float((gains(game, one, play[:, None])[:, 0] / one.stake).max(initial=0.0))
            worst = min(worst, gap)
            if gap <= GOOD:
                plays.append(play)
                gaps.append(gap)
        check(progress)
        yield Rivals(v, tuple(plays), (1.0,) * len(plays), tuple(gaps), worst)


def _nash_of(game: Game, one: Payload, seed: int, progress: Progress) -> tuple[Float, ...]:
    from standoff.solve.learned_play import learned_play
    from standoff.solve.sequence_form import sequence_form
    from standoff.solve.sequence_lcp import sequence_lcp

    form = sequence_form(game, one)
    size = sum(p.n_sequences for p in form.plexes)
    if len(game.players) == 2 and size <= PIVOTED:
        found = sequence_lcp(
            game, one, form=form, every=size <= EVERY, starts=PIVOT_STARTS, seed=seed,
            progress=progress,
        )  # fmt: skip
        if not found.advice:
            return found.strategies
    return learned_play(
        game, one, form=form, tolerance=SOUGHT * float(one.stake.min(initial=np.inf)),
        iterations=LEARNED, progress=progress,
    ).strategies  # fmt: skip


def _nash_budget(batch: Batch) -> str:
    return (
        f"complementary pivoting up to {PIVOTED:,} sequences of two players, from {PIVOT_STARTS} "
        f"starts up to {EVERY}; else {LEARNED:,} iterations of regret minimization"
    )


def _device(batch: Batch, progress: Progress | None) -> Iterator[Rivals]:
    from standoff.solve.certificates import Certifier
    from standoff.solve.coarse_correlated import coarse_correlated

    game = batch.compiled.game
    for v, one in _one_by_one(batch, progress):
        stake = _mean_stake(game, one)
        found = coarse_correlated(
            game, one, tolerance=SOUGHT * float(stake.min()), iterations=SAMPLED,
            progress=_Unseen(progress),
        )  # fmt: skip
        check(progress)
        assert found.weights is not None
        plays = tuple(without_dust(game, play) for play in found.strategies)
        gap = float((Certifier(game, one).gap_by_player(plays, found.weights) / stake).max())
        if gap <= GOOD:
            yield Rivals(v, plays, tuple(found.weights.tolist()), (gap,) * len(plays), gap)
        else:
            yield Rivals(v, (), (), (), gap)


def _mean_stake(game: Game, one: Payload) -> Float:
    """[P] what is at stake for each player before it knows its type."""
    prior = one.prior[:, 0]
    pair = game.profile_type + game.type_start[:-1]  # [K, P]
    return np.asarray(prior @ one.stake[pair])


def _device_budget(batch: Batch) -> str:
    from standoff.solve.coarse_correlated import PROFILES

    return (
        f"{SAMPLED:,} iterations of regret minimization, at most {PROFILES} profiles in a device; "
        "one device for each variant"
    )


def without_dust(game: Game, play: Float) -> Float:
    """[A] the same strategy, with odds that are only the rounding of zero made zero."""
    types = game.n_types[game.cell_player]
    cell = np.repeat(np.arange(len(types)), np.diff(game.row_start))
    first = np.cumsum(types) - types
    row = np.arange(game.n_rows)
    known = first[cell] + (row - game.row_start[cell]) % types[cell]
    kept = np.where(play < NOTHING, 0.0, play)
    total = np.bincount(known, weights=kept, minlength=int(types.sum()))
    return np.asarray(kept / total[known])


CONCEPTS: dict[str, Concept] = {
    one.id: one
    for one in (
        Concept(
            "equilibria",
            "another equilibrium at the same precision is played",
            "largest |log strategy - log logit response|",
            TOLERANCE,
            _equilibria_budget,
            _equilibria,
            "equilibria",
        ),
        level(1),
        level(2),
        Concept(
            "cognitive-hierarchy",
            f"everybody thinks some steps ahead, {STEPS_AHEAD:g} in the mean, and takes the others "
            "to think fewer",
            "",
            None,
            lambda batch: f"{HIGHEST} levels for each variant",
            _hierarchy,
        ),
        Concept(
            "nash",
            "nobody makes mistakes, and nobody gains by playing otherwise",
            "largest gain of a type from playing otherwise, in its stakes",
            GOOD,
            _nash_budget,
            _nash,
            "equilibria",
        ),
        Concept(
            "cce",
            "a mediator draws what is played, and nobody would turn that down beforehand",
            "largest gain of a player from turning the device down, in its stakes",
            GOOD,
            _device_budget,
            _device,
            "device",
        ),
    )
}
"""Id -> concept."""
BOUNDED = ("level-k-1", "level-k-2", "cognitive-hierarchy")
"""Bounded reasoning: a few passes over the tree."""
QUICK = ("equilibria", *BOUNDED)
"""Those that solve the sample some times more."""
