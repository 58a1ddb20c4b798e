"""What changes nothing in a game changes nothing in its solutions, concept by concept."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from known_games import (
    BAGWELL,
    BEER_QUICHE,
    CENTIPEDE,
    CHAIN_STORE,
    CHICKEN,
    HORSE,
    KUHN,
    MYERSON,
    PENNIES,
    SEXES,
    SOFTWARE,
    STENGEL,
    TOLL,
)

from standoff.game.game import Game
from standoff.solve.certificates import Certifier
from standoff.solve.solving import solve
from strategies.nested_games import Chance, End, Move, Nested, play_of, strategy_of
from strategies.random_games import some_strategy, trees

NAMED = (
    BAGWELL, BEER_QUICHE, CENTIPEDE, CHAIN_STORE, CHICKEN, HORSE, KUHN, MYERSON, PENNIES, SEXES,
    SOFTWARE, STENGEL, TOLL,
)  # fmt: skip
ZERO_SUM = tuple(k for k in NAMED if k.zero_sum)
Change = tuple[str, Nested, tuple[int, ...], np.ndarray]
"""Name, the tree that came of it, the place of each player, the factor of each player's payoff."""


def relabeled(tree: Nested) -> list[Change]:
    """The same game with its parts in other places."""
    P = len(tree.players)
    turned = tuple((p + 1) % P for p in range(P))
    ones = np.ones(P)
    return [
        ("players in other places", tree.players_as(turned), turned, ones),
        ("actions and outcomes reversed", tree.reversed(), tuple(range(P)), ones),
        ("all of that", tree.reversed().players_as(turned), turned, ones),
    ]


def shifted(tree: Nested) -> list[Change]:
    """Constants on a player's payoffs, and positive factors (powers of two round nothing)."""
    P = len(tree.players)
    stay = tuple(range(P))
    return [
        ("a constant more", tree.plus({0: 4.0}), stay, np.ones(P)),
        ("another unit", tree.scaled({0: 8.0}), stay, np.array([8.0, *[1.0] * (P - 1)])),
    ]


def carried(before, after, strategy: np.ndarray) -> np.ndarray:
    """A strategy in the rows of a changed game that has the same names."""
    return strategy_of(after, play_of(before, strategy))


def cases(known_games, changes):
    return [
        pytest.param(k, c, id=f"{k}, {c[0]}") for k in known_games for c in changes(k.game)
    ]  # fmt: skip


# Certificates.


@settings(derandomize=True, deadline=None, max_examples=40)
@given(trees(), st.integers(0, 99))
def test_certificates(tree, seed):
    before = tree.load()
    game = before.game
    assume(game.n_rows)
    strategy = some_strategy(game.n_rows, game.row_start, seed)
    one = Certifier(game, before.payload)
    gains, values = one.gains(strategy), one.values(strategy)
    residual = one.logit_residual(strategy)
    for name, changed, place, factor in [*relabeled(tree), *shifted(tree)]:
        after = changed.load()
        other = Certifier(after.game, after.payload)
        same = carried(before, after, strategy)
        place = np.array(place)
        np.testing.assert_allclose(
            other.gains(same)[place], gains * factor, rtol=1e-9, atol=1e-9, err_msg=name
        )
        if name != "a constant more":
            np.testing.assert_allclose(
                other.values(same)[place], values * factor, rtol=1e-9, atol=1e-9, err_msg=name
            )
        if name != "another unit":
            assert other.logit_residual(same) == pytest.approx(residual, rel=1e-9, abs=1e-9)


def test_the_residual_where_precision_is_divided_by_the_unit():
    tree = KUHN.game
    before, after = tree.load(), tree.scaled({0: 4.0, 1: 4.0}).load()
    strategy = some_strategy(before.game.n_rows, before.game.row_start, 3, zeros=0.0)
    divided = replace(after.payload, precision=np.full(1, 0.25))
    assert Certifier(after.game, divided).logit_residual(strategy) == pytest.approx(
        Certifier(before.game, before.payload).logit_residual(strategy), rel=1e-12
    )


# Nash equilibria: whatever is found in the changed game is one of the game itself.


