"""An assessment whose record few draws explain: tempered, said so, and right."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from standoff.assess import assess
from standoff.assess.chain import chain
from standoff.assess.headlines import headlines
from standoff.assess.models import Assessment
from standoff.assess.tempered import too_few
from standoff.errors import Cancelled
from standoff.scenario.loading import loads
from standoff.scenario.models import Scenario
from standoff.variants.points import METHODS
from standoff.variants.store import InMemory

VARIANTS = 128
TEXT = """
standoff: 1
id: improbable
title: A record that few draws explain
as_of: 2031-03-04
clock: {start: 2031-03-03, rounds: 3}
parameters:
  a: {uniform: [0, 1]}
  b: {uniform: [0, 1]}
  prize: {triangular: [0.5, 1, 2]}
  cost: {uniform: [0.2, 1.5]}
actors:
  red:
    types: {grim: {stake: {from: taken, to: war}}, mild: {stake: {from: taken, to: war}}}
    prior: {grim: {uniform: [0.1, 0.7]}, mild: rest}
  blue: {stake: {from: taken, to: war}}
state: {massed: {start: false}}
turns:
  - id: mass
    actor: red
    rounds: 1-2
    moves: {go: {then: {massed: true}}, wait: {quiet: true}}
  - {id: reply, actor: blue, rounds: 3, moves: {give_way: {ends: taken}, fight: {ends: war}}}
ends: {taken: {}, war: {}}
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
  - {id: stayed, move: red.mass.wait, at: 2031-03-04}
judgements:
  - {id: intent, text: They mean it, kind: inference, claim: red is grim}
  - {id: war, text: There will be war, kind: forecast, claim: ending is war}
questions:
  - {id: yield, ask: P(ending is taken), text: Will they have it?}
