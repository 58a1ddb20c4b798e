"""What an observer will have seen by the end of a round, and what it will then believe.

Histories that the observer can't tell apart share a sight. The desk has the record and what it sees
from the present on; a player its type and all that it has seen itself, of which the record is no
part. Endings are public. The belief in a type, given a sight, is that of the solution: what is made
of what is seen is fixed, whatever anybody means by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import END
from standoff.infer.conduct import masses_by_type
from standoff.infer.reach import Part, blocks, descend, part
from standoff.infer.seen_since import seen_by_now, seen_since, shows_later
from standoff.infer.views import type_at, types_of, unfiltered

if TYPE_CHECKING:
    from standoff.compile.compiled import Compiled
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Int = NDArray[np.intp]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sights:
    """Where histories stand as a round ends, grouped by what the observer has seen."""

    round: int
    level: int  # the first of the next round: what is decided from here on comes too late
    nodes: Int32  # [m] places in the part
    group: Int32  # [m] sight of each, an observer's own type apart
    mass: Float  # [T, m, V] by type of the actor that it asks about, as solved
    belief: Float  # [T, J * groups, V] given the sight, by the observer's own type
    own: Float | None = None  # [T, J, m, V] `mass` by the observer's own type, if it has several

    def held(self, kind: int, by: int | None = None) -> Float:
        """[m, V] belief in a type where each history stands: the mean over the observer's own
        types, as the type `by` weighs them (as the desk does where none is named).
        """
        table = self.belief[kind]
        if self.own is None:
            return np.asarray(table[self.group])
        weight = self.own.sum(axis=0) if by is None else self.own[by]
        count = len(table) // len(weight)
        each = np.stack([table[j * count + self.group] for j in range(len(weight))])
        total = weight.sum(axis=0)
        out = each.mean(axis=0)
        np.divide((weight * each).sum(axis=0), total, out=out, where=total > 0)
        return np.asarray(out)

    def earned(self, kind: int, by: int) -> Float:
        """[V] mass of the type `by` times the belief in `kind` that its solved play earns."""
        return np.asarray(np.einsum("mv,mv->v", self.mass[by], self.held(kind, by)))


def rounds_ahead(inference: Inference) -> tuple[int, ...]:
    """Rounds in which something may still be played, in order."""
    steps = inference.compiled.steps[inference.present :]
    return tuple(sorted({step.round for step in steps}))


def sights(
    inference: Inference, actor: str, viewer: str, below: Part, rounds: tuple[int, ...]
) -> tuple[Sights, ...]:
    """What a viewer ("" for the desk) will have seen of an actor by the end of each round."""
    compiled, game = inference.compiled, inference.compiled.game
    level = inference.evidence.histories.level[below.nodes]
    up = game.parent[below.nodes]
    above = np.where(up >= 0, inference.evidence.histories.level[up], -1)
    above[below.source] = -1  # the record leads here
    begins = [_after(inference, each) for each in rounds]
    standing = [
        np.flatnonzero((above < first) & (level >= first)).astype(np.int32) for first in begins
    ]
    every = np.unique(np.concatenate(standing)) if standing else np.zeros(0, dtype=np.int32)
    late = shows_later(compiled, viewer)
    seen = [_seen(inference, viewer, below, each) for each in (rounds if late else rounds[:1])]
    seen *= 1 if late else len(rounds)
    mass = _masses(inference, actor, viewer, below, every)
    now = mass_at_present(inference, actor, below)
    grouped = [
        np.unique(
            np.column_stack([label[nodes], _ending(compiled, below.nodes[nodes], number)]),
            axis=0,
            return_inverse=True,
        )
        for number, nodes, label in zip(rounds, standing, seen, strict=True)
    ]
    heres = [mass[:, :, np.searchsorted(every, nodes)] for nodes in standing]
    if viewer:
        tables = _from_the_start(
            inference, actor, viewer, rounds, begins, [keys for keys, _ in grouped]
        )
    else:
        tables = [
            np.stack([_added(group.reshape(-1), len(keys), each[0])[None] for each in here])
            for here, (keys, group) in zip(heres, grouped, strict=True)
        ]
    found = []
    for number, first, nodes, here, table, (_, group) in zip(
        rounds, begins, standing, heres, tables, grouped, strict=True
    ):
        whole = table.sum(axis=0)
        # A sight that nobody's solved play leads to in a variant leaves belief where it was.
        belief = np.broadcast_to(now[:, None, None], table.shape).copy()
        np.divide(table, whole, out=belief, where=whole > 0)
        own = here if here.shape[1] > 1 else None
        found.append(Sights(
            number, first, nodes, group.reshape(-1).astype(np.int32), here.sum(axis=1),
            belief.reshape(len(belief), -1, belief.shape[-1]), own,
        ))  # fmt: skip
    return tuple(found)


def _seen(inference: Inference, viewer: str, below: Part, number: int) -> Int:
    """[n] what a viewer has seen by the end of a round: a player since the start."""
    compiled = inference.compiled
    if not viewer:
        return seen_since(compiled, below, viewer, number)
    return seen_by_now(compiled, viewer, number)[below.nodes]


def _ending(compiled: Compiled, nodes: Int32, number: int) -> Int:
    """[m] 1 and on for the ending that play has come to by the end of a round; 0 for none yet."""
    out = np.zeros(len(nodes), dtype=np.intp)
    ends = np.flatnonzero(compiled.game.actor[nodes] == END)
    row = compiled.end_row[nodes[ends]]
    out[ends] = np.where(compiled.end_round[row] <= number, compiled.end_ending[row] + 1, 0)
    return out


def _own_types(inference: Inference, viewer: str) -> list[Bool]:
    """[K] for each type of a player that is kept as an axis: its profiles. Types that stand in the
    tree are among what it has seen; a desk has one.
    """
    game = inference.compiled.game
    if not viewer:
        return [np.ones(game.n_profiles, dtype=bool)]
    player = game.players.index(viewer)
    return [game.profile_type[:, player] == own for own in range(int(game.n_types[player]))]


def _masses(inference: Inference, actor: str, viewer: str, below: Part, nodes: Int32) -> Float:
    """[T, J, len(nodes), V] mass of nodes as solved, given the record, by type of the actor and by
    the viewer's own.
    """
    _, start = inference.standing(inference.present)
    play, own = inference.solution.strategy, _own_types(inference, viewer)
    if len(own) == 1:
        return masses_by_type(inference, actor, below, play, nodes)[:, None]
    kind = type_at(inference.compiled, actor, below.nodes[nodes])
    count = max(1, len(types_of(inference.compiled, actor)))
    out = np.zeros((count, len(own), len(nodes), inference.n_variants))
    for block in blocks(below, inference.n_variants):
        mass = descend(below, inference.payload, play, start[:, :, block], block)[nodes]
        for t in range(count):
            for j, mine in enumerate(own):
                hit = (kind[:, mine] == t)[:, :, None]
                out[t, j, :, block] = (mass[:, mine] * hit).sum(axis=1)
    return out


def _from_the_start(
    inference: Inference, actor: str, viewer: str, rounds: tuple[int, ...], begins: list[int],
    groups: list[Int],
) -> list[Float]:  # fmt: skip
    """For each round [T, J, groups, V] mass of what a player may have seen by its end (rows of
    number and ending), record or no record, by type of the actor and the player's own.
    """
    compiled, game = inference.compiled, inference.compiled.game
    own = _own_types(inference, viewer)
    count = max(1, len(types_of(compiled, actor)))
    keep = np.zeros(game.n_nodes, dtype=bool)
    alike: list[tuple[Int32, Int]] = []
    for number, first, keys in zip(rounds, begins, groups, strict=True):
        nodes = unfiltered(compiled, inference.evidence.histories.level, first)
        theirs = np.column_stack([
            seen_by_now(compiled, viewer, number)[nodes], _ending(compiled, nodes, number)
        ])  # fmt: skip
        _, place = np.unique(np.concatenate([keys, theirs]), axis=0, return_inverse=True)
        place = place.reshape(-1)
        known = np.full(int(place.max(initial=-1)) + 1, -1, dtype=np.intp)
        known[place[: len(keys)]] = np.arange(len(keys))
        group = known[place[len(keys) :]]
        alike.append((nodes[group >= 0], group[group >= 0]))
        keep[nodes[group >= 0]] = True
    for low in range(len(game.level_start) - 2, 0, -1):
        reached = np.flatnonzero(keep[game.level_start[low] : game.level_start[low + 1]])
        keep[game.parent[reached + game.level_start[low]]] = True
    source = np.zeros(game.n_nodes, dtype=bool)
    source[0] = True
    way = part(game, keep, source)
    tables = [np.zeros((count, len(own), len(keys), inference.n_variants)) for keys in groups]
    for block in blocks(way, inference.n_variants, arrays=2):
        start = inference.at_root[None, :, block]
        mass = descend(way, inference.payload, inference.solution.strategy, start, block)
        for table, (nodes, group) in zip(tables, alike, strict=True):
            here = mass[way.place[nodes]]
            kind = type_at(compiled, actor, nodes)
            for t in range(count):
                for j, mine in enumerate(own):
                    each = (here[:, mine] * (kind[:, mine] == t)[:, :, None]).sum(axis=1)
                    table[t, j, :, block] = _added(group, table.shape[2], each)
    return tables


def mass_at_present(inference: Inference, actor: str, below: Part) -> Float:
    """[T, V] belief in each type of an actor now; 0 where a variant has no mass."""
    play = inference.solution.strategy
    mass = masses_by_type(inference, actor, below, play, below.source).sum(axis=1)
    total = mass.sum(axis=0)
    out: Float = np.zeros_like(mass)
    np.divide(mass, total, out=out, where=total > 0)
    return out


def _added(group: Int, n: int, mass: Float) -> Float:
    from scipy.sparse import csr_matrix

    pick = csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))), shape=(n, len(group)))
    return np.asarray(pick @ mass)


def _after(inference: Inference, number: int) -> int:
    """The first level past a round."""
    steps = inference.compiled.steps
    return next((i for i, step in enumerate(steps) if step.round > number), len(steps))
