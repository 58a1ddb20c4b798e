"""`standoff sources drop`: what happens to an assessment when a document falls away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from standoff.cli.delivering import deliver, format_of
from standoff.cli.options import AsOf, Json, Output, Seed, Settings, Variants, settings
from standoff.errors import Problem, ScenarioError

In = Annotated[
    str | None,
    typer.Option(
        "--in",
        metavar="SCENARIO",
        help="A YAML file, a folder, or a shipped crisis; the scenario of the current folder where "
        "left out.",
    ),
]


def drop(
    documents: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DOC...]",
            help="Documents (frus1961-63v06#d65) or whole sources, as the scenario cites them.",
        ),
    ] = None,
    crisis: In = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would fall; write no scenario.")
    ] = False,
    all_: Annotated[
        bool, typer.Option("--all", help="Each document in turn: which carries most.")
    ] = False,
    as_of: AsOf = None,
    variants: Variants = 200,
    seed: Seed = 0,
    json: Json = False,
    output: Output = None,
    set_: Settings = None,
) -> None:
    """Show what rests on a document alone, and how each number moves when it falls away.

    With --dry-run, the ending of the output file (.html, .md, .pdf, .json) says what is written.
    Without it the scenario without the document is written to the output file, as YAML; the
    original stays as it is.
    """
    source = crisis if crisis is not None else _here()
    if all_ == bool(documents):
        raise typer.BadParameter("name documents, or give --all")
    if not dry_run and not all_:
        _write(source, documents or [], output)
        return
    from standoff.assess import ripple, ripples
    from standoff.cli.complaints import unfinished
    from standoff.cli.progress import shown
    from standoff.note import render_ripple

    chosen = format_of(output, json=json)
    fixed = settings(set_)
    with shown() as progress:
        if all_:
            every = ripples(
                source, as_of=as_of, variants=variants, seed=seed, settings=fixed, progress=progress
            )
            content, failed, count = render_ripple(every, chosen), every.failed, every.variants
        else:
            found = ripple(
                source,
                documents or [],
                as_of=as_of,
                variants=variants,
                seed=seed,
                settings=fixed,
                progress=progress,
            )
            content, failed, count = render_ripple(found, chosen), found.failed, found.variants
    deliver(content, output)
    unfinished(failed, count)


def _write(source: str, documents: list[str], output: Path | None) -> None:
    """The scenario without some documents, as its author wrote it but for its comments."""
    from standoff.scenario.falling import without_sources
    from standoff.scenario.loading import locate, written
    from standoff.scenario.write import to_yaml

    if output is None:
        raise ScenarioError(
            Problem(
                "no-output",
                "`sources drop` writes a scenario, never over the original",
                expected="-o FILE.yaml, or --dry-run to see what would fall",
            )
        )
    home = locate(source)
    # A further file in the folder of a scenario would be part of it.
    inside = home.is_dir() and output.resolve().parent == home.resolve()
    if inside or output.resolve() == home.resolve():
        raise ScenarioError(
            Problem(
                "own-output",
                "the scenario would be written over itself",
                found=str(output),
                expected="a file of its own, outside a scenario's folder",
            )
        )
    left, fell = without_sources(written(source), documents)
    deliver(to_yaml(left), output)
    gone = f"{len(fell.forgotten)} record item{'s' if len(fell.forgotten) != 1 else ''} forgotten"
    typer.echo(f"{gone}, {len(fell.unsupported)} parts without support", err=True)


def _here() -> str:
    """The scenario of the current folder."""
    files = sorted([*Path().glob("*.yaml"), *Path().glob("*.yml")])
    if len(files) == 1:
        return str(files[0])
    if files:
        return "."
    raise ScenarioError(
        Problem(
            "no-scenario",
            "there is no scenario in the current folder",
            expected="--in with a YAML file, a folder or a shipped crisis",
        )
    )
