"""The reduced normal form against a walk of the tree for every combination of strategies."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from standoff.errors import ScenarioError, TooLarge
from standoff.game.efg_read import load_efg
from standoff.game.game import CHANCE, END
from standoff.game.nfg_read import load_nfg, read_nfg
from standoff.game.nfg_write import to_nfg
from standoff.game.normal_form import normal_form, reduced_strategies
from strategies.games import games

TWO_STAGES = (
    'EFG 2 R "" { "a" "b" } p "" 1 1 "" { "L" "R" } 0'
    ' p "" 1 2 "" { "x" "y" "z" } 0 t "" 1 "o" { 1, 2 } t "" 2 "p" { 3, 2 } t "" 2'
    ' p "" 2 1 "" { "m" "n" } 0 t "" 3 "r" { 1/3, 4 }'
    ' p "" 1 3 "" { "c" "d" } 0 t "" 0 t "" 4 "z" { 2, 7 }'
)


def test_strategies_leave_out_what_their_own_moves_exclude():
    loaded = load_efg(TWO_STAGES)
    document = read_nfg(to_nfg(loaded.game, loaded.payload, title="two stages"))
    assert document.title == "two stages"
    assert document.strategies == (("11*", "12*", "13*", "2*1", "2*2"), ("1", "2"))
    assert document.numbers[document.contingency[3, 0]] == "1/3"
    assert document.payoffs()[0].tolist() == [[1, 1], [3, 3], [3, 3], [1 / 3, 0], [1 / 3, 2]]
    assert document.payoffs()[1].tolist() == [[2, 2], [2, 2], [2, 2], [4, 0], [4, 7]]


def test_a_table_is_its_own_normal_form():
    loaded = load_nfg('NFG 1 R "" { "A" "B" "C" } { 2 3 2 }\n' + " ".join(map(str, range(36))))
    form = normal_form(loaded.game, loaded.payload)
    np.testing.assert_array_equal(form.payoffs, loaded.document.payoffs())
    again = read_nfg(to_nfg(loaded.game, loaded.payload))
    np.testing.assert_array_equal(again.payoffs(), loaded.document.payoffs())


def test_a_game_without_payoffs_or_moves():
    loaded = load_efg('EFG 2 R "" { "A" "B" } p "" 2 1 "" { "x" "y" } 0 t "" 0 t "" 0')
    assert normal_form(loaded.game, loaded.payload).payoffs.tolist() == [[[0, 0]], [[0, 0]]]
    loaded = load_efg('EFG 2 R "" { "A" } t "" 1 "" { 5 }')
    assert normal_form(loaded.game, loaded.payload).payoffs.tolist() == [[5]]
    assert 'NFG 1 R "Standoff" { "A" }\n\n{ { "*" }\n}' in to_nfg(loaded.game, loaded.payload)


def test_more_than_nine_actions_are_kept_apart():
    menu = " ".join(f'"{i}"' for i in range(11))
    loaded = load_efg(
        f'EFG 2 R "" {{ "A" }} p "" 1 1 "" {{ {menu} }} 0 p "" 1 2 "" {{ "x" "y" }} 0'
        + ' t "" 0' * 12
    )
    names = read_nfg(to_nfg(loaded.game, loaded.payload)).strategies[0]
    assert names[:3] == ("1.1", "1.2", "2.*")
    assert len(set(names)) == 12


def test_limits_and_forgetting():
    loaded = load_efg(TWO_STAGES)
    with pytest.raises(TooLarge, match="10 combinations"):
        normal_form(loaded.game, loaded.payload, limit=9)
    forgets = load_efg(
        'EFG 2 R "" { "A" } p "" 1 1 "" { "x" "y" } 0 p "" 1 2 "" { "l" "r" } 0 t "" 0 t "" 0'
        ' p "" 1 2 0 t "" 0 t "" 0'
    )
    with pytest.raises(ScenarioError, match="forgets what it did"):
        to_nfg(forgets.game, forgets.payload)
    many = load_efg(
        'EFG 2 R "" { "A" "B" } c "" 1 "" { '
        + " ".join(f'"{i}" 1/400' for i in range(400))
        + " } 0 "
        + "".join(f'p "" 1 {i + 1} "" {{ "x" "y" }} 0 t "" 0 t "" 0 ' for i in range(400))
    )
    with pytest.raises(TooLarge, match="about 1e120 combinations"):
        reduced_strategies(many.game)


@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(games(variants=2, max_levels=3, width=8, max_players=2))
def test_against_a_walk_for_every_combination(drawn):
    game, payload = drawn
    try:
        choices = reduced_strategies(game, limit=300)
    except TooLarge:
        assume(False)
    form = normal_form(game, payload, 1, in_stakes=True)
    assert form.payoffs.shape[1:] == tuple(map(len, choices))
    for own in choices:
        rows = [tuple(row) for row in own.tolist()]
        assert rows == sorted(set(rows))
    table = payload.payoff[:, :, 1] / payload.stake
    for combination in product(*[range(len(own)) for own in choices]):
        plans = [own[i] for own, i in zip(choices, combination, strict=True)]
        expected = sum(
            payload.prior[k, 1] * _walk(game, payload, table, plans, k)
            for k in range(game.n_profiles)
        )
        np.testing.assert_allclose(form.payoffs[(slice(None), *combination)], expected, atol=1e-12)


def _walk(game, payload, table, plans, k, node=0):
    """[P] expected payoffs from a node on, where every player follows its plan."""
    types = game.profile_type[k]
    pairs = game.type_start[:-1] + types
    total = table[game.payoff_row[node], pairs].copy()
    actor = int(game.actor[node])
    if actor == END:
        return total
    for e in range(game.edge_start[node], game.edge_start[node + 1]):
        below = int(game.child[e])
        if actor == CHANCE:
            share = payload.odds[game.edge_action[e], 1]
        else:
            cell = int(game.cell[node])
            own = np.flatnonzero(game.cell_player == actor).tolist().index(cell)
            chosen = plans[actor][own * game.n_types[actor] + types[actor]]
            # What its own moves exclude is never asked for.
            assert chosen >= 0
            share = float(game.edge_action[e] - game.action_start[cell] == chosen)
        if share:
            total += share * _walk(game, payload, table, plans, k, below)
    return total
