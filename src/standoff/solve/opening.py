"""`open_game`: one door for all games, whatever they are written in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError, nearest
from standoff.game.game import CHANCE
from standoff.game.loaded import Labels, LoadedGame
from standoff.progress import Progress

if TYPE_CHECKING:
    from standoff.compile.compiled import Compiled
    from standoff.scenario.models import Scenario

__all__ = ["game_of_scenario", "open_game"]

OPENSPIEL = "openspiel:"
SUFFIXES = (".efg", ".nfg", ".sgame")
"""Files that hold a game rather than a scenario."""


def open_game(
    where: str | Path,
    *,
    settings: Mapping[str, str] | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> LoadedGame:
    """The game that `where` names.

    ``openspiel:leduc_poker(players=2)`` is one of OpenSpiel's; a path ending in ``.efg``, ``.nfg``
    or ``.sgame`` a file; everything else a scenario (a YAML file, a folder, or the id of a shipped
    crisis), compiled and put to numbers at its reference draw, every uncertain number at its
    median. `settings` fix parameters of a scenario; `limit` is the largest number of histories to
    build. Raises `ScenarioError` for what can't be read, `TooLarge` past the limit.
    """
    text = str(where)
    suffix = Path(text).suffix.lower()
    elsewhere = text.startswith(OPENSPIEL) or suffix in SUFFIXES
    if elsewhere and settings:
        raise ScenarioError(
            Problem(
                "bad-setting", "only a scenario has parameters to set",
                found=", ".join(f"{k}={v}" for k, v in settings.items()) + f" for {text}",
            )
        )  # fmt: skip
    if text.startswith(OPENSPIEL):
        from standoff.game.openspiel import LIMIT, load_openspiel

        most = LIMIT if limit is None else limit
        return load_openspiel(text.removeprefix(OPENSPIEL), limit=most, progress=progress)
    if suffix in SUFFIXES:
        return _file(Path(where), suffix)
    from standoff.scenario.loading import load

    _misspelled(text)
    return game_of_scenario(load(where, settings=settings), limit=limit, progress=progress)


def game_of_scenario(
    scenario: Scenario, *, limit: int | None = None, progress: Progress | None = None
) -> LoadedGame:
    """A scenario's game at its reference draw. Types stay axes; `document` is the `Compiled`."""
    from standoff.compile.compiling import compile_scenario
    from standoff.compile.drawn import reference
    from standoff.compile.numbers import payload
    from standoff.compile.set_names import ActionNames, SetNames

    if progress is not None:
        progress.say("compiling the game")
    compiled = compile_scenario(scenario, limit=limit, progress=progress)
    draws = reference(compiled.scenario)
    return LoadedGame(
        compiled.game,
        payload(compiled, draws, draws),
        Labels(
            compiled.scenario.title,
            compiled.game.players,
            SetNames(compiled),
            ActionNames(compiled),
        ),
        _outcomes(compiled),
        "scenario",
        compiled,
    )


def _file(path: Path, suffix: str) -> LoadedGame:
    _exists(path)
    if suffix == ".efg":
        from standoff.game.efg_read import load_efg

        return load_efg(path)
    if suffix == ".nfg":
        from standoff.game.nfg_read import load_nfg

        return load_nfg(path)
    from standoff.game.sgame import load_game

    return load_game(path)


def _exists(path: Path) -> None:
    names: list[str] = []
    try:
        if path.is_file():
            return
        if path.is_dir():
            raise ScenarioError(Problem("no-game", f"{path} is a folder", expected="a file"))
        if path.parent.is_dir():
            names = [each.name for each in path.parent.iterdir()]
    except (OSError, ValueError):  # a name too long, or with a NUL in it; a folder that is locked
        pass
    like = nearest(path.name[:200], [n for n in names if Path(n).suffix.lower() in SUFFIXES])
    raise ScenarioError(
        Problem(
            "no-game",
            f"there is no file {str(path)[:200]!r}",
            nearest=str(path.parent / like) if like else "",
        )
    )


def _misspelled(text: str) -> None:
    """A name that looks like one of OpenSpiel's, or like a file of another kind, gets an error that
    says so; the reader of scenarios answers for the rest.
    """
    try:
        if text and Path(text).exists():
            return
    except (OSError, ValueError):
        return
    head, colon, rest = text.partition(":")
    if colon and len(head) > 1 and nearest(head.lower(), ["openspiel"]):
        raise ScenarioError(
            Problem("no-game", f"{head!r} is not known", found=text, nearest=OPENSPIEL + rest)
        )
    suffix = Path(text).suffix.lower()
    if not text or (suffix and suffix not in (".yaml", ".yml")):
        like = nearest(suffix, SUFFIXES)
        raise ScenarioError(
            Problem(
                "no-game",
                f"there is no game {text[:200]!r}",
                expected="a scenario (.yaml, a folder, a shipped crisis), a file "
                f"({', '.join(SUFFIXES)}), or {OPENSPIEL}NAME",
                nearest=str(Path(text).with_suffix(like)) if like else "",
            )
        )


def _outcomes(compiled: Compiled) -> NDArray[np.int32]:
    """[E] which outcome of nature's an edge is: the same act, or the same words at the root."""
    game = compiled.game
    by_chance = np.repeat(game.actor == CHANCE, np.diff(game.edge_start))
    found = np.where(by_chance, compiled.edge_act, -1).astype(np.int32)
    words: dict[str, int] = {}
    for edge, label in enumerate(compiled.edge_label):
        found[edge] = len(compiled.acts) + words.setdefault(label, len(words))
    return found
