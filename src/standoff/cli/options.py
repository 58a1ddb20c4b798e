"""Options that several commands share, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from standoff.errors import Problem, ScenarioError

ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="A YAML file, a folder, or a shipped crisis (cuba-1962)."
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Know nothing later than this day or minute (ISO)."),
]
Variants = Annotated[
    int, typer.Option("--variants", min=1, max=1_000_000, help="Draws of what is uncertain.")
]
Drawing = Annotated[
    Literal["lhs", "sobol", "random"],
    typer.Option(
        "--draws",
        help="How: Latin hypercube, scrambled Sobol sequence, or plain Monte Carlo.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Same seed, same bytes.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Fix a parameter; may be repeated."),
]
Workspace = Annotated[
    Path | None,
    typer.Option("--workspace", help="Where results are kept; the current folder's by default."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Solve variants on the Dask cluster whose scheduler is there (tcp://HOST:PORT, or the "
        "file that it wrote).",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, max=512, help="Solve variants in so many processes on this machine."
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")
]


def one_of(dask: str | None, workers: int | None) -> None:
    """Refuse `--dask` together with `--workers`."""
    if dask is not None and workers is not None:
        raise typer.BadParameter("give either --dask or --workers", param_hint="--workers")


def settings(given: list[str] | None, option: str = "--set") -> dict[str, str]:
    """`--set name=value` pairs as a mapping; `option` is what the pairs were given to."""
    pairs = {}
    for text in given or []:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise ScenarioError(
                Problem("bad-setting", f"{option} can't be read", found=text, expected="name=value")
            )
        pairs[name.strip()] = value.strip()
    return pairs
