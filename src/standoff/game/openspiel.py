"""Any game of OpenSpiel (Lanctot et al. 2019), walked once into flat arrays.

Simultaneous moves go through OpenSpiel's own turn-based wrapper. A player's histories with the same
`information_state_string` are one information set; payoffs are the `returns` at the ends, also
where a game pays on the way. Chance outcomes with one action number are the same outcome wherever
they are drawn.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError, StandoffError, TooLarge, nearest
from standoff.game.building import build_game
from standoff.game.game import CHANCE, END
from standoff.game.loaded import Labels, LoadedGame
from standoff.progress import Progress, check

if TYPE_CHECKING:
    from types import ModuleType

LIMIT = 5_000_000
"""Histories that are walked unless the caller says otherwise."""
PREFIX = "openspiel:"
_NEWS_EVERY = 1 << 12
_OPEN_LIMIT = 1 << 27
"""Moves that the histories of states not yet entered may hold together."""
_TEXT_LIMIT = 1 << 29
"""Characters of information-state strings that are kept: a long game's hold its whole past."""
_SUM_TOLERANCE = 1e-9


def load_openspiel(
    name: str | Any, *, limit: int = LIMIT, progress: Progress | None = None
) -> LoadedGame:
    """A game by its name and parameters, as OpenSpiel writes them: ``leduc_poker(players=2)``; or a
    `pyspiel.Game` that is already loaded.

    Players are called "0", "1", ...; information sets by `information_state_string`, actions by
    `action_to_string` (by its number where two actions of a set read alike). `document` is the
    `pyspiel.Game` that was walked. Raises `ScenarioError` for a name, parameters or a kind of game
    that can't be read, `TooLarge` past `limit` histories.
    """
    pyspiel = imported()
    if isinstance(name, pyspiel.Game):
        text, given = name.get_type().short_name, name
    else:
        text = re.sub(r"\s*([(),=])\s*", r"\1", str(name).strip().removeprefix(PREFIX).strip())
        given = _load(pyspiel, text)
    _insist_readable(pyspiel, text, given.get_type())
    game, key = _turn_based(pyspiel, given)
    if progress is not None:
        progress.say(f"reading {text}")
    try:
        walked = _walk(text, game, key, limit, progress)
    except pyspiel.SpielError as error:
        raise _wrong(text, "openspiel-failed", f"OpenSpiel stopped: {_first(error)}") from error
    return _loaded(text, game, walked)


def imported() -> ModuleType:
    """`pyspiel`, or an error that says how to come by it."""
    try:
        import pyspiel
    except ImportError as error:
        raise StandoffError(
            "games of OpenSpiel need the package open_spiel: pip install 'standoff[openspiel]'"
        ) from error
    return pyspiel  # type: ignore[no-any-return]


def _wrong(
    text: str, code: str, message: str, *, found: str = "", expected: str = "", nearest: str = ""
) -> ScenarioError:
    return ScenarioError(
        Problem(code, message, path=PREFIX + text, found=found, expected=expected, nearest=nearest)
    )


def _too_large(text: str, why: str, read: int, left: int = 0) -> TooLarge:
    so_far = f"{read:,} read" + (f", {left:,} branches left open" if left else "")
    return TooLarge(
        f"{PREFIX}{text}: {why} ({so_far})",
        ["smaller parameters of the game, or a higher limit, would let it be read"],
    )


def _first(error: Exception) -> str:
    """What the error says, on one line."""
    return " ".join(str(error).split()) or type(error).__name__