@pytest.mark.parametrize(("known", "change"), cases(NAMED, relabeled) + cases(NAMED, shifted))
def test_nash(known, change):
    _, changed, _, factor = change
    before, after = known.load(), changed.load()
    solved = solve(after, "nash", tolerance=1e-8, time=20)
    assert solved.status == "solved"
    back = carried(after, before, solved.profiles[0].strategy)
    certifier = Certifier(before.game, before.payload)
    assert certifier.nash_conv(back) <= 1e-8 * max(1.0, float(factor.max()))
    if known.value is not None:
        np.testing.assert_allclose(certifier.values(back), known.value, atol=1e-7)
    if known.holds is not None:
        assert known.holds(play_of(before, back))


@pytest.mark.parametrize(
    ("known", "change"),
    cases((SEXES, CHICKEN, STENGEL, BAGWELL), relabeled)
    + cases((SEXES, CHICKEN, STENGEL, BAGWELL), shifted),
)
def test_the_whole_set_of_nash_equilibria(known, change):
    before, after = known.load(), change[1].load()
    solved = solve(after, "nash", equilibria="all", tolerance=1e-8, time=20)
    found = [carried(after, before, p.strategy) for p in solved.profiles]
    wanted = [strategy_of(before, p) for p in known.examples]
    assert solved.complete and len(found) == len(wanted)
    for w in wanted:
        assert min(np.abs(f - w).max() for f in found) < 1e-6


# Values of zero-sum games.


@pytest.mark.parametrize("method", ["lp", "regret"])
@pytest.mark.parametrize("known", ZERO_SUM, ids=str)
def test_values_of_zero_sum_games(known, method):
    """Chance in steps or twice, an action that nobody would take: the value stays."""
    accuracy = 1e-8 if method == "lp" else 2e-4
    worst = min(pay for node in known.game.nodes() for pay in node.earned) - 3.0
    sets = list(known.game.sets)
    changed = [known.game.chance_in_steps(), known.game.outcome_twice()]
    changed += [known.game.with_worse(at, worst) for at in (sets[0], sets[-1])]
    if known is SOFTWARE:  # constant-sum: what the opponent gets from it would not add up
        changed = changed[:2]
    for tree in changed:
        solved = solve(tree.load(), "nash", method=method, tolerance=accuracy)
        assert solved.status == "solved"
        np.testing.assert_allclose(solved.values, known.value, atol=2 * accuracy)


@settings(derandomize=True, deadline=None, max_examples=12)
@given(trees(max_players=2, max_moves=10, zero_sum=True))
def test_values_of_random_zero_sum_games(tree):
    wanted = solve(tree.load(), "nash", method="lp", tolerance=1e-7)
    assert wanted.status == "solved"
    worst = -200.0
    changed = [tree.chance_in_steps(), tree.outcome_twice(), tree.reversed()]
    changed += [tree.with_worse(at, worst) for at in list(tree.sets)[:2]]
    for other in changed:
        found = solve(other.load(), "nash", method="lp", tolerance=1e-7)
        assert found.status == "solved"
        np.testing.assert_allclose(found.values, wanted.values, atol=1e-6)
    turned = solve(tree.players_as((1, 0)).load(), "nash", method="lp", tolerance=1e-7)
    np.testing.assert_allclose(turned.values[::-1], wanted.values, atol=1e-6)


# Devices.


@settings(derandomize=True, deadline=None, max_examples=20)
@given(trees(max_moves=8), st.integers(0, 99))
def test_the_gap_of_a_device(tree, seed):
    before = tree.load()
    game = before.game
    assume(game.n_rows)
    device = [some_strategy(game.n_rows, game.row_start, seed + i) for i in range(3)]
    weights = np.random.default_rng(seed).dirichlet(np.ones(3))
    gap = Certifier(game, before.payload).gap_by_player(device, weights)
    for name, changed, place, factor in [*relabeled(tree), *shifted(tree)]:
        after = changed.load()
        same = [carried(before, after, strategy) for strategy in device]
        found = Certifier(after.game, after.payload).gap_by_player(same, weights)
        np.testing.assert_allclose(
            found[np.array(place)], gap * factor, rtol=1e-9, atol=1e-9, err_msg=name
        )


