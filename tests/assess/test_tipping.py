"""Tipping points against formulas worked out by hand, brute force, and direct solves."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from standoff.assess import probing
from standoff.assess.ahead import whose
from standoff.assess.aims import band_edges
from standoff.assess.chain import Chain, chain, moment_of
from standoff.assess.ensemble import of_chain
from standoff.assess.headlines import headlines
from standoff.assess.probing import Probe, Standpoint
from standoff.assess.tipping import asked, nearest, tip, tipping
from standoff.assess.tipping_models import TippedAnswer, TippingPart
from standoff.assess.turned import judged, target
from standoff.compile import compile_scenario
from standoff.compile.drawn import reference
from standoff.errors import Cancelled, ScenarioError
from standoff.scenario.loading import loads
from standoff.scenario.models import Scenario
from standoff.variants.batch import solve_draws
from standoff.variants.store.in_memory import InMemory
from standoff.words import standard

PRECISION = 5
VOYAGE = f"""
standoff: 1
id: voyage
title: One draw and one decision
clock: {{rounds: 2, start: 2000-01-01, step: 1}}
parameters:
  p: {{uniform: [0.2, 0.6], label: odds of a storm}}
  prize: {{triangular: [0.5, 1, 1.5]}}
  idle: {{uniform: [0, 1]}}
  ship: {{choice: {{on: 0.7, off: rest}}}}
  hump: {{uniform: [0, 0.9]}}
actors:
  us: {{name: our captain, stake: {{from: bad, to: good}}}}
  sky: {{kind: nature}}
state:
  sailing: {{start: false}}
turns:
  - id: choose
    actor: us
    rounds: 1
    moves:
      go: {{then: {{sailing: true}}, label: sails}}
      stay: {{ends: home, label: stays}}
  - id: fog
    actor: sky
    rounds: 2
    outcomes:
      thick: {{odds: "3.6 * hump * (1 - hump)"}}
      thin: {{odds: rest}}
  - id: weather
    actor: sky
    rounds: 2
    outcomes:
      storm: {{odds: p, ends: bad}}
      calm: {{odds: rest, ends: good}}
ends:
  bad: {{label: a wreck}}
  good: {{label: a prize}}
  home: {{label: at home}}
objectives:
  us:
    gain: {{value: (ending is good), weight: prize}}
    loss: {{value: -(ending is bad) * (0.5 + 0.5 * ship)}}
solve: {{precision: {PRECISION}}}
observer: {{sees_as: [public], actor: us}}
judgements:
  - {{id: sails, text: The captain sails., kind: forecast, claim: us will choose.go}}
  - {{id: foggy, text: Fog comes if he sails., kind: forecast,
     claim: P(sky will fog.thick | us will choose.go)}}
  - {{id: worse, text: A wreck is likelier than a prize., kind: inference,
     claim: P(ending is bad | us will choose.go) > P(ending is good | us will choose.go)}}
  - {{id: better, text: A wreck is less likely than a prize., kind: inference,
     claim: P(ending is bad | us will choose.go) < P(ending is good | us will choose.go)}}
  - {{id: middling, text: A wreck is neither rare nor common., kind: inference,
     claim: 0.3 < P(ending is bad | us will choose.go) < 0.55}}
  - {{id: input, text: Storms are common., kind: input, assumed_in: parameters.p}}
"""
SPY = """
standoff: 1
id: spy
title: A report about a type
clock: {rounds: 2, start: 2000-01-01, step: 1}
as_of: 2000-01-01
actors:
  them:
    types:
      x: {label: bad, stake: {from: a, to: b}}
      y: {stake: {from: a, to: b}}
      z: {stake: {from: a, to: b}}
    prior: PRIOR
turns:
  - id: act
    actor: them
    rounds: 2
    moves:
      left: {ends: a}
      right: {ends: b}
ends: {a: {}, b: {}}
objectives: {them: {all: {value: (ending is b)}}}
solve: {precision: 2}
record:
  - {report: heard, at: 2000-01-01,
     odds: [{when: them is x, p: 0.8}, {else: 0.2}]}
