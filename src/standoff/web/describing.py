"""What a crisis is, read leniently: a scenario with errors still has a title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from standoff.errors import ScenarioError
from standoff.scenario.loading import loads_files
from standoff.scenario.models import Scenario
from standoff.scenario.reader import read_texts
from standoff.web.models import CrisisPart, Size, SourcePart

_TO_TRY = re.compile(
    r"^(?:#+ *)?(?:what|things) to try:?[^\n]*\n(.*?)(?=\n#|\n[^\s*-]|\Z)", re.I | re.M | re.S
)


def described(crisis: str, comes_with: bool, files: Mapping[str, str]) -> CrisisPart:
    """A crisis in the list."""
    yaml = {n: t for n, t in files.items() if not n.endswith(".md")}
    try:
        scenario = loads_files(yaml)
    except ScenarioError as error:
        return _unread(crisis, comes_with, yaml, len(error.problems))
    return CrisisPart(
        id=crisis,
        title=scenario.title,
        summary=" ".join(scenario.summary.split()),
        shipped=comes_with,
        actors=[a.name or name for name, a in scenario.actors.items() if a.kind == "player"],
        **_days(scenario),
        as_of=scenario.as_of or "",
        size=Size(
            actors=len(scenario.actors),
            turns=len(scenario.turns),
            rounds=_rounds(scenario),
            parameters=len(scenario.parameters),
            record=len(scenario.record),
            judgements=len(scenario.judgements),
        ),
        problems=0,
    )


def sources_of(files: Mapping[str, str]) -> list[SourcePart]:
    """The documents that a crisis names."""
    found = _mapping(_data(files).get("sources"))
    return [
        SourcePart(id=str(key), title=_text(about.get("title")), kind=_text(about.get("kind")))
        for key, value in found.items()
        for about in (_mapping(value),)
    ]


def views_of(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Named sets of settings: the scenario's dissents."""
    found = _mapping(_data(files).get("views"))
    return {
        str(key): {str(n): _text(v) for n, v in _mapping(_mapping(value).get("set")).items()}
        for key, value in found.items()
    }


def to_try(readme: str, files: Mapping[str, str]) -> list[str]:
    """Things to try: the README's list of that name, then the scenario's questions and dissents."""
    found = _TO_TRY.search(readme)
    items = []
    if found:
        for item in re.split(r"^[*-] +", found[1], flags=re.M)[1:]:
            items.append(" ".join(item.split()))
    data = _data(files)
    questions = data.get("questions")
    for one in questions if isinstance(questions, list) else []:
        about = _mapping(one)
        if about.get("ask"):
            words = _text(about.get("text")) or "Ask"
            items.append(f"{words}: `{_text(about.get('ask'))}`")
    for name, value in _mapping(data.get("views")).items():
        items.append(f"The view of {_text(_mapping(value).get('author')) or name}: `{name}`")
    return items


def unreadable(crisis: str, comes_with: bool, problems: int) -> CrisisPart:
    """A crisis whose files are no text."""
    return _unread(crisis, comes_with, {}, problems)


def _unread(crisis: str, comes_with: bool, files: Mapping[str, str], problems: int) -> CrisisPart:
    data = _data(files)
    sizes = {k: data.get(k) for k in ("actors", "turns", "parameters", "record", "judgements")}
    counts = {k: len(v) if isinstance(v, dict | list) else 0 for k, v in sizes.items()}
    return CrisisPart(
        id=crisis,
        title=_text(data.get("title")) or crisis,
        summary=" ".join(_text(data.get("summary")).split()),
        shipped=comes_with,
        actors=[_text(_mapping(a).get("name")) or str(n)
                for n, a in _mapping(data.get("actors")).items()],
        first="", last="", as_of=_text(data.get("as_of")),
        size=Size(rounds=0, **counts),
        problems=problems,
    )  # fmt: skip


def _data(files: Mapping[str, str]) -> dict[str, Any]:
    """What can be read of some files as plain data; nothing where one of them is no YAML."""
    try:
        return read_texts({n: t for n, t in sorted(files.items()) if not n.endswith(".md")}).data
    except ScenarioError:
        return {}


def _days(scenario: Scenario) -> dict[str, str]:
    from standoff.scenario.dates import calendar

    rounds = calendar(scenario.clock).rounds
    return {"first": rounds[0].first.isoformat()[:10], "last": rounds[-1].last.isoformat()[:10]}


def _rounds(scenario: Scenario) -> int:
    rounds = scenario.clock.rounds
    return len(rounds) if isinstance(rounds, tuple) else int(rounds)


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
