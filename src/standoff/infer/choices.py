"""The next choice of an actor, history by history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.measure import Measure

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]

NONE = "none"
"""Label of the histories in which the actor doesn't choose again."""


@dataclass(frozen=True, eq=False)
class Choice:
    """What an actor does next in each outcome of a measure."""

    actor: str
    labels: tuple[str, ...]  # acts by name, then `NONE`
    acts: Int32  # row of `Compiled.acts` of each label but the last
    label: Int32  # [Y]
    step: Int32  # [Y] the step of the choice; one past the last step where there is none


def _choice(
    inference: Inference, measure: Measure, actor: str, wanted: Bool, *, alone: bool = False
) -> Choice:
    """The first step from the present on that is one of `wanted` [S] and was played."""
    compiled = inference.compiled
    table = inference.evidence.histories
    Y = len(measure.end)
    step = np.full(Y, len(compiled.steps), dtype=np.int32)
    made = np.full(Y, -1, dtype=np.int32)
    for level in range(len(compiled.steps) - 1, inference.present - 1, -1):
        if not wanted[level]:
            continue
        edge = table.edge[measure.end, level]
        played = edge >= 0
        if not played.any():
            continue
        owner = compiled.game.parent[compiled.game.child[edge]]
        menu = compiled.game.edge_start[owner + 1] - compiled.game.edge_start[owner]
        if not alone:
            played &= menu > 1  # a single open move is no choice
        step[played] = level
        made[played] = compiled.edge_act[edge[played]]
    acts = np.unique(made[made >= 0]).astype(np.int32)
    labels = (*(compiled.acts[a].name for a in acts), NONE)
    label = np.where(made >= 0, np.searchsorted(acts, made), len(acts)).astype(np.int32)
    return Choice(actor, labels, acts, label, step)


def next_choice(inference: Inference, measure: Measure, actor: str) -> Choice:
    """The actor's next choice, at whatever turn it comes."""
    steps = inference.compiled.steps
    return _choice(inference, measure, actor, np.array([s.actor == actor for s in steps]))


def turn_choice(
    inference: Inference, measure: Measure, actor: str, turn: str, *, alone: bool = False
) -> Choice:
    """The actor's choice (or nature's draw) the next time that a turn is played; with `alone` also
    where a single move is open.
    """
    steps = inference.compiled.steps
    wanted = np.array([s.actor == actor and s.turn == turn for s in steps])
    return _choice(inference, measure, actor, wanted, alone=alone)
