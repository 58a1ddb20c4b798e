"""From a history back to its moves, states and lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.compile.columns import TYPE
from standoff.compile.compiled import Compiled
from standoff.errors import Position
from standoff.game.game import CHANCE

Float = NDArray[np.float64]


@dataclass(frozen=True)
class WalkStep:
    """One edge of a history, or what changed by itself before it."""

    round: int  # 0 for draws at the root
    turn: str  # "" for draws at the root and for drifts
    actor: str
    act: str  # `actor.turn.move`, or the words of a draw; "" for a drift
    label: str
    forced: bool  # no other move was open
    chance: bool
    before: dict[str, str]  # only what changed
    after: dict[str, str]
    path: str  # key path, as the user wrote it
    position: Position | None


@dataclass(frozen=True)
class Walked:
    """A history in words."""

    node: int
    types: dict[str, str]  # kept as axes
    steps: tuple[WalkStep, ...]
    ending: str  # "" where play goes on
    weight: float = 1.0


def walk(compiled: Compiled, node: int, profile: int | None = None) -> list[WalkStep]:
    """The steps from the root to a node: what was done, what it changed, and where it is written.

    With a `profile` (of types kept as axes) the types come first, as draws.
    """
    game = compiled.game
    path: list[int] = []
    at = node
    while game.parent[at] >= 0:
        path.append(int(game.parent_edge[at]))
        at = int(game.parent[at])
    steps: list[WalkStep] = []
    if profile is not None:
        for player, kind in enumerate(game.profile_type[profile]):
            label = game.types[player][kind]
            if label:
                steps.append(_type(compiled, game.players[player], label))
    for edge in reversed(path):
        steps.extend(_steps(compiled, edge))
    return steps


def explain(compiled: Compiled, weights: NDArray[np.float64], count: int = 5) -> list[Walked]:
    """The likeliest histories under weights over ends: [Z] or, by type profile, [Z, K].

    Ties go to the earlier end.
    """
    table = weights[:, None] if weights.ndim == 1 else weights
    flat = table.ravel()
    order = np.argsort(-flat, kind="stable")[:count]
    found = []
    for place in order:
        if not flat[place] > 0:
            break
        end, profile = divmod(int(place), table.shape[1])
        node = int(compiled.game.end_nodes[end])
        chosen = None if weights.ndim == 1 else profile
        found.append(Walked(
            node,
            {} if chosen is None else types_of(compiled, chosen),
            tuple(walk(compiled, node, chosen)),
            compiled.endings[compiled.end_ending[end]],
            float(flat[place]),
        ))  # fmt: skip
    return found


def types_of(compiled: Compiled, profile: int) -> dict[str, str]:
    """Player -> type, of the types kept as axes."""
    game = compiled.game
    kinds = game.profile_type[profile]
    return {
        p: game.types[i][kinds[i]] for i, p in enumerate(game.players) if game.types[i] != ("",)
    }


def _type(compiled: Compiled, actor: str, kind: str) -> WalkStep:
    path = f"actors.{actor}.types.{kind}"
    label = compiled.scenario.actors[actor].types[kind].label or f"{actor} is {kind}"
    return WalkStep(0, "", actor, f"{actor} is {kind}", label, False, True, {}, {}, path,
                    compiled.names.positions.key(path))  # fmt: skip


def _steps(compiled: Compiled, edge: int) -> Iterator[WalkStep]:
    game = compiled.game
    child = int(game.child[edge])
    node = int(game.parent[child])
    level = int(np.searchsorted(game.level_start, node, side="right") - 1)
    step = compiled.steps[level]
    before = compiled.states[compiled.node_state[node]]
    after = compiled.states[compiled.edge_state[edge]]
    act = int(compiled.edge_act[edge])
    if act < 0:
        words = compiled.edge_label[edge]
        path = f"actors.{step.actor}.prior" if step.actor else "state"
        name, label, number = words, words, 0
    else:
        path, name, number = compiled.acts[act].path, compiled.acts[act].name, step.round
        label = compiled.names.acts[name].model.label or name
    changed = _changes(compiled, before, after)
    forced = int(game.edge_start[node + 1] - game.edge_start[node]) == 1
    yield WalkStep(
        number, step.turn, step.actor, name, label, forced, bool(game.actor[node] == CHANCE),
        *changed, compiled.names.positions.written(path), compiled.names.positions.key(path),
    )  # fmt: skip
    later = _changes(compiled, after, compiled.states[compiled.node_state[child]])
    if later[1]:
        yield WalkStep(step.round, "", "", "", "by itself", True, False, *later, "", None)


def _changes(
    compiled: Compiled, before: Float, after: Float
) -> tuple[dict[str, str], dict[str, str]]:
    columns = compiled.rules.columns.all
    places = np.flatnonzero(before != after)
    return (
        {columns[p].name.removeprefix(TYPE): columns[p].text(before[p]) for p in places},
        {columns[p].name.removeprefix(TYPE): columns[p].text(after[p]) for p in places},
    )
