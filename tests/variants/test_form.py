"""Form checks do what they say: each is compared with the scenario written out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from standoff.assess import check_all
from standoff.assess.chain import Chain, opened
from standoff.compile.drawn import refixed
from standoff.errors import StandoffError
from standoff.infer.belief import actors_with_types, belief
from standoff.infer.outlook import endings, next_moves
from standoff.scenario.dates import calendar
from standoff.scenario.loading import apply_settings
from standoff.scenario.models import RecordItem, Scenario, View
from standoff.variants import form
from standoff.variants.batch import Batch, solve_batch, solve_payload, subset
from standoff.variants.drawing import draw
from standoff.variants.form import changes, doubled_rate, small, tried, views
from standoff.variants.rewriting import a_round_fewer, a_round_more
from strategies.crises import crises

COPIED = {
    "neighbor.call_up.advance": "twin",
    "us.answer.hold": "twin",
    "neighbor.crossing.go_home": "twin",
}
ODDS = [
    "P(neighbor is seize | {advance})",
    "P({advance} | neighbor is seize)",
    "P({advance} | neighbor is bluff)",
    "P({hold} | {advance})",
    "P({go_home} | {hold} and {advance})",
    "P({go_home} | us ever answer.reinforce and {advance} and neighbor is seize)",
    "P(neighbor is seize | {go_home})",
    "P(ending is taken)",
    "P(ending is clash)",
    "P(ending is time)",
    "E(us | {advance})",
    "E(neighbor | neighbor is bluff)",
]


@pytest.fixture(scope="module")
def batch() -> Batch:
    scenario = opened("signal").model_copy(update={"record": (), "as_of": None})
    return solve_batch(scenario, 12, 3)


def written_twice(scenario: Scenario, act: str, rate: str) -> Scenario:
    """The move written again as `twin`, both at a rate."""
    _, turn_id, move_id = act.split(".")
    turns = []
    for turn in scenario.turns:
        if turn.id == turn_id:
            assert turn.moves is not None
            move = turn.moves[move_id].model_copy(update={"rate": rate})
            turn = turn.model_copy(update={"moves": {**turn.moves, move_id: move, "twin": move}})
        turns.append(turn)
    return scenario.model_copy(update={"turns": tuple(turns)})


def event(act: str, copied: str) -> str:
    """That the act was done, or its twin where it has one."""
    actor, turn, move = act.split(".")
    return f"{actor} ever [{turn}.{move}, {turn}.twin]" if act == copied else (
        f"{actor} ever {turn}.{move}"
    )  # fmt: skip


def odds(batch: Batch, copied: str = "") -> dict[str, np.ndarray]:
    """[V] answers to every query of `ODDS`, copies counted together."""
    inference = Chain(batch, None).inference.prior
    done = {act.rpartition(".")[2]: event(act, copied) for act in COPIED}
    return {query: inference.ask(query.format(**done)).per_variant for query in ODDS}


def same(one: dict[str, np.ndarray], two: dict[str, np.ndarray], tolerance: float) -> None:
    for query, values in one.items():
        assert np.isfinite(values).all(), query
        assert np.allclose(values, two[query], rtol=0, atol=tolerance), query


def apart(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> float:
    return max(float(np.abs(values - two[query]).max()) for query, values in one.items())


@pytest.mark.parametrize("act", COPIED)
def test_a_move_written_twice_is_the_move_at_twice_its_rate(batch: Batch, act: str) -> None:
    by_hand = solve_batch(written_twice(batch.scenario, act, "1"), draws=batch.draws)
    # The stake of an actor whose payoff at an ending depends on what was done before is a mean
    # under play by the rates alone; a form check holds stakes as they are.
    numbers = replace(by_hand.payload, stake=batch.payload.stake)
    by_hand = solve_payload(by_hand.compiled, batch.draws, numbers)
    assert by_hand.compiled.game.n_nodes > batch.compiled.game.n_nodes
    (check,) = [c for c in changes(batch, [act]) if c.id == f"split:{act}"]
    doubled = check.solve(None)
    assert doubled is not None and doubled.compiled.game.n_nodes == batch.compiled.game.n_nodes
    same(odds(doubled), odds(by_hand, act), 1e-8)
    assert apart(odds(doubled), odds(batch)) > 0.01  # else the check could see nothing


@pytest.mark.parametrize("act", COPIED)
def test_copies_that_share_their_rate_change_nothing(batch: Batch, act: str) -> None:
    shared = solve_batch(written_twice(batch.scenario, act, "1/2"), draws=batch.draws)
    same(odds(batch), odds(shared, act), 1e-8)


@pytest.mark.parametrize("act", COPIED)
def test_the_copies_are_played_alike(batch: Batch, act: str) -> None:
    actor, turn, move = act.split(".")
    inference = Chain(
        solve_batch(written_twice(batch.scenario, act, "1"), draws=batch.draws), None
    ).inference.prior
    one, two = (
        inference.ask(f"P({actor} ever {turn}.{m} | {actor} ever [{turn}.{move}, {turn}.twin])")
        for m in (move, "twin")
    )
    assert np.allclose(one.per_variant, 0.5, atol=1e-8)
    assert np.allclose(two.per_variant, 0.5, atol=1e-8)


def test_only_the_moves_own_rate_is_doubled(batch: Batch) -> None:
    found = doubled_rate(batch.compiled, batch.payload, "us.answer.hold")
    assert found is not None
    game, payload = found
    before = batch.payload.log_rate[batch.compiled.game.rate_row]
    raised = payload.log_rate[game.rate_row] - before
    assert set(np.unique(np.round(raised, 12))) == {0.0, round(float(np.log(2)), 12)}
    moved = np.flatnonzero(raised.any(axis=-1) if raised.ndim > 1 else raised)
    edges = np.flatnonzero(np.isin(batch.compiled.game.edge_action, moved))
    chosen = batch.compiled.game.actor[batch.compiled.game.parent[batch.compiled.game.child]] >= 0
    acts = {batch.compiled.acts[a].name for a in batch.compiled.edge_act[edges[chosen[edges]]]}
    assert acts == {"us.answer.hold"}
    assert doubled_rate(batch.compiled, batch.payload, "us.answer.nothing") is None


@pytest.mark.parametrize(("id", "factor"), [("stakes-halved", 2.0), ("stakes-doubled", 0.5)])
def test_stakes_are_precision_the_other_way_about(batch: Batch, id: str, factor: float) -> None:
    (check,) = [c for c in changes(batch, []) if c.id == id]
    changed = check.solve(None)
    assert changed is not None
    draws = replace(batch.draws, precision=batch.draws.precision * factor)
    numbers = replace(batch.payload, precision=batch.payload.precision * factor)
    other = solve_payload(batch.compiled, draws, numbers)
    assert np.allclose(changed.solution.strategy, other.solution.strategy, rtol=1e-8, atol=1e-12)
    assert apart(odds(changed), odds(batch)) > 0.01


@pytest.mark.parametrize("id", ["stakes-halved", "stakes-doubled"])
def test_what_is_told_in_stakes_stays_in_those_as_written(batch: Batch, id: str) -> None:
    """Half a stake as the unit would double every number: play differs, the unit does not."""
    (check,) = [c for c in changes(batch, []) if c.id == id]
    changed = check.solve(None)
    assert changed is not None
    assert (changed.payload.stake == batch.payload.stake).all()
    assert (changed.payload.payoff == batch.payload.payoff).all()
    sharper = changed.payload.precision > batch.payload.precision
    assert (sharper if id == "stakes-halved" else ~sharper).all()


def whole(chain: Chain) -> Iterator[float]:
    """Sums of odds that leave nothing out."""
    inference = chain.inference
    for actor in actors_with_types(inference):
        yield sum(held.posterior.value for held in belief(inference, actor).values())
    yield sum(odds.value for odds in endings(inference).values())
    for player in inference.compiled.game.players:
        for turn in next_moves(inference, player)[:1]:
            yield sum(move.odds.value for move in turn.moves)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=15,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(scenario=crises(most=150))
def test_a_round_more_and_fewer_keep_the_record(scenario: Scenario) -> None:
    assume(not any(p.severity == "error" for p in check_all(scenario)))
    chain = Chain(solve_batch(opened(scenario), 4, 0), None)
    rounds = len(calendar(chain.scenario.clock))
    more, fewer = a_round_more(chain.scenario), a_round_fewer(chain.scenario)
    assert len(calendar(more.clock)) == rounds + 1
    assert fewer is None or len(calendar(fewer.clock)) == rounds - 1
    for check in changes(chain.batch, []):
        found, why = tried(check)
        if found is None:
            assert why and (check.optional or check.id == "round-fewer")
            continue
        assert found.draws is chain.batch.draws
        try:
            for total in whole(Chain(found, None)):
                assert total == pytest.approx(1, abs=1e-6)
        except StandoffError as error:
            # A record that can't be kept says so; `days_left` in a guard changes what came before.
            assert check.optional or check.id in ("round-fewer", "round-more")
            assert "record" in str(error)


def test_a_round_more_repeats_the_last_one(batch: Batch) -> None:
    more = a_round_more(batch.scenario)
    days = calendar(more.clock).rounds
    assert days[-1].days == days[-2].days
    turns = {turn.id: turn.rounds for turn in more.turns}
    assert turns == {"call_up": ("1",), "answer": ("2",), "crossing": ("3", "4")}
    fewer = a_round_fewer(batch.scenario)
    assert fewer is not None and [t.id for t in fewer.turns] == ["call_up", "answer"]


def test_a_round_that_the_record_reaches_is_not_left_out(batch: Batch) -> None:
    before = {"move": ("us.answer.hold",), "at": "2031-03-07"}
    late = {"move": ("neighbor.crossing.go_home",), "at": "2031-03-10", "known": "2031-03-12"}
    record = tuple(RecordItem.model_validate(item) for item in (before, late))
    scenario = batch.scenario.model_copy(update={"record": record})
    assert a_round_fewer(scenario) is None  # everything is known where nothing says when
    clock = calendar(scenario.clock)
    assert a_round_fewer(scenario, clock.moment("2031-03-12").cut) is None
    fewer = a_round_fewer(scenario, clock.moment("2031-03-11").cut)
    assert fewer is not None and fewer.record == record[:1]
    dated = scenario.model_copy(update={"as_of": "2031-03-09"})
    again = a_round_fewer(dated)
    assert again is not None and again.record == record[:1]
    (change,) = [
        c for c in changes(replace(batch, compiled=replace(batch.compiled, scenario=scenario)), [])
        if c.id == "round-fewer"
    ]  # fmt: skip
    assert tried(change) == (None, "it is the only one, or the record reaches into it")


def test_a_tree_that_would_be_far_larger_is_not_built(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form, "LARGER", 0)
    monkeypatch.setattr(form, "SMALL", 1)
    found = {c.id: tried(c) for c in changes(batch, ["us.answer.hold"])}
    more, why = found["round-more"]
    assert more is None and "histories" in why and "\n" not in why
    for id in ("split:us.answer.hold", "stakes-doubled"):  # the tree as it is
        assert found[id][0] is not None


def test_a_view_changes_what_it_sets_and_nothing_else() -> None:
    written = opened("signal").model_dump(by_alias=True, exclude_none=True)
    written["parameters"]["grim"] = {"uniform": ["0.2", "0.4"]}
    written["actors"]["neighbor"]["prior"] = {"seize": "grim", "bluff": "rest"}
    written["correlate"] = [{"between": ["fight", "upkeep"], "rank": 0.5}]
    scenario = Scenario.model_validate(written).model_copy(
        update={
            "views": {
                "dove": View.model_validate({"set": {"prize.seize": "2", "upkeep": "0.5"}}),
                "hawk": View.model_validate({"set": {"grim": "0.9"}}),
            }
        }
    )
    whole = solve_batch(scenario, 20, 7)
    some = small(whole, 8)
    dove, hawk = (view.solve(None) for view in views(some))
    assert dove is not None and hawk is not None
    for found, fixed in ((dove, {"prize.seize": 2.0, "upkeep": 0.5}), (hawk, {"grim": 0.9})):
        for name, values in found.draws.values.items():
            if name in fixed:
                assert (values == fixed[name]).all(), name
            else:
                assert (values == some.draws.values[name]).all(), name
        assert (found.draws.precision == some.draws.precision).all()
    assert (dove.draws.prior["neighbor"] == some.draws.prior["neighbor"]).all()
    # A prior that is written in terms of a parameter moves with it.
    assert np.allclose(hawk.draws.prior["neighbor"], [[0.9], [0.1]])


@settings(
    derandomize=True,
    deadline=None,
    max_examples=30,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(scenario=crises(most=150))
def test_what_a_view_leaves_open_is_as_it_was_drawn(scenario: Scenario) -> None:
    scenario = opened(scenario)
    drawn = subset(draw(scenario, 12, 3), 5)
    fixed = apply_settings(scenario, {"q": "0.15"})
    found, wanted = refixed(fixed, drawn), subset(draw(fixed, 12, 3, like=scenario), 5)
    assert found.values.keys() == wanted.values.keys()
    for name, values in wanted.values.items():
        assert (found.values[name] == values).all(), name
    for actor, odds in wanted.prior.items():
        assert (found.prior[actor] == odds).all(), actor
    assert (found.precision == wanted.precision).all()
    if wanted.joint is not None:
        assert found.joint is not None and (found.joint == wanted.joint).all()
