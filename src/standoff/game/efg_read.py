"""Gambit's ``.efg`` files as games."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standoff.errors import GameFileError, Problem
from standoff.game.building import build_game
from standoff.game.efg_document import EfgDocument, OutcomeTable, SetEntry
from standoff.game.efg_parse import parse, read_efg
from standoff.game.file_labels import keys
from standoff.game.gambit_tokens import Cursor, decimal, exact, source_of
from standoff.game.game import CHANCE
from standoff.game.loaded import Labels, LoadedGame

__all__ = ["game_of_efg", "load_efg", "read_efg"]

Float = NDArray[np.float64]
Int = NDArray[np.intp]

TOLERANCE = Fraction(1, 10**9)
"""How far the odds of an event may be from one where decimals are among them."""


def load_efg(given: str | Path) -> LoadedGame:
    """The game of an ``.efg`` file, given as its path or as its text."""
    return game_of_efg(parse(source_of(given, "EFG")))


def game_of_efg(document: EfgDocument) -> LoadedGame:
    """The game that a document describes. Raises where it is none (odds that don't add up)."""
    sets = document.sets
    first = np.concatenate([[0], np.cumsum([len(entry.actions) for entry in sets])]).astype(np.intp)
    share = _shares(document, first)
    by_chance = np.zeros(document.n_nodes, dtype=bool)
    by_chance[1:] = document.actor[document.parent[1:]] == CHANCE
    slot = np.zeros(document.n_nodes, dtype=np.intp)  # action of its set that leads here
    slot[1:] = first[document.info[document.parent[1:]]] + document.action[1:]
    odds = np.where(by_chance, share[slot], 1.0) if len(share) else np.ones(document.n_nodes)

    payoff = _table(document)[document.outcome]
    built = build_game(
        document.players, parent=document.parent.astype(np.intp),
        action=document.action.astype(np.intp), actor=document.actor,
        info=document.info.astype(np.intp), odds=odds, payoff=payoff,
    )  # fmt: skip
    identity = _identities(sets, first)
    outcome = np.where(by_chance[built.edge_node], identity[slot[built.edge_node]], -1)
    set_keys = _set_keys(sets, len(document.players))
    action_keys = {entry.actions: keys(entry.actions) for entry in sets}
    return LoadedGame(
        game=built.game, payload=built.payload,
        labels=Labels(
            title=document.title, players=keys(document.players),
            sets=[set_keys[i] for i in built.info.tolist()],
            actions=[key for i in built.info.tolist() for key in action_keys[sets[i].actions]],
        ),
        outcome=outcome.astype(np.int32), source="efg", document=document,
    )  # fmt: skip


def _table(document: EfgDocument) -> Float:
    """[outcomes + 1, P] payoffs of each outcome; the last row is of nodes without one."""
    outcomes = document.outcomes
    if isinstance(outcomes, OutcomeTable):
        rows = [payoffs for _, payoffs in outcomes.descriptions]
        said = outcomes.said
    else:
        rows = [entry.payoffs for entry in outcomes]
        said = np.arange(len(rows), dtype=np.int32)
    value = {number: decimal(number) for row in rows for number in row}
    table = np.zeros((len(rows), len(document.players)))
    for i, row in enumerate(rows):
        table[i] = [value[number] for number in row]
    return np.concatenate([table[said], np.zeros((1, len(document.players)))])


def _shares(document: EfgDocument, first: Int) -> Float:
    """[actions of all sets] Odds of chance's actions; one elsewhere."""
    share = np.ones(int(first[-1]))
    known: dict[tuple[str, ...], Float] = {}
    for row, entry in enumerate(document.sets):
        if entry.player != CHANCE:
            continue
        if entry.odds not in known:
            known[entry.odds] = _normalized(document, row)
        share[first[row] : first[row + 1]] = known[entry.odds]
    return share


def _normalized(document: EfgDocument, row: int) -> Float:
    """The odds of one event, which must add up to one: exactly where all are rationals."""
    entry = document.sets[row]
    values = [exact(number) for number in entry.odds]
    total = sum(values, Fraction(0))
    written_exactly = all(number.lstrip("+-").replace("/", "").isdigit() for number in entry.odds)
    if total != 1 and (written_exactly or abs(total - 1) > TOLERANCE):
        raise _not_one(document, row, total)
    return np.array([float(value / total) for value in values])


def _not_one(document: EfgDocument, row: int, total: Fraction) -> GameFileError:
    entry = document.sets[row]
    message = f"the odds of event {entry.number} of chance do not add up to one"
    found = str(total) if total.denominator < 10**6 else f"{float(total):.12g}"
    if document.source is None or document.start is None:
        return GameFileError(Problem("odds", message, found=found, expected="1"))
    node = int(np.flatnonzero((document.info == row) & (document.actor == CHANCE))[0])
    cursor = Cursor(document.source, int(document.start[node]))
    while not cursor.at_mark("{"):
        cursor.advance()
    start = cursor.start
    while not cursor.at_mark("}"):
        cursor.advance()
    return document.source.error(
        "odds", message, start, cursor.end - start, found=found,
        expected="1 (thirds are written 1/3)",
    )  # fmt: skip


def _identities(sets: Sequence[SetEntry], first: Int) -> Int:
    """[actions of all sets] A number for each outcome of chance; -1 for actions of players.

    The same name is the same outcome at whatever event; without a name of its own an outcome is
    known by its place.
    """
    numbers: dict[str | int, int] = {}
    identity = np.full(int(first[-1]), -1, dtype=np.intp)
    for row, entry in enumerate(sets):
        if entry.player != CHANCE:
            continue
        several = len(set(entry.actions)) < len(entry.actions)
        for i, action in enumerate(entry.actions):
            own = action and not (several and entry.actions.count(action) > 1)
            identity[first[row] + i] = numbers.setdefault(action if own else i, len(numbers))
    return identity


def _set_keys(sets: Sequence[SetEntry], players: int) -> list[str]:
    """The key of each set among those of its player."""
    rows: list[list[int]] = [[] for _ in range(players + 1)]  # chance last
    for row, entry in enumerate(sets):
        rows[entry.player].append(row)
    found = [""] * len(sets)
    for own in rows:
        names = keys([sets[row].name for row in own], [sets[row].number for row in own])
        for row, name in zip(own, names, strict=True):
            found[row] = name
    return found