def _load(pyspiel: ModuleType, text: str) -> Any:
    """The game, or an error that says what is wrong with its name.

    What can be foreseen is looked up first: OpenSpiel writes its complaints to standard error too.
    """
    short = re.split(r"[(\s]", text, maxsplit=1)[0]
    names = pyspiel.registered_names()
    if short.startswith("python_") and short not in names:
        from contextlib import suppress

        with suppress(ImportError):  # its games in Python are there once this is imported
            import open_spiel.python.games  # noqa: F401
        names = pyspiel.registered_names()
    if short not in names:
        raise _wrong(
            text, "unknown-game", "OpenSpiel has no game of this name",
            found=repr(short), nearest=nearest(short, names),
        )  # fmt: skip
    if text.count("(") != text.count(")"):
        raise _wrong(text, "bad-parameters", "brackets are not closed", found=repr(text))
    try:
        given = pyspiel.game_parameters_from_string(text)
    except pyspiel.SpielError as error:
        raise _wrong(text, "bad-parameters", _first(error)) from error
    known = {
        t.short_name: t.parameter_specification for t in pyspiel.registered_games()
    }[short]  # fmt: skip
    for key in given:
        if key != "name" and known and key not in known:
            raise _wrong(
                text, "bad-parameters", f"{short} has no parameter of this name",
                found=repr(key), expected=", ".join(sorted(known)), nearest=nearest(key, known),
            )  # fmt: skip
    try:
        return pyspiel.load_game(text)
    except Exception as error:  # whatever its C++ raises: IndexError for a missing parameter
        raise _wrong(text, "bad-parameters", _first(error)) from error


def _insist_readable(pyspiel: ModuleType, text: str, kind: Any) -> None:
    """Refuse what has no extensive form of our kind."""
    if kind.dynamics == pyspiel.GameType.Dynamics.MEAN_FIELD:
        raise _wrong(text, "unreadable-game", "a mean field game has no tree of players' moves")
    if kind.chance_mode == pyspiel.GameType.ChanceMode.SAMPLED_STOCHASTIC:
        raise _wrong(text, "unreadable-game", "its chance moves are sampled, their odds unknown")
    open_book = kind.information == pyspiel.GameType.Information.PERFECT_INFORMATION
    if not (kind.provides_information_state_string or open_book):
        what = "it does not say what players know (no information-state strings)"
        raise _wrong(text, "unreadable-game", what)


def _turn_based(pyspiel: ModuleType, game: Any) -> tuple[Any, Callable[[Any], str] | None]:
    """The game with one mover at a time, and what its mover knows at a state where the game has no
    string for that: under perfect information all that has happened, without what is being chosen
    at the same time.
    """
    kind = game.get_type()
    together = kind.dynamics == pyspiel.GameType.Dynamics.SIMULTANEOUS
    key: Callable[[Any], str] | None = None
    if not kind.provides_information_state_string:
        key = _joint_history if together else _history
    return (pyspiel.convert_to_turn_based(game) if together else game), key


def _history(state: Any) -> str:
    return str(state.history_str())


def _joint_history(state: Any) -> str:
    return str(state.simultaneous_game_state().history_str())


@dataclass(eq=False)
class _Walked:
    """Nodes in the order of a depth-first walk, and what the sets and actions are called."""

    parent: array[int] = field(default_factory=lambda: array("l"))
    action: array[int] = field(default_factory=lambda: array("i"))  # place among its parent's
    actor: array[int] = field(default_factory=lambda: array("b"))
    info: array[int] = field(default_factory=lambda: array("l"))  # -1 where nobody decides
    odds: array[float] = field(default_factory=lambda: array("d"))
    drawn: array[int] = field(default_factory=lambda: array("q"))  # chance's action number, or -1
    end: array[int] = field(default_factory=lambda: array("l"))  # nodes at which play stops
    returns: array[float] = field(default_factory=lambda: array("d"))  # P for each of `end`
    sets: list[str] = field(default_factory=list)
    actions: list[tuple[str, ...]] = field(default_factory=list)


