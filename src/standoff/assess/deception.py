"""`deceive`: how they would fool us."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from standoff.assess import deception_parts as told
from standoff.assess.chain import Chain, Crisis, chain
from standoff.assess.deception_asking import Asked, asked
from standoff.assess.deception_crew import PASSING, Crew
from standoff.assess.deception_models import DeceptionPart, DisguisePart, FakedMove, WatchPart
from standoff.assess.labels import labels
from standoff.errors import Problem, ScenarioError, Unfinished
from standoff.infer.faking import window
from standoff.infer.pooling import effective
from standoff.progress import Progress, check
from standoff.variants.points import Method

MOST_NUMBERS = 8
"""Pairs of types whose price goes through changes of form."""


def deceive(
    source: Crisis,
    *,
    true: str | None = None,
    believed: str | None = None,
    until: str | None = None,
    observer: str | None = None,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: Literal["icd203", "phia"] = "icd203",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> DeceptionPart:
    """Solve a crisis and ask how the type `true` would best be taken for `believed` by the end of
    the round of the day `until`: every pair of types where none is named, the end of the next round
    where no day is. Types are `actor.type`, or `type` where one actor has it. `observer` is a
    player; the scenario's desk where none is named.

    Same arguments, same result. Raises `ScenarioError` for what is wrong with the scenario or the
    names, and where nobody has anything to hide.
    """
    ready = chain(
        source, as_of=as_of, variants=variants, seed=seed, method=method, settings=settings,
        progress=progress,
    )  # fmt: skip
    wanted = asked(ready.inference, true, believed, until, observer)
    found = _found(ready, wanted, standard, progress)
    if not found.pairs:
        raise ScenarioError(
            Problem(
                "ruled-out",
                "the record rules one of the two types out",
            )
        )
    return found


def deception_of(
    ready: Chain,
    *,
    standard: Literal["icd203", "phia"] = "icd203",
    progress: Progress | None = None,
) -> DeceptionPart | None:
    """The same of a crisis that is already solved, for all pairs; None where nobody has anything
    to hide any more, no desk is there to be fooled, or no variant was solved.
    """
    try:
        wanted = asked(ready.inference, None, None, None, None)
    except (ScenarioError, Unfinished):
        return None
    found = _found(ready, wanted, standard, progress)
    return found if found.pairs else None


def deception_numbers(ready: Chain) -> dict[str, float]:
    """What the cheapest disguise of each pair costs, in stakes (`MOST_NUMBERS` at most)."""
    try:
        wanted = asked(ready.inference, None, None, None, None)
    except (ScenarioError, Unfinished):
        return {}
    found: dict[str, float] = {}
    for actor, pairs in wanted.pairs.items():
        crew = Crew(ready, actor, wanted, rounds=(wanted.until,))
        for true, believed in crew.possible(pairs):
            if len(found) == MOST_NUMBERS:
                return found
            cost = crew.cheapest(true, believed).point.cost.value
            found[f"deceive.{actor}.{true}.{believed}"] = cost
    return found


def _found(
    ready: Chain, wanted: Asked, standard: Literal["icd203", "phia"], progress: Progress | None
) -> DeceptionPart:
    inference = ready.inference
    if progress is not None:
        progress.say("looking for disguises")
    pairs: list[DisguisePart] = []
    faked: list[FakedMove] = []
    watch: list[WatchPart] = []
    total = sum(map(len, wanted.pairs.values()))
    for actor, names in wanted.pairs.items():
        crew = Crew(ready, actor, wanted, wanted.rounds)
        shown = window(next(iter(crew.conducts.values())), crew.headline)
        made: list[DisguisePart] = []
        for true, believed in crew.possible(names):
            check(progress)
            if progress is not None:
                progress.step(len(pairs) + len(made), total)
            made.append(told.pair(crew, shown, true, believed))
        made = told.expected(crew, made, progress)
        pairs += made
        faked += told.faked(crew, shown)
        watch += told.watch(actor, crew.types, made)
    solution = ready.batch.solution
    return DeceptionPart(
        scenario=ready.scenario.id,
        title=ready.scenario.title,
        as_of=ready.as_of.isoformat() if ready.as_of else "",
        standard=standard,
        variants=len(solution.status),
        failed=int((~solution.solved).sum()),
        effective=effective(inference.measure().total()),
        seed=ready.batch.draws.seed,
        observer=wanted.observer,
        until=told.day(inference, wanted.until),
        passing=PASSING,
        step=told.STEP,
        cheap=told.CHEAP,
        pairs=pairs,
        dangerous=told.dangerous(pairs),
        faked=faked,
        watch=watch,
        labels=labels(ready.scenario, inference.compiled.names),
    )
