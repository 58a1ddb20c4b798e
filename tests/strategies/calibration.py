"""A small crisis played many times from its own prior, for simulation-based calibration.

Every replication draws a truth (parameters, priors, precision, types), solves its game, plays it,
and writes down what the desk sees: moves, a doubtful sighting, a report. All replications' truths
and the draws that each is inferred with are one batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from standoff.assess.chain import moment_of
from standoff.compile import compile_scenario
from standoff.compile.draws import Draws
from standoff.game.game import CHANCE, END
from standoff.infer.evidence import Evidence
from standoff.infer.inference import Inference
from standoff.scenario.loading import loads
from standoff.scenario.models import RecordItem
from standoff.variants import draw
from standoff.variants.batch import Batch, solve_draws

TEXT = """
standoff: 1
id: calibration
title: A crisis that is played from its own prior
as_of: 2031-03-04
clock: {start: 2031-03-03, rounds: 3}
parameters:
  prize: {triangular: [0.5, 1, 2.5]}
  cost: {uniform: [0.05, 0.9]}
  luck: {beta: [2, 2]}
  trust: {uniform: [0.5, 1]}
  fear: {lognormal: [1, 0.6]}
correlate:
  - {between: [prize, cost], rank: 0.5}
actors:
  red:
    types: {grim: {stake: {from: taken, to: time}}, mild: {stake: {from: taken, to: time}}}
    prior: {grim: {uniform: [0.15, 0.75]}, mild: rest}
  blue: {stake: {from: taken, to: time}}
  fate: {kind: nature}
state:
  massed: {start: false}
  dug_in: {start: false, seen_by: [red]}
  storms: {range: [0, 2], start: 0}
  armed: {start: false}
turns:
  - id: muster
    actor: red
    rounds: 1
    moves:
      mass: {then: {massed: true}}
      dig: {then: {massed: true, dug_in: true}, seen_as: mass}
      stay: {}
  - id: weather
    actor: fate
    rounds: 1-2
    outcomes:
      storm: {odds: luck, then: {storms: storms + 1}}
      calm: {odds: rest}
  - id: reply
    actor: blue
    rounds: 2
    moves:
      arm: {then: {armed: true}}
      talk: {}
  - id: last
    actor: red
    rounds: 3
    moves:
      cross: {ends: taken}
      leave: {}
ends: {taken: {}, time: {}}
objectives:
  red:
    prize: {value: (ending is taken) * (0.4 if armed else 1), weight: {grim: prize, mild: 0.2}}
    cost: {value: -massed - (ending is taken) * storms / 2 + dug_in / 2, weight: cost}
  blue:
    keep: {value: -(ending is taken) * (0.3 if armed else 1), weight: prize}
    arms: {value: -armed, weight: 0.2 * fear}
observer: {sees_as: [public]}
"""
SEEN = 0.8
"""Reliability of the sighting of red's first move."""
AHEAD = "red will last.cross"


