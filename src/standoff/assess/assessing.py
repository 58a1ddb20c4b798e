"""`assess`: everything that the note says, from one solved crisis seen at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from standoff.assess import ahead, believed, solved
from standoff.assess.answering import finite
from standoff.assess.at_hand import of_note
from standoff.assess.chain import Chain, Crisis, moment_of, opened
from standoff.assess.chunks import Job
from standoff.assess.concepts import concepts as rivals
from standoff.assess.desk import Desk, StandardName
from standoff.assess.ensemble import Ensemble, of_chain, worked
from standoff.assess.forming import Form
from standoff.assess.forming import form as form_checks
from standoff.assess.found import Asking
from standoff.assess.grounds import grounds
from standoff.assess.labels import labels
from standoff.assess.models import Answer, Assessment, JudgementPart, Outlook, Surprise
from standoff.assess.other_side import OtherSide, form_numbers, from_crux, numbers
from standoff.assess.other_side import other_side as opposite_of
from standoff.assess.since import since
from standoff.assess.tipping import asked, nearest
from standoff.infer.separation import warnings as structure_warnings
from standoff.infer.surprise import percentile, surprise_of
from standoff.progress import Progress, check
from standoff.variants.points import Method
from standoff.variants.rivals import BOUNDED, QUICK

if TYPE_CHECKING:
    from standoff.sources.library import Library
    from standoff.variants.chunks import Workers
    from standoff.variants.store import Store

SMALL = 20_000
"""Histories up to which other equilibria are looked for without being asked."""


def assess(
    source: Crisis,
    *,
    as_of: str | None = None,
    for_: str | None = None,
    form: bool = True,
    tipping: bool | None = None,
    concepts: bool | None = None,
    other_side: bool | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: StandardName = "icd203",
    settings: Mapping[str, str] | None = None,
    library: Library | None = None,
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """Solve a crisis, condition it on its record, and answer everything that the note says.

    `source` is a file, a folder, the id of a shipped crisis or a `Scenario`; `as_of` (a day or a
    minute) knows nothing later; `for_` names whose options are given (`ACTOR` or `ACTOR.TYPE`);
    variants are drawn by a `method`: Latin hypercube (`lhs`), scrambled Sobol sequence (`sobol`),
    plain Monte Carlo (`random`), and worked in chunks, by the `workers` where they are given;
    `form` also checks how the model was written, `tipping` looks for the assumption that would turn
    each judgement, `concepts` asks other equilibria and concepts, `other_side` about disguises,
    prices, waiting, where views part, a mediator and commitments (all three as `form` where not
    given; equilibria of larger games only where `concepts` is asked for, since these take minutes);
    documents that are cited are looked up in the `library`, where one is given (`sources`); what is
    in the `store` is not worked out again.
    Same arguments, same result. Raises `ScenarioError` for what is wrong with the scenario.
    """
    if progress is not None:
        progress.say("reading the scenario")
    scenario = opened(source, settings)
    whose = ahead.whose(scenario, for_)  # a wrong name is told before anything is solved
    job = Job(
        scenario, Asking(), variants, seed, method, moment_of(scenario, as_of or scenario.as_of)
    )
    ready = worked(job, whose=whose, store=store, workers=workers, progress=progress)
    return assessed(
        ready, form=form, tipping=tipping, concepts=concepts, other_side=other_side,
        standard=standard, library=library, store=store, workers=workers, progress=progress,
    )  # fmt: skip


def assessed(
    ensemble: Ensemble | Chain,
    *,
    for_: str | None = None,
    form: bool = True,
    tipping: bool | None = None,
    concepts: bool | None = None,
    other_side: bool | None = None,
    standard: StandardName = "icd203",
    library: Library | None = None,
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """The assessment of variants that are already worked, or of a chain that is already solved
    (then `for_` names whose options are given).
    """
    if isinstance(ensemble, Chain):
        ensemble = of_chain(ensemble, ahead.whose(ensemble.scenario, for_))
    pilot, scenario = ensemble.pilot, ensemble.scenario
    outlook = ahead.outlook(ensemble, standard)
    opposite = form if other_side is None else other_side
    checks = (
        form_checks(
            pilot, to_split(outlook), standard=standard, numbers=numbers if opposite else None,
            store=store, progress=progress,
        )
        if form
        else Form([], [])
    )  # fmt: skip
    _tell(progress, "weighing the evidence")
    evidence = believed.evidence(ensemble.found)
    indicators = ahead.indicators(ensemble)
    over_time = believed.belief_over_time(ensemble)
    solution = solved.solution_part(ensemble, progress)
    worth = solved.variants_part(ensemble)
    _tell(progress, "auditing the statements")
    desk = Desk(ensemble, standard, evidence, indicators, checks, worth.withheld)
    judgements = desk.judgements()
    questions = desk.questions()
    belief = believed.beliefs(ensemble, standard)
    known = labels(scenario, pilot.batch.compiled.names)
    _tell(progress, "measuring what the answers hang on")
    sensitivity = [] if worth.withheld else of_note(ensemble, known)
    turned = None
    if (form if tipping is None else tipping) and not worth.withheld:
        _tell(progress, "looking for what would turn the judgements")
        targets = asked(scenario, pilot.batch.compiled.names)
        turned = nearest(
            ensemble, targets, standard=standard, store=store, workers=workers, progress=progress
        )
    others = None
    if form if concepts is None else concepts:
        _tell(progress, "asking other equilibria and other concepts")
        small = pilot.batch.compiled.game.histories <= SMALL
        others = rivals(
            pilot, wanted=QUICK if small or concepts else BOUNDED, standard=standard, store=store,
            progress=progress,
        )  # fmt: skip
    # The pilot's variants need weight: where tempering had to find others, they have.
    there = OtherSide()
    if opposite and not worth.withheld:
        there = opposite_of(pilot, standard=standard, progress=progress)
    rests = grounds(
        pilot, library, moments=ensemble.found.over_time, standard=standard, ripple=opposite,
        weighed=not worth.withheld,
        progress=progress,
    )  # fmt: skip
    return Assessment(
        scenario=scenario.id,
        title=scenario.title,
        summary=scenario.summary,
        heading=solved.heading(pilot),
        as_of=pilot.as_of.isoformat() if pilot.as_of else "",
        standard=standard,
        game=solved.game_size(pilot),
        solution=solution,
        variants=worth,
        form=checks.checks,
        belief=belief,
        belief_over_time=over_time,
        views_of=believed.views_of(ensemble.found),
        surprise=_surprise(ensemble),
        evidence=evidence,
        since=since(ensemble, standard),
        objectives=ahead.objectives(ensemble),
        tactics=ahead.tactics(ensemble),
        waiting=ahead.waiting(ensemble),
        outlook=outlook,
        options=ahead.options(ensemble),
        indicators=indicators,
        judgements=judgements,
        questions=questions,
        warnings=[
            *structure_warnings(pilot.sight),
            *solved.stake_warnings(pilot),
            *solved.branch_warnings(solution),
            *desk.warnings,
        ],
        assumptions=solved.assumptions(scenario, _weighty(judgements, questions)),
        sources=solved.sources(scenario),
        dissents=from_crux(checks.dissents, there.crux),
        labels=known,
        confidence=desk.confidence(belief, outlook, over_time),
        sensitivity=sensitivity,
        tipping=turned,
        deception=there.deception,
        prices=there.prices,
        waiting_worth=there.waiting,
        crux=there.crux,
        mediation=there.mediation,
        commitment=there.commitment,
        form_numbers=form_numbers(checks),
        concepts=others,
        links=rests.links,
        evidence_table=rests.evidence_table,
        timeline=rests.timeline,
        ripple=rests.ripple,
    )


def _surprise(ensemble: Ensemble) -> Surprise | None:
    """How surprising the record is; None where there is none."""
    pilot, found = ensemble.pilot, ensemble.found
    if not pilot.sight.evidence.items:
        return None
    raw = surprise_of(
        found.weight,
        ensemble.solved,
        found.uniform,
        prior=ensemble.scenario.solve.residual,
        percentile=percentile(ensemble.of_prior.sight),
    )
    if finite(raw.log_probability) is None:
        return None
    return Surprise(
        log_probability=raw.log_probability, percentile=raw.percentile, residual=raw.residual
    )


def _tell(progress: Progress | None, what: str) -> None:
    check(progress)
    if progress is not None:
        progress.say(what)


def to_split(outlook: Outlook) -> list[str]:
    """The moves that a form check writes twice: the likeliest next one of each player."""
    first: dict[str, str] = {}
    for turn in outlook.next:
        if turn.moves and turn.actor not in first and len(turn.moves) > 1:
            first[turn.actor] = max(turn.moves, key=lambda m: m.probability).id
    return list(first.values())


def _weighty(judgements: Sequence[JudgementPart], questions: Sequence[Answer]) -> list[str]:
    """What the answers hang on, most often named first."""
    count: dict[str, int] = {}
    for drivers in [p.drivers for p in judgements] + [p.drivers for p in questions]:
        for name in drivers:
            count[name] = count.get(name, 0) + 1
    return sorted(count, key=lambda name: (-count[name], name))
