"""Whether the play found is that of the branch from uniform play, and that the note says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import standoff as so
from standoff.assess.branch_check import followed
from standoff.assess.chain import chain
from standoff.note import render
from standoff.scenario import loads
from standoff.variants.batch import some_batch

CHICKEN = """
standoff: 1
id: road
title: Two convoys on one road
as_of: 2031-01-01
note: {from: desk, to: chief, subject: the road}
clock: {rounds: [{first: 2031-01-01, last: 2031-01-02}]}
actors:
  red: {name: Red, stake: {from: crash, to: red_first}}
  blue: {name: Blue, stake: {from: crash, to: blue_first}}
state:
  red_on: {start: false}
  blue_on: {start: false}
turns:
  - id: road
    together:
      - {actor: red, moves: {swerve: {}, drive: {then: {red_on: true}}}}
      - {actor: blue, moves: {swerve: {}, drive: {then: {blue_on: true}}}}
ends:
  crash: {label: a crash, when: red_on and blue_on}
  red_first: {label: Red goes first, when: red_on}
  blue_first: {label: Blue goes first, when: blue_on}
  time: {label: both give way}
objectives:
  red:
    road: {value: "7 * (ending is red_first) + 2 * (ending is blue_first) + 6 * (ending is time)"}
  blue:
    road: {value: "7 * (ending is blue_first) + 2 * (ending is red_first) + 6 * (ending is time)"}
solve: {precision: 40}
"""


def test_public_moves_lead_to_the_branch() -> None:
    ready = chain("signal", variants=5)
    assert followed(ready.batch) == (3, 0)
    assert followed(some_batch(ready.batch, slice(0, 1))) == (1, 0)


def test_moves_at_the_same_time_may_leave_it() -> None:
    """Chicken: by symmetry the branch treats both alike, however sharp play is."""
    found = so.assess(loads(CHICKEN), variants=3, form=False)
    assert found.solution.followed > 0
    assert found.solution.elsewhere == found.solution.followed
    (warning,) = [w for w in found.warnings if "another equilibrium" in w]
    assert "order in which the scenario lists them" in warning
    assert "other play than this note rests on" in " ".join(render(found).split())
    blunt = so.assess(loads(CHICKEN.replace("40", "0.5")), variants=3, form=False)
    assert (blunt.solution.followed, blunt.solution.elsewhere) == (3, 0)
    assert not [w for w in blunt.warnings if "another equilibrium" in w]


def test_other_play_is_noticed() -> None:
    batch = chain("signal", variants=2).batch
    strategy = batch.solution.strategy.copy()
    start, stop = batch.compiled.game.row_start[:2]
    width = batch.compiled.game.n_types[batch.compiled.game.cell_player[0]]
    strategy[start:stop] = np.roll(strategy[start:stop], width, axis=0)
    other = replace(batch, solution=replace(batch.solution, strategy=strategy))
    done, elsewhere = followed(other)
    assert done == elsewhere == 2


def test_nothing_is_followed_where_nothing_was_solved() -> None:
    batch = chain("signal", variants=2).batch
    failed = np.ones_like(batch.solution.status)
    assert followed(replace(batch, solution=replace(batch.solution, status=failed))) == (0, 0)


def test_the_note_says_it() -> None:
    found = so.assess("signal", variants=4, form=False)
    assert (found.solution.followed, found.solution.elsewhere) == (3, 0)
    assert "it leads to the play of this note" in " ".join(render(found).split())
    lost = found.model_copy(update={"solution": found.solution.model_copy(update={"elsewhere": 2})})
    assert "it leads in 2 of them to other play" in " ".join(render(lost).split())
