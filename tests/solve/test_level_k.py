"""Level-k and the cognitive hierarchy, against their definitions by recursion over histories."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from standoff.game.game import END
from standoff.solve.cognitive_hierarchy import cognitive_hierarchy, poisson_shares
from standoff.solve.level_k import level_k
from standoff.solve.sequence_form import ImperfectRecall
from strategies import kernel_reference as reference
from strategies.games import games, random_game
from strategies.trees import Tree

QUICK = settings(derandomize=True, deadline=None, max_examples=25)


def in_proportion(game, payload):
    out = np.empty(game.n_rows)
    for c in range(len(game.cell_player)):
        b = range(game.action_start[c], game.action_start[c + 1])
        rate = np.array([math.exp(payload.log_rate[game.rate_row[i], 0]) for i in b])
        for a in range(len(rate)):
            for t in range(game.n_types[game.cell_player[c]]):
                out[reference.row(game, c, a, t)] = rate[a] / rate.sum()
    return out


def own_reach(game, strategy, c, t):
    """How likely the owner's own moves are on the way to a cell, for one of its types."""
    node, p, odds = int(game.cell_node[game.cell_start[c]]), game.cell_player[c], 1.0
    while game.parent[node] >= 0:
        above, edge = int(game.parent[node]), game.parent_edge[node]
        if game.actor[above] == p:
            a = game.edge_action[edge] - game.action_start[game.cell[above]]
            odds *= strategy[reference.row(game, game.cell[above], a, t)]
        node = above
    return odds


def mixed(game, shares, strategies):
    """The behavior strategy of drawing one of the strategies, each player for itself."""
    out = np.empty(game.n_rows)
    for c in range(len(game.cell_player)):
        for t in range(game.n_types[game.cell_player[c]]):
            weight = [s * own_reach(game, x, c, t) for s, x in zip(shares, strategies, strict=True)]
            for a in range(game.action_start[c + 1] - game.action_start[c]):
                i = reference.row(game, c, a, t)
                parts = [w * x[i] for w, x in zip(weight, strategies, strict=True)]
                out[i] = sum(parts) / sum(weight)
    return out


def responses(game, payload, believed):
    """Everybody's logit response to `believed`, last cells first, and the values met."""
    answer, met = believed.copy(), {}
    for p in range(len(game.players)):
        play = believed[:, None].copy()  # the others as believed, p as found so far
        for c in np.argsort(-game.cell_level, kind="stable"):
            if game.cell_player[c] != p:
                continue
            nodes = game.cell_node[game.cell_start[c] : game.cell_start[c + 1]]
            weights = reference.reach(game, payload, 0, believed[:, None], without=p)[nodes]
            b = slice(game.action_start[c], game.action_start[c + 1])
            for t in range(game.n_types[p]):
                ks = [k for k in range(game.n_profiles) if game.profile_type[k, p] == t]
                belief = weights[:, ks] / weights[:, ks].sum()
                values = np.zeros(b.stop - b.start)
                for i, n in enumerate(nodes):
                    for a, e in reference.edges_of(game, n):
                        for j, k in enumerate(ks):
                            child = int(game.child[e])
                            worth = reference.expected(game, payload, 0, play, p, k, child)
                            values[a] += belief[i, j] * worth
                met[c, t] = values
                z = payload.log_rate[game.rate_row[b], 0]
                if np.isinf(payload.precision[0]):
                    odds = np.where(values >= values.max() - 1e-9, np.exp(z), 0)
                else:
                    z = z + payload.precision[0] / payload.stake[game.type_start[p] + t] * values
                    odds = np.exp(z - z.max())
                for a in range(len(values)):
                    i = reference.row(game, c, a, t)
                    play[i] = answer[i] = odds[a] / odds.sum()
    return answer, met


@QUICK
@given(games(max_levels=4, width=8, variants=1))
def test_each_level_is_the_logit_response_to_the_one_below(case):
    game, payload = case
    found = level_k(game, payload, k=3)
    assert len(found.levels) == 4 and found.strategies[0] is found.levels[3]
    np.testing.assert_allclose(found.levels[0], in_proportion(game, payload), rtol=1e-13)
    for below, level in zip(found.levels, found.levels[1:], strict=False):
        np.testing.assert_allclose(level, responses(game, payload, below)[0], atol=1e-10)


