"""Everything that can be set, with the range that a slider should have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from standoff.compile.drawn import from_columns, parameter_distributions, uncertain_columns
from standoff.compile.draws import Draws
from standoff.progress import Progress
from standoff.scenario.models import Distribution, ParameterByType, Scenario
from standoff.scenario.names import Names
from standoff.scenario.setting_priors import PRECISION
from standoff.web.models import ParameterList, ParameterPart
from standoff.web.warm import Base, Warm

_EDGE = 1e-3
"""A slider runs from this quantile to its counterpart, where the distribution has no ends."""


def parameters(
    warm: Warm, files: Mapping[str, str], progress: Progress | None = None
) -> ParameterList:
    """Parameters, priors of types and the precision, in the scenario's order."""
    base = warm.base(files, progress)
    scenario = base.scenario
    keys = uncertain_columns(scenario)
    at = {q: _drawn(scenario, keys, q) for q in (_EDGE, 0.5, 1.0 - _EDGE)}
    found = list(_parameters(base, at))
    found += _priors(scenario, at[0.5])
    found.append(_precision(scenario, at))
    return ParameterList(parameters=found)


def _drawn(scenario: Scenario, keys: list[str], quantile: float) -> Draws:
    """One draw with all parameters at a quantile; priors at their medians, since odds of types
    pushed the same way need not sum to one.
    """
    own = set(parameter_distributions(scenario)) | {PRECISION}
    columns = {k: np.array([quantile if k in own else 0.5]) for k in keys}
    try:
        return from_columns(scenario, columns, 1, 0)
    except ValueError:
        raise
    except Exception:
        # A prior written in parameters may leave the unit interval at their ends.
        middle = {k: np.array([0.5]) for k in keys}
        return from_columns(scenario, middle, 1, 0)


def _parameters(base: Base, at: Mapping[float, Draws]) -> Iterator[ParameterPart]:
    scenario = base.scenario
    names = Names(scenario)
    for key, entry in parameter_distributions(scenario).items():
        name = key.partition(".")[0]
        model = scenario.parameters[name]
        shared = model.label if isinstance(model, ParameterByType) else ""
        kind = key.partition(".")[2]
        label = entry.label or shared or name.replace("_", " ")
        if kind:
            by = names.parameters[name].by
            words = scenario.actors[by].types[kind].label if by in scenario.actors else ""
            label = f"{label} ({words or kind})"
        median = float(at[0.5].values[key][0])
        low, high = _ends(entry, *(float(at[q].values[key][0]) for q in (_EDGE, 1.0 - _EDGE)))
        yield ParameterPart(
            key=key,
            label=label,
            kind="parameter",
            group=name,
            distribution=_words(entry),
            low=low,
            high=high,
            median=median,
            fixed=entry.fixed,
            structural=entry.fixed and name in base.structural,
            because=entry.because,
            source=[str(s) for s in entry.source],
            because_path=f"parameters.{key}",
        )


def _priors(scenario: Scenario, middle: Draws) -> list[ParameterPart]:
    found = []
    for name, actor in scenario.actors.items():
        if len(actor.types) < 2:
            continue
        odds = middle.prior[name][:, 0]
        if middle.joint is not None and scenario.joint is not None:
            rows = middle.joint[:, 0]
            known = [row.types.get(name) for row in scenario.joint]
            if any(known):
                odds = np.array(
                    [sum(p for p, t in zip(rows, known, strict=True) if t == k)
                     for k in actor.types]
                )  # fmt: skip
        for place, (kind, about) in enumerate(actor.types.items()):
            entry = actor.prior.by_type.get(kind) if actor.prior is not None else None
            found.append(
                ParameterPart(
                    key=f"prior.{name}.{kind}",
                    label=f"{actor.name or name}: {about.label or kind}",
                    kind="prior",
                    group=f"prior.{name}",
                    distribution=_words(entry) if entry is not None else "",
                    low=0.01,
                    high=0.99,
                    median=float(odds[place]),
                    fixed=entry is None or entry.fixed,
                    structural=False,
                    because=actor.prior.because if actor.prior is not None else "",
                    source=[str(s) for s in actor.prior.source] if actor.prior is not None else [],
                    because_path=f"actors.{name}.prior",
                )
            )
    return found


def _precision(scenario: Scenario, at: Mapping[float, Draws]) -> ParameterPart:
    entry = scenario.solve.precision
    low, median, high = (float(at[q].precision[0]) for q in (_EDGE, 0.5, 1.0 - _EDGE))
    return ParameterPart(
        key=PRECISION,
        label="how seldom mistakes are made (precision)",
        kind="precision",
        group=PRECISION,
        distribution=_words(entry),
        low=min(0.5, low / 2),
        high=1.5 * high,
        median=median,
        fixed=entry.fixed,
        structural=False,
        because=entry.because,
        source=[str(s) for s in entry.source],
        because_path="solve.precision",
    )


def _ends(entry: Distribution, low: float, high: float) -> tuple[float, float]:
    """Where a slider begins and ends."""
    if entry.fixed or entry.kind == "value":
        if low in (0.0, 1.0):
            return 0.0, 1.0
        return (min(0.0, 2 * low), max(0.0, 2 * low))
    if entry.kind == "choice":
        return min(low, high, 0.0), max(low, high, 1.0)
    if entry.kind in ("uniform", "triangular", "pert"):
        ends = getattr(entry, entry.kind)
        try:
            return float(ends[0]), float(ends[-1])
        except ValueError:  # an end that is an expression
            return low, high
    return low, high


def _words(entry: Distribution) -> str:
    """A distribution as it is written."""
    held = getattr(entry, entry.kind, None)
    if isinstance(held, dict):
        return f"{entry.kind} " + ", ".join(f"{k}: {v}" for k, v in held.items())
    if isinstance(held, tuple):
        return f"{entry.kind} " + ", ".join(str(v) for v in held)
    return str(held) if held is not None else entry.kind
