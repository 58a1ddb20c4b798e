"""The histories in play: one array a property, a place a history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]


@dataclass
class Frontier:
    """Histories that have not ended, each with where it came from and what it has gathered."""

    state: Int32  # row of the state table
    parent: Int32  # node last left, -1 at the root
    edge: Int32  # edge last taken, -1 at the root
    flow: Int32  # flows of rounds ended since that node (0: none)
    chain: Int32  # states at the ends of rounds so far (0: none)
    seen: list[Int32]  # by viewer
    later: list[Int32]  # by viewer, what it will see when the next round begins (0: nothing)

    def __len__(self) -> int:
        return len(self.state)

    @classmethod
    def root(cls, viewers: int, delayed: int) -> Frontier:
        """The one history of no length."""
        zero, none = np.zeros(1, np.int32), np.full(1, -1, np.int32)
        return cls(
            zero, none, none, zero, zero, [zero for _ in range(viewers)],
            [zero for _ in range(delayed)],
        )  # fmt: skip

    def take(self, places: NDArray[np.integer] | NDArray[np.bool_]) -> Frontier:
        """Some of the histories."""
        return Frontier(
            self.state[places], self.parent[places], self.edge[places], self.flow[places],
            self.chain[places], [s[places] for s in self.seen], [s[places] for s in self.later],
        )  # fmt: skip

    def joined(self, other: Frontier) -> Frontier:
        """These histories and others."""
        if not len(self):
            return other
        if not len(other):
            return self

        def both(left: Int32, right: Int32) -> Int32:
            return np.concatenate([left, right])

        return Frontier(
            both(self.state, other.state), both(self.parent, other.parent),
            both(self.edge, other.edge), both(self.flow, other.flow),
            both(self.chain, other.chain),
            [both(a, b) for a, b in zip(self.seen, other.seen, strict=True)],
            [both(a, b) for a, b in zip(self.later, other.later, strict=True)],
        )  # fmt: skip


class Chains:
    """Interned lists that grow at the end: number 0 is the empty list."""

    def __init__(self) -> None:
        zero = np.zeros(1, np.int32)
        self._before, self._state, self._round = [zero], [zero], [zero]
        self._count = 1

    def grow(self, chain: Int32, place: Int32, states: Int32, number: int) -> Int32:
        """Each list with one more element: ``states[place]`` at the end of round `number`."""
        from standoff.compile.interning import pairs

        keys, at = pairs(chain, place, len(states))
        self._before.append((keys // len(states)).astype(np.int32))
        self._state.append(states[keys % len(states)])
        self._round.append(np.full(len(keys), number, np.int32))
        grown = at + np.int32(self._count)
        self._count += len(keys)
        return grown

    @property
    def arrays(self) -> tuple[Int32, Int32, Int32]:
        """For each number: the list without its last element, that element's state and round."""
        return (
            np.concatenate(self._before), np.concatenate(self._state), np.concatenate(self._round),
        )  # fmt: skip
