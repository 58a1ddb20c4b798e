"""From the text of a Gambit ``.efg`` file to `EfgDocument`.

One regular expression takes a whole node, and descriptions met before are known by their text, so
that a large file costs little more than a look-up for each node. Where the expression does not
match, the node is read again token by token, to find the place and say what should stand there.
"""

from __future__ import annotations

import re
from array import array

import numpy as np

from standoff.errors import GameFileError
from standoff.game.efg_document import EfgDocument, OutcomeEntry, SetEntry
from standoff.game.gambit_parts import opening, payoff_list, player_list
from standoff.game.gambit_tokens import (
    STRING,
    WHOLE,
    Cursor,
    Source,
    exact,
    text_source,
    unquote,
)
from standoff.game.game import CHANCE, END

MAX_NODES = 1 << 25
MAX_NUMBERS = 1 << 28
"""Nodes times players."""

_FLAGS = re.ASCII | re.DOTALL
_BODY = rf"(?:[^\"{{}}]++|{STRING})*+"
_MENU = rf"(?:({STRING})\s*+\{{({_BODY})\}}\s*+)?+"
# A name that is there must be read as the outcome's, so that what is wrong behind it is found.
_EARNED = rf"({WHOLE})\s*+(?:({STRING})\s*+\{{([^\"{{}}]*+)\}}\s*+)?+(?!\")"
_NODE = {
    "p": re.compile(rf"p\s*+({STRING})\s*+({WHOLE})\s*+({WHOLE})\s*+{_MENU}{_EARNED}", _FLAGS),
    "c": re.compile(rf"c\s*+({STRING})\s*+()({WHOLE})\s*+{_MENU}{_EARNED}", _FLAGS),
    "t": re.compile(rf"t\s*+({STRING})\s*+()()()(){_EARNED}", _FLAGS),
}


def read_efg(text: str, name: str = "<text>") -> EfgDocument:
    """Read the text of an ``.efg`` file; `name` is what complaints call it."""
    return parse(text_source(text, name))


def parse(source: Source) -> EfgDocument:
    """Read a game file that has been opened."""
    return _Reading(source).document()


