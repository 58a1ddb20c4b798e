"""A part of a game's tree, folded to what can be drawn.

The tree is solved at few variants. Nodes are taken from the root down, the likeliest first, until
there are as many as were asked for; what lies below is counted, and can be asked for in its turn.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.assess.ahead import ending_label
from standoff.assess.chain import Chain
from standoff.compile.compiled import Compiled
from standoff.errors import Problem, ScenarioError, nearest
from standoff.game.game import END
from standoff.infer.inference import Inference
from standoff.infer.reach import blocks, descend, part, whole
from standoff.infer.views import seen_by, types_of
from standoff.progress import Progress
from standoff.web.quick import solved
from standoff.web.tree_models import TreePart, TreePlayer
from standoff.web.tree_sight import told
from standoff.web.warm import Warm

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]
VARIANTS = 32
MOST_PRESENT = 50


@dataclass(frozen=True, eq=False)
class Masses:
    """How likely each node is, over all variants together, by type profile."""

    reach: Float  # [N, K] before anything was seen
    now: Float  # [N, K] given the record: of the histories that run through the node


def chain_of(
    warm: Warm, *, files: Mapping[str, str], settings: Mapping[str, str], as_of: str | None,
    variants: int, seed: int, progress: Progress | None = None,
) -> Chain:  # fmt: skip
    """The crisis that a tree is drawn of, at few variants."""
    base = warm.base(files, progress)
    return solved(
        warm, base, settings, as_of=as_of, variants=min(variants, VARIANTS), seed=seed,
        use="look", progress=progress,
    )  # fmt: skip


def tree(
    warm: Warm, *, crisis: Mapping[str, Any], root: int, most: int, depth: int, reach: float,
    as_: str, given: str, progress: Progress | None = None,
) -> TreePart:  # fmt: skip
    """A part of the tree, from a node down."""
    chain = chain_of(warm, **crisis, progress=progress)
    inference, compiled = chain.inference, chain.batch.compiled
    game = compiled.game
    in_tree(compiled, root)
    view = viewer(compiled, as_)
    masses = masses_of(inference, view)
    odds, now = masses.reach.sum(axis=1), masses.now.sum(axis=1)
    weight = now if given == "record" else odds
    shown, parent = _chosen(compiled, weight, root, most, depth, reach)
    rows = np.array(shown, dtype=np.int32)
    level = np.searchsorted(game.level_start, rows, side="right") - 1
    acts, labels = acts_of(compiled)
    turns = list(dict.fromkeys(step.turn for step in compiled.steps))
    ends = compiled.end_row[rows]
    below = _below(compiled)
    drawn = np.zeros(len(rows), dtype=np.int64)
    for place in range(len(rows) - 1, 0, -1):  # children stand behind their parents
        drawn[parent[place]] += drawn[place] + 1
    last = len(compiled.steps) - 1
    steps = [compiled.steps[min(int(one), last)] for one in level]
    stopped = game.actor[rows] == END
    present = _present(inference, now)
    return TreePart(
        scenario=compiled.scenario.id,
        players=[
            TreePlayer(
                id=name,
                label=compiled.scenario.actors[name].name or name,
                types=list(types_of(compiled, name)),
                labels=[
                    compiled.scenario.actors[name].types[t].label or t
                    for t in types_of(compiled, name)
                ],
            )
            for name in game.players
        ],
        acts=acts,
        labels=labels,
        turns=turns,
        turn_labels=[_turn_label(compiled, turn) for turn in turns],
        endings=list(compiled.endings),
        ending_labels=[ending_label(compiled.scenario, e) for e in compiled.endings],
        nodes_in_all=game.n_nodes,
        histories=game.histories,
        variants=inference.n_variants,
        view=as_,
        present=present,
        way=way_to(compiled, present[0]) if present else [],
        node=rows.tolist(),
        parent=parent,
        actor=game.actor[rows].tolist(),
        cell=game.cell[rows].tolist(),
        seen=_seen(compiled, view, rows),
        act=[edge_act(compiled, int(e)) for e in game.parent_edge[rows]],
        told=told(compiled, view[0] if view else None)[rows].tolist(),
        turn=[-1 if over else turns.index(step.turn)
              for step, over in zip(steps, stopped, strict=True)],
        round=[
            int(compiled.end_round[ends[i]]) if over else steps[i].round
            for i, over in enumerate(stopped)
        ],
        ending=[int(compiled.end_ending[e]) if e >= 0 else -1 for e in ends],
        odds=_ratio(odds[rows], odds[np.maximum(game.parent[rows], 0)], game.parent[rows] >= 0),
        reach=_rounded(odds[rows]),
        now=_rounded(now[rows]),
        hidden=(below[rows] - drawn).tolist(),
        children=np.diff(game.edge_start)[rows].tolist(),
    )  # fmt: skip


def in_tree(compiled: Compiled, node: int) -> None:
    """Raise `ScenarioError` where the game has no such node."""
    if node >= compiled.game.n_nodes:
        raise ScenarioError(
            Problem("no-node", f"the game has no node {node}",
                    expected=f"0 to {compiled.game.n_nodes - 1}")
        )  # fmt: skip


def viewer(compiled: Compiled, text: str) -> tuple[str, str] | None:
    """Whose eyes: (actor, type or nothing); None for the desk's."""
    if not text:
        return None
    actor, _, kind = text.partition(".")
    players = compiled.game.players
    if actor not in players:
        raise ScenarioError(
            Problem("unknown-actor", f"there is no player {actor!r}",
                    nearest=nearest(actor, players), expected="one of " + ", ".join(players))
        )  # fmt: skip
    kinds = types_of(compiled, actor)
    if kind and kind not in kinds:
        raise ScenarioError(
            Problem("unknown-type", f"{actor} has no type {kind!r}", nearest=nearest(kind, kinds))
        )
    return actor, kind


