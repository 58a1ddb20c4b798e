"""Where results are kept: a `.standoff` folder, written atomically."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FOLDER = ".standoff"


def workspace(named: Path | None = None) -> Path:
    """The workspace's folder: `named`, or `.standoff` in the current folder. Not created yet."""
    return named if named is not None else Path.cwd() / FOLDER


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    Parent folders are made. The content reaches the disk before the name changes, so a crash
    loses nothing that stood there before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes the file private; a result is as readable as any other file of the user's.
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno and error.filename is None:  # a full disk
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
