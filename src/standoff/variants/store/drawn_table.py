"""What was drawn, as the table of a run that exports set beside the answers."""

from __future__ import annotations

import numpy as np

from standoff.compile.draws import Draws
from standoff.scenario.models import Scenario
from standoff.variants.columns import Columns

DRAWS = "draws"
"""Name of the table."""


def drawn_table(draws: Draws, scenario: Scenario) -> Columns:
    """A column [V] for each parameter (``name``, ``name.type``), for the odds of each type
    (``prior.actor.type``) or row of the joint table (``joint.row``), and for the precision. The
    fixed ones are left out: they are in the scenario.
    """
    found: Columns = dict(draws.values)
    for actor, odds in draws.prior.items():
        kinds = list(scenario.actors[actor].types)
        found.update({f"prior.{actor}.{t}": row for t, row in zip(kinds, odds, strict=True)})
    if draws.joint is not None:
        found.update({f"joint.{i}": row for i, row in enumerate(draws.joint)})
    found["precision"] = draws.precision
    fixed = set(_fixed(found)) - {"precision"}  # which keeps the number of rows
    return {name: column for name, column in found.items() if name not in fixed}


def _fixed(columns: Columns) -> list[str]:
    return [name for name, column in columns.items() if len(column) and np.ptp(column) == 0]
