"""Queries that need care: beliefs inside events, likelihood ratios, dependence, comparisons."""

from __future__ import annotations

import numpy as np
import pytest
from crisis import ARM, CALM, MASS, STORM, case
from enumerate import mean, share

from standoff.errors import QueryError
from standoff.infer.pooling import effective, pool, quantiles


def grim(h):
    return h.types["red"] == "grim"


def firm(h):
    return h.types["blue"] == "firm"


def done(name):
    return lambda h: name in h.acts.values()


def total(twin, weights, event):
    return sum(w for h, w in zip(twin.histories, weights, strict=True) if event(h))


def test_averaging_over_own_types_gives_back_the_desk():
    """Blue has seen all that the desk has."""
    found = case(MASS, STORM)
    mixed = sum(
        found.inference.ask(f"blue is {t}").value
        * found.inference.ask("red is grim", view=f"blue.{t}").value
        for t in ("firm", "soft")
    )
    assert mixed == pytest.approx(found.inference.ask("red is grim").value)
    each = found.inference.ask("red is grim", view="blue")
    assert set(each.by_type) == {"firm", "soft"}


def test_an_actor_knows_its_own_unseen_move():
    """Red knows whether it dug in; the desk's doubt about that is spread over red's sights."""
    found = case(MASS, STORM)
    p = found.inference.ask("red did dig.dig").per_variant
    seen = found.inference.ask("red did dig.dig", view="red")
    own = found.inference.ask("red is grim").per_variant
    mixed = own * seen.by_type["grim"].per_variant + (1 - own) * seen.by_type["mild"].per_variant
    np.testing.assert_allclose(mixed, p)
    certain = found.inference.ask("P(belief(red, red did dig.dig) in [0, 1])")
    assert certain.value == pytest.approx(1.0)


def test_beliefs_inside_events():
    found = case(MASS, STORM)
    pairs = found.pairs()
    viewer = found.compiled.viewers.index("blue")
    level = next(i for i, s in enumerate(found.compiled.steps) if s.round == 3)

    def believed(twin, h, at):
        key = (h.types["blue"], found.compiled.node_seen[viewer, h.at(at)])
        same = [
            g
            for g in twin.histories
            if (g.types["blue"], found.compiled.node_seen[viewer, g.at(at)]) == key
        ]
        return sum(g.probability for g in same if grim(g)) / sum(g.probability for g in same)

    for text, at in (
        ("belief(blue, red is grim) > 0.4", found.anchor),
        ("(belief(blue, red is grim) > 0.4) at round 2", level),
    ):
        top = bottom = 0.0
        for twin, weights in pairs:
            for h, w in zip(twin.histories, weights, strict=True):
                if w > 0:
                    bottom += w
                    top += w * (believed(twin, h, at) > 0.4)
        text = text.replace("(belief", "belief").replace("0.4)", "0.4") if " at " in text else text
        assert found.inference.ask(f"P({text})").value == pytest.approx(top / bottom)


def test_likelihood_ratios():
    found = case(MASS, STORM, CALM, ARM)
    early = case(MASS, STORM, CALM)
    got = found.inference.ask("LR(blue reply.arm; blue is firm)")
    pairs = early.pairs()
    arm = done("blue.reply.arm")
    expected = share(pairs, arm, firm) / share(pairs, arm, lambda h: not firm(h))
    assert got.status == "ratio"
    assert got.value == pytest.approx(expected)
    # Not played yet: as it will be; and an event over how play comes out.
    assert early.inference.ask("LR(blue reply.arm; blue is firm)").value == pytest.approx(expected)
    wins = lambda h: h.ending == "red_wins"  # noqa: E731
    assert found.inference.ask("LR(blue reply.arm; ending is red_wins)").value == pytest.approx(
        share(pairs, arm, wins) / share(pairs, arm, lambda h: not wins(h))
    )
    shown = {e.id: e for e in found.inference.diagnosticity()}
    assert shown["arm"].ratios["blue"]["firm"].value == pytest.approx(expected)
    assert shown["arm"].pairwise["blue"]["firm/soft"].value == pytest.approx(expected)


def test_diagnosticity_multiplies_up_to_the_shift():
    """In one variant the items' ratios and the silent step's between them are the whole shift."""
    found = case(MASS, STORM, CALM, ARM, variants=1)
    blue = found.inference.belief("blue")["firm"]
    odds = blue.prior.value / (1 - blue.prior.value)
    for item in found.inference.diagnosticity():
        odds *= item.ratios["blue"]["firm"].value
    assert odds / (1 + odds) == pytest.approx(blue.posterior.value)


def test_dependence_is_total_variation():
    found = case(MASS, STORM, variants=1)
    pairs = found.pairs()
    acts = ["blue.reply.arm", "blue.reply.talk", "blue.reply.strike"]
    gap = sum(
        abs(share(pairs, done(a), firm) - share(pairs, done(a), lambda h: not firm(h)))
        for a in acts
    )
    assert found.inference.ask("D(next moves of blue; blue is firm)").value == pytest.approx(
        gap / 2
    )
    assert found.inference.ask("D(blue reply; blue is firm, blue is soft)").value == pytest.approx(
        gap / 2
    )


