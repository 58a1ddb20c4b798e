"""The game ahead and a mediator's device in it, on random crises with random records."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from random_records import cases

from standoff.infer.mediated import (
    Aim,
    crossroads,
    equilibria,
    mediated,
    reach,
    secrets,
    within,
    without_threats,
)
from standoff.infer.outlook import endings
from standoff.solve.certificates import Certifier
from standoff.solve.mediating import pairs_of

QUIET = settings(
    derandomize=True,
    deadline=None,
    max_examples=25,
    suppress_health_check=list(HealthCheck),
)
FEW = settings(QUIET, max_examples=12)


@QUIET
@given(cases(most=300))
def test_the_game_ahead_is_worth_what_inference_says(case):
    inference = case.inference
    game = inference.compiled.game
    _, mass = inference.standing(inference.present)
    for variant in np.flatnonzero(mass.sum(axis=(0, 1)) > 0)[:1].tolist():
        known = {n: odds.per_variant[variant] for n, odds in endings(inference).items()}
        worth = []
        steps = len(inference.compiled.steps)
        for horizon in (None, inference.present, (inference.present + steps) // 2 + 1):
            place = crossroads(inference, variant, horizon)
            ahead = place.position
            outcome = place.as_solved
            odds = dict(zip(inference.compiled.endings, outcome.endings, strict=True))
            for name, p in known.items():
                assert odds[name] == pytest.approx(p, abs=1e-9)
            assert outcome.mass[ahead.ends].sum() == pytest.approx(1)
            # By sequences of moves, by code that knows nothing of all this.
            values = Certifier(ahead.game, ahead.payload).values(ahead.played)
            total = [
                np.nansum((outcome.worth * place.odds_of_side)[[a == p for a, _ in place.sides]])
                for p in game.players
            ]
            assert total == pytest.approx(values, abs=1e-9)
            worth.append(values)
        spread = np.ptp(np.stack(worth), axis=0)
        assert spread == pytest.approx(np.zeros(len(game.players)), abs=1e-8)


@FEW
@given(cases(most=200))
def test_both_obey_and_no_equilibrium_does_better(case):
    inference = case.inference
    game = inference.compiled.game
    assume(len(game.players) == 2)
    _, mass = inference.standing(inference.present)
    able = np.flatnonzero(mass.sum(axis=(0, 1)) > 0)
    assume(len(able))
    variant = int(able[0])
    horizon, pairs, turns, _ = within(inference, variant, 300)
    assume(turns and pairs <= 300)
    place = crossroads(inference, variant, horizon)
    for aim in (Aim(endings=(place.possible()[0],)), Aim(actor=game.players[1])):
        found = mediated(place, aim)
        if not found.plan.device:
            continue
        scale = max(1.0, float(np.abs(found.plan.payoffs).max()))
        assert found.check.gap <= 1e-5 * scale and found.check.slack <= 1e-6
        assert found.check.values == pytest.approx(found.plan.payoffs, abs=1e-5 * scale)
        sign = 1 if aim.endings else -1
        assert sign * (found.value - found.bound) >= -1e-5 * scale
        for strategy in equilibria(place):
            alone = place.value(place.outcome(reach(place.position, strategy)), aim)
            assert sign * (alone - found.bound) >= -1e-4 * scale
        assert without_threats(found).shape == (2,)
        for kept in secrets(found):
            assert kept.gain >= 0 and kept.hidden >= 0 and kept.told >= 0
        assert pairs_of(found.plan).weight.min() >= -1e-7
