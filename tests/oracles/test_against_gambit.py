"""Random and known games against Gambit: values, regrets, equilibria, the branch of quantal
response. The files that it reads here are written by the tests, payoffs at inner nodes included.
"""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solve.known_games import SMALL
from standoff.game.efg_read import load_efg
from standoff.solve.certificates import Certifier
from standoff.solve.solving import solve
from strategies.nested_games import Chance, Move, Nested, Node
from strategies.random_games import some_strategy, trees

pytestmark = pytest.mark.oracle
BUDGET = {"derandomize": True, "deadline": None}


def efg_text(tree: Nested) -> str:
    """The tree as Gambit writes it, each set labeled with its name, payoffs where they are."""
    lines = [f'EFG 2 R "" {{ {" ".join(map(_quoted, tree.players))} }}', '""']
    numbers: dict[str, tuple[int, int]] = {}
    chances, outcomes = 0, 0

    def add(node: Node) -> None:
        nonlocal chances, outcomes
        paid = "0"
        if node.earned:
            outcomes += 1
            pay = ", ".join(str(Fraction(x).limit_denominator(10**6)) for x in node.earned)
            paid = f'{outcomes} "" {{ {pay} }}'
        if isinstance(node, Chance):
            chances += 1
            drawn = " ".join(
                f"{_quoted(a)} {Fraction(p).limit_denominator(10**6)}"
                for a, (p, _) in node.to.items()
            )
            lines.append(f'c "" {chances} "" {{ {drawn} }} {paid}')
            below = [m for _, m in node.to.values()]
        elif isinstance(node, Move):
            mine = sum(p == node.player for p, _ in numbers.values())
            number = numbers.setdefault(node.at, (node.player, mine + 1))[1]
            acts = " ".join(map(_quoted, node.to))
            lines.append(f'p "" {node.player + 1} {number} {_quoted(node.at)} {{ {acts} }} {paid}')
            below = list(node.to.values())
        else:
            lines.append(f't "" {paid}')
            below = []
        for m in below:
            add(m)

    add(tree.root)
    return "\n".join(lines) + "\n"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Theirs:
    """The same game in Gambit, with strategies carried across by labels."""

    def __init__(self, tree: Nested, loaded) -> None:
        import pygambit

        self.game = pygambit.read_efg(io.StringIO(efg_text(tree)))
        self.rows: list[list[list[int]]] = []  # player -> set -> row of each action
        places = {name: c for c, name in enumerate(loaded.labels.sets)}
        starts = loaded.game.row_start
        for player in self.game.players:
            self.rows.append([
                [int(starts[places[known.label]]) + a for a in range(len(list(known.actions)))]
                for known in player.infosets
            ])  # fmt: skip

    def profile(self, strategy):
        return self.game.mixed_behavior_profile([
            [[float(strategy[row]) for row in rows] for rows in player] for player in self.rows
        ])  # fmt: skip

    def flat(self, profile, rows: int) -> np.ndarray:
        """Their strategy in our rows."""
        out = np.full(rows, np.nan)
        for player, mine in zip(self.game.players, self.rows, strict=True):
            for known, here in zip(player.infosets, mine, strict=True):
                for action, row in zip(known.actions, here, strict=True):
                    out[row] = float(profile[action])
        return out


def both(tree: Nested):
    loaded = tree.load()
    return loaded, Theirs(tree, loaded)


@settings(max_examples=40, **BUDGET)
@given(trees(max_moves=10), st.integers(0, 99))
def test_values_and_regrets(tree, seed):
    loaded, theirs = both(tree)
    game = loaded.game
    assume(game.n_rows)
    strategy = some_strategy(game.n_rows, game.row_start, seed, zeros=0.0)
    profile = theirs.profile(strategy)
    certifier = Certifier(game, loaded.payload)
    values = [profile.payoff(player) for player in theirs.game.players]
    np.testing.assert_allclose(certifier.values(strategy), values, atol=1e-9)
    # Their best reply is over the reduced normal form.
    assert certifier.gains(strategy).max() == pytest.approx(profile.max_regret(), abs=1e-9)
    if (np.diff(game.cell_start) == 1).all():
        never = (loaded.payload.odds == 0).any()
        regrets = [
            profile.infoset_regret(known) for p in theirs.game.players for known in p.infosets
        ]
        if not never:  # regrets at sets that are never reached are not defined there
            assert certifier.subgame_gap(strategy) == pytest.approx(max(regrets), abs=1e-9)


@settings(max_examples=25, **BUDGET)
@given(trees(max_moves=10))
def test_files_with_payoffs_at_inner_nodes_are_read_alike(tree):
    ours, read = tree.load(), load_efg(efg_text(tree))
    assert sorted(read.labels.sets) == sorted(ours.labels.sets)
    strategy = some_strategy(read.game.n_rows, read.game.row_start, 1)
    assume(len(strategy))
    theirs = Theirs(tree, read)
    values = [theirs.profile(strategy).payoff(player) for player in theirs.game.players]
    found = Certifier(read.game, read.payload).values(strategy)
    np.testing.assert_allclose(found, values, atol=1e-9)


def solvable(profile) -> bool:
    return profile.max_regret() < 1e-6


