"""Write a game as a Gambit ``.nfg`` file: its reduced normal form, at one variant."""

from __future__ import annotations

import numpy as np

from standoff.game.game import Game, Payload
from standoff.game.nfg_document import NfgDocument
from standoff.game.normal_form import LIMIT, Int32, normal_form
from standoff.game.number_text import number_text

__all__ = ["to_nfg"]


def to_nfg(
    game: Game,
    payload: Payload,
    variant: int = 0,
    *,
    in_stakes: bool = False,
    title: str = "Standoff",
    limit: int = LIMIT,
) -> str:
    """The game as ``.nfg`` text, in the version that lists payoffs.

    A strategy's name has the number of an action (from 1) for each of its player's information
    sets, and a star where the player's own moves leave that set out. Raises `TooLarge` past
    `limit` combinations.
    """
    form = normal_form(game, payload, variant, in_stakes=in_stakes, limit=limit)
    rows = np.stack([tensor.ravel(order="F") for tensor in form.payoffs], axis=1)
    values, place = np.unique(rows, return_inverse=True)
    return NfgDocument(
        title=title, players=game.players,
        strategies=tuple(_names(choices) for choices in form.choices), named=True, comment=None,
        outcomes=None, contingency=place.reshape(rows.shape).astype(np.int32),
        numbers=[number_text(value) for value in values.tolist()],
    ).text()  # fmt: skip


def _names(choices: Int32) -> tuple[str, ...]:
    between = "." if choices.size and int(choices.max()) >= 9 else ""
    return tuple(
        between.join("*" if action < 0 else str(action + 1) for action in row) or "*"
        for row in choices.tolist()
    )
