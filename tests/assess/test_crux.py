"""Where two views part: against mixtures solved one by one, by hand, and what must hold anyhow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import standoff as so
from standoff.assess.chain import Chain, chain, opened
from standoff.assess.crux_models import CruxAnswer, CruxPart
from standoff.assess.cruxes import crux_numbers, crux_of
from standoff.assess.headlines import headlines
from standoff.errors import Cancelled, ScenarioError
from standoff.progress import Silent
from standoff.scenario import loads
from standoff.scenario.loading import apply_settings
from standoff.scenario.models import Scenario, View
from standoff.variants.batch import solve_draws, solve_payload
from standoff.variants.form import _set, changes, tried
from standoff.variants.mixing import of_files, of_views
from standoff.variants.shapley import every_order

DOVE = {"prize.seize": "0.85", "fight": "1.8", "upkeep": "0.09"}
HAWK = {
    "prize.seize": "1.35", "prize.bluff": "0.35", "fight": "0.9", "upkeep": "0.03",
    "clash_for_us": "1.4", "deploying": "0.18",
}  # fmt: skip
N = 12


def with_views(**views: dict[str, str]) -> Scenario:
    made = {name: View(author=f"the {name}", set=held) for name, held in views.items()}
    return opened("signal").model_copy(update={"views": made})


@pytest.fixture(scope="module")
def made() -> Chain:
    return chain(with_views(dove=DOVE, hawk=HAWK), variants=N)


@pytest.fixture(scope="module")
def found() -> CruxPart:
    return so.crux(with_views(dove=DOVE, hawk=HAWK), variants=N, budget=4000)


def answers(part: CruxPart) -> Iterable[CruxAnswer]:
    for pair in part.pairs:
        assert pair.answers
        yield from pair.answers


def test_the_shares_add_up_to_the_gap(found: CruxPart) -> None:
    for answer in answers(found):
        assert abs(sum(s.share for s in answer.shares) - answer.gap) < 1e-12
        assert answer.gap == answer.second - answer.first


def test_the_shares_are_those_of_every_mixture_solved_by_itself(
    made: Chain, found: CruxPart
) -> None:
    keys = list(DOVE)
    plan = every_order(len(keys))
    heads = []
    for mixture in plan.sets:
        taken = {k: DOVE[k] for i, k in enumerate(keys) if mixture >> i & 1}
        batch = _set(made.batch, taken, None) if taken else made.batch
        heads.append(headlines(Chain(batch, made.as_of)))
    pair = found.pairs[0]
    assert pair.every_order and pair.variants_between == N and pair.mixtures == 8
    for answer in pair.answers:
        value = np.array([h[answer.id].value for h in heads])
        by_hand = dict(zip(keys, plan.shares(value).share, strict=True))
        assert {s.id for s in answer.shares} == set(keys)
        for share in answer.shares:
            assert share.share == pytest.approx(by_hand[share.id], abs=1e-8)
            assert share.error == 0.0


def test_the_answers_are_those_of_the_note_and_of_the_view(made: Chain, found: CruxPart) -> None:
    here = headlines(made)
    there = headlines(Chain(_set(made.batch, HAWK, None), made.as_of))
    pair = found.pairs[1]
    for gap in pair.gaps:
        assert gap.first == pytest.approx(here[gap.id].value, abs=1e-12)
        assert gap.second == pytest.approx(there[gap.id].value, abs=1e-9)
    told = pair.answers[0]
    assert told.first_range90 == pytest.approx(here[told.id].range90, abs=1e-9)


def test_a_few_orders_in_a_few_variants_agree_within_their_error() -> None:
    scenario = with_views(hawk=HAWK)
    exact = so.crux(scenario, "neighbor.seize", variants=60, budget=100_000).pairs[0]
    rough = so.crux(scenario, "neighbor.seize", variants=60, budget=250).pairs[0]
    assert exact.every_order and not rough.every_order and rough.variants_between < 30
    truth = {s.id: s.share for s in exact.answers[0].shares}
    assert rough.answers[0].gap == pytest.approx(exact.answers[0].gap, abs=1e-12)
    assert abs(sum(s.share for s in rough.answers[0].shares) - rough.answers[0].gap) < 1e-12
    for share in rough.answers[0].shares:
        assert share.error is not None
        assert abs(share.share - truth[share.id]) < 4 * share.error + 1e-4
    assert max(abs(s) for s in truth.values()) > 0.02


def test_a_view_that_differs_in_nothing_has_no_shares() -> None:
    scenario = with_views(alike={})
    pair = so.crux(scenario, variants=4).pairs[0]
    assert pair.assumptions == 0 and not pair.answers and pair.note
    both = so.crux(with_views(dove=DOVE), views=("dove", "dove"), variants=4).pairs[0]
    assert both.assumptions == 0 and not both.answers


def test_an_assumption_that_touches_nothing_has_no_share() -> None:
    scenario = with_views(dove=DOVE)
    idle = scenario.parameters["fight"]
    scenario = scenario.model_copy(
        update={
            "parameters": {**scenario.parameters, "idle": idle},
            "views": {"dove": View(set={**DOVE, "idle": "9"})},
        }
    )
    for answer in answers(so.crux(scenario, variants=8)):
        assert {s.id: s.share for s in answer.shares}["idle"] == pytest.approx(0, abs=1e-12)


def test_the_other_way_round_the_shares_turn_their_sign() -> None:
    scenario = with_views(dove=DOVE)
    there = so.crux(scenario, "neighbor.seize", variants=N, views=("-", "dove")).pairs[0]
    back = so.crux(scenario, "neighbor.seize", variants=N, views=("dove", "written")).pairs[0]
    shares = {s.id: s.share for s in back.answers[0].shares}
    for share in there.answers[0].shares:
        assert share.share == pytest.approx(-shares[share.id], abs=1e-8)
    assert (there.first.id, there.second.id) == ("written", "dove")


def test_a_file_that_says_what_a_view_says_gives_the_same(made: Chain) -> None:
    scenario = with_views(dove=DOVE)
    file = apply_settings(scenario, DOVE).model_copy(update={"id": "other", "title": "Other"})
    view = so.crux(scenario, variants=N).pairs[0]
    files = so.crux(scenario, other=file, variants=N).pairs[0]
    assert [a.model_dump() for a in view.answers] == [a.model_dump() for a in files.answers]
    assert [g.model_dump() for g in view.gaps] == [g.model_dump() for g in files.gaps]


def test_two_files_with_other_distributions() -> None:
    one = opened("signal")
    wide = one.parameters["fight"].model_copy(update={"triangular": ("1.2", "1.6", "2.4")})
    prior = one.actors["neighbor"].prior
    assert prior is not None
    seize = prior.by_type["seize"].model_copy(update={"triangular": ("0.3", "0.5", "0.7")})
    odds = type(prior)(seize=seize, bluff=prior.by_type["bluff"])
    neighbor = one.actors["neighbor"].model_copy(update={"prior": odds})
    other = one.model_copy(
        update={
            "parameters": {**one.parameters, "fight": wide},
            "actors": {**one.actors, "neighbor": neighbor},
        }
    )
    pair = so.crux(one, "neighbor.seize", other=other, variants=N).pairs[0]
    alone = headlines(chain(other, variants=N))
    answer = pair.answers[0]
    assert answer.second == pytest.approx(alone["neighbor.seize"].value, abs=1e-9)
    assert {s.id for s in answer.shares} == {"fight", "prior.neighbor"}
    assert abs(sum(s.share for s in answer.shares) - answer.gap) < 1e-12
    prior_share = next(s for s in answer.shares if s.id == "prior.neighbor")
    assert "means to take the province 0.3" in prior_share.first and prior_share.share > 0.1


def test_another_crisis_is_refused_by_its_first_difference() -> None:
    one = opened("signal")
    ends = {**one.ends, "draw": next(iter(one.ends.values()))}
    with pytest.raises(ScenarioError) as refused:
        so.crux(one, other=one.model_copy(update={"ends": ends}), variants=4)
    assert "ends.draw" in refused.value.problems[0].message
    more = {**one.parameters, "extra": one.parameters["fight"]}
    with pytest.raises(ScenarioError, match=r"parameters\.extra"):
        so.crux(one, other=one.model_copy(update={"parameters": more}), variants=4)


@pytest.mark.parametrize(
    ("arguments", "code", "nearest"),
    [
        ({"views": ("dove", "hwak")}, "unknown-view", "hawk"),
        ({"what": "neighbor.size"}, "unknown-answer", "neighbor.seize"),
        ({"what": "deterred"}, "no-share", ""),
        ({"what": "P(neighbor is seize) - 0.1"}, "no-share", ""),
        ({"what": "options"}, "no-share", ""),
    ],
)
def test_kind_errors(arguments: dict[str, object], code: str, nearest: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        so.crux(with_views(dove=DOVE, hawk=HAWK), variants=4, **arguments)  # type: ignore[arg-type]
    problem = refused.value.problems[0]
    assert problem.code == code and problem.nearest == nearest


def test_without_views_there_is_nothing_to_compare() -> None:
    with pytest.raises(ScenarioError, match="no views"):
        so.crux("signal", variants=4)
    plain = chain("signal", variants=4)
    assert crux_of(plain) is None and crux_numbers(plain) == {}


def test_numbers_are_those_of_the_part(made: Chain) -> None:
    part = crux_of(made)
    assert part is not None
    numbers = crux_numbers(made)
    for pair in part.pairs:
        first = pair.answers[0]
        assert numbers[f"crux.{pair.second.id}.gap"] == pytest.approx(abs(first.gap), abs=1e-9)
        closed = 0.0 if first.settles is None else first.settles.closed
        assert numbers[f"crux.{pair.second.id}.closed"] == pytest.approx(closed, abs=1e-9)


def test_the_same_again(found: CruxPart) -> None:
    again = so.crux(with_views(dove=DOVE, hawk=HAWK), variants=N, budget=4000)
    assert again.model_dump_json() == found.model_dump_json()


def test_numbers_under_the_changes_of_form(made: Chain) -> None:
    ways = {way.id: way for way in changes(made.batch, ["us.answer.hold"])}
    for id in ("stakes-doubled", "round-more"):
        batch, _ = tried(ways[id])
        assert batch is not None
        changed = Chain(batch, made.as_of)
        numbers = crux_numbers(changed)
        assert set(numbers) == set(crux_numbers(made))
        assert numbers != crux_numbers(made) or id != "stakes-doubled"
    batch, _ = tried(ways["stakes-doubled"])
    assert batch is not None
    mixing = of_views(batch, {}, dict(DOVE))
    alone = _set(batch, DOVE, None)
    twice = solve_payload(
        alone.compiled, alone.draws, replace(alone.payload, stake=alone.payload.stake * 2)
    )
    np.testing.assert_allclose(
        mixing.solved(mixing.whole).solution.strategy, twice.solution.strategy, atol=1e-9
    )
    split, _ = tried(ways["split:us.answer.hold"])
    assert split is not None and crux_numbers(Chain(split, made.as_of)) == {}


def test_a_view_under_which_the_record_cannot_be_is_told_as_such() -> None:
    scenario = loads(HAND.replace("early: 1}", "early: 1, p_hawk: 2}").replace(
        "p_hawk: 0.7, early: 1, p_hawk: 2", "p_hawk: 2"))  # fmt: skip
    pairs = {pair.second.id: pair for pair in so.crux(scenario, "red.hawk", variants=2).pairs}
    assert pairs["low"].answers and not pairs["sooner"].answers and "odds" in pairs["sooner"].note
    with pytest.raises(ScenarioError):
        so.crux(scenario, "red.hawk", views=("low", "sooner"), variants=2)


# --- what would settle it: a coin on the second day, the truth on the third

HAND = """
standoff: 1
id: hand
title: A crisis by hand
as_of: 2031-01-01
clock:
  rounds:
    - {first: 2031-01-01, last: 2031-01-01}
    - {first: 2031-01-02, last: 2031-01-02}
    - {first: 2031-01-03, last: 2031-01-03}