"""


@cache
def crisis(hits: int = 14) -> Scenario:
    """Of 2 `hits` reports one half is right with odds a, one half wrong with odds b; one ties a to
    the type.
    """
    found = loads(TEXT)
    reports: list[dict[str, Any]] = [
        {"report": f"{name} {k}", "at": "2031-03-03", "odds": _odds(name, k < most)}
        for name, most in (("a", hits - 1), ("b", 1))
        for k in range(hits)
    ]
    reports.append({
        "report": "troops sing", "at": "2031-03-04",
        "odds": [{"when": "red is grim", "p": "0.9 * a"}, {"else": "0.5 * b + 0.2"}],
    })  # fmt: skip
    items = [type(found.record[0]).model_validate(one) for one in reports]
    went, stayed = found.record
    return found.model_copy(update={"record": (went, *items[:-1], stayed, items[-1])})


def _odds(name: str, yes: bool) -> list[dict[str, str]]:
    p = name if yes else f"1 - {name}"
    return [{"when": "red is grim", "p": p}, {"else": p}]


@cache
def told(seed: int = 0) -> Assessment:
    return assess(crisis(), variants=VARIANTS, seed=seed, form=False)


def test_the_part_says_that_variants_were_tempered() -> None:
    part = told().variants
    assert part.weighting == "tempered" and part.tempering is not None
    assert part.tempering.before < 0.1 * VARIANTS
    assert part.tempering.met and part.tempering.temperature == 1.0
    assert 0 < part.tempering.solved <= part.tempering.budget == 20 * VARIANTS
    assert part.effective > 0.1 * VARIANTS and not part.withheld
    assert all(j.probability is not None for j in told().judgements)


def test_the_part_says_how_points_were_drawn() -> None:
    for method in METHODS:
        part = assess("signal", variants=32, method=method, form=False).variants
        assert part.draws == method
    part = assess(crisis(), variants=VARIANTS, method="sobol", form=False).variants
    assert part.draws == "sobol" and part.weighting == "tempered" and not part.withheld


def test_enough_effective_variants_are_left_alone() -> None:
    part = assess("signal", variants=32, form=False).variants
    assert part.weighting == "importance" and part.tempering is None


def test_answers_are_those_of_fifty_times_as_many_draws() -> None:
    brute = headlines(chain(crisis(), variants=50 * VARIANTS, seed=9))
    runs = [told(seed=seed) for seed in range(4)]

    def number(a: Assessment, name: str) -> float:
        found = {
            **{j.id: j.probability for j in a.judgements},
            **{q.id: q.probability for q in a.questions},
            **{f"red.{t}": held.probability for t, held in a.belief["red"].items()},
            **{f"endings.{e.id}": e.probability for e in a.outlook.endings},
        }[name]
        assert found is not None
        return found

    for name in ("intent", "war", "yield", "red.grim", "red.mild", "endings.war"):
        held = brute[name]
        each = np.array([number(one, name) for one in runs])
        # Sampling errors: of the brute force by its spread and effective number, of the mean of
        # the tempered runs by their own spread.
        known = np.average((held.per_variant - held.value) ** 2, weights=held.weight)
        error = np.hypot(np.sqrt(known / held.effective), each.std(ddof=1) / np.sqrt(len(each)))
        assert abs(each.mean() - held.value) < 4.5 * error + 1e-3, (name, each, held.value)


def test_what_was_thought_before_rests_on_the_prior() -> None:
    # The prior of the type is uniform on [0.1, 0.7]: its mean over a hypercube is 0.4 to the bone.
    belief = told().belief["red"]["grim"]
    assert belief.prior == pytest.approx(0.4, abs=0.003)
    assert belief.prior_range90 == pytest.approx((0.13, 0.67), abs=0.01)
    assert told().belief_over_time[0].belief["red"]["grim"] == pytest.approx(belief.prior)
    assert told().belief_over_time[-1].belief["red"]["grim"] == pytest.approx(belief.probability)


def test_a_stopped_run_gives_the_same_assessment() -> None:
    class Stopping:
        left = 12

        def say(self, what: str) -> None:
            """Nothing."""

        def step(self, done: int, total: int) -> None:
            self.left -= 1

        @property
        def cancelled(self) -> bool:
            return self.left <= 0

    store, rounds = InMemory(), 0
    while True:
        stop = Stopping()
        stop.left += 6 * rounds
        rounds += 1
        try:
            found = assess(crisis(), variants=VARIANTS, form=False, store=store, progress=stop)
            break
        except Cancelled:
            continue
    assert rounds > 2
    assert any(name.startswith("tempering/") for name in store.names())
    assert found.model_dump_json() == told().model_dump_json()


class Backward:
    """Workers that begin with the last chunk, and send everything there and back."""

    def map(self, job: Any, indices: list[int], progress: Any = None) -> Iterator[tuple[int, Any]]:
        for index in reversed(indices):
            sent = pickle.loads(pickle.dumps(job))  # noqa: S301
            yield index, pickle.loads(pickle.dumps(sent.chunk(index)))  # noqa: S301


def test_it_does_not_matter_who_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standoff.assess.chunks.size_of", lambda *_: 24)
    here = assess(crisis(), variants=VARIANTS, form=False)
    there = assess(crisis(), variants=VARIANTS, form=False, workers=Backward())
    assert here.variants.weighting == "tempered"
    assert here.model_dump_json() == there.model_dump_json()


def test_a_budget_that_is_spent_withholds_judgements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standoff.variants.posterior.BUDGET", 1)
    monkeypatch.setattr("standoff.assess.tempered.BUDGET", 1)
    part = assess(crisis(), variants=VARIANTS, form=False).variants
    assert part.weighting == "tempered" and part.tempering is not None
    assert not part.tempering.met and part.tempering.solved == VARIANTS
    assert part.withheld


def test_too_few() -> None:
    assert not too_few(np.ones(50)) and not too_few(np.zeros(50))
    assert too_few(np.r_[np.ones(4), np.zeros(46)]) and not too_few(np.r_[np.ones(5), np.zeros(45)])
