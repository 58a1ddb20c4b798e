"""Menus cut otherwise: a move written twice, two moves written as one.

How finely a menu is cut is the author's hand, not the actor's. A move written twice without sharing
its rate is chosen more often; two moves written as one, with their rates added, are chosen as often
as before if nothing but their names told them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from standoff.scenario.models import Choice, Move, RecordItem, Scenario, Turn
from standoff.scenario.names import Names
from standoff.variants.renaming import moves_renamed, with_queries


@dataclass(frozen=True)
class Pair:
    """Two moves of one menu; `kept` stands for both once they are one."""

    kept: str  # actor.turn.move
    dropped: str
    apart: int
    """In how many things they differ: variables that they set otherwise, guard, ending, who sees
    them and as what, what they claim."""


def written_twice(scenario: Scenario, act: str) -> Scenario | None:
    """The move `actor.turn.move` and, right after it, a copy of it under another name, each at the
    rate that the move had. The record and the queries mean either. None where there is no such
    move of a player.
    """
    actor, turn, move = act.split(".")
    menu = _menu(scenario, actor, turn)
    if menu is None or move not in menu:
        return None
    copy = f"{move[:50]}_again"
    while copy in menu:
        copy += "_again"
    new: Choice = {}
    for name, model in menu.items():
        new[name] = model
        if name == move:
            new[copy] = model
    return _renamed(scenario, actor, turn, new, {act: (act, f"{actor}.{turn}.{copy}")})


def written_as_one(scenario: Scenario, pair: Pair) -> Scenario | None:
    """The two moves as one: it does what the kept one does, is open where either was, and has the
    rates of both where both were. The record and the queries that name the dropped one mean it.
    """
    actor, turn, kept = pair.kept.split(".")
    dropped = pair.dropped.split(".")[2]
    menu = _menu(scenario, actor, turn)
    if menu is None or kept not in menu or dropped not in menu:
        return None
    one = _one(menu[kept], menu[dropped])
    new = {name: one if name == kept else m for name, m in menu.items() if name != dropped}
    return _renamed(scenario, actor, turn, new, {pair.dropped: (pair.kept,)})


def closest(scenario: Scenario, turn: str, odds: dict[str, float]) -> Pair | None:
    """The two moves of a turn's menu that differ least, of which the likelier is kept; among equals
    those that the author tagged alike, then the first in the menu. `odds` are those of the moves
    that are open (`actor.turn.move`). None where fewer than three are (one of two is no choice), or
    where of every two one lets time pass or brings about another ending.
    """
    found: list[tuple[int, int, int, Pair]] = []
    for actor, menu in _menus(scenario, turn):
        names = [name for name in menu if f"{actor}.{turn}.{name}" in odds]
        if len(names) < 3:
            continue
        for a, b in _pairs(names):
            if menu[a].ends != menu[b].ends or menu[a].waits != menu[b].waits:
                continue
            acts = [f"{actor}.{turn}.{name}" for name in (a, b)]
            kept, dropped = sorted(acts, key=lambda act: -odds[act])
            apart = _apart(menu[a], menu[b])
            alike = -len(set(menu[a].tactic) & set(menu[b].tactic))
            found.append((apart, alike, len(found), Pair(kept, dropped, apart)))
    return min(found)[3] if found else None


def _apart(a: Move, b: Move) -> int:
    differ = [a.then.get(name) != b.then.get(name) for name in {*a.then, *b.then}]
    differ += [
        a.when != b.when,
        (a.seen_by, a.seen_as, a.quiet) != (b.seen_by, b.seen_as, b.quiet),
        (a.claims, a.channel) != (b.claims, b.channel),
    ]
    return sum(differ)


def _one(kept: Move, dropped: Move) -> Move:
    if kept.when == dropped.when:
        rate = f"({kept.rate}) + ({dropped.rate})"
        return kept.model_copy(update={"rate": rate})
    # Open where either was: the rate counts each where its own guard holds.
    guards = [move.when for move in (kept, dropped)]
    each = [
        f"({move.rate})" if move.when is None else f"({move.rate})*({move.when})"
        for move in (kept, dropped)
    ]
    when = None if None in guards else f"({guards[0]}) or ({guards[1]})"
    return kept.model_copy(update={"when": when, "rate": " + ".join(each)})


def _pairs(names: list[str]) -> Iterator[tuple[str, str]]:
    for place, a in enumerate(names):
        for b in names[place + 1 :]:
            yield a, b


def _menus(scenario: Scenario, turn: str) -> Iterator[tuple[str, Choice]]:
    for each in scenario.turns:
        if each.id != turn:
            continue
        if each.moves is not None:
            yield each.actor or "", each.moves
        for part in each.together or ():
            yield part.actor, part.moves


def _menu(scenario: Scenario, actor: str, turn: str) -> Choice | None:
    return next((menu for owner, menu in _menus(scenario, turn) if owner == actor), None)


def _renamed(
    scenario: Scenario, actor: str, turn: str, menu: Choice, renamed: dict[str, tuple[str, ...]]
) -> Scenario:
    update: dict[str, Any] = with_queries(scenario, moves_renamed(Names(scenario), renamed))
    update["record"] = tuple(_item(item, renamed) for item in update["record"])
    update["turns"] = tuple(
        _with_menu(each, actor, menu) if each.id == turn else each for each in scenario.turns
    )
    return scenario.model_copy(update=update)


def _item(item: RecordItem, renamed: dict[str, tuple[str, ...]]) -> RecordItem:
    if item.move is None or not set(item.move) & set(renamed):
        return item
    moves = dict.fromkeys(n for name in item.move for n in renamed.get(name, (name,)))
    return item.model_copy(update={"move": tuple(moves)})


def _with_menu(turn: Turn, actor: str, menu: Choice) -> Turn:
    if turn.together is None:
        # What proposals add is written out by now; said again, it would come back.
        return turn.model_copy(update={"moves": menu, "proposes": (), "answers": ()})
    parts = tuple(
        part.model_copy(update={"moves": menu}) if part.actor == actor else part
        for part in turn.together
    )
    return turn.model_copy(update={"together": parts})
