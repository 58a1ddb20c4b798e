"""Every static problem of a scenario: what can be said without compiling it.

What needs the game (a guard on something hidden, a turn with no open move, a record that can't have
happened) is found by `standoff.compile` and `standoff.infer`, with the same `Problem`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from standoff.errors import Problem, ScenarioError, nearest
from standoff.scenario.check_blanks import check_blanks
from standoff.scenario.check_claims import check_claims
from standoff.scenario.check_context import Context, parts
from standoff.scenario.check_links import check_links
from standoff.scenario.check_parameters import check_parameters
from standoff.scenario.check_play import check_play
from standoff.scenario.check_priors import check_priors
from standoff.scenario.check_record import check_dates, check_record
from standoff.scenario.check_values import check_values
from standoff.scenario.dates import Calendar, When, calendar, moment
from standoff.scenario.expansion import expanded
from standoff.scenario.expressions import parse
from standoff.scenario.markings import marking_problems
from standoff.scenario.models import Scenario, Source
from standoff.scenario.names import Names
from standoff.scenario.positions import positions_of

__all__ = ["check", "in_file_order"]


def check(scenario: Scenario, *, as_of: str | None = None) -> list[Problem]:
    """Every static problem, errors and warnings, in file order.

    With `as_of` also (as warnings) the moves, types and states that nobody could have written on
    that day, by their `first_known`.
    """
    scenario, problems = expanded(scenario)
    positions = positions_of(scenario)
    clock: Calendar | None = None
    try:
        clock = calendar(scenario.clock)
    except ScenarioError as error:
        problems += [positions.problem(p) for p in error.problems]
    try:
        names = Names(scenario)
    except ScenarioError as error:  # with two meanings for one name, nothing else can be judged
        return in_file_order([*problems, *(positions.problem(p) for p in error.problems)])
    context = Context(scenario, names, positions, clock)
    check_parameters(context)
    check_priors(context)
    check_values(context)
    check_play(context)
    check_record(context)
    check_claims(context)
    check_blanks(context)
    check_links(context)
    context.problems += marking_problems(scenario)
    for path, model in parts(scenario):
        check_dates(context, path, model)
        _citations(context, path, model)
    _unused(context)
    if as_of is not None:
        _not_yet_known(context, as_of)
    own = [replace(p, path=positions.written(p.path)) for p in context.problems]
    return in_file_order([*problems, *own])


def in_file_order(problems: list[Problem]) -> list[Problem]:
    """Problems by file, line and column, those without a place last, none twice."""

    def place(problem: Problem) -> tuple[bool, str, int, int]:
        where = problem.position
        return (False, where.file, where.line, where.column) if where else (True, "", 0, 0)

    return sorted(dict.fromkeys(problems), key=place)


def _citations(context: Context, path: str, model: object) -> None:
    sources = context.scenario.sources
    if isinstance(model, Source):
        key, cited = f"{path}.derives_from", model.derives_from
    else:
        key, cited = (f"{path}.source" if path else "source"), getattr(model, "source", ())
    for index, citation in enumerate(cited):
        inner = f"{key}.{index}"
        here = inner if inner in context.positions.spans else key
        document = str(citation).partition("#")[0]
        context.cited.add(document)
        if document not in sources:
            near = nearest(document, sources)
            context.add(
                "unknown-source",
                f"there is no source {document!r}",
                here,
                found=repr(citation),
                near=near,
                expected="" if near else "a key of `sources:`, then # and the place",
            )


def _unused(context: Context) -> None:
    scenario, names = context.scenario, context.names
    for key in ("parameters", "defines", "state"):
        for name in getattr(scenario, key):
            if name in context.used:
                continue
            path = f"{key}.{name}"
            if key == "defines":
                try:
                    parse(scenario.defines[name], names.place(path))
                except ScenarioError as error:
                    context.problems.extend(error.problems)
            if key == "state" and scenario.state[name].seen_by is None and _named(context, name):
                continue
            what = {"parameters": "parameter", "defines": "define", "state": "state variable"}[key]
            context.warn("unused", f"nothing reads the {what} {name!r}", path, key=True)
    for name in scenario.sources:
        if name not in context.cited:
            context.warn(
                "unused", f"nothing cites the source {name!r}", f"sources.{name}", key=True
            )


def _named(context: Context, variable: str) -> bool:
    """Whether a variable is written for a proposal, which others may leave unread."""
    return context.positions.written(f"state.{variable}") != f"state.{variable}"


def _not_yet_known(context: Context, as_of: str) -> None:
    zone = context.calendar.zone if context.calendar else dt.UTC
    cut: When = moment(as_of, zone)
    for path, model in parts(context.scenario):
        text = getattr(model, "first_known", None)
        if text is None:
            continue
        try:
            first = moment(text, zone)
        except ScenarioError:
            continue
        if first.first > cut.cut:
            context.warn(
                "not-yet-known",
                f"nobody could have written this on {as_of}",
                path,
                found=f"first known {text}",
                key=True,
            )
