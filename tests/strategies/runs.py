"""A small run without a game: draws, three chunks of answers and a note made from them all.

It asks its store as an assessment does, so that what holds for its folder holds for any.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from standoff.variants.store.folder import LOCK, Folder
from standoff.variants.store.in_memory import Store
from standoff.variants.store.manifest import Manifest

CHUNKS = [f"answers/{i:05}" for i in range(3)]


def a_manifest(**changed: object) -> Manifest:
    given: dict[str, object] = {
        "scenario": "signal", "scenario_hash": "0" * 64, "as_of": "2030-01-12", "variants": 24,
        "versions": {"standoff": "0.1.0", "numpy": "2.0.0"},
    }  # fmt: skip
    return Manifest.model_validate({**given, **changed})


def chunk(index: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng([7, index])
    return {"joint": rng.random(8), "base": rng.random(8), "status": rng.integers(0, 2, 8)}


def play(store: Store) -> str:
    """The whole run; what is in the store is not worked out again. Gives its note."""
    store.expect(["draws", *CHUNKS])
    if store.get("draws") is None:
        store.put("draws", {"cost": np.random.default_rng([7, 99]).random(24)})
    parts = []
    for index, name in enumerate(CHUNKS):
        found = store.get(name)
        if found is None:
            found = chunk(index)
            store.put(name, found)
        parts.append(found)
    whole = np.concatenate([part["joint"] / part["base"] for part in parts])
    note = f"{whole.sum().hex()} {hashlib.sha256(whole.tobytes()).hexdigest()}"
    if isinstance(store, Folder):
        store.finish(note)
    return note


def contents(path: Path) -> dict[str, bytes]:
    """Every file of a run folder but its lock and what was put aside."""
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.name != LOCK and file.relative_to(path).parts[0] != "aside"
    }
