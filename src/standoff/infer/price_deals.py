"""What a proposal is worth to both sides, whom it separates, and what making it does.

Each figure compares a move with the mover's other moves at the same information sets, these in the
odds in which they are played. Histories keep the weight that the record gives them, and those in
which the proposal is made more often count for more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.forcing import first_choice
from standoff.infer.indicators import information
from standoff.infer.pooling import Pooled, pool, pool_means
from standoff.infer.price import LEAST, chosen, openings
from standoff.infer.price_ahead import Climber
from standoff.infer.price_counters import Counter, ahead
from standoff.infer.reach import blocks, descend
from standoff.infer.views import type_at, types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Move:
    """A counter at the next sets at which it is open: odds by the mover's types, and what making it
    changes, by pair of types. Axes: T the mover's types, O the other side's (one where there is
    none), X the quantities.
    """

    counter: Counter
    types: tuple[str, ...]
    others: tuple[str, ...]
    mass: Float  # [T, O, V] that comes there
    made: Float  # [T, O, V] mass times odds
    change: Float  # [X, T, O, V] mass times (with the move less without)
    with_it: Float  # [X, T, O, V] mass times what follows the move

    def odds(self, kind: int) -> Pooled:
        """Odds of the move by one of the mover's types."""
        return pool(self.made[kind].sum(axis=0), self.mass[kind].sum(axis=0))

    @property
    def bits(self) -> float:
        """Mutual information of making it or not with the mover's type, in bits."""
        made = self.made.sum(axis=(1, 2))
        return information(np.stack([made, np.maximum(self.mass.sum(axis=(1, 2)) - made, 0.0)]))

    def effect(self, quantity: int) -> Pooled:
        """What making it changes, whatever the types."""
        return pool_means(self.change[quantity].sum(axis=(0, 1)), self.mass.sum(axis=(0, 1)))

    def gain(self, quantity: int, kind: int, other: int) -> Pooled:
        """What it changes for a pair of types."""
        return pool_means(self.change[quantity, kind, other], self.mass[kind, other])

    def both(self, first: int, second: int, kind: int, other: int) -> float:
        """Weighted share of variants in which it raises two quantities at once."""
        mass = self.mass[kind, other]
        raised = (self.change[first, kind, other] > 0) & (self.change[second, kind, other] > 0)
        return float(mass[raised].sum() / mass.sum()) if mass.sum() > 0 else float("nan")


def moves_at_once(
    inference: Inference,
    asked: Sequence[tuple[Counter, str]],
    players: Sequence[str],
    states: Sequence[str],
) -> tuple[Move, ...]:
    """What making each counter, or not, leads to, with the types of another actor told apart ("":
    of nobody). Quantities are the payoffs of `players`, each in stakes of its type, from then on,
    then `states` as play ends.
    """  # fmt: skip
    compiled, game = inference.compiled, inference.compiled.game
    measure = inference.measure()
    part = measure.part
    left, source = ahead(inference), np.zeros(game.n_nodes, dtype=bool)
    source[part.nodes[part.source]] = True
    choices = [
        np.flatnonzero(first_choice(compiled, left, source, openings(compiled, c.acts) & left))
        for c, _ in asked
    ]
    climber = Climber(part)
    sizes = [
        (len(types_of(compiled, c.actor)) or 1, (len(types_of(compiled, o)) or 1) if o else 1)
        for c, o in asked
    ]
    V, X = inference.n_variants, len(players) + len(states)
    mass = [np.zeros((*size, V)) for size in sizes]
    made = [np.zeros((*size, V)) for size in sizes]
    change = [np.zeros((X, *size, V)) for size in sizes]
    with_it = [np.zeros((X, *size, V)) for size in sizes]
    ending = _state_rewards(inference, part.nodes, states)
    for block in blocks(part, V, arrays=2 + X):
        arriving = [*_payoffs(inference, part.nodes, players, block), *ending]
        reach = descend(
            part, inference.payload, inference.solution.strategy, measure.start[:, :, block], block
        )  # fmt: skip
        worth = climber.rise(inference.payload, inference.solution.strategy, arriving, block)
        for i, (counter, other) in enumerate(asked):
            nodes = choices[i].astype(np.int32)
            if not len(nodes):
                continue
            here = reach[part.place[nodes]]  # [n, K, v]
            odds, taken, untaken = _both_ways(inference, part.place, nodes, counter, worth, block)
            for t, o, hit in _pairs(inference, counter.actor, other, nodes, sizes[i]):
                own = here * hit[:, :, None]
                mass[i][t, o, block] = own.sum(axis=(0, 1))
                made[i][t, o, block] = (own * odds).sum(axis=(0, 1))
                for x in range(X):
                    change[i][x, t, o, block] = (own * (taken[x] - untaken[x])).sum(axis=(0, 1))
                    with_it[i][x, t, o, block] = (own * taken[x]).sum(axis=(0, 1))
    return tuple(
        Move(
            counter, types_of(compiled, counter.actor) or ("",),
            (types_of(compiled, other) or ("",)) if other else ("",),
            mass[i], made[i], change[i], with_it[i],
        )
        for i, (counter, other) in enumerate(asked)
    )  # fmt: skip


