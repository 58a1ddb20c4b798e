"""AQRE: the certificate holds, and what must not matter does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings

from standoff.errors import Cancelled
from standoff.game.game import END, Game, Payload
from standoff.progress import Silent
from standoff.solve import SOLVED, aqre, logit_residual
from strategies.games import games, random_game

QUICK = settings(derandomize=True, deadline=None, max_examples=30)


def cell_sums(game, strategy):
    """Sum over actions for each (cell, type)."""
    sums = []
    for c in range(len(game.cell_player)):
        rows = strategy[game.row_start[c] : game.row_start[c + 1]]
        T = game.n_types[game.cell_player[c]]
        sums.append(rows.reshape(-1, T, strategy.shape[1]).sum(axis=0))
    return np.concatenate(sums) if sums else np.ones((1, strategy.shape[1]))


@QUICK
@given(games(variants=3))
def test_the_solution_is_its_own_logit_response(case):
    game, payload = case
    solution = aqre(game, payload, threads=1)
    assert solution.solved.all() and not solution.advice
    np.testing.assert_allclose(cell_sums(game, solution.strategy), 1.0, rtol=1e-12)
    residual = logit_residual(game, payload, solution.strategy)
    assert residual.max() <= 1e-8
    np.testing.assert_allclose(residual, solution.check, atol=1e-11)


@QUICK
@given(games(variants=2))
def test_the_certificate_sees_a_strategy_that_is_moved(case):
    game, payload = case
    wide = np.flatnonzero(np.diff(game.action_start) > 1)
    assume(len(wide))
    strategy = aqre(game, payload, threads=1).strategy.copy()
    first = game.row_start[wide[0]]
    strategy[first, 1] *= np.exp(1e-3)
    residual = logit_residual(game, payload, strategy)
    assert residual[0] <= 1e-8 and residual[1] > 5e-4


@QUICK
@given(games(variants=2))
def test_constants_change_nothing(case):
    """A number added to all payoffs of one type, here on arriving at every end."""
    game, payload = case
    rng = np.random.default_rng(game.n_nodes)
    # Each end gets a payoff row of its own, so that the constant is earned once in each history.
    rows = np.array(game.payoff_row)
    ends = np.flatnonzero(game.actor == END)
    moved_rows = len(payload.payoff) + np.arange(len(ends), dtype=np.int32)
    rows[ends] = moved_rows
    constant = rng.normal(0, 5, (1, len(payload.stake), 1))
    payoff = np.concatenate([payload.payoff, payload.payoff[game.payoff_row[ends]] + constant])
    before = aqre(game, payload, threads=1)
    after = aqre(replace(game, payoff_row=rows), replace(payload, payoff=payoff), threads=1)
    np.testing.assert_allclose(before.strategy, after.strategy, atol=1e-7)


@QUICK
@given(games(variants=2))
def test_precision_is_in_units_of_the_stake(case):
    game, payload = case
    factor = np.random.default_rng(1).uniform(0.1, 10, len(payload.stake))
    scaled = replace(payload, payoff=payload.payoff * factor[:, None], stake=payload.stake * factor)
    np.testing.assert_allclose(
        aqre(game, payload, threads=1).strategy, aqre(game, scaled, threads=1).strategy, atol=1e-7
    )


def split_first_move(game: Game, payload: Payload) -> tuple[Game, Payload]:
    """The first action of the root (a public one-shot move) written twice, at half the rate."""
    root_cell = int(game.cell[0])
    assert root_cell >= 0
    first_edge = int(game.edge_start[0])
    copied = int(game.child[first_edge])
    assert game.actor[copied] == END
    E = len(game.child)
    # The copy becomes the last action of the root; it stands as a new node in level 1.
    at = int(game.level_start[2])

    def shift(nodes):
        return np.where(nodes >= at, nodes + 1, nodes).astype(np.int32)

    last_edge = int(game.edge_start[1])

    def shift_edges(edges):
        return np.where(edges >= last_edge, edges + 1, edges).astype(np.int32)

    B = game.action_start[root_cell + 1]
    insert = np.insert
    deciding = np.repeat(game.actor >= 0, np.diff(game.edge_start))
    actions = np.where(
        (game.edge_action >= B) & deciding,
        game.edge_action + 1, game.edge_action,
    )  # fmt: skip
    degree = insert(np.diff(game.edge_start), at, 0)
    degree[0] += 1
    action_start = np.array(game.action_start)
    action_start[root_cell + 1 :] += 1
    level_start = np.array(game.level_start)
    level_start[2:] += 1
    half = len(payload.log_rate)
    rate = int(game.rate_row[game.action_start[root_cell]])
    rate_row = insert(game.rate_row, B, half)
    rate_row[game.action_start[root_cell]] = half
    new = replace(
        game,
        level_start=level_start.astype(np.int32),
        parent=insert(shift(game.parent), at, 0).astype(np.int32),
        parent_edge=insert(shift_edges(game.parent_edge), at, last_edge).astype(np.int32),
        actor=insert(game.actor, at, END).astype(np.int8),
        cell=insert(game.cell, at, -1).astype(np.int32),
        edge_start=np.concatenate([[0], np.cumsum(degree)]).astype(np.int32),
        child=insert(shift(game.child), last_edge, at).astype(np.int32),
        edge_action=insert(actions, last_edge, B).astype(np.int32),
        payoff_row=insert(game.payoff_row, at, game.payoff_row[copied]).astype(np.int32),
        action_start=action_start.astype(np.int32),
        rate_row=rate_row.astype(np.int32),
        cell_node=shift(game.cell_node),
    )
    assert len(new.child) == E + 1
    log_rate = np.concatenate([payload.log_rate, payload.log_rate[rate][None] - np.log(2)])
    return new, replace(payload, log_rate=log_rate)


def test_a_move_split_with_its_rate_changes_nothing():
    tried = 0
    for seed in range(200):
        game, payload = random_game(seed, n_types=(2, 2), levels=4, hidden=False)
        if game.actor[0] < 0 or game.actor[game.child[0]] != END or len(game.level_start) < 4:
            continue
        if game.cell[0] != 0:
            continue
        tried += 1
        new, split = split_first_move(game, payload)
        before, after = aqre(game, payload, threads=1), aqre(new, split, threads=1)
        T = game.n_types[game.actor[0]]
        width = game.row_start[1]
        old, twice = before.strategy, after.strategy
        np.testing.assert_allclose(twice[:T] + twice[width : width + T], old[:T], atol=1e-7)
        np.testing.assert_allclose(twice[T:width], old[T:width], atol=1e-7)
        np.testing.assert_allclose(twice[width + T :], old[width:], atol=1e-7)
        if tried == 8:
            break
    assert tried == 8


def test_names_and_order_of_types_do_not_count():
    for seed in range(6):
        game, payload = random_game(seed, n_types=(3, 2), levels=5, hidden=bool(seed % 2))
        turned = np.array([2, 1, 0, 3, 4])  # player 0's types the other way round
        K = payload.prior.reshape(3, 2, -1)
        other = replace(
            payload, payoff=payload.payoff[:, turned], stake=payload.stake[turned],
            prior=np.ascontiguousarray(K[::-1].reshape(6, -1)),
        )  # fmt: skip
        a, b = aqre(game, payload, threads=1), aqre(game, other, threads=1)
        for c in range(len(game.cell_player)):
            rows = slice(game.row_start[c], game.row_start[c + 1])
            T = game.n_types[game.cell_player[c]]
            x = a.strategy[rows].reshape(-1, T, 2)
            y = b.strategy[rows].reshape(-1, T, 2)
            np.testing.assert_allclose(x, y[:, ::-1] if T == 3 else y, atol=1e-7)


def test_a_batch_is_its_variants_one_by_one_to_the_byte():
    game, payload = random_game(11, n_types=(3, 2), levels=6, hidden=True, variants=21, reach=8)
    batch = aqre(game, payload, threads=2)
    for v in range(0, 21, 4):
        alone = aqre(game, payload.take(slice(v, v + 1)), threads=1)
        np.testing.assert_array_equal(alone.strategy[:, 0], batch.strategy[:, v])
        assert alone.sweeps[0] == batch.sweeps[v]


def test_the_number_of_workers_changes_no_byte():
    game, payload = random_game(12, n_types=(2, 3), levels=6, hidden=False, variants=70, reach=8)
    one, two = aqre(game, payload, threads=1), aqre(game, payload, threads=2)
    assert one.strategy.tobytes() == two.strategy.tobytes()
    assert one.check.tobytes() == two.check.tobytes()
    assert one.sweeps.tobytes() == two.sweeps.tobytes()


def test_variants_that_settle_late_are_as_good():
    """Precise enough that lanes leave their first block."""
    late = 0
    for seed in range(40):
        game, payload = random_game(seed, n_types=(3, 2), levels=6, hidden=False, variants=8)
        payload = replace(payload, precision=payload.precision * 12)
        solution = aqre(game, payload, threads=1)
        good = solution.solved
        assert logit_residual(game, payload, solution.strategy)[good].max(initial=0) <= 1e-8
        late += int((good & (solution.sweeps > 24)).sum())
    assert late >= 3


def test_a_spent_budget_is_said_and_not_raised():
    game, payload = random_game(3, n_types=(3, 2), levels=6, hidden=False, variants=9)
    payload = replace(payload, precision=payload.precision * 5)
    solution = aqre(game, payload, budget=2, threads=1)
    assert not solution.solved.any() and (solution.sweeps == 2).all()
    assert "9 of 9 variants" in solution.advice and "budget" in solution.advice
    np.testing.assert_allclose(cell_sums(game, solution.strategy), 1.0, rtol=1e-12)
    np.testing.assert_allclose(
        logit_residual(game, payload, solution.strategy), solution.check, rtol=1e-6
    )


def bare(actor: int) -> Game:
    """One node without a move (`END`), or one at which player 0 has a single action."""
    moves = actor >= 0
    i32 = np.int32
    return Game(
        players=("a",), types=(("",),),
        level_start=np.array([0, 1, 2] if moves else [0, 1], dtype=i32),
        parent=np.array([-1, 0] if moves else [-1], dtype=i32),
        parent_edge=np.array([-1, 0] if moves else [-1], dtype=i32),
        actor=np.array([0, END] if moves else [END], dtype=np.int8),
        cell=np.array([0, -1] if moves else [-1], dtype=i32),
        edge_start=np.array([0, 1, 1] if moves else [0, 0], dtype=i32),
        child=np.array([1] if moves else [], dtype=i32),
        edge_action=np.array([0] if moves else [], dtype=i32),
        payoff_row=np.zeros(2 if moves else 1, dtype=i32),
        cell_player=np.array([0] if moves else [], dtype=np.int8),
        cell_level=np.array([0] if moves else [], dtype=i32),
        action_start=np.array([0, 1] if moves else [0], dtype=i32),
        rate_row=np.array([0] if moves else [], dtype=i32),
        cell_start=np.array([0, 1] if moves else [0], dtype=i32),
        cell_node=np.array([0] if moves else [], dtype=i32),
    )  # fmt: skip


@pytest.mark.parametrize("variants", [1, 9])
def test_a_game_without_a_choice(variants):
    payload = Payload(
        payoff=np.zeros((1, 1, variants)), odds=np.ones((1, variants)),
        log_rate=np.zeros((1, variants)), prior=np.ones((1, variants)), stake=np.ones(1),
        precision=np.full(variants, 3.0),
    )  # fmt: skip
    nothing = aqre(bare(END), payload)
    assert nothing.strategy.shape == (0, variants) and (nothing.status == SOLVED).all()
    single = aqre(bare(0), payload)
    assert (single.strategy == 1.0).all() and single.solved.all()
    assert (logit_residual(bare(0), payload, single.strategy) == 0).all()


def test_one_choice_is_the_logit_itself():
    i32 = np.int32
    game = Game(
        players=("a",), types=(("x", "y"),), level_start=np.array([0, 1, 4], dtype=i32),
        parent=np.array([-1, 0, 0, 0], dtype=i32), parent_edge=np.array([-1, 0, 1, 2], dtype=i32),
        actor=np.array([0, END, END, END], dtype=np.int8),
        cell=np.array([0, -1, -1, -1], dtype=i32), edge_start=np.array([0, 3, 3, 3, 3], dtype=i32),
        child=np.array([1, 2, 3], dtype=i32), edge_action=np.array([0, 1, 2], dtype=i32),
        payoff_row=np.array([0, 1, 2, 3], dtype=i32), cell_player=np.zeros(1, dtype=np.int8),
        cell_level=np.zeros(1, dtype=i32), action_start=np.array([0, 3], dtype=i32),
        rate_row=np.array([0, 1, 0], dtype=i32), cell_start=np.array([0, 1], dtype=i32),
        cell_node=np.zeros(1, dtype=i32),
    )  # fmt: skip
    pay = np.array([[0, 0], [1.0, 3.0], [0.5, -1.0], [0.0, 2.0]])[:, :, None]
    payload = Payload(
        pay, np.ones((1, 1)), np.log([[1.0], [4.0]]), np.array([[0.3], [0.7]]),
        np.array([1.0, 2.0]), np.array([2.0]),
    )  # fmt: skip
    got = aqre(game, payload).strategy[:, 0].reshape(3, 2)
    wanted = np.array([1.0, 4.0, 1.0])[:, None] * np.exp(2.0 * pay[1:, :, 0] / [1.0, 2.0])
    np.testing.assert_allclose(got, wanted / wanted.sum(axis=0), rtol=1e-13)


def test_a_thousand_variants_and_progress():
    game, payload = random_game(21, n_types=(2, 2), levels=4, hidden=True, variants=1000)

    class Watch(Silent):
        seen: list[tuple[int, int]] = []  # noqa: RUF012

        def step(self, done: int, total: int) -> None:
            self.seen.append((done, total))

    watch = Watch()
    solution = aqre(game, payload, progress=watch)
    assert solution.solved.all()
    assert watch.seen[-1] == (1000, 1000)
    done = [d for d, _ in watch.seen]
    assert done == sorted(done)
    assert logit_residual(game, payload, solution.strategy).max() <= 1e-8


@pytest.mark.parametrize("threads", [1, 2])
def test_it_can_be_stopped(threads):
    game, payload = random_game(21, n_types=(2, 2), levels=4, variants=40)
    with pytest.raises(Cancelled):
        aqre(game, payload, cancel=lambda: True, threads=threads)


def test_what_the_sweeps_leave_open_is_finished_along_the_branch() -> None:
    """Matching pennies with one large payoff: beliefs circle at high precision."""
    from standoff.game.efg_read import load_efg

    pennies = load_efg(
        'EFG 2 R "pennies" { "row" "column" }\n'
        'p "" 1 1 "" { "h" "t" } 0\n'
        'p "" 2 1 "" { "h" "t" } 0\nt "" 1 "" { 9 -1 }\nt "" 2 "" { -1 1 }\n'
        'p "" 2 1 0\nt "" 3 "" { -1 1 }\nt "" 4 "" { 1 -1 }\n'
    )
    numbers = replace(pennies.payload, precision=np.array([20.0]))
    swept = aqre(pennies.game, numbers, budget=1200)
    assert not swept.solved[0]
    finished = aqre(pennies.game, numbers)
    assert finished.solved[0]
    assert finished.sweeps[0] > 1200
    assert logit_residual(pennies.game, numbers, finished.strategy)[0] <= 1e-8
