"""A game built from a tree in any order says what the tree says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.game.building import build_game
from standoff.game.efg_read import game_of_efg
from standoff.game.game import CHANCE, END
from standoff.game.game_checks import game_fault
from strategies.gambit_files import efg_documents


@settings(derandomize=True, deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(efg_documents(), st.randoms(use_true_random=False))
def test_any_order_of_nodes(document, random):
    """Nodes shuffled: each edge leads from the same place to the same place, by the same action."""
    N, P = document.n_nodes, len(document.players)
    order = list(range(N))
    random.shuffle(order)
    place = np.empty(N, dtype=np.intp)
    place[order] = np.arange(N)
    rng = np.random.default_rng(random.getrandbits(32))
    payoff = rng.integers(-2, 3, (N, P)).astype(float)
    odds = rng.random(N)
    parent = np.array([-1 if document.parent[n] < 0 else place[document.parent[n]] for n in order])
    built = build_game(
        document.players, parent=parent, action=document.action[order].astype(np.intp),
        actor=document.actor[order], info=document.info[order].astype(np.intp) * 3,
        odds=odds[order], payoff=payoff[order],
    )  # fmt: skip
    game, payload = built.game, built.payload
    assert sorted(built.node.tolist()) == list(range(N))
    was = [order[n] for n in built.node]  # the document's node of each of the game's
    for n in range(N):
        m = was[n]
        assert game.actor[n] == document.actor[m]
        earned = payload.payoff[game.payoff_row[n], :, 0]
        np.testing.assert_array_equal(earned, payoff[m])
        if document.actor[m] >= 0:
            assert built.info[game.cell[n]] == document.info[m] * 3
        if n:
            above, edge = int(game.parent[n]), int(game.parent_edge[n])
            assert was[above] == document.parent[m]
            assert order[built.edge_node[edge]] == m
            assert edge - game.edge_start[above] == document.action[m]
            if game.actor[above] == CHANCE:
                assert payload.odds[game.edge_action[edge], 0] == odds[m]
    assert (payload.payoff[0] == 0).all()


@settings(derandomize=True, deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(efg_documents(depth=5))
def test_sets_stand_at_one_level_where_they_can(document):
    """They can exactly where no set comes before itself, through whatever others."""
    loaded = game_of_efg(document)
    game = loaded.game
    assert game_fault(game, loaded.payload) == ""
    before = {}  # the sets that come right before each, on some path
    for n in range(document.n_nodes):
        if document.actor[n] in (END, CHANCE):
            continue
        own = int(document.info[n])
        above = int(document.parent[n])
        while above >= 0:
            if document.actor[above] >= 0:
                before.setdefault(own, set()).add(int(document.info[above]))
            above = int(document.parent[above])
    reached = {own: set(first) for own, first in before.items()}
    for _ in range(len(document.sets)):
        for own in reached:
            for other in list(reached[own]):
                reached[own] |= reached.get(other, set())
    cyclic = any(own in first for own, first in reached.items())
    if len(game.cell_level):
        assert bool((game.cell_level == -1).any()) == cyclic
    if not cyclic:
        # No level is empty.
        assert (np.diff(game.level_start) > 0).all()


def test_sets_at_different_depths_are_drawn_to_one_level():
    """Player 2's set hangs below a chance move and also right below the root."""
    parent = np.array([-1, 0, 0, 1, 1, 3, 3, 2, 2, 4, 4])
    actor = np.array([0, CHANCE, 1, 1, 1, END, END, END, END, END, END], dtype=np.int8)
    built = build_game(
        ("A", "B"), parent=parent, action=np.array([0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]),
        actor=actor, info=np.array([0, -1, 1, 1, 1, -1, -1, -1, -1, -1, -1]),
        odds=np.full(11, 0.5), payoff=np.zeros((11, 2)),
    )  # fmt: skip
    assert built.game.cell_level.tolist() == [0, 2]
    assert game_fault(built.game, built.payload) == ""


@pytest.mark.parametrize("parent", [[-1, -1], [1, 0], [-1, 2, 1]])
def test_what_is_no_tree_is_refused(parent):
    N = len(parent)
    with pytest.raises(ValueError, match="root"):
        build_game(
            ("A",), parent=np.array(parent), action=np.zeros(N, dtype=np.intp),
            actor=np.full(N, END, dtype=np.int8), info=np.full(N, -1), odds=np.ones(N),
            payoff=np.zeros((N, 1)),
        )  # fmt: skip
