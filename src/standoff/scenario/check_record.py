"""Static checks of the record: its items, its dates, and every other moment."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel

from standoff.errors import ScenarioError, nearest
from standoff.scenario.annotations import keys_of
from standoff.scenario.check_claims import query
from standoff.scenario.check_context import WEIGHT, Context
from standoff.scenario.check_grades import check_grades
from standoff.scenario.dates import When, moment, rounds_of
from standoff.scenario.model_base import moment_text
from standoff.scenario.models import RecordItem
from standoff.scenario.names import ActInfo

__all__ = ["check_record"]


def check_record(context: Context) -> None:
    """The record, how far it can be trusted, and the moment at which the note is written."""
    _record(context)
    check_grades(context)
    as_of = _moment(context, context.scenario.as_of, "as_of")
    if as_of is not None and context.calendar is not None and len(context.calendar):
        first = context.calendar.start(1)
        if as_of.cut < first:
            context.add(
                "outside-clock",
                "the note is dated before the clock begins",
                "as_of",
                found=as_of.text,
                expected=f"{first.date()} or later",
            )


# --- dates


def _moment(context: Context, text: str | None, path: str) -> When | None:
    """The moment, or None where there is none or it is no date (noted by `check_dates`)."""
    if text is None:
        return None
    try:
        return moment(text, context.calendar.zone if context.calendar else dt.UTC)
    except ScenarioError:
        return None


def check_dates(context: Context, path: str, model: BaseModel) -> None:
    """Every moment of one model: whether it is a date at all."""
    for name, key in keys_of(type(model)).items():
        if path.startswith("clock") or not any(moment_text in o.before for o in key.options):
            continue
        text = getattr(model, key.field)
        if text is None:
            continue
        try:
            moment(text, context.calendar.zone if context.calendar else dt.UTC)
        except ScenarioError as error:
            (fault,) = error.problems
            where = f"{path}.{name}" if path else name
            context.add(
                fault.code, fault.message, where, found=fault.found, expected=fault.expected
            )


# --- record


def _record(context: Context) -> None:
    ids: dict[str, int] = {}
    latest: tuple[When, int] | None = None
    decisions: dict[str, list[int]] = {}
    for index, item in enumerate(context.scenario.record):
        path = f"record.{index}"
        if item.id is not None:
            if item.id in ids:
                context.add(
                    "duplicate-id",
                    f"two items are called {item.id!r}",
                    f"{path}.id",
                    found=repr(item.id),
                )
            ids.setdefault(item.id, index)
        if item.same_decision is not None:
            decisions.setdefault(item.same_decision, []).append(index)
        _kind(context, item, path)
        _reliability(context, item, path)
        _refines(context, item, index, ids, path)
        _ratings(context, item, path)
        at = _dated(context, item, path)
        if at is not None and item.refines is None:
            if latest is not None and at.last < latest[0].first:
                context.add(
                    "record-order",
                    "the record is out of order",
                    f"{path}.at",
                    found=f"{at.text} after {latest[0].text}",
                    expected=f"a place before item {latest[1] + 1}",
                )
            if latest is None or at.first >= latest[0].first:
                latest = (at, index)
    for name, members in decisions.items():
        if len(members) == 1:
            context.warn(
                "lone-decision",
                f"only one item belongs to the decision {name!r}",
                f"record.{members[0]}.same_decision",
                near=nearest(name, [d for d in decisions if d != name]),
            )


def _ratings(context: Context, item: RecordItem, path: str) -> None:
    """Whom the analyst rates the item for: a type of an actor that has several."""
    types = [
        f"{actor}.{kind}"
        for actor, held in context.scenario.actors.items() if len(held.types) > 1
        for kind in held.types
    ]  # fmt: skip
    for whom in item.ratings:
        if whom not in types:
            context.add(
                "unknown-name",
                "a rating is for a type of an actor",
                f"{path}.ratings",
                found=whom,
                expected="actor.type",
                near=nearest(whom, types),
            )


def _kind(context: Context, item: RecordItem, path: str) -> None:
    given = [k for k in ("move", "report", "unknown", "absence") if getattr(item, k) is not None]
    if len(given) != 1:
        context.add(
            "one-of",
            f"a record item has {' and '.join(given) or 'nothing that was seen'}",
            path,
            expected="exactly one of move, report, unknown, absence",
        )
    if item.move is not None:
        _moves(context, item, path)
    if item.report is not None:
        _report(context, item, path)
    elif item.odds is not None:
        context.add(
            "one-of",
            "only a report has odds",
            f"{path}.odds",
            key=True,
            expected="`report:`, or `reliability:`",
        )
    if item.unknown is not None and context.known(
        "turn", item.unknown, tuple(context.names.turns), f"{path}.unknown"
    ):
        _played(context, item, context.names.turns[item.unknown].index, f"{path}.unknown")
    if item.absence is not None:
        if item.first is None or item.last is None:
            context.add(
                "missing-key", "an absence lies between two days", path, expected="first: and last:"
            )
        if "." in item.absence and " " not in item.absence.strip():
            _act(context, item.absence.strip(), f"{path}.absence")
        else:
            query(context, item.absence, f"{path}.absence", event=True)
    elif item.first is not None or item.last is not None:
        context.add("one-of", "only an absence has `first` and `last`", path, expected="at:")


def _moves(context: Context, item: RecordItem, path: str) -> None:
    acts: list[ActInfo] = []
    for index, name in enumerate(item.move or ()):
        inner = f"{path}.move.{index}"
        here = inner if inner in context.positions.spans else f"{path}.move"
        act = _act(context, name, here)
        if act is None:
            continue
        if acts and act.turn != acts[0].turn:
            context.add(
                "record-turns",
                "one item is about one turn",
                here,
                found=name,
                expected=f"moves of the turn {acts[0].turn!r}",
            )
        acts.append(act)
    if not (item.move or ()):
        context.add("missing-value", "no move", f"{path}.move", expected="actor.turn.move")
    if acts:
        _played(context, item, acts[0].turn_index, f"{path}.move")


def _act(context: Context, name: str, path: str) -> ActInfo | None:
    """The act called `actor.turn.move`; says which of the three parts is wrong."""
    names = context.names
    act = names.acts.get(name)
    if act is not None:
        return act
    actor, _, rest = name.partition(".")
    turn, _, move = rest.partition(".")
    if name.count(".") != 2:
        context.add(
            "unknown-move",
            "a move is named by its actor, its turn and itself",
            path,
            found=repr(name),
            expected="actor.turn.move",
            near=nearest(name, names.acts),
        )
        return None
    mine = {a.turn for a in names.acts.values() if a.actor == actor}
    if actor not in names.actors:
        near = nearest(actor, names.actors)
        context.add(
            "unknown-actor",
            f"there is no actor {actor!r}",
            path,
            found=repr(name),
            near=f"{near}.{rest}" if near else "",
            expected="" if near else "one of " + ", ".join(names.actors),
        )
    elif turn not in mine:
        near = nearest(turn, mine)
        context.add(
            "unknown-turn",
            f"{actor!r} has no turn {turn!r}",
            path,
            found=repr(name),
            near=f"{actor}.{near}.{move}" if near else "",
            expected=""
            if near
            else "one of " + ", ".join(sorted(mine))
            if mine
            else "one that moves",
        )
    else:
        moves = [a.move for a in names.acts_of(actor, turn)]
        near = nearest(move, moves)
        context.add(
            "unknown-move",
            f"the turn {turn!r} has no move {move!r}",
            path,
            found=repr(name),
            near=f"{actor}.{turn}.{near}" if near else "",
            expected="" if near else "one of " + ", ".join(moves),
        )
    return None


def _played(context: Context, item: RecordItem, turn_index: int, path: str) -> None:
    """Whether the turn is played in the round that the item's day falls in."""
    at = _moment(context, item.at, path)
    if at is None or context.calendar is None:
        return
    turn = context.scenario.turns[turn_index]
    try:
        rounds = rounds_of(turn.rounds, len(context.calendar))
    except ScenarioError:
        return
    number = context.calendar.round_of(at)
    if number is not None and number not in rounds:
        listed = ", ".join(map(str, rounds))
        context.add(
            "turn-not-played",
            f"the turn {turn.id!r} is not played in round {number}",
            path,
            found=f"{at.text} (round {number})",
            expected=f"a day of round {listed}",
        )


