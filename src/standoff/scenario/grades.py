"""How good a source is: grades as parameters, and what they make of an item of the record.

A grade is a letter for the source (A to E, F can't be judged) and a figure for what it says (1 to
5, 6 can't be judged), after the scale that NATO and British services use. Here each pair is an
uncertain parameter, `grade_B2`: the odds that what was said is tied to what happened. If it isn't,
any move open there was done, evenly; so low odds make an item say nothing, never the opposite.

That people read the scale like this is partly known and partly assumed. Known: readers go by the
figure more than by the letter (keys `samet1975`, `icard2024`), and judge a pair alike again where
the two about agree (key `kelly2025`). Assumed: the numbers themselves, which `grades:` replaces.
There is one number for each letter and one for each figure; a pair's middle is the mean of their
log odds, the figure counting double, and its range is wider the further the two lie apart. What
can't be judged is left out (A6 rests on the source alone, F1 on the content), at twice the width;
F6 is wide, and says next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log

from standoff.errors import ScenarioError
from standoff.scenario.models import Distribution, Scenario
from standoff.scenario.positions import attach, positions_of
from standoff.scenario.roots import Piece, independent, pieces, roots

__all__ = [
    "CREDIBILITY",
    "RELIABILITY",
    "Trust",
    "distribution_of",
    "grade_words",
    "graded",
    "graded_with",
    "parameter",
    "trusts",
    "usual",
    "without_lost_grades",
]  # fmt: skip

RELIABILITY = {
    "A": "a completely reliable source",
    "B": "a usually reliable source",
    "C": "a fairly reliable source",
    "D": "a source that is not usually reliable",
    "E": "an unreliable source",
    "F": "a source that can't be judged",
}
CREDIBILITY = {
    "1": "confirmed by others",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "whose truth can't be judged",
}
_LETTER = {"A": 0.95, "B": 0.80, "C": 0.60, "D": 0.35, "E": 0.15}
_FIGURE = {"1": 0.95, "2": 0.80, "3": 0.55, "4": 0.25, "5": 0.08}
FIGURE_SHARE = 2 / 3
"""How much of a pair's log odds is the figure's (assumed; that it leads is known)."""
WIDTH = 0.6
"""Half the range of a pair whose letter and figure agree, in log odds."""
SPREAD = 0.35
"""How much wider for each unit of log odds by which the two lie apart."""
_NAMED = re.compile(r"\bgrade_([A-F][1-6])\b")
MOST = 12
"""How many independent roots count, the best first: more could not be told from these."""
UNKNOWN = ("0.01", "0.05", "0.8")
"""F6 as [low, mode, high]."""


@dataclass(frozen=True)
class Trust:
    """How likely it is that a record item is right."""

    odds: str
    """A number, or an expression over parameters."""
    path: str
    """Key path of what says so: the item's own `reliability`, or the first link that grades it."""
    grades: tuple[str, ...] = ()
    """The pairs that count, the best of each root; empty where no grade does."""


@cache
def usual(pair: str) -> Distribution:
    """The distribution of a pair where the scenario has none of its own."""
    because = f"{grade_words(pair)}: how the scale is commonly read, in numbers that are assumed"
    label = f"odds that a source graded {pair} is right"
    if pair == "F6":
        return Distribution(pert=UNKNOWN, because=because, label=label)
    letter, figure = _LETTER.get(pair[0]), _FIGURE.get(pair[1])
    given = [_logit(p) for p in (letter, figure) if p is not None]
    if letter is not None and figure is not None:
        middle = (1 - FIGURE_SHARE) * given[0] + FIGURE_SHARE * given[1]
        half = WIDTH + SPREAD * abs(given[0] - given[1])
    else:
        (middle,) = given
        half = 2 * WIDTH
    three = (_odds(middle - half), _odds(middle), _odds(middle + half))
    return Distribution(pert=three, because=because, label=label)


