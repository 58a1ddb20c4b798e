"""Likelihood ratios: how much likelier an item is if an event holds than if it doesn't.

The item is taken at its own place: given the items of earlier steps, and those of the same step
that were known before it. What came later plays no part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.errors import QueryError
from standoff.game.game import CHANCE
from standoff.infer.choices import turn_choice
from standoff.infer.events import standing_rows
from standoff.infer.pooling import ratio
from standoff.infer.ratios import Ratio
from standoff.infer.record import Placed
from standoff.infer.reports import reliability_of, surely
from standoff.scenario.expressions import Expr, TypeIs, leaves
from standoff.scenario.names import record_ids
from standoff.scenario.place import Place
from standoff.scenario.queries import Likelihood

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class ItemMass:
    """Mass before and after one item, where history may stand at its step."""

    nodes: Int32  # [n]
    step: int
    before: Float  # [n, K, V]
    after: Float  # [n, K, V]


def edge_odds(inference: Inference, edges: Int32) -> Float:
    """[e, K, V] odds of some edges, by profile."""
    game = inference.compiled.game
    owner = game.parent[game.child[edges]]
    out = np.empty((len(edges), game.n_profiles, inference.n_variants))
    for actor in np.unique(game.actor[owner]):
        rows = np.flatnonzero(game.actor[owner] == actor)
        action = game.edge_action[edges[rows]]
        if actor == CHANCE:
            out[rows] = inference.payload.odds[action][:, None, :]
            continue
        cell = game.cell[owner[rows]]
        width = game.n_types[actor]
        row = game.row_start[cell] + (action - game.action_start[cell]) * width
        own = game.profile_type[:, actor]
        out[rows] = inference.solution.strategy[row[:, None] + own[None, :]]
    return out


def item_mass(inference: Inference, one: Placed, *, certain: bool = False) -> ItemMass:
    """Mass before and after an item of the record; with `certain` as if it were surely right."""
    step = one.steps[0]
    if one.kind == "report" or not one.acts:
        step = min(step, inference.present)
        nodes, before = inference.standing(step, before=one.index)
        for reading in inference.evidence.readings:
            if reading.placed.index == one.index:
                at = np.searchsorted(reading.nodes, nodes)
                reading = surely(reading) if certain else reading
                factor = reading.table(inference.draws)[reading.case[at]]
                return ItemMass(nodes, step, before, before * factor)
        return ItemMass(nodes, step, before, before)
    return _move_mass(inference, one, step, certain)


def _move_mass(inference: Inference, one: Placed, step: int, certain: bool) -> ItemMass:
    compiled = inference.compiled
    game = compiled.game
    nodes, mass = inference.standing(step)
    here = np.flatnonzero(inference.evidence.histories.level[nodes] == step)
    count = np.diff(game.edge_start)[nodes[here]]
    owner = np.repeat(here, count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    edges = (game.edge_start[nodes[owner]] + offset).astype(np.int32)
    acts = compiled.edge_act[edges]
    menu = np.repeat(count, count)
    earlier = [
        other
        for other in inference.evidence.items
        if other.kind in ("move", "absence") and step in other.steps and other.acts
        and other.index in inference.evidence.counted  # the others of a decision add nothing
        and (other.known, other.index) < (one.known, one.index)
    ]  # fmt: skip
    share = mass[owner] * edge_odds(inference, edges)
    documented = any(other.kind == "move" for other in earlier)
    weight = np.ones((len(edges), 1))
    for other in earlier:
        weight = weight * _factor(inference, other, acts, menu)
    before = np.zeros_like(mass) if documented else mass.copy()
    before[here] = 0.0
    np.add.at(before, owner, share * weight[:, None, :])
    own = _factor(inference, one, acts, menu, certain)
    after = np.zeros_like(mass) if one.kind == "move" else before.copy()
    after[here] = 0.0
    np.add.at(after, owner, share * (weight * own)[:, None, :])
    return ItemMass(nodes, step, before, after)


def _factor(
    inference: Inference, one: Placed, acts: Int32, menu: Int32, certain: bool = False
) -> Float:
    """[e, V] (or [e, 1]) factor that an item puts on the edges of its step."""
    right = 1.0 if certain else reliability_of(inference.compiled, one)
    q = right if isinstance(right, float) else right.by_variant(inference.draws)
    hit = np.isin(acts, one.acts)[:, None]
    if one.kind == "absence":
        return np.where(hit, 1.0 - q, 1.0)
    return q * hit + (1 - q) / np.maximum(menu, 1)[:, None]


def sides(held: Array, before: Float, after: Float) -> tuple[Float, Float, Float, Float]:
    """Masses [V] after and before the item where an event holds, then where it doesn't."""
    held = held.astype(float)
    yes = [(m * held).sum(axis=(0, 1)) for m in (after, before)]
    return yes[0], yes[1], after.sum(axis=(0, 1)) - yes[0], before.sum(axis=(0, 1)) - yes[1]


