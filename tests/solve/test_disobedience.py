"""Gains from disobeying a mediator: against a game in which the device and the choice to disobey
are moves, by hand, and against OpenSpiel.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.game.building import build_game
from standoff.game.game import CHANCE, END, Game, Payload
from standoff.game.openspiel import load_openspiel
from standoff.solve.certificates import Certifier
from standoff.solve.disobedience import Obedience
from standoff.solve.overhearing import overheard
from standoff.solve.sequence_form import ImperfectRecall
from standoff.solve.sequence_pairs import Pairs
from standoff.solve.threats import unthreatened
from strategies.games import random_game

CONCEPTS = ("efce", "efcce", "nfcce")


def drawn_into_the_game(game: Game, payload: Payload, strategies, weights, player: int, concept):
    """What a player's best disobedience earns, as a best reply in a game of one player: chance
    draws types and profile, the others obey, and to obey or not is a move.
    """
    parent, action, actor, info, odds, payoff = [-1], [0], [CHANCE], [-1], [1.0], [0.0]
    infos: dict[object, int] = {}
    below = [0]

    def add(up: int, p: float = 1.0, paid: float = 0.0) -> int:
        parent.append(up)
        action.append(below[up])
        below[up] += 1
        below.append(0)
        actor.append(END)
        info.append(-1)
        odds.append(p)
        payoff.append(paid)
        return len(parent) - 1

    def ask(at: int, key: object) -> None:
        actor[at] = 0
        info[at] = infos.setdefault(key, len(infos))

    def go(at: int, node: int, k: int, d: int, own: object) -> None:
        pair = game.type_start[player] + game.profile_type[k, player]
        payoff[at] += payload.payoff[game.payoff_row[node], pair, 0]
        who = game.actor[node]
        if who == END:
            return
        edges = range(game.edge_start[node], game.edge_start[node + 1])
        children = [int(game.child[e]) for e in edges]
        if who == CHANCE:
            actor[at] = CHANCE
            for e, child in zip(edges, children, strict=True):
                go(add(at, payload.odds[game.edge_action[e], 0]), child, k, d, own)
            return
        c = int(game.cell[node])
        t = int(game.profile_type[k, who])
        rows = game.row_start[c] + np.arange(len(children)) * game.n_types[who] + t
        told = strategies[d][rows]
        if who != player:
            actor[at] = CHANCE
            for p, child in zip(told, children, strict=True):
                go(add(at, p), child, k, d, own)
            return
        here = (c, t)
        if own is not None:
            ask(at, ("own", own, here))
            for child in children:
                go(add(at), child, k, d, own)
            return
        if concept == "efcce":
            ask(at, ("coarse", here))
            obeys = add(at)
            for child in children:
                go(add(at), child, k, d, here)
            at = obeys
        actor[at] = CHANCE
        for i, (p, child) in enumerate(zip(told, children, strict=True)):
            if p == 0:
                continue
            heard = add(at, p)
            if concept == "efce":
                ask(heard, ("told", here, i))
                go(add(heard), child, k, d, None)
                for other in children:
                    go(add(heard), other, k, d, (here, i))
            else:
                go(heard, child, k, d, None)

    for d, k in itertools.product(range(len(weights)), range(game.n_profiles)):
        at = add(0, weights[d] * payload.prior[k, 0])
        if concept == "nfcce":
            ask(at, "start")
            go(add(at), 0, k, d, None)
            go(add(at), 0, k, d, "own")
        else:
            go(at, 0, k, d, None)
    built = build_game(
        ("who",), parent=np.array(parent), action=np.array(action),
        actor=np.array(actor, dtype=np.int8), info=np.array(info), odds=np.array(odds),
        payoff=np.array(payoff)[:, None],
    )  # fmt: skip
    widths = np.diff(built.game.action_start)
    uniform = np.repeat(1.0 / widths, widths)
    return float(Certifier(built.game, built.payload).best_values(uniform)[0])


def some_device(game: Game, seed: int, n: int, pure: bool):
    """Profiles and odds, all different."""
    rng = np.random.default_rng([seed, 7])
    widths = np.diff(game.action_start)
    strategies = []
    for _ in range(n):
        strategy = np.zeros(game.n_rows)
        for c, width in enumerate(widths):
            T = game.n_types[game.cell_player[c]]
            for t in range(T):
                rows = game.row_start[c] + np.arange(width) * T + t
                strategy[rows] = (
                    np.eye(width)[rng.integers(width)] if pure else rng.dirichlet(np.ones(width))
                )
        strategies.append(strategy)
    return strategies, rng.dirichlet(np.ones(n))


def pairs_of(game: Game, strategies, weights) -> Pairs:
    """The plan of a list of profiles, over every pair of rows that are not of one player."""
    owner = np.repeat(game.cell_player, np.diff(game.row_start))
    rows = [np.append(-1, np.flatnonzero(owner == p)) for p in range(2)]
    above = {}
    for n in range(game.n_nodes):  # the row by which its owner came to each cell
        c = game.cell[n]
        if c < 0 or c in above:
            continue
        up = n
        above[c] = None
        while game.parent[up] >= 0:
            edge, up = game.parent_edge[up], game.parent[up]
            if game.actor[up] == game.cell_player[c]:
                above[c] = (
                    game.cell[up],
                    game.edge_action[edge] - game.action_start[game.cell[up]],
                )
                break

    def plan(strategy, row: int) -> float:
        if row < 0:
            return 1.0
        c = int(np.searchsorted(game.row_start, row, side="right") - 1)
        T = int(game.n_types[game.cell_player[c]])
        t = (row - game.row_start[c]) % T
        up = above[c]
        if up is None:
            return float(strategy[row])
        return float(strategy[row]) * plan(strategy, int(game.row_start[up[0]] + up[1] * T + t))

    plans = [[np.array([plan(s, int(r)) for r in rows[p]]) for p in range(2)] for s in strategies]
    weight = sum(w * np.outer(a, b) for w, (a, b) in zip(weights, plans, strict=True))
    first, second = np.meshgrid(rows[0], rows[1], indexing="ij")
    return Pairs(
        first.ravel().astype(np.int32), second.ravel().astype(np.int32), np.asarray(weight).ravel()
    )


@pytest.mark.parametrize("concept", CONCEPTS)
@settings(derandomize=True, deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 10_000),
    types=st.sampled_from([(1, 1), (2, 1), (2, 2)]),
    n=st.integers(1, 3),
    pure=st.booleans(),
)
def test_lists_and_pairs_are_worth_what_the_drawn_out_game_says(concept, seed, types, n, pure):
    game, payload = random_game(seed, n_types=types, levels=4, variants=1, width=8)
    strategies, weights = some_device(game, seed, n, pure)
    check = Obedience(game, payload)
    listed = check.of_profiles(strategies, weights, concept)
    value = weights @ np.stack([Certifier(game, payload).values(s) for s in strategies])
    assert listed.values == pytest.approx(value, abs=1e-9)
    for p in range(2):
        best = drawn_into_the_game(game, payload, strategies, weights, p, concept)
        assert listed.gain[p] == pytest.approx(best - value[p], abs=1e-8)
        most = listed.triggers[p].gain.max(initial=0.0)
        assert most <= listed.gain[p] + 1e-9  # one trigger is one way to disobey
    by_pairs = check.of_pairs(pairs_of(game, strategies, weights), concept)
    assert by_pairs.slack < 1e-9
    assert by_pairs.gain == pytest.approx(listed.gain, abs=1e-9)
    assert by_pairs.values == pytest.approx(value, abs=1e-9)
    for one, other in zip(by_pairs.triggers, listed.triggers, strict=True):
        assert (one.row == other.row).all()
        assert one.odds == pytest.approx(other.odds, abs=1e-9)
        assert one.gain == pytest.approx(other.gain, abs=1e-9)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 3))
def test_three_players_and_coarser_disobedience_gains_less(seed, n):
    game, payload = random_game(seed, n_types=(2, 1, 1), levels=4, variants=1, width=8)
    strategies, weights = some_device(game, seed, n, True)
    check = Obedience(game, payload)
    found = {c: check.of_profiles(strategies, weights, c) for c in CONCEPTS}
    for p in range(3):
        for concept in CONCEPTS:
            best = drawn_into_the_game(game, payload, strategies, weights, p, concept)
            here = found[concept]
            assert here.gain[p] == pytest.approx(best - here.values[p], abs=1e-8)
    # Who sees more before it decides can do whatever one does that sees less.
    assert (found["nfcce"].gain <= found["efcce"].gain + 1e-9).all()
    assert (found["efcce"].gain <= found["efce"].gain + 1e-9).all()
    coarse = Certifier(game, payload).gap_by_player(strategies, weights)
    assert found["nfcce"].gain == pytest.approx(coarse, abs=1e-9)


def chicken() -> tuple[Game, Payload]:
    """Rows 0 and 1: the first swerves or drives on; 2 and 3: the second does."""
    built = build_game(
        ("a", "b"), parent=np.array([-1, 0, 0, 1, 1, 2, 2]), action=np.array([0, 0, 1, 0, 1, 0, 1]),
        actor=np.array([0, 1, 1, END, END, END, END], dtype=np.int8),
        info=np.array([0, 1, 1, -1, -1, -1, -1]), odds=np.ones(7),
        payoff=np.array([[0, 0], [0, 0], [0, 0], [6, 6], [2, 7], [7, 2], [0, 0]], dtype=float),
    )  # fmt: skip
    return built.game, built.payload


def of_chicken(both: float, one: float) -> Pairs:
    """Both swerve with odds `both`; either alone with odds `one`."""
    told = both + one
    return Pairs(
        np.array([-1, 0, 1, -1, -1, 0, 0, 1, 1], dtype=np.int32),
        np.array([-1, -1, -1, 2, 3, 2, 3, 2, 3], dtype=np.int32),
        np.array([1, told, 1 - told, told, 1 - told, both, one, one, 1 - both - 2 * one]),
    )


def test_chicken_by_hand():
    check = Obedience(*chicken())
    # Told to swerve, the other swerves with odds 2/3: to swerve is worth 6 b + 2 c, to drive on 7 b
    # (b both swerve, c it alone). At b = 1/2, c = 1/4 they are equal: the best for both together.
    best = check.of_pairs(of_chicken(1 / 2, 1 / 4))
    assert best.values == pytest.approx([5.25, 5.25]) and best.gap == pytest.approx(0, abs=1e-12)
    assert best.slack == pytest.approx(0, abs=1e-12)
    # Told to drive on (odds 1/4) it is sure that the other swerves: 7 against 6. No plan of its own
    # is better than what it is told.
    assert best.triggers[0].gain == pytest.approx([0, 0])
    assert best.triggers[0].odds == pytest.approx([0.75, 0.25])
    # A little more peace and swerving no longer pays: 7 b - 6 b - 2 c with b = 0.6, c = 0.2.
    more = check.of_pairs(of_chicken(0.6, 0.2))
    assert more.gain == pytest.approx([0.2, 0.2]) and more.gap == pytest.approx(0.2)
    # Turned down beforehand, not having heard: driving on is worth 7 * 0.8 against 5.4.
    assert check.of_pairs(of_chicken(0.6, 0.2), "nfcce").gain == pytest.approx([0.2, 0.2])
    assert check.of_pairs(of_chicken(1 / 3, 1 / 3), "nfcce").gap == 0.0
    ends = check.ends(of_chicken(1 / 2, 1 / 4))
    assert ends.ravel() == pytest.approx([0.5, 0.25, 0.25, 0])


def test_what_is_no_plan_shows():
    check = Obedience(*chicken())
    good = of_chicken(1 / 2, 1 / 4)
    spoiled = good.weight.copy()
    spoiled[5] += 0.1  # both swerve more often than either is told to
    assert check.of_pairs(Pairs(good.first, good.second, spoiled)).slack == pytest.approx(0.1)
    negative = of_chicken(0.6, 0.3)  # both drive on with odds -0.2
    assert check.of_pairs(negative).slack == pytest.approx(0.2)
    some = Pairs(good.first[:-1], good.second[:-1], good.weight[:-1])  # left out: odds 0
    assert check.of_pairs(some).slack == pytest.approx(0, abs=1e-12)
    short = Pairs(good.first[1:], good.second[1:], good.weight[1:])
    assert check.of_pairs(short).slack == pytest.approx(1.0)
    twice = Pairs(
        np.append(good.first, 0).astype(np.int32), np.append(good.second, 2).astype(np.int32),
        np.append(good.weight, 0.5),
    )  # fmt: skip
    with pytest.raises(ValueError, match="twice"):
        check.of_pairs(twice)
    with pytest.raises(ValueError, match="add up"):
        check.of_profiles([np.array([1.0, 0, 1, 0])], np.array([0.5]))


def test_a_forgetful_player_is_refused():
    built = build_game(
        ("a",), parent=np.array([-1, 0, 0, 1, 1, 2, 2]), action=np.array([0, 0, 1, 0, 1, 0, 1]),
        actor=np.array([0, 0, 0, END, END, END, END], dtype=np.int8),
        info=np.array([0, 1, 1, -1, -1, -1, -1]), odds=np.ones(7), payoff=np.ones((7, 1)),
    )  # fmt: skip
    with pytest.raises(ImperfectRecall):
        Obedience(built.game, built.payload)


SHERIFF = "sheriff(item_penalty=1.0,item_value=1.0,max_bribe=1,max_items=1,num_rounds=1)"


@pytest.mark.parametrize("name", ["kuhn_poker", SHERIFF])
def test_turning_down_beforehand_is_what_openspiel_finds(name):
    import pyspiel

    theirs = pyspiel.load_game(name)
    loaded = load_openspiel(theirs)
    game, labels = loaded.game, loaded.labels
    strategies, weights = some_device(game, 3, 3, True)
    sets = {}
    waiting = [theirs.new_initial_state()]
    while waiting:
        state = waiting.pop()
        if state.is_terminal():
            continue
        if not state.is_chance_node():
            p = state.current_player()
            sets[(p, state.information_state_string(p))] = state.legal_actions()
        waiting.extend(state.child(a) for a in state.legal_actions())
    device = []
    for share, strategy in zip(weights, strategies, strict=True):
        table = {}
        for c in range(len(game.cell_player)):
            key = labels.sets[c]
            rows = strategy[game.row_start[c] : game.row_start[c + 1]]
            legal = sets[(int(game.cell_player[c]), key)]
            table[key] = list(zip(legal, rows.tolist(), strict=True))
        device.append((float(share), pyspiel.TabularPolicy(table)))
    found = Obedience(game, loaded.payload).of_profiles(strategies, weights, "nfcce")
    known = pyspiel.cce_dist(theirs, device)
    assert known.dist_value == pytest.approx(float(found.gain.sum()), abs=1e-9)


def test_what_chicken_must_keep_secret():
    check = Obedience(*chicken())
    plan = of_chicken(1 / 2, 1 / 4)
    # The second, told to swerve and overhearing that the first swerves too (odds 1/2), would drive
    # on: 7 against 6. Overhearing that the first drives on (1/4) it is glad to swerve.
    found = overheard(check, plan, 1, np.array([0, 1, 0, 1]))
    at = {(int(r), int(x)): i for i, (r, x) in enumerate(zip(found.row, found.label, strict=True))}
    assert found.gain[at[2, 0]] == pytest.approx(0.5)
    assert found.gain[[at[2, 1], at[3, 0]]] == pytest.approx([0, 0])
    assert found.odds[[at[2, 0], at[2, 1], at[3, 0]]] == pytest.approx([0.5, 0.25, 0.25])
    # The first is asked before anything has been said to the second.
    early = overheard(check, plan, 0, np.array([0, 1, 0, 1]))
    assert (early.label == -1).all() and early.gain == pytest.approx([0, 0])
    # A lottery over the two equilibria in which one swerves has nothing to hide.
    open_ = overheard(check, of_chicken(0, 1 / 2), 1, np.array([0, 1, 0, 1]))
    assert open_.gain == pytest.approx(np.zeros(4))


@settings(derandomize=True, deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), types=st.sampled_from([(1, 1), (2, 2)]), n=st.integers(1, 3))
def test_overhearing_nothing_gains_what_one_trigger_gains(seed, types, n):
    game, payload = random_game(seed, n_types=types, levels=4, variants=1, width=8)
    strategies, weights = some_device(game, seed, n, True)
    check = Obedience(game, payload)
    plan = pairs_of(game, strategies, weights)
    for p in range(2):
        alike = overheard(check, plan, p, np.full(game.n_rows, -1))
        single = check.of_pairs(plan).triggers[p]
        known = dict(zip(single.row.tolist(), single.gain.tolist(), strict=True))
        for row, gain in zip(alike.row.tolist(), alike.gain.tolist(), strict=True):
            assert gain == pytest.approx(max(known[row], 0.0), abs=1e-9)
        apart = overheard(check, plan, p, np.arange(game.n_rows))
        each = np.zeros(game.n_rows)
        np.add.at(each, apart.row, apart.gain)
        less = np.zeros(game.n_rows)
        np.add.at(less, alike.row, alike.gain)
        assert (each >= less - 1e-9).all()  # to know more can't cost


def entry() -> tuple[Game, Payload]:
    """The first stays out (1, 3) or comes in; the second then fights (0, 0) or shares (2, 1)."""
    built = build_game(
        ("a", "b"), parent=np.array([-1, 0, 0, 2, 2]), action=np.array([0, 0, 1, 0, 1]),
        actor=np.array([0, END, 1, END, END], dtype=np.int8), info=np.array([0, -1, 1, -1, -1]),
        odds=np.ones(5), payoff=np.array([[0, 0], [1, 3], [0, 0], [0, 0], [2, 1]], dtype=float),
    )  # fmt: skip
    return built.game, built.payload


def test_a_threat_that_nobody_would_carry_out_shows():
    check = Obedience(*entry())
    # The first is told to stay out, the second to fight if it does not: both obey.
    plan = Pairs(
        np.array([-1, 0, 1, -1, -1, 0, 0, 1, 1], dtype=np.int32),
        np.array([-1, -1, -1, 2, 3, 2, 3, 2, 3], dtype=np.int32),
        np.array([1.0, 1, 0, 1, 0, 1, 0, 0, 0]),
    )
    assert check.of_pairs(plan).gap == 0.0
    # Were the second to share once it came to it, the first would come in: 2 against 1.
    assert unthreatened(check, plan, np.array([1.0, 0, 0, 1])) == pytest.approx([1, 0])
    assert unthreatened(check, plan, np.array([1.0, 0, 1, 0])) == pytest.approx([0, 0])
    # If it fights with even odds, coming in is worth 1.
    assert unthreatened(check, plan, np.array([1.0, 0, 0.5, 0.5])) == pytest.approx([0, 0])


@settings(derandomize=True, deadline=None, max_examples=15)
@given(seed=st.integers(0, 10_000), types=st.sampled_from([(1, 1), (2, 2)]))
def test_what_is_threatened_is_replaced_where_obedience_never_leads(seed, types):
    game, payload = random_game(seed, n_types=types, levels=4, variants=1, width=8)
    (strategy,), weights = some_device(game, seed, 1, True)
    (other,), _ = some_device(game, seed + 1, 1, False)
    check = Obedience(game, payload)
    found = unthreatened(check, pairs_of(game, [strategy], weights), other)
    # One pure profile: replaced set by set, it is another profile with the same course of play.
    reach = np.zeros((game.n_nodes, game.n_profiles))
    reach[0] = payload.prior[:, 0]
    kinds = game.profile_type
    for n in range(1, game.n_nodes):
        up, action = int(game.parent[n]), int(game.edge_action[game.parent_edge[n]])
        who, c = int(game.actor[up]), int(game.cell[up])
        if who == CHANCE:
            reach[n] = reach[up] * payload.odds[action, 0]
        else:
            row = game.row_start[c] + (action - game.action_start[c]) * game.n_types[who]
            reach[n] = reach[up] * strategy[row + kinds[:, who]]
    for p in range(2):
        left = strategy.copy()
        for c in np.flatnonzero(game.cell_player == 1 - p):
            T = int(game.n_types[1 - p])
            nodes = game.cell_node[game.cell_start[c] : game.cell_start[c + 1]]
            for t in range(T):
                if reach[nodes][:, kinds[:, 1 - p] == t].sum() <= 1e-9:
                    rows = slice(int(game.row_start[c]) + t, int(game.row_start[c + 1]), T)
                    left[rows] = other[rows]
        gain = check.of_profiles([left], np.ones(1)).gain[p]
        assert found[p] == pytest.approx(gain, abs=1e-9)


@pytest.mark.parametrize("name", ["matrix_cd", "matrix_bos", "matrix_shapleys_game"])
def test_disobeying_in_one_shot_is_what_openspiel_finds(name):
    """In one shot a recommendation is a whole plan: the concept is Aumann's."""
    import pyspiel

    theirs = pyspiel.convert_to_turn_based(pyspiel.load_game(name))
    loaded = load_openspiel(theirs)
    game = loaded.game
    strategies, weights = some_device(game, 3, 4, True)
    device = []
    for share, strategy in zip(weights, strategies, strict=True):
        table = {}
        for c, key in enumerate(loaded.labels.sets):
            rows = strategy[game.row_start[c] : game.row_start[c + 1]]
            table[key] = list(enumerate(rows.tolist()))
        device.append((float(share), pyspiel.TabularPolicy(table)))
    known = pyspiel.ce_dist(theirs, pyspiel.determinize_corr_dev(device)).dist_value
    found = Obedience(game, loaded.payload).of_profiles(strategies, weights, "efce")
    assert found.gain.sum() == pytest.approx(known, abs=1e-9) and known > 0.1
