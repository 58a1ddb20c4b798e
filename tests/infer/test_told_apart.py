"""What the desk can tell apart: moves that look alike, are seen late, or leave only their marks."""

from __future__ import annotations

import pytest

import standoff as so
from standoff.assess.chain import Chain
from standoff.infer.parting import NOTHING, sights
from standoff.scenario import loads
from standoff.variants.batch import solve_batch

SITE = """
standoff: 1
id: site
title: What is dug at the site
clock:
  rounds:
    - {first: 2031-01-01, last: 2031-01-01}
    - {first: 2031-01-02, last: 2031-01-02}
    - {first: 2031-01-03, last: 2031-01-03}
parameters:
  p: {value: 0.3}
  keen: {by: red, hawk: 3, dove: -3}
actors:
  red: {types: {hawk: {stake: 1}, dove: {stake: 1}}, prior: {hawk: p, dove: rest}}
  blue: {stake: 1}
  sky: {kind: nature}
state:
  depth: {range: [-1, 1], start: 0, seen_by: [red]}
turns:
  - id: work
    label: works at the site
    actor: red
    rounds: 1
    moves:
      build: {label: Red builds, then: {depth: 1}SEEN}
      fill: {label: Red fills in, then: {depth: -1}SEEN}
      rest: {label: Red rests}
  - id: coin
    actor: sky
    rounds: 2
    outcomes: {heads: {odds: 0.5}, tails: {odds: rest}}
objectives:
  red: {dug: {value: depth, weight: keen}}
  blue: {none: {value: 0}}
observer: {desk: a desk, sees_as: [public]}
views:
  low: {set: {p: 0.2}}
  high: {set: {p: 0.8}}
"""
ALIKE = ", seen_by: [blue], seen_as: digging"
LATE = ', seen_by: {blue: now, public: "next round"}'
UNSEEN = ", seen_by: [blue]"


def site(seen: str = "", **changes: str) -> str:
    text = SITE.replace("SEEN", seen)
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def shown(text: str) -> list[tuple[str, int, set[str]]]:
    inference = Chain(solve_batch(loads(text), 2), None).inference
    return [
        (sight.id, sight.shown, set(sight.cases))
        for sight in sights(inference)
        if sight.turn == "work"
    ]


BUILD, FILL, REST = (f"red.work.{move}" for move in ("build", "fill", "rest"))
OPEN = [("red.work@1", 1, {BUILD, FILL, REST})]


def test_what_is_open_is_told_apart() -> None:
    assert shown(site()) == OPEN


@pytest.mark.parametrize("desk", ["observer: {desk: a desk, sees_as: [public]}\n", ""])
def test_moves_with_one_signal_look_alike(desk: str) -> None:
    text = site(ALIKE).replace("observer: {desk: a desk, sees_as: [public]}\n", desk)
    assert shown(text) == [("red.work@1", 1, {f"{BUILD}+{FILL}", REST})]


def test_who_sees_with_blue_sees_more() -> None:
    assert shown(site(ALIKE).replace("[public]", "[public, blue]")) == OPEN


@pytest.mark.parametrize("last", [True, False])
def test_what_is_seen_late_is_seen_in_the_next_round(last: bool) -> None:
    """At once only that Red does not rest, since resting would be seen."""
    text = site(LATE)
    if not last:  # another turn in the same round
        text = text.replace("rounds: 2\n    outcomes", "rounds: [1, 2]\n    outcomes")
    assert shown(text) == [
        ("red.work@1", 1, {f"{BUILD}+{FILL}", REST}),
        ("red.work@1/2", 2, {BUILD, FILL, REST}),
    ]


def test_what_a_hidden_move_changes_gives_it_away() -> None:
    hidden = site(UNSEEN)
    assert shown(hidden) == [("red.work@1", 1, {NOTHING, REST})]
    marks = hidden.replace("start: 0, seen_by: [red]", "start: 0")
    assert shown(marks) == OPEN


def test_what_is_done_together_is_seen_together() -> None:
    text = site(ALIKE).replace("    actor: red\n    rounds: 1\n    moves:", (
        "    rounds: 1\n    together:\n    - actor: blue\n      moves: {a: {}, b: {}}\n"
        "    - actor: red\n      moves:"
    )).replace("      build", "        build").replace("      fill", "        fill").replace(
        "      rest:", "        rest:")  # fmt: skip
    assert shown(text) == [
        ("blue.work@1", 1, {"blue.work.a", "blue.work.b"}),
        ("red.work@1", 1, {f"{BUILD}+{FILL}", REST}),
    ]


