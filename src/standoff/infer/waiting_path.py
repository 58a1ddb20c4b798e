"""The way of an actor that goes on waiting: where it chooses, and which move there is to wait.

Waiting is the move marked `waits: true`; in a turn without one the move that leaves no trace
(`quiet: true`), if there is one; or the moves that are named. Of several that are open at once the
first as the scenario lists them is made; the rest are no moves to weigh it against, so that writing
it twice changes nothing. From the present on it is made at every choice where it is open; where
none is, the actor plays as solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.errors import Problem, ScenarioError, nearest
from standoff.infer.reach import Part, part

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]

Marked = Literal["waits", "quiet", "named"]


@dataclass(frozen=True, eq=False)
class WaitingPath:
    """Where an actor that has waited so far chooses between waiting and acting."""

    inference: Inference
    actor: str
    player: int
    marked: dict[str, Marked]  # turn -> by what its waiting move is known
    way: Part  # what the record leaves while the actor waits
    start: Float  # [sources of `way`, K, V] mass
    waits: Bool  # [acts] moves that wait
    wait_edge: Int32  # [N] edge of waiting at a node of `way` where it can wait, else -1
    weighs: Bool  # [N] nodes of `way` where it can wait, and act
    last: Int32  # [N] cell-action of the actor's last real choice before a node, -1 before any
    choice: Bool  # [N] the actor has more than one move

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """Steps at which it can wait, in order of play."""
        level = self.inference.evidence.histories.level
        return tuple(np.unique(level[self.weighs]).tolist())

    @cached_property
    def without(self) -> tuple[int, ...]:
        """Steps on the way at which it must choose and no move waits."""
        nodes = self.way.nodes
        bare = nodes[self.choice[nodes] & (self.wait_edge[nodes] < 0)]
        ahead = self.inference.evidence.histories.level[bare]
        return tuple(np.unique(ahead[ahead >= self.inference.present]).tolist())

    def nodes_at(self, step: int) -> Int32:
        """Where it chooses between waiting and acting at a step."""
        here = np.flatnonzero(self.weighs)
        at_step = self.inference.evidence.histories.level[here] == step
        found: Int32 = here[at_step].astype(np.int32)
        return found

    def cells_at(self, step: int) -> Int32:
        """Its cells at that step."""
        return np.unique(self.inference.compiled.game.cell[self.nodes_at(step)]).astype(np.int32)

    def next_choices(self, cells: Int32) -> Int32:
        """Nodes of its next choice after any move at some of its cells, ascending."""
        game = self.inference.compiled.game
        mine = np.zeros(len(game.cell_player) + 1, dtype=bool)
        mine[cells] = True
        owner = np.repeat(np.arange(len(game.cell_player)), np.diff(game.action_start))
        before = np.where(self.last >= 0, owner[np.maximum(self.last, 0)], -1)
        return np.flatnonzero(self.choice & mine[before]).astype(np.int32)


def waiting_path(inference: Inference, actor: str, named: Sequence[str] = ()) -> WaitingPath | None:
    """The way of an actor that waits from now on; None where it never can. `named` are waiting
    moves by `turn.move` or `actor.turn.move`, for turns in which nothing else says which they are
    (they come before what the scenario says).
    """
    compiled, game = inference.compiled, inference.compiled.game
    if actor not in game.players:
        return None
    player = game.players.index(actor)
    acts, marked = _waiting_acts(compiled, actor, named)
    width = np.diff(game.edge_start)
    choice = (game.actor == player) & (width > 1)
    waits = np.append(acts, False)[compiled.edge_act]
    edge = np.flatnonzero(waits)
    owner = np.repeat(np.arange(game.n_nodes), width)
    wait_edge = np.full(game.n_nodes, -1, dtype=np.int32)
    wait_edge[owner[edge[::-1]]] = edge[::-1]  # the first where several are open
    wait_edge[~choice] = -1

    nodes, mass = inference.standing(inference.present)
    keep = np.zeros(game.n_nodes, dtype=bool)
    keep[nodes] = True
    source = keep.copy()
    level = inference.evidence.histories.level
    wait_edge[level < inference.present] = -1
    above = np.maximum(game.parent, 0)
    can = (game.parent >= 0) & (wait_edge[above] >= 0)
    taken = game.parent_edge == wait_edge[above]
    for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        here = slice(int(start), int(stop))
        keep[here] |= keep[above[here]] & (taken[here] | ~can[here])
    wait_edge[~keep] = -1
    acting = np.bincount(owner[~waits], minlength=game.n_nodes) > 0
    weighs = (wait_edge >= 0) & acting
    if not weighs.any():
        return None
    forced = np.where(can & taken, 1.0, np.nan)
    way = part(game, keep, source, forced=forced)
    return WaitingPath(
        inference, actor, player, marked, way, mass, acts, wait_edge, weighs,
        _last_choice(compiled, player, choice), choice,
    )  # fmt: skip


def _waiting_acts(
    compiled: Compiled, actor: str, named: Sequence[str]
) -> tuple[Bool, dict[str, Marked]]:
    """[acts] whether an act is the actor's waiting, and by what it is known, by turn."""
    mine = [i for i, act in enumerate(compiled.acts) if act.actor == actor]
    known = {act.name: act.model for act in compiled.names.acts.values()}
    wanted = [n if n.count(".") == 2 else f"{actor}.{n}" for n in named]
    names = [compiled.acts[i].name for i in mine]
    for name in wanted:
        if name not in names and name.startswith(f"{actor}."):
            raise ScenarioError(Problem(
                "unknown-move", f"{actor} has no such move", found=name,
                expected="one of " + ", ".join(names), nearest=nearest(name, names),
            ))  # fmt: skip
    found = np.zeros(len(compiled.acts), dtype=bool)
    marked: dict[str, Marked] = {}
    signs: list[tuple[Marked, set[str]]] = [
        ("named", set(wanted)),
        ("waits", {n for n in names if known[n].waits}),
        ("quiet", {n for n in names if known[n].quiet}),
    ]
    for turn in dict.fromkeys(compiled.acts[i].turn for i in mine):
        menu = [i for i in mine if compiled.acts[i].turn == turn]
        for sign, those in signs:
            hit = [i for i in menu if compiled.acts[i].name in those]
            if hit and len(hit) < len(menu):
                found[hit] = True
                marked[turn] = sign
                break
    return found, marked


def _last_choice(compiled: Compiled, player: int, choice: Bool) -> Int32:
    """[N] cell-action of the player's last choice among several moves before each node, or -1."""
    game = compiled.game
    last = np.full(game.n_nodes, -1, dtype=np.int32)
    for start, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        here = slice(int(start), int(stop))
        up = game.parent[here]
        made = choice[up]
        last[here] = np.where(made, game.edge_action[game.parent_edge[here]], last[up])
    return last
