"""What two views assume, in words: labels, values, shares by parameter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from standoff.assess.crux_models import CruxGroup, CruxShare
from standoff.assess.labels import assumption_label
from standoff.compile.draws import Draws
from standoff.scenario.models import ParameterByType, Scenario
from standoff.variants.mixing import Item

Float = NDArray[np.float64]


class Values:
    """What the assumptions are in either view, in words."""

    def __init__(self, scenario: Scenario, known: dict[str, str], one: Draws, other: Draws) -> None:
        self.scenario, self.known, self.draws = scenario, known, (one, other)

    def label(self, item: Item) -> str:
        """What is assumed."""
        if item.keys == ("joint",):
            return "odds of the types together"
        return " and ".join(assumption_label(self.scenario, self.known, k) for k in item.keys)

    def text(self, item: Item, which: int) -> str:
        """What it is in the first (0) or the second view (1)."""
        return "; ".join(self._one(key, self.draws[which]) for key in item.keys)

    def _one(self, key: str, draws: Draws) -> str:
        first, _, rest = key.partition(".")
        if key in draws.values:
            return _span(draws.values[key])
        if key == "precision":
            return _span(draws.precision)
        if key == "joint" and draws.joint is not None:
            return ", ".join(_span(row) for row in draws.joint)
        assert first == "prior"
        kinds = self.scenario.actors[rest].types
        return ", ".join(
            f"{held.label or kind} {_span(row)}"
            for (kind, held), row in zip(kinds.items(), draws.prior[rest], strict=True)
        )


def _span(values: Float) -> str:
    """A number, or the median of several with the 5th and 95th percentile."""
    low, middle, high = (float(q) for q in np.quantile(values, [0.05, 0.5, 0.95]))
    if low == high:
        return _number(middle)
    return f"{_number(middle)} ({_number(low)} to {_number(high)})"


def _number(value: float) -> str:
    """Three digits, with a true minus sign."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def groups(
    scenario: Scenario, known: dict[str, str], shares: Sequence[CruxShare]
) -> list[CruxGroup]:
    """Parameters that differ for several types, with their shares together."""
    heap: dict[str, list[float]] = {}
    for each in shares:
        name, dot, _ = each.id.partition(".")
        held = scenario.parameters.get(name)
        if dot and "+" not in each.id and isinstance(held, ParameterByType):
            heap.setdefault(name, []).append(each.share)
    found = [
        CruxGroup(parameter=name, label=known.get(name) or name, share=float(sum(each)))
        for name, each in heap.items()
        if len(each) > 1
    ]
    return sorted(found, key=lambda g: (-round(abs(g.share), 12), g.parameter))
