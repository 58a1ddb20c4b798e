"""Other equilibria and other concepts: known games, brute force, and what is said of them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, assume, given, settings

import standoff.assess.concepts as concepts_module
from standoff.assess.chain import Chain, chain
from standoff.assess.concept_models import ConceptPart, RivalAnswer
from standoff.assess.concepts import _worked, chosen, concepts
from standoff.assess.headlines import headlines
from standoff.assess.steady import of_chain
from standoff.errors import Cancelled, ScenarioError, StandoffError
from standoff.infer.pooling import pool_values
from standoff.note import render_stability
from standoff.progress import Silent
from standoff.scenario.loading import loads
from standoff.scenario.models import Scenario
from standoff.solve import Certifier, logit_residual
from standoff.variants.batch import subset_batch
from standoff.variants.rivals import CONCEPTS, Concept, Rivals, lanes, level, without_dust
from standoff.variants.store import InMemory
from strategies.crises import crises

HUNT = """
standoff: 1
id: hunt
title: A hunt
clock: {rounds: 1, start: 2000-01-01, step: 1}
parameters:
  stag: {uniform: [0.95, 1.05]}
actors:
  ann: {stake: 1}
  bob: {stake: 1}
state:
  first: {start: false}
  second: {start: false}
turns:
  - id: go
    rounds: 1
    together:
      - actor: ann
        moves: {far: {then: {first: true}}, near: {}}
      - actor: bob
        moves: {out: {then: {second: true}}, home: {}}
objectives:
  ann: {game: {value: "stag * (first and second) + 0.55 * (not first)"}}
  bob: {game: {value: "stag * (first and second) + 0.55 * (not second)"}}
solve: {precision: 15}
observer: {sees_as: [public]}
judgements:
  - {id: far, text: Ann goes far., kind: forecast, claim: ann will go.far}
  - {id: same, text: They do the same., kind: forecast,
     claim: (first and second) or (not first and not second)}
"""

SCHOOL = """
standoff: 1
id: school
title: A costly signal
clock: {rounds: 2, start: 2000-01-01, step: 1}
parameters:
  fee: {uniform: [0.55, 0.65]}
actors:
  ann:
    types: {able: {stake: {from: passed, to: taken}}, dull: {stake: {from: passed, to: taken}}}
    prior: {able: 0.75, dull: 0.25}
  bob: {stake: {from: passed, to: taken}}
state:
  school: {start: false}
turns:
  - id: learn
    actor: ann
    rounds: 1
    moves: {study: {then: {school: true}}, idle: {}}
  - id: hire
    actor: bob
    rounds: 2
    moves: {take: {ends: taken}, pass: {ends: passed}}
ends: {taken: {}, passed: {}}
objectives:
  ann:
    wage: {value: ending is taken}
    cost: {value: "-school * (0.3 * (ann is able) + 2 * fee * (ann is dull))"}
  bob:
    work: {value: "(ending is taken) * ((ann is able) - fee)"}
solve: {precision: 25}
observer: {sees_as: [public]}
judgements:
  - {id: able, text: She is able., kind: inference, claim: ann is able}
  - {id: learns, text: She studies., kind: forecast, claim: ann ever learn.study}
  - {id: hired, text: She is hired., kind: forecast, claim: bob will hire.take}
"""

SEEN = (
    SCHOOL.replace("title:", "as_of: 2000-01-01\ntitle:")
    + """
record:
  - {id: saw, move: ann.learn.study, at: 2000-01-01}
