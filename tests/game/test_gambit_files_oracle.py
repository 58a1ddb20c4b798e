"""Against Gambit: it writes what we read, and reads what we write."""

from __future__ import annotations

import io
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from standoff.game.efg_read import load_efg
from standoff.game.efg_write import to_efg
from standoff.game.game_checks import game_fault
from standoff.game.nfg_read import load_nfg, read_nfg
from standoff.game.nfg_write import to_nfg
from standoff.game.sgame import load_game, save_game
from strategies.gambit_files import ends_of
from strategies.games import random_game

pytestmark = pytest.mark.oracle


def their_ends(game):
    """By the actions that lead there: the odds of chance, and each payoff, exactly."""
    found = {}
    todo = [(game.root, (), Fraction(1), [Fraction(0)] * len(list(game.players)))]
    while todo:
        node, path, odds, earned = todo.pop()
        if node.outcome:  # never None, but false where there is none
            pays = [Fraction(str(node.outcome[player])) for player in game.players]
            earned = [a + b for a, b in zip(earned, pays, strict=True)]
        children = list(node.children)
        if not children:
            found[path] = (float(odds), *map(float, earned))
        actions = list(node.infoset.actions) if children else []
        for i, (child, action) in enumerate(zip(children, actions, strict=True)):
            share = Fraction(str(action.prob)) if node.player.is_chance else Fraction(1)
            todo.append((child, (*path, i), odds * share, earned))
    return found


def assert_same_ends(ours, theirs):
    assert ours.keys() == theirs.keys()
    for path, values in ours.items():
        np.testing.assert_allclose(values, theirs[path], rtol=1e-12, atol=1e-12)


def random_theirs(seed):
    """A game built by Gambit: sets shared, chance, outcomes shared and inner, odd names."""
    import pygambit

    rng = random.Random(seed)
    names = ["a b", 'say "hm"', "x{y}", "3", "-1/2", "t"]
    game = pygambit.Game.new_tree(players=rng.sample(names, 3), title=rng.choice(names))
    game.description = rng.choice(["", "two\nlines", 'a "quoted" word'])
    players = list(game.players)
    outcomes = [
        game.add_outcome(
            f"o{i} {rng.choice(names)}",
            [rng.choice(["1/3", "-2", "0.25", "1.50", "7"]) for _ in players],
        )
        for i in range(4)
    ]
    leaves = [game.root]
    for _ in range(rng.randint(1, 7)):
        node = leaves.pop(rng.randrange(len(leaves)))
        known = [s for p in players for s in p.infosets]
        if known and rng.random() < 0.4:
            game.append_infoset(node, rng.choice(known))
        elif rng.random() < 0.3:
            menu = rng.sample(names, rng.randint(1, 3))
            game.append_move(node, game.players.chance, menu)
            weights = [rng.randint(0, 4) for _ in menu]
            weights[0] += 1
            odds = [pygambit.Rational(w, sum(weights)) for w in weights]
            game.set_chance_probs(node.infoset, odds)
        else:
            game.append_move(node, rng.choice(players), rng.sample(names, rng.randint(1, 3)))
        leaves += list(node.children)
        if rng.random() < 0.4:
            game.set_outcome(node, rng.choice(outcomes))
    for leaf in leaves:
        if rng.random() < 0.8:
            game.set_outcome(leaf, rng.choice(outcomes))
    return game


@pytest.mark.parametrize("seed", range(40))
def test_trees_that_gambit_writes(seed):
    """Read in full: the same layout again, letter for letter, and the same paths and payoffs."""
    game = random_theirs(seed)
    text = game.to_efg()
    loaded = load_efg(text)
    assert loaded.document.text() == text
    assert loaded.document.written() == text
    assert loaded.labels.title == game.title
    assert loaded.game.players == tuple(p.label for p in game.players)
    assert game_fault(loaded.game, loaded.payload) == ""
    assert_same_ends(ends_of(loaded.game, loaded.payload), their_ends(game))


