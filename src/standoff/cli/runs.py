"""`standoff runs`: the runs of a workspace, listed, shown, exported, removed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from standoff.cli.options import Json, Workspace
from standoff.cli.plain import plain

app = typer.Typer(
    name="runs", help="List, show, export and remove the runs of a workspace.", no_args_is_help=True
)
Name = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's name, or as much of it as tells it apart.")
]
Format = Literal["csv", "parquet", "arviz"]
_ENDINGS: dict[str, Format] = {
    ".csv": "csv", ".parquet": "parquet", ".pq": "parquet", ".nc": "arviz",
}  # fmt: skip


@app.command("list")
def list_runs(workspace: Workspace = None, json: Json = False) -> None:
    """List the runs of the workspace: how far each is, and what was asked."""
    from standoff.variants.store.models import RunList, summary
    from standoff.variants.store.runs import runs
    from standoff.workspace import workspace as folder_of

    home = folder_of(workspace)
    found = [summary(run) for run in runs(home)]
    if json:
        typer.echo(RunList(workspace=str(home), runs=found).model_dump_json(indent=2))
        return
    if not found:
        typer.echo(f"no runs in {home}")
        return
    head = ("run", "command", "status", "tables", "variants", "seed", "as of", "size")
    rows = [
        (
            one.id, one.command, one.status, of(one.tables, one.expected), str(one.variants),
            str(one.seed), one.as_of or "", size(one.bytes),
        )
        for one in found
    ]  # fmt: skip
    for line in aligned([head, *rows]):
        typer.echo(line)


@app.command("show")
def show_run(run: Name, workspace: Workspace = None, json: Json = False) -> None:
    """Show a run: what decides its bytes, its tables, the note that came of it."""
    from standoff.variants.store.models import details
    from standoff.variants.store.runs import find
    from standoff.workspace import workspace as folder_of

    found = details(find(folder_of(workspace), run))
    if json:
        typer.echo(found.model_dump_json(indent=2))
        return
    one, manifest = found.summary, found.manifest
    said = {
        "run": one.id,
        "folder": found.folder,
        "status": f"{one.status}, {of(one.tables, one.expected)} tables, {size(one.bytes)}",
        "note": one.kept or "none yet",
        "scenario": f"{one.scenario} ({manifest.scenario_hash[:8]})",
        "asked": f"{one.command}, {one.variants} variants, seed {one.seed}, {manifest.method}",
        "as of": one.as_of or "the last item of the record",
        "options": ", ".join(f"{k}={v}" for k, v in manifest.options.items()),
        "versions": ", ".join(f"{k} {v}" for k, v in manifest.versions.items()),
    }
    for line in aligned([(k, v) for k, v in said.items() if v]):
        typer.echo(line)
    typer.echo("")
    rows = [(t.name, size(t.bytes) if t.bytes is not None else "no use") for t in found.tables]
    for line in aligned(rows):
        typer.echo(line)


@app.command("export")
def export_run(
    run: Name,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    format: Annotated[
        Format | None,
        typer.Option("--format", help="Taken from the file's ending where not given."),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Export draws, weights and answers, a row a variant: CSV, Parquet, or ArviZ InferenceData."""
    from standoff.cli.progress import shown
    from standoff.errors import Problem, ScenarioError
    from standoff.variants.store.exporting import write_export
    from standoff.variants.store.runs import find
    from standoff.workspace import workspace as folder_of

    chosen = format or _ENDINGS.get(output.suffix.lower())
    if chosen is None:
        raise ScenarioError(
            Problem(
                "no-format",
                "the file's ending doesn't say which format is wanted",
                found=output.name,
                expected="--format csv, parquet or arviz, or an ending .csv, .parquet or .nc",
            )
        )
    with shown() as progress:
        rows = write_export(find(folder_of(workspace), run), output, chosen, progress)
    typer.echo(f"wrote {output}: {rows} variants", err=True)


@app.command("remove")
def remove_run(run: Name, workspace: Workspace = None) -> None:
    """Remove a run's folder; notes that came of it stay."""
    from standoff.variants.store.runs import remove
    from standoff.workspace import workspace as folder_of

    gone = remove(folder_of(workspace), run)
    typer.echo(f"removed {gone.id}: {size(gone.known.bytes)}")


def of(done: int, expected: int | None) -> str:
    """So many of so many."""
    return str(done) if expected is None else f"{done} of {expected}"


def size(count: int) -> str:
    """Bytes as a person reads them."""
    number, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if number < 1000:
            break
        number, unit = number / 1000, larger
    return f"{number:.0f} {unit}" if number >= 10 or unit == "B" else f"{number:.1f} {unit}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns."""
    rows = [[plain(text) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
