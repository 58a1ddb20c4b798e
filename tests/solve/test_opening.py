"""One door for all games: what a name leads to, what sets are called, what is refused."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standoff.compile.compiled import Compiled
from standoff.errors import ScenarioError, TooLarge
from standoff.game.efg_write import to_efg
from standoff.game.game import CHANCE
from standoff.game.openspiel import load_openspiel
from standoff.game.sgame import save_game
from standoff.scenario import load
from standoff.solve.certificates import Certifier
from standoff.solve.opening import game_of_scenario, open_game
from standoff.variants import batch
from strategies.scenarios import scenarios


def uniform(loaded):
    game = loaded.game
    return np.repeat(1.0 / np.diff(game.action_start), np.diff(game.row_start))


def test_a_game_of_openspiel():
    loaded = open_game("openspiel:leduc_poker(players=2,suit_isomorphism=true)")
    assert loaded.source == "openspiel"
    assert loaded.game.n_nodes == load_openspiel("leduc_poker(suit_isomorphism=true)").game.n_nodes


@pytest.mark.parametrize("as_text", [True, False])
def test_files_by_their_suffix(tmp_path, as_text):
    """The same game, whatever it is kept in."""
    kuhn = open_game("openspiel:kuhn_poker")
    paths = {".efg": tmp_path / "kuhn.EFG", ".sgame": tmp_path / "kuhn.sgame"}
    paths[".efg"].write_text(to_efg(kuhn.game, kuhn.payload), encoding="utf-8")
    save_game(kuhn, paths[".sgame"])
    wanted = Certifier(kuhn.game, kuhn.payload).nash_conv(uniform(kuhn))
    for suffix, path in paths.items():
        loaded = open_game(str(path) if as_text else path)
        assert loaded.source in (suffix[1:], "openspiel")
        found = Certifier(loaded.game, loaded.payload).nash_conv(uniform(loaded))
        assert found == pytest.approx(wanted, abs=1e-12)
    nfg = tmp_path / "sexes.nfg"
    nfg.write_text('NFG 1 R "sexes" { "Row" "Column" } { 2 2 }\n\n2 1 0 0 0 0 1 2\n', "utf-8")
    loaded = open_game(nfg)
    assert loaded.source == "nfg"
    assert Certifier(loaded.game, loaded.payload).values(uniform(loaded)) == pytest.approx(
        [0.75] * 2
    )


def test_a_scenario_at_its_reference_draw(monkeypatch):
    """Numbers and stakes as the batch of variants takes them where everything is at its median."""
    loaded = open_game("signal")
    scenario = load("signal")
    seen = {}
    monkeypatch.setattr(batch, "solve_payload", lambda *a: seen.update(numbers=a[2]))
    from standoff.compile import compile_scenario
    from standoff.variants import reference

    batch.solve_draws(compile_scenario(scenario), reference(scenario))
    for name in ("payoff", "odds", "log_rate", "prior", "stake", "precision"):
        theirs = getattr(seen["numbers"], name)
        np.testing.assert_array_equal(getattr(loaded.payload, name), theirs)
    assert loaded.payload.n_variants == 1
    assert isinstance(loaded.document, Compiled)
    assert loaded.source == "scenario"
    assert loaded.labels.players == ("neighbor", "us")
    assert loaded.game.types == (("seize", "bluff"), ("",))


def test_settings_fix_parameters():
    plain, fixed = open_game("signal"), open_game("signal", settings={"clash_for_us": "7"})
    assert fixed.payload.payoff.min() == pytest.approx(-0.4 - 7 - 0.125)
    assert plain.payload.payoff.min() > -2
    with pytest.raises(ScenarioError, match="did you mean 'fight'"):
        open_game("signal", settings={"figth": "1"})
    with pytest.raises(ScenarioError, match="only a scenario has parameters"):
        open_game("openspiel:kuhn_poker", settings={"players": "3"})


def test_names_of_a_scenario_read_as_what_was_seen():
    labels = open_game("signal").labels
    assert list(labels.sets) == [
        "1 call_up | seize",
        "1 call_up | bluff",
        "2 answer | 1 call_up: advance, forward=true",
        "2 answer | 1 call_up: wait",
        "3 crossing | seize | 1 call_up: advance, forward=true; 2 answer: reinforce, "
        "reinforced=true",
        "3 crossing | bluff | 1 call_up: advance, forward=true; 2 answer: reinforce, "
        "reinforced=true",
        "3 crossing | seize | 1 call_up: advance, forward=true; 2 answer: hold",
        "3 crossing | bluff | 1 call_up: advance, forward=true; 2 answer: hold",
    ]
    assert labels.actions[:4] == ["advance", "wait", "reinforce", "hold"]
    assert labels.sets[-1] == labels.sets[len(labels.sets) - 1]
    with pytest.raises(IndexError):
        labels.sets[len(labels.sets)]


def owners(game):
    """[I] player of each information set."""
    return np.repeat(game.cell_player, game.n_types[game.cell_player]).tolist()


def insist_told_apart(loaded):
    game, labels = loaded.game, loaded.labels
    sets, actions = list(labels.sets), list(labels.actions)
    assert len(sets) == game.information_sets
    assert len(actions) == game.action_start[-1]
    count = Counter(zip(owners(game), sets, strict=True))
    assert not count or max(count.values()) == 1
    for low, high in zip(game.action_start[:-1], game.action_start[1:], strict=True):
        assert len(set(actions[low:high])) == high - low


def test_names_of_a_large_scenario_are_told_apart():
    """By what was seen alone: no set needed a number."""
    loaded = open_game("cuba-1962")
    insist_told_apart(loaded)
    assert not any(name.split(" | ")[0].endswith(")") for name in loaded.labels.sets)


@given(scenario=scenarios(most=300), data=st.data())
@settings(
    derandomize=True, deadline=None, max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
def test_names_of_random_scenarios(scenario, data):
    """Different for every set of a player, and each begins with its turn and holds what its owner
    did before, in order."""
    loaded = game_of_scenario(scenario)
    insist_told_apart(loaded)
    compiled, game = loaded.document, loaded.game
    if not len(game.cell_node):
        return
    node = int(data.draw(st.sampled_from(game.cell_node.tolist())))
    cell, player = int(game.cell[node]), int(game.actor[node])
    name = loaded.labels.sets[loaded.set_start[cell]]
    step = compiled.steps[game.cell_level[cell]]
    assert name.startswith(f"{step.round} {step.turn}")
    own = []
    at = node
    while game.parent[at] >= 0:
        edge, at = game.parent_edge[at], game.parent[at]
        if game.actor[at] == player:
            own.append(compiled.acts[compiled.edge_act[edge]])
    told = name.split(" | ")[-1]
    place = 0
    for act in reversed(own):
        place = told.index(f"{act.turn}: ", place)
        place = told.index(act.move, place)


def test_outcomes_of_a_scenario_are_told_apart_by_what_they_are():
    loaded = open_game("cuba-1962")
    game, compiled = loaded.game, loaded.document
    by_chance = np.repeat(game.actor == CHANCE, np.diff(game.edge_start))
    assert ((loaded.outcome >= 0) == by_chance).all()
    edges = np.flatnonzero(by_chance)
    names = [compiled.acts[a].name for a in compiled.edge_act[edges]]
    assert len(set(zip(names, loaded.outcome[edges].tolist(), strict=True))) == len(set(names))


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("signall", "did you mean 'signal'"),
        ("nowhere.yaml", "no file, folder or shipped crisis"),
        ("nowhere.gbt", "expected a scenario"),
        ("game.egf", "did you mean 'game.efg'"),
        ("openspeil:kuhn_poker", "did you mean 'openspiel:kuhn_poker'"),
        ("OpenSpiel:kuhn_poker", "did you mean 'openspiel:kuhn_poker'"),
        ("openspiel:kuhn_pocker", "did you mean 'kuhn_poker'"),
        ("nowhere.efg", "there is no file 'nowhere.efg'"),
        ("", "expected a scenario"),
        ("a\0b", "no file, folder or shipped crisis"),
        ("x" * 5000, "no file, folder or shipped crisis"),
        ("x" * 5000 + ".efg", "there is no file"),
    ],
)
def test_what_is_not_there(where, words):
    with pytest.raises(ScenarioError) as caught:
        open_game(where)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 600


def test_a_file_misspelled(tmp_path):
    (tmp_path / "cards.efg").write_text("", "utf-8")
    with pytest.raises(ScenarioError, match=r"did you mean '.*cards\.efg'"):
        open_game(tmp_path / "crads.efg")
    (tmp_path / "folder.efg").mkdir()
    with pytest.raises(ScenarioError, match="is a folder"):
        open_game(tmp_path / "folder.efg")


def test_limits():
    with pytest.raises(TooLarge):
        open_game("openspiel:leduc_poker", limit=100)
    with pytest.raises(TooLarge):
        open_game("cuba-1962", limit=100)
