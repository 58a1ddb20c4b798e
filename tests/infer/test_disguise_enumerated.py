"""Disguises in random crises against every pure conduct, history by history: types kept as axes or
standing in the tree, what a desk or a player sees told move by move.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from standoff.assess.chain import Chain, chain
from standoff.errors import StandoffError
from standoff.game.game import CHANCE, END
from standoff.infer.conduct import conducts, part_ahead
from standoff.infer.disguise import WHATEVER, Race
from standoff.infer.expecting import expecting
from standoff.infer.faking import fakes, tells, window
from standoff.infer.inference import Inference
from standoff.infer.sights import rounds_ahead, sights
from standoff.infer.views import type_at, types_of
from strategies.crises import crises

MOST = 400
"""Pure conducts that are tried one by one."""


class Told:
    """One variant, told history by history with plain loops."""

    def __init__(self, inference: Inference, actor: str, viewer: str, number: int, v: int) -> None:
        self.inference = inference
        self.compiled, self.game, self.v = inference.compiled, inference.compiled.game, v
        self.actor, self.viewer, self.number = actor, viewer, number
        self.play = inference.solution.strategy[:, v]
        self.payload = inference.payload
        self.kinds = types_of(self.compiled, actor)
        self.type = type_at(self.compiled, actor, np.arange(self.game.n_nodes))
        self.player = self.game.players.index(actor)
        steps = self.compiled.steps
        late = [i for i, step in enumerate(steps) if step.round > number]
        self.first = late[0] if late else len(steps)
        nodes, mass = inference.standing(inference.present)
        self.sources = [(int(n), mass[i, :, v]) for i, n in enumerate(nodes)]
        self.sight: dict[int, Any] = {}
        self.whole: dict[Any, np.ndarray] = {}
        if viewer:
            root = inference.at_root[:, v]
            self._walk([(0, root, None)], self._add_seen)
            self._walk([(n, m, None) for n, m in self.sources], None)
        else:
            self._walk([(n, m, ()) for n, m in self.sources], self._add_told)

    # -- what is seen

    def _level(self, node: int) -> int:
        return int(np.searchsorted(self.game.level_start, node, side="right")) - 1

    def _ended(self, node: int) -> str:
        if self.game.actor[node] != END:
            return ""
        row = int(self.compiled.end_row[node])
        if self.compiled.end_round[row] > self.number:
            return ""
        return self.compiled.endings[int(self.compiled.end_ending[row])]

    def key(self, node: int, story: Any, k: int) -> Any:
        """What the viewer knows at a history as the round ends."""
        if not self.viewer:
            return story, self._ended(node)
        column = self.compiled.viewers.index(self.viewer)
        own = int(self.game.profile_type[k, self.game.players.index(self.viewer)])
        return int(self.compiled.node_seen[column, node]), self._ended(node), own

    def _add_told(self, node: int, mass: np.ndarray, story: Any) -> None:
        self.sight[node] = story
        self._count(node, mass, story)

    def _add_seen(self, node: int, mass: np.ndarray, story: Any) -> None:
        self._count(node, mass, story)

    def _count(self, node: int, mass: np.ndarray, story: Any) -> None:
        for k in range(len(mass)):
            table = self.whole.setdefault(self.key(node, story, k), np.zeros(len(self.kinds)))
            table[self.type[node, k]] += mass[k]

    def _walk(self, stack: list[tuple[int, np.ndarray, Any]], visit: Any) -> None:
        while stack:
            node, mass, story = stack.pop()
            if self._level(node) >= self.first:
                if visit is not None:
                    visit(node, mass, story)
                continue
            for child, action in self._edges(node):
                odds = np.array([self._odds(node, action, k) for k in range(len(mass))])
                stack.append((child, mass * odds, self._heard(node, child, story)))

    def _heard(self, node: int, child: int, story: Any) -> Any:
        """The story so far and what the desk hears between a history and the next: no simultaneous
        or delayed moves here (see `plain_sights`).
        """
        if story is None:
            return None
        rules, states = self.compiled.rules, self.compiled.states
        edge = int(self.game.parent_edge[child])
        step = self.compiled.steps[self._level(node)]
        act = int(self.compiled.edge_act[edge])
        told: list[Any] = []
        for turn in rules.turns:
            for part in turn.parts:
                for each in part.menu:
                    if each.row == act:
                        sight = rules.eyes.move(
                            each.id, each.model, part.actor, turn.model.turn_seen, ""
                        )
                        told += [] if sight.now is None else [sight.now]
        stations = [
            int(self.compiled.node_state[node]),
            int(self.compiled.edge_state[edge]),
            int(self.compiled.node_state[child]),
        ]
        for column, (name, variable) in enumerate(rules.scenario.state.items()):
            if rules.eyes.variable(variable, ""):
                for one, two in itertools.pairwise(stations):
                    if states[one, column] != states[two, column]:
                        told.append((name, float(states[two, column])))
        return (*story, (step.round, step.turn, step.part, *told)) if told else story

    # -- what is played

    def _edges(self, node: int):
        game = self.game
        for e in range(int(game.edge_start[node]), int(game.edge_start[node + 1])):
            yield int(game.child[e]), int(game.edge_action[e])

    def _odds(self, node: int, action: int, k: int) -> float:
        game = self.game
        if game.actor[node] == CHANCE:
            return float(self.payload.odds[action, self.v])
        cell, player = int(game.cell[node]), int(game.actor[node])
        width = int(game.n_types[player])
        row = int(game.row_start[cell]) + (action - int(game.action_start[cell])) * width
        return float(self.play[row + int(game.profile_type[k, player])])

    def cells(self, kind: int) -> list[int]:
        """Cells of the actor to which a type may still come."""
        found = set()
        stack = [n for n, _ in self.sources]
        while stack:
            node = stack.pop()
            if self.game.actor[node] == self.player and (self.type[node] == kind).any():
                found.add(int(self.game.cell[node]))
            stack += [child for child, _ in self._edges(node)]
        return sorted(found)

    def outcome(self, kind: int, believed: int, choice: dict[int, int]) -> tuple[float, float]:
        """Mass times belief, and mass times stakes earned after the present."""
        game = self.game
        axis = int(game.n_types[self.player]) > 1
        own = game.types[self.player].index(self.kinds[kind]) if axis else 0
        pair = int(game.type_start[self.player]) + own
        held = earned = 0.0
        stack = [(n, w * (self.type[n] == kind), False, ()) for n, w in self.sources]
        while stack:
            node, mass, marked, story = stack.pop()
            if not marked and self._level(node) >= self.first:
                marked = True
                for k in range(len(mass)):
                    table = self.whole[self.key(node, self.sight.get(node), k)]
                    if mass[k] > 0 and table.sum() > 0:
                        held += float(mass[k] * table[believed] / table.sum())
            if game.actor[node] == END:
                continue
            for child, action in self._edges(node):
                if game.actor[node] == self.player:
                    cell = int(game.cell[node])
                    if (self.type[node] == kind).any() and (
                        action - int(game.action_start[cell]) != choice[cell]
                    ):
                        continue
                    after = mass
                else:
                    after = mass * [self._odds(node, action, k) for k in range(len(mass))]
                paid = self.payload.payoff[int(game.payoff_row[child]), pair, self.v]
                earned += float(after.sum()) * float(paid) / float(self.payload.stake[pair])
                stack.append((child, after, marked, story))
        return held, earned

    def every(self, kind: int, believed: int) -> dict[tuple[int, ...], tuple[float, float]]:
        cells = self.cells(kind)
        sizes = [range(int(np.diff(self.game.action_start)[c])) for c in cells]
        assume(np.prod([float(len(s)) for s in sizes]) <= MOST)
        return {
            moves: self.outcome(kind, believed, dict(zip(cells, moves, strict=True)))
            for moves in itertools.product(*sizes)
        }


def plain_sights(scenario: Any) -> bool:
    """No simultaneous moves, and none that shows later."""
    return all(turn.together is None for turn in scenario.turns) and not any(
        isinstance(move.seen_by, dict)
        for turn in scenario.turns
        for move in [*(turn.moves or {}).values(), *(turn.outcomes or {}).values()]
    )


def hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners of what is best for some reward, from the best paid to the most believed."""
    best = max(pay for _, pay in points)
    at = max((p for p in points if p[1] >= best - 1e-12), key=lambda p: p[0])
    found = [at]
    while right := [p for p in points if p[0] > at[0] + 1e-10]:
        steep = max((p[1] - at[1]) / (p[0] - at[0]) for p in right)
        at = max(
            (p for p in right if (p[1] - at[1]) / (p[0] - at[0]) >= steep - 1e-9),
            key=lambda p: p[0],
        )
        found.append(at)
    return found


