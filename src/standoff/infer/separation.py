"""What play tells of types, turn by turn, and warnings about a scenario whose structure is mute.

Information is what the desk would learn: the mutual information between an actor's type and what it
does at a step, given what the desk has seen before; added over steps and averaged over variants.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.belief import actors_with_types
from standoff.infer.indicators import information
from standoff.infer.reach import blocks, descend, whole
from standoff.infer.told_apart import shown_as
from standoff.infer.views import type_at, types_of
from standoff.scenario.check_blanks import placeholders

if TYPE_CHECKING:
    from standoff.infer.answers import RawAnswer
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

MUTE = 0.05
"""Bits below which a turn is said not to separate two types."""
LAST_WORD = 0.9
"""Share of what is open about the ending that one actor's last move settles."""


@dataclass(frozen=True, eq=False)
class Separation:
    """What an actor's turns tell of its type before the record."""

    actor: str
    bits: dict[str, float]  # turn -> bits, in order of play
    pairs: dict[str, dict[str, float]]  # `a/b` -> turn -> bits, if the two were equally likely

    @property
    def mute(self) -> tuple[str, ...]:
        """Pairs of types that no turn separates."""
        return tuple(
            pair for pair, turns in self.pairs.items() if max(turns.values(), default=0.0) < MUTE
        )


def separation(inference: Inference, *, variants: int = 16) -> list[Separation]:
    """What the turns of each actor with types tell, over some of the solved variants."""
    compiled, game = inference.compiled, inference.compiled.game
    good = np.flatnonzero(inference.solution.solved)
    if not len(good):
        return []
    chosen = good[np.unique(np.linspace(0, len(good) - 1, min(variants, len(good))).astype(int))]
    payload = inference.payload.take(chosen)
    strategy = np.ascontiguousarray(inference.solution.strategy[:, chosen])
    actors = actors_with_types(inference)
    bits = {a: dict.fromkeys(_turns(inference, a), 0.0) for a in actors}
    pairs = {
        a: {
            f"{s}/{t}": dict.fromkeys(bits[a], 0.0)
            for s, t in combinations(types_of(compiled, a), 2)
        }
        for a in actors
    }
    tree = whole(game)
    for block in blocks(tree, len(chosen), arrays=2):
        mass = descend(tree, payload, strategy, payload.prior[None, :, block], block)
        priors = {a: _prior_of(inference, a, mass) for a in actors}
        for level, step in enumerate(compiled.steps):
            if step.actor not in actors:
                continue
            table = _table(inference, step.actor, level, mass)  # [sights, acts, T, v]
            types = types_of(compiled, step.actor)
            weight = mass.shape[2] / len(chosen)
            bits[step.actor][step.turn] += weight * _bits(table)
            for (i, s), (j, t) in combinations(enumerate(types), 2):
                both = table[:, :, [i, j]]
                # As if the two were equally likely before anything was seen.
                base = priors[step.actor][[i, j]]
                both = np.divide(both, 2 * base, out=np.zeros_like(both), where=base > 0)
                pairs[step.actor][f"{s}/{t}"][step.turn] += weight * _bits(both)
    return [Separation(a, bits[a], pairs[a]) for a in actors]


def _turns(inference: Inference, actor: str) -> list[str]:
    return list(dict.fromkeys(s.turn for s in inference.compiled.steps if s.actor == actor))


def _prior_of(inference: Inference, actor: str, mass: Float) -> Float:
    """[T, v] odds of each type of an actor before anything was done."""
    compiled = inference.compiled
    ends = compiled.game.end_nodes
    own = type_at(compiled, actor, ends)
    count = len(types_of(compiled, actor))
    if (own == own[:1]).all():
        by_profile = mass[ends].sum(axis=0)
        return np.stack([by_profile[own[0] == t].sum(axis=0) for t in range(count)])
    held = mass[ends]
    return np.stack([(held * (own == t)[:, :, None]).sum(axis=(0, 1)) for t in range(count)])


