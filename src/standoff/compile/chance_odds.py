"""Odds of chance edges and lotteries, and rates of moves, for V variants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.compile.compiled import Compiled
from standoff.compile.draws import Draws
from standoff.compile.scene import Scene
from standoff.errors import ScenarioError
from standoff.scenario.expressions import Expr

Float = NDArray[np.float64]
Int = NDArray[np.intp]
FLOOR = 1e-9
"""Odds of an outcome in the variants in which it is impossible, where it is possible in others."""


@dataclass(frozen=True, eq=False)
class Odds:
    """Odds that sum to one in each group, and where they had to be lifted off zero."""

    rows: Float  # [O, V]
    lifted: Int  # [V] number of rows that were zero and are not


def chance_odds(compiled: Compiled, draws: Draws) -> Odds:
    """[O, V] odds of every chance edge and lottery outcome.

    Raises `ScenarioError` where odds are no probabilities or don't sum to one.
    """
    rows = np.empty((len(compiled.odds_act), draws.n_variants))
    rest = np.zeros(len(rows), dtype=np.bool_)
    for places, expr, path in _sources(compiled):
        if expr is not None:
            rows[places] = _evaluated(compiled, draws, places, expr)
        elif path.startswith("draws:"):
            rows[places] = _prior_of(draws, compiled, path)
        else:
            rest[places] = True
            rows[places] = 0.0
    if not len(rows):
        return Odds(rows, np.zeros(draws.n_variants, np.intp))
    start = np.flatnonzero(np.diff(compiled.odds_group, prepend=-1))
    group = np.repeat(np.arange(len(start)), np.diff([*start, len(rows)]))
    _check_each(compiled, draws, rows)
    total = np.add.reduceat(rows, start, axis=0)
    left = 1.0 - total
    rows[rest] = np.clip(left[group[rest]], 0.0, None)
    has_rest = np.zeros(len(start), dtype=np.bool_)
    has_rest[group[rest]] = True
    wrong = np.where(has_rest[:, None], left < -1e-9, np.abs(left) > 1e-9)
    if wrong.any():
        raise _bad_sum(compiled, draws, rows, rest, start, total, wrong)
    rows[rows < 1e-15] = 0.0
    possible = (rows > 0).any(axis=1, keepdims=True)
    lift = possible & (rows == 0)
    lifted = lift.sum(axis=0)
    if lifted.any():
        rows[lift] = FLOOR
        rows /= np.add.reduceat(rows, start, axis=0)[group]
    return Odds(rows, lifted)


def log_rates(compiled: Compiled, draws: Draws) -> Float:
    """[G, V] logarithms of the rates of moves; row 0 is zero."""
    out = np.zeros((len(compiled.rate_act), draws.n_variants))
    by_row = {a.row: (a, p) for t in compiled.rules.turns for p in t.parts for a in p.menu}
    days = np.array([0, *compiled.rules.calendar.days], dtype=np.float64)
    for act_row in np.unique(compiled.rate_act):
        if act_row < 0:
            continue
        act, part = by_row[int(act_row)]
        places = np.flatnonzero(compiled.rate_act == act_row)
        rate = np.ones((1, 1))
        if act.rate is not None:
            scene = Scene(
                compiled.rules, compiled.states[compiled.rate_state[places]],
                compiled.rate_round[places], values=draws.values,
            )  # fmt: skip
            rate = scene.value(act.rate)
        if not (np.isfinite(rate) & (rate > 0)).all():
            raise compiled.names.place(f"{act.path}.rate").fail(
                "bad-rate", "a rate must be a positive number", found=f"{np.min(rate):g}"
            )
        if any(a.waits for a in part.menu) and not act.waits:
            rate = rate * days[compiled.rate_round[places]][:, None]
        out[places] = np.log(rate)
    return out


def _sources(compiled: Compiled) -> list[tuple[Int, Expr | None, str]]:
    """(rows, odds or None, key path or `draws:` and a key): the rows that one text is behind."""
    rules = compiled.rules
    acts = {a.row: a for t in rules.turns for p in t.parts for a in p.menu}
    found: list[tuple[Int, Expr | None, str]] = []
    for row in np.unique(compiled.odds_act):
        if row >= 0:
            act = acts[int(row)]
            places = np.flatnonzero(compiled.odds_act == row)
            found.append((places, act.odds, f"{act.path}.odds"))
    keyed: dict[str, list[int]] = {}
    for place, key in enumerate(compiled.odds_root):
        if key:
            keyed.setdefault(key, []).append(place)
    for key, at in keyed.items():
        kind, _, rest = key.partition(":")
        if kind in ("type", "joint"):
            found.append((np.array(at), None, f"draws:{key}"))
            continue
        name, _, label = rest.partition(".")
        if kind == "start":
            start = rules.scenario.state[name].start
            _, expr, path = rules.draws[name][list(start.draw).index(label)]  # type: ignore[union-attr]
        else:
            outcome = rules.endings.index(label)
            options = rules.lotteries[rules.endings.index(name)]
            _, expr, path = next(o for o in options if o[0] == outcome)
        found.append((np.array(at), expr, path))
    return found


def _evaluated(compiled: Compiled, draws: Draws, places: Int, expr: Expr) -> Float:
    scene = Scene(
        compiled.rules, compiled.states[compiled.odds_state[places]],
        compiled.odds_round[places], values=draws.values,
    )  # fmt: skip
    return np.broadcast_to(scene.value(expr), (len(places), draws.n_variants))


def _prior_of(draws: Draws, compiled: Compiled, key: str) -> Float:
    kind, _, rest = key.removeprefix("draws:").partition(":")
    if kind == "joint":
        assert draws.joint is not None
        return np.asarray(draws.joint[int(rest)])
    actor, _, label = rest.partition(".")
    return np.asarray(draws.prior[actor][compiled.names.types(actor).index(label)])


def odds_path(compiled: Compiled, row: int) -> str:
    """Key path of the text behind a row of odds."""
    return next(p for places, _, p in _sources(compiled) if row in places)


def _check_each(compiled: Compiled, draws: Draws, rows: Float) -> None:
    with np.errstate(invalid="ignore"):
        bad = ~((rows >= -1e-12) & (rows <= 1 + 1e-9))
    if not bad.any():
        return
    row, variant = (int(i[0]) for i in np.nonzero(bad))
    raise compiled.names.place(odds_path(compiled, row)).fail(
        "bad-odds",
        f"odds must lie between 0 and 1 ({_where(compiled, row)})",
        found=f"{rows[row, variant]:g}" + _variant(compiled, draws, variant),
        expected="a number from 0 to 1 in every state and variant",
    )


def _bad_sum(
    compiled: Compiled, draws: Draws, rows: Float, rest: NDArray[np.bool_], start: Int,
    total: Float, wrong: NDArray[np.bool_],
) -> ScenarioError:  # fmt: skip
    group, variant = (int(i[0]) for i in np.nonzero(wrong))
    row = int(start[group])
    found = f"a sum of {total[group, variant]:.6g}" + _variant(compiled, draws, variant)
    return compiled.names.place(odds_path(compiled, row)).fail(
        "odds-sum",
        f"odds don't sum to one ({_where(compiled, row)})",
        found=found,
        expected="a sum of 1, or `odds: rest` for one outcome",
    )


def _where(compiled: Compiled, row: int) -> str:
    act = int(compiled.odds_act[row])
    what = f"turn {compiled.acts[act].turn}" if act >= 0 else ""
    if act < 0:  # `start:armed.true`, `lottery:peace.truce`, `type:red.hawk`, `joint:0`
        kind, _, rest = compiled.odds_root[row].partition(":")
        what = f"{kind} of {rest.partition('.')[0]}"
    state = compiled.rules.columns.describe(compiled.states[compiled.odds_state[row]])
    return f"{what}, round {compiled.odds_round[row]}, {state}"


def _variant(compiled: Compiled, draws: Draws, variant: int) -> str:
    uncertain = [k for i in compiled.names.parameters.values() if not i.fixed for k in i.keys]
    words = ", ".join(f"{k} = {draws.values[k][variant]:.4g}" for k in uncertain[:8])
    return f" where {words}" if words else ""
