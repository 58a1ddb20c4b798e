"""`standoff crux`: where two views part, and what would settle it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from standoff.cli.delivering import deliver, format_of
from standoff.cli.options import (
    AsOf,
    Json,
    Output,
    ScenarioArgument,
    Seed,
    Settings,
    Variants,
    settings,
)


def command(
    scenario: ScenarioArgument,
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="[OTHER]",
            help="A second scenario of the same crisis (a YAML file or a folder); anything else "
            "is the ANSWER.",
        ),
    ] = None,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[ANSWER]",
            help="A judgement or question by its id, ACTOR.TYPE, actor.turn.move, endings.ID or a "
            "query; the three on which they part most where left out.",
        ),
    ] = None,
    views: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--views",
            metavar="A B",
            help="Two views by name, `written` for the scenario as written; every view against "
            "that where left out.",
        ),
    ] = None,
    budget: Annotated[
        int,
        typer.Option(min=1, max=1_000_000, help="Mixtures by variants to solve, about, in all."),
    ] = 720,
    as_of: AsOf = None,
    variants: Variants = 200,
    seed: Seed = 0,
    standard: Annotated[
        Literal["icd203", "phia"], typer.Option(help="Words of estimative probability.")
    ] = "icd203",
    json: Json = False,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Find the assumption that makes most of the gap between two views, and what would settle it.

    The ending of the output file (.html, .md, .pdf, .json, .svg) says what is written; .svg is the
    chart of the first answer.
    """
    from standoff.assess.cruxes import crux
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note import render_crux

    second, answer = other, what
    if other is not None and not names_scenario(other):
        if what is not None:
            from standoff.scenario.loading import locate

            locate(other)  # says what it should have been
        second, answer = None, other
    with shown() as progress:
        found = crux(
            scenario,
            answer,
            other=second,
            views=views,
            as_of=as_of,
            variants=variants,
            seed=seed,
            standard=standard,
            settings=settings(set_),
            budget=budget,
            progress=progress,
        )
        content = render_crux(found, format_of(output, json=json, more={".svg": "svg"}))
    deliver(content, output)
    unfinished(found.failed, found.variants)


def names_scenario(text: object) -> bool:
    """Whether something is a scenario, or the name of one rather than of an answer."""
    from pathlib import Path

    from standoff.scenario.loading import shipped

    if not isinstance(text, str):
        return True
    path = Path(text)
    return path.suffix.lower() in {".yaml", ".yml"} or path.is_dir() or text in shipped()
