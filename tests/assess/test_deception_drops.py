"""When a disguise must drop: only one that serves can."""

from __future__ import annotations

from standoff.assess.deception import deceive
from standoff.note.deception import render_deception
from standoff.scenario.loading import loads

PROOF = """
standoff: 1
id: proof
title: Proof
clock: {rounds: [{first: 2001-01-01}, {first: 2001-01-02}, {first: 2001-01-03}]}
parameters: {w: {uniform: [0.9, 1.1]}}
actors:
  ann: {types: {good: {stake: 1}, bad: {stake: 1}}, prior: {good: 0.5, bad: rest}}
  bob: {stake: 1}
turns:
  - {id: show, actor: ann, rounds: 1, moves: {proof: {when: ann is good}, nothing: {}}}
  - {id: reply, actor: bob, rounds: 3, moves: {stay: {}, leave: {ends: over}}}
ends: {over: {}, time: {}}
objectives:
  ann: {first: {value: not (ending is over), weight: w}}
  bob: {gain: {value: "(ending is over) * (1 if ann is bad else -1)"}}
observer: {sees_as: [public]}
"""


def test_what_never_served_does_not_drop() -> None:
    """Who can't show the proof is never taken for who can, on any day."""
    found = deceive(loads(PROOF), true="bad", until="2001-01-01", as_of="2001-01-01T00:01",
                    variants=4)  # fmt: skip
    (p,) = found.pairs
    assert p.in_reach == 0.0 and all(h.cost is None for h in p.by_day)
    assert (p.drops, p.drops_why) == (None, "")
    text = " ".join(str(render_deception(found)).split())
    assert "must drop" not in text and "could be kept up" not in text
    assert "nothing that it could do would be believed so much" in text
