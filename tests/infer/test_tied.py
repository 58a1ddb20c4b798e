"""A turn that is tied: what others make of it, what it is worth, who would tie itself."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.assess.chain import Chain, chain
from standoff.infer.tied import Tied, over
from standoff.infer.turns import turns_ahead
from standoff.scenario.loading import loads
from standoff.solve import aqre_held
from standoff.variants.batch import solve_batch

ENTRY = """
standoff: 1
id: entry
title: Entry deterrence (Selten 1978)
clock: {rounds: [{first: 2031-03-01, last: 2031-03-01}, {first: 2031-03-02, last: 2031-03-02}]}
actors:
  entrant: {stake: {from: shared, to: kept}}
  incumbent:
    types:
      weak: {stake: {from: shared, to: kept}}
      tough: {stake: {from: shared, to: kept}}
    prior: {weak: 0.75, tough: rest}
turns:
  - id: entry
    actor: entrant
    rounds: 1
    moves:
      stay_out: {ends: kept}
      enter: {}
  - id: answer
    actor: incumbent
    rounds: 2
    moves:
      fight: {ends: war}
      yield: {ends: shared}
parameters:
  fury: {by: incumbent, weak: 0, tough: 1.5}
ends: {kept: {}, war: {}, shared: {}}
objectives:
  entrant:
    market: {value: "(ending is shared) - (ending is war)"}
  incumbent:
    market: {value: "2 * (ending is kept) + (ending is shared)"}
    honor: {value: ending is war, weight: fury}
