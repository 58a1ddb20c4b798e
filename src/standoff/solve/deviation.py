"""The largest gain from deviating: how far a strategy profile is from a Nash equilibrium."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game, Payload, insist_on_order
from standoff.kernels.tree import keeping_reach
from standoff.solve.blocks import FLOOR, each_block, lanes_of, rows, tree_of

Float = NDArray[np.float64]
Int = NDArray[np.intp]


def gains(game: Game, payload: Payload, strategy: Float, *, threads: int | None = None) -> Float:
    """[Q, V] what each (player, type) pair could gain by its best reply to the others' play.

    Exact for any profile of a game with perfect recall, and in the scenario's own units: divide by
    ``payload.stake[:, None]`` for shares of the stake. Given the type, before anything is played.
    Raises ValueError where information sets have no common order in time.
    """
    insist_on_order(game)
    V = payload.n_variants
    result = np.zeros((len(payload.stake), V))
    if not len(game.cell_player):
        return result
    tree = keeping_reach(tree_of(game))

    def keep(found: tuple[Int, Float]) -> None:
        result[:, found[0]] = found[1]

    def task(variants: Int) -> tuple[Int, Float]:
        from standoff.kernels.best_reply import best_reply

        block = lanes_of(payload, variants, tree, game.n_rows)
        log_odds, play = rows(len(payload.odds)), rows(game.n_rows)
        log_odds[:] = np.log(np.maximum(block.numbers[1], FLOOR))
        play[:] = np.log(np.maximum(strategy[:, variants], FLOOR))
        room = len(tree.actor)
        gain = rows(len(payload.stake))
        best_reply(
            tree,
            block.numbers,
            log_odds,
            rows(room),
            play,
            block.work[1],
            rows(tree.entries),
            rows(room),
            rows(room),
            rows(tree.most),
            rows(tree.profiles),
            gain,
        )
        return variants, np.maximum(gain, 0.0) * payload.stake[:, None]

    each_block(task, np.arange(V), threads=threads, done=keep)
    return result
