"""What is written as a tree is the game: types drawn first, payoffs added up, names kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from standoff.game.efg_read import game_of_efg, load_efg
from standoff.game.efg_write import document_of, to_efg
from standoff.game.game_checks import game_fault
from standoff.game.openspiel import load_openspiel
from strategies.gambit_files import ends_of
from strategies.games import games


@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(games(variants=2, max_levels=4, width=10))
def test_every_type_profile_plays_the_tree(drawn):
    game, payload = drawn
    loaded = load_efg(to_efg(game, payload, 1, in_stakes=True, title="again"))
    assert loaded.labels.title == "again"
    assert game_fault(loaded.game, loaded.payload) == ""
    assert loaded.game.n_nodes == game.histories + (game.n_profiles > 1)
    assert loaded.game.information_sets == game.information_sets
    table = payload.payoff[:, :, 1] / payload.stake
    expected = {}
    for k, types in enumerate(game.profile_type):
        pairs = game.type_start[:-1] + types
        for end in game.end_nodes.tolist():
            path, odds, node = [], float(payload.prior[k, 1]), end
            total = table[game.payoff_row[node], pairs].copy()
            while game.parent[node] >= 0:
                edge, node = int(game.parent_edge[node]), int(game.parent[node])
                siblings = np.arange(game.edge_start[node], game.edge_start[node + 1])
                action = game.edge_action[edge]
                path.append(int((game.edge_action[siblings] < action).sum()))
                if game.actor[node] < 0:
                    odds *= payload.odds[action, 1]
                total += table[game.payoff_row[node], pairs]
            path += [k] if game.n_profiles > 1 else []
            expected[tuple(reversed(path))] = (odds, *total)
    if game.n_profiles == 1:  # the prior of the only profile is written nowhere
        expected = {p: (odds / payload.prior[0, 1], *x) for p, (odds, *x) in expected.items()}
    found = ends_of(loaded.game, loaded.payload)
    assert found.keys() == expected.keys()
    for path, values in found.items():
        np.testing.assert_allclose(values, expected[path], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["kuhn_poker", "kuhn_poker(players=3)", "leduc_poker"])
def test_games_of_openspiel_go_through_a_file(name):
    """With the names that they had: texts of several lines among them."""
    loaded = load_openspiel(name)
    again = load_efg(
        to_efg(loaded.game, loaded.payload, labels=loaded.labels, outcome=loaded.outcome)
    )
    assert list(again.labels.sets) == list(loaded.labels.sets)
    assert list(again.labels.actions) == list(loaded.labels.actions)
    assert again.game.players == loaded.game.players
    for name in ("parent", "actor", "cell", "child", "edge_action", "cell_player", "cell_level"):
        ours, theirs = getattr(again.game, name), getattr(loaded.game, name)
        np.testing.assert_array_equal(ours, theirs, err_msg=name)
    np.testing.assert_array_equal(again.payload.odds, loaded.payload.odds)
    # The same card is one outcome, whatever its number.
    pairs = {*zip(again.outcome.tolist(), loaded.outcome.tolist(), strict=True)}
    assert len(pairs) == len({ours for ours, _ in pairs}) == len({theirs for _, theirs in pairs})
    np.testing.assert_array_equal(
        again.payload.payoff[again.game.payoff_row],
        loaded.payload.payoff[loaded.game.payoff_row],
    )


def test_a_document_need_not_be_read_to_be_a_game():
    loaded = load_openspiel("kuhn_poker")
    document = document_of(loaded.game, loaded.payload)
    direct, read = game_of_efg(document), load_efg(document.text())
    np.testing.assert_array_equal(direct.game.parent, read.game.parent)
    np.testing.assert_array_equal(direct.payload.payoff, read.payload.payoff)
    assert direct.document is document
