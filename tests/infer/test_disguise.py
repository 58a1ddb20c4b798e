"""Disguises against enumeration of every conduct, and against small games by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from crisis import MASS, case
from hypothesis import assume, given, settings

from standoff.assess.chain import Chain, chain
from standoff.errors import StandoffError
from standoff.game.game import CHANCE, END
from standoff.infer.conduct import conducts, part_ahead
from standoff.infer.disguise import FREE, REWARDS, WHATEVER, Race
from standoff.infer.faking import fakes, tells, window
from standoff.infer.itinerary import itinerary
from standoff.infer.sights import rounds_ahead, sights
from standoff.scenario.loading import loads
from strategies.crises import crises


class Crew:
    """The types of an actor and what a viewer sees of them, by the end of each round."""

    def __init__(self, ready: Chain, actor: str, viewer: str = "") -> None:
        self.inference = ready.inference
        below = part_ahead(self.inference)
        self.conducts = {c.type: c for c in conducts(self.inference, actor, below)}
        self.types = list(self.conducts)
        rounds = rounds_ahead(self.inference)
        self.sights = {s.round: s for s in sights(self.inference, actor, viewer, below, rounds)}

    def race(self, true: str, believed: str, number: int) -> Race:
        return Race(self.conducts[true], self.sights[number], self.types.index(believed))


# -- every conduct, one by one


class Plain:
    """One variant of one type, history by history: what each pure conduct earns and is believed."""

    def __init__(self, crew: Crew, true: str, believed: str, number: int, v: int) -> None:
        inference = crew.inference
        self.game, self.v = inference.compiled.game, v
        self.play = inference.solution.strategy[:, v]
        self.payload = inference.payload
        self.conduct = crew.conducts[true]
        self.player = self.conduct.sequences.player
        self.first = crew.sights[number].level
        self.level = inference.evidence.histories.level
        self.seen = inference.compiled.node_seen[inference.compiled.viewers.index("")]
        self.axis = self.game.n_types[self.player] > 1
        nodes, mass = inference.standing(inference.present)
        self.sources = [(int(n), mass[i, :, v]) for i, n in enumerate(nodes)]
        kinds = self.game.profile_type[:, self.player]
        self.mine = kinds == self.conduct.own
        self.sight_of: dict[int, tuple[float, float]] = {}
        target = self.game.types[self.player].index(believed)
        for node, weight in self.sources:
            self._solved(node, weight, kinds == target)
        self.cells = sorted(
            {int(c) for c in self.game.cell if c >= 0 and self.game.cell_player[c] == self.player}
            & {int(self.game.cell[n]) for n in part_ahead(inference).nodes}
        )

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

    def _late(self, node: int) -> bool:
        return bool(self.level[node] >= self.first)

    def _solved(self, node: int, weight, target) -> None:
        if self._late(node):
            sight = int(self.seen[node])
            all_, hit = self.sight_of.get(sight, (0.0, 0.0))
            self.sight_of[sight] = (all_ + weight.sum(), hit + weight[target].sum())
            return
        for child, action in self._edges(node):
            each = np.array([self._odds(node, action, k) for k in range(len(weight))])
            self._solved(child, weight * each, target)

    def belief(self, node: int) -> float:
        all_, hit = self.sight_of[int(self.seen[node])]
        return hit / all_

    def outcome(self, choice: dict[int, int]) -> tuple[float, float]:
        """Mass times belief and mass times stakes earned after the present."""
        game = self.game
        pair = int(game.type_start[self.player]) + self.conduct.own
        believed = earned = 0.0
        stack = [(n, w, False) for n, w in self.sources]
        while stack:
            node, weight, marked = stack.pop()
            mass = float(weight[self.mine].sum())
            if not marked and self._late(node):
                believed += mass * self.belief(node)
                marked = True
            if game.actor[node] == END:
                continue
            for child, action in self._edges(node):
                if game.actor[node] == self.player:
                    cell = int(game.cell[node])
                    if action - int(game.action_start[cell]) != choice[cell]:
                        continue
                    after = weight
                else:
                    after = weight * [self._odds(node, action, k) for k in range(len(weight))]
                row = int(game.payoff_row[child])
                paid = self.payload.payoff[row, pair, self.v] / self.payload.stake[pair]
                earned += float(after[self.mine].sum()) * float(paid)
                stack.append((child, after, marked))
        return believed, earned

    def every(self) -> list[tuple[float, float]]:
        sizes = [range(int(np.diff(self.game.action_start)[c])) for c in self.cells]
        assert np.prod([len(s) for s in sizes]) < 5000
        return [
            self.outcome(dict(zip(self.cells, moves, strict=True)))
            for moves in itertools.product(*sizes)
        ]


@pytest.mark.parametrize(("as_of", "number"), [(None, 2), (None, 3), ("2031-03-02", 1),
                                               ("2031-03-02", 3)])  # fmt: skip
@pytest.mark.parametrize(("true", "believed"), [("seize", "bluff"), ("bluff", "seize")])
def test_frontier_is_that_of_all_pure_conducts(
    as_of: str | None, number: int, true: str, believed: str
) -> None:
    ready = chain("signal", variants=4, as_of=as_of)
    crew = Crew(ready, "neighbor")
    race = crew.race(true, believed, number)
    v = 2
    points = Plain(crew, true, believed, number, v).every()
    top = max(pay for _, pay in points)
    for reward in REWARDS:
        found = race.at(reward)
        best = max(pay + reward * held for held, pay in points)
        mine = top - found.given[v] + reward * found.believed[v]
        assert mine == pytest.approx(best, rel=1e-9, abs=1e-12)
        assert any(
            held == pytest.approx(found.believed[v], abs=1e-9)
            and top - pay == pytest.approx(found.given[v], abs=1e-9)
            for held, pay in points
        )


@pytest.mark.parametrize(("true", "believed"), [("seize", "bluff"), ("bluff", "seize")])
def test_the_cheapest_disguise_is_the_first_corner_that_serves(true: str, believed: str) -> None:
    ready = chain("signal", variants=4, as_of="2031-03-02")
    crew = Crew(ready, "neighbor")
    race, v = crew.race(true, believed, 3), 1
    points = Plain(crew, true, believed, 3, v).every()
    weight = crew.conducts[true].weight[v]
    corners = hull([(held / weight, pay / weight) for held, pay in points])
    top = corners[0][1]
    for share in (0.0, 0.3, 0.7, 1.0):
        goal = corners[0][0] + share * (corners[-1][0] - corners[0][0])
        found = race.cheapest(np.full(4, goal - 1e-9))
        held, pay = next(c for c in corners if c[0] >= goal - 1e-8)
        assert found.reached[v]
        assert found.point.believed[v] / weight == pytest.approx(held, abs=1e-9)
        assert found.point.given[v] / weight == pytest.approx(top - pay, abs=1e-9)


def test_a_frontier_is_refined_where_it_bends() -> None:
    crew = Crew(chain("signal", variants=24, as_of="2031-03-02"), "neighbor")
    race = crew.race("bluff", "seize", 3)
    coarse, fine = race.frontier(), race.refined()
    held = [p.belief.value for p in fine]
    assert len(fine) > len(coarse) and held == sorted(held)
    assert {p.reward for p in coarse} <= {p.reward for p in fine}
    assert max(np.diff(held)) < max(np.diff([p.belief.value for p in coarse]))


def hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners of what is best for some reward, from the best paid to the most believed."""
    best = max(pay for _, pay in points)
    at = max((p for p in points if p[1] >= best - 1e-12), key=lambda p: p[0])
    found = [at]
    while True:
        right = [p for p in points if p[0] > at[0] + 1e-12]
        if not right:
            return found
        steep = max((p[1] - at[1]) / (p[0] - at[0]) for p in right)
        at = max(
            (p for p in right if (p[1] - at[1]) / (p[0] - at[0]) >= steep - 1e-9),
            key=lambda p: p[0],
        )
        found.append(at)


