"""What could be seen next and what it would tell; what an actor's next move hangs on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.choices import next_choice
from standoff.infer.outlook import joint_with_types
from standoff.infer.pooling import Pooled, pool, pool_values, ratio
from standoff.infer.told_apart import plainly_seen, recognized
from standoff.infer.views import types_of

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Indicator:
    """A move or outcome that could be seen by the end of the next round."""

    act: str
    about: str  # the actor whose type it tells of
    types: tuple[str, ...]  # of that actor
    seen: Float  # [T, V] mass of seeing it, by type
    unseen: Float  # [T, V]

    @property
    def column(self) -> str:
        """Its name among others."""
        return self.act

    @property
    def open(self) -> bool:
        """Whether it may be seen and may not be."""
        return bool((self._table.sum(axis=1) > 0).all())

    @cached_property
    def _table(self) -> Float:
        """[seen or not, T] mass added up over variants."""
        return np.stack([self.seen.sum(axis=1), self.unseen.sum(axis=1)])

    @cached_property
    def bits(self) -> float:
        """Mutual information of seeing it or not with the type."""
        return information(self._table)

    @cached_property
    def odds(self) -> Pooled:
        """That it will be seen."""
        seen = self.seen.sum(axis=0)
        return pool(seen, seen + self.unseen.sum(axis=0))

    @property
    def direction(self) -> str:
        """The type whose odds it would raise most, as a ratio."""
        after = self._table[0] / self._table[0].sum()
        prior = self._table.sum(axis=0) / self._table.sum()
        rise = np.divide(after, prior, out=np.zeros_like(after), where=prior > 0)
        return self.types[int(np.argmax(rise))]

    @property
    def if_seen(self) -> dict[str, float]:
        """Type -> probability after seeing it."""
        return self._after(0)

    @property
    def if_not_seen(self) -> dict[str, float]:
        """Type -> probability if it is not seen."""
        return self._after(1)

    def _after(self, row: int) -> dict[str, float]:
        table = self._table[row] / self._table[row].sum()
        return {t: float(p) for t, p in zip(self.types, table, strict=True)}


@dataclass(frozen=True, eq=False)
class Awaited:
    """An event before an actor's next choice after which its play would change."""

    actor: str
    act: str
    odds: Pooled
    change: Pooled  # total variation between its next moves after the event and without it

    @property
    def column(self) -> str:
        """Its name among others."""
        return self.act


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
    return most_telling(could_be_seen(inference, actor))


def most_telling(found: Iterable[Indicator]) -> list[Indicator]:
    """Those that may be seen and may not be, by the bits that they tell."""
    # Doing a thing and its only alternative tell the same: the last bits must not order them.
    return sorted((i for i in found if i.open), key=lambda i: (-round(i.bits, 12), i.act))


def could_be_seen(inference: Inference, actor: str) -> tuple[Indicator, ...]:
    """The same in order of play, however likely."""
    compiled = inference.compiled
    types = types_of(compiled, actor)
    if not types or inference.present >= len(compiled.steps):
        return ()
    measure = inference.measure()
    acts = inference.evidence.histories.act[measure.end]
    last = compiled.steps[inference.present].round + 1
    window = [
        level
        for level in range(inference.present, len(compiled.steps))
        if compiled.steps[level].round <= last
    ]
    plain = plainly_seen(inference)
    seen: dict[int, np.ndarray] = {}
    for level in window:
        there = [a for a in np.unique(acts[:, level]).tolist() if a >= 0]
        visible = {act for act in there if compiled.acts[act].desk_sees}
        if not visible <= plain:
            # A signal that others share does not say which of them it was.
            visible &= plain | recognized(inference, level, acts[:, level], last)
        for act in there:
            if act in visible:
                hit = acts[:, level] == act
                seen[int(act)] = seen.get(int(act), np.zeros(len(acts), dtype=bool)) | hit
    if not seen:
        return ()
    # Histories in which the very same of these are seen are added up first: one pass for all.
    made = np.stack(list(seen.values()))  # [acts, Y]
    _, first, group = np.unique(made, axis=1, return_index=True, return_inverse=True)
    label = group.ravel().astype(np.int32)
    table = joint_with_types(inference, measure, actor, label, len(first))  # [groups, T, V]
    return tuple(
        Indicator(
            compiled.acts[act].name, actor, types, table[hit].sum(axis=0), table[~hit].sum(axis=0)
        )
        for act, hit in zip(seen, made[:, first], strict=True)
    )  # fmt: skip


def waiting_for(inference: Inference, actor: str) -> list[Awaited]:
    """What may happen before an actor's next choice, by how much it would change that choice."""
    return most_awaited(may_come_first(inference, actor))


def most_awaited(found: Iterable[Awaited]) -> list[Awaited]:
    """Those of which some variant can say what they would change, by how much."""
    known = [a for a in found if np.isfinite(a.change.value)]
    return sorted(known, key=lambda a: (-round(a.change.value, 12), a.act))


def may_come_first(inference: Inference, actor: str) -> tuple[Awaited, ...]:
    """The same in order of play, however likely."""
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
        change = np.abs(ratio(joint, base[None]) - ratio(rest, left[None])).sum(axis=0) / 2
        found.append(
            Awaited(actor, compiled.acts[act].name, pool(base, total), pool_values(change, base))
        )
    return tuple(found)
