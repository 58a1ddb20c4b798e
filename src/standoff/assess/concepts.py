"""Do the judgements survive other equilibria and other concepts?

On a sample of the variants, whatever else might be played is put in the place of the solution, and
the headline answers are asked again. Which equilibrium was followed is a convention; that play is
a logit equilibrium at all is an assumption. An answer whose word hangs on either says so here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.answering import finite, unit
from standoff.assess.chain import Chain
from standoff.assess.concept_models import ConceptPart, ConceptsPart, RivalAnswer
from standoff.assess.forming import reworded
from standoff.assess.headlines import headlines
from standoff.assess.judging import claims
from standoff.errors import Cancelled, Problem, ScenarioError, StandoffError, nearest
from standoff.infer.pooling import pool_values
from standoff.progress import Progress, check
from standoff.solve.sequence_form import ImperfectRecall
from standoff.variants.columns import Columns
from standoff.variants.form import small
from standoff.variants.rivals import CONCEPTS, QUICK, SMALL, Concept, Rivals, lanes
from standoff.words import standard as standard_of

if TYPE_CHECKING:
    from standoff.variants.store import Store

Float = NDArray[np.float64]
Int = NDArray[np.intp]

SAMPLE = 16
"""Variants on which concepts are compared."""
SAMPLE_OF_SMALL = 32
"""Of small games (`variants.rivals.SMALL`)."""
ROOM = 2**27
"""Bytes that the strategies asked at one time may take."""


def concepts(
    chain: Chain,
    *,
    wanted: Sequence[str] = QUICK,
    sample: int | None = None,
    standard: str = "icd203",
    store: Store | None = None,
    progress: Progress | None = None,
) -> ConceptsPart:
    """Ask the headline answers again under each of the `wanted` concepts (keys of
    `variants.rivals.CONCEPTS`), on the first `sample` variants (by default `sample_of`).

    A `store` keeps the numbers of each concept as the table ``concepts/ID``; what is there is not
    worked out again. Raises `ScenarioError` for a concept that there is not.
    """
    refuse(wanted)
    known = [CONCEPTS[id] for id in dict.fromkeys(wanted)]
    part = Chain(small(chain.batch, sample_of(chain) if sample is None else sample), chain.as_of)
    n = part.batch.payload.n_variants
    n = part.batch.payload.n_variants
    _ = part.sight  # a record that can't be read is told before anything is solved
    try:
        base = _columns_of(part)
    except Cancelled:
        raise
    except StandoffError as error:
        why = str(error).splitlines()[0]
        return ConceptsPart(
            variants=n,
            concepts=[],
            judgements=[],
            survived=None,
            turned={},
            note=f"the sample of {n} variants has no answer: {why}",
        )
    tables = _all(part, known, store, progress)
    judged = [c.judgement.id for c in claims(part)]
    found = [
        _compared(part, concept, columns, base, judged, standard)
        for concept, columns in zip(known, tables, strict=True)
    ]
    return summary(n, found, judged)


def sample_of(chain: Chain) -> int:
    """Variants on which concepts are compared where no number is given."""
    return SAMPLE_OF_SMALL if chain.batch.compiled.game.histories <= SMALL else SAMPLE


def summary(variants: int, found: Sequence[ConceptPart], judged: Sequence[str]) -> ConceptsPart:
    """What all concepts together leave of the judgements (ids in `judged`)."""
    compared = {answer.id for one in found for answer in one.answers}
    ids = [id for id in judged if id in compared]
    turned = {id: [one.id for one in found if id in one.turned] for id in ids}
    turned = {id: by for id, by in turned.items() if by}
    return ConceptsPart(
        variants=variants,
        concepts=list(found),
        judgements=ids,
        survived=1.0 - len(turned) / len(ids) if ids else None,
        turned=turned,
        note="" if ids else "there is no judgement that could be compared",
    )


def refuse(wanted: Iterable[str]) -> None:
    """Raise `ScenarioError` for a concept that there is not."""
    for id in wanted:
        if id not in CONCEPTS:
            raise ScenarioError(
                Problem(
                    "no-concept", "there is no such concept to compare with", found=id,
                    expected=", ".join(CONCEPTS), nearest=nearest(id, CONCEPTS),
                )
            )  # fmt: skip


# --- the numbers under each concept


def _all(
    chain: Chain, wanted: Sequence[Concept], store: Store | None, progress: Progress | None
) -> list[Columns]:
    names = [f"concepts/{concept.id}" for concept in wanted]
    if store is not None:
        store.expect(names)
    tables = []
    for name, concept in zip(names, wanted, strict=True):
        columns = None if store is None else store.get(name)
        if columns is None:
            check(progress)
            if progress is not None:
                progress.say(f"other play: {concept.id}")
            columns = _worked(chain, concept, progress)
            if store is not None:
                store.put(name, columns)
        tables.append(columns)
    return tables


def _worked(chain: Chain, concept: Concept, progress: Progress | None) -> Columns:
    """The table of one concept: a row for each lane, and one for each variant without any."""
    parts: list[Columns] = []
    nothing: list[Rivals] = []
    heap: list[Rivals] = []
    most = max(1, ROOM // (8 * max(chain.batch.compiled.game.n_rows, 1)))
    try:
        for rivals in concept.play(chain.batch, progress):
            if not rivals.strategies:
                nothing.append(rivals)
                continue
            if heap and sum(len(r.strategies) for r in heap) + len(rivals.strategies) > most:
                parts.append(_asked(chain, concept, heap))
                heap = []
            heap.append(rivals)
            check(progress)
    except Cancelled:
        raise
    except (StandoffError, ImperfectRecall) as error:  # a game that is not of the kind it is for
        return {"why": np.array([str(error).splitlines()[0]])}
    if heap:
        parts.append(_asked(chain, concept, heap))
    if nothing:
        parts.append(
            {
                "variant": np.array([r.variant for r in nothing]),
                "solved": np.zeros(len(nothing), dtype=bool),
                "share": np.zeros(len(nothing)),
                "check": np.array([r.gap for r in nothing]),
                "record": np.zeros(len(nothing)),
            }
        )
    return _stacked(parts, set(chain.batch.compiled.names.acts))


def _asked(chain: Chain, concept: Concept, rivals: Sequence[Rivals]) -> Columns:
    """The headline answers of some variants' lanes, by lane."""
    batch, which, share = lanes(chain.batch, rivals, concept.id)
    asked = Chain(batch, chain.as_of)
    columns: Columns = {
        "variant": which,
        "solved": np.ones(len(which), dtype=bool),
        "share": share,
        "check": batch.solution.check,
        "record": asked.sight.measure().total(),
    }
    if columns["record"].sum() > 0:
        columns.update(_columns_of(asked, settled=True))
    return columns


