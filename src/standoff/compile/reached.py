"""What no history ever reaches: moves, turns, endings. Warnings, since an author means something
by each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem

if TYPE_CHECKING:
    from standoff.compile.unroll import Unrolling


def unreached(tree: Unrolling, outcomes: NDArray[np.int32]) -> tuple[Problem, ...]:
    """Warnings about what is written and can't happen."""
    return tuple(_unreached(tree, outcomes))


def _unreached(tree: Unrolling, outcomes: NDArray[np.int32]) -> Iterator[Problem]:
    rules = tree.rules

    def warning(code: str, message: str, path: str) -> Problem:
        place = rules.names.positions.key(path)
        written = rules.names.positions.written(path)
        return Problem(code, message, place, written, severity="warning")

    for turn in rules.turns:
        if turn.id not in tree.turned:
            yield warning("unreachable-turn", f"the turn {turn.id} is never played", turn.path)
            continue
        for part in turn.parts:
            for act in part.menu:
                if not tree.acted[act.row]:
                    name = rules.acts[act.row].name
                    yield warning("unreachable-move", f"{name} is never open", act.path)
    for name, actor in rules.scenario.actors.items():
        for kind, odds in (actor.prior.by_type if actor.prior else {}).items():
            if odds.value is not None and odds.value.strip() in ("0", "0.0"):
                path = f"actors.{name}.prior.{kind}"
                yield warning("unreachable-type", f"{name} is never {kind}: its odds are 0", path)
    reached = set(outcomes.tolist())
    for name, ending in rules.scenario.ends.items():
        place = rules.endings.index(name)
        if place in reached or name == "time":
            continue
        if ending.lottery and any(o in reached for o, _, _ in rules.lotteries[place]):
            continue
        yield warning("unreachable-ending", f"the ending {name} never comes about", f"ends.{name}")
