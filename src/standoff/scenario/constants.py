"""Numbers written as expressions: `1/3`, `0.2`, or an expression over parameters already drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError, nearest


def number(text: str, values: Mapping[str, NDArray[np.float64]], path: str) -> Any:
    """The value of a number, or of an expression over the named `values` (arrays over variants).

    Raises `ScenarioError` at `path` where it is neither, or not finite.
    """
    try:
        plain = float(text)
    except ValueError:
        pass
    else:
        return _finite(plain, text, path)
    from standoff.scenario.expressions import Name, evaluate, parse

    def lookup(leaf: Any) -> NDArray[np.float64]:
        name = leaf.text if isinstance(leaf, Name) else str(leaf)
        if name not in values:
            raise ScenarioError(
                Problem(
                    "unknown-name",
                    "only numbers and parameters may stand here",
                    path=path,
                    found=name,
                    nearest=nearest(name, values),
                )
            )
        return values[name]

    found = evaluate(parse(text), lookup)
    return _finite(found, text, path)


def _finite(value: Any, text: str, path: str) -> Any:
    if not np.isfinite(value).all():
        raise ScenarioError(Problem("not-finite", "a number must be finite", path=path, found=text))
    return value
