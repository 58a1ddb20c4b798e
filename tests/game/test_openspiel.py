"""OpenSpiel's games read and ours handed to it, each against what OpenSpiel itself finds."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pyspiel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from open_spiel.python import policy as policies
from open_spiel.python.algorithms import cfr, expected_game_score, exploitability

from standoff.errors import Cancelled, ScenarioError, StandoffError, TooLarge
from standoff.game import openspiel
from standoff.game.game import CHANCE
from standoff.game.loaded import Labels, LoadedGame
from standoff.game.openspiel import load_openspiel
from standoff.game.pyspiel_export import to_pyspiel
from standoff.solve.certificates import Certifier
from standoff.solve.deviation import gains
from standoff.solve.opening import open_game
from strategies.games import random_game

# Everything small, of every kind: two players and more, chance, simultaneous moves, perfect and
# imperfect information, general sum, wrappers round other games, a game written in Python.
GAMES = [
    "kuhn_poker",
    "kuhn_poker(players=3)",
    "leduc_poker(suit_isomorphism=true)",
    "liars_dice(dice_sides=3)",
    "tiny_hanabi",
    "first_sealed_auction(max_value=4)",
    "first_sealed_auction(players=3,max_value=3)",
    "goofspiel(num_cards=3,imp_info=true)",
    "goofspiel(num_cards=3,players=3,imp_info=true)",
    "goofspiel(num_cards=3,points_order=descending)",
    "oshi_zumo(coins=3,size=1,horizon=3)",
    "matrix_rps",
    "matrix_pd",
    "matrix_shapleys_game",
    "matching_pennies_3p",
    "nim(pile_sizes=1;2;2)",
    "lewis_signaling",
    "blotto(coins=4,fields=2)",
    "cliff_walking(horizon=4)",
    "dark_hex(board_size=2,gameversion=adh)",
    "coordinated_mp",
    "battleship(board_width=2,board_height=2,ship_sizes=[1],ship_values=[1],num_shots=2,"
    "allow_repeated_shots=false)",
    "misere(game=kuhn_poker())",
    "zerosum(game=tiny_hanabi())",
    "turn_based_simultaneous_game(game=matrix_rps())",
    "python_kuhn_poker",
]  # fmt: skip
FORGETFUL = ["dark_hex_ir(board_size=2)", "liars_dice_ir(dice_sides=3)"]


def theirs(name):
    """OpenSpiel's own game, one mover at a time."""
    game = pyspiel.load_game(name)
    if game.get_type().dynamics == pyspiel.GameType.Dynamics.SIMULTANEOUS:
        return pyspiel.convert_to_turn_based(game)
    return game


def strategy_of(game, seed):
    """[A] a strategy drawn at random, with some actions never played."""
    rng = np.random.default_rng(seed)
    parts = []
    for cell in range(len(game.cell_player)):
        T = int(game.n_types[game.cell_player[cell]])
        n = int(game.action_start[cell + 1] - game.action_start[cell])
        share = rng.dirichlet(np.ones(n), size=T)
        if n > 2 and rng.random() < 0.3:
            share[:, 0] = 0.0
            share /= share.sum(axis=1, keepdims=True)
        parts.append(share.T.ravel())
    return np.concatenate(parts)


def as_policy(spiel, loaded, strategy, key=lambda player, label: label):
    """Our strategy as theirs: by information-state string, actions in the order in which they
    are legal."""
    game = loaded.game
    by_key = {}
    at = 0
    for cell, player in enumerate(game.cell_player.tolist()):
        T = int(game.n_types[player])
        shares = strategy[game.row_start[cell] : game.row_start[cell + 1]].reshape(-1, T)
        for t in range(T):
            by_key[player, key(player, loaded.labels.sets[at])] = shares[:, t]
            at += 1

    def probabilities(state):
        player = state.current_player()
        found = by_key[player, state.information_state_string(player)]
        return dict(zip(state.legal_actions(), found.tolist(), strict=True))

    class Ours(policies.Policy):
        def __init__(self):
            super().__init__(spiel, list(range(spiel.num_players())))

        def action_probabilities(self, state, player_id=None):
            return probabilities(state)

    return Ours()


