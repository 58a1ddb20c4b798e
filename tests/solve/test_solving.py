"""The dispatcher: which solver is taken, what is said of the answer, and how it is named."""

from __future__ import annotations

import jsonschema
import numpy as np
import pytest
from numpy.typing import NDArray

from standoff.assess import json_schema
from standoff.errors import Cancelled, ScenarioError
from standoff.game.building import build_game
from standoff.game.efg_read import load_efg
from standoff.game.game import END
from standoff.game.loaded import Labels, LoadedGame
from standoff.solve import methods
from standoff.solve.certificates import Certifier
from standoff.solve.solution import Equilibria
from standoff.solve.solved import Solved, distinct, named
from standoff.solve.solving import CONCEPTS, solve, uniform
from standoff.solve.task import Answer, Task

Float = NDArray[np.float64]


def two_by_two(first: list[list[float]], second: list[list[float]]) -> LoadedGame:
    """A game of two players who choose at once between two actions."""
    parent, action, actor, info, payoff = (
        [-1, 0, 0],
        [0, 0, 1],
        [0, 1, 1],
        [0, 1, 1],
        [(0.0, 0.0)] * 3,
    )
    for a in range(2):
        for b in range(2):
            parent.append(1 + a)
            action.append(b)
            actor.append(END)
            info.append(0)
            payoff.append((first[a][b], second[a][b]))
    built = build_game(
        ("row", "column"), parent=np.array(parent), action=np.array(action),
        actor=np.array(actor, dtype=np.int8), info=np.array(info),
        odds=np.ones(len(parent)), payoff=np.array(payoff),
    )  # fmt: skip
    labels = Labels("two by two", ("row", "column"), ["r", "c"], ["up", "down", "left", "right"])
    outcome = np.full(len(built.game.child), -1, dtype=np.int32)
    return LoadedGame(built.game, built.payload, labels, outcome, "efg")


