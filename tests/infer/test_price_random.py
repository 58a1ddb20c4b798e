"""Prices on random scenarios with random records: told without an exception, and they hang
together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from random_records import cases

from standoff.infer.forcing import first_choice
from standoff.infer.inference import Inference
from standoff.infer.price import at, openings, type_axis
from standoff.infer.price_counters import Counter, ahead, counters
from standoff.infer.price_deals import moves_at_once
from standoff.infer.price_table import price_table, reach_of
from standoff.infer.views import type_at, types_of
from standoff.solve import aqre

QUICK = settings(
    derandomize=True, deadline=None, max_examples=15, suppress_health_check=list(HealthCheck)
)


def every(inference):
    """One counter for every move of every player that is still open beside another."""
    compiled = inference.compiled
    left = ahead(inference)
    return [
        Counter(act.actor, f"{act.turn}.{act.move}", "move", (act.name,))
        for act in compiled.names.acts.values()
        if act.actor in compiled.game.players and (openings(compiled, (act.name,)) & left).any()
    ]


@QUICK
@given(cases())
def test_prices_by_turn_and_by_question(case):
    inference = case.inference
    for counter in every(inference):
        rows = price_table(inference, [counter])
        whole = inference.ask(f"price({counter.actor}, {counter.what})")
        mass = sum(row.mass.sum(axis=0) for row in rows)
        worth = sum(row.worth.sum(axis=0) for row in rows)
        assert (mass <= sum(row.total.sum(axis=0) for row in rows) + 1e-9).all()
        if len(rows) == 1:  # one turn: the next set is the only one
            weight = whole.numbers[0].weight
            assert weight == pytest.approx(mass)
            known = weight > 0
            assert whole.per_variant[known] * mass[known] == pytest.approx(worth[known])
        for row in rows:
            for t in range(len(row.types)):
                if not row.mass[t].sum() > 0:
                    continue
                assert 0 <= row.odds(t).value <= 1 + 1e-12
                assert np.isfinite(row.price(t).value)
                assert row.bounded[t].sum() <= row.mass[t].sum() + 1e-12
            for curve in row.curves:
                assert curve.mass.sum(axis=0) == pytest.approx(row.mass)
                assert curve.worth.sum(axis=0) == pytest.approx(row.worth)
    for counter in counters(inference):
        assert price_table(inference, [counter])


def replace_solution(inference, solution):
    """The same, played as solved."""
    return Inference(
        inference.compiled, inference.payload, inference.draws, solution, inference.evidence
    )


@QUICK
@given(cases())
def test_what_a_move_brings_its_mover_is_what_its_odds_say(case):
    """Without the record, the desk's weights over the nodes of an information set are the mover's
    own beliefs: the values from the pass up then are those that the odds rest on.
    """
    told = case.inference
    solution = aqre(told.compiled.game, told.payload)
    inference = replace_solution(told, solution).prior
    compiled, game = inference.compiled, inference.compiled.game
    every_one = every(inference)
    if not every_one:
        return
    found = moves_at_once(inference, [(c, "") for c in every_one], game.players, ())
    left, source = ahead(inference), np.zeros(game.n_nodes, dtype=bool)
    source[inference.measure().part.nodes[inference.measure().part.source]] = True
    for counter, move in zip(every_one, found, strict=True):
        open_ = openings(compiled, counter.acts) & left
        nodes = np.flatnonzero(first_choice(compiled, left, source, open_)).astype(np.int32)
        mass = reach_of(inference, inference.measure(), nodes)
        known = at(inference, nodes, counter.acts)
        own = type_at(compiled, counter.actor, nodes)
        axis = type_axis(compiled, counter.actor)
        player = game.players.index(counter.actor)
        for t in range(len(types_of(compiled, counter.actor)) or 1):
            here = (mass * (own == t)[:, :, None]).sum(axis=1)  # [n, V]
            lead = (here * known.lead[known.which, axis[t]]).sum(axis=0)
            assert move.change[player, t, 0] == pytest.approx(lead, abs=1e-5)
            made = (here * known.made[known.which, axis[t]]).sum(axis=0)
            assert move.made[t, 0] == pytest.approx(made)