class _Reading:
    """One pass over the text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.title, self.players, self.comment, self.body = _head(source)
        self.sets: list[SetEntry] = []
        self.set_row: dict[tuple[int, int], int] = {}
        self.menus: dict[tuple[bool, str], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self.outcomes: list[OutcomeEntry] = []
        self.outcome_row: dict[int, int] = {}
        self.payoffs: dict[str, tuple[str, ...]] = {}

    def document(self) -> EfgDocument:
        text, size, at = self.text, len(self.text), self.body
        actor, parent, action = array("b"), array("i"), array("i")
        info, outcome, name, start = array("i"), array("i"), array("i"), array("q")
        names: dict[str, int] = {}
        known_sets: dict[tuple[str, ...], int] = {}
        known_outcomes: dict[tuple[str | None, ...], int] = {("0", None, None): -1}
        # Nodes whose actions are not all filled: the node, its next action, how many it has.
        above, following, width = [-1], [0], [1]
        limit = min(MAX_NODES, MAX_NUMBERS // len(self.players))
        while above:
            match = None
            letter = text[at : at + 1]
            if letter in _NODE:
                match = _NODE[letter].match(text, at)
            if match is None:
                raise self._wrong(at, above[-1], following[-1], start)
            label, player, number, set_name, menu, *earned = match.groups()
            n = len(start)
            if n >= limit:
                raise self.source.error("too-large", f"more than {limit:,} nodes", at)
            start.append(at)
            parent.append(above[-1])
            action.append(following[-1])
            following[-1] += 1
            known = names.get(label)
            if known is None:
                known = names[label] = len(names)
            name.append(known)
            key = tuple(earned)
            row = known_outcomes.get(key)
            if row is None:
                row = known_outcomes[key] = self._outcome(match)
            outcome.append(row)
            if letter == "t":
                actor.append(END)
                info.append(-1)
                while above and following[-1] == width[-1]:
                    above.pop()
                    following.pop()
                    width.pop()
            else:
                described = (letter, player, number, set_name, menu)
                row = known_sets.get(described)
                if row is None:
                    row = known_sets[described] = self._set(letter, match)
                entry = self.sets[row]
                actor.append(entry.player)
                info.append(row)
                above.append(n)
                following.append(0)
                width.append(len(entry.actions))
            at = match.end()
        if at < size:
            Cursor(self.source, at).finish()
        return EfgDocument(
            self.title, self.players, self.comment,
            np.array(actor, dtype=np.int8), np.array(parent, dtype=np.int32),
            np.array(action, dtype=np.int32), np.array(info, dtype=np.int32),
            np.array(outcome, dtype=np.int32), np.array(name, dtype=np.int32),
            [unquote(label) for label in names], self.sets, self.outcomes,
            np.array(start, dtype=np.int64), self.source,
        )  # fmt: skip

    def _set(self, letter: str, match: re.Match[str]) -> int:
        """The row of a node's information set, described here or before."""
        chance = letter == "c"
        player = CHANCE if chance else self._whole(match, 2, 1, len(self.players)) - 1
        number = self._whole(match, 3, 1)
        row = self.set_row.get((player, number))
        if match[4] is None:
            if row is None:
                raise self.source.error(
                    "undefined", f"{_called(player, number)} has not been described yet",
                    match.start(3), len(match[3]),
                    expected="a name and actions where it first appears",
                )  # fmt: skip
            return row
        key = (chance, match[5])
        if key not in self.menus:
            self.menus[key] = _menu(Cursor(self.source, match.start(5), match.end(5)), chance)
        actions, odds = self.menus[key]
        entry = SetEntry(player, number, unquote(match[4]), actions, odds)
        if row is None:
            row = self.set_row[player, number] = len(self.sets)
            self.sets.append(entry)
            return row
        before = self.sets[row]
        if before.name != entry.name:
            raise self._differs(match, 4, player, number, "name", before.name, entry.name)
        if len(before.actions) != len(actions):
            raise self._differs(
                match, 5, player, number, "number of actions", str(len(before.actions)),
                str(len(actions)),
            )  # fmt: skip
        if before.actions != actions:
            was, is_ = next((a, b) for a, b in zip(before.actions, actions, strict=True) if a != b)
            raise self._differs(match, 5, player, number, "action", was, is_)
        for was, is_ in zip(before.odds, odds, strict=True):
            if was != is_ and exact(was) != exact(is_):
                raise self._differs(match, 5, player, number, "probability", was, is_)
        return row

    def _differs(
        self, match: re.Match[str], group: int, player: int, number: int, what: str, was: str,
        found: str,
    ) -> GameFileError:  # fmt: skip
        return self.source.error(
            "inconsistent-set", f"another {what} of {_called(player, number)} than before",
            *_inside(match, group),
            found=found or "an empty name", expected=was or "an empty name",
        )  # fmt: skip

    def _outcome(self, match: re.Match[str]) -> int:
        """The row of the outcome at a node, described here or before; -1 for none."""
        number = self._whole(match, 6, 0)
        row = -1 if number == 0 else self.outcome_row.get(number)
        if match[7] is None:
            if row is None:
                raise self.source.error(
                    "undefined", f"outcome {number} has no payoffs yet",
                    match.start(6), len(match[6]),
                    expected="a name and payoffs where it first appears",
                )  # fmt: skip
            return row
        if number == 0:
            raise self.source.error(
                "null-outcome", "outcome 0 is the one that pays nothing: it has no payoffs",
                match.start(7), match.end(8) - match.start(7), found=match[7],
                expected="another number, or nothing after the 0",
            )  # fmt: skip
        raw = match[8]
        if raw not in self.payoffs:
            cursor = Cursor(self.source, match.start(8), match.end(8))
            self.payoffs[raw] = payoff_list(cursor, self.players)
        entry = OutcomeEntry(number, unquote(match[7]), self.payoffs[raw])
        if row is None:
            row = self.outcome_row[number] = len(self.outcomes)
            self.outcomes.append(entry)
            return row
        before = self.outcomes[row]
        if before.name != entry.name:
            raise self.source.error(
                "inconsistent-outcome", f"another name of outcome {number} than before",
                match.start(7), len(match[7]), found=entry.name, expected=before.name,
            )  # fmt: skip
        for was, is_ in zip(before.payoffs, entry.payoffs, strict=True):
            if was != is_ and exact(was) != exact(is_):
                raise self.source.error(
                    "inconsistent-outcome", f"another payoff of outcome {number} than before",
                    *_inside(match, 8), found=is_, expected=was,
                )  # fmt: skip
        return row

    def _whole(self, match: re.Match[str], group: int, low: int, high: int | None = None) -> int:
        digits = match[group]
        if len(digits) < 10 and low <= int(digits) and (high is None or int(digits) <= high):
            return int(digits)
        cursor = Cursor(self.source, match.start(group), match.end(group))
        what = {2: "the number of a player", 3: "the number of an information set"}.get(
            group, "the number of an outcome"
        )
        return cursor.whole(what, low) if high is None else cursor.whole(what, low, high)

    def _wrong(self, at: int, above: int, action: int, start: array[int]) -> GameFileError:
        """What to raise where no node can be read."""
        cursor = Cursor(self.source, at)
        if cursor.kind == "end":
            if above < 0:
                return cursor.wrong("a node", "there is no node")
            line = self.source.position(start[above]).line
            return cursor.wrong(
                "the nodes below every action",
                f"nothing stands below action {action + 1} of the node at line {line}",
            )
        try:
            _node(cursor, self.players)
        except GameFileError as error:
            return error
        return self.source.error("syntax", "this can't be read as a node", at)


