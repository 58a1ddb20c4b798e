"""Crossings of functions that are known, and of functions that sometimes have no value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from standoff.variants.crossings import Answer, Crossing, brackets, confirmed, narrowed, scan

Float = NDArray[np.float64]
Along = Callable[[Float], Float]
GRID = np.concatenate([np.linspace(0.01, 0.5, 9), np.linspace(0.5, 0.99, 9)[1:]])


def answer_of(*along: Along) -> Answer:
    """One question: the first function's value in the middle, and along each axis its own."""

    def answer(which: NDArray[np.intp], at: Float) -> Float:
        at = np.where(which < 0, 0.5, at)
        rows = [f(at) for f in along]
        return np.array([[rows[max(int(w), 0)][i]] for i, w in enumerate(which)], dtype=float)

    return answer


def found(answer: Answer, n: int, levels: list[float], grid: Float = GRID) -> list[Crossing]:
    scanned = scan(answer, [grid] * n, [0.5] * n)
    return confirmed(answer, narrowed(answer, brackets(scanned, [0.5] * n, [levels])))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(root=st.floats(0.02, 0.98), power=st.sampled_from([1, 3, 5]), sign=st.sampled_from([-1, 1]))
def test_the_root_of_a_monotone_function(root: float, power: int, sign: int) -> None:
    got = found(answer_of(lambda x: 0.3 + sign * (x - root) ** power), 1, [0.3])
    if abs(root - 0.5) < 1e-9:
        return
    assert len(got) == 1
    # Where the function is flat at its root, near it in value is as near as anybody can come.
    assert abs(got[0].at - root) < 2e-5 or abs(got[0].value - 0.3) <= 1e-6
    if got[0].confirmed:
        assert (got[0].before >= 0.3) != (got[0].after >= 0.3)


def test_a_straight_line_is_found_to_the_tolerance_in_few_rounds() -> None:
    asked = []

    def answer(which: NDArray[np.intp], at: Float) -> Float:
        asked.append(len(at))
        return np.where(which < 0, 0.5, at)[:, None] ** 2

    got = found(answer, 1, [0.7])
    assert got[0].at == pytest.approx(np.sqrt(0.7), abs=1e-5) and got[0].confirmed
    assert not got[0].jumps
    # The scan at once, then a handful of rounds, then the confirmation.
    assert len(asked) <= 9 and asked[0] == len(GRID)


def test_both_sides_of_a_hump_are_reported() -> None:
    got = found(answer_of(lambda x: 4 * x * (1 - x)), 1, [0.64])
    assert sorted(c.at for c in got) == pytest.approx([0.2, 0.8], abs=1e-5)
    assert all(c.confirmed and c.before > 0.64 > c.after for c in got)


def test_of_several_crossings_on_one_side_the_nearest_counts() -> None:
    got = found(answer_of(lambda x: np.cos(4 * np.pi * (x - 0.5))), 1, [0.0])
    assert sorted(c.at for c in got) == pytest.approx([0.375, 0.625], abs=1e-5)


def test_a_step_is_a_jump() -> None:
    got = found(answer_of(lambda x: np.where(x > 0.7310, 0.9, 0.1)), 1, [0.5])
    assert got[0].at == pytest.approx(0.731, abs=1e-5)
    assert got[0].confirmed and got[0].jumps
    assert (got[0].before, got[0].after) == (0.1, 0.9)


def test_where_nothing_crosses_nothing_is_found() -> None:
    assert found(answer_of(lambda x: 0.1 * x), 1, [0.5]) == []


def test_every_axis_question_and_level_is_looked_at() -> None:
    def answer(which: NDArray[np.intp], at: Float) -> Float:
        x = np.where(which < 0, 0.5, at)
        slope = np.where(which == 1, -1.0, np.where(which < 0, 0.0, 1.0))
        first = 0.5 + slope * (x - 0.5)
        return np.stack([first, 1.0 - first / 2], axis=1)

    scanned = scan(answer, [GRID, GRID], [0.5, 0.5])
    assert scanned.swing == pytest.approx(np.array([[0.98, 0.49], [0.98, 0.49]]))
    seen = brackets(scanned, [0.5, 0.5], [[0.6, 0.3], [0.8]])
    got = {(c.axis, c.question, c.level): c.at for c in confirmed(answer, narrowed(answer, seen))}
    expected = {
        (0, 0, 0.6): 0.6, (0, 0, 0.3): 0.3, (1, 0, 0.6): 0.4, (1, 0, 0.3): 0.7,
        (0, 1, 0.8): 0.4, (1, 1, 0.8): 0.6,
    }  # fmt: skip
    assert got == pytest.approx(expected, abs=1e-5)


def test_what_was_not_solved_is_no_crossing() -> None:
    """The answer lies above the level only where the solver fails."""
    got = found(answer_of(lambda x: np.where(x > 0.8, np.nan, 0.2)), 1, [0.5])
    assert got == []


def test_a_gap_in_the_scan_is_bridged_by_solved_points() -> None:
    def gap(x: Float) -> Float:
        return np.where((x > 0.66) & (x < 0.72), np.nan, x)

    got = found(answer_of(gap), 1, [0.9])
    assert got[0].at == pytest.approx(0.9, abs=1e-5) and got[0].confirmed


def test_a_crossing_in_the_midst_of_failures_is_not_confirmed() -> None:
    got = found(answer_of(lambda x: np.where(np.abs(x - 0.7) < 0.02, np.nan, x)), 1, [0.7])
    assert len(got) == 1 and not got[0].confirmed


def test_a_middle_without_an_answer_finds_nothing() -> None:
    def answer(which: NDArray[np.intp], at: Float) -> Float:
        return np.where(which < 0, np.nan, at)[:, None]

    assert found(answer, 1, [0.6]) == []


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    level=st.floats(-0.5, 0.5),
)
def test_against_a_fine_grid(seed: int, level: float) -> None:
    """On random smooth functions: the same nearest crossings as those of a fine grid."""
    rng = np.random.default_rng([seed, 1])
    a, b, phase = rng.normal(size=3)

    def along(x: Float) -> Float:
        return 0.4 * a * np.sin(3 * x + phase) + 0.4 * b * (x - 0.5)

    got = {np.sign(c.at - 0.5): c.at for c in found(answer_of(along), 1, [level])}
    start = along(np.array([0.5]))[0] >= level
    for side in (-1, 1):
        x = 0.5 + side * np.linspace(0, 0.49, 4901)
        turned = np.flatnonzero((along(x) >= level) != start)
        if not len(turned):
            assert side not in got
            continue
        # Two crossings between two points of the scan are not seen: no smooth function this slow
        # has them unless it barely touches the level.
        if side in got:
            assert got[side] == pytest.approx(x[turned[0]], abs=2e-4)
        else:
            assert np.abs(along(x)[turned] - level).max() < 0.02
