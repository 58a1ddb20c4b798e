"""Prices where the record rules a type out, and where opinion begins nobody knows where."""

from __future__ import annotations

import pytest

import standoff as so
from standoff.errors import QueryError
from standoff.note import render_prices
from standoff.note.prices_words import sentences
from standoff.scenario.loading import loads

RULED = """
standoff: 1
id: ruled
title: A parade
as_of: 2031-03-03
clock: {start: 2031-03-03, step: 1, rounds: 2}
actors:
  east:
    name: the east
    types: {hawk: {stake: 1, label: hawkish}, dove: {stake: 1, label: dovish}}
    prior: {hawk: 0.5, dove: rest}
  west: {name: the west, stake: 1}
audiences: {street: {name: the street}}
state:
  mood: {range: [-2, 2], start: {draw: {-1: 0.4, 1: rest}}, audience: street, label: the mood}
turns:
  - id: show
    actor: east
    rounds: 1
    moves: {parade: {label: parades, when: east is hawk}, rest: {label: rests}}
  - id: go
    actor: east
    rounds: 2
    moves: {strike: {label: strikes, ends: war}, sit: {label: sits still}}
  - id: reply
    actor: west
    rounds: 2
    moves: {yield: {label: yields, ends: peace}, hold: {label: holds out}}
ends: {war: {}, peace: {}}
objectives:
  east:
    land: {value: (ending is peace) + (0.3 + 0.1*mood)*(ending is war)}
    blood: {value: -(ending is war), weight: {hawk: 0.2, dove: 1.5}}
  west:
    land: {value: -(ending is peace)*(1 - 0.2*mood) - 0.3*(ending is war)}
observer: {desk: ours, sees_as: [public, west], actor: west}
record:
  - {at: 2031-03-03T10:00, move: east.show.parade}
"""


@pytest.fixture(scope="module")
def crisis():
    return loads(RULED)


@pytest.mark.parametrize("what", [None, "strike"])
def test_a_type_that_the_record_rules_out_has_no_price(crisis, what):
    with pytest.raises(QueryError, match="the record rules this type out"):
        so.price(crisis, "east.dove", what, variants=2)
    other = so.price(crisis, "east.hawk", what, variants=2).prices
    assert [t.type for c in other.counters for turn in c.turns for t in turn.types] == ["hawk"]


def test_stakes_are_told_of_types_with_a_price_alone(crisis):
    found = so.price(crisis, variants=2)
    assert set(found.prices.stakes) == {"east.hawk", "west"}
    text = " ".join(render_prices(found).split())
    assert "The east: one unit" not in text and "dovish" not in text


def test_opinion_that_is_drawn_begins_nowhere(crisis):
    """The levels are compared as they are, not with a start that is none."""
    part = so.price(crisis, variants=2).prices
    curves = [c for k in part.counters for turn in k.turns for c in turn.curves]
    assert curves
    assert {(c.low, c.high) for c in curves} == {("\N{MINUS SIGN}1", "1")}
    assert "above" not in " ".join(sentences(part))


def test_who_has_one_type_is_that_type():
    """`actor.type` is the actor; its stake is the type's."""
    text = RULED.replace("  west: {name: the west, stake: 1}",
                         "  west: {name: the west, types: {calm: {stake: 3}}}")  # fmt: skip
    crisis = loads(text)
    for what in (None, "yield"):
        part = so.price(crisis, "west.calm", what, variants=2).prices
        assert part == so.price(crisis, "west", what, variants=2).prices
        assert part.stakes == {"west": "3 units of payoff"}
        (price,) = [t for c in part.counters for turn in c.turns for t in turn.types]
        assert price.payoff == pytest.approx(3 * price.price)
    with pytest.raises(QueryError, match="no such type"):
        so.price(crisis, "west.wild", variants=2)
    waits = loads(text.replace("hold: {label: holds out}", "hold: {label: holds out, waits: true}"))
    one = so.waiting(waits, "west.calm", variants=2)
    assert one == so.waiting(waits, "west", variants=2)
    assert one.actors[0].choices
