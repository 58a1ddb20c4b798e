"""Adding files and folders to a library, one file after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from standoff.errors import Cancelled, Problem, ScenarioError, StandoffError
from standoff.progress import Progress, check
from standoff.sources.library import Library
from standoff.sources.library_tables import LibraryError
from standoff.sources.models import FileReport

__all__ = ["add", "files_in"]

ENDINGS = (".xml", ".txt", ".md", ".markdown", ".pdf")
"""Of files that are taken from folders."""


def add(
    library: Library, paths: Sequence[Path], progress: Progress | None = None
) -> Iterator[FileReport | StandoffError]:
    """What each file changed, or why it can't be read; `Cancelled` where it is to stop.

    A library that can't be used ends it: no other file would do better.
    """
    files = list(files_in(paths))
    for done, file in enumerate(files):
        check(progress)
        if progress is not None:
            progress.say(f"reading {file.name}")
            progress.step(done, len(files))
        try:
            yield library.add(file, progress)
        except (Cancelled, LibraryError):
            raise
        except StandoffError as error:
            yield error


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in the order of their names, each once."""
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in ENDINGS)
            found = [p for p in inside if p.is_file() and not _hidden(p.relative_to(path))]
            if not found:
                raise ScenarioError(
                    Problem(
                        "no-sources",
                        "the folder holds no file that could be read",
                        path=str(path),
                        expected=f"files that end in {', '.join(ENDINGS)}",
                    )
                )
        else:
            found = [path]
        for one in found:
            if one.absolute() not in seen:
                seen.add(one.absolute())
                yield one


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
