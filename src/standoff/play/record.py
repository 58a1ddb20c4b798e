"""A game as the record of its scenario, so that it can be assessed like a crisis of the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from standoff.play.session import PlayError
from standoff.scenario.dates import calendar
from standoff.scenario.models import RecordItem

if TYPE_CHECKING:
    from standoff.play.session import Session
    from standoff.scenario.models import Scenario

__all__ = ["as_record", "with_record"]


def as_record(session: Session) -> tuple[RecordItem, ...]:
    """What the observer's desk (the public, where there is none) saw of a game, as record items.

    Moves that the desk never sees are left out, as they would be from a real record; where such a
    move ended play, which is public, its turn is named as unknown. Each item is dated to the first
    day of its round.
    """
    board, compiled = session.board, session.board.compiled
    clock = calendar(board.scenario.clock)
    found, taken = [], set()
    for event in session.events:
        act = compiled.acts[compiled.edge_act[event.edge]]
        node = int(board.owner[event.edge])
        last = event is session.events[-1] and session.over
        unseen = not act.desk_sees or act.quiet
        if unseen and not (last and session.ending != "time"):
            continue
        step = compiled.steps[int(board.level[node])]
        stem = f"r{step.round}-{act.turn}-{act.move}".replace(".", "-")
        name, number = stem[:76], 2
        while name in taken:
            name, number = f"{stem[:73]}-{number}", number + 1
        taken.add(name)
        day = clock.rounds[step.round - 1].first.isoformat()
        if unseen:
            found.append(RecordItem(id=f"r{step.round}-{act.turn}", unknown=act.turn, at=day))
            continue
        label = compiled.names.acts[act.name].model.label or act.move
        found.append(RecordItem(id=name, move=(act.name,), at=day, text=label))
    return tuple(found)


def with_record(session: Session) -> Scenario:
    """The scenario with the game as its record, seen from the end of the last day recorded.

    Raises `PlayError` where the observer's desk has seen nothing.
    """
    board = session.board
    items = as_record(session)
    if not items:
        raise PlayError("nothing that the observer's desk sees has happened in this game")
    update = {"record": items, "as_of": items[-1].at, "judgements": ()}
    return board.scenario.model_copy(update=update)
