"""Chance: rows of odds, shared by all nodes at which the same outcomes have the same odds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile.flows import read_columns
from standoff.compile.interning import kinds
from standoff.compile.roots import RootDraw, RootMenu
from standoff.compile.rules import PartRule, Rules
from standoff.compile.stepping import Branches

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


class Chances:
    """The rows of odds so far; the rows of one group are the outcomes of one draw."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.act: list[int] = []
        self.state: list[int] = []
        self.round: list[int] = []
        self.key: list[str] = []
        self.group: list[int] = []
        self._groups = 0

    def __len__(self) -> int:
        return len(self.act)

    def turn(
        self, part: PartRule, options: Branches, states: Float, ids: Int32, number: int
    ) -> Int32:
        """[branches] the row of odds of each outcome of a turn."""
        read = read_columns(self.rules, [a.odds for a in part.menu])
        kind, first = kinds(
            [
                *(states[:, c] for c in read),
                *(options.open[:, m].astype(np.int32) for m in range(len(part.menu))),
            ]
        )
        base = np.empty(len(first), dtype=np.int32)
        for index, row in enumerate(first):  # a pass per class of states, not per node
            base[index] = len(self)
            for branch in range(options.start[row], options.start[row + 1]):
                act = part.menu[options.move[branch]].row
                self._add(act, int(ids[row]), number, "")
            self._groups += 1
        local = np.arange(len(options.row), dtype=np.int32) - options.start[options.row]
        return base[kind[options.row]] + local

    def root(self, draw: RootDraw, menu: RootMenu, ids: Int32) -> Int32:
        """[edges] the row of odds of each edge of a draw at the root."""
        out = np.arange(len(self), len(self) + len(menu.row), dtype=np.int32)
        for row in range(len(ids)):
            for edge in range(menu.start[row], menu.start[row + 1]):
                self._add(-1, int(ids[row]), 1, draw.keys[menu.option[edge]])
            self._groups += 1
        return out

    def lottery(self, ending: int, open_: NDArray[np.bool_], ids: Int32, number: Int32) -> Int32:
        """[rows of `open_`] the first row of odds of a lottery in each of some states."""
        name = self.rules.endings[ending]
        outcomes = self.rules.lotteries[ending]
        base = np.empty(len(ids), dtype=np.int32)
        for index in range(len(ids)):
            base[index] = len(self)
            for place in np.flatnonzero(open_[index]):
                label = self.rules.endings[outcomes[place][0]]
                self._add(-1, int(ids[index]), int(number[index]), f"lottery:{name}.{label}")
            self._groups += 1
        return base

    def _add(self, act: int, state: int, number: int, key: str) -> None:
        self.act.append(act)
        self.state.append(state)
        self.round.append(number)
        self.key.append(key)
        self.group.append(self._groups)
