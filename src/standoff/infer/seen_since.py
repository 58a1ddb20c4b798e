"""What the desk has seen since the present, whatever it has not been told of what came before.

`Compiled.node_seen` numbers sights from the start of play. Before the present, what the desk knows
is the record: of a step that the record leaves open the desk has not seen the outcome, though the
rules let it be seen. So histories that the record leaves share a sight where the same was seen
after the present, move by move and value by value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.infer.reach import Part, part

if TYPE_CHECKING:
    from standoff.compile.compiled import Compiled

Int = NDArray[np.intp]


def seen_since(compiled: Compiled, below: Part, viewer: str, through: int | None = None) -> Int:
    """[n] a number for what a viewer has seen on the way from where a part is entered to each of
    its nodes; equal numbers mean equal sights. Where the part is entered nothing has been seen: 0.
    Moves that show as the next round begins do so up to a round, where one is named.
    """
    game = compiled.game
    seen = compiled.node_seen[compiled.viewers.index(viewer)]
    now, later = _tokens(compiled, viewer)
    values = _visible(compiled, viewer)
    round_of = _rounds(compiled)
    # Of moves made together, and of those that show a round later, until they show.
    label, pending, coming = np.zeros((3, len(below.nodes)), dtype=np.intp)
    used = 0
    for child, up in _by_level(below):
        node = below.nodes[child]
        parent, edge = game.parent[node], game.parent_edge[node]
        act = compiled.edge_act[edge]
        label[child], pending[child], coming[child] = label[up], pending[up], coming[up]
        used = _add(pending, child, now[act], used)
        used = _add(coming, child, later[act], used)
        rows = np.flatnonzero(seen[node] != seen[parent])
        turned = round_of[node[rows]] > round_of[parent[rows]]
        if through is not None:
            turned &= round_of[node[rows]] <= through
        before = values[compiled.node_state[parent[rows]]]
        middle = values[compiled.edge_state[edge[rows]]]
        after = values[compiled.node_state[node[rows]]]
        child = child[rows]
        keys = np.column_stack([
            label[child], pending[child], np.where(turned, coming[child], 0),
            np.where(before != middle, middle, 0), np.where(middle != after, after, 0),
        ])  # fmt: skip
        shown = keys[:, 1:].any(axis=1)
        used = _number(label, child[shown], used, keys[shown])
        pending[child] = 0
        coming[child[turned]] = 0
    return label


def shows_later(compiled: Compiled, viewer: str) -> bool:
    """Whether a viewer sees some moves only as the next round begins."""
    return bool(_tokens(compiled, viewer)[1].any())


def seen_by_now(compiled: Compiled, viewer: str, through: int) -> Int:
    """[N] a number for all that a player has seen since the start, its own type among it where that
    stands in the tree; what shows as the next round begins does so up to a round.
    """
    game = compiled.game
    whole = np.array(compiled.node_seen[compiled.viewers.index(viewer)], dtype=np.intp)
    if not shows_later(compiled, viewer):
        return whole
    # At the first turn it has seen what was drawn before; from there on, move by move.
    level = np.repeat(np.arange(len(game.level_start) - 1), np.diff(game.level_start))
    begun = next(i for i, step in enumerate(compiled.steps) if step.turn)
    source = (level >= begun) & ((game.parent < 0) | (level[game.parent] < begun))
    below = part(game, level >= begun, source)
    drawn = whole[below.nodes]
    for hop in below.hops:
        drawn[hop.child] = drawn[hop.parent]
    label = seen_since(compiled, below, viewer, through)
    _, place = np.unique(np.column_stack([drawn, label]), axis=0, return_inverse=True)
    whole[below.nodes] = place.reshape(-1)
    return whole


def _by_level(below: Part) -> list[tuple[Int, Int]]:
    """The nodes of a part that are not entered from outside, with those above them (places in the
    part), level by level of those.
    """
    game = below.game
    entered = np.zeros(len(below.nodes), dtype=bool)
    entered[below.source] = True
    child = np.flatnonzero(~entered)
    up = below.place[game.parent[below.nodes[child]]].astype(np.intp)
    level = np.searchsorted(game.level_start, below.nodes[up], side="right")
    return [(child[level == at], up[level == at]) for at in np.unique(level)]


def _add(held: Int, at: Int, token: Int, used: int) -> int:
    """Add a token, where there is one, to what is held at some places; numbers used up."""
    some = np.flatnonzero(token > 0)
    return _number(held, at[some], used, np.column_stack([held[at[some]], token[some]]))


def _number(out: Int, at: Int, used: int, keys: Int) -> int:
    """Number distinct rows of `keys` from `used` on, at some places of `out`; numbers used up."""
    if not len(at):
        return used
    found, place = np.unique(keys, axis=0, return_inverse=True)
    out[at] = used + 1 + place.reshape(-1)
    return used + len(found)


def _tokens(compiled: Compiled, viewer: str) -> tuple[Int, Int]:
    """[acts + 1] what a viewer sees of each act as it is made, and a round later; 0 for nothing.
    The last is that of a draw at the root.
    """
    rules = compiled.rules
    now, later = np.zeros((2, len(compiled.acts) + 1), dtype=np.intp)
    texts: dict[str, int] = {}
    for turn in rules.turns:
        for each in turn.parts:
            for act in each.menu:
                sight = rules.eyes.move(act.id, act.model, each.actor, turn.model.turn_seen, viewer)
                if sight.now is not None:
                    now[act.row] = texts.setdefault(sight.now, len(texts) + 1)
                later[act.row] = act.row + 1 if sight.later else 0
    return now, later


def _visible(compiled: Compiled, viewer: str) -> Int:
    """[S, variables that a viewer sees] a number from 1 for the value in each state."""
    eyes, variables = compiled.rules.eyes, compiled.scenario.state.values()
    seen = [place for place, each in enumerate(variables) if eyes.variable(each, viewer)]
    out = np.zeros((len(compiled.states), len(seen)), dtype=np.intp)
    for column, place in enumerate(seen):
        out[:, column] = 1 + np.unique(compiled.states[:, place], return_inverse=True)[1]
    return out


def _rounds(compiled: Compiled) -> Int:
    """[N] the round in which each node's turn is played, or in which play ended."""
    game = compiled.game
    steps = np.array([step.round for step in compiled.steps] + [0], dtype=np.intp)
    out = steps[np.searchsorted(game.level_start, np.arange(game.n_nodes), side="right") - 1]
    out[game.end_nodes] = compiled.end_round
    return out
