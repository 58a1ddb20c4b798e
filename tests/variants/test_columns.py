"""Results taken apart into named columns and put together again."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standoff.variants.chunks import slices
from standoff.variants.columns import columns_of, joined, rebuilt


@dataclass(frozen=True, eq=False)
class Odds:
    top: np.ndarray
    base: np.ndarray
    label: str = "odds"


@dataclass(frozen=True, eq=False)
class Move:
    act: str
    odds: Odds

    @property
    def column(self) -> str:
        return self.act


@dataclass(frozen=True, eq=False)
class Result:
    belief: dict[str, Odds]
    moves: tuple[Move, ...]
    table: np.ndarray
    several: list[Odds] = field(default_factory=list)
    nothing: None = None


def result(values: np.ndarray) -> Result:
    base = values + 1.0
    return Result(
        {"hold": Odds(values, base), "trade": Odds(base - values, base)},
        (Move("usa.reply.strike", Odds(values * 2, base)),),
        np.stack([np.stack([values, base]), np.stack([base, values])]),
        [Odds(values * 3, values * 4)],
    )


def test_names_are_paths_and_shared_arrays_stand_once():
    found = columns_of(result(np.arange(3.0)))
    assert list(found) == [
        "belief/hold/top",
        "belief/hold/base",
        "belief/trade/top",
        "moves/usa.reply.strike/odds/top",
        "table/0/0",
        "table/0/1",
        "table/1/0",
        "table/1/1",
        "several/0/top",
        "several/0/base",
    ]


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_chunks_put_end_to_end_are_the_whole(sizes):
    values = np.random.default_rng(len(sizes)).normal(size=sum(sizes))
    cuts = np.cumsum(sizes)[:-1]
    parts = [columns_of(result(chunk)) for chunk in np.split(values, cuts)]
    whole = result(values)
    template = result(values[: sizes[0]])
    back = rebuilt(template, joined(parts))
    assert columns_of(back).keys() == columns_of(whole).keys()
    for name, column in columns_of(whole).items():
        np.testing.assert_array_equal(columns_of(back)[name], column)
    assert back.belief["hold"].label == "odds"
    assert back.belief["hold"].base is back.belief["trade"].base
    assert template.table.shape == (2, 2, sizes[0])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="same length"):
        columns_of({"a": np.zeros(2), "b": np.zeros(3)})
    with pytest.raises(ValueError, match="two columns"):
        columns_of({"a": {"b/c": np.zeros(2)}, "a/b": {"c": np.zeros(2)}})
    with pytest.raises(ValueError, match="different columns: b"):
        joined([{"a": np.zeros(2)}, {"a": np.zeros(2), "b": np.zeros(2)}])


def test_chunks_are_fixed_by_index():
    assert slices(10, 4) == [slice(0, 4), slice(4, 8), slice(8, 10)]
    assert slices(0, 4) == []


def test_namesakes_are_told_apart_by_place():
    one, two = Odds(np.zeros(2), np.ones(2)), Odds(np.ones(2), np.zeros(2))
    found = columns_of({"m": (Move("a", one), Move("b", two), Move("a", two))})
    assert list(found) == ["m/a#0/odds/top", "m/a#0/odds/base", "m/b/odds/top", "m/b/odds/base"]