observer: {sees_as: [public]}
judgements:
  - {id: bad, text: They are bad., kind: inference, claim: them is x}
"""  # fmt: skip
STAKE = 2.0  # 1 for the prize, at the medians, and 1 for the wreck


def spy(prior: str) -> Scenario:
    return loads(SPY.replace("PRIOR", prior))


@pytest.fixture(scope="module")
def voyage() -> Scenario:
    return loads(VOYAGE)


@pytest.fixture(scope="module")
def sails(voyage: Scenario) -> TippingPart:
    return tip(voyage, "sails", variants=64, seed=1)


def utility(level: float) -> float:
    """What sailing must be worth for it to be chosen that often."""
    return STAKE / PRECISION * float(np.log(level / (1 - level)))


def at(answer: TippedAnswer, parameter: str) -> dict[float, float]:
    """Level -> value, of one parameter."""
    return {p.level: p.value for p in answer.points if p.parameter == parameter}


def test_where_payoffs_are_equal_the_odds_are_even(sails: TippingPart) -> None:
    answer = sails.answers[0]
    assert answer.reference == pytest.approx(1 / (1 + np.exp(-PRECISION * 0.2 / STAKE)))
    assert answer.words == "likely"
    # Worth of sailing: (1 - p) prize - p, with p = 0.4 and prize = 1 at the medians.
    assert at(answer, "p") == pytest.approx(
        {level: (1 - utility(level)) / 2 for level in (0.5, 0.55, 0.8)}, abs=1e-4
    )
    assert at(answer, "prize") == pytest.approx(
        {level: (utility(level) + 0.4) / 0.6 for level in (0.5, 0.55)}, abs=1e-4
    )


def test_it_stands_beside_the_answer_over_all_variants(sails: TippingPart) -> None:
    (answer,) = sails.answers
    direct = headlines(chain(loads(VOYAGE), variants=64, seed=1))["sails"].value
    assert answer.probability == pytest.approx(direct)
    assert answer.probability != answer.reference


def test_distance_is_in_deviations_of_what_is_written(sails: TippingPart) -> None:
    answer = sails.answers[0]
    of_uniform, of_triangle = 0.4 / np.sqrt(12), 0.5 / np.sqrt(6)
    for p in answer.points:
        if p.parameter in ("p", "prize"):
            sd, median = (of_uniform, 0.4) if p.parameter == "p" else (of_triangle, 1.0)
            assert p.median == pytest.approx(median)
            assert p.distance == pytest.approx(abs(p.value - median) / sd)
            assert p.unit == "standard deviations" and p.label
    assert [p.distance for p in answer.points] == sorted(p.distance for p in answer.points)


def test_each_point_says_what_it_crosses_and_what_comes_of_it(sails: TippingPart) -> None:
    of_p = {p.level: p for p in sails.answers[0].points if p.parameter == "p"}
    assert (of_p[0.5].crosses, of_p[0.5].becomes) == ("even odds", "roughly even chance")
    assert (of_p[0.55].crosses, of_p[0.55].becomes) == ("band edge", "roughly even chance")
    assert (of_p[0.8].crosses, of_p[0.8].becomes) == ("band edge", "very likely")
    assert of_p[0.5].before > 0.5 > of_p[0.5].after
    assert of_p[0.8].before < 0.8 < of_p[0.8].after
    assert not any(p.jumps for p in sails.answers[0].points)
    assert sails.failed == 0 and sails.answers[0].unconfirmed == []


def test_what_has_no_part_in_it_turns_nothing(sails: TippingPart) -> None:
    named = {p.parameter for p in sails.answers[0].points}
    assert named == {"p", "prize"}
    assert set(sails.answers[0].swings) == {"p", "prize", "ship"}


def test_shares_of_the_draws_are_those_of_a_count(sails: TippingPart, voyage: Scenario) -> None:
    drawn = chain(voyage, variants=64, seed=1)
    answer = headlines(drawn)["sails"].per_variant
    for p in sails.answers[0].points:
        x = drawn.batch.draws.values[p.parameter]
        beyond = (x >= p.value) == (p.value >= p.median)
        turned = (answer >= p.level) != (p.before >= p.level)
        assert p.turned_beyond == pytest.approx(turned[beyond].mean())
        assert p.turned_short == pytest.approx(turned[~beyond].mean())


def test_draws_agree_on_which_side_it_has_turned(sails: TippingPart) -> None:
    for p in sails.answers[0].points:
        if p.turned_beyond is not None and p.turned_short is not None:
            assert p.turned_beyond > p.turned_short


def test_a_level_of_a_choice(voyage: Scenario) -> None:
    found = tip(voyage, "sails", at=0.7, variants=64).answers[0]
    (point,) = [p for p in found.points if p.parameter == "ship"]
    drawn = chain(voyage, variants=64)
    answer, ship = headlines(drawn)["sails"].per_variant, drawn.batch.draws.values["ship"]
    assert point.turned_beyond == pytest.approx((answer[ship == 0] >= 0.7).mean())
    assert point.turned_short == pytest.approx((answer[ship == 1] >= 0.7).mean())
    # Without the ship a wreck costs half: sailing is worth 0.6 - 0.2.
    assert (point.level_name, point.distance, point.unit) == ("off", 1.0, "levels")
    assert point.after == pytest.approx(1 / (1 + np.exp(-PRECISION * 0.4 / STAKE)))
    assert (point.crosses, point.becomes) == ("asked", "likely")


def test_a_hump_is_left_on_both_sides(voyage: Scenario) -> None:
    found = tip(voyage, "foggy", variants=8).answers[0]
    assert found.reference == pytest.approx(3.6 * 0.45 * 0.55)
    values = sorted(p.value for p in found.points if p.level == 0.5)
    assert values == pytest.approx([0.5 - 1 / 3, 0.5 + 1 / 3], abs=1e-4)
    values = sorted(p.value for p in found.points if p.level == 0.8)
    edge = float(np.sqrt(0.25 - 0.8 / 3.6))
    assert values == pytest.approx([0.5 - edge, 0.5 + edge], abs=1e-4)
    assert {p.parameter for p in found.points} == {"hump"}


def test_the_best_option_turns_where_both_are_worth_the_same(voyage: Scenario) -> None:
    found = tip(voyage, "options", variants=8).answers[0]
    assert (found.best, found.kind) == ("us.choose.go", "options")
    values = {p.parameter: p.value for p in found.points}
    assert values == pytest.approx({"p": 0.5, "prize": 0.4 / 0.6}, abs=1e-4)
    assert {p.becomes for p in found.points} == {"us.choose.stay"}
    assert {p.crosses for p in found.points} == {"option"}


@pytest.mark.parametrize(("id", "now", "then"), [
    ("worse", -0.2, "holds"), ("better", 0.2, "does not hold"),
])  # fmt: skip
def test_a_comparison_turns_where_both_sides_are_equal(
    voyage: Scenario, id: str, now: float, then: str
) -> None:
    found = tip(voyage, id, variants=8).answers[0]
    assert found.reference == pytest.approx(now)
    (point,) = found.points
    assert (point.parameter, point.becomes) == ("p", then)
    assert point.value == pytest.approx(0.5, abs=1e-4)


def test_between_two_numbers_holds_on_a_stretch(voyage: Scenario) -> None:
    found = tip(voyage, "middling", variants=8).answers[0]
    assert found.reference == pytest.approx(0.1)  # 0.4 is that far from 0.3
    assert sorted(p.value for p in found.points) == pytest.approx([0.3, 0.55], abs=1e-4)
    assert {p.becomes for p in found.points} == {"does not hold"}


def test_posterior_even_at_the_prior_worked_out_by_hand() -> None:
    """With odds of 0.8 against 0.2 a prior of a fifth is even."""
    found = tip(spy("{x: {uniform: [0.1, 0.5]}, y: 0.25, z: rest}"), "bad", variants=8).answers[0]
    assert found.reference == pytest.approx(0.24 / 0.38)
    even = [p for p in found.points if p.level == 0.5]
    assert [p.parameter for p in even] == ["prior.them.x"]
    assert even[0].value == pytest.approx(0.2, abs=1e-4)
    assert even[0].distance == pytest.approx(0.1 / (0.4 / np.sqrt(12)), abs=1e-3)


def test_a_dirichlet_share_at_which_the_posterior_is_even() -> None:
    found = tip(spy("{dirichlet: {x: 4, y: 3, z: 5}}"), "bad", variants=8).answers[0]
    even = {p.parameter: p.value for p in found.points if p.level == 0.5}
    assert even["prior.them.x"] == pytest.approx(0.2, abs=1e-4)
    # As the share of y grows, x and z keep their proportions: x is a fifth where y is what is left.
    middle = reference(spy("{dirichlet: {x: 4, y: 3, z: 5}}")).prior["them"][:, 0]
    ratio = middle[2] / middle[0]
    assert even["prior.them.y"] == pytest.approx(1 - 0.2 * (1 + ratio), abs=1e-4)


def test_nothing_turns_it(voyage: Scenario) -> None:
    found = tip(voyage, "sails", at=0.99, variants=64)
    answer = found.answers[0]
    assert answer.points == [] and "no single assumption" in answer.note
    assert answer.region is not None and answer.region.share == 0
    assert answer.region.nearest is not None and answer.region.nearest < 0.99


def test_scenarios_without_anything_uncertain_say_so() -> None:
    found = tip(spy("{x: 0.3, y: 0.3, z: rest}"), "bad", variants=2).answers[0]
    assert found.points == [] and found.note == "nothing is uncertain"


def test_what_the_record_has_settled_is_not_turned() -> None:
    found = tip("signal", "neighbor did call_up.advance", variants=8).answers[0]
    assert found.points == [] and "settled" in found.note


def test_against_brute_force_on_signal() -> None:
    """Every answer of a shipped crisis: the nearest crossing of a fine grid, solved directly."""
    solved = chain("signal", variants=8)
    names = solved.batch.compiled.names
    part = tipping(solved, judged(solved.scenario, names))
    fine = np.linspace(0.0, 1.0, 81)
    for key in ("upkeep", "fight", "prize.bluff"):
        values = {p.value: p for a in part.answers for p in a.points if p.parameter == key}
        low, high = (
            min(0.9 * v for v in [*values, *[p.median for p in values.values()], 1.0]),
            max(1.1 * v for v in [*values, *[p.median for p in values.values()], 0.1]),
        )
        grid = low + (high - low) * fine
        moved = reference(solved.scenario, {key: grid})
        batch = solve_draws(solved.batch.compiled, moved)
        direct = headlines(Chain(batch, moment_of(solved.scenario, solved.scenario.as_of)))
        for answer in part.answers:
            along = direct[answer.id].per_variant
            for p in answer.points:
                if p.parameter != key:
                    continue
                beside = np.interp(p.value, grid, along)
                assert beside == pytest.approx(p.level, abs=2e-3), (answer.id, key)
                between = (grid > min(p.value, p.median)) & (grid < max(p.value, p.median))
                assert len(set((along[between] >= p.level).tolist())) <= 1


def test_a_map_equals_direct_solves_at_its_points(voyage: Scenario) -> None:
    found = tip(voyage, "sails", map=("p", "prize"), variants=8)
    (m,) = found.maps
    assert (m.x, m.y) == ("p", "prize") and len(m.x_values) == len(m.y_values) == 15
    p, prize = np.meshgrid(m.x_values, m.y_values)
    worth = (1 - p) * prize - p
    assert np.array(m.answers, dtype=float) == pytest.approx(
        1 / (1 + np.exp(-PRECISION * worth / STAKE)), abs=1e-6
    )
    assert np.diff(m.x_values) == pytest.approx(np.full(14, np.ptp(m.x_values) / 14), rel=1e-3)
    best = np.array(m.best)
    clear = np.abs(worth) > 1e-6
    assert (best[clear & (worth > 0)] == "us.choose.go").all()
    assert (best[clear & (worth < 0)] == "us.choose.stay").all()
    assert 0.5 in m.levels and 0.55 in m.levels


def test_a_map_takes_what_moves_it_most_and_levels_of_a_choice(voyage: Scenario) -> None:
    found = tip(voyage, "sails", map=True, variants=8)
    assert {found.maps[0].x, found.maps[0].y} == set(list(found.answers[0].swings)[:2])
    levels = tip(voyage, "sails", map=("ship", "p"), variants=8).maps[0]
    assert levels.x_levels == ["on", "off"] and levels.x_values == [0, 1]
    assert len(levels.answers) == 15 and len(levels.answers[0]) == 2


def test_moving_only_what_goes_with_it_finds_the_same(voyage: Scenario) -> None:
    solved = chain(voyage, variants=64)
    targets = [target(solved.scenario, solved.batch.compiled.names, "sails")]
    whole = tipping(solved, targets)
    few = tipping(solved, targets, each=2, grid=4, most=2)
    assert (few.parameters, few.uncertain, whole.parameters) == (2, 5, 5)
    assert few.solved < whole.solved / 2
    first, second = (part.answers[0].points[:2] for part in (whole, few))
    assert [(p.parameter, p.level) for p in first] == [(p.parameter, p.level) for p in second]
    assert [p.value for p in first] == pytest.approx([p.value for p in second], abs=1e-4)


def test_the_other_side_of_a_map_may_be_what_moves_it_most(voyage: Scenario) -> None:
    (m,) = tip(voyage, "sails", map=("idle", "most"), variants=8).maps
    assert (m.x, m.y) == ("idle", "p")


def test_what_would_have_to_be_true(voyage: Scenario) -> None:
    found = tip(voyage, "sails", to="very likely", variants=600, seed=3).answers[0]
    region = found.region
    assert region is not None and region.wanted == "very likely"
    assert (region.low, region.high) == (0.8, 0.95)
    assert {p.level for p in found.points} == {0.8}
    assert region.rules and region.rules[0].precision > 0.7
    named = {x.parameter for r in region.rules for x in r.limits}
    assert named <= {"p", "prize", "ship"} and "p" in named
    for rule in region.rules:
        assert rule.checked is not None and abs(rule.checked - rule.precision) < 0.3


def test_a_store_is_not_asked_to_solve_again(voyage: Scenario) -> None:
    solved = chain(voyage, variants=8)
    targets = [target(solved.scenario, solved.batch.compiled.names, "sails")]
    store = InMemory()
    first = tipping(solved, targets, store=store, curves=True)
    kept = len(store.names())
    assert kept > 2

    again = Probe(Standpoint.of(solved), tuple(targets), store)
    assert (again.kept, again.solved) == (first.solved, 0)

    class Stop:
        cancelled = True

        def say(self, what: str) -> None: ...
        def step(self, done: int, total: int) -> None: ...

    # Nothing is left to solve: not even a wish to stop is met.
    assert tipping(solved, targets, store=store, curves=True, progress=Stop()) == first
    assert len(store.names()) == kept
    with pytest.raises(Cancelled):
        tipping(solved, targets, progress=Stop())


def test_resuming_from_any_table_gives_the_same(voyage: Scenario) -> None:
    solved = chain(voyage, variants=8)
    targets = [target(solved.scenario, solved.batch.compiled.names, "sails")]
    whole = InMemory()
    first = tipping(solved, targets, store=whole)
    for kept in range(len(whole.names())):
        part = InMemory()
        for name in whole.names()[:kept]:
            table = whole.get(name)
            assert table is not None
            part.put(name, table)
        assert tipping(solved, targets, store=part) == first


def test_what_was_asked_before_does_not_show(voyage: Scenario) -> None:
    """Another question about the same answers takes over what is there, and says the same."""
    store = InMemory()
    tip(voyage, "sails", at=0.8, variants=8, store=store)
    kept = len(store.names())
    assert tip(voyage, "sails", variants=8, store=store) == tip(voyage, "sails", variants=8)
    assert len(store.names()) < 2 * kept


def test_chunks_sent_elsewhere_give_the_same(
    voyage: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In chunks of eight, worked from a pickled copy in whatever order."""

    class Elsewhere:
        sent = 0

        def map(self, job: Any, indices: list[int], progress: Any = None) -> Any:
            copy = pickle.loads(pickle.dumps(job))  # noqa: S301
            for index in reversed(indices):
                Elsewhere.sent += 1
                yield index, copy.chunk(index)

    whole = tip(voyage, "sails", variants=32)
    monkeypatch.setattr(probing, "size_of", lambda *_: 8)
    parts = tip(voyage, "sails", variants=32, workers=Elsewhere())
    assert Elsewhere.sent >= 8
    assert parts.solved == whole.solved
    for first, second in zip(whole.answers[0].points, parts.answers[0].points, strict=True):
        assert (first.parameter, first.level) == (second.parameter, second.level)
        assert first.value == pytest.approx(second.value, rel=1e-6)