def opened(scenario: Any, observed: int) -> tuple[Chain, str, str, int]:
    typed = [a for a, body in scenario.actors.items() if len(body.types) > 1]
    assume(typed)
    ready = chain(scenario, variants=2)
    players = ready.batch.compiled.game.players
    try:
        ahead = rounds_ahead(ready.inference)
    except StandoffError:  # a record that can't be
        ahead = ()
    actors = [a for a in typed if a in players]
    assume(actors and ahead)
    viewers = [v for v in ready.batch.compiled.viewers if v != actors[0]]
    assume(viewers)
    return ready, actors[0], viewers[observed % len(viewers)], ahead[observed % len(ahead)]


def crew(ready: Chain, actor: str, viewer: str, number: int) -> tuple[Any, Any]:
    below = part_ahead(ready.inference)
    (seen,) = sights(ready.inference, actor, viewer, below, (number,))
    return {c.type: c for c in conducts(ready.inference, actor, below)}, seen


@settings(
    derandomize=True,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.filter_too_much],
)
@given(scenario=crises(most=80), observed=st.integers(0, 5))
def test_frontiers_are_those_of_all_pure_conducts(scenario, observed) -> None:
    assume(plain_sights(scenario))
    ready, actor, viewer, number = opened(scenario, observed)
    v = int(np.argmax(ready.inference.solution.solved))
    assume(ready.inference.solution.solved[v])
    told = Told(ready.inference, actor, viewer, number, v)
    of_type, seen = crew(ready, actor, viewer, number)
    kinds = list(of_type)
    for true, believed in itertools.islice(itertools.permutations(range(len(kinds)), 2), 2):
        conduct = of_type[kinds[true]]
        weight = conduct.weight[v]
        if not weight > 0:
            continue
        points = list(told.every(true, believed).values())
        race = Race(conduct, seen, believed)
        top = max(pay for _, pay in points)
        scale = 1e-9 * max(1.0, abs(top))
        for reward in (0.0, 0.03, 0.5, 4.0, 60.0):
            found = race.at(reward)
            mine = top - found.given[v] + reward * found.believed[v]
            best = max(pay + reward * held for held, pay in points)
            assert mine == pytest.approx(best, abs=scale * (1 + reward))
        assert race.at(WHATEVER).believed[v] == pytest.approx(
            max(held for held, _ in points), abs=1e-9
        )
        corners = hull([(held / weight, pay / weight) for held, pay in points])
        for share in (0.3, 0.8):
            goal = corners[0][0] + share * (corners[-1][0] - corners[0][0])
            if min(abs(goal - held) for held, _ in corners) < 1e-6:
                continue  # a hair decides
            held, pay = next(c for c in corners if c[0] >= goal)
            worn = race.cheapest(np.full(conduct.n_variants, goal))
            assert worn.reached[v]
            assert worn.point.given[v] / weight == pytest.approx(corners[0][1] - pay, abs=1e-7)
            assert worn.point.believed[v] / weight == pytest.approx(held, abs=1e-7)


