"""`standoff evidence`: what each item of the record says of each type, beside one's own ratings."""

from __future__ import annotations

from pathlib import Path
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
        str | None, typer.Option(metavar="ACTOR", help="Whose types; everybody's where left out.")
    ] = None,
    ratings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Ratings typed into a table that --csv wrote.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Also write the table for a spreadsheet."),
    ] = None,
    yaml: Annotated[
        bool,
        typer.Option(
            "--yaml",
            help="Print the ratings of --ratings as lines to paste into the scenario, and stop.",
        ),
    ] = False,
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
    """Set items of the record against types: likelihood ratios, your ratings, inconsistency scores.

    The ending of the output file (.html, .md, .pdf, .json, .csv, .svg) says what is written; .svg
    is the chart of the first actor.
    """
    from standoff.assess.chain import opened
    from standoff.assess.evidence_csv import csv_text, ratings_yaml, read_ratings
    from standoff.assess.evidence_table import evidence
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note.evidence_table import render_evidence

    crisis = opened(scenario, settings(set_))
    if yaml and ratings is None:
        raise typer.BadParameter("--yaml needs --ratings", param_hint="--yaml")
    given = read_ratings(ratings, crisis) if ratings is not None else None
    if yaml and given is not None:
        deliver(ratings_yaml(given, crisis), output)
        return
    written = format_of(output, json=json, more={".csv": "csv", ".svg": "svg"})
    with shown() as progress:
        found = evidence(
            crisis,
            actor=actor,
            ratings=given,
            as_of=as_of,
            variants=variants,
            seed=seed,
            standard=standard,
            progress=progress,
        )
        content = csv_text(found) if written == "csv" else render_evidence(found, written)
    if csv is not None:
        deliver(csv_text(found), csv)
    deliver(content, output)
    unfinished(found.failed, found.variants)
