"""`standoff backtest`: the record replayed day by day."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from standoff.cli.options import (
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
    variants: Variants = 200,
    seed: Seed = 0,
    json: Json = False,
    format: Annotated[
        Literal["text", "md", "html"], typer.Option("--format", help="How to print it.")
    ] = "text",
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Replay the record day by day, knowing nothing later, and score what was said."""
    from standoff.assess import backtest
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note import render_backtest

    with shown() as progress:
        found = backtest(
            scenario, variants=variants, seed=seed, settings=settings(set_), progress=progress
        )
    text = found.model_dump_json(indent=2) if json else render_backtest(found, format)
    if output is None:
        typer.echo(text.rstrip("\n"))
    else:
        from standoff.workspace import write_atomically

        write_atomically(output, text)
        typer.echo(f"wrote {output}", err=True)
    unfinished(max((day.failed for day in found.days), default=0), variants)
