"""What each viewer has seen, as interned (seen before, seen now) pairs.

What a viewer gets of a step is worked out once for each row of the step's table; histories then
look it up. Numbers are never used twice, so equal numbers mean equal sights, whatever the step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile.columns import TYPE
from standoff.compile.frontier import Frontier
from standoff.compile.interning import pairs
from standoff.compile.rules import Rules, TurnRule
from standoff.compile.sights import Sight
from standoff.scenario.models import StartByType, StartDraw

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


class _Code:
    """Numbers for distinct sights of one step by one viewer, built up piece by piece."""

    def __init__(self, rows: int) -> None:
        self.number = np.zeros(rows, dtype=np.int32)
        self.count = 1
        self.something = np.zeros(rows, dtype=np.bool_)

    def add(self, piece: Int32, count: int) -> None:
        """`piece` is 0 where there is nothing to see, below `count`."""
        if not piece.any():
            return
        self.something |= piece > 0
        found, self.number = pairs(self.number, piece, count)
        self.count = len(found)


class Observer:
    """All viewers of a scenario."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.viewers = rules.eyes.viewers
        self._next = [1] * len(self.viewers)
        self._next_later = [1] * len(self.viewers)
        self._visible = [
            tuple(
                place
                for place, variable in enumerate(rules.scenario.state.values())
                if rules.eyes.variable(variable, viewer)
            )
            for viewer in self.viewers
        ]
        self._sights: dict[tuple[str, int], list[list[Sight]]] = {}
        for turn in rules.turns:
            for place, part in enumerate(turn.parts):
                self._sights[turn.id, place] = [
                    [
                        rules.eyes.move(a.id, a.model, part.actor, turn.model.turn_seen, viewer)
                        for a in part.menu
                    ]
                    for viewer in self.viewers
                ]
        delays = any(s.later for part in self._sights.values() for menu in part for s in menu)
        self.delayed = len(self.viewers) if delays else 0

    def begin(self, front: Frontier, values: Float) -> None:
        """Before the first step everybody knows its own type and the drawn starts that it sees."""
        drawn = [
            place
            for place, variable in enumerate(self.rules.scenario.state.values())
            if isinstance(variable.start, (StartByType, StartDraw))
        ]
        names = self.rules.columns.names
        rows = np.arange(len(values), dtype=np.int32)
        for index, viewer in enumerate(self.viewers):
            columns = [c for c in drawn if c in self._visible[index]]
            if TYPE + viewer in names:
                columns.append(names.index(TYPE + viewer))
            code = _Code(len(values))
            for column in columns:
                found, digit = np.unique(values[:, column], return_inverse=True)
                code.add(digit.reshape(-1).astype(np.int32) + 1, len(found) + 1)
            front.seen[index] = self._grown(index, front.seen[index], code, rows)

    def arrive(self, front: Frontier) -> None:
        """A round begins: what was to be seen later is seen."""
        for index in range(self.delayed):
            later = front.later[index]
            if not later.any():
                continue
            code = _Code(len(later))
            code.add(later, int(later.max()) + 1)
            rows = np.arange(len(later), dtype=np.int32)
            front.seen[index] = self._grown(index, front.seen[index], code, rows)
            front.later[index] = np.zeros_like(later)

    def watch(
        self, front: Frontier, turn: TurnRule, picks: list[Int32], before: Float, after: Float,
        place: Int32,
    ) -> None:  # fmt: skip
        """A step was played: row ``place[h]`` of its table is what happened in history h."""
        changes = [
            (column, *np.unique(after[:, column], return_inverse=True))
            for column in np.flatnonzero((before != after).any(axis=0))
        ]
        for index in range(len(self.viewers)):
            now = _Code(len(after))
            later = _Code(len(after))
            for part, pick in enumerate(picks):
                sights = self._sights[turn.id, part][index]
                texts = list(dict.fromkeys(s.now for s in sights if s.now is not None))
                tokens = [0 if s.now is None else 1 + texts.index(s.now) for s in sights]
                now.add(np.array(tokens, np.int32)[pick], len(texts) + 1)
                coming = [1 + i if s.later else 0 for i, s in enumerate(sights)]
                later.add(np.array(coming, np.int32)[pick], len(sights) + 1)
            for column, values, digit in changes:
                if column in self._visible[index]:
                    changed = before[:, column] != after[:, column]
                    piece = np.where(changed, digit.reshape(-1) + 1, 0).astype(np.int32)
                    now.add(piece, len(values) + 1)
            front.seen[index] = self._grown(index, front.seen[index], now, place)
            if later.something.any():
                front.later[index] = self._fresh(
                    self._next_later, index, front.later[index], later, place
                )

    def _grown(self, index: int, seen: Int32, code: _Code, place: Int32) -> Int32:
        if not code.something.any():
            return seen
        return self._fresh(self._next, index, seen, code, place)

    @staticmethod
    def _fresh(next_: list[int], index: int, seen: Int32, code: _Code, place: Int32) -> Int32:
        """New numbers for (number so far, sight) pairs, where there is something to see."""
        if code.something.all():
            found, at = pairs(seen, code.number[place], code.count)
            out = at + np.int32(next_[index])
        else:
            mask = code.something[place]
            found, at = pairs(seen[mask], code.number[place[mask]], code.count)
            out = seen.copy()
            out[mask] = at + np.int32(next_[index])
        next_[index] += len(found)
        return out