def _columns_of(chain: Chain, *, settled: bool = False) -> Columns:
    columns: Columns = {}
    for id, pooled in headlines(chain, settled=settled).items():
        columns[f"answer/{id}"] = np.asarray(pooled.per_variant)
        columns[f"weight/{id}"] = np.asarray(pooled.weight)
    return columns


def _stacked(parts: Sequence[Columns], acts: set[str]) -> Columns:
    """Tables put end to end. An answer that a part lacks has no weight there, unless it is a next
    move: then another turn was the likeliest there, and it can't be told.
    """
    names: dict[str, None] = {}
    for part in parts:
        names.update(dict.fromkeys(part))
    stacked: Columns = {}
    for name in names:
        kind, _, id = name.partition("/")
        asked = [part for part in parts if any(n.startswith("answer/") for n in part)]
        if id in acts and not all(name in part for part in asked):
            continue
        nothing = np.nan if kind == "answer" else 0.0
        stacked[name] = np.concatenate(
            [part.get(name, np.full(len(part["variant"]), nothing)) for part in parts]
        )
    order = np.argsort(stacked["variant"], kind="stable") if stacked else np.zeros(0, dtype=int)
    return {name: column[order] for name, column in stacked.items()}


# --- beside the answers as they were worked out


@dataclass(frozen=True)
class Range:
    """A pooled answer over all ways to choose one lane of each variant."""

    low: float
    high: float

    def furthest(self, base: float) -> float:
        """The end further from a number."""
        return self.low if abs(self.low - base) > abs(self.high - base) else self.high


def chosen(values: Float, weights: Float, variant: Int) -> Range | None:
    """Least and most of a pooled answer over all ways to choose one lane of each variant: values
    [n] under weights [n], lanes of one `variant` [n] side by side. None where nothing has weight.

    A ratio of sums, each variant adding its own part: the best choice at a level is made variant by
    variant, and the ratio that it gives is the next level (Dinkelbach 1967, key `dinkelbach1967`).
    """
    weight = np.where(np.isfinite(values), weights, 0.0)
    value = np.where(weight > 0, values, 0.0)
    if not weight.sum() > 0:
        return None
    starts = np.flatnonzero(np.diff(variant, prepend=variant[0] - 1))
    low, high = (_extreme(value, weight, starts, sign) for sign in (-1.0, 1.0))
    return Range(unit(low), unit(high))


def _extreme(value: Float, weight: Float, starts: Int, sign: float) -> float:
    """The least (sign -1) or most (sign 1) over choices of one lane in each group."""
    # Below the lowest value there is: then whatever has weight is worth choosing.
    level = float((sign * value[weight > 0]).min())
    sizes = np.diff(np.append(starts, len(value)))
    for _ in range(len(value) + 2):
        worth = weight * (sign * value - level)
        best = np.maximum.reduceat(worth, starts)
        top = np.flatnonzero(worth == np.repeat(best, sizes))
        picked = top[np.searchsorted(top, starts)]
        total = weight[picked].sum()
        if not total > 0:
            break
        new = float((weight * sign * value)[picked].sum() / total)
        if not new > level:
            break
        level = new
    return sign * level


