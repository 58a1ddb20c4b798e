"""Runs as JSON: what `standoff runs list --json` and `show --json` print."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from standoff.variants.store.manifest import Manifest
from standoff.variants.store.runs import Run, Status


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class RunSummary(_Part):
    """A run of a workspace and how far it is."""

    id: str
    """Its name, which is its folder's."""
    command: str
    """What was run."""
    scenario: str
    """The scenario's id."""
    status: Status
    """`running` while a process works on it, `stopped` where none does and tables are missing."""
    tables: int
    """Tables that are there."""
    expected: int | None
    """Tables that are going to be there; null where that isn't known yet."""
    variants: int
    """Draws."""
    seed: int
    """Of the draws."""
    as_of: str | None
    """The moment that it is seen from."""
    bytes: int
    """Size of its tables."""
    kept: str | None
    """The note that came of it, seen from the workspace; null before."""


class RunList(_Part):
    """All runs of a workspace."""

    workspace: str
    """Its folder."""
    runs: list[RunSummary]
    """By name."""


class TablePart(_Part):
    """A table of a run."""

    name: str
    """As the run calls it."""
    bytes: int | None
    """Size of its file; null where the file is no use."""


class RunDetails(_Part):
    """One run: what decides its bytes, and its tables."""

    folder: str
    """Where it stands."""
    summary: RunSummary
    """How far it is."""
    manifest: Manifest
    """What decides its bytes."""
    tables: list[TablePart]
    """By name."""


def summary(run: Run) -> RunSummary:
    """A run in a line."""
    known = run.known
    return RunSummary(
        id=known.id,
        command=known.command,
        scenario=known.scenario,
        status=run.status,
        tables=known.done,
        expected=known.expected,
        variants=known.variants,
        seed=known.seed,
        as_of=known.as_of,
        bytes=known.bytes,
        kept=known.kept,
    )


def details(run: Run) -> RunDetails:
    """A run with its tables."""
    sizes = run.sizes
    return RunDetails(
        folder=str(run.path),
        summary=summary(run),
        manifest=run.manifest,
        tables=[TablePart(name=name, bytes=sizes.get(name)) for name in run.names()],
    )
