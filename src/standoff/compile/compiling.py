"""`compile_scenario`: from a scenario to its game."""

from __future__ import annotations

from standoff.compile.compiled import Compiled
from standoff.compile.estimating import refuse_if_larger
from standoff.compile.game_of import compiled_from
from standoff.compile.rules import Rules
from standoff.compile.unroll import Unrolling
from standoff.progress import Progress
from standoff.scenario.expansion import expand
from standoff.scenario.models import Scenario
from standoff.scenario.names import Names


def compile_scenario(
    scenario: Scenario, *, limit: int | None = None, progress: Progress | None = None
) -> Compiled:
    """The game of a scenario, with everything needed to walk back to its lines.

    `limit` is the largest number of histories to build, types included (default: what fits in half
    of the free memory). Raises `ScenarioError` for what the compiler finds wrong, `TooLarge` past
    the limit.
    """
    expanded = expand(scenario)
    rules = Rules(expanded, Names(expanded))
    if not rules.players:
        raise rules.names.place("actors").fail(
            "no-player", "nobody chooses in this scenario", expected="an actor that is no nature"
        )
    size = refuse_if_larger(rules, limit, progress)
    tree = Unrolling(rules, progress, size.nodes)
    tree.run()
    return compiled_from(tree)
