"""What the answers hang on: known cases, resumed runs, groups, holes, and what is refused."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import standoff as so
from standoff.assess.answers_at import Answers, AnswersAt, answered
from standoff.assess.at_hand import once
from standoff.assess.chain import chain, moment_of, opened
from standoff.assess.headlines import headlines
from standoff.assess.sensitivities import planned, sensitivity
from standoff.assess.sensitivity_models import Sensitivity
from standoff.compile.drawn import uncertain_columns
from standoff.errors import Cancelled, ScenarioError
from standoff.infer.pooling import pool_values
from standoff.progress import Progress
from standoff.scenario import loads
from standoff.variants.columns import Columns
from standoff.variants.points import points
from standoff.variants.saltelli import Groups
from standoff.variants.store import InMemory

COINS = """
standoff: 1
id: coins
title: A coin that is to be tossed
as_of: 2031-01-01
clock: {start: 2031-01-01, step: 2, rounds: 2}
parameters:
  bias: {uniform: [0.2, 0.8], label: how far the coin leans}
  luck: {uniform: [0.2, 0.8]}
  idle: {uniform: [0, 1], label: nothing hangs on it}
  wage: {uniform: [0, 0.1]}
actors:
  she:
    name: she
    types: {a: {label: one}, b: {label: other}}
    prior: {a: {uniform: [0.3, 0.7]}, b: rest}
  chance: {name: chance, kind: nature}
state:
  up: {start: false}
turns:
  - id: toss
    actor: chance
    rounds: 1
    outcomes:
      heads: {odds: bias, then: {up: true}}
      tails: {odds: rest}
  - id: say
    actor: she
    rounds: 2
    moves:
      yes: {label: says yes}
      no: {label: says no}
objectives:
  she:
    talk: {value: "0 * wage * idle * luck", weight: 1}
judgements:
  - {id: heads, text: It will fall heads up., kind: forecast, claim: chance will toss.heads}
questions:
  - {id: tails, ask: P(chance will toss.tails), text: Will it fall tails up?}
  - {id: one, ask: P(she is a), text: Is she the one?}
  - {id: often, ask: E(up), text: How often is it up?}
