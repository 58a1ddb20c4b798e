"""What the compiler hands on: the game, and everything needed to walk from a number back to a line.

Nothing here depends on a draw: `standoff.compile.payload` turns a `Compiled` and a batch of draws
into the `Payload` that solvers read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.game.game import Game
from standoff.shown import Shown

if TYPE_CHECKING:
    from standoff.compile.rules import Rules
    from standoff.errors import Problem
    from standoff.scenario.models import Scenario
    from standoff.scenario.names import Names

Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """One turn (or one actor's part of a `together`) in one round."""

    round: int  # from 1
    turn: str  # turn id; "" for a root draw of types or hidden starts
    actor: str  # "" for a drift
    part: int = 0  # place within `together`


@dataclass(frozen=True)
class Act:
    """One move or outcome of one turn, whatever the round: `actor.turn.move`."""

    actor: str
    turn: str
    move: str
    path: str  # key path in the scenario, for lines and sources
    tactic: tuple[str, ...]
    quiet: bool
    desk_sees: bool  # whether the observer's desk sees the move or a signal of it, ever

    @property
    def name(self) -> str:
        """`actor.turn.move`"""
        return f"{self.actor}.{self.turn}.{self.move}"


@dataclass(frozen=True, eq=False)
class Compiled(Shown):
    """A scenario's game with its histories' steps, states and sights.

    Levels of `game` are `steps` (level i of the game plays ``steps[i]``; the ends stand at one last
    level). Root draws (types that are not kept as axes, hidden starts) come first.
    """

    scenario: Scenario
    names: Names  # standoff.scenario.names
    rules: Rules  # every expression of the scenario, bound
    game: Game
    steps: tuple[Step, ...]  # by level; drifts have no level
    acts: tuple[Act, ...]

    edge_act: Int32  # [E] row of `acts`; -1 for a root draw
    # Edges of root draws come first: edge_label[e] says which (`usa is firm`).
    edge_label: tuple[str, ...]

    # The table of distinct states. Booleans 0/1, levels by place, integers and numbers as they are;
    # types that stand in the tree are columns `type:ACTOR` (by place), never seen by others.
    state_names: tuple[str, ...]
    states: Float  # [S, variables]
    node_state: Int32  # [N] state in which the node's mover chooses; at an end the final state
    edge_state: Int32  # [E] state right after the move (before any later drift)

    # What has been seen: interned (previous, what was seen) pairs, one column a viewer.
    viewers: tuple[str, ...]  # players in order, then "" (the observer's desk) where there is one
    node_seen: Int32  # [viewers, N]

    # Endings. An end with a lottery stands for several outcomes.
    endings: tuple[str, ...]  # labels, `time` among them
    end_ending: Int32  # [Z] ending of each end (the lottery's own label where it is one)
    end_round: Int32  # [Z] round in which play ended
    outcome_end: Int32  # [Y] row of `game.end_nodes` that each outcome belongs to, ascending
    outcome_ending: Int32  # [Y]
    outcome_odds: Int32  # [Y] row of Payload.odds, or -1 for certainty
    round_state: Int32  # [rounds, Z] state at the end of each round (after drift; carried over)

    # Payoffs: row r of Payload.payoff is the sum of what these say.
    # A row of the payoff table is earned by zero or more round ends and, at an end, by the final
    # state: `flow_*` list them (row, state, round, factor of days is the payload's business).
    flow_row: Int32  # [flows] payoff row
    flow_state: Int32  # [flows] state at that round's end
    flow_round: Int32  # [flows] round, from 1
    final_row: Int32  # [finals] payoff row
    final_state: Int32  # [finals]
    final_ending: Int32  # [finals] ending (a lottery is expanded by the payload)
    final_round: Int32  # [finals] round in which play ended
    n_payoff_rows: int  # R

    # Chance odds: row -> the expression's place. Row o is outcome `odds_act[o]` in state
    # `odds_state[o]` in round `odds_round[o]`; root draws and lotteries have
    # keys (`type:ussr.hold`, `joint:0`, `start:missiles.true`, `lottery:struck.war`).
    odds_act: Int32  # [O] row of `acts`, or -1
    odds_state: Int32  # [O]
    odds_round: Int32  # [O]
    odds_root: tuple[str, ...]  # [O] key of a root draw or lottery, or ""
    odds_group: Int32  # [O] rows of one group are the outcomes of one draw, next to each other
    # Rates likewise: row 0 is rate 1.
    rate_act: Int32  # [G] (-1 at row 0)
    rate_round: Int32  # [G]
    rate_state: Int32  # [G]

    warnings: tuple[Problem, ...]  # what can't happen

    @cached_property
    def end_row(self) -> Int32:
        """[N] place of a node among the ends, -1 elsewhere."""
        place = np.full(self.game.n_nodes, -1, dtype=np.int32)
        place[self.game.end_nodes] = np.arange(len(self.game.end_nodes), dtype=np.int32)
        return place