@pytest.mark.parametrize("known", (CHICKEN, HORSE, KUHN, BAGWELL), ids=str)
def test_coarse_correlated_equilibria(known):
    """What is found in a changed game is one of the game itself."""
    before = known.load()
    certifier = Certifier(before.game, before.payload)
    reach = float(np.ptp(before.payload.payoff))
    for name, changed, _, factor in [*relabeled(known.game), *shifted(known.game)]:
        after = changed.load()
        solved = solve(after, "cce", tolerance=1e-3 * reach)
        back = [carried(after, before, p.strategy) for p in solved.profiles]
        weights = np.array([1.0 if p.weight is None else p.weight for p in solved.profiles])
        assert solved.status == "solved", name
        assert certifier.coarse_gap(back, weights) <= 1e-3 * reach * (1 + 1e-9), name
        assert (factor >= 1).all()  # so that a gap there is no larger here


# Bounded reasoning.


@pytest.mark.parametrize("concept", ["level_k", "cognitive_hierarchy"])
@pytest.mark.parametrize("known", NAMED, ids=str)
def test_bounded_reasoning(known, concept):
    before = known.load()
    precision = 3.0 / float(np.ptp(before.payload.payoff))

    def predicted(tree, scale=1.0):
        after = tree.load()
        found = solve(after, concept, precision=precision * scale, level=3)
        return [carried(after, before, p.strategy) for p in found.profiles]

    wanted = predicted(known.game)
    four = known.game.scaled(dict.fromkeys(range(len(known.game.players)), 4.0))
    changed = [(t, 1.0) for _, t, _, _ in [*relabeled(known.game), *shifted(known.game)[:1]]]
    changed += [(four, 0.25), (known.game.chance_in_steps(), 1.0)]
    for tree, scale in [*changed, (known.game.outcome_twice(), 1.0)]:
        found = predicted(tree, scale)
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-9)


# Subgame-perfect equilibria.


@settings(derandomize=True, deadline=None, max_examples=15)
@given(trees(max_players=3, max_moves=8, perfect=True))
def test_subgame_perfect(tree):
    before = tree.load()
    assume(before.game.n_rows)
    ranges = solve(before, "spe").ranges
    for name, changed, place, factor in [*relabeled(tree), *shifted(tree)]:
        after = changed.load()
        solved = solve(after, "spe")
        back = carried(after, before, solved.profiles[0].strategy)
        assert Certifier(before.game, before.payload).subgame_gap(back) <= 1e-9, name
        if name != "a constant more" and ranges is not None:
            np.testing.assert_allclose(
                solved.ranges[np.array(place)], ranges * factor[:, None], atol=1e-9, err_msg=name
            )


# Quantal response.

AQRE = ("branch", "fixed-point")


def quantal(loaded, method, precision):
    found = solve(loaded, "aqre", method=method, precision=precision, tolerance=1e-10)
    assert found.status == "solved", found.advice
    return found.profiles[0].strategy


@pytest.mark.parametrize("method", AQRE)
@pytest.mark.parametrize("known", NAMED, ids=str)
def test_quantal_response(known, method):
    before = known.load()
    precision = 3.0 / float(np.ptp(before.payload.payoff))
    wanted = quantal(before, method, precision)
    P = len(known.game.players)
    for name, changed, _, _ in [*relabeled(known.game), *shifted(known.game)[:1]]:
        after = changed.load()
        found = carried(after, before, quantal(after, method, precision))
        np.testing.assert_allclose(found, wanted, atol=1e-7, err_msg=name)
    scaled = known.game.scaled(dict.fromkeys(range(P), 4.0)).load()
    np.testing.assert_allclose(quantal(scaled, method, precision / 4), wanted, atol=1e-7)
    for changed in (known.game.chance_in_steps(), known.game.outcome_twice()):
        after = changed.load()
        found = carried(after, before, quantal(after, method, precision))
        np.testing.assert_allclose(found, wanted, atol=1e-7)


@pytest.mark.parametrize("method", AQRE)
def test_one_player_at_any_precision_has_another_unit(method):
    """Equilibria at a fixed precision do change with the unit: precision is per unit."""
    before, after = KUHN.load(), KUHN.game.scaled({0: 4.0, 1: 4.0}).load()
    assert np.abs(quantal(before, method, 1.0) - quantal(after, method, 1.0)).max() > 0.05


