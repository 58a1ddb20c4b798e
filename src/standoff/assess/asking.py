"""`ask`: one query. `explain`: the likeliest histories behind one, move by move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.assess.answering import answer_of, finite
from standoff.assess.chain import Chain, Crisis, chain, opened
from standoff.assess.models import Answer
from standoff.errors import Position, Problem, QueryError
from standoff.infer.answers import pooled_probability
from standoff.progress import Progress
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.scenario.queries import Probability, Query, bind_query, parse_query

if TYPE_CHECKING:
    from standoff.compile.walking import Walked

Float = NDArray[np.float64]


def ask(
    source: Crisis,
    query: str,
    *,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    standard: str = "icd203",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Answer one query, with its range over the assumptions and what it hangs on.

    Raises `QueryError` with the column where the query can't be read, before anything is solved.
    """
    scenario, _ = _readable(source, query, settings)
    solved = chain(scenario, as_of=as_of, variants=variants, seed=seed, progress=progress)
    return asked(solved, query, standard=standard)


def _readable(
    source: Crisis, query: str, settings: Mapping[str, str] | None
) -> tuple[Scenario, Query | None]:
    """The scenario and the bound query (None for an empty one): what can't be read is told before
    anything is solved.
    """
    parsed = parse_query(query) if query else None
    scenario = opened(source, settings)
    return scenario, bind_query(parsed, Names(scenario)) if parsed is not None else None


def asked(chain: Chain, query: str, *, standard: str = "icd203") -> Answer:
    """The answer to a query from a chain that is already solved."""
    bound = bind_query(parse_query(query), chain.batch.compiled.names)
    inference = chain.inference
    try:
        raw = inference.answer(bound)
    except QueryError as error:
        raise _with_text(error, query) from None
    prior = None
    if raw.status == "probability":
        prior = finite(pooled_probability(inference.prior, bound))
    found = answer_of("query", query, "", raw, standard=standard, drawn=chain.drawn, prior=prior)
    failed = int((~chain.batch.solution.solved).sum())
    return found.model_copy(update={"rests_on": list(found.drivers), "failed": failed})


def _with_text(error: QueryError, query: str) -> QueryError:
    """The same with the query beside each place in it: what is bound no longer knows its text."""
    return QueryError(
        replace(p, text=query) if p.position and p.position.file == "query" else p
        for p in error.problems
    )


def explain(
    source: Crisis,
    query: str = "",
    *,
    as_of: str | None = None,
    most: int = 3,
    variants: int = 200,
    seed: int = 0,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> str:
    """The likeliest histories of an event (everything that the record leaves, where none is given):
    their moves, the state before and after each, and the lines of YAML.
    """
    scenario, bound = _readable(source, query, settings)
    if bound is not None:
        _event(bound)
    solved = chain(scenario, as_of=as_of, variants=variants, seed=seed, progress=progress)
    return explained(solved, query, most)


def explained(chain: Chain, query: str, most: int) -> str:
    """The same from a chain that is already solved."""
    from standoff.compile import explain as likeliest

    weights, total = _weights(chain, query)
    if not total > 0:
        return "No history that the record leaves is one of these."
    found = likeliest(chain.batch.compiled, weights, most)
    shares = [f"{each.weight / total:.1%}" for each in found]
    return "\n\n".join(
        _history(i, each, share)
        for i, (each, share) in enumerate(zip(found, shares, strict=True), 1)
    )


def _weights(chain: Chain, query: str) -> tuple[Float, float]:
    """[Z, K] mass of the event on each end, added up over variants, and its sum."""
    compiled, inference = chain.batch.compiled, chain.inference
    measure = inference.measure()
    mask: NDArray[Any] = np.ones((1, 1, 1))
    if query:
        event = _event(bind_query(parse_query(query), compiled.names))
        try:
            mask = inference.evaluator.event(event, inference.rows(measure)).astype(float)
        except QueryError as error:
            raise _with_text(error, query) from None
    weights = np.zeros((len(compiled.game.end_nodes), compiled.game.n_profiles))
    for block, mass in measure:
        here = mask[:, :, block] if mask.shape[2] > 1 else mask
        np.add.at(weights, measure.end, (mass * here).sum(axis=2))
    return weights, float(weights.sum())


def _event(query: Query) -> Any:
    body = query.body
    if not isinstance(body, Probability) or body.given is not None or body.forced or query.view:
        raise QueryError(
            Problem(
                "not-an-event",
                "explain shows the histories of an event",
                Position("query", 1, 1, max(1, len(query.text))),
                text=query.text,
                expected='an event, for instance "ending is war"',
            )
        )
    return body.event


def _history(number: int, each: Walked, share: str) -> str:
    """One history as lines."""
    types = ", ".join(f"{actor} is {kind}" for actor, kind in each.types.items())
    lines = [f"{number}. {share} of the weight" + (f": {types}" if types else "")]
    for step in each.steps:
        if not step.turn and not step.after:
            continue
        what = step.act or step.label or "by itself"
        note = " (nothing else was open)" if step.forced else " (chance)" if step.chance else ""
        where = f"  [{step.position}]" if step.position else ""
        lines.append(f"   round {step.round}: {what}{note}{where}")
        if step.after:
            moved = ", ".join(
                f"{name} {step.before.get(name, '?')} -> {after}"
                for name, after in step.after.items()
            )
            lines.append(f"      {moved}")
    lines.append(f"   ends: {each.ending or 'not yet'}")
    return "\n".join(lines)
