"""A small valid scenario that the tests of reading and checking spoil, one line at a time."""

from __future__ import annotations

from standoff.errors import Problem, ScenarioError
from standoff.scenario import check, loads

TEXT = """\
standoff: 1
id: small
title: A small crisis
as_of: 2030-01-04
clock:
  zone: Europe/Vienna
  rounds:
    - {first: 2030-01-01, last: 2030-01-02}
    - {first: 2030-01-03, last: 2030-01-05}
    - {first: 2030-01-06, last: 2030-01-09}
parameters:
  gain:
    by: red
    hawk: {triangular: [1, 2, 3]}
    dove: {value: 0.5}
  luck: {uniform: [0.1, 0.4]}
  limit: 2
correlate:
  - {between: [gain.hawk, luck], rank: 0.5}
defines:
  heat: tension + limit
actors:
  red:
    types:
      hawk: {stake: {from: war, to: peace}}
      dove: {stake: 2}
    prior: {hawk: 0.4, dove: rest}
  blue: {}
  dice: {kind: nature}
audiences:
  press: {}
state:
  tension: {range: [0, 3], start: 0}
  mood: {levels: [calm, angry], start: calm, audience: press}
  hidden: {start: {draw: {true: 0.5, false: rest}}, seen_by: [red]}
moves:
  threat: {label: threatens, then: {tension: tension + 1}, serves: prize}
turns:
  - id: open
    actor: red
    rounds: 1
    moves:
      threaten: {use: threat}
      wait: {quiet: true}
  - id: chance
    actor: dice
    rounds: 2
    outcomes:
      storm: {odds: luck, then: {mood: angry}}
      sun: {odds: rest}
  - id: reply
    actor: blue
    rounds: 2
    when: tension > 0
    moves:
      yield: {ends: peace}
      stand: {then: {tension: "min(tension + 1, 3)"}, when: heat < 9, rate: 2}
  - id: last
    actor: red
    rounds: last
    moves:
      strike: {when: mood == angry or hidden, ends: war, serves: [prize]}
      stop: {ends: peace}
ends:
  war: {label: war}
  peace: {label: peace}
objectives:
  red:
    prize: {value: ending is war, weight: gain}
  blue:
    calm: {value: -(ending is war), each_round: -tension, discount: 0.9}
record:
  - {id: first, at: 2030-01-01T12:00, move: red.open.threaten, source: cable#1}
  - at: 2030-01-03
    known: 2030-01-04
    report: the sky darkens
    odds:
      - {when: dice did chance.storm, p: 0.9}
      - {else: 0.2}
    source: cable#2
observer: {sees_as: [public, blue], actor: blue}
judgements:
  - {id: hawks, text: They are hawks., kind: inference, claim: red is hawk, estimate: 0.7}
questions:
  - {id: war, ask: "P(ending is war)"}
sources:
  cable: {title: Cables}
views:
  dove: {set: {gain.hawk: 1}}
"""


def problems(old: str = "", new: str = "", *, text: str = TEXT) -> list[Problem]:
    """Every problem, warnings included, after `old` has been replaced by `new`."""
    assert not old or text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    changed = text.replace(old, new) if old else text
    try:
        return check(loads(changed, name="small.yaml"))
    except ScenarioError as error:
        return list(error.problems)


def the_problem(code: str, old: str, new: str) -> tuple[Problem, str]:
    """The one problem with this code, and the text that its position underlines."""
    found = [p for p in problems(old, new) if p.code == code]
    told = [str(p) for p in problems(old, new)]
    assert len(found) == 1, f"wanted one {code}, got {told}"
    (problem,) = found
    assert problem.position is not None, str(problem)
    assert problem.position.file == "small.yaml"
    line = TEXT.replace(old, new).split("\n")[problem.position.line - 1]
    start = problem.position.column - 1
    return problem, line[start : start + problem.position.width]