def twice(tree: Nested, at: str, action: str) -> Nested:
    """An action under two names, in every history of a set."""

    def change(node):
        if not isinstance(node, Move) or node.at != at:
            return node
        to = {}
        for name, after in node.to.items():
            to |= {f"{name} 1": after, f"{name} 2": after} if name == action else {name: after}
        return replace(node, to=to)

    return tree.each(change)


def rated(loaded, at: str, rates: dict[str, float], precision: float):
    """The game with rates on the moves of one set."""
    game, labels = loaded.game, loaded.labels
    c = list(labels.sets).index(at)
    first, last = game.action_start[c], game.action_start[c + 1]
    row = np.array(game.rate_row)
    row[first:last] = 1 + np.arange(last - first)
    log_rate = np.log([1.0, *(rates.get(labels.actions[b], 1.0) for b in range(first, last))])
    fields = {name: getattr(game, name) for name in Game.__dataclass_fields__}
    return replace(
        loaded, game=Game(**{**fields, "rate_row": row.astype(np.int32)}),
        payload=replace(loaded.payload, log_rate=log_rate[:, None],
                        precision=np.full(1, precision)),
    )  # fmt: skip


@pytest.mark.parametrize("method", AQRE)
@pytest.mark.parametrize(
    ("known", "at", "action"),
    [(KUHN, "J", "bet"), (KUHN, "Q facing bet", "call"), (MYERSON, "raised", "meet"),
     (BEER_QUICHE, "after beer", "duel"), (HORSE, "3", "L"), (PENNIES, "row", "H")],
)  # fmt: skip
def test_a_move_under_two_names_that_share_its_rate(known, at, action, method):
    tree = known.game
    before = tree.load()
    precision = 2.0 / float(np.ptp(before.payload.payoff))
    wanted = play_of(before, quantal(before, method, precision))
    halves = {f"{action} 1": 0.3, f"{action} 2": 0.7}
    after = rated(twice(tree, at, action).load(), at, halves, precision)
    strategy = quantal(after, method, precision)
    assert Certifier(after.game, after.payload).logit_residual(strategy) <= 1e-10
    found = play_of(after, strategy)
    for name, share in halves.items():
        assert found[at][name] == pytest.approx(share * wanted[at][action], abs=1e-7)
    for s, a in itertools.chain.from_iterable(((s, a) for a in wanted[s]) for s in wanted):
        if s != at and s in found:
            assert found[s][a] == pytest.approx(wanted[s][a], abs=1e-7)
    unrated = play_of(after, quantal(twice(tree, at, action).load(), method, precision))
    both = unrated[at][f"{action} 1"] + unrated[at][f"{action} 2"]
    assert abs(both - wanted[at][action]) > 1e-3  # without rates, names count


def test_the_trees_that_are_compared_are_different():
    """The changes do something."""
    three = Nested(("A", "B"), Chance({
        "x": (0.5, End(1, 2)), "y": (0.25, Move(0, "s", {"l": End(0, 0), "r": End(3, 1)}, (1, 1))),
        "z": (0.25, End(0, 1)),
    }))  # fmt: skip
    base = three.load()
    value = Certifier(base.game, base.payload).values(strategy_of(base, {}))
    np.testing.assert_allclose(value, [0.5 + 0.25 * 2.5, 1 + 0.25 * 1.5 + 0.25])
    assert three.chance_in_steps().load().game.n_nodes == base.game.n_nodes + 1
    assert three.outcome_twice().load().game.n_nodes == base.game.n_nodes + 1
    assert three.with_worse("s", -9).load().game.n_rows == base.game.n_rows + 1
    for same in (three.chance_in_steps(), three.outcome_twice(), three.reversed()):
        after = same.load()
        found = Certifier(after.game, after.payload).values(strategy_of(after, {}))
        np.testing.assert_allclose(found, value)
    turned = three.players_as((1, 0)).load()
    found = Certifier(turned.game, turned.payload).values(strategy_of(turned, {}))
    np.testing.assert_allclose(found[::-1], value)