def likelihood(
    inference: Inference, leaf: Likelihood, view: tuple[str, str] | None = None
) -> Ratio:
    """``LR(item; event)``."""
    evidence = inference.evidence
    found: Placed | None = None
    if leaf.acts:
        rows = {i for i, act in enumerate(inference.compiled.acts) if act.name in leaf.acts}
        for one in evidence.items:  # the last item that names just these moves
            if one.kind == "move" and set(one.acts) <= rows:
                found = one
    else:
        ids = record_ids(inference.compiled.scenario)
        for one in evidence.items:
            if ids[one.index] == leaf.item:
                found = one
        if found is None:
            raise QueryError(Place(file="query").problem(
                "not-known-yet", "this item was not known on that day", leaf.column, found=leaf.item
            ))  # fmt: skip
    if found is None:
        return _ahead(inference, leaf, view)
    mass = item_mass(inference, found)
    if all(isinstance(part, TypeIs) for part in leaves(leaf.event)):
        rows_then = standing_rows(inference.compiled, mass.nodes, mass.step)
        held = inference.evaluator.event(leaf.event, rows_then)
        held = np.broadcast_to(held, (*mass.before.shape[:2], held.shape[2]))
        return Ratio.of(*sides(held, mass.before, mass.after))
    return _outcome_ratio(inference, leaf.event, found, mass)


def _outcome_ratio(inference: Inference, event: Expr, one: Placed, mass: ItemMass) -> Ratio:
    """The ratio for an event over how play comes out: everything after the item is left open."""
    compiled = inference.compiled
    nodes, standing = inference.standing(mass.step, before=one.index)
    below = inference._below(nodes, standing, ())
    held = inference.evaluator.event(event, inference.rows(below)).astype(bool)
    if one.kind == "move":
        table = inference.evidence.histories
        edge = table.edge[below.end, mass.step]
        owner = compiled.game.parent[compiled.game.child[edge]]
        menu = compiled.game.edge_start[owner + 1] - compiled.game.edge_start[owner]
        odds = _factor(inference, one, compiled.edge_act[edge], menu)
        factor = np.where(edge[:, None] >= 0, odds, 0.0)[:, None, :]
    else:
        stood = np.searchsorted(mass.nodes, inference.evidence.histories.node_at(
            compiled, mass.step)[below.end])  # fmt: skip
        factor = ratio(mass.after, mass.before)[stood]
    numbers = below.masses([factor * held, held, factor * ~held, (~held) * 1.0])
    return Ratio.of(*numbers)


def _ahead(inference: Inference, leaf: Likelihood, view: tuple[str, str] | None) -> Ratio:
    """The ratio of a move that has not been recorded: as it is next played."""
    measure = inference.measure(view=view)
    actor, turn, _ = leaf.acts[0].split(".")
    choice = turn_choice(inference, measure, actor, turn, alone=True)
    wanted = [i for i, name in enumerate(choice.labels) if name in leaf.acts]
    made = np.isin(choice.label, wanted)[:, None, None]
    held = inference.evaluator.event(leaf.event, inference.rows(measure)).astype(bool)
    return Ratio.of(*measure.masses([made & held, held, made & ~held, ~held]))
