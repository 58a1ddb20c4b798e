"""Strong Stackelberg equilibrium of two players: the leader is bound first, and known to be.

The leader commits to a realization plan (a behavior strategy, for each of its types); the follower
plays a best reply to it, of equally good ones that which suits the leader best. A mixed-integer
program in the sequence form (Bosansky & Cermak 2015, key `bosansky2015`; the sequence form of von
Stengel 1996, key `vonstengel1996`), solved by HiGHS (key `huangfu2018`): the follower's plan is
pure, and each of its information sets is worth as much as its best move there. Products of the two
plans are written out exactly, one of the factors being 0 or 1.

The program is NP-hard: some hundred sequences of the follower are no trouble, some thousand may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.callable_module import make_callable
from standoff.errors import Cancelled, TooLarge
from standoff.game.game import Game, Payload
from standoff.progress import Progress
from standoff.solve.certificates import Certifier
from standoff.solve.sequence_form import SequenceForm, Treeplex, behavior, sequence_form

Float = NDArray[np.float64]

LIMIT = 20_000
"""Combinations of sequences up to which the program is written down."""
OPTIONS = {"mip_rel_gap": 1e-9, "presolve": True}


@dataclass(frozen=True, eq=False)
class Leadership:
    """A strong Stackelberg equilibrium, with what was found when it was checked."""

    leader: int
    strategy: Float  # [A] the leader's commitment, and the follower's best reply
    value: Float  # [P] what each expects: recomputed on the tree
    gain: float  # of the follower by a better reply: recomputed on the tree
    bound: float  # the leader's value is at most this
    optimal: bool  # whether the program was solved to the end


def stackelberg(
    game: Game,
    payload: Payload,
    leader: int = 0,
    *,
    variant: int = 0,
    pure: bool = False,
    nodes: int | None = None,
    limit: int = LIMIT,
    progress: Progress | None = None,
) -> Leadership:
    """The best that the `leader` (0 or 1) can bind itself to in a game of two players; with `pure`
    the best pure plan.

    Payoffs are in their own units; precision and rates do not count. `nodes` limits the tree of the
    search by count: what is found by then is given, with `optimal` False and a `bound`. Raises
    ValueError for other numbers of players, `ImperfectRecall`, and `TooLarge` past `limit`
    combinations of sequences at which something is earned.
    """
    if len(game.players) != 2 or leader not in (0, 1):
        raise ValueError("a leader is one of two players, 0 or 1")
    if progress is not None and progress.cancelled:
        raise Cancelled("stopped while solving")
    form = sequence_form(game, payload, variant)
    if len(form.payoff) > limit:
        raise TooLarge(
            f"the program would have {len(form.payoff):,} products of plans, more than {limit:,}"
        )
    program = _Program(form, leader, pure)
    plans, bound, optimal = program.solve(nodes)
    strategy = behavior(form, plans, game)
    checker = Certifier(game, payload, variant)
    return Leadership(
        leader,
        strategy,
        checker.values(strategy),
        float(checker.gains(strategy)[1 - leader]),
        bound,
        optimal,
    )


class _Program:
    """Variables: the leader's plan, the follower's plan (0 or 1), their product at each combination
    of sequences that pays, the worth of each of the follower's sets, and by how much each of its
    sequences falls short of that.
    """

    def __init__(self, form: SequenceForm, leader: int, pure: bool) -> None:
        self.form, self.leader, self.pure = form, leader, pure
        self.ours, self.theirs = form.plexes[leader], form.plexes[1 - leader]
        sizes = (
            self.ours.n_sequences, self.theirs.n_sequences, len(form.payoff), self.theirs.n_sets,
            self.theirs.n_sequences,
        )  # fmt: skip
        starts = np.concatenate([[0], np.cumsum(sizes)])
        self.r, self.f, self.product, self.worth, self.short = (
            slice(int(a), int(b)) for a, b in pairwise(starts)
        )
        self.n = int(starts[-1])

    def solve(self, nodes: int | None) -> tuple[list[Float], float, bool]:
        """The plans of both players in order, a bound of the leader's value, and whether it is
        reached.
        """
        from scipy.optimize import Bounds, milp

        maximize: Any = milp
        cost = np.zeros(self.n)
        cost[self.product] = -self.form.payoff[:, self.leader]
        low, high = np.zeros(self.n), np.ones(self.n)
        low[self.worth], high[self.worth] = -np.inf, np.inf
        high[self.short] = np.inf
        whole = np.zeros(self.n)
        whole[self.f] = 1
        if self.pure:
            whole[self.r] = 1
        options = dict(OPTIONS)
        if nodes is not None:
            options["node_limit"] = nodes
        rules = self._rules()
        found = maximize(
            cost, integrality=whole, bounds=Bounds(low, high), constraints=rules, options=options
        )
        if found.x is None:
            raise TooLarge(f"no commitment was found within {nodes} nodes of the search")
        # Once more with what is whole held at whole numbers: the search rounds, a program does not.
        fixed = np.flatnonzero(whole)
        low[fixed] = high[fixed] = np.rint(found.x[fixed])
        again = maximize(
            cost, integrality=np.zeros(self.n), bounds=Bounds(low, high), constraints=rules
        )
        plan = found.x if again.x is None else again.x
        plans = [np.maximum(plan[self.r], 0.0), np.rint(plan[self.f])]
        if self.leader == 1:
            plans.reverse()
        bound = -float(found.mip_dual_bound if found.mip_dual_bound is not None else found.fun)
        return plans, bound, bool(found.status == 0)

    def _rules(self) -> list[Any]:
        from scipy.optimize import LinearConstraint

        form, rule = self.form, _Rows(self.n)
        _flow(rule, self.ours, self.r.start)
        _flow(rule, self.theirs, self.f.start)
        # The product of the plans, exactly, since the follower's is 0 or 1.
        combined = np.arange(self.product.start, self.product.stop)
        ours = self.r.start + form.sequence[:, self.leader]
        theirs = self.f.start + form.sequence[:, 1 - self.leader]
        for one in (ours, theirs):
            rule.add([(combined, 1.0), (one, -1.0)], -np.inf, 0.0)
        rule.add([(combined, 1.0), (ours, -1.0), (theirs, -1.0)], -1.0, np.inf)
        self._reply(rule)
        matrix, low, high = rule.made()
        return [LinearConstraint(matrix, low, high)]

    def _reply(self, rule: _Rows) -> None:
        """Each of the follower's sets is worth what its best move brings, and no other is made."""
        plex, form = self.theirs, self.form
        pay = form.payoff[:, 1 - self.leader]
        at = form.sequence[:, 1 - self.leader]
        most = _most(plex, at, pay)
        by_sequence = np.argsort(at, kind="stable")
        cuts = np.searchsorted(at[by_sequence], np.arange(plex.n_sequences + 1))
        for s in range(1, plex.n_sequences):
            home = int(plex.set_of[s])
            earned = by_sequence[cuts[s] : cuts[s + 1]]
            after = np.flatnonzero(plex.parent == s)
            columns = np.concatenate([
                [self.worth.start + home, self.short.start + s], self.worth.start + after,
                self.r.start + form.sequence[earned, self.leader],
            ])  # fmt: skip
            values = np.concatenate([[1.0, -1.0], -np.ones(len(after)), -pay[earned]])
            rule.one(columns, values, 0.0, 0.0)
            # Nothing is missing where the move is made.
            large = float(most[home])
            rule.one(
                np.array([self.short.start + s, self.f.start + s]), np.array([1.0, large]),
                -np.inf, large,
            )  # fmt: skip


