"""Play that is held: it stays as given, and everybody who is free answers it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from standoff.errors import Cancelled
from standoff.game.efg_read import load_efg
from standoff.progress import Silent
from standoff.solve import aqre, aqre_held, logit_residual
from standoff.solve.held import set_of_row
from strategies.games import games

QUICK = settings(derandomize=True, deadline=None, max_examples=25)

ENTRY = """EFG 2 R "entry" { "entrant" "incumbent" } ""
p "" 1 1 "" { "out" "in" } 0
t "" 1 "" { 0, 2 }
p "" 2 1 "" { "fight" "yield" } 0
t "" 2 "" { -1, 0 }
t "" 3 "" { 1, 1 }
"""
"""Entry deterrence (Selten 1978): fighting costs the incumbent 1, and keeps the entrant out."""


def drawn(game, variants: int, seed: int):
    """Random play [A, V], and the information set of each row."""
    rng = np.random.default_rng(seed)
    home = set_of_row(game)
    play = rng.random((game.n_rows, variants)) + 0.05
    total = np.zeros((game.information_sets, variants))
    np.add.at(total, home, play)
    return play / total[home], home


@QUICK
@given(games(variants=2))
def test_holding_nothing_is_plain_aqre(case):
    game, payload = case
    plain = aqre(game, payload, threads=1)
    nothing = np.zeros(game.n_rows, dtype=bool)
    found = aqre_held(game, payload, nothing, plain.strategy, threads=1)
    assert found.strategy.tobytes() == plain.strategy.tobytes()


@QUICK
@given(games(variants=3), st.integers(0, 2**16), st.sampled_from([0.2, 0.5, 0.8]))
def test_what_is_held_stays_and_the_rest_answers_it(case, seed, share):
    game, payload = case
    play, home = drawn(game, 3, seed)
    held = (np.random.default_rng([seed, 1]).random(game.information_sets) < share)[home]
    found = aqre_held(game, payload, held, play, threads=1)
    assert found.solved.all() and not found.advice
    assert (found.strategy[held] == play[held]).all()
    residual = logit_residual(game, payload, found.strategy, held)  # shares no code with the solver
    assert residual.max() <= 1e-8
    np.testing.assert_allclose(residual, found.check, atol=1e-11)


@QUICK
@given(games(variants=2), st.integers(0, 2**16))
def test_the_check_sees_free_play_that_is_moved_and_not_what_is_held(case, seed):
    game, payload = case
    play, home = drawn(game, 2, seed)
    sizes = np.bincount(home, minlength=game.information_sets)
    wide = np.flatnonzero(sizes > 1)
    assume(len(wide) > 1)
    held = home == wide[0]
    found = aqre_held(game, payload, held, play, threads=1).strategy.copy()
    assert logit_residual(game, payload, found, held).max() <= 1e-8
    found[np.flatnonzero(home == wide[-1])[0]] *= np.exp(1e-3)
    assert logit_residual(game, payload, found, held).min() > 5e-4


def test_an_entrant_stays_out_of_a_fight_by_hand():
    """Held to fighting with odds p, the incumbent makes entering worth 1 - 2p to the entrant."""
    loaded = load_efg(ENTRY)
    game, payload = loaded.game, loaded.payload
    incumbent = int(np.flatnonzero(game.cell_player == 1)[0])
    rows = slice(game.row_start[incumbent], game.row_start[incumbent + 1])
    held = np.zeros(game.n_rows, dtype=bool)
    held[rows] = True
    entrant = int(np.flatnonzero(game.cell_player == 0)[0])
    for p in (0.0, 0.25, 0.5, 1.0):
        play = np.zeros((game.n_rows, 1))
        play[rows, 0] = p, 1.0 - p
        found = aqre_held(game, payload, held, play)
        out, enter = found.strategy[game.row_start[entrant] : game.row_start[entrant + 1], 0]
        scale = payload.precision[0] / payload.stake[0]
        np.testing.assert_allclose(enter / out, np.exp(scale * (1.0 - 2.0 * p)), rtol=1e-9)


@QUICK
@given(games(variants=2))
def test_holding_all_of_it_leaves_nothing_to_solve(case):
    game, payload = case
    play, _ = drawn(game, 2, 3)
    found = aqre_held(game, payload, np.ones(game.n_rows, dtype=bool), play, threads=1)
    assert (found.strategy == play).all() and found.solved.all()
    assert not found.check.any()


def test_what_cannot_be_held_is_refused():
    loaded = load_efg(ENTRY)
    game, payload = loaded.game, loaded.payload
    play = np.full((game.n_rows, 1), 0.5)
    part = np.zeros(game.n_rows, dtype=bool)
    part[0] = True
    with pytest.raises(ValueError, match="wholly"):
        aqre_held(game, payload, part, play)
    whole = np.ones(game.n_rows, dtype=bool)
    with pytest.raises(ValueError, match="add up"):
        aqre_held(game, payload, whole, 0.9 * play)
    with pytest.raises(ValueError, match="each of"):
        aqre_held(game, payload, whole[1:], play)


def test_it_can_be_stopped():
    loaded = load_efg(ENTRY)
    nothing = np.zeros(loaded.game.n_rows, dtype=bool)
    play = np.full((loaded.game.n_rows, 1), 0.5)
    with pytest.raises(Cancelled):
        aqre_held(loaded.game, loaded.payload, nothing, play, cancel=lambda: True)
    assert aqre_held(loaded.game, loaded.payload, nothing, play, progress=Silent()).solved.all()
