"""A game as its tree: `Game`, `LoadedGame` and `Compiled`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from standoff.chart.game_tree import Branch, flat, game_tree, tree_lines
from standoff.compile.compiled import Compiled
from standoff.game.game import Game
from standoff.game.loaded import LoadedGame
from standoff.notebook.markup_parts import Html, box, folded, line, scroll
from standoff.notebook.naming import PlainWords, ScenarioWords, words_of
from standoff.notebook.trees import Play, Words, branches, folded_by
from standoff.shown import Shown
from standoff.words.numbers import count


class _Drawn(NamedTuple):
    title: str
    game: Game
    words: Words
    branches: list[Branch]


def markup(shown: Shown) -> str:
    """The game's size and its tree."""
    drawn = _drawn(shown)
    return box(drawn.title, line(size(drawn.game)), *tree(drawn.branches, drawn.words, drawn.title))


def plain(shown: Shown) -> str:
    """The same as text."""
    drawn = _drawn(shown)
    rows = tree_lines(drawn.branches, drawn.words.players)
    return "\n".join([flat(drawn.title), size(drawn.game), *fold_line(drawn.branches), "", *rows])


def tree(found: list[Branch], words: Words, title: str) -> list[Html]:
    """The drawing of a tree, what of it is folded, and its text."""
    picture = game_tree(found, words.players, f"The tree of {title}; as text below")
    return [
        scroll(picture, f"The tree of {title}"),
        *(line(text) for text in fold_line(found)),
        folded("The tree as text", tree_lines(found, words.players)),
    ]


def size(game: Game) -> str:
    """How large a game is, in words."""
    return ", ".join(
        f"{count(number)} {one if number == 1 else many}"
        for number, one, many in (
            (len(game.players), "player", "players"),
            (game.histories, "history", "histories"),
            (game.information_sets, "information set", "information sets"),
        )
    )


def fold_line(found: Sequence[Branch]) -> list[str]:
    """What is not drawn, where something is not."""
    left = folded_by(found)
    if not left:
        return []
    return [f"{count(len(found))} nodes shown, the likeliest first; {count(left)} are folded."]


def _drawn(shown: Shown) -> _Drawn:
    if isinstance(shown, Compiled):
        words: Words = ScenarioWords(shown)
        return _Drawn(shown.scenario.title, shown.game, words, branches(Play(shown.game), words))
    if isinstance(shown, LoadedGame):
        words = words_of(shown)
        title = shown.labels.title or shown.source
        return _Drawn(title, shown.game, words, branches(Play(shown.game, shown.payload), words))
    assert isinstance(shown, Game)
    words = PlainWords(shown)
    return _Drawn("A game", shown, words, branches(Play(shown), words))
