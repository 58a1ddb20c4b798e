"""Prices against closed forms, against the move's payoff actually changed, and against slow twins.

The ultimatum game: a buyer asks a little or a lot; the seller, whose outside option is its secret,
accepts, refuses or (where it may) haggles. All that it can be worth is written down, so that every
price, gain and effect has a formula.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from standoff.assess.chain import Chain, chain
from standoff.infer.price import at, openings, type_axis
from standoff.infer.price_ahead import Climber
from standoff.infer.price_counters import counters
from standoff.infer.price_deals import moves_at_once
from standoff.infer.price_table import price_table
from standoff.scenario.loading import loads
from standoff.solve import aqre

ULTIMATUM = """
standoff: 1
id: ultimatum
title: ultimatum
clock:
  rounds:
    - {first: 2031-03-03}
    - {first: 2031-03-04}
    - {first: 2031-03-05}
parameters:
  share: {uniform: [0.2, 0.4]}
  more: {uniform: [0.3, 0.5]}
  tilt: {uniform: [0.1, 0.3]}
  weak: {uniform: [0.0, 0.2]}
  strong: {uniform: [0.8, 1.0]}
  lost: {uniform: [0.0, 0.1]}
actors:
  buyer: {stake: SCALE}
  seller:
    types: {weak: {stake: SCALE}, strong: {stake: SCALE}}
    prior: {weak: 0.6, strong: rest}
  crowd: {kind: nature}
audiences: {street: {name: the street}}
state:
  mood: {range: [-2, 2], start: 0, audience: street}
proposals:
  low: {by: buyer, to: seller, terms: {goods: sold}}
  high: {by: buyer, to: seller, terms: {goods: sold, bonus: paid}}
turns:
  - id: talk
    actor: crowd
    rounds: 1
    outcomes:
      cheer: {odds: 0.3, then: {mood: 1}}
      boo: {odds: 0.2, then: {mood: -1}}
      hush: {odds: rest}
  - id: bid
    actor: buyer
    rounds: 2
    moves: {}
    proposes: [low, high]
  - id: reply
    actor: seller
    rounds: 3
    moves:
      accept_low: {ends: sold_low}
      accept_high: {ends: sold_high}
      refuse_low: {ends: kept}
      refuse_high: {ends: kept}
      HAGGLE
    answers: [low, high]
ends:
  sold_low: {}
  sold_high: {}
  kept: {}
  time: {}
objectives:
  buyer:
    deal: {value: "(1 - share)*(ending is sold_low) + (1 - share - more)*(ending is sold_high)", weight: SCALE}
    fixed: {value: CONSTANT}
  seller:
    deal: {value: "(share + tilt*mood)*(ending is sold_low) + (share + more + tilt*mood)*(ending is sold_high)", weight: SCALE}
    out: {value: ending is kept, weight: {weak: weak*SCALE, strong: strong*SCALE}}
    fixed: {value: CONSTANT}
