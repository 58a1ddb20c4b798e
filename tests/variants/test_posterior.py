"""A record that few draws explain: tempering against what is known and against brute force."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy import stats

from standoff.assess.chain import moment_of
from standoff.compile import compile_scenario
from standoff.infer.evidence import Evidence
from standoff.infer.inference import Inference
from standoff.infer.pooling import effective
from standoff.scenario.loading import loads
from standoff.scenario.models import RecordItem
from standoff.variants.batch import Batch, solve_draws, subset_batch
from standoff.variants.drawing import draws_at, uncertain_columns
from standoff.variants.points import points
from standoff.variants.posterior import Posterior, likelihood, likelihood_at, posterior
from standoff.variants.store import InMemory

TEXT = """
standoff: 1
id: improbable
title: A record that few draws explain
as_of: 2031-03-03
clock: {start: 2031-03-03, rounds: 2}
parameters:
  a: {uniform: [0, 1]}
  b: {uniform: [0, 1]}
  c: {uniform: [0, 1]}
  prize: {triangular: [0.5, 1, 2]}
  cost: {uniform: [0.2, 1.5]}
correlate:
  - {between: [prize, cost], rank: 0.5}
actors:
  red:
    types: {grim: {}, mild: {}}
    prior: {grim: {uniform: [0.1, 0.7]}, mild: rest}
  blue: {}
state: {massed: {start: false}}
turns:
  - {id: mass, actor: red, rounds: 1, moves: {go: {then: {massed: true}}, wait: {}}}
  - {id: reply, actor: blue, rounds: 2, moves: {yield: {ends: taken}, fight: {ends: war}}}
ends: {taken: {}, war: {}, time: {}}
objectives:
  red:
    prize: {value: ending is taken, weight: {grim: prize, mild: 0.3}}
    cost: {value: -massed, weight: cost}
  blue:
    keep: {value: -(ending is taken), weight: prize}
    war: {value: -(ending is war), weight: 1}
observer: {sees_as: [public]}
record:
  - {id: went, move: red.mass.go, at: 2031-03-03}
