"""Prices asked for in questions against every history written out, on random scenarios with random
records."""

from __future__ import annotations

import math

import numpy as np
import pytest
from enumerate import Enumeration, History
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_records import cases
from test_against_enumeration import events

from standoff.infer.views import types_of

FEW = settings(
    derandomize=True, deadline=None, max_examples=15, suppress_health_check=list(HealthCheck)
)


def next_price(twin: Enumeration, h: History, actor: str, act: str, anchor: int) -> float | None:
    """The price at the first node of a history at which the move is open beside another."""
    compiled, game = twin.compiled, twin.game
    for node, level in zip(h.nodes, h.levels, strict=True):
        edges = range(int(game.edge_start[node]), int(game.edge_start[node + 1]))
        if level < anchor or len(edges) < 2 or game.actor[node] < 0:
            continue
        if game.players[game.actor[node]] != actor:
            continue
        named = [compiled.acts[compiled.edge_act[e]].name for e in edges]
        if act not in named:
            continue
        odds = twin.edge_odds(node, edges[named.index(act)], h.profile)
        precision = float(twin.payload.precision[twin.variant])
        return math.log((1 - odds) / odds) / precision
    return None


def told(pairs, mine, given) -> tuple[float, float]:
    """Mass times price, and mass."""
    top = bottom = 0.0
    for twin, weights in pairs:
        for h, w in zip(twin.histories, weights, strict=True):
            x = mine(twin, h)
            if w > 0 and x is not None and given(h):
                top, bottom = top + w * x, bottom + w
    return top, bottom


@FEW
@given(cases(), st.data())
def test_prices_under_conditions(case, data):
    compiled = case.compiled
    acts = [a for a in compiled.acts if a.actor in compiled.game.players]
    assume(acts)
    known = [e for e in events(case) if " is " in e[0] or "did" in e[0] or "will" in e[0]]
    pairs = case.pairs()
    asked = 0
    for act in acts:
        text, event = data.draw(st.sampled_from(known))
        kinds = types_of(compiled, act.actor)
        kind = data.draw(st.sampled_from(kinds)) if kinds else ""

        def mine(twin, h, a=act, t=kind):
            if t and h.types[a.actor] != t:
                return None
            return next_price(twin, h, a.actor, a.name, case.anchor)

        whose = f"{act.actor}.{kind}" if kind else act.actor
        for condition, holds in (("", lambda h: True), (f" | {text}", event)):
            top, bottom = told(pairs, mine, holds)
            if not bottom > 0:
                continue
            got = case.inference.ask(f"price({whose}, {act.turn}.{act.move}{condition})")
            assert got.value == pytest.approx(top / bottom, abs=1e-9)
            asked += 1
        if kinds and bottom > 0:  # types make up the whole
            base = np.array([
                told(pairs, lambda w, h, t=t, a=act: next_price(w, h, a.actor, a.name, case.anchor)
                     if h.types[a.actor] == t else None, event)
                for t in kinds
            ])  # fmt: skip
            got = case.inference.ask(f"price({act.actor}, {act.turn}.{act.move} | {text})")
            assert got.value == pytest.approx(base[:, 0].sum() / base[:, 1].sum(), abs=1e-9)
    assume(asked)


@FEW
@given(cases(), st.data())
def test_prices_as_an_actor_sees_it(case, data):
    """Histories weigh what the viewer believes, having seen what it may have seen."""
    compiled = case.compiled
    acts = [a for a in compiled.acts if a.actor in compiled.game.players]
    assume(acts)
    viewer = data.draw(st.sampled_from(compiled.game.players))
    kinds = types_of(compiled, viewer) or ("",)
    kind = data.draw(st.sampled_from(kinds))
    seen = compiled.node_seen[compiled.viewers.index(viewer)]

    def group(h):
        return int(seen[h.at(case.anchor)])

    def ours(h):
        return not kind or h.types[viewer] == kind

    pairs = []
    for twin, weights in case.pairs():
        told_, whole = {}, {}
        for h, w in zip(twin.histories, weights, strict=True):
            if ours(h):
                told_[group(h)] = told_.get(group(h), 0.0) + w
                whole[group(h)] = whole.get(group(h), 0.0) + h.probability
        pairs.append((twin, [
            told_[group(h)] * h.probability / whole[group(h)]
            if ours(h) and whole[group(h)] > 0 else 0.0
            for h in twin.histories
        ]))  # fmt: skip
    for act in acts:
        top, bottom = told(
            pairs,
            lambda w, h, a=act: next_price(w, h, a.actor, a.name, case.anchor),
            lambda h: True,
        )
        if bottom > 1e-12:
            view = f"{viewer}.{kind}" if kind else viewer
            got = case.inference.ask(f"price({act.actor}, {act.turn}.{act.move})", view=view)
            assert got.value == pytest.approx(top / bottom, abs=1e-9)


@FEW
@given(cases(), st.data())
def test_prices_with_a_move_forced(case, data):
    """`do` changes which histories count, and no price at any set."""
    compiled, game = case.compiled, case.compiled.game
    acts = [a for a in compiled.acts if a.actor in game.players]
    assume(acts)
    done = data.draw(st.sampled_from(acts))
    twin = case.twins[0]
    hits = {}
    for n in range(game.n_nodes):
        edges = range(int(game.edge_start[n]), int(game.edge_start[n + 1]))
        here = [e for e in edges if compiled.edge_act[e] >= 0
                and compiled.acts[compiled.edge_act[e]].name == done.name]  # fmt: skip
        if here and twin.level_of[n] >= case.anchor:
            hits[n] = here

    def forced(node, level, edge):
        if node not in hits:
            return None
        at = int(game.parent[node])
        while at >= 0:
            if at in hits:
                return None
            at = int(game.parent[at])
        return float(edge in hits[node])

    left = any(
        w > 0 and any(n in hits for n in h.nodes)
        for t, ws in case.pairs()
        for h, w in zip(t.histories, ws, strict=True)
    )
    assume(left)
    for each in case.twins:
        each.forced = forced
        each.build()
    pairs = case.pairs()
    for act in acts:
        top, bottom = told(
            pairs,
            lambda w, h, a=act: next_price(w, h, a.actor, a.name, case.anchor),
            lambda h: True,
        )
        if bottom > 1e-12:
            got = case.inference.ask(
                f"price({act.actor}, {act.turn}.{act.move} "
                f"| do({done.actor} {done.turn}.{done.move}))"
            )
            assert got.value == pytest.approx(top / bottom, abs=1e-9)
