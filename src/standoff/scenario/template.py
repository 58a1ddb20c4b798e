"""The scenario that `standoff new` writes: small, complete, and meant to be changed."""

from __future__ import annotations

import re
from importlib.resources import files

from standoff.errors import Problem, ScenarioError

__all__ = ["new_scenario"]


def new_scenario(name: str) -> str:
    """YAML of a first scenario with the id `name`. Raises `ScenarioError` on a bad name."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,79}", name):
        raise ScenarioError(
            Problem(
                "bad-name",
                "this can't be the name of a scenario",
                found=repr(name[:80]),
                expected="a letter, then letters, digits, - or _",
            )
        )
    text = (files("standoff.scenario") / "template.yaml").read_text("utf-8")
    return text.replace("NAME", name)
