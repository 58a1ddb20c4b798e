"""Static checks of what is said: the observer, judgements, questions, and the queries in them."""

from __future__ import annotations

from standoff.errors import ScenarioError
from standoff.scenario.check_context import Context
from standoff.scenario.expressions import Parameter, Variable, names_in, walk
from standoff.scenario.key_paths import leads_nowhere

__all__ = ["check_claims", "query"]


def check_claims(context: Context) -> None:
    """Whose desk it is, what it claims and what it asks."""
    _observer(context)
    _judgements(context)
    _questions(context)


def _observer(context: Context) -> None:
    observer = context.scenario.observer
    players = context.names.players
    if observer is None:
        if context.scenario.record:
            context.add(
                "missing-key",
                "there is a record and nobody who keeps it",
                "record",
                expected="observer: {sees_as: [public]}",
                key=True,
            )
        return
    for index, name in enumerate(observer.sees_as):
        inner = f"observer.sees_as.{index}"
        here = inner if inner in context.positions.spans else "observer.sees_as"
        context.known("actor", name, (*players, "public", "everyone"), here)
    if observer.actor is not None:
        context.known("player", observer.actor, players, "observer.actor")


def _judgements(context: Context) -> None:
    seen: set[str] = set()
    for index, judgement in enumerate(context.scenario.judgements):
        path = f"judgements.{index}"
        _once(context, judgement.id, seen, path)
        if judgement.claim is not None:
            query(context, judgement.claim, f"{path}.claim")
        elif judgement.kind in ("inference", "forecast"):
            context.warn(
                "no-claim",
                f"the {judgement.kind} {judgement.id!r} has no claim: the model can't judge it",
                path,
                expected="claim: a query",
            )
        if isinstance(judgement.estimate, float) and not 0 <= judgement.estimate <= 1:
            context.add(
                "odds-range",
                "an estimate is a number from 0 to 1",
                f"{path}.estimate",
                found=f"{judgement.estimate:g}",
            )
        if judgement.assumed_in is not None:
            _assumed(context, judgement.assumed_in, f"{path}.assumed_in")


def _assumed(context: Context, target: str, path: str) -> None:
    """Whether a key path such as `parameters.keep.hold` leads anywhere."""
    wrong = leads_nowhere(context.scenario, target)
    if wrong is not None:
        context.add(
            "unknown-path",
            f"there is no {wrong.part!r} in {wrong.home}",
            path,
            found=target,
            near=wrong.nearest,
        )


def _questions(context: Context) -> None:
    seen: set[str] = set()
    for index, question in enumerate(context.scenario.questions):
        path = f"questions.{index}"
        _once(context, question.id, seen, path)
        query(context, question.ask, f"{path}.ask")
        if question.as_ is not None:
            actor, _, kind = question.as_.partition(".")
            if context.known("player", actor, context.names.players, f"{path}.as") and kind:
                context.known("type", kind, context.names.types(actor), f"{path}.as")


def _once(context: Context, name: str, seen: set[str], path: str) -> None:
    if name in seen:
        context.add(
            "duplicate-id", f"two of them are called {name!r}", f"{path}.id", found=repr(name)
        )
    seen.add(name)


def query(context: Context, text: str, path: str, *, event: bool = False) -> None:
    """A query (or an event) that can be read and bound."""
    if context.calendar is None:
        return  # what a day means can't be told, and the clock's own fault has been
    from standoff.scenario.queries import bind_event, bind_query, parse_event, parse_query

    place = context.names.place(path)
    try:
        if event:
            tree = parse_event(text, place)
            bound = bind_event(tree, context.names, where=place)
        else:
            asked = parse_query(text, place)
            tree, bound = asked.body, bind_query(asked, context.names, where=place).body
    except ScenarioError as error:
        context.problems.extend(error.problems)
        return
    context.uses(names_in(tree))
    context.uses(n.name for n in walk(bound) if isinstance(n, (Parameter, Variable)))
