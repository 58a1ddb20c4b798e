"""What lies ahead and would bring two beliefs together: by hand, and against a loop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.assess.chain import Chain, chain
from standoff.infer.parting import (
    NOTHING,
    divergence,
    everything_seen,
    parting,
    sights,
    tabled,
)
from standoff.scenario.expressions import Expr
from standoff.scenario.queries import Probability, bind_query, parse_query


def table(prior: float, if_so: list[float], if_not: list[float]) -> np.ndarray:
    """[3, c] mass by case, from odds of an event and of the cases if it holds and if not."""
    so = prior * np.array(if_so)
    base = so + (1 - prior) * np.array(if_not)
    return np.stack([so, base, base])


def test_what_reveals_all_closes_the_gap_and_what_tells_nothing_closes_none() -> None:
    reveals = parting("yn", table(0.3, [1, 0], [0, 1]), table(0.7, [1, 0], [0, 1]))
    assert reveals.closed == pytest.approx(1.0) and reveals.now == pytest.approx(-0.4)
    assert reveals.moved == pytest.approx((0.2, 0.2))
    # 1 - H(0.3), in bits.
    assert reveals.bits == pytest.approx(1 + 0.3 * np.log2(0.3) + 0.7 * np.log2(0.7))
    coin = parting("ht", table(0.3, [0.5, 0.5], [0.5, 0.5]), table(0.7, [0.5, 0.5], [0.5, 0.5]))
    assert coin.closed == pytest.approx(0.0) and coin.bits == 0.0


def test_a_half_telling_event_by_hand() -> None:
    # Seen four times of five if so, else once: 0.3 becomes 12/19 or 3/31, 0.7 28/31 or 7/19.
    found = parting("yn", table(0.3, [0.8, 0.2], [0.2, 0.8]), table(0.7, [0.8, 0.2], [0.2, 0.8]))
    np.testing.assert_allclose(found.odds, [[0.38, 0.62], [0.62, 0.38]])
    np.testing.assert_allclose(found.answer, [[12 / 19, 3 / 31], [28 / 31, 7 / 19]])
    # Either expects nothing by its own odds; by even ones each moves towards the other.
    assert found.moved[0] == pytest.approx(0.5 * (12 / 19 + 3 / 31) - 0.3)
    assert found.moved[1] == pytest.approx(0.7 - 0.5 * (28 / 31 + 7 / 19))
    own = (found.odds * found.answer).sum(axis=1)
    np.testing.assert_allclose(own, [0.3, 0.7])
    after = 0.5 * (28 / 31 - 12 / 19) + 0.5 * (7 / 19 - 3 / 31)
    assert found.after == pytest.approx(after) and found.closed == pytest.approx(1 - after / 0.4)


def test_what_one_of_them_holds_for_impossible_closes_nothing() -> None:
    found = parting("yn", table(0.3, [0, 1], [0, 1]), table(0.7, [0.5, 0.5], [0.5, 0.5]))
    assert np.isnan(found.answer[0, 0]) and found.closed == pytest.approx(0.0)
    assert found.bits > 0.3


@settings(derandomize=True, deadline=None, max_examples=50)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 6))
def test_bits_are_information_on_which_of_the_two_it_was(seed: int, n: int) -> None:
    odds = np.random.default_rng(seed).dirichlet(np.ones(n) / 2, size=2)
    joint = odds / 2
    told = sum(
        joint[i, c] * np.log2(joint[i, c] / (0.5 * joint[:, c].sum()))
        for i in range(2)
        for c in range(n)
        if joint[i, c] > 0
    )
    assert divergence(odds) == pytest.approx(told, abs=1e-12)
    assert 0 <= divergence(odds) <= 1 + 1e-12


@pytest.fixture(scope="module")
def signal() -> Chain:
    return chain("signal", variants=8)


def test_sights_are_what_may_be_seen_at_each_step(signal: Chain) -> None:
    found = {sight.id: sight for sight in sights(signal.inference)}
    assert list(found) == ["us.answer@2", "neighbor.crossing@3"]
    assert set(found["us.answer@2"].cases) == {"us.answer.reinforce", "us.answer.hold"}
    inference = signal.inference
    measure = inference.measure()
    for sight in found.values():
        taken = inference.evidence.histories.act[measure.end, sight.step]
        for case, act in zip(sight.case.tolist(), taken.tolist(), strict=True):
            name = inference.compiled.acts[act].name if act >= 0 else NOTHING
            assert sight.cases[case] == name


def test_tables_agree_with_the_answers_of_inference(signal: Chain) -> None:
    inference = signal.inference
    measure = inference.measure()
    own = inference.held(measure, _event(signal, "neighbor is seize"))[:, :, 0]
    mass = measure.pooled[:, :, 0]
    (answer, crossing) = sights(inference)
    got = tabled(mass, own, np.ones((1, 1), dtype=bool), answer.case, len(answer.cases))
    for c, case in enumerate(answer.cases):
        move = case.rsplit(".", 1)[1]
        said = inference.ask(f"P(neighbor is seize | us will {move})")
        assert got[0, c] / got[1, c] == pytest.approx(said.value, abs=1e-12)
    assert crossing.round == 3


def _event(made: Chain, text: str) -> Expr:
    body = bind_query(parse_query(f"P({text})"), made.batch.compiled.names).body
    assert isinstance(body, Probability)
    return body.event


def test_everything_seen_grows_finer_by_the_day(signal: Chain) -> None:
    found = everything_seen(signal.inference)
    numbers, labels = [n for n, _ in found], [label for _, label in found]
    assert numbers == [2, 3]
    for before, after in pairwise(labels):
        for cell in np.unique(after):
            assert len(np.unique(before[after == cell])) == 1
    ending = signal.batch.compiled.outcome_ending[signal.inference.measure().outcome]
    assert len(np.unique(labels[-1])) >= len(np.unique(ending))
