"""A conduct as an itinerary: turn by turn, what is done at what the others may have done.

A conduct has a move for each information set and variant. What is told is less: at each turn the
move that most of the weight chooses, and where no one move has nearly all of it, the one thing that
the others did before that tells best which move it will be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.infer.conduct import Conduct, acts_of, acts_on_the_way

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

AGREED = 0.9
"""A move with so much of the weight is told without conditions."""
WORTH_SAYING = 0.05
"""A condition is told if it makes the move known for so much more of the weight."""
SELDOM = 0.02
"""Turns and conditions that are come to less often than this are left out."""


@dataclass(frozen=True)
class Line:
    """What is done at a turn under one condition."""

    after: tuple[str, ...]  # acts of others at the step `step`; "" where nothing was done there
    act: str  # most often
    agreement: float  # share of the weight, over variants and situations, that makes it
    share: float  # of the weight at this turn that is under the condition
    as_solved: float  # odds of the act there when the type plays as solved


@dataclass(frozen=True)
class Stop:
    """One turn of the itinerary."""

    level: int
    round: int
    turn: str
    reached: float  # odds of coming there
    lines: tuple[Line, ...]  # one, unconditional, or one for each thing that the others did
    on: int | None  # the level on which the lines' conditions turn


def itinerary(conduct: Conduct, chosen: Bool, first: int, last: int) -> tuple[Stop, ...]:
    """What a type does at its turns from level `first` to before `last`, if it plays `chosen`."""
    own = conduct.sequences
    played = conduct.played(chosen)
    weight = float(conduct.weight.sum())
    if not weight > 0:
        return ()
    act_of = acts_of(conduct.inference.compiled, own)
    found = []
    for at in own.levels:
        if not first <= at.level < last:
            continue
        stop = _stop(conduct, at.level, chosen, played, act_of, weight)
        if stop is not None:
            found.append(stop)
    return tuple(found)


def _stop(
    conduct: Conduct, level: int, chosen: Bool, played: Bool, act_of: Int32, weight: float
) -> Stop | None:
    own, compiled = conduct.sequences, conduct.inference.compiled
    game, below = compiled.game, own.part
    (at,) = [each for each in own.levels if each.level == level]
    here = game.actor[below.nodes] == own.player
    here &= conduct.inference.evidence.histories.level[below.nodes] == level
    nodes = np.flatnonzero(here).astype(np.int32)
    cells = own.cell[at.first : at.last][at.start]
    order = np.argsort(cells)
    place = order[np.searchsorted(cells[order], game.cell[below.nodes[nodes]])]  # [nodes]
    mass = conduct.mass[nodes] * played[own.of_node[nodes]]  # [nodes, V]
    by_cell = np.zeros((len(cells), mass.shape[1]))
    np.add.at(by_cell, place, mass)
    reached = float(by_cell.sum()) / weight
    if reached < SELDOM:
        return None
    block = slice(at.first, at.last)
    acts, which = np.unique(act_of[block], return_inverse=True)
    # [cells, acts] weight that makes each act, and that would if the type played as solved
    made = np.zeros((len(cells), len(acts)))
    usual = np.zeros_like(made)
    np.add.at(made, (at.cell, which), (by_cell[at.cell] * chosen[block]).sum(axis=1))
    np.add.at(usual, (at.cell, which), (by_cell[at.cell] * conduct.as_solved[block]).sum(axis=1))
    step = compiled.steps[level]
    names = [compiled.acts[a].name for a in acts]
    whole = np.zeros(len(cells), dtype=np.int32)
    on, label, labels = None, whole, [""]
    if made.sum(axis=0).max() < AGREED * made.sum():
        found = _condition(conduct, nodes, place, made, level)
        if found is not None:
            on, label, labels = found
    lines = []
    total = made.sum()
    merged: dict[int, list[int]] = {}
    for value in range(len(labels)):
        part_of = made[label == value].sum(axis=0)
        if part_of.sum() >= SELDOM * total:
            merged.setdefault(int(np.argmax(part_of)), []).append(value)
    for top, values in merged.items():
        mask = np.isin(label, values)
        share = made[mask].sum()
        lines.append(Line(
            tuple(labels[v] for v in values) if on is not None else (), names[top],
            float(made[mask, top].sum() / share), float(share / total),
            float(usual[mask, top].sum() / usual[mask].sum()),
        ))  # fmt: skip
    lines.sort(key=lambda line: -line.share)
    return Stop(level, step.round, step.turn, reached, tuple(lines), on if len(lines) > 1 else None)


def _condition(
    conduct: Conduct, nodes: Int32, place: NDArray[np.intp], made: Float, level: int
) -> tuple[int, Int32, list[str]] | None:
    """The earlier step of others that tells best what is done: its level, [cells] the place of
    what was done there, and the acts' names ("" for none).
    """
    inference = conduct.inference
    compiled = inference.compiled
    table = acts_on_the_way(compiled, conduct.sequences.part, nodes, inference.present)
    best = float(made.sum(axis=0).max())
    least = best + WORTH_SAYING * float(made.sum())
    found = None
    for column in range(level - inference.present - 1, -1, -1):
        step = compiled.steps[column + inference.present]
        if step.actor == conduct.actor:
            continue
        values, code = np.unique(table[:, column], return_inverse=True)
        label = np.zeros(len(made), dtype=np.int32)
        label[place] = code
        if len(values) < 2 or (label[place] != code).any():  # not seen by the type
            continue
        known = sum(made[label == v].sum(axis=0).max() for v in range(len(values)))
        if known > least + 1e-12:
            least = known
            names = [compiled.acts[v].name if v >= 0 else "" for v in values]
            found = (column + inference.present, label, names)
    return found
