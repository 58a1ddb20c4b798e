"""How surprising the record is, and how much room it leaves for what nobody thought of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import END
from standoff.infer.belief import actors_with_types
from standoff.infer.events import standing_rows
from standoff.infer.reach import blocks, compacted, descend, part
from standoff.infer.views import unfiltered

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Surprise:
    """The record's probability beside that of records that the model itself would make."""

    log_probability: float
    """Natural logarithm of the likelihood of the record, the mean over solved variants."""
    percentile: float
    """Share of the records that the model would make which are less probable than this one."""
    residual: dict[str, tuple[float, float]]
    """actor -> prior and posterior odds of something not thought of (near-uniform play)."""


def surprise(inference: Inference) -> Surprise | None:
    """None where nothing has been recorded.

    Records that the model would make are not simulated but counted, one for each way in which play
    can have gone up to the present, told apart as finely as this record tells. Reports are left out
    of the comparison: the model says how likely they are, not which might have been written.
    """
    if not inference.evidence.items:
        return None
    return surprise_of(
        inference.standing(inference.present)[1].sum(axis=(0, 1)),
        inference.solution.solved,
        played_near_uniformly(inference),
        prior=inference.compiled.scenario.solve.residual,
        percentile=percentile(inference),
    )


def surprise_of(
    likelihood: Float, solved: Bool, uniform: Mapping[str, Float], *, prior: float,
    percentile: float,
) -> Surprise:  # fmt: skip
    """From the likelihood [V] of the record as solved, and if each actor had played near-uniformly;
    `prior` is the odds that one does.
    """
    modelled = float(likelihood.sum())
    mean = modelled / max(1, int(solved.sum()))
    residual = {}
    for actor, mass in uniform.items():
        instead = prior * float(mass.sum())
        total = instead + (1 - prior) * modelled
        residual[actor] = (prior, instead / total if total > 0 else prior)
    return Surprise(float(np.log(mean)) if mean > 0 else float("-inf"), percentile, residual)


def played_near_uniformly(inference: Inference) -> dict[str, Float]:
    """Actor with types -> [V] likelihood of the record if it had played by rates alone."""
    return {actor: _instead(inference, actor) for actor in actors_with_types(inference)}


def percentile(inference: Inference) -> float:
    """Share of the records that the model would make which are less probable than this one."""
    compiled, evidence = inference.compiled, inference.evidence
    step = inference.present
    nodes = unfiltered(compiled, evidence.histories.level, step)
    probability = _reach_of(inference, nodes)
    keys = _as_recorded(inference, nodes)
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.ravel()
    odds = np.bincount(group, weights=probability)
    ours = np.bincount(
        group[np.searchsorted(nodes, evidence.frontier)],
        weights=evidence.weight[evidence.frontier]
        * _doubt(inference)
        * probability[np.searchsorted(nodes, evidence.frontier)],
        minlength=len(odds),
    )
    if ours.sum() <= 0:
        return 0.0
    less = np.array([odds[odds < p * (1 - 1e-12)].sum() for p in odds[ours > 0]])
    return float((less * ours[ours > 0]).sum() / ours.sum() / max(odds.sum(), 1e-300))


def _doubt(inference: Inference) -> Float:
    """[n] factor that doubtful moves put on each node of the frontier, the mean over solved
    variants; [1] where no doubt differs by variant.
    """
    frontier = inference.evidence.frontier
    readings = [each for each in inference.evidence.readings if each.of_play]
    factor = np.ones((1, 1))
    for reading in readings:
        at = np.searchsorted(reading.nodes, inference.ancestors(frontier, reading.step))
        factor = factor * reading.table(inference.draws)[reading.case[at, 0]]
    if not readings:
        return factor[:, 0]
    importance = inference.draws.importance
    weight = inference.solution.solved * (1.0 if importance is None else importance)
    return np.asarray((factor * weight).sum(axis=1) / max(weight.sum(), 1e-300))