def choice_of(told: Told, kind: int, conduct: Any, chosen: np.ndarray) -> tuple[int, ...]:
    """The move chosen at each cell to which a type may still come."""
    own, game = conduct.sequences, conduct.inference.compiled.game
    moves = []
    for cell in told.cells(kind):
        (here,) = np.nonzero((own.cell == cell) & chosen[:, told.v])
        (row,) = own.row[here]
        moves.append(int(row - game.row_start[cell]) // int(game.n_types[told.player]))
    return tuple(moves)


@settings(
    derandomize=True, deadline=None, max_examples=10,
    suppress_health_check=[HealthCheck.filter_too_much],
)  # fmt: skip
@given(scenario=crises(most=80), observed=st.integers(0, 5))
def test_an_expected_disguise_is_believed_by_bayes_s_rule(scenario, observed) -> None:
    assume(plain_sights(scenario))
    ready, actor, viewer, number = opened(scenario, observed)
    inference = ready.inference
    game = inference.compiled.game
    assume(game.n_types[game.players.index(actor)] > 1 and inference.solution.solved.any())
    v = int(np.argmax(inference.solution.solved))
    of_type, seen = crew(ready, actor, viewer, number)
    kinds = list(of_type)
    true, believed = 0, 1
    conduct = of_type[kinds[true]]
    assume(conduct.weight[v] > 0)
    chosen = Race(conduct, seen, believed).chosen(WHATEVER)
    found = expecting(inference, actor, kinds[true], conduct.strategy(chosen), 0.4)
    assume(found.inference.solution.solved[v])
    told = Told(found.inference, actor, viewer, number, v)
    points = told.every(true, believed)
    held, pay = points[choice_of(told, true, conduct, chosen)]
    belief, cost = found.earned(viewer, number, kinds[believed])
    weight = conduct.weight[v]
    assert belief[v] == pytest.approx(held / weight, abs=1e-9)
    assert cost[v] == pytest.approx((max(p for _, p in points.values()) - pay) / weight, abs=1e-9)


@settings(
    derandomize=True, deadline=None, max_examples=30,
    suppress_health_check=[HealthCheck.filter_too_much],
)  # fmt: skip
@given(scenario=crises(most=80), observed=st.integers(0, 5))
def test_faking_costs_what_the_best_conduct_that_makes_the_move_falls_short(
    scenario, observed
) -> None:
    """Natural play until the move is first open, the move there, and then the best of all."""
    ready, actor, viewer, number = opened(scenario, observed)
    inference = ready.inference
    v = int(np.argmax(inference.solution.solved))
    assume(inference.solution.solved[v])
    compiled, game = inference.compiled, inference.compiled.game
    told = Told(inference, actor, viewer, number, v)
    of_type, _ = crew(ready, actor, viewer, number)
    kinds = list(of_type)
    for kind, conduct in enumerate(of_type.values()):
        if not conduct.weight[v] > 0:
            continue
        points = told.every(kind, 0)
        cells = told.cells(kind)
        natural = choice_of(told, kind, conduct, conduct.natural)
        top = points[natural][1]
        assert top == pytest.approx(max(pay for _, pay in points.values()), abs=1e-9)
        menus = {cell: menu(compiled, game, cell) for cell in cells}
        for act in sorted({name for each in menus.values() for name in each}):
            before = {cell: been(told, cells, menus, act, cell) for cell in cells}
            (fake,) = fakes(conduct, [act], len(compiled.steps))
            best, come = -np.inf, 0.0
            for moves, (_, pay) in points.items():
                ok = all(
                    (menus[c][m] == act) if (act in menus[c] and not before[c])
                    else (m == natural[i] or before[c])
                    for i, (c, m) in enumerate(zip(cells, moves, strict=True))
                )  # fmt: skip
                best = max(best, pay) if ok else best
            come = reached(told, kind, dict(zip(cells, natural, strict=True)), act, menus, before)
            if come > 1e-12:
                assert fake.weight[v] == pytest.approx(come, abs=1e-9)
                assert fake.lost[v] == pytest.approx(top - best, abs=1e-9), (kinds[kind], act)


def menu(compiled: Any, game: Any, cell: int) -> list[str]:
    """The acts that are open at a cell, in order."""
    node = int(game.cell_node[game.cell_start[cell]])
    edges = range(int(game.edge_start[node]), int(game.edge_start[node + 1]))
    named = {
        int(game.edge_action[e]) - int(game.action_start[cell]): compiled.acts[
            int(compiled.edge_act[e])
        ].name
        for e in edges
    }
    return [named[i] for i in range(len(named))]


def been(told: Told, cells: list[int], menus: dict[int, list[str]], act: str, cell: int) -> bool:
    """Whether an act was open to the actor since the present on the way to a cell."""
    game = told.game
    sources = {n for n, _ in told.sources}
    node = int(game.cell_node[game.cell_start[cell]])
    for each in range(int(game.cell_start[cell]), int(game.cell_start[cell + 1])):
        node = int(game.cell_node[each])
        up = node
        while up not in sources and up >= 0:
            up = int(game.parent[up])
        if up >= 0:
            break
    while node not in sources:
        node = int(game.parent[node])
        here = int(game.cell[node])
        if game.actor[node] == told.player and act in menus.get(here, []):
            return True
    return False


def reached(
    told: Told, kind: int, choice: dict[int, int], act: str, menus: dict[int, list[str]],
    before: dict[int, bool],
) -> float:  # fmt: skip
    """Mass of coming to where an act is first open, by a conduct."""
    game, total = told.game, 0.0
    stack = [(n, w * (told.type[n] == kind)) for n, w in told.sources]
    while stack:
        node, mass = stack.pop()
        mine = game.actor[node] == told.player and mass.sum() > 0
        cell = int(game.cell[node])
        if mine and act in menus[cell] and not before[cell]:
            total += float(mass.sum())
        for child, action in told._edges(node):
            if game.actor[node] == told.player:
                if mine and action - int(game.action_start[cell]) == choice[cell]:
                    stack.append((child, mass))
            else:
                odds = [told._odds(node, action, k) for k in range(len(mass))]
                stack.append((child, mass * odds))
    return total


@settings(
    derandomize=True, deadline=None, max_examples=12,
    suppress_health_check=[HealthCheck.filter_too_much],
)  # fmt: skip
@given(scenario=crises(most=80), observed=st.integers(0, 5))
def test_indicators_are_what_whoever_sees_knows(scenario, observed) -> None:
    assume(plain_sights(scenario))
    ready, actor, viewer, number = opened(scenario, observed)
    inference = ready.inference
    v = int(np.argmax(inference.solution.solved))
    assume(inference.solution.solved[v])
    told = Told(inference, actor, viewer, number, v)
    of_type, seen = crew(ready, actor, viewer, number)
    kinds = list(of_type)
    conduct = of_type[kinds[0]]
    assume(conduct.weight[v] > 0 and of_type[kinds[1]].weight[v] > 0)
    chosen = Race(conduct, seen, 1).chosen(WHATEVER)
    assume(len(told.every(0, 1)) <= MOST)
    choice = dict(zip(told.cells(0), choice_of(told, 0, conduct, chosen), strict=True))
    shown = window(conduct, seen)
    found = tells(shown, 0, 1, conduct, conduct.played(chosen))
    # Every history as the round ends: what has been done, the sight, mass by type as solved, and
    # of the first type in disguise.
    ends = list(histories(told, choice))
    acts = {act for done, *_ in ends for act in done}
    for act in acts:
        by_sight: dict[Any, set[bool]] = {}
        for done, sight, *_ in ends:
            by_sight.setdefault(sight, set()).add(act in done)
        known = all(len(each) == 1 for each in by_sight.values())
        certain = all(act in done for done, *_ in ends)
        assert (act in shown.acts) == (known and not certain)
    for tell in found:
        hit = [each for each in ends if tell.act in each[0]]
        assert tell.true[v] == pytest.approx(sum(m[0] for _, _, m, _ in hit), abs=1e-9)
        assert tell.other[v] == pytest.approx(sum(m[1] for _, _, m, _ in hit), abs=1e-9)
        assert tell.posing[v] == pytest.approx(sum(p for *_, p in hit), abs=1e-9)


def histories(told: Told, choice: dict[int, int]):
    """Acts since the present, sight, [T] mass as solved, and mass of the first type that makes
    these choices.
    """
    game = told.game
    kinds = range(len(told.kinds))
    stack: list[Any] = [(n, w, w * (told.type[n] == 0), (), ()) for n, w in told.sources]
    while stack:
        node, mass, posing, done, story = stack.pop()
        if told._level(node) >= told.first:
            by_type = [float(mass[told.type[node] == kind].sum()) for kind in kinds]
            yield done, told.key(node, story, 0)[:2], by_type, float(posing.sum())
            continue
        for child, action in told._edges(node):
            act = told.compiled.acts[int(told.compiled.edge_act[int(game.parent_edge[child])])]
            odds = np.array([told._odds(node, action, k) for k in range(len(mass))])
            cell = int(game.cell[node])
            if game.actor[node] == told.player:
                made = choice.get(cell) == action - int(game.action_start[cell])
                pose = posing * made
            else:
                pose = posing * odds
            heard = told._heard(node, child, story)
            stack.append((child, mass * odds, pose, (*done, act.name), heard))
