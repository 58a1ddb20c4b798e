"""Standoff's own format for games: ``.sgame``, arrays as they lie in memory.

The file is an uncompressed ``.npz``: ``numpy.load`` opens it too. Nothing in it is executed (no
pickles), what is allocated is never more than the file is long, and on reading every index is
checked, so that a file that has been tampered with is refused, not followed.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from standoff.errors import GameFileError, Problem
from standoff.game.game import Game, Payload
from standoff.game.game_checks import game_fault
from standoff.game.loaded import Labels, LoadedGame
from standoff.workspace import write_atomically

__all__ = ["load_game", "save_game"]

SUFFIX = ".sgame"
_FORMAT = "standoff game 1"
_GAME: dict[str, tuple[type[Any], int]] = {
    "level_start": (np.int32, 1), "parent": (np.int32, 1), "parent_edge": (np.int32, 1),
    "actor": (np.int8, 1), "cell": (np.int32, 1), "edge_start": (np.int32, 1),
    "child": (np.int32, 1), "edge_action": (np.int32, 1), "payoff_row": (np.int32, 1),
    "cell_player": (np.int8, 1), "cell_level": (np.int32, 1), "action_start": (np.int32, 1),
    "rate_row": (np.int32, 1), "cell_start": (np.int32, 1), "cell_node": (np.int32, 1),
}  # fmt: skip
_PAYLOAD: dict[str, tuple[type[Any], int]] = {
    "payoff": (np.float64, 3), "odds": (np.float64, 2), "log_rate": (np.float64, 2),
    "prior": (np.float64, 2), "stake": (np.float64, 1), "precision": (np.float64, 1),
}  # fmt: skip
_OWN: dict[str, tuple[type[Any], int]] = {
    "about": (np.uint8, 1), "outcome": (np.int32, 1), "set_text": (np.uint8, 1),
    "set_stop": (np.int64, 1), "action_text": (np.uint8, 1), "action_stop": (np.int64, 1),
}  # fmt: skip
_KINDS = _GAME | _PAYLOAD | _OWN
_DAMAGE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, struct.error,
)  # fmt: skip
"""What the reader of archives raises at damaged ones."""
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(..)\{'descr': '([<|][iuf][1248])', 'fortran_order': False, "
    rb"'shape': \((\d{0,12}(?:, ?\d{1,12}){0,2}),?\), ?\} *\n",
    re.DOTALL,
)


class PackedNames(Sequence[str]):
    """Names in one run of UTF-8, made into strings when they are asked for."""

    def __init__(self, text: NDArray[np.uint8], stop: NDArray[np.int64]) -> None:
        self.text, self.stop = text, stop

    def __len__(self) -> int:
        return len(self.stop)

    def fits(self) -> bool:
        """Whether every name lies within the run, one behind the other."""
        ends = np.concatenate([[0], self.stop])
        return bool((np.diff(ends) >= 0).all() and ends[-1] == len(self.text))

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        i = range(len(self))[index]
        start = int(self.stop[i - 1]) if i else 0
        return self.text[start : int(self.stop[i])].tobytes().decode("utf-8", "replace")


def save_game(loaded: LoadedGame, path: str | Path) -> None:
    """Write a game with its numbers and labels; what it was read from is left out.

    A game that was read as a file keeps the file's `source`.
    """
    game, payload, labels = loaded.game, loaded.payload, loaded.labels
    about = {
        "format": _FORMAT, "source": loaded.source, "title": labels.title,
        "players": list(game.players), "types": [list(t) for t in game.types],
        "player_labels": list(labels.players),
    }  # fmt: skip
    arrays: dict[str, NDArray[Any]] = {
        "about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        "outcome": loaded.outcome,
    }
    arrays |= {name: getattr(game, name) for name in _GAME}
    arrays |= {name: getattr(payload, name) for name in _PAYLOAD}
    arrays["set_text"], arrays["set_stop"] = _packed(labels.sets)
    arrays["action_text"], arrays["action_stop"] = _packed(labels.actions)
    buffer = BytesIO()
    stored: dict[str, Any] = {
        name: np.ascontiguousarray(a, dtype=_KINDS[name][0]) for name, a in arrays.items()
    }
    np.savez(buffer, **stored)
    write_atomically(Path(path), buffer.getvalue())


def load_game(path: str | Path) -> LoadedGame:
    """Read what `save_game` wrote, checking all of it."""
    file = Path(path)
    try:
        with file.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            arrays = _arrays(file, archive)
    except OSError as error:
        raise _wrong(file, f"can't be read: {error.strerror or error}") from None
    except _DAMAGE as error:
        raise _wrong(file, f"is no saved game, or damaged: {error}") from None
    try:
        about = json.loads(arrays["about"].tobytes())
        known = isinstance(about, dict) and about["format"] == _FORMAT
    except (ValueError, KeyError, RecursionError):
        known = False
    if not known:
        raise _wrong(file, "is no saved game of a kind that can be read", expected=_FORMAT)
    try:
        players, named = _strings(about["players"]), _strings(about["player_labels"])
        types = tuple(_strings(own) for own in about["types"])
        title, source = _strings([about["title"], about["source"]])
    except (KeyError, TypeError):
        raise _wrong(file, "does not say who plays") from None
    game = Game(players=players, types=types, **{name: arrays[name] for name in _GAME})
    payload = Payload(**{name: arrays[name] for name in _PAYLOAD})
    fault = game_fault(game, payload)
    if fault:
        raise _wrong(file, f"holds no game: {fault}")
    sets = PackedNames(arrays["set_text"], arrays["set_stop"])
    actions = PackedNames(arrays["action_text"], arrays["action_stop"])
    loaded = LoadedGame(
        game, payload, Labels(title, named, sets, actions), arrays["outcome"], source
    )
    wrong = {
        "more than one variant": payload.n_variants != 1,
        "labels that do not fit": not (
            len(named) == len(players)
            and len(sets) == game.information_sets
            and len(actions) == int(game.action_start[-1])
            and sets.fits() and actions.fits()
        ),
        "outcomes of chance that do not fit": len(loaded.outcome) != len(game.child),
    }  # fmt: skip
    for fault, found in wrong.items():
        if found:
            raise _wrong(file, f"holds no game: {fault}")
    return loaded


def _packed(names: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    if isinstance(names, PackedNames):
        return names.text, names.stop
    encoded = [name.encode("utf-8", "replace") for name in names]
    text = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    return text, np.cumsum([len(name) for name in encoded], dtype=np.int64)


def _strings(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("text expected")
    return tuple(values)


def _arrays(file: Path, archive: zipfile.ZipFile) -> dict[str, NDArray[Any]]:
    """Every array that must be there; none larger than what the file has of it."""
    members = {info.filename: info for info in archive.infolist()}
    missing = [name for name in _KINDS if f"{name}.npy" not in members]
    if missing:
        raise _wrong(file, "is no saved game", found=f"no array {missing[0]!r}")
    used = [members[f"{name}.npy"] for name in _KINDS]
    packed = any(info.compress_type != zipfile.ZIP_STORED for info in used)
    if packed or sum(info.file_size for info in used) > file.stat().st_size:
        raise _wrong(file, "is no saved game: its arrays are not stored as they are")
    return {name: _array(file, archive, members[f"{name}.npy"], name) for name in _KINDS}


def _array(file: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> NDArray[Any]:
    kind, rank = np.dtype(_KINDS[name][0]), _KINDS[name][1]
    with archive.open(info) as stream:
        start = stream.read(10)
        header = start + stream.read(int.from_bytes(start[8:10], "little"))
        match = _HEADER.fullmatch(header)
        shape = [int(n) for n in match[3].split(b",") if n.strip()] if match else []
        if not match or len(shape) != rank or match[2].decode() != kind.str:
            raise _wrong(
                file, f"is no saved game: array {name!r} is of another kind",
                expected=f"{rank} axes of {kind.name}",
            )  # fmt: skip
        size = kind.itemsize
        for width in shape:
            size *= width
        if size != info.file_size - len(header):
            raise _wrong(file, f"is damaged: array {name!r} is cut off")
        array = np.empty(shape, dtype=kind)
        flat: Any = array.reshape(-1).view(np.uint8)
        at, into = 0, cast("BytesIO", stream)  # it can read into a buffer, as any binary stream
        while at < size:
            count = into.readinto(flat[at:])
            if not count:
                raise _wrong(file, f"is damaged: array {name!r} is cut off")
            at += count
        stream.read(1)  # the end, where the sum over the bytes is checked
    return array


def _wrong(file: Path, message: str, *, found: str = "", expected: str = "") -> GameFileError:
    return GameFileError(Problem("game-file", f"{file} {message}", found=found, expected=expected))
