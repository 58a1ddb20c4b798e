"""Certificates against trying every pure plan, against other certificates, and by their speed."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from standoff.game.efg_read import load_efg
from standoff.game.efg_write import to_efg
from standoff.game.game import CHANCE, Game, Payload
from standoff.solve import gains, logit_residual
from standoff.solve.certificates import Certifier
from standoff.solve.sequence_form import ImperfectRecall
from strategies import kernel_reference as reference
from strategies.games import games, random_game
from strategies.nested_games import Chance, End, Move, Nested, strategy_of
from strategies.random_games import random_tree, some_strategy, trees


def worth(game: Game, payload: Payload, strategy, player: int) -> float:
    """What a player expects, by recursion over histories and profiles of types."""

    def below(node: int, k: int) -> float:
        pair = game.type_start[player] + game.profile_type[k, player]
        total = payload.payoff[game.payoff_row[node], pair, 0]
        for e in range(game.edge_start[node], game.edge_start[node + 1]):
            after = below(int(game.child[e]), k)
            who, action = game.actor[node], game.edge_action[e]
            if who == CHANCE:
                total += payload.odds[action, 0] * after
            else:
                c = game.cell[node]
                row = game.row_start[c] + (action - game.action_start[c]) * game.n_types[who]
                total += strategy[row + game.profile_type[k, who]] * after
        return total

    return sum(payload.prior[k, 0] * below(0, k) for k in range(game.n_profiles))


def pure_plans(game: Game, player: int):
    """Every pure plan of a player, as the rows of its sets."""
    sets = [
        (int(game.row_start[c]), int(np.diff(game.action_start)[c]), int(game.n_types[player]), t)
        for c in np.flatnonzero(game.cell_player == player)
        for t in range(game.n_types[player])
    ]
    for choice in itertools.product(*(range(n) for _, n, _, _ in sets)):
        yield [
            (low + a * T + t, float(a == chosen))
            for (low, n, T, t), chosen in zip(sets, choice, strict=True)
            for a in range(n)
        ]


def plans_of(game: Game, player: int) -> int:
    mine = game.cell_player == player
    return int(np.prod(np.diff(game.action_start)[mine].astype(float) ** game.n_types[player]))


def best_by_trying(game, payload, strategies, weights, player) -> float:
    """The most that one pure plan of a player earns against a mixture of profiles."""
    best = -np.inf
    for plan in pure_plans(game, player):
        total = 0.0
        for share, strategy in zip(weights, strategies, strict=True):
            own = np.array(strategy)
            for row, odds in plan:
                own[row] = odds
            total += share * worth(game, payload, own, player)
        best = max(best, total)
    return best


def compare_with_trying(game: Game, payload: Payload, strategies, weights) -> None:
    certifier = Certifier(game, payload)
    P = range(len(game.players))
    have = np.array([[worth(game, payload, s, p) for p in P] for s in strategies])
    for s, wanted in zip(strategies, have, strict=True):
        np.testing.assert_allclose(certifier.values(s), wanted, rtol=1e-10, atol=1e-11)
    best = np.array([best_by_trying(game, payload, strategies, weights, p) for p in P])
    gap = certifier.gap_by_player(strategies, weights)
    wanted = np.maximum(best - weights @ have, 0.0)  # a device may be better than any reply
    np.testing.assert_allclose(gap, wanted, rtol=1e-9, atol=1e-10)
    assert certifier.coarse_gap(strategies, weights) == gap.max()
    alone = certifier.gains(strategies[0])
    one = np.array([best_by_trying(game, payload, strategies[:1], np.ones(1), p) for p in P])
    np.testing.assert_allclose(alone, one - have[0], rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(certifier.best_values(strategies[0]), one, rtol=1e-9, atol=1e-10)
    assert certifier.nash_conv(strategies[0]) == pytest.approx(alone.sum(), abs=1e-12)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(trees(max_moves=9), st.integers(0, 99), st.integers(1, 3))
def test_gains_and_gaps_of_random_games(tree, seed, profiles):
    loaded = tree.load()
    game = loaded.game
    assume(max(plans_of(game, p) for p in range(len(game.players))) <= 60)
    strategies = [some_strategy(game.n_rows, game.row_start, seed + i) for i in range(profiles)]
    weights = np.random.default_rng(seed).dirichlet(np.ones(profiles))
    compare_with_trying(game, loaded.payload, strategies, weights)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(games(max_levels=4, width=8, variants=1), st.integers(1, 3))
def test_gains_and_gaps_where_types_are_axes(case, profiles):
    game, payload = case
    assume(max(plans_of(game, p) for p in range(len(game.players))) <= 60)
    strategies = [reference.random_strategy(game, 1, i)[:, 0] for i in range(profiles)]
    weights = np.random.default_rng(profiles).dirichlet(np.ones(profiles))
    compare_with_trying(game, payload, strategies, weights)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(games(max_levels=5, width=30, variants=2))
def test_the_same_as_the_batch_certificates(case):
    game, payload = case
    strategy = reference.random_strategy(game, 2, 3)
    by_pair = gains(game, payload, strategy, threads=1)
    residual = logit_residual(game, payload, strategy)
    for v in (0, 1):
        certifier = Certifier(game, payload, v)
        share = np.concatenate([
            np.bincount(game.profile_type[:, p], weights=payload.prior[:, v])
            for p in range(len(game.players))
        ])  # fmt: skip
        wanted = np.add.reduceat(by_pair[:, v] * share, game.type_start[:-1])
        np.testing.assert_allclose(certifier.gains(strategy[:, v]), wanted, rtol=1e-9, atol=1e-10)
        assert certifier.logit_residual(strategy[:, v]) == pytest.approx(residual[v], rel=1e-9)


def test_sets_without_an_order_in_time():
    """Each of two players may be asked first, and does not know whether it is."""
    end = [[End(2, 0), End(0, 1)], [End(-1, 3), End(1, 1)]]

    def first(a: str) -> Move:
        return Move(0, "one", {x: Move(1, "two", {
            y: end[i][j] for j, y in enumerate("lr")}) for i, x in enumerate("LR")})  # fmt: skip

    def second() -> Move:
        return Move(1, "two", {y: Move(0, "one", {
            x: end[i][j] for i, x in enumerate("LR")}) for j, y in enumerate("lr")})  # fmt: skip

    loaded = Nested(("A", "B"), Chance({"h": (0.5, first("")), "t": (0.5, second())})).load()
    assert (loaded.game.cell_level == -1).all()
    for seed in range(5):
        some = [some_strategy(loaded.game.n_rows, loaded.game.row_start, seed + i) for i in (0, 9)]
        compare_with_trying(loaded.game, loaded.payload, some, np.array([0.3, 0.7]))


def forgetful() -> Nested:
    """The player does not remember its first choice (imperfect recall)."""
    return Nested(("A", "B"), Move(0, "first", {
        x: Move(0, "second", {y: End(float(x == y), 0) for y in "ab"}) for x in "ab"}))  # fmt: skip


def test_a_player_who_forgets_has_values_but_no_best_reply():
    loaded = forgetful().load()
    certifier = Certifier(loaded.game, loaded.payload)
    play = strategy_of(loaded, {"first": {"a": 0.25, "b": 0.75}, "second": {"a": 0.5, "b": 0.5}})
    np.testing.assert_allclose(certifier.values(play), [0.5, 0])
    play = strategy_of(loaded, {"first": {"a": 0.25, "b": 0.75}, "second": {"a": 1}})
    np.testing.assert_allclose(certifier.values(play), [0.25, 0])
    with pytest.raises(ImperfectRecall) as problem:
        certifier.gains(play)
    assert problem.value.player == "A"
    assert certifier.logit_residual(play) > 0


@settings(derandomize=True, deadline=None, max_examples=25)
@given(trees(perfect=True), st.integers(0, 9))
def test_in_a_subgame_one_deviation_is_as_good_as_many(tree, seed):
    loaded = tree.load()
    game, payload = loaded.game, loaded.payload
    assume(len(game.cell_player))
    certifier = Certifier(game, payload)
    # Backward induction, plainly: the first of the best actions everywhere.
    value = payload.payoff[game.payoff_row][:, :, 0].copy()
    best = np.zeros(game.n_rows)
    for n in range(game.n_nodes - 1, -1, -1):
        edges = range(game.edge_start[n], game.edge_start[n + 1])
        if game.actor[n] == CHANCE:
            value[n] += sum(
                payload.odds[game.edge_action[e], 0] * value[game.child[e]] for e in edges
            )
        elif game.actor[n] >= 0:
            e = max(edges, key=lambda e: value[game.child[e], game.actor[n]])
            best[game.row_start[game.cell[n]] + e - game.edge_start[n]] = 1.0
            value[n] += value[game.child[e]]
    assert certifier.subgame_gap(best) <= 1e-12
    assert certifier.nash_conv(best) <= 1e-12
    np.testing.assert_allclose(certifier.values(best), value[0], atol=1e-12)
    other = some_strategy(game.n_rows, game.row_start, seed)
    low, high = certifier.subgame_gap(other), certifier.gains(other).max()
    assert low > 1e-9 or high <= 1e-9  # no gain in any subgame: none in the whole


def test_a_threat_that_nobody_would_carry_out():
    """Nash, but not in every subgame (Selten 1965's point, on the smallest tree)."""
    loaded = Nested(("entrant", "incumbent"), Move(0, "enter?", {
        "out": End(0, 2), "in": Move(1, "fight?", {"fight": End(-1, -1), "yield": End(1, 1)})})
    ).load()  # fmt: skip
    certifier = Certifier(loaded.game, loaded.payload)
    threat = strategy_of(loaded, {"enter?": {"out": 1}, "fight?": {"fight": 1}})
    assert certifier.nash_conv(threat) == 0
    assert certifier.subgame_gap(threat) == pytest.approx(2)
    peace = strategy_of(loaded, {"enter?": {"in": 1}, "fight?": {"yield": 1}})
    assert certifier.subgame_gap(peace) == 0


def test_the_local_gap_is_for_perfect_information_only_where_it_speaks_of_subgames():
    game, payload = random_game(3, n_types=(1, 1), levels=4, hidden=True, variants=1)
    assert (np.diff(game.cell_start) > 1).any()
    with pytest.raises(ValueError, match="perfect information"):
        Certifier(game, payload).subgame_gap(reference.random_strategy(game, 1, 1)[:, 0])


def test_a_correlation_device_is_no_product():
    """Aumann's (1974) game of chicken: the public coin between the two pure equilibria."""
    pay = {("dare", "dare"): (0, 0), ("dare", "yield"): (7, 2), ("yield", "dare"): (2, 7),
           ("yield", "yield"): (6, 6)}  # fmt: skip
    loaded = Nested(("A", "B"), Move(0, "A", {
        a: Move(1, "B", {b: End(*pay[a, b]) for b in ("dare", "yield")})
        for a in ("dare", "yield")})).load()  # fmt: skip
    certifier = Certifier(loaded.game, loaded.payload)

    def both(a: str, b: str):
        return strategy_of(loaded, {"A": {a: 1}, "B": {b: 1}})

    coin = [both("dare", "yield"), both("yield", "dare")]
    assert certifier.coarse_gap(coin, np.array([0.5, 0.5])) == 0
    mixed = strategy_of(loaded, {})
    assert certifier.coarse_gap([mixed], np.ones(1)) == pytest.approx(0.25)  # 4 by yielding
    crash = [both("dare", "dare"), both("yield", "yield")]
    assert certifier.coarse_gap(crash, np.array([0.5, 0.5])) == pytest.approx(1.0)
    # Aumann's own device: 5 each; who turns it down can get 14/3 at best.
    three = [*coin, both("yield", "yield")]
    weights = np.full(3, 1 / 3)
    assert certifier.coarse_gap(three, weights) == 0
    for wrong in (np.array([0.5, 0.6, -0.1]), np.array([0.5, 0.5]), np.full(3, 0.3)):
        with pytest.raises(ValueError):
            certifier.coarse_gap(three, wrong)


def test_shapes_are_checked():
    loaded = forgetful().load()
    with pytest.raises(ValueError, match="rows"):
        Certifier(loaded.game, loaded.payload).values(np.ones((loaded.game.n_rows, 1)))


def test_a_game_without_a_choice():
    loaded = Nested(("A",), Chance({"x": (0.25, End(4)), "y": (0.75, End(0))})).load()
    certifier = Certifier(loaded.game, loaded.payload)
    nothing = np.empty(0)
    assert certifier.values(nothing) == pytest.approx([1.0])
    assert certifier.nash_conv(nothing) == 0
    assert certifier.logit_residual(nothing) == 0


def test_fast_enough_to_be_used_while_solving():
    """Ten thousand histories take a tenth of a millisecond on a quiet machine; thirty times as
    long is allowed here."""
    loaded = random_tree(4, moves=5000, hidden=0.3).load()
    game = loaded.game
    assert game.n_nodes > 9000
    certifier = Certifier(game, loaded.payload)
    strategy = some_strategy(game.n_rows, game.row_start, 1)
    certifier.nash_conv(strategy), certifier.logit_residual(strategy)
    best = np.inf
    for _ in range(10):
        began = time.perf_counter()
        certifier.nash_conv(strategy)
        best = min(best, time.perf_counter() - began)
    assert best < 3e-3


@settings(derandomize=True, deadline=None, max_examples=25)
@given(games(max_levels=4, width=8, variants=1), st.integers(0, 9))
def test_types_as_axes_and_the_textbook_form_of_the_same_game(case, seed):
    """Written out flat as a file and read again, a profile of strategies is worth the same."""
    game, payload = case
    assume(game.n_rows and (payload.prior > 1e-6).all())
    flat = load_efg(to_efg(game, payload))
    strategy = reference.random_strategy(game, 1, seed)[:, 0]
    known = set(flat.labels.sets)
    rows = np.empty(flat.game.n_rows)
    for c in range(len(game.cell_player)):
        p = game.cell_player[c]
        for t, label in enumerate(game.types[p]):
            names = known & {f"{c} {label}".strip(), f"{c} {label}"}
            at = flat.labels.sets.index(names.pop())
            own = strategy[game.row_start[c] + t : game.row_start[c + 1] : game.n_types[p]]
            rows[flat.game.row_start[at] : flat.game.row_start[at + 1]] = own
    one, other = Certifier(game, payload), Certifier(flat.game, flat.payload)
    np.testing.assert_allclose(one.values(strategy), other.values(rows), atol=1e-9)
    np.testing.assert_allclose(one.gains(strategy), other.gains(rows), atol=1e-9)
    # Quantal response in units of stakes, where rates are one.
    even = replace(payload, log_rate=np.zeros_like(payload.log_rate))
    flat = load_efg(to_efg(game, even, in_stakes=True))
    other = Certifier(flat.game, replace(flat.payload, precision=payload.precision))
    assert Certifier(game, even).logit_residual(strategy) == pytest.approx(
        other.logit_residual(rows), rel=1e-6, abs=1e-9
    )