parameters:
  p_hawk: {value: 0.5, label: odds that Red is a hawk}
  early: {value: 0, label: the truth comes out a day early}
actors:
  red:
    name: Red
    types: {hawk: {label: a hawk, stake: 1}, dove: {label: a dove, stake: 1}}
    prior: {hawk: p_hawk, dove: rest}
  sky: {name: the sky, kind: nature}
state:
  out: {start: false, label: the truth is out}
turns:
  - id: start
    label: the first day
    actor: red
    rounds: 1
    moves: {nod: {label: nods}, wave: {label: waves}}
  - id: coin
    label: a coin
    actor: sky
    rounds: 2
    outcomes: {heads: {odds: 0.5}, tails: {odds: rest}}
  - id: sooner
    label: the truth a day early
    actor: sky
    rounds: 2
    when: early == 1
    outcomes:
      yes: {odds: "1 if red is hawk else 0", then: {out: true}}
      no: {odds: rest, then: {out: true}}
  - id: truth
    label: the truth
    actor: sky
    rounds: 3
    outcomes:
      yes: {odds: "1 if red is hawk else 0", then: {out: true}}
      no: {odds: rest, then: {out: true}}
objectives:
  red: {none: {value: 0}}
record:
  - {at: 2031-01-01, move: red.start.nod}
