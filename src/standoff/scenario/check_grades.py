"""Static checks of what record items rest on: grades, their odds, and sources made from others."""

from __future__ import annotations

from standoff.errors import ScenarioError, nearest
from standoff.scenario.check_context import WEIGHT, Context
from standoff.scenario.check_parameters import distribution
from standoff.scenario.grades import graded_with, trusts
from standoff.scenario.roots import pieces, root_problems

__all__ = ["check_grades"]


def check_grades(context: Context) -> None:
    """The odds of each grade, sources that derive from one another, and items that are graded."""
    _odds(context)
    _renderings(context)
    circles = list(root_problems(context.scenario))
    context.problems += circles
    _items(context)
    if not circles:
        _expressions(context)


def _odds(context: Context) -> None:
    for pair, entry in context.scenario.grades.items():
        path = f"grades.{pair}"
        support = distribution(context, entry, path)
        if support is None:
            continue
        lowest = support[0] > 0 if entry.kind in ("value", "choice") else support[0] >= 0
        if not (lowest and 0 < support[1] <= 1):
            context.add(
                "odds-range",
                "odds that a source is right lie above 0 and are at most 1",
                path,
                found=f"{support[0]:g} to {support[1]:g}",
                expected="a distribution between 0 and 1 (uniform, triangular, pert, beta)",
                key=True,
            )


def _renderings(context: Context) -> None:
    sources = context.scenario.sources
    for name, source in sources.items():
        original = source.rendering_of
        if original is None:
            continue
        context.cited.add(original)
        if original not in sources:
            near = nearest(original, sources)
            context.add(
                "unknown-source",
                f"there is no source {original!r}",
                f"sources.{name}.rendering_of",
                found=repr(original),
                near=near,
                expected="" if near else "a key of `sources:`",
            )


def _items(context: Context) -> None:
    for index, support in pieces(context.scenario).items():
        rated = graded_with(support)
        own = context.scenario.record[index].reliability
        if rated and own is not None and context.scenario.record[index].unknown is None:
            context.warn(
                "grade-unused",
                "the item's own `reliability` counts, not the grade of what it rests on",
                f"record.{index}.reliability",
                found=f"{own}, and the grade {rated[0].grade}",
            )
        if rated and context.scenario.record[index].unknown is not None:
            context.warn(
                "grade-unused",
                "an `unknown` item says nothing that a grade could make doubtful",
                f"{rated[0].path}.grade",
                found=rated[0].grade or "",
            )
        links = [piece for piece in support if piece.path.startswith("links")]
        if links and len(links) == len(support) and not any(p.supports for p in links):
            context.warn(
                "only-denied",
                "this item rests on nothing but what denies it or is meant to deceive",
                f"record.{index}",
                expected="a passage that reports or infers it, or `reliability:`",
            )


def _expressions(context: Context) -> None:
    """What grades make of each item can be worked out: they are one number, whatever the type."""
    try:
        found = trusts(context.scenario)
    except ScenarioError as error:
        context.problems += error.problems
        return
    for trust in found:
        if trust.grades:
            context.one_number(context.expression(trust.odds, trust.path, WEIGHT), trust.path)