"""


@pytest.fixture(scope="module")
def coins() -> Sensitivity:
    return sensitivity(loads(COINS), variants=64, sobol=64)


def part(found: Sensitivity, id: str) -> Any:
    return next(p for p in found.answers if p.id == id)


def test_an_answer_that_is_one_parameter(coins: Sensitivity) -> None:
    heads = part(coins, "heads")
    first, *others = heads.drivers
    assert first.id == "bias" and first.label == "how far the coin leans"
    assert first.correlation == pytest.approx(1.0) and not first.noise
    # The answer is the parameter: a tenth and nine tenths of the way along it.
    assert (first.at_low, first.at_high) == pytest.approx((0.26, 0.74), abs=0.01)
    assert (first.low_value, first.high_value) == pytest.approx((0.26, 0.74), abs=0.02)
    assert all(row.noise for row in others)
    assert {row.id for row in others} == {"luck", "idle", "wage", "prior.she.a", "precision"}
    sobol = {row.id: row for row in heads.sobol}
    assert sobol["bias"].first == pytest.approx(1, abs=0.15)
    assert sobol["bias"].total == pytest.approx(1, abs=0.15)
    for id in sobol.keys() - {"bias"}:
        assert sobol[id].total == 0.0 and sobol[id].total_noise and sobol[id].first_noise
    assert heads.sobol_mean == pytest.approx(0.5, abs=0.01)
    assert heads.sobol_deviation == pytest.approx(0.6 / np.sqrt(12), abs=0.01)
    assert part(coins, "one").drivers[0].id == "prior.she.a"


def test_twins_are_named(coins: Sensitivity) -> None:
    assert part(coins, "tails").opposite_of == "heads"
    assert part(coins, "she.b").opposite_of == "she.a"
    assert part(coins, "one").same_as == "she.a"
    assert part(coins, "heads").same_as == part(coins, "heads").opposite_of == ""


def test_a_judgement_of_signal_hangs_on_upkeep() -> None:
    found = so.sensitivity("signal", answers=["intent"], variants=200, sobol=64)
    (intent,) = found.answers
    assert [row.id for row in intent.drivers[:3]] == ["upkeep", "prior.neighbor.seize", "precision"]
    assert intent.drivers[0].correlation < -0.6 and intent.drivers[0].swing < -0.25
    assert intent.sobol[0].id == "upkeep"
    idle = next(row for row in intent.sobol if row.id == "clash_for_us")
    assert idle.total < 0.01
    # The same number that the note gives, and the same worth of the variants.
    other = headlines(chain("signal", variants=200))["intent"]
    assert intent.probability == pytest.approx(other.value, abs=1e-12)
    assert intent.effective == pytest.approx(other.effective, rel=1e-9)
    assert found.effective == pytest.approx(other.effective, rel=1e-9)
    assert found.design.variants == 64 * (8 + 2) and found.design.failed == 0


def test_chunks_do_not_matter() -> None:
    scenario = opened("signal")
    cube = points(40, len(uncertain_columns(scenario)), 0)
    moment = moment_of(scenario, scenario.as_of)
    whole = AnswersAt(scenario, Answers(), 40, as_of=moment, cube=cube)
    small = replace(whole, size=8)
    assert (whole.count, small.count) == (1, 5)
    one = answered(whole, InMemory(), "draws", "")
    other = answered(small, InMemory(), "draws", "")
    assert one.keys() == other.keys()
    for name, column in one.items():
        np.testing.assert_array_equal(column, other[name], err_msg=name)


def test_what_is_in_the_store_is_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store = InMemory()
    asked = {"answers": ["heads"], "variants": 16, "sobol": 8, "store": store}
    crisis = loads(COINS)
    before = sensitivity(crisis, **asked)
    assert store.names()[0] == "draws/00000" and len(store.names()) == 2
    work = AnswersAt.chunk
    worked: list[int] = []

    def counted(self: AnswersAt, index: int, progress: Progress | None = None) -> Columns:
        worked.append(index)
        return work(self, index, progress)

    monkeypatch.setattr(AnswersAt, "chunk", counted)
    assert sensitivity(crisis, **asked) == before
    assert worked == []
    sensitivity(crisis, **{**asked, "sobol": 16})
    assert worked == [0]  # another design, the same draws


class Impatient:
    """Asks to stop at once."""

    cancelled = True

    def say(self, what: str) -> None:
        """Nothing."""

    def step(self, done: int, total: int) -> None:
        """Nothing."""


def test_it_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        sensitivity(loads(COINS), variants=16, sobol=0, progress=Impatient())


@pytest.mark.parametrize(("share", "filled"), [(0.01, True), (0.2, False)])
def test_variants_without_an_answer(
    monkeypatch: pytest.MonkeyPatch, share: float, filled: bool
) -> None:
    work = AnswersAt.chunk

    def holed(self: AnswersAt, index: int, progress: Progress | None = None) -> Columns:
        columns = work(self, index, progress)
        if self.budget is not None:  # the design, not the draws
            lost = np.random.default_rng(0).random(self.variants) < share
            columns["solved"] = ~lost
            assert lost.any()
        return columns

    monkeypatch.setattr(AnswersAt, "chunk", holed)
    found = sensitivity(loads(COINS), answers=["heads"], variants=16, sobol=32)
    (heads,) = found.answers
    if filled:
        assert heads.sobol_filled == found.design.failed > 0 and heads.sobol
    else:
        assert not heads.sobol and "more than 2 in 100" in heads.sobol_note


def test_correlated_parameters_are_a_group() -> None:
    tied = COINS + "correlate:\n  - {between: [bias, luck], rank: 0.7}\n"
    (heads,) = sensitivity(loads(tied), answers=["heads"], variants=64, sobol=64).answers
    assert heads.sobol[0].id == "bias + luck"
    assert heads.sobol[0].members == ["bias", "luck"]
    assert heads.sobol[0].first == pytest.approx(1, abs=0.2)
    # On the draws at hand luck goes along with the bias, and is shown to.
    rows = {row.id: row for row in heads.drivers}
    assert rows["luck"].correlation == pytest.approx(0.7, abs=0.15) and not rows["luck"].noise


def test_what_is_fixed_is_no_assumption() -> None:
    fixed = {"bias": "0.5", "luck": "0.4", "idle": "0.5"}
    found = sensitivity(loads(COINS), variants=16, sobol=8, settings=fixed)
    heads = part(found, "heads")
    assert heads.drivers == [] and heads.sobol == [] and heads.sobol_note
    assert {row.id for row in part(found, "one").drivers} == {"wage", "prior.she.a", "precision"}


def test_same_arguments_same_bytes(coins: Sensitivity) -> None:
    again = sensitivity(loads(COINS), variants=64, sobol=64)
    assert again.model_dump_json() == coins.model_dump_json()


def test_a_dear_design_is_not_solved_unasked() -> None:
    many = Groups(tuple(map(str, range(69))), tuple(range(69)), tuple(map(str, range(69))))
    plan = planned(many, 16_098, None)
    assert plan.n == 0 and "18,176" in plan.note and "--sobol 256" in plan.note
    assert planned(many, 16_098, 256).variants == 256 * 71
    few = Groups(("a", "b"), (0, 1), ("a", "b"))
    assert planned(few, 20, None).n == 1024
    assert planned(few, 20_000, None).n == 128
    assert planned(few, 20, 0).n == 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"answers": ["hedas"]}, "unknown-answer"),
        ({"answers": ["heads", "often"]}, "unknown-answer"),
        ({"sobol": 100}, "sobol-size"),
        ({"sobol": 1}, "sobol-size"),
    ],
)
def test_what_is_refused(asked: dict[str, Any], code: str) -> None:
    with pytest.raises(ScenarioError) as error:
        sensitivity(loads(COINS), variants=8, **asked)
    assert error.value.problems[0].code == code


def test_nothing_uncertain_is_refused() -> None:
    every = {"bias": "0.5", "luck": "0.4", "idle": "0.5", "wage": "0.01"}
    certain = COINS.replace("{uniform: [0.3, 0.7]}", "0.5") + "solve: {precision: 2}\n"
    with pytest.raises(ScenarioError) as error:
        sensitivity(loads(certain), variants=8, settings=every)
    assert error.value.problems[0].code == "nothing-uncertain"


def test_a_question_is_asked_from_its_own_point_of_view() -> None:
    # She knows her type: from her chair the odds are 1, from ours the prior.
    seen = COINS.replace(
        "{id: one, ask: P(she is a), text: Is she the one?}",
        "{id: one, ask: P(she is a), as: she.a}",
    )
    before = headlines(chain(loads(COINS), variants=8))["one"].value
    after = headlines(chain(loads(seen), variants=8))["one"].value
    assert before == pytest.approx(0.5, abs=0.1) and after == pytest.approx(1.0)


def test_the_note_says_what_its_answers_hang_on() -> None:
    note = so.assess("signal", variants=200, form=False)
    told = {part.id: part for part in note.sensitivity}
    assert list(told) == ["neighbor.seize", "neighbor.bluff", "intent", "no-crossing"]
    measured = so.sensitivity("signal", variants=200, sobol=0)
    for part in measured.answers:
        rows = [row for row in part.drivers if not row.noise][:8]
        assert [row.id for row in told[part.id].drivers] == [row.id for row in rows]
        for mine, other in zip(told[part.id].drivers, rows, strict=True):
            assert (mine.swing, mine.correlation) == (other.swing, other.correlation)
            assert mine.delta == pytest.approx(other.delta, abs=0.05)
    intent = next(j for j in note.judgements if j.id == "intent")
    rank = {row.id: row.correlation for row in told["intent"].drivers}
    assert {k: rank[k] for k in rank} == pytest.approx(
        {k: intent.drivers[k] for k in rank}, abs=1e-3
    )


def test_variants_at_one_point_countonce() -> None:
    rng = np.random.default_rng(0)
    x = {"a": rng.random(20), "b": rng.random(20)}
    y, w = rng.random(20), rng.random(20)
    copies = np.repeat(np.arange(20), rng.integers(1, 5, 20))
    held = pool_values(y[copies], w[copies])
    drawn, answers = once({k: v[copies] for k, v in x.items()}, {"q": held})
    assert len(drawn["a"]) == 20
    assert answers["q"].value == pytest.approx(held.value, abs=1e-12)
    order = np.argsort(drawn["a"])
    assert drawn["b"][order] == pytest.approx(x["b"][np.argsort(x["a"])])
    assert answers["q"].per_variant[order] == pytest.approx(y[np.argsort(x["a"])])
    assert answers["q"].weight.sum() == pytest.approx(held.weight.sum())


def test_a_record_that_few_draws_explain() -> None:
    # What is heard all but says how far the coin leans; luck is left as it was.
    heard = """
