"""Equilibria to which random beliefs lead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from standoff.errors import Cancelled
from standoff.game.building import build_game
from standoff.progress import Silent
from standoff.solve import aqre, logit_residual
from standoff.solve.aqre_branches import aqre_branches
from standoff.solve.aqre_starts import aqre_starts, is_new
from strategies.games import games


def hunt(precisions):
    """Two who move at once, each best off doing what the other does; one variant a precision."""
    flat = np.array([(9, 9), (0, 8), (8, 0), (7, 7)], dtype=float)
    built = build_game(
        ("a", "b"), parent=np.array([-1, 0, 0, 1, 1, 2, 2]),
        action=np.array([0, 0, 1, 0, 1, 0, 1]),
        actor=np.array([0, 1, 1, -2, -2, -2, -2], dtype=np.int8),
        info=np.array([0, 1, 1, -1, -1, -1, -1]), odds=np.ones(7),
        payoff=np.concatenate([np.zeros((3, 2)), flat]),
    )  # fmt: skip
    V = len(precisions)
    numbers = built.payload.take(np.zeros(V, dtype=int))
    return built.game, replace(numbers, precision=np.array(precisions, dtype=float))


def searched(game, payload, **options):
    own = aqre(game, payload)
    return own, aqre_starts(game, payload, own.strategy, own.check, **options)


def test_the_stable_equilibria_of_a_hunt():
    game, payload = hunt([0.2, 2.0, 6.0, 10.0])
    own, found = searched(game, payload, starts=16)
    for v, count in enumerate((1, 1, 2, 2)):
        known = aqre_branches(game, payload.take(slice(v, v + 1))).equilibria.strategies
        plays = found.strategies[v]
        assert len(plays) == count <= len(known)
        assert np.array_equal(plays[0], own.strategy[:, v])
        for play in plays:
            assert not is_new(play, known)
        # The one between the others is where the iteration does not stay.
        if len(known) == 3:
            going = sorted(float(k[0]) for k in known)
            assert sorted(float(p[0]) for p in plays) == pytest.approx([going[0], going[2]])
    assert (found.settled > 0).all() and (found.settled <= 16).all()


@settings(derandomize=True, deadline=None, max_examples=10, phases=[Phase.generate])
@given(games())
def test_whatever_is_found_is_an_equilibrium(drawn):
    game, payload = drawn
    _, found = searched(game, payload)
    for v, (plays, gaps) in enumerate(zip(found.strategies, found.check, strict=True)):
        alone = payload.take(slice(v, v + 1))
        assert len(plays) == len(gaps)
        for i, play in enumerate(plays):
            if i:  # the first is what was known
                assert logit_residual(game, alone, play[:, None])[0] <= 1e-8
                assert gaps[i] <= 1e-8
            assert is_new(play, plays[:i])


def test_threads_and_company_change_no_byte():
    game, payload = hunt([6.0, 8.0, 10.0, 12.0, 7.0])
    _, one = searched(game, payload, starts=16, threads=1)
    _, two = searched(game, payload, starts=16, threads=3)
    _, alone = searched(game, payload.take(slice(2, 3)), starts=16)
    for a, b in zip(one.strategies, two.strategies, strict=True):
        assert [x.tobytes() for x in a] == [x.tobytes() for x in b]
    assert [x.tobytes() for x in alone.strategies[0]] == [x.tobytes() for x in one.strategies[2]]
    _, other = searched(game, payload, starts=16, seed=1)
    assert len(other.strategies[0]) == len(one.strategies[0])


def test_what_was_not_solved_is_not_taken_for_an_equilibrium():
    game, payload = hunt([6.0, 6.0])
    own = aqre(game, payload, budget=2)
    assert not own.solved.any()
    found = aqre_starts(game, payload, own.strategy, own.check, starts=16)
    _, known = searched(game, payload, starts=16)
    for plays, gaps, others in zip(found.strategies, found.check, known.strategies, strict=True):
        assert len(plays) == 2 and max(gaps) <= 1e-8
        assert not any(is_new(play, others) for play in plays)


def test_it_can_be_stopped():
    class Stopped(Silent):
        cancelled = True

    game, payload = hunt([6.0])
    own = aqre(game, payload)
    with pytest.raises(Cancelled):
        aqre_starts(game, payload, own.strategy, own.check, progress=Stopped())
