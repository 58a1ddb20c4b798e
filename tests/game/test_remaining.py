"""What is left of a game from some nodes on is played as in the whole game."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from standoff.game.game import END
from standoff.game.remaining import remainder
from standoff.solve import aqre, aqre_held, logit_residual
from strategies.games import games
from strategies.kernel_reference import expected, reach

QUICK = settings(derandomize=True, deadline=None, max_examples=25)


def some_nodes(game, seed: int) -> np.ndarray:
    """A few nodes of one level at which somebody moves."""
    rng = np.random.default_rng(seed)
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
    inner = np.flatnonzero(game.actor != END)
    here = inner[level[inner] == rng.choice(np.unique(level[inner]))]
    return np.sort(rng.permutation(here)[: max(1, len(here) // 2)]).astype(np.int32)


@QUICK
@given(games(variants=2), st.integers(0, 2**16))
def test_the_whole_game_s_play_is_an_equilibrium_of_what_is_left(case, seed):
    game, payload = case
    left = remainder(game, some_nodes(game, seed))
    solved = aqre(game, payload, threads=1).strategy
    small = left.payload(payload)
    assert logit_residual(left.game, small, solved[left.rows], left.before).max() <= 1e-7
    found = aqre_held(left.game, small, left.before, solved[left.rows], threads=1)
    assert logit_residual(left.game, small, found.strategy, left.before).max() <= 1e-8
    whole = left.lifted(solved, found.strategy)
    assert (whole[left.rows] == found.strategy).all()
    others = np.setdiff1d(np.arange(game.n_rows), left.rows)
    assert (whole[others] == solved[others]).all()


@QUICK
@given(games(variants=1), st.integers(0, 2**16))
def test_histories_keep_their_odds_and_their_worth(case, seed):
    game, payload = case
    start = some_nodes(game, seed)
    left = remainder(game, start)
    play = aqre(game, payload, threads=1).strategy
    small = left.payload(payload)
    before = reach(game, payload, 0, play)
    after = reach(left.game, small, 0, play[left.rows])
    np.testing.assert_allclose(after, before[left.nodes])
    for node in start:
        place = int(np.searchsorted(left.nodes, node))
        for p in range(len(game.players)):
            for k in range(game.n_profiles):
                np.testing.assert_allclose(
                    expected(left.game, small, 0, play[left.rows], p, k, place),
                    expected(game, payload, 0, play, p, k, int(node)),
                )


@QUICK
@given(games(variants=1), st.integers(0, 2**16))
def test_what_no_move_leads_to_makes_no_difference(case, seed):
    game, payload = case
    rng = np.random.default_rng([seed, 7])
    wide = [c for c in range(len(game.cell_player)) if np.diff(game.action_start)[c] > 1]
    assume(wide)
    cell = int(rng.choice(wide))
    T, low = game.n_types[game.cell_player[cell]], game.row_start[cell]
    held = np.zeros(game.n_rows, dtype=bool)
    held[low : game.row_start[cell + 1]] = True
    play = aqre(game, payload, threads=1).strategy.copy()
    play[held] = 0.0
    play[low : low + T] = 1.0  # the first move, by every type
    owner = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    closed = (game.cell[owner] == cell) & (game.edge_action != game.action_start[cell])
    gone = np.zeros(game.n_nodes, dtype=bool)
    gone[game.child[closed]] = True
    root = np.zeros(1, dtype=np.int32)
    left = remainder(game, root, gone)
    assert left.game.n_nodes < game.n_nodes or (game.actor[game.child[closed]] == END).all()
    small = left.payload(payload)
    fixed = held[left.rows] | left.before
    found = aqre_held(left.game, small, fixed, play[left.rows], threads=1)
    assert found.solved.all()
    # The same game with nothing cut off: what was found is an equilibrium wherever play can come.
    whole = aqre_held(game, payload, held, left.lifted(play, found.strategy), threads=1)
    before = reach(game, payload, 0, left.lifted(play, found.strategy))
    np.testing.assert_allclose(reach(game, payload, 0, whole.strategy), before, atol=1e-6)