def masses_of(inference: Inference, view: tuple[str, str] | None) -> Masses:
    """How likely each node is. An actor of a type counts only the histories with its type before
    the record, and believes of the present what it can know.
    """
    compiled, game = inference.compiled, inference.compiled.game
    reach = _summed(inference, whole(game), inference.at_root[None])
    if view is not None and view[1]:
        from standoff.infer.views import type_at

        kinds = types_of(compiled, view[0])
        own = type_at(compiled, view[0], np.arange(game.n_nodes, dtype=np.int32))
        mine = own == kinds.index(view[1])
        axis = game.n_types[game.players.index(view[0])] > 1
        reach = reach * mine if axis else np.where(_root_types(compiled, mine), reach, 0.0)
    total = float(reach[game.end_nodes].sum())
    reach = reach / total if total > 0 else reach
    if view is not None and (view[1] or not types_of(compiled, view[0])):
        nodes, start = seen_by(inference, view[0], view[1])
    else:
        nodes, start = inference.standing(inference.present)
    keep = np.zeros(game.n_nodes, dtype=bool)
    keep[nodes] = True
    for begin, stop in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        keep[begin:stop] |= keep[game.parent[begin:stop]]
    source = np.zeros(game.n_nodes, dtype=bool)
    source[nodes] = True
    now = _summed(inference, part(game, keep, source), start)
    here = now[nodes]
    # The way that history has come: whatever stands below a node has run through it.
    at, mass = nodes.copy(), here
    while True:
        up = game.parent[at]
        going = up >= 0
        if not going.any():
            break
        at, mass = up[going], mass[going]
        np.add.at(now, at, mass)
    whole_now = float(here.sum())
    return Masses(reach, now / whole_now if whole_now > 0 else now)


