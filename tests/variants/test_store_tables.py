"""Tables as Parquet: exact to the bit, the same bytes, never numbers that were not written."""

from __future__ import annotations

import io

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from standoff.variants.store import InMemory
from standoff.variants.store.tables import BadTable, checked, decode, encode

RUN = "5" * 64
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=6)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, np.ndarray]:
    rows = draw(st.integers(0, 7))
    kinds = {
        # Any 64 bits are a float: NaN with a payload, infinities, -0.0, denormal numbers.
        "f": npst.arrays(np.uint64, rows).map(lambda bits: bits.view(np.float64)),
        "i": npst.arrays(np.int64, rows),
        "b": npst.arrays(np.bool_, rows),
        "u": st.lists(TEXT, min_size=rows, max_size=rows).map(lambda x: np.array(x, dtype="U6")),
    }
    names = draw(st.lists(TEXT.filter(bool), unique=True, max_size=5))
    return {name: draw(draw(st.sampled_from(list(kinds.values())))) for name in names}


@settings(derandomize=True, deadline=None, max_examples=120)
@given(tables())
def test_round_trip_is_exact(columns: dict[str, np.ndarray]) -> None:
    data = encode("answers/00000", RUN, columns)
    back = decode("answers/00000", RUN, data)
    assert list(back) == list(columns)
    for name, column in columns.items():
        assert back[name].dtype == column.dtype
        assert back[name].tobytes() == column.tobytes()
        assert not back[name].flags.writeable
    assert encode("answers/00000", RUN, back) == data


def test_special_numbers_keep_their_bits() -> None:
    bits = np.array([0x7FF8000000000001, 0xFFF8DEADBEEF0000, 0x7FF0000000000001, 1 << 63, 0, 1],
                    dtype=np.uint64)  # fmt: skip
    column = np.concatenate([bits.view(np.float64), [np.inf, -np.inf]])
    back = decode("draws", RUN, encode("draws", RUN, {"x": np.tile(column, 40)}))["x"]
    assert back.tobytes() == np.tile(column, 40).tobytes()


def small() -> dict[str, np.ndarray]:
    rng = np.random.default_rng([3, 0])
    return {
        "belief/ussr/hold/posterior/joint": rng.random(24),
        "status": rng.integers(0, 3, 24),
        "failed": rng.random(24) < 0.1,
        "best": np.array(["strike", "wait"] * 12),
    }


def test_others_can_read_it() -> None:
    frame = pq.read_table(io.BytesIO(encode("draws", RUN, small()))).to_pandas()
    assert list(frame.columns) == list(small())
    assert (frame["best"] == small()["best"]).all()


def test_every_cut_is_noticed() -> None:
    data = encode("draws", RUN, small())
    for end in range(0, len(data), 7):
        with pytest.raises(BadTable):
            decode("draws", RUN, data[:end])


def test_a_flipped_bit_gives_no_other_numbers() -> None:
    data = encode("draws", RUN, small())
    noticed = 0
    for place in range(0, len(data), 5):
        changed = bytearray(data)
        changed[place] ^= 1 << (place % 8)
        try:
            back = decode("draws", RUN, bytes(changed))
        except BadTable:
            noticed += 1
        else:  # bytes that say nothing of the numbers, such as who wrote the file
            assert {k: v.tobytes() for k, v in back.items()} == {
                k: v.tobytes() for k, v in small().items()
            }
    assert noticed > len(data) / 5 * 0.6


def test_another_table_or_run_is_noticed() -> None:
    data = encode("answers/00001", RUN, small())
    with pytest.raises(BadTable, match="answers/00001"):
        decode("answers/00002", RUN, data)
    with pytest.raises(BadTable, match="55555555"):
        decode("answers/00001", "6" * 64, data)
    with pytest.raises(BadTable, match="can't be read"):
        decode("answers/00001", RUN, pq_without_metadata())


def pq_without_metadata() -> bytes:
    import pyarrow as pa

    out = io.BytesIO()
    pq.write_table(pa.table({"x": [1.0]}), out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        ({"x": np.zeros(2), "y": np.zeros(3)}, ValueError),
        ({"x": np.zeros((2, 2))}, ValueError),
        ({"x": np.zeros(2, dtype=complex)}, TypeError),
        ({"x": np.array([object()])}, TypeError),
    ],
)
def test_what_is_no_table_is_refused(
    columns: dict[str, np.ndarray], error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"'[xy]'"):
        checked(columns)


def test_the_store_in_memory_keeps_copies() -> None:
    store, column = InMemory(), np.arange(3.0)
    assert store.get("draws") is None
    store.put("draws", {"x": column})
    column[0] = 9.0
    found = store.get("draws")
    assert found is not None and found["x"].tolist() == [0.0, 1.0, 2.0]
    assert store.names() == ["draws"]
    with pytest.raises(ValueError, match="read-only"):
        found["x"][0] = 1.0