@pytest.mark.parametrize("name", GAMES)
def test_values_and_nash_conv_are_theirs(name):
    loaded = load_openspiel(name)
    spiel = theirs(name)
    one = strategy_of(loaded.game, seed=sum(map(ord, name)))
    widths = np.diff(loaded.game.action_start)
    for strategy in (np.repeat(1.0 / widths, widths), one):
        ours = Certifier(loaded.game, loaded.payload)
        policy = as_policy(spiel, loaded, strategy)
        value = expected_game_score.policy_value(
            spiel.new_initial_state(), [policy] * spiel.num_players()
        )
        np.testing.assert_allclose(ours.values(strategy), value, atol=1e-9)
        conv = exploitability.nash_conv(spiel, policy)
        scale = max(1.0, abs(conv))
        assert ours.nash_conv(strategy) == pytest.approx(conv, abs=1e-9 * scale)
        gain = gains(loaded.game, loaded.payload, strategy[:, None])
        assert gain.sum() == pytest.approx(conv, abs=1e-9 * scale)


@pytest.mark.parametrize("name", FORGETFUL)
def test_games_in_which_players_forget_have_their_values(name):
    loaded = load_openspiel(name)
    spiel = theirs(name)
    strategy = strategy_of(loaded.game, seed=7)
    value = expected_game_score.policy_value(
        spiel.new_initial_state(), [as_policy(spiel, loaded, strategy)] * 2
    )
    np.testing.assert_allclose(
        Certifier(loaded.game, loaded.payload).values(strategy), value, atol=1e-9
    )


@pytest.mark.parametrize("name", GAMES)
def test_the_labels_are_theirs(name):
    """Every information set by its string, and in each the actions in their words."""
    loaded = load_openspiel(name)
    game, labels = loaded.game, loaded.labels
    known = {}
    stack = [theirs(name).new_initial_state()]
    count = 0
    while stack:
        state = stack.pop()
        count += 1
        if state.is_terminal():
            continue
        if not state.is_chance_node():
            player = state.current_player()
            known[player, state.information_state_string(player)] = [
                state.action_to_string(player, a) for a in state.legal_actions()
            ]
        stack.extend(state.child(a) for a in state.legal_actions())
    assert game.n_nodes == count
    mine = {}
    for cell, player in enumerate(game.cell_player.tolist()):
        part = slice(game.action_start[cell], game.action_start[cell + 1])
        mine[player, labels.sets[cell]] = labels.actions[part]
    assert mine == known
    assert labels.players == tuple(str(p) for p in range(len(game.players)))


def test_without_strings_a_game_of_perfect_information_goes_by_its_histories():
    loaded = load_openspiel("catch(rows=3,columns=3)")
    assert loaded.game.information_sets == int((loaded.game.actor >= 0).sum())
    assert len(set(loaded.labels.sets)) == loaded.game.information_sets


def test_a_move_made_at_the_same_time_is_not_seen():
    """The stage game is played twice; the second mover of a round knows the rounds before only."""
    loaded = load_openspiel("repeated_game(stage_game=matrix_pd(),num_repetitions=2)")
    assert loaded.game.information_sets == 2 * (1 + 4)
    strategy = np.full(loaded.game.n_rows, 0.5)
    assert Certifier(loaded.game, loaded.payload).nash_conv(strategy) == pytest.approx(
        2 * Certifier(*once()).nash_conv(np.full(4, 0.5)), abs=1e-12
    )


def once():
    stage = load_openspiel("matrix_pd")
    return stage.game, stage.payload


def test_the_same_card_is_the_same_outcome():
    loaded = load_openspiel("kuhn_poker")
    game = loaded.game
    first, second = loaded.outcome[:3], loaded.outcome[3:9]
    assert sorted(first) == [0, 1, 2]
    # Below each first card the other two, by their own numbers.
    for card, below in zip(first, second.reshape(3, 2), strict=True):
        assert sorted([card, *below]) == [0, 1, 2]
    mover = np.repeat(game.actor, np.diff(game.edge_start))
    assert ((loaded.outcome >= 0) == (mover == CHANCE)).all()


