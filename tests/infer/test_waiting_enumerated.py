"""The worth of waiting against every history written out, on random scenarios with random records:
the whole, what accrues, what may happen meanwhile; beliefs at information sets by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_records import cases

from standoff.compile.numbers import medians, stakes_of
from standoff.infer.events import outcome_rows
from standoff.infer.views import type_at, types_of
from standoff.infer.waiting import waiting
from standoff.scenario.dates import calendar

FEW = settings(
    derandomize=True, deadline=None, max_examples=12, suppress_health_check=list(HealthCheck)
)


class Plain:
    """One variant, by recursion."""

    def __init__(self, case, actor, waits, v):
        self.case, self.v, self.actor = case, v, actor
        self.inference, self.compiled = case.inference, case.compiled
        self.game, self.twin = case.compiled.game, case.twins[v]
        self.player = self.game.players.index(actor)
        self.waits = waits

    def edges(self, node):
        return range(int(self.game.edge_start[node]), int(self.game.edge_start[node + 1]))

    def name(self, edge):
        act = int(self.compiled.edge_act[edge])
        return self.compiled.acts[act].name if act >= 0 else ""

    def waiting(self, node):
        """The edge of waiting where there is a choice."""
        if self.game.actor[node] != self.player or len(self.edges(node)) < 2:
            return None
        hit = [e for e in self.edges(node) if self.name(e) in self.waits]
        return hit[0] if hit else None

    def acting(self, node):
        if self.waiting(node) is None:
            return []
        return [e for e in self.edges(node) if self.name(e) not in self.waits]

    def chooses(self, node):
        return self.game.actor[node] == self.player and len(self.edges(node)) > 1

    def earns(self, node, k):
        pair = int(self.game.type_start[self.player] + self.game.profile_type[k, self.player])
        pay = self.inference.payload
        return float(pay.payoff[self.game.payoff_row[node], pair, self.v] / pay.stake[pair])

    def worth(self, node, k):
        """Expected on and after arriving at a node."""
        found = self.earns(node, k)
        for e in self.edges(node):
            child = int(self.game.child[e])
            found += self.twin.edge_odds(node, e, k) * self.worth(child, k)
        return found

    def below(self, node, mass, k, out):
        """Nodes at which the actor comes to a choice, having waited, with their mass."""
        at = self.waiting(node) if self.twin.level_of[node] >= self.case.anchor else None
        out[(node, k)] = out.get((node, k), 0.0) + mass
        for e in self.edges(node):
            q = self.twin.edge_odds(node, e, k) if at is None else float(e == at)
            if q > 0:
                self.below(int(self.game.child[e]), mass * q, k, out)

    def others(self, node, k):
        """Odds of coming to a node as far as they are not the actor's."""
        q = float(self.inference.payload.prior[k, self.v])
        while self.game.parent[node] >= 0:
            up = int(self.game.parent[node])
            if self.game.actor[up] != self.player:
                q *= self.twin.edge_odds(up, int(self.game.parent_edge[node]), k)
            node = up
        return q

    def next(self, node, k, mass, path, out):
        """Where it chooses next or play stops, with what is done by others on the way and worth."""
        if self.chooses(node) or not len(self.edges(node)):
            rest = self.worth(node, k) - self.earns(node, k)
            out.append((mass, list(path), rest))
            return
        for e in self.edges(node):
            q = self.twin.edge_odds(node, e, k)
            if q > 0:
                self.next(int(self.game.child[e]), k, mass * q, [*path, e], out)


def kind_of(plain, node, k):
    return int(type_at(plain.compiled, plain.actor, np.array([node], dtype=np.int32))[0, k])


