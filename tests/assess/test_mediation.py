"""What a mediator could do: chicken and an accident by hand, the shipped teaching scenario, and
what the command prints.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from standoff.assess.chain import chain
from standoff.assess.mediation import mediate, mediation_numbers, mediation_of
from standoff.assess.mediation_asking import worst
from standoff.assess.mediation_models import MediationPart, Weighed
from standoff.cli import main
from standoff.errors import ScenarioError
from standoff.infer.mediated import Aim, crossroads, equilibria, mediated, reach, within
from standoff.infer.outlook import endings
from standoff.infer.position import position
from standoff.note.mediation import render_mediation, section
from standoff.note.writer import Writer
from standoff.scenario import loads
from standoff.solve.certificates import Certifier

ROAD = """
standoff: 1
id: road
title: Two convoys on one road
as_of: 2031-01-01
note: {from: desk, to: chief, subject: the road}
clock: {rounds: [{first: 2031-01-01, last: 2031-01-02}]}
actors:
  red: {name: Red, stake: {from: crash, to: red_first}}
  blue: {name: Blue, stake: {from: crash, to: blue_first}}
  ice: {name: the ice, kind: nature}
state:
  red_on: {start: false}
  blue_on: {start: false}
  slipped: {start: false}
turns:
  - id: road
    together:
      - {actor: red, moves: {swerve: {}, drive: {then: {red_on: true}}}}
      - {actor: blue, moves: {swerve: {}, drive: {then: {blue_on: true}}}}
ACCIDENT
ends:
  crash: {label: a crash, when: red_on and blue_on or slipped}
  red_first: {label: Red goes first, when: red_on and (blue_on or WAITED)}
  blue_first: {label: Blue goes first, when: blue_on and WAITED}
  time: {label: both give way}
objectives:
  red:
    road: {value: "7 * (ending is red_first) + 2 * (ending is blue_first) + 6 * (ending is time)"}
  blue:
    road: {value: "7 * (ending is blue_first) + 2 * (ending is red_first) + 6 * (ending is time)"}
"""
SLIP = """  - id: slip
    actor: ice
    when: red_on or blue_on
    outcomes:
      slips: {odds: 0.1, then: {slipped: true}}
      holds: {odds: rest, then: {held: true}}
