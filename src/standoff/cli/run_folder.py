"""The run folder of a command: opened with a word on what it holds, kept however that ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from standoff.cli.plain import plain
from standoff.errors import Cancelled
from standoff.progress import Progress

if TYPE_CHECKING:
    from standoff.variants.store import Folder, Manifest
    from standoff.variants.store.manifest import Difference


@contextmanager
def run_folder(
    workspace: Path, manifest: Manifest, progress: Progress | None = None
) -> Iterator[Folder]:
    """The folder of a run, held for the length of a block; what was done before is taken over.

    Says on standard error what is taken over, or why a run of the same question is not. SIGINT and
    SIGTERM end the block as `KeyboardInterrupt` does, and it is said how to go on.
    """
    from standoff.variants.store import open_run
    from standoff.variants.store.runs import unlike

    with (
        _ended_by_sigterm(),
        open_run(workspace, manifest, tell=_tell, progress=progress) as folder,
    ):
        there, expected = folder.names(), folder.expected
        if there:
            of = f" of {len(expected)}" if expected else ""
            _tell(f"run {folder.path.name}: {len(there)}{of} tables are there and taken over")
        else:
            for name, why in unlike(workspace, manifest):
                _tell(f"run {name} was stopped, but can't be taken over: {_reason(why)}")
        try:
            yield folder
        except BaseException as error:
            done = len(folder.names())
            if not done:
                folder.drop()
            elif isinstance(error, KeyboardInterrupt | Cancelled):
                _tell(
                    f"run {folder.path.name}: {done} tables are kept; the same command goes on "
                    "from there"
                )
            raise


def _tell(text: str) -> None:
    typer.echo(plain(text), err=True)


def _reason(why: Sequence[Difference]) -> str:
    """In what a run differs from the one asked for, in words."""
    words = [
        "the scenario has changed"
        if one.field == "scenario_hash"
        else f"it was made with {one.field.removeprefix('versions.')} {one.found}, "
        f"now it is {one.expected}"
        for one in why
    ]
    return "; ".join(words)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM as an interrupt, so that it too is told and leaves by the same door."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_term(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, on_term)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
