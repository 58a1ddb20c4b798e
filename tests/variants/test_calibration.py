"""Simulation-based calibration: inference is right if the model is (and nothing about the world).

A truth is drawn from the prior, played and recorded; the record is inferred from with fresh draws.
Among the truth and the draws, weighted by the likelihood of the record, the truth is then as likely
to stand in any place as the weights there say: exactly, with however few draws. So its weighted
rank, ties broken by chance, is even between 0 and 1 [@cook2006; @talts2018]. Ranks of parameters
alone would be even if the record were ignored, since the prior averages out; the likelihood of the
record is ranked too, which is not [@modrak2023].
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy import special, stats

from standoff.infer.pooling import pool, pool_values
from standoff.variants.batch import Batch
from standoff.variants.points import points
from standoff.variants.tempering import temper
from strategies.calibration import AHEAD, Replications, replications, solved

REJECT = 1e-4
COUNT, DRAWS = 500, 159
PARAMETERS = ["prize", "cost", "luck", "trust", "fear", "prior", "precision"]
EVENTS = ["red is grim", AHEAD]


@cache
def games() -> Batch:
    return solved(COUNT, DRAWS, seed=1)


@cache
def played(*, evenly: bool = False) -> Replications:
    return replications(games(), COUNT, evenly=evenly)


@cache
def inferred(*, evenly: bool = False, shift: int = 0) -> dict[str, np.ndarray]:
    """Likelihoods and answers, each replication from its own record or that of `shift` further."""
    return played(evenly=evenly).inferred((np.arange(COUNT) + shift) % COUNT)


def ranks(values: np.ndarray, weights: np.ndarray, seed: int = 0) -> np.ndarray:
    """[R] weighted rank of the first of each row, ties broken by chance."""
    truth = values[:, :1]
    below = (weights * (values < truth)).sum(axis=1)
    tied = (weights * (values == truth)).sum(axis=1)
    chance = np.random.default_rng(seed).random(len(values))
    return np.asarray((below + chance * tied) / weights.sum(axis=1))


def evenness(found: np.ndarray) -> float:
    """The smaller p-value of two tests of ranks: Kolmogorov-Smirnov, and chi-square in 20 bins."""
    counts = np.histogram(found, bins=20, range=(0, 1))[0]
    return min(stats.kstest(found, "uniform").pvalue, stats.chisquare(counts).pvalue)


def forecasts(held: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """[R] the pooled probability of each replication."""
    masses = weights * np.where(weights > 0, held, 0.0)
    return np.array([pool(a, b).value for a, b in zip(masses, weights, strict=True)])


def reliability(probability: np.ndarray, came: np.ndarray) -> float:
    """p-value of "it comes to pass as often as said", in ten bins of what was said: each count
    against the mean and variance that its own probabilities give.
    """
    order = np.argsort(probability, kind="stable")
    total = 0.0
    for one in np.array_split(order, 10):
        p = probability[one]
        total += float((came[one].sum() - p.sum()) ** 2 / (p * (1 - p)).sum())
    return float(stats.chi2.sf(total, 10))


def indicator_ranks(probability: np.ndarray, came: np.ndarray) -> np.ndarray:
    """[R] randomized rank of a yes or no under the probability that it was given."""
    chance = np.random.default_rng(3).random(len(came))
    no = 1 - probability
    return np.where(came, no + chance * probability, chance * no)


@pytest.mark.parametrize("name", [*PARAMETERS, "likelihood"])
def test_the_truth_may_stand_anywhere_among_the_draws(name: str) -> None:
    found = inferred()
    values = {**played().quantities, "likelihood": found["likelihood"]}[name]
    assert evenness(ranks(values, found["likelihood"])) > REJECT


@pytest.mark.parametrize("event", EVENTS)
def test_probabilities_come_true_as_often_as_said(event: str) -> None:
    found, came = inferred(), played().truly[event]
    said = forecasts(found[event], found["likelihood"])
    assert np.quantile(said, 0.9) - np.quantile(said, 0.1) > 0.2  # the record says something
    assert reliability(said, came) > REJECT
    assert evenness(indicator_ranks(said, came)) > REJECT


@pytest.mark.parametrize("event", EVENTS)
def test_probabilities_from_fresh_draws_alone_do_too(event: str) -> None:
    found, came = inferred(), played().truly[event]
    said = forecasts(found[event][:, 1:], found["likelihood"][:, 1:])
    assert reliability(said, came) > REJECT


@pytest.mark.parametrize(("which", "share"), [("range50", 0.5), ("range90", 0.9)])
@pytest.mark.parametrize("name", PARAMETERS)
def test_ranges_of_parameters_hold_the_truth_as_often_as_said(
    name: str, which: str, share: float
) -> None:
    values, weights = played().quantities[name], inferred()["likelihood"]
    inside = 0
    for row, w in zip(values, weights, strict=True):
        low, high = getattr(pool_values(row[1:], w[1:]), which)
        inside += int(low <= row[0] <= high)
    assert stats.binomtest(inside, COUNT, share).pvalue > REJECT, inside / COUNT


# -- it can fail


def test_weights_that_are_ignored_are_seen() -> None:
    found = inferred()
    even = np.ones_like(found["likelihood"])
    # Not in any parameter: the prior is calibrated about itself.
    assert evenness(ranks(played().quantities["luck"], even)) > REJECT
    assert evenness(ranks(found["likelihood"], even)) < REJECT


def test_a_record_that_counts_twice_is_seen() -> None:
    found = inferred()
    twice = found["likelihood"] ** 2
    assert evenness(ranks(found["likelihood"], twice)) < REJECT


def test_the_record_of_another_play_is_seen() -> None:
    found = inferred(shift=1)
    weights = found["likelihood"]
    assert evenness(ranks(weights, weights)) < REJECT
    assert evenness(ranks(played().quantities["luck"], weights)) < REJECT
    said = forecasts(found[AHEAD], weights)
    assert reliability(said, played().truly[AHEAD]) < REJECT


def test_truths_that_play_another_game_are_seen() -> None:
    found, other = inferred(evenly=True), played(evenly=True)
    said = forecasts(found[AHEAD], found["likelihood"])
    assert reliability(said, other.truly[AHEAD]) < REJECT
    said = forecasts(found["red is grim"], found["likelihood"])
    assert reliability(said, other.truly["red is grim"]) < REJECT


# -- tempered draws


def tempered_ranks(n: int = 500, particles: int = 63, power: float = 1.0) -> np.ndarray:
    """[n, 2] ranks of two known coordinates of a point among particles inferred from counts that
    it gave rise to; `power` misstates the likelihood.
    """
    rng = np.random.default_rng(5)
    truth = rng.random((n, 2))
    counts = rng.binomial(60, truth * [1.0, 0.2])
    found = np.empty((n, 2))
    for r in range(n):

        def likelihood(cube: np.ndarray) -> np.ndarray:
            odds, hits = cube * [1.0, 0.2], counts[r]  # noqa: B023
            each = hits * np.log(odds) + (60 - hits) * np.log1p(-odds)
            return np.asarray(power * each.sum(axis=1))

        cube = points(particles, 2, seed=r)
        end = temper(likelihood, cube, likelihood(cube), budget=30 * particles, seed=r)
        assert end.temperature == 1.0
        below = (end.points < truth[r]).sum(axis=0)
        found[r] = (below + rng.random(2)) / (particles + 1)
    return found


def test_tempered_particles_are_draws_from_the_posterior() -> None:
    found = tempered_ranks()
    assert min(evenness(found[:, j]) for j in range(2)) > REJECT


def test_tempered_particles_follow_a_bent_posterior_in_many_dimensions() -> None:
    # Three of twelve normal scores are seen through a bend and a product, with noise.
    rng = np.random.default_rng(6)
    count, n, wide = 200, 64, np.array([0.3, 0.2, 0.3])

    def seen(z: np.ndarray) -> np.ndarray:
        return np.stack([z[..., 0], z[..., 1] + z[..., 0] ** 2, z[..., 2] * z[..., 1]], axis=-1)

    truth = rng.standard_normal((count, 12))
    noisy = seen(truth) + wide * rng.standard_normal((count, 3))
    found = np.empty((count, 3))
    for r in range(count):

        def likelihood(cube: np.ndarray) -> np.ndarray:
            off = (seen(special.ndtri(cube)) - noisy[r]) / wide  # noqa: B023
            return np.asarray(-0.5 * (off**2).sum(axis=1))

        cube = points(n, 12, seed=r)
        end = temper(likelihood, cube, likelihood(cube), budget=60 * n, seed=r)
        below = (special.ndtri(end.points[:, :3]) < truth[r, :3]).sum(axis=0)
        found[r] = (below + rng.random(3)) / (n + 1)
        assert end.temperature == 1.0
    assert min(evenness(found[:, j]) for j in range(3)) > REJECT


def test_a_likelihood_that_counts_twice_is_seen_by_tempering_too() -> None:
    found = tempered_ranks(n=200, power=2.0)
    assert min(evenness(found[:, j]) for j in range(2)) < REJECT