"""


def road(accident: bool):
    text = ROAD.replace("ACCIDENT\n", SLIP if accident else "")
    text = text.replace("WAITED", "held" if accident else "true")
    if accident:
        text = text.replace("  slipped: {start: false}\n",
                            "  slipped: {start: false}\n  held: {start: false}\n")  # fmt: skip
    return loads(text)


def test_chicken_by_hand():
    found = mediate(road(False), objective="joint", variants=2, sample=1)
    # Stakes are 7. The best device gives each 5.25: both give way with odds 1/2, each alone 1/4.
    assert found.mediated is not None and found.mediated.value == pytest.approx(10.5 / 7)
    assert found.bound.value == pytest.approx(10.5 / 7) and found.exact and found.gap == 0
    assert {e.id: round(e.mediated.value, 6) for e in found.endings if e.mediated.value > 1e-9} == {
        "red_first": 0.25, "blue_first": 0.25, "time": 0.5,
    }  # fmt: skip
    assert [s.mediated.value for s in found.sides] == pytest.approx([0.75, 0.75])
    told = {t.actor: {m.id: m.odds for m in t.moves} for t in found.told}
    assert told["red"] == pytest.approx({"red.road.swerve": 0.75, "red.road.drive": 0.25})
    # A lottery over equilibria: one goes first, 9 in all. With private advice 10.5.
    assert found.equilibrium == pytest.approx(9 / 7) and found.public == found.equilibrium
    # Told to give way (3/4), Blue does not know whether Red was too: 2 to 1. If it did and Red was
    # (1/2), it would drive on: 7 against 6.
    (secret,) = found.secrets
    bits = -(2 / 3 * np.log2(2 / 3) + 1 / 3 * np.log2(1 / 3))
    assert secret.actor == "blue" and secret.hidden_bits == pytest.approx(0.75 * bits)
    assert secret.gain == pytest.approx(0.5 / 7)
    entropy = -(3 / 4 * np.log2(3 / 4) + 1 / 4 * np.log2(1 / 4))
    assert secret.told_bits == pytest.approx(entropy - 0.75 * bits)
    assert "only in secret" in render_mediation(found)


def test_an_accident_by_hand():
    """Whoever drives on alone slips with odds 0.1: 6.3 and 1.8 are left of 7 and 2. Let b be the
    odds that both are told to give way and c those of each alone to drive on. To give way is obeyed
    where 6 b + 1.8 c >= 6.3 b, that is b <= 6 c; with b + 2 c = 1 the risk 0.2 c is least at
    c = 1/8.
    """
    found = mediate(road(True), least=("crash",), variants=2, sample=0)
    assert found.least == ["crash"] and found.mediated is not None
    assert found.mediated.value == pytest.approx(0.025, abs=1e-4)
    assert found.bound.value == pytest.approx(0.025, abs=1e-4)
    assert found.solved.value > 0.1
    # Without a mediator: the mixed equilibrium gives way with odds 6/7, and crashes with odds
    # 1/49 + 0.1 * 12/49; the pure ones with odds 0.1. Whichever was found, no lottery over them
    # does as well.
    assert found.equilibrium is not None and found.equilibrium >= (1 + 1.2) / 49 - 1e-9


def test_the_worst_endings_are_those_that_both_rank_last():
    names = ("a", "b", "c", "d")
    worth = np.array([[1.0, 2.0], [-5.0, -1.0], [-4.0, -2.0], [np.nan, 0.0]])
    assert worst(worth, names)[0] == ("b", "c")  # each ranks one of them last, both rank both
    assert worst(worth[[0, 1]], names[:2])[0] == ("b",)
    opposed = np.array([[1.0, -3.0], [-1.0, 2.0]])
    assert worst(opposed, ("a", "b"))[0] == ("a",)  # no ending that both rank last


def test_the_game_ahead_is_played_as_solved_however_far_it_goes():
    ready = chain("signal", variants=3)
    inference = ready.inference
    total = {name: odds.per_variant for name, odds in endings(inference).items()}
    for variant in range(3):
        values = []
        for horizon in (None, inference.present + 1, inference.present + 2):
            place = crossroads(inference, variant, horizon)
            ahead = place.position
            values.append(Certifier(ahead.game, ahead.payload).values(ahead.played))
            odds = place.as_solved.endings
            for i, name in enumerate(inference.compiled.endings):
                assert odds[i] == pytest.approx(total.get(name, np.zeros(3))[variant], abs=1e-9)
        assert np.ptp(np.stack(values), axis=0) == pytest.approx([0, 0], abs=1e-9)
    start = position(inference, 0, None, start=True)
    assert (
        start.total == pytest.approx(1.0)
        and start.game.n_nodes > position(inference, 0).game.n_nodes
    )


def test_what_a_mediator_can_do_at_one_turn_it_can_do_at_two():
    ready = chain("signal", variants=2)
    aim = Aim(endings=("taken", "clash"))
    horizon, pairs, turns, ahead = within(ready.inference, 0, 10**6)
    assert (horizon, turns, ahead) == (None, 2, 2) and pairs > 0
    short, _, one, _ = within(ready.inference, 0, 1)
    assert one == 1 and short is not None
    near = mediated(crossroads(ready.inference, 0, short), aim)
    far = mediated(crossroads(ready.inference, 0, None), aim)
    assert far.value <= near.value + 1e-9
    assert far.check.gap < 1e-7 and near.check.gap < 1e-7


@pytest.fixture(scope="module")
def signal() -> MediationPart:
    return mediate("signal", least=("taken", "clash"), variants=8, sample=2)


def test_signal(signal):
    assert signal.objective == "peace" and signal.least == ["taken", "clash"]
    assert signal.mediated is not None and signal.mediated.value < signal.solved.value
    assert signal.variants == 3 and signal.gap == 0 and signal.exact
    assert sum(e.mediated.value for e in signal.endings) == pytest.approx(1)
    low, high = signal.solved.range
    assert low <= signal.solved.value <= high
    for turn in signal.told:
        assert sum(m.odds for m in turn.moves) <= 1 + 1e-9 and turn.reached <= 1
    assert MediationPart.model_validate_json(signal.model_dump_json()) == signal


def test_what_more_could_be_promised(signal):
    assert [p.concept for p in signal.promised] == ["efcce", "nfcce"]
    bounds = [signal.bound.value, *(p.bound for p in signal.promised)]
    assert bounds == sorted(bounds, reverse=True)
    assert "had both to promise" not in render_mediation(signal)  # it would be no better
    less = signal.model_copy(update={"bound": Weighed(value=0.1, range=(0.1, 0.1))})
    assert "had both to promise obedience before anything is told" in " ".join(
        render_mediation(less).split()
    )
    joint = mediate("signal", objective="joint", concept="efcce", variants=2, sample=0)
    (one,) = joint.promised
    assert one.concept == "nfcce" and one.bound >= joint.mediated.value - 1e-7
    again = mediate("signal", objective="joint", concept="nfcce", variants=2, sample=0)
    assert again.promised == [] and again.mediated.value == pytest.approx(one.bound, abs=1e-6)


def test_coarser_mediation_does_no_worse():
    values = [
        mediate(
            "signal", objective="neighbor.bluff", concept=c, variants=2, sample=0
        ).mediated.value
        for c in ("efce", "efcce", "nfcce")
    ]
    assert values[0] <= values[1] + 1e-7 and values[1] <= values[2] + 1e-7


@pytest.mark.parametrize("format", ["text", "md", "html", "json"])
def test_reports(signal, format):
    text = render_mediation(signal, format)
    assert isinstance(text, str) and "reinforces the province" in text
    if format != "json":
        assert "neighbor.call_up" not in text and "us.answer" not in text


@pytest.mark.parametrize("standard", ["icd203", "phia"])
def test_the_notes_section(standard):
    from standoff.assess import assess

    ready = chain("signal", variants=8)
    part = mediation_of(ready)
    assert part is not None
    note = assess("signal", variants=8, form=False, standard=standard)
    found = section(Writer(note), part)
    assert found is not None and found.id == "mediation" and len(found.blocks) >= 3


def test_headline_numbers():
    numbers = mediation_numbers(chain("signal", variants=4))
    assert (
        numbers["mediation.solved"]
        > numbers["mediation.mediated"]
        >= numbers["mediation.bound"] - 1e-6
    )
    assert set(numbers) >= {"mediation.gain.us", "mediation.gain.neighbor.seize"}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"objective": "pease"}, "peace"),
        ({"objective": "neighbor.bluf"}, "neighbor.bluff"),
        ({"least": ("clahs",)}, "clash"),
        ({"objective": "us", "least": ("clash",)}, ""),
    ],
)
def test_kind_refusals(given, word):
    with pytest.raises(ScenarioError) as error:
        mediate("signal", variants=2, sample=0, **given)
    assert error.value.problems[0].nearest == word


def test_nothing_left_to_mediate():
    text = ROAD.replace("ACCIDENT\n", "").replace("WAITED", "true")
    over = loads(
        text
        + """observer: {sees_as: [public]}
