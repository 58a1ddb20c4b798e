"""`ask`: one query. `explain`: the likeliest histories behind one, move by move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.assess.answering import answer_of, finite
from standoff.assess.chain import Chain, Crisis, drawn, moment_of, opened
from standoff.assess.chunks import Job, gathered, within
from standoff.assess.models import Answer
from standoff.assess.weightless import refuse_weightless
from standoff.errors import Position, Problem, QueryError
from standoff.infer.answers import plain_probability
from standoff.progress import Progress
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names
from standoff.scenario.queries import Probability, Query, bind_query, parse_query

if TYPE_CHECKING:
    from standoff.compile.walking import Walked
    from standoff.infer.answers import RawAnswer
    from standoff.infer.pooling import Pooled

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
    moment = moment_of(scenario, as_of or scenario.as_of)
    job = Job(scenario, One(query), variants, seed, as_of=moment)
    job.compiled(progress)
    pilot = job.chain(0, within(progress, job, 0))
    found: Replied = gathered(job, pilot, progress=progress)
    return _answer(found, pilot, drawn(scenario, job.draws()), standard)


def _readable(
    source: Crisis, query: str, settings: Mapping[str, str] | None
) -> tuple[Scenario, Query | None]:
    """The scenario and the bound query (None for an empty one): what can't be read is told before
    anything is solved.
    """
    parsed = parse_query(query) if query else None
    scenario = opened(source, settings)
    return scenario, bind_query(parsed, Names(scenario)) if parsed is not None else None


@dataclass(frozen=True, eq=False)
class Replied:
    """The answer to one query on some variants."""

    query: str
    answer: RawAnswer
    prior: Pooled | None  # the same before the record, of a plain probability
    weight: Float  # [V] likelihood of the record
    solved: NDArray[np.bool_]  # [V]


@dataclass(frozen=True)
class One:
    """Asks one query of every chunk."""

    query: str

    def __call__(self, chain: Chain) -> Replied:
        """Ask it of a solved chunk."""
        bound = bind_query(parse_query(self.query), chain.batch.compiled.names)
        inference = chain.sight
        try:
            raw = inference.answer(bound)
        except QueryError as error:
            raise _with_text(error, self.query) from None
        plain = raw.kind == "probability"
        prior = plain_probability(inference.prior, bound) if plain else None
        weight = inference.measure().total()
        return Replied(self.query, raw, prior, weight, chain.batch.solution.solved)


def asked(chain: Chain, query: str, *, standard: str = "icd203") -> Answer:
    """The answer to a query from a chain that is already solved."""
    return _answer(One(query)(chain), chain, chain.drawn, standard)


def _answer(found: Replied, pilot: Chain, drawn: Mapping[str, Float], standard: str) -> Answer:
    if not found.weight.sum() > 0:
        refuse_weightless(pilot.sight, found.solved, pilot.batch.solution.advice)
    raw, query = found.answer, found.query
    prior = None
    if raw.status == "probability" and found.prior is not None:
        prior = finite(found.prior.value)
    made = answer_of("query", query, "", raw, standard=standard, drawn=drawn, prior=prior)
    failed = int((~found.solved).sum())
    return made.model_copy(update={"rests_on": list(made.drivers), "failed": failed})


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
    moment = moment_of(scenario, as_of or scenario.as_of)
    job = Job(scenario, One(query), variants, seed, as_of=moment)
    job.compiled(progress)
    chunks = (job.chain(index, within(progress, job, index)) for index in range(job.count))
    return explained(chunks, query, most)


def explained(chains: Chain | Iterable[Chain], query: str, most: int) -> str:
    """The same from chunks of variants, or from a chain that is already solved."""
    from standoff.compile import explain as likeliest

    weights, record, solved = None, 0.0, []
    for chain in [chains] if isinstance(chains, Chain) else chains:
        if weights is None:
            first = chain
        more = _weights(chain, query)
        weights = more if weights is None else weights + more
        record += float(chain.sight.measure().total().sum())
        solved.append(chain.batch.solution.solved)
    assert weights is not None, "there is always a variant"
    if not record > 0:
        advice = first.batch.solution.advice
        refuse_weightless(first.sight, np.concatenate(solved), advice)
    total = float(weights.sum())
    if not total > 0:
        return "No history that the record leaves is one of these."
    found = likeliest(first.batch.compiled, weights, most)
    shares = [f"{each.weight / total:.1%}" for each in found]
    return "\n\n".join(
        _history(i, each, share)
        for i, (each, share) in enumerate(zip(found, shares, strict=True), 1)
    )


def _weights(chain: Chain, query: str) -> Float:
    """[Z, K] mass of the event on each end, added up over variants."""
    compiled, inference = chain.batch.compiled, chain.sight
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
    return weights


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
