"""The principal branch: certified at every point, Gambit's own, folds and all."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from standoff.errors import Cancelled
from standoff.game.building import build_game
from standoff.game.efg_write import to_efg
from standoff.game.openspiel import load_openspiel
from standoff.kernels import logit_map
from standoff.solve import aqre, logit_problem, logit_residual
from standoff.solve.aqre_path import aqre_path
from standoff.solve.logit_problem import LogitProblem, public_tree
from standoff.solve.sequence_form import ImperfectRecall
from strategies.games import games, random_game

QUICK = settings(derandomize=True, deadline=None, max_examples=25)


def certificate(game, payload, strategy, precision=None):
    if precision is not None:
        payload = replace(payload, precision=np.array([float(precision)]))
    return logit_residual(game, payload, strategy[:, None])[0]


def tree(players, rows):
    """A game from rows (parent, action, actor, information set, odds, payoffs)."""
    parent, action, actor, info, odds, payoff = zip(*rows, strict=True)
    built = build_game(
        players, parent=np.array(parent), action=np.array(action),
        actor=np.array(actor, dtype=np.int8), info=np.array(info),
        odds=np.array(odds, dtype=float), payoff=np.array(payoff, dtype=float),
    )  # fmt: skip
    return built.game, built.payload


@QUICK
@given(games(variants=2, reach=12.0))
def test_every_point_of_the_branch_is_an_equilibrium(case):
    game, payload = case
    found, path = aqre_path(game, payload, variant=1)
    assert path.arrived and not found.advice
    one = payload.take(slice(1, 2))
    assert path.precision[-1] == pytest.approx(payload.precision[1], rel=1e-14)
    assert certificate(game, one, found.strategies[0]) <= 1e-10
    assert len(path.strategy) == len(path.precision)
    for i in range(0, len(path.precision), 4):
        assert certificate(game, one, path.strategy[i], path.precision[i]) <= 1e-4
    assert (np.diff(path.arclength) > 0).all()


@QUICK
@given(games(variants=1, reach=12.0))
def test_shorter_steps_come_to_the_same_place(case):
    game, payload = case
    found, _ = aqre_path(game, payload)
    slowly, path = aqre_path(game, payload, careful=5.0)
    assert path.arrived
    np.testing.assert_allclose(found.strategies[0], slowly.strategies[0], atol=1e-9)


@QUICK
@given(games(variants=1, reach=1.0))
def test_at_low_precision_the_batch_finds_the_same(case):
    game, payload = case
    found, _ = aqre_path(game, payload)
    batch = aqre(game, payload, threads=1)
    np.testing.assert_allclose(found.strategies[0], batch.strategy[:, 0], atol=1e-7)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("hidden", [True, False])
def test_the_derivative_is_that_of_the_map(exact, hidden):
    game, payload = random_game(5, n_types=(3, 2, 1), levels=5, hidden=hidden)
    problem = LogitProblem(game, payload)
    field = problem.fields()[0 if exact else 1]
    rng = np.random.default_rng(1)
    x, v = rng.normal(0, 1, (2, problem.n))
    slope, gaps = np.empty(problem.n), np.empty((2, problem.n))
    logit_map.respond(field, x, 2.0, slope)
    logit_map.d_respond(field, v, 2.0, 0.7, slope)
    h = 1e-5
    for i, way in enumerate((h, -h)):
        logit_map.respond(field, x + way * v, 2.0 + way * 0.7, gaps[i])
    np.testing.assert_allclose(slope, (gaps[0] - gaps[1]) / (2 * h), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("seed", [9, 14])
def test_folds_are_turned(seed):
    """Signaling games precise enough that the branch goes back before it goes on."""
    game, payload = random_game(seed, n_types=(3, 2), levels=6, hidden=seed % 3 == 2, variants=1)
    payload = replace(payload, precision=payload.precision * 12)
    found, path = aqre_path(game, payload)
    assert path.arrived and path.folds == 2
    assert (path.precision[:-1] < payload.precision[0]).all()
    down = np.flatnonzero(np.diff(path.precision) < 0)
    assert len(down)
    for i in down:
        assert certificate(game, payload, path.strategy[i], path.precision[i]) <= 1e-4
    assert certificate(game, payload, found.strategies[0]) <= 1e-10
    # From point to point play changes little: nothing was jumped over.
    assert np.abs(np.diff(path.strategy, axis=0)).max() < 0.4


@pytest.mark.parametrize(
    ("name", "precision"),
    [("kuhn_poker", 20), ("kuhn_poker(players=3)", 20), ("first_sealed_auction(players=2)", 20),
     ("leduc_poker", 2)],
)  # fmt: skip
def test_games_of_openspiel(name, precision):
    loaded = load_openspiel(name)
    found, path = aqre_path(loaded.game, loaded.payload, precision=precision)
    assert path.arrived
    assert certificate(loaded.game, loaded.payload, found.strategies[0], precision) <= 1e-10


def test_kuhn_far_out_is_near_its_value():
    """Towards ever sharper play: probabilities below any double."""
    loaded = load_openspiel("kuhn_poker")
    found, path = aqre_path(loaded.game, loaded.payload, precision=2000.0, tolerance=1e-8)
    assert path.arrived and path.residual[-1] <= 1e-8
    assert found.strategies[0].min() == 0.0
    from standoff.solve.certificates import Certifier

    certifier = Certifier(loaded.game, loaded.payload)
    np.testing.assert_allclose(certifier.values(found.strategies[0]), [-1 / 18, 1 / 18], atol=2e-3)


def test_cells_without_an_order_in_time():
    """Chance says who moves first; neither player knows. Both have nodes before and after."""
    rng = np.random.default_rng(3)
    rows = [(-1, 0, -1, -1, 1.0, (0, 0))]
    first = []
    for who in (0, 1):
        rows.append((0, who, who, who, 0.3 + 0.4 * who, (0, 0)))
        first.append(len(rows) - 1)
    second = []
    for who in (0, 1):
        for a in range(2):
            rows.append((first[who], a, 1 - who, 1 - who, 1.0, tuple(rng.normal(0, 1, 2))))
            second.append(len(rows) - 1)
    for node in second:
        rows.extend((node, a, -2, -1, 1.0, tuple(rng.normal(0, 1, 2))) for a in range(2))
    game, payload = tree(("a", "b"), rows)
    assert (game.cell_level == -1).all()
    for precision in (0.5, 4.0, 30.0):
        found, path = aqre_path(game, payload, precision=precision)
        assert path.arrived
        assert certificate(game, payload, found.strategies[0], precision) <= 1e-10


def test_who_forgets_is_refused():
    rows = [(-1, 0, 0, 0, 1.0, (0,)), (0, 0, 0, 1, 1.0, (0,)), (0, 1, 0, 1, 1.0, (0,))]
    rows += [(1 + i // 2, i % 2, -2, -1, 1.0, (float(i % 3),)) for i in range(4)]
    game, payload = tree(("a",), rows)
    with pytest.raises(ImperfectRecall):
        aqre_path(game, payload)


def test_precision_zero_is_play_by_the_rates():
    game, payload = random_game(5, n_types=(2, 2), levels=4)
    found, path = aqre_path(game, payload, precision=0.0)
    assert path.arrived and len(path.precision) == 1
    assert certificate(game, payload.take(slice(0, 1)), found.strategies[0], 0.0) <= 1e-12


def test_what_cannot_be_kept_is_not():
    game, payload = random_game(5, n_types=(2, 2), levels=4)
    found, path = aqre_path(game, payload, keep=False)
    assert path.strategy.shape == (0, game.n_rows) and len(path.precision) > 2
    whole, _ = aqre_path(game, payload)
    assert (whole.strategies[0] == found.strategies[0]).all()


def test_too_few_steps_are_said():
    game, payload = random_game(9, n_types=(3, 2), levels=6, hidden=False, variants=1)
    found, path = aqre_path(game, payload, precision=10.0, steps=3)
    assert not path.arrived and "followed to precision" in found.advice
    assert path.precision[-1] < 10


def test_it_can_be_stopped():
    game, payload = random_game(9, n_types=(3, 2), levels=6, hidden=False, variants=1)
    with pytest.raises(Cancelled):
        aqre_path(game, payload, cancel=lambda: True)


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(12))
def test_the_same_as_gambit(seed):
    import pygambit

    n_types = [(2, 2), (1, 2), (2, 1), (1, 1, 2), (3, 1)][seed % 5]
    game, payload = random_game(
        seed, n_types=n_types, levels=4, hidden=bool(seed % 2), variants=1, width=6, rates=False,
        reach=15.0,
    )  # fmt: skip
    if not game.n_rows:
        pytest.skip("no choice in this game")
    found, _ = aqre_path(game, payload)
    read = pygambit.read_efg(io.StringIO(to_efg(game, payload, in_stakes=True)))
    # Its result can be read by position only: player, information set, action.
    flat = pygambit.qre.logit_solve_lambda(read, lam=[float(payload.precision[0])])[0]
    at = 0
    for player in read.players:
        for known in player.infosets:
            cell, _, label = known.label.partition(" ")
            c, p = int(cell), int(game.cell_player[int(cell)])
            t = game.types[p].index(label)
            for a in range(len(list(known.actions))):
                ours = found.strategies[0][game.row_start[c] + a * game.n_types[p] + t]
                assert ours == pytest.approx(float(flat[at]), abs=1e-7)
                at += 1


@pytest.mark.oracle
@pytest.mark.parametrize("precision", [1.0, 5.0, 20.0])
def test_kuhn_as_gambit_has_it(precision):
    import pygambit

    loaded = load_openspiel("kuhn_poker")
    found, _ = aqre_path(loaded.game, loaded.payload, precision=precision)
    read = pygambit.read_efg(io.StringIO(to_efg(loaded.game, loaded.payload)))
    flat = pygambit.qre.logit_solve_lambda(read, lam=[precision])[0]
    at, game = 0, loaded.game
    for player in read.players:
        for known in player.infosets:
            c = int(known.label.partition(" ")[0])
            for a in range(2):
                ours = found.strategies[0][game.row_start[c] + a]
                assert ours == pytest.approx(float(flat[at]), abs=1e-7)
                at += 1


@pytest.mark.parametrize("name", ["leduc_poker", "liars_dice(dice_sides=3)"])
def test_the_public_tree_gives_the_same(name, monkeypatch):
    """Types as axes where only the deal is private; the flat game is the slow twin."""
    loaded = load_openspiel(name)
    game, payload = loaded.game, loaded.payload
    assert public_tree(game, payload, loaded.outcome) is not None
    public, _ = aqre_path(game, payload, precision=1.5, outcome=loaded.outcome, keep=False)
    assert certificate(game, payload, public.strategies[0], 1.5) <= 1e-10
    monkeypatch.setattr(logit_problem, "WORTH", game.n_nodes + 1)
    flat, _ = aqre_path(game, payload, precision=1.5, outcome=loaded.outcome, keep=False)
    np.testing.assert_allclose(public.strategies[0], flat.strategies[0], atol=1e-9)
