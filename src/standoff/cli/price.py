"""`standoff price`: what they would take, what we would give."""

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
    actor: Annotated[
        str | None,
        typer.Argument(
            metavar="[ACTOR]", help="An actor or one type of it; everybody if left out."
        ),
    ] = None,
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[PROPOSAL|MOVE]",
            help="A proposal (to make or to accept it), a move, or turn.move; all that may still "
            "be proposed, accepted, or done to end the crisis if left out.",
        ),
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
) -> None:
    """Say what a move would have to be paid to have even odds: by type, turn and state of opinion.

    The ending of the output file (.html, .md, .pdf, .json, .svg) says what is written; .svg is the
    price by the state of opinion.
    """
    from standoff.assess.prices import price
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note import render_prices

    with shown() as progress:
        found = price(
            scenario,
            actor,
            what,
            as_of=as_of,
            variants=variants,
            seed=seed,
            standard=standard,
            settings=settings(set_),
            progress=progress,
        )
    written = format_of(output, json=json, more={".svg": "svg"})
    if written == "svg" and (found.prices is None or not found.prices.charts):
        raise typer.BadParameter(
            "no price depends on the state of an audience here: there is no chart",
            param_hint="--output",
        )
    deliver(render_prices(found, written), output)
    unfinished(found.failed, found.variants)