def _report(context: Context, item: RecordItem, path: str) -> None:
    if not item.odds:
        context.add(
            "missing-key",
            "'odds' is missing: how likely the report is, by event",
            path,
            expected="odds: [{when: EVENT, p: NUMBER}, {else: NUMBER}]",
        )
        return
    last = len(item.odds) - 1
    for index, row in enumerate(item.odds):
        here = f"{path}.odds.{index}"
        if row.else_ is not None:
            if row.when is not None or row.p is not None:
                context.add("one-of", "`else` stands alone", here, expected="{else: NUMBER}")
            if index != last:
                context.add(
                    "record-else",
                    "nothing after `else` is reached",
                    here,
                    expected="`else` as the last of the odds",
                )
            _probability(context, row.else_, f"{here}.else")
            continue
        if row.when is None or row.p is None:
            context.add(
                "missing-key",
                "an event without odds, or odds without an event",
                here,
                expected="{when: EVENT, p: NUMBER} or {else: NUMBER}",
            )
        if row.when is not None:
            query(context, row.when, f"{here}.when", event=True)
        if row.p is not None:
            _probability(context, row.p, f"{here}.p")
    if item.odds[last].else_ is None:
        context.add(
            "record-else",
            "'else' is missing: the odds where none of the events holds",
            f"{path}.odds",
            key=True,
            expected="{else: NUMBER} as the last",
        )


