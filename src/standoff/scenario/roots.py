"""What comes from one root counts once.

A source that was made from others (`derives_from`), or that renders another (`rendering_of`), has
their roots; one that was made from nothing is its own. A volume is no root: of a citation
`frus1961-63v06#d65/p24` it is the document, `frus1961-63v06#d65`, and two documents of one volume
are two. Two citations are independent where they share no root.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p

from standoff.errors import Problem, ScenarioError
from standoff.scenario.models import Scenario
from standoff.scenario.names import record_ids
from standoff.scenario.positions import positions_of

__all__ = [
    "SUPPORTS",
    "Piece",
    "document_of",
    "independent",
    "pieces",
    "root_problems",
    "roots",
    "roots_of",
    "share_a_root",
]

SUPPORTS = ("reported", "inferred")
"""What words must do (`as:`) to support what rests on them. A denial supports nothing, and speaks
against nothing either: the guilty and the innocent deny alike."""
EXACT = 16
"""Citations that share roots among which the best independent ones are found by trying all."""
_DOCUMENT = re.compile(r"d\d+[A-Za-z]?")
Roots = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Piece:
    """One citation or link that something rests on."""

    citation: str
    """`SOURCE#LOCATOR`"""
    path: str
    """Its key path: `record.3.source.0`, `links.2`."""
    grade: str | None = None
    """`B2`, where a link gives one."""
    as_: str = "reported"
    """What the words do."""

    @property
    def supports(self) -> bool:
        """Whether it speaks for what rests on it."""
        return self.as_ in SUPPORTS


def document_of(citation: str) -> str:
    """The document that is cited: `volume#d65` of `volume#d65/p24`; else the source itself."""
    source, _, locator = citation.partition("#")
    first = locator.partition("/")[0]
    return f"{source}#{first}" if _DOCUMENT.fullmatch(first) else source


def roots(scenario: Scenario) -> dict[str, frozenset[str]]:
    """Source -> the sources or documents that it all comes from, itself where it comes from none.

    Raises `ScenarioError`, with the place, where a source would be made from itself.
    """
    problems = list(root_problems(scenario))
    if problems:
        raise ScenarioError(problems)
    found: dict[str, frozenset[str]] = {}
    for start in scenario.sources:
        stack = [start]
        while stack:
            name = stack[-1]
            made_from = [parent for parent, _ in _parents(scenario, name)]
            open_ = [p for p in map(_source, made_from) if p in scenario.sources and p not in found]
            if open_:
                stack += open_
                continue
            stack.pop()
            each = (_rooted(scenario, found, parent) for parent in made_from)
            found[name] = frozenset().union(*each) if made_from else frozenset({name})
    return {name: found[name] for name in scenario.sources}


def roots_of(roots: Roots, citation: str) -> frozenset[str]:
    """The roots of what a citation names."""
    own = roots.get(_source(citation))
    if own is None or own == {_source(citation)}:
        return frozenset({document_of(citation)})
    return own


def share_a_root(first: frozenset[str], second: frozenset[str]) -> bool:
    """Whether two sets of roots have one in common. A whole volume holds its documents."""
    return any(a == b or _source(a) == b or a == _source(b) for a in first for b in second)


def root_problems(scenario: Scenario) -> Iterator[Problem]:
    """Sources that would be made from themselves: one problem for each circle."""
    done: set[str] = set()
    for start in scenario.sources:
        path: list[str] = []
        rest = [_steps(scenario, start)]
        if start in done:
            continue
        path.append(start)
        while path:
            step = next(rest[-1], None)
            if step is None:
                done.add(path.pop())
                rest.pop()
                continue
            parent, where = step
            if parent in path:
                circle = [*path[path.index(parent) :], parent]
                yield positions_of(scenario).problem(Problem(
                    "source-circle",
                    f"the source {parent!r} would be made from itself",
                    path=where,
                    found=" from ".join(circle),
                    expected="sources that were there before it",
                ))  # fmt: skip
            elif parent in scenario.sources and parent not in done:
                path.append(parent)
                rest.append(_steps(scenario, parent))


def pieces(scenario: Scenario) -> dict[int, list[Piece]]:
    """Record item (by place) -> the citations and links that it rests on, citations first. A link
    means the item as a whole by its name (`record.appeal`) or by its place (`record.3`).
    """
    found: dict[int, list[Piece]] = {
        index: [
            Piece(text, f"record.{index}.source.{place}")
            for place, text in enumerate(item.source)
        ]
        for index, item in enumerate(scenario.record)
    }  # fmt: skip
    place_of = {f"record.{index}": index for index in found}
    place_of |= {f"record.{name}": index for index, name in enumerate(record_ids(scenario))}
    for number, link in enumerate(scenario.links):
        index = place_of.get(link.rests)
        if index is not None:
            piece = Piece(link.passage, f"links.{number}", link.grade, link.as_)
            found[index].append(piece)
    return found


@dataclass
class _Choice:
    """The independent set with the largest sum of weights, by taking and leaving in turn."""

    weight: Sequence[float]
    clash: Mapping[int, frozenset[int]]
    best: tuple[int, ...] = ()
    sum: float = field(default=-1.0)

    def go(self, left: tuple[int, ...], taken: tuple[int, ...], total: float) -> None:
        if total + sum(self.weight[i] for i in left) <= self.sum:
            return
        if not left:
            self.best, self.sum = taken, total
            return
        first, *others = left
        rest = tuple(i for i in others if i not in self.clash[first])
        self.go(rest, (*taken, first), total + self.weight[first])
        if len(rest) < len(others):
            self.go(tuple(others), taken, total)


def independent(
    citations: Sequence[str], roots: Roots, worth: Sequence[float] | None = None
) -> tuple[tuple[int, ...], ...]:
    """Places of `citations` in groups that count once each: first the one that counts, then those
    that share a root with it.

    Those that count share no root, and say the most together: with odds `worth` that each is right
    (all alike where not given), ``1 - prod(1 - worth)`` is as large as it can be.
    """
    own = [roots_of(roots, text) for text in citations]
    odds = [0.5] * len(own) if worth is None else list(worth)
    rank = {
        i: place for place, i in enumerate(sorted(range(len(own)), key=lambda i: (-odds[i], i)))
    }
    alike: dict[frozenset[str], int] = {}  # of those with the very same roots, the best
    for i in rank:
        alike.setdefault(own[i], i)
    distinct = list(alike.values())
    clash = _clashes({i: own[i] for i in distinct})
    taken = {i for i in distinct if not clash[i]}
    tied = [i for i in distinct if clash[i]]
    if len(tied) <= EXACT:
        # A bare hope of 1e-9 for what is surely false: more of equal worth are preferred.
        choice = _Choice([-log1p(-min(w, 1 - 1e-12)) + 1e-9 for w in odds], clash)
        choice.go(tuple(tied), (), 0.0)
        taken.update(choice.best)
    else:  # too many to try all: the best first, then what shares no root with those before
        for i in tied:
            if not clash[i] & taken:
                taken.add(i)
    groups = {head: [head] for head in sorted(taken, key=rank.__getitem__)}
    for i in range(len(own)):
        if i not in groups:
            same = alike[own[i]]
            near = {same} if same in taken else clash[same] & taken
            groups[min(near, key=rank.__getitem__)].append(i)
    return tuple(tuple(group) for group in groups.values())


def _clashes(own: Mapping[int, frozenset[str]]) -> dict[int, frozenset[int]]:
    """For each set of roots the others that share one (see `share_a_root`)."""
    having: dict[str, list[int]] = {}
    within: dict[str, list[int]] = {}
    for i, each in own.items():
        for root in each:
            having.setdefault(root, []).append(i)
            within.setdefault(_source(root), []).append(i)
    found = {}
    for i, each in own.items():
        near: set[int] = set()
        for root in each:
            near.update(within[root] if root == _source(root) else having[root])
            near.update(having.get(_source(root), ()))
        found[i] = frozenset(near - {i})
    return found


def _source(citation: str) -> str:
    return citation.partition("#")[0]


def _rooted(scenario: Scenario, found: Roots, parent: str) -> frozenset[str]:
    if _source(parent) in scenario.sources:
        return roots_of(found, parent)
    return frozenset({document_of(parent)})  # an unknown source; `check` says so


def _parents(scenario: Scenario, name: str) -> Iterator[tuple[str, str]]:
    """What a source was made from, with the key path that says so."""
    model = scenario.sources[name]
    for place, parent in enumerate(model.derives_from):
        yield parent, f"sources.{name}.derives_from.{place}"
    if model.rendering_of is not None:
        yield model.rendering_of, f"sources.{name}.rendering_of"


def _steps(scenario: Scenario, name: str) -> Iterator[tuple[str, str]]:
    return ((_source(parent), where) for parent, where in _parents(scenario, name))