observer: {sees_as: [public]}
record:
  - report: how it rolls
    at: 2031-01-01
    odds:
      - {when: "she is a or she is b", p: "exp(-3000 * (bias - 0.35)**2)"}
      - {else: 1}
"""
    found = sensitivity(loads(COINS + heard), answers=["heads", "one"], variants=128, sobol=16)
    assert found.weighting == "tempered" and not found.withheld
    assert found.effective > 12
    heads = part(found, "heads")
    assert heads.probability == pytest.approx(0.35, abs=0.01)
    # The record has pinned the bias down, and what is left of it still is the answer; the design
    # knows nothing of the record.
    assert heads.drivers[0].id == "bias" and heads.drivers[0].swing < 0.05
    assert heads.sobol_mean == pytest.approx(0.5, abs=0.03)
    note = so.assess(loads(COINS + heard), variants=128, form=False)
    assert note.variants.weighting == "tempered"
    judged = next(j for j in note.judgements if j.id == "heads")
    assert heads.probability == pytest.approx(judged.probability, abs=1e-9)


class Elsewhere:
    """Workers that get the job as it would be sent, and do its chunks in another order."""

    def map(
        self, job: Any, indices: list[int], progress: Progress | None = None
    ) -> Iterator[tuple[int, Columns]]:
        sent = pickle.dumps(job)
        for index in reversed(indices):
            yield index, pickle.loads(sent).chunk(index)  # noqa: S301


def test_who_works_the_chunks_does_not_matter() -> None:
    crisis = loads(COINS)
    here = sensitivity(crisis, answers=["heads"], variants=600, sobol=128)
    there = sensitivity(crisis, answers=["heads"], variants=600, sobol=128, workers=Elsewhere())
    assert there.model_dump_json() == here.model_dump_json()
