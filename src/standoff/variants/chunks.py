"""Many variants are worked in chunks: what bounds the memory, and what is kept, sent and resumed.

Chunks are fixed by index and depend on nothing but the size of the game and the number of variants.
A chunk is worked by itself and leaves `Columns`; chunks put end to end are pooled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from standoff.compile.compiled import Compiled
from standoff.progress import Progress
from standoff.variants.columns import Columns

MOST = 512
"""Variants of a chunk at most."""
BYTES = 2 << 30
"""What the arrays of a chunk may take, about."""
LANES = 8
"""A chunk fills whole blocks of the solver."""


class Job(Protocol):
    """Work on many variants that can be done chunk by chunk, here or elsewhere: it can be pickled,
    and a chunk's columns depend on the job and the index alone.
    """

    def chunk(self, index: int, progress: Progress | None = None) -> Columns:
        """The numbers of one chunk. Raises `Cancelled` where `progress` asks to stop."""


class Workers(Protocol):
    """Whoever works chunks: this process, several, a cluster."""

    def map(
        self, job: Job, indices: list[int], progress: Progress | None = None
    ) -> Iterator[tuple[int, Columns]]:
        """The columns of each chunk with its index, in whatever order they are done. `progress` is
        told how many of these chunks are done; it may ask to stop (`Cancelled`).
        """


def size_of(compiled: Compiled, parameters: int = 0) -> int:
    """Variants of a chunk of a game: at most `MOST`, a multiple of 8, as few as memory asks."""
    game = compiled.game
    pairs = sum(len(types) for types in game.types)
    mass = len(compiled.outcome_end) * game.n_profiles
    # Strategies and their gathering; payoffs as written, in stakes and by objective; odds; the mass
    # of outcomes with and without the record, and one more for whatever is being asked.
    each = 8 * (
        2 * game.n_rows
        + 4 * compiled.n_payoff_rows * pairs
        + len(compiled.odds_act)
        + 3 * mass
        + parameters
    )
    return int(min(MOST, max(LANES, BYTES // max(each, 1) // LANES * LANES)))


def slices(n: int, size: int) -> list[slice]:
    """The variants of each chunk: `size` each, the last what is left."""
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]
