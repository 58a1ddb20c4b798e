"""The vector type: right to the last place, eight at a time, each lane by itself."""

from __future__ import annotations

import numba
import numpy as np
import platformdirs
import pytest

from standoff.kernels import exponential
from standoff.kernels.compiling import cache_directory, kernel
from standoff.kernels.lanes import (
    SINGLE_WIDTH,
    WIDTH,
    broadcast,
    faint,
    fma,
    get,
    greater,
    lane,
    lesser,
    load,
    lowest,
    magnitude,
    put,
    same,
    store,
    where_less,
)  # fmt: skip

vector_exp, vector_log = exponential.exp, exponential.log


@numba.njit
def take_exp(x, out):
    for i in range(0, len(x), WIDTH):
        store(out, i, vector_exp(load(x, i)))


@numba.njit
def take_log(x, out):
    for i in range(0, len(x), WIDTH):
        store(out, i, vector_log(load(x, i)))


@numba.njit
def arithmetic(x, y, out):
    a, b = load(x, 0), load(y, 0)
    store(out, 0, a + b)
    store(out, 8, a - b)
    store(out, 16, a * b)
    store(out, 24, a / b)
    store(out, 32, fma(a, b, broadcast(1.0)))
    store(out, 40, greater(a, b))
    store(out, 48, lesser(a, b))
    store(out, 56, magnitude(a))
    store(out, 64, where_less(a, b, broadcast(1.0), broadcast(2.0)))
    return lowest(a), lane(a, 3)


@numba.njit
def rows_exp(x, out):
    for i in range(len(x)):
        put(out, i, vector_exp(get(x, i)))


@numba.njit
def rows_log(x, out):
    for i in range(len(x)):
        put(out, i, vector_log(get(x, i)))


@numba.njit
def rows_arithmetic(x, y, out):
    a, b = get(x, 0), get(y, 0)
    put(out, 0, a + b)
    put(out, 1, a - b)
    put(out, 2, a * b)
    put(out, 3, a / b)
    put(out, 4, fma(a, b, same(x, 1.0)))
    put(out, 5, greater(a, b))
    put(out, 6, lesser(a, b))
    put(out, 7, magnitude(a))
    put(out, 8, where_less(a, b, same(a, 1), same(out, 2.0)))
    put(out, 9, faint(x))
    return lowest(a)


@pytest.mark.parametrize("spread", [1e-8, 1.0, 30.0, 700.0])
def test_exp_is_right_to_the_last_place(spread):
    x = np.random.default_rng(1).uniform(-spread, spread, 8 * 4000)
    out = np.empty_like(x)
    take_exp(x, out)
    assert np.abs(out / np.exp(x) - 1).max() < 4e-16


def test_exp_is_held_at_its_ends():
    x = np.array([-1e300, -800.0, -708.0, 0.0, 709.0, 800.0, 1e300, -0.0])
    out = np.empty_like(x)
    take_exp(x, out)
    assert np.isfinite(out).all() and (out > 0).all()
    assert out[3] == out[7] == 1.0
    assert out[0] == out[1] == out[2] and out[4] == out[5] == out[6]


@pytest.mark.parametrize(("low", "high"), [(0.5, 2.0), (1e-300, 1e-290), (1.0, 1e300)])
def test_log_is_right_to_the_last_place(low, high):
    x = np.exp(np.random.default_rng(2).uniform(np.log(low), np.log(high), 8 * 4000))
    out = np.empty_like(x)
    take_log(x, out)
    assert np.abs(out - np.log(x)).max() <= 4e-16 * max(1.0, np.abs(np.log(x)).max())
    near_one = np.abs(x - 1) < 0.3
    if near_one.any():
        assert np.abs(out[near_one] / np.log(x[near_one]) - 1).max() < 4e-16


def test_arithmetic_is_that_of_numpy():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=8), rng.normal(size=8)
    out = np.empty(72)
    low, third = arithmetic(x, y, out)
    out = out.reshape(9, 8)
    expected = [x + y, x - y, x * y, x / y]
    np.testing.assert_array_equal(out[:4], expected)
    np.testing.assert_allclose(out[4], x * y + 1, rtol=1e-15)
    np.testing.assert_array_equal(out[5], np.maximum(x, y))
    np.testing.assert_array_equal(out[6], np.minimum(x, y))
    np.testing.assert_array_equal(out[7], np.abs(x))
    np.testing.assert_array_equal(out[8], np.where(x < y, 1.0, 2.0))
    assert low == x.min() and third == x[3]


