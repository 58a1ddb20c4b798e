"""`standoff commit`: what it would be worth to tie one's hands."""

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
    turn: Annotated[
        str | None,
        typer.Argument(
            metavar="[ACTOR.TURN]",
            help="Whose hands, and where: the next time that the turn comes. Each side's next "
            "turns where left out.",
        ),
    ] = None,
    move: Annotated[
        str | None,
        typer.Option(metavar="MOVE", help="Look closer at this move instead of the best."),
    ] = None,
    mixed: Annotated[
        bool, typer.Option("--mixed", help="Also look for the best mixture of two moves.")
    ] = False,
    always: Annotated[
        bool, typer.Option("--always", help="Tie the turn each time that it comes.")
    ] = False,
    cost: Annotated[
        list[float] | None,
        typer.Option(
            metavar="STAKES",
            min=0.0,
            help="What going back on it costs, in stakes; may be repeated. 0.1 to 1.6 by default.",
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
    """Say what it would be worth to an actor to tie its hands, and what others would believe.

    The ending of the output file (.html, .md, .pdf, .json) says what is written.
    """
    from standoff.assess.chain import opened
    from standoff.assess.commitments import commitment
    from standoff.assess.ties import COSTS
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note.commitment import render_commitment

    crisis = opened(scenario, settings(set_))
    if turn is None and (move is not None or mixed or always or cost):
        raise typer.BadParameter(
            "--move, --mixed, --always and --cost need an ACTOR.TURN", param_hint="--move"
        )
    written = format_of(output, json=json)
    with shown() as progress:
        found = commitment(
            crisis,
            turn,
            move=move,
            mixed=mixed,
            always=always,
            costs=tuple(cost) if cost else COSTS,
            as_of=as_of,
            variants=variants,
            seed=seed,
            standard=standard,
            settings=None,
            progress=progress,
        )
        content = render_commitment(found, written)
    deliver(content, output)
    unfinished(found.failed, found.variants)
