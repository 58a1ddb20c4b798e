"""Which moves of one step the desk can tell from one another, and when it can.

A move may be seen as a signal that others share, only in the next round, or not at all; and what it
changes may be seen where the move is not. Moves after which the desk may stand with the very same
sight are one case to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.compile.sights import DESK, Sight
from standoff.infer.conduct import part_ahead
from standoff.infer.seen_since import seen_since

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
UNSEEN = Sight(None)


class SeenAhead:
    """What the desk will have seen since the present, by the last round whose late news counts."""

    def __init__(self, inference: Inference) -> None:
        self.inference, self.below = inference, part_ahead(inference)
        self._late = any(sight.later for sight in _desk_sights(inference).values())
        self._known: dict[int | None, Int32] = {}

    @property
    def nobody(self) -> bool:
        """Whether there is no desk."""
        return DESK not in self.inference.compiled.viewers

    def at(self, level: int, number: int, through: int) -> Int32:
        """[Y] what it has seen as a step begins, and how play has ended where it has by the end of
        round `number`, as a label; of what shows as rounds begin, that up to round `through`.
        """
        inference, compiled = self.inference, self.inference.compiled
        last = through if self._late else None  # all the same where nothing shows late
        if last not in self._known:
            label = np.full(compiled.game.n_nodes, -1, dtype=np.int32)
            label[self.below.nodes] = seen_since(compiled, self.below, DESK, last)
            self._known[last] = label
        measure, table = inference.measure(), inference.evidence.histories
        node = table.node_at(compiled, level)[measure.end]
        over = (compiled.end_row[node] >= 0) & (compiled.end_round[measure.end] <= number)
        # How play has ended is public, a lottery's outcome too.
        ending = np.where(over, compiled.outcome_ending[measure.outcome], -1)
        seen = np.stack([self._known[last][node], ending])
        _, found = np.unique(seen, axis=1, return_inverse=True)
        return np.asarray(found.ravel(), dtype=np.int32)


def told_apart(
    inference: Inference, level: int, acts: Int32, kinds: Sequence[int], ahead: SeenAhead
) -> list[tuple[int, Int32]]:
    """The rounds in which the desk learns what was done at a step, and by then the case of each of
    the `kinds` (rows of `Compiled.acts`, -1 where the step was not played); `acts` [Y] is what was
    done in each outcome, `ahead` the desk's sights. The round of the step first, where anything
    can be told then; the next one where more can.
    """
    steps = inference.compiled.steps
    now, after = steps[level].round, _after(inference, steps[level].round)
    sights = _desk_sights(inference)
    seen = [sights.get(kind, UNSEEN) for kind in kinds]
    late = any(sight.later for sight in seen)
    ended = next(
        (i for i in range(level, after) if steps[i].turn != steps[level].turn), after
    )  # what is done together is seen together
    texts = [sight.now for sight in seen]
    first = _together(kinds, acts, None if ahead.nobody else ahead.at(ended, now, now), texts)
    found = [(now, first)] if first.max() > 0 else []
    if late and after < len(steps):
        then = steps[after].round
        told = [f"{sight.now}/{kind if sight.later else ''}" for sight, kind in
                zip(seen, kinds, strict=True)]  # fmt: skip
        label = None if ahead.nobody else ahead.at(after, now, then)
        second = _together(kinds, acts, label, told)
        if second.max() > first.max():
            found.append((then, second))
    return found


def shown_as(inference: Inference) -> Int32:
    """[acts + 1] for each act the first of its turn that looks the same to the desk, its own where
    the desk learns it a round later; -1 for what is never seen, and for no act at the end.
    """
    acts, seen = inference.compiled.acts, _desk_sights(inference)
    found = np.full(len(acts) + 1, -1, dtype=np.int32)
    first: dict[tuple[str, str, str | None], int] = {}
    for row, act in enumerate(acts):
        if act.desk_sees:
            sight = seen.get(row, Sight(act.move))
            key = (act.actor, act.turn, sight.now)
            found[row] = row if sight.later else first.setdefault(key, row)
    return found


def plainly_seen(inference: Inference) -> set[int]:
    """Acts, by row, that the desk sees at once as what they are."""
    acts, seen = inference.compiled.acts, _desk_sights(inference)
    return {row for row, sight in seen.items() if sight == Sight(acts[row].move)}


def recognized(inference: Inference, level: int, acts: Int32, last: int) -> set[int]:
    """Acts of a step, by row, that the desk can tell from all others there by the end of round
    `last`; `acts` [Y] is what was done in each outcome.
    """
    kinds = np.unique(acts).tolist()
    found: set[int] = set()
    if len(kinds) > 1:
        for shown, case in told_apart(inference, level, acts, kinds, SeenAhead(inference)):
            alone = np.bincount(case)[case] == 1
            found |= {kind for kind, one in zip(kinds, alone, strict=True) if one and shown <= last}
    return found


def _together(
    kinds: Sequence[int], acts: Int32, label: Int32 | None, texts: Sequence[str | None]
) -> Int32:
    """[kinds] the case of each, from 0: kinds with which a label [Y] comes are one, and without
    labels (no desk) those with one text.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(kinds)
    place = {kind: i for i, kind in enumerate(kinds)}
    pairs: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    size = n
    if label is not None:
        own = np.array([place[a] for a in np.unique(acts).tolist()])
        _, made = np.unique(acts, return_inverse=True)
        pairs.append((own[made.ravel()], n + label.astype(np.intp)))
        size += int(label.max(initial=-1)) + 1
    alike = [(i, j) for i in range(n) for j in range(i) if label is None and texts[i] == texts[j]]
    if alike:
        ij = np.array(alike, dtype=np.intp)
        pairs.append((ij[:, 0], ij[:, 1]))
    nothing = np.zeros(0, dtype=np.intp)
    row, column = (np.concatenate([nothing, *(pair[k] for pair in pairs)]) for k in (0, 1))
    links = coo_matrix((np.ones(len(row)), (row, column)), shape=(size, size))
    _, part = connected_components(links, directed=False)
    _, case = np.unique(part[:n], return_inverse=True)
    return np.asarray(case.ravel(), dtype=np.int32)


def _after(inference: Inference, number: int) -> int:
    """The first step past a round."""
    steps = inference.compiled.steps
    return next((i for i, step in enumerate(steps) if step.round > number), len(steps))


def _desk_sights(inference: Inference) -> dict[int, Sight]:
    """What the desk (the public, without one) gets of each move at once, by row of the acts."""
    rules = inference.compiled.rules
    return {
        rule.row: rules.eyes.move(rule.id, rule.model, part.actor, turn.model.turn_seen, DESK)
        for turn in rules.turns
        for part in turn.parts
        for rule in part.menu
    }
