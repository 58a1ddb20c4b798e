"""A Gambit ``.nfg`` file as it was read.

The format has two versions. One lists outcomes, then the number of one for each contingency; the
other lists payoffs, contingency by contingency. In both the first player's strategy runs fastest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from standoff.game.gambit_tokens import Source, decimal, quote

Int32 = NDArray[np.int32]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class NamedPayoffs:
    """An outcome of the version that lists them."""

    name: str
    payoffs: tuple[str, ...]  # P numbers as written


@dataclass(frozen=True, eq=False)
class NfgDocument:
    """One file. S contingencies: the product of the players' numbers of strategies."""

    title: str
    players: tuple[str, ...]  # P
    strategies: tuple[tuple[str, ...], ...]  # P tuples of names
    named: bool  # False: the file only counts strategies, and their names are numbers from 1
    comment: str | None  # None where the file has none
    outcomes: Sequence[NamedPayoffs] | None  # None in the version that lists payoffs
    contingency: Int32  # [S] outcome from 1, 0 for none; or [S, P] rows of `numbers`
    numbers: Sequence[str] = ()  # as written, each once; in the version that lists payoffs
    source: Source | None = field(default=None, repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """[P] numbers of strategies."""
        return tuple(len(names) for names in self.strategies)

    def payoffs(self) -> Float:
        """[P, n_1, ..., n_P] the payoff of each player at each contingency."""
        if self.outcomes is None:
            flat = np.array([decimal(number) for number in self.numbers])[self.contingency]
        else:
            none = [0.0] * len(self.players)
            rows = [[decimal(number) for number in o.payoffs] for o in self.outcomes]
            flat = np.array([none, *rows])[self.contingency]
        tensors = [column.reshape(self.shape, order="F") for column in flat.T]
        return np.ascontiguousarray(tensors)

    def text(self) -> str:
        """The file: character for character as it was read, or as `written` if it never was."""
        return self.written() if self.source is None else self.source.text

    def written(self) -> str:
        """The game in the layout that Gambit writes."""
        players = " ".join(quote(player) for player in self.players)
        if self.named:
            lists = [" ".join(["{", *map(quote, names), "}"]) for names in self.strategies]
            menu = "{ " + "\n".join(lists) + "\n}"
        else:
            menu = "{ " + " ".join(map(str, self.shape)) + " }"
        parts = [f"NFG 1 R {quote(self.title)} {{ {players} }}\n\n{menu}\n"]
        parts.append(f"{quote(self.comment or '')}\n\n")
        if self.outcomes is None:
            numbers = self.numbers
            rows = self.contingency.tolist()
            parts.extend(" ".join([numbers[i] for i in row]) + "\n" for row in rows)
        else:
            parts.append("{\n")
            parts.extend(
                f"{{ {quote(outcome.name)} {', '.join(outcome.payoffs)} }}\n"
                for outcome in self.outcomes
            )
            parts.append("}\n" + "".join(f"{i} " for i in self.contingency.tolist()) + "\n")
        return "".join(parts)
