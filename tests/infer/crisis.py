"""A small crisis with one of everything that inference must read right."""

from __future__ import annotations

from typing import Any

from random_records import Case, build

from standoff.compile import compile_scenario
from standoff.infer.evidence import Evidence
from standoff.scenario.dates import calendar
from standoff.scenario.loading import loads

TEXT = """
standoff: 1
id: border
title: border
clock:
  rounds:
    - {first: 2031-03-03, last: 2031-03-04}
    - {first: 2031-03-05, last: 2031-03-06}
    - {first: 2031-03-07, last: 2031-03-08}
parameters:
  trust: {uniform: [0.5, 0.9]}
  q: {uniform: [0.2, 0.4]}
actors:
  red: {types: {grim: {}, mild: {}}, prior: {grim: 0.4, mild: rest}}
  blue: {types: {firm: {}, soft: {}}, prior: {firm: 0.5, soft: rest}}
  fate: {kind: nature}
state:
  massed: {start: false}
  dug_in: {start: false, seen_by: [red]}
  alert: {range: [0, 3], start: 0, overflow: clip}
turns:
  - id: muster
    actor: red
    rounds: 1
    moves:
      mass: {then: {massed: true}, tactic: threaten}
      stay: {quiet: true}
      raid: {ends: fight}
  - id: dig
    actor: red
    rounds: 1
    when: massed
    moves:
      dig: {then: {dug_in: true}, seen_by: [red]}
      idle: {seen_by: [red]}
  - id: weather
    actor: fate
    rounds: 1-2
    outcomes:
      storm: {odds: q, then: {alert: alert + 1}}
      calm: {odds: rest}
  - id: reply
    actor: blue
    rounds: 2
    moves:
      arm: {then: {alert: alert + 1}}
      talk: {}
      strike: {when: massed, ends: fight}
  - id: last
    actor: red
    rounds: 3
    moves:
      cross: {ends: fight}
      leave: {ends: peace}
      wait: {}
ends:
  fight: {lottery: {red_wins: "0.6 if dug_in else 0.3", blue_wins: rest}}
  peace: {}
  time: {}
objectives:
  red:
    prize: {value: ending is red_wins, weight: {grim: 3, mild: 1}}
    loss: {value: -(ending is blue_wins), weight: 2}
    cost: {each_round: -massed, weight: q}
  blue:
    safety: {value: -(ending is red_wins), weight: {firm: 3, soft: 1}}
    quiet: {value: "-(ending in [red_wins, blue_wins])", weight: {firm: 0.5, soft: 2}}
observer: {sees_as: [public, blue]}
"""

SCENARIO = loads(TEXT)
COMPILED = compile_scenario(SCENARIO)


def items(*rows: dict[str, Any]) -> list[Any]:
    """Record items from mappings."""
    from standoff.scenario.models import RecordItem

    return [RecordItem.model_validate(row) for row in rows]


def case(*rows: dict[str, Any], as_of: str | None = None, variants: int = 3, seed: int = 1) -> Case:
    """Inference and twins for a record (none: no record at all)."""
    moment = as_of or (rows[-1].get("known") or rows[-1]["at"] if rows else None)
    return build(SCENARIO, seed, variants, items(*rows), moment)


def problems(*rows: dict[str, Any], as_of: str) -> list[Any]:
    """What is wrong with a record."""
    from dataclasses import replace

    written = COMPILED.scenario.model_copy(update={"record": tuple(items(*rows)), "as_of": as_of})
    compiled = replace(COMPILED, scenario=written)
    moment = calendar(written.clock).moment(as_of).cut
    return Evidence(compiled, moment, lenient=True).problems


MASS = {"id": "mass", "at": "2031-03-03T08:00", "move": "red.muster.mass"}
STORM = {"id": "storm", "at": "2031-03-04T08:00", "move": "fate.weather.storm"}
CALM = {"id": "calm", "at": "2031-03-05T08:00", "move": "fate.weather.calm"}
ARM = {"id": "arm", "at": "2031-03-06T08:00", "move": "blue.reply.arm"}
