"""Odds of types and the precision, set by hand: what is written is what the draws hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.errors import ScenarioError
from standoff.scenario import load
from standoff.scenario.loading import apply_settings
from standoff.scenario.models import Prior
from standoff.variants import draw


def test_the_other_of_two_types_gets_the_rest() -> None:
    draws = draw(load("signal", settings={"prior.neighbor.seize": "0.7"}), 8)
    assert np.allclose(draws.prior["neighbor"], [[0.7] * 8, [0.3] * 8])


@given(st.sampled_from(["hold", "trade", "exit"]), st.floats(0.01, 0.99))
@settings(derandomize=True, deadline=None, max_examples=20)
def test_the_others_keep_their_odds_among_each_other(kind: str, odds: float) -> None:
    base = load("cuba-1962")
    kinds = list(base.actors["ussr"].types)
    before = draw(base, 16).prior["ussr"]
    after = draw(apply_settings(base, {f"prior.ussr.{kind}": repr(odds)}), 16).prior["ussr"]
    place = kinds.index(kind)
    others = [i for i in range(3) if i != place]
    assert np.allclose(after[place], odds)
    assert np.allclose(after.sum(axis=0), 1.0)
    assert np.allclose(after[others] / (1 - odds), before[others] / before[others].sum(axis=0))


def test_all_types_may_be_set() -> None:
    two = {"prior.ussr.hold": "0.5", "prior.ussr.trade": "0.2"}
    draws = draw(load("cuba-1962", settings=two), 4)
    assert np.allclose(draws.prior["ussr"][:, 0], [0.5, 0.2, 0.3])
    with pytest.raises(ScenarioError, match="must sum to 1"):
        load("cuba-1962", settings=two | {"prior.ussr.exit": "0.9"})


def test_the_precision_is_fixed() -> None:
    assert set(draw(load("signal", settings={"precision": "2.5"}), 8).precision) == {2.5}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("prior.neighbor.seise", "0.5", "there is no 'prior.neighbor.seise' to set"),
        ("prior.neighbour.seize", "0.5", "there is no"),
        ("prior.neighbor.seize", "1", "can't be set to that"),
        ("prior.neighbor.seize", "much", "can't be set to that"),
        ("precision", "0", "can't be set to that"),
        ("precision", "nan", "can't be set to that"),
    ],
)
def test_what_cannot_be_set_is_said(key: str, value: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load("signal", settings={key: value})


def test_types_that_are_drawn_together_are_not_scaled() -> None:
    base = load("cuba-1962")
    together = Prior(dirichlet={"hold": 4, "trade": 4, "exit": 4})
    ussr = base.actors["ussr"].model_copy(update={"prior": together})
    scenario = base.model_copy(update={"actors": {**base.actors, "ussr": ussr}})
    with pytest.raises(ScenarioError, match="can't be scaled"):
        apply_settings(scenario, {"prior.ussr.hold": "0.5"})
