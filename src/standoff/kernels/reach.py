"""How likely play is to come to a node, by type profile and variant; and what an edge says, carried
from the root to every node.

Plain arrays in, plain arrays out; the variant axis is last and is worked through eight at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.kernels.compiling import kernel

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]

CHUNK = 64
"""Variants whose reach is held at once."""


@kernel
def _descend(parent, mover, entry, first, last, odds, strategy, n_types, type_start, reach, chance):  # type: ignore[no-untyped-def]  # fmt: skip
    """Fill `reach` [N, Q, W] and `chance` [N, W] for nodes in level order, variants first:last."""
    W = last - first
    Q = type_start[-1]
    for n in range(len(parent)):
        above = parent[n]
        if above < 0:
            for q in range(Q):
                for v in range(W):
                    reach[n, q, v] = 1.0
            for v in range(W):
                chance[n, v] = 1.0
            continue
        for q in range(Q):
            for v in range(W):
                reach[n, q, v] = reach[above, q, v]
        for v in range(W):
            chance[n, v] = chance[above, v]
        p = mover[n]
        row = entry[n]
        if p >= 0:
            for t in range(n_types[p]):
                q = type_start[p] + t
                for v in range(W):
                    reach[n, q, v] *= strategy[row + t, first + v]
        elif p == -1:
            for v in range(W):
                chance[n, v] *= odds[row, first + v]


@kernel
def _join(nodes, reach, chance, prior, profile_pair, first, out):  # type: ignore[no-untyped-def]
    """``out[z, k, first:] = prior * chance * product over players`` at the nodes asked for."""
    K, P = profile_pair.shape
    W = chance.shape[1]
    for z in range(len(nodes)):
        n = nodes[z]
        for k in range(K):
            for v in range(W):
                out[z, k, first + v] = prior[k, first + v] * chance[n, v]
            for p in range(P):
                q = profile_pair[k, p]
                for v in range(W):
                    out[z, k, first + v] *= reach[n, q, v]


@kernel
def _carry_max(parent, value):  # type: ignore[no-untyped-def]
    for n in range(len(parent)):
        if parent[n] >= 0 and value[parent[n]] > value[n]:
            value[n] = value[parent[n]]


@kernel
def _carry_min(parent, value):  # type: ignore[no-untyped-def]
    for n in range(len(parent)):
        if parent[n] >= 0 and value[parent[n]] < value[n]:
            value[n] = value[parent[n]]


@kernel
def _carry_sum(parent, value):  # type: ignore[no-untyped-def]
    for n in range(len(parent)):
        if parent[n] >= 0:
            value[n] += value[parent[n]]


@kernel
def _carry_product(parent, value):  # type: ignore[no-untyped-def]
    W = value.shape[1]
    for n in range(len(parent)):
        if parent[n] >= 0:
            for v in range(W):
                value[n, v] *= value[parent[n], v]


def node_reach(
    nodes: NDArray[np.integer[Any]],
    *,
    parent: Int32,
    parent_edge: Int32,
    actor: NDArray[np.int8],
    cell: Int32,
    edge_action: Int32,
    action_start: Int32,
    row_start: Int32,
    n_types: Int32,
    profile_type: Int32,
    odds: Float,
    prior: Float,
    strategy: Float,
) -> Float:
    """[len(nodes), K, V] probability of (profile, node), prior and chance included.

    Summed over profiles and over all ends it is one. Arrays are named as in `standoff.game.game`.
    Only what lies above the nodes asked for is walked.
    """
    V = prior.shape[1]
    wanted = np.zeros(len(parent), dtype=bool)
    wanted[nodes] = True
    line = np.unique(np.asarray(nodes))
    while len(line):  # one step up for all at once: as many steps as there are levels
        line = np.unique(parent[line])
        line = line[(line >= 0)]
        line = line[~wanted[line]]
        wanted[line] = True
    kept = np.flatnonzero(wanted)
    place = np.full(len(parent) + 1, -1, dtype=np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    above = parent[kept]
    mover = np.where(above >= 0, actor[above], -3).astype(np.int32)
    action = np.where(above >= 0, edge_action[parent_edge[kept]], 0)
    home = np.where(mover >= 0, cell[above], 0)
    width = n_types[np.maximum(mover, 0)]
    if len(action_start) > 1:
        row = row_start[home] + (action - action_start[home]) * width
        row = np.where(mover >= 0, row, action).astype(np.int32)
    else:
        row = action.astype(np.int32)
    type_start = np.concatenate([[0], np.cumsum(n_types)]).astype(np.int32)
    profile_pair = np.ascontiguousarray(profile_type + type_start[:-1], dtype=np.int32)
    out = np.empty((len(nodes), len(profile_type), V))
    reach = np.empty((len(kept), int(type_start[-1]), min(CHUNK, V)))
    chance = np.empty((len(kept), min(CHUNK, V)))
    for first in range(0, V, CHUNK):
        last = min(first + CHUNK, V)
        r = reach if last - first == reach.shape[2] else np.empty((*reach.shape[:2], last - first))
        c = chance if last - first == chance.shape[1] else np.empty((len(kept), last - first))
        _descend(
            place[above], mover, row, first, last, np.ascontiguousarray(odds),
            np.ascontiguousarray(strategy), n_types, type_start, r, c,
        )  # fmt: skip
        _join(place[nodes], r, c, np.ascontiguousarray(prior), profile_pair, first, out)
    return out


def end_reach(
    *,
    parent: Int32,
    parent_edge: Int32,
    actor: NDArray[np.int8],
    cell: Int32,
    edge_action: Int32,
    action_start: Int32,
    row_start: Int32,
    n_types: Int32,
    profile_type: Int32,
    odds: Float,
    prior: Float,
    strategy: Float,
) -> Float:
    """[Z, K, V] probability of (profile, end), prior included: `node_reach` at all ends."""
    return node_reach(
        np.flatnonzero(actor == -2), parent=parent, parent_edge=parent_edge, actor=actor,
        cell=cell, edge_action=edge_action, action_start=action_start, row_start=row_start,
        n_types=n_types, profile_type=profile_type, odds=odds, prior=prior, strategy=strategy,
    )  # fmt: skip


def propagate_any(parent: Int32, arrived: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[N] whether `arrived` ([N], a mark on the edge into each node) holds anywhere on the way."""
    value = np.array(arrived, dtype=np.int8)
    _carry_max(parent, value)
    return value.astype(bool)


def propagate_all(parent: Int32, arrived: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[N] whether `arrived` holds at every node on the way, the node itself included."""
    value = np.array(arrived, dtype=np.int8)
    _carry_min(parent, value)
    return value.astype(bool)


def propagate_min(parent: Int32, value: NDArray[Any]) -> NDArray[Any]:
    """[N] the smallest `value` on the way from the root, the node itself included."""
    result = np.array(value)
    _carry_min(parent, result)
    return result


def propagate_sum(parent: Int32, value: NDArray[Any]) -> NDArray[Any]:
    """[N] the sum of `value` on the way from the root, the node itself included."""
    result = np.array(value)
    _carry_sum(parent, result)
    return result


def propagate_product(parent: Int32, factor: Float) -> Float:
    """[N] or [N, V] the product of `factor` on the way from the root, the node itself included."""
    result = np.array(factor, dtype=np.float64)
    _carry_product(parent, result.reshape(len(result), -1))
    return result
