"""`standoff explain`: the likeliest histories behind a query, move by move, with their lines."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.options import AsOf, ScenarioArgument, Seed, Settings, Variants, settings


def command(
    scenario: ScenarioArgument,
    query: Annotated[str, typer.Argument(help="An event; everything possible by default.")] = "",
    as_of: AsOf = None,
    most: Annotated[int, typer.Option("--most", min=1, max=100, help="How many histories.")] = 3,
    variants: Variants = 200,
    seed: Seed = 0,
    set_: Settings = None,
) -> None:
    """Show the likeliest histories of a query: moves, states before and after, lines of YAML."""
    from standoff.assess import explain
    from standoff.cli.progress import shown

    with shown() as progress:
        text = explain(
            scenario,
            query,
            as_of=as_of,
            most=most,
            variants=variants,
            seed=seed,
            settings=settings(set_),
            progress=progress,
        )
    typer.echo(text)
