"""What comes next, what it is worth, what it would tell, and how surprising the past was."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest
from crisis import ARM, CALM, COMPILED, MASS, STORM, case
from enumerate import share

from standoff.infer.indicators import information
from standoff.infer.separation import immovable, mute_reports


def done(name):
    return lambda h: name in h.acts.values()


def worth(found, step, name, actor, keep=lambda h: True):
    """Payoff in stakes, by variant: [V] sums and weights."""
    game = found.compiled.game
    player = game.players.index(actor)
    sums, weights = [], []
    for twin in found.twins:
        twin.forced = _rule(found, step, name)
        twin.build()
        w = twin.weights(found.as_of)
        total = value = 0.0
        for h, x in zip(twin.histories, w, strict=True):
            if keep(h):
                pair = int(game.type_start[player]) + int(game.profile_type[h.profile, player])
                value += x * h.payoff[actor] / float(found.inference.payload.stake[pair])
                total += x
        sums.append(value)
        weights.append(total)
        twin.forced = None
        twin.build()
    return np.array(sums), np.array(weights)


def test_next_moves():
    found = case(MASS, STORM)
    (turn,) = found.inference.next_moves("blue")
    assert (turn.turn, turn.round) == ("reply", 2)
    assert turn.reached.value == pytest.approx(1.0)
    pairs = found.pairs()
    for move in turn.moves:
        assert move.odds.value == pytest.approx(share(pairs, done(move.act)))
        for label, odds in move.by_type.items():
            assert odds.value == pytest.approx(
                share(pairs, done(move.act), lambda h, t=label: h.types["blue"] == t)
            )
    later = found.inference.next_moves("red")[0]
    assert later.turn == "last"
    assert later.reached.value == pytest.approx(
        share(pairs, lambda h: any(found.compiled.steps[i].turn == "last" for i in h.acts))
    )


def test_endings():
    found = case(MASS, STORM)
    for name, odds in found.inference.endings().items():
        assert odds.value == pytest.approx(share(found.pairs(), lambda h, n=name: h.ending == n))


@pytest.mark.parametrize("kind", [None, "firm"])
def test_options_are_worth_what_enumeration_says(kind):
    found = case(MASS, STORM)
    step = found.inference.next_moves("blue")[0].step
    mine = (lambda h: h.types["blue"] == kind) if kind else (lambda h: True)
    got = found.inference.options("blue", kind)
    assert got.turn == "reply"
    worths = {o.act: worth(found, step, o.act, "blue", mine) for o in got.options}
    pooled = {a: s.sum() / w.sum() for a, (s, w) in worths.items()}
    best = max(pooled, key=pooled.get)
    by_variant = np.stack([s / w for s, w in worths.values()])
    weight = next(iter(worths.values()))[1]
    for row, option in enumerate(got.options):
        act = option.act
        assert option.value.value == pytest.approx(pooled[act] - pooled[best])
        losses = by_variant.max(axis=0) - by_variant[row]
        assert option.regret == pytest.approx((weight * losses).sum() / weight.sum())
        assert option.best_share == pytest.approx((weight * (losses < 1e-12)).sum() / weight.sum())
        assert sum(option.by_objective.values()) == pytest.approx(option.value.value)
    for label in ("grim", "mild"):
        keep = lambda h, t=label: mine(h) and h.types["red"] == t  # noqa: E731
        each = {
            a: (lambda s, w: s.sum() / w.sum())(*worth(found, step, a, "blue", keep))
            for a in worths
        }
        for option in got.options:
            assert option.by_opposing_type[f"red.{label}"] == pytest.approx(
                each[option.act] - max(each.values())
            )


def test_forced_options_agree_with_do():
    found = case(MASS, STORM)
    gap = found.inference.ask("E(blue | do(blue arm)) - E(blue | do(blue talk))").value
    step = found.inference.next_moves("blue")[0].step
    values = {}
    for act in ("blue.reply.arm", "blue.reply.talk"):
        total = weight = 0.0
        for twin in found.twins:
            twin.forced = _rule(found, step, act)
            twin.build()
            for h, w in zip(twin.histories, twin.weights(found.as_of), strict=True):
                total += w * h.payoff["blue"]
                weight += w
            twin.forced = None
            twin.build()
        values[act] = total / weight
    assert gap == pytest.approx(values["blue.reply.arm"] - values["blue.reply.talk"])


def _rule(found, step, name):
    compiled, game = found.compiled, found.compiled.game
    row = next(i for i, a in enumerate(compiled.acts) if a.name == name)

    def rule(node, level, edge):
        edges = list(range(int(game.edge_start[node]), int(game.edge_start[node + 1])))
        if level != step or row not in compiled.edge_act[edges]:
            return None
        return float(compiled.edge_act[edge] == row)

    return rule


def test_indicators_are_mutual_information():
    found = case(MASS, STORM)
    pairs = found.pairs()
    last = found.compiled.steps[found.anchor].round + 1
    shown = {i.act: i for i in found.inference.indicators("red")}
    assert "red.last.cross" not in shown or last >= 3
    for act, indicator in shown.items():
        joint = np.zeros((2, 2))
        for twin, weights in pairs:
            for h, w in zip(twin.histories, weights, strict=True):
                seen = any(
                    a == act and i >= found.anchor and found.compiled.steps[i].round <= last
                    for i, a in h.acts.items()
                )
                joint[int(seen), int(h.types["red"] == "grim")] += w
        joint /= joint.sum()
        bits = sum(
            p * math.log2(p / (joint[i].sum() * joint[:, j].sum()))
            for (i, j), p in np.ndenumerate(joint)
            if p > 0
        )
        assert indicator.bits == pytest.approx(bits, abs=1e-12)
        assert indicator.odds.value == pytest.approx(joint[1].sum())
        assert indicator.if_seen["grim"] == pytest.approx(joint[1, 1] / joint[1].sum())
    assert information(np.eye(2)) == pytest.approx(1.0)


def test_waiting_for():
    found = case(MASS, STORM, variants=1)
    pairs = found.pairs()
    shown = {a.act: a for a in found.inference.waiting_for("red")}
    assert set(shown) >= {"blue.reply.arm", "fate.weather.storm"}
    arm = shown["blue.reply.arm"]
    assert arm.odds.value == pytest.approx(share(pairs, done("blue.reply.arm")))
    after, without = defaultdict(float), defaultdict(float)
    for twin, weights in pairs:
        for h, w in zip(twin.histories, weights, strict=True):
            mine = next(
                (
                    a
                    for i, a in sorted(h.acts.items())
                    if i >= found.anchor and found.compiled.steps[i].actor == "red"
                ),
                "",
            )
            (after if "blue.reply.arm" in h.acts.values() else without)[mine] += w
    gap = sum(
        abs(after[m] / sum(after.values()) - without[m] / sum(without.values()))
        for m in set(after) | set(without)
    )
    assert arm.change.value == pytest.approx(gap / 2)


def test_surprise():
    found = case(MASS, STORM)
    got = found.inference.surprise()
    total = np.mean([sum(w) for _, w in found.pairs()])
    assert got.log_probability == pytest.approx(math.log(total))
    # All records of the first three steps that the desk could have written, by hand.
    groups: dict = defaultdict(float)
    ours = None
    for twin, weights in found.pairs():
        for h, w in zip(twin.histories, weights, strict=True):
            key = tuple(h.acts.get(i, "") for i in (0, 2) if h.acts.get(i) != "red.muster.stay")
            groups[key] += h.probability / len(found.twins)
            ours = key if w > 0 else ours
    less = sum(p for p in groups.values() if p < groups[ours] - 1e-12)
    assert got.percentile == pytest.approx(less)


def test_the_residual_type_grows_when_play_is_worse_than_random():
    found = case(MASS, STORM)
    prior, posterior = found.inference.surprise().residual["red"]
    assert prior == COMPILED.scenario.solve.residual
    from standoff.infer.surprise import with_uniform

    uniform = with_uniform(found.inference, found.inference.solution.strategy, "red")
    instead = modelled = 0.0
    for twin in found.twins:
        modelled += sum(twin.weights(found.as_of))
        kept, twin.strategy = twin.strategy, uniform
        twin.build()
        instead += sum(twin.weights(found.as_of))
        twin.strategy = kept
        twin.build()
    expected = prior * instead / (prior * instead + (1 - prior) * modelled)
    assert posterior == pytest.approx(expected)


def test_separation_of_types():
    """The desk's information about red from the first turn, by hand."""
    found = case(variants=1)
    (red, _) = found.inference.separation()
    pairs = found.pairs(prior=True)
    joint = np.zeros((3, 2))
    for i, act in enumerate(("red.muster.mass", "red.muster.stay", "red.muster.raid")):
        for j, label in enumerate(("grim", "mild")):
            joint[i, j] = sum(
                h.probability
                for t, _ in pairs
                for h in t.histories
                if h.acts[0] == act and h.types["red"] == label
            )
    assert red.bits["muster"] == pytest.approx(information(joint))
    assert red.bits["dig"] == pytest.approx(0.0, abs=1e-12)  # the desk doesn't see it
    assert red.pairs["grim/mild"]["muster"] == pytest.approx(information(joint / joint.sum(axis=0)))


