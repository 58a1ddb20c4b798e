"""Strong Stackelberg equilibria: by hand, against many linear programs, and never below Nash."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from standoff.errors import Cancelled, TooLarge
from standoff.game.efg_read import load_efg
from standoff.progress import Silent
from standoff.solve import Certifier, normal_form, sequence_form, stackelberg
from standoff.solve.strategic_form import StrategicForm, count_strategies
from strategies.games import random_game

QUICK = settings(derandomize=True, deadline=None, max_examples=25)


def matrix(first, second):
    """Two players choose at once: payoffs of the first, of the second."""
    rows, columns = len(first), len(first[0])
    names = "{ " + " ".join(f'"{i}"' for i in range(rows)) + " }"
    across = "{ " + " ".join(f'"{j}"' for j in range(columns)) + " }"
    lines = ['EFG 2 R "m" { "one" "two" } ""', f'p "" 1 1 "" {names} 0']
    number = 0
    for i in range(rows):
        lines.append(f'p "" 2 1 "" {across} 0')
        for j in range(columns):
            number += 1
            lines.append(f't "" {number} "" {{ {first[i][j]}, {second[i][j]} }}')
    return load_efg("\n".join(lines) + "\n")


def test_to_be_known_to_mix_is_worth_more_than_nash_and_than_a_pure_tie():
    """Conitzer & Sandholm (2006): up is dominant and gives 2; tied to down 3; to a coin 3.5."""
    game = matrix([[2, 4], [1, 3]], [[1, 0], [0, 1]])
    found = stackelberg(game.game, game.payload)
    np.testing.assert_allclose(found.value[0], 3.5, atol=1e-9)
    np.testing.assert_allclose(found.strategy[:2], [0.5, 0.5], atol=1e-9)
    assert found.optimal and found.gain <= 1e-9 and found.bound >= 3.5 - 1e-9
    pure = stackelberg(game.game, game.payload, pure=True)
    np.testing.assert_allclose(pure.value[0], 3.0, atol=1e-9)
    np.testing.assert_allclose(pure.strategy[:2], [0.0, 1.0], atol=1e-9)


@pytest.mark.parametrize(("gain", "fine", "cost"), [(1.0, 4.0, 0.5), (3.0, 2.0, 0.1)])
def test_an_inspector_known_to_inspect_just_often_enough(gain, fine, cost):
    """Inspected with odds q, a violation is worth ``gain * (1 - q) - fine * q``: nothing at
    ``q = gain / (gain + fine)``, and then the inspectee complies (ties go to the leader)."""
    harm = 5.0
    game = matrix([[-cost, -cost], [0, -harm]], [[0, -fine], [0, gain]])
    found = stackelberg(game.game, game.payload)
    q = gain / (gain + fine)
    np.testing.assert_allclose(found.strategy[:2], [q, 1 - q], atol=1e-8)
    np.testing.assert_allclose(found.value, [-cost * q, 0.0], atol=1e-8)


def test_matching_pennies_gives_nothing_away():
    game = matrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    for leader in (0, 1):
        found = stackelberg(game.game, game.payload, leader)
        np.testing.assert_allclose(found.value, 0.0, atol=1e-9)
        tied = stackelberg(game.game, game.payload, leader, pure=True)
        np.testing.assert_allclose(tied.value[leader], -1.0, atol=1e-9)


def test_an_incumbent_that_is_bound_to_fight_keeps_the_entrant_out():
    """Entry deterrence (Selten 1978), by hand: unbound it yields and has 1; bound to fight with
    odds of a half or more it has 2, since the entrant stays out, and never fights."""
    game = load_efg("""EFG 2 R "entry" { "entrant" "incumbent" } ""
p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { 0, 2 }
p "" 2 1 "" { "fight" "yield" } 0
t "" 2 "" { -1, 0 }
t "" 3 "" { 1, 1 }
""")
    found = stackelberg(game.game, game.payload, leader=1)
    np.testing.assert_allclose(found.value, [0.0, 2.0], atol=1e-9)
    cell = int(np.flatnonzero(game.game.cell_player == 1)[0])
    assert found.strategy[game.game.row_start[cell]] >= 0.5 - 1e-9
    first = stackelberg(game.game, game.payload, leader=0)
    np.testing.assert_allclose(
        first.value, [1.0, 1.0], atol=1e-9
    )  # moving first it is bound already


def plain(form, leader: int) -> float:
    """One linear program for each pure plan of the follower (Conitzer & Sandholm 2006)."""
    table = StrategicForm.of(form)
    ours = table.payoff[leader] if leader == 0 else table.payoff[1].T
    theirs = table.payoff[1] if leader == 0 else table.payoff[0].T
    best = -np.inf
    for j in range(ours.shape[1]):
        found = linprog(
            -ours[:, j], A_ub=(theirs - theirs[:, [j]]).T, b_ub=np.zeros(ours.shape[1]),
            A_eq=np.ones((1, len(ours))), b_eq=[1.0], bounds=(0, 1),
        )  # fmt: skip
        if found.status == 0:
            best = max(best, -found.fun)
    return best


@QUICK
@given(st.integers(0, 2**20), st.sampled_from([(1, 1), (2, 1), (1, 2)]), st.integers(0, 1))
def test_it_is_what_many_linear_programs_find(seed, kinds, leader):
    game, payload = random_game(seed, n_types=kinds, levels=3, variants=1, width=10)
    form = sequence_form(game, payload)
    assume(np.prod([count_strategies(plex) for plex in form.plexes]) <= 3000)
    found = stackelberg(game, payload, leader)
    assert found.optimal
    scale = 1.0 + np.abs(form.payoff).sum()
    by_hand = plain(form, leader)
    np.testing.assert_allclose(found.value[leader], by_hand, atol=1e-6 * scale)
    assert found.gain <= 1e-6 * scale  # the follower's reply is its best
    assert found.bound >= by_hand - 1e-6 * scale
    tied = stackelberg(game, payload, leader, pure=True)
    assert tied.value[leader] <= found.value[leader] + 1e-6 * scale


@QUICK
@given(st.integers(0, 2**20), st.integers(0, 1))
def test_committing_never_hurts(seed, leader):
    """Not below the leader's best Nash equilibrium: binding oneself to that is always possible
    (von Stengel & Zamir 2010)."""
    game, payload = random_game(seed, n_types=(1, 1), levels=3, variants=1, width=8)
    form = sequence_form(game, payload)
    assume(np.prod([count_strategies(plex) for plex in form.plexes]) <= 400)
    found = stackelberg(game, payload, leader)
    checker = Certifier(game, payload)
    scale = 1.0 + np.abs(form.payoff).sum()
    for strategy in normal_form(game, payload, every=True).strategies:
        assert found.value[leader] >= checker.values(strategy)[leader] - 1e-6 * scale


def test_what_it_cannot_do_is_said():
    game = matrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    with pytest.raises(ValueError, match="leader"):
        stackelberg(game.game, game.payload, leader=2)
    with pytest.raises(TooLarge, match="more than 3"):
        stackelberg(game.game, game.payload, limit=3)
    asked = Silent()
    asked.cancelled = True
    with pytest.raises(Cancelled):
        stackelberg(game.game, game.payload, progress=asked)
