"""Random small scenarios with a record that some history of theirs can have left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from enumerate import Enumeration
from hypothesis import assume
from hypothesis import strategies as st

from standoff.compile import compile_scenario, payload
from standoff.infer.evidence import Evidence
from standoff.infer.inference import Inference
from standoff.scenario.dates import calendar
from standoff.scenario.models import RecordItem
from standoff.solve.solution import Solution
from standoff.variants import draw as draw_variants
from strategies.scenarios import scenarios


@dataclass
class Case:
    """One scenario with a record, its inference and its slow twin."""

    inference: Inference
    twins: list[Enumeration]
    as_of: dt.datetime | None
    anchor: int

    @property
    def compiled(self):
        return self.inference.compiled

    def pairs(self, *, prior: bool = False):
        return [(t, t.weights(None if prior else self.as_of)) for t in self.twins]


def random_play(game, variants: int, seed: int) -> np.ndarray:
    """Any behavior strategy [A, V], far from even."""
    rng = np.random.default_rng(seed)
    out = np.empty((game.n_rows, variants))
    for cell in range(len(game.cell_player)):
        actions = int(game.action_start[cell + 1] - game.action_start[cell])
        types = int(game.n_types[game.cell_player[cell]])
        odds = rng.dirichlet(np.full(actions, 0.7), size=(types, variants)) + 1e-3
        odds /= odds.sum(axis=2, keepdims=True)
        first = int(game.row_start[cell])
        out[first : first + actions * types] = odds.transpose(2, 0, 1).reshape(-1, variants)
    return out


def solved(strategy: np.ndarray, status: np.ndarray | None = None) -> Solution:
    """A strategy dressed up as a solution."""
    V = strategy.shape[1]
    state = np.zeros(V, dtype=np.int8) if status is None else status
    return Solution("given", strategy, "none", np.zeros(V), state, np.zeros(V, dtype=np.int64))


def build(scenario, seed: int, variants: int = 2, record=(), as_of: str | None = None) -> Case:
    """Inference and twins of a scenario whose record is put in after compiling."""
    compiled = compile_scenario(scenario)
    written = compiled.scenario.model_copy(update={"record": tuple(record), "as_of": as_of})
    compiled = replace(compiled, scenario=written)
    draws = draw_variants(scenario, variants, seed)
    numbers = payload(compiled, draws)
    strategy = random_play(compiled.game, variants, seed)
    moment = None if as_of is None else calendar(written.clock).moment(as_of).cut
    evidence = Evidence(compiled, moment) if record else Evidence(compiled, without_record=True)
    inference = Inference(compiled, numbers, draws, solved(strategy), evidence)
    twins = [Enumeration(compiled, numbers, strategy, v) for v in range(variants)]
    for v, twin in enumerate(twins):
        twin.values = {name: float(held[v]) for name, held in draws.values.items()}
    anchor = twins[0].present(moment)
    return Case(inference, twins, moment, anchor)


@st.composite
def cases(draw: Any, *, structure: bool | None = None, most: int = 600) -> Case:
    """A scenario, and a record of the first steps of one of its histories.

    The record is made by a seeded generator, which spreads better over kinds of items than
    Hypothesis, whose favorite is always the first.
    """
    scenario = draw(scenarios(structure=structure, most=most))
    compiled = compile_scenario(scenario)
    assume(len(compiled.acts) > 2 and len(compiled.game.end_nodes) >= 4)
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    draws = draw_variants(scenario, 1, seed)
    told = Enumeration(compiled, payload(compiled, draws), random_play(compiled.game, 1, seed), 0)
    likely = [h for h in told.histories if h.probability > 1e-6]
    history = likely[rng.integers(len(likely))]
    record, as_of = items(rng, compiled, history)
    assume(record)
    return build(scenario, seed, 2, record, as_of)


def items(
    rng: np.random.Generator, compiled: Any, history: Any
) -> tuple[list[RecordItem], str | None]:
    """Items for the first steps of a history, some vague, doubtful, late, missing or unknown."""
    clock = calendar(compiled.scenario.clock)
    acts = {a.name: a for a in compiled.acts}
    steps = compiled.steps
    played = sorted(level for level, name in history.acts.items() if name)
    if not played:
        return [], None
    found: list[RecordItem] = []
    last = None
    for level in played[: int(rng.integers(1, len(played) + 1))]:
        name = history.acts[level]
        at = f"{clock.rounds[steps[level].round - 1].first.isoformat()}T12:00"
        ends = level == played[-1]
        if (acts[name].quiet or not acts[name].desk_sees) and not ends and rng.random() < 0.7:
            continue  # silent
        last = at
        one: dict[str, Any] = {"at": at, "id": f"i{level}"}
        menu = [a.name for a in compiled.acts if (a.actor, a.turn) == name_of(acts[name])]
        kind = rng.choice(
            ["plain", "vague", "doubtful", "unknown", "late"], p=[0.4, 0.2, 0.2, 0.1, 0.1]
        )
        if kind == "unknown" and not ends:
            one["unknown"] = acts[name].turn
            if level % 2:
                one["known"] = clock.rounds[-1].last.isoformat()
        else:
            one["move"] = sorted({name, str(rng.choice(menu))}) if kind == "vague" else [name]
            if kind == "doubtful":
                # A number, or odds that differ by variant.
                one["reliability"] = 0.7 if level % 2 else "1 - (1 - q) * (1 - f)"
            if kind == "late" and not ends:
                one["known"] = clock.rounds[-1].last.isoformat()
        found.append(RecordItem.model_validate(one))
        if kind == "vague" and len(one["move"]) > 1 and rng.random() < 0.5:
            more = {"at": at, "id": f"r{level}", "move": [name]}
            if rng.random() < 0.5:
                more["refines"] = f"i{level}"
            found.append(RecordItem.model_validate(more))
    return found, last


def name_of(act: Any) -> tuple[str, str]:
    """Actor and turn of a move."""
    return act.actor, act.turn
