"""Form checks: the same crisis written a little differently, solved on some of the variants.

No range over parameters shows how much an answer owes to the number of rounds, to how finely a
menu was cut, or to what was called the stake. These changes do. Each gives a batch whose answers
are compared with those of the same variants without the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standoff.compile.compiled import Compiled
from standoff.errors import StandoffError
from standoff.game.game import Game, Payload
from standoff.progress import Progress
from standoff.scenario.loading import apply_settings
from standoff.scenario.models import Scenario
from standoff.variants.batch import Batch, solve_batch, solve_payload, subset, subset_batch
from standoff.variants.drawing import draw
from standoff.variants.rewriting import a_round_fewer, a_round_more

VARIANTS = 32
"""Variants on which form is checked."""
BUDGET = 300
"""Sweeps that a variant may take under a change: a doubled precision is hard for some, and a check
of form need not wait for the last of them. Failed ones are counted and shown."""


@dataclass(frozen=True)
class Change:
    """One change of form and how to solve the crisis under it; None where it can't be made."""

    id: str
    what: str
    solve: Callable[[], Batch | None]


def changes(
    batch: Batch, split: Sequence[str], progress: Progress | None = None
) -> Iterator[Change]:
    """The changes of a small batch (see `small`); `split` names moves to be written twice."""
    scenario = batch.scenario
    yield Change(
        "round-more",
        "the last round is played once more",
        lambda: _rewritten(a_round_more(scenario), batch, progress),
    )
    yield Change(
        "round-fewer",
        "the last round is left out",
        lambda: _rewritten(a_round_fewer(scenario), batch, progress),
    )
    for name in split:
        yield Change(
            f"split:{name}",
            f"the move {name} is written twice, without sharing its rate",
            lambda name=name: _split(batch, name, progress),  # type: ignore[misc]
        )
    for word, factor in (("halved", 0.5), ("doubled", 2.0)):
        yield Change(
            f"stakes-{word}",
            f"every stake is {word}, so that play is {'sharper' if factor < 1 else 'blunter'}",
            lambda factor=factor: _stakes(batch, factor, progress),  # type: ignore[misc]
        )


def views(
    batch: Batch, total: int, seed: int, progress: Progress | None = None
) -> Iterator[Change]:
    """The scenario's named views, each as a change: its settings, everything else as drawn in the
    `total` variants of which the batch holds the first.
    """
    for name, view in batch.scenario.views.items():
        yield Change(
            name,
            view.because or name,
            lambda name=name: _viewed(batch, name, total, seed, progress),  # type: ignore[misc]
        )


def small(batch: Batch, n: int = VARIANTS) -> Batch:
    """The subsample on which form is checked."""
    return subset_batch(batch, min(n, batch.draws.n_variants))


def _rewritten(scenario: Scenario | None, batch: Batch, progress: Progress | None) -> Batch | None:
    # Draws depend on the parameters alone, so the rewritten scenario meets the very same variants.
    return (
        None
        if scenario is None
        else solve_batch(scenario, draws=batch.draws, budget=BUDGET, progress=progress)
    )


def _split(batch: Batch, name: str, progress: Progress | None) -> Batch | None:
    compiled = doubled_rate(batch.compiled, batch.payload, name)
    if compiled is None:
        return None
    game, numbers = compiled
    return solve_payload(replace(batch.compiled, game=game), batch.draws, numbers, progress, BUDGET)


def doubled_rate(compiled: Compiled, payload: Payload, name: str) -> tuple[Game, Payload] | None:
    """Game and payload in which the move `actor.turn.move` has twice its rate; None if unknown.

    Two copies of a move that share nothing are played alike and tell nobody anything, so together
    they are the move at twice its rate.
    """
    game = compiled.game
    rows = [row for row, act in enumerate(compiled.acts) if act.name == name]
    if not rows:
        return None
    edges = np.flatnonzero(np.isin(compiled.edge_act, rows))
    edges = edges[game.actor[game.parent[game.child[edges]]] >= 0]
    actions = np.unique(game.edge_action[edges])
    shift = len(payload.log_rate)
    rate_row = game.rate_row.copy()
    rate_row[actions] += shift
    doubled = np.concatenate([payload.log_rate, payload.log_rate + np.log(2.0)])
    return replace(game, rate_row=rate_row), replace(payload, log_rate=doubled)


def _stakes(batch: Batch, factor: float, progress: Progress | None) -> Batch:
    numbers = replace(batch.payload, stake=batch.payload.stake * factor)
    return solve_payload(batch.compiled, batch.draws, numbers, progress, BUDGET)


def _viewed(batch: Batch, name: str, total: int, seed: int, progress: Progress | None) -> Batch:
    fixed = apply_settings(batch.scenario, batch.scenario.views[name].set)
    drawn = draw(fixed, total, seed, like=batch.scenario)
    drawn = subset(drawn, batch.draws.n_variants)
    return solve_batch(fixed, draws=drawn, budget=BUDGET, progress=progress)


def tried(change: Change) -> tuple[Batch | None, str]:
    """Solve under a change; the batch, or why it could not be made."""
    try:
        found = change.solve()
    except StandoffError as error:
        return None, str(error).splitlines()[0]
    return (found, "") if found is not None else (None, "it cannot be made here")
