"""How large a scenario's game is, counted before anything is unrolled.

The number of histories in each state is carried from step to step on the tables of distinct states:
what was seen, and by which way a state was reached, don't matter for counting.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from math import prod

import numpy as np
from numpy.typing import NDArray

from standoff.compile import stepping
from standoff.compile.interning import Rows
from standoff.compile.roots import root_draws, start_rows
from standoff.compile.rules import Rules, TurnRule
from standoff.errors import ScenarioError, TooLarge
from standoff.progress import Progress, check
from standoff.scenario.expansion import expand
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names

Float = NDArray[np.float64]
Int32 = NDArray[np.int32]

BYTES = 150
"""Memory of one node while the tree is unrolled, measured (bench/compile.py), rounded up."""

MOST_STATES = 5_000_000
"""Distinct states that are counted before a scenario is refused: a game has a node for each."""
SLOW_STATES = 200_000
"""Distinct states past which a game that is too large already is not counted to the end."""


@dataclass(frozen=True)
class Estimate:
    """Sizes of a game. Counts are exact up to 2^53."""

    nodes: int  # of the public tree: types kept as axes apart
    ends: int
    histories: int  # types included
    states: int  # the largest table of distinct states
    without: dict[str, int] = field(default_factory=dict)  # turn -> histories without it
    round_less: int = 0  # histories with a round less (0 where there is one round only)

    @property
    def advice(self) -> tuple[str, ...]:
        """What would shrink the game most, in words."""
        found = sorted(self.without.items(), key=lambda item: (item[1], item[0]))
        words = [
            f"without the turn {turn}: {said(count)} histories "
            f"({said(self.histories / count)} times fewer)"
            for turn, count in found
            if 0 < count < self.histories
        ]
        if self.round_less:
            words.append(
                f"with a round less: {said(self.round_less)} histories "
                f"({said(self.histories / self.round_less)} times fewer)"
            )
        return tuple(words)


def estimate(
    scenario: Scenario, *, advice: bool = False, progress: Progress | None = None
) -> Estimate:
    """The exact number of histories; with `advice` also without each turn and with a round less."""
    expanded = expand(scenario)
    return estimated(Rules(expanded, Names(expanded)), advice=advice, progress=progress)


def estimated(rules: Rules, *, advice: bool = False, progress: Progress | None = None) -> Estimate:
    """The same for bound rules."""
    count = _Count(rules, progress)
    nodes, ends = count.run(rules.rounds, frozenset())
    profiles = axis_profiles(rules)
    without: dict[str, int] = {}
    round_less = 0
    if advice:
        for turn in rules.turns:
            # A condition may rest on what the turn does: then the game without it makes no sense.
            try:
                left = _Count(rules, progress).run(rules.rounds, frozenset([turn.id]))
            except (ScenarioError, TooLarge):
                continue
            without[turn.id] = sum(left) * profiles
        if rules.rounds > 1:
            round_less = sum(_Count(rules, progress).run(rules.rounds - 1, frozenset())) * profiles
    return Estimate(
        nodes + ends, ends, (nodes + ends) * profiles, count.largest, without, round_less
    )


def axis_profiles(rules: Rules) -> int:
    """Number of type profiles that are kept as axes (K)."""
    product = 1
    for player in rules.players:
        if player not in rules.in_tree:
            product *= max(1, len(rules.names.types(player)))
    return product


def refuse_if_larger(rules: Rules, limit: int | None, progress: Progress | None) -> Estimate:
    """The estimate, or `TooLarge` with advice past `limit` histories (default: what fits in half of
    the free memory).
    """
    found = estimated(rules, progress=progress)
    room = free_memory() // 2
    if limit is None and found.nodes * BYTES > room:
        words = (f"they would take {said(found.nodes * BYTES / 1e9)} GB, and half of the free "
                 f"memory is {room / 1e9:.1f} GB")  # fmt: skip
    elif limit is not None and found.histories > limit:
        words = f"the limit is {limit:,}"
    else:
        return found
    advised = estimated(rules, advice=True, progress=progress)
    raise TooLarge(f"the game has {said(found.histories)} histories; {words}", advised.advice)


def said(count: float) -> str:
    """A number that a person can take in, however large."""
    if count < 1e12:
        return f"{count:,}" if isinstance(count, int) else f"{count:,.1f}"
    mantissa, _, exponent = f"{count:.1e}".partition("e")
    return f"about {mantissa} x 10^{int(exponent)}"


def free_memory() -> int:
    """Bytes of memory that are free, as the system says; 4 GB where it does not."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 4 << 30


