"""Prior odds times the ratios of the evidence table are the posterior odds, on random crises.

Pooled as well as by variant: a pooled ratio is a ratio of masses added up over the variants, and
each item ends with the masses that the next begins with. What lies between two items (turns at
which nothing was seen, endings that did not come) is told apart as `rest`; here it is worked out
another way, from the masses between the items.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from random_records import cases

from standoff.assess.evidence_table import RESIDUAL, evidence_of
from standoff.infer.belief import actors_with_types, by_type
from standoff.infer.likelihood import item_mass
from standoff.infer.views import types_of


def chain_of(case):
    """What `evidence_of` needs of a solved chain."""
    held = case.inference
    batch = SimpleNamespace(solution=held.solution, draws=held.draws, compiled=case.compiled)
    return SimpleNamespace(
        inference=held, batch=batch, scenario=case.compiled.scenario, as_of=case.as_of
    )


def masses(inference, actor, nodes, mass):
    """[T] of each type, over all variants."""
    return by_type(inference, actor, nodes, mass).sum(axis=1)


def between(inference, actor):
    """[T] what the record tells of each type outside its items, as odds against the others."""
    placed = [one for one in inference.evidence.items if one.kind != "unknown"]
    placed.sort(key=lambda one: (one.steps[0], one.kind != "report", one.known, one.index))
    prior = inference.prior
    at = masses(inference, actor, *prior.standing(prior.present))
    told = np.ones(len(at))

    def odds(m):
        with np.errstate(all="ignore"):  # a type may be all that is left, or out
            return m / (m.sum() - m)

    for one in placed:
        found = item_mass(inference, one)
        start = masses(inference, actor, found.nodes, found.before)
        with np.errstate(all="ignore"):
            told *= odds(start) / odds(at)
        at = masses(inference, actor, found.nodes, found.after)
    now = masses(inference, actor, *inference.standing(inference.present))
    with np.errstate(all="ignore"):
        return told * odds(now) / odds(at)


def documented(inference):
    """Whether every step up to the present was somebody's and is known for certain: of a doubtful
    item, or one of several moves, it also tells that none of them has ended play.
    """
    evidence, steps = inference.evidence, inference.compiled.steps
    covered = {
        s
        for one in evidence.items
        if one.kind == "move" and len(one.acts) == 1 and one.item.reliability is None
        for s in one.steps
    }
    return all(s in covered for s in range(evidence.present)) and all(
        steps[s].turn for s in range(evidence.present)
    )


SEEN = {"tables": 0, "documented": 0}


@settings(
    derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck)
)  # fmt: skip
@given(cases())
def test_prior_times_items_times_silence_is_the_posterior(case):
    inference = case.inference
    if not actors_with_types(inference) or not inference.evidence.items:
        return
    part = evidence_of(chain_of(case))
    if part is None:  # only steps at which anything may have happened
        return
    for table in part.actors:
        told = dict(
            zip(types_of(case.compiled, table.actor), between(inference, table.actor), strict=True)
        )
        assert [c.number for c in table.items] == list(range(1, len(table.items) + 1))
        for row in table.hypotheses:
            SEEN["tables"] += 1
            # The product is of the cells that are shown, of one decision once.
            shown = [c.cells[row.id].ratio for c in table.items if c.counts]
            if row.product is None or row.rest is None or None in shown:
                continue
            assert np.prod(shown) == pytest.approx(row.product)
            whole = row.prior_odds * row.product * row.rest
            assert whole == pytest.approx(row.posterior_odds)
            if row.id != RESIDUAL and np.isfinite(told[row.id]):
                assert row.rest == pytest.approx(told[row.id], rel=1e-6)
            if documented(inference):
                SEEN["documented"] += 1
                assert row.rest == pytest.approx(1.0, rel=1e-6)


def test_the_cases_said_something():
    assert SEEN["tables"] > 10 and SEEN["documented"] > 0, SEEN
