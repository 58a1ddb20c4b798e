"""What is found on parts of the variants, put end to end, is what is found on all of them."""

from __future__ import annotations

import numpy as np
import pytest
from crisis import MASS, STORM, case

from standoff.infer.belief import belief
from standoff.infer.diagnosticity import diagnosticity
from standoff.infer.indicators import could_be_seen, may_come_first
from standoff.infer.inference import Inference
from standoff.infer.options import options_at
from standoff.infer.outlook import endings, turns_ahead
from standoff.infer.pooling import Pooled
from standoff.infer.prospects import prospects
from standoff.infer.settled import FAILS, HOLDS, Settled
from standoff.variants.batch import Batch, some_batch
from standoff.variants.columns import columns_of, joined, rebuilt

QUERIES = (
    "P(red is grim | blue will reply.arm)",
    "P(ending is red_wins) - P(ending is blue_wins)",
    "P(ending is red_wins | red is grim) > 0.4",
    "E(red | do(red cross))",
    "E(red.prize) / trust",
    "LR(mass; red is grim)",
    "D(next moves of red; red is grim)",
    "as blue.firm: P(red is grim)",
    "as blue: P(ending is peace)",
    "prior P(ending is peace)",
    "P(red did muster.mass)",
    "next moves of blue",
)


def everything(inference: Inference) -> dict[str, object]:
    turns = turns_ahead(inference, "blue")
    return {
        "belief": belief(inference, "red"),
        "evidence": tuple(diagnosticity(inference)),
        "ahead": turns,
        "endings": endings(inference),
        "options": options_at(inference, "blue", (None, "firm", "soft"), turns[0]),
        "indicators": could_be_seen(inference, "red"),
        "waiting": may_come_first(inference, "red"),
        "prospects": prospects(inference, "red"),
        "answers": {str(i): inference.ask(q) for i, q in enumerate(QUERIES)},
    }


REPORT = {
    "id": "heard",
    "at": "2031-03-05T10:00",
    "report": "they dig",
    "odds": [{"when": "dug_in", "p": "trust"}, {"else": 0.2}],
}


DOUBTFUL = {**MASS, "reliability": "trust"}


@pytest.mark.parametrize(
    "record", [(MASS, STORM), (MASS, STORM, REPORT), (DOUBTFUL, STORM, REPORT)]
)
def test_parts_end_to_end_are_the_whole(record) -> None:
    found = case(*record, variants=7).inference
    batch = Batch(found.compiled, found.draws, found.payload, found.solution)
    halves = [some_batch(batch, part) for part in (slice(0, 3), slice(3, 7))]
    parts = [
        everything(Inference(h.compiled, h.payload, h.draws, h.solution, found.evidence))
        for h in halves
    ]
    whole = everything(found)
    back = rebuilt(parts[0], joined([columns_of(part) for part in parts]))
    assert columns_of(back).keys() == columns_of(whole).keys()
    for name, column in columns_of(whole).items():
        np.testing.assert_allclose(
            columns_of(back)[name], column, rtol=1e-9, atol=1e-12, err_msg=name
        )
    for text, one, other in zip(
        QUERIES, whole["answers"].values(), back["answers"].values(), strict=True
    ):
        assert other.status == one.status and other.observed == one.observed, text
        np.testing.assert_allclose(other.value, one.value, rtol=1e-9, err_msg=text)
        for name in ("share", "difference"):
            known = getattr(one, name)
            assert getattr(other, name) == (known if known is None else pytest.approx(known)), text
        if one.pooled is not None:
            np.testing.assert_allclose(other.pooled.range90, one.pooled.range90, rtol=1e-9)
    for one, other in zip(whole["options"], back["options"], strict=True):
        assert [o.act for o in other.options] == [o.act for o in one.options]
        for a, b in zip(one.options, other.options, strict=True):
            assert b.regret == pytest.approx(a.regret, abs=1e-12)
            assert b.best_share == pytest.approx(a.best_share)
    # The record says so, where it is sure of it.
    assert whole["answers"]["10"].observed is (None if record[0] is DOUBTFUL else True)


def test_an_event_is_settled_where_all_chunks_say_so() -> None:
    def said(*cases: int) -> Settled:
        given = np.array(cases, dtype=np.int8)
        return Settled(np.full(len(cases), HOLDS | FAILS, np.int8), given,
                       np.full(len(cases), HOLDS | FAILS, np.int8))  # fmt: skip

    assert said(HOLDS, HOLDS).verdict is True
    assert said(HOLDS, 0).verdict is True  # a variant that leaves nothing says nothing
    assert said(HOLDS, FAILS).verdict is None
    assert said(FAILS).verdict is False
    known = said(HOLDS, HOLDS)
    assert Settled(known.structure, known.possible, known.possible).verdict is None


def test_a_pooled_number_is_a_weighted_mean_of_its_parts() -> None:
    rng = np.random.default_rng(3)
    values, base = rng.random(50), rng.random(50)
    whole = Pooled(values, base)
    parts = [Pooled(values[s], base[s]) for s in (slice(0, 20), slice(20, 50))]
    mass = [p.weight.sum() for p in parts]
    assert whole.value == pytest.approx(np.average([p.value for p in parts], weights=mass))
    nothing = Pooled(np.full(3, np.nan), np.ones(3))
    assert np.isnan(nothing.value) and np.isnan(nothing.range90).all() and nothing.effective == 0
