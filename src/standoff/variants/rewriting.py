"""A scenario written a little differently: a round more, a round fewer.

These are the changes of form that alter the tree. A change leaves the record and everything before
the present alone; where it can't, it returns None.
"""

from __future__ import annotations

import datetime as dt

from standoff.scenario.dates import Calendar, calendar, rounds_of
from standoff.scenario.models import RecordItem, Round, Scenario, Turn


def a_round_more(scenario: Scenario) -> Scenario:
    """The last round is played again, with the same turns, over as many days more."""
    clock = calendar(scenario.clock)
    last = clock.rounds[-1]
    first = last.last + dt.timedelta(days=1)
    added = Round(
        first=first.isoformat(),
        last=(last.last + dt.timedelta(days=last.days)).isoformat(),
        label=f"{last.label} (once more)" if last.label else "",
    )
    rounds = (*_written(scenario), added)
    turns = tuple(_also_in(turn, last.number, len(clock)) for turn in scenario.turns)
    return _changed(scenario, rounds, turns)


def a_round_fewer(scenario: Scenario, as_of: dt.datetime | None = None) -> Scenario | None:
    """The last round is never played; None where it is the only one, or the record that is known
    at `as_of` (default: the scenario's own) reaches into it. Items known later are left out.
    """
    clock = calendar(scenario.clock)
    if len(clock) < 2:
        return None
    turns = tuple(
        kept for turn in scenario.turns if (kept := _not_in(turn, len(clock))) is not None
    )
    if not turns:
        return None
    if as_of is None and scenario.as_of is not None:
        as_of = clock.moment(scenario.as_of).cut
    last = [item for item in scenario.record if _falls_in(item, clock)]
    if any(as_of is None or clock.moment(_known(item)).cut <= as_of for item in last):
        return None
    out = _changed(scenario, _written(scenario)[:-1], turns)
    return out.model_copy(
        update={"record": tuple(item for item in scenario.record if item not in last)}
    )


def _known(item: RecordItem) -> str:
    return item.known or item.at or item.last or ""


def _falls_in(item: RecordItem, clock: Calendar) -> bool:
    """Whether an item stands at a step of the last round."""
    return (item.move is not None or item.unknown is not None) and (
        clock.round_of(item.at or _known(item)) == len(clock)
    )


def _written(scenario: Scenario) -> tuple[Round, ...]:
    """The rounds one by one, however the scenario wrote them."""
    return tuple(
        Round(first=r.first.isoformat(), last=r.last.isoformat(), label=r.label)
        for r in calendar(scenario.clock).rounds
    )


def _also_in(turn: Turn, last: int, total: int) -> Turn:
    if turn.rounds is None:
        return turn
    played = list(rounds_of(turn.rounds, total))
    if last in played:
        played.append(last + 1)
    return turn.model_copy(update={"rounds": tuple(str(r) for r in played)})


def _not_in(turn: Turn, last: int) -> Turn | None:
    if turn.rounds is None:
        return turn
    played = [r for r in rounds_of(turn.rounds, last) if r != last]
    return turn.model_copy(update={"rounds": tuple(str(r) for r in played)}) if played else None


def _changed(scenario: Scenario, rounds: tuple[Round, ...], turns: tuple[Turn, ...]) -> Scenario:
    clock = scenario.clock.model_copy(update={"rounds": rounds, "start": None})
    return scenario.model_copy(update={"clock": clock, "turns": turns})
