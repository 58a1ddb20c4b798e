"""From the text of a Gambit ``.efg`` file (Savani and Turocy 2025) to `EfgDocument`.

One regular expression takes a whole node, and descriptions met before are known by their text, so
that a large file costs little more than a look-up for each node. Where the expression does not
match, the node is read again token by token, to find the place and say what should stand there.
"""

from __future__ import annotations

import re
from array import array

import numpy as np

from standoff.errors import GameFileError
from standoff.game.efg_document import EfgDocument, OutcomeTable, SetEntry
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
        self.title, self.players, self.comment, self.body = _head(source)
        self.sets: list[SetEntry] = []
        self.set_row: dict[tuple[int, int], int] = {}
        self.menus: dict[tuple[bool, str], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self.outcome_row: dict[str, int] = {"0": -1}
        self.number = array("i")  # of each outcome, as in the file
        self.said = array("i")  # of each outcome, row of `descriptions`
        self.descriptions: dict[tuple[str, str | None], int] = {}
        self.described: list[tuple[str, str]] = []
        self.payoffs: dict[str, tuple[str, ...]] = {}

    def document(self) -> EfgDocument:
        text, size, at = self.source.text, len(self.source.text), self.body
        start, name, kind, outcome = array("q"), array("i"), array("i"), array("i")
        names: dict[str, int] = {}
        kinds: dict[tuple[str | None, ...], int] = {("t", "", "", "", ""): 0}
        told: list[tuple[int, int]] = [(END, -1)]  # of each kind of node: who moves, which set
        width = [0]  # and how many nodes stand right below it
        limit = min(MAX_NODES, MAX_NUMBERS // len(self.players))
        outcome_row, said, descriptions = self.outcome_row, self.said, self.descriptions
        missing = 1  # nodes that the tree still wants
        while missing:
            letter = text[at : at + 1]
            match = _NODE[letter].match(text, at) if letter in _NODE else None
            if match is None:
                raise self._wrong(at, start, [width[k] for k in kind])
            label, player, number, set_name, menu, earned, outcome_name, payoffs = match.groups()
            code = kinds.get((letter, player, number, set_name, menu))
            if code is None:
                code = kinds[letter, player, number, set_name, menu] = len(told)
                told.append(self._set(letter, match))
                width.append(len(self.sets[told[-1][1]].actions))
            row = outcome_row.get(earned)
            if row is None or (
                outcome_name is not None
                and (row < 0 or descriptions.get((outcome_name, payoffs)) != said[row])
            ):
                row = self._outcome(match)
            called = names.get(label)
            if called is None:
                called = names[label] = len(names)
            if len(start) >= limit:
                raise self.source.error("too-large", f"more than {limit:,} nodes", at)
            start.append(at)
            name.append(called)
            kind.append(code)
            outcome.append(row)
            missing += width[code] - 1
            at = match.end()
        if at < size:
            Cursor(self.source, at).finish()
        of_kind = np.array(kind)
        actor, info = np.array(told, dtype=np.int32)[of_kind].T
        parent, action = _places(np.array(width)[of_kind].tolist())
        return EfgDocument(
            title=self.title, players=self.players, comment=self.comment,
            actor=actor.astype(np.int8), parent=np.array(parent, dtype=np.int32),
            action=np.array(action, dtype=np.int32), info=info.copy(),
            outcome=np.array(outcome, dtype=np.int32), name=np.array(name, dtype=np.int32),
            names=[unquote(label) for label in names], sets=self.sets, outcomes=self._outcomes(),
            start=np.array(start, dtype=np.int64), source=self.source,
        )  # fmt: skip

    def _outcomes(self) -> OutcomeTable:
        return OutcomeTable(
            np.array(self.number, dtype=np.int32), np.array(self.said, dtype=np.int32),
            [
                (unquote(name), self.payoffs[payoffs])
                for name, payoffs in self.described
            ],
        )  # fmt: skip

    def _set(self, letter: str, match: re.Match[str]) -> tuple[int, int]:
        """Who moves at a node, and the row of its information set, described here or before."""
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
            return player, row
        key = (chance, match[5])
        if key not in self.menus:
            self.menus[key] = _menu(Cursor(self.source, match.start(5), match.end(5)), chance)
        actions, odds = self.menus[key]
        entry = SetEntry(player, number, unquote(match[4]), actions, odds)
        if row is None:
            row = self.set_row[player, number] = len(self.sets)
            self.sets.append(entry)
            return player, row
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
        return player, row

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
        """The row of the outcome at a node, described here for the first time or in other words."""
        number = self._whole(match, 6, 0)
        row = self.outcome_row.get(str(number))
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
        if row is None:
            row = self.outcome_row[str(number)] = len(self.said)
            description = (match[7], raw)
            if description not in self.descriptions:
                self.descriptions[description] = len(self.described)
                self.described.append(description)
            self.number.append(number)
            self.said.append(self.descriptions[description])
            return row
        was_name, was_raw = self.described[self.said[row]]
        if unquote(was_name) != unquote(match[7]):
            raise self.source.error(
                "inconsistent-outcome", f"another name of outcome {number} than before",
                match.start(7), len(match[7]), found=match[7], expected=was_name,
            )  # fmt: skip
        for was, is_ in zip(self.payoffs[was_raw], self.payoffs[raw], strict=True):
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

    def _wrong(self, at: int, start: array[int], width: list[int]) -> GameFileError:
        """What to raise where no node can be read, behind nodes of these widths."""
        cursor = Cursor(self.source, at)
        if cursor.kind == "end":
            if not width:
                return cursor.wrong("a node", "there is no node")
            parent, action = _places([*width, 0])
            line = self.source.position(start[parent[-1]]).line
            return cursor.wrong(
                "the nodes below every action",
                f"nothing stands below action {action[-1] + 1} of the node at line {line}",
            )
        try:
            _node(cursor, self.players)
        except GameFileError as error:
            return error
        return self.source.error("syntax", "this can't be read as a node", at)


def _places(width: list[int]) -> tuple[array[int], array[int]]:
    """The parent of each node in prefix order, and which of its actions leads there."""
    parent, action = array("i"), array("i")
    above, following, left = [-1], [0], [1]  # nodes whose actions are not all filled
    for node, wide in enumerate(width):
        parent.append(above[-1])
        action.append(following[-1])
        following[-1] += 1
        if wide:
            above.append(node)
            following.append(0)
            left.append(wide)
        else:
            while above and following[-1] == left[-1]:
                above.pop()
                following.pop()
                left.pop()
    return parent, action


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
