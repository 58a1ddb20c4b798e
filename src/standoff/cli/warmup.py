"""`standoff warmup`: compile the kernels once, so that the first question is quick too."""

from __future__ import annotations

import typer


def command() -> None:
    """Compile the solver's kernels into the user's cache."""
    from standoff.assess import assess
    from standoff.cli.progress import shown

    with shown() as progress:
        assess("signal", variants=8, form=False, progress=progress)
    typer.echo("kernels compiled and cached")
