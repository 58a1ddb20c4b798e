"""Any number of variants, chunk by chunk: the same numbers as each variant alone."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import standoff.assess.chunks as chunks
from standoff.assess.asking import ask, explain
from standoff.assess.assessing import assessed
from standoff.assess.chain import Chain, chain, moment_of, opened
from standoff.assess.chunks import Job
from standoff.assess.ensemble import Ensemble, of_chain, worked
from standoff.assess.found import Asking
from standoff.assess.headlines import headlines
from standoff.errors import Cancelled, StandoffError
from standoff.infer.pooling import Pooled
from standoff.progress import Silent
from standoff.scenario.models import Scenario
from standoff.variants.batch import some_batch
from standoff.variants.columns import columns_of
from standoff.variants.store import InMemory
from strategies.crises import crises

WHOSE = (("neighbor", None),)


def job(source: str | Scenario = "signal", variants: int = 64, **changes: object) -> Job:
    scenario = opened(source)
    whose = WHOSE if scenario.id == "signal" else ()
    moment = moment_of(scenario, scenario.as_of)
    made = Job(scenario, Asking(whose), variants, as_of=moment)
    return replace(made, **changes)  # type: ignore[arg-type]


def work(made: Job, **given: object) -> Ensemble:
    whose = WHOSE if made.scenario.id == "signal" else ()
    return worked(made, whose=whose, **given)  # type: ignore[arg-type]


def pooled(found: Ensemble) -> dict[str, Pooled]:
    """Every pooled number of the statements, questions, beliefs and endings."""
    made = {f"ends.{name}": odds for name, odds in found.found.endings.items()}
    for actor, kinds in found.found.belief.items():
        for kind, held in kinds.items():
            made |= {f"{actor}.{kind}": held.posterior, f"prior.{actor}.{kind}": held.prior}
    for id, said in [*found.found.judgements.items(), *found.found.questions.items()]:
        if said.answer is not None and said.answer.pooled is not None:
            made[id] = said.answer.pooled
    return made


def brute(scenario: Scenario, variants: int) -> tuple[np.ndarray, dict[str, np.ndarray], list]:
    """Likelihood of the record and answers, each variant solved by itself."""
    whole = Job(scenario, Asking(), variants, as_of=moment_of(scenario, scenario.as_of))
    likelihood, rows = [], []
    for v in range(variants):
        one = replace(whole, variants=1, cube=whole.points[v : v + 1]).chain(0)
        likelihood.append(one.sight.measure().total()[0])
        rows.append({id: p.per_variant[0] for id, p in headlines(one).items()})
    names = sorted(set().union(*rows))
    answers = {id: np.array([row.get(id, np.nan) for row in rows]) for id in names}
    return np.array(likelihood), answers, rows


def test_twenty_variants_each_alone() -> None:
    scenario = opened("signal")
    likelihood, answers, _ = brute(scenario, 20)
    found = work(job(scenario, 20, size=8))
    np.testing.assert_allclose(found.found.weight, likelihood, rtol=1e-6)
    numbers = pooled(found)
    for id in ("neighbor.seize", "neighbor.bluff"):
        np.testing.assert_allclose(numbers[id].per_variant, answers[id], rtol=1e-6)
        # By hand: the mean over variants, weighted by the likelihood of the record.
        by_hand = (likelihood * answers[id]).sum() / likelihood.sum()
        assert numbers[id].value == pytest.approx(by_hand, rel=1e-6)
    asked = {j.id for j in scenario.judgements} & answers.keys()
    assert asked
    for id in asked:
        held = numbers[id]
        np.testing.assert_allclose(held.per_variant, answers[id], rtol=1e-6, atol=1e-9)


@settings(derandomize=True, deadline=None, max_examples=6)
@given(st.data())
def test_any_crisis_each_variant_alone(data: st.DataObject) -> None:
    scenario = data.draw(crises(most=120))
    try:
        likelihood, answers, _ = brute(scenario, 6)
    except StandoffError:
        assume(False)
    assume(likelihood.sum() > 0)
    found = work(job(scenario, 6, size=4, importance=np.ones(6)))
    assume(found.tempering is None)
    np.testing.assert_allclose(found.found.weight, likelihood, rtol=1e-5, atol=1e-12)
    for id, held in pooled(found).items():
        if id in answers and found.solved.all():
            known = held.weight > 1e-9 * held.weight.max()
            alone = answers[id][known]
            np.testing.assert_allclose(held.per_variant[known], alone, rtol=1e-5, atol=1e-7)


def test_one_chunk_of_64_and_eight_of_8() -> None:
    one, eight = work(job(size=64)), work(job(size=8))
    first, then = columns_of(one.found), columns_of(eight.found)
    assert first.keys() == then.keys()
    for name, column in first.items():
        np.testing.assert_allclose(then[name], column, rtol=1e-9, atol=1e-12, err_msg=name)
    notes = [assessed(e, form=False).model_dump() for e in (one, eight)]
    assert close(*notes)


def test_parts_of_a_chunk_asked_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = work(job())
    monkeypatch.setattr(chunks, "PART", 8)
    parts = work(job())
    for name, column in columns_of(whole.found).items():
        np.testing.assert_allclose(columns_of(parts.found)[name], column, rtol=1e-12, atol=1e-15)


def test_a_solved_chain_says_the_same_as_its_chunks() -> None:
    solved = chain("signal", variants=40)
    assert close(
        assessed(solved, for_="neighbor", form=False).model_dump(),
        assessed(work(job(variants=40, size=16)), form=False).model_dump(),
    )


OF_PILOT = {
    "largest_gain", "percentile", "confidence", "rests_on", "evidence_table", "ripple",
}  # fmt: skip
"""What is asked of the first chunk alone, which is smaller where chunks are."""


def close(one: object, other: object) -> bool:
    """Whether two notes are the same but for the last bits, and what the pilot says."""
    if isinstance(one, dict) and isinstance(other, dict):
        assert one.keys() == other.keys()
        return all(close(one[key], other[key]) for key in one if key not in OF_PILOT)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        assert len(one) == len(other)
        return all(close(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        assert one == pytest.approx(other, rel=1e-8, abs=1e-10)
        return True
    assert one == other
    return True


def test_what_the_store_holds_is_not_worked_out_again() -> None:
    store = InMemory()
    first = work(job(size=16), store=store)
    assert store.names() == ["answers/00000", "answers/00001", "answers/00002", "answers/00003",
                             "draws"]  # fmt: skip

    class Refusing:
        """Workers that are never asked for what is there."""

        def map(self, job: Job, indices: list[int], progress: object = None):
            assert indices == []
            yield from ()

    again = work(job(size=16), store=store, workers=Refusing())
    for name, column in columns_of(first.found).items():
        np.testing.assert_array_equal(columns_of(again.found)[name], column)


def test_chunks_done_elsewhere_in_any_order_are_the_same_bytes() -> None:
    class Elsewhere:
        """Workers that get a copy of the job, and finish the last chunk first."""

        def map(self, job: Job, indices: list[int], progress: object = None):
            sent = pickle.dumps(job)
            for index in reversed(indices):
                yield index, pickle.loads(sent).chunk(index)  # noqa: S301

    here, there = work(job(size=16)), work(job(size=16), workers=Elsewhere())
    for name, column in columns_of(here.found).items():
        np.testing.assert_array_equal(columns_of(there.found)[name], column)


def test_an_importance_multiplies_every_mass() -> None:
    importance = np.linspace(0.5, 3.0, 16)
    plain, weighed = work(job(variants=16)), work(job(variants=16, importance=importance))
    np.testing.assert_allclose(weighed.found.weight, plain.found.weight * importance)
    for id, held in pooled(plain).items():
        other = pooled(weighed)[id]
        np.testing.assert_allclose(other.weight, held.weight * importance, err_msg=id)
        np.testing.assert_allclose(other.per_variant, held.per_variant, err_msg=id)
    # A draw that stands for two is two draws.
    twice = job(variants=16, importance=np.where(np.arange(16) == 3, 2.0, 1.0))
    copies = replace(twice, variants=17, importance=None,
                     cube=np.concatenate([twice.points, twice.points[3:4]]))  # fmt: skip
    for id, held in pooled(work(twice)).items():
        assert held.value == pytest.approx(pooled(work(copies))[id].value, rel=1e-6), id


def test_failed_variants_have_no_weight_in_any_chunk() -> None:
    made = job(variants=24, size=8)
    ready = made.chain(1)
    status = ready.batch.solution.status.copy()
    status[2] = 1
    failed = Chain(
        replace(ready.batch, solution=replace(ready.batch.solution, status=status)), ready.as_of
    )
    _, columns = made.asked(failed)
    assert columns["weight"][2] == 0 and (np.delete(columns["weight"], 2) > 0).all()
    part = of_chain(failed)
    assert assessed(part, form=False).variants.failed == 1
    rest = [of_chain(Chain(some_batch(failed.batch, s), failed.as_of)) for s in (slice(0, 2),
            slice(3, 8))]  # fmt: skip
    for id, held in pooled(part).items():
        masses = [pooled(r)[id] for r in rest]
        top = sum((np.nan_to_num(m.per_variant) * m.weight).sum() for m in masses)
        if (bottom := sum(m.weight.sum() for m in masses)) > 0 and held.given is None:
            assert held.value == pytest.approx(top / bottom, rel=1e-9), id


def test_progress_counts_variants_and_stops() -> None:
    seen: list[tuple[int, int]] = []

    class Watching(Silent):
        def step(self, done: int, total: int) -> None:
            seen.append((done, total))

    work(job(size=16), progress=Watching())
    assert seen[-1] == (64, 64)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)

    class Stopping(Silent):
        def step(self, done: int, total: int) -> None:
            self.cancelled = done >= 32

    store = InMemory()
    with pytest.raises(Cancelled):
        work(job(size=16), store=store, progress=Stopping())
    assert "answers/00000" in store.names() and "answers/00003" not in store.names()


def test_ask_and_explain_work_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    queries = (
        "P(neighbor is seize)",
        "E(us | ending is taken) - E(us)",
        "P(ending is taken | neighbor is seize) > P(ending is taken | neighbor is bluff)",
        "LR(neighbor.call_up.advance; neighbor is seize)",
        "D(next moves of neighbor; neighbor is seize)",
        "P(neighbor did call_up.advance)",
    )
    whole = [ask("signal", query, variants=40).model_dump() for query in queries]
    text = explain("signal", "ending is taken", variants=40)
    monkeypatch.setattr(chunks, "size_of", lambda compiled: 16)
    for query, before in zip(queries, whole, strict=True):
        assert close(ask("signal", query, variants=40).model_dump(), before), query
    assert explain("signal", "ending is taken", variants=40) == text