"""
)
PLAIN = HUNT.replace("0.55 * (not first)", "2 * first").replace("0.55 * (not second)", "2 * second")
PENNIES = HUNT.replace(
    'ann: {game: {value: "stag * (first and second) + 0.55 * (not first)"}}',
    'ann: {game: {value: "(3 * stag if first else -1) if second else (-2 if first else 1)"}}',
).replace(
    'bob: {game: {value: "stag * (first and second) + 0.55 * (not second)"}}',
    'bob: {game: {value: "-((3 * stag if first else -1) if second else (-2 if first else 1))"}}',
)


def solved(text: str, variants: int = 12) -> Chain:
    return chain(loads(text), variants=variants)


def one(ready: Chain, id: str, **options: Any) -> ConceptPart:
    return concepts(ready, wanted=[id], **options).concepts[0]


def by_id(part: ConceptPart) -> dict[str, RivalAnswer]:
    return {answer.id: answer for answer in part.answers}


@pytest.fixture(scope="module")
def hunt() -> Chain:
    return solved(HUNT)


@pytest.fixture(scope="module")
def school() -> Chain:
    return solved(SCHOOL)


def crossings(stag: float, precision: float) -> list[float]:
    """Symmetric equilibria of the hunt by bisection on the log odds of going far."""

    def excess(x: float) -> float:
        p = 1 / (1 + np.exp(-x))
        return precision * (stag * p - 0.55) - x

    grid = np.linspace(-20.03, 20.07, 4001)
    signs = np.sign([excess(x) for x in grid])
    roots = []
    for i in np.flatnonzero(signs[:-1] != signs[1:]):
        low, high = grid[i], grid[i + 1]
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if np.sign(excess(middle)) == signs[i] else (low, middle)
        roots.append(1 / (1 + np.exp(-low)))
    return sorted(roots)


def test_all_equilibria_of_a_hunt_are_found_and_said(hunt: Chain) -> None:
    batch = hunt.batch
    game = batch.compiled.game
    far = int(game.row_start[np.flatnonzero(game.cell_player == 0)[0]])
    for rivals in CONCEPTS["equilibria"].play(batch, None):
        v = rivals.variant
        mine = sorted(float(play[far]) for play in rivals.strategies)
        # Equal stakes: whoever goes far less makes the other do so, and all three are symmetric.
        want = crossings(float(batch.draws.values["stag"][v]), 15.0)
        assert len(want) == 3
        np.testing.assert_allclose(mine, want, atol=1e-7)
        alone = batch.payload.take(slice(v, v + 1))
        assert all(logit_residual(game, alone, p[:, None])[0] <= 1e-8 for p in rivals.strategies)
        assert np.array_equal(rivals.strategies[0], batch.solution.strategy[:, v])
    found = one(hunt, "equilibria")
    assert (found.found, found.several, found.most) == (12, 12, 3)
    assert "12 of 12 variants have up to 3 equilibria" in found.note and "convention" in found.note
    assert found.survived == 0.0 and set(found.turned) == {"far", "same"}
    answer = by_id(found)["far"]
    assert answer.low < 0.01 and answer.high > 0.99 and not answer.survives


def test_pooling_and_separating_are_both_found(school: Chain) -> None:
    found = one(school, "equilibria")
    assert found.several == 12
    learns = by_id(found)["learns"]
    # Nobody studies, or the able one does: three in four.
    assert learns.low < 0.05 and 0.7 < learns.high < 0.78
    assert "learns" in found.turned


def test_what_is_dominant_survives_everything() -> None:
    # A hierarchy always holds some who play at random.
    part = concepts(solved(PLAIN), wanted=[id for id in CONCEPTS if id != "cognitive-hierarchy"])
    assert part.survived == 1.0 and not part.turned and part.judgements == ["far", "same"]
    for one in part.concepts:
        assert one.survived == 1.0 and one.several == 0 and one.found == 12, one.id
        assert not one.changed, one.id


def test_who_thinks_no_step_ahead_plays_at_random(school: Chain) -> None:
    zero = level(0)
    batch, _, _ = lanes(school.batch, list(zero.play(school.batch, None)), zero.id)
    mine = headlines(Chain(batch, school.as_of))
    random = school.inference.at_random()
    np.testing.assert_allclose(batch.solution.strategy, random.solution.strategy, atol=1e-12)
    assert mine["learns"].value == pytest.approx(0.5)
    for id, query in (("learns", "P(ann ever learn.study)"), ("able", "P(ann is able)")):
        np.testing.assert_allclose(mine[id].per_variant, random.ask(query).per_variant)


def test_a_device_of_a_zero_sum_game_gives_its_value() -> None:
    ready = solved(PENNIES, 4)
    game = ready.batch.compiled.game
    plays = {id: list(CONCEPTS[id].play(ready.batch, None)) for id in ("nash", "cce")}
    for nash, device in zip(plays["nash"], plays["cce"], strict=True):
        stag = float(ready.batch.draws.values["stag"][nash.variant])
        value = (3 * stag * 1 - 2) / (3 * stag + 1 + 1 + 2)
        certifier = Certifier(game, ready.batch.payload, nash.variant)
        assert certifier.values(nash.strategies[0])[0] == pytest.approx(value, abs=1e-6)
        drawn = sum(
            w * certifier.values(play)[0]
            for w, play in zip(device.share, device.strategies, strict=True)
        )
        assert drawn == pytest.approx(value, abs=1e-3)
        assert sum(device.share) == pytest.approx(1.0)


def test_the_masses_of_a_device_are_added_up() -> None:
    """Against formulas, with a device that no solver made."""
    ready = solved(SEEN, 3)
    batch = ready.batch
    game = batch.compiled.game
    rng = np.random.default_rng(4)
    rivals = []
    for v in range(3):
        plays = tuple(with_random_play(game, rng) for _ in range(4))
        rivals.append(Rivals(v, plays, tuple(rng.dirichlet(np.ones(4)).tolist()), (0.0,) * 4))

    def play(batch: Any, progress: Any) -> Any:
        yield from rivals

    mine = Concept("made", "", "gap", 1.0, lambda b: "", play, "device")
    columns = _worked(ready, mine, None)
    own = {acts: (batch.compiled.names.acts, acts) for acts in ("ann.learn.study", "bob.hire.take")}
    assert set(own) <= set(batch.compiled.names.acts)
    seen = able = hired = 0.0
    for r in rivals:
        for w, strategy in zip(r.share, r.strategies, strict=True):
            for odds, root, acts in histories(ready, strategy, r.variant):
                if "ann.learn.study" in acts:
                    seen += w * odds
                    able += w * odds * (root == 0)
                    hired += w * odds * ("bob.hire.take" in acts)
    pooled = {
        id: pool_values(columns[f"answer/{id}"], columns[f"weight/{id}"]).value
        for id in ("able", "hired")
    }
    assert columns["record"].sum() == pytest.approx(seen)
    assert pooled["able"] == pytest.approx(able / seen)
    assert pooled["hired"] == pytest.approx(hired / seen)


def with_random_play(game: Any, rng: np.random.Generator) -> Any:
    return without_dust(game, rng.random(game.n_rows) + 0.05)


def histories(ready: Chain, strategy: Any, v: int) -> Iterator[tuple[float, int, list[str]]]:
    """Odds of each history, which edge was taken at the root (the types, here), and its acts."""
    compiled, odds = ready.batch.compiled, ready.batch.payload.odds[:, v]
    game = compiled.game
    assert game.n_profiles == 1

    def walk(node: int, p: float, root: int, acts: list[str]) -> Iterator[Any]:
        edges = range(game.edge_start[node], game.edge_start[node + 1])
        if not len(edges):
            yield p, root, acts
        for number, edge in enumerate(edges):
            action = game.edge_action[edge]
            if game.actor[node] >= 0:
                cell = game.cell[node]
                q = strategy[game.row_start[cell] + action - game.action_start[cell]]
            else:
                q = odds[action]
            act = compiled.edge_act[edge]
            done = [*acts, compiled.acts[act].name] if act >= 0 else acts
            yield from walk(int(game.child[edge]), p * q, root if node else number, done)

    yield from walk(0, 1.0, 0, [])


def test_the_range_over_choices_is_that_of_all_choices() -> None:
    rng = np.random.default_rng(1)
    for _ in range(60):
        sizes = rng.integers(1, 4, size=rng.integers(1, 6))
        variant = np.repeat(np.arange(len(sizes)), sizes)
        values = rng.random(len(variant)).round(1)
        weights = rng.choice([0.0, 0.1, 1.0, 5.0], size=len(variant))
        values[rng.random(len(variant)) < 0.1] = np.nan
        kept = np.where(np.isfinite(values), weights, 0.0)
        brute = []
        for pick in itertools.product(*(np.flatnonzero(variant == v) for v in range(len(sizes)))):
            at = np.array(pick)
            if kept[at].sum() > 0:
                brute.append(np.nansum(values[at] * kept[at]) / kept[at].sum())
        found = chosen(values, weights, variant)
        if not brute:
            assert found is None
            continue
        assert found is not None
        assert found.low == pytest.approx(min(brute)) and found.high == pytest.approx(max(brute))


def test_a_record_that_nobody_would_make_is_counted_and_leaves_no_nan() -> None:
    folly = SEEN.replace("0.3 * (ann is able)", "3 * (ann is able)")
    part = concepts(solved(folly), wanted=["nash", "level-k-1"])
    nash = part.concepts[0]
    assert nash.found == 12 and nash.undefined == 12 and nash.survived is None
    assert "12 of 12 variants the record could not have come about" in nash.note
    json.loads(part.model_dump_json(), parse_constant=lambda name: pytest.fail(name))
    assert part.judgements  # level 1 can be compared


def test_nash_equilibria_that_pool_and_that_separate() -> None:
    nash = one(solved(SCHOOL), "nash")
    assert nash.several == 12 and "12 of 12 variants have" in nash.note
    learns = by_id(nash)["learns"]
    assert learns.low == 0.0 and learns.high >= 0.75 and nash.check < 1e-6


def test_what_is_certain_without_mistakes_is_compared() -> None:
    """The pooled answer of a play under which the record settles the claim."""
    ready = solved(SEEN, 2)
    game = ready.batch.compiled.game
    play = np.full(game.n_rows, 0.5)
    study = [act.name for act in ready.batch.compiled.acts].index("ann.learn.study")
    for edge in np.flatnonzero(ready.batch.compiled.edge_act == study):
        node = int(game.parent[game.child[edge]])
        cell = game.cell[node]
        able = game.parent_edge[node] == 0  # the first type drawn at the root
        own = game.row_start[cell] + game.edge_action[edge] - game.action_start[cell]
        play[game.row_start[cell] : game.row_start[cell + 1]] = 0.0 if able else 1.0
        play[own] = 1.0 if able else 0.0

    def plays(batch: Any, progress: Any) -> Any:
        yield from (Rivals(v, (play,), (1.0,), (0.0,)) for v in range(2))

    made = Concept("made", "", "", None, lambda b: "", plays)
    assert _worked(ready, made, None)["answer/able"].tolist() == [1.0, 1.0]


def test_what_is_in_the_store_is_not_worked_out_again(
    hunt: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = InMemory()
    wanted = ["level-k-1", "nash", "equilibria"]
    first = concepts(hunt, wanted=wanted, store=store)
    assert store.names() == sorted(f"concepts/{id}" for id in wanted)
    monkeypatch.setattr(concepts_module, "lanes", None)
    for id in wanted:
        monkeypatch.setitem(CONCEPTS, id, replace(CONCEPTS[id], play=None))
    assert concepts(hunt, wanted=wanted, store=store) == first
    with pytest.raises(TypeError):
        concepts(hunt, wanted=wanted)


def test_draws_that_stand_for_more_weigh_more(hunt: Chain) -> None:
    """As after tempering: every lane has its variant's importance."""
    importance = np.linspace(0.1, 3.0, 12)
    batch = replace(hunt.batch, draws=replace(hunt.batch.draws, importance=importance))
    for id in ("level-k-2", "equilibria", "cce"):
        plain = _worked(hunt, CONCEPTS[id], None)
        heavy = _worked(Chain(batch, hunt.as_of), CONCEPTS[id], None)
        assert np.array_equal(plain["variant"], heavy["variant"])
        np.testing.assert_allclose(
            heavy["weight/far"], plain["weight/far"] * importance[plain["variant"]]
        )
        np.testing.assert_allclose(heavy["answer/far"], plain["answer/far"])


