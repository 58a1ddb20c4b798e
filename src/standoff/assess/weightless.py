"""A record that no variant could have produced: said with the item that did it, not as a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from standoff.errors import ScenarioError, Unfinished
from standoff.infer.record import problem

if TYPE_CHECKING:
    from standoff.infer.inference import Inference

__all__ = ["refuse_weightless"]


def refuse_weightless(inference: Inference, solved: NDArray[np.bool_], advice: str) -> None:
    """Raise `Unfinished` where no variant was solved and there are secrets to judge; and
    `ScenarioError`, at the item to blame, where the record has odds of zero in every solved one.
    """
    if not solved.any():
        if not any(actor.types for actor in inference.compiled.scenario.actors.values()):
            return  # there is no belief to give: the assessment shows what is left and says why
        count = len(solved)
        which = "the only variant" if count == 1 else f"any of the {count} variants"
        raise Unfinished(f"the solver found no equilibrium of {which}. {advice}".strip())
    if float(np.sum(inference.measure().total())) > 0:
        return
    path = _culprit(inference)
    raise ScenarioError(
        problem(
            inference.compiled.scenario,
            "record-impossible",
            "the record could not have come about: after this it has odds of zero in every variant"
            if path != "record"
            else "the record could not have come about: it has odds of zero, or "
            "too small to be told from it, in every variant",
            path,
            expected="items that some history with odds above zero explains",
        )
    )


def _culprit(inference: Inference) -> str:
    """Key path of the first report or absence that leaves nothing; `record` where none does."""
    for reading in inference.evidence.readings:
        nodes, mass = inference.standing(reading.step, before=reading.placed.index)
        case = reading.case[np.searchsorted(reading.nodes, nodes)]
        if mass.sum() > 0 and not (mass * reading.table(inference.draws)[case]).sum() > 0:
            return reading.placed.path
    return "record"
