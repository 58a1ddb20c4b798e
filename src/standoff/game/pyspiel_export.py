"""Any game as a `pyspiel.Game`, so that OpenSpiel's own algorithms run on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import CHANCE, END, Game, Payload
from standoff.game.loaded import LoadedGame

if TYPE_CHECKING:
    from standoff.game.pyspiel_game import StandoffGame

Float = NDArray[np.float64]
_SAME = 1e-9


def to_pyspiel(loaded: LoadedGame, *, in_stakes: bool = False) -> StandoffGame:
    """The game behind OpenSpiel's Python interface (`pyspiel.Game`).

    Types that are kept as axes become an opening chance move over their profiles. Actions are
    numbered from 0 within their information set. `information_state_string` is the set's label,
    with the player before it where two players' labels would be confused. With `in_stakes` each
    type's payoffs are divided by its stake. Rates have no place in OpenSpiel and are left out.
    Raises `StandoffError` where the package open_spiel is missing.
    """
    from standoff.game.openspiel import imported

    pyspiel = imported()
    from standoff.game.pyspiel_game import StandoffGame

    return StandoffGame(_Tables(loaded, in_stakes), *_described(pyspiel, loaded, in_stakes))


class _Tables:
    """What the states of a `StandoffGame` look up, as plain lists."""

    def __init__(self, loaded: LoadedGame, in_stakes: bool) -> None:
        game, payload = loaded.game, loaded.payload
        self.players = len(game.players)
        # Edges in the order of their actions, whatever their order in the game.
        mover = np.repeat(np.arange(game.n_nodes), np.diff(game.edge_start))
        order = np.lexsort((game.edge_action, mover))
        self.actor: list[int] = game.actor.tolist()
        self.first: list[int] = game.edge_start.tolist()
        self.child: list[int] = game.child[order].tolist()
        self.parent: list[int] = game.parent.tolist()
        place = np.arange(len(order)) - game.edge_start[mover]
        self.place = np.zeros(game.n_nodes, dtype=np.int32)  # of the edge that leads to the node
        self.place[game.child[order]] = place
        by_chance = game.actor[mover] == CHANCE
        odds = np.zeros(len(order))
        odds[by_chance] = payload.odds[game.edge_action[by_chance], 0]
        self.odds: list[float] = odds[order].tolist()
        self.outcome: list[int] = loaded.outcome[order].tolist()
        self.prior = [(k, p) for k, p in enumerate(payload.prior[:, 0].tolist()) if p > 0]
        self.profile_names = [
            ", ".join(
                f"{game.players[p]} {game.types[p][t]}"
                for p, t in enumerate(kinds)
                if game.types[p][t]
            )
            for kinds in game.profile_type.tolist()
        ]
        self.opens = game.n_profiles > 1
        self.type_of: list[list[int]] = game.profile_type.tolist()  # [K][P]
        self.cell: list[int] = game.cell.tolist()
        self.set_start: list[int] = loaded.set_start.tolist()
        self.action_start: list[int] = game.action_start.tolist()
        self.actions = loaded.labels.actions
        self.sets = loaded.labels.sets
        self.prefixed = not _told_apart(game, loaded.labels.sets)
        self.earned = _earned(game, payload, in_stakes)  # [N, Q]
        self.pairs = game.profile_type + game.type_start[:-1]  # [K, P]

    def set_key(self, node: int, profile: int) -> str:
        """The label of the information set of whoever moves at a node."""
        player = self.actor[node]
        label = self.sets[self.set_start[self.cell[node]] + self.type_of[profile][player]]
        return f"{player} | {label}" if self.prefixed else label


def _told_apart(game: Game, labels: Any) -> bool:
    """Whether no two information sets, of whatever players, have one label."""
    names = list(labels)
    return len(set(names)) == len(names)


def _earned(game: Game, payload: Payload, in_stakes: bool) -> Float:
    """[N, Q] what each (player, type) pair has earned on the way to a node, the node included."""
    table = payload.payoff[:, :, 0] / (payload.stake if in_stakes else np.ones(len(payload.stake)))
    earned = table[game.payoff_row]
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        earned[low:high] += earned[game.parent[low:high]]
    return earned


def _described(pyspiel: Any, loaded: LoadedGame, in_stakes: bool) -> tuple[Any, Any, int]:
    """OpenSpiel's `GameType` and `GameInfo`, and the most chance moves in one history."""
    game, payload = loaded.game, loaded.payload
    pairs = game.profile_type + game.type_start[:-1]
    ends = _earned(game, payload, in_stakes)[game.end_nodes]
    possible = payload.prior[:, 0] > 0
    pays = ends[:, pairs[possible]]  # [Z, K, P]
    low, high = float(pays.min(initial=0.0)), float(pays.max(initial=0.0))
    sums = pays.sum(axis=2)
    constant = bool(np.ptp(sums) <= _SAME * max(high - low, 1.0)) if sums.size else True
    total = float(sums.flat[0]) if constant and sums.size else 0.0
    zero = constant and abs(total) <= _SAME * max(high - low, 1.0)
    opens = game.n_profiles > 1
    chances = opens or bool((game.actor == CHANCE).any())
    hidden = opens or bool((np.diff(game.cell_start) > 1).any())
    moves, draws = _longest(game, game.actor >= 0), _longest(game, game.actor == CHANCE)
    fan = np.diff(game.edge_start)
    utility, chance = pyspiel.GameType.Utility, pyspiel.GameType.ChanceMode
    knows = pyspiel.GameType.Information
    kind = pyspiel.GameType(
        short_name="standoff",
        long_name=loaded.labels.title or "Standoff",
        dynamics=pyspiel.GameType.Dynamics.SEQUENTIAL,
        chance_mode=chance.EXPLICIT_STOCHASTIC if chances else chance.DETERMINISTIC,
        information=knows.IMPERFECT_INFORMATION if hidden else knows.PERFECT_INFORMATION,
        utility=utility.ZERO_SUM if zero
        else utility.CONSTANT_SUM if constant else utility.GENERAL_SUM,
        reward_model=pyspiel.GameType.RewardModel.TERMINAL,
        max_num_players=len(game.players),
        min_num_players=len(game.players),
        provides_information_state_string=True,
        provides_information_state_tensor=False,
        provides_observation_string=True,
        provides_observation_tensor=False,
        default_loadable=False,
    )  # fmt: skip
    info = pyspiel.GameInfo(
        num_distinct_actions=int(np.diff(game.action_start).max(initial=1)),
        max_chance_outcomes=max(
            game.n_profiles if opens else 0, int(fan[game.actor == CHANCE].max(initial=0))
        ),
        num_players=len(game.players),
        min_utility=low,
        max_utility=high,
        utility_sum=(0.0 if zero else total) if constant else None,
        max_game_length=moves,
    )
    return kind, info, draws + int(opens)


def _longest(game: Game, counted: NDArray[np.bool_]) -> int:
    """The most counted nodes on the way to an end."""
    count = np.zeros(game.n_nodes, dtype=np.int32)
    for low, high in zip(game.level_start[1:-1], game.level_start[2:], strict=True):
        above = game.parent[low:high]
        count[low:high] = count[above] + counted[above]
    return int(count[game.actor == END].max(initial=0))