def _walk(
    text: str,
    game: Any,
    key_of: Callable[[Any], str] | None,
    limit: int,
    progress: Progress | None,
) -> _Walked:
    """Every history once, depth first.

    A state is copied for all children but one, which it turns into itself: a copy costs about as
    much as everything else that is asked of OpenSpiel at a node.
    """
    numbers: list[dict[str, int]] = [{} for _ in range(game.num_players())]
    legal: list[list[int]] = []
    # Sets with the same moves share one list of them, and one of their names.
    menus: dict[tuple[int, ...], list[int]] = {}
    named: dict[tuple[str, ...], tuple[str, ...]] = {}
    out = _Walked()
    add_parent, add_action, add_actor = out.parent.append, out.action.append, out.actor.append
    add_info, add_odds, add_drawn = out.info.append, out.odds.append, out.drawn.append
    stack: list[tuple[Any, int, int, float, int]] = [(game.new_initial_state(), -1, 0, 1.0, -1)]
    pop, push = stack.pop, stack.append
    me = characters = 0
    while stack:
        state, above, place, share, number = pop()
        if not me % _NEWS_EVERY:
            check(progress)
            if progress is not None:
                progress.step(me, limit)
            if len(stack) * len(state.history()) > _OPEN_LIMIT:
                raise _too_large(text, "too deep", me, len(stack) + 1)
        # What is still open has been found, though not entered.
        if me + len(stack) >= limit:
            raise _too_large(text, f"more than {limit:,} histories", me, len(stack) + 1)
        add_parent(above)
        add_action(place)
        add_odds(share)
        add_drawn(number)
        player = state.current_player()
        if player >= 0:
            add_actor(player)
            known = state.information_state_string() if key_of is None else key_of(state)
            moves = state.legal_actions()
            info = numbers[player].setdefault(known, len(legal))
            if info == len(legal):
                if not moves:
                    raise _wrong(text, "unreadable-game", "a player has to move and has no move")
                legal.append(menus.setdefault(tuple(moves), moves))
                characters += len(known)
                if characters > _TEXT_LIMIT:
                    raise _too_large(text, "its information-state strings fill the memory", me)
                out.sets.append(known)
                names = _names(state, player, moves)
                out.actions.append(named.setdefault(names, names))
            elif legal[info] != moves:
                raise _wrong(
                    text, "unreadable-game",
                    f"player {player} has different moves where it knows the same",
                    found=f"{moves} and {legal[info]} at {known!r}",
                )  # fmt: skip
            add_info(info)
            for at in range(len(moves) - 1, 0, -1):
                push((state.child(moves[at]), me, at, 1.0, -1))
            state.apply_action(moves[0])
            push((state, me, 0, 1.0, -1))
        elif player == -1:
            add_actor(CHANCE)
            add_info(-1)
            draws = state.chance_outcomes()
            if abs(sum(p for _, p in draws) - 1.0) > _SUM_TOLERANCE:
                raise _wrong(text, "unreadable-game", "the odds of a chance move don't sum to 1")
            for at in range(len(draws) - 1, 0, -1):
                push((state.child(draws[at][0]), me, at, draws[at][1], draws[at][0]))
            state.apply_action(draws[0][0])
            push((state, me, 0, draws[0][1], draws[0][0]))
        elif player == -4:
            add_actor(END)
            add_info(-1)
            out.end.append(me)
            out.returns.extend(state.returns())
        else:
            raise _wrong(text, "unreadable-game", "players move at once inside a turn-based game")
        me += 1
    if progress is not None:
        progress.step(me, me)
    return out


def _names(state: Any, player: int, moves: list[int]) -> tuple[str, ...]:
    """What the moves are called; by number where two would read alike."""
    named = [state.action_to_string(player, a) for a in moves]
    return tuple(named if len(set(named)) == len(named) else map(str, moves))


def _loaded(text: str, game: Any, walked: _Walked) -> LoadedGame:
    """The walk as a `Game`, with its names in the game's order."""
    players = tuple(str(p) for p in range(game.num_players()))
    payoff = np.zeros((len(walked.parent), len(players)))
    payoff[np.asarray(walked.end)] = np.asarray(walked.returns).reshape(-1, len(players))
    drawn = np.asarray(walked.drawn)
    built = build_game(
        players,
        parent=np.asarray(walked.parent, dtype=np.intp),
        action=np.asarray(walked.action, dtype=np.intp),
        actor=np.asarray(walked.actor, dtype=np.int8),
        info=np.asarray(walked.info, dtype=np.intp),
        odds=np.asarray(walked.odds),
        payoff=payoff,
    )
    sets = [walked.sets[i] for i in built.info]
    actions = [name for i in built.info for name in walked.actions[i]]
    return LoadedGame(
        built.game,
        built.payload,
        Labels(text, players, sets, actions),
        _outcomes(drawn[built.edge_node]),
        "openspiel",
        game,
    )


def _outcomes(drawn: NDArray[np.int64]) -> NDArray[np.int32]:
    """[E] OpenSpiel's numbers of outcomes, which may be long, as short ones; -1 stays."""
    place = np.unique(drawn[drawn >= 0], return_inverse=True)[1]
    out = np.full(len(drawn), -1, dtype=np.int32)
    out[drawn >= 0] = place.reshape(-1)
    return out
