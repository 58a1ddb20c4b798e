"""Inference against plain enumeration of all histories, on random scenarios with random records."""

from __future__ import annotations

import numpy as np
import pytest
from enumerate import mean, share
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_records import Case, cases

from standoff.infer.belief import by_type
from standoff.infer.likelihood import item_mass
from standoff.infer.views import types_of

FEW = settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    ],
)


def state_at(case: Case, h, name: str, number: int) -> float:
    compiled = case.compiled
    row = compiled.round_state[number - 1, h.end]
    return float(compiled.states[row, compiled.state_names.index(name)])


def events(case: Case):
    """Queries with the same thing in Python."""
    compiled, anchor = case.compiled, case.anchor
    scenario, rounds = compiled.scenario, len(compiled.round_state)
    found = []
    for actor in scenario.actors:
        for label in types_of(compiled, actor):
            found.append((f"{actor} is {label}", lambda h, a=actor, t=label: h.types[a] == t))
    for act in compiled.acts:
        turn, move, name = act.turn, act.move, act.name
        if act.actor not in scenario.actors:
            continue
        found += [
            (
                f"{act.actor} did {turn}.{move}",
                lambda h, n=name: any(a == n and i < anchor for i, a in h.acts.items()),
            ),
            (
                f"{act.actor} will {turn}.{move}",
                lambda h, n=name: any(a == n and i >= anchor for i, a in h.acts.items()),
            ),
            (
                f"{act.actor} ever {turn}.{move} by round {rounds}",
                lambda h, n=name: n in h.acts.values(),
            ),
        ]
    for ending in ("time", "boom", "quit"):
        found.append((f"ending is {ending}", lambda h, e=ending: h.ending == e))
    for name in scenario.state:
        variable = compiled.names.variables[name]
        if variable.kind == "boolean":
            text, test = name, lambda x: x > 0.5
        elif variable.kind == "levels":
            continue
        else:
            text, test = f"{name} > 0", lambda x: x > 0
        first = compiled.steps[anchor].round if anchor < len(compiled.steps) else 1
        first = max(first, 1)
        found += [
            (
                f"({text}) at round 1" if " " in text else f"{text} at round 1",
                lambda h, n=name, c=test: c(state_at(case, h, n, 1)),
            ),
            (text, lambda h, n=name, c=test: c(state_at(case, h, n, rounds))),
            (
                f"{text} by round {rounds}",
                lambda h, n=name, c=test, f=first: any(
                    c(state_at(case, h, n, r)) for r in range(f, rounds + 1)
                ),
            ),
            (
                f"{text} through round {rounds}",
                lambda h, n=name, c=test, f=first: all(
                    c(state_at(case, h, n, r)) for r in range(f, rounds + 1)
                ),
            ),
        ]
    return [(t.replace("(", "").replace(")", "") if " at " in t else t, e) for t, e in found]


@FEW
@given(cases(), st.data())
def test_probabilities(case, data):
    assert case.inference.present == case.anchor
    pairs = case.pairs()
    known = events(case)
    for text, event in data.draw(st.lists(st.sampled_from(known), min_size=3, max_size=6)):
        got = case.inference.ask(f"P({text})")
        assert got.value == pytest.approx(share(pairs, event), abs=1e-9)
        if got.observed is not None:
            assert got.value == pytest.approx(float(got.observed))
    (text, event), (given_text, condition) = (data.draw(st.sampled_from(known)) for _ in range(2))
    if sum(w for t, ws in pairs for h, w in zip(t.histories, ws, strict=True) if condition(h)) > 0:
        got = case.inference.ask(f"P({text} | {given_text})")
        assert got.value == pytest.approx(share(pairs, event, condition), abs=1e-9)
        got = case.inference.ask(f"prior P({text} | {given_text})")
        assert got.value == pytest.approx(share(case.pairs(prior=True), event, condition), abs=1e-9)
        # Law of total probability.
        parts = 0.0
        for sign in (given_text, f"not ({given_text})"):
            weight = case.inference.ask(f"P({sign})").value
            if weight > 0:
                parts += weight * case.inference.ask(f"P({text} | {sign})").value
        assert parts == pytest.approx(case.inference.ask(f"P({text})").value, abs=1e-9)


@FEW
@given(cases())
def test_likelihood_of_the_record(case):
    got = case.inference.measure().total()
    for variant, (_, weights) in enumerate(case.pairs()):
        assert got[variant] == pytest.approx(sum(weights), rel=1e-9)
    assert sum(p.value for p in case.inference.endings().values()) == pytest.approx(1.0)