def _probability(context: Context, text: str, path: str) -> None:
    expr = context.expression(text, path, WEIGHT)
    context.one_number(expr, path)
    number = context.constant(expr)
    if number is not None and not 0 <= number <= 1:
        context.add("odds-range", "odds are numbers from 0 to 1", path, found=text)


def _reliability(context: Context, item: RecordItem, path: str) -> None:
    """Odds that an item is right: of numbers and parameters, above 0 and at most 1."""
    if item.reliability is None:
        return
    here = f"{path}.reliability"
    expr = context.expression(item.reliability, here, WEIGHT)
    context.one_number(expr, here)
    number = context.constant(expr)
    if number is not None and not 0 < number <= 1:
        context.add(
            "odds-range",
            "odds that an item is right lie above 0 and are at most 1",
            here,
            found=item.reliability,
            expected="a number above 0, at most 1; `unknown:` where nothing is known",
        )
    if item.unknown is not None:
        context.warn("unused", "an `unknown` item says nothing that could be wrong", here, key=True)


def _refines(
    context: Context, item: RecordItem, index: int, ids: dict[str, int], path: str
) -> None:
    if item.refines is None:
        return
    place = ids.get(item.refines)
    here = f"{path}.refines"
    if place is None or place == index:
        later = any(r.id == item.refines for r in context.scenario.record[index + 1 :])
        if later:
            context.add("record-order", "an item refines an earlier one, not a later one", here)
        else:
            context.unknown(
                "record item", item.refines, tuple(i for i in ids if i != item.id), here
            )
        return
    target = context.scenario.record[place]
    if target.move is None or item.move is None:
        context.add(
            "bad-refines",
            "only a move can be narrowed down, and only to a move",
            here,
            found=item.refines,
        )
    elif not set(item.move) < set(target.move):
        context.add(
            "bad-refines",
            f"this narrows nothing that {item.refines!r} left open",
            here,
            found=", ".join(item.move),
            expected=f"some of {', '.join(target.move)}",
        )


def _dated(context: Context, item: RecordItem, path: str) -> When | None:
    at = _moment(context, item.at, f"{path}.at")
    known = _moment(context, item.known, f"{path}.known")
    if item.at is None and item.absence is None:
        context.add("missing-key", "'at' is missing: when it happened", path, expected="at:")
    if at is not None and known is not None and known.last < at.first:
        context.add(
            "known-before",
            "known before it happened",
            f"{path}.known",
            found=known.text,
            expected=f"{at.text} or later",
        )
    clock = context.calendar
    if at is not None and clock is not None and len(clock):
        if at.last < clock.start(1) or at.first > clock.end(len(clock)):
            days = f"{clock.rounds[0].first} to {clock.rounds[-1].last}"
            context.add(
                "outside-clock",
                "this day is outside the clock",
                f"{path}.at",
                found=at.text,
                expected=f"a day from {days}",
            )
    first, last = _moment(context, item.first, path), _moment(context, item.last, path)
    if first is not None and last is not None and last.last < first.first:
        context.add(
            "record-order",
            "the absence ends before it begins",
            f"{path}.last",
            found=f"{first.text} to {last.text}",
        )
    return at