solve: {concept: aqre, precision: SHARP}
"""  # noqa: E501


def made(
    scale: str = "1", constant: str = "0", haggle: str = "", n: int = 7,
    sharp: str = "{uniform: [2, 6]}", text: str = ULTIMATUM, **settings: str,
) -> Chain:  # fmt: skip
    """The game, solved for a few variants."""
    text = text.replace("SHARP", sharp)
    text = text.replace("SCALE", scale).replace("CONSTANT", constant)
    text = text.replace("HAGGLE", haggle or "{}").replace("      {}\n", "")
    return chain(loads(text), variants=n, settings=settings)


@pytest.fixture(scope="module")
def game() -> Chain:
    return made()


def drawn(game: Chain, name: str) -> np.ndarray:
    return np.asarray(game.batch.draws.values[name])


def test_the_price_of_accepting_is_the_outside_option_less_the_offer(game):
    for mood, condition in ((-1, "mood < 0"), (0, "mood == 0"), (1, "mood > 0")):
        for kind in ("weak", "strong"):
            offer = drawn(game, "share") + drawn(game, "tilt") * mood
            found = game.inference.ask(f"price(seller.{kind}, low | {condition})")
            assert found.per_variant == pytest.approx(drawn(game, kind) - offer, abs=1e-7)
            found = game.inference.ask(f"price(seller.{kind}, accept_high | {condition})")
            more = offer + drawn(game, "more")
            assert found.per_variant == pytest.approx(drawn(game, kind) - more, abs=1e-7)


def test_the_price_of_refusing_is_the_other_way_round(game):
    one = game.inference.ask("price(seller.weak, reply.accept_low | mood == 0)")
    other = game.inference.ask("price(seller.weak, reply.refuse_low | mood == 0)")
    assert one.per_variant == pytest.approx(-other.per_variant)


def test_more_ways_to_decline_make_accepting_dearer_by_the_log_odds_term():
    game = made(haggle="haggle: {ends: kept, rate: 3}")
    found = game.inference.ask("price(seller.weak, accept_low | mood == 0)")
    precision = game.batch.payload.precision
    gap = drawn(game, "weak") - drawn(game, "share") + np.log(1 + 3) / precision
    assert found.per_variant == pytest.approx(gap, abs=1e-7)
    sharp = made(haggle="haggle: {ends: kept, rate: 3}", sharp="200")
    found = sharp.inference.ask("price(seller.weak, accept_low | mood == 0)")
    gap = drawn(sharp, "weak") - drawn(sharp, "share")
    assert found.per_variant == pytest.approx(gap, abs=np.log(4) / 200 + 1e-6)


def test_who_is_indifferent_among_n_moves_asks_for_the_log_of_the_others():
    text = """
standoff: 1
id: idle
title: idle
clock: {rounds: [{first: 2031-03-03}]}
actors: {one: {stake: "2"}}
turns:
  - {id: pick, actor: one, moves: {a: {ends: over}, b: {ends: over}, c: {ends: over}, d: {ends: over}}}
