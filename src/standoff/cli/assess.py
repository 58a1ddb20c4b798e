"""`standoff assess`: the main job, a crisis into a sourced note."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from standoff.cli.options import (
    AsOf,
    Output,
    ScenarioArgument,
    Seed,
    Settings,
    Variants,
    Workspace,
    settings,
)

Format = Literal["text", "md", "html", "pdf", "json"]
_ENDINGS: dict[str, Format] = {
    ".txt": "text", ".md": "md", ".html": "html", ".pdf": "pdf", ".json": "json",
}  # fmt: skip


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
    workspace: Workspace = None,
    variants: Variants = 200,
    seed: Seed = 0,
    standard: Annotated[
        Literal["icd203", "phia"], typer.Option(help="Words of estimative probability.")
    ] = "icd203",
    format: Annotated[
        Format | None,
        typer.Option("--format", help="Taken from the output file's ending where not given."),
    ] = None,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Solve a crisis, condition it on the record, and write the note."""
    from standoff.assess import assess, keep
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note import render

    chosen = format or (_ENDINGS.get(output.suffix.lower(), "text") if output else "text")
    if chosen == "pdf" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("a PDF needs --output FILE", param_hint="--format")
    with shown() as progress:
        found = assess(
            scenario,
            as_of=as_of,
            for_=for_,
            form=form,
            variants=variants,
            seed=seed,
            standard=standard,
            settings=settings(set_),
            progress=progress,
        )
        keep(found, workspace)
        progress.say("writing the note")
        content = render(found, chosen)
    if output is not None:
        from standoff.workspace import write_atomically

        write_atomically(output, content)
        typer.echo(f"wrote {output}", err=True)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        typer.echo(content.rstrip("\n"))
    unfinished(found.variants.failed, found.variants.n)