solve: {precision: 3}
"""


def entry() -> Chain:
    return Chain(solve_batch(loads(ENTRY), 1), None)


def answer(crisis: Chain) -> Tied:
    (at,) = [t for t in turns_ahead(crisis.inference) if t.turn == "answer"]
    return Tied(crisis.inference, at)


def logit(values: dict[str, float], precision: float = 3.0) -> dict[str, float]:
    top = max(values.values())
    odds = {k: np.exp(precision * (v - top)) for k, v in values.items()}
    return {k: v / sum(odds.values()) for k, v in odds.items()}


def by_hand(fight: dict[str, float], prior: dict[str, float]) -> dict[str, float]:
    """Worth to each type (stake 1) of an incumbent that fights with these odds, the entrant
    believing this prior."""
    feared = sum(prior[kind] * fight[kind] for kind in prior)
    enter = logit({"in": 1 - 2 * feared, "out": 0.0})["in"]
    honor = {"weak": 0.0, "tough": 1.5}
    return {
        kind: 2 * (1 - enter) + enter * (fight[kind] * honor[kind] + (1 - fight[kind]))
        for kind in fight
    }


PRIOR = {"weak": 0.75, "tough": 0.25}
FREE = {"weak": logit({"f": 0.0, "y": 1.0})["f"], "tough": logit({"f": 1.5, "y": 1.0})["f"]}


def test_the_turns_ahead_are_those_at_which_somebody_chooses():
    turns = turns_ahead(entry().inference)
    assert [(t.actor, t.turn, t.round) for t in turns] == [
        ("entrant", "entry", 1), ("incumbent", "answer", 2),
    ]  # fmt: skip
    assert turns[1].acts == ("incumbent.answer.fight", "incumbent.answer.yield")
    for at in turns:
        np.testing.assert_allclose(at.made.sum(axis=0), at.reached)


def test_tied_to_fight_an_incumbent_keeps_its_market_by_hand():
    """The stakes are 1: the worths are those of the logit by hand."""
    tied = answer(entry())
    for name, worth, fight in (
        ("as solved", tied.as_solved, FREE),
        ("fight", tied.tied({"incumbent.answer.fight": 1.0}), {"weak": 1.0, "tough": 1.0}),
        ("yield", tied.tied({"incumbent.answer.yield": 1.0}), {"weak": 0.0, "tough": 0.0}),
        (
            "mixed",
            tied.tied({"incumbent.answer.fight": 0.4, "incumbent.answer.yield": 0.6}),
            {"weak": 0.4, "tough": 0.4},
        ),
        (
            "the weak alone",
            tied.tied({"incumbent.answer.fight": 1.0}, bound=("weak",)),
            {"weak": 1.0, "tough": FREE["tough"]},
        ),
    ):
        expected = by_hand(fight, PRIOR)
        found = dict(zip(tied.types, worth.value[:, 0], strict=True))
        assert found == pytest.approx(expected, abs=1e-5), name
        assert worth.solved.all()
    # Strong commitment pays here: both would have the market to themselves.
    assert by_hand({"weak": 1.0, "tough": 1.0}, PRIOR)["weak"] > by_hand(FREE, PRIOR)["weak"]


def test_what_nobody_expects_deters_nobody():
    tied = answer(entry())
    quiet = tied.quietly({"incumbent.answer.fight": 1.0})
    feared = sum(PRIOR[k] * FREE[k] for k in PRIOR)
    enter = logit({"in": 1 - 2 * feared, "out": 0.0})["in"]
    np.testing.assert_allclose(
        quiet.value[:, 0], [2 * (1 - enter), 2 * (1 - enter) + 1.5 * enter], atol=1e-6
    )


def test_a_tie_that_only_some_would_make_is_read_so():
    """The tough tie themselves to yield? Whoever does not is then taken for weak, and met so."""
    tied = answer(entry())
    for some in (("weak",), ("tough",)):
        rest = tuple(k for k in PRIOR if k not in some)
        alone = {k: float(k in rest) for k in PRIOR}
        none = tied.untied(rest)
        np.testing.assert_allclose(none.value[:, 0], list(by_hand(FREE, alone).values()), atol=1e-5)
        tie = tied.tied({"incumbent.answer.yield": 1.0}, among=some)
        yields = dict.fromkeys(PRIOR, 0.0)
        known = {k: float(k in some) for k in PRIOR}
        np.testing.assert_allclose(
            tie.value[:, 0], list(by_hand(yields, known).values()), atol=1e-5
        )


def test_going_back_at_a_cost_by_hand_and_at_a_forbidding_one_not_at_all():
    tied = answer(entry())
    for cost in (0.0, 0.5, 2.0):
        worth = tied.costly("incumbent.answer.fight", cost)
        honor = {"weak": 0.0, "tough": 1.5}
        fight = {k: logit({"f": honor[k], "y": 1.0 - cost})["f"] for k in PRIOR}
        paid = by_hand(fight, PRIOR)
        feared = sum(PRIOR[k] * fight[k] for k in PRIOR)
        enter = logit({"in": 1 - 2 * feared, "out": 0.0})["in"]
        expected = [paid[k] - cost * enter * (1 - fight[k]) for k in PRIOR]
        np.testing.assert_allclose(worth.value[:, 0], expected, atol=1e-5)
        assert worth.gone is not None and worth.come is not None
        back = over(worth.gone, worth.come)[:, 0]
        np.testing.assert_allclose(back, [1 - fight[k] for k in PRIOR], atol=1e-5)
        np.testing.assert_allclose(worth.come.sum(), enter, atol=1e-5)
    dear = tied.costly("incumbent.answer.fight", 40.0)
    held = tied.tied({"incumbent.answer.fight": 1.0})
    np.testing.assert_allclose(dear.value, held.value, atol=1e-5)
    np.testing.assert_allclose(tied.costly("incumbent.answer.fight", 0.0).value,
                               tied.as_solved.value, atol=1e-5)  # fmt: skip


def test_a_tie_that_all_types_make_leaves_belief_where_it_was():
    """Belief after the tied turn is the belief before it, whatever the types would have done."""
    crisis = chain("signal", variants=5, as_of="2031-03-02")
    inference = crisis.inference
    at = turns_ahead(inference)[0]
    assert at.turn == "call_up"
    game = inference.compiled.game
    held = np.zeros(game.n_rows, dtype=bool)
    held[game.row_start[0] : game.row_start[1]] = True
    for share in (1.0, 0.3):
        play = inference.solution.strategy.copy()
        play[game.row_start[0] : game.row_start[1]] = np.repeat([share, 1 - share], 2)[:, None]
        found = aqre_held(game, inference.payload, held, play)
        again = type(inference)(
            inference.compiled, inference.payload, inference.draws, found, inference.evidence
        )
        before = inference.belief("neighbor")["seize"].posterior.per_variant
        later = again.ask("P(neighbor is seize | forward at round 1)")
        np.testing.assert_allclose(later.per_variant, before, rtol=1e-9)
        if share == 1.0:  # and what the tie is worth is what that play is worth
            worth = Tied(inference, at).tied({"neighbor.call_up.advance": 1.0})
            for t, kind in enumerate(("seize", "bluff")):
                value = again.ask(f"E(neighbor | neighbor is {kind})")
                whole = value.per_variant / inference.payload.stake[t]
                np.testing.assert_allclose(worth.value[t], whole, atol=1e-4)


def test_endings_are_odds():
    crisis = chain("signal", variants=4)
    for at in turns_ahead(crisis.inference):
        tied = Tied(crisis.inference, at)
        for act in at.acts:
            found = tied.tied({act: 1.0}).endings
            np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-9)
        np.testing.assert_allclose(tied.as_solved.endings.sum(axis=1), 1.0, rtol=1e-9)
    odds = crisis.inference.endings()["taken"].per_variant
    whole = (tied.as_solved.endings * over(tied.mass, tied.mass.sum(axis=0))[:, None]).sum(axis=0)
    place = crisis.inference.compiled.endings.index("taken")
    np.testing.assert_allclose(whole[place], odds, rtol=1e-9)


TWICE = """
standoff: 1
id: twice
title: A turn that comes in two rounds
clock: {rounds: [{first: 2031-03-01, last: 2031-03-01}, {first: 2031-03-02, last: 2031-03-02}]}
actors:
  red: {stake: {from: war, to: time}}
  blue: {stake: {from: war, to: time}}
