"""From the text of a Gambit ``.nfg`` file to `NfgDocument`.

How many numbers must follow is known from the strategies, and checked before anything of that size
is made.
"""

from __future__ import annotations

import math
import re
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from standoff.game.gambit_parts import opening, payoff_list, player_list
from standoff.game.gambit_tokens import (
    NUMBER,
    STRING,
    WHOLE,
    Cursor,
    Source,
    text_source,
    unquote,
    usable,
)
from standoff.game.nfg_document import NamedPayoffs, NfgDocument

__all__ = ["MAX_CONTINGENCIES", "MAX_NUMBERS", "parse", "read_nfg"]

MAX_CONTINGENCIES = 1 << 22
MAX_NUMBERS = 1 << 24
"""Contingencies times players."""

_OUTCOME = re.compile(rf'\{{\s*+({STRING})([^"{{}}]*+)\}}\s*+', re.ASCII | re.DOTALL)
_PAYOFFS = re.compile(rf"(?:{NUMBER}\s*+,?+\s*+)*+", re.ASCII)
_CHOICES = re.compile(rf"(?:{WHOLE}\s*+)*+", re.ASCII)
_ONE = re.compile(r"[^\s,]++", re.ASCII)


def read_nfg(text: str, name: str = "<text>") -> NfgDocument:
    """Read the text of an ``.nfg`` file; `name` is what complaints call it."""
    return parse(text_source(text, name))


def parse(source: Source) -> NfgDocument:
    """Read a game file that has been opened."""
    cursor = opening(source, "NFG", "1")
    title = cursor.name("the quoted title")
    players = player_list(cursor)
    strategies, named = _strategies(cursor, players)
    comment = cursor.name("the comment") if cursor.kind == "string" else None
    shape = [len(names) for names in strategies]
    if not cursor.at_mark("{"):
        numbers, contingency = _payoffs(cursor, players, math.prod(shape))
        return NfgDocument(
            title, players, strategies, named, comment, None, contingency, numbers, source
        )
    outcomes = _outcomes(cursor, players)
    choice = _choices(cursor, len(outcomes), math.prod(shape))
    return NfgDocument(title, players, strategies, named, comment, outcomes, choice, (), source)


def _strategies(
    cursor: Cursor, players: tuple[str, ...]
) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """The names of each player's strategies, or numbers where the file counts them only."""
    start = cursor.start
    cursor.mark("{")
    found: list[tuple[str, ...]] = []
    named = cursor.at_mark("{")
    total = 1
    for player in players:
        if named:
            cursor.mark("{")
            names: list[str] = []
            while not names or not cursor.at_mark("}"):
                names.append(cursor.name(f"the name of a strategy of {player or 'a player'}"))
            cursor.advance()
            found.append(tuple(names))
        else:
            what = f"the number of strategies of {player or 'a player'}"
            count = cursor.whole(what, 1, MAX_CONTINGENCIES)
            found.append(tuple(str(i + 1) for i in range(count)))
        total *= len(found[-1])
        if total > MAX_CONTINGENCIES or total * len(players) > MAX_NUMBERS:
            raise cursor.source.error(
                "too-large", "more contingencies than can be read", start,
                found=f"{total:,} or more", expected=f"at most {MAX_CONTINGENCIES:,}",
            )  # fmt: skip
    cursor.mark("}")
    return tuple(found), named


def _outcomes(cursor: Cursor, players: tuple[str, ...]) -> list[NamedPayoffs]:
    """The list of outcomes; the cursor then stands behind it."""
    source = cursor.source
    at = cursor.end  # behind the brace that opens the list
    at += len(source.text) - at - len(source.text[at:].lstrip(" \t\n\r\v\f"))
    found: list[NamedPayoffs] = []
    known: dict[str, tuple[str, ...]] = {}
    while match := _OUTCOME.match(source.text, at):
        raw = match[2]
        if raw not in known:
            known[raw] = payoff_list(Cursor(source, match.start(2), match.end(2)), players)
        found.append(NamedPayoffs(unquote(match[1]), known[raw]))
        at = match.end()
    after = Cursor(source, at)
    if after.at_mark("{"):  # an outcome that is wrong
        after.advance()
        after.name("the quoted name of an outcome")
        payoff_list(after, players)
        after.mark("}")
    if not after.at_mark("}"):
        raise after.wrong("an outcome in braces, or `}`")
    after.advance()
    cursor.start, cursor.end, cursor.kind, cursor.text = (
        after.start, after.end, after.kind, after.text,
    )  # fmt: skip
    return found


def _choices(cursor: Cursor, outcomes: int, total: int) -> NDArray[np.int32]:
    """[S] the number of the outcome of each contingency."""
    words = _numbers(cursor, _CHOICES, total, "the number of an outcome")
    value: dict[str, int] = {}
    for word in words:
        if word not in value:
            if len(word) > 10 or int(word) > outcomes:
                place = _place(cursor, words.index(word))
                place.whole("the number of an outcome", 0, outcomes)
            value[word] = int(word)
    return np.fromiter((value[word] for word in words), dtype=np.int32, count=total)


def _payoffs(
    cursor: Cursor, players: tuple[str, ...], total: int
) -> tuple[list[str], NDArray[np.int32]]:
    """The numbers that occur, and [S, P] which of them is each player's payoff."""
    count = total * len(players)
    words = _numbers(cursor, _PAYOFFS, count, "a payoff")
    row: dict[str, int] = {}
    for word in words:
        if word not in row:
            if not usable(word):
                _place(cursor, words.index(word)).number("a payoff")
            row[word] = len(row)
    rows = np.fromiter((row[word] for word in words), dtype=np.int32, count=count)
    return list(row), rows.reshape(total, len(players))


def _numbers(cursor: Cursor, run: re.Pattern[str], count: int, what: str) -> list[str]:
    """Exactly `count` numbers up to the end of the file."""
    text = cursor.source.text
    match = run.match(text, cursor.start)
    stop = match.end() if match else cursor.start
    words = text[cursor.start : stop].replace(",", " ").split()
    if len(words) > count:
        place = _place(cursor, count)
        raise place.wrong("the end of the file", f"more numbers than the {count:,} of this game")
    after = Cursor(cursor.source, stop)
    if len(words) < count:
        raise after.wrong(what, f"{count:,} numbers should follow; there are {len(words):,}")
    after.finish()
    return words


def _place(cursor: Cursor, index: int) -> Cursor:
    """A cursor at one of the numbers of the body."""
    found = next(islice(_ONE.finditer(cursor.source.text, cursor.start), index, None))
    return Cursor(cursor.source, found.start())
