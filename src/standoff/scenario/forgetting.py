"""A scenario without some items of its record.

What is forgotten is not undone: at a step that an item documented anything may have happened, so
that an `unknown` item stands in its place unless others document the step as well. The present
stays where it was. Where a move of the turn ends play, an item that names all of its moves stands
there instead, since endings are public: of an unknown step the reader takes it that play went on.
So it does where several actors choose at once, whose other choices are not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from standoff.errors import Problem, ScenarioError, nearest
from standoff.scenario.dates import Calendar, calendar
from standoff.scenario.expansion import expand
from standoff.scenario.expressions import walk
from standoff.scenario.models import RecordItem, Scenario
from standoff.scenario.names import ActInfo, Names, record_ids
from standoff.scenario.positions import attach, positions_of
from standoff.scenario.queries import Likelihood, parse_query
from standoff.scenario.source_models import Link

__all__ = ["asks_of", "without"]


def without(scenario: Scenario, items: Iterable[str], *, coarse: bool = False) -> Scenario:
    """The scenario without the record items of these ids.

    Claims, questions and links that name one of them go as well. With `coarse` nothing of an item
    but its turn and its round stays: the unknown item has the round's last day for a date (so that
    nothing is said of the step before the round is over), and ids that are made from what stands
    in the record are made anew. Raises `ScenarioError` where there is no such item.
    """
    ids = record_ids(scenario)
    forgotten = set(items)
    strange = sorted(forgotten - set(ids))
    if strange:
        raise ScenarioError(
            Problem("unknown-record-item", f"there is no record item {name!r}", found=name,
                    nearest=nearest(name, ids))
            for name in strange
        )  # fmt: skip
    if not forgotten:
        return scenario
    record, origins = _record(scenario, ids, forgotten, coarse)
    if not coarse:
        record = _named(scenario, ids, record, origins)
    out = scenario.model_copy(update={"record": tuple(record)})
    after = record_ids(out)
    place = {old: new for new, old in enumerate(origins) if old >= 0}
    gone = {ids[i] for i in range(len(ids)) if i not in place or after[place[i]] != ids[i]}
    paths = {f"record.{new}": f"record.{old}" for new, old in enumerate(_sources_of(origins))}
    return _mended(scenario, out, gone, place, paths)


def _record(
    scenario: Scenario, ids: tuple[str, ...], forgotten: set[str], coarse: bool
) -> tuple[list[RecordItem], list[int]]:
    """The items that are left, with unknown ones in the place of others, and where each stood
    (``-1 - i`` for what stands in the place of item i).
    """
    clock = calendar(scenario.clock)
    kept = [i for i in range(len(ids)) if ids[i] not in forgotten]
    groups: dict[str, list[int]] = {}
    for i, item in enumerate(scenario.record):
        if item.same_decision is not None:
            groups.setdefault(item.same_decision, []).append(i)
    lone = {
        name for name, members in groups.items()
        if len(members) > 1 and sum(i in kept for i in members) == 1
    }  # fmt: skip
    earlier = {item.id: item for item in scenario.record if item.id}
    record: list[RecordItem] = []
    origins: list[int] = []
    moved: list[tuple[RecordItem, int]] = []
    unknown = _unknown(scenario, clock, kept, coarse)
    for i, item in enumerate(scenario.record):
        if i in unknown:
            if coarse:
                moved.append((unknown[i], -1 - i))
            else:
                record.append(unknown[i])
                origins.append(-1 - i)
        if i not in kept:
            continue
        update: dict[str, Any] = {}
        if item.same_decision in lone:
            update["same_decision"] = None
        refined = item.refines
        while refined in forgotten and refined in earlier:
            refined = earlier[refined].refines
        if refined != item.refines:
            update["refines"] = refined
        changed = item.model_copy(update=update) if update else item
        if "refines" in update and refined is None:
            moved.append((changed, i))
        else:
            record.append(changed)
            origins.append(i)
    for item, origin in moved:
        here = None if origin < 0 else sum(o < origin for o in _sources_of(origins))
        at = _place(clock, record, item, here)
        record.insert(at, item)
        origins.insert(at, origin)
    return record, origins


def _sources_of(origins: list[int]) -> list[int]:
    return [origin if origin >= 0 else -1 - origin for origin in origins]


def _unknown(
    scenario: Scenario, clock: Calendar, kept: list[int], coarse: bool
) -> dict[int, RecordItem]:
    """What stands in the place of forgotten items that documented a step: index -> unknown item.
    One is enough for a step: the earliest known.
    """
    found: dict[tuple[str, int, str], tuple[int, RecordItem]] = {}
    menus = _menus(scenario)
    left = [_step(clock, scenario.record[i]) for i in kept]
    known = [_known(clock, scenario.record[i]) for i in kept]
    for i, item in enumerate(scenario.record):
        step = _step(clock, item)
        if i in kept or step is None:
            continue
        turn, number, actor = step
        at, since = item.at, item.known
        if coarse:
            at, since = clock.rounds[number - 1].last.isoformat(), None
        menu = menus.get((actor, turn))
        if menu is None:
            actor, made = "", RecordItem(unknown=turn, at=at, known=since)
        else:
            made = RecordItem(move=menu, at=at, known=since)
        when = _known(clock, made)
        told = any(
            other is not None and other[:2] == (turn, number) and other[2] in ("", step[2])
            and moment <= when
            for other, moment in zip(left, known, strict=True)
        )  # fmt: skip
        held = found.get((turn, number, actor))
        if not told and (held is None or when < _known(clock, held[1])):
            found[turn, number, actor] = (i, made)
    return dict(found.values())


def _menus(scenario: Scenario) -> dict[tuple[str, str], tuple[str, ...]]:
    """All moves of the turns of which an unknown item would say too much, by actor and turn: of
    those in which a move ends play, and of those in which others move as well.
    """
    menus: dict[tuple[str, str], list[ActInfo]] = {}
    scenario = expand(scenario)
    for act in Names(scenario).acts.values():
        menus.setdefault((act.actor, act.turn), []).append(act)
    return {
        place: tuple(act.name for act in acts)
        for place, acts in menus.items()
        if scenario.turns[acts[0].turn_index].together is not None
        or any(act.model.ends is not None for act in acts)
    }


def _step(clock: Calendar, item: RecordItem) -> tuple[str, int, str] | None:
    """The turn and round that an item documents, and whose move it is ("" for all)."""
    if item.at is None or (item.move is None and item.unknown is None):
        return None
    number = clock.round_of(item.at)
    if number is None:
        return None
    if item.unknown is not None:
        return item.unknown, number, ""
    if not item.move or item.move[0].count(".") != 2:
        return None
    actor, turn, _ = item.move[0].split(".")
    return turn, number, actor


def _known(clock: Calendar, item: RecordItem) -> float:
    text = item.known or item.at or item.last
    return clock.moment(text).cut.timestamp() if text else float("inf")


def _place(clock: Calendar, record: list[RecordItem], item: RecordItem, here: int | None) -> int:
    """Where an item may stand without breaking the record's order: where it stood (`here`), or else
    behind everything that began by then.
    """
    if item.at is None:
        return len(record) if here is None else here
    mine = clock.moment(item.at)
    begun = [
        clock.moment(one.at) if one.at is not None and one.refines is None else None
        for one in record
    ]
    if here is not None:
        before = [one.first for one in begun[:here] if one is not None]
        after = [one.last for one in begun[here:] if one is not None]
        if all(at <= mine.last for at in before) and all(mine.first <= at for at in after):
            return here
    return max((n + 1 for n, one in enumerate(begun) if one and one.first <= mine.last), default=0)


def _named(
    scenario: Scenario, ids: tuple[str, ...], record: list[RecordItem], origins: list[int]
) -> list[RecordItem]:
    """Items whose made-up id would change get it for their own."""
    made = record_ids(scenario.model_copy(update={"record": tuple(record)}))
    return [
        item.model_copy(update={"id": ids[origin]})
        if origin >= 0 and ids[origin] != name and len(ids[origin]) <= 80
        else item
        for item, origin, name in zip(record, origins, made, strict=True)
    ]


# -- what named it ----------------------------------------------------------------------------


def asks_of(text: str | None, ids: set[str]) -> bool:
    """Whether a query asks about one of some record items. What can't be read asks nothing."""
    if text is None or not ids:
        return False
    try:
        body = parse_query(text).body
    except ScenarioError:
        return False
    return any(isinstance(node, Likelihood) and node.item in ids for node in walk(body))