def _both_ways(
    inference: Inference, place: Int32, nodes: Int32, counter: Counter, worth: Sequence[Float],
    block: slice,
) -> tuple[Float, list[Float], list[Float]]:  # fmt: skip
    """[n, K, v] odds of the moves at some nodes, and what follows them and the other moves."""
    game = inference.compiled.game
    count = game.edge_start[nodes + 1] - game.edge_start[nodes]
    starts = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.intp)
    owner = np.repeat(np.arange(len(nodes)), count)
    edge = game.edge_start[nodes][owner] + np.arange(len(owner)) - starts[owner]
    hit = chosen(inference.compiled, counter.acts)[edge][:, None, None]
    player = game.players.index(counter.actor)
    cell = game.cell[nodes][owner]
    row = game.row_start[cell]
    row = row + (game.edge_action[edge] - game.action_start[cell]) * game.n_types[player]
    play = inference.solution.strategy[row[:, None] + game.profile_type[:, player], block]
    made = np.add.reduceat(play * hit, starts)
    child = place[game.child[edge]]
    with_it, without = (_shares(play, side, starts, owner) for side in (hit, ~hit))
    taken = [np.add.reduceat(with_it * value[child], starts) for value in worth]
    untaken = [np.add.reduceat(without * value[child], starts) for value in worth]
    return made, taken, untaken


def _shares(play: Float, hit: Bool, starts: NDArray[np.intp], owner: NDArray[np.intp]) -> Float:
    """[edges, K, v] odds of some moves among themselves; even where all are too small to tell."""
    total = np.add.reduceat(play * hit, starts)[owner]
    even = 1.0 / np.add.reduceat(hit.astype(float), starts)[owner]
    return np.where(total < LEAST, even, play / np.maximum(total, LEAST)) * hit


def _pairs(
    inference: Inference, actor: str, other: str, nodes: Int32, size: tuple[int, int]
) -> list[tuple[int, int, Bool]]:
    """(own type, other's type, [n, K] where both are so)."""
    compiled = inference.compiled
    mine = type_at(compiled, actor, nodes)
    theirs = type_at(compiled, other, nodes) if other else np.zeros_like(mine)
    return [(t, o, (mine == t) & (theirs == o)) for t in range(size[0]) for o in range(size[1])]


def _payoffs(
    inference: Inference, nodes: Int32, players: Sequence[str], block: slice
) -> list[Float]:
    """[n, K, v] what arriving at each node pays each player, in stakes of its type."""
    game, payload = inference.compiled.game, inference.payload
    rows = game.payoff_row[nodes]
    found = []
    for player in players:
        index = game.players.index(player)
        pair = game.type_start[index] + game.profile_type[:, index]  # [K]
        pay = payload.payoff[rows[:, None], pair, block] / payload.stake[pair][:, None]
        found.append(np.asarray(pay))
    return found


def _state_rewards(inference: Inference, nodes: Int32, states: Sequence[str]) -> list[Float]:
    """[n, 1, 1] the value of each state variable where play has ended, zero elsewhere."""
    compiled = inference.compiled
    over = compiled.end_row[nodes] >= 0
    found = []
    for name in states:
        column = compiled.states[compiled.node_state[nodes], compiled.state_names.index(name)]
        found.append(np.where(over, column, 0.0)[:, None, None])
    return found
