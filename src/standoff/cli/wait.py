"""`standoff wait`: what a round of waiting is worth, and until when."""

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
    whom: Annotated[
        str | None,
        typer.Argument(metavar="[ACTOR[.TYPE]]", help="Whose waiting; everybody's where left out."),
    ] = None,
    turn: Annotated[
        str | None, typer.Option(metavar="TURN", help="Only where this turn is played.")
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TURN.MOVE",
            help="Take this move for waiting in a turn that marks none with `waits: true`; may be "
            "repeated.",
        ),
    ] = None,
    by_step: Annotated[
        bool,
        typer.Option(
            "--by-step/--no-by-step", help="Also say which turns teach whoever waits something."
        ),
    ] = True,
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
    """Say what a round of waiting is worth to each type: what accrues, what is learned, the rest.

    The ending of the output file (.html, .md, .pdf, .json) says what is written.
    """
    from standoff.assess.chain import opened
    from standoff.assess.waiting_worth import waiting
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note import render_waiting

    crisis = opened(scenario, settings(set_))
    written = format_of(output, json=json)
    with shown() as progress:
        found = waiting(
            crisis,
            whom,
            turn=turn,
            moves=move or (),
            by_step=by_step,
            as_of=as_of,
            variants=variants,
            seed=seed,
            standard=standard,
            progress=progress,
        )
        content = render_waiting(found, written)
    deliver(content, output)
    unfinished(found.failed, found.variants)