def _mended(
    before: Scenario, out: Scenario, gone: set[str], place: Mapping[int, int],
    paths: dict[str, str],
) -> Scenario:  # fmt: skip
    """References to items that are gone go; places in the record follow the items."""

    def path(target: str) -> str | None:
        head, *rest = target.split(".")
        if head != "record" or not rest or rest[0] in by_id - gone:
            return target
        if not rest[0].isdigit():
            return None if rest[0] in gone else target
        new = place.get(int(rest[0]))
        return None if new is None else ".".join([head, str(new), *rest[1:]])

    by_id = set(record_ids(before))
    judgements = []
    for judgement in out.judgements:
        update: dict[str, Any] = {}
        if asks_of(judgement.claim, gone):
            update = {"claim": None, "twin": ""}
        if judgement.assumed_in is not None and path(judgement.assumed_in) != judgement.assumed_in:
            update["assumed_in"] = path(judgement.assumed_in)
        judgements.append(judgement.model_copy(update=update) if update else judgement)
    questions = [i for i, q in enumerate(out.questions) if not asks_of(q.ask, gone)]
    links: list[Link] = []
    for index, link in enumerate(out.links):
        target = path(link.rests)
        if target is None:
            continue
        paths[f"links.{len(links)}"] = f"links.{index}"
        links.append(link if target == link.rests else link.model_copy(update={"rests": target}))
    paths |= {f"questions.{new}": f"questions.{old}" for new, old in enumerate(questions)}
    done = out.model_copy(
        update={
            "judgements": tuple(judgements),
            "questions": tuple(out.questions[i] for i in questions),
            "links": tuple(links),
        }
    )
    return attach(done, positions_of(before).with_origins(paths))
