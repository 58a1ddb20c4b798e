"""A table as the bytes of a Parquet file, and back, exact to the bit.

Dictionaries and statistics are left out: Arrow's dictionaries take all NaN for one and 0.0 for
-0.0, and nobody queries a table that is read whole. Compression, its level, versions and row groups
are fixed, and nothing in a file says when it was written, so the same columns are the same bytes.
The file carries its own name, its run, and a digest of what it holds: a file that was cut short,
swapped or changed is known for what it is without asking anybody else.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.variants.columns import Columns

_KEY = b"standoff"
_ROWS = 65_536
_LEVEL = 3


class BadTable(ValueError):
    """These bytes are not the table that was asked for; the message says why."""


def checked(columns: Columns) -> dict[str, NDArray[Any]]:
    """The columns as read-only copies. Raises `TypeError` or `ValueError` where they are no table
    of equally long arrays of floats, integers, booleans or text.
    """
    found: dict[str, NDArray[Any]] = {}
    length: int | None = None
    for name, given in columns.items():
        column = np.array(given, copy=True, order="C")
        if column.dtype.kind not in "biufU" or column.dtype.name in {"float16", "longdouble"}:
            raise TypeError(f"column {name!r} holds {column.dtype}, not numbers, truth or text")
        if column.ndim != 1 or (length is not None and len(column) != length):
            raise ValueError(f"column {name!r} has shape {column.shape}, not ({length or 'v'},)")
        length = len(column)
        column = column.astype(column.dtype.newbyteorder("="), copy=False)
        column.setflags(write=False)
        found[name] = column
    return found


def encode(name: str, run: str, columns: Columns) -> bytes:
    """The bytes of the Parquet file of a table of a run."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    given = checked(columns)
    about = {
        "table": name,
        "run": run,
        "columns": {key: column.dtype.str for key, column in given.items()},
        "rows": len(next(iter(given.values()), ())),
        "sha256": digest(given),
    }
    arrays = [
        pa.array(column.tolist(), pa.string()) if column.dtype.kind == "U" else pa.array(column)
        for column in given.values()
    ]
    table = pa.table(arrays, names=list(given)).replace_schema_metadata(
        {_KEY: json.dumps(about, ensure_ascii=False)}
    )
    out = io.BytesIO()
    pq.write_table(
        table,
        out,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=False,
        write_statistics=False,
        row_group_size=_ROWS,
        version="2.6",
        data_page_version="1.0",
        store_schema=True,
    )
    return out.getvalue()


def decode(name: str, run: str, data: bytes) -> dict[str, NDArray[Any]]:
    """The columns of a file that `encode` made for this table of this run. Raises `BadTable`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pa.BufferReader(data) as source:
            table = pq.read_table(source, use_threads=False)
        about = json.loads(table.schema.metadata[_KEY])
        whose = (about["table"], about["run"])
        columns = {
            key: _column(table.column(i), np.dtype(kind))
            for i, (key, kind) in enumerate(about["columns"].items())
        }
        expected = about["sha256"]
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise BadTable(f"it can't be read ({str(error).splitlines()[0][:120]})") from error
    if whose != (name, run):
        raise BadTable(f"it is the table {whose[0]} of the run {whose[1][:8]}")
    if digest(columns) != expected:
        raise BadTable("its numbers are not those that were written")
    return columns


def _column(held: Any, kind: np.dtype[Any]) -> NDArray[Any]:
    if kind.kind == "U":
        column = np.array(held.to_pylist(), dtype=kind)
    else:
        column = np.array(held.to_numpy(), dtype=kind, copy=True)
    column.setflags(write=False)
    return column


def digest(columns: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 of names, types and bits."""
    found = hashlib.sha256()
    for name, column in columns.items():
        found.update(json.dumps([name, column.dtype.str, len(column)]).encode())
        found.update(np.ascontiguousarray(column).data.cast("B") if len(column) else b"")
    return found.hexdigest()