@FEW
@given(cases(), st.data())
def test_worth_by_hand(case, data):
    compiled, game, inference = case.compiled, case.compiled.game, case.inference
    actor = data.draw(st.sampled_from(game.players))
    turns = {}
    for act in compiled.acts:
        if act.actor == actor:
            turns.setdefault(act.turn, []).append(act.name)
    named = [data.draw(st.sampled_from(menu)) for menu in turns.values() if len(menu) > 1]
    assume(named)
    found = waiting(inference, actor, named=named, solve_again=0)
    assume(found is not None)
    types = types_of(compiled, actor) or ("",)
    stands, mass = inference.standing(inference.present)
    for v in range(inference.n_variants):
        plain = Plain(case, actor, set(named), v)
        reach: dict = {}
        for i, node in enumerate(stands):
            for k in range(game.n_profiles):
                if mass[i, k, v] > 0:
                    plain.below(int(node), float(mass[i, k, v]), k, reach)
        for at in found.at:
            here = {
                (n, k): m for (n, k), m in reach.items()
                if plain.twin.level_of[n] == at.step and plain.acting(n)
            }  # fmt: skip
            for t in range(len(types)):
                mine = {(n, k): m for (n, k), m in here.items() if kind_of(plain, n, k) == t}
                worth = at.worth[t]
                assert worth.weight[v] == pytest.approx(sum(mine.values()), rel=1e-9, abs=1e-15)
                whole, best = 0.0, {}
                for cell in {int(game.cell[n]) for n, _ in mine}:
                    inside = [int(n) for n in np.flatnonzero(game.cell == cell)]
                    value: dict[str, float] = {}
                    for n in inside:
                        for k in range(game.n_profiles):
                            if kind_of(plain, n, k) != t:
                                continue
                            for e in plain.acting(n):
                                x = plain.others(n, k) * plain.worth(int(game.child[e]), k)
                                value[plain.name(e)] = value.get(plain.name(e), 0.0) + x
                    best[cell] = max(value, key=lambda a: value[a])
                made = []
                for (n, k), m in mine.items():
                    stay = plain.waiting(n)
                    go = next(e for e in plain.acting(n) if plain.name(e) == best[game.cell[n]])
                    whole += m * (
                        plain.worth(int(game.child[stay]), k) - plain.worth(int(game.child[go]), k)
                    )
                    ways: list = []
                    plain.next(int(game.child[stay]), k, m, [stay], ways)
                    made += [(k, *way) for way in ways]
                assert worth.whole[v] == pytest.approx(whole, abs=1e-9)
                # What may happen meanwhile.
                expects = 0.0
                events: dict[str, list[float]] = {}
                for k, m, path, rest in made:
                    got = sum(plain.earns(int(game.child[e]), k) for e in path) + rest
                    expects += m * got
                    acts = {
                        plain.name(e) for e in path[1:]
                        if game.actor[game.parent[game.child[e]]] != plain.player
                    } - {""}  # fmt: skip
                    for act in acts:
                        events.setdefault(act, [0.0, 0.0])
                        events[act][0] += m
                        events[act][1] += m * got
                assert worth.expects[v] == pytest.approx(expects, abs=1e-9)
                for act, (m, x) in events.items():
                    assert worth.events[act].mass[v] == pytest.approx(m, abs=1e-12)
                    assert worth.events[act].value[v] == pytest.approx(x, abs=1e-9)
                flows = sum(
                    m * (
                        accrued(plain, int(game.child[plain.waiting(n)]), k, at.rounds)
                        - accrued(plain, int(game.child[next(
                            e for e in plain.acting(n) if plain.name(e) == best[game.cell[n]]
                        )]), k, at.rounds)
                    )
                    for (n, k), m in mine.items()
                )  # fmt: skip
                assert worth.accrues[v] == pytest.approx(flows, abs=1e-9)


def accrued(plain: Plain, node: int, k: int, rounds: tuple[int, ...]) -> float:
    """Expected flows of some rounds from a node on, in stakes, term by term and end by end."""
    if len(plain.edges(node)):
        return sum(
            plain.twin.edge_odds(node, e, k) * accrued(plain, int(plain.game.child[e]), k, rounds)
            for e in plain.edges(node)
        )
    return paid(plain, node, k, rounds)


def paid(plain: Plain, node: int, k: int, rounds: tuple[int, ...]) -> float:
    """What the rounds of one history pay."""
    compiled, inference = plain.compiled, plain.inference
    end = plain.twin.end_row[node]
    outcome = int(np.flatnonzero(compiled.outcome_end == end)[0])
    rows = outcome_rows(compiled, np.array([outcome], dtype=np.int32))
    last = int(compiled.end_round[end])
    days = calendar(compiled.scenario.clock).days
    kind = kind_of(plain, node, k)
    evaluate = inference.evaluator.event

    def number(expr, then):
        value = evaluate(expr, then).astype(float)
        shape = (value.shape[1], value.shape[2])
        return float(value[0, min(k, shape[0] - 1), min(plain.v, shape[1] - 1)])

    total = 0.0
    for term in compiled.rules.terms:
        if term.player != plain.player or term.each_round is None:
            continue
        for r in rounds:
            if r > last and not term.to_horizon:
                continue
            then = rows.at_round(r)
            weight = term.weight[0] if len(term.weight) == 1 else term.weight[kind]
            x = number(term.each_round, then) * number(weight, then)
            x *= number(term.discount, then) ** (r - 1)
            total += x * (days[r - 1] if term.per_day else 1)
    return total / stake(plain, kind)


def stake(plain: Plain, kind: int) -> float:
    """Of a type, in the scenario's units."""
    game, payload = plain.game, plain.inference.payload
    first = int(game.type_start[plain.player])
    if game.n_types[plain.player] > 1:
        return float(payload.stake[first + kind])
    # Types in the tree share one column, in which all have the stake of the first.
    stakes = stakes_of(plain.compiled, medians(plain.inference.draws))
    scale = stakes.scale.get(plain.player)
    return float(payload.stake[first] / (1.0 if scale is None else scale[kind]))
