"""Backward induction, against trying every profile of pure strategies."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.building import build_game
from standoff.game.game import CHANCE, END
from standoff.solve.backward_induction import NotPerfectInformation, backward_induction
from strategies.games import random_game
from strategies.trees import Tree, perfect_information


def values(tree: Tree, choice: dict[int, int], node: int = 0) -> np.ndarray:
    """[P] expected payoffs from a node on, what is earned on arriving included."""
    found = np.array(tree.payoff[node], dtype=float)
    below = tree.below(node)
    if tree.actor[node] == CHANCE:
        return found + sum(tree.odds[n] * values(tree, choice, n) for n in below)
    if tree.actor[node] == END:
        return found
    return found + values(tree, choice, below[choice[node]])


def perfect(tree: Tree) -> list[dict[int, int]]:
    """Every pure profile from which nobody gains by one change at one node of any subgame."""
    deciding = [n for n in range(len(tree.parent)) if tree.actor[n] >= 0]
    kept = []
    for menu in itertools.product(*(range(len(tree.below(n))) for n in deciding)):
        choice = dict(zip(deciding, menu, strict=True))
        if all(
            values(tree, choice, b)[tree.actor[n]]
            <= values(tree, choice, tree.below(n)[choice[n]])[tree.actor[n]] + 1e-9
            for n in deciding
            for b in tree.below(n)
        ):
            kept.append(choice)
    return kept


def as_choice(tree: Tree, built, strategy) -> dict[int, int]:
    game, choice = built.game, {}
    for new, old in enumerate(built.node):
        if tree.actor[old] >= 0:
            c = game.cell[new]
            odds = strategy[game.row_start[c] : game.row_start[c + 1]]
            assert sorted(odds) == [0.0] * (len(odds) - 1) + [1.0]
            choice[int(old)] = int(odds.argmax())
    return choice


@settings(derandomize=True, deadline=None, max_examples=150)
@given(perfect_information(most_profiles=2000))
def test_every_pure_equilibrium_and_no_other(tree):
    built = tree.build()
    wanted = perfect(tree)
    found = backward_induction(built.game, built.payload, limit=5000)
    assert found.count == len(wanted) == len(found.strategies)
    got = [as_choice(tree, built, s) for s in found.strategies]
    assert {tuple(sorted(c.items())) for c in got} == {tuple(sorted(c.items())) for c in wanted}
    each = np.array([values(tree, c) for c in wanted])
    np.testing.assert_allclose(found.low, each.min(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.high, each.max(axis=0), atol=1e-12)
    assert found.complete == (len(wanted) == 1) and bool(found.advice) == (len(wanted) > 1)
    if len(wanted) > 2:
        some = backward_induction(built.game, built.payload, limit=2)
        assert len(some.strategies) == 2 and some.count == len(wanted)
        assert "first 2" in some.advice
        np.testing.assert_array_equal(some.strategies[1], found.strategies[1])
        np.testing.assert_array_equal([some.low, some.high], [found.low, found.high])


def test_the_generator_ties_and_ties_that_matter_to_others():
    """What the test above is worth: how many of its kind have several equilibria."""
    counts, wide = [], 0

    @settings(derandomize=True, deadline=None, max_examples=150, database=None)
    @given(perfect_information(most_profiles=2000))
    def collect(tree):
        nonlocal wide
        built = tree.build()
        found = backward_induction(built.game, built.payload)
        counts.append(found.count)
        wide += int((found.high > found.low + 1e-9).any())

    collect()
    assert sum(c > 1 for c in counts) > 50 and sum(c == 1 for c in counts) > 20 and wide > 20


def centipede(rounds: int) -> Tree:
    """Rosenthal (1981): take the larger heap, or pass and let both heaps double."""
    tree = Tree(players=2)
    at = 0
    heaps = (4.0, 1.0)
    for r in range(rounds):
        mover = r % 2
        tree.decide(at, mover)
        tree.add(at, pay=(heaps[0], heaps[1]) if mover == 0 else (heaps[1], heaps[0]))
        at = tree.add(at)
        heaps = (2 * heaps[0], 2 * heaps[1])
    tree.payoff[at] = (heaps[0], heaps[1]) if rounds % 2 == 0 else (heaps[1], heaps[0])
    return tree


@pytest.mark.parametrize("rounds", [1, 6, 400])
def test_centipede_ends_at_once(rounds):
    built = centipede(rounds).build()
    found = backward_induction(built.game, built.payload)
    assert found.count == 1 and found.complete and not found.advice
    np.testing.assert_array_equal(found.low, [4.0, 1.0])
    takes = found.strategies[0].reshape(-1, 2)
    np.testing.assert_array_equal(takes, np.tile([1.0, 0.0], (rounds, 1)))


def chain_store(markets: int) -> Tree:
    """Selten (1978): in each of several markets an entrant stays out or enters; the chain then
    yields or fights.
    """
    tree = Tree(players=markets + 1)

    def grow(at: int, market: int) -> None:
        if market == markets:
            return
        tree.decide(at, market + 1)
        pay = [0.0] * (markets + 1)
        pay[0], pay[market + 1] = 5.0, 1.0
        grow(tree.add(at, pay=pay), market + 1)
        entered = tree.add(at)
        tree.decide(entered, 0)
        for chain, entrant in ((2.0, 2.0), (0.0, 0.0)):
            pay = [0.0] * (markets + 1)
            pay[0], pay[market + 1] = chain, entrant
            grow(tree.add(entered, pay=pay), market + 1)

    grow(0, 0)
    return tree


def test_chain_store_is_entered_everywhere():
    built = chain_store(5).build()
    found = backward_induction(built.game, built.payload)
    assert found.count == 1
    np.testing.assert_array_equal(found.low, [10.0] + [2.0] * 5)
    strategy = found.strategies[0].reshape(-1, 2)
    chain = built.game.cell_player == 0
    assert (strategy[~chain, 1] == 1).all() and (strategy[chain, 0] == 1).all()


def test_a_long_row_of_ties_is_counted_without_being_written():
    tree = Tree(players=1)
    at = 0
    for _ in range(1200):
        tree.decide(at, 0)
        tree.add(at, pay=(1.0,))
        at = tree.add(at)
    tree.payoff[at] = (1.0,)
    built = tree.build()
    found = backward_induction(built.game, built.payload, limit=3)
    assert found.count == np.inf and len(found.strategies) == 3
    found = backward_induction(*(centered := tree_of_ties(40)), limit=3)
    assert found.count == 2.0**40 and len(found.strategies) == 3
    assert "1099511627776" in found.advice and centered[0].n_rows == 80


def tree_of_ties(length: int):
    tree = Tree(players=1)
    at = 0
    for _ in range(length):
        tree.decide(at, 0)
        tree.add(at)
        at = tree.add(at)
    built = tree.build()
    return built.game, built.payload


def test_too_many_combinations_below_chance_are_cut_and_said(monkeypatch):
    tree = Tree(players=2)
    tree.actor[0] = CHANCE
    for i in range(6):
        n = tree.add(0, odds=1 / 6)
        tree.decide(n, 0)
        tree.add(n, pay=(0.0, 0.0))
        tree.add(n, pay=(0.0, 7.0**i))
    built = tree.build()
    whole = backward_induction(built.game, built.payload)
    assert whole.count == 64 and not whole.cut and len(whole.strategies) == 64
    assert whole.high[1] == pytest.approx(sum(7.0**i for i in range(6)) / 6)
    monkeypatch.setattr("standoff.solve.backward_induction.COMBINATIONS", 40)
    less = backward_induction(built.game, built.payload)
    assert less.cut and less.count == 40 == len(less.strategies) and not less.complete
    assert "at least" in less.advice


def test_ties_are_judged_by_the_payoffs_at_hand():
    """What is at stake elsewhere blurs nothing here, and a sum of thirds is a whole."""
    tree = Tree(players=1)
    tree.actor[0] = CHANCE
    for heap in (1.0, 1e15):
        n = tree.add(0, odds=0.5)
        tree.decide(n, 0)
        tree.add(n, pay=(heap,))
        tree.add(n, pay=(1.25 * heap,))
    third = tree.below(tree.below(0)[0])[0]
    tree.actor[third] = CHANCE
    for pay in (0.1, 0.2, 0.45):
        tree.add(third, odds=1 / 3, pay=(pay,))  # a quarter on average, but for rounding
    built = tree.build()
    found = backward_induction(built.game, built.payload)
    assert found.count == 2
    plays = [as_choice(tree, built, s) for s in found.strategies]
    assert sorted(p[tree.below(0)[0]] for p in plays) == [0, 1]
    assert {p[tree.below(0)[1]] for p in plays} == {1}
    tree.payoff[tree.below(third)[0]] = (0.1 + 1e-9,)
    assert backward_induction(*built_of(tree)).count == 1


def built_of(tree):
    built = tree.build()
    return built.game, built.payload


def test_it_says_who_does_not_know():
    tree = Tree(players=2)
    tree.decide(0, 0, info=0)
    for _ in range(2):
        n = tree.add(0)
        tree.decide(n, 1, info=1)
        tree.add(n, pay=(1.0, 0.0))
        tree.add(n, pay=(0.0, 1.0))
    built = tree.build()
    with pytest.raises(NotPerfectInformation, match=r"information set of player 2.* 2 nodes"):
        backward_induction(built.game, built.payload)


def test_types_that_matter_are_refused_and_others_are_not():
    tried = 0
    for seed in range(30):
        game, payload = random_game(seed, n_types=(2, 1), levels=3, hidden=False, variants=1)
        if (np.diff(game.cell_start) > 1).any() or not game.n_rows:
            continue
        tried += 1
        with pytest.raises(NotPerfectInformation, match="type of"):
            backward_induction(game, payload)
        payload.payoff[:, 1] = payload.payoff[:, 0]
        found = backward_induction(game, payload)
        for c in np.flatnonzero(game.cell_player == 0):
            rows = found.strategies[0][game.row_start[c] : game.row_start[c + 1]].reshape(-1, 2)
            np.testing.assert_array_equal(rows[:, 0], rows[:, 1])
            assert rows.sum() == 2
    assert tried > 5


@settings(derandomize=True, deadline=None, max_examples=40)
@given(perfect_information(most_profiles=300), st.integers(-5, 5), st.sampled_from([0.25, 3.0]))
def test_constants_and_scale_change_nothing(tree, constant, factor):
    built = tree.build()
    found = backward_induction(built.game, built.payload, limit=400)
    moved = Tree(tree.players, list(tree.parent), list(tree.actor), list(tree.odds), [], tree.info)
    moved.payoff = [
        tuple(factor * (x + (constant if a == END else 0)) for x in pay)
        for pay, a in zip(tree.payoff, tree.actor, strict=True)
    ]
    other = moved.build()
    again = backward_induction(other.game, other.payload, limit=400)
    assert found.count == again.count
    np.testing.assert_array_equal(found.strategies, again.strategies)
    np.testing.assert_allclose(again.low, factor * (found.low + constant), atol=1e-9)


def test_a_game_without_a_choice():
    built = build_game(
        ("a",), parent=np.array([-1]), action=np.array([0]), actor=np.array([END], dtype=np.int8),
        info=np.array([-1]), odds=np.ones(1), payoff=np.array([[3.0]]),
    )  # fmt: skip
    found = backward_induction(built.game, built.payload)
    assert found.count == 1 and found.low[0] == 3 and found.strategies[0].shape == (0,)
