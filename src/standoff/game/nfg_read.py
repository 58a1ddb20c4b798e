"""Gambit's ``.nfg`` files as games: one move for each player, none seen by the others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standoff.game.building import build_game
from standoff.game.file_labels import keys
from standoff.game.gambit_tokens import source_of
from standoff.game.game import END
from standoff.game.loaded import Labels, LoadedGame
from standoff.game.nfg_document import NfgDocument
from standoff.game.nfg_parse import parse, read_nfg

__all__ = ["game_of_nfg", "load_nfg", "read_nfg"]

Int = NDArray[np.intp]


def load_nfg(given: str | Path) -> LoadedGame:
    """The game of an ``.nfg`` file, given as its path or as its text."""
    return game_of_nfg(parse(source_of(given, "NFG")))


def game_of_nfg(document: NfgDocument) -> LoadedGame:
    """The extensive form in which the players move in turn; each has one information set."""
    shape, P = document.shape, len(document.players)
    tensor = document.payoffs().reshape(P, -1)  # [P, S] the last player's strategy fastest
    parents: list[Int] = [np.array([-1], dtype=np.intp)]
    actions: list[Int] = [np.array([0], dtype=np.intp)]
    above, first = 0, 1  # first node of the level above, and of this one
    for width in shape:
        here = np.arange((first - above) * width)
        parents.append(above + here // width)
        actions.append(here % width)
        above, first = first, first + len(here)
    mover = np.repeat([*range(P), END], [len(level) for level in parents])
    payoff = np.zeros((first, P))
    payoff[above:] = tensor.T
    built = build_game(
        document.players, parent=np.concatenate(parents), action=np.concatenate(actions),
        actor=mover.astype(np.int8), info=np.maximum(mover, 0).astype(np.intp),
        odds=np.ones(first), payoff=payoff,
    )  # fmt: skip
    strategies = [key for p in built.info.tolist() for key in keys(document.strategies[p])]
    return LoadedGame(
        game=built.game, payload=built.payload,
        labels=Labels(
            title=document.title, players=keys(document.players), sets=["1"] * P,
            actions=strategies,
        ),
        outcome=np.full(len(built.edge_node), -1, dtype=np.int32), source="nfg", document=document,
    )  # fmt: skip
