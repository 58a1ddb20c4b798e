"""Texts of a scenario under new names: a clock word in expressions, rounds and moves in queries.

A change of form renumbers rounds or renames moves; what the author wrote about the old ones is made
to say the same of the new ones. Texts are parsed, changed as trees and printed back, so that a name
inside another one is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from standoff.scenario.expressions import Name, parse, to_text
from standoff.scenario.models import (
    Choice,
    Ending,
    Objective,
    RecordItem,
    Scenario,
    Turn,
)
from standoff.scenario.names import Names
from standoff.scenario.queries import parse_query
from standoff.scenario.query_text import query_text
from standoff.scenario.query_tree import Did, Do, Mark, When

Text = Callable[[str], str]
Tree = Any
"""A node of a query or expression, or one of the plain values inside it."""

_ROUND = re.compile(r"\bround(s)?\b")
REST = "rest"


def clock_word(word: str, meaning: str) -> Text:
    """A change of expressions: `word` (as `round`) is replaced by the expression `meaning`."""
    new = parse(meaning)
    mentions = re.compile(rf"\b{re.escape(word)}\b")

    def changed(node: Tree) -> Tree:
        return new if isinstance(node, Name) and node.text == word else None

    def change(text: str) -> str:
        if text.strip() == REST or not mentions.search(text):
            return text
        return to_text(_rebuilt(parse(text), changed))

    return change


def round_numbers(meaning: str, first: Mapping[int, int], last: Mapping[int, int]) -> Text:
    """A change of queries: `round` inside an expression means `meaning`; round n begins with the
    new round ``first[n]`` and ends with ``last[n]``.
    """
    new = parse(meaning)

    def changed(node: Tree) -> Tree:
        if isinstance(node, Name) and node.text == "round":
            return new
        if isinstance(node, When):
            return replace(
                node,
                last=_renumbered(node.last, last),
                first=None if node.first is None else _renumbered(node.first, first),
            )
        return None

    def change(text: str) -> str:
        if not _ROUND.search(text):
            return text
        query = parse_query(text)
        return query_text(replace(query, body=_rebuilt(query.body, changed)))

    return change


def _renumbered(mark: Mark, numbers: Mapping[int, int]) -> Mark:
    return mark if mark.round is None else replace(mark, round=numbers.get(mark.round, mark.round))


def moves_renamed(names: Names, renamed: Mapping[str, tuple[str, ...]]) -> Text:
    """A change of queries: each act of `renamed` (`actor.turn.move`) stands for those given."""

    def acts(texts: Iterable[str], actor: str | None) -> tuple[str, ...] | None:
        """The acts that texts stand for, as `turn.move`; None where nothing is renamed."""
        meant = [act.name for text in texts for act in names.acts_named(text, actor)]
        if not any(name in renamed for name in meant):
            return None
        new = dict.fromkeys(n for name in meant for n in renamed.get(name, (name,)))
        return tuple(name.partition(".")[2] for name in new)

    def changed(node: Tree) -> Tree:
        if isinstance(node, Did) and not node.tactic:
            found = acts(node.acts, node.subject)
            return None if found is None else replace(node, acts=found, columns=())
        if isinstance(node, Do):
            found = acts([node.words], node.actor)
            return None if found is None else replace(node, words=found[0])
        return None

    def change(text: str) -> str:
        query = parse_query(text)
        body = _rebuilt(query.body, changed)
        return text if body is query.body else query_text(replace(query, body=body))

    return change


def _rebuilt(node: Tree, changed: Callable[[Tree], Tree]) -> Tree:
    """The tree with every node for which `changed` gives something replaced by that; the same
    object where nothing was.
    """
    new = changed(node)
    if new is not None:
        return new
    if isinstance(node, tuple):
        several = tuple(_rebuilt(part, changed) for part in node)
        return node if all(a is b for a, b in zip(several, node, strict=True)) else several
    if not is_dataclass(node) or isinstance(node, type):
        return node
    parts = {}
    for each in fields(node):
        if each.init:
            old = getattr(node, each.name)
            part = _rebuilt(old, changed)
            if part is not old:
                parts[each.name] = part
    return replace(node, **parts) if parts else node


def with_queries(scenario: Scenario, change: Text) -> dict[str, Any]:
    """The parts of a scenario that hold queries, changed: an update for `model_copy`. The record's
    items keep their places.
    """
    return {
        "record": tuple(_item(item, change) for item in scenario.record),
        "judgements": tuple(
            j if j.claim is None else j.model_copy(update={"claim": change(j.claim)})
            for j in scenario.judgements
        ),
        "questions": tuple(q.model_copy(update={"ask": change(q.ask)}) for q in scenario.questions),
    }


def _item(item: RecordItem, change: Text) -> RecordItem:
    update: dict[str, Any] = {}
    if item.odds:
        update["odds"] = tuple(
            row if row.when is None else row.model_copy(update={"when": change(row.when)})
            for row in item.odds
        )
    if item.absence is not None and ("." not in item.absence or " " in item.absence.strip()):
        update["absence"] = change(item.absence)
    return item.model_copy(update=update) if update else item


def with_expressions(scenario: Scenario, change: Text) -> dict[str, Any]:
    """The parts of a scenario that hold expressions over the clock, changed: an update for
    `model_copy`.
    """
    return {
        "defines": {name: change(text) for name, text in scenario.defines.items()},
        "turns": tuple(_turn(turn, change) for turn in scenario.turns),
        "ends": {name: _ending(ending, change) for name, ending in scenario.ends.items()},
        "objectives": {
            actor: {name: _objective(term, change) for name, term in terms.items()}
            for actor, terms in scenario.objectives.items()
        },
    }


def _some(text: str | None, change: Text) -> str | None:
    return None if text is None else change(text)


def _turn(turn: Turn, change: Text) -> Turn:
    update: dict[str, Any] = {"when": _some(turn.when, change)}
    for key in ("moves", "outcomes"):
        if getattr(turn, key) is not None:
            update[key] = _menu(getattr(turn, key), change)
    if turn.together is not None:
        update["together"] = tuple(
            part.model_copy(update={"moves": _menu(part.moves, change)}) for part in turn.together
        )
    if turn.then is not None:
        update["then"] = {name: change(text) for name, text in turn.then.items()}
    return turn.model_copy(update=update)


def _menu(menu: Choice, change: Text) -> Choice:
    return {
        name: move.model_copy(
            update={
                "when": _some(move.when, change),
                "odds": _some(move.odds, change),
                "rate": change(move.rate),
                "then": {key: change(text) for key, text in move.then.items()},
            }
        )
        for name, move in menu.items()
    }


def _ending(ending: Ending, change: Text) -> Ending:
    update: dict[str, Any] = {"when": _some(ending.when, change)}
    if ending.lottery is not None:
        update["lottery"] = {name: change(text) for name, text in ending.lottery.items()}
    return ending.model_copy(update=update)


def _objective(term: Objective, change: Text) -> Objective:
    update = {"value": _some(term.value, change), "each_round": _some(term.each_round, change)}
    return term.model_copy(update=update)