def test_comparisons_arithmetic_and_parameters():
    found = case(MASS, STORM, variants=5)
    one = found.inference.ask("P(red is grim)").per_variant
    two = found.inference.ask("P(ending is red_wins)").per_variant
    weight = found.inference.measure().total()
    got = found.inference.ask("P(red is grim) > P(ending is red_wins)")
    assert got.status == "comparison"
    assert got.share == pytest.approx((weight * (one > two)).sum() / weight.sum())
    assert got.difference == pytest.approx(quantiles(one - two, weight, 0.5)[0])
    value = found.inference.ask("P(red is grim) - P(ending is red_wins)")
    np.testing.assert_allclose(value.per_variant, one - two)
    ratio = found.inference.ask("P(red is grim) / P(ending is red_wins)")
    assert ratio.status == "ratio"
    share_of = found.inference.ask("P(red is grim) * trust")
    np.testing.assert_allclose(share_of.per_variant, one * found.inference.draws.values["trust"])
    between = found.inference.ask("P(red is grim) between 0 and 1")
    assert between.share == 1.0


def test_next_moves_and_types_sum_to_one():
    found = case(MASS, STORM)
    for text in (
        "next moves of blue",
        "type of red",
        "prior type of red",
        "next moves of red | blue will reply.arm",
    ):
        parts = found.inference.ask(text).distribution
        assert sum(p.value for p in parts.values()) == pytest.approx(1.0)


def test_a_structural_certainty_is_no_observation():
    found = case(MASS, STORM)
    assert found.inference.ask("red did muster.mass").status == "observed"
    assert found.inference.ask("alert <= 3").status == "probability"
    assert found.inference.ask("alert <= 3").value == pytest.approx(1.0)


def test_impossible_questions():
    found = case(MASS, STORM)
    with pytest.raises(QueryError, match="open in no history"):
        found.inference.ask("P(red is grim | do(red dig.dig))")
    assert np.isnan(found.inference.ask("P(red is grim | red did muster.stay)").value)


def test_time_words_count_from_the_anchor():
    found = case(MASS, STORM, CALM, ARM)
    inference = found.inference
    assert inference.ask("blue will reply.arm").value == 0.0
    assert inference.ask("blue did reply.arm").observed is True
    then = inference.anchored(3)
    assert then.ask("blue will reply.arm").observed is True
    assert then.ask("prior P(blue will reply.arm)").value == pytest.approx(
        share(found.pairs(prior=True), done("blue.reply.arm"))
    )


def test_expected_payoffs_of_an_objective():
    found = case(MASS, STORM)
    weight = {"grim": 3.0, "mild": 1.0}
    got = found.inference.ask("E(red.prize)").value
    expected = mean(found.pairs(), lambda h: weight[h.types["red"]] * (h.ending == "red_wins"))
    assert got == pytest.approx(expected)
    # A lottery's outcomes pay what they pay, not the mean over the lottery.
    wins = lambda h: h.ending == "red_wins"  # noqa: E731
    got = found.inference.ask("E(red.prize | ending is red_wins)").value
    assert got == pytest.approx(mean(found.pairs(), lambda h: weight[h.types["red"]], wins))
    cost = found.inference.ask("E(red.cost | ending is red_wins)").value
    got = found.inference.ask("E(red | ending is red_wins)").value
    assert got == pytest.approx(cost + mean(found.pairs(), lambda h: weight[h.types["red"]], wins))
    parts = [found.inference.ask(f"E(red.{o})").value for o in ("prize", "loss", "cost")]
    assert sum(parts) == pytest.approx(found.inference.ask("E(red)").value)
    assert found.inference.ask("E(alert)").value == pytest.approx(
        mean(
            found.pairs(),
            lambda h: sum(a in ("fate.weather.storm", "blue.reply.arm") for a in h.acts.values()),
        )
    )


def test_pooling():
    joint, base = np.array([0.1, 0.3, 0.0]), np.array([0.2, 0.4, 0.0])
    got = pool(joint, base)
    assert got.value == pytest.approx(0.4 / 0.6)
    assert got.range90[0] >= 0.5
    assert got.range90[0] <= got.value <= got.range90[1]
    assert effective([1, 1, 1, 1]) == pytest.approx(4)
    assert effective([1e-200, 1e-200]) == pytest.approx(2)
    assert effective([0, 0]) == 0
    # Skew: the mean lies outside the middle ninety per cent, and the range is widened to hold it.
    skewed = pool(np.r_[np.full(99, 1e-6), 0.9], np.r_[np.ones(99), 1.0])
    assert skewed.range90[1] == pytest.approx(skewed.value)
