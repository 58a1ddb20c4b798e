"""Writing that survives: a file stands there whole or not at all, whenever the power goes."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

from standoff.errors import StandoffError

Watch = Callable[[str, Path], None]
"""Called before each step that reaches the disk (`write`, `sync`, `rename`, `sync-folder`,
`commit`, `remove`) with the file that it is about. Tests stop the work there."""

PARTIAL = ".partial"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NoRoom(StandoffError):
    """The disk is full. What was finished before is kept."""


def unwatched(step: str, path: Path) -> None:
    """Nobody watches."""


def no_room(path: Path, reason: str) -> NoRoom:
    """The error to raise where a disk has no room for `path`."""
    return NoRoom(
        f"{path}: no room to write it ({reason}). Everything that was finished before is kept: "
        "free some space and start the same command again"
    )


def write(path: Path, data: bytes, watch: Watch = unwatched) -> None:
    """Write `data` under a temporary name, wait until the disk has it, and only then give it its
    name. Whoever calls this holds the folder's lock, so that one temporary name is enough and what
    a killed process left there is simply written over. Raises `NoRoom` on a full disk.
    """
    temporary = path.parent / f".{path.name}{PARTIAL}"
    try:
        make_folder(path.parent, watch)
        with temporary.open("wb") as file:
            watch("write", path)
            file.write(data)
            file.flush()
            watch("sync", path)
            os.fsync(file.fileno())
        watch("rename", path)
        temporary.replace(path)
        sync_folder(path.parent, watch)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise no_room(path, error.strerror or str(error)) from error
        if error.filename is None:  # so that whoever prints it can say where
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def make_folder(folder: Path, watch: Watch = unwatched) -> None:
    """Make a folder and its parents, each on the disk before anything is put into it."""
    if folder.is_dir():
        return
    make_folder(folder.parent, watch)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent, watch)


def sync_folder(folder: Path, watch: Watch = unwatched) -> None:
    """Wait until the disk has the names that stand in a folder."""
    watch("sync-folder", folder)
    if sys.platform == "win32":  # which can't open folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what killed writers left under temporary names. Needs the folder's lock."""
    for left in folder.rglob(f".*{PARTIAL}"):
        left.unlink(missing_ok=True)