SHAPES = {"eight": (np.float64, (WIDTH,)), "sixteen": (np.float32, (SINGLE_WIDTH,)),
          "one": (np.float64, ())}  # fmt: skip


@pytest.mark.parametrize("kind", list(SHAPES))
def test_rows_of_any_kind_compute_as_numpy_does(kind):
    dtype, lanes = SHAPES[kind]
    rng = np.random.default_rng(5)
    x, y = (rng.normal(size=(1, *lanes)).astype(dtype) for _ in range(2))
    out = np.zeros((10, *lanes), dtype=dtype)
    low = rows_arithmetic(x, y, out)
    a, b = x[0], y[0]
    for got, wanted in zip(out[:4], (a + b, a - b, a * b, a / b), strict=True):
        np.testing.assert_array_equal(got, wanted)
    once = (a.astype(np.longdouble) * b + 1).astype(dtype)
    np.testing.assert_allclose(out[4], once, rtol=2 * np.finfo(dtype).eps)
    choices = (np.maximum(a, b), np.minimum(a, b), np.abs(a), np.where(a < b, 1.0, 2.0))
    for got, wanted in zip(out[5:9], choices, strict=True):
        np.testing.assert_array_equal(got, wanted)
    assert (out[9] > 0).all() and (out[9] > np.finfo(dtype).tiny).all()
    assert low == x.min()


def test_exp_of_singles_is_right_to_the_last_place():
    rng = np.random.default_rng(6)
    for spread in (1e-6, 1.0, 20.0, 86.0):
        x = rng.uniform(-spread, spread, (4000, SINGLE_WIDTH)).astype(np.float32)
        out = np.empty_like(x)
        rows_exp(x, out)
        wanted = np.exp(x.astype(np.float64))
        assert np.abs(out / wanted - 1).max() < 1.5 * np.finfo(np.float32).eps
    ends = np.resize(np.array([-1e30, -100, -87, 0, 88, 100, 1e30], dtype=np.float32), (1, 16))
    out = np.empty_like(ends)
    rows_exp(ends, out)
    assert np.isfinite(out).all() and (out > 0).all() and (out[ends == 0] == 1).all()


@pytest.mark.parametrize(("low", "high"), [(0.5, 2.0), (1e-37, 1e-30), (1.0, 1e38)])
def test_log_of_singles_is_right_to_the_last_place(low, high):
    x = np.exp(np.random.default_rng(7).uniform(np.log(low), np.log(high), (4000, SINGLE_WIDTH)))
    x = x.astype(np.float32)
    out = np.empty_like(x)
    rows_log(x, out)
    wanted = np.log(x.astype(np.float64))
    assert np.abs(out - wanted).max() <= 1.5e-7 * max(1.0, np.abs(wanted).max())
    near_one = (np.abs(x - 1) < 0.3) & (x != 1)
    if near_one.any():
        assert np.abs(out[near_one] / wanted[near_one] - 1).max() < 2.5e-7
    assert (out[x == 1] == 0).all()


def test_the_code_is_packed():
    """What LLVM is given are operations on vectors of eight, on any processor."""
    take_exp(np.zeros(8), np.zeros(8))
    ir = "\n".join(take_exp.inspect_llvm().values())
    assert "fmul <8 x double>" in ir
    assert "llvm.fma.v8f64" in ir
    assert "load <8 x double>" in ir and "store <8 x double>" in ir


def test_a_lane_does_not_know_its_neighbors():
    rng = np.random.default_rng(4)
    x = rng.uniform(-50, 50, 8)
    alone, together = np.empty(8), np.empty(8)
    take_exp(x, together)
    for i in range(8):
        take_exp(np.full(8, x[i]), alone)
        assert (alone == together[i]).all()


def test_kernels_are_kept_in_the_users_cache_by_their_sources(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / name)
    cache_directory.cache_clear()
    try:

        @kernel
        def twice(x):
            return 2 * x

        assert twice(3) == 6
        assert not numba.config.CACHE_DIR  # other users of numba keep their own setting
        assert list(tmp_path.glob("standoff/kernels/*/**/*.nbi"))
    finally:
        cache_directory.cache_clear()
