"""`sensitivity`: which assumptions the answers hang on.

Two kinds of measures. Those of the *draws at hand* (rank correlation, delta, first-order index,
swing) weigh each variant by the likelihood of the record, as the answers themselves do: they say
which assumptions keep the answer uncertain once the record has spoken. The *Sobol indices* need a
design of their own and let the assumptions vary as they were written: they say how the model's
answer given the record, P_v(answer | record), changes with its assumptions, alone and together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from standoff.assess.answers_at import RECORD, SOLVED, Answers, AnswersAt, answered, ids_of
from standoff.assess.at_hand import assumptions, once, sensitivity_parts, short
from standoff.assess.chain import Crisis, moment_of, opened
from standoff.assess.driver_models import SensitivityPart, SobolPart
from standoff.assess.labels import assumption_label, labels
from standoff.assess.sensitivity_models import Sensitivity, SobolDesign
from standoff.assess.solved import WITHHELD_BELOW
from standoff.assess.tempered import tempered, too_few
from standoff.compile.drawn import uncertain_columns
from standoff.errors import Problem, ScenarioError, nearest
from standoff.infer.pooling import Pooled, effective, pool_values
from standoff.progress import Progress, check
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.variants.chunks import Workers
from standoff.variants.columns import Columns
from standoff.variants.saltelli import Groups, design, groups_of, rows
from standoff.variants.sobol_indices import HOLES, SobolIndices, sobol_indices
from standoff.variants.store.in_memory import InMemory, Store

Float = NDArray[np.float64]

VARIANTS = 500
"""Draws at hand, where nobody says how many."""
MOST_ROWS = 20_000
"""Variants of a design that is solved without being asked for, at most..."""
MOST_WORK = 20_000_000
"""... and variants times nodes of the game: what takes about half a minute."""
LEAST, USUAL = 64, 1024
"""Points of the base sample: fewer than the least tell nothing, more than the usual little."""


def sensitivity(
    source: Crisis,
    *,
    answers: Sequence[str] | None = None,
    sobol: int | None = None,
    as_of: str | None = None,
    variants: int = VARIANTS,
    seed: int = 0,
    settings: Mapping[str, str] | None = None,
    store: Store | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """What answers hang on: those with these ids, or else the beliefs, judgements and questions.

    `sobol` is the number of points of the base sample of the Sobol indices, a power of two; 0 for
    none; by default as many as are affordable. What is solved is kept in the `store`, and what is
    there already is not solved again. Same arguments, same result. Raises `ScenarioError` for what
    is wrong with the scenario, an answer that is none, or where nothing is uncertain.
    """
    scenario = opened(source, settings)
    keys = uncertain_columns(scenario)
    refuse(scenario, answers, sobol)
    store = InMemory() if store is None else store
    moment = moment_of(scenario, as_of or scenario.as_of)
    if progress is not None:
        progress.say("compiling the game")
    job = AnswersAt(scenario, Answers(), variants, seed, as_of=moment)
    compiled = job.compiled(progress)
    columns = answered(job, store, "draws", "solving variants", workers=workers, progress=progress)
    known = labels(scenario, compiled.names)
    drawn, pooled = assumptions(scenario, job.draws()), _pooled(columns)
    worth, found = effective(columns[RECORD]), None
    if too_few(columns[RECORD]):  # then as many are drawn from the posterior, as `assess` does
        again, found = tempered(job, job.chain(0, progress), columns[RECORD], workers=workers,
                                keeper=store, progress=progress)  # fmt: skip
        columns = answered(again, store, "tempered-draws", "solving variants", workers=workers,
                           ids=ids_of(columns), progress=progress)  # fmt: skip
        worth = min(effective(columns[RECORD]), found.tempered.effective)
        drawn, pooled = once(assumptions(scenario, again.draws()), _pooled(columns))
    ids = _chosen(scenario, pooled, answers)
    groups = groups_of(scenario, keys)
    plan = planned(groups, len(compiled.game.parent), sobol)
    indices: dict[str, SobolIndices | None] = {}
    if plan.n:
        plan, indices = _indices(job, groups, plan, ids, store, workers, progress)
    if progress is not None:
        progress.say("measuring what the answers hang on")
    parts = sensitivity_parts(
        {id: pooled[id] for id in ids},
        drawn,
        scenario,
        known,
        seed=seed,
        progress=progress,
    )
    if plan.n:
        parts = [_with_indices(part, groups, indices[part.id], scenario, known) for part in parts]
    return Sensitivity(
        scenario=scenario.id,
        title=scenario.title,
        as_of=moment.isoformat() if moment else "",
        variants=variants,
        failed=int((~columns[SOLVED]).sum()),
        effective=worth,
        withheld=worth < WITHHELD_BELOW * variants
        or (found is not None and not found.tempered.met),
        weighting="importance" if found is None else "tempered",
        seed=seed,
        design=plan,
        answers=parts,
    )


def _pooled(columns: Columns) -> dict[str, Pooled]:
    found = {
        id: pool_values(columns[f"value/{id}"], columns[f"weight/{id}"]) for id in ids_of(columns)
    }
    return {id: held for id, held in found.items() if np.isfinite(held.value)}


def refuse(scenario: Scenario, answers: Sequence[str] | None, sobol: int | None) -> None:
    """Raise `ScenarioError` for what can be seen to be wrong before anything is solved: nothing is
    uncertain, a name that no answer has, a base sample that is no power of two.
    """
    if not uncertain_columns(scenario):
        raise ScenarioError(
            Problem(
                "nothing-uncertain",
                "no answer can hang on anything: every number is fixed",
                expected="a parameter, a prior or the precision with a distribution",
            )
        )
    names = Names(scenario)
    possible = [
        *(j.id for j in scenario.judgements),
        *(q.id for q in scenario.questions),
        *(f"{a}.{t}" for a, actor in scenario.actors.items() for t in actor.types),
        *names.acts,
        *(f"endings.{name}" for name in names.endings),
    ]
    for id in answers or ():
        if id not in possible:
            raise ScenarioError(_no_answer(id, possible))
    if sobol and (sobol < 2 or sobol & (sobol - 1)):
        raise ScenarioError(
            Problem(
                "sobol-size",
                "the base sample of the Sobol indices can't have that size",
                found=str(sobol),
                expected="a power of two (or 0 for no indices)",
                nearest=str(1 << max(sobol - 1, 1).bit_length()),
            )
        )


def _no_answer(id: str, known: Sequence[str]) -> Problem:
    return Problem(
        "unknown-answer",
        "there is no such answer at this moment",
        found=id,
        expected="a judgement or question that asks for a probability, ACTOR.TYPE, a next move or "
        "endings.ID",
        nearest=nearest(id, known),
    )


def _chosen(
    scenario: Scenario, found: Mapping[str, Pooled], wanted: Sequence[str] | None
) -> list[str]:
    """The answers asked for; else beliefs, judgements and questions."""
    if not wanted:
        said = {j.id for j in scenario.judgements} | {q.id for q in scenario.questions}
        types = {f"{a}.{t}" for a, actor in scenario.actors.items() for t in actor.types}
        return [id for id in found if id in said or id in types] or list(found)
    for id in wanted:
        if id not in found:
            raise ScenarioError(_no_answer(id, list(found)))
    return list(dict.fromkeys(wanted))


def planned(groups: Groups, nodes: int, n: int | None) -> SobolDesign:
    """The design that is asked for, or the largest that is affordable; says what it would take
    where none is.
    """
    count = len(groups.names)
    if n is not None:
        note = "" if n else "none was asked for"
        return SobolDesign(n=n, groups=count, variants=rows(groups, n), note=note)
    room = min(MOST_ROWS, MOST_WORK // max(nodes, 1)) // (count + 2)
    affordable = min(USUAL, 1 << room.bit_length() - 1 if room else 0)
    if affordable >= LEAST:
        return SobolDesign(n=affordable, groups=count, variants=rows(groups, affordable))
    asked = 256
    note = (
        f"{count} independent assumptions and {nodes:,} nodes make them dear: a base sample of "
        f"{asked} takes {asked} x ({count} + 2) = {rows(groups, asked):,} variants; ask for it "
        f"with --sobol {asked}"
    )
    return SobolDesign(n=0, groups=count, variants=0, note=note)


def _indices(
    draws: AnswersAt,
    groups: Groups,
    plan: SobolDesign,
    ids: Sequence[str],
    store: Store,
    workers: Workers | None,
    progress: Progress | None,
) -> tuple[SobolDesign, dict[str, SobolIndices | None]]:
    """Solve the design; the indices of each answer, None where too many variants have none."""
    from standoff.solve.aqre import BUDGET

    seed = draws.seed
    cube = design(groups, plan.n, seed)
    # Hard variants are not followed along their branch one by one: a few holes may be filled.
    job = replace(draws, variants=len(cube), cube=cube, importance=None, budget=BUDGET)
    # What else was asked for is another table.
    name = f"sobol/{plan.n}-{_name_of(ids)}"
    columns = answered(job, store, name, "solving the Sobol design", ids=ids, workers=workers,
                       progress=progress)  # fmt: skip
    solved = columns[SOLVED]
    found = {}
    for id in ids:
        check(progress)
        # The answer as it stands, whatever the record says of the variant: weights only tell
        # whether there is one.
        there = solved & (columns[f"weight/{id}"] > 0)
        found[id] = sobol_indices(groups, np.where(there, columns[f"value/{id}"], np.nan), seed)
    return plan.model_copy(update={"failed": int((~solved).sum())}), found


def _name_of(ids: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:8]


def _with_indices(
    part: SensitivityPart,
    groups: Groups,
    found: SobolIndices | None,
    scenario: Scenario,
    known: dict[str, str],
) -> SensitivityPart:
    if found is None:
        note = (
            f"more than {round(100 * HOLES)} in 100 variants of the design have no answer, or it "
            "is the same in all"
        )
        return part.model_copy(update={"sobol_note": note})
    rows_of = []
    for g, name in enumerate(groups.names):
        members = groups.members(g)
        label = (
            assumption_label(scenario, known, name)
            if len(members) == 1 or (name.startswith("prior.") and "+" not in name)
            else " with ".join(assumption_label(scenario, known, m) for m in members)
        )
        rows_of.append(
            SobolPart(
                id=name,
                label=label,
                members=members,
                first=short(found.first[g]),
                first_error=short(found.first_error[g]),
                first_noise=bool(found.first_noise[g]),
                total=short(found.total[g]),
                total_error=short(found.total_error[g]),
                total_noise=bool(found.total_noise[g]),
            )
        )
    return part.model_copy(
        update={
            "sobol": sorted(rows_of, key=lambda row: (-row.total, row.id)),
            "sobol_mean": short(found.mean),
            "sobol_deviation": short(found.deviation),
            "sobol_filled": found.filled,
        }
    )
