"""Bargaining counters where sides move at once and turns come round again: who ends it, what a
term is, whose a move is."""

from __future__ import annotations

import pytest

import standoff as so
from standoff.note import render_prices
from standoff.scenario.loading import loads

MINE = """
standoff: 1
id: mine
title: Three sides and a mine
clock: {start: 2031-03-03, step: 3, rounds: 2}
parameters:
  gold: {uniform: [0.5, 1.0]}
actors:
  ada: {name: Ada's side, stake: 1}
  ben: {name: Ben's side, stake: 1}
  cat: {name: Cat's side, stake: 1}
state:
  mine: {levels: [open, ada, ben, cat], start: open}
proposals:
  split: {by: ada, to: [ben, cat], label: a split of the mine}
turns:
  - id: first
    actor: ada
    moves: {wait: {waits: true, label: waits}, grab: {label: grabs the mine, ends: taken}}
    proposes: [split]
  - id: rush
    together:
      - {actor: ben, moves: {lurk: {label: lurks}, dash: {label: dashes, then: {mine: ben}}}}
      - {actor: cat, moves: {lurk: {label: lurks}, dash: {label: dashes, then: {mine: cat}}}}
  - {id: first_answer, actor: ben, answers: [split], moves: {mum: {quiet: true, label: is mum}}}
  - {id: last_answer, actor: cat, answers: [split], moves: {mum: {quiet: true, label: is mum}}}
ends:
  taken: {when: mine != open, label: taken}
objectives:
  ada: {m: {value: (ending is taken)*(mine == ada) + 0.1*(ending is taken)}}
  ben: {m: {value: (mine == ben)*gold}}
  cat: {m: {value: (mine == cat)*gold}}
"""


@pytest.fixture(scope="module")
def crisis():
    return loads(MINE)


def test_who_moves_at_once_ends_it_as_well(crisis):
    """To dash ends the crisis whatever the other does; to lurk does not, whoever is listed last."""
    part = so.price(crisis, variants=4).prices
    ending = {c.id for c in part.counters if c.role == "end"}
    assert ending == {"ada.grab", "ben.dash", "cat.dash"}
    days = {c.id: [t.round for t in c.turns] for c in part.counters if c.role == "end"}
    assert days["ben.dash"] == days["cat.dash"] == [1, 2]


def test_who_lets_the_clock_run_out_ends_nothing():
    """On the last day to lurk may be followed by the end of the clock, or by what another does."""
    part = so.price(loads(MINE.replace("rounds: 2", "rounds: 1")), variants=2).prices
    ending = {c.id for c in part.counters if c.role == "end"}
    assert ending == {"ada.grab", "ben.dash", "cat.dash"}


def test_a_proposal_that_stands_is_a_term_and_says_which(crisis):
    """Open, refused or expired is no term; each addressee's answer is its own, each day too."""
    found = so.price(crisis, variants=4)
    terms = [t for t in found.prices.terms if t.move == "dashes"]
    assert terms
    words = {(t.actor, t.with_, t.day) for t in terms}
    assert len(words) == len(terms)
    assert {w.partition(": ")[2] for _, w, _ in words} == {"accepted"}
    assert any("Cat's side" in w for _, w, _ in words)
    text = " ".join(render_prices(found, "md").split())
    assert "6 Mar" in text and "against accepted" not in text


def test_whose_move_it_is_where_two_make_the_same(crisis):
    """Two sides may dash; the worth of waiting tells them apart."""
    (ada,) = [a for a in so.waiting(crisis, "ada", variants=4).actors if a.choices]
    labels = [e.label for t in ada.choices[0].types for e in t.meanwhile]
    assert {"dashes (Ben's side)", "dashes (Cat's side)"} <= set(labels)
    assert len(labels) == len(set(labels))