@dataclass(frozen=True, eq=False)
class Replications:
    """R truths and N draws for each, solved: variant r (N + 1) is truth r, its draws follow."""

    batch: Batch
    count: int
    draws: int
    profile: np.ndarray  # [R] type profile of each truth
    acts: list[tuple[str, ...]]  # by truth: what was played, by step
    records: list[tuple[tuple[str, str], ...]]  # by truth: what the desk has, (kind, what)

    @cached_property
    def quantities(self) -> dict[str, np.ndarray]:
        """What is uncertain, [R, N + 1] each, the truth first."""
        draws = self.batch.draws
        found = {name: draws.values[name] for name in ("prize", "cost", "luck", "trust", "fear")}
        found["prior"], found["precision"] = draws.prior["red"][0], draws.precision
        return {name: values.reshape(self.count, -1) for name, values in found.items()}

    @cached_property
    def truly(self) -> dict[str, np.ndarray]:
        """[R] whether red is grim, and whether it does cross in the end."""
        kinds = list(self.batch.scenario.actors["red"].types)
        player = self.batch.compiled.game.players.index("red")
        kind = self.batch.compiled.game.profile_type[self.profile, player]
        return {
            "red is grim": kind == kinds.index("grim"),
            AHEAD: np.array(["red.last.cross" in acts for acts in self.acts]),
        }

    def inferred(self, which: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """[R, N + 1] each: the likelihood of the record in each draw, and the answers there.
        Replication r is given the record of replication `which[r]`; its own by default.
        """
        wide = self.draws + 1
        taken = np.arange(self.count) if which is None else which
        found = {name: np.empty((self.count, wide)) for name in ("likelihood", *self.truly)}
        kinds: dict[Any, list[int]] = {}
        for r in range(self.count):
            kinds.setdefault(self.records[taken[r]], []).append(r)
        for record, rows in kinds.items():
            variants = (np.array(rows)[:, None] * wide + np.arange(wide)).ravel()
            inference = _inference(part_of(self.batch, variants), record)
            base = inference.measure().total()
            found["likelihood"][rows] = base.reshape(-1, wide)
            for event in self.truly:
                answer = np.asarray(inference.ask(f"P({event})").per_variant)
                found[event][rows] = answer.reshape(-1, wide)
        return found


def part_of(batch: Batch, variants: np.ndarray) -> Batch:
    """Some variants of a batch."""
    draws, solution = batch.draws, batch.solution
    assert draws.joint is None
    return Batch(
        batch.compiled,
        Draws(
            values={name: values[variants] for name, values in draws.values.items()},
            prior={name: odds[:, variants] for name, odds in draws.prior.items()},
            joint=None,
            precision=draws.precision[variants],
        ),
        batch.payload.take(variants),
        replace(
            solution,
            strategy=solution.strategy[:, variants],
            check=solution.check[variants],
            status=solution.status[variants],
            sweeps=solution.sweeps[variants],
        ),
    )


def solved(count: int, draws: int, seed: int) -> Batch:
    """The games of `count` truths and of `draws` independent draws for each."""
    scenario = loads(TEXT)
    compiled = compile_scenario(scenario)
    batch = solve_draws(compiled, draw(scenario, count * (draws + 1), seed, "random"))
    assert batch.solution.solved.all()
    return batch


def replications(batch: Batch, count: int, *, evenly: bool = False) -> Replications:
    """Truths, played and recorded. With `evenly`, they play at random whatever was solved: the
    records are those of another game.
    """
    wide = batch.draws.n_variants // count
    rng = np.random.default_rng([batch.draws.seed, 1])
    played = [_played(batch, r * wide, rng, evenly) for r in range(count)]
    records = [_recorded(batch, r * wide, acts, rng) for r, (_, acts) in enumerate(played)]
    profile = np.array([k for k, _ in played])
    return Replications(batch, count, wide - 1, profile, [acts for _, acts in played], records)


def _played(
    batch: Batch, v: int, rng: np.random.Generator, evenly: bool
) -> tuple[int, tuple[str, ...]]:
    """The type profile and the acts of one play of variant v, walked by hand from the root."""
    compiled, payload = batch.compiled, batch.payload
    game = compiled.game
    profile = int(rng.choice(game.n_profiles, p=payload.prior[:, v]))
    node, acts = 0, []
    while game.actor[node] != END:
        edges = np.arange(game.edge_start[node], game.edge_start[node + 1])
        action, actor = game.edge_action[edges], int(game.actor[node])
        if actor == CHANCE:
            odds = payload.odds[action, v]
        else:
            cell = game.cell[node]
            rows = game.row_start[cell] + (action - game.action_start[cell]) * len(
                game.types[actor]
            )
            odds = batch.solution.strategy[rows + game.profile_type[profile, actor], v]
            if evenly:
                odds = np.ones(len(edges))
        edge = int(rng.choice(edges, p=odds / odds.sum()))
        acts.append(compiled.acts[compiled.edge_act[edge]].name)
        node = int(game.child[edge])
    return profile, tuple(acts)


def _recorded(
    batch: Batch, v: int, acts: tuple[str, ...], rng: np.random.Generator
) -> tuple[tuple[str, str], ...]:
    """What the desk writes down of the first two rounds."""
    first, one, two, reply = acts[:4]
    menu = ["mass", "dig", "stay"]
    named = first if rng.random() < SEEN else f"red.muster.{menu[rng.integers(3)]}"
    trust = batch.draws.values["trust"][v]
    right = rng.random() < trust
    dug = (first == "red.muster.dig") == right
    return (
        ("doubtful", named),
        ("move", one),
        ("report", "dug" if dug else "not dug"),
        ("move", two),
        ("move", reply),
    )


def _inference(batch: Batch, record: tuple[tuple[str, str], ...]) -> Inference:
    days = ("2031-03-03", "2031-03-03", "2031-03-03", "2031-03-04", "2031-03-04")
    items = []
    for place, ((kind, what), day) in enumerate(zip(record, days, strict=True)):
        one: dict[str, Any] = {"id": f"i{place}", "at": day}
        if kind == "report":
            yes = what == "dug"
            one["report"] = what
            one["odds"] = [
                {"when": "dug_in", "p": "trust" if yes else "1 - trust"},
                {"else": "1 - trust" if yes else "trust"},
            ]
        else:
            one["move"] = what
            one["reliability"] = SEEN if kind == "doubtful" else 1.0
        items.append(RecordItem.model_validate(one))
    compiled = batch.compiled
    written = compiled.scenario.model_copy(update={"record": tuple(items)})
    compiled = replace(compiled, scenario=written)
    evidence = Evidence(compiled, moment_of(written, written.as_of))
    return Inference(compiled, batch.payload, batch.draws, batch.solution, evidence)
