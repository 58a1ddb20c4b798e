"""Rows of lanes: where they stand in memory."""

from __future__ import annotations

import numpy as np
import pytest

from standoff.solve.blocks import LINE, SINGLE_WIDTH, WIDTH, blocks_of, rows


@pytest.mark.parametrize("width", [WIDTH, SINGLE_WIDTH])
def test_a_row_is_one_line_of_the_cache(width):
    for n in (0, 1, 3, 200, 5000):
        made = rows(n, width)
        assert made.shape == (n, width) and made.flags.c_contiguous
        assert not made.any()
        assert width * made.itemsize == LINE
        if n:
            assert made.__array_interface__["data"][0] % LINE == 0
            made[:] = 1.0  # all of it is its own
    assert rows(1).dtype == np.float64 and rows(1, SINGLE_WIDTH).dtype == np.float32


def test_blocks_are_filled_up():
    blocks = [block.tolist() for block in blocks_of(np.arange(10))]
    assert blocks == [list(range(8)), [8, 9, *[9] * 6]]
