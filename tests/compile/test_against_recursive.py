"""The compiler against its slow twin, on random scenarios: same ends, information sets, payoffs."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from recursive import DESK, Twin

from standoff.compile import compile_scenario, estimate, parts, payload
from standoff.compile.numbers import stakes_of
from standoff.game.game import CHANCE, END
from standoff.variants import draw, reference
from strategies.scenarios import scenarios


class Fast:
    """The compiled game, spelled out history by history like the twin's."""

    def __init__(self, scenario, draws):
        self.c = compile_scenario(scenario)
        self.draws = draws
        self.reference = reference(scenario)
        self.payload = payload(self.c, draws, self.reference)
        self.game = self.c.game
        self.axis = [i for i, t in enumerate(self.game.types) if t != ("",)]
        self.typed = [a for a, actor in self.c.scenario.actors.items() if actor.types]
        self.paths = [self._path(n) for n in range(self.game.n_nodes)]

    def _path(self, node):
        """(root words, acts, odds of chance [V])"""
        g = self.game
        if g.parent[node] < 0:
            return (), (), np.ones(self.draws.n_variants)
        words, acts, odds = (
            self.paths[g.parent[node]] if hasattr(self, "paths") else self._path(g.parent[node])
        )
        edge = g.parent_edge[node]
        if g.actor[g.parent[node]] == CHANCE:
            odds = odds * self.payload.odds[g.edge_action[edge]]
        act = self.c.edge_act[edge]
        if act < 0:
            return (*words, self.c.edge_label[edge]), acts, odds
        return words, (*acts, self.c.acts[act].name), odds

    def key(self, node, profile):
        """Types of all actors, drawn starts, acts: what the twin calls a history."""
        words, acts, odds = self.paths[node]
        types = {}
        starts = []
        for word in words:
            if " is " in word:
                types.update(dict(part.split(" is ") for part in word.split(", ")))
            else:
                starts.append(word)
        for player in self.axis:
            kind = self.game.profile_type[profile, player]
            types[self.game.players[player]] = self.game.types[player][kind]
        ordered = tuple((a, types[a]) for a in self.typed)
        return (ordered, tuple(starts) + acts), odds * self.payload.prior[profile]

    def state(self, row):
        names = self.c.state_names
        return {n: v for n, v in zip(names, self.c.states[row], strict=True) if ":" not in n}


def twin_key(each):
    return tuple(each.types.items()), each.path


def bijective(pairs):
    """Whether the left sides are equal exactly where the right sides are."""
    pairs = set(pairs)
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-12)


def check_ends(fast, twin):
    c, g = fast.c, fast.game
    ours = {}
    for y, z in enumerate(c.outcome_end):
        node = g.end_nodes[z]
        row = c.outcome_odds[y]
        for profile in range(g.n_profiles):
            key, odds = fast.key(node, profile)
            odds = odds * (1 if row < 0 else fast.payload.odds[row])
            place = (*key, c.endings[c.outcome_ending[y]])
            assert place not in ours
            ours[place] = (z, odds, profile)
    theirs = {(*twin_key(e), e.outcome): e for e in twin.ends}
    assert len(theirs) == len(twin.ends)
    assert ours.keys() == theirs.keys()
    for place, (z, odds, _) in ours.items():
        end = theirs[place]
        close(odds, end.odds)
        assert c.endings[c.end_ending[z]] == end.ending
        assert c.end_round[z] == end.round
        assert fast.state(c.node_state[g.end_nodes[z]]) == end.state
        for number, state in enumerate(end.round_states):
            assert fast.state(c.round_state[number, z]) == state
    return ours, theirs


def check_payoffs(fast, ours, theirs):
    c, g = fast.c, fast.game
    held = parts(c, fast.draws)
    table = np.zeros((g.n_nodes, int(g.type_start[-1]), fast.draws.n_variants))
    for player, objective in held.names:
        p = g.players.index(player)
        part = held.of(player, objective)
        table[:, g.type_start[p] : g.type_start[p + 1]] += part[g.payoff_row]
    for node in range(1, g.n_nodes):
        table[node] += table[g.parent[node]]
    wanted = {}
    for place, (z, _, profile) in ours.items():
        end = theirs[place]
        mean = wanted.setdefault((z, profile), [0.0, dict.fromkeys(g.players, 0.0)])
        mean[0] = mean[0] + end.odds
        for p in g.players:
            mean[1][p] = mean[1][p] + end.odds * end.payoff[p]
    for (z, profile), (odds, payoff) in wanted.items():
        for p, name in enumerate(g.players):
            q = g.type_start[p] + g.profile_type[profile, p]
            some = odds > 1e-8  # below, the twin's own mean has no digits left
            close(table[g.end_nodes[z], q][some], (payoff[name] / odds)[some])
    # The payload holds the same, but for the scale of types that stand in the tree.
    stakes = stakes_of(c, fast.reference)
    summed = np.zeros_like(fast.payload.payoff)
    for player, objective in held.names:
        p = g.players.index(player)
        summed[:, g.type_start[p] : g.type_start[p + 1]] += held.of(player, objective)
    for p in range(len(g.players)):
        pairs = slice(g.type_start[p], g.type_start[p + 1])
        if p in stakes.scale:
            where = summed[:, pairs] != 0
            ratio = fast.payload.payoff[:, pairs][where] / summed[:, pairs][where]
            close(ratio, stakes.scale[p][np.abs(ratio[:, None] - stakes.scale[p]).argmin(axis=1)])
        else:
            close(fast.payload.payoff[:, pairs], summed[:, pairs])