"""
HITS = {"a": (9, 1), "b": (1, 9), "c": (5, 5)}


@cache
def crisis() -> tuple[Any, Evidence]:
    scenario = loads(TEXT)
    reports = [
        {
            "report": f"{name} {'yes' if hit else 'no'} {k}",
            "at": "2031-03-03",
            "odds": [
                {"when": "red is grim", "p": name if hit else f"1 - {name}"},
                {"else": name if hit else f"1 - {name}"},
            ],
        }
        for name, (yes, no) in HITS.items()
        for hit, count in ((True, yes), (False, no))
        for k in range(count)
    ]
    # One report that ties a parameter to the type.
    reports.append(
        {
            "report": "troops sing",
            "at": "2031-03-03",
            "odds": [{"when": "red is grim", "p": "0.9 * a"}, {"else": "0.5"}],
        }
    )
    items = [RecordItem.model_validate(one) for one in reports]
    written = scenario.model_copy(update={"record": (*scenario.record, *items)})
    compiled = compile_scenario(written)
    return compiled, Evidence(compiled, moment_of(written, written.as_of))


@cache
def start(n: int, seed: int) -> tuple[np.ndarray, Batch, np.ndarray]:
    compiled, evidence = crisis()
    cube = points(n, len(uncertain_columns(compiled.scenario)), seed)
    batch = solve_draws(compiled, draws_at(compiled.scenario, cube, seed))
    return cube, batch, likelihood(batch, evidence)


def tempered(cube: np.ndarray, record: np.ndarray, **more: Any) -> Posterior:
    compiled, evidence = crisis()
    return posterior(compiled, evidence, cube, record, **more)


@cache
def found(seed: int = 0, n: int = 256) -> Posterior:
    cube, _, record = start(n, seed)
    return tempered(cube, record, seed=seed)


def answers(batch: Batch) -> dict[str, float]:
    """Headline numbers of a batch."""
    _, evidence = crisis()
    inference = Inference(batch.compiled, batch.payload, batch.draws, batch.solution, evidence)
    total = likelihood(batch, evidence)
    made = {}
    for text in ("red is grim", "ending is war"):
        pooled = inference.ask(f"P({text})").pooled
        assert pooled is not None
        made[text] = pooled.value
    values = batch.draws.values
    for name in ("a", "b", "c", "prize", "cost"):
        made[name] = float(np.average(values[name], weights=total))
    return made


def test_few_draws_explain_the_record_and_all_particles_do() -> None:
    _, batch, record = start(256, 0)
    assert effective(record) < 0.1 * 256
    known = found()
    assert known.tempered.met and known.tempered.temperature == 1.0
    _, evidence = crisis()
    again = solve_draws(batch.compiled, known.draws)
    weights = likelihood(again, evidence)
    assert effective(weights) == pytest.approx(256, rel=1e-6)
    assert known.tempered.effective > 128
    assert known.tempered.solved <= 20 * 256
    # What the particles' masses sum to is what the prior's would have, given enough draws.
    _, _, much = start(50 * 256, 7)
    assert np.log(weights.mean()) == pytest.approx(np.log(much.mean()), abs=0.4)


def test_answers_are_those_of_fifty_times_as_many_draws() -> None:
    compiled, _ = crisis()
    _, batch, record = start(50 * 256, 7)
    brute = answers(batch)
    several = [found(seed) for seed in range(6)]
    each = [answers(solve_draws(compiled, one.draws)) for one in several]
    worth = effective(record)
    for name, value in brute.items():
        numbers = np.array([one[name] for one in each])
        # Sampling error of the brute force, from its spread and its effective number; that of the
        # mean of six tempered runs, from their own.
        if name in batch.draws.values:
            x = batch.draws.values[name]
            own = np.sqrt(np.average((x - value) ** 2, weights=record) / worth)
        else:
            own = np.sqrt(value * (1 - value) / worth)  # at most: the variants' answers lie closer
        error = np.hypot(own, numbers.std(ddof=1) / np.sqrt(len(numbers)))
        assert abs(numbers.mean() - value) < 4.5 * error, (name, numbers, value, error)


def test_parameters_of_reports_have_the_posterior_that_is_known() -> None:
    for name, (yes, no) in HITS.items():
        if name == "a":  # tied to the type by one more report
            continue
        known = stats.beta(1 + yes, 1 + no)
        x = np.concatenate([found(seed).draws.values[name] for seed in range(6)])
        assert x.mean() == pytest.approx(known.mean(), abs=0.02), name
        assert x.std() == pytest.approx(known.std(), rel=0.12), name


def test_importance_multiplies_every_mass() -> None:
    _, batch, _ = start(64, 3)
    _, evidence = crisis()
    weight = np.random.default_rng(0).random(64)
    heavy = replace(batch, draws=replace(batch.draws, importance=weight))
    plain, weighted = (
        Inference(b.compiled, b.payload, b.draws, b.solution, evidence) for b in (batch, heavy)
    )
    for step in range(1, plain.present + 1):
        assert np.allclose(weighted.standing(step)[1], plain.standing(step)[1] * weight)
    assert np.allclose(weighted.measure().total(), plain.measure().total() * weight)
    one, other = (i.ask("P(ending is war)") for i in (plain, weighted))
    assert np.allclose(one.per_variant, other.per_variant)
    assert np.allclose(one.weight * weight, other.weight)
    assert subset_batch(heavy, 8).draws.importance is not None


def test_same_seed_same_bytes_and_a_stopped_run_goes_on() -> None:
    cube, _, record = start(64, 3)
    store = InMemory()
    first = tempered(cube, record, seed=3, keeper=store)
    half = InMemory()
    for name in store.names()[: len(store.names()) // 2]:
        half.put(name, store.get(name) or {})
    second = tempered(cube, record, seed=3, keeper=half)
    assert first.tempered.importance.tobytes() == second.tempered.importance.tobytes()
    for name, values in first.draws.values.items():
        assert values.tobytes() == second.draws.values[name].tobytes()
    assert half.names() == store.names()


def test_a_budget_that_is_too_small_is_said() -> None:
    cube, _, record = start(64, 3)
    short = tempered(cube, record, seed=3, budget=100)
    assert not short.tempered.met and short.tempered.solved == 64
    assert 0 < short.tempered.temperature < 1


def test_a_variant_that_failed_is_no_particle() -> None:
    _, evidence = crisis()
    cube, batch, record = start(64, 3)
    status = batch.solution.status.copy()
    status[int(np.argmax(record))] = 1
    failed = replace(batch, solution=replace(batch.solution, status=status))
    less = likelihood(failed, evidence)
    assert less[int(np.argmax(record))] == 0
    ended = tempered(cube, less, seed=3)
    assert np.isfinite(ended.tempered.log_likelihood).all()


def test_chunks_give_each_point_the_same_likelihood(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, evidence = crisis()
    cube, _, record = start(64, 3)
    monkeypatch.setattr("standoff.variants.posterior.size_of", lambda *_: 8)
    apart = likelihood_at(compiled, evidence, cube)
    assert apart == pytest.approx(record, rel=1e-9)


def test_points_of_another_scenario_are_refused() -> None:
    with pytest.raises(ValueError, match="a column for everything"):
        tempered(points(4, 2, 0), np.ones(4))
