"""What may be bargained with from the present on: proposals that can be made or accepted, and moves
that end the crisis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Step
from standoff.game.game import END
from standoff.infer.price import chosen, openings
from standoff.scenario.names import TIME

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Bool = NDArray[np.bool_]
Int32 = NDArray[np.int32]
Role = Literal["propose", "accept", "end", "move"]


@dataclass(frozen=True)
class Counter:
    """A bargaining counter of an actor: moves of one kind, at whatever turn they can be made."""

    actor: str
    what: str
    """As `price(actor, what)` names it: a proposal, or a move."""
    role: Role
    """It makes the proposal, accepts it, ends the crisis, or is whatever was asked for."""
    acts: tuple[str, ...]

    @property
    def id(self) -> str:
        """Its name among others."""
        return f"{self.actor}.{self.what}"


def counters(inference: Inference) -> tuple[Counter, ...]:
    """Whatever can still be proposed, accepted, or done to end the crisis, in the scenario's
    order.
    """
    compiled = inference.compiled
    names = compiled.names
    left = ahead(inference)
    found = []
    taken: set[str] = set()
    for id, proposal in names.scenario.proposals.items():
        for actor in (proposal.by, *proposal.to):
            if actor not in names.players:
                continue
            role: Role = "propose" if actor == proposal.by else "accept"
            meant = {f"propose_{id}", f"counter_{id}"} if role == "propose" else {f"accept_{id}"}
            acts = tuple(a.name for a in names.acts_of(actor) if a.move in meant)
            taken.update(acts)
            if acts and (openings(compiled, acts) & left).any():
                found.append(Counter(actor, id, role, acts))
    settled = _settled(inference)
    for actor in names.players:
        ending: dict[str, list[str]] = {}
        for act in names.acts_of(actor):
            if act.name not in taken and _ends(inference, act.name, left, settled):
                ending.setdefault(act.move, []).append(act.name)
        found += [Counter(actor, move, "end", tuple(acts)) for move, acts in ending.items()]
    return tuple(found)


def ahead(inference: Inference) -> Bool:
    """[N] nodes that the record leaves, from the present on."""
    keep = np.zeros(inference.compiled.game.n_nodes, dtype=bool)
    keep[inference.measure().part.nodes] = True
    return keep


def _ends(inference: Inference, act: str, left: Bool, settled: tuple[Bool, Bool]) -> bool:
    """Whether a move, wherever it is still open beside another, ends play at once, and not because
    the clock runs out.
    """
    compiled, game = inference.compiled, inference.compiled.game
    owner = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
    here = chosen(compiled, (act,)) & (openings(compiled, (act,)) & left)[owner]
    over, written = settled
    after = game.child[here]
    return bool(len(after)) and bool((over & written)[after].all())


def _settled(inference: Inference) -> tuple[Bool, Bool]:
    """[N] whether play that comes to a node ends there or with the others' part of the same turn,
    whatever that is (`together` is one moment); and whether it never ends there by the clock.
    """
    compiled, game = inference.compiled, inference.compiled.game
    over: Bool = game.actor == END
    written = np.zeros(game.n_nodes, dtype=bool)
    endings = np.array([name != TIME for name in compiled.endings])
    written[over] = endings[compiled.end_ending[compiled.end_row[over]]]
    moment = {name: i for i, name in enumerate(dict.fromkeys(map(_moment, compiled.steps)))}
    number = np.array([*(moment[_moment(step)] for step in compiled.steps), -1])
    level = inference.evidence.histories.level
    same = (game.parent >= 0) & (number[level] == number[level[np.maximum(game.parent, 0)]])
    for start, stop in zip(game.level_start[-2::-1], game.level_start[:0:-1], strict=True):
        node = np.arange(start, stop)
        node = node[same[node] & ~over[node]]
        if not len(node):
            continue
        count = np.diff(game.edge_start)[node]
        first = np.cumsum(count) - count
        edge = (game.edge_start[node] - first).repeat(count) + np.arange(count.sum())
        over[node] = np.logical_and.reduceat(over[game.child[edge]], first)
        written[node] = np.logical_and.reduceat(written[game.child[edge]], first)
    return over, written


def _moment(step: Step) -> tuple[str, int]:
    return step.turn, step.round