def test_faking_the_first_move_costs_what_the_best_after_it_falls_short() -> None:
    ready = chain("signal", variants=4, as_of="2031-03-02")
    crew = Crew(ready, "neighbor")
    for kind, other in (("seize", "bluff"), ("bluff", "seize")):
        plain = Plain(crew, kind, other, 1, 3)
        first = min(plain.cells, key=lambda c: crew.inference.compiled.game.cell_level[c])
        acts = ("neighbor.call_up.advance", "neighbor.call_up.wait")
        found = fakes(crew.conducts[kind], acts, 99)
        sizes = [range(int(np.diff(plain.game.action_start)[c])) for c in plain.cells]
        pays: dict[int, float] = {}
        for moves in itertools.product(*sizes):
            choice = dict(zip(plain.cells, moves, strict=True))
            _, pay = plain.outcome(choice)
            pays[choice[first]] = max(pay, pays.get(choice[first], -np.inf))
        for move, fake in enumerate(found):
            weight = crew.conducts[kind].weight[3]
            assert fake.weight[3] == pytest.approx(weight)
            assert fake.lost[3] == pytest.approx(max(pays.values()) - pays[move], abs=1e-12)


def test_what_is_not_seen_is_no_indicator() -> None:
    found = case(MASS)
    below = part_ahead(found.inference)
    red = {c.type: c for c in conducts(found.inference, "red", below)}
    for viewer, hidden in (("", True), ("red", False)):
        (seen,) = sights(found.inference, "red", viewer, below, (1,))
        shown = window(red["grim"], seen)
        assert ("red.dig.dig" not in shown.acts) == hidden
        assert "fate.weather.storm" in shown.acts
    # What the desk can't see can't move it: digging in or not is believed alike.
    (seen,) = sights(found.inference, "red", "", below, (1,))
    race = Race(red["mild"], seen, 0)
    points = race.frontier()
    np.testing.assert_allclose(points[-1].believed, points[0].believed, atol=1e-12)
    np.testing.assert_allclose(points[-1].given, 0.0, atol=1e-12)


