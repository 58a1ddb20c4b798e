"""What a mediator is asked to bring about: names and words of an objective."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standoff.errors import Problem, ScenarioError, nearest
from standoff.infer.mediated import Aim, Crossroads

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Wanted:
    """An aim, in words."""

    aim: Aim
    objective: str
    words: str
    chosen: str  # how the endings were chosen


def wanted(
    place: Crossroads, objective: str, least: Sequence[str], known: Mapping[str, str]
) -> Wanted:
    """What `objective` means here. Raises `ScenarioError` for a name that means nothing."""
    compiled = place.inference.compiled
    endings = compiled.endings
    players = compiled.game.players
    kinds = [f"{actor}.{kind}" for actor, kind in place.sides if kind]
    options = ["peace", "joint", *players, *kinds]
    if objective not in options:
        raise ScenarioError(
            Problem(
                "no-objective", f"a mediator can't be asked for {objective!r}", found=objective,
                expected=", ".join(options), nearest=nearest(objective, options),
            )
        )  # fmt: skip
    if objective != "peace":
        if least:
            raise ScenarioError(
                Problem(
                    "two-objectives", "endings are made rare for the sake of peace, and nothing "
                    "else", found=f"--least and --objective {objective}",
                )
            )  # fmt: skip
        actor, _, kind = objective.partition(".")
        if objective == "joint":
            return Wanted(Aim(), objective, "the most for both sides together", "")
        whose = known.get(actor, actor)
        if kind:
            whose = f"{whose}, “{known.get(objective, kind)}”"
        return Wanted(Aim(actor=actor, type=kind), objective, f"the most for {whose}", "")
    for name in least:
        if name not in endings:
            raise ScenarioError(
                Problem(
                    "no-ending", f"there is no ending {name!r}", found=name,
                    expected=", ".join(endings), nearest=nearest(name, list(endings)),
                )
            )  # fmt: skip
    if least:
        chosen = tuple(dict.fromkeys(least))
        return Wanted(Aim(endings=chosen), objective, _rare(chosen, known), "named by the user")
    if len(place.possible()) < 2:  # no ending to avoid
        return Wanted(Aim(), "joint", "the most for both sides together", "")
    named = tuple(e for e in place.possible() if "war" in re.split("[_-]", e))
    chosen, why = (named, "endings named war") if named else worst(
        place.worth_of_endings(), endings
    )  # fmt: skip
    return Wanted(Aim(endings=chosen), objective, _rare(chosen, known), why)


def _rare(endings: Sequence[str], known: Mapping[str, str]) -> str:
    return "least risk of " + " or ".join(f"“{known.get(e, e)}”" for e in endings)


def worst(worth: Float, endings: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The fewest endings that both sides would rather see any other than, from their mean worth
    [endings, P] (NaN: can't be), and why; the one whose worse-off side minds it most where there
    are none.
    """
    able = np.flatnonzero(np.isfinite(worth).all(axis=1))
    first, second = (able[np.argsort(worth[able, p], kind="stable")] for p in range(2))
    for k in range(1, len(able)):
        if set(first[:k].tolist()) == set(second[:k].tolist()):
            names = tuple(endings[i] for i in sorted(first[:k].tolist()))
            return names, "both sides would rather see any other ending"
    joint = able[int(np.argmin(worth[able].sum(axis=1)))]
    return (endings[joint],), "worth least to both sides together: they rank the endings otherwise"
