"""Form checks: the same crisis written a little differently, solved on some of the variants.

No range over parameters shows how much an answer owes to the number of rounds, to how finely a
menu was cut, or to what was called the stake. These changes do. Each gives a batch whose answers
are compared with those of the same variants without the change.

Where a change touches numbers only (stakes, a rate, parameters that were uncertain anyway), the
tree that is there is solved again; else the scenario is rewritten and compiled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from standoff.compile.compiled import Compiled
from standoff.compile.compiling import compile_scenario
from standoff.compile.drawn import parameter_distributions, refixed
from standoff.errors import Cancelled, ScenarioError, StandoffError
from standoff.game.game import Game, Payload
from standoff.progress import Progress
from standoff.scenario.loading import apply_settings
from standoff.scenario.models import Scenario
from standoff.variants.batch import Batch, solve_draws, solve_payload, subset_batch
from standoff.variants.halving import halved, playable
from standoff.variants.menus import closest, written_as_one
from standoff.variants.ordering import free_order, swapped
from standoff.variants.rewriting import a_round_fewer, a_round_more
from standoff.variants.switches import switches
from standoff.words.sentences import quoted

VARIANTS = 32
"""Variants on which form is checked."""
BUDGET = 300
"""Sweeps that a variant may take under a change: a doubled precision is hard for some, and a check
of form need not wait for the last of them. Failed ones are counted and shown."""
LARGER = 8
"""How many times as many histories the tree may have when it is written otherwise, at most."""
SMALL = 200_000
"""Histories that are never too many."""
MOST_ORDERS = 4
"""Pairs of turns that are played the other way about, at most: the first in the order of play."""
MOST_SWITCHES = 8
"""Switches that are set otherwise, at most: the first in the scenario's order."""


@dataclass(frozen=True)
class Change:
    """One change of form and how to solve the crisis under it; None where it can't be made."""

    id: str
    what: str
    solve: Callable[[Progress | None], Batch | None]
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Answer under the change -> the answers without it that together mean the same."""
    optional: bool = False
    """Not worth a word where it can't be made."""
    why: str = "it cannot be made here"
    """Why there is nothing to solve, where there is not."""


def changes(
    batch: Batch,
    split: Sequence[str],
    odds: Mapping[str, float] | None = None,
    as_of: dt.datetime | None = None,
) -> Iterator[Change]:
    """The changes of a small batch (see `small`), apart from views and switches; `split` names the
    moves to be written twice, `odds` are those of the next moves, `as_of` is the moment at which
    the answers are wanted.
    """
    scenario = batch.scenario
    yield Change(
        "round-more",
        "the last round is played once more",
        lambda p: _rewritten(a_round_more(scenario), batch, p),
    )
    yield Change(
        "round-fewer",
        "the last round is left out",
        lambda p: _rewritten(a_round_fewer(scenario, as_of), batch, p),
        why="it is the only one, or the record reaches into it",
    )
    yield Change(
        "half-step",
        "every round of two days or more is cut in two",
        lambda p: _in_half_steps(batch, p),
        optional=True,
    )
    for name in split:
        yield Change(
            f"split:{name}",
            f"the move {name} is written twice, without sharing its rate",
            lambda p, name=name: _split(batch, name, p),  # type: ignore[misc]
        )
    for turn in dict.fromkeys(name.split(".")[1] for name in split):
        yield from _merged(batch, turn, odds or {})
    labels = {turn.id: quoted(turn.label or turn.id) for turn in scenario.turns}
    for one, two in islice(free_order(batch.compiled), MOST_ORDERS):
        yield Change(
            f"order:{two}-{one}",
            f"the turn {labels[two]} is played before {labels[one]}",
            lambda p, a=one, b=two: _rewritten(  # type: ignore[misc]
                swapped(scenario, a, b), batch, p
            ),
            optional=True,
        )
    for word, factor in (("halved", 0.5), ("doubled", 2.0)):
        yield Change(
            f"stakes-{word}",
            f"every stake is {word}, so that play is {'sharper' if factor < 1 else 'blunter'}",
            lambda p, factor=factor: _stakes(batch, factor, p),  # type: ignore[misc]
        )


def _merged(batch: Batch, turn: str, odds: Mapping[str, float]) -> Iterator[Change]:
    pair = closest(batch.scenario, turn, dict(odds))
    if pair is None:
        return
    yield Change(
        f"merge:{pair.kept}+{pair.dropped.split('.')[2]}",
        f"the moves {pair.kept} and {pair.dropped} are written as one, which does what the first "
        "does",
        lambda p: _rewritten(written_as_one(batch.scenario, pair), batch, p),
        means={pair.kept: (pair.kept, pair.dropped)},
        optional=True,
    )


