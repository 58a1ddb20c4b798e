"""`standoff schema`: the JSON Schemas of what Standoff reads and writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from standoff.cli.options import Output
from standoff.errors import Problem, ScenarioError


def command(
    which: Annotated[
        Literal[
            "scenario",
            "assessment",
            "answer",
            "backtest",
            "sensitivity",
            "tipping",
            "stability",
            "prices",
            "commitment",
            "crux",
            "waiting",
            "deception",
            "mediation",
            "evidence",
            "ripple",
            "ripples",
            "solved",
            "runs",
            "sources",
            "source",
            "passages",
            "links",
            "run",
            "asked",
            "draft",
            "all",
        ],
        typer.Argument(help="Of what; `all` writes one file each into the folder of -o."),
    ] = "scenario",
    output: Output = None,
) -> None:
    """Print the JSON Schema of scenarios, or of a JSON output."""
    from standoff.workspace import write_atomically

    if which == "all":
        if output is None:
            raise ScenarioError(
                Problem("no-output", "`schema all` writes files", expected="-o FOLDER")
            )
        from standoff.assess.schemas import SCHEMAS

        for name in SCHEMAS:
            write_atomically(output / file_name(name), schema_text(name))
            typer.echo(f"wrote {Path(output) / file_name(name)}", err=True)
    elif output is None:
        typer.echo(schema_text(which).rstrip("\n"))
    else:
        write_atomically(output, schema_text(which))


def file_name(which: str) -> str:
    """Name of the published file; the number is the version of the interface."""
    return f"{which}-1.json"


def schema_text(which: str) -> str:
    """A schema as it is published."""
    from standoff.assess import json_schema

    return json.dumps(json_schema(which), indent=2, ensure_ascii=False) + "\n"
