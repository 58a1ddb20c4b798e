"""The evidence table: hypotheses in rows, items of the record in columns, in each cell how many
times likelier the solved game makes the item under the hypothesis.

The ratios are taken in order, each given what came before, and pooled as a ratio of pooled masses.
So prior odds, times the ratios, times what the turns between the items tell (`rest`), are the
posterior odds: by variant, and pooled as well, since each ratio ends with the masses that the next
one begins with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, prod
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from standoff.assess.answering import finite_range, unit
from standoff.assess.chain import Chain, Crisis, about, chain, opened
from standoff.assess.evidence_models import (
    ActorEvidence,
    EvidenceCell,
    EvidenceColumn,
    EvidencePart,
    HypothesisRow,
    InconsistencyScore,
    PairCell,
)
from standoff.assess.evidence_scores import (
    MEDIUM,
    Rated,
    place,
    rating_of,
    scores,
    strength,
    weight_of,
)
from standoff.assess.evidence_warnings import warnings
from standoff.assess.labels import labels
from standoff.errors import Problem, ScenarioError, nearest
from standoff.infer.belief import actors_with_types
from standoff.infer.diagnosticity import ItemEvidence, diagnosticity
from standoff.infer.likelihood import item_mass
from standoff.infer.pooling import Pooled
from standoff.infer.ratios import Ratio
from standoff.infer.surprise import played_near_uniformly, surprise_of, with_uniform
from standoff.progress import Progress, check
from standoff.scenario.roots import pieces, roots, roots_of
from standoff.scenario.source_models import Rating
from standoff.variants.points import Method

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

StandardName = Literal["icd203", "phia"]
Ratings = Mapping[str, Mapping[str, Rating | None]]
"""Item -> `actor.type` -> rating, None where there is to be none."""
RESIDUAL = "residual"
RESIDUAL_LABEL = "something not thought of"


def evidence(
    source: Crisis,
    *,
    actor: str | None = None,
    ratings: Path | Ratings | None = None,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    standard: StandardName = "icd203",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> EvidencePart:
    """The evidence table of an actor with types, or of all of them.

    `ratings` replace those of the scenario: a table read from a CSV file, or item ->
    `actor.type` -> rating. Raises `ScenarioError` for an actor, item or type that there is not,
    and where nothing has been observed or nobody has types.
    """
    from standoff.assess.evidence_csv import read_ratings

    scenario = opened(source, settings)
    given = read_ratings(ratings, scenario) if isinstance(ratings, Path) else ratings
    _refuse(scenario.actors, actor)
    ready = chain(
        scenario, as_of=as_of, variants=variants, seed=seed, method=method, progress=progress
    )
    found = evidence_of(ready, actor, ratings=given, standard=standard, progress=progress)
    if found is None:
        raise ScenarioError(
            Problem(
                "no-evidence",
                "there is no evidence to weigh",
                found="nobody has types" if not actors_with_types(ready.inference)
                else "nothing had been observed by then",
                expected="an actor with types, and a record",
            )
        )  # fmt: skip
    return found


def _refuse(actors: Mapping[str, object], actor: str | None) -> None:
    if actor is not None and actor not in actors:
        raise ScenarioError(
            Problem("unknown-name", "no such actor", found=actor, expected="an actor with types",
                    nearest=nearest(actor, actors))
        )  # fmt: skip


def evidence_of(
    ready: Chain,
    actor: str | None = None,
    *,
    ratings: Ratings | None = None,
    standard: StandardName = "icd203",
    progress: Progress | None = None,
) -> EvidencePart | None:
    """The evidence tables of a solved crisis; None where nobody has types or nothing has been seen.

    Raises `ScenarioError` for an actor that has no types.
    """
    inference = ready.inference
    _refuse(ready.scenario.actors, actor)
    typed = actors_with_types(inference)
    if actor is not None and actor not in typed:
        raise ScenarioError(
            Problem("no-types", "the actor has one type: there is nothing to tell apart",
                    found=actor, expected=" or ".join(typed) or "an actor with types")
        )  # fmt: skip
    items = diagnosticity(inference)
    if not typed or not items:
        return None
    if progress is not None:
        progress.say("weighing the evidence")
    check(progress)
    tables = []
    for name in (actor,) if actor is not None else typed:
        tables.append(_table(ready, name, items, ratings or {}))
        check(progress)
    return EvidencePart(**about(ready, standard), actors=tables)


def _table(
    ready: Chain, actor: str, items: Sequence[ItemEvidence], given: Ratings
) -> ActorEvidence:
    scenario, inference = ready.scenario, ready.inference
    words = labels(scenario, inference.compiled.names)
    types = list(scenario.actors[actor].types)
    ratios = {each.id: dict(each.ratios[actor]) for each in items}
    for id, ratio in _residual_ratios(inference, actor, items).items():
        ratios[id][RESIDUAL] = ratio
    groups = _groups(items)
    columns = [
        _column(ready, actor, number, each, ratios[each.id], given, groups)
        for number, each in enumerate(items, 1)
    ]
    counting = [c.id for c in columns if c.counts]
    rows = _rows(ready, actor, words, [ratios[id] for id in counting], columns)
    rated = sum(c.cells[t].rating is not None for c in columns for t in types)
    found = ActorEvidence(
        actor=actor,
        label=words.get(actor, actor),
        hypotheses=rows,
        items=columns,
        rated=rated,
        cells=len(types) * len(columns),
        warnings=[],
    )
    return found.model_copy(update={"warnings": warnings(found)})


def _groups(items: Sequence[ItemEvidence]) -> dict[str, list[int]]:
    """Decision -> places of its items (from 0), those that count first."""
    found: dict[str, list[int]] = {}
    for index, each in enumerate(items):
        if each.placed.item.same_decision:
            found.setdefault(each.placed.item.same_decision, []).append(index)
    return {
        name: sorted(group, key=lambda i: (not items[i].counted, i))
        for name, group in found.items()
    }


def _column(
    ready: Chain,
    actor: str,
    number: int,
    each: ItemEvidence,
    ratios: Mapping[str, Ratio],
    given: Ratings,
    groups: Mapping[str, list[int]],
) -> EvidenceColumn:
    placed, item = each.placed, each.placed.item
    group = groups.get(item.same_decision or "", [number - 1])
    own = {**item.ratings, **given.get(each.id, {})}
    held = [one for one in pieces(ready.scenario)[placed.index] if one.supports]
    cited = list(dict.fromkeys(one.citation for one in held))
    known = roots(ready.scenario)
    kind: Literal["move", "report", "absence"] = (
        "report" if placed.kind == "report" else "absence" if placed.kind == "absence" else "move"
    )
    return EvidenceColumn(
        number=number,
        id=each.id,
        text=item.text or item.report or " or ".join(item.move or ()) or item.absence or each.id,
        kind=kind,
        at=placed.at.isoformat(),
        known=placed.known.isoformat(),
        source=cited,
        roots=sorted({root for text in cited for root in roots_of(known, text)}),
        weight=weight_of([one.grade for one in held if one.grade is not None]),
        one_decision_with=[i + 1 for i in sorted(group) if i != number - 1],
        counts=group[0] == number - 1,
        cells={
            t: _cell(ratio.pooled, own.get(f"{actor}.{t}"), t == RESIDUAL)
            for t, ratio in ratios.items()
        },
        pairwise={
            pair: PairCell(ratio=_number(r.pooled), range90=finite_range(r.pooled.range90))
            for pair, r in each.pairwise[actor].items()
        },
    )


def _number(pooled: Pooled) -> float | None:
    value = pooled.value
    return value if isfinite(value) and pooled.effective > 0 else None


def _cell(pooled: Pooled, rating: Rating | None, residual: bool) -> EvidenceCell:
    value = _number(pooled)
    extent = finite_range(pooled.range90) if value is not None else None
    return EvidenceCell(
        ratio=value,
        range90=extent,
        strength="" if value is None else strength(value),
        clear=extent is not None and not extent[0] <= 1.0 <= extent[1],
        model_rating=None if value is None else rating_of(value),
        rating=None if residual else rating,
    )


# ---------------------------------------------------------------------------------- hypotheses


def _rows(
    ready: Chain,
    actor: str,
    words: Mapping[str, str],
    counting: Sequence[Mapping[str, Ratio]],
    columns: Sequence[EvidenceColumn],
) -> list[HypothesisRow]:
    inference = ready.inference
    belief = inference.belief(actor)
    by_hand = _scored(columns, list(belief), hand=True)
    by_model = _scored(columns, list(belief), hand=False)
    standing = {t: unit(held.posterior.value) for t, held in belief.items()}
    rows = []
    for t, held in belief.items():
        prior, now = unit(held.prior.value), standing[t]
        rows.append(
            HypothesisRow(
                id=t,
                label=words.get(f"{actor}.{t}", t),
                residual=False,
                prior=prior,
                posterior=now,
                posterior_range90=finite_range(held.posterior.range90),
                rank=place(-now, [-p for p in standing.values()]),
                by_ratings=by_hand.get(t),
                by_model=by_model.get(t),
                **_odds(prior, now, [each[t] for each in counting]),
            )
        )
    if counting and RESIDUAL in counting[0]:
        prior, now = _residual_belief(ready, actor)
        rows.append(
            HypothesisRow(
                id=RESIDUAL,
                label=RESIDUAL_LABEL,
                residual=True,
                prior=prior,
                posterior=now,
                posterior_range90=None,
                rank=None,
                by_ratings=None,
                by_model=None,
                **_odds(prior, now, [each[RESIDUAL] for each in counting]),
            )
        )
    return rows


def _odds(prior: float, now: float, ratios: Sequence[Ratio]) -> dict[str, float | None]:
    """The way from prior to posterior odds."""
    before = prior / (1 - prior) if prior < 1 else None
    after = now / (1 - now) if now < 1 else None
    product = prod(r.value for r in ratios)
    known = before and after is not None and isfinite(product) and product > 0
    return {
        "prior_odds": before,
        "product": product if isfinite(product) else None,
        "rest": after / before / product if known and before and after is not None else None,
        "posterior_odds": after,
    }


def _scored(
    columns: Sequence[EvidenceColumn], types: Sequence[str], *, hand: bool
) -> dict[str, InconsistencyScore]:
    items = []
    for column in columns:
        decision = min([column.number, *column.one_decision_with])
        ratings = {
            t: rating
            for t in types
            if (rating := column.cells[t].rating if hand else column.cells[t].model_rating)
            is not None
        }
        # A grade tempers the model's own ratios: weighing them again would count it twice.
        items.append(Rated(ratings, column.weight if hand else MEDIUM, str(decision)))
    return scores(items, types)


# ---------------------------------------------------------------- something nobody thought of


def _residual_ratios(
    inference: Inference, actor: str, items: Sequence[ItemEvidence]
) -> dict[str, Ratio]:
    """Item -> how many times likelier it was if the actor plays near-uniformly than as solved;
    empty where the actor is no player.
    """
    from standoff.infer.inference import Inference as Seen

    if actor not in inference.compiled.game.players:
        return {}
    play = with_uniform(inference, inference.solution.strategy, actor)
    other = Seen(
        inference.compiled, inference.payload, inference.draws,
        replace(inference.solution, strategy=play), inference.evidence,
    )  # fmt: skip
    single: dict[str, Ratio] = {}
    for each in items:
        by_rates, solved = item_mass(other, each.placed), item_mass(inference, each.placed)
        single[each.id] = Ratio.of(
            by_rates.after.sum(axis=(0, 1)), by_rates.before.sum(axis=(0, 1)),
            solved.after.sum(axis=(0, 1)), solved.before.sum(axis=(0, 1)),
        )  # fmt: skip
    groups = _groups(items)
    found = {}
    for each in items:
        group = groups.get(each.placed.item.same_decision or "")
        counted = [items[i].id for i in sorted(group or ()) if items[i].counted]
        parts = [part for id in counted or [each.id] for part in single[id].parts]
        found[each.id] = Ratio(tuple(parts))
    return found


def _residual_belief(ready: Chain, actor: str) -> tuple[float, float]:
    """Prior and posterior odds of the actor's doing something nobody thought of."""
    inference = ready.inference
    modeled = inference.standing(inference.present)[1].sum(axis=(0, 1))
    instead = {actor: played_near_uniformly(inference)[actor]}
    prior = ready.scenario.solve.residual
    return surprise_of(
        modeled, inference.solution.solved, instead, prior=prior, percentile=0.0
    ).residual[actor]
