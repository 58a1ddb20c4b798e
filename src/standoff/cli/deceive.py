"""`standoff deceive`: how they would fool us."""

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
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="TYPE", help="What it is: ACTOR.TYPE, or TYPE; each of them "
                     "where left out."),
    ] = None,
    believed: Annotated[
        str | None,
        typer.Option(metavar="TYPE", help="What it would be taken for; each other type where "
                     "left out."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="By the end of this day's round; of the next round where "
                     "left out."),
    ] = None,
    observer: Annotated[
        str | None,
        typer.Option(metavar="ACTOR", help="Whose belief is to be moved; the desk's where left "
                     "out."),
    ] = None,
    as_of: AsOf = None,
    variants: Variants = 200,
    seed: Seed = 0,
    standard: Annotated[
        Literal["icd203", "phia"], typer.Option(help="Words of estimative probability.")
    ] = "icd203",
    json: Json = False,
    output: Output = None,
    set_: Settings = None,
) -> None:  # fmt: skip
    """Find the cheapest conduct by which each type would be taken for another, and what gives it
    away.

    The ending of the output file (.html, .md, .pdf, .json, .svg) says what is written; .svg is the
    chart.
    """
    from standoff.assess.deception import deceive
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note import render_deception

    written = format_of(output, json=json, more={".svg": "svg"})
    with shown() as progress:
        found = deceive(
            scenario,
            true=as_,
            believed=believed,
            until=until,
            observer=observer,
            as_of=as_of,
            variants=variants,
            seed=seed,
            standard=standard,
            settings=settings(set_),
            progress=progress,
        )
        content = render_deception(found, written)
    deliver(content, output)
    unfinished(found.failed, found.variants)