def test_actions_that_read_alike_are_numbered():
    """Players may have two moves of one name; a key has to tell them apart."""

    class Twins(pyspiel.State):
        def __init__(self, game):
            super().__init__(game)
            self.done = False

        def current_player(self):
            return pyspiel.PlayerId.TERMINAL if self.done else 0

        def _legal_actions(self, player):
            return [0, 1]

        def _apply_action(self, action):
            self.done = True

        def _action_to_string(self, player, action):
            return "go"

        def is_terminal(self):
            return self.done

        def returns(self):
            return [1.0]

        def __str__(self):
            return ""

    loaded = load_openspiel(one_off(Twins))
    assert loaded.labels.actions == ["0", "1"]


def one_off(state):
    """A game of one player with these states, every history its own information set."""
    kind = pyspiel.GameType(
        short_name="one_off", long_name="One off",
        dynamics=pyspiel.GameType.Dynamics.SEQUENTIAL,
        chance_mode=pyspiel.GameType.ChanceMode.EXPLICIT_STOCHASTIC,
        information=pyspiel.GameType.Information.PERFECT_INFORMATION,
        utility=pyspiel.GameType.Utility.GENERAL_SUM,
        reward_model=pyspiel.GameType.RewardModel.TERMINAL,
        max_num_players=1, min_num_players=1, provides_information_state_string=True,
        provides_information_state_tensor=False, provides_observation_string=True,
        provides_observation_tensor=False,
    )  # fmt: skip
    info = pyspiel.GameInfo(
        num_distinct_actions=3, max_chance_outcomes=3, num_players=1, min_utility=0.0,
        max_utility=1.0, max_game_length=3,
    )  # fmt: skip

    class OneOff(pyspiel.Game):
        def __init__(self, params=None):
            super().__init__(kind, info, params or {})

        def new_initial_state(self):
            return state(self)

        def make_py_observer(self, kind=None, params=None):
            return SimpleNamespace(
                tensor=None, dict={}, set_from=lambda state, player: None,
                string_from=lambda state, player: "same",
            )  # fmt: skip

    return OneOff()


class Tangle(pyspiel.State):
    """Two histories that look the same to the player and leave it different moves."""

    odds = (0.5, 0.5)

    def __init__(self, game):
        super().__init__(game)
        self.path = ()

    def current_player(self):
        return (pyspiel.PlayerId.CHANCE, 0, pyspiel.PlayerId.TERMINAL)[len(self.path)]

    def chance_outcomes(self):
        return list(enumerate(self.odds))

    def _legal_actions(self, player):
        return [0, 1] if self.path == (0,) else [0, 1, 2]

    def _apply_action(self, action):
        self.path = (*self.path, int(action))

    def _action_to_string(self, player, action):
        return str(action)

    def is_terminal(self):
        return len(self.path) == 2

    def returns(self):
        return [0.0]

    def __str__(self):
        return ""


def test_sets_whose_moves_differ_are_refused():
    with pytest.raises(ScenarioError, match="different moves where it knows the same"):
        load_openspiel(one_off(Tangle))


