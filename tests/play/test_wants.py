"""What a player wants, in words: from the crisis and its own type, and from nothing else."""

from __future__ import annotations

import pytest

from standoff.play.board import Board, board
from standoff.play.session import Seats, Session
from standoff.play.views import view
from standoff.play.wants import endings_for
from standoff.scenario import load


@pytest.fixture(scope="module")
def cuba() -> Board:
    return board(load("cuba-1962"))


def test_endings_go_from_the_best_to_the_worst(cuba: Board) -> None:
    worths = {}
    for kind, name in enumerate(cuba.scenario.actors["ussr"].types):
        found = endings_for(cuba, cuba.players.index("ussr"), kind)
        assert [e.worth for e in found] == sorted((e.worth for e in found), reverse=True)
        assert (found[0].worth, found[-1].worth) == (1.0, 0.0)
        assert found[-1].text == "war"
        worths[name] = {e.text: e.worth for e in found}
    kept, gone = "the bases are let be", "withdrawn for nothing"
    gaps = {name: worth[kept] - worth[gone] for name, worth in worths.items()}
    assert gaps["hold"] > gaps["trade"] > gaps["exit"]


def test_a_means_over_ends_by_hand(cuba: Board) -> None:
    """One ending, summed path by path."""
    import numpy as np

    player, kind = cuba.players.index("usa"), 1
    game, compiled = cuba.game, cuba.compiled
    mine = game.profile_type[:, player] == kind
    pay = cuba.pay(player)
    total: dict[int, list[float]] = {}
    for node in game.end_nodes:
        ending = int(compiled.end_ending[compiled.end_row[node]])
        mass = cuba.reach[node] * mine
        path, at = np.zeros(game.n_profiles), int(node)
        while at >= 0:
            path += pay[at]
            at = int(game.parent[at])
        held = total.setdefault(ending, [0.0, 0.0])
        held[0] += float(mass @ path)
        held[1] += float(mass.sum())
    means = {e: a / b for e, (a, b) in total.items() if b > 0}
    low, high = min(means.values()), max(means.values())
    expected = sorted(((m - low) / (high - low) for m in means.values()), reverse=True)
    np.testing.assert_allclose([e.worth for e in endings_for(cuba, player, kind)], expected)


def test_it_says_nothing_of_the_others(cuba: Board) -> None:
    shown = {
        view(Session(cuba, Seats(people=("usa", "ussr"), types={"usa": "firm", "ussr": kind})),
             "usa").model_dump_json()
        for kind in ("hold", "trade", "exit")
    }  # fmt: skip
    assert len(shown) == 1
