"""Headline numbers under some settings, fast enough to follow a slider.

A setting that only changes numbers leaves the tree as it is: the game is built once, the draws of
everything else stay where they were (so that two answers differ by the setting and by nothing
else), and only the numbers are put in anew and solved. The same as solving the scenario with the
settings written into it at the points of these draws; a test holds that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from standoff.assess.ahead import ending_odds, next_parts, option_part, whose
from standoff.assess.answering import finite, finite_range, unit
from standoff.assess.chain import Chain, moment_of
from standoff.assess.found import questions
from standoff.assess.judging import answered, claims
from standoff.compile.compiled import Compiled
from standoff.compile.drawn import parameter_distributions, reference, refixed
from standoff.compile.draws import Draws
from standoff.compile.numbers import payload
from standoff.errors import Problem, ScenarioError
from standoff.infer.answers import foresee
from standoff.infer.belief import actors_with_types, belief
from standoff.infer.inference import Inference
from standoff.infer.outlook import endings, next_moves
from standoff.infer.pooling import effective
from standoff.progress import Progress
from standoff.scenario.loading import apply_settings
from standoff.scenario.models import Scenario
from standoff.scenario.setting_priors import apart
from standoff.variants.batch import solve_payload
from standoff.web.quick_models import Believed, Quick, QuickAnswer
from standoff.web.warm import Base, Warm
from standoff.words import standard as standard_of

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Set:
    """Settings by what they are."""

    parameters: dict[str, str]
    priors: dict[str, dict[str, float]]
    """Actor -> type -> odds."""
    precision: float | None


def quick(
    warm: Warm,
    *,
    files: Mapping[str, str],
    settings: Mapping[str, str],
    as_of: str | None,
    for_: str | None,
    variants: int,
    seed: int,
    standard: str,
    progress: Progress | None = None,
) -> Quick:
    """Belief, next moves, endings, options and the answers, under some settings."""
    base = warm.base(files, progress)
    asked = whose(base.scenario, for_)
    chain = solved(warm, base, settings, as_of=as_of, variants=variants, seed=seed,
                   progress=progress)  # fmt: skip
    return read(chain, asked, standard)


def solved(
    warm: Warm,
    base: Base,
    settings: Mapping[str, str],
    *,
    as_of: str | None,
    variants: int,
    seed: int,
    use: str = "quick",
    progress: Progress | None = None,
) -> Chain:
    """The crisis solved under some settings, in the variants that it has without them."""
    chosen = Set(*apart(base.scenario, settings))
    moment = moment_of(base.scenario, as_of or base.scenario.as_of)
    key = (base.key, tuple(sorted(settings.items())), str(moment), variants, seed)

    def make() -> Chain:
        scenario = (
            apply_settings(base.scenario, chosen.parameters) if chosen.parameters else base.scenario
        )
        compiled = _tree(base, scenario, chosen, progress)
        draws = _moved(scenario, refixed(scenario, warm.draws(base, variants, seed)), chosen)
        numbers = payload(compiled, draws, reference=reference(scenario))
        return Chain(solve_payload(compiled, draws, numbers, progress), moment)

    return warm.chain(use, key, make)


def _tree(base: Base, scenario: Scenario, chosen: Set, progress: Progress | None) -> Compiled:
    """The game: the one at hand wherever only numbers change."""
    if not chosen.parameters:
        return base.compiled
    uncertain = {k for k, d in parameter_distributions(base.scenario).items() if not d.fixed}
    moved = {
        k for k in parameter_distributions(base.scenario)
        if k in chosen.parameters or k.partition(".")[0] in chosen.parameters
    }  # fmt: skip
    # The tree rests on nothing that is uncertain. What is fixed may stand in a condition, or in
    # odds of nothing or everything, which close outcomes for good: that tree is made anew.
    if moved <= uncertain:
        return replace(base.compiled, scenario=scenario)
    from standoff.compile import compile_scenario

    return compile_scenario(scenario, progress=progress)


def _moved(scenario: Scenario, draws: Draws, chosen: Set) -> Draws:
    """The same draws with odds of types, or the precision, as set: the other types of that actor
    keep their odds among each other.
    """
    if chosen.precision is not None:
        draws = replace(draws, precision=np.full(draws.n_variants, chosen.precision))
    for actor, wanted in chosen.priors.items():
        kinds = list(scenario.actors[actor].types)
        if draws.joint is not None and scenario.joint is not None:
            row = np.array([kinds.index(r.types[actor]) for r in scenario.joint])
            totals = np.stack([draws.joint[row == t].sum(axis=0) for t in range(len(kinds))])
            factor = np.divide(
                _set(totals, kinds, wanted, actor), totals,
                out=np.zeros_like(totals), where=totals > 0,
            )  # fmt: skip
            draws = replace(draws, joint=draws.joint * factor[row])
        else:
            odds = _set(draws.prior[actor], kinds, wanted, actor)
            draws = replace(draws, prior={**draws.prior, actor: odds})
    return draws


def _set(odds: Float, kinds: list[str], wanted: Mapping[str, float], actor: str) -> Float:
    """[T, V] odds of types with some of them set; the rest shares what is left as before."""
    fixed = np.array([k in wanted for k in kinds])
    given = np.array([wanted.get(k, 0.0) for k in kinds])
    left = 1.0 - given.sum()
    if left < -1e-9 or (fixed.all() and abs(left) > 1e-9):
        raise ScenarioError(
            Problem(
                "odds-sum", f"the odds of {actor}'s types must sum to 1",
                found=f"{given.sum():g}", expected="1" if fixed.all() else "less than 1",
            )
        )  # fmt: skip
    out = np.where(fixed[:, None], given[:, None], odds)
    if not fixed.all():
        rest = odds[~fixed]
        total = rest.sum(axis=0)
        even = np.full_like(rest, 1.0 / len(rest))
        share = np.divide(rest, total, out=even, where=total > 0)
        out[~fixed] = share * max(left, 0.0)
    return np.asarray(out, dtype=np.float64)


# --- what is read off


def read(chain: Chain, asked: list[tuple[str, str | None]], standard: str) -> Quick:
    """The headline numbers of a solved crisis."""
    inference, batch = chain.inference, chain.batch
    solution = batch.solution
    names, scale = batch.compiled.names, standard_of(standard)
    return Quick(
        as_of=chain.as_of.isoformat() if chain.as_of else "",
        variants=len(solution.status),
        failed=int((~solution.solved).sum()),
        effective=effective(inference.measure().total()),
        belief=_belief(inference),
        next=[
            part
            for player in inference.compiled.game.players
            for part in next_parts(names, scale, player, next_moves(inference, player))
        ],
        endings=ending_odds(chain.scenario, scale, endings(inference)),
        options=[
            option_part(names, held)
            for actor, kind in asked
            if (held := inference.options(actor, kind)) is not None
        ],
        answers=_answers(chain),
    )


def _belief(inference: Inference) -> dict[str, dict[str, Believed]]:
    found: dict[str, dict[str, Believed]] = {}
    for actor in actors_with_types(inference):
        found[actor] = {
            kind: Believed(
                prior=unit(held.prior.value),
                probability=unit(held.posterior.value),
                range90=finite_range(held.posterior.range90) or (0.0, 1.0),
            )
            for kind, held in belief(inference, actor).items()
            if finite(held.posterior.value) is not None
        }
    return found


def _answers(chain: Chain) -> dict[str, QuickAnswer]:
    """The statements that the model judges, and the scenario's questions."""
    inference = chain.inference
    audit = inference.anchored(chain.anchor)
    said = [(c.judgement.id, audit, c.query) for c in claims(chain)]
    said += [(id, inference, query) for id, query in questions(chain)]
    foresee(audit, [query for _, where, query in said if where is audit])
    foresee(inference, [query for _, where, query in said if where is inference])
    found = {}
    for id, where, query in said:
        raw, _ = answered(where, query)
        if raw is None or raw.by_type or raw.distribution:
            continue
        number = finite(raw.value)
        pooled = raw.pooled
        if raw.observed is not None:
            found[id] = QuickAnswer(kind="observed", value=float(raw.observed), range90=None)
        elif number is not None:
            likely = raw.status == "probability"
            found[id] = QuickAnswer(
                kind=raw.status,
                value=unit(number) if likely else number,
                range90=finite_range(pooled.range90) if pooled is not None else None,
            )
    return found
