"""What the answers hang on, from draws at hand: nothing is solved for it.

Rank correlation, delta, first-order index and swing of every assumption, each variant weighted by
the likelihood of the record, as the answers themselves are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.driver_models import DriverPart, SensitivityPart
from standoff.assess.drivers import rank_correlations
from standoff.assess.labels import answer_text, assumption_label
from standoff.compile.drawn import uncertain_columns
from standoff.compile.draws import Draws
from standoff.infer.pooling import Pooled, pool_values
from standoff.progress import Progress, check
from standoff.scenario.models import Scenario
from standoff.variants.delta_moments import RESAMPLES, delta_moments
from standoff.variants.swings import swings

if TYPE_CHECKING:
    from standoff.assess.ensemble import Ensemble

Float = NDArray[np.float64]

MOST_OF_NOTE, MOST_ROWS_OF_NOTE = 2000, 8
"""For a note: variants from which it is told, and assumptions of each answer."""
SAME = 1e-9
"""Answers that are nowhere further apart than this are the same."""


def assumptions(scenario: Scenario, draws: Draws) -> dict[str, Float]:
    """Everything uncertain as it was drawn [V], by the key of its column."""
    found = {}
    for key in uncertain_columns(scenario):
        if key in draws.values:
            found[key] = draws.values[key]
        elif key == "precision":
            found[key] = draws.precision
        else:
            _, actor, kind = key.split(".", 2)
            found[key] = draws.prior[actor][list(scenario.actors[actor].types).index(kind)]
    return found


def of_note(ensemble: Ensemble, known: dict[str, str]) -> list[SensitivityPart]:
    """What the beliefs, judgements and questions of a note hang on, from the variants at hand:
    nothing is solved, and where there are many, some of them tell.
    """
    found, scenario, seed = ensemble.found, ensemble.scenario, ensemble.draws.seed
    answers = {
        f"{actor}.{kind}": held.posterior
        for actor, kinds in found.belief.items()
        for kind, held in kinds.items()
    }
    for id, said in (found.judgements | found.questions).items():
        raw = said.answer
        if raw is not None and raw.status == "probability" and raw.pooled is not None:
            answers[id] = raw.pooled
    drawn = assumptions(scenario, ensemble.draws)
    n = ensemble.n
    if ensemble.tempering is not None:
        drawn, answers = once(drawn, answers)
        n = len(next(iter(drawn.values()), ()))
    if n > MOST_OF_NOTE:
        rng = np.random.default_rng([seed, 0x5075E])
        some = np.sort(rng.choice(n, MOST_OF_NOTE, replace=False))
        drawn = {name: values[some] for name, values in drawn.items()}
        answers = {
            id: pool_values(held.per_variant[some], held.weight[some], held.value)
            for id, held in answers.items()
        }
    answers = {id: held for id, held in answers.items() if np.isfinite(held.value)}
    return sensitivity_parts(
        answers, drawn, scenario, known, seed=seed, resamples=0, most=MOST_ROWS_OF_NOTE
    )


def once(
    drawn: Mapping[str, Float], answers: Mapping[str, Pooled]
) -> tuple[dict[str, Float], dict[str, Pooled]]:
    """Variants that tempering left at one point are one, with the weight of all of them."""
    if not drawn:
        return dict(drawn), dict(answers)
    _, first, group = np.unique(
        np.stack(list(drawn.values())), axis=1, return_index=True, return_inverse=True
    )
    merged = {
        id: pool_values(
            held.per_variant[first], np.bincount(group.ravel(), held.weight), held.value
        )
        for id, held in answers.items()
    }
    return {name: values[first] for name, values in drawn.items()}, merged


def sensitivity_parts(
    answers: Mapping[str, Pooled],
    drawn: Mapping[str, Float],
    scenario: Scenario,
    known: dict[str, str],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    most: int | None = None,
    progress: Progress | None = None,
) -> list[SensitivityPart]:
    """What each answer hangs on, from draws at hand: nothing is solved.

    `drawn` holds what was uncertain [V] by name (`assumptions`). With `most` only so many
    assumptions of each answer are kept, and only such as are no noise.
    """
    names = list(drawn)
    x = np.stack([drawn[name] for name in names]) if names else np.zeros((0, 0))
    words = {name: assumption_label(scenario, known, name) for name in names}
    parts: list[SensitivityPart] = []
    for id, pooled in answers.items():
        check(progress)
        rows_of = _drivers(names, words, x, pooled, seed, resamples) if names else []
        if most is not None:
            rows_of = [row for row in rows_of if not row.noise][:most]
        same, opposite = _twin(id, answers, [part.id for part in parts])
        parts.append(
            SensitivityPart(
                id=id,
                text=answer_text(scenario, known, id),
                probability=min(max(pooled.value, 0.0), 1.0),
                effective=pooled.effective,
                same_as=same,
                opposite_of=opposite,
                drivers=rows_of,
            )
        )
        if progress is not None:
            progress.step(len(parts), len(answers))
    return parts


def _drivers(
    names: Sequence[str],
    words: Mapping[str, str],
    x: Float,
    pooled: Pooled,
    seed: int,
    resamples: int,
) -> list[DriverPart]:
    y, w = pooled.per_variant, pooled.weight
    correlated = rank_correlations(y, x, w)
    moments = delta_moments(x, y, w, seed, resamples)
    swung = swings(x, y, w)
    if correlated is None or moments is None or swung is None:
        return []
    r, bar = correlated
    found = [
        DriverPart(
            id=name,
            label=words[name],
            correlation=short(r[j]),
            delta=short(moments.delta[j]),
            delta_error=_known(moments.delta_error[j]),
            first=short(moments.first[j]),
            first_error=_known(moments.first_error[j]),
            # A bar of two standard errors is too low for the best of many: three.
            noise=bool(moments.noise[j] and abs(r[j]) <= 1.5 * bar),
            low_value=float(f"{swung.low_value[j]:.6g}"),
            high_value=float(f"{swung.high_value[j]:.6g}"),
            at_low=short(swung.at_low[j]),
            at_high=short(swung.at_high[j]),
            swing=short(swung.swing[j]),
        )
        for j, name in enumerate(names)
    ]
    return sorted(found, key=lambda row: (row.noise, -abs(row.swing), row.id))


def short(value: float) -> float:
    """Six digits after the point: what differs beyond them differs by processor."""
    return round(float(value), 6) + 0.0


def _known(value: float) -> float | None:
    return short(value) if np.isfinite(value) else None


def _twin(id: str, answers: Mapping[str, Pooled], before: Iterable[str]) -> tuple[str, str]:
    """An earlier answer that is the same in every variant, or one less this one."""
    y, w = answers[id].per_variant, answers[id].weight
    for other in before:
        z, u = answers[other].per_variant, answers[other].weight
        use = (w > 0) & (u > 0)
        if not use.any() or not ((w > 0) == (u > 0)).all():
            continue
        if np.abs(y - z)[use].max() < SAME:
            return other, ""
        if np.abs(y + z - 1.0)[use].max() < SAME:
            return "", other
    return "", ""
