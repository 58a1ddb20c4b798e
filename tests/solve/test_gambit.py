"""Against Gambit, which traces the branch of equilibria from uniform play."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
import pytest

from standoff.errors import TooLarge
from standoff.game.efg_write import to_efg
from standoff.solve import aqre
from strategies.games import random_game


def theirs(game, payload):
    """Gambit's strategy as a column of ours."""
    import pygambit

    read = pygambit.read_efg(io.StringIO(to_efg(game, payload, in_stakes=True)))
    precision = float(payload.precision[0])
    # Its result can be read by position only: player, information set, action.
    flat = pygambit.qre.logit_solve_lambda(read, lam=[precision])[0]
    out = np.full(game.n_rows, np.nan)
    at = 0
    for player in read.players:
        for known in player.infosets:
            cell, _, label = known.label.partition(" ")
            c = int(cell)
            p = int(game.cell_player[c])
            t = game.types[p].index(label)
            for a in range(len(list(known.actions))):
                out[game.row_start[c] + a * game.n_types[p] + t] = float(flat[at])
                at += 1
    return out


@pytest.mark.oracle
@pytest.mark.parametrize("seed", range(10))
def test_the_same_as_gambit(seed):
    n_types = [(2, 2), (1, 2), (2, 1), (1, 1, 2), (3, 1)][seed % 5]
    game, payload = random_game(
        seed, n_types=n_types, levels=4, hidden=bool(seed % 2), variants=1, width=6, rates=False,
        reach=2.0,
    )  # fmt: skip
    if not game.n_rows:
        pytest.skip("no choice in this game")
    ours = aqre(game, payload, threads=1)
    assert ours.solved.all()
    np.testing.assert_allclose(ours.strategy[:, 0], theirs(game, payload), atol=1e-7)


@pytest.mark.oracle
def test_gambit_reads_what_is_written():
    import pygambit

    for seed in range(20):
        game, payload = random_game(seed, n_types=(2, 3), levels=4, hidden=True, variants=2)
        read = pygambit.read_efg(io.StringIO(to_efg(game, payload, 1)))
        assert len(read.players) == 2
        count = sum(len(list(p.infosets)) for p in read.players)
        assert count == game.information_sets


def test_the_text_says_the_game():
    """Odds sum to one exactly, and payoffs on the way are added up at the ends."""
    for seed in range(10):
        game, payload = random_game(seed, n_types=(2, 2), levels=4, hidden=True, variants=1)
        lines = to_efg(game, payload, title='a "quoted" title').splitlines()
        assert lines[0].startswith('EFG 2 R "a \\"quoted\\" title"')
        kinds = [line[0] for line in lines[3:]]
        ends = int((game.actor < -1).sum())
        assert kinds.count("t") == ends * game.n_profiles
        assert kinds.count("p") == int((game.actor >= 0).sum()) * game.n_profiles
        for line in lines[3:]:
            if line[0] == "c":
                shares = line[line.index("{") + 1 : line.rindex("}")].split('"')[2::2]
                assert sum(Fraction(s.strip()) for s in shares) == 1
        first_end = next(line for line in lines if line.startswith("t"))
        values = first_end[first_end.index("{") + 1 : first_end.index("}")].split(",")
        node, total = 0, payload.payoff[game.payoff_row[0]][[0, 2], 0].copy()
        while game.actor[node] >= -1:
            edges = range(game.edge_start[node], game.edge_start[node + 1])
            node = int(game.child[min(edges, key=lambda e: game.edge_action[e])])
            total += payload.payoff[game.payoff_row[node]][[0, 2], 0]
        np.testing.assert_allclose([float(Fraction(x.strip())) for x in values], total, atol=1e-12)


def test_a_large_game_is_not_written(monkeypatch):
    game, payload = random_game(1, n_types=(2, 2), levels=4)
    monkeypatch.setattr("standoff.game.efg_write.LIMIT", 3)
    with pytest.raises(TooLarge, match="histories"):
        to_efg(game, payload)
