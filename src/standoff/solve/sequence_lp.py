"""Zero-sum games of two players, exactly: a linear program over realization plans.

The program of Koller, Megiddo and von Stengel (1996): the first player chooses the plan whose worst
case is best; the multipliers of the second player's sequences are the second player's plan. It is
sparse and linear in the size of the tree. HiGHS solves it (Huangfu and Hall 2018) by dual simplex,
which on games was measured to be quicker than its interior-point method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.game.game import Game, Payload
from standoff.solve.constant_sum import constant_total
from standoff.solve.sequence_form import SequenceForm, Treeplex, behavior, sequence_form
from standoff.solve.solution import Equilibria

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float64]

FEASIBLE = 1e-9
"""How far HiGHS may leave a constraint unmet, payoffs being scaled to the order of one."""
SPECK = 1e-13
"""Share of the largest payoff up to which an entry is rounding."""
_TIME_LIMIT = 1  # of the statuses of scipy.optimize.linprog


class NotZeroSum(ValueError):
    """The game is not one of two players in which what one wins the other loses."""


def sequence_lp(
    game: Game,
    payload: Payload,
    *,
    variant: int = 0,
    form: SequenceForm | None = None,
    time: float | None = None,
) -> Equilibria:
    """One equilibrium of a two-player game whose payoffs add up to a constant.

    `form` saves finding the sequence form again, `time` bounds HiGHS in seconds: where it runs out,
    the strategy is uniform and the advice says so. Sets that the plans do not reach are played
    uniformly. Raises `NotZeroSum` and `ImperfectRecall`.
    """
    if len(game.players) != 2:
        raise NotZeroSum(
            f"the linear program is for two players; this game has {len(game.players)}: "
            "regret minimization takes any number"
        )
    if constant_total(game, payload, variant) is None:
        raise NotZeroSum(
            "the linear program is for games in which the players' payoffs add up to a constant; "
            "here they do not: the complementarity program (lcp) takes such games"
        )
    form = form or sequence_form(game, payload, variant)
    found, iterations, problem = _solved(form, time)
    return Equilibria((behavior(form, found, game),), iterations, advice=problem)


def _solved(form: SequenceForm, time: float | None) -> tuple[list[Float], int, str]:
    """Realization plans of both players, pivots, and what went wrong."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack

    # Whoever has fewer sequences plays first: the program then has fewer rows to price.
    rows = int(form.plexes[0].n_sequences > form.plexes[1].n_sequences)
    mine, other = form.plexes[rows], form.plexes[1 - rows]
    payoffs = payoff_matrix(form, rows, rows)
    size = np.abs(payoffs.data)
    if len(size):
        # Sums that cancel leave specks, which would set the scale.
        payoffs.data[size <= SPECK * size.max()] = 0.0
        payoffs.eliminate_zeros()
        size = np.abs(payoffs.data)
    if len(size):
        payoffs = payoffs * 2.0 ** -np.round(0.5 * np.log2(size.max() * size.min()))
    E, F = constraints(mine), constraints(other)

    values = F.shape[0]
    cost = np.zeros(mine.n_sequences + values)
    cost[mine.n_sequences] = -1.0
    options: dict[str, Any] = {
        "primal_feasibility_tolerance": FEASIBLE, "dual_feasibility_tolerance": FEASIBLE,
    }  # fmt: skip
    if time is not None:
        options["time_limit"] = max(time, 0.01)
    minimize: Any = linprog  # its annotations know options of other methods only
    free = np.repeat([0.0, -np.inf], [mine.n_sequences, values])
    result = minimize(
        cost,
        A_ub=hstack([-payoffs.T, F.T]).tocsc(), b_ub=np.zeros(other.n_sequences),
        A_eq=hstack([E, csr_array((E.shape[0], values))]).tocsc(), b_eq=unit(E.shape[0]),
        bounds=np.column_stack([free, np.full(len(free), np.inf)]),
        method="highs-ds", options=options,
    )  # fmt: skip
    if result.status or result.x is None:
        problem = "HiGHS gave up on the linear program: " + str(result.message).strip()
        if result.status == _TIME_LIMIT:
            problem = "The time ran out before the linear program was solved."
        return [np.zeros(p.n_sequences) for p in form.plexes], int(result.nit), problem
    own = np.asarray(result.x[: mine.n_sequences], dtype=np.float64)
    theirs = -np.asarray(result.ineqlin.marginals, dtype=np.float64)
    plans = [theirs, own] if rows else [own, theirs]
    return plans, int(result.nit), ""


def payoff_matrix(form: SequenceForm, player: int, rows: int = 0) -> csr_array:
    """Payoffs ``[S, S']`` of one of two players; `rows` says whose sequences the rows are."""
    from scipy.sparse import csr_array

    shape = (form.plexes[rows].n_sequences, form.plexes[1 - rows].n_sequences)
    at = (form.sequence[:, rows], form.sequence[:, 1 - rows])
    matrix = csr_array((form.payoff[:, player], at), shape=shape)
    matrix.eliminate_zeros()
    return matrix


def constraints(plex: Treeplex) -> csr_array:
    """``[I + 1, S]`` the matrix with which plans r are ``r >= 0`` where its product is `unit`."""
    from scipy.sparse import csr_array

    I, S = plex.n_sets, plex.n_sequences
    row = np.concatenate([[0], 1 + plex.set_of[1:], 1 + np.arange(I)])
    column = np.concatenate([np.arange(S), plex.parent])
    entry = np.concatenate([np.ones(S), -np.ones(I)])
    return csr_array((entry, (row, column)), shape=(I + 1, S))


def unit(size: int) -> Float:
    """[size] one at the first place, zero elsewhere."""
    e = np.zeros(size)
    e[0] = 1.0
    return e


make_callable(__name__)
