"""Information sets: histories of one step at which the actor has seen the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile.columns import TYPE
from standoff.compile.flows import read_columns
from standoff.compile.interning import Rows, distinct, kinds
from standoff.compile.rules import ActRule, PartRule, Rules
from standoff.compile.stepping import Branches
from standoff.errors import ScenarioError
from standoff.scenario.expressions import Expr, TypeIs, Variable, leaves

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


class Cells:
    """The cells so far, and the rates of their moves."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.player: list[NDArray[np.int8]] = []
        self.level: list[Int32] = []
        self.width: list[Int32] = []  # actions of each cell
        self.rate_row: list[Int32] = []
        self.rate_act: list[int] = [-1]
        self.rate_round: list[int] = [0]
        self.rate_state: list[int] = [0]
        self.n_actions = 0
        self.n_cells = 0

    def add(
        self, part: PartRule, options: Branches, states: Float, seen: Int32, row: Int32,
        level: int, number: int, table: Rows,
    ) -> tuple[Int32, Int32]:  # fmt: skip
        """Add the cells of a level. Returns each node's cell among them, each cell's first action.

        Raises `ScenarioError` where the open moves (or their rates) differ within a cell.
        """
        found, cell = distinct(seen)
        n = len(found)
        typical = np.empty(n, dtype=np.int32)  # a row of the table in each cell
        typical[cell] = row
        pattern, _ = kinds([options.open[:, m].astype(np.int32) for m in range(len(part.menu))])
        odd = np.flatnonzero(pattern[typical][cell] != pattern[row])
        if len(odd):
            raise self._differ(part, options, states, typical[cell[odd[0]]], row[odd[0]], number)
        rates = self._rates(part, options, states, number, table)
        width = np.diff(options.start)[typical]
        first = np.zeros(n, dtype=np.int32)
        np.cumsum(width[:-1], out=first[1:])
        owner = np.repeat(np.arange(n, dtype=np.int32), width)
        local = np.arange(len(owner), dtype=np.int32) - first[owner]
        branch = options.start[typical][owner] + local
        if rates is None:
            self.rate_row.append(np.zeros(len(branch), np.int32))
        else:
            self._same_rates(part, options, states, rates, typical, cell, row, number)
            self.rate_row.append(rates[branch])
        self.player.append(np.full(n, part.player, np.int8))
        self.level.append(np.full(n, level, np.int32))
        self.width.append(width.astype(np.int32))
        start = first + np.int32(self.n_actions)
        self.n_actions += len(branch)
        self.n_cells += n
        return cell, start

    def _rates(
        self, part: PartRule, options: Branches, states: Float, number: int, table: Rows
    ) -> Int32 | None:
        """[branches] rate row of each, or None where all are 1."""
        waits = any(a.waits for a in part.menu)
        rated = [a for a in part.menu if a.rate is not None or (waits and not a.waits)]
        if not rated:
            return None
        ids = table.add(states)
        rows = np.zeros(len(options.row), dtype=np.int32)
        for place, act in enumerate(part.menu):
            if act not in rated:
                continue
            read = read_columns(self.rules, [act.rate])
            kind, first = kinds(
                [states[:, c] for c in read] or [np.zeros(len(states), dtype=np.int32)]
            )
            base = len(self.rate_act)
            self.rate_act += [act.row] * len(first)
            self.rate_round += [number] * len(first)
            self.rate_state += ids[first].tolist()
            mine = options.move == place
            rows[mine] = base + kind[options.row[mine]]
        return rows

    def _same_rates(
        self, part: PartRule, options: Branches, states: Float, rates: Int32, typical: Int32,
        cell: Int32, row: Int32, number: int,
    ) -> None:  # fmt: skip
        by_row = np.zeros((len(states), len(part.menu)), dtype=np.int32)
        by_row[options.row, options.move] = rates
        pattern, _ = kinds([by_row[:, m] for m in range(len(part.menu))])
        odd = np.flatnonzero(pattern[typical][cell] != pattern[row])
        if not len(odd):
            return
        one, other = typical[cell[odd[0]]], row[odd[0]]
        place = int(np.flatnonzero(by_row[one] != by_row[other])[0])
        act = part.menu[place]
        raise self._hidden(
            "hidden-rate", f"{act.path}.rate",
            f"{part.actor} can't see what the rate of {act.id} depends on",
            act.rate, states[one], states[other], part.actor, number,
        )  # fmt: skip

    def _differ(
        self, part: PartRule, options: Branches, states: Float, one: int, other: int, number: int
    ) -> ScenarioError:
        place = int(np.flatnonzero(options.open[one] != options.open[other])[0])
        act: ActRule = part.menu[place]
        return self._hidden(
            "hidden-guard", f"{act.path}.when",
            f"whether {act.id} is open depends on what {part.actor} can't see",
            act.guard, states[one], states[other], part.actor, number,
        )  # fmt: skip

    def _hidden(
        self, code: str, path: str, message: str, expr: Expr | None, one: Float, other: Float,
        actor: str, number: int,
    ) -> ScenarioError:  # fmt: skip
        columns = self.rules.columns
        read = [c for c in read_columns(self.rules, [expr]) if one[c] != other[c]]
        culprits = read or np.flatnonzero(one != other).tolist()
        words = "; ".join(
            f"{_said(columns.all[c].name)} may be {columns.all[c].text(one[c])}"
            f" or {columns.all[c].text(other[c])}"
            for c in culprits
        )
        hidden = {columns.all[c].name for c in culprits}
        column, width = 0, 1
        for leaf in leaves(expr) if expr is not None else ():
            if isinstance(leaf, Variable) and leaf.name in hidden:
                column, width = leaf.column, len(leaf.name)
                break
            if isinstance(leaf, TypeIs) and TYPE + leaf.actor in hidden:
                column, width = leaf.column, len(f"{leaf.actor} is {leaf.type}")
                break
        return self.rules.names.place(path).fail(
            code,
            f"{message} (round {number})",
            column,
            width,
            found=words or "histories that differ in what was seen by others",
            expected=f"a condition on what {actor} sees, or `seen_by` that shows it to {actor}",
        )


def _said(column: str) -> str:
    """A column's name as the scenario's author knows it."""
    return f"the type of {column.removeprefix(TYPE)}" if column.startswith(TYPE) else column
