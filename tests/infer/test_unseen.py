"""Information sets that become one, and the game that is left when the past is held."""

from __future__ import annotations

import numpy as np
import pytest
from crisis import TEXT, case
from test_outlook import worth
from test_waiting_worth import bargaining, coin, solved

from standoff.assess.chain import Chain, chain
from standoff.game.game_checks import game_fault
from standoff.game.remaining import remainder
from standoff.infer.continuation import Ascent, gain_of
from standoff.infer.reach import whole
from standoff.infer.unseen import blinded
from standoff.infer.waiting import waiting
from standoff.infer.waiting_choice import weighing
from standoff.infer.waiting_path import waiting_path
from standoff.scenario.loading import loads
from standoff.solve.held import aqre_held
from standoff.solve.sequence_form import sequence_form


def border() -> Chain:
    """The small crisis of these tests, its red side able to stay quiet first."""
    text = TEXT.replace("stay: {quiet: true}", "stay: {quiet: true, waits: true}")
    return chain(loads(text), variants=5)


@pytest.mark.parametrize(
    ("made", "actor"),
    [(border, "red"), (lambda: solved(coin()), "us"), (lambda: solved(bargaining()), "us")],
)
def test_a_blinded_game_is_a_game(made, actor):
    ready = made()
    inference, game = ready.inference, ready.batch.compiled.game
    path = waiting_path(inference, actor)
    assert path is not None
    choice = weighing(path, path.steps[0])
    less = blinded(game, choice.into)
    assert choice.hidden > 1
    assert len(less.game.cell_player) < len(game.cell_player)
    assert game_fault(less.game, inference.payload) == ""
    sequence_form(less.game, inference.payload)  # raises where somebody forgets what it knew or did
    # The same moves lead to the same nodes, and a strategy goes there and back.
    assert (less.game.parent == game.parent).all() and (less.game.child == game.child).all()
    rng = np.random.default_rng([0, 7])
    play = rng.random((less.game.n_rows, 3))
    assert (less.untold(less.told(play)) == play).all()


def test_nothing_merged_is_the_game_itself():
    ready = border()
    game = ready.batch.compiled.game
    same = blinded(game, np.arange(len(game.cell_player)))
    for name in ("cell", "edge_action", "action_start", "rate_row", "cell_start", "cell_node"):
        assert (getattr(same.game, name) == getattr(game, name)).all()
    assert (same.row == np.arange(game.n_rows)).all()


def test_what_is_left_is_solved_as_the_whole_is():
    """Play ahead is the same whether the idle part of the tree is there or not."""
    ready = border()
    inference, game = ready.inference, ready.batch.compiled.game
    play = inference.solution.strategy
    for step in range(1, len(ready.batch.compiled.steps)):
        at = np.flatnonzero(
            (np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start)) == step)
            & (game.actor >= -1)
        )
        left = remainder(game, at[:1].astype(np.int32))
        numbers = left.payload(inference.payload)
        assert game_fault(left.game, numbers) == ""
        if left.before.all():
            continue
        # Start the free rows elsewhere: they must come back to the solution.
        found = aqre_held(left.game, numbers, left.before, play[left.rows])
        assert found.solved.all()
        assert found.strategy == pytest.approx(play[left.rows], abs=1e-6)
    assert left.game.n_nodes < game.n_nodes


def test_what_is_to_come_adds_up():
    """From the root on it is the expected payoff; at each node the mean over what comes next."""
    ready = border()
    inference, game = ready.inference, ready.batch.compiled.game
    tree = whole(game)
    kind = game.profile_type[:, 0]
    table = inference.payload.payoff[:, : int(game.type_start[1])]
    gain = gain_of(tree, table, kind)
    play = inference.solution.strategy
    (found,) = Ascent(tree).to_come(inference.payload, play, [gain])
    mass = inference.prior.from_root(tree, play)
    want = (mass * gain)[1:].sum(axis=(0, 1))
    assert (inference.at_root * found[0]).sum(axis=0) == pytest.approx(want)
    ends = game.end_nodes
    assert not found[ends].any()
    rng = np.random.default_rng([0, 8])
    for node in rng.choice(np.flatnonzero(game.actor >= -1), 20):
        edges = np.arange(game.edge_start[node], game.edge_start[node + 1])
        child = game.child[edges]
        player = int(game.actor[node])
        for k in range(game.n_profiles):
            if player < 0:
                odds = inference.payload.odds[game.edge_action[edges]]
            else:
                cell = game.cell[node]
                place = game.edge_action[edges] - game.action_start[cell]
                width = game.n_types[player]
                odds = play[game.row_start[cell] + place * width + game.profile_type[k, player]]
            mean = (odds * (gain[child, k] + found[child, k])).sum(axis=0)
            assert found[node, k] == pytest.approx(mean)


def test_worth_against_every_history_written_out():
    """Staying quiet against the better of massing and raiding, by type, over enumerated play."""
    found = case(variants=3)
    result = waiting(found.inference, "red", solve_again=0)
    assert result is not None
    at = result.at[0]
    assert (at.turn, at.marked, at.step) == ("muster", "quiet", 0)
    for row in at.worth:

        def mine(h, t=row.type):
            return h.types["red"] == t

        each = [
            worth(found, 0, f"red.muster.{move}", "red", mine) for move in ("stay", "mass", "raid")
        ]
        stays, *others = (sums / weights for sums, weights in each)
        want = stays - np.maximum(*others)
        assert row.whole / row.weight == pytest.approx(want, abs=1e-9)
