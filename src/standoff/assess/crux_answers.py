"""Which answers two views are compared on: one that is named, or those on which they part most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from standoff.assess.chain import Chain
from standoff.assess.headlines import headlines
from standoff.assess.turned import Target, target
from standoff.errors import Problem, ScenarioError
from standoff.infer.pooling import Pooled
from standoff.scenario.names import Names
from standoff.scenario.queries import Probability

SAME = 1e-9
"""Answers that are nowhere further apart than this are the same; gaps below it are none."""
Both = Mapping[str, tuple[Pooled, Pooled]]
"""Answers by id, in the first view and in the second."""


def named(chain: Chain, what: str) -> Target:
    """The answer that a text names. Raises `ScenarioError` where it is none, or no probability."""
    scenario, names = chain.scenario, chain.batch.compiled.names
    found = next((t for t in queries(chain) if t.id == what.strip()), None)
    try:
        found = target(scenario, names, what) if found is None else found
    except ScenarioError as error:
        if error.problems[0].code != "no-turning":
            raise
    if found is None or found.kind == "options" or not _single(found, names):
        raise ScenarioError(
            Problem("no-share", f"the gap of {what!r} can't be shared out: it is no probability",
                    found=what if found is None else found.query or found.kind,
                    expected="one probability, as P(event | event)")
        )  # fmt: skip
    return found


def _single(wanted: Target, names: Names) -> bool:
    """Whether an answer is one probability, from one point of view."""
    if not wanted.query:
        return True
    query = wanted.bound(names)
    view = query.view
    several = view is not None and view.type is None and bool(names.types(view.actor))
    return isinstance(query.body, Probability) and not several


def queries(chain: Chain) -> Iterator[Target]:
    """Judgements and questions, whatever they are."""
    for judgement in chain.scenario.judgements:
        if judgement.claim is not None:
            yield Target(judgement.id, judgement.text, "probability", judgement.claim, dated=True)
    for question in chain.scenario.questions:
        text = f"as {question.as_}: {question.ask}" if question.as_ else question.ask
        yield Target(question.id, question.text or question.ask, "probability", text)


def in_both(one: Chain, other: Chain) -> dict[str, tuple[Pooled, Pooled]]:
    """The headline answers that both views have."""
    here, there = headlines(one), headlines(other)
    return {id: (held, there[id]) for id, held in here.items() if id in there}


def widest(chain: Chain, both: Both, most: int) -> list[Target]:
    """The answers on which two views part most. What only says another again is left out, and of
    one actor's types all but the first.
    """
    names = chain.batch.compiled.names
    asked = {t.id: t for t in queries(chain)}
    found: list[Target] = []
    told: set[str] = set()
    # Of answers that part alike, what the analyst asked comes first.
    gap = {id: round(abs(b.value - a.value), 9) for id, (a, b) in both.items()}
    for id in sorted(both, key=lambda id: (-gap[id], id not in asked)):
        actor, _, kind = id.partition(".")
        whose = actor if actor in names.actors and kind in names.types(actor) else ""
        wanted = asked.get(id) or Target(id, id)
        if len(found) == most or not _apart(both[id]):
            break
        if whose in told or any(_twins(both[id], both[other.id]) for other in found):
            continue
        if _single(wanted, names):
            found.append(wanted)
            told |= {whose} - {""}
    return found


def _apart(both: tuple[Pooled, Pooled]) -> bool:
    return abs(both[1].value - both[0].value) > SAME


def _twins(one: tuple[Pooled, Pooled], other: tuple[Pooled, Pooled]) -> bool:
    """Whether two answers are the same, or one is 1 less the other, in every variant of both."""

    def alike(sign: float, shift: float) -> bool:
        for a, b in zip(one, other, strict=True):
            use = (a.weight > 0) & (b.weight > 0)
            left = np.abs(a.per_variant - sign * b.per_variant - shift)[use]
            if left.max(initial=0.0) > SAME:
                return False
        return True

    return alike(1.0, 0.0) or alike(-1.0, 1.0)