def _root_types(compiled: Compiled, mine: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of a type that stands in the tree: its nodes, and those above the draw."""
    game = compiled.game
    above = np.ones(game.n_nodes, dtype=bool)
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        rooted = game.parent_edge[low:high] < len(compiled.edge_label)
        above[low:high] = above[game.parent[low:high]] & rooted
    return mine | above[:, None]


def _summed(inference: Inference, way: Any, start: Float) -> Float:
    """[N, K] mass of every node, over all variants together."""
    game = inference.compiled.game
    found = np.zeros((game.n_nodes, game.n_profiles))
    for block in blocks(way, inference.n_variants):
        mass = descend(
            way, inference.payload, inference.solution.strategy, start[:, :, block], block
        )
        found[way.nodes] += mass.sum(axis=2)
    return found


def _chosen(
    compiled: Compiled, weight: Float, root: int, most: int, depth: int, least: float
) -> tuple[list[int], list[int]]:
    """The nodes shown, parents first, with the place of each one's parent. The children of a node
    are shown together or not at all, but for those that are reached too seldom.
    """
    game = compiled.game
    shown, parent = [root], [-1]
    waiting: list[tuple[float, int, int, int]] = [(-float(weight[root]), root, 0, 0)]
    while waiting:
        _, node, place, level = heapq.heappop(waiting)
        if level >= depth:
            continue
        kids = game.child[game.edge_start[node] : game.edge_start[node + 1]]
        kids = kids[weight[kids] >= least]
        if len(shown) + len(kids) > most:
            continue
        for kid in kids.tolist():
            heapq.heappush(waiting, (-float(weight[kid]), kid, len(shown), level + 1))
            shown.append(kid)
            parent.append(place)
    return shown, parent


def _below(compiled: Compiled) -> NDArray[np.int64]:
    """[N] nodes below each."""
    game = compiled.game
    size = np.zeros(game.n_nodes, dtype=np.int64)
    starts = game.level_start
    for level in range(len(starts) - 2, 0, -1):
        low, high = int(starts[level]), int(starts[level + 1])
        np.add.at(size, game.parent[low:high], size[low:high] + 1)
    return size


def _present(inference: Inference, now: Float) -> list[int]:
    nodes, _ = inference.standing(inference.present)
    order = sorted(nodes.tolist(), key=lambda n: (-now[n], n))
    return order[:MOST_PRESENT]


def way_to(compiled: Compiled, node: int) -> list[int]:
    """Nodes from the root to a node, both included."""
    found = [node]
    while compiled.game.parent[found[-1]] >= 0:
        found.append(int(compiled.game.parent[found[-1]]))
    return found[::-1]


def acts_of(compiled: Compiled) -> tuple[list[str], list[str]]:
    """Everything that an edge may stand for, with words: acts, then draws at the root."""
    names = compiled.names
    acts = [act.name for act in compiled.acts]
    labels = []
    for act in compiled.acts:
        held = names.acts.get(act.name)
        labels.append(held.model.label if held and held.model.label else act.move.replace("_", " "))
    return [*acts, *compiled.edge_label], [*labels, *compiled.edge_label]


def edge_act(compiled: Compiled, edge: int) -> int:
    """Place of an edge in `acts_of`; -1 for none."""
    if edge < 0:
        return -1
    act = int(compiled.edge_act[edge])
    if act >= 0:
        return act
    return len(compiled.acts) + edge if edge < len(compiled.edge_label) else -1


def _turn_label(compiled: Compiled, turn: str) -> str:
    for one in compiled.scenario.turns:
        if one.id == turn:
            return one.label or turn.replace("_", " ")
    return turn.replace("_", " ")


def _seen(compiled: Compiled, view: tuple[str, str] | None, rows: Int32) -> list[int]:
    name = view[0] if view is not None else ""
    if name not in compiled.viewers:
        return [-1] * len(rows)
    found: list[int] = compiled.node_seen[compiled.viewers.index(name), rows].tolist()
    return found


def _ratio(part_: Float, all_: Float, where: NDArray[np.bool_]) -> list[float]:
    known = where & (all_ > 0)
    found = np.divide(part_, all_, out=np.where(where, 0.0, 1.0), where=known)
    return _rounded(found)


def _rounded(numbers: Float) -> list[float]:
    """Odds between 0 and 1, to ten digits: the last bits are rounding and would only be sent."""
    return [float(f"{min(max(x, 0.0), 1.0):.10g}") for x in numbers.tolist()]
