"""What a command has made: in which format, and where it goes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import typer

ENDINGS = {".txt": "text", ".md": "md", ".html": "html", ".pdf": "pdf", ".json": "json"}
"""Format of a report by the ending of its file."""
OTHERS = {".svg", ".png", ".jpg", ".csv", ".docx", ".odt", ".xlsx"}
"""Endings of kinds of files that text is not."""


def format_of(output: Path | None, *, json: bool = False, more: Mapping[str, str] = {}) -> str:
    """The format that is asked for: JSON, or what the ending of the output file says; text where
    that says nothing. `more` endings are known to some commands only. What can't be written is
    refused.
    """
    if json:
        return "json"
    known = {**ENDINGS, **more}
    ending = output.suffix.lower() if output is not None else ""
    if ending in OTHERS - known.keys():
        raise typer.BadParameter(
            f"{ending} can't be written here; {', '.join(known)} can", param_hint="--output"
        )
    return known.get(ending, "text")


def deliver(content: str | bytes, output: Path | None) -> None:
    """Write it to the file, or print it."""
    if output is not None:
        from standoff.workspace import write_atomically

        write_atomically(output, content)
        typer.echo(f"wrote {output}", err=True)
    elif isinstance(content, bytes):
        sys.stdout.buffer.write(content)
    else:
        typer.echo(content.rstrip("\n"))
