"""What the record leaves possible: which histories, with what factor, and where the present is.

Steps are gone through in order, with the set of nodes at which history may stand. A step with
items admits what they name; a silent one only what leaves no trace; an unknown one everything.
What is found wrong on the way is the record's own fault and is reported with its place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.errors import Problem, ScenarioError
from standoff.game.game import END
from standoff.infer.decisions import counted
from standoff.infer.histories import Histories, histories
from standoff.infer.record import Placed, place, problem
from standoff.infer.reports import Reading, read_absence, read_play, read_report
from standoff.scenario.dates import calendar

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

Status = Literal["items", "unknown", "silent"]
"""How a step before the present is accounted for."""


@dataclass(eq=False)
class Evidence:
    """The record as it was known at `as_of`.

    `reach[n]` says that history may at some moment have stood at node n before the items of its
    own step were read; `weight[n]` is the product of the certain and half-certain items on the way
    there. Reports, whose odds may differ by variant and type, are kept apart, and so are moves that
    are doubtful by more in one variant than in another.
    """

    compiled: Compiled
    as_of: dt.datetime | None = None
    without_record: bool = False
    """Leave the record out altogether: the present is the start of play."""
    whole_record: bool = False
    """Take every item, whenever it became known; the present follows what happened last."""

    items: tuple[Placed, ...] = field(init=False, default=())
    counted: frozenset[int] = field(init=False, default=frozenset())  # whose own factor counts
    present: int = field(init=False, default=0)  # level
    status: dict[int, Status] = field(init=False, default_factory=dict)  # by level before that
    reach: Bool = field(init=False)  # [N]
    weight: Float = field(init=False)  # [N]
    died: Int32 = field(init=False)  # [N] step whose items ruled out a history standing past it
    frontier: Int32 = field(init=False)  # nodes at which history may stand now, ascending
    readings: tuple[Reading, ...] = field(init=False, default=())
    problems: list[Problem] = field(init=False, default_factory=list)
    lenient: bool = False
    """Keep problems in `problems` and go on as if the step were unknown, instead of raising."""

    def __post_init__(self) -> None:
        compiled = self.compiled
        if not self.without_record:
            self._take_items()
        self.present = self._find_present()
        self._follow()
        self._read_reports()
        if self.problems and not self.lenient:
            raise ScenarioError(self.problems)
        assert len(self.frontier) or self.lenient or not compiled.game.n_nodes

    # -- which items, and when is now

    @property
    def histories(self) -> Histories:
        """The pasts of all ends."""
        return histories(self.compiled)

    def _take_items(self) -> None:
        placed, problems = place(self.compiled)
        self.problems += problems
        if self.whole_record:
            self.as_of = max((one.at for one in placed), default=None)
            self.items = placed
            self.counted = counted(self.compiled, self.items)
            return
        if self.as_of is None:
            self.as_of = default_as_of(self.compiled, placed)
        if self.as_of is None:
            return
        moment = self.as_of
        self.items = tuple(one for one in placed if one.known <= moment)
        self._later = tuple(one for one in placed if one.known > moment)
        self.counted = counted(self.compiled, self.items)

    _later: tuple[Placed, ...] = field(init=False, default=())
    _now: int = field(init=False, default=1)  # the round we stand in; past the last, all are over

    def _find_present(self) -> int:
        compiled = self.compiled
        over = 0
        if self.as_of is not None and not self.without_record:
            over = calendar(compiled.scenario.clock).rounds_over(self.as_of)
        open_ = [i for i, step in enumerate(compiled.steps) if step.turn and step.round > over]
        first = open_[0] if open_ else len(compiled.steps)
        self._now = over + 1
        for one in self.items:
            if one.kind in ("move", "unknown"):
                first = max(first, *(step + 1 for step in one.steps))
                self._now = max(self._now, *(compiled.steps[step].round for step in one.steps))
            elif one.kind == "report":
                first = max(first, *one.steps)
        return first

    # -- following the record step by step

    def _follow(self) -> None:
        game = self.compiled.game
        level = self.histories.level
        reach = np.zeros(game.n_nodes, dtype=bool)
        alive = np.zeros(game.n_nodes, dtype=bool)
        weight = np.zeros(game.n_nodes)
        died = np.full(game.n_nodes, len(self.compiled.steps) + 1, dtype=np.int32)
        reach[0] = alive[0] = True
        weight[0] = 1.0
        edge_count = np.diff(game.edge_start)
        by_step = self._by_step()
        for step in range(self.present):
            here = slice(game.level_start[step], game.level_start[step + 1])
            later = slice(game.level_start[step + 1], game.n_nodes)
            nodes = np.flatnonzero(alive[here]).astype(np.int32) + game.level_start[step]
            edges = _expand(game.edge_start[nodes], edge_count[nodes])
            owner = np.repeat(nodes, edge_count[nodes])
            acts = self.compiled.edge_act[edges]
            over = not len(nodes) and bool((game.actor[later][alive[later]] == END).all())
            required, factor, named = self._factors(
                step, nodes, acts, edge_count[owner], by_step, over
            )
            if required:
                skipped = alive[later]
                died[later][skipped] = step
                alive[later] = False
            child = game.child[edges]
            factor = np.where(self._stays_open(step, child, named), factor, 0.0)
            if not (factor > 0).any() and not alive[later].any():
                self._complain_dead(step, nodes, acts, by_step)
                factor = np.ones(len(edges))
            taken = factor > 0
            reach[child[taken]] = alive[child[taken]] = True
            weight[child] = weight[owner] * factor
            alive[here] = False
        self.reach, self.weight, self.died = reach, weight, died
        self.frontier = np.flatnonzero(alive & (level >= self.present)).astype(np.int32)

    def _by_step(self) -> dict[int, list[Placed]]:
        found: dict[int, list[Placed]] = {}
        refined = {one.item.refines for one in self.items if one.item.refines}
        for one in self.items:
            if one.kind in ("move", "unknown", "absence") and one.id not in refined:
                for step in one.steps:
                    found.setdefault(step, []).append(one)
        return found

    def _factors(
        self, step: int, nodes: Int32, acts: Int32, menu: Int32,
        by_step: dict[int, list[Placed]], over: bool,
    ) -> tuple[bool, Float, Bool]:  # fmt: skip
        """Whether the step must have been played, the factor of each edge, and which edges some
        item names. `over`: play has ended in every history that stands past the step.
        """
        items = by_step.get(step, [])
        factor = np.ones(len(acts))
        named = np.zeros(len(acts), dtype=bool)
        certain = [one for one in items if one.kind == "move" and one.sure == 1]
        for one in items:
            q = one.sure
            hit = np.isin(acts, one.acts)
            if q is None:  # it may be wrong by more in one variant than in another: a reading
                named |= hit & (one.kind == "move")
            elif one.kind == "absence":
                sees = np.array([a.desk_sees for a in self.compiled.acts] + [True])[acts]
                factor *= np.where(hit & sees, 1.0 - q, 1.0)
            elif one.kind == "move":
                named |= hit
                if one.index not in self.counted:
                    continue
                factor *= hit if q >= 1 else q * hit + (1 - q) / np.maximum(menu, 1)
        if not self.compiled.steps[step].turn:  # a root draw is nobody's news
            self.status[step] = "unknown"
            return False, factor, named
        documented = any(one.kind in ("move", "unknown") for one in items)
        if documented:
            self.status[step] = "items" if any(o.kind == "move" for o in items) else "unknown"
            self._check(step, nodes, acts, certain, over)
            return self.status[step] == "items", factor, named
        if any(step in one.steps for one in self._later if one.kind in ("move", "unknown")):
            self.status[step] = "unknown"
            return False, factor, named
        self.status[step] = "silent"
        traceless = np.array([a.quiet or not a.desk_sees for a in self.compiled.acts] + [True])
        return False, factor * traceless[acts], named

    def _stays_open(self, step: int, child: Int32, named: Bool) -> Bool:
        """[edges] False where play ended before the present and no item says so."""
        compiled = self.compiled
        ends = compiled.game.actor[child] == END
        if not ends.any():
            return np.ones(len(child), dtype=bool)
        steps = compiled.steps
        over = self.histories.over[compiled.end_row[child]]  # meaningless where no end; see below
        ending = compiled.end_ending[compiled.end_row[child]]
        time = compiled.endings.index("time") if "time" in compiled.endings else -1
        round_ended, at_close = over // 2, over % 2 == 1
        still = np.where(at_close, round_ended >= self._now, False) | (ending == time)
        told = named & (~at_close | (round_ended == steps[step].round))
        return np.asarray(~ends | still | told)

    # -- what is wrong with the record

    def _check(
        self, step: int, nodes: Int32, acts: Int32, certain: Sequence[Placed], over: bool
    ) -> None:
        """Complain of items that contradict each other, or that no remaining history allows."""
        scenario = self.compiled.scenario
        left: set[int] | None = None
        for one in certain:
            both = set(one.acts) if left is None else left & set(one.acts)
            if not both:
                self.problems.append(problem(
                    scenario, "record-contradicts", "this item contradicts an earlier one of the "
                    "same step", f"{one.path}.move", found=self._words(one.acts),
                    expected=self._words(sorted(left or ())),
                ))  # fmt: skip
                return
            left = both
        if left is None:
            return
        last = certain[-1]
        turn = self.compiled.steps[step]
        if not len(nodes):
            self.problems.append(problem(
                scenario,
                "record-ended" if over else "record-skipped",
                (
                    f"play was over before the turn {turn.turn} of round {turn.round}"
                    if over
                    else f"the turn {turn.turn} was skipped in round {turn.round}"
                )
                + " in every history that the items before it leave",
                f"{last.path}.move",
                found=self._words(last.acts),
                expected="items before it that leave the turn to be played",
            ))  # fmt: skip
        elif not np.isin(acts, sorted(left)).any():
            self.problems.append(problem(
                scenario, "record-impossible", "this was not possible after the items before it",
                f"{last.path}.move", found=self._words(last.acts),
                expected=self._words(sorted(set(acts.tolist()) - {-1})),
            ))  # fmt: skip

    def _complain_dead(
        self, step: int, nodes: Int32, acts: Int32, by_step: dict[int, list[Placed]]
    ) -> None:
        turn = self.compiled.steps[step]
        items = by_step.get(step, [])
        scenario = self.compiled.scenario
        if self.status.get(step) == "silent" and len(nodes):
            # The item is missing after those of earlier steps: that is where the caret stands.
            earlier = [i.index for at, each in by_step.items() if at < step for i in each]
            path = f"record.{max(earlier)}" if earlier else "record"
            self.problems.append(problem(
                scenario, "record-silent", f"the record is silent on the turn {turn.turn} of round "
                f"{turn.round}, and nothing that leaves no trace was possible there", path,
                found=f"moves that would have been seen: {self._words(sorted(set(acts.tolist())))}",
                expected=f"an item, a move marked `quiet: true`, or `unknown: {turn.turn}`",
            ))  # fmt: skip
        elif not any(p.path.startswith(one.path) for one in items for p in self.problems):
            path = items[-1].path if items else "record"
            where = (
                f"at the turn {turn.turn} of round {turn.round}, before the present"
                if turn.turn
                else "before its first turn"
            )
            self.problems.append(problem(
                scenario, "record-ended", f"play would have ended {where}, and no item says so",
                path,
            ))  # fmt: skip

    def _words(self, acts: Sequence[int]) -> str:
        return ", ".join(self.compiled.acts[a].name for a in acts if a >= 0)

    # -- reports

    def _read_reports(self) -> None:
        if len(self.problems):
            return
        readings: list[Reading] = []
        for one in self.items:
            try:
                if one.kind == "report" and one.index in self.counted:
                    readings.append(read_report(self, one))
                elif one.kind == "absence" and not one.acts:
                    readings.append(read_absence(self, one))
                elif one.kind in ("move", "absence") and one.sure is None:
                    readings += self._doubtful(one)
            except ScenarioError as error:
                self.problems += error.problems
        self.readings = tuple(sorted(readings, key=lambda r: (r.step, r.placed.index)))

    def _doubtful(self, one: Placed) -> list[Reading]:
        """A move, or an absence of one, whose odds to be right differ by variant."""
        refined = any(other.item.refines == one.id for other in self.items)
        if refined or (one.kind == "move" and one.index not in self.counted):
            return []
        return [read_play(self, one, step) for step in one.steps if step < self.present]

    # -- what others ask

    def standing(self, step: int) -> Int32:
        """Nodes at which history may stand as `step` begins, given the items of earlier steps;
        ascending. At the present it is the frontier.
        """
        if step >= self.present:
            return self.frontier
        game = self.compiled.game
        level = self.histories.level
        above = np.where(game.parent >= 0, level[game.parent], -1)
        here = self.reach & (above < step) & (level >= step) & (self.died >= step)
        return np.flatnonzero(here).astype(np.int32)


def check_record(compiled: Compiled) -> list[Problem]:
    """Everything that is wrong with a record once all of its items are known, and on the day that
    the scenario is written for.
    """
    found: list[Problem] = []
    if compiled.scenario.record:
        for evidence in (
            Evidence(compiled, whole_record=True, lenient=True), Evidence(compiled, lenient=True)
        ):  # fmt: skip
            found += [p for p in evidence.problems if p not in found]
    return found


def default_as_of(compiled: Compiled, placed: Sequence[Placed]) -> dt.datetime | None:
    """The scenario's own `as_of`, or the moment at which the last item was known."""
    text = compiled.scenario.as_of
    if text is not None:
        return calendar(compiled.scenario.clock).moment(text).cut
    return max((one.known for one in placed), default=None)


def _expand(start: Int32, count: Int32) -> Int32:
    """The integers of the ranges ``start[i] : start[i] + count[i]``, one after another."""
    total = int(count.sum())
    offset = np.cumsum(count) - count
    return (np.arange(total) - np.repeat(offset - start, count)).astype(np.int32)