turns:
  - id: watch
    actor: red
    moves:
      attack: {ends: war}
      hold: {}
  - id: answer
    actor: blue
    rounds: 1
    moves:
      provoke: {ends: war}
      calm: {}
ends: {war: {}, time: {}}
objectives:
  red: {peace: {value: ending is time}}
  blue: {peace: {value: ending is time}}
solve: {precision: 2}
"""


def test_a_turn_may_be_tied_once_or_each_time_that_it_comes():
    """Holding is worth 1 against a war's 0; whoever is free slips with the logit's odds."""
    crisis = Chain(solve_batch(loads(TWICE), 1), None)
    slip = 1 / (1 + np.exp(2.0))  # the last choice: nothing comes after it
    inference = crisis.inference
    once = [t for t in turns_ahead(inference) if t.turn == "watch"]
    assert [t.steps for t in once] == [(0,), (2,)] and [t.round for t in once] == [1, 2]
    (always,) = [t for t in turns_ahead(inference, always=True) if t.turn == "watch"]
    assert always.steps == (0, 2) and always.round == 1
    np.testing.assert_allclose(always.reached, once[0].reached)
    np.testing.assert_allclose(always.made, once[0].made)
    each = Tied(inference, always).tied({"red.watch.hold": 1.0})
    calm = 1 / (1 + np.exp(-2.0))  # blue: peace for certain after it
    np.testing.assert_allclose(each.value[0], calm, atol=1e-6)
    first = Tied(inference, once[0]).tied({"red.watch.hold": 1.0})
    ahead = 1.0 - slip
    calm = 1 / (1 + np.exp(-2.0 * ahead))
    np.testing.assert_allclose(first.value[0], calm * ahead, atol=1e-6)


JOINT = ENTRY.replace("    prior: {weak: 0.75, tough: rest}\n", "").replace(
    "  entrant: {stake: {from: shared, to: kept}}\n",
    "  entrant:\n    types: {bold: {stake: {from: shared, to: kept}},"
    " shy: {stake: {from: shared, to: kept}}}\n",
).replace("turns:\n", (
    "joint:\n"
    "  - {entrant: bold, incumbent: weak, p: 0.4}\n"
    "  - {entrant: bold, incumbent: tough, p: 0.1}\n"
    "  - {entrant: shy, incumbent: weak, p: 0.15}\n"
    "  - {entrant: shy, incumbent: tough, p: rest}\n"
    "turns:\n"
), 1)  # fmt: skip
TOGETHER = {("bold", "weak"): 0.4, ("bold", "tough"): 0.1, ("shy", "weak"): 0.15,
            ("shy", "tough"): 0.35}  # fmt: skip


def jointly(fight: dict[str, float], among: tuple[str, ...] = ("weak", "tough")) -> list[float]:
    """Worth to each type of the incumbent where either kind of entrant, who differ in nothing but
    what they believe, makes its own of a tie that only some would make.
    """
    enter = {}
    for kind in ("bold", "shy"):
        odds = {own: TOGETHER[kind, own] for own in among}
        feared = sum(odds[own] * fight[own] for own in odds) / sum(odds.values())
        enter[kind] = logit({"in": 1 - 2 * feared, "out": 0.0})["in"]
    found = []
    for own, honor in (("weak", 0.0), ("tough", 1.5)):
        odds = {kind: TOGETHER[kind, own] for kind in enter}
        comes = sum(odds[kind] * enter[kind] for kind in odds) / sum(odds.values())
        found.append(2 * (1 - comes) + comes * (fight[own] * honor + 1 - fight[own]))
    return found


def test_types_that_go_together_are_read_together_by_hand():
    tied = answer(Chain(solve_batch(loads(JOINT), 1), None))
    fight, give = {"incumbent.answer.fight": 1.0}, {"incumbent.answer.yield": 1.0}
    one, none = {"weak": 1.0, "tough": 1.0}, {"weak": 0.0, "tough": 0.0}
    for worth, expected in (
        (tied.as_solved, jointly(FREE)),
        (tied.tied(fight), jointly(one)),
        (tied.tied(fight, bound=("weak",)), jointly({**FREE, "weak": 1.0})),
        (tied.tied(give, among=("tough",)), jointly(none, ("tough",))),
        (tied.untied(("weak",)), jointly(FREE, ("weak",))),
    ):
        np.testing.assert_allclose(worth.value[:, 0], expected, atol=1e-5)


READY = """
standoff: 1
id: ready
title: A promise that can't always be kept
clock: {rounds: [{first: 2031-03-01, last: 2031-03-01}]}
actors:
  red: {stake: 1}
  sky: {kind: nature}