def distribution_of(scenario: Scenario, pair: str) -> Distribution:
    """A pair's distribution: the scenario's own where it has one."""
    own = scenario.grades.get(pair)
    if own is None:
        return usual(pair)
    return own if own.label else own.model_copy(update={"label": usual(pair).label})


def parameter(pair: str) -> str:
    """The name of a pair's parameter."""
    return f"grade_{pair}"


def grade_words(pair: str) -> str:
    """What a pair says, in words: "a usually reliable source, probably true"."""
    return f"{RELIABILITY[pair[0]]}, {CREDIBILITY[pair[1]]}"


def trusts(scenario: Scenario) -> tuple[Trust, ...]:
    """For each record item, in order, how likely it is to be right.

    The item's own `reliability` says so; else the grades of links that report or infer it; else it
    is taken as certain. So is one that says that a turn is unknown, which can't be wrong. Raises
    `ScenarioError` where a source would be made from itself.
    """
    by_item = pieces(scenario)
    if not any(link.grade for link in scenario.links):
        return tuple(_own(scenario, i) for i in range(len(scenario.record)))
    known = roots(scenario)
    found = []
    for index, item in enumerate(scenario.record):
        open_ = item.reliability is None and item.unknown is None
        rated = graded_with(by_item[index]) if open_ else []
        found.append(_of_grades(scenario, rated, known) if rated else _own(scenario, index))
    return tuple(found)


def graded_with(support: list[Piece]) -> list[Piece]:
    """Those that support something and say how good they are."""
    return [piece for piece in support if piece.supports and piece.grade is not None]


def graded(scenario: Scenario) -> Scenario:
    """The scenario with a parameter for each pair that bears on its record (by a link, or because
    an item's own `reliability` names it), and none for others.

    Idempotent; the same scenario where there is nothing to do. A parameter of that name which the
    scenario has already (fixed by `--set`, say) stays as it is.
    """
    named = {
        pair: f"record.{index}.reliability"
        for index, item in reversed([*enumerate(scenario.record)])
        for pair in _NAMED.findall(item.reliability or "")
    }
    rated = bool(named) or any(link.grade for link in scenario.links)
    if not rated and not any(name.startswith("grade_") for name in scenario.parameters):
        return scenario
    try:
        in_use = {pair for trust in trusts(scenario) for pair in trust.grades}
    except ScenarioError:  # a source made from itself; `check` says so
        return scenario
    parameters = {
        name: held
        for name, held in scenario.parameters.items()
        if not _written_here(scenario, name, held) or name.removeprefix("grade_") in in_use
    }
    in_use |= named.keys()
    written = (
        named
        | {link.grade: f"links.{i}.grade" for i, link in reversed([*enumerate(scenario.links)])}
        | {pair: f"grades.{pair}" for pair in scenario.grades}
    )
    origins: dict[str, str] = {}
    for pair in sorted(in_use):
        if parameter(pair) not in parameters:
            parameters[parameter(pair)] = distribution_of(scenario, pair)
            origins[f"parameters.{parameter(pair)}"] = written[pair]
    if parameters.keys() == scenario.parameters.keys():
        return scenario
    out = scenario.model_copy(update={"parameters": parameters})
    return attach(out, positions_of(scenario).with_origins(origins))


def without_lost_grades(before: Scenario, after: Scenario) -> Scenario:
    """`after`, from which links or items have gone, without what names a pair that bore on the
    record `before` and bears on it no longer: its correlations, what views make of it, views that
    said nothing else, and its odds where nothing names it.
    """
    lost = _bearing(before) - _bearing(after)
    unnamed = _named_pairs(before) - _named_pairs(after)
    if not lost | unnamed:
        return after
    names = set(map(parameter, lost))
    views = {}
    for name, view in after.views.items():
        left = {key: value for key, value in view.set.items() if key not in names}
        if left or not view.set:
            views[name] = view.model_copy(update={"set": left}) if left != view.set else view
    places = [i for i, one in enumerate(after.correlate) if not names & {*one.between}]
    out = after.model_copy(
        update={
            "grades": {pair: held for pair, held in after.grades.items() if pair not in unnamed},
            "parameters": {
                name: held
                for name, held in after.parameters.items()
                if name not in names or not _written_here(before, name, held)
            },
            "views": views,
            "correlate": tuple(after.correlate[i] for i in places),
        }
    )
    moved = {f"correlate.{new}": f"correlate.{old}" for new, old in enumerate(places)}
    return attach(out, positions_of(after).with_origins(moved))