def test_what_is_chosen_earns_what_the_frontier_says() -> None:
    crew = Crew(chain("signal", variants=6, as_of="2031-03-02"), "neighbor")
    race = crew.race("bluff", "seize", 1)
    conduct = crew.conducts["bluff"]
    for reward in (0.0, 0.5, WHATEVER):
        played = conduct.played(race.chosen(reward))
        paid = conduct.total(conduct.pay, played)
        np.testing.assert_allclose(conduct.natural_pay - paid, race.at(reward).given, atol=1e-12)
        play = conduct.strategy(race.chosen(reward))
        game = crew.inference.compiled.game
        for c in range(len(game.cell_player)):
            width = int(game.n_types[game.cell_player[c]])
            rows = play[game.row_start[c] : game.row_start[c + 1]].reshape(-1, width, 6)
            np.testing.assert_allclose(rows.sum(axis=0), 1.0, atol=1e-9)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(scenario=crises(most=120))
def test_frontiers_of_random_crises(scenario) -> None:
    typed = [a for a, body in scenario.actors.items() if len(body.types) > 1]
    assume(typed)
    ready = chain(scenario, variants=3)
    actor = next((a for a in typed if a in ready.batch.compiled.game.players), None)
    viewers = ready.batch.compiled.viewers
    try:
        ahead = rounds_ahead(ready.inference)
    except StandoffError:  # a record that can't be
        ahead = ()
    assume(actor is not None and ahead)
    crew = Crew(ready, actor, viewers[-1])
    for number, seen in crew.sights.items():
        alive = crew.inference.solution.solved
        assert (seen.belief >= 0).all() and (seen.belief <= 1 + 1e-12).all()
        np.testing.assert_allclose(seen.belief[:, :, alive].sum(axis=0), 1.0, atol=1e-9)
        # On average over what may be seen the belief is what it was.
        for kind, label in enumerate(crew.types):
            expected = np.einsum("tmv,mv->v", seen.mass, seen.held(kind))
            np.testing.assert_allclose(expected, crew.conducts[label].weight, atol=1e-9)
        for true, believed in itertools.permutations(crew.types, 2):
            race = crew.race(true, believed, number)
            points = race.frontier()
            given = np.stack([p.given for p in points])
            held = np.stack([p.believed for p in points])
            weight = crew.conducts[true].weight
            assert (given[0] == 0).all()
            assert (np.diff(given, axis=0) >= -1e-9).all()
            assert (np.diff(held, axis=0) >= -1e-9).all()
            assert (held <= weight + 1e-12).all()
            # Concave: a step up costs no less per belief than the reward before it would pay.
            for i, reward in enumerate(REWARDS[:-1]):
                gained = reward * (held[i + 1] - held[i]) - (given[i + 1] - given[i])
                assert (gained <= 1e-9 * max(1.0, reward)).all()