class _Count:
    def __init__(self, rules: Rules, progress: Progress | None) -> None:
        self.rules = rules
        self.progress = progress
        self.table: Rows = rules.columns.table()
        self.nodes = 0.0
        self.ends = 0.0
        self.largest = 0
        self.room = free_memory() // 2
        self.most = min(MOST_STATES, self.room // 2 // (8 * len(rules.columns) + 64))

    def run(self, rounds: int, skipped: frozenset[str]) -> tuple[int, int]:
        """(nodes at which somebody moves, ends)"""
        values, count = start_rows(self.rules), np.ones(1)
        for draw in root_draws(self.rules):
            menu = draw.menu(values)
            self.nodes += count.sum()
            values, count = menu.values, count[menu.row]
        state, count = self._merged(self.table.add(values), count)
        state, count = self._left(state, count, 1, None)
        for number in range(1, rounds + 1):
            for turn in self.rules.turns:
                if number in turn.rounds and turn.id not in skipped and len(state):
                    check(self.progress)
                    state, count = self._turn(turn, state, count, number)
                    self.largest = max(self.largest, len(state))
                    self._bounded()
        self.ends += count.sum()
        return _whole(self.nodes), _whole(self.ends)

    def _bounded(self) -> None:
        # Numbers that never come back to a value make as many states as histories.
        # A game that can't be held anyway need not be counted to the end where that is slow.
        hopeless = self.nodes * BYTES > self.room and len(self.table) > SLOW_STATES
        if hopeless or len(self.table) > self.most:
            raise self._too_many()

    def _too_many(self) -> TooLarge:
        nodes = self.nodes * axis_profiles(self.rules)
        return TooLarge(
            f"the game has more than {said(int(min(nodes, 1e300)))} histories, in more than "
            f"{len(self.table):,} distinct states; they would take more than "
            f"{said(self.nodes * BYTES / 1e9)} GB",
            [
                f"give {name} levels or a range: as a number it takes ever new values"
                for name, variable in self.rules.names.variables.items()
                if variable.kind == "number"
            ]
            or ["fewer or shorter ranges, fewer turns or fewer rounds make fewer states"],
        )

    def _turn(self, turn: TurnRule, state: Int32, count: Float, number: int) -> tuple[Int32, Float]:
        before = self.table.table[state]
        plays = stepping.played(self.rules, turn, before, number)
        idle_state, idle_count = state[~plays], count[~plays]
        before, count = before[plays], count[plays]
        if not len(before):
            return idle_state, idle_count
        own: Int32 | None = None
        if turn.parts:
            picks: list[Int32] = []
            if len(before) * prod(len(part.menu) for part in turn.parts) > 4 * self.most:
                raise self._too_many()  # before the memory is asked for
            for part in turn.parts:
                self.nodes += count.sum()
                options = stepping.branches(self.rules, part, before, number)
                picks = [p[options.row] for p in picks] + [options.move]
                before, count = before[options.row], count[options.row]
            after, own = stepping.followed(self.rules, turn, before, picks, number)
        else:
            after = stepping.drifted(self.rules, turn, before, number)
        state, count = self._left(self.table.add(after), count, number, own)
        return self._merged(
            np.concatenate([idle_state, state]), np.concatenate([idle_count, count])
        )

    def _left(
        self, state: Int32, count: Float, number: int, own: Int32 | None
    ) -> tuple[Int32, Float]:
        over = stepping.ended(self.rules, self.table.table[state], number, own) >= 0
        self.ends += count[over].sum()
        return state[~over], count[~over]

    @staticmethod
    def _merged(state: Int32, count: Float) -> tuple[Int32, Float]:
        found, place = np.unique(state, return_inverse=True)
        total = np.bincount(place, count, minlength=len(found))
        return found, total.astype(np.float64, copy=False)


def _whole(count: float) -> int:
    return int(count) if np.isfinite(count) else 1 << 62
