"""A scenario's uncertain numbers at points of the unit cube, and at their medians.

Draws are made in `standoff.variants`; what a point means is said here, since the reference draw, at
which stakes are taken, is part of the game.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from standoff.compile import distributions
from standoff.compile.draws import Draws
from standoff.errors import Problem, ScenarioError
from standoff.scenario.constants import number
from standoff.scenario.models import Actor, Distribution, ParameterByType, Scenario

Array = NDArray[np.float64]
_SUM_TOLERANCE = 1e-9


def reference(scenario: Scenario, changed: Mapping[str, Array] | None = None) -> Draws:
    """The reference variant: every uncertain number at its median (V = 1); or one variant for each
    of the values [V] of `changed` parameters, which priors and odds written in them follow.
    """
    n = 1 if not changed else len(next(iter(changed.values())))
    middle = {key: np.full(n, 0.5) for key in uncertain_columns(scenario)}
    return from_columns(scenario, middle, n, 0, changed)


def uncertain_columns(scenario: Scenario) -> list[str]:
    """Keys of everything that is drawn, in the order of the scenario: parameters (``name`` or
    ``name.type``), priors (``prior.actor.type``), ``precision``.
    """
    keys = [key for key, d in parameter_distributions(scenario).items() if not d.fixed]
    for name, actor in scenario.actors.items():
        if actor.prior is None:
            continue
        if actor.prior.dirichlet is not None:
            keys += [f"prior.{name}.{t}" for t in actor.prior.dirichlet]
        else:
            keys += [f"prior.{name}.{t}" for t, d in actor.prior.by_type.items() if not d.fixed]
    if not scenario.solve.precision.fixed:
        keys.append("precision")
    return keys


def parameter_distributions(scenario: Scenario) -> dict[str, Distribution]:
    """Every parameter's distribution: ``name``, or ``name.type`` where it differs by type."""
    found: dict[str, Distribution] = {}
    for name, entry in scenario.parameters.items():
        if isinstance(entry, ParameterByType):
            found.update({f"{name}.{t}": d for t, d in entry.by_type.items()})
        else:
            found[name] = entry
    return found


def from_columns(
    scenario: Scenario,
    columns: Mapping[str, Array],
    n: int,
    seed: int,
    changed: Mapping[str, Array] | None = None,
) -> Draws:
    """Draws from points of the unit cube: a column [n] for each key of `uncertain_columns`.

    `changed` parameters [n] take the place of what the scenario says. Raises `ScenarioError` where
    a prior can't sum to one or a distribution's numbers make no sense.
    """
    values = {
        key: _quantiles(entry, columns.get(key), n, f"parameters.{key}", {})
        for key, entry in parameter_distributions(scenario).items()
    }
    values.update(changed or {})
    prior = {
        name: _prior(name, actor, columns, values, n)
        for name, actor in scenario.actors.items()
        if actor.types
    }
    joint = None
    if scenario.joint is not None:
        rows = [row.p for row in scenario.joint]
        joint = _completed([_odds(p, values, n, "joint") for p in rows], "joint", "joint table")
    precision = _quantiles(
        scenario.solve.precision, columns.get("precision"), n, "solve.precision", values
    )
    if not (precision > 0).all():
        raise ScenarioError(
            Problem("bad-precision", "precision must be above 0", path="solve.precision")
        )
    return Draws(values=values, prior=prior, joint=joint, precision=precision, seed=seed)


def refixed(scenario: Scenario, draws: Draws) -> Draws:
    """The same draws under a scenario that fixes some of their parameters: what it leaves open is
    as it was drawn, however that was; priors and odds written in parameters follow. The same bytes
    as drawing the scenario at the points of `draws`.
    """
    n = draws.n_variants
    values = {
        key: _quantiles(entry, None, n, f"parameters.{key}", {})
        if entry.fixed
        else draws.values[key]
        for key, entry in parameter_distributions(scenario).items()
    }
    prior = {
        name: _reset(name, actor, values, draws)
        for name, actor in scenario.actors.items()
        if actor.types
    }
    joint = None
    if scenario.joint is not None:
        rows = [row.p for row in scenario.joint]
        joint = _completed([_odds(p, values, n, "joint") for p in rows], "joint", "joint table")
    precision = draws.precision
    if scenario.solve.precision.fixed:
        precision = _quantiles(scenario.solve.precision, None, n, "solve.precision", values)
    return replace(draws, values=values, prior=prior, joint=joint, precision=precision)


