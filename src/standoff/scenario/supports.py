"""What rests on which passage: every `source:` list and every link, by key path.

Key paths here name items of lists by their ids (`record.appeal`, `judgements.hope`,
`turns.letter.moves.wait`), as links do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from standoff.errors import Problem, ScenarioError, nearest
from standoff.scenario.annotations import keys_of
from standoff.scenario.check_context import parts
from standoff.scenario.models import Scenario
from standoff.scenario.names import record_ids
from standoff.scenario.positions import positions_of
from standoff.scenario.roots import SUPPORTS, document_of
from standoff.scenario.source_models import Link, Source

__all__ = ["Support", "covers", "fallen_sources", "named", "owner", "supports", "wanted"]

_LISTS = ("record", "judgements", "questions", "turns")
"""Keys whose lists hold things with ids."""


@dataclass(frozen=True)
class Support:
    """One passage on which one thing rests."""

    target: str  # key path, ids in place of numbers
    passage: str  # SOURCE#LOCATOR as it is written
    link: int  # place in `links`, -1 for an entry of a `source:` list
    counts: bool  # whether the words support it

    @property
    def owner(self) -> str:
        """What it belongs to: the record item, judgement or other part as a whole."""
        return owner(self.target)


def owner(target: str) -> str:
    """The part of a scenario that a key path leads into: `record.appeal` for anything in that
    item. How a judgement came out rests on passages of its own.
    """
    names = target.split(".")
    if names[0] == "judgements" and names[2:3] == ["resolved"]:
        return ".".join(names[:3])
    return ".".join(names[:2]) if names[0] in ("record", "judgements", "questions") else target


def by_id(scenario: Scenario, path: str) -> str:
    """A key path with ids in place of numbers, where its list has ids."""
    names = path.split(".")
    if names[0] in _LISTS and len(names) > 1:
        ids = ids_of(scenario, names[0])
        if names[1] not in ids and names[1].isdigit() and int(names[1]) < len(ids):
            names[1] = ids[int(names[1])]
    return ".".join(names)


def ids_of(scenario: Scenario, key: str) -> tuple[str, ...]:
    """The ids of the things in one of the scenario's lists, in order."""
    if key == "record":
        return record_ids(scenario)
    return tuple(str(each.id) for each in getattr(scenario, key))


def named(scenario: Scenario, target: str) -> object:
    """What a key path with ids leads to; None where it leads nowhere."""
    here: object = scenario
    for place, name in enumerate(target.split(".")):
        if isinstance(here, BaseModel):
            keys = {k.name: getattr(here, k.field) for k in keys_of(type(here)).values()}
            here = (keys | (here.model_extra or {})).get(name)
        elif isinstance(here, dict):
            here = here.get(name)
        elif isinstance(here, tuple):
            listed = target.partition(".")[0] in _LISTS and place == 1
            ids = ids_of(scenario, target.partition(".")[0]) if listed else ()
            index = ids.index(name) if name in ids else int(name) if name.isdigit() else -1
            here = here[index] if 0 <= index < len(here) else None
        else:
            return None
    return here


def covers(name: str, passage: str) -> bool:
    """Whether a passage stands in what a name means: a source, a document, a passage."""
    return (
        passage == name
        or passage.startswith(f"{name}/")
        or ("#" not in name and passage.partition("#")[0] == name)
    )


def cited(
    scenario: Scenario, *, written_out: bool = False
) -> Iterator[tuple[str, BaseModel, tuple[str, ...]]]:
    """Every part with a `source:` list that is not empty: key path, model, list. What `expand`
    wrote out is left to the place that it came from, unless it is asked for.
    """
    positions = positions_of(scenario)
    for path, model in parts(scenario):
        found = getattr(model, "source", ())
        if not found or isinstance(model, (Link, Source)):
            continue
        home = positions.written(f"{path}.source").split(".")[0]
        if written_out or home == path.split(".")[0]:
            yield path, model, tuple(found)


def supports(scenario: Scenario, *, written_out: bool = False) -> tuple[Support, ...]:
    """Everything that rests on a passage, `source:` lists first, in the order of the file; with
    `written_out` also in the places to which `expand` copied a list.

    A link says more than a `source:` entry: where links of a thing to a document only deny or
    deceive, its `source:` entries of that document don't support it either.
    """
    linked: dict[tuple[str, str], list[bool]] = {}
    links: list[Support] = []
    for index, link in enumerate(scenario.links):
        target = by_id(scenario, link.rests)
        counts = link.as_ in SUPPORTS
        links.append(Support(target, link.passage, index, counts))
        linked.setdefault((owner(target), document_of(link.passage)), []).append(counts)
    found = []
    for path, _, passages in cited(scenario, written_out=written_out):
        target = by_id(scenario, path)
        for passage in passages:
            said = linked.get((owner(target), document_of(passage)), [True])
            found.append(Support(target, passage, -1, any(said)))
    return (*found, *links)


def wanted(scenario: Scenario, names: Iterable[str]) -> tuple[str, ...]:
    """Documents and sources as the scenario cites them: a volume's name gives way to the key of
    its source. Raises `ScenarioError` where nothing cites one.
    """
    held = supports(scenario)
    every = sorted({document_of(s.passage) for s in held} | set(scenario.sources))
    found: list[str] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        source, mark, locator = name.partition("#")
        keys = [k for k, s in scenario.sources.items() if k == source or s.volume == source]
        known = [f"{key}{mark}{locator}" for key in keys]
        known = [
            k for k in known if k in scenario.sources or any(covers(k, e) or k == e for e in every)
            or any(covers(k, s.passage) for s in held)
        ]  # fmt: skip
        if known:
            found += known
            continue
        problems.append(
            Problem(
                "not-cited",
                f"nothing in the scenario rests on {name!r}",
                found=name,
                expected="a document that it cites, or a key of `sources:`",
                nearest=nearest(name, every),
            )
        )
    if problems:
        raise ScenarioError(problems)
    return tuple(dict.fromkeys(found))


def fallen_sources(
    sources: dict[str, Source], dropped: Iterable[str], *, keep: Iterable[str] = ()
) -> tuple[str, ...]:
    """The sources that fall with what is dropped: themselves, other renderings of one that falls,
    and whatever derives from such alone. `keep` stand whatever they derive from.
    """
    names = set(dropped)
    fallen = {key for key in sources if key in names}
    spared = set(keep)
    while True:
        gone = names | fallen
        more = {
            key
            for key, source in sources.items()
            if key not in fallen | spared
            and (
                source.rendering_of in fallen
                or (
                    bool(source.derives_from)
                    and all(any(covers(n, of) for n in gone) for of in source.derives_from)
                )
            )
        }
        if not more:
            return tuple(key for key in sources if key in fallen)
        fallen |= more