@settings(max_examples=15, **BUDGET)
@given(trees(max_players=2, max_moves=7, zero_sum=True))
def test_zero_sum_values(tree):
    import pygambit

    loaded, theirs = both(tree)
    assume(loaded.game.n_rows)
    wanted = pygambit.nash.lp_solve(theirs.game, rational=True).equilibria[0]
    values = [float(wanted.payoff(player)) for player in theirs.game.players]
    for method in ("lp", "lcp"):
        solved = solve(loaded, "nash", method=method, tolerance=1e-8)
        assert solved.status == "solved"
        np.testing.assert_allclose(solved.values, values, atol=1e-7)
        assert theirs.profile(solved.profiles[0].strategy).max_regret() < 1e-7


@settings(max_examples=20, **BUDGET)
@given(trees(max_players=3, max_moves=7))
def test_our_equilibria_are_equilibria_there(tree):
    loaded, theirs = both(tree)
    assume(loaded.game.n_rows)
    methods = ["normal-form"]
    if len(tree.players) == 2:
        methods.append("lcp")
    for method in methods:
        solved = solve(loaded, "nash", method=method, tolerance=1e-7, time=10)
        if method == "lcp":
            assert solved.status == "solved"
        if solved.status == "solved":
            assert theirs.profile(solved.profiles[0].strategy).max_regret() < 2e-7


@settings(max_examples=12, **BUDGET)
@given(trees(max_players=2, max_moves=5))
def test_their_extreme_equilibria_are_ours(tree):
    """The same payoffs at all extreme equilibria of the reduced normal form."""
    import pygambit

    loaded, theirs = both(tree)
    assume(loaded.game.n_rows and len(tree.players) == 2)
    strategies = [len(list(p.strategies)) for p in theirs.game.players]
    assume(max(strategies) <= 16)
    wanted = {
        tuple(round(float(found.payoff(player)), 6) + 0.0 for player in theirs.game.players)
        for found in pygambit.nash.enummixed_solve(theirs.game, rational=True).equilibria
    }
    solved = solve(loaded, "nash", method="extreme", equilibria="all", tolerance=1e-7)
    found = {tuple(np.round(p.values, 6) + 0.0) for p in solved.profiles}
    assert found == wanted


@settings(max_examples=20, **BUDGET)
@given(trees(max_players=3, max_moves=8, perfect=True))
def test_backward_induction(tree):
    loaded, theirs = both(tree)
    assume(loaded.game.n_rows)
    for profile in solve(loaded, "spe", equilibria="all").profiles[:8]:
        assert theirs.profile(profile.strategy).agent_max_regret() < 1e-9
        assert theirs.profile(profile.strategy).max_regret() < 1e-9


@settings(max_examples=12, **BUDGET)
@given(trees(max_players=3, max_moves=6), st.sampled_from([0.3, 1.0, 3.0]))
def test_quantal_response(tree, precision):
    import pygambit

    # Where chance excludes a set their beliefs there are not defined.
    loaded, theirs = both(tree)
    assume(loaded.game.n_rows and not (loaded.payload.odds == 0).any())
    scale = precision / max(float(np.ptp(loaded.payload.payoff)), 1.0)
    wanted = _branch(theirs, loaded, pygambit.qre.logit_solve_lambda(theirs.game, lam=[scale])[0])
    check = Certifier(loaded.game, replace(loaded.payload, precision=np.full(1, scale)))
    assume(check.logit_residual(wanted) < 1e-6)  # they may stop short of it
    for method in ("branch", "fixed-point"):
        solved = solve(loaded, "aqre", method=method, precision=scale, tolerance=1e-10)
        assert solved.status == "solved"
        np.testing.assert_allclose(solved.profiles[0].strategy, wanted, atol=1e-6)


def _branch(theirs: Theirs, loaded, found) -> np.ndarray:
    """Their result can be read by position only."""
    out = np.full(loaded.game.n_rows, np.nan)
    at = 0
    for player in theirs.rows:
        for rows in player:
            for row in rows:
                out[row] = float(found[at])
                at += 1
    return out


KNOWN = [k for k in SMALL if k.load().game.n_rows <= 40]


@pytest.mark.parametrize("known", KNOWN, ids=str)
def test_known_games(known):
    import pygambit

    # Where two players are alike the branch may fork, and either arm is right: make them unlike.
    loaded, theirs = both(known.game.scaled({0: 1.25}))
    strategy = some_strategy(loaded.game.n_rows, loaded.game.row_start, 7, zeros=0.0)
    certifier = Certifier(loaded.game, loaded.payload)
    profile = theirs.profile(strategy)
    assert certifier.gains(strategy).max() == pytest.approx(profile.max_regret(), abs=1e-9)
    if (loaded.payload.odds == 0).any():
        return
    scale = 3.0 / float(np.ptp(loaded.payload.payoff))
    wanted = _branch(theirs, loaded, pygambit.qre.logit_solve_lambda(theirs.game, lam=[scale])[0])
    solved = solve(loaded, "aqre", precision=scale)
    np.testing.assert_allclose(solved.profiles[0].strategy, wanted, atol=1e-6)
