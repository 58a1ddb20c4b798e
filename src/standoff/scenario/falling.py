"""A scenario without some documents, and what falls with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from standoff.scenario.editing import edited
from standoff.scenario.forgetting import asks_of, without
from standoff.scenario.grades import without_lost_grades
from standoff.scenario.models import Scenario
from standoff.scenario.names import record_ids
from standoff.scenario.positions import attach, positions_of
from standoff.scenario.source_models import Source
from standoff.scenario.supports import Support, covers, fallen_sources, supports, wanted

__all__ = ["Fallen", "fallen", "without_sources"]


@dataclass(frozen=True)
class Fallen:
    """What falls with some documents. Key paths name items of lists by their ids."""

    dropped: tuple[str, ...]
    """The documents and sources that were dropped, as the scenario cites them."""
    sources: tuple[str, ...]
    """Keys of the sources that fall whole: dropped, or derived from nothing else."""
    forgotten: tuple[str, ...]
    """Ids of record items that rested on nothing else."""
    thinner: tuple[str, ...]
    """Ids of record items that stay on other sources."""
    unsupported: tuple[str, ...]
    """Judgements, parameters, priors, moves and other parts that rested on nothing else."""
    weakened: tuple[str, ...]
    """Those that rest on other sources as well."""
    unanswerable: tuple[str, ...]
    """Judgements and questions that ask about a record item that is forgotten."""
    links: int
    """Links that go."""


def fallen(scenario: Scenario, documents: Iterable[str]) -> Fallen:
    """What would fall with some documents (`frus1961-63v06#d65`) or whole sources (their keys, or
    the volumes that they are). Raises `ScenarioError` where nothing rests on one.
    """
    dropped = wanted(scenario, documents)
    sources = fallen_sources(scenario.sources, dropped)
    return _fallen(scenario, dropped, sources, supports(scenario))


def _fallen(
    scenario: Scenario, dropped: tuple[str, ...], sources: tuple[str, ...],
    every: tuple[Support, ...],
) -> Fallen:  # fmt: skip
    names = (*dropped, *sources)
    by_owner: dict[str, list[Support]] = {}
    for support in every:
        by_owner.setdefault(support.owner, []).append(support)
    lost: list[str] = []
    less: list[str] = []
    for target, held in by_owner.items():
        good = [s for s in held if s.counts]
        left = [s for s in good if not any(covers(n, s.passage) for n in names)]
        if good and not left:
            lost.append(target)
        elif len(left) < len(good):
            less.append(target)
    ids = set(record_ids(scenario))

    def items(targets: list[str]) -> list[str]:
        named = [t.removeprefix("record.") for t in targets if t.startswith("record.")]
        return [name for name in named if name in ids]

    forgotten = items(lost)
    asking = set(forgotten)
    return Fallen(
        dropped=dropped,
        sources=sources,
        forgotten=tuple(forgotten),
        thinner=tuple(items(less)),
        unsupported=tuple(t for t in lost if not t.startswith("record.")),
        weakened=tuple(t for t in less if not t.startswith("record.")),
        unanswerable=tuple(
            [j.id for j in scenario.judgements if asks_of(j.claim, asking)]
            + [q.id for q in scenario.questions if asks_of(q.ask, asking)]
        ),
        links=sum(any(covers(n, link.passage) for n in names) for link in scenario.links),
    )


def without_sources(scenario: Scenario, documents: Iterable[str]) -> tuple[Scenario, Fallen]:
    """The scenario without some documents, and what fell with them.

    Citations of them and links to them go; record items that rested on nothing else are forgotten;
    items that rest on other sources too stay as these leave them. Numbers of parameters stay.
    """
    dropped = wanted(scenario, documents)
    sources = fallen_sources(scenario.sources, dropped)
    found = _fallen(scenario, dropped, sources, supports(scenario))
    left = without(uncited(scenario, (*dropped, *sources)), found.forgotten)
    return without_lost_grades(scenario, left), found


def uncited(scenario: Scenario, names: tuple[str, ...]) -> Scenario:
    """The scenario without citations of some documents and sources, links to them, and the sources
    that nothing cites any more.
    """

    def keeps(passage: str) -> bool:
        return not any(covers(name, passage) for name in names)

    def edit(path: str, model: BaseModel) -> BaseModel:
        field = "derives_from" if isinstance(model, Source) else "source"
        held = getattr(model, field, ())
        left = tuple(passage for passage in held if keeps(passage))
        update: dict[str, Any] = {} if left == held else {field: left}
        if isinstance(model, Source) and model.rendering_of in names:
            update["rendering_of"] = None
        return model.model_copy(update=update) if update else model

    links = [i for i, link in enumerate(scenario.links) if keeps(link.passage)]
    out = scenario.model_copy(update={"links": tuple(scenario.links[i] for i in links)})
    before = {s.passage.partition("#")[0] for s in supports(scenario)}
    out = edited(out, edit)
    after = {s.passage.partition("#")[0] for s in supports(out)}
    for source in out.sources.values():
        after |= {of.partition("#")[0] for of in (*source.derives_from, source.rendering_of or "")}
    kept = {
        key: s for key, s in out.sources.items()
        if key not in names and (key in after or key not in before)
    }  # fmt: skip
    out = out.model_copy(update={"sources": kept})
    paths = {f"links.{new}": f"links.{old}" for new, old in enumerate(links)}
    return attach(out, positions_of(scenario).with_origins(paths))
