"""Tipping points: the smallest change of one parameter that turns an answer.

With every other parameter at its median, each is moved from its 1st to its 99th percentile. An
answer turns where its probability crosses even odds or an edge of its band, where a comparison
changes its sign, or where another option becomes the best. What is found is solved again, at the
point and on either side of it, and set beside the draws at hand, in which all else moves too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.assess.aims import Aim
from standoff.assess.chain import Chain, Crisis, moment_of, opened
from standoff.assess.chunks import Job
from standoff.assess.labels import labels
from standoff.assess.mapping import pair_of
from standoff.assess.probing import (
    SOLVED,
    Probe,
    Reading,
    Standpoint,
    drawn_and_read,
    held_of,
)
from standoff.assess.tipped import Search
from standoff.assess.tipping_models import TippingPart
from standoff.assess.turned import Target, choosing, judged, target
from standoff.assess.weightless import refuse_weightless
from standoff.errors import Problem, ScenarioError
from standoff.errors import nearest as nearest_name
from standoff.infer.pooling import effective
from standoff.progress import Progress
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.variants.axes import HIGH, LOW, Space
from standoff.words import standard as standard_of

if TYPE_CHECKING:
    from standoff.assess.ensemble import Ensemble
    from standoff.variants.chunks import Workers
    from standoff.variants.store.in_memory import Store

Float = NDArray[np.float64]
GRID = 17
"""Points of the scan on each parameter."""
COARSE, FEW = 4, 4
"""For a note: points on each parameter, and parameters moved for each answer."""


def tipping(
    source: Chain | Ensemble,
    targets: Sequence[Target],
    *,
    standard: Literal["icd203", "phia"] = "icd203",
    to: str | None = None,
    at: float | None = None,
    grid: int = GRID,
    most: int | None = None,
    each: int | None = None,
    curves: bool = False,
    map: tuple[str, str] | bool = False,
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> TippingPart:
    """What would turn each of the `targets`, of variants that are already solved.

    `grid` points are solved on each parameter; `most` keeps the nearest crossings of each answer
    only, `each` moves only so many parameters for each answer, those that go with it most over the
    draws (all where not given). The cost is about grid times parameters variants, and a few dozen
    for each answer. `map` also gives the first answer over two parameters: those named (`most`
    stands for what moves it most), or the two that move it most.
    """
    place = Standpoint.of(source if isinstance(source, Chain) else source.pilot)
    probe = Probe(place, tuple(targets), store, workers, progress)
    aim = Aim(standard_of(standard), to, at)
    held = held_of(source, probe.targets)
    return _tipping(Search(probe, held, aim, grid, most, each, curves), map)


def _tipping(
    work: Search, map: tuple[str, str] | bool = False, beside: Sequence[Target] = ()
) -> TippingPart:
    """The part; a map shows the options `beside` as well."""
    probe = work.probe
    place = probe.standpoint
    answers = work.answers()
    over = replace(probe, targets=(*probe.targets, *beside)) if map and beside else probe
    wanted = map if isinstance(map, tuple) else None
    maps = [work.mapped(over, wanted, answers)] if map else []
    both = (probe,) if over is probe else (probe, over)
    return TippingPart(
        title=place.scenario.title,
        as_of=place.moment.isoformat() if place.moment else "",
        answers=answers,
        maps=maps,
        standard=work.aim.scale.id,
        support=(LOW, HIGH),
        parameters=len(work.moved),
        uncertain=len(probe.space.axes),
        solved=sum(p.solved for p in both),
        failed=sum(p.failed for p in both),
        drawn=work.held.draws.n_variants,
        effective=effective(work.held.likelihood),
        labels=labels(place.scenario, place.compiled.names),
    )


def nearest(
    source: Chain | Ensemble,
    targets: Sequence[Target],
    *,
    standard: Literal["icd203", "phia"] = "icd203",
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> TippingPart:
    """The nearest tipping points of several answers at a cost that a note can bear: of each answer
    the parameters that go with it most over the draws, scanned coarsely.
    """
    return tipping(
        source, targets, standard=standard, grid=COARSE, most=2, each=FEW, store=store,
        workers=workers, progress=progress,
    )  # fmt: skip


def asked(
    scenario: Scenario, names: Names, what: str | None = None, for_: str | None = None
) -> list[Target]:
    """The answer that is named, or all judgements and the desk's options."""
    if what is not None:
        return [target(scenario, names, what, for_)]
    return [*judged(scenario, names), *choosing(scenario, for_)]


def tip(
    source: Crisis,
    what: str | None = None,
    *,
    to: str | None = None,
    at: float | None = None,
    map: tuple[str, str] | bool = False,
    as_of: str | None = None,
    for_: str | None = None,
    variants: int = 200,
    seed: int = 0,
    standard: Literal["icd203", "phia"] = "icd203",
    settings: Mapping[str, str] | None = None,
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> TippingPart:
    """What would turn an answer: `what` is a judgement, a question, `options`, `ACTOR.TYPE`, a
    move, an ending or a query; all judgements and the desk's options where it is left out.

    `to` is a word of the standard that the answer would have to reach, `at` a probability that it
    would have to cross; either also gives the region of parameter space where it is so. `map`
    gives it over two parameters: those named, or the two that move it most. Raises `ScenarioError`
    for what names nothing.
    """
    scenario = opened(source, settings)
    refuse(scenario, what, to=to, at=at, map=map, for_=for_, standard=standard)
    moment = moment_of(scenario, as_of or scenario.as_of)
    alone = what is not None
    job = Job(scenario, Reading(()), variants, seed, as_of=moment)
    compiled = job.compiled(progress)
    found = asked(scenario, compiled.names, what, for_)
    beside = choosing(scenario, for_) if map and found[0].kind != "options" else []
    probe = Probe(Standpoint(compiled, moment), tuple(found), store, workers, progress)
    held = drawn_and_read(job, probe.targets, store, workers, progress)
    if not held.likelihood.sum() > 0:
        pilot = job.chain(0)
        refuse_weightless(pilot.sight, held.columns[SOLVED] > 0, pilot.batch.solution.advice)
    aim = Aim(standard_of(standard), to, at)
    work = Search(probe, held, aim, GRID, None if alone else 3, None, alone)
    return _tipping(work, map, beside)


def refuse(
    scenario: Scenario,
    what: str | None = None,
    *,
    to: str | None = None,
    at: float | None = None,
    map: tuple[str, str] | bool = False,
    for_: str | None = None,
    standard: str = "icd203",
) -> None:
    """Raise `ScenarioError` for what names nothing, before anything is solved."""
    scale = standard_of(standard)
    if to is not None and at is not None:
        raise ScenarioError(
            Problem("two-aims", "an answer is asked for by a word or by a probability, not both",
                    found=f"{to} and {at:g}")
        )  # fmt: skip
    if to is not None and to not in scale.words:
        raise ScenarioError(
            Problem("unknown-word", f"{scale.name} has no such word", found=to,
                    expected="one of " + ", ".join(scale.words),
                    nearest=nearest_name(to, scale.words))
        )  # fmt: skip
    if at is not None and not 0 < at < 1:
        raise ScenarioError(
            Problem("bad-level", "a probability lies between 0 and 1", found=f"{at:g}",
                    expected="for instance 0.5")
        )  # fmt: skip
    if what is not None:
        target(scenario, Names(scenario), what, for_)
    else:
        choosing(scenario, for_)
    if isinstance(map, tuple):
        pair_of(Space(scenario), map, None)
