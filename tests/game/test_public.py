"""The public tree of a game says the same as the game read flat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.game import Game
from standoff.game.openspiel import load_openspiel
from standoff.game.public import PublicGame, public_game
from standoff.solve.certificates import Certifier
from strategies.public_games import public_game_read_flat


def random_strategy(game: Game, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    strategy = np.empty(game.n_rows)
    for c, player in enumerate(game.cell_player):
        T = game.n_types[player]
        block = rng.dirichlet(np.ones(game.action_start[c + 1] - game.action_start[c]), T)
        strategy[game.row_start[c] : game.row_start[c + 1]] = block.T.reshape(-1)
    return strategy


def values_on(public: PublicGame, strategy: np.ndarray) -> np.ndarray:
    """[P] expected payoffs, from the tables of the public game alone."""
    game = public.game
    reach = np.ones((game.n_nodes, game.n_profiles))
    for node in range(1, game.n_nodes):
        above, edge = game.parent[node], game.parent_edge[node]
        reach[node] = reach[above]
        who = game.actor[above]
        if who >= 0:
            T = game.n_types[who]
            number = game.edge_action[edge] - game.action_start[game.cell[above]]
            rows = game.row_start[game.cell[above]] + number * T + game.profile_type[:, who]
            reach[node] = reach[node] * strategy[rows]
    return (public.earned * reach[public.earning][:, None]).sum(axis=(0, 2))


@pytest.mark.parametrize(
    ("name", "nodes", "types"),
    [
        ("kuhn_poker", 9, (3, 3)),
        ("leduc_poker", 465, (6, 6)),
        ("liars_dice(dice_sides=3)", 127, (3, 3)),
        ("kuhn_poker(players=3)", 25, (4, 4, 4)),
    ],
)
def test_games_of_openspiel(name: str, nodes: int, types: tuple[int, ...]) -> None:
    loaded = load_openspiel(name)
    public = public_game(loaded.game, loaded.payload, loaded.outcome)
    assert public is not None
    assert public.game.n_nodes == nodes
    assert tuple(public.game.n_types) == types
    assert len(public.game.cell_node) == len(public.game.cell_player)
    flat = random_strategy(loaded.game, 1)
    back = public.strategy_to(public.strategy_from(flat), loaded.game.n_rows)
    assert np.array_equal(back, flat)
    expected = Certifier(loaded.game, loaded.payload).values(flat)
    assert values_on(public, public.strategy_from(flat)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", ["matrix_rps", "tiny_hanabi", "goofspiel(num_cards=3)"])
def test_hidden_moves_are_not_public(name: str) -> None:
    loaded = load_openspiel(name)
    found = public_game(loaded.game, loaded.payload, loaded.outcome)
    if found is not None:  # cooperative play on public tables may qualify: then it must be right
        flat = random_strategy(loaded.game, 2)
        expected = Certifier(loaded.game, loaded.payload).values(flat)
        assert values_on(found, found.strategy_from(flat)) == pytest.approx(expected, abs=1e-12)
    else:
        assert name != "tiny_hanabi"


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.booleans())
def test_random_public_games(seed: int, zero_sum: bool) -> None:
    built, outcome = public_game_read_flat(seed, zero_sum=zero_sum)
    public = public_game(built.game, built.payload, outcome)
    assert public is not None
    assert public.game.n_nodes <= built.game.n_nodes
    assert public.weight[0].sum() == pytest.approx(1.0)
    flat = random_strategy(built.game, seed)
    assert np.array_equal(public.strategy_to(public.strategy_from(flat), built.game.n_rows), flat)
    expected = Certifier(built.game, built.payload).values(flat)
    assert values_on(public, public.strategy_from(flat)) == pytest.approx(expected, abs=1e-12)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 10**6))
def test_a_hidden_move_is_noticed_or_does_not_matter(seed: int) -> None:
    built, outcome = public_game_read_flat(seed, hide=True)
    public = public_game(built.game, built.payload, outcome)
    spans = _sets_span_public_nodes(built.game)
    if spans:
        assert public is None
    elif public is not None:
        flat = random_strategy(built.game, seed)
        expected = Certifier(built.game, built.payload).values(flat)
        assert values_on(public, public.strategy_from(flat)) == pytest.approx(expected, abs=1e-12)


def _sets_span_public_nodes(game: Game) -> bool:
    """Whether some set holds two histories of one deal: then a move must have been hidden."""
    deal = np.full(game.n_nodes, -1)
    for node in range(1, game.n_nodes):
        above = game.parent[node]
        deal[node] = node if above == 0 else deal[above]
    for first, last in zip(game.cell_start[:-1], game.cell_start[1:], strict=True):
        nodes = game.cell_node[first:last]
        if len(np.unique(deal[nodes])) < len(nodes):
            return True
    return False
