"""What every store does, and the one without a folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from standoff.variants.columns import Columns
from standoff.variants.store.tables import checked


class Store(Protocol):
    """Named tables. What is in a store is not computed again."""

    def get(self, name: str) -> Columns | None:
        """A table's columns (read-only); None where it has to be worked out."""

    def put(self, name: str, columns: Columns) -> None:
        """Keep a table, in the place of an earlier one of that name."""

    def names(self) -> list[str]:
        """Names of the tables that are kept, sorted."""

    def expect(self, names: Sequence[str]) -> None:
        """These tables are going to be kept, besides those expected before."""


class InMemory:
    """A store that goes when its process does."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, NDArray[Any]]] = {}

    def get(self, name: str) -> Columns | None:
        """A table's columns."""
        found = self._tables.get(name)
        return None if found is None else dict(found)

    def put(self, name: str, columns: Columns) -> None:
        """Keep copies of the columns."""
        self._tables[name] = checked(columns)

    def names(self) -> list[str]:
        """Names of the tables."""
        return sorted(self._tables)

    def expect(self, names: Sequence[str]) -> None:
        """Nobody asks how far it is."""