def test_of_an_ensemble_as_of_a_chain() -> None:
    solved = chain("signal", variants=32)
    targets = asked(solved.scenario, solved.batch.compiled.names)
    ensemble = of_chain(solved, whose(solved.scenario, None))
    assert nearest(ensemble, targets) == nearest(solved, targets)


def test_all_judgements_at_once(voyage: Scenario) -> None:
    found = tip(voyage, variants=8)
    assert [a.id for a in found.answers] == [
        "sails",
        "foggy",
        "worse",
        "better",
        "middling",
        "options.us",
    ]
    assert all(a.points for a in found.answers)
    alone = tip(voyage, "worse", variants=8).answers[0]
    assert found.answers[2].points[0].value == pytest.approx(alone.points[0].value, abs=1e-4)


@pytest.mark.parametrize("what", ["us.choose.go", "endings.home", "us will choose.go"])
def test_other_answers_by_name_or_query(voyage: Scenario, what: str) -> None:
    found = tip(voyage, what, variants=8).answers[0]
    assert found.reference is not None and found.points[0].parameter in ("p", "prize")


@pytest.mark.parametrize(("what", "message"), [
    ("sail", "did you mean 'sails'"),
    ("input", "can't be turned"),
    ("us.choose.og", "did you mean 'us.choose.go'"),
])  # fmt: skip
def test_names_that_name_nothing(voyage: Scenario, what: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        tip(voyage, what, variants=8)


def test_words_levels_and_parameters_that_do_not_exist(voyage: Scenario) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"to": "likly"}, "did you mean 'likely'"),
        ({"at": 1.2}, "between 0 and 1"),
        ({"map": ("p", "price")}, "did you mean 'prize'"),
        ({"map": ("p", "p")}, "two different"),
    ]
    for arguments, message in cases:
        with pytest.raises(ScenarioError, match=message):
            tip(voyage, "sails", variants=8, **arguments)


@pytest.mark.parametrize("scale", ["icd203", "phia"])
def test_band_edges_are_where_words_change(scale: Any) -> None:
    held = standard(scale)
    edges = band_edges(held)
    assert list(edges) == list(held.words)
    for word, (low, high) in edges.items():
        assert held.word((low + high) / 2) == word
        for edge, inside in ((low, low + 1e-6), (high, high - 1e-6)):
            assert held.word(inside) == word
            if 0 < edge < 1:
                assert held.word(2 * edge - inside) != word


def test_failed_variants_never_count(voyage: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the solver fails beyond some value there is no crossing there, and it is counted."""
    from dataclasses import replace

    def failing(compiled: Any, draws: Any, progress: Any = None, budget: Any = None) -> Any:
        batch = solve_draws(compiled, draws, progress, budget)
        bad = (draws.values["p"] > 0.45).astype(np.int8)
        return replace(batch, solution=replace(batch.solution, status=bad))

    monkeypatch.setattr(probing, "solve_draws", failing)
    found = tip(voyage, "sails", variants=8)
    assert found.failed > 3
    assert at(found.answers[0], "p").keys() == {0.8}
    assert compile_scenario(voyage).game.n_nodes > 0