def _table(inference: Inference, actor: str, level: int, mass: Float) -> Float:
    """[sights, acts, T, v] mass by what the desk had seen before a step, what was done, type."""
    compiled, game = inference.compiled, inference.compiled.game
    nodes = np.arange(game.level_start[level], game.level_start[level + 1])
    edges = np.arange(game.edge_start[nodes[0]], game.edge_start[nodes[-1] + 1])
    child = game.child[edges]
    owner = game.parent[child]
    desk = compiled.viewers.index("") if "" in compiled.viewers else None
    sight = owner if desk is None else compiled.node_seen[desk, owner]
    sights, where = np.unique(sight, return_inverse=True)
    done = shown_as(inference)[compiled.edge_act[edges]]
    acts, what = np.unique(done, return_inverse=True)
    own = type_at(compiled, actor, child)
    out = np.zeros((len(sights), len(acts), len(types_of(compiled, actor)), mass.shape[2]))
    for k in range(game.n_profiles):
        np.add.at(out, (where, what, own[:, k]), mass[child, k])
    return out


def _bits(table: Float) -> float:
    """Conditional information of acts about types given sights, the mean over variants."""
    p = table
    by_act = p.sum(axis=2, keepdims=True)
    by_type = p.sum(axis=1, keepdims=True)
    whole_ = by_act.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        term = p * np.log2(p * whole_ / (by_act * by_type))
    return float(np.where(p > 0, term, 0.0).sum(axis=(0, 1, 2)).mean())


def last_word(inference: Inference) -> tuple[str, float] | None:
    """The actor whose last move settles nearly all that is open about the ending, and the share."""
    compiled = inference.compiled
    measure = inference.measure()
    acts = inference.evidence.histories.act[measure.end]
    ending = compiled.outcome_ending[measure.outcome]
    found: tuple[str, float] | None = None
    for actor in compiled.game.players:
        mine = [i for i, s in enumerate(compiled.steps) if s.actor == actor]
        last = np.full(len(acts), -1, dtype=np.int32)
        for level in mine:
            if level >= inference.present:
                last = np.where(acts[:, level] >= 0, acts[:, level], last)
        label = ((last + 1) * len(compiled.endings) + ending).astype(np.int32)
        size = (len(compiled.acts) + 1) * len(compiled.endings)
        table = measure.by(label, size).sum(axis=(1, 2)).reshape(-1, len(compiled.endings))
        p = table.sum(axis=0) / max(table.sum(), 1e-300)
        open_ = -float((p[p > 0] * np.log2(p[p > 0])).sum())
        if open_ < MUTE:
            return None
        share = information(table) / open_
        if share > LAST_WORD and (found is None or share > found[1]):
            found = (actor, share)
    return found


def mute_reports(inference: Inference) -> list[str]:
    """Ids of reports whose odds are the same in every case that the record leaves open."""
    found = []
    for reading in inference.evidence.readings:
        if reading.of_play:
            continue
        table = reading.table(inference.draws)[np.unique(reading.case)]
        if len(reading.case) and np.ptp(table, axis=0).max(initial=0.0) <= 1e-12:
            found.append(reading.placed.id)
    return found


def immovable(answer: RawAnswer, at_random: RawAnswer, tolerance: float = 1e-6) -> bool:
    """Whether neither parameters nor play can move an answer: it is the same in all variants and if
    everybody played at random (`Inference.at_random`).
    """
    return same_throughout(answer, tolerance) and abs(at_random.value - answer.value) <= tolerance


def same_throughout(answer: RawAnswer, tolerance: float = 1e-6) -> bool:
    """Whether an answer that the record leaves open is the same in all variants."""
    values = answer.per_variant[answer.weight > 0]
    values = values[np.isfinite(values)]
    if not len(values) or answer.observed is not None:
        return False
    return bool(np.ptp(values) <= tolerance)


def warnings(inference: Inference) -> list[str]:
    """What is doubtful about the scenario's structure, in words."""
    scenario = inference.compiled.scenario
    found = []
    blank = placeholders(scenario)
    if blank:
        found.append(
            f"The scenario still has placeholders ({', '.join(blank)}): no number here says "
            "anything of the crisis."
        )
    for each in separation(inference):
        for pair in each.mute:
            first, second = pair.split("/")
            found.append(
                f"No turn separates the types {first} and {second} of {each.actor}: "
                f"none tells {MUTE} bits about which it is."
            )
    for report in mute_reports(inference):
        found.append(
            f"The report {report} can't move any belief: its odds are the same throughout."
        )
    word = last_word(inference)
    if word is not None:
        name = scenario.actors[word[0]].name or word[0]
        found.append(
            f"The last move of {name} settles the ending almost alone "
            f"({word[1]:.0%} of what is open)."
        )
    return found