@pytest.mark.parametrize("seed", range(40))
def test_trees_that_we_write(seed):
    import pygambit

    loaded = load_efg(random_theirs(seed).to_efg())
    game, labels = loaded.game, loaded.labels
    read = pygambit.read_efg(io.StringIO(to_efg(game, loaded.payload, labels=labels)))
    assert_same_ends(ends_of(game, loaded.payload), their_ends(read))
    ours = sorted(
        (int(p), sorted(np.diff(game.action_start)[game.cell_player == p].tolist()))
        for p in range(len(game.players))
    )
    theirs = [
        (i, sorted(len(list(s.actions)) for s in p.infosets)) for i, p in enumerate(read.players)
    ]
    assert ours == theirs


def test_every_file_that_comes_with_gambit(tmp_path):
    """Read, written in Gambit's layout, and kept as arrays; Gambit says the same of them."""
    import pygambit

    files = sorted((Path(pygambit.__file__).parent / "catalog_data").rglob("*.efg"))
    assert len(files) > 10
    for path in files:
        loaded = load_efg(path)
        assert loaded.document.text() == path.read_bytes().decode()
        assert game_fault(loaded.game, loaded.payload) == ""
        ends = ends_of(loaded.game, loaded.payload)
        assert_same_ends(ends, their_ends(pygambit.read_efg(path)))
        written = pygambit.read_efg(io.StringIO(loaded.document.written()))
        assert_same_ends(ends, their_ends(written))
        save_game(loaded, tmp_path / "one.sgame")
        again = load_game(tmp_path / "one.sgame")
        assert ends_of(again.game, again.payload) == ends


def test_every_table_that_comes_with_gambit():
    import pygambit

    files = sorted((Path(pygambit.__file__).parent / "catalog_data").rglob("*.nfg"))
    assert len(files) > 3
    for path in files:
        _same_table(load_nfg(path).document, pygambit.read_nfg(path))


@pytest.mark.parametrize("seed", range(20))
def test_tables_that_gambit_writes(seed):
    import pygambit

    rng = np.random.default_rng(seed)
    shape = rng.integers(1, 4, int(rng.integers(1, 4))).tolist()
    tensors = [rng.integers(-5, 6, shape) for _ in shape]
    game = pygambit.Game.from_arrays(*tensors, title='A "table"')
    text = game.to_nfg()
    document = read_nfg(text)
    assert document.text() == text
    assert document.written() == text
    np.testing.assert_array_equal(document.payoffs(), np.array(tensors))
    _same_table(document, game)


def _same_table(document, game):
    assert document.shape == tuple(len(list(p.strategies)) for p in game.players)
    theirs = np.array(game.to_arrays(dtype=float), dtype=float)
    np.testing.assert_allclose(document.payoffs(), theirs)


@pytest.mark.parametrize("seed", range(12))
def test_the_normal_form_is_gambits(seed):
    """The same reduced strategies and payoffs, each up to the order of the strategies."""
    import pygambit

    game, payload = random_game(
        seed, n_types=[(1, 1), (2, 1), (1, 1, 1), (1, 2)][seed % 4], levels=3, variants=1, width=8,
        rates=False,
    )  # fmt: skip
    read = pygambit.read_efg(io.StringIO(to_efg(game, payload)))
    theirs = read_nfg(read.to_nfg()).payoffs()
    ours = read_nfg(to_nfg(game, payload)).payoffs()
    assert ours.shape == theirs.shape
    for p in range(len(ours)):
        np.testing.assert_allclose(
            np.sort(ours[p], axis=None), np.sort(theirs[p], axis=None), atol=1e-9
        )
    assert _sorted_columns(ours) == _sorted_columns(theirs)
    assert len(list(pygambit.read_nfg(io.StringIO(to_nfg(game, payload))).players)) == len(ours)


def _sorted_columns(tensor):
    """Payoffs of all players at each contingency, as a bag."""
    rows = np.moveaxis(tensor, 0, -1).reshape(-1, len(tensor))
    return sorted(map(tuple, np.round(rows, 8) + 0.0))