def _reach_of(inference: Inference, nodes: Int32) -> Float:
    """[n] probability of coming to some nodes, the mean over solved variants."""
    game = inference.compiled.game
    keep = np.zeros(game.n_nodes, dtype=bool)
    at = nodes
    while len(at):
        keep[at] = True
        at = np.unique(game.parent[at])
        at = at[at >= 0]
        at = at[~keep[at]]
    source = np.zeros(game.n_nodes, dtype=bool)
    source[0] = True
    way = part(game, keep, source)
    start = inference.at_root[None]
    total = np.zeros(len(nodes))
    for block in blocks(way, inference.n_variants):
        mass = descend(
            way, inference.payload, inference.solution.strategy, start[:, :, block], block
        )
        total += mass[way.place[nodes]].sum(axis=(1, 2))
    return total / max(1, int(inference.solution.solved.sum()))


def _as_recorded(inference: Inference, nodes: Int32) -> Int32:
    """[n, steps + 1] what a desk like ours would have written of the way to each node."""
    compiled, evidence = inference.compiled, inference.evidence
    step = inference.present
    rows = standing_rows(compiled, nodes, step)
    acts = evidence.histories.act[rows.end, :step]
    keys = np.zeros((len(nodes), step + 1), dtype=np.int32)
    visible = np.array([a.desk_sees and not a.quiet for a in compiled.acts] + [False])
    for level in range(step):
        status = evidence.status.get(level, "unknown")
        if status == "unknown":
            continue
        label = np.where(visible[acts[:, level]], acts[:, level] + 1, 0)
        if status == "items":
            label = acts[:, level] + 1
            for one in evidence.items:
                if one.kind == "move" and level in one.steps:
                    label = np.where(np.isin(acts[:, level], one.acts), one.acts[0] + 1, label)
        keys[:, level] = label
    stopped = (compiled.game.actor[nodes] == END) & (rows.ending >= 0)
    keys[:, step] = np.where(stopped, rows.ending + 1, 0)
    return keys


def _instead(inference: Inference, actor: str) -> Float:
    """[V] likelihood of the record if an actor plays near-uniformly: something not thought of."""
    way, _ = inference._reach()
    rows, odds = by_rates(inference, actor, inference.evidence.reach)
    small, used, play = compacted(way, inference.solution.strategy)
    inside = np.isin(rows, used)
    play[np.searchsorted(used, rows[inside])] = odds[inside]
    other = inference.seen_with(inference.evidence)
    other._prefix = (way, other.from_root(small, play))
    return np.asarray(other.standing(inference.present)[1].sum(axis=(0, 1)))


def by_rates(
    inference: Inference, actor: str | None = None, nodes: Bool | None = None
) -> tuple[Int32, Float]:
    """Rows of a strategy [a], and their odds [a, V] if one actor (or everybody) plays by rates
    alone at the nodes marked in `nodes` [N] (or everywhere).
    """
    game = inference.compiled.game
    wanted = np.ones(len(game.cell_player), dtype=bool)
    if nodes is not None:
        wanted[:] = False
        at = game.cell[nodes]
        wanted[at[at >= 0]] = True
    if actor is not None:
        wanted &= game.cell_player == game.players.index(actor)
    cells = np.flatnonzero(wanted)
    if not len(cells):
        return np.zeros(0, dtype=np.int32), np.zeros((0, inference.n_variants))
    count = np.diff(game.action_start)[cells]
    first = np.cumsum(count) - count
    action = np.arange(count.sum()) + np.repeat(game.action_start[cells] - first, count)
    rates = np.exp(inference.payload.log_rate[game.rate_row[action]])  # [b, V]
    odds = rates / np.repeat(np.add.reduceat(rates, first, axis=0), count, axis=0)
    here = np.repeat(cells, count)
    width = game.n_types[game.cell_player[here]]
    start = game.row_start[here] + (action - game.action_start[here]) * width
    each = np.repeat(np.arange(len(action)), width)
    kind = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
    return (start[each] + kind).astype(np.int32), odds[each]


def with_uniform(inference: Inference, strategy: Float, actor: str | None = None) -> Float:
    """[A, V] the strategies with one actor (or everybody) playing by rates alone."""
    rows, odds = by_rates(inference, actor)
    play = strategy.copy()
    play[rows] = odds
    return play