record:
  - {at: 2031-01-01T08:00, move: red.road.drive}
  - {at: 2031-01-01T08:00, move: blue.road.swerve}
"""
    )
    late = chain(over, variants=2)
    assert mediation_of(late) is None and mediation_numbers(late) == {}
    with pytest.raises(ScenarioError) as error:
        mediate(over, variants=2)
    assert error.value.problems[0].code == "nothing-to-mediate"
    # From the start there is.
    assert mediate(over, start=True, objective="joint", variants=2, sample=0).gap == 0


def test_a_next_turn_that_is_too_large_is_refused_with_its_size():
    with pytest.raises(ScenarioError) as error:
        mediate("signal", pairs=1, variants=2)
    (problem,) = error.value.problems
    assert problem.code == "too-many-pairs" and "relevant pairs" in problem.found


def test_cuba_1962_with_one_turn_more_there_is_no_less_peace():
    ready = chain("cuba-1962", variants=1)
    aim = Aim(endings=("war",))
    values = []
    for pairs in (100, 400):
        horizon, size, turns, ahead = within(ready.inference, 0, pairs)
        assert size <= pairs and turns < ahead
        place = crossroads(ready.inference, 0, horizon)
        found = mediated(place, aim)
        assert found.plan.device and found.check.gap < 1e-6 and found.check.slack < 1e-9
        assert found.bound <= found.value + 1e-9
        for strategy in equilibria(place):  # each is a device that tells nobody anything
            alone = place.value(place.outcome(reach(place.position, strategy)), aim)
            assert found.bound <= alone + 1e-6
        assert found.outcome.endings.sum() == pytest.approx(1)
        assert found.check.values == pytest.approx(found.plan.payoffs, abs=1e-7)
        values.append(found.value)
    assert values[1] <= values[0] + 1e-3


def test_three_sides_are_refused():
    text = ROAD.replace("ACCIDENT\n", "").replace("WAITED", "true")
    text = text.replace("actors:\n", "actors:\n  green: {name: Green}\n")
    text = text.replace(
        "    together:\n",
        "    together:\n      - {actor: green, moves: {wave: {}, look: {}}}\n",
    )
    text += "  green: {road: {value: 0}}\n"
    with pytest.raises(ScenarioError) as error:
        mediate(loads(text), variants=2)
    assert error.value.problems[0].code == "not-two-sides"


def test_the_command(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["standoff", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main.run()
        return int(stop.value.code or 0), capsys.readouterr().out

    code, out = run("mediate", "signal", "--variants", "4", "--sample", "0", "--json")
    assert code == 0 and json.loads(out)["objective"] == "peace"
    code, out = run("mediate", "signal", "--variants", "4", "--sample", "0", "--from", "start")
    assert code == 0 and "WHAT EACH SIDE IS TOLD" in out
    assert run("mediate", "signal", "--objective", "nobody")[0] == 2


def test_where_all_ends_alike_it_is_for_both_together():
    text = ROAD.replace("ACCIDENT\n", "").replace("WAITED", "true")
    head, rest = re.sub(r", stake: {[^}]*}", "", text).split("ends:\n")
    goals = rest.split("objectives:")[1]
    for ending, event in (
        ("red_first", "red_on"), ("blue_first", "blue_on"), ("time", "not red_on and not blue_on"),
    ):  # fmt: skip
        goals = goals.replace(f"ending is {ending}", event)
    lone = loads(f"{head}objectives:{goals}")
    found = mediate(lone, variants=2, sample=0)
    assert found.objective == "joint" and not found.least
    assert [e.label for e in found.endings] == ["the clock runs out"]


def test_who_loses_is_said():
    found = mediate("signal", variants=2, sample=0)
    lost = [s for s in found.sides if s.gain.value < -0.005]
    assert lost and any(s.gain.value > 0.005 for s in found.sides)
    text = " ".join(render_mediation(found).split())
    said = text.split("It would leave worse off than as solved: ")[1].split(". ")[0]
    assert said.count("of its stake") == len(lost)
