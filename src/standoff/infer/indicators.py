"""What could be seen next and what it would tell; what an actor's next move hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.choices import next_choice
from standoff.infer.outlook import joint_with_types
from standoff.infer.pooling import Pooled, pool, pool_values, ratio
from standoff.infer.views import types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Indicator:
    """A move or outcome that could be seen by the end of the next round."""

    act: str
    about: str  # the actor whose type it tells of
    bits: float  # mutual information of seeing it or not with the type
    odds: Pooled  # that it will be seen
    direction: str  # the type whose odds it would raise most, as a ratio
    if_seen: dict[str, float]  # type -> probability after seeing it
    if_not_seen: dict[str, float]


@dataclass(frozen=True, eq=False)
class Awaited:
    """An event before an actor's next choice after which its play would change."""

    actor: str
    act: str
    odds: Pooled
    change: Pooled  # total variation between its next moves after the event and without it


def information(joint: Float) -> float:
    """Mutual information, in bits, of a table of masses [a, b]."""
    total = joint.sum()
    if total <= 0:
        return 0.0
    p = joint / total
    product = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    use = p > 0
    return max(0.0, float((p[use] * np.log2(p[use] / product[use])).sum()))


def indicators(inference: Inference, actor: str) -> list[Indicator]:
    """What could be seen from the present to the end of the next round, the most telling first."""
    compiled = inference.compiled
    types = types_of(compiled, actor)
    if not types or inference.present >= len(compiled.steps):
        return []
    measure = inference.measure()
    acts = inference.evidence.histories.act[measure.end]
    last = compiled.steps[inference.present].round + 1
    window = [
        level
        for level in range(inference.present, len(compiled.steps))
        if compiled.steps[level].round <= last
    ]
    total = measure.total()
    found = []
    seen: dict[int, np.ndarray] = {}
    for level in window:
        for act in np.unique(acts[:, level]):
            if act >= 0 and compiled.acts[act].desk_sees:
                hit = acts[:, level] == act
                seen[int(act)] = seen.get(int(act), np.zeros(len(acts), dtype=bool)) | hit
    for act, made in seen.items():
        joint = joint_with_types(inference, measure, actor, (~made).astype(np.int32), 2)
        pooled = joint.sum(axis=2)  # [seen or not, T]
        yes, no = pooled[0].sum(), pooled[1].sum()
        if yes <= 0 or no <= 0:
            continue
        prior = pooled.sum(axis=0) / (yes + no)
        after = pooled[0] / yes
        rise = np.divide(after, prior, out=np.zeros_like(after), where=prior > 0)
        found.append(Indicator(
            compiled.acts[act].name, actor, information(pooled),
            pool(joint[0].sum(axis=0), total), types[int(np.argmax(rise))],
            {t: float(after[i]) for i, t in enumerate(types)},
            {t: float(pooled[1, i] / no) for i, t in enumerate(types)},
        ))  # fmt: skip
    found.sort(key=lambda i: (-i.bits, i.act))
    return found


def waiting_for(inference: Inference, actor: str) -> list[Awaited]:
    """What may happen before an actor's next choice, by how much it would change that choice."""
    compiled = inference.compiled
    measure = inference.measure()
    choice = next_choice(inference, measure, actor)
    acts = inference.evidence.histories.act[measure.end]
    width = len(choice.labels)
    table: dict[int, Float] = {}
    whole = measure.by(choice.label, width).sum(axis=1)  # [labels, V]
    total = measure.total()
    for level in range(inference.present, len(compiled.steps)):
        if compiled.steps[level].actor == actor:
            continue
        here = np.where(level < choice.step, acts[:, level], -1)
        names = np.unique(here[here >= 0])
        if not len(names):
            continue
        place = np.searchsorted(names, here)
        label = np.where(here >= 0, place * width + choice.label, -1).astype(np.int32)
        counts = measure.by(label, len(names) * width).sum(axis=1)
        counts = counts.reshape(len(names), width, -1)
        for row, act in enumerate(names):
            table[int(act)] = table.get(int(act), 0.0) + counts[row]
    found = []
    for act, joint in table.items():
        base = joint.sum(axis=0)
        rest = np.maximum(whole - joint, 0.0)
        left = rest.sum(axis=0)
        left = np.where(left > 1e-9 * total, left, 0.0)  # less is what rounding leaves
        if not left.any():
            continue
        change = np.abs(ratio(joint, base[None]) - ratio(rest, left[None])).sum(axis=0) / 2
        found.append(
            Awaited(actor, compiled.acts[act].name, pool(base, total), pool_values(change, base))
        )
    found.sort(key=lambda a: (-np.nan_to_num(a.change.value), a.act))
    return found
