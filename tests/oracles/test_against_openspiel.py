"""Every small game of OpenSpiel that both can build: the same tree, values, best replies and
equilibria.
"""

from __future__ import annotations

import numpy as np
import pyspiel
import pytest

from standoff.game.openspiel import load_openspiel
from standoff.solve.certificates import Certifier
from standoff.solve.solving import solve
from strategies.random_games import some_strategy

GAMES = (
    "kuhn_poker", "kuhn_poker(players=3)", "leduc_poker", "liars_dice(dice_sides=2)",
    "liars_dice(dice_sides=3)", "tiny_bridge_2p", "tiny_hanabi", "coordinated_mp",
    "matrix_mp", "matrix_rps", "matrix_rpsw", "matrix_pd", "matrix_sh", "matrix_bos", "matrix_cd",
    "matrix_coordination", "matrix_shapleys_game", "matching_pennies_3p",
    "goofspiel(num_cards=3,imp_info=True)", "goofspiel(num_cards=3)",
    "first_sealed_auction(max_value=3)", "first_sealed_auction(players=3,max_value=2)",
    "blotto(coins=4,fields=2)", "oshi_zumo(coins=3,size=1,horizon=4)", "nim(pile_sizes=1;2;2)",
    "lewis_signaling", "trade_comm(num_items=2)",
    "hex(board_size=2)", "dark_hex(board_size=2)", "cliff_walking(height=2,width=3,horizon=4)",
    "bargaining(max_turns=1)",
    "battleship(board_width=2,board_height=1,ship_sizes=[1],ship_values=[1],num_shots=2,"
    "allow_repeated_shots=False)",
    "sheriff(item_penalty=1.0,item_value=1.0,max_bribe=1,max_items=1,num_rounds=1)",
)  # fmt: skip
LIMIT = 40_000
"""Histories: their best replies take a tenth of a second on ten thousand."""


def theirs(name: str):
    game = pyspiel.load_game(name)
    if game.get_type().dynamics == pyspiel.GameType.Dynamics.SIMULTANEOUS:
        game = pyspiel.convert_to_turn_based(game)
    return game


def sets_of(game) -> dict[tuple[int, str], list[int]]:
    """(player, information state) -> legal actions, by a walk of our own."""
    found: dict[tuple[int, str], list[int]] = {}
    waiting = [game.new_initial_state()]
    while waiting:
        state = waiting.pop()
        if state.is_terminal():
            continue
        if not state.is_chance_node():
            player = state.current_player()
            key = (player, state.information_state_string(player))
            found[key] = state.legal_actions()
        waiting.extend(state.child(action) for action in state.legal_actions())
    return found


def policy_of(loaded, sets, strategy) -> dict[str, list[tuple[int, float]]]:
    """Our strategy as their table; states are told apart by their string alone there."""
    game, labels = loaded.game, loaded.labels
    table: dict[str, list[tuple[int, float]]] = {}
    for c, text in enumerate(labels.sets):
        actions = sets[int(game.cell_player[c]), text]
        rows = strategy[game.row_start[c] : game.row_start[c + 1]]
        table[text] = list(zip(actions, map(float, rows), strict=True))
    return table


@pytest.fixture(scope="module", params=GAMES)
def case(request):
    try:
        game = theirs(request.param)
    except pyspiel.SpielError as problem:  # not in this version of OpenSpiel
        pytest.skip(str(problem)[:80])
    loaded = load_openspiel(request.param)
    sets = sets_of(game)
    return game, loaded, sets


def test_the_same_sets(case):
    game, loaded, sets = case
    ours = loaded.game
    named = {(int(ours.cell_player[c]), s) for c, s in enumerate(loaded.labels.sets)}
    assert named == set(sets)
    widths = np.diff(ours.action_start)
    for c, text in enumerate(loaded.labels.sets):
        assert widths[c] == len(sets[int(ours.cell_player[c]), text])
    assert game.num_players() == len(ours.players)


def table_or_skip(loaded, sets, strategy):
    if len({text for _, text in sets}) < len(sets):
        pytest.skip("states of two players read alike: their tables can't tell them apart")
    return pyspiel.TabularPolicy(policy_of(loaded, sets, strategy))


def test_values_and_best_replies(case):
    game, loaded, sets = case
    if loaded.game.n_nodes > LIMIT:
        pytest.skip("large")
    certifier = Certifier(loaded.game, loaded.payload)
    for seed in (1, 2):
        strategy = some_strategy(loaded.game.n_rows, loaded.game.row_start, seed)
        policy = table_or_skip(loaded, sets, strategy)
        root = game.new_initial_state()
        values = pyspiel.expected_returns(root, policy, -1, True)
        np.testing.assert_allclose(certifier.values(strategy), values, atol=1e-9)
        if loaded.game.n_nodes <= 12_000 and len(loaded.game.players) > 1:
            wanted = pyspiel.nash_conv(game, policy, True)
            assert certifier.nash_conv(strategy) == pytest.approx(wanted, abs=1e-9)


def test_equilibria(case):
    """What we call an equilibrium is one there."""
    game, loaded, sets = case
    small = loaded.game.n_nodes <= 12_000
    if len(loaded.game.players) != 2 or not small or loaded.game.n_rows > 3000:
        pytest.skip("for two players and small trees")
    solved = solve(loaded, "nash", tolerance=1e-6, time=20)
    assert solved.status == "solved", solved.advice
    policy = table_or_skip(loaded, sets, solved.profiles[0].strategy)
    assert pyspiel.nash_conv(game, policy, True) <= 2e-6


@pytest.mark.parametrize("iterations", [10])
def test_a_strategy_of_theirs(iterations):
    """Their CFR+ on Leduc poker, judged by both."""
    game = theirs("leduc_poker")
    solver = pyspiel.CFRPlusSolver(game)
    for _ in range(iterations):
        solver.evaluate_and_update_policy()
    average = solver.average_policy()
    loaded = load_openspiel("leduc_poker")
    sets = sets_of(game)
    strategy = np.empty(loaded.game.n_rows)
    for c, text in enumerate(loaded.labels.sets):
        state = dict(average.get_state_policy(text))
        rows = slice(loaded.game.row_start[c], loaded.game.row_start[c + 1])
        strategy[rows] = [state[a] for a in sets[int(loaded.game.cell_player[c]), text]]
    found = Certifier(loaded.game, loaded.payload).nash_conv(strategy)
    assert found == pytest.approx(pyspiel.nash_conv(game, average), abs=1e-9)