observer: {desk: a desk, sees_as: [public]}
views:
  low: {author: the optimist, set: {p_hawk: 0.3}}
  high: {author: the pessimist, set: {p_hawk: 0.7}}
  sooner: {author: the impatient, set: {p_hawk: 0.7, early: 1}}
"""


def test_the_truth_settles_it_and_the_coin_does_not() -> None:
    pair = so.crux(loads(HAND), "red.hawk", views=("low", "high"), variants=2).pairs[0]
    (answer,) = pair.answers
    assert answer.first == pytest.approx(0.3) and answer.second == pytest.approx(0.7)
    event = answer.settles
    assert event is not None and event.id == "sky.truth@3" and answer.halves
    assert event.closed == pytest.approx(1.0) and event.decides
    assert event.first_day == event.last_day == "2031-01-03"
    assert event.bits == pytest.approx(1 + 0.3 * np.log2(0.3) + 0.7 * np.log2(0.7))
    assert [(day.last_day, round(day.closed, 9)) for day in answer.by_day] == [
        ("2031-01-02", 0.0), ("2031-01-03", 1.0),
    ]  # fmt: skip
    coin = so.crux(
        loads(HAND.replace("1 if red is hawk else 0", "0.5")), "red.hawk",
        views=("low", "high"), variants=2,
    ).pairs[0].answers[0]  # fmt: skip
    assert coin.settles is None and coin.by_day[-1].closed == pytest.approx(0.0, abs=1e-9)


def test_what_makes_another_tree_is_one_assumption_more() -> None:
    pair = so.crux(loads(HAND), "red.hawk", views=("low", "sooner"), variants=2).pairs[0]
    (answer,) = pair.answers
    shares = {s.id: s.share for s in answer.shares}
    assert set(shares) == {"p_hawk", "early"}
    assert shares["early"] == pytest.approx(0.0) and shares["p_hawk"] == pytest.approx(0.4)
    # Only in one of the trees does the truth come out on the second day.
    assert answer.settles is not None and answer.settles.id == "sky.truth@3"
    out = so.crux(
        loads(HAND), "P(out at round 2)", views=("low", "sooner"), variants=2
    ).pairs[0].answers[0]  # fmt: skip
    assert {s.id: s.share for s in out.shares}["early"] == pytest.approx(1.0)


# --- mixtures


def test_mixtures_solved_together_are_those_solved_alone(made: Chain) -> None:
    mixing = of_views(made.batch, {}, dict(HAWK))
    which = np.array([1, 4, 7])
    mixtures = [3, 17, mixing.whole]
    together = mixing.solved_together(mixtures, which)
    held = headlines(Chain(together, made.as_of))
    for place, mixture in enumerate(mixtures):
        alone = headlines(Chain(mixing.solved(mixture), made.as_of))
        for id, pooled in alone.items():
            lanes = held[id].per_variant[3 * place : 3 * place + 3]
            np.testing.assert_allclose(lanes, pooled.per_variant[which], atol=1e-7)


def test_all_mixtures_meet_the_same_draws(made: Chain) -> None:
    mixing = of_views(made.batch, {}, dict(DOVE))
    assert [item.keys for item in mixing.items] == [(key,) for key in DOVE]
    for some in combinations(range(3), 2):
        draws = mixing.draws(sum(1 << i for i in some))
        for name, values in made.batch.draws.values.items():
            taken = any(mixing.items[i].keys == (name,) for i in some)
            expected = np.full(N, float(DOVE[name])) if taken else values
            np.testing.assert_array_equal(draws.values[name], expected)
        assert draws.prior["neighbor"].tobytes() == made.batch.draws.prior["neighbor"].tobytes()


ODDS = """
standoff: 1
id: odds
title: Three kinds
clock: {rounds: [{first: 2031-01-01, last: 2031-01-01}]}
parameters:
  p_hawk: {value: 0.1}
  p_dove: {value: 0.7}
  cost: {value: 1}
