"""Runs that can be stopped anywhere and taken up again: named tables in a folder, or in memory."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standoff.variants.store.durably import NoRoom as NoRoom
    from standoff.variants.store.folder import Folder as Folder
    from standoff.variants.store.folder import open_run as open_run
    from standoff.variants.store.in_memory import InMemory as InMemory
    from standoff.variants.store.in_memory import Store as Store
    from standoff.variants.store.locking import Busy as Busy
    from standoff.variants.store.manifest import Manifest as Manifest
    from standoff.variants.store.manifest import run_id as run_id

_HOMES = {
    "Busy": "standoff.variants.store.locking",
    "Folder": "standoff.variants.store.folder",
    "InMemory": "standoff.variants.store.in_memory",
    "Manifest": "standoff.variants.store.manifest",
    "NoRoom": "standoff.variants.store.durably",
    "Store": "standoff.variants.store.in_memory",
    "open_run": "standoff.variants.store.folder",
    "run_id": "standoff.variants.store.manifest",
}
__all__ = ["Busy", "Folder", "InMemory", "Manifest", "NoRoom", "Store", "open_run", "run_id"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
