"""`standoff draft`: from a note to a first scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.options import Json, Workspace


def command(
    note: Annotated[
        str,
        typer.Argument(
            metavar="NOTE",
            help="TEI (.xml), plain text (.txt), Markdown (.md) or PDF; FILE#d403 for one document "
            "of a volume; a document of the library; or - for text on standard input.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Write here; a new folder named after the note.",
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(metavar="DAY", help="The day of the note, where it can't be had from it."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over the files of an earlier draft.")
    ] = False,
    workspace: Workspace = None,
    json: Json = False,
) -> None:
    """Draft a scenario from a note: what it says is filled in, the rest is a marked blank.

    Reads heading, date, sections and actors, and makes a judgement of every clause that estimates
    something, each linked to its words. Rules do it, no model; nothing is invented.
    """
    from standoff.cli.draft_text import summary
    from standoff.cli.progress import shown
    from standoff.cli.stopping import stoppable
    from standoff.draft import draft

    with shown() as progress, stoppable(progress) as wish:
        found = draft(note, date=date, workspace=workspace, progress=wish)
    folder = output if output is not None else Path(found.report.id)
    written = found.write(folder, force=force)
    if json:
        typer.echo(written.report.model_dump_json(indent=2))
        return
    for line in summary(written.report, folder):
        typer.echo(line)
