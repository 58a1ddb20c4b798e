"""One search for tipping points: scan every parameter, bracket, refine, and say what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from standoff.assess.aims import Aim, Crosses, band_edges
from standoff.assess.answering import unit
from standoff.assess.inverse import region
from standoff.assess.labels import labels
from standoff.assess.mapping import map_over, pair_of
from standoff.assess.probing import Held, Probe
from standoff.assess.tipping_models import Curve, MapPart, RegionPart, TippedAnswer, TippingPoint
from standoff.assess.turned import WEIGHT, Columns, Target
from standoff.errors import Problem, ScenarioError
from standoff.scenario.names import Names
from standoff.variants.axes import Space, drawn_at
from standoff.variants.crossings import (
    STEP,
    Bracket,
    Crossing,
    Scan,
    brackets,
    confirmed,
    narrowed,
    scan,
)
from standoff.variants.regions import telling

Float = NDArray[np.float64]
TIE = 1e-6
"""An answer this near to a level stands at it."""
SWINGS = 8
"""Parameters listed by how far they move an answer."""
CURVES = 6
"""Parameters along which the answer is kept as a curve."""


@dataclass(eq=False)
class Search:
    """One run: the answers at the middle say which questions there are."""

    probe: Probe
    held: Held
    aim: Aim
    grid: int
    most: int | None
    each: int | None
    curves: bool
    moved: list[int] = field(init=False, default_factory=list)
    best: dict[str, str] = field(init=False, default_factory=dict)

    @property
    def space(self) -> Space:
        """The axes that are searched."""
        return self.probe.space

    @cached_property
    def labels(self) -> dict[str, str]:
        """Each axis in words."""
        return parameter_labels(self.space, self.probe.standpoint.compiled.names)

    def answers(self) -> list[TippedAnswer]:
        """Every target with what turns it."""
        none = np.array([-1], dtype=np.intp)
        self.middle = self.probe(none, np.zeros(1))
        open_ = [t for t in self.probe.targets if self._asked(t)]
        self.open = open_
        found: dict[str, TippedAnswer] = {}
        if open_ and self.space.axes:
            self.moved = self._telling()
            middles = [a.middle for a in self.space.axes]
            grids = [
                a.grid(self.grid) if i in self.moved else np.array([a.middle])
                for i, a in enumerate(self.space.axes)
            ]
            scanned = scan(self._values, grids, middles)
            levels = [self._levels(t) for t in open_]
            seen = brackets(scanned, middles, [[x for x, _ in each] for each in levels])
            chosen = self._nearest(seen)
            smooth = [b for b in chosen if not self.space.axes[b.axis].levels]
            leaps = [b for b in chosen if self.space.axes[b.axis].levels]
            crossed = confirmed(self._values, narrowed(self._values, smooth))
            crossed += [
                Crossing(b.axis, b.question, b.level, b.far, b.at_far, b.at_near, b.at_far, True)
                for b in leaps
            ]
            for i, each in enumerate(open_):
                found[each.id] = self._answer(i, each, scanned, crossed, dict(levels[i]))
        return [found.get(t.id) or self._silent(t) for t in self.probe.targets]

    def mapped(
        self, probe: Probe, wanted: tuple[str, str] | None, answers: Sequence[TippedAnswer]
    ) -> MapPart:
        """The first answer that has a number over two parameters."""
        for each, found in zip(self.probe.targets, answers, strict=True):
            if each in self.open:
                pair = pair_of(self.space, wanted, list(found.swings))
                names = (self._label(pair[0]), self._label(pair[1]))
                return map_over(probe, each, pair, self._drawn_levels(each), names)
        raise ScenarioError(Problem("no-map", "there is no answer to draw a map of"))

    def _drawn_levels(self, target: Target) -> list[float]:
        """The levels that a map shows: what was asked, even odds, the edges of its band."""
        if target.kind != "probability":
            return [] if target.kind == "options" else [0.0]
        reference = float(self.middle[target.id][0])
        own = Aim(self.aim.scale).levels(target.kind, reference)
        return sorted({level for level, _ in [*own, *self._levels(target)]})

    def _region(self, target: Target) -> RegionPart | None:
        """What would have to be true, where something is wanted of a probability."""
        aim = self.aim
        if target.kind != "probability" or (aim.to is None and aim.at is None):
            return None
        if aim.to is not None:
            wanted, band = aim.to, band_edges(aim.scale)[aim.to]
        elif aim.at is not None:
            above = float(self.middle[target.id][0]) < aim.at
            wanted = f"{'above' if above else 'below'} {aim.at:g}"
            band = (aim.at, 1.0) if above else (0.0, aim.at)
        draws = self.held.draws
        values = {a.key: self.space.held(draws, i) for i, a in enumerate(self.space.axes)}
        answer, weight = self._in_draws(target)
        return region(self.space, values, answer, weight, wanted, band, self._label)

    def _asked(self, target: Target) -> bool:
        if target.kind != "options":
            return bool(np.isfinite(self.middle.get(target.id, np.array([np.nan]))[0]))
        held = {n: v[0] for n, v in self.middle.items() if n.startswith(f"{target.id}/")}
        if len(held) < 2 or not np.isfinite(list(held.values())).all():
            return False
        self.best[target.id] = max(held, key=lambda n: held[n])
        return True

    def _levels(self, target: Target) -> list[tuple[float, Crosses]]:
        """Those that turn it; not one at which it already stands: nothing would be to be crossed,
        and on which side of it rounding puts it says nothing.
        """
        reference = float(self._value(target, self.middle, 1)[0])
        wanted = self.aim.levels(target.kind, reference)
        return [(x, what) for x, what in wanted if abs(reference - x) > TIE]

    def _stands_at(self, target: Target) -> float | None:
        """The level at which it stands with every parameter at its median, where it does."""
        reference = float(self._value(target, self.middle, 1)[0])
        wanted = self.aim.levels(target.kind, reference)
        return next((x for x, _ in wanted if abs(reference - x) <= TIE), None)

    def _values(self, which: NDArray[np.intp], at: Float) -> Float:
        """[n, T] answers to the open questions at points."""
        found = self.probe(which, at)
        return np.stack([self._value(t, found, len(which)) for t in self.open], axis=1)

    def _value(self, target: Target, found: Columns, n: int) -> Float:
        """[n] the number that turns: of options, by how much another exceeds the best."""
        if target.kind != "options":
            return found.get(target.id, np.full(n, np.nan))
        best = self.best[target.id]
        others = [
            v for name, v in found.items() if name.startswith(f"{target.id}/") and name != best
        ]
        if best not in found or not others:
            return np.full(n, np.nan)
        return np.asarray(np.max(others, axis=0) - found[best])

    def _nearest(self, seen: list[Bracket]) -> list[Bracket]:
        """Those that are refined: of each question the `most` nearest, by a straight line."""
        if self.most is None:
            return seen
        far: dict[int, list[tuple[float, int]]] = {}
        for i, b in enumerate(seen):
            share = (b.level - b.at_near) / (b.at_far - b.at_near)
            at = b.near + min(max(share, 0.0), 1.0) * (b.far - b.near)
            far.setdefault(b.question, []).append((self._distance(b.axis, at)[0], i))
        kept = [i for each in far.values() for _, i in sorted(each)[: self.most]]
        return [seen[i] for i in sorted(kept)]

    def _distance(self, axis: int, at: float) -> tuple[float, float, float]:
        """How far from the median a percentile lies, in deviations (or levels); both values."""
        held = self.space.axes[axis]
        middle, value = self.space.values(axis, np.array([held.middle, at])).tolist()
        if held.levels:
            place = int(np.argmin(np.abs(np.array(held.points) - at)))
            return float(abs(place - held.level)), middle, value
        return abs(value - middle) / held.deviation, middle, value

    def _telling(self) -> list[int]:
        """Places of the axes that are moved: all, or of each answer those that go with it most."""
        every = range(len(self.space.axes))
        if self.each is None:
            return list(every)
        table = {str(i): self.space.held(self.held.draws, i) for i in every}
        found: set[int] = set()
        for one in self.open:
            answer, weight = self._in_draws(one)
            if not (weight > 0).any():
                return list(every)
            names = telling(table, answer, weight)
            found.update(int(name) for name in names[: self.each])
        return sorted(found)

    def _pooled(self, target: Target) -> float | None:
        """A probability over the draws at hand."""
        answer, weight = self._in_draws(target)
        total = float(weight.sum())
        if target.kind != "probability" or not total > 0:
            return None
        return unit(float((np.where(weight > 0, answer, 0.0) * weight).sum()) / total)

    def _in_draws(self, target: Target) -> tuple[Float, Float]:
        """[V] the number that turns in the draws at hand, and its weight (0: it has none)."""
        n = self.held.draws.n_variants
        answer = self._value(target, self.held.columns, n)
        weight = self.held.columns.get(WEIGHT + target.id, np.zeros(n))
        return answer, np.where(np.isfinite(answer), weight, 0.0)

    def _answer(
        self, question: int, target: Target, scanned: Scan, crossed: Sequence[Crossing],
        levels: Mapping[float, Crosses],
    ) -> TippedAnswer:  # fmt: skip
        own = [c for c in crossed if c.question == question]
        points = [self._point(target, c, levels) for c in own if c.confirmed]
        points.sort(key=lambda p: (p.distance, p.parameter, p.value))
        swing = scanned.swing[:, question]
        order = np.argsort(-swing, kind="stable")
        keys = [a.key for a in self.space.axes]
        unconfirmed = sorted({keys[c.axis] for c in own if not c.confirmed})
        note = ""
        if not points and unconfirmed:
            note = "a crossing was seen but could not be confirmed"
        elif not points:
            one = "no single assumption" if len(self.moved) == len(keys) else (
                f"none of the {len(self.moved)} assumptions that go with the answers most"
            )  # fmt: skip
            note = f"{one} turns it within what the scenario gives it"
        if (level := self._stands_at(target)) is not None:
            note = {
                "options": "with every parameter at its median two options are worth the same",
                "comparison": "with every parameter at its median both sides are the same",
            }.get(target.kind, f"with every parameter at its median it stands at {level:g} itself")
        is_options = target.kind == "options"
        reference = None if is_options else float(scanned.middle[question])
        shown = list(dict.fromkeys([*(p.parameter for p in points), *(keys[i] for i in order)]))
        return TippedAnswer(
            id=target.id,
            text=target.text,
            kind=target.kind,
            reference=reference,
            words=self.aim.scale.word(unit(reference))
            if target.kind == "probability" and reference is not None
            else None,
            probability=self._pooled(target),
            best=self._act(self.best[target.id]) if is_options else None,
            points=points,
            unconfirmed=unconfirmed,
            swings={keys[i]: float(swing[i]) for i in order[:SWINGS] if swing[i] > 1e-9},
            curves=[self._curve(keys.index(k), question, scanned) for k in shown[:CURVES]]
            if self.curves
            else [],
            region=self._region(target),
            note=note,
        )

    def _silent(self, target: Target) -> TippedAnswer:
        """An answer that can't be turned: settled, or without a number at the medians."""
        known = any(n == target.id or n.startswith(f"{target.id}/") for n in self.held.columns)
        why = (
            "nothing is uncertain"
            if self._asked(target)
            else "the variant with every parameter at its median has no answer"
            if known
            else "the record has settled it, or it can't be asked at this moment"
        )
        return TippedAnswer(
            id=target.id, text=target.text, kind=target.kind, reference=None, points=[],
            swings={}, note=why,
        )  # fmt: skip

    @staticmethod
    def _act(column: str) -> str:
        return column.partition("/")[2]

    def _point(self, target: Target, c: Crossing, levels: Mapping[float, Crosses]) -> TippingPoint:
        axis = self.space.axes[c.axis]
        distance, middle, value = self._distance(c.axis, c.at)
        place = int(np.argmin(np.abs(np.array(axis.points) - c.at))) if axis.levels else 0
        beyond, short = self._on_draws(target, c, axis.key, middle, value)
        return TippingPoint(
            parameter=axis.key,
            label=self._label(axis.key),
            median=middle,
            value=value,
            level_name=axis.levels[place] if axis.levels else "",
            distance=distance,
            unit="levels" if axis.levels else "standard deviations",
            percentile=c.at,
            crosses=levels[c.level],
            level=c.level,
            before=c.before,
            after=c.after,
            becomes=self._becomes(target, c),
            jumps=c.jumps and not axis.levels,
            turned_beyond=beyond,
            turned_short=short,
        )

    def _label(self, key: str) -> str:
        return self.labels.get(key) or key

    def _becomes(self, target: Target, c: Crossing) -> str:
        if target.kind == "comparison":
            return "holds" if c.after >= 0 else "does not hold"
        if target.kind == "probability":
            # Just beyond: the word of the far side, whatever the step has led to.
            return self.aim.scale.word(unit(c.after))
        side = 1.0 if c.at >= self.space.axes[c.axis].middle else -1.0
        step = 0.0 if self.space.axes[c.axis].levels else STEP
        at = min(max(c.at + side * step, 1e-9), 1 - 1e-9)
        found = self.probe(np.array([c.axis], dtype=np.intp), np.array([at]))
        own = {n: v[0] for n, v in found.items() if n.startswith(f"{target.id}/")}
        return self._act(max(own, key=lambda n: own[n]))

    def _on_draws(
        self, target: Target, c: Crossing, key: str, middle: float, value: float
    ) -> tuple[float | None, float | None]:
        """Weighted share of the draws beyond and short of a value that have turned; of a choice of
        those with that level and with the median one.
        """
        answer, weight = self._in_draws(target)
        start = self._value(target, self.middle, 1)[0]
        use = weight > 0
        turned = (answer >= c.level) != (start >= c.level)
        x = drawn_at(self.space.scenario, self.held.draws, key)
        beyond = (x >= value) if value >= middle else (x <= value)
        short = ~beyond
        if self.space.axes[c.axis].levels:
            beyond, short = x == value, x == middle

        def share(where: NDArray[np.bool_]) -> float | None:
            total = float(weight[where].sum())
            return float(weight[where & turned].sum()) / total if total > 0 else None

        return share(use & beyond), share(use & short)

    def _curve(self, axis: int, question: int, scanned: Scan) -> Curve:
        held = self.space.axes[axis]
        values = self.space.values(axis, scanned.at[axis])
        middle = float(self.space.values(axis, np.array([held.middle]))[0])
        far = (
            np.arange(len(held.levels)) - held.level
            if held.levels
            else (values - middle) / held.deviation
        )
        return Curve(
            parameter=held.key,
            label=self._label(held.key),
            values=values.tolist(),
            deviations=[float(x) for x in far],
            answers=[
                float(y) if np.isfinite(y) else None for y in scanned.answers[axis][:, question]
            ],
        )


def parameter_labels(space: Space, names: Names) -> dict[str, str]:
    """Every axis in the scenario's words; of a prior whose it is."""
    known = labels(space.scenario, names)
    found = {}
    for axis in space.axes:
        base, _, kind = axis.key.partition(".")
        if axis.key in known:
            found[axis.key] = known[axis.key]
        elif base == "prior" and axis.key.count(".") == 2:
            actor, _, kind = kind.partition(".")
            own = space.scenario.actors[actor].types[kind].label or kind
            found[axis.key] = f"prior odds of “{own}”"
        else:
            found[axis.key] = f"{known.get(base, base)} ({kind})" if kind else axis.key
    return found
