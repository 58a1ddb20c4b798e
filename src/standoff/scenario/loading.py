"""From a file, a folder or the name of a shipped crisis to a validated, expanded scenario."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from standoff.errors import Problem, ScenarioError, nearest
from standoff.scenario.checking import check, in_file_order
from standoff.scenario.expansion import expand
from standoff.scenario.grades import graded
from standoff.scenario.models import Distribution, ParameterByType, Scenario
from standoff.scenario.positions import attach, positions_of
from standoff.scenario.reader import Document, read, read_text, read_texts
from standoff.scenario.setting_priors import apart, with_priors
from standoff.scenario.shape import shaped

__all__ = [
    "apply_settings",
    "library",
    "load",
    "loads",
    "loads_files",
    "locate",
    "shipped",
    "written",
]

_LIBRARY = Path(__file__).parent / "library"


def library() -> Path:
    """The folder of the shipped crises: one folder of YAML (and prose) for each."""
    return _LIBRARY


def shipped() -> tuple[str, ...]:
    """Ids of the shipped crises, in order of name."""
    if not _LIBRARY.is_dir():
        return ()
    return tuple(sorted(p.name for p in _LIBRARY.iterdir() if any(p.glob("*.yaml"))))


def locate(source: Path | str) -> Path:
    """The file or folder that `source` names. Raises `ScenarioError` where there is none."""
    text = str(source)
    try:
        path = Path(source)
        if path.exists():
            return path
    except (OSError, ValueError):  # a name too long, or with a NUL in it
        pass
    if isinstance(source, str) and source in shipped():
        return _LIBRARY / source
    names = shipped()
    raise ScenarioError(
        Problem(
            "no-scenario",
            f"there is no file, folder or shipped crisis {text[:80]!r}",
            expected="a YAML file, a folder, or one of " + ", ".join(names),
            nearest=nearest(text, names),
        )
    )


def load(source: Path | str, *, settings: Mapping[str, str] | None = None) -> Scenario:
    """Read, validate, expand and check a scenario.

    `source` is a file, a folder or the id of a shipped crisis; `settings` fix parameters
    (`{"keep.hold": "2"}`, the command line's `--set`). Raises `ScenarioError` with every problem
    found. Warnings are not raised: `check` lists them.
    """
    return _finish(read(locate(source)), settings)


def loads(
    text: str, *, name: str = "<text>", settings: Mapping[str, str] | None = None
) -> Scenario:
    """Like `load`, from YAML text; `name` stands in for the file in errors."""
    return _finish(read_text(text, name=name), settings)


def loads_files(texts: Mapping[str, str], *, settings: Mapping[str, str] | None = None) -> Scenario:
    """Like `load` of a folder, from the texts of its files by name; taken in order of name."""
    return _finish(read_texts(dict(sorted(texts.items()))), settings)


def written(source: Path | str) -> Scenario:
    """The scenario as its author wrote it: checked as `load` does, nothing written out."""
    document = read(locate(source))
    scenario, problems = shaped(document.data, document.positions)
    if scenario is not None:
        attach(scenario, document.positions)
        problems = [p for p in check(scenario) if p.severity == "error"]
    if problems or scenario is None:
        raise ScenarioError(in_file_order(problems))
    return scenario


def _finish(document: Document, settings: Mapping[str, str] | None) -> Scenario:
    scenario, problems = shaped(document.data, document.positions)
    if scenario is None:
        raise ScenarioError(in_file_order(problems))
    attach(scenario, document.positions)
    return finish(scenario, settings)


def finish(scenario: Scenario, settings: Mapping[str, str] | None = None) -> Scenario:
    """Settings, expansion and the static checks, for a scenario that has the right shape."""
    if settings:
        scenario = apply_settings(scenario, settings)
    errors = [p for p in check(scenario) if p.severity == "error"]
    if errors:
        raise ScenarioError(in_file_order(errors))
    return expand(scenario)


def apply_settings(scenario: Scenario, settings: Mapping[str, str]) -> Scenario:
    """Parameters fixed by name (`keep`, or `keep.hold` for one type's; `grade_B2` for the odds of a
    grade), odds of types (`prior.ussr.hold`) and `precision` likewise. Keeps positions.
    """
    places = positions_of(scenario)
    settings, priors, precision = apart(scenario, settings)
    scenario = attach(with_priors(graded(scenario), priors, precision), places)
    parameters: dict[str, Any] = dict(scenario.parameters)
    problems: list[Problem] = []
    for name, value in settings.items():
        base, _, kind = name.partition(".")
        held = parameters.get(base)
        if held is None:
            problems.append(
                Problem(
                    "unknown-parameter",
                    f"there is no parameter {base!r} to set",
                    found=f"{name}={value}",
                    nearest=nearest(base, parameters),
                )
            )
        elif isinstance(held, Distribution):
            if kind:
                problems.append(
                    Problem(
                        "unknown-parameter",
                        f"the parameter {base!r} has no types",
                        found=name,
                        expected=base,
                    )
                )
            else:
                parameters[base] = _fixed(held, str(value))
        else:
            known = held.by_type
            if kind and kind not in known:
                problems.append(
                    Problem(
                        "unknown-parameter",
                        f"the parameter {base!r} has no type {kind!r}",
                        found=name,
                        expected="one of " + ", ".join(f"{base}.{t}" for t in known),
                        nearest=nearest(kind, known),
                    )
                )
                continue
            entries = {
                t: _fixed(d, str(value)) if not kind or t == kind else d for t, d in known.items()
            }
            parameters[base] = ParameterByType(by=held.by, label=held.label, **entries)
    if problems:
        raise ScenarioError(problems)
    # What is fixed varies with nothing: its correlations go, and the others keep their places.
    kept = [
        (index, each)
        for index, each in enumerate(scenario.correlate)
        if not any(key in settings or key.partition(".")[0] in settings for key in each.between)
    ]
    update = {"parameters": parameters, "correlate": tuple(each for _, each in kept)}
    origins = {f"correlate.{new}": f"correlate.{old}" for new, (old, _) in enumerate(kept)}
    out = scenario.model_copy(update=update)
    return attach(out, positions_of(scenario).with_origins(origins))


def _fixed(held: Distribution, value: str) -> Distribution:
    """`on` and `off` stand for 1 and 0, as they do under `choice`."""
    number = {"on": "1", "off": "0", "true": "1", "false": "0"}.get(value.lower(), value)
    return Distribution(value=number, because="set by hand", label=held.label, source=held.source)
