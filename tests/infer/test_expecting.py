"""Expecting a disguise: the type is split in two, and belief follows by Bayes's rule."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.assess.chain import Chain, chain
from standoff.errors import ScenarioError
from standoff.infer.expecting import expected_belief, expecting
from standoff.scenario.loading import loads
from standoff.solve import logit_residual
from standoff.variants.batch import solve_batch

BEER_QUICHE = """
standoff: 1
id: breakfast
title: Beer or quiche (Cho & Kreps 1987)
clock: {rounds: [{first: 2031-03-01, last: 2031-03-01}, {first: 2031-03-02, last: 2031-03-02}]}
actors:
  patron:
    types:
      weak: {stake: {from: bullied, to: left}}
      strong: {stake: {from: bullied, to: left}}
    prior: {weak: 0.3, strong: rest}
  bully: {stake: {from: bullied, to: left}}
state:
  beer: {start: false}
parameters:
  ale: {by: patron, weak: -1, strong: 1}
turns:
  - id: breakfast
    actor: patron
    rounds: 1
    moves:
      drink: {then: {beer: true}}
      dine: {}
  - id: duel
    actor: bully
    rounds: 2
    moves:
      fight: {ends: bullied}
      leave: {ends: left}
ends: {bullied: {label: a duel}, left: {label: no duel}}
objectives:
  patron:
    taste: {value: beer, weight: ale}
    peace: {value: "2 * (ending is left)"}
  bully:
    ease: {value: "ending is left"}
solve: {precision: 4}
"""


def breakfast() -> Chain:
    return Chain(solve_batch(loads(BEER_QUICHE), 1), None)


def odds_of_beer(crisis: Chain, own: int) -> float:
    game = crisis.batch.compiled.game
    return float(crisis.batch.solution.strategy[int(game.row_start[0]) + own, 0])


def disguised(crisis: Chain) -> np.ndarray:
    """The weak type drinks beer for certain."""
    game = crisis.batch.compiled.game
    play = crisis.batch.solution.strategy.copy()
    play[game.row_start[0]], play[game.row_start[0] + 2] = 1.0, 0.0
    return play


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_beer_says_what_bayes_s_rule_says(share):
    """The bully has seen beer: by hand, with what the others choose who now expect the disguise."""
    crisis = breakfast()
    found = expecting(crisis.inference, "patron", "weak", disguised(crisis), share)
    game = found.inference.compiled.game
    play = found.inference.solution.strategy[:, 0]
    first = int(game.row_start[0])  # drink by weak, strong, the weak in disguise; then dine
    assert play[first + 2] == 1.0 and play[first + 5] == 0.0
    weak = 0.3 * (share + (1.0 - share) * play[first])
    strong = 0.7 * play[first + 1]
    for target, by_hand in (("weak", weak / (weak + strong)), ("strong", strong / (weak + strong))):
        held, _ = found.earned("bully", 1, target)
        np.testing.assert_allclose(held, by_hand, rtol=1e-9)
    assert logit_residual(
        game, found.inference.payload, found.inference.solution.strategy,
        np.isin(np.arange(game.n_rows), [first + 2, first + 5]),
    ).max() <= 1e-6  # fmt: skip


def test_a_share_of_nothing_is_what_was_solved():
    crisis = breakfast()
    belief, _ = expected_belief(
        crisis.inference, "patron", "weak", disguised(crisis), 0.0, "bully", 1, "strong"
    )
    weak, strong = 0.3 * odds_of_beer(crisis, 0), 0.7 * odds_of_beer(crisis, 1)
    np.testing.assert_allclose(belief, strong / (weak + strong), rtol=1e-6)


def test_who_is_known_to_act_the_part_gives_nothing_away_and_gains_nothing():
    """All of the weak do what the strong were solved to do: breakfast says nothing."""
    crisis = chain("signal", variants=6, as_of="2031-03-02")
    inference = crisis.inference
    game = inference.compiled.game
    player = game.players.index("neighbor")
    play = inference.solution.strategy.copy()
    rows = [
        np.arange(game.row_start[c], game.row_start[c + 1], 2)
        for c in np.flatnonzero(game.cell_player == player)
    ]
    same = np.concatenate(rows)
    order = game.types[player].index("bluff"), game.types[player].index("seize")
    play[same + order[0]] = play[same + order[1]]
    plain = inference.belief("neighbor")["seize"].posterior.per_variant
    found = expecting(inference, "neighbor", "bluff", play, 1.0)
    # The other type sees that its acts say nothing now, and may choose otherwise: what matters is
    # that the two that are left have one past. Held to the same play, belief stays where it was.
    belief, cost = found.earned("us", 1, "seize")
    both = found.inference
    first = both.solution.strategy[
        both.compiled.game.row_start[0] : both.compiled.game.row_start[1]
    ]
    kinds = both.compiled.game.types[player]
    assert kinds.count("bluff") == 2
    seize, worn = kinds.index("seize"), len(kinds) - 1
    by_hand = np.zeros(6)
    for a in range(2):  # advance, wait
        other, own = first[a * 3 + seize], first[a * 3 + worn]
        by_hand += own * plain * other / (plain * other + (1 - plain) * own)
    np.testing.assert_allclose(belief, by_hand, rtol=1e-9)
    assert (cost >= -1e-12).all()


def test_belief_in_the_type_is_the_belief_in_either_half():
    crisis = chain("signal", variants=6)
    inference = crisis.inference
    for share in (0.0, 0.3, np.linspace(0.0, 1.0, 6)):
        found = expecting(inference, "neighbor", "bluff", inference.solution.strategy, share)
        for kind, before in inference.belief("neighbor").items():
            after = found.inference.belief("neighbor")[kind].posterior.per_variant
            np.testing.assert_allclose(after, before.posterior.per_variant, rtol=1e-9)
    # A disguise that is the solved play itself changes nothing that could be seen later, either.
    solved = inference.ask("P(ending is taken)").value
    again = found.inference.ask("P(ending is taken)").value
    np.testing.assert_allclose(again, solved, atol=1e-6)


def test_what_cannot_be_split_is_said():
    crisis = chain("signal", variants=2)
    play = crisis.inference.solution.strategy
    with pytest.raises(ScenarioError, match=r"did you mean 'seize'"):
        expecting(crisis.inference, "neighbor", "sieze", play, 0.5)
    with pytest.raises(ScenarioError, match="several"):
        expecting(crisis.inference, "us", "", play, 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        expecting(crisis.inference, "neighbor", "bluff", play, 1.5)
