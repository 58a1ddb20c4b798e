"""The record's items, placed on the steps of the game: when each happened and when it was known.

Placing needs no solution and no `as_of`; what an item leaves possible is `evidence`'s business.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from standoff.compile.compiled import Compiled
from standoff.errors import Problem, ScenarioError, nearest
from standoff.infer.reliability import constant
from standoff.scenario.dates import Calendar, When, calendar
from standoff.scenario.grades import Trust, trusts
from standoff.scenario.models import RecordItem, Scenario
from standoff.scenario.names import record_ids
from standoff.scenario.positions import positions_of

Kind = Literal["move", "report", "unknown", "absence"]
CERTAIN = Trust("1", "record")


@dataclass(frozen=True)
class Placed:
    """One item of the record with its place in the game."""

    index: int  # in `Scenario.record`
    id: str
    kind: Kind
    item: RecordItem
    steps: tuple[int, ...]  # levels that it documents; for a report the level it is read before
    acts: tuple[int, ...]  # rows of `Compiled.acts` that it leaves possible (or excludes: absence)
    at: dt.datetime
    known: dt.datetime
    trust: Trust = CERTAIN

    @property
    def sure(self) -> float | None:
        """Odds that it is right, where these are the same in every variant."""
        return constant(self.trust.odds)

    @property
    def path(self) -> str:
        """Its key path."""
        return f"record.{self.index}"


def problem(
    scenario: Scenario, code: str, message: str, path: str, *, found: str = "",
    expected: str = "", nearest: str = "",
) -> Problem:  # fmt: skip
    """A complaint about the record with its place in the file."""
    plain = Problem(code, message, path=path, found=found, expected=expected, nearest=nearest)
    return positions_of(scenario).problem(plain)


class _Placing:
    """Places every item; complaints are gathered in `problems`."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.scenario = compiled.scenario
        self.calendar: Calendar = calendar(self.scenario.clock)
        self.act_row = {act.name: row for row, act in enumerate(compiled.acts)}
        self.problems: list[Problem] = []
        self.steps: dict[tuple[str, str, int], int] = {}
        self.turn_steps: dict[tuple[str, int], list[int]] = {}
        self.first_of_round: dict[int, int] = {}
        for level, step in enumerate(compiled.steps):
            if step.turn:
                self.steps[step.actor, step.turn, step.round] = level
                self.turn_steps.setdefault((step.turn, step.round), []).append(level)
                self.first_of_round.setdefault(step.round, level)

    def complain(self, code: str, message: str, path: str, **words: str) -> None:
        self.problems.append(problem(self.scenario, code, message, path, **words))

    def moment(self, text: str | None, path: str) -> When | None:
        if text is None:
            return None
        try:
            return self.calendar.moment(text)
        except ScenarioError as error:
            for p in error.problems:
                self.complain(p.code, p.message, path, found=p.found, expected=p.expected)
            return None

    def run(self) -> tuple[Placed, ...]:
        ids = record_ids(self.scenario)
        believed = trusts(self.scenario)
        placed: list[Placed] = []
        for index, item in enumerate(self.scenario.record):
            path = f"record.{index}"
            at = self.moment(item.at or item.last or item.known, f"{path}.at")
            if at is None:
                if not (item.at or item.last or item.known):
                    self.complain("missing-key", "the item has no date", path, expected="`at:`")
                continue
            known = self.moment(item.known, f"{path}.known") or at
            if known.cut < at.first:
                self.complain(
                    "known-too-early", "the item was known before it happened", f"{path}.known",
                    found=known.text, expected=f"{at.text} or later",
                )  # fmt: skip
            found = self._place(index, item, at)
            if found is not None:
                kind, steps, acts = found
                one = Placed(
                    index, ids[index], kind, item, steps, acts, at.cut, known.cut, believed[index]
                )
                placed.append(one)
        return self._reports(placed)

    def _place(
        self, index: int, item: RecordItem, at: When
    ) -> tuple[Kind, tuple[int, ...], tuple[int, ...]] | None:
        path = f"record.{index}"
        if item.report is not None:
            return "report", (), ()
        if item.absence is not None:
            return self._absence(item, at, path)
        number = self.calendar.round_of(at)
        if number is None:
            self.complain("outside-clock", "the day lies outside the clock", f"{path}.at",
                          found=at.text)  # fmt: skip
            return None
        if item.unknown is not None:
            turn = item.unknown.split(".")[-1]
            levels = self.turn_steps.get((turn, number), [])
            if not levels:
                self._no_step(turn, number, f"{path}.unknown")
                return None
            return "unknown", tuple(levels), ()
        return self._moves(item, number, path)

    def _moves(
        self, item: RecordItem, number: int, path: str
    ) -> tuple[Kind, tuple[int, ...], tuple[int, ...]] | None:
        rows: list[int] = []
        for name in item.move or ():
            if name not in self.act_row:
                self.complain(
                    "unknown-name", "no such move", f"{path}.move", found=name,
                    expected="actor.turn.move", nearest=nearest(name, self.act_row),
                )  # fmt: skip
                return None
            rows.append(self.act_row[name])
        if not rows:
            return None
        acts = [self.compiled.acts[row] for row in rows]
        if len({(a.actor, a.turn) for a in acts}) > 1:
            self.complain("record-turns", "the moves of one item belong to one turn",
                          f"{path}.move", found=", ".join(a.name for a in acts))  # fmt: skip
            return None
        level = self.steps.get((acts[0].actor, acts[0].turn, number))
        if level is None:
            self._no_step(acts[0].turn, number, f"{path}.move")
            return None
        return "move", (level,), tuple(rows)

    def _no_step(self, turn: str, number: int, path: str) -> None:
        turns = {each.id for each in self.scenario.turns}
        if turn not in turns:
            self.complain("unknown-name", "no such turn", path, found=turn,
                          nearest=nearest(turn, turns))  # fmt: skip
            return
        rounds = sorted({s.round for s in self.compiled.steps if s.turn == turn})
        often = f"in round {number}" if rounds else "in any history"
        self.complain(
            "turn-not-played", f"the turn {turn} is not played {often}", path, found=turn,
            expected=f"a day in round {', '.join(map(str, rounds))}" if rounds
            else "a turn whose `when:` can hold",
        )  # fmt: skip

    def _absence(
        self, item: RecordItem, at: When, path: str
    ) -> tuple[Kind, tuple[int, ...], tuple[int, ...]] | None:
        first = self.moment(item.first, f"{path}.first") or at
        last = self.moment(item.last, f"{path}.last") or at
        if last.cut < first.first:
            self.complain("bad-span", "the absence ends before it begins", f"{path}.last",
                          found=last.text)  # fmt: skip
            return None
        name = item.absence or ""
        if name in self.act_row:
            levels = tuple(
                level
                for level, step in enumerate(self.compiled.steps)
                if step.turn == self.compiled.acts[self.act_row[name]].turn
                and self.calendar.start(step.round) <= last.cut
                and self.calendar.end(step.round) >= first.first
            )
            if not levels:
                self.complain("turn-not-played", "the move can't be made between these days", path,
                              found=name)  # fmt: skip
                return None
            return "absence", levels, (self.act_row[name],)
        return "absence", (), ()  # an event: `evidence` reads it

    def _reports(self, placed: list[Placed]) -> tuple[Placed, ...]:
        """A report is read after every step that is documented by an item listed before it or
        dated before it, and not before the round of its own day begins.
        """
        done: list[Placed] = []
        for one in placed:
            if one.kind == "report" or (one.kind == "absence" and not one.steps):
                before = [
                    step + 1
                    for other in placed
                    if other.kind in ("move", "unknown")
                    and (other.index < one.index or other.at < one.at)
                    for step in other.steps
                ]
                number = self.calendar.round_of(one.at)
                if number is None:
                    over = self.calendar.rounds_over(one.at)
                    start = len(self.compiled.steps) if over else 0
                else:
                    start = self._start_of(number)
                one = Placed(
                    one.index, one.id, one.kind, one.item, (max([start, *before]),), one.acts,
                    one.at, one.known, one.trust,
                )  # fmt: skip
            done.append(one)
        return tuple(done)

    def _start_of(self, number: int) -> int:
        """The first level of a round, or of the first later round that plays any turn."""
        later = [level for r, level in self.first_of_round.items() if r >= number]
        return min(later, default=len(self.compiled.steps))


def place(compiled: Compiled) -> tuple[tuple[Placed, ...], list[Problem]]:
    """Every item that has a place, in the record's order, and what is wrong with the others."""
    placing = _Placing(compiled)
    return placing.run(), placing.problems
