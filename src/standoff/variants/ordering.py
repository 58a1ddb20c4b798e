"""Turns of one round the other way about, where nothing that is written fixes their order.

What comes first in a round can't depend on what comes second. Often the order was the author's
pen. It is free where nothing dates it, and where neither turn reads what the other sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from standoff.compile.compiled import Compiled
from standoff.compile.rules import TurnRule
from standoff.scenario.dates import When, calendar
from standoff.scenario.expressions import Expr, Variable, leaves
from standoff.scenario.models import Scenario


def swapped(scenario: Scenario, one: str, two: str) -> Scenario:
    """The scenario with two turns in each other's place."""
    ids = [turn.id for turn in scenario.turns]
    turns = list(scenario.turns)
    a, b = ids.index(one), ids.index(two)
    turns[a], turns[b] = turns[b], turns[a]
    return scenario.model_copy(update={"turns": tuple(turns)})


def free_order(compiled: Compiled) -> list[tuple[str, str]]:
    """Neighboring turns whose order nothing fixes, in the order of play.

    Both are played in some history, in one round, and somebody chooses in one of them. Not free are
    turns of which one reads a variable (in a condition, odds, a rate, an effect) that the other
    sets, or both set one; that both give an hour (`at:`); or of which the record says, in some
    round, which came first. Whether the record can be kept is seen when the change is solved.
    """
    turns = compiled.rules.turns
    return [
        (a.id, b.id)
        for a, b in pairwise(turns)
        if _choice(a, b)
        and not (a.model.at and b.model.at and a.model.at != b.model.at)
        and not _entangled(a, b)
        and not _dated(compiled.scenario, a.id, b.id)
        and _meet(compiled, a.id, b.id)
    ]


def _choice(a: TurnRule, b: TurnRule) -> bool:
    """Whether both are acts and one of them is somebody's choice: order tells nothing else."""
    if not (a.parts and b.parts) or not a.rounds & b.rounds:
        return False
    return any(part.player >= 0 for turn in (a, b) for part in turn.parts)


def _entangled(a: TurnRule, b: TurnRule) -> bool:
    reads_a, sets_a = _touches(a)
    reads_b, sets_b = _touches(b)
    return bool(sets_a & (reads_b | sets_b) or sets_b & reads_a)


def _touches(turn: TurnRule) -> tuple[set[str], set[str]]:
    """Variables that a turn reads and those that it sets."""
    exprs: list[Expr | None] = [turn.when]
    sets: set[str] = set()
    for part in turn.parts:
        for act in part.menu:
            exprs += [act.guard, act.odds, act.rate, *(expr for _, expr, _ in act.then)]
            sets.update(act.model.then)
    reads = {
        leaf.name
        for e in exprs
        if e is not None
        for leaf in leaves(e)
        if isinstance(leaf, Variable)
    }
    return reads, sets


def _dated(scenario: Scenario, a: str, b: str) -> bool:
    """Whether the record has both in one round at moments that can be told apart."""
    clock = calendar(scenario.clock)

    def moments(turn: str) -> Iterator[tuple[int | None, When]]:
        for item in scenario.record:
            named = item.move[0].split(".")[1] if item.move else (item.unknown or "").split(".")[-1]
            if named == turn and item.at is not None:
                at = clock.moment(item.at)
                yield clock.round_of(at), at

    return any(
        r == s and (one.last < two.first or two.last < one.first)
        for r, one in moments(a)
        for s, two in moments(b)
    )


def _meet(compiled: Compiled, a: str, b: str) -> bool:
    """Whether some history plays the second turn right after the first in one round."""
    game = compiled.game
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
    turn_of = np.array([step.turn for step in compiled.steps] + [""])
    round_of = np.array([step.round for step in compiled.steps] + [0])
    here = np.flatnonzero(turn_of[level] == b)
    here = here[game.parent[here] >= 0]
    above = level[game.parent[here]]
    return bool(((turn_of[above] == a) & (round_of[above] == round_of[level[here]])).any())
