"""Sequence forms against a walk over every history."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.building import build_game
from standoff.game.game import CHANCE, END
from standoff.solve.constant_sum import constant_total
from standoff.solve.sequence_form import (
    ImperfectRecall,
    behavior,
    expected_payoffs,
    plans,
    sequence_form,
)
from strategies.games import games
from strategies.random_games import some_strategy, trees

quick = settings(derandomize=True, deadline=None, max_examples=60)


def walked(game, payload, strategy, variant=0):
    """Expected payoffs by the definition: every profile of types, every node."""
    total = np.zeros(len(game.players))
    for k, types in enumerate(game.profile_type):
        reach = np.zeros(game.n_nodes)
        reach[0] = payload.prior[k, variant]
        for n in range(game.n_nodes):
            if n:
                up, act = game.parent[n], game.edge_action[game.parent_edge[n]]
                if game.actor[up] == CHANCE:
                    share = payload.odds[act, variant]
                else:
                    c, p = game.cell[up], game.actor[up]
                    place = (act - game.action_start[c]) * game.n_types[p] + types[p]
                    share = strategy[game.row_start[c] + place]
                reach[n] = reach[up] * share
            for p, t in enumerate(types):
                pair = game.type_start[p] + t
                total[p] += reach[n] * payload.payoff[game.payoff_row[n], pair, variant]
    return total


def some_play(game, seed):
    """A behavior strategy with some odds of zero."""
    rng = np.random.default_rng(seed)
    strategy = np.zeros(game.n_rows)
    for c in range(len(game.cell_player)):
        T = int(game.n_types[game.cell_player[c]])
        rows = np.arange(game.row_start[c], game.row_start[c + 1]).reshape(-1, T)
        drawn = rng.dirichlet(np.full(len(rows), 0.5), size=T).T
        strategy[rows] = drawn / drawn.sum(axis=0)
    return strategy


@quick
@given(games(width=25), st.integers(0, 2**16), st.integers(0, 1))
def test_payoffs_are_those_of_a_walk(game_and_payload, seed, variant):
    game, payload = game_and_payload
    form = sequence_form(game, payload, variant)
    strategy = some_play(game, seed)
    found = expected_payoffs(form, plans(form, strategy))
    np.testing.assert_allclose(found, walked(game, payload, strategy, variant), atol=1e-12)


@quick
@given(trees(), st.integers(0, 2**16))
def test_payoffs_of_trees_without_types(tree, seed):
    loaded = tree.load()
    form = sequence_form(loaded.game, loaded.payload)
    strategy = some_strategy(loaded.game.n_rows, loaded.game.row_start, seed)
    found = expected_payoffs(form, plans(form, strategy))
    wanted = walked(loaded.game, loaded.payload, strategy)
    np.testing.assert_allclose(found, wanted, atol=1e-12)


@quick
@given(games(width=25), st.integers(0, 2**16))
def test_plans_and_behavior_lead_back_to_each_other(game_and_payload, seed):
    game, payload = game_and_payload
    form = sequence_form(game, payload)
    strategy = some_play(game, seed)
    there = plans(form, strategy)
    back = behavior(form, there, game)
    for plan, again in zip(there, plans(form, back), strict=True):
        np.testing.assert_allclose(again, plan, atol=1e-14)
    for plex, plan in zip(form.plexes, there, strict=True):
        for i in range(plex.n_sets):
            here = slice(plex.first[i], plex.first[i + 1])
            assert plan[here].sum() == pytest.approx(plan[plex.parent[i]], abs=1e-14)
            rows = plex.row[here]
            if plan[plex.parent[i]] == 0:
                np.testing.assert_allclose(back[rows], 1 / len(rows))
            else:
                np.testing.assert_allclose(back[rows], strategy[rows], atol=1e-9)


@quick
@given(games(width=25))
def test_every_set_and_row_has_its_place(game_and_payload):
    """Sets that nothing reaches are there too, each after its parent, in stages."""
    game, payload = game_and_payload
    form = sequence_form(game, payload)
    seen = []
    for p, plex in enumerate(form.plexes):
        assert plex.first[0] == 1
        assert plex.first[-1] == plex.n_sequences == len(plex.row)
        assert (plex.parent < plex.first[:-1]).all()
        assert (game.cell_player[plex.cell] == p).all()
        known = set(zip(plex.cell.tolist(), plex.type.tolist(), strict=True))
        assert len(known) == plex.n_sets
        seen += plex.row[1:].tolist()
        stage = np.zeros(plex.n_sets, dtype=int)
        for i in range(plex.n_sets):
            above = plex.set_of[plex.parent[i]]
            stage[i] = 0 if above < 0 else stage[above] + 1
        wanted = [int((stage < d).sum()) for d in range(int(stage.max(initial=-1)) + 2)]
        assert plex.stage_start.tolist() == wanted
        assert (np.diff(stage) >= 0).all()
    assert sorted(seen) == list(range(game.n_rows))


def test_sequences_are_counted_once_in_payoffs():
    from standoff.game.openspiel import load_openspiel

    loaded = load_openspiel("kuhn_poker")
    form = sequence_form(loaded.game, loaded.payload)
    assert len(np.unique(form.sequence, axis=0)) == len(form.sequence) == 30
    assert [plex.n_sequences for plex in form.plexes] == [13, 13]
    assert [plex.n_sets for plex in form.plexes] == [6, 6]


def tree_of_two_moves(same_set, forget):
    """One player moves twice; the second set may hold the nodes after both first actions."""
    return build_game(
        ("solo",),
        parent=np.array([-1, 0, 0, 1, 1, 2, 2]),
        action=np.array([-1, 0, 1, 0, 1, 0, 1]),
        actor=np.array([0, 0, 0, END, END, END, END], dtype=np.int8),
        info=np.array([0, same_set[0], same_set[1], -1, -1, -1, -1]),
        odds=np.ones(7),
        payoff=np.arange(7.0)[:, None] * forget,
    )


def test_who_forgets_is_named():
    good = tree_of_two_moves((1, 2), 1.0)
    form = sequence_form(good.game, good.payload)
    assert form.plexes[0].parent.tolist() == [0, 1, 2]
    bad = tree_of_two_moves((1, 1), 1.0)
    with pytest.raises(ImperfectRecall, match="'solo' has imperfect recall") as caught:
        sequence_form(bad.game, bad.payload)
    assert caught.value.cell == 1
    assert caught.value.player == "solo"


def test_an_absent_minded_driver_has_imperfect_recall():
    driver = build_game(
        ("driver",),
        parent=np.array([-1, 0, 0, 1, 1]),
        action=np.array([-1, 0, 1, 0, 1]),
        actor=np.array([0, 0, END, END, END], dtype=np.int8),
        info=np.array([0, 0, -1, -1, -1]),
        odds=np.ones(5),
        payoff=np.array([[0.0], [0.0], [0.0], [1.0], [4.0]]),
    )
    assert driver.game.cell_level.tolist() == [-1]
    with pytest.raises(ImperfectRecall):
        sequence_form(driver.game, driver.payload)


def total_by_play(game, payload):
    """What all get under each pure strategy profile of a small tree."""
    sums = []
    sizes = np.diff(game.action_start)
    for choice in itertools.product(*(range(int(n)) for n in sizes)):
        strategy = np.zeros(game.n_rows)
        strategy[game.row_start[:-1] + np.array(choice, dtype=int)] = 1.0
        sums.append(walked(game, payload, strategy).sum())
    return np.array(sums)


@quick
@given(trees(max_moves=7))
def test_totals_that_play_cannot_change(tree):
    loaded = tree.load()
    found = constant_total(loaded.game, loaded.payload)
    sums = total_by_play(loaded.game, loaded.payload)
    # What makes no difference to the total of any pure profile may still do so at single nodes.
    assert found is None or np.abs(sums - found).max() < 1e-9
    assert np.ptp(sums) < 1e-9 or found is None


@quick
@given(trees(zero_sum=True))
def test_zero_sum_games_are_seen_as_such(tree):
    loaded = tree.load()
    assert constant_total(loaded.game, loaded.payload) == 0.0
    more = tree.plus({0: 2.0}).load()
    assert constant_total(more.game, more.payload) == pytest.approx(2.0)


def test_a_total_that_chance_alone_changes():
    game = build_game(
        ("a", "b"),
        parent=np.array([-1, 0, 0, 1, 1]),
        action=np.array([-1, 0, 1, 0, 1]),
        actor=np.array([CHANCE, 0, END, END, END], dtype=np.int8),
        info=np.array([-1, 0, -1, -1, -1]),
        odds=np.array([1.0, 0.25, 0.75, 1.0, 1.0]),
        payoff=np.array([[0, 0], [1, 0], [0, 0], [3, 1], [1, 3.0]]),
    )
    assert constant_total(game.game, game.payload) == pytest.approx(1.25)
