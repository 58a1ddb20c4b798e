"""What both of Gambit's formats have: how they open, players, payoffs of an outcome."""

from __future__ import annotations

from standoff.game.gambit_tokens import MAX_PLAYERS, Cursor, Source

__all__ = ["opening", "payoff_list", "player_list"]


def opening(source: Source, word: str, version: str) -> Cursor:
    """A cursor that has read the name of the format, its version and the mark ``R`` or ``D``."""
    cursor = Cursor(source, len(source.text) - len(source.text.lstrip("\ufeff")))
    if cursor.text != word:
        near = word if cursor.text.upper() == word else ""
        raise cursor.wrong(word, f"the file should begin with {word}", nearest=near)
    cursor.advance()
    if cursor.text != version:
        raise cursor.wrong(version, f"only version {version} can be read")
    cursor.advance()
    if cursor.text in {"R", "D"}:
        cursor.advance()
    return cursor


def player_list(cursor: Cursor) -> tuple[str, ...]:
    """The names of the players, in braces."""
    start = cursor.start
    cursor.mark("{")
    names = []
    while not cursor.at_mark("}"):
        names.append(cursor.name("the name of a player, or `}`"))
        if len(names) > MAX_PLAYERS:
            raise cursor.source.error("too-large", f"more than {MAX_PLAYERS} players", start)
    if not names:
        raise cursor.wrong("the name of a player", "a game has players")
    cursor.advance()
    return tuple(names)


def payoff_list(cursor: Cursor, players: tuple[str, ...]) -> tuple[str, ...]:
    """A payoff for each player, with or without commas between, up to the end of the braces."""
    payoffs = []
    for player in players:
        payoffs.append(cursor.number(f"the payoff of {player or 'a player'}"))
        if cursor.at_mark(","):
            cursor.advance()
    if cursor.kind != "end" and not cursor.at_mark("}"):
        raise cursor.wrong("`}`", f"more payoffs than the {len(players)} players")
    return tuple(payoffs)