# -- beer and quiche (Cho and Kreps 1987)

BEER = """
standoff: 1
id: beer
title: Beer or quiche
clock: {rounds: [{first: 2001-01-01}, {first: 2001-01-02}]}
parameters: {fee: {uniform: [0.9, 1.1]}}
actors:
  guest:
    types: {strong: {stake: 1}, weak: {stake: 1}}
    prior: {strong: 0.9, weak: rest}
  bully: {stake: 1}
state:
  beer: {start: false}
turns:
  - id: breakfast
    actor: guest
    rounds: 1
    moves: {beer: {then: {beer: true}}, quiche: {}}
  - id: after
    actor: bully
    rounds: 2
    moves: {duel: {ends: fought}, leave: {ends: peace}}
ends: {fought: {}, peace: {}, time: {}}
objectives:
  guest:
    taste: {value: "beer", weight: {strong: fee, weak: 0}}
    sweet: {value: "not beer", weight: {strong: 0, weak: fee}}
    peace: {value: "2 * (ending is peace)"}
  bully:
    weak: {value: "(1 if guest is weak else -1) * (ending is fought)", weight: WEIGHT}
observer: {sees_as: [public, bully]}
solve: {precision: PRECISION}
"""


def beer(weight: str = "1", precision: str = "2") -> Chain:
    text = BEER.replace("WEIGHT", weight).replace("PRECISION", precision)
    return chain(loads(text), variants=5)


def rows_of(ready: Chain, name: str) -> list[int]:
    """Rows of the first type at each cell where an act is open, in order of play."""
    compiled = ready.batch.compiled
    game = compiled.game
    act = [a.name for a in compiled.acts].index(name)
    found = []
    for edge in np.flatnonzero(compiled.edge_act == act):
        node = int(np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))[edge])
        cell, player = int(game.cell[node]), int(game.actor[node])
        move = int(game.edge_action[edge]) - int(game.action_start[cell])
        found.append(int(game.row_start[cell]) + move * int(game.n_types[player]))
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("precision", ["1", "2", "4"])
def test_the_weak_type_eats_beer_and_pays_the_loss(precision: str) -> None:
    ready = beer(precision=precision)
    crew = Crew(ready, "guest")
    race = crew.race("weak", "strong", 1)
    play = ready.batch.solution.strategy
    strong, weak = play[rows_of(ready, "guest.breakfast.beer")]  # the type stands in the tree
    after_beer, after_quiche = rows_of(ready, "bully.after.duel")
    # By hand: peace is worth two, quiche its fee.
    fee = ready.batch.draws.values["fee"]
    value_beer = 2 * (1 - play[after_beer])
    value_quiche = fee + 2 * (1 - play[after_quiche])
    loss = np.maximum(value_quiche - value_beer, 0.0)
    believed = 0.9 * strong / (0.9 * strong + 0.1 * weak)
    most = race.at(WHATEVER)
    weight = crew.conducts["weak"].weight
    assert (strong > weak).all()
    np.testing.assert_allclose(most.given / weight, loss, atol=1e-9)
    np.testing.assert_allclose(most.believed / weight, believed, atol=1e-9)
    (stop,) = itinerary(crew.conducts["weak"], race.chosen(WHATEVER), 0, 99)
    (line,) = stop.lines
    assert (line.act, line.agreement) == ("guest.breakfast.beer", pytest.approx(1.0))
    found = race.cheapest(believed - 0.01)
    assert found.reached.all()
    np.testing.assert_allclose(found.point.given / weight, loss, atol=1e-9)
    beyond = race.cheapest(np.ones_like(believed))  # nobody is ever certain
    assert not beyond.reached.any() and beyond.point.belief.value == found.point.belief.value


