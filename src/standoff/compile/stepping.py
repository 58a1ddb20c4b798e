"""One turn played on the table of distinct states: what is open, what follows, what ends play.

Everything here works on rows of states, never on histories: the tree is unrolled by gathering.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.compile.known import known_zero
from standoff.compile.rules import PartRule, Rules, TurnRule
from standoff.compile.scene import Scene
from standoff.scenario.expressions import Expr

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Int32 = NDArray[np.int32]


@dataclass(frozen=True)
class Branches:
    """The open moves of one part on a table of rows: row-major, in menu order."""

    open: Bool  # [rows, moves]
    row: Int32  # [branches] row of the table
    move: Int32  # [branches] place in the menu
    start: Int32  # [rows + 1] branches of a row


def played(rules: Rules, turn: TurnRule, states: Float, number: int) -> Bool:
    """[rows] whether the turn is played."""
    if turn.when is None:
        return np.ones(len(states), dtype=np.bool_)
    return Scene(rules, states, number).truth(turn.when)


def branches(rules: Rules, part: PartRule, states: Float, number: int) -> Branches:
    """What is open to a part's actor. Raises `ScenarioError` where nothing is."""
    scene = Scene(rules, states, number)
    is_open = np.ones((len(states), len(part.menu)), dtype=np.bool_)
    for place, act in enumerate(part.menu):
        if act.guard is not None:
            is_open[:, place] = scene.truth(act.guard)
    if part.player < 0:
        _close_impossible(rules, part, scene, is_open)
    none = np.flatnonzero(~is_open.any(axis=1))
    if len(none):
        where = rules.names.place(part.path)
        raise where.fail(
            "no-open-move",
            f"{part.actor} has no open move in round {number}",
            found="the state " + rules.columns.describe(states[none[0]]),
            expected="a move without `when:`, or a `when:` on the turn that skips it",
        )
    row, move = np.nonzero(is_open)
    start = np.zeros(len(states) + 1, dtype=np.int32)
    np.cumsum(is_open.sum(axis=1), out=start[1:])
    return Branches(is_open, row.astype(np.int32), move.astype(np.int32), start)


def _close_impossible(rules: Rules, part: PartRule, scene: Scene, is_open: Bool) -> None:
    """Close the outcomes whose odds are zero whatever the parameters."""
    fixed_sum = np.zeros(len(scene))
    for place, act in enumerate(part.menu):
        if act.odds is not None:
            zero, value = known_zero(rules, act.odds, scene)
            is_open[:, place] &= ~zero
            fixed_sum += np.where(is_open[:, place], value, 0.0)
    for place, act in enumerate(part.menu):
        if act.rest:  # nan where the others are uncertain
            is_open[:, place] &= ~(np.abs(1.0 - fixed_sum) < 1e-12)


def drifted(rules: Rules, turn: TurnRule, states: Float, number: int) -> Float:
    """The states after a drift."""
    out = states.copy()
    _apply(rules, turn.drift, Scene(rules, states, number), out, None)
    return out


def followed(
    rules: Rules, turn: TurnRule, states: Float, picks: list[Int32], number: int
) -> tuple[Float, Int32]:
    """The states after each part's pick (place in its menu) took effect in listed order, and the
    ending that the moves themselves bring about (-1 where none).
    """
    out = states.copy()
    ending = np.full(len(states), -1, dtype=np.int32)
    for part, pick in zip(turn.parts, picks, strict=True):
        for place, act in enumerate(part.menu):
            if not act.then and act.ends < 0:
                continue
            rows = np.flatnonzero(pick == place)
            if not len(rows):
                continue
            if act.then:
                _apply(rules, act.then, Scene(rules, out[rows], number), out, rows)
            if act.ends >= 0:
                ending[rows] = np.where(ending[rows] < 0, act.ends, ending[rows])
    return out, ending


def _apply(
    rules: Rules,
    then: tuple[tuple[int, Expr, str], ...],
    scene: Scene,
    out: Float,
    rows: NDArray[np.intp] | None,
) -> None:
    # All right-hand sides see the scene, which is a copy: `out` may change under way.
    for place, expr, path in then:
        column = rules.columns.all[place]
        raw = scene.value(expr)
        values, bad = column.settled(raw)
        if len(bad):
            raise rules.names.place(path).fail(
                "state-out-of-range",
                f"{column.name} would become what it can't hold",
                found=f"{column.text(float(raw[bad[0]]))} in the state "
                + rules.columns.describe(scene.states[bad[0]]),
                expected=column.holds + (", or `overflow: clip`" if column.count else ""),
            )
        if rows is None:
            out[:, place] = values
        else:
            out[rows, place] = values


def ended(rules: Rules, states: Float, number: int, own: Int32 | None = None) -> Int32:
    """[rows] the ending that holds: a move's own, else the first whose condition is true, or -1."""
    found = np.full(len(states), -1, dtype=np.int32) if own is None else own.copy()
    if not rules.ends or not len(states):
        return found
    scene = Scene(rules, states, number)
    for end in rules.ends:
        found[(found < 0) & scene.truth(end.when)] = end.ending
    return found