def views(batch: Batch) -> Iterator[Change]:
    """The scenario's named views, each as a change: its settings, everything else as drawn."""
    for name, view in batch.scenario.views.items():
        yield Change(
            name,
            view.because or name,
            lambda p, set_=view.set: _set(batch, set_, p),  # type: ignore[misc]
        )


def switched(batch: Batch) -> Iterator[Change]:
    """The scenario's switches, each set otherwise than it is; everything else as drawn."""
    for each in islice(switches(batch.compiled), MOST_SWITCHES):
        word = "on" if each.value == "1" else "off"
        yield Change(
            f"switch:{each.key}={word}",
            f"the switch {quoted(each.label)} is {word}",
            lambda p, s=each: _set(batch, {s.key: s.value}, p),  # type: ignore[misc]
        )


def small(batch: Batch, n: int = VARIANTS) -> Batch:
    """The subsample on which form is checked."""
    return subset_batch(batch, min(n, batch.draws.n_variants))


def _rewritten(scenario: Scenario | None, batch: Batch, progress: Progress | None) -> Batch | None:
    # Draws depend on the parameters alone, so the rewritten scenario meets the very same variants.
    return (
        None if scenario is None else _solved(_compiled(scenario, batch, progress), batch, progress)
    )


def _compiled(scenario: Scenario, batch: Batch, progress: Progress | None) -> Compiled:
    limit = max(LARGER * batch.compiled.game.histories, SMALL)
    return compile_scenario(scenario, limit=limit, progress=progress)


def _solved(compiled: Compiled, batch: Batch, progress: Progress | None) -> Batch:
    return solve_draws(compiled, batch.draws, progress, BUDGET)


def _in_half_steps(batch: Batch, progress: Progress | None) -> Batch | None:
    scenario = halved(batch.scenario)
    if scenario is None:
        return None
    compiled = _compiled(scenario, batch, progress)
    kept = playable(scenario, {(step.turn, step.round) for step in compiled.steps})
    if kept is not scenario:
        compiled = _compiled(kept, batch, progress)
    return _solved(compiled, batch, progress)


def _split(batch: Batch, name: str, progress: Progress | None) -> Batch | None:
    compiled = doubled_rate(batch.compiled, batch.payload, name)
    if compiled is None:
        return None
    game, numbers = compiled
    return solve_payload(replace(batch.compiled, game=game), batch.draws, numbers, progress, BUDGET)


def doubled_rate(compiled: Compiled, payload: Payload, name: str) -> tuple[Game, Payload] | None:
    """Game and payload in which the move `actor.turn.move` has twice its rate; None if unknown.

    Two copies of a move that share nothing are played alike and tell nobody anything, so together
    they are the move at twice its rate (`menus.written_twice` writes them out).
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
    # Play depends on precision / stake alone; what is told in stakes stays in those as written.
    numbers = replace(batch.payload, precision=batch.payload.precision / factor)
    return solve_payload(batch.compiled, batch.draws, numbers, progress, BUDGET)


def _set(batch: Batch, settings: Mapping[str, str], progress: Progress | None) -> Batch:
    """The batch with parameters set. The tree stays where all of them were uncertain before: then
    it depends on none, and no outcome was closed for good.
    """
    fixed = apply_settings(batch.scenario, settings)
    drawn = refixed(fixed, batch.draws)
    before = parameter_distributions(batch.scenario)
    touched = [
        d for key, d in before.items() if key in settings or key.partition(".")[0] in settings
    ]
    if any(d.fixed for d in touched):
        return solve_draws(_compiled(fixed, batch, progress), drawn, progress, BUDGET)
    # A `Compiled` of its own: stakes are those of the reference under the settings.
    compiled = replace(batch.compiled, scenario=fixed)
    return solve_draws(compiled, drawn, progress, BUDGET)


def tried(change: Change, progress: Progress | None = None) -> tuple[Batch | None, str]:
    """Solve under a change; the batch, or why it could not be made."""
    try:
        found = change.solve(progress)
    except Cancelled:
        raise
    except StandoffError as error:
        return None, reason(error)
    return (found, "") if found is not None else (None, change.why)


def reason(error: StandoffError) -> str:
    """What went wrong first, in a line, without its place in a file that nobody wrote."""
    if isinstance(error, ScenarioError):
        return error.problems[0].message
    return str(error).splitlines()[0]
