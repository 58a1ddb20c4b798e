"""What was solved and how well: heading, sizes, solver check, variants, sources, assumptions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.assess.branch_check import followed
from standoff.assess.chain import Chain
from standoff.assess.models import GameSize, Heading, SolutionPart, SourcePart, VariantsPart
from standoff.infer.pooling import effective
from standoff.progress import Progress
from standoff.scenario.models import Distribution, Scenario
from standoff.variants.drawing import parameter_distributions

if TYPE_CHECKING:
    from standoff.assess.ensemble import Ensemble

GAIN_VARIANTS = 64
"""Solved variants for which the largest gain from deviating is worked out: it says how far play
under a precision is from best replies, for which these are enough."""
WITHHELD_BELOW = 0.10
"""Share of the variants that must be effective, or judgements are withheld."""


def heading(chain: Chain) -> Heading:
    """The heading block."""
    scenario, observer = chain.scenario, chain.scenario.observer
    note = scenario.note
    return Heading(
        from_=note.from_,
        to=note.to,
        subject=note.subject or scenario.title,
        marking=note.marking,
        date=chain.as_of.date().isoformat() if chain.as_of else "",
        desk=observer.desk if observer else "",
    )


def game_size(chain: Chain) -> GameSize:
    """Size of the game that was solved."""
    game = chain.batch.compiled.game
    return GameSize(
        histories=game.histories,
        information_sets=game.information_sets,
        nodes=game.n_nodes,
        ends=len(game.end_nodes) * game.n_profiles,
    )


def solution_part(ensemble: Ensemble, progress: Progress | None = None) -> SolutionPart:
    """The solution and its solver check, over counted (solved) variants."""
    from standoff.solve import gains
    from standoff.solve.aqre import advice

    chain, made, good = ensemble.pilot, ensemble.found.solved, ensemble.solved
    batch = chain.batch
    solution, payload, game = batch.solution, batch.payload, batch.compiled.game
    low, high = np.quantile(made.precision, [0.05, 0.95])
    done, other = followed(batch, progress)
    some = np.flatnonzero(solution.solved)[:GAIN_VARIANTS]
    play = np.ascontiguousarray(solution.strategy[:, some])
    gain = gains(game, payload.take(some), play) / payload.stake[:, None]
    status = "solved" if good.all() else "partly" if good.any() else "failed"
    return SolutionPart(
        concept=solution.concept,
        status=status,
        certificate=_largest(made.check[good] if good.any() else made.check),
        certificate_name=solution.certificate,
        sweeps=int(np.median(made.sweeps)) if len(made.sweeps) else 0,
        precision=(float(low), float(high)),
        stakes=stakes(chain),
        largest_gain=float(gain.max(initial=0.0)),
        advice=advice(made.status, made.precision),
        followed=done,
        elsewhere=other,
    )


def branch_warnings(solution: SolutionPart) -> list[str]:
    """That the branch from uniform play leads to other play, where it does."""
    if not solution.elsewhere:
        return []
    return [
        f"In {solution.elsewhere} of the {solution.followed} variants in which the branch of "
        "solutions from uniform play was followed step by step, it leads to other play than this "
        "note rests on, which is another equilibrium: which side comes off better may hang on the "
        "order in which the scenario lists them."
    ]


def _largest(residuals: NDArray[np.float64]) -> float:
    """The largest residual, kept finite: JSON has no infinity."""
    return float(np.nan_to_num(residuals.max(initial=0.0)))


def stakes(chain: Chain) -> dict[str, dict[str, float]]:
    """Actor -> type -> stake in payoff units (of a type drawn at the root: of its first type)."""
    game, payload = chain.batch.compiled.game, chain.batch.payload
    return {
        player: {
            kind: float(payload.stake[game.type_start[p] + t])
            for t, kind in enumerate(game.types[p])
        }
        for p, player in enumerate(game.players)
    }


def variants_part(ensemble: Ensemble) -> VariantsPart:
    """The variants and what the record leaves of them."""
    found, n, tempering = ensemble.found, ensemble.n, ensemble.tempering
    worth = effective(found.weight)
    if tempering is not None:
        worth = min(worth, tempering.effective)  # there, copies of one point count once
    short = worth < WITHHELD_BELOW * n
    return VariantsPart(
        n=n,
        effective=worth,
        failed=int((~ensemble.solved).sum()),
        seed=ensemble.draws.seed,
        impossible_only_here=int(found.solved.lifted.sum()),
        withheld=short or (tempering is not None and not tempering.met),
        draws=ensemble.draws.method,
        weighting="importance" if tempering is None else "tempered",
        tempering=tempering,
    )


def lifted(chain: Chain) -> NDArray[np.bool_]:
    """[V] variants in which an outcome that is possible in others has odds at the floor."""
    from standoff.compile.chance_odds import chance_odds

    return np.asarray(chance_odds(chain.batch.compiled, chain.batch.draws).lifted > 0)


def stake_warnings(chain: Chain) -> list[str]:
    """What is doubtful about the stakes."""
    from standoff.compile.numbers import stakes_of
    from standoff.variants.drawing import reference

    found = stakes_of(chain.batch.compiled, reference(chain.scenario))
    return [problem.message for problem in found.warnings]


def sources(scenario: Scenario) -> list[SourcePart]:
    """Documents cited, with the key paths that cite them."""
    cited: dict[str, list[str]] = {name: [] for name in scenario.sources}
    for path, citation in citations(scenario):
        name = citation.partition("#")[0]
        if name in cited and path not in cited[name]:
            cited[name].append(path)
    return [
        SourcePart(id=name, title=source.title, url=source.url, cited_by=cited[name])
        for name, source in scenario.sources.items()
        if cited[name]
    ]


def citations(scenario: Scenario) -> Iterable[tuple[str, str]]:
    """Key path and citation of everything that cites a source."""
    for name, entry in parameter_distributions(scenario).items():
        yield from ((f"parameters.{name}", c) for c in entry.source)
    for name, actor in scenario.actors.items():
        for kind, held in actor.types.items():
            yield from ((f"actors.{name}.types.{kind}", c) for c in held.source)
        if actor.prior is not None:
            yield from ((f"actors.{name}.prior", c) for c in actor.prior.source)
    for name, variable in scenario.state.items():
        yield from ((f"state.{name}", c) for c in variable.source)
    for name, audience in scenario.audiences.items():
        yield from ((f"audiences.{name}", c) for c in audience.source)
    for turn in scenario.turns:
        menus = [turn.moves, turn.outcomes, *(part.moves for part in turn.together or ())]
        for menu in menus:
            for move, written in (menu or {}).items():
                yield from ((f"turns.{turn.id}.{move}", c) for c in written.source)
    for actor_name, terms in scenario.objectives.items():
        for name, term in terms.items():
            yield from ((f"objectives.{actor_name}.{name}", c) for c in term.source)
    for index, item in enumerate(scenario.record):
        yield from ((f"record.{item.id or index}", c) for c in item.source)
    for judgement in scenario.judgements:
        yield from ((f"judgements.{judgement.id}", c) for c in judgement.source)


def assumptions(scenario: Scenario, weighty: Iterable[str]) -> dict[str, str]:
    """What is assumed of the named parameters, and why."""
    known = parameter_distributions(scenario)
    found = {}
    for name in weighty:
        if name in known:
            entry = known[name]
            because = f": {entry.because}" if entry.because else ""
            found[name] = f"{shape(entry)}{because}"
        elif name == "precision":
            found[name] = shape(scenario.solve.precision)
    return found


def shape(entry: Distribution) -> str:
    """A distribution in words: `triangular 0.1, 0.3, 0.5`."""
    kind = entry.kind
    if kind == "value":
        return f"fixed at {entry.value}"
    if kind == "choice":
        return "one of " + ", ".join(f"{k} ({p})" for k, p in (entry.choice or {}).items())
    return f"{kind} {', '.join(getattr(entry, kind))}"
