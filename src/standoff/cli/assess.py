"""`standoff assess`: the main job, a crisis into a sourced note."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from standoff.cli.delivering import deliver, format_of
from standoff.cli.options import (
    AsOf,
    Dask,
    Drawing,
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

if TYPE_CHECKING:
    from standoff.note.remarks import Remark

Format = Literal["text", "md", "html", "pdf", "docx", "json"]


def command(
    scenario: ScenarioArgument,
    as_of: AsOf = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="ACTOR[.TYPE]", help="Whose options the note gives."),
    ] = None,
    form: Annotated[
        bool, typer.Option("--form/--no-form", help="Check how the model was written.")
    ] = True,
    tipping: Annotated[
        bool | None,
        typer.Option(
            "--tipping/--no-tipping",
            help="Look for what would turn each judgement.",
            show_default="as --form",
        ),
    ] = None,
    concepts: Annotated[
        bool | None,
        typer.Option(
            "--concepts/--no-concepts",
            help="Ask other concepts and, where asked for or in small games, other equilibria.",
            show_default="as --form",
        ),
    ] = None,
    other_side: Annotated[
        bool | None,
        typer.Option(
            "--other-side/--no-other-side",
            help="Ask about disguises, prices, waiting, where views part, a mediator and "
            "commitments.",
            show_default="as --form",
        ),
    ] = None,
    workspace: Workspace = None,
    variants: Variants = 200,
    draws: Drawing = "lhs",
    seed: Seed = 0,
    standard: Annotated[
        Literal["icd203", "phia"], typer.Option(help="Words of estimative probability.")
    ] = "icd203",
    format: Annotated[
        Format | None,
        typer.Option("--format", help="Taken from the output file's ending where not given."),
    ] = None,
    short: Annotated[
        bool, typer.Option("--short", help="Two to four pages of the note, without charts.")
    ] = False,
    remarks: Annotated[
        Path | None,
        typer.Option(
            "--remarks", metavar="FILE.json", help="The analyst's own remarks, put into the note."
        ),
    ] = None,
    dask: Dask = None,
    workers: Workers = None,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Solve a crisis, condition it on the record, and write the note.

    What is solved is kept in the workspace: stopped anywhere, the same command goes on from there.
    """
    from standoff.assess import assess, keep
    from standoff.assess.ahead import whose
    from standoff.assess.chain import moment_of, opened
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.cli.run_folder import run_folder
    from standoff.note import render
    from standoff.sources.library import Library
    from standoff.variants.store.manifest import manifest
    from standoff.variants.workers import workers_of
    from standoff.workspace import workspace as folder_of

    chosen = format or format_of(output, more={".docx": "docx"})
    if chosen in ("pdf", "docx") and output is None and sys.stdout.isatty():
        kind = "a PDF" if chosen == "pdf" else "a Word file"
        raise typer.BadParameter(f"{kind} needs --output FILE", param_hint="--format")
    one_of(dask, workers)
    own = _read(remarks)
    crisis = opened(scenario, settings(set_))
    moment_of(crisis, as_of)  # a wrong day or name is told before anything is kept
    whose(crisis, for_)
    run = manifest(
        crisis,
        variants=variants,
        seed=seed,
        method=draws,
        as_of=as_of,
        for_=for_,
        standard=standard,
        form=form,
        # What form checks keep depends on it.
        options={"other_side": str(form if other_side is None else other_side)},
    )
    home = folder_of(workspace)
    with (
        shown() as progress,
        run_folder(home, run, progress) as store,
        workers_of(dask, workers) as elsewhere,
    ):
        found = assess(
            crisis,
            as_of=as_of,
            for_=for_,
            form=form,
            tipping=tipping,
            concepts=concepts,
            other_side=other_side,
            variants=variants,
            seed=seed,
            method=draws,
            standard=standard,
            library=Library(home),
            store=store,
            workers=elsewhere,
            progress=progress,
        )
        store.finish(keep(found, home).relative_to(home).as_posix())
        progress.say("writing the note")
        content = render(found, chosen, short=short, remarks=own)
    deliver(content, output)
    unfinished(found.variants.failed, found.variants.n)


def _read(path: Path | None) -> list[Remark]:
    """Remarks that somebody has written; wrong ones are told before anything is solved."""
    if path is None:
        return []
    from standoff.errors import Problem, ScenarioError
    from standoff.note.remarks import read_remarks

    try:
        return read_remarks(path.read_bytes(), path.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScenarioError(Problem("unreadable", f"{path} can't be read: {reason}")) from None
