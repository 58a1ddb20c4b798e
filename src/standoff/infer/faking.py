"""What could be seen by the end of a round, what it tells of two types, what is left of that when
one of them plays the other's part, and what making a move would cost a type that wants it seen.

What anybody can do is a signal, worth what it costs; what a type can't do is an index of the others
(key ``jervis1970``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.infer.conduct import Conduct, acts_of, acts_on_the_way, brought
from standoff.infer.pooling import Pooled, pool, pool_means, pool_values, ratio
from standoff.infer.sights import Sights

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Window:
    """What may be seen from the present to the end of a round, by where histories then stand."""

    sights: Sights
    acts: tuple[str, ...]  # `actor.turn.move`, in order of play
    made: Bool  # [acts, m] whether it has happened


@dataclass(frozen=True, eq=False)
class Tell:
    """One thing that may be seen, under two types and under one that poses as the other. All [V]
    are masses; those of a type that poses are of the same weight as its own.
    """

    act: str
    true: Float  # [V] mass of seeing it, the type playing as solved
    true_weight: Float
    posing: Float  # [V] the same, the type in disguise
    posing_weight: Float
    other: Float  # [V] the type that it would be taken for
    other_weight: Float

    @cached_property
    def odds_true(self) -> Pooled:
        """That it is seen of the type as solved."""
        return pool(self.true, self.true_weight)

    @cached_property
    def odds_posing(self) -> Pooled:
        """That it is seen of the type in disguise."""
        return pool(self.posing, self.posing_weight)

    @cached_property
    def odds_other(self) -> Pooled:
        """That it is seen of the other type as solved."""
        return pool(self.other, self.other_weight)

    @cached_property
    def ratio(self) -> Pooled:
        """How much likelier it is of the other type than of the true one, both as solved."""
        return _quotient(self.odds_other, self.odds_true)

    @cached_property
    def ratio_posing(self) -> Pooled:
        """How much likelier it is of the other type than of the true one in disguise."""
        return _quotient(self.odds_other, self.odds_posing)


def _quotient(top: Pooled, bottom: Pooled) -> Pooled:
    value = top.value / bottom.value if bottom.value > 0 else float("inf")
    each = ratio(top.per_variant, np.nan_to_num(bottom.per_variant))
    return pool_values(each, np.where(np.isfinite(each), bottom.weight, 0.0), value)


def window(conduct: Conduct, seen: Sights) -> Window:
    """What the viewer of these sights may have seen happen by then, and may not have."""
    compiled = conduct.inference.compiled
    below, present = conduct.sequences.part, conduct.inference.present
    table = acts_on_the_way(compiled, below, seen.nodes, present)
    groups = int(seen.group.max(initial=-1)) + 1
    size = np.bincount(seen.group, minlength=groups)
    names, made = [], []
    for column in range(max(0, seen.level - present)):
        for act in np.unique(table[:, column]):
            if act < 0 or compiled.acts[act].name in names:
                continue
            hit = (table == act).any(axis=1)
            by_sight = np.bincount(seen.group[hit], minlength=groups)
            # Seen means: whoever has this sight knows whether it has happened.
            if hit.all() or not ((by_sight == 0) | (by_sight == size)).all():
                continue
            names.append(compiled.acts[act].name)
            made.append(hit)
    shape = (len(names), len(seen.nodes))
    return Window(seen, tuple(names), np.array(made, dtype=bool).reshape(shape))


def tells(shown: Window, true: int, other: int, conduct: Conduct, played: Bool) -> tuple[Tell, ...]:
    """What each thing tells of the types `true` and `other` (places among the actor's), when the
    first plays the own sequences `played` [S, V].
    """
    seen = shown.sights
    posing = conduct.mass[seen.nodes] * played[conduct.sequences.of_node[seen.nodes]]
    masses = (seen.mass[true], posing, seen.mass[other])
    weights = [mass.sum(axis=0) for mass in masses]
    found = []
    for act, made in zip(shown.acts, shown.made, strict=True):
        hit = [mass[made].sum(axis=0) for mass in masses]
        found.append(
            Tell(act, hit[0], weights[0], hit[1], weights[1], hit[2], weights[2])
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Fake:
    """What making a move costs a type, where it first can, before some level."""

    act: str
    lost: Float  # [V] mass times stake given up by making it there
    weight: Float  # [V] mass of coming there

    @property
    def index(self) -> bool:
        """Whether no conduct of this type can bring it about."""
        return not bool(self.weight.sum() > 0)

    @cached_property
    def cost(self) -> Pooled:
        """Stake given up where the type comes to the turn."""
        return pool_means(self.lost, self.weight)


def fakes(conduct: Conduct, acts: Sequence[str], level: int) -> tuple[Fake, ...]:
    """What each of some acts of its own would cost a type before a level: its best reply is played
    until the move is first open, the move is made there, and the best is played from then on. Where
    the best reply never comes there in a variant, any way there counts.
    """
    compiled, own = conduct.inference.compiled, conduct.sequences
    game, below = compiled.game, own.part
    names = [act.name for act in compiled.acts]
    act_of = acts_of(compiled, own)
    worth = brought(own.levels, conduct.pay)
    natural = conduct.played(conduct.natural)
    deciding = np.flatnonzero(game.actor[below.nodes] == own.player)
    cell_of = game.cell[below.nodes[deciding]]
    found = []
    for name in acts:
        act = names.index(name)
        been = np.zeros(own.size, dtype=bool)  # whether it was open on the way
        lost, lost_any = np.zeros(conduct.n_variants), np.zeros(conduct.n_variants)
        come, come_any = np.zeros(conduct.n_variants), np.zeros(conduct.n_variants)
        for at in own.levels:
            if at.level >= level:
                break
            is_act = act_of[at.first : at.last] == act
            open_ = np.add.reduceat(is_act, at.start) > 0
            before = been[at.before]
            been[at.first : at.last] = (before | open_)[at.cell]
            first = np.flatnonzero(open_ & ~before)
            if not len(first):
                continue
            here = worth[at.first : at.last]
            top = np.maximum.reduceat(here, at.start, axis=0)[first]
            row = np.flatnonzero(is_act)
            made = here[row[np.searchsorted(at.cell[row], first)]]
            cells = own.cell[at.first : at.last][at.start][first]
            mass = _added(cells, cell_of, conduct.mass[deciding])
            reached = natural[at.before[first]]
            lost += ((top - made) * reached).sum(axis=0)
            come += (mass * reached).sum(axis=0)
            lost_any += (top - made).sum(axis=0)
            come_any += mass.sum(axis=0)
        there = come > 0
        found.append(
            Fake(name, np.where(there, lost, lost_any), np.where(there, come, come_any))
        )  # fmt: skip
    return tuple(found)


def _added(cells: Int32, cell_of: Int32, mass: Float) -> Float:
    """[cells, V] mass of the nodes of some cells."""
    place = np.searchsorted(np.sort(cells), cell_of)
    order = np.argsort(cells)
    place = np.minimum(place, len(cells) - 1)
    hit = np.flatnonzero(cells[order[place]] == cell_of)
    from scipy.sparse import csr_matrix

    shape = (len(cells), len(cell_of))
    pick = csr_matrix((np.ones(len(hit)), (order[place[hit]], hit)), shape=shape)
    return np.asarray(pick @ mass)