def _compared(
    chain: Chain,
    concept: Concept,
    columns: Columns,
    base: Mapping[str, NDArray[np.generic]],
    judged: Sequence[str],
    standard: str,
) -> ConceptPart:
    """One concept beside the answers of the same variants."""
    n = chain.batch.payload.n_variants
    budget = concept.budget(chain.batch)
    solved = np.asarray(columns.get("solved", np.zeros(0, dtype=bool)))
    variant = np.asarray(columns.get("variant", np.zeros(0, dtype=int)))[solved]
    there, several = np.unique(variant, return_counts=True)
    answers = dict(
        _answers(concept, {name: c[solved] for name, c in columns.items() if name != "why"}, base,
                 there, standard)
    )  # fmt: skip
    before = {id: one.base for id, one in answers.items()}
    changed = set(reworded(before, {id: one.probability for id, one in answers.items()}, standard))
    # Of two ends that lie on both sides, the nearer one may be across a band's edge.
    changed |= set(reworded(before, {id: one.low for id, one in answers.items()}, standard))
    changed |= set(reworded(before, {id: one.high for id, one in answers.items()}, standard))
    shown = [one.model_copy(update={"survives": id not in changed}) for id, one in answers.items()]
    mine = [id for id in judged if id in answers]
    turned = [id for id in mine if id in changed]
    undefined = _undefined(chain, variant, columns, solved)
    checks = np.asarray(columns.get("check", np.zeros(0)))[solved]
    part = ConceptPart(
        id=concept.id,
        what=concept.what,
        variants=n,
        found=len(there),
        several=int((several > 1).sum()) if concept.kind == "equilibria" else 0,
        most=int(several.max(initial=1)) if concept.kind != "play" else 1,
        undefined=undefined,
        certificate=concept.certificate,
        check=finite(float(checks.max())) if concept.certificate and len(checks) else None,
        tolerance=concept.tolerance,
        budget=budget,
        answers=shown,
        changed=[id for id in answers if id in changed],
        survived=1.0 - len(turned) / len(mine) if mine else None,
        turned=turned,
    )
    return part.model_copy(update={"note": " ".join(_notes(part, concept, columns, solved))})


def _answers(
    concept: Concept,
    columns: Columns,
    base: Mapping[str, NDArray[np.generic]],
    there: Int,
    standard: str,
) -> Iterator[tuple[str, RivalAnswer]]:
    """The answers that there are on both sides, on the variants in which something was found."""
    scale = standard_of(standard)
    for name, values in columns.items():
        kind, _, id = name.partition("/")
        if kind != "answer" or name not in base:
            continue
        before = finite(pool_values(base[name][there], base[f"weight/{id}"][there]).value)
        weight = columns[f"weight/{id}"]
        if concept.kind == "equilibria":
            range_ = chosen(values, weight, columns["variant"])
        else:
            pooled = finite(pool_values(values, weight).value)
            range_ = None if pooled is None else Range(unit(pooled), unit(pooled))
        if before is None or range_ is None:
            continue
        number = range_.furthest(unit(before))
        yield id, RivalAnswer(
            id=id, base=unit(before), probability=number, low=range_.low, high=range_.high,
            word=scale.word(number), survives=True,
        )  # fmt: skip


def _undefined(chain: Chain, variant: Int, columns: Columns, solved: NDArray[np.bool_]) -> int:
    """Variants in which the record has odds of zero, though not in the batch as solved."""
    record = np.asarray(columns.get("record", np.zeros(0)))[solved]
    total = np.bincount(variant, weights=record, minlength=chain.batch.payload.n_variants)
    there = np.bincount(variant, minlength=len(total)) > 0
    before = chain.inference.measure().total() > 0
    return int((there & before & ~(total > 0)).sum())


def _notes(
    part: ConceptPart, concept: Concept, columns: Columns, solved: NDArray[np.bool_]
) -> Iterable[str]:
    """What has to be said with the numbers."""
    n = part.variants
    if "why" in columns:
        yield f"It can't be worked out here: {columns['why'][0]}."
        return
    if part.several:
        have = "has" if part.several == 1 else "have"
        number = "two equilibria" if part.most == 2 else f"up to {part.most} equilibria"
        yield (
            f"{part.several} of {n} variants {have} {number} at the same precision; the one that "
            "was followed is a convention."
            if concept.id == "equilibria"
            else f"{part.several} of {n} variants {have} {number}, as far as was looked."
        )
    elif concept.id == "equilibria":
        yield f"No second equilibrium was found in any of {n} variants; there may be some."
    lost = n - part.found
    if lost:
        gaps = np.asarray(columns["check"])[~solved] if "check" in columns else np.zeros(0)
        known = gaps[np.isfinite(gaps)]
        worst = f" (up to {float(known.max()):.2g})" if len(known) else ""
        yield f"In {lost} of {n} variants nothing was found whose certificate holds{worst}."
    if part.undefined:
        yield (
            f"In {part.undefined} of {n} variants the record could not have come about: no belief "
            "is defined there, and they have no weight."
        )
    if part.found and not part.answers:
        yield "No answer could be compared."