def check_points(fast, twin):
    """Same decision points, open moves, rates, information sets and sights of every viewer."""
    c, g = fast.c, fast.game
    level = np.searchsorted(g.level_start, np.arange(g.n_nodes), side="right") - 1
    theirs = {twin_key(p): p for p in twin.points}
    assert len(theirs) == len(twin.points)
    cells, sights = [], {v: [] for v in c.viewers}
    found = 0
    for node in range(g.n_nodes):
        if g.actor[node] == END or c.steps[level[node]].turn == "":
            continue
        edges = range(g.edge_start[node], g.edge_start[node + 1])
        moves = tuple(c.acts[c.edge_act[e]].move for e in edges)
        for profile in range(g.n_profiles):
            key, _ = fast.key(node, profile)
            point = theirs[key]
            found += 1
            step = c.steps[level[node]]
            assert (step.round, step.turn, step.part) == point.step
            assert step.actor == point.actor
            assert moves == point.open
            assert fast.state(c.node_state[node]) == point.state
            for v, viewer in enumerate(c.viewers):
                own = "" if viewer == DESK else point.types.get(viewer, "")
                sights[viewer].append(((c.node_seen[v, node], own), (point.seen[viewer], own)))
            if point.player:
                own = point.types.get(point.actor, "")
                kind = own if g.players.index(point.actor) in fast.axis else ""
                cells.append(((g.cell[node], kind), (point.step, point.seen[point.actor], own)))
                for e, rate in zip(edges, point.rates, strict=True):
                    close(np.exp(fast.payload.log_rate[g.rate_row[g.edge_action[e]]]), rate)
    assert found == len(theirs)
    assert bijective(cells)
    for viewer in c.viewers:
        assert bijective(sights[viewer]), viewer


def check_shape(fast):
    """The promises of `Game`: levels, edges, cells, rows."""
    c, g = fast.c, fast.game
    assert len(c.steps) == len(g.level_start) - 2
    assert (g.parent[1:] < np.arange(1, g.n_nodes)).all()
    assert (g.child[g.parent_edge[1:]] == np.arange(1, g.n_nodes)).all()
    source = np.repeat(np.arange(g.n_nodes), np.diff(g.edge_start))
    assert (g.parent[g.child] == source).all()
    assert ((np.diff(g.edge_start) == 0) == (g.actor == END)).all()
    assert (np.diff(g.cell_level) >= 0).all()
    for cell in range(len(g.cell_player)):
        nodes = g.cell_node[g.cell_start[cell] : g.cell_start[cell + 1]]
        assert len(nodes)
        assert (np.diff(nodes) > 0).all()
        assert (g.cell[nodes] == cell).all()
        assert (g.actor[nodes] == g.cell_player[cell]).all()
        actions = np.arange(g.action_start[cell], g.action_start[cell + 1])
        for node in nodes:
            assert (g.edge_action[g.edge_start[node] : g.edge_start[node + 1]] == actions).all()
    chance = g.actor[source] == CHANCE
    sums = np.zeros((g.n_nodes, fast.draws.n_variants))
    np.add.at(sums, source[chance], fast.payload.odds[g.edge_action[chance]])
    close(sums[g.actor == CHANCE], 1.0)
    close(fast.payload.prior.sum(axis=0), 1.0)
    assert (fast.payload.payoff[0] == 0).all()
    assert (fast.payload.stake > 0).all()


@settings(max_examples=120, derandomize=True, deadline=None,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(scenarios(most=700))
def test_the_compiler_agrees_with_its_twin(scenario):
    draws = draw(scenario, 3, 1)
    fast = Fast(scenario, draws)
    twin = Twin(scenario, draws).run()
    check_shape(fast)
    ours, theirs = check_ends(fast, twin)
    check_payoffs(fast, ours, theirs)
    check_points(fast, twin)
    size = estimate(scenario)
    assert (size.nodes, size.ends) == (fast.game.n_nodes, len(fast.game.end_nodes))
    assert size.histories == fast.game.histories