@FEW
@given(cases(), st.data())
def test_points_of_view(case, data):
    """Each actor believes by its own sights alone; its beliefs average to the desk's where the
    desk's record makes no difference to what it saw."""
    compiled = case.compiled
    actor = data.draw(st.sampled_from(compiled.game.players))
    types = types_of(compiled, actor) or ("",)
    viewer = compiled.viewers.index(actor)
    pairs = case.pairs()

    def group(h):
        return (int(compiled.node_seen[viewer, h.at(case.anchor)]), h.types.get(actor, ""))

    text, event = data.draw(st.sampled_from(events(case)))
    desk = dict.fromkeys(types, 0.0)
    answers = {}
    for label in types:
        top = bottom = 0.0
        for game, weights in pairs:
            told: dict = {}
            for h, w in zip(game.histories, weights, strict=True):
                if h.types.get(actor, "") == label and w > 0:
                    told[group(h)] = told.get(group(h), 0.0) + w
            for key, weight in told.items():
                here = [h for h in game.histories if group(h) == key]
                everything = sum(h.probability for h in here)
                top += weight * sum(h.probability for h in here if event(h)) / everything
                bottom += weight
        desk[label] = bottom
        if bottom > 0:
            view = f"{actor}.{label}" if label else actor
            answers[label] = case.inference.ask(f"P({text})", view=view).value
            assert answers[label] == pytest.approx(top / bottom, abs=1e-9)


@FEW
@given(cases(), st.data())
def test_forced_moves(case, data):
    compiled = case.compiled
    game = compiled.game
    players = [a for a in compiled.acts if a.actor in game.players]
    assume(players)
    act = data.draw(st.sampled_from(players))
    open_ = {}
    for n in range(game.n_nodes):
        edges = range(int(game.edge_start[n]), int(game.edge_start[n + 1]))
        hits = [
            e
            for e in edges
            if compiled.edge_act[e] >= 0 and compiled.acts[compiled.edge_act[e]].name == act.name
        ]
        if hits:
            open_[n] = hits

    def forced(node, level, edge):
        if level < case.anchor or node not in open_:
            return None
        at = int(game.parent[node])
        while at >= 0 and case.twins[0].level_of[at] >= case.anchor:
            if at in open_:
                return None
            at = int(game.parent[at])
        return 1.0 / len(open_[node]) if edge in open_[node] else 0.0

    reachable = any(
        any(n in open_ and level >= case.anchor for n, level in zip(h.nodes, h.levels, strict=True))
        for t, ws in case.pairs()
        for h, w in zip(t.histories, ws, strict=True)
        if w > 0
    )
    assume(reachable)
    for twin in case.twins:
        twin.forced = forced
        twin.build()
    pairs = case.pairs()
    for text, event in data.draw(st.lists(st.sampled_from(events(case)), min_size=2, max_size=4)):
        got = case.inference.ask(f"P({text} | do({act.actor} {act.turn}.{act.move}))")
        assert got.value == pytest.approx(share(pairs, event), abs=1e-9)


@FEW
@given(cases(structure=False), st.data())
def test_expectations(case, data):
    actor = data.draw(st.sampled_from(case.compiled.game.players))
    # The twin pays a lottery's end the mean over its outcomes.
    known = [(t, e) for t, e in events(case) if t != "ending is boom"]
    text, condition = data.draw(st.sampled_from(known))
    pairs = case.pairs()
    got = case.inference.ask(f"E({actor})")
    assert got.value == pytest.approx(mean(pairs, lambda h: h.payoff[actor]), abs=1e-8)
    if sum(w for t, ws in pairs for h, w in zip(t.histories, ws, strict=True) if condition(h)) > 0:
        got = case.inference.ask(f"E({actor} | {text})")
        assert got.value == pytest.approx(
            mean(pairs, lambda h: h.payoff[actor], condition), abs=1e-8
        )


@FEW
@given(cases())
def test_diagnosticity(case):
    """Each item's mass before and after, by type, from weights cut off at its step."""
    compiled = case.compiled
    for one in case.inference.evidence.items:
        if one.kind != "move":
            continue
        mass = item_mass(case.inference, one)
        for actor in compiled.scenario.actors:
            types = types_of(compiled, actor)
            before = by_type(case.inference, actor, mass.nodes, mass.before)
            after = by_type(case.inference, actor, mass.nodes, mass.after)
            for v, twin in enumerate(case.twins):
                for t, label in enumerate(types):
                    told = [h for h in twin.histories if h.types[actor] == label]
                    early = sum(
                        h.probability
                        * twin.factor(h, case.as_of, case.anchor, {}, upto=one.steps[0])
                        for h in told
                    )
                    late = sum(
                        h.probability
                        * twin.factor(
                            h, case.as_of, case.anchor, {}, upto=one.steps[0], item=one.item
                        )
                        for h in told
                    )
                    assert before[t, v] == pytest.approx(early, rel=1e-9, abs=1e-15)
                    assert after[t, v] == pytest.approx(late, rel=1e-9, abs=1e-15)
    for each in case.inference.diagnosticity():
        for ratios in each.ratios.values():
            assert all(np.isnan(r.value) or r.value >= 0 for r in ratios.values())