def test_the_crux_is_not_settled_by_what_looks_alike() -> None:
    """The hawk builds and the dove fills in: to see which would settle who it is, digging does
    not."""
    for seen, closed in (("", 1.0), (ALIKE, 0.0)):
        pair = so.crux(loads(site(seen)), "red.hawk", views=("low", "high"), variants=2).pairs[0]
        event = pair.answers[0].settles
        assert (0.0 if event is None else event.closed) == pytest.approx(closed, abs=0.02)
    late = so.crux(loads(site(LATE)), "red.hawk", views=("low", "high"), variants=2).pairs[0]
    event = late.answers[0].settles
    assert event is not None and event.id == "red.work@1/2" and event.first_day == "2031-01-02"
    by_day = {day.last_day: day.closed for day in late.answers[0].by_day}
    assert by_day["2031-01-01"] == pytest.approx(0.0, abs=0.02)
    assert by_day["2031-01-02"] == pytest.approx(1.0, abs=0.02)
    tells = so.crux(
        loads(site(ALIKE, **{"dove: -3}": "dove: 0}"})), "red.hawk", views=("low", "high"),
        variants=2,
    ).pairs[0].answers[0].tells  # fmt: skip
    assert tells is not None and {c.label for c in tells.cases} == {
        "Red builds or Red fills in", "Red rests",
    }  # fmt: skip


OPEN_PAST = """
standoff: 1
id: past
title: A past that nobody noted
as_of: 2031-01-01
clock:
  rounds: [{first: 2031-01-01, last: 2031-01-01}, {first: 2031-01-02, last: 2031-01-02}]
parameters:
  p: {value: 0.3}
actors:
  red: {types: {hawk: {stake: 1}, dove: {stake: 1}}, prior: {hawk: p, dove: rest}}
  sky: {kind: nature}
state:
  left: {start: false}
turns:
  - id: road
    actor: sky
    rounds: 1
    outcomes:
      left: {odds: 0.9 if red is hawk else 0.1, then: {left: true}}
      right: {odds: rest}
  - id: work
    actor: red
    rounds: 2
    moves:
      build: {when: left, seen_as: digging, seen_by: [red]}
      fill: {when: not left, seen_as: digging, seen_by: [red]}
      rest: {}
objectives:
  red: {none: {value: 0}}
record:
  - {at: 2031-01-01, unknown: road}
observer: {desk: a desk, sees_as: [public]}
views:
  low: {set: {p: 0.2}}
  high: {set: {p: 0.8}}
"""


def test_what_the_record_left_open_tells_nothing_apart() -> None:
    """The road could have been seen, and was not noted: digging stays digging, and nothing that
    will be seen says more of the past."""
    made = Chain(solve_batch(loads(OPEN_PAST), 2), None)
    assert [set(s.cases) for s in sights(made.inference)] == [{f"{BUILD}+{FILL}", REST}]
    answer = so.crux(
        loads(OPEN_PAST), "red.hawk", views=("low", "high"), variants=2
    ).pairs[0].answers[0]  # fmt: skip
    assert answer.settles is None
    for day in answer.by_day:
        assert day.closed == pytest.approx(0.0, abs=1e-9)


def test_what_looks_alike_is_no_indicator() -> None:
    """To see Red build would tell nearly all; to see it dig, which is all that can be seen, tells
    nothing of which it is."""

    def told(text: str) -> set[str]:
        inference = Chain(solve_batch(loads(text), 2), None).inference
        return {each.act for each in inference.indicators("red")} & {BUILD, FILL, REST}

    assert told(site()) == {BUILD, FILL, REST}
    assert told(site(ALIKE)) == {REST}
    assert told(site(LATE)) == {BUILD, FILL, REST}  # by the end of the next round
    both = site(ALIKE).replace("[public]", "[public, blue]")
    assert told(both) == {BUILD, FILL, REST}


def test_what_looks_alike_separates_no_types() -> None:
    def bits(text: str) -> float:
        inference = Chain(solve_batch(loads(text), 2), None).inference
        (red,) = inference.separation()
        return red.bits["work"]

    assert bits(site()) > 0.8
    assert bits(site(ALIKE)) < 0.01
    assert bits(site(LATE)) > 0.8  # a round later all of it is known
