"""`standoff sources link`: what rests on which words, whether they still stand, and new links."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from standoff.cli.options import Json, ScenarioArgument, Workspace
from standoff.errors import Problem, ScenarioError


def command(
    scenario: ScenarioArgument,
    rests: Annotated[
        str | None,
        typer.Option(
            "--rests",
            metavar="TARGET",
            help="Add a link: what rests on the passage (judgements.ID, record.ID, "
            "parameters.NAME, ...).",
        ),
    ] = None,
    passage: Annotated[
        str | None,
        typer.Option(
            "--passage", metavar="DOC/PLACE", help="On which passage: frus1961-63v06#d65/p19[/s2]."
        ),
    ] = None,
    quote: Annotated[
        str, typer.Option("--quote", help="On these words of it; all of it without.")
    ] = "",
    grade: Annotated[
        str, typer.Option("--grade", help="Reliability A-F and credibility 1-6 of it: B2.")
    ] = "",
    mark: Annotated[
        Literal["reported", "denied", "deceptive", "inferred"],
        typer.Option("--as", help="What the words do; denied and deceptive ones support nothing."),
    ] = "reported",
    rendering: Annotated[
        str, typer.Option("--rendering", help="Which rendering was read (tei, text, ...).")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="Why, in words.")] = "",
    reanchor: Annotated[
        bool,
        typer.Option("--reanchor", help="Rewrite links that have moved, as the words stand now."),
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE.jsonld", help="Write links as Web Annotations."),
    ] = None,
    import_: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE.jsonld", help="Add links from Web Annotations."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Put new links into this file, not the scenario's."),
    ] = None,
    workspace: Workspace = None,
    json: Json = False,
) -> None:
    """Show every link and citation with its state; add, renew, export and import links.

    Ends with 1 where something is lost.
    """
    from standoff.assess import linking
    from standoff.cli.links_text import lines

    asked = [rests is not None or passage is not None, reanchor, bool(export), bool(import_)]
    if sum(asked) > 1:
        raise typer.BadParameter("one thing at a time: add, --reanchor, --export or --import")
    if export is not None:
        from standoff.workspace import write_atomically

        write_atomically(export, linking.export_links(scenario, workspace=workspace))
        typer.echo(f"wrote {export}", err=True)
        return
    if import_ is not None:
        found = linking.import_links(
            scenario, _text(import_), name=str(import_), output=output, workspace=workspace
        )
    elif reanchor:
        found = linking.reanchor(scenario, workspace=workspace)
    elif asked[0]:
        if rests is None or passage is None:
            raise typer.BadParameter("a link needs both --rests and --passage")
        found = linking.link(
            scenario, rests, passage, quote=quote, grade=grade, mark=mark, rendering=rendering,
            note=note, output=output, workspace=workspace,
        )  # fmt: skip
    else:
        found = linking.links(scenario, workspace=workspace)
    if json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        for line in lines(found, all_=not any(asked)):
            typer.echo(line)
    if found.found.links.get("lost") or found.found.citations.get("lost"):
        raise typer.Exit(1)


def _text(path: Path) -> bytes:
    """The bytes of a file, no more than are read of it anyway."""
    from standoff.sources.annotation import LARGEST

    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScenarioError(Problem("unreadable", f"{path} can't be read: {reason}")) from None
