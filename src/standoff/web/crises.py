"""The crises on the shelf: those that come with Standoff, and the user's own in the workspace.

The user's stand in `crises/ID/` of the workspace, as plain YAML that any editor can open. No path
is made from a name that comes from outside unless it fits the pattern of such names, and links are
not followed.
"""

from __future__ import annotations

import hashlib
import re
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from standoff.errors import Problem, ScenarioError
from standoff.scenario.loading import library, shipped
from standoff.scenario.reader import MAX_BYTES
from standoff.web.endpoint import CRISIS, FILE
from standoff.web.faults import Refusal
from standoff.web.models import Conflict, CrisisPart
from standoff.workspace import write_atomically

MOST_FILES = 32
_YAML = (".yaml", ".yml")
T = TypeVar("T")


class Crises:
    """The shelf of one workspace. Files are read and written under one lock."""

    def __init__(self, workspace: Path) -> None:
        self.own = workspace / "crises"
        self.drafts = workspace / "web" / "drafts"
        self.trash = workspace / "trash"
        self.notes = workspace / "notes"
        self._lock = threading.Lock()
        self.described: dict[tuple[str, str], CrisisPart] = {}
        """What is known of crises by (id, revision)."""

    def ids(self) -> list[tuple[str, bool]]:
        """Every crisis with whether it is shipped: these first, then the user's, by name."""
        return [(one, True) for one in shipped()] + [(one, False) for one in sorted(self._mine())]

    def folder(self, crisis: str) -> tuple[Path, bool]:
        """Where a crisis stands and whether it is shipped. Raises `Refusal` where there is none."""
        if crisis in shipped():
            return library() / crisis, True
        if crisis in self._mine():
            return self.own / crisis, False
        raise Refusal("not-found", f"there is no crisis {crisis!r}", 404)

    def files(self, crisis: str) -> dict[str, str]:
        """Name -> text of a crisis' YAML and prose."""
        folder, _ = self.folder(crisis)
        return _texts(folder)

    def yaml(self, crisis: str) -> dict[str, str]:
        """Name -> text of the files that make the scenario."""
        return {n: t for n, t in self.files(crisis).items() if n.endswith(_YAML)}

    def draft(self, crisis: str, name: str) -> tuple[str, str] | None:
        """A text that was being written: the revision that it was begun from, and the text."""
        path = self.drafts / crisis / name
        if not _is_file(path):
            return None
        begun, _, text = path.read_text("utf-8").partition("\n")
        return begun, text

    def keep_draft(self, crisis: str, name: str, text: str, begun: str) -> None:
        """Keep a text that is being written, beside the file."""
        self.folder(crisis)
        _fits(FILE, name)
        if not re.fullmatch(r"[0-9a-f]{0,64}", begun):
            raise Refusal("bad-request", "that is no revision", 422)
        write_atomically(self.drafts / crisis / name, f"{begun}\n{text}")

    def drop_draft(self, crisis: str, name: str) -> None:
        """Forget it."""
        self.folder(crisis)
        _fits(FILE, name)
        (self.drafts / crisis / name).unlink(missing_ok=True)

    def write(self, crisis: str, name: str, text: str, begun: str) -> str:
        """Write a file and return its revision.

        `begun` is the revision that the text was made from. Where another stands there by now, a
        `Refusal` (409) carries both texts and nothing is written.
        """
        folder, comes_with = self.folder(crisis)
        if comes_with:
            raise Refusal(
                "read-only", f"{crisis} comes with Standoff: duplicate it to change it", 403
            )
        _fits(FILE, name)
        with self._lock:
            here = _texts(folder)
            now = here.get(name)
            at = "" if now is None else revision(now)
            if at != begun:
                words = "somebody else has written this file since you opened it"
                clash = Conflict(message=words, revision=at, theirs=now or "", yours=text)
                raise Refusal("conflict", words, 409, more=clash)
            _bounded({**here, name: text})
            if not _is_file(folder / name) and (folder / name).is_symlink():
                raise Refusal("read-only", f"{name} is a link", 403)
            write_atomically(folder / name, text)
            (self.drafts / crisis / name).unlink(missing_ok=True)
        return revision(text)

    def change(self, crisis: str, begun: str, doing: Callable[[Path], T]) -> T:
        """Let something write into a crisis' folder by itself, as one change.

        `begun` is the revision of the YAML files that it was asked on; where another stands there
        by now, a `Refusal` (409) and nothing is done.
        """
        folder, comes_with = self.folder(crisis)
        if comes_with:
            raise Refusal(
                "read-only", f"{crisis} comes with Standoff: duplicate it to change it", 403
            )
        with self._lock:
            if any(path.is_symlink() for path in folder.iterdir()):
                raise Refusal("read-only", f"{crisis} has links among its files", 403)
            here = {n: t for n, t in _texts(folder).items() if n.endswith(_YAML)}
            if revision_of(here) != begun:
                words = "somebody else has written this crisis since you opened it"
                raise Refusal("conflict", words, 409)
            return doing(folder)

    def remarks(self, crisis: str) -> str:
        """What the analyst has added to a crisis' note, as JSON; an empty list where nothing is."""
        self.folder(crisis)
        path = self.notes / f"{crisis}.json"
        return path.read_text("utf-8") if _is_file(path) else "[]"

    def keep_remarks(self, crisis: str, text: str, begun: str) -> str:
        """Keep them and return their revision; shipped crises have remarks as well, since these
        stand in the workspace. Where others stand there by now, a `Refusal` (409) carries both.
        """
        self.folder(crisis)
        with self._lock:
            now = self.remarks(crisis)
            if revision(now) != begun:
                words = "somebody else has written the remarks since you opened them"
                clash = Conflict(message=words, revision=revision(now), theirs=now, yours=text)
                raise Refusal("conflict", words, 409, more=clash)
            write_atomically(self.notes / f"{crisis}.json", text)
        return revision(text)

    def duplicate(self, crisis: str, copy: str) -> None:
        """Copy a crisis; the copy's `id:` says its own name."""
        files = self.files(crisis)
        renamed = {n: _renamed(t, copy) if n.endswith(_YAML) else t for n, t in files.items()}
        self.add(copy, renamed)

    def add(self, crisis: str, files: Mapping[str, str]) -> None:
        """Put a new crisis on the shelf."""
        _fits(CRISIS, crisis)
        for name in files:
            _fits(FILE, name)
        if not any(name.endswith(_YAML) for name in files):
            raise Refusal("no-scenario", "there is no YAML file among these", 422)
        if len({name.lower() for name in files}) < len(files):
            raise Refusal("bad-name", "two of these files have the same name", 422)
        _bounded(files)
        with self._lock:
            if (
                crisis in shipped()
                or (self.own / crisis).is_symlink()
                or (self.own / crisis).exists()
            ):
                raise Refusal("taken", f"there is a crisis {crisis!r} already", 409)
            # Made aside and moved into place: a crisis is there whole or not at all.
            aside = self.own / f".{crisis}.new"
            _emptied(aside)
            for name, text in files.items():
                write_atomically(aside / name, text)
            aside.rename(self.own / crisis)

    def remove(self, crisis: str) -> str:
        """Move a crisis to the trash of the workspace; returns its name there."""
        folder, comes_with = self.folder(crisis)
        if comes_with:
            raise Refusal("read-only", f"{crisis} comes with Standoff and stays", 403)
        with self._lock:
            self.trash.mkdir(parents=True, exist_ok=True)
            number = 1
            while (self.trash / f"{crisis}-{number}").exists():
                number += 1
            gone = self.trash / f"{crisis}-{number}"
            folder.rename(gone)
            if (self.drafts / crisis).is_dir():  # or the next crisis of that name would have them
                (self.drafts / crisis).rename(gone / "drafts")
            if _is_file(self.notes / f"{crisis}.json"):
                (self.notes / f"{crisis}.json").rename(gone / "remarks.json")
        return f"{crisis}-{number}"

    def _mine(self) -> set[str]:
        if not self.own.is_dir():
            return set()
        return {
            p.name
            for p in self.own.iterdir()
            if re.fullmatch(CRISIS, p.name)
            and stat.S_ISDIR(p.lstat().st_mode)
            and p.name not in shipped()
        }


