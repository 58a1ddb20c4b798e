"""What rests on which passage, and whether the passage is still there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal

from standoff.assess.links_models import LinkPart, LinksPart, TargetPart
from standoff.scenario.names import record_ids
from standoff.scenario.roots import independent, roots
from standoff.scenario.supports import Support, by_id, covers, supports
from standoff.sources.anchoring import Selector
from standoff.sources.cited import Cited, CitedState, Found

if TYPE_CHECKING:
    from standoff.scenario.models import Scenario
    from standoff.scenario.source_models import Link
    from standoff.sources.library import Library

__all__ = ["found_at", "kind_of", "label_of", "links_of", "selector_of", "volume_of"]

MOST_WORDS = 8
"""Words of a document that any output repeats."""
_STATES: tuple[CitedState, ...] = ("ok", "moved", "lost", "unchecked")
Kind = Literal["record", "judgement", "parameter", "prior", "move", "question", "other"]
_KINDS: dict[str, Kind] = {
    "record": "record", "judgements": "judgement", "parameters": "parameter", "moves": "move",
    "questions": "question",
}  # fmt: skip


def links_of(
    scenario: Scenario, library: Library | None = None, items: Collection[str] | None = None
) -> LinksPart | None:
    """Every link and citation by what rests on it; None where nothing is cited.

    Of the record only `items` are told of, by id (those that were known at the moment of the note),
    or all where that is None.

    Without a library all are unchecked, and count as support. A link says more than an entry of a
    `source:` list: where a link of the same thing covers the passage that is cited, it alone
    counts.
    """
    every = [one for one in supports(scenario) if _is_told(one.owner, items)]
    if not every:
        return None
    cited = Cited(library)
    by_target: dict[str, list[tuple[Support, LinkPart]]] = {}
    counts: dict[bool, Counter[CitedState]] = {True: Counter(), False: Counter()}
    for one in sorted(every, key=lambda s: s.link < 0):  # links first; the order else stays
        part = _part(scenario, one, cited)
        counts[one.link >= 0][part.state] += 1
        known = by_target.setdefault(one.owner, [])
        if one.link < 0 and any(_says_more(other, one) for other, _ in known):
            continue
        known.append((one, part))
    known_roots = roots(scenario)
    order = {name: place for place, name in enumerate(_order(scenario))}
    last = len(order)
    targets = [
        _target(scenario, target, [part for _, part in passages], known_roots)
        for target, passages in by_target.items()
    ]
    return LinksPart(
        checked=library is not None and library.path.exists(),
        links={state: counts[True][state] for state in _STATES},
        citations={state: counts[False][state] for state in _STATES},
        targets=sorted(targets, key=lambda t: order.get(_head(t.target), last)),
    )


def _is_told(owner: str, items: Collection[str] | None) -> bool:
    key, _, name = owner.partition(".")
    return items is None or key != "record" or name in items


def selector_of(link: Link) -> Selector:
    """A link's words as a selector."""
    return Selector(
        exact=link.exact, prefix=link.prefix, suffix=link.suffix, start=link.start, end=link.end,
        position=link.position, text_hash=link.text_hash, reader=link.reader,
    )  # fmt: skip


def found_at(scenario: Scenario, link: Link, cited: Cited) -> Found:
    """Where the words of a link stand."""
    volume = volume_of(scenario, link.passage)
    return cited.words(link.passage, selector_of(link), volume, link.rendering)


def _part(scenario: Scenario, one: Support, cited: Cited) -> LinkPart:
    link = scenario.links[one.link] if one.link >= 0 else None
    if link is None:
        found = cited.place(one.passage, volume_of(scenario, one.passage))
    else:
        found = found_at(scenario, link, cited)
    return LinkPart(
        passage=one.passage,
        link=one.link if link is not None else None,
        state=found.state,
        score=found.score if found.state in ("ok", "moved") else None,
        place=found.place,
        why=found.why,
        words="" if link is None else _beginning(link.exact or link.start),
        mark="reported" if link is None else link.as_,
        grade=None if link is None else link.grade,
        supports=one.counts and found.state != "lost",
    )


def _says_more(link: Support, citation: Support) -> bool:
    """Whether a link speaks of the passage that a citation names, or of a part of it."""
    return link.link >= 0 and (
        covers(citation.passage, link.passage) or covers(link.passage, citation.passage)
    )


def _target(
    scenario: Scenario, target: str, passages: list[LinkPart], known_roots: Any
) -> TargetPart:
    supporting = [part.passage for part in passages if part.supports]
    return TargetPart(
        target=target,
        kind=kind_of(target),
        label=label_of(scenario, target),
        passages=passages,
        supporting=len(supporting),
        roots=len(independent(supporting, known_roots)),
        unsupported=not supporting,
    )


def kind_of(target: str) -> Kind:
    """What sort of thing a key path leads to."""
    names = target.split(".")
    if names[0] == "turns" and len(names) > 3 and names[2] in ("moves", "outcomes", "together"):
        return "move"
    if names[0] == "actors" and names[2:3] == ["prior"]:
        return "prior"
    return _KINDS.get(names[0], "other")


def label_of(scenario: Scenario, target: str) -> str:
    """The words of what rests on something: a statement's text, a parameter's label."""
    names = target.split(".")
    here: Any = scenario
    words = ""
    for name in names:
        here = _inside(scenario, here, name)
        if here is None:
            break
        own = getattr(here, "label", "") or getattr(here, "text", "") or getattr(here, "name", "")
        words = own if isinstance(own, str) and own else words
    return " ".join(words.split())


def _inside(scenario: Scenario, here: Any, name: str) -> Any:
    from standoff.scenario.key_paths import keys_in

    known = keys_in(here)
    if here is scenario.record:
        known |= dict(zip(record_ids(scenario), scenario.record, strict=True))
    return known.get(name)


def _order(scenario: Scenario) -> list[str]:
    """Two names deep, in the order of the scenario."""
    found = []
    for key in type(scenario).model_fields:
        value = getattr(scenario, key)
        if key == "record":
            found += [f"record.{name}" for name in record_ids(scenario)]
        elif isinstance(value, dict):
            found += [f"{key}.{name}" for name in value]
        elif isinstance(value, tuple):
            found += [by_id(scenario, f"{key}.{index}") for index in range(len(value))]
        else:
            found.append(key)
    return found


def _head(target: str) -> str:
    return ".".join(target.split(".")[:2])


def volume_of(scenario: Scenario, citation: str) -> str:
    """What a library calls the source of a citation, where the scenario says."""
    source = scenario.sources.get(citation.partition("#")[0])
    return source.volume if source is not None else ""


def _beginning(words: str) -> str:
    """The first few words."""
    all_words = words.split()
    more = "…" if len(all_words) > MOST_WORDS else ""
    return " ".join(all_words[:MOST_WORDS]) + more
