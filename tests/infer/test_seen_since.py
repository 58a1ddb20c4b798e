"""What an observer knows as a round ends: the record and what was seen since; a player its type and
its own sights; that play has ended.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from standoff.assess.chain import Chain, chain
from standoff.errors import StandoffError
from standoff.infer.conduct import conducts, part_ahead
from standoff.infer.seen_since import seen_since
from standoff.infer.sights import Sights, sights
from standoff.scenario.loading import loads
from strategies.crises import crises

TWICE = """
standoff: 1
id: twice
title: Twice
clock: {rounds: [{first: 2001-01-01}, {first: 2001-01-02}, {first: 2001-01-03}]}
parameters: {w: {uniform: [0.9, 1.1]}}
actors:
  ann: {types: {a: {stake: 1}, b: {stake: 1}}, prior: {a: 0.4, b: rest}}
  bob: {types: {c: {stake: 1}, d: {stake: 1}}, prior: {c: 0.5, d: rest}}
state:
  red: {start: false}
  blue: {start: false}
  out: {start: false}
turns:
  - {id: one, actor: ann, rounds: 1, moves: {x: {then: {red: true}SEEN}, y: {SEEN2}}}
  - {id: two, actor: ann, rounds: 2, moves: {p: {then: {blue: true}}, q: {}}}
  - {id: three, actor: bob, rounds: 3, moves: {s: {}, t: {then: {out: true}}}}
ends: {left: {when: out}, time: {}}
objectives:
  ann:
    first: {value: red, weight: {a: w, b: 0}}
    both: {value: red and blue, weight: {a: 0, b: w}}
    second: {value: blue, weight: {a: 0.3, b: 0.9}}
  bob: {free: {value: out, weight: {c: w, d: 0}}}
observer: {sees_as: [SEES]}
solve: {precision: 2}
record: [{id: first, at: 2001-01-01T08:00, ITEM}]
"""


def twice(
    item: str, *, seen: str = "", sees: str = "public", variable: str = "{start: false}"
) -> Chain:
    text = TWICE.replace("ITEM", item).replace("SEES", sees)
    text = text.replace("SEEN2", seen.lstrip(", ")).replace("SEEN", seen)
    text = text.replace("red: {start: false}", f"red: {variable}")
    return chain(loads(text), variants=3)


def odds(ready: Chain, move: str, own: int, red: bool | None = None) -> np.ndarray:
    """[V] odds of a move of ann's by type; at the second turn after red or not."""
    compiled = ready.batch.compiled
    game = compiled.game
    names = [act.name for act in compiled.acts]
    for edge in np.flatnonzero(compiled.edge_act == names.index(f"ann.{move}")):
        node = int(np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))[edge])
        column = compiled.state_names.index("red")
        if red is not None and bool(compiled.states[compiled.node_state[node], column]) != red:
            continue
        cell = int(game.cell[node])
        number = int(game.edge_action[edge]) - int(game.action_start[cell])
        return ready.batch.solution.strategy[int(game.row_start[cell]) + 2 * number + own]
    raise AssertionError(move)


def by_round(ready: Chain, viewer: str, number: int) -> Sights:
    below = part_ahead(ready.inference)
    (seen,) = sights(ready.inference, "ann", viewer, below, (number,))
    return seen


def test_what_the_record_leaves_open_the_desk_has_not_seen() -> None:
    ready = twice("unknown: one", variable="{start: false, seen_by: [ann]}")
    seen = by_round(ready, "", 2)
    # By hand: the desk sees p or q, and not whether it was x or y before.
    first = np.stack([odds(ready, "one.x", t) for t in (0, 1)])
    then = np.stack([[odds(ready, "two.p", t, red) for red in (True, False)] for t in (0, 1)])
    p = first * then[:, 0] + (1 - first) * then[:, 1]  # [T, V]
    prior = np.array([[0.4], [0.6]])
    genuine = sum(own[0] * prior[0] * own[0] / (prior * own).sum(axis=0) for own in (p, 1 - p))
    np.testing.assert_allclose(seen.earned(0, 0) / seen.mass[0].sum(axis=0), genuine, rtol=1e-9)
    assert len(np.unique(seen.group)) == 2


def test_a_player_believes_by_what_it_has_seen_not_by_the_record() -> None:
    # Nobody but ann sees the first move; the desk has been told of it.
    hidden = {"seen": ", seen_by: [ann]", "sees": "public, ann",
              "variable": "{start: false, seen_by: [ann]}"}  # fmt: skip
    ready = twice("move: ann.one.x", **hidden)
    told, untold = by_round(ready, "", 2), by_round(ready, "bob", 2)
    first = np.stack([odds(ready, "one.x", t) for t in (0, 1)])
    then = np.stack([[odds(ready, "two.p", t, red) for red in (True, False)] for t in (0, 1)])
    prior = np.array([[0.4], [0.6]])
    blind = first * then[:, 0] + (1 - first) * then[:, 1]
    for seen, p, weight in (
        (told, then[:, 0], prior * first), (untold, blind, prior * np.ones_like(first))
    ):  # fmt: skip
        after_p = weight[0] * p[0] / (weight * p).sum(axis=0)
        after_q = weight[0] * (1 - p[0]) / (weight * (1 - p)).sum(axis=0)
        # What a earns after x, whoever looks on.
        own = then[0, 0]
        np.testing.assert_allclose(
            seen.earned(0, 0) / seen.mass[0].sum(axis=0),
            own * after_p + (1 - own) * after_q,
            rtol=1e-9,
        )


