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
    llm: Annotated[
        str | None,
        typer.Option(
            "--llm",
            metavar="MODEL",
            help="Ask this model too, through the `llm` package, for types, objectives, moves and "
            "claims. Every quote is looked up; what is kept is written as comments.",
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option("--replay", metavar="FILE", help="Take a model's answers from this record."),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FILE", help="Record prompts and answers here."),
    ] = None,
    llm_option: Annotated[
        list[str] | None,
        typer.Option(
            "--llm-option", metavar="NAME=VALUE", help="An option of the model; may be repeated."
        ),
    ] = None,
    llm_window: Annotated[
        int | None,
        typer.Option(
            "--llm-window",
            min=200,
            max=1_000_000,
            metavar="TOKENS",
            help="So much of the note is shown to the model at once (4000).",
        ),
    ] = None,
    workspace: Workspace = None,
    json: Json = False,
) -> None:
    """Draft a scenario from a note: what it says is filled in, the rest is a marked blank.

    Reads heading, date, sections and actors, and makes a judgement of every clause that estimates
    something, each linked to its words. Rules do it; a model only where one is asked for.
    """
    from standoff.cli.draft_text import summary
    from standoff.cli.plain import plain
    from standoff.cli.progress import shown
    from standoff.cli.stopping import stoppable
    from standoff.draft import draft

    with shown() as progress, stoppable(progress) as wish:
        found = draft(note, date=date, workspace=workspace, progress=wish)
        folder = output if output is not None else Path(found.report.id)
        if llm is not None or replay is not None:
            from standoff.cli.options import settings
            from standoff.draft.advising import advise

            if replay is not None and (llm_option or llm_window is not None):
                raise typer.BadParameter("a record has its own", param_hint="--llm-option")
            found.refuse(folder, [*found.files(), "proposals.yaml"], force=force)
            if llm is not None and found.report.facts.marking:
                marking = plain(found.report.facts.marking)
                typer.echo(f"the note is marked {marking}; its text goes to {plain(llm)}", err=True)
            found = advise(
                found,
                llm,
                replay=replay,
                record=record,
                options=settings(llm_option, "--llm-option"),
                window=llm_window,
                progress=wish,
            )
        elif record is not None or llm_option or llm_window is not None:
            raise typer.BadParameter("it needs a model: --llm MODEL", param_hint="--llm")
    written = found.write(folder, force=force)
    if json:
        typer.echo(written.report.model_dump_json(indent=2))
        return
    for line in summary(written.report, folder):
        typer.echo(line)