def test_where_nobody_duels_the_price_is_the_breakfast() -> None:
    ready = beer(weight="0")  # the bully does not care: it duels as often after either
    crew = Crew(ready, "guest")
    price = crew.race("weak", "strong", 1).at(WHATEVER)
    fee = ready.batch.draws.values["fee"]
    np.testing.assert_allclose(price.given / crew.conducts["weak"].weight, fee, atol=1e-9)
    (fake,) = fakes(crew.conducts["weak"], ["guest.breakfast.beer"], 99)
    np.testing.assert_allclose(fake.lost / fake.weight, fee, atol=1e-9)
    (own,) = fakes(crew.conducts["weak"], ["guest.breakfast.quiche"], 99)
    np.testing.assert_allclose(own.lost, 0.0, atol=1e-12)


def test_what_a_disguise_defeats() -> None:
    crew = Crew(beer(precision="1"), "guest")
    seen, conduct = crew.sights[1], crew.conducts["weak"]
    shown = window(conduct, seen)
    assert shown.acts == ("guest.breakfast.beer", "guest.breakfast.quiche")
    played = conduct.played(crew.race("weak", "strong", 1).chosen(WHATEVER))
    ale, cake = tells(shown, crew.types.index("weak"), crew.types.index("strong"), conduct, played)
    assert ale.ratio.value > 1.2 and ale.odds_posing.value == pytest.approx(1.0)
    assert ale.odds_other.value < 1.0
    assert ale.ratio_posing.value == pytest.approx(ale.odds_other.value)
    assert cake.ratio.value < 0.8 and cake.odds_posing.value == 0.0


# -- what is as dear to all types, and what only one of them can do

SAYING = """
standoff: 1
id: saying
title: Saying and showing
clock: {rounds: [{first: 2001-01-01}, {first: 2001-01-02}]}
parameters: {toll: {uniform: [0.2, 0.4]}}
actors:
  ann:
    types: {good: {stake: 1}, bad: {stake: 1}}
    prior: {good: 0.5, bad: rest}
  bob: {stake: 1}
state:
  said: {start: false}
  shown: {start: false}
turns:
  - id: say
    actor: ann
    rounds: 1
    moves: {yes: {then: {said: true}}, no: {}}
  - id: show
    actor: ann
    rounds: 1
    moves:
      proof: {then: {shown: true}SEALED}
      nothing: {}
  - id: reply
    actor: bob
    rounds: 2
    moves: {trust: {ends: deal}, leave: {ends: peace}}
ends: {deal: {}, peace: {}, time: {}}
objectives:
  ann:
    toll: {value: "-said", weight: COST}
    gain: {value: "ending is deal"}
  bob:
    truth: {value: "(1 if ann is good else -1) * (ending is deal)"}
observer: {sees_as: [public, bob]}
solve: {precision: 3}
"""


def saying(cost: str, sealed: str = "") -> Crew:
    text = SAYING.replace("COST", cost).replace("SEALED", sealed)
    return Crew(chain(loads(text), variants=4), "ann")


@pytest.mark.parametrize("cost", ["0", "toll"])
def test_what_is_as_dear_to_all_types_separates_nothing(cost: str) -> None:
    crew = saying(cost)
    good, bad = (crew.conducts[kind] for kind in ("good", "bad"))
    seen = crew.sights[1]
    shown = window(good, seen)
    natural = bad.played(bad.natural)
    for tell in tells(shown, 1, 0, bad, natural):
        assert tell.ratio.value == pytest.approx(1.0, abs=1e-6)
    race = crew.race("bad", "good", 1)
    for reward in REWARDS[:-1]:
        point = race.at(reward)
        np.testing.assert_allclose(point.believed, point.weight / 2, atol=1e-6)
    mine, other = (fakes(c, ["ann.say.yes"], 99)[0] for c in (good, bad))
    np.testing.assert_allclose(mine.lost / mine.weight, other.lost / other.weight, atol=1e-6)
    if cost == "0":
        np.testing.assert_allclose(other.lost, 0.0, atol=1e-6)