PENNIES = two_by_two([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
UNEVEN = two_by_two([[3, -1], [-1, 1]], [[-3, 1], [1, -1]])  # row plays up with odds 1/3, value 1/3
SEXES = two_by_two([[2, 0], [0, 1]], [[1, 0], [0, 2]])


def valid(found: Solved) -> None:
    """The JSON form fits the published schema, and every profile adds up."""
    shown = found.model()
    jsonschema.validate(shown.model_dump(mode="json"), json_schema("solved"))
    for part in shown.equilibria:
        for sets in part.strategies.values():
            for odds in sets.values():
                assert sum(odds.values()) == pytest.approx(1.0, abs=1e-9)


def test_an_equilibrium_is_found_named_and_checked() -> None:
    found = solve(UNEVEN, "nash")
    assert found.status == "solved" and found.certificate == "nash_conv"
    assert found.check <= found.tolerance <= 1e-5
    assert found.strategies()["row"]["r"] == pytest.approx({"up": 1 / 3, "down": 2 / 3}, abs=1e-6)
    assert found.strategies()["column"]["c"]["left"] == pytest.approx(1 / 3, abs=1e-6)
    assert found.values == pytest.approx([1 / 3, -1 / 3], abs=1e-6)
    assert found.exploitability == pytest.approx(found.check / 2)
    valid(found)


def test_general_sum_takes_another_way() -> None:
    found = solve(SEXES, "nash")
    assert found.method != "lp" and found.status == "solved"
    valid(found)
    with pytest.raises(ScenarioError, match="zero-sum"):
        solve(SEXES, "nash", method="lp")


def test_what_is_no_equilibrium_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def two(task: Task) -> Answer:
        half = uniform(task.loaded)
        return Answer(Equilibria((first_actions(task.loaded), half), 1))

    monkeypatch.setitem(methods.METHODS["nash"], "normal-form", two)
    found = solve(PENNIES, "nash", equilibria="all")
    assert found.status == "solved" and len(found.profiles) == 1
    assert "1 found; there may be others" in found.advice
    valid(found)


def test_three_players_are_solved_though_no_theorem_says_so() -> None:
    from standoff.game.openspiel import load_openspiel

    found = solve(load_openspiel("kuhn_poker(players=3)"), "nash", tolerance=1e-5)
    assert found.status == "solved" and found.check <= 1e-5 and len(found.profiles) == 1
    assert found.profiles[0].gains is not None and found.profiles[0].gains.shape == (3,)
    valid(found)


def test_aqre_of_pennies_is_half_and_half() -> None:
    found = solve(PENNIES, "aqre", precision=3.0)
    assert found.precision == 3.0 and found.certificate == "logit_residual"
    assert found.status == "solved" and found.check <= 1e-8
    assert found.strategies()["row"]["r"] == pytest.approx({"up": 0.5, "down": 0.5})
    valid(found)


def test_all_logit_equilibria_of_a_game_of_coordination() -> None:
    found = solve(SEXES, "aqre", precision=8.0, equilibria="all")
    assert found.status == "solved" and len(found.profiles) == 3 and not found.complete
    assert "3 found by" in found.advice and "each of the 3 found" in found.advice
    assert all(p.certificate is not None and p.certificate <= 1e-10 for p in found.profiles)
    up = sorted(p.strategy[0] for p in found.profiles)
    assert up[0] < 0.1 < up[1] < 0.9 < up[2]
    valid(found)


FORGETFUL = """EFG 2 R "Forgetful" { "A" "B" } p "" 1 1 "start" { "l" "r" } 0
p "" 2 1 "b" { "x" "y" } 0 p "" 1 2 "again" { "u" "d" } 0
t "" 1 "" { 1 -1 } t "" 2 "" { 0 0 } t "" 3 "" { 2 -2 }
p "" 2 1 "b" { "x" "y" } 0 p "" 1 2 "again" { "u" "d" } 0
t "" 4 "" { 3 -3 } t "" 5 "" { -1 1 } t "" 6 "" { 0 0 }"""


@pytest.mark.parametrize("concept", ["nash", "cce", "level_k"])
def test_who_forgets_is_named(concept: str) -> None:
    with pytest.raises(ScenarioError, match="'A' has imperfect recall"):
        solve(load_efg(FORGETFUL), concept)


def test_agents_of_one_who_forgets_respond_all_the_same() -> None:
    found = solve(load_efg(FORGETFUL), "aqre")
    assert found.status == "solved" and found.method == "fixed-point"
    assert "may leave the branch" in found.advice
    valid(found)


def test_precision_multiplies_payoffs() -> None:
    twice = two_by_two([[4, 0], [0, 2]], [[2, 0], [0, 4]])
    one, other = solve(SEXES, "aqre", precision=1.0), solve(twice, "aqre", precision=0.5)
    assert one.profiles[0].strategy == pytest.approx(other.profiles[0].strategy, abs=1e-7)
    sharper = solve(SEXES, "aqre", precision=0.5)
    assert np.abs(one.profiles[0].strategy - sharper.profiles[0].strategy).max() > 1e-3


def test_odds_that_no_float_holds_count_as_the_smallest() -> None:
    steep = two_by_two([[1000, 1000], [0, 0]], [[1, 0], [0, 1]])
    found = solve(steep, "aqre", precision=1.0)
    assert found.status == "solved", found.check
    assert found.strategies()["row"]["r"] == {"up": 1.0, "down": 0.0}
    wrong = Certifier(steep.game, steep.payload)
    assert wrong.logit_residual(uniform(steep)) > 600


@pytest.mark.parametrize("concept", ["nash", "cce", "spe", "aqre", "level_k"])
def test_a_game_without_a_choice_is_solved(concept: str) -> None:
    text = 'EFG 2 R "" { "one" } c "" 1 "" { "a" 1/4 "b" 3/4 } 0 p "" 1 1 "" { "on" } 0'
    loaded = load_efg(text + ' t "" 1 "" { 4 } t "" 2 "" { 8 }')
    found = solve(loaded, concept)
    assert found.status == "solved" and found.values == pytest.approx([7.0])
    assert found.strategies() == {"one": {"1": {"on": 1.0}}} and found.complete
    valid(found)


def test_a_constant_total_is_as_good_as_zero() -> None:
    shifted = two_by_two([[5, 3], [3, 5]], [[-1, 1], [1, -1]])
    found = solve(shifted, "nash", method="lp")
    assert found.status == "solved" and found.values == pytest.approx([4.0, 0.0], abs=1e-7)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"concept": "nahs"}, "did you mean 'nash'"),
        ({"concept": "nash", "method": "lpp"}, "did you mean 'lp'"),
        ({"concept": "nash", "equilibria": "some"}, "one, all"),
        ({"concept": "nash", "tolerance": -1.0}, "tolerance"),
        ({"concept": "spe"}, "perfect information"),
        ({"concept": "aqre", "precision": float("inf")}, "precision"),
        ({"concept": "aqre", "precision": float("nan")}, "precision"),
    ],
)
def test_what_can_not_be_done_is_said(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        solve(PENNIES, **arguments)  # type: ignore[arg-type]


class Stops:
    """Progress of a user who has had enough."""

    cancelled = True

    def say(self, what: str) -> None: ...

    def step(self, done: int, total: int) -> None: ...


def far_off(task: Task) -> Answer:
    """A solver that is content with too little."""
    return Answer(Equilibria((first_actions(task.loaded),), 7))


def first_actions(loaded: LoadedGame) -> Float:
    return np.tile([1.0, 0.0], len(loaded.labels.sets))


def raises(task: Task) -> Answer:
    raise Cancelled("stopped")


def test_a_check_that_fails_is_unfinished_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(methods.METHODS["nash"], "lp", far_off)
    found = solve(PENNIES, "nash", method="lp")
    assert found.status == "unfinished" and found.iterations == 7
    assert found.check == pytest.approx(2.0)  # column gains two from row's certain play
    assert "tolerance" in found.advice
    valid(found)


def test_the_next_method_is_tried_and_the_best_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in methods.METHODS["nash"]:
        monkeypatch.setitem(methods.METHODS["nash"], name, far_off)
    tried = []

    def good(task: Task) -> Answer:
        tried.append("lp")
        return Answer(Equilibria((uniform(task.loaded),), 1))

    monkeypatch.setitem(methods.METHODS["nash"], "lp", good)
    assert solve(PENNIES, "nash").status == "solved" and tried == ["lp"]


def test_stopped_work_gives_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(methods.METHODS["nash"], "lp", raises)
    found = solve(UNEVEN, "nash", method="lp", progress=Stops())
    assert found.status == "stopped" and "uniform" in found.advice
    assert found.profiles[0].strategy == pytest.approx([0.5] * 4)
    assert found.check == Certifier(UNEVEN.game, UNEVEN.payload).nash_conv(uniform(UNEVEN))


def test_time_that_is_spent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(methods.METHODS["nash"], "lp", raises)
    found = solve(UNEVEN, "nash", method="lp", time=0.0)
    assert found.status == "unfinished" and "--time" in found.advice


def test_names_that_can_not_be_keys_are_numbered() -> None:
    assert distinct(("a", "b")) == ("a", "b")
    assert distinct(("a", "a")) == ("1 a", "2 a")
    assert distinct(("", "b")) == ("1", "2 b")


def test_every_action_is_listed() -> None:
    strategy = np.array([1.0, 0.0, 0.25, 0.75])
    assert named(PENNIES, strategy) == {
        "row": {"r": {"up": 1.0, "down": 0.0}},
        "column": {"c": {"left": 0.25, "right": 0.75}},
    }


def test_the_first_sets_can_be_named_alone() -> None:
    from standoff.solve.opening import open_game

    loaded = open_game("signal")
    strategy = np.linspace(0.0, 1.0, loaded.game.n_rows)
    whole = named(loaded, strategy)
    for most in ([3, 1], [0, 9], [100, 100]):
        part = named(loaded, strategy, most)
        for (player, sets), count in zip(part.items(), most, strict=True):
            assert list(sets.items()) == list(whole[player].items())[:count]
    assert sum(map(len, whole.values())) == loaded.game.information_sets == len(loaded.labels.sets)


def test_every_concept_has_a_method() -> None:
    mediated = {"efce", "efcce", "nfcce"}
    others = {"nash", "cce", "spe", "aqre", "level_k", "cognitive_hierarchy"}
    assert set(CONCEPTS) == others | mediated
    assert all(methods.METHODS[concept] for concept in CONCEPTS)
