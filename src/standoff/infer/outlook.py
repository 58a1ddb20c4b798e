"""What comes next and how it may end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.choices import NONE, next_choice
from standoff.infer.measure import Measure
from standoff.infer.pooling import Pooled, pool
from standoff.infer.views import type_at, types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class MoveOdds:
    """Odds of one move, given that its turn is the actor's next."""

    act: str  # `actor.turn.move`
    odds: Pooled
    by_type: dict[str, Pooled]  # by type of the mover

    @property
    def column(self) -> str:
        """Its name among others."""
        return self.act


@dataclass(frozen=True, eq=False)
class NextTurn:
    """One turn at which an actor may choose next."""

    actor: str
    turn: str
    round: int
    step: int
    reached: Pooled  # odds that this is the actor's next choice
    moves: tuple[MoveOdds, ...]

    @property
    def column(self) -> str:
        """Its name among others."""
        return f"{self.turn}@{self.round}"


def joint_with_types(
    inference: Inference, measure: Measure, actor: str, label: Int32, n: int
) -> Float:
    """[n, T, V] mass by label of the outcomes [Y] (-1: left out) and type of an actor (T = 1 where
    it has one).
    """
    compiled = inference.compiled
    count = max(1, len(types_of(compiled, actor)))
    own = type_at(compiled, actor, compiled.game.end_nodes[measure.end])  # [Y, K]
    if (own == own[:1]).all() if len(own) else True:
        table = measure.by(label, n)  # the type is an axis: sum over profiles
        kind = own[0] if len(own) else np.zeros(compiled.game.n_profiles, dtype=np.int32)
        return np.stack([table[:, kind == t].sum(axis=1) for t in range(count)], axis=1)
    both = np.where(label >= 0, label * count + own[:, 0], -1).astype(np.int32)
    table = measure.by(both, n * count).sum(axis=1)
    return np.asarray(table.reshape(n, count, -1))


def next_moves(inference: Inference, actor: str) -> list[NextTurn]:
    """The turns at which an actor may choose next, the likeliest first, with its moves there."""
    return likeliest_first(turns_ahead(inference, actor))


def likeliest_first(turns: Iterable[NextTurn]) -> list[NextTurn]:
    """Turns and their moves by their pooled odds."""
    found = [replace(turn, moves=tuple(sorted(turn.moves, key=_odds))) for turn in turns]
    return sorted(found, key=lambda t: -t.reached.value)


def _odds(move: MoveOdds) -> float:
    return -move.odds.value if np.isfinite(move.odds.value) else 0.0


def turns_ahead(inference: Inference, actor: str) -> tuple[NextTurn, ...]:
    """The same in order of play: what does not depend on how likely anything is."""
    compiled = inference.compiled
    measure = inference.measure()
    choice = next_choice(inference, measure, actor)
    types = types_of(compiled, actor)
    steps = [s for s in np.unique(choice.step) if s < len(compiled.steps)]
    if not steps:
        return ()  # a player that never moves, or no longer
    width = len(choice.labels)
    place = np.searchsorted(steps, choice.step)
    label = np.where(choice.step < len(compiled.steps), place * width + choice.label, -1)
    table = joint_with_types(
        inference, measure, actor, label.astype(np.int32), len(steps) * width
    ).reshape(len(steps), width, max(1, len(types)), inference.n_variants)
    total = measure.total()
    found = []
    for row, step in enumerate(steps):
        here = table[row]  # [labels, T, V]
        base = here.sum(axis=(0, 1))
        own = [here[:, k].sum(axis=0) for k in range(len(types))]
        moves = []
        for i, name in enumerate(choice.labels):
            if name == NONE or not (choice.label[choice.step == step] == i).any():
                continue
            joint = here[i].sum(axis=0)
            each = {t: pool(here[i, k], own[k]) for k, t in enumerate(types)}
            moves.append(MoveOdds(name, pool(joint, base), each))
        where = compiled.steps[step]
        found.append(
            NextTurn(actor, where.turn, where.round, int(step), pool(base, total), tuple(moves))
        )
    return tuple(found)


def endings(inference: Inference) -> dict[str, Pooled]:
    """Odds of each ending, in the scenario's order; those that can't happen are left out."""
    measure = inference.measure()
    label = inference.compiled.outcome_ending[measure.outcome].astype(np.int32)
    names = inference.compiled.endings
    table = measure.by(label, len(names)).sum(axis=1)
    total = measure.total()
    possible = set(label.tolist())
    return {name: pool(table[i], total) for i, name in enumerate(names) if i in possible}
