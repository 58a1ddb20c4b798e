"""`standoff mediate`: what a mediator could have proposed that both sides would have obeyed."""

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
    objective: Annotated[
        str,
        typer.Option(
            metavar="peace|joint|ACTOR[.TYPE]",
            help="What the mediator wants: least risk of the worst endings, the most for both "
            "sides together, the most for one.",
        ),
    ] = "peace",
    least: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ENDING",
            help="For peace: an ending to make rare; may be repeated. If left out those named war, "
            "or those that both sides would rather see any other than.",
        ),
    ] = None,
    concept: Annotated[
        Literal["efce", "efcce", "nfcce"],
        typer.Option(
            help="When a side may stop obeying: on hearing a move (efce), before hearing it "
            "(efcce), before play begins (nfcce)."
        ),
    ] = "efce",
    from_: Annotated[
        Literal["present", "start"], typer.Option("--from", help="When the mediator steps in.")
    ] = "present",
    pairs: Annotated[
        int,
        typer.Option(
            min=1,
            help="Size of the program, in relevant pairs of sequences, up to which turns are taken "
            "in; past them all play as solved.",
        ),
    ] = 8_000,
    sample: Annotated[
        int, typer.Option(min=0, max=512, help="Drawn variants solved besides the reference.")
    ] = 2,
    as_of: AsOf = None,
    variants: Variants = 200,
    seed: Seed = 0,
    json: Json = False,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Say what a mediator could have proposed that both sides would have obeyed.

    The ending of the output file (.html, .md, .pdf, .json) says what is written.
    """
    from standoff.assess.mediation import mediate
    from standoff.cli.progress import shown
    from standoff.cli.stopping import stoppable
    from standoff.note import render_mediation

    with shown() as watching, stoppable(watching) as progress:
        found = mediate(
            scenario,
            objective=objective,
            least=least or (),
            concept=concept,
            start=from_ == "start",
            pairs=pairs,
            sample=sample,
            as_of=as_of,
            variants=variants,
            seed=seed,
            settings=settings(set_),
            progress=progress,
        )
        content = render_mediation(found, format_of(output, json=json))
    deliver(content, output)
