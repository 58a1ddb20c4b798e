"""`standoff sensitivity`: which assumptions the answers hang on."""

from __future__ import annotations

from typing import Annotated

import typer

from standoff.cli.delivering import deliver, format_of
from standoff.cli.options import (
    AsOf,
    Dask,
    Json,
    Output,
    ScenarioArgument,
    Seed,
    Settings,
    Variants,
    Workers,
    Workspace,
    one_of,
    settings,
)


def command(
    scenario: ScenarioArgument,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="A judgement, a question, ACTOR.TYPE, a next move or endings.ID; may be repeated. "
            "Beliefs, judgements and questions by default.",
        ),
    ] = None,
    sobol: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Base sample of the Sobol indices, a power of two; 0 for none. By default what is "
            "affordable.",
        ),
    ] = None,
    variants: Variants = 500,
    seed: Seed = 0,
    set_: Settings = None,
    as_of: AsOf = None,
    workspace: Workspace = None,
    dask: Dask = None,
    workers: Workers = None,
    json: Json = False,
    output: Output = None,
) -> None:
    """Say which assumptions the answers hang on: ranks, delta, Sobol indices and the tornado.

    The ending of the output file (.html, .md, .pdf, .csv, .json, .svg) says what is written.
    """
    from standoff.assess.chain import opened
    from standoff.assess.sensitivities import refuse, sensitivity
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.cli.run_folder import run_folder
    from standoff.note import render_sensitivity
    from standoff.variants.store.manifest import manifest
    from standoff.variants.workers import workers_of
    from standoff.workspace import workspace as folder_of

    one_of(dask, workers)
    crisis = opened(scenario, settings(set_))
    refuse(crisis, answer, sobol)
    home = folder_of(workspace)
    run = manifest(crisis, command="sensitivity", variants=variants, seed=seed, as_of=as_of)
    with (
        shown() as progress,
        run_folder(home, run, progress) as folder,
        workers_of(dask, workers) as elsewhere,
    ):
        found = sensitivity(
            crisis,
            answers=answer,
            sobol=sobol,
            as_of=as_of,
            variants=variants,
            seed=seed,
            store=folder,
            workers=elsewhere,
            progress=progress,
        )
        folder.finish()
        written = format_of(output, json=json, more={".csv": "csv", ".svg": "svg"})
        content = render_sensitivity(found, written)
    deliver(content, output)
    unfinished(found.failed, found.variants)
