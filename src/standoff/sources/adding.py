"""Adding files and folders to a library, one file after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from standoff.errors import Cancelled, Problem, SourceError, StandoffError
from standoff.progress import Progress, check
from standoff.sources.library import Library
from standoff.sources.library_tables import LibraryError
from standoff.sources.models import FileReport

__all__ = ["add"]


def add(
    library: Library, paths: Sequence[Path], progress: Progress | None = None
) -> Iterator[FileReport | StandoffError]:
    """What each file changed, or why it can't be read; `Cancelled` where it is to stop.

    A library that can't be used ends it: no other file would do better.
    """
    files = _files(paths)
    for number, file in enumerate(files, 1):
        check(progress)
        if progress is not None:
            progress.say(f"reading {file.name} (file {number} of {len(files)}), byte")
        try:
            yield library.add(file, progress)
        except (Cancelled, LibraryError):
            raise
        except StandoffError as error:
            yield error


def _files(paths: Sequence[Path]) -> list[Path]:
    """The files to read; a folder in which there is none is a mistake that is told of."""
    from standoff.sources.reading import READABLE, files_in

    for path in paths:
        if path.is_dir() and not files_in([path]):
            raise SourceError(
                Problem(
                    "no-sources",
                    "the folder holds no file that could be read",
                    path=str(path),
                    expected=READABLE,
                )
            )
    return files_in(paths)
