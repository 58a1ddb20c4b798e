"""Which algorithms are tried for a game, in what order."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.errors import Problem, ScenarioError, nearest
from standoff.game.game import CHANCE, has_order_in_time
from standoff.solve.methods import METHODS, REGRET
from standoff.solve.task import Task

SMALL, MEDIUM, LARGE = 4_000, 60_000, 600_000
"""Histories up to which linear programming is preferred: always, where the tolerance is not
coarse, and where nothing but an exact answer will do."""
COARSE, EXACT = 3e-5, 1e-8
"""Shares of the range of payoffs: tolerances above and below which are coarse and exact."""


def chosen(concept: str, method: str, task: Task) -> Sequence[str]:
    """Methods to try, in order. Raises `ScenarioError` where the game is not of the kind that the
    concept or the method is for.
    """
    known = METHODS[concept]
    if method != "auto":
        if method not in known:
            raise ScenarioError(
                Problem(
                    "no-method", f"{concept} is not found by {method!r}",
                    expected=", ".join(["auto", *known]), nearest=nearest(method, known),
                )
            )  # fmt: skip
        _refuse(concept, method, task)
        return (method,)
    if concept == "nash":
        return _for_nash(task)
    if concept == "cce":
        return ("regret",) if task.zero_sum else ("device",)
    if concept == "aqre":
        one: tuple[str, ...] = ("branch", "fixed-point")
        if not has_order_in_time(task.game):
            one = ("branch",)
        elif task.size > LARGE:
            one = ("fixed-point", "branch")
        return ("branches", *one) if task.every else one
    _refuse(concept, next(iter(known)), task)
    return (next(iter(known)),)


def _for_nash(task: Task) -> Sequence[str]:
    if task.zero_sum:
        quicker = ("lp", "regret") if _lp_is_quicker(task) else ("regret",)
        return ("normal-form", "lcp", *quicker) if task.every else quicker
    if task.every and task.perfect_information:
        return ("normal-form", "backward-induction")
    if task.perfect_information:
        return ("backward-induction",)
    if not task.two_players:
        return ("normal-form", "learning", "logit")
    if task.every:
        return ("normal-form", "lcp", "learning", "logit")
    if task.size > SMALL:
        return ("learning", "lcp", "logit")
    return ("lcp", "normal-form", "learning", "logit")


def _lp_is_quicker(task: Task) -> bool:
    """Whether the linear program is expected before regret minimization. Measured: Leduc poker
    0.12 s against 0.03, 0.08 and 0.5 to a NashConv of 1e-3, 1e-4 and 1e-6; liar's dice of 51,000
    histories 0.29 s against 0.05, 0.17 and 0.9; beyond, the program grows faster.
    """
    share = task.tolerance / (task.reach or 1.0)
    if task.left is not None and task.left < 1.0 + 5e-5 * task.size:
        return False
    if task.size <= SMALL:
        return True
    return share <= COARSE and task.size <= (MEDIUM if share > EXACT else LARGE)


def _refuse(concept: str, method: str, task: Task) -> None:
    """Raise where the game is of the wrong kind."""
    why = ""
    if method == "lp" and not task.zero_sum:
        why = "linear programming finds equilibria of zero-sum games of two players"
    elif method == "lcp" and not task.two_players:
        why = "the linear complementarity problem is one of two players"
    elif method == "optimal" and not task.two_players:
        why = "a mediator's best device is found for two players"
    elif method == "fixed-point" and not has_order_in_time(task.game):
        why = "the sweeps need an order in time in which every information set comes at one place"
    elif method == "backward-induction" and not task.perfect_information:
        why = "backward induction needs perfect information: one history in each information set"
    elif (
        method == "regret" or (concept, method in REGRET) == ("nash", True)
    ) and not task.zero_sum:
        why = (
            "regret minimization leads to an equilibrium in zero-sum games of two players only: "
            "elsewhere it finds coarse correlated equilibria (--concept cce)"
        )
    if why:
        raise ScenarioError(Problem("wrong-game", why, found=_kind(task)))


def _kind(task: Task) -> str:
    number = len(task.game.players)
    players = f"{number} player{'' if number == 1 else 's'}"
    if not task.two_players:
        return f"a game of {players}"
    sums = "zero-sum" if task.zero_sum else "general-sum"
    chance = "chance, " if (task.game.actor == CHANCE).any() else ""
    return f"a {sums} game of {players}, {chance}{task.game.information_sets} information sets"
