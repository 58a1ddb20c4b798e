"""A Gambit ``.efg`` file as it was read: what it says, in its order, with the text of its numbers.

Nodes stand in the order of the file, which is prefix order: a node, then what is below its first
action, and so on. Arrays by node keep a large file small; names, information sets and outcomes are
tables of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from standoff.game.gambit_tokens import Source, quote
from standoff.game.game import CHANCE, END

Int8 = NDArray[np.int8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


class SetEntry(NamedTuple):
    """An information set, or an event of chance, as first described."""

    player: int  # from 0, or CHANCE
    number: int  # as in the file, apart for each player and for chance
    name: str
    actions: tuple[str, ...]
    odds: tuple[str, ...] = ()  # of chance's actions, as written


class OutcomeEntry(NamedTuple):
    """An outcome as first described."""

    number: int  # as in the file
    name: str
    payoffs: tuple[str, ...]  # P numbers as written


class OutcomeTable(Sequence[OutcomeEntry]):
    """Outcomes of which many have the same name and payoffs, made when they are asked for."""

    def __init__(
        self, number: Int32, said: Int32, descriptions: Sequence[tuple[str, tuple[str, ...]]]
    ) -> None:
        self.number, self.said, self.descriptions = number, said, descriptions

    def __len__(self) -> int:
        return len(self.number)

    @overload
    def __getitem__(self, index: int) -> OutcomeEntry: ...
    @overload
    def __getitem__(self, index: slice) -> list[OutcomeEntry]: ...
    def __getitem__(self, index: int | slice) -> OutcomeEntry | list[OutcomeEntry]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return OutcomeEntry(int(self.number[index]), *self.descriptions[self.said[index]])


@dataclass(frozen=True, eq=False)
class EfgDocument:
    """One file. `sets` and `outcomes` are in order of first appearance."""

    title: str
    players: tuple[str, ...]  # P
    comment: str | None  # None where the file has none
    actor: Int8  # [N] player, CHANCE or END
    parent: Int32  # [N] -1 at the root
    action: Int32  # [N] which of its parent's actions leads here
    info: Int32  # [N] row of `sets`, -1 at ends
    outcome: Int32  # [N] row of `outcomes`, -1 where nothing is earned
    name: Int32  # [N] row of `names`: the node's own
    names: Sequence[str]
    sets: Sequence[SetEntry]
    outcomes: Sequence[OutcomeEntry]
    start: Int64 | None = field(default=None, repr=False)  # [N] where each node stands in the text
    source: Source | None = field(default=None, repr=False)

    @property
    def n_nodes(self) -> int:
        """N."""
        return len(self.actor)

    def text(self) -> str:
        """The file: character for character as it was read, or as `written` if it never was."""
        return self.written() if self.source is None else self.source.text

    def written(self) -> str:
        """The game in the layout that Gambit writes, every description in full."""
        names = " ".join(quote(player) for player in self.players)
        head = f"EFG 2 R {quote(self.title)} {{ {names} }}\n{quote(self.comment or '')}\n\n"
        sets = [_described(entry) for entry in self.sets]
        outcomes = [
            f"{o.number} {quote(o.name)} {{ {', '.join(o.payoffs)} }}" for o in self.outcomes
        ]
        outcomes.append("0")  # where nothing is earned: row -1
        labels = [quote(name) for name in self.names]
        lines = []
        for actor, info, outcome, name in zip(
            self.actor.tolist(), self.info.tolist(), self.outcome.tolist(), self.name.tolist(),
            strict=True,
        ):  # fmt: skip
            if actor == END:
                lines.append(f"t {labels[name]} {outcomes[outcome]}\n")
            else:
                letter = "c" if actor == CHANCE else "p"
                lines.append(f"{letter} {labels[name]} {sets[info]} {outcomes[outcome]}\n")
        return head + "".join(lines)


def _described(entry: SetEntry) -> str:
    if entry.player == CHANCE:
        pairs = zip(entry.actions, entry.odds, strict=True)
        menu = " ".join(f"{quote(action)} {share}" for action, share in pairs)
        return f"{entry.number} {quote(entry.name)} {{ {menu} }}"
    menu = " ".join(quote(action) for action in entry.actions)
    return f"{entry.player + 1} {entry.number} {quote(entry.name)} {{ {menu} }}"
