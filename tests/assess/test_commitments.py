"""`commitment`: what is said of the ties, and that it is what was found."""

from __future__ import annotations

import numpy as np
import pytest

import standoff as so
from standoff.assess.chain import chain
from standoff.assess.commitments import commitment_numbers, commitment_of
from standoff.assess.ties import Ties
from standoff.errors import Cancelled, ScenarioError
from standoff.infer.tied import Tied
from standoff.infer.turns import turns_ahead
from standoff.note import render_commitment
from standoff.progress import Silent
from standoff.scenario import to_yaml


@pytest.fixture(scope="module")
def crisis():
    return chain("signal", variants=16)


@pytest.fixture(scope="module")
def closer():
    return so.commitment("signal", "neighbor.crossing", mixed=True, variants=16)


def test_both_sides_and_the_desk_s_first(crisis):
    part = commitment_of(crisis)
    assert [side.actor for side in part.actors] == ["us", "neighbor"]
    assert [side.own for side in part.actors] == [True, False]
    for side in part.actors:
        for turn in side.turns:
            gains = [tie.gain.value for tie in turn.ties]
            assert gains == sorted(gains, reverse=True)
            assert sum(tie.anyway for tie in turn.ties) == pytest.approx(1.0)
    ours = part.actors[0].turns[0]
    assert ours.audience is not None and ours.signal is None  # it has one type
    theirs = part.actors[1].turns[0]
    assert theirs.signal is not None and theirs.audience is None


def test_a_gain_is_the_pooled_difference_and_its_parts_add_up(crisis):
    inference = crisis.inference
    at = next(t for t in turns_ahead(inference) if t.turn == "crossing")
    tied = Tied(inference, at)
    weight = tied.mass / tied.mass.sum()
    for tie in Ties(crisis, None).measured(at).ties:
        ((act, share),) = tie.odds.items()
        assert share == 1.0
        worth, quiet = tied.tied({act: 1.0}), tied.quietly({act: 1.0})
        mean = (weight * (worth.value - tied.as_solved.value)).sum()
        assert tie.gain.value == pytest.approx(mean, abs=1e-9)
        known = (weight * (worth.value - quiet.value)).sum()
        assert tie.known.value == pytest.approx(known, abs=1e-9)
        each = sum(kind.belief * kind.gain.value for kind in tie.by_type)
        assert each == pytest.approx(mean, abs=1e-9)
        assert tie.gain.range90[0] <= tie.gain.value <= tie.gain.range90[1]


def test_a_set_of_types_holds_if_just_these_gain(closer):
    signal = closer.actors[0].turns[0].signal
    assert len(signal.sets) == 4 and signal.holds == sum(one.holds for one in signal.sets)
    for one in signal.sets:
        gains = [kind for kind, gain in one.against.items() if gain > 1e-4]
        assert one.holds == (sorted(gains) == sorted(one.types))
        if 0 < len(one.types) < 2:
            assert one.belief_tied[one.types[0]] == 1.0
            assert one.belief_untied[one.types[0]] == 0.0
        else:  # all or none: it says nothing
            assert one.belief_tied == one.belief_untied == pytest.approx(signal.belief)


def test_a_mixture_is_not_worse_than_the_best_it_was_looked_for_among(closer):
    """On the variants on which it was looked for (all, here) it beats every share that was tried
    first."""
    turn = closer.actors[0].turns[0]
    assert turn.mixed is not None and sum(turn.mixed.odds.values()) == pytest.approx(1.0)
    ready = chain("signal", variants=16)
    ties = Ties(ready, None)
    at = ties.turn("neighbor.crossing")
    tied = ties.tied(at)
    first, second = turn.mixed.odds
    weight = tied.mass / tied.mass.sum()
    for share in (0.25, 0.5, 0.75):
        worth = tied.tied({first: 1 - share, second: share})
        mean = (weight * (worth.value - tied.as_solved.value)).sum()
        assert mean <= turn.mixed.gain.value + 1e-9


def test_a_dear_cost_is_a_tie(closer):
    audience = closer.actors[0].turns[0].audience
    dear = so.commitment(
        "signal", "neighbor.crossing", move=audience.move.rpartition(".")[2],
        costs=(0.3, 50.0), variants=16,
    )  # fmt: skip
    points = dear.actors[0].turns[0].audience.points
    assert points[-1].gain == pytest.approx(audience.firm, abs=1e-4)
    assert points[-1].backing < 1e-6 < points[0].backing
    assert dear.actors[0].turns[0].audience.firm_from == 50.0