def revision(text: str) -> str:
    """Of a file: changes with its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def revision_of(files: Mapping[str, str]) -> str:
    """Of all files of a crisis together."""
    return revision("\n".join(f"{name} {revision(files[name])}" for name in sorted(files)))


def id_in(files: Mapping[str, str]) -> str | None:
    """The `id:` that some files say, where it can be a name here."""
    for text in files.values():
        found = re.search(r"^id:[ \t]*[\"']?([A-Za-z0-9_.-]+)", text, re.M)
        if found:
            name = found[1].lower().replace(".", "-")
            return name if re.fullmatch(CRISIS, name) else None
    return None


def _renamed(text: str, crisis: str) -> str:
    return re.sub(r"^id:[^\n#]*", f"id: {crisis}", text, count=1, flags=re.M)


def _texts(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in _files(folder):
        if path.stat().st_size > MAX_BYTES:
            raise ScenarioError(Problem("too-big", f"{path.name} is too big for a scenario"))
        raw = path.read_bytes()
        try:
            found[path.name] = raw.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise ScenarioError(
                Problem(
                    "unreadable", f"{path.name} is no UTF-8 text", expected="a file saved as UTF-8"
                )
            ) from None
    return found


def _files(folder: Path) -> Iterator[Path]:
    """Regular files with names that we would give; links are left out."""
    for path in sorted(folder.iterdir())[: 4 * MOST_FILES]:
        if re.fullmatch(FILE, path.name) and _is_file(path):
            yield path


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _fits(pattern: str, name: str) -> None:
    if not re.fullmatch(pattern, name):
        raise Refusal("bad-name", f"{name[:80]!r} can't be a name here", 422)


def _bounded(files: Mapping[str, str]) -> None:
    if len(files) > MOST_FILES:
        raise Refusal("too-large", f"a crisis may have {MOST_FILES} files", 422)
    size = sum(len(text.encode("utf-8")) for text in files.values())
    if size > MAX_BYTES:
        raise Refusal("too-large", f"a crisis may have {MAX_BYTES / 1e6:.0f} MB", 422)


def _emptied(folder: Path) -> None:
    """An empty folder, whatever an earlier try has left there."""
    if folder.is_dir() and not folder.is_symlink():
        for path in folder.iterdir():
            path.unlink()
    else:
        folder.unlink(missing_ok=True)
        folder.mkdir(parents=True)
