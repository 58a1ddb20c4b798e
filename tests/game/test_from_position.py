"""What is left of a game from a position on: payoffs and information as in the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.from_position import continuation, game_from
from standoff.game.game import Game, Payload
from standoff.game.game_checks import game_fault
from standoff.infer.reach import accumulate, descend, part, whole
from strategies.games import games, random_game


def some_play(game: Game, seed: int) -> np.ndarray:
    """A behavior strategy with all odds above zero."""
    raw = np.random.default_rng(seed).exponential(size=game.n_rows)
    width = np.diff(game.action_start)
    for cell, w in enumerate(width):
        T = game.n_types[game.cell_player[cell]]
        rows = slice(game.row_start[cell], game.row_start[cell] + w * T)
        table = raw[rows].reshape(w, T)
        raw[rows] = (table / table.sum(axis=0)).ravel()
    return raw


def payoffs(game: Game, payload: Payload, play: np.ndarray) -> np.ndarray:
    """[P] expected payoffs of one variant, by mass at every node."""
    mass = descend(whole(game), payload, play[:, None], payload.prior[None, :, :1], slice(0, 1))
    pair = game.type_start[:-1] + game.profile_type
    earned = payload.payoff[game.payoff_row][:, pair, 0]  # [N, K, P]
    return np.einsum("nk,nkp->p", mass[:, :, 0], earned)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(games(max_levels=4, max_players=2), st.integers(0, 1000))
def test_from_the_root_it_is_the_same_game(both: tuple[Game, Payload], seed: int) -> None:
    """Payoffs but for what is earned on arriving at the root (nothing)."""
    game, payload = both
    left = game_from(game, payload, np.array([0]), payload.prior[None, :, 1], variant=1)
    assert game_fault(left.game, left.payload) == ""
    play = some_play(game, seed)
    np.testing.assert_allclose(
        payoffs(left.game, left.payload, play[left.row]),
        payoffs(game, payload.take(slice(1, 2)), play),
        atol=1e-12,
    )


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.integers(0, 2**20), st.integers(0, 1000))
def test_masses_below_a_position_are_those_of_the_whole(seed: int, draw: int) -> None:
    game, payload = random_game(seed, n_types=(2, 3), levels=4, variants=1)
    rng = np.random.default_rng(draw)
    nodes = np.arange(game.level_start[1], game.level_start[2])
    nodes = nodes[rng.random(len(nodes)) < 0.7]
    if not len(nodes):
        return
    mass = rng.random((len(nodes), game.n_profiles)) * (
        rng.random((len(nodes), game.n_profiles)) < 0.7
    )
    mass[0, 0] = 1.0
    left = game_from(game, payload, nodes, mass)
    assert game_fault(left.game, left.payload) == ""
    play = some_play(game, draw)

    keep = np.zeros(game.n_nodes, dtype=bool)
    source = np.zeros(game.n_nodes, dtype=bool)
    keep[nodes] = source[nodes] = True
    for n in range(1, game.n_nodes):
        keep[n] |= keep[game.parent[n]]
    below = part(game, keep, source)
    start = mass[:, :, None] / mass.sum()
    there = descend(below, payload, play[:, None], start, slice(0, 1))[:, :, 0]
    here = descend(
        whole(left.game), left.payload, play[left.row][:, None], np.ones((1, 1, 1)), slice(0, 1)
    )[:, 0, 0]
    np.testing.assert_allclose(
        here[1:], there[below.place[left.node[1:]], left.profile[1:]], atol=1e-13
    )
    # What is earned after the position, and nothing of what was earned on arriving there.
    pair = game.type_start[:-1] + game.profile_type
    after = np.zeros(len(game.players))
    for k in range(game.n_profiles):
        got = accumulate(below, payload.payoff[:, pair[k], 0], np.zeros((len(nodes), 2)))
        ends = game.actor[below.nodes] == -2
        after += there[ends, k] @ got[ends]
    np.testing.assert_allclose(payoffs(left.game, left.payload, play[left.row]), after, atol=1e-12)


def test_what_a_player_cannot_tell_apart_it_still_cannot() -> None:
    """Nodes share a cell just where they did and their owner has the same type."""
    game, payload = random_game(5, n_types=(2, 2), levels=5, variants=1)
    nodes = np.arange(game.level_start[1], game.level_start[2])
    left = game_from(game, payload, nodes, np.ones((len(nodes), game.n_profiles)))
    decides = np.flatnonzero(left.game.actor >= 0)
    owner = left.game.actor[decides]
    told = np.stack(
        [
            game.cell[left.node[decides]],
            game.profile_type[left.profile[decides], owner],
        ],
        axis=1,
    )
    at = left.game.cell[decides]
    np.testing.assert_array_equal(left.cell[at], told[:, 0])
    np.testing.assert_array_equal(left.kind[at], told[:, 1])
    assert len(np.unique(told, axis=0)) == len(left.cell)


def test_a_position_needs_mass() -> None:
    game, payload = random_game(5, n_types=(2, 2))
    with pytest.raises(ValueError, match="probability above zero"):
        game_from(game, payload, np.array([0]), np.zeros((1, 4)))


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.integers(0, 2**20), st.integers(1, 3))
def test_stopping_with_what_play_would_bring_changes_no_payoff(seed: int, level: int) -> None:
    game, payload = random_game(seed, n_types=(2, 2), levels=4, variants=1)
    play = some_play(game, seed)
    stop = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start)) == level
    whole_game = game_from(game, payload, np.array([0]), payload.prior[None, :, 0])
    left = game_from(
        game, payload, np.array([0]), payload.prior[None, :, 0], stop=stop,
        beyond=continuation(game, payload, play),
    )  # fmt: skip
    assert game_fault(left.game, left.payload) == ""
    assert left.game.n_nodes <= whole_game.game.n_nodes
    np.testing.assert_allclose(
        payoffs(left.game, left.payload, play[left.row]),
        payoffs(whole_game.game, whole_game.payload, play[whole_game.row]),
        atol=1e-12,
    )


def test_continuation_of_a_reward_is_its_expectation() -> None:
    game, payload = random_game(11, n_types=(2, 2), levels=4, variants=1)
    play = some_play(game, 3)
    reward = np.random.default_rng(0).random((game.n_nodes, game.n_profiles))
    mass = descend(whole(game), payload, play[:, None], payload.prior[None, :, :1], slice(0, 1))
    after = continuation(game, payload, play, reward=reward)[0, :, 0]
    expected = (mass[:, :, 0] * reward).sum() - (payload.prior[:, 0] * reward[0]).sum()
    assert abs(after @ payload.prior[:, 0] - expected) < 1e-12
