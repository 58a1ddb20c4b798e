"""Ends of a sequence form told by as few and as short sequences as say the same.

The plans of all moves of a set add up to the plan of the sequence that leads to it. So where all of
them earn everybody the same against the same sequences of the others (the bidding is won already,
whatever the last cards), one end at the sequence above says it too. That may leave a set without
any end: what is done there matters to nobody. Plans earn what they earned, and what a move earns
more than its neighbors is as before, so that regrets are too.

Akin to how the matrix of the linear program is made sparse [@zhang2020; @farina2022].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standoff.solve.sequence_form import Treeplex

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]
Int = NDArray[np.intp]

WORTH = 0.01
"""Share of the ends that going through all players must save, or it is not done again."""


class Ends(NamedTuple):
    """Payoffs by sequences, as in a `SequenceForm`."""

    sequence: Int  # [L, P]
    payoff: Float  # [L, P]


def lifted(plexes: Sequence[Treeplex], ends: Ends) -> Ends:
    """The same game with fewer ends, each combination of sequences once.

    No sequence of a set with a single action is left in them.
    """
    stands_for = [stand_ins(plex, np.diff(plex.first) == 1) for plex in plexes]
    sequence = [place[ends.sequence[:, p]] for p, place in enumerate(stands_for)]
    ends = Ends(np.stack(sequence, axis=1), ends.payoff)
    while True:
        before = len(ends.payoff)
        for p, plex in enumerate(plexes):
            ends = _lifted_by(p, plex, stands_for[p], ends)
        if before - len(ends.payoff) <= WORTH * before:
            return ends


def stand_ins(plex: Treeplex, out: Bool) -> Int:
    """[S] the last sequence on the way to each that remains when the sets `out` ``[I]`` do not."""
    widths = np.diff(plex.first)
    found = np.arange(plex.n_sequences)
    found[1:] = np.where(np.repeat(out, widths), np.repeat(plex.parent, widths), found[1:])
    while True:  # one left out after the other: twice as far each time
        further = found[found]
        if (further == found).all():
            return found
        found = further


def idle(plex: Treeplex, sequence: Int) -> Bool:
    """[I] the sets at and after which none of the ends' sequences stand."""
    alive = np.zeros(plex.n_sequences, dtype=np.bool_)
    alive[sequence] = True
    found = np.ones(plex.n_sets, dtype=np.bool_)
    stages = plex.stage_start.tolist()
    for low, high in zip(stages[-2::-1], stages[:0:-1], strict=True):
        base = int(plex.first[low])
        here = np.logical_or.reduceat(
            alive[base : int(plex.first[high])], plex.first[low:high] - base
        )
        found[low:high] = ~here
        alive[plex.parent[low:high][here]] = True
    return found


def _lifted_by(p: int, plex: Treeplex, stands_for: Int, ends: Ends) -> Ends:
    """Lift what can be lifted over sets of player p, the last sets first: all the way at once."""
    if not len(ends.payoff):
        return ends
    stages = len(plex.stage_start) - 1
    set_stage = np.repeat(np.arange(1, stages + 1), np.diff(plex.stage_start))
    stage = np.append(set_stage, 0)[plex.set_of]  # [S] 0 for the empty sequence, whose set is -1
    widths = np.append(np.diff(plex.first), -1)
    above = stands_for[plex.parent]

    waiting: list[list[Ends]] = [[] for _ in range(stages + 1)]
    kept = []

    def hand_on(ends: Ends) -> None:
        """Put ends where their own sequence's stage will find them."""
        at = stage[ends.sequence[:, p]]
        order = np.argsort(at, kind="stable")
        found, start = np.unique(at[order], return_index=True)
        for d, rows in zip(found.tolist(), np.split(order, start[1:]), strict=True):
            waiting[d].append(Ends(ends.sequence[rows], ends.payoff[rows]))

    hand_on(ends)
    for d in range(stages, -1, -1):
        if not waiting[d]:
            continue
        sequence, payoff = _merged(p, waiting[d])
        group = sequence.copy()
        group[:, p] = plex.set_of[sequence[:, p]]
        fresh = _unlike_before(group)
        start = np.flatnonzero(fresh)
        size = np.diff(np.append(start, len(group)))
        number = np.cumsum(fresh) - 1
        home = group[start, p]
        lift = size == widths[home]
        lift[number[_unlike_before(payoff) & ~fresh]] = False
        stays = ~lift[number]
        kept.append(Ends(sequence[stays], payoff[stays]))
        if lift.any():
            higher = group[start[lift]]
            higher[:, p] = above[home[lift]]
            hand_on(Ends(higher, payoff[start[lift]]))
    return _joined(kept)


def _merged(p: int, parts: list[Ends]) -> Ends:
    """Ends with the same sequences added up, those of one set of player p side by side; those
    that add up to nothing left out.
    """
    sequence, payoff = _joined(parts)
    key = _key([*(sequence[:, j] for j in range(sequence.shape[1]) if j != p), sequence[:, p]])
    order = np.argsort(key, kind="stable")
    start = np.flatnonzero(np.diff(key[order], prepend=-1))
    payoff = payoff[order]
    if len(start) < len(order):
        order, payoff = order[start], np.add.reduceat(payoff, start, axis=0)
    some = np.logical_or.reduce([column != 0 for column in payoff.T])
    if not some.all():
        order, payoff = order[some], payoff[some]
    return Ends(sequence[order], payoff)


def _key(columns: list[Int]) -> NDArray[np.int64]:
    """[L] numbers in the order of the rows of the columns, the first counting most."""
    key, most = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        size = int(column.max(initial=0)) + 1
        if most > 2**62 // size:
            key = np.unique(key, return_inverse=True)[1].reshape(-1)
            most = len(key)
        key = key * size + column
        most *= size
    return key


def _unlike_before(rows: Int | Float) -> Bool:
    """[L] whether a row is unlike the one before it; the first one is."""
    found = np.ones(len(rows), dtype=np.bool_)
    np.logical_or.reduce([column[1:] != column[:-1] for column in rows.T], out=found[1:])
    return found


def _joined(parts: list[Ends]) -> Ends:
    return Ends(
        np.concatenate([part.sequence for part in parts]),
        np.concatenate([part.payoff for part in parts]),
    )
