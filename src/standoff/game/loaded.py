"""A game that came from somewhere: its arrays, its numbers, and the names that it had there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game, Payload
from standoff.shown import Shown

Int32 = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Labels:
    """Names under which answers about a game are given.

    Keys of information sets are unique among the sets of one player, keys of actions among the
    actions of one set: the label of the source where there is one that tells them apart, else the
    number that the source gives. The sequences may be lazy (a scenario has too many to write out).
    """

    title: str
    players: Sequence[str]  # [P]
    sets: Sequence[str]  # [I] by cell, then by type of the cell's owner
    actions: Sequence[str]  # [B]


@dataclass(frozen=True, eq=False)
class LoadedGame(Shown):
    """One game with its numbers (one variant) and its names.

    `outcome` tells chance's outcomes apart where the same one may come up at different nodes (the
    same card): equal numbers are the same outcome; -1 at the edges of decision nodes.
    """

    game: Game
    payload: Payload  # V = 1
    labels: Labels
    outcome: Int32  # [E]
    source: str  # "efg", "nfg", "openspiel" or "scenario"
    document: Any = field(default=None, repr=False)  # as read: EfgDocument, NfgDocument, ...

    @property
    def set_start(self) -> Int32:
        """[C + 1] information sets of cell c, by type of its owner, are
        ``set_start[c]:set_start[c + 1]`` in `Labels.sets`.
        """
        game = self.game
        widths = game.n_types[game.cell_player]
        return np.concatenate([[0], np.cumsum(widths)]).astype(np.int32)
