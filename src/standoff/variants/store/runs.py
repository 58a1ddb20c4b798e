"""The runs of a workspace: listed, found, read, removed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from standoff.errors import Problem, ScenarioError, nearest
from standoff.variants.columns import Columns
from standoff.variants.store.durably import sync_folder
from standoff.variants.store.folder import (
    FINISHED,
    LOCK,
    MANIFEST,
    RUNS,
    entry,
    read_manifest,
    table_file,
    table_names,
)
from standoff.variants.store.index import NAME, Entry, Index
from standoff.variants.store.locking import acquire, held
from standoff.variants.store.manifest import Difference, Manifest, differences, run_id
from standoff.variants.store.tables import BadTable, decode

Status = Literal["running", "stopped", "finished"]


@dataclass(frozen=True)
class Run:
    """A run of a workspace and how far it is."""

    path: Path
    manifest: Manifest
    known: Entry
    status: Status
    sizes: Mapping[str, int]
    """Bytes of each table that is of use."""

    @property
    def id(self) -> str:
        """Its name."""
        return self.known.id

    def table(self, name: str) -> Columns:
        """A table's columns. Raises `ScenarioError` where it is no use."""
        file = table_file(self.path, name)
        try:
            return decode(name, self.manifest.digest, file.read_bytes())
        except (BadTable, FileNotFoundError) as error:
            raise ScenarioError(
                Problem(
                    "bad-table",
                    f"{file} can't be used; start the run again to have it worked out anew",
                    found=str(error) if isinstance(error, BadTable) else "no such file",
                    expected="the table as it was written",
                )
            ) from error

    def names(self) -> list[str]:
        """Names of its tables."""
        return table_names(self.path)


def runs(workspace: Path) -> list[Run]:
    """All runs of a workspace, by name. The index is brought up to what the folders hold."""
    folders = sorted(path for path in (workspace / RUNS).glob("*") if (path / MANIFEST).is_file())
    if not folders and not (workspace / NAME).exists():
        return []
    index = Index(workspace)
    try:
        known = {one.id: one for one in index.runs()}
        for gone in known.keys() - {path.name for path in folders}:
            index.drop(gone)
        found = []
        for path in folders:
            manifest = read_manifest(path)
            if manifest is None:
                continue
            one = known.get(path.name)
            fresh = entry(path, manifest)
            if one is None or replace(one, done=0, bytes=0) != fresh:
                index.enter(fresh)
            if one is None or one.done != len(table_names(path)):
                _learn(index, path, manifest)
            sizes = index.tables(path.name)
            filled = replace(fresh, done=len(sizes), bytes=sum(sizes.values()))
            found.append(Run(path, manifest, filled, status(path), sizes))
        return found
    finally:
        index.close()


def _learn(index: Index, path: Path, manifest: Manifest) -> None:
    """Tell the index of the tables of a folder that it doesn't know, and that others are gone."""
    there = table_names(path)
    known = index.tables(path.name)
    for name in known.keys() - set(there):
        index.lose(path.name, name)
    for name in there:
        if name in known:
            continue
        try:
            data = table_file(path, name).read_bytes()
            decode(name, manifest.digest, data)
        except (BadTable, FileNotFoundError):
            continue  # whoever works on the run next puts it aside
        index.note(path.name, name, hashlib.sha256(data).hexdigest(), len(data))


def status(path: Path) -> Status:
    """Asked of the folder itself: a process that was killed leaves no lock behind."""
    if held(path / LOCK):
        return "running"
    return "finished" if (path / FINISHED).is_file() else "stopped"


def find(workspace: Path, name: str) -> Run:
    """The run of that name, or the only one whose name begins so."""
    there = runs(workspace)
    fits = [run for run in there if run.id == name] or [r for r in there if r.id.startswith(name)]
    if len(fits) == 1:
        return fits[0]
    raise ScenarioError(
        Problem(
            "no-run",
            f"there is no run {name!r} in {workspace}"
            if not fits
            else f"several runs of {workspace} begin so",
            found=", ".join(run.id for run in fits) or name,
            expected="a name that `standoff runs list` shows",
            nearest=nearest(name, [run.id for run in there]) if not fits else "",
        )
    )


def remove(workspace: Path, name: str) -> Run:
    """Remove a run's folder. Raises `Busy` while a process works there."""
    run = find(workspace, name)
    lock = acquire(run.path / LOCK)
    try:
        # Without its manifest it is no run, wherever the removal may be stopped.
        (run.path / MANIFEST).unlink()
        shutil.rmtree(run.path)
        sync_folder(run.path.parent)
    finally:
        lock.release()
    index = Index(workspace)
    try:
        index.drop(run.id)
    finally:
        index.close()
    return run


def unlike(workspace: Path, asked: Manifest) -> Iterator[tuple[str, list[Difference]]]:
    """Stopped runs of the same question that can't be taken over, since the scenario or a version
    is another, and in what they differ.
    """
    for path in sorted((workspace / RUNS).glob("*")):
        other = read_manifest(path) if path.name != run_id(asked) else None
        if other is None or other.scenario != asked.scenario or status(path) != "stopped":
            continue
        found = list(differences(other, asked))
        if found and all(d.field == "scenario_hash" or d.field.startswith("versions.")
                         for d in found):  # fmt: skip
            yield path.name, found