actors:
  red:
    types: {hawk: {stake: 1}, dove: {stake: 1}, owl: {stake: 1}}
    prior: {hawk: p_hawk, dove: p_dove, owl: rest}
turns:
  - {id: start, actor: red, moves: {nod: {}, wave: {ends: waved}}}
ends: {waved: {}}
objectives:
  red: {cost: {value: "-(ending is waved)", weight: cost}}
views:
  hawk: {set: {p_hawk: 0.8, p_dove: 0.1, cost: 2}}
"""


def test_odds_that_cannot_be_exchanged_one_by_one_go_together() -> None:
    pair = so.crux(loads(ODDS), "red.hawk", variants=2).pairs[0]
    shares = {s.id: s.share for s in pair.answers[0].shares}
    assert set(shares) == {"p_hawk+p_dove", "cost"}
    assert shares["p_hawk+p_dove"] == pytest.approx(0.7)


def test_what_only_the_other_leaves_open_is_drawn() -> None:
    one = loads(ODDS)
    other = loads(ODDS.replace("cost: {value: 1}", "cost: {uniform: [1, 3]}"))
    made = chain(one, variants=8)
    mixing = of_files(made.batch, other)
    assert [item.keys for item in mixing.items] == [("cost",)]
    drawn = mixing.draws(1).values["cost"]
    assert drawn.min() > 1 and drawn.max() < 3 and len(set(drawn.tolist())) == 8
    assert (mixing.draws(0).values["cost"] == 1).all()
    solved = solve_draws(made.batch.compiled, mixing.draws(1))
    assert solved.solution.solved.all()


def test_it_can_be_stopped() -> None:
    class Stopped(Silent):
        cancelled = True

    with pytest.raises(Cancelled):
        so.crux(with_views(dove=DOVE), variants=4, progress=Stopped())


def test_odds_of_nothing_are_opened_beside_a_switch_of_the_tree():
    """A view that opens an outcome and turns a switch opens it: heads has the odds that it sets."""
    written = HAND.replace("  early:", "  p_h: {value: 0}\n  early:").replace(
        "heads: {odds: 0.5}", "heads: {odds: p_h}"
    )
    scenario = loads(written)
    batch = chain(scenario, variants=2).batch
    for settings in ({"p_h": "0.5"}, {"p_h": "0.5", "early": "1"}):
        mixing = of_views(batch, {}, settings)
        solved = mixing.solved(mixing.whole)
        compiled = solved.compiled
        names = [act.name for act in compiled.acts]
        heads = names.index("sky.coin.heads")
        assert (compiled.edge_act == heads).any()
        assert solved.payload.odds[compiled.odds_act == heads] == pytest.approx(0.5)
