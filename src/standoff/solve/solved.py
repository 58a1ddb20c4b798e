"""A game with its solution and how good it is, in arrays; `model` gives the JSON form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from standoff.game.loaded import LoadedGame
from standoff.shown import Shown

if TYPE_CHECKING:
    from standoff.solve import models
    from standoff.solve.correlated_plan import CorrelatedPlan
    from standoff.solve.models import SolvedGame

Float = NDArray[np.float64]
Status = Literal["solved", "unfinished", "stopped"]
Strategies = dict[str, dict[str, dict[str, float]]]


@dataclass(frozen=True, eq=False)
class Profile:
    """One strategy profile of a solution."""

    strategy: Float  # [A]
    values: Float  # [P] what each player expects
    certificate: float | None = None
    gains: Float | None = None  # [P] by best replies
    weight: float | None = None
    label: str = ""


@dataclass(frozen=True, eq=False)
class PathPoint:
    """A point of the branch of AQRE that starts at uniform play."""

    precision: float
    arclength: float
    residual: float
    fold: bool
    strategy: Float | None  # [A]


@dataclass(frozen=True, eq=False)
class Solved(Shown):
    """What `solve` found: profiles with their checks, and how it went.

    `certificate` is the name of the check and `check` its value over all profiles; the solution is
    ``solved`` where `check` is at most `tolerance`.
    """

    loaded: LoadedGame
    concept: str
    method: str
    status: Status
    advice: str
    certificate: str
    check: float
    tolerance: float
    precision: float | None
    iterations: int
    seconds: float
    values: Float  # [P]
    complete: bool
    profiles: tuple[Profile, ...]
    path: tuple[PathPoint, ...] | None = None
    ranges: Float | None = None  # [P, 2] least and most over pure equilibria
    plan: CorrelatedPlan | None = None  # a mediator's device

    @property
    def players(self) -> tuple[str, ...]:
        """Names of the players, told apart by number where two have the same."""
        return distinct(self.loaded.labels.players)

    @property
    def exploitability(self) -> float | None:
        """NashConv over the number of players."""
        return self.check / len(self.values) if self.certificate == "nash_conv" else None

    def strategies(self, profile: int = 0) -> Strategies:
        """Probabilities of one profile: by player, by information set, by action."""
        return named(self.loaded, self.profiles[profile].strategy)

    def model(self) -> SolvedGame:
        """The JSON form."""
        from standoff.solve import models

        players = self.players

        def by_player(values: Float) -> dict[str, float]:
            return dict(zip(players, values.tolist(), strict=True))

        return models.SolvedGame(
            game=self.loaded.labels.title or self.loaded.source,
            source=self.loaded.source,
            histories=self.loaded.game.histories,
            information_sets=self.loaded.game.information_sets,
            concept=self.concept,
            method=self.method,
            status=self.status,
            advice=self.advice,
            certificate=models.CertificateShown(
                name=self.certificate,
                value=None if self.certificate == "none" else finite(self.check),
                tolerance=finite(self.tolerance),
                exploitability=self.exploitability,
            ),
            precision=finite(self.precision),
            iterations=self.iterations,
            seconds=round(self.seconds, 6),
            values=by_player(self.values),
            ranges=None
            if self.ranges is None
            else {
                p: (low, high) for p, (low, high) in zip(players, self.ranges.tolist(), strict=True)
            },
            complete=self.complete,
            equilibria=[
                models.EquilibriumShown(
                    strategies=named(self.loaded, profile.strategy),
                    values=by_player(profile.values),
                    certificate=finite(profile.certificate),
                    gains=None if profile.gains is None else by_player(profile.gains),
                    weight=profile.weight,
                    label=profile.label,
                )
                for profile in self.profiles
            ],
            device=None if self.plan is None else device_shown(self.loaded, self.plan),
            path=None
            if self.path is None
            else [
                models.PathPointShown(
                    precision=point.precision,
                    arclength=point.arclength,
                    residual=point.residual,
                    fold=point.fold,
                    strategies=None
                    if point.strategy is None
                    else named(self.loaded, point.strategy),
                )
                for point in self.path
            ],
        )


def named(loaded: LoadedGame, strategy: Float, most: Sequence[int] | None = None) -> Strategies:
    """A behavior strategy ``[A]`` under the names of the game's source; of each player the first
    `most` information sets at most.
    """
    game, labels = loaded.game, loaded.labels
    sets = loaded.set_start
    found: Strategies = {}
    for p, player in enumerate(distinct(labels.players)):
        own = found[player] = {}
        cells = np.flatnonzero(game.cell_player == p)
        left = len(labels.sets) if most is None else most[p]
        width = int(game.n_types[p])
        for cell in cells[:left].tolist():
            actions = [
                labels.actions[b]
                for b in range(int(game.action_start[cell]), int(game.action_start[cell + 1]))
            ]
            rows = strategy[int(game.row_start[cell]) : int(game.row_start[cell + 1])].tolist()
            for t in range(min(width, left)):
                key = labels.sets[int(sets[cell]) + t]
                own[key] = dict(zip(actions, rows[t::width], strict=True))
            left -= width
            if left <= 0:
                break
    return found


def device_shown(loaded: LoadedGame, plan: CorrelatedPlan) -> models.DeviceShown:
    """A mediator's device under the names of the game's source."""
    from standoff.solve import models

    game, labels = loaded.game, loaded.labels
    starts = loaded.set_start

    def said(player: int, sequence: int) -> tuple[str, str] | None:
        row = int(plan.form.plexes[player].row[sequence])
        if row < 0:
            return None
        cell = int(np.searchsorted(game.row_start, row, side="right")) - 1
        number, kind = divmod(row - int(game.row_start[cell]), int(game.n_types[player]))
        action = labels.actions[int(game.action_start[cell]) + number]
        return labels.sets[int(starts[cell]) + kind], action

    used = np.flatnonzero(plan.weight > 0)
    return models.DeviceShown(
        value=float(plan.value),
        bound=float(plan.bound),
        exact=plan.exact,
        is_a_device=plan.device,
        pairs=[
            models.PairShown(
                first=said(0, int(plan.pairs[i, 0])),
                second=said(1, int(plan.pairs[i, 1])),
                weight=float(plan.weight[i]),
            )
            for i in used
        ],
    )


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Names that can be keys: where some are empty or come twice, all get the player's number."""
    if all(names) and len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{i} {name}".strip() for i, name in enumerate(names, start=1))


def finite(value: float | None) -> float | None:
    """JSON has no infinities."""
    return value if value is not None and np.isfinite(value) else None
