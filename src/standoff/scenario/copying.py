"""A scenario's files under another name: how a shipped crisis becomes one's own."""

from __future__ import annotations

from pathlib import Path

from standoff.errors import Problem, ScenarioError
from standoff.scenario.loading import locate
from standoff.scenario.reader import read
from standoff.scenario.template import new_scenario

__all__ = ["copied"]


def copied(source: Path | str, name: str) -> dict[str, str]:
    """File name -> text of the YAML files of a scenario, byte for byte but for its `id`.

    Raises `ScenarioError` where the source can't be read, or the name can be no scenario's.
    """
    new_scenario(name)  # refuses a bad name
    positions = read(locate(source)).positions
    own = positions.spans.get("id")
    if own is None:
        raise ScenarioError(Problem("missing-key", f"{source} has no id", expected="a scenario"))
    found = {}
    for path, text in positions.texts.items():
        whole = text.text
        if text is own.text:
            whole = f"{whole[: own.start]}{name}{whole[own.end :]}"
        found[Path(path).name] = whole
    return found