def test_an_ending_is_seen() -> None:
    text = TWICE.replace("ITEM", "move: ann.one.x").replace("SEES", "public")
    text = text.replace("SEEN2", "").replace("SEEN", "")
    text = text.replace("q: {}", "q: {seen_by: [ann], ends: left}").replace(
        "p: {then: {blue: true}}", "p: {then: {blue: true}, seen_by: [ann]}"
    ).replace("blue: {start: false}", "blue: {start: false, seen_by: [ann]}")  # fmt: skip
    text = text.replace("turns:", "turns:\n  # what is hidden ends play, or does not")
    text = text.replace("id: two, actor: ann", "id: two, turn_seen: false, actor: ann")
    ready = chain(loads(text), variants=2)
    for viewer in ("", "bob"):
        assert len(np.unique(by_round(ready, viewer, 2).group)) == 2


@settings(
    derandomize=True, deadline=None, max_examples=40,
    suppress_health_check=[HealthCheck.filter_too_much],
)  # fmt: skip
@given(scenario=crises(most=200))
def test_from_one_past_what_is_seen_since_is_what_is_seen(scenario) -> None:
    """With simultaneous moves and moves that show a round later among them."""
    ready = chain(scenario, variants=1)
    compiled = ready.batch.compiled
    if "" not in compiled.viewers:
        return
    try:
        below = part_ahead(ready.inference)
    except StandoffError:  # a record that can't be
        return
    since = seen_since(compiled, below, "")
    whole = compiled.node_seen[compiled.viewers.index(""), below.nodes]
    source = np.zeros(len(below.nodes), dtype=int)
    source[below.source] = np.arange(len(below.source))
    for hop in below.hops:
        source[hop.child] = source[hop.parent]
    counts = [
        len(np.unique(np.column_stack(columns), axis=0))
        for columns in ((source, since), (source, whole), (source, since, whole))
    ]
    assert counts[0] == counts[1] == counts[2]
    assert not since[below.source].any()


def test_the_belief_is_what_it_was_on_average() -> None:
    ready = twice("unknown: one")
    below = part_ahead(ready.inference)
    of_type = {c.type: c for c in conducts(ready.inference, "ann", below)}
    for number in (2, 3):
        seen = by_round(ready, "", number)
        for place, kind in enumerate(("a", "b")):
            expected = np.einsum("tmv,mv->v", seen.mass, seen.held(place))
            assert expected == pytest.approx(of_type[kind].weight, rel=1e-9)


BOTH = """
standoff: 1
id: both
title: Both
clock: {rounds: [{first: 2001-01-01}, {first: 2001-01-02}, {first: 2001-01-03}]}
parameters: {w: {uniform: [0.9, 1.1]}}
actors:
  ann: {types: {a: {stake: 1}, b: {stake: 1}}, prior: {a: 0.4, b: rest}}
  bob: {stake: 1}
turns:
  - {id: one, actor: ann, rounds: 1, moves: {x: {}, y: {}}}
  - id: two
    rounds: 2
    together:
      - {actor: ann, moves: {p: {}, q: {}}}
      - {actor: bob, moves: {s: {}, t: {}}}
  - {id: late, actor: ann, rounds: 2, turn_seen: false,
     moves: {u: {seen_by: SHOWN}, v: {seen_by: OTHER}}}
  - {id: three, actor: bob, rounds: 3, moves: {m: {}, n: {}}}
objectives:
  ann: {none: {value: 1, weight: w}}
  bob: {none: {value: 1}}
observer: {sees_as: [public]}
record: [{id: first, at: 2001-01-01T08:00, unknown: one}]
"""


@pytest.mark.parametrize(
    ("shown", "other", "sights_by_round"),
    [
        ("{public: next round}", "{public: next round}", {2: 4, 3: 16}),
        ("{public: next round}", "[ann]", {2: 4, 3: 16}),
        ("[ann]", "[ann]", {2: 4, 3: 8}),
    ],
)
def test_moves_made_together_and_moves_that_show_later(shown, other, sights_by_round) -> None:
    """Two pasts that the record leaves open make no sight more."""
    ready = chain(loads(BOTH.replace("SHOWN", shown).replace("OTHER", other)), variants=1)
    assert len(ready.inference.standing(ready.inference.present)[0]) == 2
    for number, count in sights_by_round.items():
        seen = by_round(ready, "", number)
        assert len(np.unique(seen.group)) == count


def test_a_player_too_sees_later_what_shows_later() -> None:
    text = BOTH.replace("SHOWN", "{bob: next round}").replace("OTHER", "{bob: next round}")
    ready = chain(loads(text), variants=1)
    # It saw what the record leaves open: two pasts, and what was done together.
    assert len(np.unique(by_round(ready, "bob", 2).group)) == 8
    assert len(np.unique(by_round(ready, "bob", 3).group)) == 32
    kept = by_round(ready, "bob", 2)
    np.testing.assert_allclose(kept.belief.sum(axis=0), 1.0, rtol=1e-12)