def _most(plex: Treeplex, at: NDArray[np.int32], pay: Float) -> Float:
    """[I] by how much moves of a set may differ at most: all that can be earned or lost there."""
    size = np.bincount(at, np.abs(pay), minlength=plex.n_sequences)
    found = np.zeros(plex.n_sets)
    for i in range(plex.n_sets - 1, -1, -1):
        found[i] = size[plex.first[i] : plex.first[i + 1]].sum()
        size[plex.parent[i]] += found[i]
    return 2.0 * found


def _flow(rule: _Rows, plex: Treeplex, start: int) -> None:
    """A realization plan: 1 before anything is done, and what comes to a set goes on from it."""
    rule.one(np.array([start]), np.ones(1), 1.0, 1.0)
    for i in range(plex.n_sets):
        here = np.arange(plex.first[i], plex.first[i + 1])
        columns = np.concatenate([[plex.parent[i]], here])
        rule.one(start + columns, np.concatenate([[-1.0], np.ones(len(here))]), 0.0, 0.0)


class _Rows:
    """Rows of a sparse matrix with their bounds, as they come."""

    def __init__(self, n: int) -> None:
        self.n, self.count = n, 0
        self._row: list[NDArray[Any]] = []
        self._column: list[NDArray[Any]] = []
        self._value: list[Float] = []
        self._low: list[Float] = []
        self._high: list[Float] = []

    def one(self, columns: NDArray[Any], values: Float, low: float, high: float) -> None:
        """One row."""
        self._put(np.full(len(columns), self.count), columns, values, 1, low, high)

    def add(self, terms: list[tuple[NDArray[Any], float]], low: float, high: float) -> None:
        """As many rows as each term has columns, with one value for each term."""
        n = len(terms[0][0])
        rows = np.tile(self.count + np.arange(n), len(terms))
        columns = np.concatenate([columns for columns, _ in terms])
        values = np.repeat([value for _, value in terms], n)
        self._put(rows, columns, values, n, low, high)

    def _put(
        self, rows: NDArray[Any], columns: NDArray[Any], values: Float, n: int, low: float,
        high: float,
    ) -> None:  # fmt: skip
        self._row.append(rows)
        self._column.append(columns)
        self._value.append(values)
        self._low.append(np.full(n, low))
        self._high.append(np.full(n, high))
        self.count += n

    def made(self) -> tuple[Any, Float, Float]:
        """The matrix and its bounds."""
        from scipy.sparse import csr_array

        entries = np.concatenate(self._value)
        place = (np.concatenate(self._row), np.concatenate(self._column))
        matrix = csr_array((entries, place), shape=(self.count, self.n))
        return matrix, np.concatenate(self._low), np.concatenate(self._high)


make_callable(__name__)
