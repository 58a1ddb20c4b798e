"""A solved game: what was found and how good it is, its tree with the odds of play, a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from standoff.chart.game_tree import Branch, cut, flat, odds_text, tree_lines
from standoff.chart.theme import PALETTE
from standoff.notebook.games import fold_line, size, tree
from standoff.notebook.markup_parts import Html, bar, box, line, table
from standoff.notebook.naming import words_of
from standoff.notebook.trees import Play, branches
from standoff.shown import Shown
from standoff.solve.solved import Solved, Strategies, named
from standoff.words.numbers import count

ROOM = 12
"""Information sets of each player whose play is listed."""
PROFILES = 12
"""Profiles whose values are listed."""


def markup(shown: Shown) -> str:
    """The answer, the tree, what each player does."""
    assert isinstance(shown, Solved)
    words = words_of(shown.loaded)
    title = _title(shown)
    parts: list[Html] = [line(text) for text in [size(shown.loaded.game), *_head(shown)]]
    parts.append(
        table(
            "Values", ["Player", "Expects"],
            [(name, _number(v)) for name, v in zip(words.players, shown.values, strict=True)],
            [1],
        )
    )  # fmt: skip
    parts += _profiles(shown)
    if shown.profiles:
        parts += tree(_branches(shown), words, title)
        parts += _tables(shown)
    return box(title, *parts)


def plain(shown: Shown) -> str:
    """The same as text."""
    assert isinstance(shown, Solved)
    words = words_of(shown.loaded)
    pairs = zip(words.players, shown.values, strict=True)
    values = ", ".join(f"{flat(name)} {_number(value)}" for name, value in pairs)
    out = [flat(_title(shown)), size(shown.loaded.game), *_head(shown), f"values: {values}"]
    if shown.profiles:
        found = _branches(shown)
        out += ["", *fold_line(found), *tree_lines(found, words.players), ""]
        for name, (sets, left) in zip(words.players, _listed(shown), strict=True):
            out.append(flat(name))
            for key, odds in sets.items():
                play = "  ".join(f"{cut(a, 40)} {odds_text(p)}" for a, p in odds.items())
                out.append(f"  {cut(key, 100)}: {play}")
            out += [f"  {_left(left)}"] if left else []
    return "\n".join(out)


def _title(found: Solved) -> str:
    return found.loaded.labels.title or found.loaded.source


def _branches(found: Solved) -> list[Branch]:
    loaded = found.loaded
    play = Play(loaded.game, loaded.payload, found.profiles[0].strategy)
    return branches(play, words_of(loaded))


def _head(found: Solved) -> Iterator[str]:
    at = "" if found.precision is None else f" at precision {found.precision:g}"
    yield f"{found.concept}{at}: {found.status}, by {found.method}"
    if found.certificate != "none":
        sign = "at most" if found.status == "solved" else "not yet"
        yield f"check ({found.certificate}): {found.check:.2g}, {sign} {found.tolerance:.2g}"
    if found.advice:
        yield flat(found.advice)
    if len(found.profiles) > 1:
        yield f"The first of {count(len(found.profiles))} is the one shown."


def _profiles(found: Solved) -> list[Html]:
    """Values of each profile, where there are several."""
    if len(found.profiles) < 2:
        return []
    rows = []
    for i, profile in enumerate(found.profiles[:PROFILES], start=1):
        weight = "" if profile.weight is None else _number(profile.weight)
        rows.append((profile.label or str(i), weight, *map(_number, profile.values)))
    heads = ["Profile", "Weight", *found.players]
    parts = [table("Profiles", heads, rows, range(1, len(heads)))]
    left = len(found.profiles) - PROFILES
    return [*parts, line(f"{count(left)} more profiles")] if left > 0 else parts


def _tables(found: Solved) -> Iterator[Html]:
    names = words_of(found.loaded).players
    for p, (name, (sets, left)) in enumerate(zip(names, _listed(found), strict=True)):
        color = PALETTE[p % len(PALETTE)]
        rows = [
            (
                cut(key, 120) if i == 0 else "",
                cut(action, 40),
                odds_text(odds),
                bar(odds, color=color),
            )
            for key, play in sets.items()
            for i, (action, odds) in enumerate(play.items())
        ]
        if rows:
            yield table(
                f"What {flat(name)} does", ["Information set", "Move", "Odds", "Drawn"], rows, [2]
            )
        if left:
            yield line(_left(left))


def _listed(found: Solved) -> list[tuple[dict[str, dict[str, float]], int]]:
    """Of each player the first information sets with their play, and how many more there are."""
    game = found.loaded.game
    widths = game.n_types[game.cell_player]
    sizes = np.bincount(game.cell_player, weights=widths, minlength=len(game.players)).astype(int)
    most = np.minimum(sizes, ROOM).tolist()
    strategies: Strategies = named(found.loaded, found.profiles[0].strategy, most)
    return [
        (sets, all_ - len(sets))
        for sets, all_ in zip(strategies.values(), sizes.tolist(), strict=True)
    ]


def _left(number: int) -> str:
    return f"{count(number)} more {'information set' if number == 1 else 'information sets'}"


def _number(value: float) -> str:
    """A figure of the game, to four digits after the point or six in all."""
    value = float(value) + 0.0
    return f"{value:.4f}" if not value or 1e-3 <= abs(value) < 1e6 else f"{value:.4g}"
