"""`standoff ask`: one question, one number with its range."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.options import (
    AsOf,
    Json,
    ScenarioArgument,
    Seed,
    Settings,
    Variants,
    settings,
)


def command(
    scenario: ScenarioArgument,
    query: Annotated[str, typer.Argument(help='For instance "P(ussr is hold)".')],
    as_of: AsOf = None,
    variants: Variants = 200,
    seed: Seed = 0,
    json: Json = False,
    set_: Settings = None,
) -> None:
    """Answer one query, with its range and what it rests on."""
    from standoff.assess import ask
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note import render_answer

    with shown() as progress:
        answer = ask(
            scenario,
            query,
            as_of=as_of,
            variants=variants,
            seed=seed,
            settings=settings(set_),
            progress=progress,
        )
    typer.echo(answer.model_dump_json(indent=2) if json else render_answer(answer))
    unfinished(answer.failed, variants)
