"""What making a move brings each side, by pair of types, against every history written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_records import cases
from test_price_random import every

from standoff.infer.price_deals import moves_at_once
from standoff.infer.views import type_at, types_of

FEW = settings(
    derandomize=True, deadline=None, max_examples=15, suppress_health_check=list(HealthCheck)
)


def worth(twin, node: int, k: int, player: int) -> float:
    """What a player may expect on and after coming to a node, in stakes of its type."""
    game, payload = twin.game, twin.payload
    pair = int(game.type_start[player] + game.profile_type[k, player])
    row = game.payoff_row[node]
    found = float(payload.payoff[row, pair, twin.variant] / payload.stake[pair])
    for e in range(int(game.edge_start[node]), int(game.edge_start[node + 1])):
        found += twin.edge_odds(node, e, k) * worth(twin, int(game.child[e]), k, player)
    return found


@FEW
@given(cases(), st.data())
def test_what_a_move_brings_by_hand(case, data):
    compiled, game, inference = case.compiled, case.compiled.game, case.inference
    asked = [(c, data.draw(st.sampled_from(["", *game.players]))) for c in every(inference)]
    asked = [(c, other if other != c.actor else "") for c, other in asked][:3]
    assume(asked)
    found = moves_at_once(inference, asked, game.players, ())
    for (counter, other), move in zip(asked, found, strict=True):
        player = game.players.index(counter.actor)

        def named(edge):
            return compiled.acts[compiled.edge_act[edge]].name

        for v, (twin, weights) in enumerate(case.pairs()):
            mass: dict[tuple[int, int], float] = {}
            for h, w in zip(twin.histories, weights, strict=True):
                for node, level in zip(h.nodes, h.levels, strict=True):
                    edges = range(int(game.edge_start[node]), int(game.edge_start[node + 1]))
                    if level < case.anchor or game.actor[node] != player:
                        continue
                    hits = [e for e in edges if named(e) in counter.acts]
                    if w > 0 and hits and len(hits) < len(edges):
                        key = (node, h.profile)
                        mass[key] = mass.get(key, 0.0) + w
                        break
            shape = move.mass.shape[:2]
            total, made = np.zeros(shape), np.zeros(shape)
            change = np.zeros((len(game.players), *shape))
            for (node, k), m in mass.items():
                at = np.array([node], dtype=np.int32)
                t = int(type_at(compiled, counter.actor, at)[0, k])
                o = int(type_at(compiled, other, at)[0, k]) if other else 0
                edges = range(int(game.edge_start[node]), int(game.edge_start[node + 1]))
                odds = {e: twin.edge_odds(node, e, k) for e in edges}
                ours = [e for e in edges if named(e) in counter.acts]
                rest = [e for e in edges if e not in ours]
                total[t, o] += m
                made[t, o] += m * sum(odds[e] for e in ours)
                for x in range(len(game.players)):
                    sides = [
                        sum(odds[e] * worth(twin, int(game.child[e]), k, x) for e in side)
                        / sum(odds[e] for e in side)
                        for side in (ours, rest)
                    ]
                    change[x, t, o] += m * (sides[0] - sides[1])
            assert move.mass[..., v] == pytest.approx(total, abs=1e-12)
            assert move.made[..., v] == pytest.approx(made, abs=1e-12)
            assert move.change[..., v] == pytest.approx(change, abs=1e-9)
        assert len(move.types) == (len(types_of(compiled, counter.actor)) or 1)
