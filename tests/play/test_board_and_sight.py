"""What the model knows of a board against plain enumeration, and that nobody sees too much."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from standoff.game.game import CHANCE, END
from standoff.infer.views import type_at
from standoff.play.board import Board, board
from standoff.play.seeing import EVERYTHING, Seeing
from standoff.play.session import Seats, Session
from standoff.play.views import view
from standoff.scenario import load
from standoff.scenario.models import Scenario
from standoff.solve.deviation import gains
from strategies.crises import crises

RANDOM = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def cuba() -> Board:
    return board(load("cuba-1962"))


def pending(made: Board, player: int, node: int) -> tuple[int, ...]:
    """A player's own moves of a turn that others are still making: it knows what it did."""
    steps, found = made.compiled.steps, []
    here = steps[int(made.level[node])]
    while node > 0:
        edge = int(made.game.parent_edge[node])
        node = int(made.game.parent[node])
        step = steps[int(made.level[node])]
        if (step.round, step.turn) != (here.round, here.turn):
            break
        if made.game.actor[node] == player:
            found.append(int(made.compiled.edge_act[edge]))
    return tuple(found)


def random_board(scenario: Scenario) -> Board | None:
    from standoff.errors import Unfinished

    try:
        return board(scenario)
    except Unfinished:
        return None


@RANDOM
@given(crises())
def test_who_cannot_tell_histories_apart_sees_the_same(scenario: Scenario) -> None:
    made = random_board(scenario)
    if made is None:
        return
    seeing = Seeing(made)
    for place, player in enumerate(made.players):
        shown: dict[tuple[object, ...], object] = {}
        for node in range(made.game.n_nodes):
            if made.game.actor[node] == END:
                continue
            own = pending(made, place, node)
            key = (int(made.compiled.node_seen[place, node]), int(made.level[node]), own)
            if made.game.actor[node] == place:
                key = (-int(made.game.cell[node]) - 1, 0, own)
            found = seeing.lines(player, node)
            assert shown.setdefault(key, found) == found


@RANDOM
@given(crises(most=150))
def test_a_seat_is_shown_nothing_that_its_own_sight_does_not_hold(scenario: Scenario) -> None:
    """The whole view, not its lines alone, at histories that the player can't tell apart."""
    made = random_board(scenario)
    if made is None:
        return
    rng = np.random.default_rng(0)
    game = made.game
    player = made.players[0]
    shown: dict[tuple[object, ...], object] = {}
    for node in rng.permutation(game.n_nodes)[:60]:
        if game.actor[node] == END or not made.compiled.steps[int(made.level[node])].turn:
            continue  # nobody sits at the table before all is drawn
        for profile in range(game.n_profiles):
            session = Session(made, Seats(people=made.players))
            session.node, session.profile = int(node), profile
            kind = made.kind(0, int(node), profile)
            here = game.actor[node] == 0
            sight = int(game.cell[node]) if here else int(made.compiled.node_seen[0, node])
            key = (sight, -1 if here else int(made.level[node]), kind, pending(made, 0, int(node)))
            found = view(session, player).model_dump()
            assert shown.setdefault(key, found) == found


def test_who_sees_all_sees_every_move(cuba: Board) -> None:
    seeing = Seeing(cuba)
    for node in cuba.game.end_nodes[:: len(cuba.game.end_nodes) // 40]:
        lines, _ = seeing.lines(EVERYTHING, int(node))
        made = [
            cuba.compiled.acts[cuba.compiled.edge_act[e]].name
            for e in seeing.path(int(node))
            if cuba.compiled.edge_act[e] >= 0
        ]
        assert [line.act for line in lines if line.kind == "move"] == made


def plain_values(made: Board, player: int, strategy: np.ndarray) -> np.ndarray:
    """[N, K] by recursion over one node and profile at a time."""
    game = made.game
    pay = made.pay(player)
    odds = made.odds_of(strategy)
    found = np.zeros((game.n_nodes, game.n_profiles))
    for node in range(game.n_nodes - 1, -1, -1):
        for edge in made.edges(node):
            child = game.child[edge]
            found[node] += odds[edge] * (pay[child] + found[child])
    return found


@RANDOM
@given(crises(most=150))
def test_reach_values_and_beliefs_by_plain_enumeration(scenario: Scenario) -> None:
    made = random_board(scenario)
    if made is None:
        return
    game = made.game
    np.testing.assert_allclose(made.reach[game.end_nodes].sum(), 1.0, atol=1e-9)
    for player in range(len(made.players)):
        np.testing.assert_allclose(
            made.ahead[player], plain_values(made, player, made.strategy), atol=1e-9
        )
    rng = np.random.default_rng(1)
    for node in rng.permutation(game.n_nodes)[:20]:
        if game.actor[node] == END:
            continue
        for player, name in enumerate(made.players):
            profile = int(rng.integers(game.n_profiles))
            believed = made.belief(player, int(node), profile)
            for actor, odds in believed.items():
                assert actor != name
                np.testing.assert_allclose(sum(odds.values()), 1.0, atol=1e-9)
            if game.actor[node] != player:
                continue
            # Bayes by hand over the nodes of the information set.
            cell = game.cell[node]
            kind = game.profile_type[profile, player]
            for actor, odds in believed.items():
                mass = dict.fromkeys(odds, 0.0)
                for other in np.flatnonzero(game.cell == cell):
                    at = type_at(made.compiled, actor, np.array([other], np.int32))[0]
                    for k in range(game.n_profiles):
                        if game.profile_type[k, player] == kind:
                            mass[list(odds)[at[k]]] += made.reach[other, k]
                total = sum(mass.values())
                for t, p in odds.items():
                    np.testing.assert_allclose(p, mass[t] / total, atol=1e-9)


@RANDOM
@given(crises(most=150))
def test_a_best_response_gains_what_the_check_of_equilibria_says(scenario: Scenario) -> None:
    made = random_board(scenario)
    if made is None:
        return
    game, payload = made.game, made.batch.payload
    expected = gains(game, payload, made.batch.solution.strategy)[:, 0] / payload.stake
    for player in range(len(made.players)):
        strategy = made.response(player)
        better = made._up(made.pay(player), made.odds_of(strategy))[0]
        for kind in range(int(game.n_types[player])):
            own = made.prior * (game.profile_type[:, player] == kind)
            if own.sum() > 0:
                gain = (own * (better - made.ahead[player, 0])).sum() / own.sum()
                np.testing.assert_allclose(
                    gain, expected[game.type_start[player] + kind], atol=1e-8
                )


def test_the_worth_of_moves_averages_to_what_is_ahead(cuba: Board) -> None:
    """At the first choice the odds-weighted worth of moves is the value of the game."""
    game = cuba.game
    node = int(np.flatnonzero((game.actor >= 0) & (np.diff(game.edge_start) > 1))[0])
    player = int(game.actor[node])
    for profile in range(game.n_profiles):
        worth = cuba.worth(node, profile)
        kind = game.profile_type[:, player] == game.profile_type[profile, player]
        mass = cuba.reach[node] * kind
        mean = sum(cuba.odds[e, profile] * w for e, w in worth.items())
        ahead = (mass * cuba.ahead[player, node]).sum() / mass.sum()
        np.testing.assert_allclose(mean, ahead, atol=1e-9)


def test_chance_is_nobodys(cuba: Board) -> None:
    at = int(np.flatnonzero(cuba.game.actor == CHANCE)[0])
    session = Session(cuba, Seats(people=()))
    session.node = at
    assert session.mover is None
