"""`standoff tip`: what would turn an answer."""

from __future__ import annotations

from typing import Annotated, Literal

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
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[ANSWER]",
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
        typer.Option(
            "--map",
            metavar="A B",
            help="Also solve it over two parameters; `most` is what moves it most.",
        ),
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
    workspace: Workspace = None,
    dask: Dask = None,
    workers: Workers = None,
    json: Json = False,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Find the smallest change of one assumption that would turn an answer.

    The ending of the output file (.html, .md, .pdf, .json, .svg) says what is written; .svg is the
    chart: the map where --map is given, else the curves.
    """
    from standoff.assess.chain import moment_of, opened
    from standoff.assess.tipping import refuse, tip
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.cli.run_folder import run_folder
    from standoff.note import render_tipping
    from standoff.variants.store.manifest import manifest
    from standoff.variants.workers import workers_of
    from standoff.workspace import workspace as folder_of

    written = format_of(output, json=json, more={".svg": "svg"})
    if (map_ is not None or written == "svg") and what is None:
        raise typer.BadParameter("a chart is of one ANSWER", param_hint="ANSWER")
    one_of(dask, workers)
    crisis = opened(scenario, settings(set_))
    moment_of(crisis, as_of)  # a wrong day or name is told before anything is kept
    refuse(crisis, what, to=to, at=at, map=map_ or False, for_=for_, standard=standard)
    run = manifest(
        crisis, command="tip", variants=variants, seed=seed, as_of=as_of, standard=standard
    )
    with (
        shown() as progress,
        run_folder(folder_of(workspace), run, progress) as store,
        workers_of(dask, workers) as elsewhere,
    ):
        found = tip(
            crisis,
            what,
            to=to,
            at=at,
            map=map_ or False,
            as_of=as_of,
            for_=for_,
            variants=variants,
            seed=seed,
            standard=standard,
            store=store,
            workers=elsewhere,
            progress=progress,
        )
        store.finish()
        content = render_tipping(found, written)
    deliver(content, output)
    unfinished(found.failed, found.solved)
