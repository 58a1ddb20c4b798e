"""The chain from a scenario to something that can be asked: load, compile, draw, solve, infer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from standoff.progress import Progress
from standoff.scenario.models import Scenario
from standoff.shown import Shown
from standoff.variants.batch import Batch, solve_batch
from standoff.variants.points import Method

if TYPE_CHECKING:
    from standoff.compile.draws import Draws
    from standoff.infer.inference import Inference

Float = NDArray[np.float64]

Crisis = Path | str | Scenario
"""What may be assessed: a file, a folder, the id of a shipped crisis, or a scenario built here."""


@dataclass(eq=False)
class Chain(Shown):
    """A solved crisis, seen from a moment of its record."""

    batch: Batch
    as_of: dt.datetime | None
    _without_record: Inference | None = field(init=False, default=None)

    @property
    def scenario(self) -> Scenario:
        """The expanded scenario."""
        return self.batch.scenario

    @cached_property
    def inference(self) -> Inference:
        """What the record known at `as_of` says. Raises `Unfinished` where no variant was solved,
        and `ScenarioError` where the record can't have come about in any.
        """
        from standoff.assess.weightless import refuse_weightless

        solution = self.batch.solution
        refuse_weightless(self.sight, solution.solved, solution.advice)
        return self.sight

    @cached_property
    def sight(self) -> Inference:
        """The same, though the record may have no weight in any of these variants."""
        return self.at(self.as_of)

    def forget(self) -> None:
        """Let go of masses that can be worked out again."""
        if "sight" in self.__dict__:
            self.sight.forget()
        if self._without_record is not None:
            self._without_record.forget()

    def at(
        self, moment: dt.datetime | None, *, lenient: bool = False, whole_record: bool = False
    ) -> Inference:
        """What the record known at a moment says; solving does not depend on it. `lenient` reads
        a step on which the record is silent as unknown instead of raising; `whole_record` is the
        moment at which the last item happened, with everything known.
        """
        from standoff.infer.evidence import Evidence
        from standoff.infer.inference import Inference

        batch = self.batch
        evidence = Evidence(batch.compiled, moment, lenient=lenient, whole_record=whole_record)
        found = Inference(batch.compiled, batch.payload, batch.draws, batch.solution, evidence)
        # The mass without the record is the same at every moment: worked out once, shared by all.
        if self._without_record is None:
            self._without_record = found.prior
        found._prior = self._without_record.anchored(evidence.present)
        return found

    @cached_property
    def anchor(self) -> int:
        """The step from which a judgement's time words count: the present of the scenario's own
        `as_of`, the moment at which the audited note was written.
        """
        from standoff.infer.evidence import Evidence

        own = self.scenario.as_of
        return Evidence(self.batch.compiled, moment_of(self.scenario, own)).present

    @cached_property
    def drawn(self) -> dict[str, Float]:
        """Everything that differs between variants, by name: what an answer may hang on."""
        return drawn(self.scenario, self.batch.draws)


def about(ready: Chain, standard: str) -> dict[str, Any]:
    """What every report on a solved crisis says of where it comes from."""
    from standoff.infer.pooling import effective

    solution = ready.batch.solution
    return {
        "scenario": ready.scenario.id,
        "title": ready.scenario.title,
        "as_of": ready.as_of.isoformat() if ready.as_of else "",
        "standard": standard,
        "variants": len(solution.status),
        "failed": int((~solution.solved).sum()),
        "effective": effective(ready.inference.measure().total()),
        "seed": ready.batch.draws.seed,
    }


def drawn(scenario: Scenario, draws: Draws) -> dict[str, Float]:
    """Everything that differs between some draws, by name."""
    found = dict(draws.values)
    for actor, odds in draws.prior.items():
        kinds = list(scenario.actors[actor].types)
        found.update({f"prior.{actor}.{t}": row for t, row in zip(kinds, odds, strict=True)})
    found["precision"] = draws.precision
    return {name: values for name, values in found.items() if np.ptp(values) > 0}


def opened(source: Crisis, settings: Mapping[str, str] | None = None) -> Scenario:
    """The scenario, loaded and expanded, with its settings applied."""
    from standoff.scenario import expand, load
    from standoff.scenario.loading import apply_settings

    if not isinstance(source, Scenario):
        return load(source, settings=settings)
    expanded = expand(source)
    return apply_settings(expanded, settings) if settings else expanded


def moment_of(scenario: Scenario, text: str | None) -> dt.datetime | None:
    """A moment as text in the scenario's zone, a bare day meaning its end; None stays None."""
    from standoff.scenario.dates import calendar

    return None if text is None else calendar(scenario.clock).moment(text).cut


def chain(
    source: Crisis,
    *,
    as_of: str | None = None,
    variants: int = 200,
    seed: int = 0,
    method: Method = "lhs",
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Chain:
    """Load, compile, draw by a `method`, solve; what the record says is computed when asked for."""
    if progress is not None:
        progress.say("reading the scenario")
    scenario = opened(source, settings)
    moment = moment_of(scenario, as_of or scenario.as_of)
    batch = solve_batch(scenario, variants, seed, method=method, progress=progress)
    return Chain(batch, moment)
