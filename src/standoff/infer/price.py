"""What a move would have to be paid to be made with even odds.

At an information set at which a move is open, its price is the payment x, added to that move alone,
that makes its odds one half; all else is as solved. Play being the logit of ``precision / stake``
times the values of the moves, with their rates as reference measure, x in stakes is the log odds
against the move over the precision (McKelvey & Palfrey 1998, key `mckelvey1998`): no other solution
is needed. Above zero the actor would have to be paid so much; below zero it would make the move
even at a loss of that size. The price of several moves at once is paid for any of them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.errors import QueryError
from standoff.game.game import CHANCE
from standoff.infer.events import Rows
from standoff.infer.histories import histories
from standoff.infer.pooling import Pooled, pool_means
from standoff.infer.views import type_at, types_of
from standoff.scenario.place import Place

if TYPE_CHECKING:
    from standoff.infer.inference import Inference
    from standoff.infer.measure import Measure
    from standoff.scenario.expressions import Expr
    from standoff.scenario.queries import Price

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
Array = NDArray[Any]

LEAST = 1e-300
"""Odds below this count as this: a price past it is a bound, and `At.bound` says so."""


def openings(compiled: Compiled, acts: Collection[str]) -> Bool:
    """[N] nodes at which some of the moves are open, and something else."""
    game = compiled.game
    hit = chosen(compiled, acts)
    count = np.diff(game.edge_start)
    owner = np.repeat(np.arange(game.n_nodes), count)
    open_ = np.bincount(owner[hit], minlength=game.n_nodes)
    return np.asarray((open_ > 0) & (open_ < count) & (game.actor > CHANCE))


def chosen(compiled: Compiled, acts: Collection[str]) -> Bool:
    """[E] edges that are some of the moves."""
    wanted = np.array([act.name in acts for act in compiled.acts] + [False])
    return np.asarray(wanted[compiled.edge_act])


@dataclass(frozen=True, eq=False)
class At:
    """The odds of some moves at the information sets of some nodes, all of one actor.

    `S` counts information sets apart from types; T is the number of the actor's types that are kept
    as an axis, in the order of `Game.types`.
    """

    which: NDArray[np.intp]  # [n] set of each node
    made: Float  # [S, T, V] odds of the moves
    rest: Float  # [S, T, V] odds of all others
    lead: Float  # [S, T, V] value of the moves above the value of all others, in stakes
    precision: Float  # [V]

    @cached_property
    def price(self) -> Float:
        """[S, T, V] in stakes."""
        logs = np.log(np.maximum(self.rest, LEAST)) - np.log(np.maximum(self.made, LEAST))
        return np.asarray(logs / self.precision)

    @cached_property
    def cost(self) -> Float:
        """[S, T, V] what making them for certain costs against playing as solved, in stakes."""
        return np.asarray(-self.rest * self.lead)

    @cached_property
    def bound(self) -> Bool:
        """[S, T, V] where odds are too small to tell more than a bound."""
        return np.asarray((self.made < LEAST) | (self.rest < LEAST))


def at(inference: Inference, nodes: Int32, acts: Collection[str]) -> At:
    """The odds of some moves at some nodes (`openings`) of one actor.

    Values need no other pass: under the logit ``log(odds / rate) / precision`` is a move's value up
    to a constant of the set, as nearly as the solver check holds.
    """
    compiled, game = inference.compiled, inference.compiled.game
    _, first, which = np.unique(game.cell[nodes], return_index=True, return_inverse=True)
    leaders = nodes[first]
    count = game.edge_start[leaders + 1] - game.edge_start[leaders]
    starts = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.intp)
    owner = np.repeat(np.arange(len(leaders)), count)
    edge = game.edge_start[leaders][owner] + np.arange(len(owner)) - starts[owner]
    hit = chosen(compiled, acts)[edge][:, None, None]
    cell = game.cell[leaders][owner]
    width = int(game.n_types[game.actor[leaders[0]]])
    action = game.edge_action[edge]
    row = game.row_start[cell] + (action - game.action_start[cell]) * width
    play = inference.solution.strategy[row[:, None] + np.arange(width)]  # [edges, T, V]
    rate = inference.payload.log_rate[game.rate_row[action]][:, None]
    precision = inference.payload.precision
    value = (np.log(np.maximum(play, LEAST)) - rate) / precision
    made = np.add.reduceat(play * hit, starts)
    rest = np.add.reduceat(play * ~hit, starts)
    ours = _mean(play, value, hit, made, starts)
    theirs = _mean(play, value, ~hit, rest, starts)
    return At(which.ravel(), made, rest, ours - theirs, precision)


def _mean(play: Float, value: Float, hit: Bool, total: Float, starts: NDArray[np.intp]) -> Float:
    """[S, T, V] mean value of some moves in the odds in which they are played, of which `total` is
    the sum; that of the best of them, a bound, where these are too small to tell.
    """
    mean = np.add.reduceat(play * value * hit, starts) / np.maximum(total, LEAST)
    best = np.maximum.reduceat(np.where(hit, value, -np.inf), starts)
    return np.where(total < LEAST, best, mean)


def type_axis(compiled: Compiled, actor: str) -> Int32:
    """Place on the type axis of a strategy of each of the actor's types, as `types_of` lists them;
    zero where they stand in the tree, or there is one.
    """
    types = types_of(compiled, actor)
    own = compiled.game.types[compiled.game.players.index(actor)]
    if len(own) < 2:
        return np.zeros(max(1, len(types)), dtype=np.int32)
    return np.array([own.index(t) for t in types], dtype=np.int32)


def price(inference: Inference, asked: Price, view: tuple[str, str] | None = None) -> Pooled:
    """The answer to `price(actor, move | condition)`, in stakes: the mean price at the actor's next
    set at which the move is open, over the histories in which it comes to one and the condition
    holds. States in the condition are read as they are at that set. Raises `QueryError` where the
    move is never open.
    """
    compiled = inference.compiled
    measure = inference.measure(asked.forced, view)
    node, step = next_openings(inference, measure, asked.acts)
    rows = np.flatnonzero(node >= 0)
    if not len(rows):
        raise QueryError(Place(file="query").problem(
            "never-open", "this move is not open beside another in any history from here on",
            asked.at, len(asked.what), found=asked.what,
        ))  # fmt: skip
    actor = asked.view.actor
    nodes, place = np.unique(node[rows], return_inverse=True)
    found = at(inference, nodes.astype(np.int32), asked.acts)
    own = type_at(compiled, actor, nodes.astype(np.int32))  # [nodes, K]
    types = types_of(compiled, actor)
    ours = np.ones(own.shape, dtype=bool)
    if asked.view.type is not None and types:
        ours = own == types.index(asked.view.type)
    axis = type_axis(compiled, actor)[own]
    given = _given(inference, measure, asked.given, rows, node[rows], step[rows])
    base, joint = np.zeros(inference.n_variants), np.zeros(inference.n_variants)
    for block, mass in measure:
        part_of = given[:, :, block] if given.shape[2] > 1 else given
        weighed = mass[rows] * part_of * ours[place.ravel()][:, :, None]
        by_node = _added(weighed, place.ravel(), len(nodes))  # [nodes, K, v]
        worth = found.price[found.which[:, None], axis][:, :, block]
        base[block] = by_node.sum(axis=(0, 1))
        joint[block] = (by_node * worth).sum(axis=(0, 1))
    return pool_means(joint, base)


def next_openings(
    inference: Inference, measure: Measure, acts: Collection[str]
) -> tuple[Int32, Int32]:
    """[Y] the node at which some of the moves are next open in each outcome of a measure, and its
    step; -1 where they are not open again.
    """
    compiled, game = inference.compiled, inference.compiled.game
    open_, table = openings(compiled, acts), histories(inference.compiled)
    node = np.full(len(measure.end), -1, dtype=np.int32)
    step = np.full(len(measure.end), -1, dtype=np.int32)
    for level in range(inference.present, len(compiled.steps)):
        taken = table.edge[measure.end, level]
        here = np.where(taken >= 0, game.parent[game.child[np.maximum(taken, 0)]], 0)
        new = (taken >= 0) & (node < 0) & open_[here]
        node[new], step[new] = here[new], level
    return node, step


def _given(
    inference: Inference, measure: Measure, event: Expr | None, rows: NDArray[np.intp],
    node: Int32, step: Int32,
) -> Array:  # fmt: skip
    """[rows, K, V] whether a condition holds, states being those at the choice."""
    if event is None:
        return np.ones((1, 1, 1), dtype=bool)
    compiled = inference.compiled
    whole = inference.rows(measure)
    found: dict[int, Array] = {}
    for level in np.unique(step):
        here = step == level
        number = np.full(int(here.sum()), compiled.steps[level].round, dtype=np.int32)
        then = Rows(
            compiled, whole.end[rows[here]], whole.ending[rows[here]],
            compiled.node_state[node[here]], number, int(level),
        )  # fmt: skip
        found[int(level)] = inference.evaluator.event(event, then).astype(bool)
    shape = tuple(max(held.shape[axis] for held in found.values()) for axis in (1, 2))
    result = np.zeros((len(rows), *shape), dtype=bool)
    for level, held in found.items():
        result[step == level] = held
    return result


def _added(mass: Float, label: NDArray[np.intp], n: int) -> Float:
    """[n, K, v] mass [rows, K, v] by label."""
    from scipy.sparse import csr_matrix

    pick = csr_matrix((np.ones(len(label)), (label, np.arange(len(label)))), shape=(n, len(label)))
    return np.asarray(pick @ mass.reshape(len(label), -1)).reshape(n, *mass.shape[1:])
