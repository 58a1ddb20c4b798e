"""Unrolling a scenario into histories, step by step on whole arrays.

At each step the turn is played once on the table of distinct states of the histories in play
(`stepping`), and the histories gather what they need from the result. Histories at which the turn
is skipped pass by.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standoff.compile import stepping
from standoff.compile.cells import Cells
from standoff.compile.chances import Chances
from standoff.compile.compiled import Step
from standoff.compile.flows import Classes
from standoff.compile.frontier import Chains, Frontier
from standoff.compile.grown import Grown
from standoff.compile.interning import distinct
from standoff.compile.observing import Observer
from standoff.compile.roots import root_draws, start_rows
from standoff.compile.rules import PartRule, Rules, TurnRule
from standoff.game.game import CHANCE
from standoff.progress import Progress, check

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


class Unrolling:
    """One scenario on its way to becoming a game."""

    def __init__(self, rules: Rules, progress: Progress | None = None, total: int = 0) -> None:
        self.rules = rules
        self.progress = progress
        self.total = total
        self.table = rules.columns.table()
        self.eyes = Observer(rules)
        self.cells = Cells(rules)
        self.chances = Chances(rules)
        self.flows = Classes.of_flows(rules)
        self.chains = Chains()
        self.pending = Chains()
        self.grown = Grown(len(self.eyes.viewers))
        self.steps: list[Step] = []
        self.acted = np.zeros(len(rules.acts), dtype=np.bool_)
        self.turned: set[str] = set()

    def run(self) -> None:
        """Unroll everything."""
        front = self._rooted()
        for number in range(1, self.rules.rounds + 1):
            if number > 1:
                self.eyes.arrive(front)
            for turn in self.rules.turns:
                if number in turn.rounds and len(front):
                    check(self.progress)
                    front = self._turn(front, turn, number)
                    self._report()
            if not len(front):
                return
            front = self._round_over(front, number)
        time = self.rules.endings.index("time")
        self._end(front, np.full(len(front), time, np.int32), self.rules.rounds)

    def _report(self) -> None:
        if self.progress is not None and self.total:
            self.progress.step(min(self.grown.nodes, self.total), self.total)

    # --- the root

    def _rooted(self) -> Frontier:
        """Types and hidden starts are drawn; then endings are tested once."""
        front = Frontier.root(len(self.eyes.viewers), self.eyes.delayed)
        values = start_rows(self.rules)
        for draw in root_draws(self.rules):
            ids = self.table.add(values)
            front.state = ids
            menu = draw.menu(values)
            self.steps.append(Step(1, "", draw.actor))
            base = self.grown.level(front, CHANCE)
            odds = self.chances.root(draw, menu, ids)
            rows = menu.row
            values = menu.values
            front = self._children(front, base, rows)
            self.grown.edges(
                np.diff(menu.start).astype(np.int32), odds,
                np.full(len(rows), -1, np.int32), self.table.add(values), labels=menu.labels,
            )  # fmt: skip
        values = values.copy()
        front.state = self.table.add(values)
        self.eyes.begin(front, values)
        return self._split(front, stepping.ended(self.rules, values, 1), 1)

    def _children(self, front: Frontier, base: int, rep: Int32) -> Frontier:
        """The histories one edge further on; `rep` is the node (of this level) of each edge."""
        out = front.take(rep)
        out.parent = rep + np.int32(base)
        out.edge = self.grown.n_edges + np.arange(len(rep), dtype=np.int32)
        out.flow = np.zeros(len(rep), np.int32)
        return out

    # --- a turn

    def _turn(self, front: Frontier, turn: TurnRule, number: int) -> Frontier:
        ids, row = distinct(front.state)
        states = self.table.table[ids]
        plays = stepping.played(self.rules, turn, states, number)
        if not plays.any():
            return front
        idle = None
        if not plays.all():
            mask = plays[row]
            idle = front.take(~mask)
            front = front.take(mask)
            row = (np.cumsum(plays, dtype=np.int32) - 1)[row[mask]]
            states = states[plays]
        self.turned.add(turn.id)
        if turn.parts:
            front, ending = self._moves(front, turn, states, row, number)
        else:
            after = stepping.drifted(self.rules, turn, states, number)
            self.eyes.watch(front, turn, [], states, after, row)
            front.state = self.table.add(after)[row]
            ending = stepping.ended(self.rules, after, number)[row]
        front = self._split(front, ending, number)
        return front if idle is None else idle.joined(front)

    def _moves(
        self, front: Frontier, turn: TurnRule, states: Float, row: Int32, number: int
    ) -> tuple[Frontier, Int32]:
        """The parts of a turn, one level each; then their effects."""
        before = states
        picks: list[Int32] = []
        for place, part in enumerate(turn.parts):
            options = stepping.branches(self.rules, part, before, number)
            self.steps.append(Step(number, turn.id, part.actor, place))
            base = self.grown.level(front, CHANCE if part.player < 0 else part.player)
            count = np.diff(options.start)[row]
            first = np.zeros(len(row), dtype=np.int32)
            np.cumsum(count[:-1], out=first[1:])
            n_edges = int(first[-1] + count[-1])
            every = np.arange(n_edges, dtype=np.int32)
            rep = np.repeat(np.arange(len(row), dtype=np.int32), count)
            branch = every + (options.start[row] - first)[rep]
            action = self._actions(
                front, part, options, before, row, rep, every - first[rep], branch, number
            )
            acts = np.array([a.row for a in part.menu], dtype=np.int32)[options.move]
            self.acted[acts] = True
            children = self._children(front, base, rep)
            picks = [p[options.row] for p in picks] + [options.move]
            before = before[options.row]
            if place == len(turn.parts) - 1:
                after, own = stepping.followed(self.rules, turn, before, picks, number)
                ending = stepping.ended(self.rules, after, number, own)
                children.state = self.table.add(after)[branch]
                self.eyes.watch(children, turn, picks, before, after, branch)
            self.grown.edges(count, action, acts[branch], children.state)
            front, row = children, branch
        return front, ending[branch]

    def _actions(
        self, front: Frontier, part: PartRule, options: stepping.Branches, states: Float,
        row: Int32, rep: Int32, local: Int32, branch: Int32, number: int,
    ) -> Int32:  # fmt: skip
        """What `Game.edge_action` says of each edge of a level."""
        if part.player < 0:
            ids = self.table.add(states)
            return self.chances.turn(part, options, states, ids, number)[branch]
        cell, start = self.cells.add(
            part, options, states, front.seen[part.player], row, len(self.steps) - 1, number,
            self.table,
        )  # fmt: skip
        self.grown.cells(cell, len(start))
        return start[cell][rep] + local

    # --- endings and rounds

    def _split(self, front: Frontier, ending: Int32, number: int) -> Frontier:
        over = ending >= 0
        if not over.any():
            return front
        self._end(front.take(over), ending[over], number)
        return front.take(~over)

    def _end(self, front: Frontier, ending: Int32, number: int) -> None:
        if len(front):
            self.grown.end(front, ending, number)

    def _round_over(self, front: Frontier, number: int) -> Frontier:
        if number == self.rules.rounds:
            return front  # the final row of an end pays for the round in which play ends
        ids, place = distinct(front.state)
        states = ids.astype(np.int32)
        front.chain = self.chains.grow(front.chain, place, states, number)
        if self.flows.any:
            kind, rep = self.flows.of(self.table.table[ids], states)
            front.flow = self.pending.grow(front.flow, kind[place], rep, number)
        return front