ends: {over: {}}
objectives: {one: {all: {value: "1"}}}
solve: {precision: {uniform: [2, 6]}}
"""  # noqa: E501
    game = chain(loads(text), variants=4)
    found = game.inference.ask("price(one, b)")
    assert found.per_variant == pytest.approx(np.log(3) / game.batch.payload.precision, abs=1e-9)


def test_constants_and_scale_change_no_price(game):
    asked = "price(seller.strong, high)"
    plain = game.inference.ask(asked).per_variant
    for other in (made(constant="17"), made(scale="40"), made(scale="0.3", constant="-5")):
        assert other.inference.ask(asked).per_variant == pytest.approx(plain, abs=1e-6)


def test_paid_its_price_the_move_has_even_odds(game):
    """The payoff that accepting leads to is raised by the price, and the game solved again: nobody
    moves after the seller, so that its own odds show it at once.
    """
    inference, compiled = game.inference, game.batch.compiled
    acts = ("seller.reply.accept_high",)
    tree, payload = compiled.game, game.batch.payload
    nodes = np.flatnonzero(openings(compiled, acts)).astype(np.int32)
    assert len(nodes) == 3
    found = at(inference, nodes, acts)
    axis = type_axis(compiled, "seller")
    seller = int(tree.type_start[tree.players.index("seller")])
    pay = payload.payoff.copy()
    for place, node in enumerate(nodes):
        edges = range(tree.edge_start[node], tree.edge_start[node + 1])
        named = [e for e in edges if compiled.acts[compiled.edge_act[e]].name in acts]
        row = tree.payoff_row[tree.child[named[0]]]
        for t in range(2):
            extra = found.price[found.which[place], axis[t]] * payload.stake[seller + axis[t]]
            pay[row, seller + axis[t]] += extra
    solved = aqre(tree, replace(payload, payoff=pay))
    again = replace(game.batch, payload=replace(payload, payoff=pay), solution=solved)
    after = at(Chain(again, None).inference, nodes, acts)
    assert after.made == pytest.approx(np.full(after.made.shape, 0.5), abs=1e-8)


def values_by_hand(game: Chain, node: int, profile: int, player: int, v: int) -> float:
    """What a player expects from a node on, its arrival included, play as solved."""
    compiled, payload = game.batch.compiled, game.batch.payload
    tree, play = compiled.game, game.batch.solution.strategy
    pair = tree.type_start[player] + tree.profile_type[profile, player]
    total = payload.payoff[tree.payoff_row[node], pair, v]
    for e in range(tree.edge_start[node], tree.edge_start[node + 1]):
        actor = tree.actor[node]
        if actor < 0:
            odds = payload.odds[tree.edge_action[e], v]
        else:
            cell, own = tree.cell[node], tree.profile_type[profile, actor]
            place = tree.edge_action[e] - tree.action_start[cell]
            odds = play[tree.row_start[cell] + place * tree.n_types[actor] + own, v]
        total += odds * values_by_hand(game, tree.child[e], profile, player, v)
    return float(total)


def test_prices_agree_with_the_values_of_the_moves():
    """On the shipped scenario: odds give the price, and so do the values of the moves worked out by
    hand; the solver check bounds the difference.
    """
    game = chain("signal", variants=5)
    inference, compiled = game.inference, game.batch.compiled
    tree, payload = compiled.game, game.batch.payload
    player = tree.players.index("neighbor")
    acts = ("neighbor.call_up.advance",)
    (node,) = np.flatnonzero(openings(compiled, acts)).astype(np.int32)
    found = at(inference, np.array([node], dtype=np.int32), acts)
    for t in range(2):
        stake = payload.stake[tree.type_start[player] + t]
        profile = int(np.flatnonzero(tree.profile_type[:, player] == t)[0])
        for v in range(5):
            worth = {
                compiled.acts[compiled.edge_act[e]].name: values_by_hand(
                    game, tree.child[e], profile, player, v
                )
                / stake
                for e in range(tree.edge_start[node], tree.edge_start[node + 1])
            }
            gap = worth["neighbor.call_up.wait"] - worth["neighbor.call_up.advance"]
            bound = 2 * game.batch.solution.check[v] / payload.precision[v] + 1e-9
            assert found.price[0, t, v] == pytest.approx(gap, abs=bound)
            assert found.lead[0, t, v] == pytest.approx(-gap, abs=bound)


def test_the_pass_up_agrees_with_recursion():
    game = chain("signal", variants=3)
    inference = game.inference
    part, tree = inference.measure().part, game.batch.compiled.game
    pay = game.batch.payload.payoff
    for player in range(2):
        pair = tree.type_start[player] + tree.profile_type[:, player]
        arriving = pay[tree.payoff_row[part.nodes]][:, pair]
        (worth,) = Climber(part).rise(
            game.batch.payload, game.batch.solution.strategy, [arriving], slice(0, 3)
        )
        for place, node in enumerate(part.nodes):
            for k in range(tree.n_profiles):
                by_hand = values_by_hand(game, int(node), k, player, 1)
                assert worth[place, k, 1] == pytest.approx(by_hand, abs=1e-12)


def test_conditions_add_up(game):
    inference = game.inference
    for condition in (
        "mood > 0",
        "seller is weak",
        "seller will accept_low",
        "mood == 1 or buyer will propose_low",
    ):
        whole = inference.ask("price(seller, low)")
        parts = [
            inference.ask(f"price(seller, low | {c})") for c in (condition, f"not ({condition})")
        ]
        mass = [p.numbers[0].weight for p in parts]
        known = [np.where(m > 0, p.per_variant, 0.0) for m, p in zip(mass, parts, strict=True)]
        mean = (known[0] * mass[0] + known[1] * mass[1]) / (mass[0] + mass[1])
        assert mean == pytest.approx(whole.per_variant)
        assert whole.numbers[0].weight == pytest.approx(mass[0] + mass[1])


def test_types_make_up_the_whole_and_forcing_changes_the_weights_alone(game):
    inference = game.inference
    whole = inference.ask("price(seller, low)")
    each = [inference.ask(f"price(seller.{t}, low)") for t in ("weak", "strong")]
    mass = [e.numbers[0].weight for e in each]
    mean = sum(e.per_variant * m for e, m in zip(each, mass, strict=True)) / sum(mass)
    assert mean == pytest.approx(whole.per_variant)
    # Once the low bid is made for certain, moods weigh by their own odds.
    forced = inference.ask("price(seller.weak, low | do(buyer propose_low))")
    offer = drawn(game, "share") + drawn(game, "tilt") * 0.1
    assert forced.per_variant == pytest.approx(drawn(game, "weak") - offer, abs=1e-7)


def test_points_of_view_and_the_clock(game):
    ask = game.inference.ask
    for asked in ("price(seller, low)", "price(seller.weak, high | mood > 0)"):
        theirs = ask(asked, view="buyer")  # who sees all that the desk sees
        assert theirs.per_variant == pytest.approx(ask(asked).per_variant)
    own = ask("price(seller, low)", view="seller.strong")  # it knows what it is
    assert own.per_variant == pytest.approx(ask("price(seller.strong, low)").per_variant)
    here = ask("price(seller, low | round == 3)")
    assert here.per_variant == pytest.approx(ask("price(seller, low)").per_variant)
    assert np.isnan(ask("price(seller, low | round == 2)").value)


def test_differences_and_comparisons(game):
    ask = game.inference.ask
    gap = ask("price(seller.weak, low) - price(seller.weak, high)")
    one, other = ask("price(seller.weak, low)"), ask("price(seller.weak, high)")
    assert gap.value == pytest.approx(one.value - other.value)
    share = ask("price(seller.weak, low | mood < 0) > price(seller.weak, low | mood > 0)")
    assert share.share == 1.0
    assert share.difference == pytest.approx(float(np.median(2 * drawn(game, "tilt"))), abs=0.02)


def test_the_table_says_what_the_query_says(game):
    inference = game.inference
    rows = {(r.counter.id, r.counter.role): r for r in price_table(inference)}
    assert set(rows) == {
        ("buyer.low", "propose"), ("buyer.high", "propose"),
        ("seller.low", "accept"), ("seller.high", "accept"),
        ("seller.refuse_low", "end"), ("seller.refuse_high", "end"),
    }  # fmt: skip
    for what in ("low", "high"):
        row = rows["seller." + what, "accept"]
        for t, kind in enumerate(("weak", "strong")):
            asked = inference.ask(f"price(seller.{kind}, {what})")
            assert row.price(t).value == pytest.approx(asked.value)
            assert row.price(t).range90 == pytest.approx(asked.pooled.range90)
            odds = inference.ask(
                f"P(seller will accept_{what} | seller is {kind} and buyer will propose_{what})"
            )
            assert row.odds(t).value == pytest.approx(odds.value)
            reached = inference.ask(f"P(buyer will propose_{what} | seller is {kind})")
            assert row.reached(t).value == pytest.approx(reached.value)


def test_the_curve_is_a_line_in_the_mood_and_stays_within_what_is_reached(game):
    rows = [r for r in price_table(game.inference) if r.counter.id == "seller.low"]
    (curve,) = rows[0].curves
    assert (curve.variable, curve.levels, curve.audience) == ("mood", (-1.0, 0.0, 1.0), True)
    for t, kind in enumerate(("weak", "strong")):
        for place, mood in enumerate(curve.levels):
            gap = drawn(game, kind) - drawn(game, "share") - drawn(game, "tilt") * mood
            assert curve.price(place, t).per_variant == pytest.approx(gap, abs=1e-7)
        contrast = curve.contrast(t)
        assert contrast.difference.per_variant == pytest.approx(-2 * drawn(game, "tilt"), abs=1e-7)
        assert contrast.share == 1.0
        reached = [curve.reached(p, t).value for p in range(3)]
        assert sum(reached) == pytest.approx(rows[0].reached(t).value)


def test_giving_up_costs_the_difference_that_forcing_makes():
    """E(payoff) less E(payoff | do(the move)), by type, where every history comes to the turn."""
    game = chain("signal", variants=6)
    inference = game.inference
    stake = game.batch.payload.stake
    for row in price_table(inference):
        for t, kind in enumerate(row.types):
            (act,) = row.counter.acts
            given = f"neighbor is {kind}"
            now = inference.ask(f"E(neighbor | {given})").per_variant
            then = inference.ask(f"E(neighbor | do({act}) and {given})").per_variant
            # `do` leaves the histories in which the move is never open as they are.
            here = row.mass[t] / row.total[t]
            assert row.cost(t).per_variant * here == pytest.approx(
                (now - then) / stake[t], abs=1e-7
            )


def test_what_acceptance_gives_both_sides(game):
    inference = game.inference
    wanted = {(c.what, c.role): c for c in counters(inference)}
    asked = [(wanted[what, "accept"], "buyer") for what in ("low", "high")]
    low, high = moves_at_once(inference, asked, ("buyer", "seller"), ())
    share, more = drawn(game, "share"), drawn(game, "more")
    # The bids don't wait for the mood to matter: its mean where a bid is made, by variant.
    for move, offer, name in ((low, share, "low"), (high, share + more, "high")):
        mood = inference.ask(f"E(mood | buyer will propose_{name})").per_variant
        for t, kind in enumerate(("weak", "strong")):
            theirs, ours = move.gain(0, t, 0).per_variant, move.gain(1, t, 0).per_variant
            assert theirs == pytest.approx(1 - offer, abs=1e-9)
            surplus = offer + drawn(game, "tilt") * mood - drawn(game, kind)
            assert ours == pytest.approx(surplus, abs=1e-6)
            mass = move.mass[t, 0]
            both = float(mass[(theirs > 0) & (ours > 0)].sum() / mass.sum())
            assert move.both(0, 1, t, 0) == pytest.approx(both)
    # The mover's own gain is what its odds say.
    for move, row in zip(
        (low, high), [r for r in price_table(inference) if r.counter.role == "accept"], strict=True
    ):
        assert move.made.sum(axis=1) == pytest.approx(row.made)
        assert move.mass.sum(axis=1) == pytest.approx(row.mass)


def test_screening_by_ultimatum():
    """Fearon (1995): the low bid is taken by the weak seller alone; odds and bits by formula."""
    for precision in (4.0, 40.0):
        game = made(
            n=3, sharp=str(precision), tilt="0", share="0.45", more="0.3", weak="0.1", strong="0.8"
        )
        inference = game.inference
        wanted = {(c.what, c.role): c for c in counters(inference)}
        low, high = moves_at_once(
            inference, [(wanted["low", "accept"], ""), (wanted["high", "accept"], "")], (), ()
        )
        prior = np.array([0.6, 0.4])
        for move, offer in ((low, 0.45), (high, 0.75)):
            odds = 1 / (1 + np.exp(-precision * (offer - np.array([0.1, 0.8]))))
            assert [move.odds(t).value for t in range(2)] == pytest.approx(odds, abs=1e-7)
            joint = np.stack([prior * odds, prior * (1 - odds)])
            apart = joint.sum(axis=1, keepdims=True) * prior
            bits = (joint * np.log2(joint / apart)).sum()
            assert move.bits == pytest.approx(bits, abs=1e-6)
        # The low bid screens: the sharper play, the more it tells; the high one is taken by more.
        assert low.bits > high.bits
    entropy = -(prior * np.log2(prior)).sum()
    assert low.bits == pytest.approx(entropy, abs=1e-3)
    assert [low.odds(t).value for t in range(2)] == pytest.approx([1.0, 0.0], abs=1e-6)


def test_what_proposing_does_to_a_state(game):
    """Nothing here follows from a bid but the deal: opinion stays where it was."""
    inference = game.inference
    wanted = {(c.what, c.role): c for c in counters(inference)}
    (bid,) = moves_at_once(inference, [(wanted["low", "propose"], "")], (), ("mood",))
    assert bid.effect(0).per_variant == pytest.approx(np.zeros(7), abs=1e-12)
    assert bid.odds(0).value == pytest.approx(inference.ask("P(buyer will propose_low)").value)


def test_types_that_stand_in_the_tree_have_the_same_prices():
    """Where a hidden start depends on it, the seller's type is drawn at the root."""
    rooted = ULTIMATUM.replace(
        "start: 0, audience: street}",
        "start: 0, audience: street}\n"
        "  token: {start: {by: seller, weak: true, strong: false}, seen_by: [seller]}",
    )
    plain, other = made(n=4), made(n=4, text=rooted)
    players = other.batch.compiled.game
    assert players.n_types[players.players.index("seller")] == 1
    for asked in ("price(seller.weak, low)", "price(seller.strong, high | mood > 0)"):
        assert other.inference.ask(asked).per_variant == pytest.approx(
            plain.inference.ask(asked).per_variant, abs=1e-6
        )
    rows = [price_table(game.inference) for game in (plain, other)]
    for one, two in zip(*rows, strict=True):
        for t in range(len(one.types)):
            assert two.price(t).value == pytest.approx(one.price(t).value, abs=1e-6)
            assert two.odds(t).value == pytest.approx(one.odds(t).value, abs=1e-6)