def test_structure_that_cannot_be_moved():
    found = case(MASS, STORM)
    inference, random = found.inference, found.inference.at_random()
    fixed, open_ = "alert <= 3", "ending is red_wins"
    assert immovable(inference.ask(fixed), random.ask(fixed))
    assert not immovable(inference.ask(open_), random.ask(open_))


def test_a_mute_report_is_warned_of():
    report = {
        "id": "noise",
        "at": "2031-03-04T10:00",
        "report": "noise",
        "odds": [{"when": "dug_in", "p": 0.4}, {"else": 0.4}],
    }
    found = case(MASS, STORM, report)
    assert mute_reports(found.inference) == ["noise"]
    assert any("noise" in w for w in found.inference.warnings())


def test_belief_over_time():
    found = case(MASS, STORM, CALM, ARM)
    points = found.inference.over_time()
    assert [p.items for p in points] == [(), ("mass",), ("storm",), ("calm",), ("arm",)]
    for point, rows in zip(points[1:], ([MASS], [MASS, STORM], [MASS, STORM, CALM]), strict=False):
        then = case(*rows)
        assert point.belief["red"]["grim"].value == pytest.approx(
            then.inference.ask("red is grim").value
        )
    last = points[-1].belief["red"]["grim"].value
    assert last == pytest.approx(found.inference.belief("red")["grim"].posterior.value)
