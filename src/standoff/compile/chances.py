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
Bool = NDArray[np.bool_]


class Chances:
    """The rows of odds so far; the rows of one group are the outcomes of one draw."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.act: list[Int32] = []
        self.state: list[Int32] = []
        self.round: list[Int32] = []
        self.key: list[str] = []
        self.group: list[Int32] = []
        self._groups = 0
        self._count = 0

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
        acts = np.array([a.row for a in part.menu], dtype=np.int32)
        rounds = np.full(len(first), number, np.int32)
        base = self._add(options.open[first], acts, ids[first], rounds, [""] * len(acts))
        local = np.arange(len(options.row), dtype=np.int32) - options.start[options.row]
        return base[kind[options.row]] + local

    def root(self, draw: RootDraw, menu: RootMenu, ids: Int32) -> Int32:
        """[edges] the row of odds of each edge of a draw at the root."""
        open_ = np.zeros((len(ids), len(draw.options)), dtype=np.bool_)
        open_[menu.row, menu.option] = True
        none = np.full(len(draw.options), -1, np.int32)
        base = self._add(open_, none, ids, np.ones(len(ids), np.int32), list(draw.keys))
        local = np.arange(len(menu.row), dtype=np.int32) - menu.start[menu.row]
        return base[menu.row] + local

    def lottery(self, ending: int, open_: Bool, ids: Int32, number: Int32) -> Int32:
        """[rows of `open_`] the first row of odds of a lottery in each of some states."""
        name = self.rules.endings[ending]
        labels = [self.rules.endings[o] for o, _, _ in self.rules.lotteries[ending]]
        none = np.full(len(labels), -1, np.int32)
        return self._add(open_, none, ids, number, [f"lottery:{name}.{o}" for o in labels])

    def _add(self, open_: Bool, acts: Int32, ids: Int32, number: Int32, keys: list[str]) -> Int32:
        """A group for each row of `open_` [groups, outcomes]; returns the first row of each."""
        group, option = np.nonzero(open_)
        width = open_.sum(axis=1)
        base: Int32 = (self._count + np.cumsum(width) - width).astype(np.int32)
        self.act.append(acts[option])
        self.state.append(ids[group])
        self.round.append(number[group])
        self.key.extend(keys[o] for o in option.tolist())
        self.group.append((group + self._groups).astype(np.int32))
        self._groups += len(open_)
        self._count += len(group)
        return base
