"""A run as a folder: its manifest, its tables, and what is known of them.

    <workspace>/index.sqlite            the index of all runs
    <workspace>/runs/<id>/manifest.json what decides the bytes
                          plan.json     the tables that are going to be there
                          draws.parquet, answers/00000.parquet, ...
                          finished.json the tables' checksums, once all are there

Tables are written whole or not at all, so a run may be stopped anywhere. Whatever can't be read,
was changed, or belongs to another run counts as absent: it is put aside and worked out again.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock
from types import TracebackType
from urllib.parse import quote, unquote

from pydantic import ValidationError

from standoff.progress import Progress
from standoff.variants.columns import Columns
from standoff.variants.store.durably import Watch, make_folder, sweep, unwatched, write
from standoff.variants.store.index import Entry, Index
from standoff.variants.store.locking import acquire
from standoff.variants.store.manifest import Manifest, refuse_other, run_id
from standoff.variants.store.tables import BadTable, decode, encode

RUNS = "runs"
LOCK = ".lock"
MANIFEST, PLAN, FINISHED, ASIDE = "manifest.json", "plan.json", "finished.json", "aside"
_SAFE = "/+=,"  # besides letters, digits, and _.-~, which are never quoted


class StoreWarning(UserWarning):
    """Something in a run folder was no use."""


class Folder:
    """A run's folder, held by this process until `close`.

    `path` is made where it isn't there. Where another process holds it, it is waited for (`wait`
    seconds, without end by default) and `tell` says so; then `Busy` is raised. Raises
    `ScenarioError` where the folder holds another run, saying in what it differs. `watch` is called
    before every step that reaches the disk.
    """

    def __init__(
        self,
        path: Path,
        manifest: Manifest,
        *,
        wait: float = math.inf,
        tell: Callable[[str], None] | None = None,
        watch: Watch = unwatched,
        progress: Progress | None = None,
    ) -> None:
        self.path, self.manifest = path, manifest
        self._tell = tell
        self._watch = watch
        self._mutex = RLock()
        self._run = manifest.digest
        self.taken: set[str] = set()
        """Names of tables that were there already and were used."""
        make_folder(path, watch)
        self._lock = acquire(path / LOCK, wait=wait, tell=tell, progress=progress)
        try:
            sweep(path)
            known = read_manifest(path)
            if known is not None:
                refuse_other(path, known, manifest)
            else:
                write(path / MANIFEST, manifest.text().encode(), watch)
            self._index = Index(index_folder(path), watch)
            self._plan = read_plan(path)
            self._index.enter(entry(path, manifest))
        except BaseException:
            self._lock.release()
            raise

    def get(self, name: str) -> Columns | None:
        """A table's columns; None where it isn't there or is no use."""
        file = self._file(name)
        with self._mutex:
            try:
                data = file.read_bytes()
            except FileNotFoundError:
                return None
            checksum = hashlib.sha256(data).hexdigest()
            known = self._index.checksum(path_id(self.path), name)
            try:
                if known is not None and known != checksum:
                    raise BadTable("its checksum is not the one it was written with")
                columns = decode(name, self._run, data)
            except BadTable as error:
                self._put_aside(name, file, str(error))
                return None
            if known is None:  # written just before the process was killed, or the index was lost
                self._index.note(path_id(self.path), name, checksum, len(data))
            self.taken.add(name)
            return columns

    def put(self, name: str, columns: Columns) -> None:
        """Keep a table. Raises `NoRoom` on a full disk."""
        file = self._file(name)
        data = encode(name, self._run, columns)
        with self._mutex:
            self._unfinish()
            if self._index.checksum(path_id(self.path), name) is not None:
                self._index.lose(path_id(self.path), name)
            write(file, data, self._watch)
            self._index.note(path_id(self.path), name, hashlib.sha256(data).hexdigest(), len(data))
            self.taken.discard(name)

    def names(self) -> list[str]:
        """Names of the tables that stand there, sorted."""
        return table_names(self.path)

    def expect(self, names: Sequence[str]) -> None:
        """These tables are going to be kept, besides those expected before."""
        with self._mutex:
            more = [name for name in dict.fromkeys(names) if name not in self._plan]
            if more:
                self._plan = sorted([*self._plan, *more])
                write(self.path / PLAN, (json.dumps(self._plan, indent=1) + "\n").encode(),
                      self._watch)  # fmt: skip
                self._index.enter(entry(self.path, self.manifest))

    @property
    def expected(self) -> list[str]:
        """Names of the tables that are going to be kept, as far as anybody has said."""
        return expected_names(self.path)

    def finish(self, kept: str | None = None) -> None:
        """Say that all is there; `kept` names the note that came of it, seen from the workspace."""
        with self._mutex:
            known = self._index.checksums(path_id(self.path))
            sums = {
                name: known.get(name) or hashlib.sha256(self._file(name).read_bytes()).hexdigest()
                for name in self.names()
            }
            done = json.dumps({"tables": sums, "kept": kept}, indent=2, sort_keys=True) + "\n"
            file = self.path / FINISHED
            if not file.is_file() or file.read_text("utf-8") != done:
                write(file, done.encode(), self._watch)
            self._index.enter(entry(self.path, self.manifest))

    def drop(self) -> None:
        """Leave no trace of a run that holds nothing."""
        with self._mutex:
            if not self.names():
                (self.path / MANIFEST).unlink(missing_ok=True)
                shutil.rmtree(self.path)
                self._index.drop(path_id(self.path))

    def close(self) -> None:
        """Let other processes in."""
        self._index.close()
        self._lock.release()

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _file(self, name: str) -> Path:
        return table_file(self.path, name)

    def _unfinish(self) -> None:
        """What was finished is not while a table is worked out again."""
        file = self.path / FINISHED
        if file.is_file():
            self._watch("remove", file)
            file.unlink()
            self._index.enter(entry(self.path, self.manifest))

    def _put_aside(self, name: str, file: Path, why: str) -> None:
        self._unfinish()
        aside = self.path / ASIDE
        make_folder(aside, self._watch)
        flat = quote(name, safe="")
        number = sum(1 for _ in aside.glob(f"{flat}.*"))
        self._watch("rename", file)
        file.replace(aside / f"{flat}.{number}.parquet")
        self._index.lose(path_id(self.path), name)
        text = f"{file} is no use: {why}. It is put aside and worked out again"
        if self._tell is not None:
            self._tell(text)
        else:
            warnings.warn(text, StoreWarning, stacklevel=3)


def open_run(
    workspace: Path,
    manifest: Manifest,
    *,
    wait: float = math.inf,
    tell: Callable[[str], None] | None = None,
    watch: Watch = unwatched,
    progress: Progress | None = None,
) -> Folder:
    """The folder of a run in a workspace, under the name that its manifest gives it."""
    path = workspace / RUNS / run_id(manifest)
    return Folder(path, manifest, wait=wait, tell=tell, watch=watch, progress=progress)


def path_id(path: Path) -> str:
    """What the index calls a run: the name of its folder."""
    return path.name


def index_folder(path: Path) -> Path:
    """Where the index of a run folder stands: in its workspace, or beside the tables of a folder
    that is in none.
    """
    return path.parent.parent if path.parent.name == RUNS else path


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a run folder; None where there is none that can be read (its tables then
    count as foreign).
    """
    try:
        return Manifest.model_validate_json((path / MANIFEST).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def read_plan(path: Path) -> list[str]:
    """The tables that are going to be there, as far as anybody has said."""
    try:
        names = json.loads((path / PLAN).read_bytes())
    except (FileNotFoundError, ValueError):
        return []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def expected_names(path: Path) -> list[str]:
    """What is planned and what is there, as soon as anything is planned."""
    plan = read_plan(path)
    return sorted({*plan, *table_names(path)}) if plan else []


def read_finished(path: Path) -> tuple[bool, str | None]:
    """Whether a run is finished, and the note that came of it."""
    try:
        said = json.loads((path / FINISHED).read_bytes())
    except (FileNotFoundError, ValueError):
        return False, None
    kept = said.get("kept") if isinstance(said, dict) else None
    return isinstance(said, dict), kept if isinstance(kept, str) else None


def table_file(path: Path, name: str) -> Path:
    """Where a table of a run folder stands. Slashes in names make folders; what not every disk
    takes in a file's name is quoted as in a web address. Raises `ValueError` for what is no name.
    """
    parts = name.split("/")
    if parts[0] == ASIDE or any(not part or part.startswith(".") for part in parts):
        raise ValueError(f"{name!r} is no name of a table")
    return path / f"{quote(name, safe=_SAFE)}.parquet"


def table_names(path: Path) -> list[str]:
    """Names of the tables that stand in a run folder, sorted."""
    found = [file.relative_to(path) for file in path.rglob("*.parquet")]
    return sorted(
        unquote(file.with_suffix("").as_posix())
        for file in found
        if file.parts[0] != ASIDE and not file.name.startswith(".")
    )


def entry(path: Path, manifest: Manifest) -> Entry:
    """A run as the index is to know it, from its folder."""
    finished, kept = read_finished(path)
    return Entry(
        id=path_id(path),
        scenario=manifest.scenario,
        command=manifest.command,
        variants=manifest.variants,
        seed=manifest.seed,
        as_of=manifest.as_of,
        expected=len(expected_names(path)) or None,
        finished=finished,
        kept=kept,
    )