@QUICK
@given(games(max_levels=4, width=8, variants=1))
def test_each_level_of_the_hierarchy_responds_to_the_levels_below(case):
    game, payload = case
    found = cognitive_hierarchy(game, payload, tau=1.3, levels=3)
    shares = np.array([1.3**j / math.factorial(j) for j in range(4)])
    np.testing.assert_allclose(found.shares, shares / shares.sum(), rtol=1e-12)
    np.testing.assert_allclose(found.levels[0], in_proportion(game, payload), rtol=1e-13)
    for k in range(1, 4):
        believed = mixed(game, shares[:k], found.levels[:k])
        wanted, _ = responses(game, payload, believed)
        np.testing.assert_allclose(found.levels[k], wanted, atol=1e-9)
    np.testing.assert_allclose(
        found.strategies[0], mixed(game, shares, found.levels), rtol=1e-9, atol=1e-12
    )


def test_exact_levels_believe_the_highest_level_that_is_not_refuted():
    """The belief is the limit of mixtures in which each lower level is less likely by a factor;
    with a small factor, sets at which a gap is clear must be played alike.
    """
    compared = refuted = 0
    for seed in range(60):
        n_types = [(2, 2), (1, 2), (1, 1, 2), (1, 1)][seed % 4]
        game, payload = random_game(
            seed, n_types=n_types, levels=5, hidden=bool(seed % 3), variants=1, width=14
        )
        if not game.n_rows:
            continue
        payload = replace(payload, precision=np.array([np.inf]))
        found = level_k(game, payload, k=3)
        for k in range(1, 4):
            shares = 1e-6 ** np.arange(k)[::-1]
            believed = mixed(game, shares, found.levels[:k])
            wanted, met = responses(game, payload, believed)
            alone = reference.reach(game, payload, 0, found.levels[k - 1][:, None])
            for (c, t), values in met.items():
                gaps = np.diff(np.sort(values))
                if (np.abs(gaps) < 1e-3).any():
                    continue
                T = game.n_types[game.cell_player[c]]
                rows = slice(game.row_start[c] + t, game.row_start[c + 1], T)
                np.testing.assert_allclose(found.levels[k][rows], wanted[rows], atol=1e-12)
                nodes = game.cell_node[game.cell_start[c] : game.cell_start[c + 1]]
                compared += 1
                refuted += bool(alone[nodes].sum() == 0)
    assert compared > 500 and refuted > 100


def simultaneous(first, second):
    """A bimatrix game as a tree."""
    tree = Tree(players=2)
    tree.decide(0, 0, info=0)
    for i in range(len(first)):
        n = tree.add(0)
        tree.decide(n, 1, info=1)
        for j in range(len(first[0])):
            tree.add(n, pay=(first[i][j], second[i][j]))
    built = tree.build()
    return built.game, built.payload


def test_a_bimatrix_game_by_hand():
    """Rows against a uniform column: 3/3, 4/3, 5/3; columns against uniform rows: 2, 2, 1."""
    first = [[3, 0, 0], [2, 1, 1], [0, 4, 1]]
    second = [[2, 0, 1], [4, 2, 0], [0, 4, 2]]
    game, payload = simultaneous(first, second)
    one = level_k(game, payload, k=1, precision=math.inf).strategies[0]
    np.testing.assert_array_equal(one, [0, 0, 1, 0.5, 0.5, 0])
    two = level_k(game, payload, k=2, precision=math.inf).strategies[0]
    # The row player faces (1/2, 1/2, 0): 1.5, 1.5, 2; the column player row 3: 0, 4, 2.
    np.testing.assert_array_equal(two, [0, 0, 1, 0, 1, 0])
    soft = level_k(game, payload, k=1, precision=2.0).strategies[0]
    odds = np.exp(2.0 * np.array([3, 4, 5]) / 3)
    np.testing.assert_allclose(soft[:3], odds / odds.sum(), rtol=1e-14)
    np.testing.assert_array_equal(level_k(game, payload, k=0).strategies[0], np.full(6, 1 / 3))


def test_the_hierarchy_by_hand():
    """Two strategies, of which the second is best once the first is rare enough: the entry game
    of two with a place for one. Level 1 enters against half; level 2 faces half-entrants and
    entrants in the proportion 1 to tau, and stays out.
    """
    game, payload = simultaneous([[0, 0], [1, -0.5]], [[0, 1], [0, -0.5]])
    found = cognitive_hierarchy(game, payload, tau=1.5, levels=2, precision=math.inf)
    np.testing.assert_array_equal(found.levels[1], [0, 1, 0, 1])
    # Entering: p against 1 - p/2 of it, p the odds of the other: 1 - 1.5 p > 0 until p = 2/3.
    entering = (0.5 + 1.5) / 2.5
    assert 1 - 1.5 * entering < 0
    np.testing.assert_array_equal(found.levels[2], [1, 0, 1, 0])
    weight = np.array([1, 1.5, 1.125])
    enters = (0.5 * weight[0] + weight[1]) / weight.sum()
    np.testing.assert_allclose(found.strategies[0], [1 - enters, enters] * 2, rtol=1e-14)


