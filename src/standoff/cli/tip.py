"""`standoff tip`: what would turn an answer."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

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
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="ANSWER",
            help="A judgement or question by its id, `options`, ACTOR.TYPE, actor.turn.move, "
            "endings.ID or a query; all judgements and the best option where left out.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="WORD", help="Ask what would make it this word (likely)."),
    ] = None,
    at: Annotated[
        float | None,
        typer.Option(metavar="P", help="Ask what would make it cross this probability."),
    ] = None,
    map_: Annotated[
        tuple[str, str] | None,
        typer.Option("--map", metavar="A B", help="Also solve it over two parameters."),
    ] = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="ACTOR[.TYPE]", help="Whose options `options` are."),
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
    """Find the smallest change of one assumption that would turn an answer."""
    from standoff.assess.tipping import tip
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note.tipping import curves_chart, map_chart, render_tipping

    if to is not None and at is not None:
        raise typer.BadParameter("give --to or --at, not both", param_hint="--at")
    if (map_ is not None or output is not None) and what is None:
        raise typer.BadParameter("a chart is of one ANSWER", param_hint="ANSWER")
    with shown() as progress:
        found = tip(
            scenario,
            what,
            to=to,
            at=at,
            map=map_ or False,
            as_of=as_of,
            for_=for_,
            variants=variants,
            seed=seed,
            standard=standard,
            settings=settings(set_),
            progress=progress,
        )
        if output is not None:
            from standoff.chart import svg
            from standoff.workspace import write_atomically

            spec = (
                map_chart(found, found.maps[0])
                if found.maps
                else curves_chart(found, found.answers[0])
            )
            write_atomically(output, svg(spec) + "\n")
    typer.echo(found.model_dump_json(indent=2) if json else render_tipping(found).rstrip("\n"))
    if output is not None:
        typer.echo(f"wrote {output}", err=True)
    unfinished(found.failed, found.solved)
