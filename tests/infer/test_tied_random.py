"""Ties in random crises with records: worth as the queries have it, cut off or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_records import cases

from standoff.infer.inference import Inference
from standoff.infer.tied import Tied
from standoff.infer.turns import turns_ahead
from standoff.infer.views import types_of
from standoff.solve import aqre_held

FEW = settings(
    derandomize=True, deadline=None, max_examples=25,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip


def with_play(inference: Inference, play: np.ndarray) -> Inference:
    """The same crisis if all play otherwise."""
    return Inference(
        inference.compiled, inference.payload, inference.draws,
        replace(inference.solution, strategy=play), inference.evidence,
    )  # fmt: skip


def expected(inference: Inference, actor: str, player: int) -> np.ndarray:
    """[T, V] what each type of an actor expects, in stakes, by the queries' own way."""
    game = inference.compiled.game
    kinds = types_of(inference.compiled, actor)
    first = int(game.type_start[player])
    if not kinds:
        return inference.ask(f"E({actor})").per_variant[None] / inference.payload.stake[first]
    found = []
    for kind in kinds:
        pair = first + game.types[player].index(kind)
        asked = inference.ask(f"E({actor} | {actor} is {kind})").per_variant
        found.append(asked / inference.payload.stake[pair])
    return np.stack(found)


def tied_rows(inference: Inference, tied: Tied, act: str) -> tuple[np.ndarray, np.ndarray]:
    """[A] rows of the turn where the move is open, and [A, V] play with the move made there, found
    slowly, cell by cell.
    """
    compiled, game = inference.compiled, inference.compiled.game
    held = np.zeros(game.n_rows, dtype=bool)
    play = inference.solution.strategy.copy()
    level = inference.evidence.histories.level
    number = [a.name for a in compiled.acts].index(act)
    for cell in range(len(game.cell_player)):
        node = int(game.cell_node[game.cell_start[cell]])
        if level[node] not in tied.turn.steps or game.cell_player[cell] != tied.player:
            continue
        edges = range(game.edge_start[node], game.edge_start[node + 1])
        acts = {
            int(game.edge_action[e] - game.action_start[cell]): compiled.edge_act[e] for e in edges
        }
        if number not in acts.values():
            continue
        T = game.n_types[tied.player]
        low, high = game.row_start[cell], game.row_start[cell + 1]
        held[low:high] = True
        for a, made in acts.items():
            play[low + a * T : low + (a + 1) * T] = float(made == number)
    return held, play


def before(inference: Inference) -> np.ndarray:
    """[A] rows of the steps before the present."""
    game = inference.compiled.game
    level = inference.evidence.histories.level[game.cell_node[game.cell_start[:-1]]]
    return np.repeat(level < inference.present, np.diff(game.row_start))


@FEW
@given(cases(), st.integers(0, 100))
def test_a_tie_is_worth_what_the_whole_game_says(case, pick):
    inference = case.inference
    turns = [
        t for t in turns_ahead(inference, always=bool(pick % 2))
        if (t.reached > 0).all() and len(t.acts) > 1
    ]  # fmt: skip
    assume(turns)
    at = turns[pick % len(turns)]
    tied = Tied(inference, at)
    # Types that stand in the tree are paid in stakes already: the queries speak in units.
    assume(not types_of(inference.compiled, at.actor) or tied.may_signal)
    act = at.acts[pick % len(at.acts)]
    held, play = tied_rows(inference, tied, act)
    base = expected(inference, at.actor, tied.player)
    known = tied.mass > 0
    assume(known.any())

    quiet = tied.quietly({act: 1.0}).value - tied.as_solved.value
    by_query = expected(with_play(inference, play), at.actor, tied.player) - base
    np.testing.assert_allclose(quiet[known], by_query[known], atol=1e-9)

    whole = aqre_held(
        inference.compiled.game, inference.payload, held | before(inference), play, tolerance=1e-9
    )
    found = tied.tied({act: 1.0})
    assume((whole.solved & found.solved).all())
    gain = found.value - tied.as_solved.value
    by_query = expected(with_play(inference, whole.strategy), at.actor, tied.player) - base
    np.testing.assert_allclose(gain[known], by_query[known], atol=2e-4)
