"""How kernels are compiled: without the lock, and cached in the user's own cache directory.

Numba keys a cached function on the file in which it stands, not on the files that it calls into.
The directory is therefore named after a hash of all kernel sources, so that a change in one of
them can never meet machine code made from another. Nothing global is touched: the setting is in
force only while a function is decorated, and other users of numba in the process keep theirs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core import config as _config

settings: Any = _config


@cache
def cache_directory() -> Path:
    """Where compiled kernels are kept: one folder for each version of the sources."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    base = os.environ.get("NUMBA_CACHE_DIR")
    if base:
        return Path(base) / f"standoff-{digest.hexdigest()[:16]}"
    from platformdirs import user_cache_path

    return user_cache_path("standoff") / "kernels" / digest.hexdigest()[:16]


def kernel(function: Callable[..., Any]) -> Any:
    """Compile an entry point: called from Python, kept on disk, runs without the lock."""
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(cache_directory())
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:
        # No place in which to keep it (a read-only system): compile afresh in each process.
        return numba.njit(nogil=True, error_model="numpy")(function)
    finally:
        settings.CACHE_DIR = before


def inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only other kernels call."""
    return numba.njit(nogil=True, error_model="numpy")(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a small function whose body is put in the place of each call."""
    return numba.njit(nogil=True, error_model="numpy", forceinline=True)(function)