state: {ready: {start: false}}
turns:
  - id: coin
    actor: sky
    outcomes: {heads: {odds: 0.5, then: {ready: true}}, tails: {odds: rest}}
  - id: answer
    actor: red
    moves:
      fight: {when: ready, ends: war}
      yield: {ends: shared}
      talk: {}
ends: {war: {}, shared: {}}
objectives:
  red: {loss: {value: "-(ending is war)"}}
solve: {precision: 2}
"""


def test_only_who_can_keep_a_promise_goes_back_on_it():
    """Where the move promised is not open, another one costs nothing and is no breach."""
    inference = Chain(solve_batch(loads(READY), 1), None).inference
    (at,) = turns_ahead(inference)
    worth = Tied(inference, at).costly("red.answer.fight", 0.5)
    keeps = logit({"f": -1.0, "y": -0.5, "t": -0.5}, 2.0)["f"]
    assert worth.come is not None and worth.gone is not None
    np.testing.assert_allclose(worth.come, 0.5)
    np.testing.assert_allclose(over(worth.gone, worth.come), 1.0 - keeps, atol=1e-6)


DRAWN = """
standoff: 1
id: drawn
title: Types that stand in the tree
clock: {rounds: [{first: 2031-03-01, last: 2031-03-01}]}
actors:
  red:
    types: {rich: {stake: {from: lost, to: won}}, poor: {stake: {from: lost, to: won}}}
    prior: {rich: 0.4, poor: rest}
  sky: {kind: nature}
parameters:
  prize: {by: red, rich: 4, poor: 2}
turns:
  - id: sign
    actor: sky
    outcomes: {bright: {odds: "0.8 if red is rich else 0.3"}, dark: {odds: rest}}
  - id: answer
    actor: red
    moves: {stand: {ends: lost}, go: {ends: won}}
ends: {lost: {}, won: {}}
objectives:
  red: {gain: {value: ending is won, weight: prize}}
solve: {precision: 2}
"""


def test_types_that_stand_in_the_tree_pay_in_their_own_stakes_by_hand():
    """What is won is each type's stake, 4 or 2: standing is worth a whole stake less, and half of
    one less where going costs half."""
    inference = Chain(solve_batch(loads(DRAWN), 1), None).inference
    (at,) = turns_ahead(inference)
    tied = Tied(inference, at)
    assert not tied.may_signal and tied.types == ("rich", "poor")
    np.testing.assert_allclose(tied.mass[:, 0], [0.4, 0.6])
    go = logit({"go": 1.0, "stand": 0.0}, 2.0)["go"]
    np.testing.assert_allclose(tied.as_solved.value, go, atol=1e-6)
    np.testing.assert_allclose(tied.tied({"red.answer.stand": 1.0}).value, 0.0, atol=1e-6)
    worth = tied.costly("red.answer.stand", 0.5)
    back = logit({"go": 0.5, "stand": 0.0}, 2.0)["go"]
    np.testing.assert_allclose(worth.value, 0.5 * back, atol=1e-6)
    np.testing.assert_allclose(over(worth.gone, worth.come), back, atol=1e-6)
