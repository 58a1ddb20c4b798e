"""Incentive constraints of a mediator's device, as rows of a linear program.

A player who turns the mediator down is told nothing more and does the best it can from there on;
the other player, who knows nothing of it, obeys. The best value of doing so is the value of a
decision problem on the player's own treeplex whose payoffs are linear in the correlation plan, so
that by duality "obeying is worth at least that" becomes linear too (von Stengel and Forges 2008):
each deviation has a variable for each set that it may come to.

What the deviator knows when it leaves differs: the move recommended at a set (``efce``), the set
alone (``efcce``, Farina, Bianchi and Sandholm 2020), nothing (``nfcce``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.solve.correlated_plan import Concept
from standoff.solve.correlation_plans import CorrelationPlans, within_runs
from standoff.solve.sequence_form import Treeplex

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Int = NDArray[np.intp]
Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Incentives:
    """One player's constraints over columns (plan [M], obeying [S], deviations [D]).

    ``obeying @ columns == 0`` says what each of the player's sequences is worth from there on if
    all obey; ``leaving @ columns >= 0`` that no deviation earns more.
    """

    obeying: csr_array  # [S - 1, M + S - 1 + D]
    leaving: csr_array  # [rows, the same]
    deviations: int  # D


@dataclass(frozen=True, eq=False)
class _Leaves:
    """Ways to disobey (j of them), and the sequences that each may come to (rows)."""

    known: Int  # [j] sequence recommended up to the moment of leaving
    set_: Int  # [j] set at which it is left; -1 before everything
    of: Int  # [rows] which
    sequence: Int  # [rows] a sequence that may be played after leaving


def incentives(plans: CorrelationPlans, player: int, concept: Concept) -> Incentives:
    """The constraints of one player."""
    from scipy.sparse import csr_array, hstack

    form, plex = plans.form, plans.form.plexes[player]
    M, S = plans.n_pairs, plex.n_sequences
    scale = float(np.abs(form.payoff[:, player]).max(initial=0.0)) or 1.0
    own, other = form.sequence[:, player], form.sequence[:, 1 - player]
    earned = form.payoff[:, player] / scale

    # Worth of obeying: w[s] = earned at s + the worth of all sequences of the sets that follow s.
    at = np.flatnonzero(own > 0)
    flows = csr_array((-earned[at], (own[at] - 1, plans.payoff_pair[at])), shape=(S - 1, M))
    later = np.flatnonzero(plex.parent[plex.set_of[1:]] > 0)
    tree = csr_array(
        (-np.ones(len(later)), (plex.parent[plex.set_of[1 + later]] - 1, later)),
        shape=(S - 1, S - 1),
    ) + csr_array((np.ones(S - 1), (np.arange(S - 1), np.arange(S - 1))), shape=(S - 1, S - 1))

    leaves = _leaves(plex, concept)
    rows = len(leaves.of)
    I = plex.n_sets
    set_of = plex.set_of[leaves.sequence]
    inner = set_of != leaves.set_[leaves.of]
    variable, place = np.unique(leaves.of[inner] * I + set_of[inner], return_inverse=True)
    D = len(variable)

    # What a sequence played after leaving earns, with what the other was recommended meanwhile.
    row, earning = _earning(plex, leaves, own)
    pair = plans.of(player, leaves.known[leaves.of[row]], other[earning])
    # The root's row takes what the whole plan is worth; `extra` rows there have no sequence.
    extra = int(concept == "nfcce")
    shape = rows + extra
    plan = csr_array((-earned[earning], (row, pair)), shape=(shape, M))

    # Each row: worth at the set where the sequence starts, less what follows it.
    own_value = np.flatnonzero(inner)
    follow_set = variable % I
    follow_leave = variable // I
    row_key = leaves.of * S + leaves.sequence
    by_key = np.argsort(row_key, kind="stable")
    parent = plex.parent[follow_set]
    if concept == "nfcce":
        rooted = parent == 0
    else:
        rooted = np.zeros(D, dtype=bool)
    followed = np.flatnonzero(~rooted)
    wanted = follow_leave[followed] * S + parent[followed]
    above = by_key[np.searchsorted(row_key[by_key], wanted)] if len(followed) else followed
    deviation_rows = [own_value, above, np.full(int(rooted.sum()), rows)]
    deviation_columns = [place.reshape(-1), followed, np.flatnonzero(rooted)]
    deviation_entries = [np.ones(len(own_value)), -np.ones(len(above)), -np.ones(int(rooted.sum()))]
    deviation = csr_array(
        (
            np.concatenate(deviation_entries),
            (np.concatenate(deviation_rows), np.concatenate(deviation_columns)),
        ),
        shape=(shape, D),
    )

    outer = np.flatnonzero(~inner)
    if concept == "efce":
        obeyed_rows, obeyed = outer, leaves.known[leaves.of[outer]] - 1
    elif concept == "efcce":
        width = np.diff(plex.first)[set_of[outer]]
        obeyed_rows = np.repeat(outer, width)
        obeyed = np.repeat(plex.first[set_of[outer]], width) + within_runs(width) - 1
    else:
        obeyed = np.flatnonzero(plex.parent[plex.set_of[1:]] == 0)
        obeyed_rows = np.full(len(obeyed), rows)
    worth = csr_array((np.ones(len(obeyed)), (obeyed_rows, obeyed)), shape=(shape, S - 1))
    return Incentives(
        hstack([flows, tree, csr_array((S - 1, D))]).tocsr(),
        hstack([plan, worth, deviation]).tocsr(),
        D,
    )


def apart(matrices: Sequence[csr_array], shared: int) -> list[csr_array]:
    """Matrices that share their first columns, each with its further columns to itself."""
    from scipy.sparse import csr_array, hstack

    own = [matrix.shape[1] - shared for matrix in matrices]
    result = []
    for i, matrix in enumerate(matrices):
        before = csr_array((matrix.shape[0], sum(own[:i])))
        after = csr_array((matrix.shape[0], sum(own[i + 1 :])))
        result.append(hstack([matrix[:, :shared], before, matrix[:, shared:], after]).tocsr())
    return result


def claimed_gains(plans: CorrelationPlans, player: int, concept: Concept, weight: Float) -> Float:
    """[I] what a player could add to its expected payoff by disobeying at each of its sets under
    a plan [M]; at least 0. Rows of the program read backward: no check of it.
    """
    form, plex = plans.form, plans.form.plexes[player]
    S, I = plex.n_sequences, plex.n_sets
    own, other = form.sequence[:, player], form.sequence[:, 1 - player]
    if not I:
        return np.zeros(0)
    # What obeying is worth from each sequence on.
    worth = np.bincount(own, form.payoff[:, player] * weight[plans.payoff_pair], S)
    stages = list(zip(plex.stage_start[:-1], plex.stage_start[1:], strict=True))
    for low, high in reversed(stages):
        here = np.arange(plex.first[low], plex.first[high])
        np.add.at(worth, plex.parent[plex.set_of[here]], worth[here])

    leaves = _leaves(plex, concept)
    row, earning = _earning(plex, leaves, own)
    pair = plans.of(player, leaves.known[leaves.of[row]], other[earning])
    earned = np.bincount(row, form.payoff[earning, player] * weight[pair], len(leaves.of))
    set_of = plex.set_of[leaves.sequence]
    key, at = np.unique(leaves.of * I + set_of, return_inverse=True)
    at = at.reshape(-1)
    row_of = np.argsort(leaves.of * S + leaves.sequence, kind="stable")
    row_key = (leaves.of * S + leaves.sequence)[row_of]
    inner = key % I != leaves.set_[key // I]
    best = np.full(len(key), -np.inf)
    for low, high in reversed(stages):
        here = np.flatnonzero((set_of >= low) & (set_of < high))
        np.maximum.at(best, at[here], earned[here])
        done = np.flatnonzero(inner & (key % I >= low) & (key % I < high))
        parent = plex.parent[key[done] % I]
        done, parent = done[parent > 0], parent[parent > 0]
        above = row_of[np.searchsorted(row_key, key[done] // I * S + parent)]
        np.add.at(earned, above, best[done])
    gain = np.zeros(I)
    if concept == "nfcce":
        gain[0] = (
            best[plex.parent[key % I] == 0].sum()
            - worth[1:][plex.parent[plex.set_of[1:]] == 0].sum()
        )
        return np.maximum(gain, 0.0)
    ways, sets = key[~inner] // I, key[~inner] % I
    if concept == "efce":
        np.add.at(gain, sets, np.maximum(best[~inner] - worth[ways], 0.0))
        return gain
    obeyed = np.add.reduceat(worth[1:], plex.first[:-1] - 1)
    np.maximum.at(gain, sets, best[~inner] - obeyed[sets])
    return gain


def _leaves(plex: Treeplex, concept: Concept) -> _Leaves:
    S, I = plex.n_sequences, plex.n_sets
    every = np.arange(1, S)
    if concept == "nfcce":
        return _Leaves(np.zeros(1, np.intp), np.full(1, -1), np.zeros(S - 1, np.intp), every)
    sets, by, after = _ancestors(plex)
    if concept == "efcce":
        return _Leaves(plex.parent.astype(np.intp), np.arange(I), sets, after)
    # Told to play one move, it plays another: playing the move told and leaving later is no better
    # than leaving then, when more is known.
    width = np.diff(plex.first)[sets]
    told = np.repeat(plex.first[sets], width) + within_runs(width)
    unlike = told != np.repeat(by, width)
    return _Leaves(
        np.arange(S), plex.set_of.astype(np.intp), told[unlike], np.repeat(after, width)[unlike]
    )


def _earning(plex: Treeplex, leaves: _Leaves, own: Int32) -> tuple[Int, Int]:
    """Rows of `leaves` and the entries [L] of the sequence form that are earned there."""
    order = np.argsort(own, kind="stable")
    start = np.searchsorted(own[order], np.arange(plex.n_sequences + 1))
    count = (start[1:] - start[:-1])[leaves.sequence]
    row = np.repeat(np.arange(len(leaves.of)), count)
    entry = np.repeat(start[leaves.sequence], count) + within_runs(count)
    return row, order[entry]


def _ancestors(plex: Treeplex) -> tuple[Int, Int, Int]:
    """For each sequence and each set on the way to it (its own too): the set, the sequence of that
    set on the way, the sequence itself.
    """
    here = np.arange(1, plex.n_sequences)
    by = here.copy()
    sets, through, ends = [here[:0]], [here[:0]], [here[:0]]
    while len(here):
        at = plex.set_of[by].astype(np.intp)
        sets.append(at)
        through.append(by)
        ends.append(here)
        by = plex.parent[at].astype(np.intp)
        here, by = here[by > 0], by[by > 0]
    return np.concatenate(sets), np.concatenate(through), np.concatenate(ends)