def test_many_steps_are_an_equilibrium_where_play_settles():
    """Backward induction in a few steps, on a centipede of six nodes."""
    tree = Tree(players=2)
    at, heaps = 0, (4.0, 1.0)
    for r in range(6):
        tree.decide(at, r % 2)
        tree.add(at, pay=heaps if r % 2 == 0 else heaps[::-1])
        at, heaps = tree.add(at), (2 * heaps[0], 2 * heaps[1])
    tree.payoff[at] = heaps
    built = tree.build()
    last = level_k(built.game, built.payload, k=12, precision=math.inf).strategies[0]
    np.testing.assert_array_equal(last, [1.0, 0.0] * 6)
    first = level_k(built.game, built.payload, k=1, precision=math.inf).strategies[0]
    assert first.reshape(6, 2)[0, 0] == 0  # against random play it pays to pass at first


def test_poisson_shares():
    np.testing.assert_array_equal(poisson_shares(0.0, 3), [1, 0, 0, 0])
    np.testing.assert_allclose(poisson_shares(2.0, 3), np.array([3, 6, 6, 4]) / 19, rtol=1e-14)
    assert poisson_shares(900.0, 900)[-1] > 0.01  # no overflow
    for bad in (-1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="mean number of steps"):
            poisson_shares(bad, 2)


def test_no_steps_and_bad_input():
    game, payload = random_game(4, variants=1)
    zero = in_proportion(game, payload)
    np.testing.assert_allclose(
        cognitive_hierarchy(game, payload, tau=0, levels=2).strategies[0], zero, rtol=1e-12
    )
    np.testing.assert_allclose(level_k(game, payload, k=2, precision=0).strategies[0], zero)
    with pytest.raises(ValueError, match="counted from 0"):
        level_k(game, payload, k=-1)
    with pytest.raises(ValueError, match="counted from 0"):
        cognitive_hierarchy(game, payload, tau=1, levels=-1)
    with pytest.raises(ValueError, match="not negative"):
        level_k(game, payload, k=1, precision=-1.0)


def test_a_set_that_chance_never_reaches_is_played_in_proportion():
    tree = Tree(players=1)
    tree.actor[0] = -1
    for odds in (1.0, 0.0):
        n = tree.add(0, odds=odds)
        tree.decide(n, 0)
        tree.add(n, pay=(1.0,))
        tree.add(n, pay=(0.0,))
    built = tree.build()
    found = level_k(built.game, built.payload, k=1, precision=math.inf)
    np.testing.assert_array_equal(found.strategies[0], [1, 0, 0.5, 0.5])


def test_ties_are_broken_by_the_rates():
    tree = Tree(players=1)
    tree.decide(0, 0)
    for pay in (1.0, 0.0, 1.0):
        tree.add(0, pay=(pay,))
    built = tree.build()
    game = replace(built.game, rate_row=np.array([1, 0, 0], dtype=np.int32))
    payload = replace(built.payload, log_rate=np.log([[1.0], [3.0]]))
    found = level_k(game, payload, k=1, precision=math.inf)
    np.testing.assert_allclose(found.levels[0], [0.6, 0.2, 0.2], rtol=1e-14)
    np.testing.assert_allclose(found.strategies[0], [0.75, 0, 0.25], rtol=1e-14)


def test_forgetting_is_refused():
    tree = Tree(players=1)
    tree.decide(0, 0, info=0)
    for _ in range(2):
        n = tree.add(0)
        tree.decide(n, 0, info=1)
        tree.add(n)
        tree.add(n)
    built = tree.build()
    for solver in (level_k, cognitive_hierarchy):
        with pytest.raises(ImperfectRecall):
            named = {"k": 1} if solver is level_k else {"tau": 1.0, "levels": 2}
            solver(built.game, built.payload, **named)


def test_a_game_without_a_choice():
    game, payload = next(
        case for case in (random_game(s, n_types=(2,), levels=1, variants=1) for s in range(20))
        if not case[0].n_rows
    )  # fmt: skip
    assert (game.actor == END).any()
    assert level_k(game, payload, k=2).strategies[0].shape == (0,)
    assert cognitive_hierarchy(game, payload, tau=1, levels=2).strategies[0].shape == (0,)