def test_numbers_are_the_best_gains(crisis):
    found = commitment_numbers(crisis)
    part = commitment_of(crisis)
    for side in part.actors:
        for turn in side.turns:
            id = f"commitment.{side.actor}.{turn.turn}"
            assert found[id] == pytest.approx(turn.ties[0].gain.value, abs=1e-9)
            best = turn.ties[0]
            assert found[f"{id}.known"] == pytest.approx(best.known.value, abs=1e-9)


def test_same_arguments_same_bytes():
    once, again = (
        so.commitment("signal", "us.answer", variants=8).model_dump_json() for _ in range(2)
    )
    assert once == again
    other = so.commitment("signal", "us.answer", variants=8, seed=1).model_dump_json()
    assert once != other


def test_what_there_is_not_is_said_kindly():
    with pytest.raises(ScenarioError, match=r"did you mean 'us\.answer'"):
        so.commitment("signal", "us.anwser", variants=2)
    with pytest.raises(ScenarioError, match="did you mean 'reinforce'"):
        so.commitment("signal", "us.answer", move="reinforces", variants=2)
    with pytest.raises(ScenarioError, match="nobody comes to choose"):  # played already
        so.commitment("signal", "neighbor.call_up", variants=2)


def test_nothing_is_left_to_tie_once_play_is_over(tmp_path):
    written = to_yaml(so.load("signal"))
    later = """    source: ["attache#1"]
  - {move: [us.answer.hold], at: "2031-03-07"}
  - {move: [neighbor.crossing.go_home], at: "2031-03-12"}

observer"""
    path = tmp_path / "over.yaml"
    path.write_text(written.replace('    source: ["attache#1"]\n\nobserver', later))
    over = chain(path, variants=4, as_of="2031-03-16")
    assert commitment_of(over) is None and commitment_numbers(over) == {}
    part = so.commitment(path, variants=4, as_of="2031-03-16")
    assert part.actors == [] and "anything left to choose" in str(render_commitment(part))


def test_it_can_be_stopped():
    asked = Silent()
    asked.cancelled = True
    with pytest.raises(Cancelled):
        so.commitment("signal", variants=4, progress=asked)


def test_types_that_are_drawn_can_be_tied_but_do_not_signal(tmp_path):
    """A type that enters more than its owner's payoffs stands in the tree."""
    written = to_yaml(so.load("signal"))
    assert "when: reinforced" in written
    written = written.replace("when: reinforced", "when: reinforced and neighbor is seize")
    path = tmp_path / "drawn.yaml"
    path.write_text(written)
    ready = chain(path, variants=4)
    at = next(t for t in turns_ahead(ready.inference) if t.turn == "answer")
    assert at.reached.sum() > 0
    turn = Ties(ready, None)
    crossing = next((t for t in turn.turns if t.turn == "crossing"), None)
    assert crossing is not None
    tied = turn.tied(crossing)
    assert not tied.may_signal and tied.types == ("seize", "bluff")
    found = turn.measured(crossing, costs=(0.5,))
    assert found.signal is None and found.audience is not None
    total = sum(kind.belief for kind in found.ties[0].by_type)
    assert total == pytest.approx(1.0)
    assert np.isfinite([kind.gain.value for tie in found.ties for kind in tie.by_type]).all()


def test_a_type_that_is_ruled_out_is_left_out(tmp_path):
    written = to_yaml(so.load("signal"))
    path = tmp_path / "sure.yaml"
    path.write_text(written.replace("seize: {triangular: [0.1, 0.3, 0.5]}", "seize: 0.0"))
    part = so.commitment(path, "neighbor.crossing", variants=4)
    (turn,) = part.actors[0].turns
    assert [kind.type for kind in turn.ties[0].by_type] == ["bluff"]
    assert [kind.type for kind in turn.single] == ["bluff"]
    assert turn.signal is None and set(turn.audience.points[0].by_type) == {"bluff"}
    assert type(part).model_validate_json(part.model_dump_json()) == part
