"""Lifted ends say what the ends said; regret minimization on them, against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.openspiel import load_openspiel
from standoff.solve.certificates import Certifier
from standoff.solve.regret import RegretMinimizer
from standoff.solve.regret_dynamics import METHODS
from standoff.solve.regret_scalar import SequenceWalk
from standoff.solve.sequence_form import (
    SequenceForm,
    Treeplex,
    expected_payoffs,
    plans,
    sequence_form,
)
from standoff.solve.sequence_lifting import Ends, idle, lifted
from strategies.plain_sequence_regret import averages, nash_conv, random_form

quick = settings(derandomize=True, deadline=None, max_examples=60)
seeds, sizes = st.integers(0, 10**6), st.sampled_from([2, 2, 3, 4])


def shorter(form: SequenceForm) -> SequenceForm:
    ends = lifted(form.plexes, Ends(form.sequence.astype(np.intp), form.payoff))
    return SequenceForm(form.plexes, ends.sequence.astype(np.int32), ends.payoff)


def rows_of(form: SequenceForm) -> int:
    return sum(plex.n_sequences - 1 for plex in form.plexes)


def some_plans(form: SequenceForm, rng: np.random.Generator) -> list[np.ndarray]:
    strategy = np.empty(rows_of(form))
    for plex in form.plexes:
        for low, high in zip(plex.first[:-1], plex.first[1:], strict=True):
            strategy[plex.row[low:high]] = rng.dirichlet(np.ones(high - low))
    return plans(form, strategy)


@quick
@given(seeds, sizes, st.booleans())
def test_plans_earn_the_same(seed: int, players: int, whole: bool) -> None:
    form = random_form(seed, players, whole=whole)
    short = shorter(form)
    assert len(short.payoff) <= len(form.payoff)
    assert len(np.unique(short.sequence, axis=0)) == len(short.sequence)
    for p, plex in enumerate(form.plexes):
        moves = np.append(np.diff(plex.first), 0)[plex.set_of[short.sequence[:, p]]]
        assert not (moves == 1).any()
    rng = np.random.default_rng(seed)
    for _ in range(3):
        at = some_plans(form, rng)
        assert expected_payoffs(short, at) == pytest.approx(expected_payoffs(form, at), abs=1e-12)
        assert nash_conv(short, at) == pytest.approx(nash_conv(form, at), abs=1e-11)


@quick
@given(seeds, sizes, st.sampled_from(sorted(METHODS)))
def test_the_kernel_follows_plain_numpy(seed: int, players: int, method: str) -> None:
    form, how = random_form(seed, players), METHODS[method]
    walk = SequenceWalk(form)
    walk.run(3, how.kind, how.exponents)
    walk.run(4, how.kind, how.exponents)
    found = walk.average()
    expected = averages(form, how.kind, how.exponents, 7)
    at = plans(form, walk.strategy_of(found, rows_of(form)))
    assert expected_payoffs(form, at) == pytest.approx(expected_payoffs(form, expected), abs=1e-9)
    assert nash_conv(form, at) == pytest.approx(nash_conv(form, expected), abs=1e-9)
    assert walk.nash_conv(found) == pytest.approx(nash_conv(form, at), abs=1e-9)
    for gradient, part, earned in zip(
        walk.gradients(found), np.split(found, walk.base[1:-1]), expected_payoffs(form, at),
        strict=True,
    ):  # fmt: skip
        assert gradient @ part == pytest.approx(earned, abs=1e-9)


def chain(widths: list[int], first_row: int = 0) -> Treeplex:
    """Sets one after the other, each after the last move of the one before."""
    first = np.concatenate([[1], 1 + np.cumsum(widths)]).astype(np.int32)
    sets = np.arange(len(widths), dtype=np.int32)
    return Treeplex(
        cell=sets, type=0 * sets, first=first,
        parent=np.concatenate([[0], first[1:] - 1])[:-1].astype(np.int32),
        row=np.concatenate([[-1], first_row + np.arange(first[-1] - 1)]).astype(np.int32),
    )  # fmt: skip


def test_what_is_decided_is_told_at_once() -> None:
    """Both players' last moves make no difference after the first player's second move."""
    one, two = chain([2, 1, 3]), chain([2, 2])
    both = [(s, t) for s in (4, 5, 6) for t in (1, 3, 4)]
    ends = Ends(np.array([(1, 0), *both]), np.array([[7.0, -7.0], *([[0.1, -0.1]] * len(both))]))
    found = lifted((one, two), ends)
    assert sorted(map(tuple, found.sequence.tolist())) == [(1, 0), (2, 0)]
    assert idle(one, found.sequence[:, 0]).tolist() == [False, True, True]
    assert idle(two, found.sequence[:, 1]).tolist() == [True, True]


def test_a_difference_stays() -> None:
    """One move that earns otherwise, or nothing, and none of its set is lifted."""
    one, two = chain([2, 2]), chain([])
    for other in ([1.0, 2.0], [2.0, 0.0], [0.0, 0.0]):
        ends = Ends(np.array([(3, 0), (4, 0)]), np.array([[1.0, 0.0], other]))
        found = lifted((one, two), ends)
        assert {3} <= set(found.sequence[:, 0].tolist()) <= {3, 4}
        assert not idle(one, found.sequence[:, 0]).any()


def test_nothing_matters() -> None:
    """A game whose payoffs are the same whatever is done leaves nothing to learn."""
    one, two = chain([2, 3]), chain([2], first_row=5)
    sequence = np.array([(s, t) for s in (1, 3, 4, 5) for t in (1, 2)])
    form = SequenceForm((one, two), sequence.astype(np.int32), np.full((8, 2), 0.3))
    walk = SequenceWalk(form)
    assert [len(seat.parent) for seat in walk.seats] == [0, 0]
    walk.run(3, 0, METHODS["cfr+"].exponents)
    assert walk.gap() == 0.0
    expected = [0.5, 0.5, 1 / 3, 1 / 3, 1 / 3, 0.5, 0.5]
    assert walk.strategy_of(walk.average(), 7) == pytest.approx(expected)


def test_goofspiel_is_decided_before_its_end() -> None:
    loaded = load_openspiel("goofspiel(num_cards=4,imp_info=True,points_order=descending)")
    form = sequence_form(loaded.game, loaded.payload)
    minimizer = RegretMinimizer(loaded.game, loaded.payload, method="cfr+", form=form)
    assert len(shorter(form).payoff) < 0.5 * len(form.payoff)
    minimizer.run(50)
    certifier = Certifier(loaded.game, loaded.payload)
    assert minimizer.gap() == pytest.approx(certifier.nash_conv(minimizer.strategy()), abs=1e-12)