def _inside(match: re.Match[str], group: int) -> tuple[int, int]:
    """Where what a group matched starts, white space left out, and how long it is."""
    text = match[group]
    return match.end(group) - len(text.lstrip()), max(1, len(text.strip()))


def _called(player: int, number: int) -> str:
    if player == CHANCE:
        return f"event {number} of chance"
    return f"information set {number} of player {player + 1}"


def _head(source: Source) -> tuple[str, tuple[str, ...], str | None, int]:
    """Title, players, comment, and where the first node starts."""
    cursor = opening(source, "EFG", "2")
    title = cursor.name("the quoted title")
    players = player_list(cursor)
    comment = None
    if cursor.kind == "string":
        comment = cursor.name("the comment")
    return title, players, comment, cursor.start


def _menu(cursor: Cursor, chance: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Actions, and for chance their odds, up to the end of the braces."""
    actions: list[str] = []
    odds: list[str] = []
    while not actions or not (cursor.kind == "end" or cursor.at_mark("}")):
        actions.append(cursor.name("the quoted name of an action"))
        if chance:
            start, text = cursor.start, cursor.text
            odds.append(cursor.number("a probability"))
            if text.startswith("-"):
                raise cursor.source.error(
                    "negative-odds", "a probability below zero", start, len(text), found=text
                )
    return tuple(actions), tuple(odds)


def _node(cursor: Cursor, players: tuple[str, ...]) -> None:
    """Read one node token by token, to find what is wrong with it."""
    if cursor.text not in _NODE:
        raise cursor.wrong("c, p or t", "a node begins with c, p or t")
    letter = cursor.text
    cursor.advance()
    cursor.name("the quoted name of the node")
    if letter == "p":
        cursor.whole("the number of a player", 1, len(players))
    if letter in "pc":
        cursor.whole("the number of an information set", 1)
        if cursor.kind == "string":
            cursor.advance()
            cursor.mark("{")
            _menu(cursor, letter == "c")
            cursor.mark("}")
    cursor.whole("the number of an outcome")
    if cursor.kind == "string":
        cursor.advance()
        cursor.mark("{")
        payoff_list(cursor, players)
        cursor.mark("}")