def _bearing(scenario: Scenario) -> set[str]:
    """The pairs that bear on the record, by a link or by an item's own `reliability`."""
    try:
        return _own_pairs(scenario) | {g for trust in trusts(scenario) for g in trust.grades}
    except ScenarioError:  # a source made from itself; `check` says so
        return _own_pairs(scenario)


def _named_pairs(scenario: Scenario) -> set[str]:
    """The pairs that stand in links and in `reliability`, whether or not they bear on anything."""
    return _own_pairs(scenario) | {link.grade for link in scenario.links if link.grade}


def _own_pairs(scenario: Scenario) -> set[str]:
    return {pair for item in scenario.record for pair in _NAMED.findall(item.reliability or "")}


def _written_here(scenario: Scenario, name: str, held: object) -> bool:
    """Whether `graded` wrote a parameter: links may have gone since (`--release`)."""
    pair = name.removeprefix("grade_")
    known = len(pair) == 2 and pair[0] in RELIABILITY and pair[1] in CREDIBILITY
    return known and name == parameter(pair) and held == distribution_of(scenario, pair)


def _own(scenario: Scenario, index: int) -> Trust:
    item = scenario.record[index]
    odds = item.reliability if item.reliability and item.unknown is None else "1"
    return Trust(odds, f"record.{index}.reliability")


def _of_grades(
    scenario: Scenario, rated: list[Piece], known: Mapping[str, frozenset[str]]
) -> Trust:
    worth = [_central(scenario, piece.grade or "") for piece in rated]
    groups = independent([piece.citation for piece in rated], known, worth)
    pairs = tuple(rated[group[0]].grade or "" for group in groups[:MOST])
    names = [parameter(pair) for pair in pairs]
    odds = names[0] if len(names) == 1 else f"1 - {' * '.join(f'(1 - {n})' for n in names)}"
    return Trust(odds, f"{rated[groups[0][0]].path}.grade", pairs)


def _central(scenario: Scenario, pair: str) -> float:
    """A middle value of a pair, by which grades are put in order; the usual one's where the
    scenario's own makes no sense (which `check` says).
    """
    from standoff.scenario.constants import number

    entry = distribution_of(scenario, pair)
    three = entry.pert or entry.triangular
    two = entry.uniform or entry.beta or entry.normal or entry.lognormal
    try:
        if entry.value is not None:
            return _clipped(number(entry.value, {}, ""))
        if three is not None:
            return _clipped(number(three[1], {}, ""))
        if two is not None:
            first, second = (float(number(text, {}, "")) for text in two)
            if entry.uniform is not None:
                return _clipped((first + second) / 2)
            return _clipped(first / (first + second) if entry.beta is not None else first)
        if entry.choice is not None:
            pairs = [(number(k, {}, ""), number(p, {}, "")) for k, p in entry.choice.items()]
            return _clipped(sum(k * p for k, p in pairs) / sum(p for _, p in pairs))
    except (ScenarioError, ZeroDivisionError):
        pass
    middle = usual(pair).pert
    assert middle is not None
    return float(middle[1])


def _clipped(value: float) -> float:
    return min(max(float(value), 0.0), 1.0)


def _logit(p: float) -> float:
    return log(p / (1 - p))


def _odds(x: float) -> str:
    """The odds behind log odds, to two places, inside (0, 1)."""
    return f"{min(max(1 / (1 + exp(-x)), 0.01), 0.99):.2f}"