def _reset(name: str, actor: Actor, values: Mapping[str, Array], draws: Draws) -> Array:
    """[T, V] an actor's prior where it is written in parameters, else as drawn."""
    held = draws.prior[name]
    if actor.prior is None or actor.prior.dirichlet is not None:
        return held
    rows: list[Array | None] = []
    path = f"actors.{name}.prior"
    for place, t in enumerate(actor.types):
        entry = actor.prior.by_type.get(t)
        if entry is not None and entry.value is not None:
            rows.append(_odds(entry.value, values, draws.n_variants, f"{path}.{t}"))
        else:
            rows.append(held[place])
    return _completed(rows, path, f"{name}'s types")


def _quantiles(
    entry: Distribution, u: Array | None, n: int, path: str, values: Mapping[str, Array]
) -> Array:
    kind = entry.kind
    if kind == "value":
        assert entry.value is not None
        return np.broadcast_to(number(entry.value, values, path), (n,)).astype(np.float64)
    assert u is not None
    if kind == "choice":
        assert entry.choice is not None
        levels = [{"on": 1.0, "off": 0.0}.get(k) for k in entry.choice]
        numbers = [
            level if level is not None else float(number(key, {}, path))
            for level, key in zip(levels, entry.choice, strict=True)
        ]
        odds = _completed([_odds(p, {}, 1, path) for p in entry.choice.values()], path, "choice")
        return distributions.discrete(u, numbers, [float(p) for p in odds[:, 0]])
    given: Sequence[str] = getattr(entry, kind)
    return distributions.CONTINUOUS[kind](u, *(float(number(x, {}, path)) for x in given))


def _odds(text: str, values: Mapping[str, Array], n: int, path: str) -> Array | None:
    """Odds by variant, or None for `rest`."""
    if text.strip() == "rest":
        return None
    return np.broadcast_to(number(text, values, path), (n,)).astype(np.float64)


def _completed(rows: list[Array | None], path: str, what: str) -> Array:
    """[rows, V] odds with `rest` filled in; raises where they can't sum to one."""
    known = [row for row in rows if row is not None]
    total = np.sum(known, axis=0) if known else np.zeros(1)
    missing = len(rows) - len(known)
    worst = int(np.argmax(np.abs(total - 1.0) if missing == 0 else total))
    wrong = (np.abs(total - 1.0) > _SUM_TOLERANCE) if missing == 0 else (total > 1 + _SUM_TOLERANCE)
    if missing > 1 or wrong.any() or any((row < 0).any() for row in known):
        raise ScenarioError(
            Problem(
                "odds-sum",
                f"the odds of {what} must lie between 0 and 1 and sum to 1",
                path=path,
                found=f"a sum of {float(total[worst]):.6g}"
                + (" and more than one `rest`" if missing > 1 else ""),
                expected="1, or less with one `rest`" if missing else "1",
            )
        )
    rest = np.maximum(1.0 - total, 0.0)
    shape = np.broadcast_shapes(*(row.shape for row in known), rest.shape)
    return np.stack([np.broadcast_to(rest if row is None else row, shape) for row in rows])


def _prior(
    name: str, actor: Actor, columns: Mapping[str, Array], values: Mapping[str, Array], n: int
) -> Array:
    """[T, V] prior odds of an actor's types, in the order of the scenario."""
    path = f"actors.{name}.prior"
    kinds = list(actor.types)
    if actor.prior is None:
        return np.full((len(kinds), n), 1.0 / len(kinds))
    if actor.prior.dirichlet is not None:
        # Independent gammas, normalized: one column a type, so that a hypercube stays one.
        weights = actor.prior.dirichlet
        heaps = np.stack(
            [
                distributions.gamma(columns[f"prior.{name}.{t}"], float(weights[t]))
                if t in weights
                else np.zeros(n)
                for t in kinds
            ]
        )
        return np.asarray(heaps / heaps.sum(axis=0))
    rows: list[Array | None] = []
    for t in kinds:
        entry = actor.prior.by_type.get(t)
        if entry is None:
            rows.append(np.zeros(n))
        elif entry.fixed and entry.value is not None and entry.value.strip() == "rest":
            rows.append(None)
        else:
            rows.append(
                _quantiles(entry, columns.get(f"prior.{name}.{t}"), n, f"{path}.{t}", values)
            )
    return _completed(rows, path, f"{name}'s types")