@pytest.mark.parametrize("id", ["equilibria", "nash", "level-k-1"])
def test_asked_in_parts_or_at_once(id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = chain("signal", variants=6)
    whole = one(ready, id)
    monkeypatch.setattr(concepts_module, "ROOM", 1)
    parts = one(ready, id)
    assert parts.found == whole.found and parts.undefined == whole.undefined
    wanted, mine = by_id(whole), by_id(parts)
    # A next move that is not the likeliest turn's in some part can't be told; all else can.
    acts = set(ready.batch.compiled.names.acts)
    assert wanted.keys() - mine.keys() <= acts and mine.keys() <= wanted.keys()
    for key, answer in mine.items():
        assert answer.low == pytest.approx(wanted[key].low, abs=1e-9)
        assert answer.high == pytest.approx(wanted[key].high, abs=1e-9)


def test_a_smaller_sample_is_the_first_of_them(hunt: Chain) -> None:
    small = one(hunt, "level-k-2", sample=5)
    again = one(Chain(subset_batch(hunt.batch, 5), hunt.as_of), "level-k-2")
    assert small == again and small.variants == 5


def test_a_variant_without_a_play_that_holds_is_counted(
    hunt: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plays(batch: Any, progress: Any) -> Any:
        for rivals in CONCEPTS["nash"].play(batch, None):
            if rivals.variant % 3 == 0:
                yield Rivals(rivals.variant, (), (), (), 0.25)
            else:
                yield rivals

    monkeypatch.setitem(CONCEPTS, "cce", replace(CONCEPTS["nash"], id="cce", play=plays))
    found = one(hunt, "cce")
    assert found.found == 8 and found.check is not None and found.check < 0.01
    assert (
        "In 4 of 12 variants nothing was found whose certificate holds (up to 0.25)" in found.note
    )
    # The answer is compared with that of the same variants.
    kept = [v for v in range(12) if v % 3]
    base = headlines(hunt)["far"]
    want = np.average(base.per_variant[kept], weights=base.weight[kept])
    assert by_id(found)["far"].base == pytest.approx(want)


def test_stopping_and_a_wrong_name(hunt: Chain) -> None:
    class Stopped(Silent):
        cancelled = True

    with pytest.raises(Cancelled):
        concepts(hunt, progress=Stopped())
    with pytest.raises(ScenarioError, match="nash"):
        concepts(hunt, wanted=["nasch"])


@settings(derandomize=True, deadline=None, max_examples=8, phases=[Phase.generate])
@given(crises(most=120))
def test_any_crisis_can_be_asked(scenario: Scenario) -> None:
    """Types as axes and in the tree, chance, delays: everything adds up, and nothing is NaN."""
    ready = chain(scenario, variants=4)
    try:
        _ = ready.inference
    except StandoffError:
        assume(False)
    game = ready.batch.compiled.game
    for id in CONCEPTS:
        for rivals in CONCEPTS[id].play(ready.batch, None):
            for play in rivals.strategies:
                assert np.isfinite(play).all() and (play >= 0).all()
                assert np.allclose(sums(game, play), 1.0)
    part = concepts(ready, wanted=list(CONCEPTS))
    json.loads(part.model_dump_json(), parse_constant=lambda name: pytest.fail(name))
    for one in part.concepts:
        assert one.found + one.undefined <= 2 * one.variants
        for answer in one.answers:
            assert 0 <= answer.low <= answer.high <= 1
            assert answer.probability in (answer.low, answer.high)
            assert answer.survives == (answer.id not in one.changed)
    steady = of_chain(ready, ["level-k-1", "nash"], form=False)
    text = render_stability(steady)
    assert isinstance(text, str) and "nan" not in text.split()
    judged = [a for a in steady.answers if a.kind == "judgement"]
    assert all(a.survives == (not a.turned) for a in steady.answers)
    assert steady.survived == (sum(a.survives for a in judged) / len(judged) if judged else None)


def sums(game: Any, play: Any) -> list[float]:
    """What the odds of each information set add up to."""
    found = []
    for cell in range(len(game.cell_player)):
        types = int(game.n_types[game.cell_player[cell]])
        rows = play[game.row_start[cell] : game.row_start[cell + 1]].reshape(-1, types)
        found += rows.sum(axis=0).tolist()
    return found