def test_odds_that_do_not_add_up_are_refused():
    class Short(Tangle):
        odds = (0.5, 0.25)

    with pytest.raises(ScenarioError, match="don't sum to 1"):
        load_openspiel(one_off(Short))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kuhn_pocker", "did you mean 'kuhn_poker'"),
        ("openspiel:kuhn_pocker", "did you mean 'kuhn_poker'"),
        ("leduc_poker(plyers=2)", "did you mean 'players'"),
        ("leduc_poker(players=99)", "max_num_players"),
        ("leduc_poker(players=x)", "Expected type: kInt"),
        ("leduc_poker(players=2", "brackets are not closed"),
        ("leduc_poker(players)", ""),
        ("nfg_game", ""),
        ("", "no game of this name"),
        ("hanabi", "does not say what players know"),
        ("mfg_garnet", "mean field"),
        ("tarok", "sampled"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(name, words):
    with pytest.raises(ScenarioError) as caught:
        load_openspiel(name)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 600


def test_blanks_round_parameters_do_no_harm():
    spaced = load_openspiel(" leduc_poker( players = 2 , suit_isomorphism = true ) ")
    assert spaced.game.n_nodes == 1939
    assert spaced.labels.title == "leduc_poker(players=2,suit_isomorphism=true)"


def test_a_game_past_the_limit_is_refused_with_a_count():
    with pytest.raises(TooLarge, match=r"more than 1,000 histories \([\d,]+ read, [\d,]+ branches"):
        load_openspiel("leduc_poker", limit=1000)
    assert load_openspiel("kuhn_poker", limit=58).game.n_nodes == 58
    with pytest.raises(TooLarge):
        load_openspiel("kuhn_poker", limit=57)


@pytest.mark.parametrize(
    ("bound", "words"), [("_TEXT_LIMIT", "strings fill the memory"), ("_OPEN_LIMIT", "too deep")]
)
def test_memory_is_bounded(monkeypatch, bound, words):
    monkeypatch.setattr(openspiel, "_NEWS_EVERY", 1)
    monkeypatch.setattr(openspiel, bound, 20)
    with pytest.raises(TooLarge, match=words):
        load_openspiel("leduc_poker")


def test_reading_can_be_stopped():
    class Watching:
        cancelled = True

        def say(self, what):
            pass

        def step(self, done, total):
            pass

    with pytest.raises(Cancelled):
        load_openspiel("leduc_poker", progress=Watching())


def test_without_open_spiel_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspiel", None)
    with pytest.raises(StandoffError, match=r"standoff\[openspiel\]"):
        load_openspiel("kuhn_poker")


# --- the other way


def loaded_random(seed, n_types):
    game, payload = random_game(
        seed, n_types=n_types, levels=4, hidden=bool(seed % 2), variants=1, width=12, rates=False
    )
    sets = [str(i) for i in range(game.information_sets)]
    actions = [str(b) for b in range(int(game.action_start[-1]))]
    outcome = np.where(np.repeat(game.actor == CHANCE, np.diff(game.edge_start)), 0, -1)
    labels = Labels("random", game.players, sets, actions)
    return LoadedGame(game, payload, labels, outcome.astype(np.int32), "random")


@given(seed=st.integers(0, 10**6), n_types=st.sampled_from([(2, 2), (1, 2), (1,), (1, 2, 1)]))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_random_games_survive_the_way_there_and_back(seed, n_types):
    """Types, payoffs on the way, chance: OpenSpiel's figures are ours, and reading the game back
    gives them too, though types now stand in the tree."""
    loaded = loaded_random(seed, n_types)
    if not loaded.game.n_rows:
        return
    spiel = to_pyspiel(loaded)
    strategy = strategy_of(loaded.game, seed)
    ours = Certifier(loaded.game, loaded.payload)
    conv = ours.nash_conv(strategy)
    policy = as_policy(spiel, loaded, strategy)
    value = expected_game_score.policy_value(
        spiel.new_initial_state(), [policy] * spiel.num_players()
    )
    np.testing.assert_allclose(value, ours.values(strategy), atol=1e-9)
    assert exploitability.nash_conv(spiel, policy) == pytest.approx(conv, abs=1e-9)

    back = load_openspiel(spiel)
    place = {
        (p, label): at
        for at, (p, label) in enumerate(
            zip(back.game.cell_player.tolist(), back.labels.sets, strict=True)
        )
    }
    again = np.zeros(back.game.n_rows)
    at = 0
    for cell, player in enumerate(loaded.game.cell_player.tolist()):
        T = int(loaded.game.n_types[player])
        low, high = loaded.game.row_start[cell : cell + 2]
        for t in range(T):
            found = place.get((player, loaded.labels.sets[at]))
            if found is not None:  # a type without odds is not there
                rows = slice(back.game.row_start[found], back.game.row_start[found + 1])
                again[rows] = strategy[low:high].reshape(-1, T)[:, t]
            at += 1
    assert Certifier(back.game, back.payload).nash_conv(again) == pytest.approx(conv, abs=1e-9)


@pytest.mark.parametrize("name", ["openspiel:kuhn_poker", "signal"])
def test_their_algorithms_run_on_our_games(name):
    """CFR and NashConv, in Python and in C++; what CFR finds is as good by our own figures."""
    loaded = open_game(name)
    spiel = to_pyspiel(loaded)
    solver = cfr.CFRPlusSolver(spiel)
    for _ in range(60):
        solver.evaluate_and_update_policy()
    average = solver.average_policy()
    conv = exploitability.nash_conv(spiel, average)
    assert pyspiel.nash_conv(spiel, policies.python_policy_to_pyspiel_policy(average)) == (
        pytest.approx(conv, abs=1e-9)
    )
    compiled = pyspiel.CFRPlusSolver(spiel)
    for _ in range(60):
        compiled.evaluate_and_update_policy()
    assert pyspiel.nash_conv(spiel, compiled.average_policy()) < 0.02

    game, at = loaded.game, 0
    strategy = np.zeros(game.n_rows)
    for cell, player in enumerate(game.cell_player.tolist()):
        T = int(game.n_types[player])
        rows = strategy[game.row_start[cell] : game.row_start[cell + 1]].reshape(-1, T)
        for t in range(T):
            state = average.policy_for_key(loaded.labels.sets[at])
            rows[:, t] = state[: len(rows)]
            at += 1
    assert Certifier(game, loaded.payload).nash_conv(strategy) == pytest.approx(conv, abs=1e-9)
    assert conv < 0.02


def test_what_openspiel_is_told_of_a_game():
    kuhn = to_pyspiel(open_game("openspiel:kuhn_poker"))
    kind = kuhn.get_type()
    assert kind.utility == pyspiel.GameType.Utility.ZERO_SUM
    assert kind.information == pyspiel.GameType.Information.IMPERFECT_INFORMATION
    assert kind.chance_mode == pyspiel.GameType.ChanceMode.EXPLICIT_STOCHASTIC
    assert (kuhn.min_utility(), kuhn.max_utility(), kuhn.utility_sum()) == (-2, 2, 0)
    assert (kuhn.max_game_length(), kuhn.max_chance_nodes_in_history()) == (3, 2)
    nim = to_pyspiel(open_game("openspiel:nim(pile_sizes=1;2)")).get_type()
    assert nim.information == pyspiel.GameType.Information.PERFECT_INFORMATION
    assert nim.chance_mode == pyspiel.GameType.ChanceMode.DETERMINISTIC
    signal = to_pyspiel(open_game("signal"))
    assert signal.get_type().utility == pyspiel.GameType.Utility.GENERAL_SUM
    assert signal.max_chance_nodes_in_history() == 1
    root = signal.new_initial_state()
    assert [root.action_to_string(a) for a in root.legal_actions()] == [
        "neighbor seize", "neighbor bluff"
    ]  # fmt: skip
    assert root.chance_outcomes()[0][1] == pytest.approx(0.3, abs=0.02)


def test_sets_of_two_players_with_one_label_are_told_apart():
    loaded = load_openspiel("matrix_pd")
    names = Labels("", loaded.labels.players, ["x", "x"], loaded.labels.actions)
    spiel = to_pyspiel(LoadedGame(loaded.game, loaded.payload, names, loaded.outcome, "openspiel"))
    state = spiel.new_initial_state()
    first = state.information_state_string()
    assert first != state.child(0).information_state_string()
    uniform = policies.UniformRandomPolicy(spiel)
    assert exploitability.nash_conv(spiel, uniform) == pytest.approx(
        exploitability.nash_conv(theirs("matrix_pd"), policies.UniformRandomPolicy(spiel)), abs=1e-9
    )


def test_openspiel_plays_our_games_at_random():
    """Its own test: random play, copies, legal actions, returns within the bounds declared."""
    pyspiel.random_sim_test(
        to_pyspiel(open_game("signal")), num_sims=10, serialize=False, verbose=False
    )


def test_states_can_be_copied_and_written_down():
    spiel = to_pyspiel(open_game("signal"))
    state = spiel.new_initial_state()
    for action in (1, 0, 1, 0):
        state.apply_action(action)
        for twin in (state.clone(), spiel.deserialize_state(state.serialize())):
            assert str(twin) == str(state)
            assert twin.history() == state.history()
            assert twin.legal_actions() == state.legal_actions()
    assert state.is_terminal()


def test_payoffs_in_stakes():
    loaded = open_game("signal")
    plain, scaled = to_pyspiel(loaded), to_pyspiel(loaded, in_stakes=True)
    stake = loaded.payload.stake
    for profile, actions in ((0, (0, 0, 0)), (1, (0, 1, 1))):
        states = [g.new_initial_state().child(profile) for g in (plain, scaled)]
        for action in actions:
            states = [s.child(action) for s in states]
        assert all(s.is_terminal() for s in states)
        pair = stake[[profile, 2]]
        np.testing.assert_allclose(states[0].returns(), states[1].returns() * pair, atol=1e-12)