def test_a_move_that_only_one_type_has_is_an_index() -> None:
    crew = saying("0", sealed=", when: ann is good")
    able, unable = (
        fakes(crew.conducts[kind], ["ann.show.proof"], 99)[0] for kind in ("good", "bad")
    )
    assert unable.index and not able.index
    race = crew.race("bad", "good", 1)
    proof = crew.sights[1]
    shown = window(crew.conducts["bad"], proof)
    row = shown.acts.index("ann.show.proof")
    conduct = crew.conducts["bad"]
    tell = tells(shown, 1, 0, conduct, conduct.played(race.chosen(WHATEVER)))[row]
    assert tell.odds_posing.value == 0.0 and tell.odds_other.value > 0.2


# -- reputation (Kreps and Wilson 1982)

STORE = """
standoff: 1
id: store
title: A chain store
clock: {rounds: 3, start: 2001-01-01, step: 1}
parameters: {pain: {uniform: [0.7, 0.9]}}
actors:
  store:
    types: {tough: {stake: 1}, soft: {stake: 1}}
    prior: {tough: 0.3, soft: rest}
  rival: {stake: 1}
state:
  entered: {start: false}
  fought: {start: false}
  yielded: {start: false}
turns:
  - id: enter
    actor: rival
    moves:
      in: {then: {entered: true, fought: false}}
      out: {then: {entered: false, fought: false}}
  - id: answer
    actor: store
    when: entered
    moves:
      fight: {then: {fought: true}}
      yield: {then: {yielded: true}}
objectives:
  store:
    trade: {each_round: "1.5 * (not entered)"}
    battle: {each_round: "-fought", weight: {tough: -0.5, soft: pain}}
  rival:
    gain: {each_round: "0.5 * (entered and not fought) - 0.5 * fought"}
observer: {sees_as: [public, rival]}
solve: {precision: 4}
"""


def worth_of_the_store(ready: Chain, v: int) -> tuple[dict[tuple, bool], dict[tuple, float]]:
    """By hand: whether the soft store fights after each history of entries and answers, and what
    follows is worth to it, entries being as solved.
    """
    game, compiled = ready.batch.compiled.game, ready.batch.compiled
    play, pain = ready.batch.solution.strategy[:, v], float(ready.batch.draws.values["pain"][v])
    node_of: dict[tuple, int] = {}
    names = [a.name for a in compiled.acts]

    def walk(node: int, past: tuple) -> None:
        node_of[past] = node
        for e in range(int(game.edge_start[node]), int(game.edge_start[node + 1])):
            walk(int(game.child[e]), (*past, names[compiled.edge_act[e]].rpartition(".")[2]))

    walk(0, ())
    fights: dict[tuple, bool] = {}
    worth: dict[tuple, float] = {}

    def value(past: tuple, number: int) -> float:
        if number == 4:
            return 0.0
        node = node_of[past]
        row = int(game.row_start[game.cell[node]])
        moves = [
            names[compiled.edge_act[e]].rpartition(".")[2]
            for e in range(int(game.edge_start[node]), int(game.edge_start[node + 1]))
        ]
        enters = float(play[row + moves.index("in")])
        fight = -pain + value((*past, "in", "fight"), number + 1)
        yield_ = value((*past, "in", "yield"), number + 1)
        fights[past], worth[past] = fight > yield_, fight - yield_
        out = 1.5 + value((*past, "out"), number + 1)
        return enters * max(fight, yield_) + (1 - enters) * out

    value((), 1)
    return fights, worth


