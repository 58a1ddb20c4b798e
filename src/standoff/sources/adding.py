"""Adding files and folders to a library, one file after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from standoff.errors import Problem, ScenarioError, SourceError
from standoff.progress import Progress, check
from standoff.sources.file_names import as_text
from standoff.sources.library import Library
from standoff.sources.models import FileReport, RefusedFile

__all__ = ["add"]


def add(
    library: Library, paths: Sequence[Path], progress: Progress | None = None
) -> Iterator[FileReport | RefusedFile]:
    """What each file changed, or why it can't be read; `Cancelled` where it is to stop.

    A library that can't be used ends it (`LibraryError`): no other file would do better.
    """
    files = _files(paths)
    for number, file in enumerate(files, 1):
        check(progress)
        if progress is not None:
            progress.say(f"reading {file.name} (file {number} of {len(files)}), byte")
        try:
            yield library.add(file, progress)
        except ScenarioError as error:  # whatever is wrong with a file is a `Problem`
            yield RefusedFile(file=as_text(file), problems=list(error.problems))


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files to read; a folder in which there is none is a mistake that is told of."""
    from standoff.sources.reading import READABLE, files_in

    for path in paths:
        if path.is_dir() and not files_in([path]):
            raise SourceError(
                Problem(
                    "no-sources",
                    "the folder holds no file that could be read",
                    path=as_text(path),
                    expected=READABLE,
                )
            )
    return files_in(paths)