def test_reputation_is_the_frontier() -> None:
    ready = chain(loads(STORE), variants=3)
    crew = Crew(ready, "store")
    soft = crew.conducts["soft"]
    own = soft.sequences
    natural = itinerary(soft, soft.natural, 0, 99)
    fights = [worth_of_the_store(ready, v)[0] for v in range(3)]
    # After nothing but entries that were fought, the soft store fights as the hand says.
    for v in range(3):
        past: tuple = ()
        for number in range(1, 4):
            level = 2 * number - 1
            (at,) = [each for each in own.levels if each.level == level]
            on_path = _cell_after(ready, own, at, past)
            assert bool(soft.natural[on_path, v]) == fights[v][past], (v, number)
            past = (*past, "in", "fight")
    assert not any(
        f[("in", "fight", "in", "fight")] for f in fights
    )  # the last fight is for nobody
    assert all(f[()] for f in fights)  # the first is worth its while
    assert natural[0].lines[0].act == "store.answer.fight"
    # Whatever it costs, it fights to the end; and that costs the last battle, by hand.
    race = crew.race("soft", "tough", 3)
    stops = itinerary(soft, race.chosen(WHATEVER), 0, 99)
    assert all(stop.lines[0].act == "store.answer.fight" for stop in stops)
    prices = [crew.race("soft", "tough", n).at(WHATEVER).cost.value for n in (1, 2, 3)]
    assert prices[0] == pytest.approx(0.0, abs=1e-9) and prices == sorted(prices)
    assert prices[2] > prices[0] + 0.05


def _cell_after(ready: Chain, own, at, past: tuple) -> int:
    """The sequence that fights at a level after a history of entries and answers."""
    compiled = ready.batch.compiled
    game = compiled.game
    names = [a.name.rpartition(".")[2] for a in compiled.acts]
    node = 0
    for move in (*past, "in"):
        edges = range(int(game.edge_start[node]), int(game.edge_start[node + 1]))
        node = next(int(game.child[e]) for e in edges if names[compiled.edge_act[e]] == move)
    edge = next(e for e in range(int(game.edge_start[node]), int(game.edge_start[node + 1]))
                if names[compiled.edge_act[e]] == "fight")  # fmt: skip
    cell = int(game.cell[node])
    move = int(game.edge_action[edge]) - int(game.action_start[cell])
    row = int(game.row_start[cell]) + move * int(game.n_types[own.player])
    return int(np.flatnonzero(own.row == row)[0])


# -- turn by turn


def test_an_itinerary_tells_what_it_hangs_on() -> None:
    text = """
standoff: 1
id: coin
title: A coin
clock: {rounds: [{first: 2001-01-01}, {first: 2001-01-02}]}
parameters: {w: {uniform: [0.9, 1.1]}}
actors:
  ann: {types: {a: {stake: 1}, b: {stake: 1}}, prior: {a: 0.5, b: rest}}
  fate: {kind: nature}
state: {heads: {start: false}, red: {start: false}}
turns:
  - {id: toss, actor: fate, rounds: 1, outcomes: {h: {odds: 0.4, then: {heads: true}},
     t: {odds: rest}}}
  - {id: dice, actor: fate, rounds: 1, outcomes: {one: {odds: 0.5}, two: {odds: rest}}}
  - {id: call, actor: ann, rounds: 2, moves: {red: {then: {red: true}}, blue: {}}}
objectives:
  ann: {right: {value: "red == heads", weight: w}}
observer: {sees_as: [public]}
"""
    crew = Crew(chain(loads(text), variants=3), "ann")
    conduct = crew.conducts["a"]
    (stop,) = itinerary(conduct, conduct.natural, 0, 99)
    assert stop.on is not None
    assert crew.inference.compiled.steps[stop.on].turn == "toss"
    said = {line.after: (line.act, round(line.share, 6)) for line in stop.lines}
    assert said == {
        ("fate.toss.t",): ("ann.call.blue", 0.6),
        ("fate.toss.h",): ("ann.call.red", 0.4),
    }
    assert all(line.agreement == pytest.approx(1.0) for line in stop.lines)
    assert REWARDS[1] == FREE
